import type { GcpAuditRow } from '@keyreach/gcp/offline';

// biome-ignore lint/suspicious/noExplicitAny: entries are whatever a log holds
type Any = any;

/**
 * Rows of audit log entries, the slow and obvious way: `docs/usage-gcp.md` rule by rule, over all entries at once. What adds
 * them up otherwise (files, SQL) is compared with it.
 */
export function naiveAuditRows(entries: readonly object[]): GcpAuditRow[] {
  const looked = (entries as readonly Any[]).filter(
    (entry) =>
      /\/logs\/cloudaudit\.googleapis\.com(%2F|\/)(activity|data_access)$/.test(entry.logName) &&
      entry.protoPayload.serviceName &&
      principalOf(entry),
  );
  const once = looked.filter(
    (entry, index) => !entry.insertId || looked.findIndex((other) => same(entry, other)) === index,
  );
  const placed = once.flatMap((entry) =>
    pairs(entry).map((pair) => ({ ...pair, time: `${entry.timestamp.slice(0, 19)}Z` })),
  );
  const rows = grouped(placed, ({ place }) => JSON.stringify(place)).flatMap((alike) => {
    const byResource = grouped(alike, ({ resource }) => resource);
    if (byResource.length <= 64) return byResource.map((group) => row(group, group[0]!.resource));
    return [row(alike, '')];
  });
  return rows.sort((left, right) => (order(left) < order(right) ? -1 : 1));
}

interface Placed {
  readonly place: readonly [string, string, string, string, string, string];
  readonly resource: string;
  readonly refused: boolean;
  readonly time: string;
}

function pairs(entry: Any): Omit<Placed, 'time'>[] {
  const { protoPayload: payload, operation } = entry;
  const { serviceAccountKeyName = '', serviceAccountDelegationInfo: chain = [] } = payload.authenticationInfo;
  const keyId = /\/keys\/([^/]+)$/.exec(serviceAccountKeyName)?.[1] ?? '';
  const delegators = chain
    .map((one: Any) => one.firstPartyPrincipal?.principalEmail || one.principalSubject || '?')
    .join('\n');
  const denied = payload.status?.code === 7;
  const place = (permission: string, method: string): Placed['place'] => [
    principalOf(entry),
    keyId,
    delegators,
    payload.serviceName,
    permission,
    method,
  ];
  const told = (payload.authorizationInfo ?? []).filter(({ permission }: Any) => permission);
  if (told.length === 0) {
    if (operation?.last && !operation.first) return [];
    return [{ place: place('', payload.methodName ?? ''), resource: '', refused: denied }];
  }
  return grouped(told as Any[], ({ permission, resource }) => JSON.stringify([permission, resource || ''])).map(
    (same) => ({
      place: place(same[0].permission, ''),
      resource: same[0].resource || '',
      refused: denied || same.some(({ granted }) => granted !== true),
    }),
  );
}

function principalOf({ protoPayload: { authenticationInfo } }: Any): string {
  return authenticationInfo?.principalEmail || authenticationInfo?.principalSubject || '';
}

function same(left: Any, right: Any): boolean {
  return left.logName === right.logName && left.timestamp === right.timestamp && left.insertId === right.insertId;
}

function row(group: readonly Placed[], resource: string): GcpAuditRow {
  const [principal, keyId, delegators, service, permission, method] = group[0]!.place;
  const used = group.filter(({ refused }) => !refused).map(({ time }) => time);
  used.sort();
  return {
    principal,
    ...(keyId === '' ? {} : { keyId }),
    delegators: delegators === '' ? [] : delegators.split('\n'),
    ...(permission === '' ? {} : { permission }),
    ...(method === '' ? {} : { method }),
    ...(resource === '' ? {} : { resource }),
    service,
    ...(used.length === 0 ? {} : { first: used[0]!, last: used.at(-1)! }),
    count: used.length,
    refused: group.length - used.length,
  };
}

function order({
  principal,
  keyId = '',
  delegators,
  service,
  permission = '',
  method = '',
  resource = '',
}: GcpAuditRow): string {
  return [principal, keyId, delegators.join('\n'), service, permission, method, resource].join('\u0000');
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}
