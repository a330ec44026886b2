import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { AwsCall } from '../calls.ts';
import { type FakeAnswer, fakeCalls, fakeContext } from './testing/fake-calls.ts';
import { collectTrailFiles, type TrailDownloadOptions } from './trail-download.ts';

const options: TrailDownloadOptions = {
  bucket: 'logs',
  region: 'eu-west-1',
  prefix: 'trail',
  organizationId: 'o-abcdefghij',
  accounts: ['222222222222'],
  regions: ['us-east-1'],
  days: 2,
};
const prefix = 'trail/AWSLogs/o-abcdefghij/222222222222/CloudTrail/us-east-1/';
const name = (day: number): string => `222222222222_CloudTrail_us-east-1_202603${day}T0005Z_AbCd0123.json.gz`;
const key = (day: number): string => `${prefix}2026/03/${day}/${name(day)}`;
const path = (day: number): string => `accounts/222222222222/cloudtrail/us-east-1/2026/03/${day}/${name(day)}`;
const body = gzipSync(
  JSON.stringify({
    Records: [
      { eventID: 'e-1', eventName: 'AssumeRole', responseElements: { credentials: { sessionToken: 'TOKEN-SECRET' } } },
    ],
  }),
);

/** A bucket that lists two objects a page. */
const bucket =
  (objects: Readonly<Record<string, Uint8Array>>) =>
  (call: AwsCall): FakeAnswer => {
    const { Prefix: under, StartAfter: after, ContinuationToken: token = '0', Key: wanted } = call.input ?? {};
    if (call.command === 'GetObject') return { Body: { transformToByteArray: async () => objects[String(wanted)] } };
    const inside = Object.keys(objects)
      .sort()
      .filter((found) => found.startsWith(String(under)));
    if (call.input?.['Delimiter'] !== undefined) {
      const inner = inside.map((found) => `${under}${found.slice(String(under).length).split('/')[0]}/`);
      return { CommonPrefixes: [...new Set(inner)].map((Prefix) => ({ Prefix })) };
    }
    const all = inside.filter((found) => found > String(after));
    const at = Number(token);
    const Contents = all.slice(at, at + 2).map((found) => ({ Key: found, Size: objects[found]?.length }));
    return { Contents, ...(at + 2 < all.length ? { NextContinuationToken: String(at + 2) } : {}) };
  };
const of = (...days: readonly number[]) => Object.fromEntries(days.map((day) => [key(day), body]));
const fetched = (calls: { readonly sent: readonly AwsCall[] }) =>
  calls.sent.filter(({ command }) => command === 'GetObject').map(({ input }) => input?.['Key']);

const NOTE = 'accounts/222222222222/cloudtrail/trail-files.json';
const stored = ({ files }: ReturnType<typeof fakeContext>) => [...files.files.keys()].filter((one) => one !== NOTE);
const noteOf = ({ files }: ReturnType<typeof fakeContext>) => files.files.get(NOTE);

