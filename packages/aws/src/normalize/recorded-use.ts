import type { LastUsed, NodeId, Timestamp } from '@keyreach/core/graph';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import { isServicePrefix, type LastAccessedReport } from '../bundle/service-last-accessed.ts';
import { daysBefore, type NormalizeContext, scopeOf, seenUntil } from './normalize-context.ts';

/** How far back RoleLastUsed and the last-accessed reports look (aws.md 4.1). */
const TRACKING_DAYS = 400;

/** Last use of one credential, and what its source could have seen. */
export interface CredentialUse {
  readonly identity: NodeId;
  readonly credential: NodeId;
  readonly lastUsed: LastUsed;
  readonly from: Timestamp;
  readonly to: Timestamp;
  readonly source: string;
}

/** Records the last use of a credential. Only the last call is known: its service, never the action. */
export function addCredentialUse(use: CredentialUse, { builder }: NormalizeContext): void {
  const { identity, credential, lastUsed, from, to, source } = use;
  if (lastUsed.state === 'used') {
    const { service } = lastUsed;
    const action = service !== undefined && isServicePrefix(service) ? `${service}:*` : '*';
    builder.usage({ identity, credential, action, last: lastUsed.at, source });
  }
  if (from >= to) return;
  builder.observation({ subject: credential, actions: EVERYTHING, granularity: 'credential', from, to, source });
}

const EVERYTHING = { include: ['*'], exclude: [] };

/** Adds what the files of an account record of use: RoleLastUsed and the last-accessed reports (aws.md 4.1). */
export function addRecordedUse(account: AwsAccountInput, context: NormalizeContext): void {
  addRoleUse(account, context);
  for (const report of account.serviceLastAccessed?.items ?? []) addLastAccessed(report, account, context);
}

function addRoleUse(account: AwsAccountInput, { builder, now }: NormalizeContext): void {
  const to = seenUntil(account, now);
  const source = 'role-last-used';
  let unknown = 0;
  for (const { Arn, RoleLastUsed: used } of account.authorizationDetails?.roles.items ?? []) {
    if (used === undefined) {
      unknown += 1;
      continue;
    }
    if (used !== null) builder.usage({ identity: Arn, action: '*', last: used.LastUsedDate, source });
    if (to === undefined) continue;
    const from = daysBefore(to, TRACKING_DAYS);
    builder.observation({ subject: Arn, actions: EVERYTHING, granularity: 'identity', from, to, source });
  }
  if (unknown === 0) return;
  const why = `${unknown} roles come without RoleLastUsed`;
  const fix = 'aws iam get-account-authorization-details, or aws iam get-role for every role';
  builder.gap({ scope: scopeOf(account), what: 'last used', why, fix, kind: 'not-collected' });
}

/**
 * Attempts count as use even where they were refused: the report does not tell them apart. A service in the report was
 * watched over the whole period, an action where AWS tracks it.
 */
function addLastAccessed(
  report: LastAccessedReport,
  account: AwsAccountInput,
  { builder, now }: NormalizeContext,
): void {
  const { arn, JobCompletionDate, services } = report;
  if (builder.get(arn)?.kind !== 'identity') {
    const why = `\`${arn}\` is no identity of the input; its last-accessed report is left out`;
    builder.gap({ scope: scopeOf(account), what: 'service last accessed', why, kind: 'bad-input' });
    return;
  }
  const until = seenUntil(account, now);
  const to =
    JobCompletionDate !== undefined && (until === undefined || JobCompletionDate < until) ? JobCompletionDate : until;
  const source = 'service-last-accessed';
  const actions: string[] = [];
  for (const { ServiceNamespace: service, LastAuthenticated, TrackedActionsLastAccessed } of services.items) {
    if (LastAuthenticated !== undefined) {
      builder.usage({ identity: arn, action: `${service}:*`, last: LastAuthenticated, source });
    }
    for (const { ActionName, LastAccessedTime } of TrackedActionsLastAccessed?.items ?? []) {
      const action = `${service}:${withoutVersion(ActionName)}`;
      actions.push(action);
      if (LastAccessedTime !== undefined) builder.usage({ identity: arn, action, last: LastAccessedTime, source });
    }
  }
  if (to === undefined) return;
  const observation = { subject: arn, from: daysBefore(to, TRACKING_DAYS), to, source };
  const seen = services.items.map(({ ServiceNamespace }) => `${ServiceNamespace}:*`);
  if (seen.length > 0) builder.observation({ ...observation, actions: selector(seen), granularity: 'service' });
  if (actions.length > 0) builder.observation({ ...observation, actions: selector(actions), granularity: 'action' });
}

/** Some services report the operation with its API version; no IAM action ends in a date (aws.md 4.3). */
function withoutVersion(name: string): string {
  return name.replace(/_?(?:19|20)\d{2}_?\d{2}_?\d{2}(?:v\d+)?$/, '');
}

function selector(patterns: readonly string[]): {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
} {
  return { include: [...new Set(patterns)].sort(), exclude: [] };
}
