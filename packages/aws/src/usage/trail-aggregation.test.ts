import { EventIdSet, eventIdMemory } from '@keyreach/core/input';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, ANN, KEY, opening, record, session } from './testing/records.ts';
import { TrailAggregation } from './trail-aggregation.ts';
import type { TrailRow } from './trail-usage.ts';

type Fields = Readonly<Record<string, unknown>>;

function aggregated(records: readonly unknown[], limits = { pending: 1000, openings: 1000 }): TrailAggregation {
  const all = new TrailAggregation(new EventIdSet(eventIdMemory(1000)), limits);
  for (const one of records) all.take(one, 'log');
  return all;
}

const rowsOf = (...records: readonly unknown[]): readonly TrailRow[] => aggregated(records).rows();

/** The only row of one record. */
function row(fields: Fields): TrailRow {
  const rows = rowsOf(record(fields));
  expect(rows).toHaveLength(1);
  return rows[0]!;
}

describe('a row', () => {
  it('has the fields of its records', () => {
    expect(rowsOf(record(), record({ eventTime: '2026-04-30T10:00:00Z' }))).toEqual([
      {
        principal: ANN,
        origin: KEY,
        eventSource: 's3',
        eventName: 'ListBuckets',
        marks: [],
        roles: [],
        first: '2026-04-30T10:00:00.000Z',
        last: '2026-05-01T10:00:00.000Z',
        count: 2,
        refused: 0,
      },
    ]);
  });

  it('is of the issuer of a session, or of the role by its name, and of nobody else', () => {
    const identity = (fields: Fields): string | undefined => rowsOf(record({ userIdentity: fields }))[0]?.principal;
    expect(identity(session('ASIA1'))).toBe(`arn:aws:iam::${ACCOUNT}:role/team/app`);
    const { sessionContext: _, ...bare } = session('ASIA1');
    expect(identity(bare)).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/app`);
    expect(identity({ ...bare, arn: `arn:aws:sts::${ACCOUNT}:user/app/s` })).toBeUndefined();
    expect(identity({ type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root` })).toBe(`arn:aws:iam::${ACCOUNT}:root`);
    expect(identity({ ...bare, type: 'FederatedUser' })).toBeUndefined();
    expect(identity({ type: 'IAMUser', accountId: ACCOUNT })).toBeUndefined();
    expect(identity({ type: 'AWSService', invokedBy: 'ec2.amazonaws.com', arn: ANN })).toBeUndefined();
    expect(identity({ type: 'AWSAccount', arn: ANN })).toBeUndefined();
  });

  it('counts calls of the API with a time, a source and a name', () => {
    const all = aggregated([]);
    const taken = (fields: unknown): string => all.take(fields, 'log');
    expect(taken(record())).toBe('counted');
    expect(taken(record({ eventType: 'AwsServiceEvent' }))).toBe('left-out');
    expect(taken(record({ eventType: 'AwsCloudTrailInsight', eventCategory: 'Insight' }))).toBe('left-out');
    for (const eventTime of ['2026-02-30T00:00:00Z', '2026-05-01T24:00:00Z', '2026-05-01 10:00:00', 1777629600, null]) {
      expect([eventTime, taken(record({ eventTime }))]).toEqual([eventTime, 'unusable']);
    }
    for (const bad of [
      record({ eventName: '' }),
      record({ eventSource: 7 }),
      record({ eventType: null }),
      [],
      'x',
      null,
    ]) {
      expect(taken(bad)).toBe('unusable');
    }
    expect(all.rows()).toHaveLength(1);
  });

  it('counts refused calls apart, and other errors as use', () => {
    expect(row({ errorCode: 'AccessDenied' })).not.toHaveProperty('first');
    expect(row({ errorCode: 'Client.UnauthorizedOperation' })).toMatchObject({ count: 0, refused: 1 });
    expect(row({ errorCode: 'NoSuchBucket' })).toMatchObject({ count: 1, refused: 0 });
    expect(row({ errorCode: 'Client.Unauthorized' })).toMatchObject({ count: 1, refused: 0 });
  });

  it('counts an event once, and those without an id each', () => {
    const one = record();
    expect(rowsOf(one, one, record())[0]?.count).toBe(2);
    expect(
      rowsOf(record({ eventID: undefined }), record({ eventID: undefined }), record({ eventID: '' }))[0]?.count,
    ).toBe(3);
  });

  it('counts a call that two accounts recorded once', () => {
    const elsewhere = (): Fields => record({ recipientAccountId: '999988887777', eventTime: '2026-06-01T00:00:00Z' });
    expect(rowsOf(record(), record(), elsewhere())[0]).toMatchObject({ count: 2, last: '2026-06-01T00:00:00.000Z' });
    expect(rowsOf(record(), elsewhere(), elsewhere(), elsewhere())[0]?.count).toBe(3);
    expect(rowsOf(record({ recipientAccountId: undefined }), record())[0]?.count).toBe(2);
  });

  it('names the object or bucket of S3, or the only resource', () => {
    const s3 = (requestParameters: Fields, fields: Fields = {}): string | undefined =>
      row({ requestParameters, ...fields }).resource;
    expect(s3({ bucketName: 'data', key: 'a b/c' })).toBe('arn:aws:s3:::data/a b/c');
    expect(s3({ bucketName: 'data' })).toBe('arn:aws:s3:::data');
    expect(s3({ bucketName: 'data' }, { eventSource: 'ec2.amazonaws.com' })).toBeUndefined();
    expect(s3({ bucketName: 'arn:aws:s3:us-east-1:1:accesspoint/x', key: 'a' })).toBeUndefined();
    expect(s3({ key: 'a' })).toBeUndefined();
    const china = { type: 'IAMUser', arn: `arn:aws-cn:iam::${ACCOUNT}:user/ann` };
    expect(s3({ bucketName: 'data' }, { userIdentity: china })).toBe('arn:aws-cn:s3:::data');
    const key = { ARN: 'arn:aws:kms:eu-west-1:1:key/k' };
    expect(row({ resources: [key] }).resource).toBe(key.ARN);
    expect(row({ resources: [key, key] }).resource).toBeUndefined();
    expect(row({ resources: [{ ARNPrefix: 'arn:aws:s3:::data/' }] }).resource).toBeUndefined();
  });

  it('tells 64 resources apart, and no more', () => {
    const objects = (count: number): readonly Fields[] =>
      Array.from({ length: count }, (_, index) =>
        record({ requestParameters: { bucketName: 'data', key: `${index}` } }),
      );
    expect(rowsOf(...objects(64), ...objects(64))).toHaveLength(64);
    expect(rowsOf(...objects(63), record())).toHaveLength(64);
    expect(rowsOf(...objects(65))).toMatchObject([{ count: 65 }]);
    expect(rowsOf(...objects(65))[0]).not.toHaveProperty('resource');
    // "No resource" is one of them.
    expect(rowsOf(...objects(64), record())).toMatchObject([{ count: 65 }]);
  });

  it('has marks for what changes the actions of a request', () => {
    const marks = (requestParameters: Fields, fields: Fields = {}): readonly string[] =>
      row({ requestParameters, ...fields }).marks;
    const ec2 = { eventSource: 'ec2.amazonaws.com' };
    const sts = { eventSource: 'sts.amazonaws.com' };
    expect(marks({ versionId: 'v', 'x-amz-copy-source': 'a/b' })).toEqual(['copy', 'version']);
    expect(marks({ versionId: 'v', 'x-amz-acl': 'private', sourceIdentity: 'x' }, ec2)).toEqual([]);
    expect(marks({ 'x-amz-grant-full-control': 'x', 'x-amz-object-lock-mode': 'GOVERNANCE' })).toEqual([
      'acl',
      'retention',
    ]);
    expect(marks({ versionId: null, tags: null })).toEqual([]);
    expect(marks({ tags: [] }, ec2)).toEqual(['tags']);
    expect(marks({ x: { tags: [] } }, ec2)).toEqual([]);
    expect(marks({ sourceIdentity: 'ann' }, sts)).toEqual(['source-identity']);
    expect(marks({ launch: [{ iamInstanceProfile: { name: 'web' } }] }, ec2)).toEqual(['instance-profile']);
    expect(marks({ launch: 'iamInstanceProfile' }, ec2)).toEqual([]);
    const forwarded = { type: 'IAMUser', arn: ANN, invokedBy: 'athena.amazonaws.com' };
    expect(row({ userIdentity: forwarded }).marks).toEqual(['forwarded']);
    expect(row({ userIdentity: { ...forwarded, invokedBy: '' } }).marks).toEqual([]);
  });

  it('names the roles of a request', () => {
    const role = `arn:aws:iam::${ACCOUNT}:role/a`;
    const profile = `arn:aws:iam::${ACCOUNT}:instance-profile/x/b`;
    const requestParameters = { b: [{ role }, profile], a: role, c: `x ${role}`, d: `${role} `, [`${role}2`]: 1 };
    const ec2 = { eventSource: 'ec2.amazonaws.com', requestParameters };
    expect(row(ec2).roles).toEqual([profile, role]);
    expect(row({ ...ec2, eventSource: 'sts.amazonaws.com' }).roles).toEqual([]);
    expect(row({ requestParameters: { user: ANN, policy: 'arn:aws:iam::aws:policy/x' } }).roles).toEqual([]);
  });
});

