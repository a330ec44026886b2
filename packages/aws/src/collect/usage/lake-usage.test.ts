import { KeyreachError } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import type { AwsCall } from '../calls.ts';
import { collectLakeUsage, LAKE_USAGE_ACTIONS, type LakeUsageOptions } from './lake-usage.ts';
import { type FakeAnswer, fakeCalls, fakeContext } from './testing/fake-calls.ts';

const eventDataStore = 'arn:aws:cloudtrail:eu-west-1:111111111111:eventdatastore/0233062b-51c6-4d18-8dec-0dcb8f5b4a3f';
const options: LakeUsageOptions = { eventDataStore, accounts: ['222222222222'] };

const row = (name: string) =>
  Object.entries({
    principal: `arn:aws:iam::111111111111:user/${name}`,
    origin: '',
    event_source: 's3',
    event_name: 'GetObject',
    marks: '',
    roles: '',
    resource: '',
    first_call: '2026-03-01T00:00:00Z',
    last_call: '2026-03-02T00:00:00Z',
    calls: '2',
    refused_calls: '0',
  }).map(([column, value]) => ({ [column]: value }));

const store: FakeAnswer = {
  EventDataStoreArn: eventDataStore,
  Status: 'ENABLED',
  MultiRegionEnabled: true,
  OrganizationEnabled: true,
  RetentionPeriod: 2557,
  CreatedTimestamp: new Date('2025-01-01T00:00:00Z'),
  AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }],
};

function service(call: AwsCall): FakeAnswer {
  switch (call.command) {
    case 'StartQuery':
      return { QueryId: 'q-1' };
    case 'DescribeQuery':
      return { QueryStatus: 'FINISHED' };
    case 'GetQueryResults':
      return call.input?.['NextToken'] === undefined
        ? { QueryResultRows: [], NextToken: 'more' }
        : { QueryResultRows: [row('zoe'), row('ann')] };
    case 'GetEventDataStore':
      return store;
    default:
      return 'UnknownOperation';
  }
}

const written = (context: ReturnType<typeof fakeContext>) =>
  context.files.files.get('usage/cloudtrail-lake.json') as
    | { readonly rows: readonly { readonly principal: string }[]; readonly coverage: readonly object[] }
    | undefined;

