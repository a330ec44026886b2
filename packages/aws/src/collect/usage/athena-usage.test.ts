import { KeyreachError } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import type { AwsCall } from '../calls.ts';
import { ATHENA_USAGE_ACTIONS, type AthenaUsageOptions, collectAthenaUsage } from './athena-usage.ts';
import { type FakeAnswer, fakeCalls, fakeContext } from './testing/fake-calls.ts';

const trail = 'arn:aws:cloudtrail:eu-west-1:111111111111:trail/org';
const options: AthenaUsageOptions = { table: 'logs.cloudtrail', region: 'eu-west-1', trail };

const columns = [
  'principal',
  'origin',
  'event_source',
  'event_name',
  'marks',
  'roles',
  'resource',
  'first_call',
  'last_call',
  'calls',
  'refused_calls',
];
const line = (account: string, first: string): readonly string[] => [
  `arn:aws:iam::${account}:user/ann`,
  '',
  's3',
  'GetObject',
  '',
  '',
  '',
  first,
  '2026-03-31T00:00:00Z',
  '2',
  '0',
];
const page = (rows: readonly (readonly string[])[], NextToken?: string): FakeAnswer => ({
  ResultSet: { Rows: rows.map((row) => ({ Data: row.map((value) => (value === '' ? {} : { VarCharValue: value })) })) },
  ...(NextToken === undefined ? {} : { NextToken }),
});

/** Athena and CloudTrail as they answer when all goes well. */
function service(call: AwsCall): FakeAnswer {
  switch (call.command) {
    case 'StartQueryExecution':
      return { QueryExecutionId: 'q-1' };
    case 'GetQueryExecution':
      return { QueryExecution: { Status: { State: 'SUCCEEDED' } } };
    case 'GetQueryResults':
      return call.input?.['NextToken'] === undefined
        ? page([columns, line('111111111111', '2026-01-01T00:00:00Z')], 'more')
        : page([line('222222222222', '2026-02-01T00:00:00Z'), line('999999999999', '2026-02-01T00:00:00Z')]);
    case 'DescribeTrails':
      return {
        trailList: [{ TrailARN: trail, HomeRegion: 'eu-west-1', IsMultiRegionTrail: true, IsOrganizationTrail: true }],
      };
    case 'GetTrailStatus':
      return {
        IsLogging: true,
        StartLoggingTime: new Date('2026-01-15T00:00:00Z'),
        LatestDeliveryTime: new Date('2026-03-31T23:50:00Z'),
      };
    case 'GetEventSelectors':
      return { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true }] };
    default:
      return 'UnknownOperation';
  }
}

const written = (context: ReturnType<typeof fakeContext>) =>
  context.files.files.get('usage/athena.json') as
    | { readonly rows: readonly { readonly principal: string }[]; readonly coverage: readonly object[] }
    | undefined;

