import type { GraphBuilder, NodeId, Timestamp } from '@keyreach/core/graph';
import { isRecord, type RawRecord, readTimestamp } from '@keyreach/core/input';
import type { GcpActivity, GcpInput, GcpInsight } from '../bundle/gcp-input.ts';
import type { RecordedPrincipals } from './recorded-principals.ts';
import type { RecordedUseContext } from './recorded-use-context.ts';
import { periodBefore, type SeenTime } from './seen-time.ts';

const EVERYTHING = { include: ['*'], exclude: [] };

/** Somebody authenticated as an account, or with a key of it; or a source that would have seen it saw nobody. */
interface Authentication {
  readonly identity: NodeId;
  readonly credential?: NodeId;
  /** Latest one. Absent: none was seen. */
  readonly last?: Timestamp;
  /** What the source looked at. Absent: not told. */
  readonly seen?: SeenTime;
  readonly source: string;
}

/**
 * Adds when service accounts and their keys last authenticated, from the activity analyzer, insights and counters, and what
 * these could have seen (`docs/usage-gcp.md`, "Other sources"). Failed authentications count as use: nothing tells them apart.
 */
export function addAuthentications({ input, builder }: RecordedUseContext, principals: RecordedPrincipals): void {
  const found = [
    ...(input.activities?.items ?? []).map((activity) => ofActivity(activity, principals)),
    ...(input.insights?.items ?? []).map((insight) => ofInsight(insight, principals)),
    ...(input.authCounters?.items ?? []).map((series) => ofCounter(series, principals)),
  ];
  const blind = new BlindSpots(input, builder);
  for (const one of found) if (one !== undefined) addAuthentication(one, blind, builder);
}

function addAuthentication(
  { identity, credential, last, seen, source }: Authentication,
  blind: BlindSpots,
  builder: GraphBuilder,
): void {
  const key = credential === undefined ? {} : { credential };
  if (last !== undefined) builder.usage({ identity, ...key, action: '*', last, source });
  if (seen === undefined || seen.from >= seen.to) return;
  if (credential === undefined ? blind.toAccount(identity) : blind.toKeys(identity)) return;
  const granularity = credential === undefined ? 'identity' : 'credential';
  builder.observation({ subject: credential ?? identity, actions: EVERYTHING, granularity, ...seen, source });
}

/** Ways to act as an account that sources of authentications do not see (gcp.md 5, "Common blind spots"). */
class BlindSpots {
  readonly #input: GcpInput;
  readonly #builder: GraphBuilder;
  /** E-mails of accounts with an HMAC or API key that is not known to be out of use. */
  readonly #otherKeys: ReadonlySet<string>;
  readonly #delegated: ReadonlySet<string>;

  constructor(input: GcpInput, builder: GraphBuilder) {
    this.#input = input;
    this.#builder = builder;
    const hmac = (input.hmacKeys?.items ?? []).filter(({ state }) => state !== 'INACTIVE' && state !== 'DELETED');
    const api = (input.apiKeys?.items ?? []).filter(({ deleteTime }) => deleteTime === undefined);
    this.#otherKeys = new Set([...hmac, ...api].flatMap((key) => key.serviceAccountEmail?.toLowerCase() ?? []));
    this.#delegated = new Set((input.delegations?.items ?? []).map(({ clientId }) => clientId));
  }

  /** Whether the account may be used with a key that is seen nowhere. */
  toAccount(account: NodeId): boolean {
    const { hmacKeys, apiKeys } = this.#input;
    if (hmacKeys?.complete !== true || apiKeys?.complete !== true) return true;
    return this.#otherKeys.has(account.slice(account.lastIndexOf('/') + 1)) || this.toKeys(account);
  }

  /** Whether keys of the account may be used for users of the Workspace. */
  toKeys(account: NodeId): boolean {
    const client = this.#builder.get(account)?.attributes?.['oauth2ClientId'];
    return typeof client === 'string' && this.#delegated.has(client);
  }
}

const accountNames = /\/serviceAccounts\/([^/]{1,200})(?:\/keys\/([^/]{1,100}))?$/;

