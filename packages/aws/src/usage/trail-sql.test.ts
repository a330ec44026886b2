import { describe, expect, it } from 'vitest';
import { trailSql } from './trail-sql.ts';
import type { AthenaTable, LakeStore } from './trail-sql-source.ts';

const window = { from: '2026-01-10T06:30:00.000Z', to: '2026-02-10T00:00:00Z' };
const table: AthenaTable = { engine: 'athena', table: 'logs.cloudtrail', ...window };
const store: LakeStore = { engine: 'lake', eventDataStore: '0233062b-51c6-4d18-8dec-0dcb8f5b4a3f', ...window };

describe('the query over CloudTrail records', () => {
  it('is one SELECT that the service takes: CloudTrail Lake has room for 10,000 characters', () => {
    const accounts = (count: number) => Array.from({ length: count }, (_, at) => `${100_000_000_000 + at}`);
    expect(trailSql({ ...store, accounts: accounts(10) }).length).toBeLessThanOrEqual(10_000);
    expect(() => trailSql({ ...store, accounts: accounts(400) })).toThrow(
      expect.objectContaining({ code: 'too-many-accounts' }),
    );
    expect(trailSql({ ...table, accounts: accounts(400) })).toContain("'100000000399'");
    for (const sql of [trailSql(table), trailSql(store)]) {
      expect(sql).toMatch(/^WITH /);
      expect(sql).not.toContain(';');
    }
  });

  it('reads its table twice: for calls, and for sessions from two days earlier', () => {
    const sql = trailSql(table);
    expect(sql.split('FROM "logs"."cloudtrail"').length - 1).toBe(2);
    expect(sql.split("eventtime >= '2026-01-10T06:30:00Z'").length - 1).toBe(1);
    expect(sql.split("eventtime >= '2026-01-08T06:30:00Z'").length - 1).toBe(1);
    expect(trailSql(store)).toContain("eventtime >= timestamp '2026-01-08 06:30:00'");
  });

  it('asks only for the partitions that may hold the window', () => {
    const sql = trailSql({
      ...table,
      accounts: ['222222222222', '111111111111'],
      regions: ['eu-west-1'],
      partitions: { account: 'account', region: 'region', day: { column: 'timestamp', format: 'yyyy/MM/dd' } },
    });
    expect(sql).toContain(`"timestamp" BETWEEN '2026/01/10' AND '2026/02/11'`);
    expect(sql).toContain(`"timestamp" BETWEEN '2026/01/08' AND '2026/02/11'`);
    expect(sql).toContain(`"account" IN ('111111111111', '222222222222')`);
    expect(sql).toContain(`recipientaccountid IN ('111111111111', '222222222222')`);
    expect(sql).toContain(`"region" IN ('eu-west-1')`);
    const days = trailSql({ ...table, partitions: { day: { column: 'day', format: 'yyyy-MM-dd' } } });
    expect(days).toContain(`"day" BETWEEN '2026-01-10' AND '2026-02-11'`);
    expect(trailSql(table)).not.toContain('BETWEEN');
  });

  it('takes the id or the ARN of an event data store', () => {
    const arn = `arn:aws-us-gov:cloudtrail:us-gov-west-1:111111111111:eventdatastore/${store.eventDataStore}`;
    expect(trailSql({ ...store, eventDataStore: arn })).toBe(trailSql(store));
  });

  it.each([
    ['bad-table', { ...table, table: 'logs.cloud"trail' }],
    ['bad-table', { ...table, table: 'logs.cloudtrail WHERE 1=1 --' }],
    ['bad-table', { ...table, table: 'a.b.c.d' }],
    ['bad-table', { ...table, table: '' }],
    ['bad-event-data-store', { ...store, eventDataStore: "x' OR '1'='1" }],
    ['bad-event-data-store', { ...store, eventDataStore: `${store.eventDataStore}\n` }],
    ['bad-account', { ...table, accounts: ["1') OR ('1'='1"] }],
    ['bad-account', { ...store, accounts: [] }],
    ['bad-region', { ...table, partitions: { region: 'region' }, regions: ["eu'"] }],
    ['bad-column', { ...table, partitions: { day: { column: 'a" OR 1=1', format: 'yyyy/MM/dd' as const } } }],
    ['bad-time', { ...table, from: "2026-01-01' OR ''='" }],
    ['bad-time', { ...store, to: '2026-13-01T00:00:00Z' }],
  ])('refuses names that are none: %s', (code, source) => {
    expect(() => trailSql(source)).toThrow(expect.objectContaining({ code }));
  });
});