describe('use from Athena', () => {
  it('has its columns in the first row, on whichever page that is; a result without any is none', async () => {
    const late = fakeCalls((call) => {
      if (call.command !== 'GetQueryResults') return service(call);
      return call.input?.['NextToken'] === undefined
        ? page([], 'more')
        : page([columns, line('111111111111', '2026-01-01T00:00:00Z')]);
    });
    const context = fakeContext();
    await collectAthenaUsage(late, options, context);
    expect(written(context)?.rows).toMatchObject([{ principal: 'arn:aws:iam::111111111111:user/ann' }]);
    const empty = fakeCalls((call) => (call.command === 'GetQueryResults' ? {} : service(call)));
    const nothing = fakeContext();
    await collectAthenaUsage(empty, options, nothing);
    expect([written(nothing), empty.gaps.length]).toEqual([undefined, 1]);
  });

  it('tells no value of a record that an error quotes', async () => {
    const failed = (StateChangeReason: string) =>
      fakeCalls((call) =>
        call.command === 'GetQueryExecution'
          ? { QueryExecution: { Status: { State: 'FAILED', StateChangeReason } } }
          : service(call),
      );
    const quoting = failed("HIVE_BAD_DATA: Error parsing field value 'hunter2' for field 3");
    await collectAthenaUsage(quoting, options, fakeContext());
    expect(quoting.gaps.map(({ why }) => why)).toEqual(['the query ended as `FAILED`: HIVE_BAD_DATA']);
    const plain = failed('TABLE_NOT_FOUND: line 1:1: no such table');
    await collectAthenaUsage(plain, options, fakeContext());
    expect(plain.gaps[0]?.why).toContain('no such table');
  });

  it('is the rows of all pages, without the header, and what the trail covers of accounts with records', async () => {
    const calls = fakeCalls(service);
    const context = fakeContext();
    await collectAthenaUsage(
      calls,
      { ...options, accounts: ['111111111111', '222222222222', '333333333333'] },
      context,
    );
    expect(written(context)).toMatchObject({ format: 'keyreach-trail-usage/1', source: 'athena' });
    expect(written(context)?.rows.map(({ principal }) => principal.split(':')[4])).toEqual([
      '111111111111',
      '222222222222',
      '999999999999',
    ]);
    const events = { regions: '*', to: '2026-03-31T23:50:00.000Z', management: 'all', excluded: [], data: [] };
    // The trail was started after the first record; the second account has none before February, the third none at all.
    expect(written(context)?.coverage).toEqual([
      { account: '111111111111', from: '2026-01-15T00:00:00.000Z', ...events },
      { account: '222222222222', from: '2026-02-01T00:00:00.000Z', ...events },
    ]);
    expect(calls.gaps).toEqual([]);
    expect(calls.failures).toEqual([]);
    expect(new Set(calls.sent.map(({ action }) => action))).toEqual(new Set(ATHENA_USAGE_ACTIONS));
  });

  it('covers from the last change of the trail on, which is asked for in the account of the trail', async () => {
    const change = line('111111111111', '2026-02-20T00:00:00Z').with(2, 'cloudtrail').with(3, 'PutEventSelectors');
    const made = change.with(8, '2026-02-20T00:00:00Z');
    const calls = fakeCalls((call) =>
      call.command === 'GetQueryResults' && call.input?.['NextToken'] === undefined
        ? page([columns, line('111111111111', '2026-01-01T00:00:00Z'), made], 'more')
        : service(call),
    );
    const context = fakeContext();
    await collectAthenaUsage(calls, { ...options, accounts: ['222222222222'] }, context);
    expect(written(context)?.coverage).toMatchObject([{ account: '222222222222', from: '2026-02-20T00:00:00.000Z' }]);
    const [started] = calls.sent;
    expect(String(started?.input?.['QueryString'])).toMatch(/'111111111111', *'222222222222'/);
  });

  it('covers only the account of the trail where nobody tells the members, and nothing without a trail', async () => {
    const context = fakeContext();
    await collectAthenaUsage(fakeCalls(service), options, context);
    expect(written(context)?.coverage).toMatchObject([{ account: '111111111111' }]);
    const without = fakeContext();
    const calls = fakeCalls(service);
    await collectAthenaUsage(calls, { table: 'logs.cloudtrail', region: 'eu-west-1' }, without);
    expect(written(without)?.rows).toHaveLength(3);
    expect(written(without)?.coverage).toEqual([]);
    expect(calls.gaps).toMatchObject([{ what: 'what the Athena table records' }]);
  });

  it('leaves out the services without a region where the trail does, and other accounts where it is of one account', async () => {
    const alone = {
      TrailARN: trail,
      HomeRegion: 'eu-west-1',
      IsMultiRegionTrail: false,
      IncludeGlobalServiceEvents: false,
    };
    const calls = fakeCalls((call) => (call.command === 'DescribeTrails' ? { trailList: [alone] } : service(call)));
    const context = fakeContext();
    await collectAthenaUsage(calls, { ...options, accounts: ['111111111111', '222222222222'] }, context);
    expect(written(context)?.coverage).toMatchObject([
      {
        account: '111111111111',
        regions: ['eu-west-1'],
        excluded: [
          'account',
          'budgets',
          'ce',
          'cloudfront',
          'cur',
          'iam',
          'organizations',
          'route53',
          'route53domains',
          'shield',
          'sts',
          'waf',
        ].map((source) => `${source}.amazonaws.com`),
      },
    ]);
  });

  it('covers nothing where nobody knows since when the trail was logging', async () => {
    const calls = fakeCalls((call) => (call.command === 'GetTrailStatus' ? { IsLogging: false } : service(call)));
    const context = fakeContext();
    await collectAthenaUsage(calls, options, context);
    expect(written(context)?.coverage).toEqual([]);
    expect(calls.gaps).toHaveLength(1);
  });

  it('waits for the query with longer and longer pauses', async () => {
    let asked = 0;
    const calls = fakeCalls((call) =>
      call.command === 'GetQueryExecution' && ++asked < 8
        ? { QueryExecution: { Status: { State: asked < 3 ? 'QUEUED' : 'RUNNING' } } }
        : service(call),
    );
    const context = fakeContext();
    await collectAthenaUsage(calls, options, context);
    expect(context.clock.pauses).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
    expect(written(context)?.rows).toHaveLength(3);
  });

  it('is a gap with the first line of the reason where the query failed, and no file', async () => {
    const calls = fakeCalls((call) =>
      call.command === 'GetQueryExecution'
        ? {
            QueryExecution: {
              Status: { State: 'FAILED', StateChangeReason: `line 1:9: no column\n${'q'.repeat(9999)}` },
            },
          }
        : service(call),
    );
    const context = fakeContext();
    await collectAthenaUsage(calls, options, context);
    expect(written(context)).toBeUndefined();
    expect(calls.gaps.map(({ why }) => why)).toEqual(['the query ended as `FAILED`: line 1:9: no column']);
  });

  it.each(['StartQueryExecution', 'GetQueryExecution', 'GetQueryResults'])(
    'is a gap where %s is denied, without the text of the query, and no file',
    async (command) => {
      const calls = fakeCalls((call) => (call.command === command ? 'AccessDeniedException' : service(call)));
      const context = fakeContext();
      await collectAthenaUsage(calls, options, context);
      expect(written(context)).toBeUndefined();
      expect(calls.failures.map(({ failed }) => failed.call.command)).toEqual([command]);
      expect(JSON.stringify(calls.failures)).not.toContain('SELECT');
    },
  );

  it('keeps its rows without coverage where the trail may not be read', async () => {
    const calls = fakeCalls((call) => (call.command === 'GetEventSelectors' ? 'AccessDeniedException' : service(call)));
    const context = fakeContext();
    await collectAthenaUsage(calls, options, context);
    expect(written(context)).toMatchObject({ coverage: [] });
    expect(written(context)?.rows).toHaveLength(3);
    expect(calls.failures).toHaveLength(1);
  });

  it('is a gap where a row cannot be read: then nothing is covered', async () => {
    const calls = fakeCalls((call) =>
      call.command === 'GetQueryResults'
        ? page([columns, ['odd'], line('111111111111', '2026-01-01T00:00:00Z')])
        : service(call),
    );
    const context = fakeContext();
    await collectAthenaUsage(calls, options, context);
    expect(written(context)).toMatchObject({ rows: [{}], coverage: [] });
    expect(calls.gaps).toMatchObject([{ why: '1 rows of the result could not be read' }]);
  });

  it('goes on with the query of a run that was cancelled, and starts again where nobody knows it any more', async () => {
    const cancelled = fakeCalls((call) => {
      if (call.command === 'GetQueryExecution') throw new KeyreachError('cancelled', 'cancelled');
      return service(call);
    });
    const first = fakeContext();
    await expect(collectAthenaUsage(cancelled, options, first)).rejects.toThrow('cancelled');
    const files = first.files.files;

    const known = fakeCalls(service);
    const second = fakeContext(new Map(files), '2026-04-01T01:00:00.000Z');
    await collectAthenaUsage(known, options, second);
    expect(known.sent.map(({ command }) => command)).not.toContain('StartQueryExecution');
    expect(written(second)?.rows).toHaveLength(3);

    let asked = 0;
    const unknown = fakeCalls((call) =>
      call.command === 'GetQueryExecution' && asked++ === 0 ? 'InvalidRequestException' : service(call),
    );
    const third = fakeContext(new Map(files));
    await collectAthenaUsage(unknown, options, third);
    expect(unknown.sent.filter(({ command }) => command === 'StartQueryExecution')).toHaveLength(1);
    expect(written(third)?.rows).toHaveLength(3);

    // Of one that was started long ago the result may be gone; the window is still that of the collection.
    const late = fakeCalls(service);
    const week = fakeContext(new Map(files), '2026-04-01T00:00:00.000Z', '2026-04-08T00:00:00.000Z');
    await collectAthenaUsage(late, options, week);
    expect(late.sent[0]?.command).toBe('StartQueryExecution');

    const gone = fakeCalls((call) => (call.command === 'GetQueryResults' ? 'InvalidRequestException' : service(call)));
    const fifth = fakeContext(new Map(files));
    await collectAthenaUsage(gone, options, fifth);
    expect(gone.failures).toHaveLength(1);
    const again = fakeCalls(service);
    await collectAthenaUsage(again, options, fifth);
    expect(again.sent[0]?.command).toBe('StartQueryExecution');
    expect(written(fifth)?.rows).toHaveLength(3);

    const other = fakeCalls(service);
    await collectAthenaUsage(other, { ...options, days: 30 }, fakeContext(new Map(files)));
    expect(other.sent[0]?.command).toBe('StartQueryExecution');
  });

  it('stops at a token that comes again and again', async () => {
    const calls = fakeCalls((call) => (call.command === 'GetQueryResults' ? page([columns], 'same') : service(call)));
    const context = fakeContext();
    await collectAthenaUsage(calls, options, context);
    expect(calls.failures).toMatchObject([{ failed: { error: 'RepeatedToken' } }]);
    expect(written(context)).toBeUndefined();
  });
});