describe('the origin of a session', () => {
  const user = { type: 'IAMUser', arn: ANN, accountId: ACCOUNT, accessKeyId: KEY };
  const used = (key: string, fields: Fields = {}): Fields => record({ userIdentity: session(key), ...fields });
  const origin = (...records: readonly Fields[]): string | undefined =>
    rowsOf(...records).find(({ principal }) => principal.includes(':role/'))?.origin;

  it('is the key that opened it, whichever record comes first', () => {
    expect(origin(used('ASIA1'), opening('ASIA1', user))).toBe(KEY);
    expect(origin(opening('ASIA1', user), used('ASIA1'))).toBe(KEY);
    expect(origin(opening('ASIA2', user), used('ASIA1'))).toBeUndefined();
  });

  it('is found through five sessions, and not through six', () => {
    const chain = (length: number): readonly Fields[] =>
      Array.from({ length }, (_, index) =>
        opening(`ASIA${index}`, index === length - 1 ? user : { type: 'AWSAccount', accessKeyId: `ASIA${index + 1}` }),
      );
    expect(origin(...chain(5), used('ASIA0'))).toBe(KEY);
    expect(origin(...chain(6), used('ASIA0'))).toBeUndefined();
    expect(origin(opening('ASIA0', session('ASIA0')), used('ASIA0'))).toBeUndefined();
  });

  it('is a service, a federation or the console', () => {
    const service = { type: 'AWSService', invokedBy: 'lambda.amazonaws.com' };
    expect(origin(opening('ASIA1', service), used('ASIA1'))).toBe('service:lambda.amazonaws.com');
    expect(origin(opening('ASIA1', { type: 'AWSService' }), used('ASIA1'))).toBeUndefined();
    const saml = opening('ASIA1', { type: 'SAMLUser' }, { eventName: 'AssumeRoleWithSAML' });
    expect(origin(saml, used('ASIA1'))).toBe('federated');
    expect(origin(used('ASIA1', { sessionCredentialFromConsole: 'true' }))).toBe('console');
    expect(origin(used('ASIA1', { sessionCredentialFromConsole: 'false' }))).toBeUndefined();
    expect(origin(opening('ASIA1', user), used('ASIA1', { sessionCredentialFromConsole: true }))).toBe(KEY);
  });

  it('is told by the account of the caller, where the account of the role recorded the call too', () => {
    const there = opening('ASIA1', { type: 'AWSAccount', accountId: '999988887777' }, { eventID: '0' });
    expect(origin(there, opening('ASIA1', user, { eventID: '1' }), used('ASIA1'))).toBe(KEY);
    // Of two that tell something the smallest id decides.
    const other = { ...user, accessKeyId: 'AKIABBBBBBBBBBBBBBBB' };
    expect(
      origin(opening('ASIA1', other, { eventID: 'b' }), opening('ASIA1', user, { eventID: 'a' }), used('ASIA1')),
    ).toBe(KEY);
  });

  it('is not told beyond the limits, and that is counted', () => {
    const calls = Array.from({ length: 50 }, (_, index) => used(`ASIA${index}`));
    const few = aggregated([...calls, opening('ASIA0', user)], { pending: 10, openings: 1000 });
    const ofRole = (all: TrailAggregation): readonly unknown[] =>
      all
        .rows()
        .flatMap(({ principal, origin: known, count }) => (principal.includes(':role/') ? [[known, count]] : []));
    expect(ofRole(few)).toEqual([[undefined, 50]]);
    expect(few.lostSessions).toBeGreaterThan(30);
    const enough = aggregated([...calls, opening('ASIA0', user)], { pending: 50, openings: 1000 });
    expect(ofRole(enough)).toEqual([
      [undefined, 49],
      [KEY, 1],
    ]);
    expect(enough.lostSessions).toBe(0);
    const opened = Array.from({ length: 5 }, (_, index) =>
      opening(`ASIA${index}`, user, { userIdentity: { accessKeyId: KEY } }),
    );
    const lost = aggregated([...opened, used('ASIA4')], { pending: 10, openings: 4 });
    expect(ofRole(lost)).toEqual([[undefined, 1]]);
    expect(lost.lostOpenings).toBe(1);
  });
});

it('tells when records of an account were delivered, not those of LookupEvents', () => {
  const all = aggregated([
    record(),
    record({ eventType: 'AwsServiceEvent', eventTime: '2026-05-02T00:00:00Z' }),
    record({ recipientAccountId: '000000000001', eventTime: '2026-05-03T00:00:00Z' }),
    record({ recipientAccountId: 'x' }),
  ]);
  all.take(record({ eventTime: '2027-01-01T00:00:00Z' }), 'lookup');
  const seconds = (time: string): number => Date.parse(time) / 1000;
  expect([...all.seen()]).toEqual([
    ['000000000001', { first: seconds('2026-05-03T00:00:00Z'), last: seconds('2026-05-03T00:00:00Z') }],
    [ACCOUNT, { first: seconds('2026-05-01T10:00:00Z'), last: seconds('2026-05-02T00:00:00Z') }],
  ]);
});