describe('use from CloudTrail Lake', () => {
  it('is the rows of all pages in order, an empty page among them, and what the store covers', async () => {
    const calls = fakeCalls(service);
    const context = fakeContext();
    await collectLakeUsage(calls, options, context);
    expect(written(context)?.rows.map(({ principal }) => principal)).toEqual([
      'arn:aws:iam::111111111111:user/ann',
      'arn:aws:iam::111111111111:user/zoe',
    ]);
    const events = { regions: '*', from: '2026-01-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' };
    const selected = { management: 'all', excluded: [], data: [] };
    expect(written(context)?.coverage).toEqual([
      { account: '111111111111', ...events, ...selected },
      { account: '222222222222', ...events, ...selected },
    ]);
    expect(new Set(calls.sent.map(({ action }) => action))).toEqual(new Set(LAKE_USAGE_ACTIONS));
    expect(new Set(calls.sent.map(({ region }) => region))).toEqual(new Set(['eu-west-1']));
  });

  it.each([
    ['since it was made', { CreatedTimestamp: '2026-02-01T00:00:00Z' }, [{ from: '2026-02-01T00:00:00.000Z' }, {}]],
    ['since it was changed', { UpdatedTimestamp: '2026-02-10T00:00:00Z' }, [{ from: '2026-02-10T00:00:00.000Z' }, {}]],
    ['as far as it keeps events', { RetentionPeriod: 7 }, [{ from: '2026-03-25T00:00:00.000Z' }, {}]],
    ['one account', { OrganizationEnabled: false }, [{ account: '111111111111' }]],
    ['one region', { MultiRegionEnabled: false }, [{ regions: ['eu-west-1'] }, {}]],
    ['nothing while it is stopped', { Status: 'STOPPED_INGESTION' }, []],
    ['nothing without the time it was made', { CreatedTimestamp: undefined }, []],
  ])('covers %s', async (_, change, coverage) => {
    const context = fakeContext();
    const calls = fakeCalls((call) =>
      call.command === 'GetEventDataStore' ? { ...(store as object), ...change } : service(call),
    );
    await collectLakeUsage(calls, options, context);
    expect(written(context)?.coverage).toHaveLength(coverage.length);
    expect(written(context)).toMatchObject({ coverage });
    expect(calls.gaps).toHaveLength(coverage.length === 0 ? 1 : 0);
  });

  it('covers what the store still has when a later run of the collection asks for it', async () => {
    const calls = fakeCalls((call) =>
      call.command === 'GetEventDataStore' ? { ...(store as object), RetentionPeriod: 30 } : service(call),
    );
    const context = fakeContext(new Map(), '2026-04-01T00:00:00.000Z', '2026-04-21T00:00:00.000Z');
    await collectLakeUsage(calls, options, context);
    expect(written(context)?.coverage[0]).toMatchObject({
      from: '2026-03-22T00:00:00.000Z',
      to: '2026-04-01T00:00:00.000Z',
    });
  });

  it('is a gap where the pages of the result come in circles', async () => {
    const calls = fakeCalls((call) =>
      call.command === 'GetQueryResults'
        ? { QueryResultRows: [], NextToken: call.input?.['NextToken'] === 'a' ? 'b' : 'a' }
        : service(call),
    );
    const context = fakeContext();
    await collectLakeUsage(calls, options, context);
    expect([written(context), calls.failures]).toMatchObject([undefined, [{ failed: { error: 'RepeatedToken' } }]]);
  });

  it.each(['FAILED', 'CANCELLED', 'TIMED_OUT'])('is a gap where the query ended as %s, and no file', async (state) => {
    const calls = fakeCalls((call) =>
      call.command === 'DescribeQuery' ? { QueryStatus: state, ErrorMessage: 'too large' } : service(call),
    );
    const context = fakeContext();
    await collectLakeUsage(calls, options, context);
    expect(written(context)).toBeUndefined();
    expect(calls.gaps.map(({ why }) => why)).toEqual([`the query ended as \`${state}\`: too large`]);
  });

  it.each(['StartQuery', 'DescribeQuery', 'GetQueryResults'])(
    'is a gap where %s is throttled for good',
    async (command) => {
      const calls = fakeCalls((call) => (call.command === command ? 'ThrottlingException' : service(call)));
      const context = fakeContext();
      await collectLakeUsage(calls, options, context);
      expect(written(context)).toBeUndefined();
      expect(calls.failures).toMatchObject([{ failed: { kind: 'throttled' } }]);
      expect(JSON.stringify(calls.failures)).not.toContain('SELECT');
    },
  );

  it('goes on with the query of a run that was cancelled', async () => {
    const first = fakeContext();
    const cancelled = fakeCalls((call) => {
      if (call.command === 'DescribeQuery') throw new KeyreachError('cancelled', 'cancelled');
      return service(call);
    });
    await expect(collectLakeUsage(cancelled, options, first)).rejects.toThrow('cancelled');
    const calls = fakeCalls(service);
    const second = fakeContext(first.files.files, '2026-04-01T06:00:00.000Z');
    await collectLakeUsage(calls, options, second);
    expect(calls.sent[0]?.command).toBe('DescribeQuery');
    // What it covers ends where the window of that query ended.
    expect(written(second)?.coverage).toMatchObject([{ to: '2026-04-01T00:00:00.000Z' }, {}]);
  });

  it('refuses what is no event data store', async () => {
    const wrong = { eventDataStore: "x' OR '1'='1" };
    await expect(collectLakeUsage(fakeCalls(service), wrong, fakeContext())).rejects.toThrow(
      expect.objectContaining({ code: 'bad-event-data-store' }),
    );
  });
});
