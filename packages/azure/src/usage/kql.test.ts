import { describe, expect, it } from 'vitest';
import { kqlCoverage, kqlRecords, oldestKql, rowsOfKql, usageKql } from './kql.ts';

const period = { from: '2026-03-01T00:00:00.000Z', to: '2026-06-01T00:00:00.000Z' };

describe('usageKql', () => {
  it.each(['arm', 'sign-in', 'graph'] as const)('asks for %s between two times, added up as files are', (kind) => {
    const query = usageKql(kind, period);
    expect(query).toContain('TimeGenerated >= datetime(2026-03-01T00:00:00.000Z)');
    expect(query).toContain('TimeGenerated < datetime(2026-06-01T00:00:00.000Z)');
    expect(query).toContain('failures=count_distinctif(call, not(ok))');
    expect(query).toMatch(/summarize first=minif\(TimeGenerated, ok\), last=maxif\(TimeGenerated, ok\)/);
  });

  it('takes nothing but times', () => {
    expect(() => usageKql('arm', { ...period, to: "2026-06-01') | union *" })).toThrow(RangeError);
  });

  it('asks how far back records go', () => {
    expect(oldestKql('sign-in')).toBe(
      'union isfuzzy=true AADServicePrincipalSignInLogs, AADManagedIdentitySignInLogs\n| summarize oldest=min(TimeGenerated)',
    );
  });
});

describe('kqlRecords', () => {
  const columns = [
    { name: 'a', type: 'string' },
    { name: 'b', type: 'long' },
  ];

  it('reads the first table', () => {
    expect(kqlRecords({ tables: [{ name: 'PrimaryResult', columns, rows: [['x', 1]] }] })).toEqual([{ a: 'x', b: 1 }]);
  });

  it.each([
    [{ tables: [{ columns, rows: [['x', 1]] }], error: { code: 'PartialError' } }],
    [{ tables: [{ columns, rows: [['x']] }] }],
    [{ tables: [{ columns: [{}], rows: [] }] }],
    [{ tables: [] }],
    [{}],
  ])('is undefined for a part of an answer or another shape: %o', (reply) => {
    expect(kqlRecords(reply)).toBeUndefined();
  });
});

describe('rowsOfKql', () => {
  it('makes the rows that files give', () => {
    const record = {
      principalId: 'p',
      appId: '',
      action: 'GET /users/{id}',
      first: '2026-05-01T10:00:00.123Z',
      last: '2026-05-02T10:00:00Z',
      calls: 2,
      failures: 1,
      roles: '["User.Read.All Mail.Send","Mail.Send"]',
    };
    expect(rowsOfKql('graph', [record])).toEqual([
      {
        kind: 'graph',
        principalId: 'p',
        action: 'GET /users/{id}',
        first: '2026-05-01T10:00:00Z',
        last: '2026-05-02T10:00:00Z',
        count: 2,
        failed: 1,
        roles: ['Mail.Send', 'User.Read.All'],
      },
    ]);
  });

  it('has no times where all failed, and leaves out what is no row', () => {
    const failed = { principalId: 'p', action: 'x', first: null, last: null, calls: 0, failures: 3 };
    expect(
      rowsOfKql('arm', [failed, { ...failed, calls: 1 }, { ...failed, action: '' }, { ...failed, failures: -1 }]),
    ).toEqual([{ kind: 'arm', principalId: 'p', action: 'x', count: 0, failed: 3 }]);
  });
});

describe('kqlCoverage', () => {
  it('is no longer than records are kept, and nothing where there are none or nobody says so', () => {
    expect(kqlCoverage('arm', ['/'], period, '2026-04-01T00:00:00Z')).toEqual([
      { kind: 'arm', scope: '/', from: '2026-04-01T00:00:00Z', to: '2026-06-01T00:00:00Z' },
    ]);
    expect(kqlCoverage('arm', ['/'], period, '2025-01-01T00:00:00Z')).toMatchObject([{ from: '2026-03-01T00:00:00Z' }]);
    expect(kqlCoverage('arm', ['/'], period, undefined)).toEqual([]);
    expect(kqlCoverage('arm', [], period, '2026-04-01T00:00:00Z')).toEqual([]);
    expect(kqlCoverage('arm', ['/'], period, '2026-07-01T00:00:00Z')).toEqual([]);
  });
});
