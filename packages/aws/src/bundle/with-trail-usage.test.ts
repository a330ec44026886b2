import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, ANN, record, temporaryFiles } from '../usage/testing/records.ts';
import type { AwsInput } from './aws-input.ts';
import { detectAwsInput } from './detect-input.ts';
import { ABSENT } from './merge-inputs.ts';
import { readAwsInput, readAwsInputs } from './read-bundle.ts';
import { withTrailUsage } from './with-trail-usage.ts';

const OTHER = '444455556666';
const ARN = `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/main`;
const DETAILS = {
  UserDetailList: [{ UserName: 'ann', Arn: ANN }],
  GroupDetailList: [],
  RoleDetailList: [],
  Policies: [],
};

const { directory, write } = temporaryFiles();

const account = (path: string, content: unknown, id = ACCOUNT): string => write(`b/accounts/${id}/${path}`, content);
const details = (): string => account('iam/account-authorization-details.json', DETAILS);
const log = (...records: readonly object[]): object => ({ Records: records });
const trails = (fields: object = {}, status: object = { IsLogging: true }, selector: object = {}): object => ({
  trailList: [{ TrailARN: ARN, HomeRegion: 'eu-west-1', IsMultiRegionTrail: true, ...fields }],
  Status: { [ARN]: status },
  EventSelectors: { [ARN]: { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true, ...selector }] } },
});
const DAYS = [record(), record({ eventTime: '2026-05-31T00:00:00Z' })];
const WINDOW = { from: '2026-05-01T10:00:00.000Z', to: '2026-05-31T00:00:00.000Z' };
const COVERED = { account: ACCOUNT, regions: '*', ...WINDOW, management: 'all', excluded: [], data: [] };

const read = async (path = 'b'): Promise<AwsInput> => withTrailUsage(await readAwsInput(`${directory()}/${path}`));
/** Gaps other than those for files that are simply not there. */
const gaps = (input: AwsInput): readonly string[] =>
  input.gaps.flatMap(({ what, why }) => (why === ABSENT ? [] : [`${what}: ${why}`]));
const absent = (input: AwsInput): readonly string[] =>
  input.gaps.flatMap(({ what, why, scope }) => (why === ABSENT && scope.includes(ACCOUNT) ? [what] : []));

