import {
  isRecord,
  type Listed,
  optionalString,
  optionalTimestamp,
  type RawRecord,
  type Report,
  readList,
  readNestedStrings,
  requiredString,
  UNKNOWN_LIST,
} from '@keyreach/core/input';
import type { GcpActivity, GcpInput, GcpInsight, GcpPools, GcpTagList } from './gcp-input.ts';
import { readPages } from './pages.ts';
import { withoutSecrets } from './scrub.ts';

/** Names of the lists of pools and of providers: those of bundles, then those of the replies. */
const POOL_LISTS = ['pools', 'workloadIdentityPools', 'workforcePools'] as const;
const PROVIDER_LISTS = ['providers', 'workloadIdentityPoolProviders', 'workforcePoolProviders'] as const;

/** Reads workload-identity-pools.json: pools and providers, of workloads and of workforces (gcp.md 2, 4.2). */
export function readPools(raw: unknown, report: Report): GcpPools | undefined {
  if (!isRecord(raw)) {
    report('', 'an object with `pools` and `providers`');
    return undefined;
  }
  return { pools: joinedLists(raw, POOL_LISTS, report), providers: joinedLists(raw, PROVIDER_LISTS, report) };
}

function joinedLists(raw: RawRecord, names: readonly string[], report: Report): Listed<RawRecord> {
  const lists = names
    .filter((name) => raw[name] !== undefined)
    .map((name) => readList(raw[name], name, report, readNamed));
  if (lists.length === 0) {
    report(names[0] ?? '', 'an array; where there are none an empty one');
    return UNKNOWN_LIST;
  }
  return { items: lists.flatMap(({ items }) => items), complete: lists.every(({ complete }) => complete) };
}

/** Reads a list of objects with a name of their own, kept as they are but for secrets. */
export function readNamedList(wrapper: string): (raw: unknown, report: Report) => Listed<RawRecord> | undefined {
  return (raw, report) => readPages(raw, wrapper, report, readNamed);
}

function readNamed(raw: RawRecord, where: string, report: Report): RawRecord | undefined {
  return requiredString(raw, 'name', where, report) === undefined ? undefined : withoutSecrets(raw);
}

/** Reads auth-counters.json: time series of authentications (gcp.md 5), as the monitoring API gives them. */
export function readAuthCounters(raw: unknown, report: Report): Listed<RawRecord> | undefined {
  return readPages(raw, 'timeSeries', report, ({ metric, resource, points, metricKind, valueType }) =>
    withoutSecrets({ metric, resource, points, metricKind, valueType }),
  );
}

/** Reads effective-tags.json: `[{ resource, effectiveTags: [...] }]` (gcp.md 4.2). */
export function readEffectiveTags(raw: unknown, report: Report): Listed<GcpTagList> | undefined {
  return readPages(raw, 'resources', report, (element, where, tell) => {
    const resource = requiredString(element, 'resource', where, tell);
    const tags = readList(element['effectiveTags'] ?? [], `${where}.effectiveTags`, tell, withoutSecrets);
    return resource === undefined || !tags.complete ? undefined : { resource, effectiveTags: tags.items };
  });
}

/** Reads activities.json: what the activity analyzer says of the last authentication of accounts and keys (gcp.md 5). */
export function readActivities(raw: unknown, report: Report): Listed<GcpActivity> | undefined {
  return readPages(raw, 'activities', report, readActivity);
}

function readActivity(raw: RawRecord, where: string, report: Report): GcpActivity | undefined {
  const fullResourceName = requiredString(raw, 'fullResourceName', where, report);
  const activityType = requiredString(raw, 'activityType', where, report);
  if (fullResourceName === undefined || activityType === undefined) return undefined;
  const period = isRecord(raw['observationPeriod']) ? raw['observationPeriod'] : undefined;
  const { activity } = raw;
  if (!isRecord(activity)) {
    // Without it nothing says that nobody authenticated.
    report(`${where}.activity`, 'an object');
    return undefined;
  }
  const last = optionalTimestamp(activity, 'lastAuthenticatedTime', `${where}.activity`, report);
  // A date that is there and cannot be read is not "never".
  if (last === undefined && activity['lastAuthenticatedTime']) return undefined;
  const times: { startTime?: string; endTime?: string } = {};
  for (const field of ['startTime', 'endTime'] as const) {
    const time =
      period === undefined ? undefined : optionalTimestamp(period, field, `${where}.observationPeriod`, report);
    if (time !== undefined) times[field] = time;
  }
  return {
    fullResourceName,
    activityType,
    ...(period === undefined ? {} : { observationPeriod: times }),
    ...(last === undefined ? {} : { lastAuthenticatedTime: last }),
  };
}

/** Reads insights.json: insights of the recommender (gcp.md 5). */
export function readInsights(raw: unknown, report: Report): Listed<GcpInsight> | undefined {
  return readPages(raw, 'insights', report, readInsight);
}

function readInsight(raw: RawRecord, where: string, report: Report): GcpInsight | undefined {
  const name = requiredString(raw, 'name', where, report);
  const insightSubtype = requiredString(raw, 'insightSubtype', where, report);
  const { content } = raw;
  if (!isRecord(content)) report(`${where}.content`, 'an object');
  const targets = readNestedStrings(raw, 'targetResources', where, report);
  if (name === undefined || insightSubtype === undefined || !isRecord(content)) return undefined;
  const period = /^(\d{1,12})(?:\.\d{1,9})?s$/.exec(optionalString(raw, 'observationPeriod', where, report) ?? '')?.[1];
  const lastRefreshTime = optionalTimestamp(raw, 'lastRefreshTime', where, report);
  return {
    name,
    insightSubtype,
    content: withoutSecrets(content),
    ...(period === undefined ? {} : { observationPeriod: Number(period) }),
    ...(lastRefreshTime === undefined ? {} : { lastRefreshTime }),
    targetResources: targets.items,
  };
}

/** Reads delegations.json: `[{ clientId, scopes: [...] }]`, which an administrator of the Workspace copies (gcp.md 1.8). */
export function readDelegations(raw: unknown, report: Report): NonNullable<GcpInput['delegations']> | undefined {
  return readPages(raw, 'delegations', report, (element, where, tell) => {
    const { clientId: given } = element;
    const clientId = typeof given === 'number' ? String(given) : requiredString(element, 'clientId', where, tell);
    const scopes = readNestedStrings(element, 'scopes', where, tell);
    return clientId === undefined || !scopes.complete ? undefined : { clientId, scopes: scopes.items };
  });
}

/** Reads disabled-services.json: `[{ project, service }]`, APIs that the collector found switched off (gcp.md 4.1). */
export function readDisabledServices(
  raw: unknown,
  report: Report,
): Listed<GcpInput['disabledServices'][number]> | undefined {
  return readPages(raw, 'services', report, (element, where, tell) => {
    const project = requiredString(element, 'project', where, tell);
    const service = requiredString(element, 'service', where, tell);
    return project === undefined || service === undefined
      ? undefined
      : { project: project.replace(/^projects\//, ''), service };
  });
}