describe('the files of a trail', () => {
  it('of the days that are wanted come into the bundle, all pages of the list, without secrets', async () => {
    const calls = fakeCalls(bucket(of(27, 28, 29, 30, 31)));
    const context = fakeContext();
    await collectTrailFiles(calls, options, context);
    expect(stored(context)).toEqual([path(30), path(31)]);
    expect(noteOf(context)).toEqual({
      regions: ['us-east-1'],
      from: '2026-03-30T00:00:00.000Z',
      to: '2026-04-01T00:00:00.000Z',
      complete: true,
      all: true,
    });
    const text = gunzipSync(context.files.files.get(path(30)) as Uint8Array).toString();
    expect(JSON.parse(text)).toEqual({ Records: [{ eventID: 'e-1', eventName: 'AssumeRole' }] });
    expect(calls.gaps).toEqual([]);
    expect(new Set(calls.sent.map(({ action }) => action))).toEqual(new Set(['s3:ListBucket', 's3:GetObject']));
    expect(context.events.at(-1)).toMatchObject({ source: 'cloudtrail-files', share: 1, done: 2 });
  });

  it('that are there are not fetched again', async () => {
    const calls = fakeCalls(bucket(of(30, 31)));
    await collectTrailFiles(calls, options, fakeContext(new Map([[path(30), body]])));
    expect(fetched(calls)).toEqual([key(31)]);
  });

  it.each([
    ['a digest', `${prefix}2026/03/31/222222222222_CloudTrail-Digest_us-east-1_x_us-east-1_20260331T0005Z.json.gz`],
    ['a path that leads out', `${prefix}../../03/31/${name(31)}`],
    ['a name that leads out', `${prefix}2026/03/31/..%2F..%2Fx.json.gz`],
    ['the file of another account', key(31).replace('222222222222_', '333333333333_')],
    ['the file of another region', key(31).replace('_us-east-1_', '_eu-west-1_')],
    ['a deeper place', `${prefix}2026/03/31/x/${name(31)}`],
  ])('are no others: %s', async (_, odd) => {
    const calls = fakeCalls((call) =>
      call.command === 'GetObject' ? { Body: body } : { Contents: [{ Key: odd, Size: body.length }] },
    );
    const context = fakeContext();
    await collectTrailFiles(calls, options, context);
    expect(fetched(calls)).toEqual([]);
    expect(stored(context)).toEqual([]);
  });

  it('are gaps where they come incomplete, break off, cannot be read, or are refused', async () => {
    const files = of(30, 31);
    const listed = bucket(files);
    const answers: readonly FakeAnswer[] = [
      { Body: body.subarray(0, 10) },
      { Body: { transformToByteArray: () => Promise.reject(new Error('reset')) } },
      'AccessDeniedException',
    ];
    for (const answer of answers) {
      const calls = fakeCalls((call) => (call.input?.['Key'] === key(31) ? answer : listed(call)));
      const context = fakeContext();
      await collectTrailFiles(calls, options, context);
      expect(stored(context)).toEqual([path(30)]);
      expect(noteOf(context)).toMatchObject({ complete: false });
      expect(calls.gaps.length + calls.failures.length).toBe(1);
      expect([...calls.gaps, ...calls.failures][0]?.what).toContain(key(31));
    }
    const damaged = fakeCalls(bucket({ [key(31)]: gzipSync('{"Records":[7]}'), [key(30)]: Buffer.from('no gzip') }));
    const context = fakeContext();
    await collectTrailFiles(damaged, options, context);
    expect(stored(context)).toEqual([]);
    expect(damaged.gaps).toHaveLength(2);
  });

  it('are a gap where they cannot be listed, and files too large for CloudTrail are not fetched', async () => {
    const denied = fakeCalls((call) => (call.command === 'ListObjectsV2' ? 'AccessDeniedException' : { Body: body }));
    await collectTrailFiles(denied, options, fakeContext());
    expect(denied.failures).toMatchObject([
      { what: 'CloudTrail files of 222222222222' },
      { what: 'CloudTrail files of 222222222222 in us-east-1' },
    ]);
    const large = fakeCalls(() => ({ Contents: [{ Key: key(31), Size: 2 ** 31 }] }));
    await collectTrailFiles(large, options, fakeContext());
    expect(fetched(large)).toEqual([]);
    expect(large.gaps).toHaveLength(1);
  });

  it('are a gap for an account that has none in any region, and none for a quiet region', async () => {
    const calls = fakeCalls(bucket(of(30)));
    const accounts = ['222222222222', '333333333333'];
    await collectTrailFiles(calls, { ...options, accounts, regions: ['eu-west-1', 'us-east-1'] }, fakeContext());
    expect(calls.gaps.map(({ what, fix }) => [what, fix])).toEqual([
      ['CloudTrail files of 333333333333', 'check bucket, prefix and organization'],
    ]);
    const there = fakeCalls(bucket(of(30)));
    await collectTrailFiles(there, options, fakeContext(new Map([[path(30), body]])));
    expect(there.gaps).toEqual([]);
  });

  it('prove nothing of the regions that could not be listed, and nothing at all while they are fetched', async () => {
    const context = fakeContext();
    const during: unknown[] = [];
    const calls = fakeCalls((call) => {
      during.push(noteOf(context));
      return String(call.input?.['Prefix']).includes('eu-west-1') ? 'AccessDeniedException' : bucket(of(30))(call);
    });
    await collectTrailFiles(calls, { ...options, regions: ['eu-west-1', 'us-east-1'] }, context);
    expect(during.at(-1)).toMatchObject({ complete: false });
    expect(noteOf(context)).toMatchObject({ regions: ['us-east-1'], complete: true, all: true });
    const { regions: _, ...anywhere } = options;
    const far = key(30).replaceAll('us-east-1', 'ap-east-1');
    for (const [wanted, all] of [
      [options, false],
      [anywhere, true],
    ] as const) {
      const other = fakeContext();
      await collectTrailFiles(fakeCalls(bucket({ ...of(30), [far]: body })), wanted, other);
      expect(noteOf(other)).toMatchObject({ complete: true, all });
    }
    const empty = fakeContext();
    await collectTrailFiles(fakeCalls(bucket({})), options, empty);
    expect(noteOf(empty)).toMatchObject({ complete: false });
  });

  it('are asked for with names that are some', async () => {
    const context = fakeContext();
    const bad = { ...options, accounts: ['../../etc'] };
    await expect(
      collectTrailFiles(
        fakeCalls(() => ({})),
        bad,
        context,
      ),
    ).rejects.toThrow(expect.objectContaining({ code: 'bad-account' }));
  });
});