describe('logs of an account', () => {
  it('are read where asked for, and covered by what its trails record', async () => {
    details();
    account('cloudtrail/2026/a.json.gz', gzipSync(JSON.stringify(log(...DAYS))));
    account('trails.json', trails());
    const bare = await readAwsInput(`${directory()}/b`);
    expect(bare.trailUsage).toEqual([]);
    const input = await withTrailUsage(bare);
    expect(input.trailUsage).toMatchObject([
      { source: 'cloudtrail-files', rows: [{ principal: ANN, count: 2 }], coverage: [COVERED] },
    ]);
    expect(gaps(input)).toEqual([]);
  });

  it('that a collector fetched prove nothing of other regions and times, nor anything where some are missing', async () => {
    details();
    account('cloudtrail/a.json', log(...DAYS));
    const window = { regions: ['eu-west-1'], from: '2026-05-05T00:00:00.000Z', to: '2026-06-01T00:00:00.000Z' };
    const covered = async (fetched: object, of: object = {}): Promise<unknown> => {
      account('trails.json', trails(of));
      account('cloudtrail/trail-files.json', fetched);
      return (await read()).trailUsage[0]?.coverage;
    };
    const some = { ...COVERED, regions: ['eu-west-1'], from: window.from };
    expect(await covered({ ...window, complete: true })).toEqual([some]);
    expect(gaps(await read())).toEqual([]);
    expect(await covered({ ...window, complete: true }, { IsMultiRegionTrail: false })).toEqual([some]);
    expect(await covered({ ...window, complete: true, all: true })).toEqual([{ ...COVERED, from: window.from }]);
    const elsewhere = { ...window, regions: ['us-east-1'], complete: true };
    expect(await covered(elsewhere, { IsMultiRegionTrail: false })).toEqual([]);
    const short = { ...window, from: '2026-05-01T00:00:00.000Z', to: '2026-05-20T00:00:00.000Z', complete: true };
    expect(await covered(short)).toEqual([{ ...COVERED, regions: ['eu-west-1'], to: short.to }]);
    expect(await covered({ ...window, complete: false })).toEqual([]);
    expect(gaps(await read())).toEqual([expect.stringMatching(/^CloudTrail: files of a trail are missing/)]);
  });

  it('without what tells of the trails prove nothing by their silence, and say so', async () => {
    details();
    account('cloudtrail/a.json', log(...DAYS));
    const input = await read();
    expect(input.trailUsage).toMatchObject([{ rows: [{ count: 2 }], coverage: [] }]);
    expect(gaps(input)).toEqual([expect.stringMatching(/^CloudTrail trails: nothing tells/)]);
  });

  it('are covered only while a trail was recording', async () => {
    details();
    account('cloudtrail/a.json', log(...DAYS));
    const coverage = async (content: unknown): Promise<unknown> => {
      account('trails.json', content);
      return (await read()).trailUsage[0]?.coverage;
    };
    expect(await coverage(trails({}, { IsLogging: false }))).toEqual([]);
    const since = '2026-05-10T00:00:00.000Z';
    expect(await coverage(trails({}, { IsLogging: true, StartLoggingTime: since }))).toEqual([
      { ...COVERED, from: since },
    ]);
    expect(await coverage(trails({}, { IsLogging: true, StartLoggingTime: '2026-06-01T00:00:00Z' }))).toEqual([]);
    expect(await coverage(trails({}, undefined, { IncludeManagementEvents: false }))).toEqual([]);
    expect(await coverage(trails({ IsMultiRegionTrail: false }))).toEqual([{ ...COVERED, regions: ['eu-west-1'] }]);
    expect(await coverage('{')).toEqual([]);
    expect(gaps(await read())).toEqual([
      expect.stringMatching(/^CloudTrail trails: .*trails\.json/),
      expect.stringMatching(/^CloudTrail trails: nothing/),
    ]);
  });

  it.each(['PutEventSelectors', 'UpdateTrail', 'StopLogging', 'CreateTrail'])(
    'are covered from the last change of the trail on: %s',
    async (eventName) => {
      details();
      account('trails.json', trails());
      const change = { eventSource: 'cloudtrail.amazonaws.com', eventName, eventTime: '2026-05-20T00:00:00Z' };
      const coverage = async (record_: Readonly<Record<string, unknown>>): Promise<unknown> => {
        account('cloudtrail/a.json', log(...DAYS, record(record_)));
        return (await read()).trailUsage[0]?.coverage;
      };
      expect(await coverage(change)).toEqual([{ ...COVERED, from: '2026-05-20T00:00:00.000Z' }]);
      expect(await coverage({ ...change, errorCode: 'AccessDenied' })).toEqual([COVERED]);
      expect(await coverage({ ...change, eventName: 'DescribeTrails' })).toEqual([COVERED]);
      expect(await coverage({ ...change, eventSource: 'events.amazonaws.com' })).toEqual([COVERED]);
    },
  );

  it('are covered as the account of a trail tells, not as another one remembers it', async () => {
    details();
    const other = write(`b/accounts/${OTHER}/iam/account-authorization-details.json`, DETAILS);
    expect(other).toContain(OTHER);
    account('cloudtrail/a.json', log(...DAYS));
    const coverage = async (own: boolean, remembered: boolean): Promise<unknown> => {
      account('trails.json', trails({}, { IsLogging: own }));
      account('trails.json', trails({}, { IsLogging: remembered }), OTHER);
      return (await read()).trailUsage[0]?.coverage;
    };
    expect(await coverage(false, true)).toEqual([]);
    expect(await coverage(true, false)).toEqual([COVERED]);
  });

  it('that are damaged cover nothing of their account', async () => {
    details();
    account('trails.json', trails());
    account('cloudtrail/a.json', log(...DAYS));
    account('cloudtrail/b.json', '{"Records":[');
    const input = await read();
    expect(input.trailUsage).toMatchObject([{ rows: [{ count: 2 }], coverage: [] }]);
    expect(gaps(input)).toEqual([
      'CloudTrail: byte 12: unexpected end of file',
      `CloudTrail: log files are damaged, so that what is not in the logs of \`${ACCOUNT}\` proves nothing`,
    ]);
    expect(input.gaps.find(({ why }) => why.startsWith('byte'))?.file).toBe(`accounts/${ACCOUNT}/cloudtrail/b.json`);
  });

  it('of LookupEvents are covered by what says which time they show, and not by trails', async () => {
    details();
    account(
      'trails.json',
      trails({}, undefined, { DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }] }),
    );
    account('cloudtrail/eu-west-1.json', { Events: [{ CloudTrailEvent: JSON.stringify(record()) }] });
    expect((await read()).trailUsage).toMatchObject([{ rows: [{ count: 1 }], coverage: [] }]);
    const window = { regions: ['eu-west-1'], from: '2026-03-01T00:00:00.000Z', to: '2026-05-30T00:00:00.000Z' };
    account('cloudtrail/lookup-events.json', { ...window, complete: true });
    const input = await read();
    expect(input.trailUsage[0]?.coverage).toEqual([{ ...COVERED, ...window }]);
    expect(gaps(input)).toEqual([]);
    account('cloudtrail/lookup-events.json', { ...window, complete: false });
    const part = await read();
    expect(part.trailUsage[0]?.coverage).toEqual([]);
    expect(gaps(part)).toEqual([
      'CloudTrail: pages of LookupEvents are missing, so that what is not in them proves nothing',
    ]);
  });
});

