import type { RawRecord } from '@keyreach/core/input';
import type { GoogleMethod } from '../google-call.ts';
import { METHODS } from '../methods.ts';
import type { GcpCollectPart } from '../part.ts';

const ACTIVITIES: GcpCollectPart = {
  name: 'activities',
  what: 'service account activity',
  owners: 'projects',
  files: ['activities.json'],
  methods: [METHODS.accountActivity, METHODS.keyActivity],
  run: async (calls, { projectId }) => {
    const kinds = [
      ['serviceAccountLastAuthentication', METHODS.accountActivity],
      ['serviceAccountKeyLastAuthentication', METHODS.keyActivity],
    ] as const;
    const found: RawRecord[] = [];
    let hasAny = false;
    for (const [kind, method] of kinds) {
      const path = `/v1/projects/${projectId ?? ''}/locations/global/activityTypes/${kind}/activities:query`;
      const rows = await calls.listed(
        `activity (${kind})`,
        { method, path, query: { pageSize: '1000' } },
        'activities',
      );
      hasAny ||= rows !== undefined;
      for (const one of rows ?? []) found.push(one);
    }
    return hasAny ? { 'activities.json': { '': found } } : undefined;
  },
};

function insights(name: string, type: string, method: GoogleMethod, owners: 'node' | 'projects'): GcpCollectPart {
  return {
    name,
    what: `insights (${type})`,
    owners,
    files: ['insights.json'],
    methods: [method],
    run: async (calls, owner) => {
      const path = `/v1/${owner.name}/locations/global/insightTypes/${type}/insights`;
      const found = await calls.listed(`insights (${type})`, { method, path, query: { pageSize: '1000' } }, 'insights');
      return found && { 'insights.json': { '': found } };
    },
  };
}

/** Days that counters are kept (gcp.md 5). */
const COUNTER_DAYS = 42;

const COUNTERS: GcpCollectPart = {
  name: 'authentication-counters',
  what: 'authentication counters',
  owners: 'projects',
  files: ['auth-counters.json'],
  methods: [METHODS.counters],
  run: async (calls, { projectId }, { now }) => {
    const end = new Date(now).toISOString();
    const start = new Date(Date.parse(now) - COUNTER_DAYS * 86_400_000).toISOString();
    const found: RawRecord[] = [];
    let hasAny = false;
    for (const metric of ['service_account/authn_events_count', 'service_account/key/authn_events_count']) {
      const series = await calls.listed(
        `counters (${metric})`,
        {
          method: METHODS.counters,
          path: `/v3/projects/${projectId ?? ''}/timeSeries`,
          query: {
            filter: `metric.type="iam.googleapis.com/${metric}"`,
            'interval.startTime': start,
            'interval.endTime': end,
            'aggregation.alignmentPeriod': '86400s',
            'aggregation.perSeriesAligner': 'ALIGN_SUM',
            pageSize: '10000',
          },
        },
        'timeSeries',
      );
      hasAny ||= series !== undefined;
      for (const one of series ?? []) found.push(one);
    }
    return hasAny ? { 'auth-counters.json': { '': found } } : undefined;
  },
};

/** What services tell of use, beside audit logs (gcp.md 5). */
export const USAGE_PARTS: readonly GcpCollectPart[] = [
  ACTIVITIES,
  insights('service-account-insights', 'google.iam.serviceAccount.Insight', METHODS.accountInsights, 'projects'),
  insights('policy-insights', 'google.iam.policy.Insight', METHODS.policyInsights, 'node'),
  COUNTERS,
];
