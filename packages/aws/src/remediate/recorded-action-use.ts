import {
  DAY,
  instantOf,
  type PermissionUse,
  recordedUse,
  selectorCovers,
  timestampOf,
  unusedOf,
  useStateOf,
} from '@keyreach/core/analysis';
import type { GraphIndex, IdentityNode, Timestamp, Usage } from '@keyreach/core/graph';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';

const WOULD_TELL = 'CloudTrail logs of the account over the whole window';

/**
 * What is known of the use of each action by an identity within a window (aws.md 4.1, "Unused rule"): used where a record
 * names the action; unused where a source that sees the action saw none over the whole window, or where nothing of its
 * service is used; else unknown. That a service is used tells of none of its actions.
 *
 * @throws KeyreachError as `unusedOf`.
 */
export function recordedActionUse(
  graph: GraphIndex,
  identity: IdentityNode,
  { now, windowDays }: { readonly now: Timestamp; readonly windowDays: number },
): (action: string) => PermissionUse {
  const grantedServices = awsCatalogue().services.map(({ prefix }) => prefix);
  const { services } = unusedOf(graph, identity, { now, windowDays, grantedServices });
  const ofService = new Map(services.map((use) => [use.permission, use]));
  const window = { now: instantOf(now) ?? 0, length: windowDays * DAY };
  const rows = new Map<string, Usage[]>();
  for (const row of graph.usageOf(identity.id)) {
    const action = row.action.toLowerCase();
    const known = rows.get(action);
    if (known === undefined) rows.set(action, [row]);
    else known.push(row);
  }
  const watching = [identity.id, ...graph.scopesOf(identity.id).map(({ id }) => id)]
    .flatMap((subject) => graph.observationsOf(subject))
    .filter(({ granularity }) => granularity === 'action')
    .map((observation) => ({ observation, covers: selectorCovers(observation.actions) }));

  return (action) => {
    const folded = action.toLowerCase();
    const { lastUse, undated, sources } = recordedUse(rows.get(folded) ?? []);
    const observations = watching.filter(({ covers }) => covers(folded)).map(({ observation }) => observation);
    const { created } = identity;
    const seen = useStateOf({ lastUse, undated, created, observations, wouldTell: WOULD_TELL }, window);
    const service = ofService.get(`${folded.slice(0, folded.indexOf(':'))}:*`);
    const implied = seen.state === 'unknown' && !undated && service?.state === 'unused';
    const managed = identity.providerManaged === true && seen.state === 'unused';
    const answer = implied
      ? service
      : managed
        ? { state: 'unknown' as const, sources: [], why: 'managed by the provider' }
        : seen;
    return {
      permission: action,
      state: answer.state,
      ...(lastUse === undefined ? {} : { lastUsed: timestampOf(lastUse) }),
      sources: answer.state === 'used' ? sources : answer.sources,
      ...(answer.why === undefined ? {} : { why: answer.why }),
    };
  };
}