describe('logs of several accounts', () => {
  const organization = (members: readonly string[]): object => ({
    Organization: { Id: 'o-1', Arn: `arn:aws:organizations::${ACCOUNT}:organization/o-1`, MasterAccountId: ACCOUNT },
    Roots: [{ Id: 'r-1', Arn: `arn:aws:organizations::${ACCOUNT}:root/o-1/r-1`, Name: 'Root' }],
    OrganizationalUnits: [],
    Accounts: members.map((Id) => ({
      Id,
      Arn: `arn:aws:organizations::${ACCOUNT}:account/o-1/${Id}`,
      ParentId: 'r-1',
      Status: 'ACTIVE',
    })),
    Policies: [],
    PolicyAttachments: [],
  });
  const elsewhere = record({
    recipientAccountId: OTHER,
    userIdentity: { type: 'IAMUser', arn: ANN.replace(ACCOUNT, OTHER), accountId: OTHER },
  });

  it('are covered by an organization trail, for its members', async () => {
    details();
    account('trails.json', trails({ IsOrganizationTrail: true }));
    write(`b/cloudtrail/AWSLogs/o-1/${OTHER}/CloudTrail/a.json`, log(elsewhere));
    write(`b/cloudtrail/AWSLogs/o-1/${ACCOUNT}/CloudTrail/a.json`, log(...DAYS));
    const accounts = async (): Promise<unknown> => (await read()).trailUsage[0]?.coverage.map((one) => one.account);
    expect(await accounts()).toEqual([ACCOUNT, OTHER]);
    write('b/organization.json', organization([ACCOUNT]));
    expect(await accounts()).toEqual([ACCOUNT]);
    write('b/organization.json', organization([ACCOUNT, OTHER]));
    expect(await accounts()).toEqual([ACCOUNT, OTHER]);
    account('trails.json', trails());
    expect(await accounts()).toEqual([ACCOUNT]);
    expect(absent(await read())).not.toContain('CloudTrail');
  });

  it('that are damaged cover nothing of the account of the file, or of any where it does not tell', async () => {
    details();
    account('trails.json', trails({ IsOrganizationTrail: true }));
    write(`b/cloudtrail/AWSLogs/o-1/${OTHER}/CloudTrail/a.json`, log(elsewhere));
    write(`b/cloudtrail/AWSLogs/o-1/${ACCOUNT}/CloudTrail/a.json`, log(...DAYS));
    const bad = write(`b/cloudtrail/AWSLogs/o-1/${OTHER}/CloudTrail/b.json`, '[');
    expect((await read()).trailUsage[0]?.coverage.map((one) => one.account)).toEqual([ACCOUNT]);
    account('cloudtrail/lookup-events/eu-west-1/00001.json', '[', OTHER);
    expect((await read()).trailUsage[0]?.coverage.map((one) => one.account)).toEqual([ACCOUNT]);
    write('b/cloudtrail/b.json', '[');
    expect((await read()).trailUsage[0]?.coverage).toEqual([]);
    expect(bad).toContain(OTHER);
  });

  it('are an input of their own beside others, whatever the directory is called', async () => {
    details();
    account('trails.json', trails());
    write('AWSLogs/1/CloudTrail/eu-west-1/2026/05/01/empty.json', log());
    write('AWSLogs/1/CloudTrail/eu-west-1/2026/05/01/x.json.gz', gzipSync(JSON.stringify(log(...DAYS))));
    const logs = `${directory()}/AWSLogs`;
    const file = `${logs}/1/CloudTrail/eu-west-1/2026/05/01/x.json.gz`;
    for (const path of [logs, file]) {
      const input = await withTrailUsage(await readAwsInputs([`${directory()}/b`, path]));
      expect(input.trailUsage).toMatchObject([{ rows: [{ count: 2 }], coverage: [COVERED] }]);
      expect(absent(input)).not.toContain('CloudTrail');
    }
    expect(await detectAwsInput(logs, undefined)).toBe(true);
    write('notes/a.json', { Records: [{ kind: 'other' }] });
    expect(await detectAwsInput(`${directory()}/notes`, undefined)).toBe(false);
    await expect(readAwsInput(`${directory()}/notes`)).rejects.toMatchObject({ code: 'not-aws' });
  });

  it('count once, where the same account is in two inputs', async () => {
    details();
    account('cloudtrail/a.json', log(...DAYS));
    write(`c/accounts/${ACCOUNT}/cloudtrail/a.json`, log(...DAYS, record()));
    const input = await withTrailUsage(await readAwsInputs([`${directory()}/b`, `${directory()}/c`]));
    expect(input.trailUsage).toMatchObject([{ rows: [{ count: 3 }] }]);
    expect(gaps(input).filter((gap) => gap.includes('several inputs'))).toEqual([]);
  });
});

