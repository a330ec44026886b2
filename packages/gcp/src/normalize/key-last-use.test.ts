import { expect, it } from 'vitest';
import type { GcpActivity } from '../bundle/gcp-input.ts';
import { KeyLastUse } from './key-last-use.ts';

const activity = (key: string, more: Partial<GcpActivity>): GcpActivity => ({
  fullResourceName: `//iam.googleapis.com/projects/p/serviceAccounts/1/keys/${key}`,
  activityType: 'serviceAccountKeyLastAuthentication',
  observationPeriod: { startTime: '2025-06-01T07:00:00Z', endTime: '2026-06-01T07:00:00Z' },
  ...more,
});

it('tells the latest authentication; none is `never` only for keys made in the time that was looked at', () => {
  const items = [
    activity('a', { lastAuthenticatedTime: '2026-05-01T07:00:00Z' }),
    activity('a', { lastAuthenticatedTime: '2026-04-01T07:00:00Z' }),
    activity('b', {}),
    activity('c', { activityType: 'serviceAccountLastAuthentication' }),
  ];
  const input = {
    auditLogs: [],
    auditUsage: [],
    disabledServices: [],
    gaps: [],
    activities: { items, complete: true },
  };
  const uses = new KeyLastUse(input);
  expect(uses.of('a', undefined)).toEqual({ state: 'used', at: '2026-05-01T07:00:00.000Z' });
  expect(uses.of('b', '2025-07-01T00:00:00.000Z')).toEqual({ state: 'never' });
  expect(uses.of('b', '2025-05-01T00:00:00.000Z')).toEqual({ state: 'unknown' });
  expect(uses.of('b', undefined)).toEqual({ state: 'unknown' });
  expect(uses.of('c', '2025-07-01T00:00:00.000Z')).toEqual({ state: 'unknown' });
});
