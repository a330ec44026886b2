import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BundleWriter } from '@keyreach/core/collection';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ABSENT } from '../../bundle/merge-inputs.ts';
import { readAwsInput } from '../../bundle/read-bundle.ts';
import { withTrailUsage } from '../../bundle/with-trail-usage.ts';
import type { AwsCall } from '../calls.ts';
import { collectLakeUsage } from './lake-usage.ts';
import { collectLookupEvents } from './lookup-events.ts';
import { type FakeAnswer, fakeCalls, fakeClock } from './testing/fake-calls.ts';
import { collectTrailFiles } from './trail-download.ts';
import { collectTrailSettings } from './trail-settings.ts';
import type { UsageContext } from './usage-context.ts';

const ACCOUNT = '111111111111';
const ANN = `arn:aws:iam::${ACCOUNT}:user/ann`;
const TRAIL = `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/main`;
const STORE = `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:eventdatastore/0233062b-51c6-4d18-8dec-0dcb8f5b4a3f`;

const record = (eventID: string, eventTime: string): object => ({
  eventVersion: '1.11',
  eventID,
  eventTime,
  eventSource: 'ec2.amazonaws.com',
  eventName: 'RunInstances',
  eventType: 'AwsApiCall',
  eventCategory: 'Management',
  awsRegion: 'eu-west-1',
  recipientAccountId: ACCOUNT,
  userIdentity: { type: 'IAMUser', arn: ANN, accountId: ACCOUNT, accessKeyId: 'AKIAAAAAAAAAAAAAAAA1' },
  requestParameters: { userData: 'SECRET', roleArn: `arn:aws:iam::${ACCOUNT}:role/app`, tagSpecificationSet: {} },
});
const records = [record('e-2', '2026-03-30T10:00:00Z'), record('e-1', '2026-03-29T10:00:00Z')];
const events = { Events: records.map((one) => ({ EventTime: new Date(0), CloudTrailEvent: JSON.stringify(one) })) };
const row = {
  principal: ANN,
  origin: 'AKIAAAAAAAAAAAAAAAA1',
  eventSource: 'ec2',
  eventName: 'RunInstances',
  marks: ['tags'],
  roles: [`arn:aws:iam::${ACCOUNT}:role/app`],
  first: '2026-03-29T10:00:00.000Z',
  last: '2026-03-30T10:00:00.000Z',
  count: 2,
  refused: 0,
};

let made = '';
let root = '';
beforeEach(() => {
  made = mkdtempSync(join(tmpdir(), 'keyreach-use-'));
  root = made;
});
afterEach(() => rmSync(made, { recursive: true, force: true }));

/** What the analysis reads of a bundle that the collector wrote. */
async function collected(write: (context: UsageContext, files: BundleWriter) => Promise<void>) {
  const files = await BundleWriter.open(root);
  const details = {
    UserDetailList: [{ UserName: 'ann', Arn: ANN }],
    GroupDetailList: [],
    RoleDetailList: [],
    Policies: [],
  };
  await files.writeJson(`accounts/${ACCOUNT}/iam/account-authorization-details.json`, details);
  const now = '2026-04-01T00:00:00.000Z';
  await write({ files, clock: fakeClock(), now, runAt: now }, files);
  const input = await withTrailUsage(await readAwsInput(root));
  return { usage: input.trailUsage, gaps: input.gaps.filter(({ why }) => why !== ABSENT) };
}

