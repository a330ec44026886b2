import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTrailFiles, rowsOfQuery, type TrailRow, trailSql } from '@keyreach/aws/offline';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naiveTrailRows } from '../oracle/naive-trail-use.ts';
import { arbitraryTrail } from '../oracle/random-trail.ts';
import { runSql } from './run-sql.ts';

const window = { from: '2025-12-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };
const store = '0233062b-51c6-4d18-8dec-0dcb8f5b4a3f';
const athena = trailSql({
  engine: 'athena',
  table: 'logs.cloudtrail',
  partitions: { day: { column: 'day', format: 'yyyy/MM/dd' }, region: 'region' },
  ...window,
});
const lake = trailSql({ engine: 'lake', eventDataStore: store, ...window });
const engines = [
  ['athena', athena],
  ['lake', lake],
] as const;

type Fields = Readonly<Record<string, unknown>>;

/** A query asks for a window of time: what opened a session at no time is in none. */
const timed = (records: readonly object[]): readonly object[] =>
  records.filter((record) => 'eventTime' in record || !('responseElements' in record));

function rowsOf(engine: 'athena' | 'lake', sql: string, records: readonly object[]): readonly TrailRow[] {
  const [results] = runSql(engine, sql, [records]);
  const { rows, unread } = rowsOfQuery(results!);
  expect(unread).toBe(0);
  return rows;
}

describe.each(engines)('the query for %s, run by an engine', (engine, sql) => {
  it('gives the rows of the slow way, on random logs', () => {
    const trails = fc.sample(arbitraryTrail(), { numRuns: 150, seed: 20_261_122 }).map(timed);
    const results = runSql(engine, sql, trails);
    expect(results.length).toBe(trails.length);
    let rows = 0;
    for (const [index, trail] of trails.entries()) {
      const read = rowsOfQuery(results[index]!);
      expect(read).toEqual({ rows: naiveTrailRows(trail), unread: 0 });
      rows += read.rows.length;
    }
    // The logs are not so poor that there is nothing to compare.
    expect(rows).toBeGreaterThan(1000);
  });
});

it('the reader of files and both queries give equal rows', async () => {
  const trails = fc.sample(arbitraryTrail(), { numRuns: 15, seed: 42 }).map(timed);
  const directory = mkdtempSync(join(tmpdir(), 'keyreach-sql-'));
  try {
    const read: (readonly TrailRow[])[] = [];
    for (const [index, Records] of trails.entries()) {
      const path = join(directory, `${index}.json`);
      writeFileSync(path, JSON.stringify({ Records }));
      read.push((await readTrailFiles([path], { threads: 0 })).rows);
    }
    expect(read.flat().length).toBeGreaterThan(100);
    for (const [engine, sql] of engines) {
      expect(runSql(engine, sql, trails).map((rows) => rowsOfQuery(rows).rows)).toEqual(read);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

const call = (more: Fields): Fields => ({
  eventType: 'AwsApiCall',
  eventTime: '2026-03-01T00:00:00Z',
  eventSource: 'ec2.amazonaws.com',
  eventName: 'RunInstances',
  eventID: 'call',
  recipientAccountId: '111111111111',
  userIdentity: {
    type: 'IAMUser',
    arn: 'arn:aws:iam::111111111111:user/ann',
    accountId: '111111111111',
    accessKeyId: 'ASIAAAAAAAAAAAAAAAA1',
  },
  ...more,
});

describe('the window of a query', () => {
  const bounded = { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' };
  const asked = [
    [
      'athena',
      trailSql({
        engine: 'athena',
        table: 'logs.cloudtrail',
        partitions: { day: { column: 'day', format: 'yyyy/MM/dd' } },
        accounts: ['111111111111'],
        ...bounded,
      }),
    ],
    ['lake', trailSql({ engine: 'lake', eventDataStore: store, accounts: ['111111111111'], ...bounded })],
  ] as const;

  it.each(asked)(
    '%s: holds its first second and not its last, one account, and sessions opened before',
    (engine, sql) => {
      const opening = call({
        eventID: 'opening',
        eventTime: '2026-02-27T12:00:00Z',
        eventSource: 'sts.amazonaws.com',
        eventName: 'GetSessionToken',
        userIdentity: {
          type: 'IAMUser',
          arn: 'arn:aws:iam::111111111111:user/ann',
          accessKeyId: 'AKIAAAAAAAAAAAAAAAA1',
        },
        responseElements: { credentials: { accessKeyId: 'ASIAAAAAAAAAAAAAAAA1' } },
      });
      const rows = rowsOf(engine, sql, [
        opening,
        call({ eventID: 'early', eventTime: '2026-02-28T23:59:59Z' }),
        call({ eventID: 'first' }),
        call({ eventID: 'last', eventTime: '2026-03-01T23:59:59Z' }),
        call({ eventID: 'late', eventTime: '2026-03-02T00:00:00Z' }),
        call({ eventID: 'other', recipientAccountId: '222222222222' }),
      ]);
      expect(rows).toMatchObject([
        {
          origin: 'AKIAAAAAAAAAAAAAAAA1',
          eventName: 'RunInstances',
          first: '2026-03-01T00:00:00.000Z',
          last: '2026-03-01T23:59:59.000Z',
          count: 2,
        },
      ]);
    },
  );
});

describe('roles and profiles of a request', () => {
  const role = 'arn:aws:iam::111111111111:role/app';
  const requests: readonly (readonly [string, unknown, readonly string[], readonly string[]])[] = [
    ['a text', { roleArn: role }, [role], []],
    ['two in a list', { list: [role, `${role}2`, role] }, [role, `${role}2`], []],
    ['a name of a field', { nested: { [role]: 'x' } }, [], []],
    ['a policy in a text', { nested: { policy: `{"AWS":"${role}"}` } }, [], []],
    ['a quotation at the end of a text', { nested: { note: `he said "${role}` } }, [], []],
    ['a quotation at the begin of a text', { nested: { note: `${role}" he said` } }, [], []],
    ['a field', { nested: { iamInstanceProfile: null } }, [], ['instance-profile']],
    ['a text that speaks of the field', { nested: { note: '"iamInstanceProfile":' } }, [], []],
    ['a text of the same name', { nested: ['iamInstanceProfile'] }, [], []],
  ];

  it.each(engines)('%s: are told from texts that only quote them', (engine, sql) => {
    const results = runSql(
      engine,
      sql,
      requests.map(([, requestParameters]) => [call({ requestParameters })]),
    );
    const found = results.map((rows) => rowsOfQuery(rows).rows[0]);
    expect(found.map((row) => [row?.roles, row?.marks])).toEqual(requests.map(([, , roles, marks]) => [roles, marks]));
    const oracle = requests.map(([, requestParameters]) => naiveTrailRows([call({ requestParameters })])[0]);
    expect(found).toEqual(oracle);
  });

  it('a text of CloudTrail Lake that is itself JSON counts as what is nested; Athena tells them apart', () => {
    const record = call({ requestParameters: { document: `{"AWS":"${role}"}` } });
    expect(rowsOf('lake', lake, [record])[0]?.roles).toEqual([role]);
    expect(rowsOf('athena', athena, [record])[0]?.roles).toEqual([]);
  });
});

describe('the end of a chain of sessions', () => {
  const key = (index: number): string => `ASIAAAAAAAAAAAAAAAA${index}`;
  const identity = (accessKeyId: string): Fields => ({
    type: 'IAMUser',
    arn: 'arn:aws:iam::111111111111:user/ann',
    accessKeyId,
  });
  /** Sessions that opened each other, the first of them with a key of the console that nobody opened. */
  const chain = (sessions: number): readonly object[] => [
    call({ userIdentity: identity(key(0)) }),
    ...Array.from({ length: sessions }, (_, index) =>
      call({
        eventID: `opening-${index}`,
        eventSource: 'sts.amazonaws.com',
        eventName: 'AssumeRole',
        userIdentity: identity(key(index + 1)),
        responseElements: { credentials: { accessKeyId: key(index) } },
        ...(index === sessions - 1 ? { sessionCredentialFromConsole: 'true' } : {}),
      }),
    ),
  ];

  it.each(engines)('%s: a session that nobody opened counts among the five that are followed', (engine, sql) => {
    const chains = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(chain);
    const results = runSql(engine, sql, chains).map((rows) => rowsOfQuery(rows).rows);
    expect(results).toEqual(chains.map(naiveTrailRows));
    const origins = results.map((rows) => rows.find(({ eventName }) => eventName === 'RunInstances')?.origin);
    const untold = [undefined, undefined, undefined, undefined, undefined];
    expect(origins).toEqual(['console', 'console', 'console', 'console', ...untold]);
  });

  it.each(engines)('%s: sessions in a circle have no origin', (engine, sql) => {
    const circle = chain(3).map((record, index) =>
      index === 3 ? { ...record, userIdentity: identity(key(0)) } : record,
    );
    expect(rowsOf(engine, sql, circle)).toEqual(naiveTrailRows(circle));
    expect(rowsOf(engine, sql, circle).every(({ origin }) => origin === undefined)).toBe(true);
  });
});
