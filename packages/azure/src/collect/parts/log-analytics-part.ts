import { KeyreachError } from '@keyreach/core/graph';
import type { RawRecord } from '@keyreach/core/input';
import { KQL_TABLES, type KqlKind, kqlCoverage, kqlRecords, oldestKql, rowsOfKql, usageKql } from '../../usage/kql.ts';
import { METHODS } from '../methods.ts';
import type { AzureCollectPart, OwnerCalls } from '../part.ts';

/** A Log Analytics workspace that logs go to. */
export interface LogAnalyticsUse {
  /** Id of the workspace. */
  readonly workspace: string;
  /** Days back. Default 90. */
  readonly days?: number;
  /**
   * Scopes all records of which go to the workspace: `/subscriptions/ID`, or `/` for the tenant. Only of these silence proves anything, for as
   * long as the workspace keeps records.
   */
  readonly covers?: readonly string[];
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const SCOPE = /^\/(?:subscriptions\/[0-9a-f-]{36})?$/i;

const WORKSPACES = 'Microsoft.OperationalInsights/workspaces';

const DAYS = 90;

const MOST_DAYS = 4_000;

const DAY = 86_400_000;

const WHAT: Readonly<Record<KqlKind, string>> = {
  arm: 'activity logs of the workspace',
  'sign-in': 'sign-in logs of the workspace',
  graph: 'logs of calls of Microsoft Graph of the workspace',
};

/**
 * The part that adds logs up in a workspace (azure.md 5).
 *
 * @throws KeyreachError `bad-option` for values that cannot be used.
 */
export function logAnalyticsPart({ workspace, days = DAYS, covers = [] }: LogAnalyticsUse): AzureCollectPart {
  if (!GUID.test(workspace)) throw new KeyreachError('bad-option', `\`${workspace}\` is no id of a workspace`);
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) {
    throw new KeyreachError('bad-option', `\`${days}\` days, expected 1 to ${MOST_DAYS}`);
  }
  for (const scope of covers) {
    if (!SCOPE.test(scope)) throw new KeyreachError('bad-option', `\`${scope}\` is neither / nor /subscriptions/ID`);
  }
  return {
    name: 'log-analytics',
    what: 'logs of the workspace',
    owners: 'tenant',
    files: ['usage/log-analytics.json'],
    methods: [METHODS.logAnalytics],
    actions: [
      `${WORKSPACES}/read`,
      ...Object.values(KQL_TABLES).flatMap((tables) => tables.map((table) => `${WORKSPACES}/query/${table}/read`)),
    ],
    run: async (calls, _, { now }) => {
      const period = { from: new Date(Date.parse(now) - days * DAY).toISOString(), to: new Date(now).toISOString() };
      const rows: RawRecord[] = [];
      const coverage: RawRecord[] = [];
      let isRead = false;
      for (const kind of ['arm', 'sign-in', 'graph'] as const) {
        const records = await asked(calls, kind, workspace, usageKql(kind, period));
        const oldest = records === undefined ? undefined : await asked(calls, kind, workspace, oldestKql(kind));
        if (records === undefined || oldest === undefined) continue;
        isRead = true;
        for (const row of rowsOfKql(kind, records)) rows.push({ ...row });
        const first = oldest[0]?.['oldest'];
        const scopes = kind === 'arm' ? covers : covers.filter((scope) => scope === '/');
        for (const one of kqlCoverage(kind, scopes, period, typeof first === 'string' ? first : undefined)) {
          coverage.push({ ...one });
        }
      }
      return isRead ? { 'usage/log-analytics.json': { rows, coverage } } : undefined;
    },
  };
}

async function asked(
  calls: OwnerCalls,
  kind: KqlKind,
  workspace: string,
  query: string,
): Promise<readonly RawRecord[] | undefined> {
  const path = `/v1/workspaces/${workspace.toLowerCase()}/query`;
  const reply = await calls.sent(WHAT[kind], { method: METHODS.logAnalytics, path, body: { query } });
  if (reply === undefined) return undefined;
  const records = kqlRecords(reply);
  if (records === undefined)
    calls.unread(WHAT[kind], 'the workspace gave only a part of the answer; ask for fewer days');
  return records;
}