describe('rows that were added up elsewhere', () => {
  const usage = { format: 'keyreach-trail-usage/1', source: 'athena', rows: [], coverage: [COVERED] };

  it('are read from usage/, packed or not, and stand for the logs of the accounts they cover', async () => {
    details();
    expect(absent(await read())).toContain('CloudTrail');
    write('b/usage/athena.json', usage);
    write('b/usage/lake.json.gz', gzipSync(JSON.stringify({ ...usage, source: 'cloudtrail-lake', coverage: [] })));
    write('b/usage/notes.txt', 'x');
    const input = await read();
    expect(input.trailUsage).toEqual([
      { source: 'athena', rows: [], coverage: [COVERED] },
      { source: 'cloudtrail-lake', rows: [], coverage: [] },
    ]);
    expect(gaps(input)).toEqual([]);
    expect(absent(input)).not.toContain('CloudTrail');
  });

  it('that cannot be read are a gap', async () => {
    details();
    for (const [content, why] of [
      ['', /an empty file/],
      ['{"rows":[', /unexpected end of file/],
      [[], /expected an object/],
      [{ ...usage, format: 'x' }, /keyreach-trail-usage\/1/],
    ] as const) {
      write('b/usage/athena.json', content);
      const input = await read();
      expect(input.trailUsage).toEqual([]);
      expect(gaps(input)).toEqual([expect.stringMatching(why)]);
    }
  });
});