describe('recorded use, from the collector to the analysis', () => {
  it('of the event history', async () => {
    const page = (call: AwsCall): FakeAnswer => (call.region === 'us-east-1' ? { Events: [] } : events);
    const { usage, gaps } = await collected((context) => collectLookupEvents(fakeCalls(page), {}, context));
    expect(gaps).toEqual([]);
    expect(usage).toMatchObject([
      {
        rows: [row],
        coverage: [
          { account: ACCOUNT, regions: ['eu-west-1', 'us-east-1'], to: '2026-04-01T00:00:00.000Z', management: 'all' },
        ],
      },
    ]);
  });

  it('of the regions whose event history could be read, and of no other', async () => {
    const page = (call: AwsCall): FakeAnswer => (call.region === 'us-east-1' ? 'AccessDeniedException' : events);
    const { usage } = await collected((context) => collectLookupEvents(fakeCalls(page), {}, context));
    expect(usage.flatMap(({ coverage }) => coverage)).toMatchObject([{ account: ACCOUNT, regions: ['eu-west-1'] }]);
    root = join(root, 'other');
    const none = await collected((context) =>
      collectLookupEvents(
        fakeCalls(() => 'AccessDeniedException'),
        {},
        context,
      ),
    );
    expect(none.usage.flatMap(({ coverage }) => coverage)).toEqual([]);
  });

  it('of the files of a trail, with what the trail records', async () => {
    const body = gzipSync(JSON.stringify({ Records: records }));
    const key = `AWSLogs/${ACCOUNT}/CloudTrail/eu-west-1/2026/03/30/${ACCOUNT}_CloudTrail_eu-west-1_20260330T1005Z_Ab01.json.gz`;
    const answer = (call: AwsCall): FakeAnswer => {
      switch (call.command) {
        case 'ListObjectsV2':
          return {
            Contents:
              call.input?.['Prefix'] === key.slice(0, key.indexOf('2026')) ? [{ Key: key, Size: body.length }] : [],
          };
        case 'GetObject':
          return { Body: body };
        case 'DescribeTrails':
          return { trailList: [{ TrailARN: TRAIL, HomeRegion: 'eu-west-1', IsMultiRegionTrail: true }] };
        case 'GetTrailStatus':
          return { IsLogging: true, StartLoggingTime: new Date('2026-01-01T00:00:00Z') };
        default:
          return { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true }] };
      }
    };
    const { usage, gaps } = await collected(async (context, files) => {
      await collectTrailFiles(fakeCalls(answer), { bucket: 'logs', region: 'eu-west-1', accounts: [ACCOUNT] }, context);
      await files.writeJson(`accounts/${ACCOUNT}/trails.json`, await collectTrailSettings(fakeCalls(answer)));
    });
    expect(gaps).toEqual([]);
    expect(usage).toMatchObject([
      { rows: [row], coverage: [{ account: ACCOUNT, regions: '*', from: row.first, to: row.last, management: 'all' }] },
    ]);
  });

  it('of CloudTrail Lake', async () => {
    const result = {
      principal: ANN,
      origin: row.origin,
      event_source: 'ec2',
      event_name: 'RunInstances',
      marks: 'tags',
      roles: row.roles[0],
      resource: '',
      first_call: '2026-03-29T10:00:00Z',
      last_call: '2026-03-30T10:00:00Z',
      calls: '2',
      refused_calls: '0',
    };
    const answers: Readonly<Record<string, FakeAnswer>> = {
      StartQuery: { QueryId: 'q-1' },
      DescribeQuery: { QueryStatus: 'FINISHED' },
      GetQueryResults: { QueryResultRows: [Object.entries(result).map(([column, value]) => ({ [column]: value }))] },
      GetEventDataStore: {
        EventDataStoreArn: STORE,
        Status: 'ENABLED',
        MultiRegionEnabled: true,
        RetentionPeriod: 365,
        CreatedTimestamp: new Date('2025-01-01T00:00:00Z'),
        AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }],
      },
    };
    const calls = fakeCalls((call) => answers[call.command] ?? 'UnknownOperation');
    const { usage, gaps } = await collected((context) => collectLakeUsage(calls, { eventDataStore: STORE }, context));
    expect(gaps).toEqual([]);
    expect(usage).toMatchObject([
      {
        source: 'cloudtrail-lake',
        rows: [row],
        coverage: [{ account: ACCOUNT, regions: '*', from: '2026-01-01T00:00:00.000Z' }],
      },
    ]);
  });
});
