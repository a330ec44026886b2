import { describe, expect, it } from 'vitest';
import { auditSql } from './audit-sql.ts';
import { rowsOfAuditQuery } from './audit-sql-rows.ts';

const window = { from: '2026-01-01T00:00:00Z', to: '2026-04-01T00:00:00Z' };

describe('the query over audit logs', () => {
  it('reads both tables of a sink, or those of each day', () => {
    const sql = auditSql({ engine: 'bigquery', dataset: 'p.logs', ...window });
    expect(sql).toContain('FROM `p.logs.cloudaudit_googleapis_com_activity`');
    expect(sql).toContain('FROM `p.logs.cloudaudit_googleapis_com_data_access`');
    expect(sql).not.toContain('_TABLE_SUFFIX');
    const sharded = auditSql({ engine: 'bigquery', dataset: 'p.logs', sharded: true, ...window });
    expect(sharded).toContain('FROM `p.logs.cloudaudit_googleapis_com_activity_*`');
    expect(sharded).toContain("_TABLE_SUFFIX BETWEEN '20260101' AND '20260401'");
  });

  it('spells fields as Log Analytics does', () => {
    const sql = auditSql({ engine: 'log-analytics', view: 'p.global._Default._AllLogs', ...window });
    expect(sql).toContain('FROM `p.global._Default._AllLogs`');
    expect(sql).toContain('proto_payload.audit_log.authentication_info.service_account_key_name');
    expect(sql).not.toContain('serviceAccountKeyName');
  });

  it('takes no name and no time that could mean anything else', () => {
    for (const dataset of ['logs', 'p.`x`', 'p.l\\', 'p.a b', `p.${'x'.repeat(500)}`]) {
      expect(() => auditSql({ engine: 'bigquery', dataset, ...window })).toThrow('not a table');
    }
    for (const from of ["2026-01-01T00:00:00Z' OR '1'='1", '2026-13-01T00:00:00Z', 'now']) {
      expect(() => auditSql({ engine: 'bigquery', dataset: 'p.logs', ...window, from })).toThrow('not a time');
    }
  });
});

describe('rows of its result', () => {
  const result = {
    principal: 'ci@p.iam.gserviceaccount.com',
    key_id: 'k',
    delegators: 'a@x.io\n?',
    service: 'storage.googleapis.com',
    permission: 'storage.objects.get',
    method: '',
    resource: '',
    calls: '3',
    refused_calls: '1',
    first_call: '2026-01-01T00:00:00Z',
    last_call: '2026-01-02T00:00:00Z',
  };

  it('are read, in order', () => {
    expect(rowsOfAuditQuery([result, { ...result, principal: 'a' }])).toEqual({
      rows: ['a', result.principal].map((principal) => ({
        principal,
        keyId: 'k',
        delegators: ['a@x.io', '?'],
        permission: 'storage.objects.get',
        service: 'storage.googleapis.com',
        first: '2026-01-01T00:00:00Z',
        last: '2026-01-02T00:00:00Z',
        count: 3,
        refused: 1,
      })),
      unread: 0,
    });
  });

  it('are left out where they are of another shape', () => {
    const odd = [
      { ...result, principal: '' },
      { ...result, calls: '-1' },
      { ...result, calls: '0' },
      { ...result, first_call: null },
      { ...result, last_call: 'yesterday' },
      {},
    ];
    expect(rowsOfAuditQuery(odd)).toEqual({ rows: [], unread: odd.length });
    const refused = { ...result, calls: '0', first_call: null, last_call: null };
    expect(rowsOfAuditQuery([refused]).rows).toMatchObject([{ count: 0, refused: 1 }]);
  });
});