function ofActivity(
  { fullResourceName, activityType, observationPeriod, lastAuthenticatedTime }: GcpActivity,
  principals: RecordedPrincipals,
): Authentication | undefined {
  const [, account = '', keyId] = fullResourceName.length > 500 ? [] : (accountNames.exec(fullResourceName) ?? []);
  const isKey = /serviceAccountKeyLastAuthentication$/i.test(activityType);
  if (!isKey && !/serviceAccountLastAuthentication$/i.test(activityType)) return undefined;
  const who = isKey ? ofKey(keyId, principals) : ofAccount(account, principals);
  if (who === undefined) return undefined;
  const seen = period(observationPeriod?.startTime, observationPeriod?.endTime);
  const last = readTimestamp(lastAuthenticatedTime);
  return { ...who, ...optional(last, seen), source: 'activity-analyzer' };
}

function ofInsight(
  { insightSubtype, content, observationPeriod, lastRefreshTime }: GcpInsight,
  principals: RecordedPrincipals,
): Authentication | undefined {
  if (insightSubtype !== 'SERVICE_ACCOUNT_USAGE') return undefined;
  const name = [content['email'], content['serviceAccountId']].find((text) => typeof text === 'string' && text !== '');
  const who = typeof name === 'string' ? ofAccount(name, principals) : undefined;
  if (who === undefined) return undefined;
  const last = readTimestamp(content['lastAuthenticatedTime']);
  return { ...who, ...optional(last, periodBefore(lastRefreshTime, observationPeriod)), source: 'account-insight' };
}

/** One series of `authn_events_count` (gcp.md 5): zeros are no use. */
function ofCounter(series: RawRecord, principals: RecordedPrincipals): Authentication | undefined {
  const account = labelOf(series['resource'], 'unique_id');
  const keyId = labelOf(series['metric'], 'key_id');
  const who = keyId === undefined ? ofAccount(account ?? '', principals) : ofKey(keyId, principals);
  const points = Array.isArray(series['points']) ? series['points'].filter(isRecord) : [];
  if (who === undefined || points.length === 0) return undefined;
  let from: Timestamp | undefined;
  let to: Timestamp | undefined;
  let last: Timestamp | undefined;
  let unread = false;
  for (const { interval, value } of points) {
    const end = readTimestamp(isRecord(interval) ? interval['endTime'] : undefined);
    const start = readTimestamp(isRecord(interval) ? interval['startTime'] : undefined) ?? end;
    const count = isRecord(value) ? Number(value['int64Value'] ?? Number.NaN) : Number.NaN;
    if (end === undefined || start === undefined || Number.isNaN(count)) {
      unread = true;
      continue;
    }
    if (from === undefined || start < from) from = start;
    if (to === undefined || end > to) to = end;
    if (count > 0 && (last === undefined || end > last)) last = end;
  }
  return { ...who, ...optional(last, unread ? undefined : period(from, to)), source: 'authentication-counters' };
}

function labelOf(value: unknown, name: string): string | undefined {
  const labels = isRecord(value) ? value['labels'] : undefined;
  const label = isRecord(labels) && Object.hasOwn(labels, name) ? labels[name] : undefined;
  return typeof label === 'string' && label !== '' ? label : undefined;
}

function ofAccount(name: string, principals: RecordedPrincipals): Pick<Authentication, 'identity'> | undefined {
  const identity = principals.serviceAccount(name);
  return identity === undefined ? undefined : { identity };
}

function ofKey(
  keyId: string | undefined,
  principals: RecordedPrincipals,
): Pick<Authentication, 'identity' | 'credential'> | undefined {
  const key = keyId === undefined ? undefined : principals.key(keyId);
  return key === undefined ? undefined : { identity: key.account, credential: key.id };
}

function optional(last: Timestamp | undefined, seen: SeenTime | undefined): Pick<Authentication, 'last' | 'seen'> {
  return { ...(last === undefined ? {} : { last }), ...(seen === undefined ? {} : { seen }) };
}

function period(from: string | undefined, to: string | undefined): SeenTime | undefined {
  const start = readTimestamp(from);
  const end = readTimestamp(to);
  return start === undefined || end === undefined ? undefined : { from: start, to: end };
}
