import type { Observation } from '@keyreach/core/graph';
import type { AwsInput } from '../bundle/aws-input.ts';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';
import { isGlobalSource } from '../usage/global-sources.ts';
import { visibilityOf } from '../usage/log-visibility.ts';
import type { TrailCoverage, TrailUsage } from '../usage/trail-usage.ts';
import { type NormalizeContext, scopeOf } from './normalize-context.ts';

/** Where the events of global services are logged. In China that is one region for some of them and the other for others. */
const GLOBAL_REGIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['aws', ['us-east-1']],
  ['aws-cn', ['cn-north-1', 'cn-northwest-1']],
  ['aws-us-gov', ['us-gov-west-1']],
]);

/**
 * Says for each account which actions its CloudTrail records would have shown (aws.md 4.1): those with a management event
 * that the coverage takes in, and with data events where those of every resource are recorded. Records of some regions only
 * prove nothing of services that work in each; actions that no record is known to show are in no observation.
 */
export function addTrailObservations({ source, coverage }: TrailUsage, { input, builder }: NormalizeContext): void {
  for (const covered of coverage) {
    const account = input.accounts[covered.account];
    if (account === undefined || covered.from >= covered.to) continue;
    const actions = selectorOf(covered, account);
    if (actions.include.length === 0) continue;
    const { from, to } = covered;
    const subject = scopeOf(account);
    builder.observation({ subject, actions, granularity: 'action', byCredential: true, from, to, source });
  }
}

type Actions = Observation['actions'];

const selectors: Map<string, Actions> = new Map();

/** More selectors than any estate has ways to set its trails. */
const MOST_SELECTORS = 256;

/** One object for equal settings: each names thousands of actions, and an organization has thousands of accounts. */
function selectorOf(covered: TrailCoverage, account: AwsInput['accounts'][string]): Actions {
  const { management, regions } = covered;
  const everywhere = regions === '*';
  const needed = GLOBAL_REGIONS.get(account.partition) ?? [];
  const globally = everywhere || (needed.length > 0 && needed.every((region) => regions.includes(region)));
  const excluded = covered.excluded.map((name) => name.toLowerCase().replace(/\.amazonaws\.com$/, '')).sort();
  const data = [...covered.data].sort();
  const key = JSON.stringify([management, everywhere, globally, excluded, data]);
  const known = selectors.get(key);
  if (known !== undefined) return known;
  const shows = (action: string): boolean => {
    const where = visibilityOf(action);
    switch (where.in) {
      case 'management':
        return (
          (management === 'all' || (management === 'write-only' && where.write)) &&
          !excluded.includes(where.source) &&
          (everywhere || (globally && isGlobalSource(where.source)))
        );
      case 'data':
        return everywhere && data.includes(where.type);
      case 'request':
      case 'nowhere':
        return false;
    }
  };
  const include = awsCatalogue().actions.flatMap(({ name }) => (shows(name) ? [name] : []));
  const actions: Actions = { include, exclude: [] };
  if (selectors.size < MOST_SELECTORS) selectors.set(key, actions);
  return actions;
}
