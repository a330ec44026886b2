import { KeyreachError } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { readServiceLastAccessed } from '../../bundle/service-last-accessed.ts';
import type { AwsCall } from '../calls.ts';
import { RUN_AGAIN } from '../part-calls.ts';
import { collectLastAccessed } from './last-accessed.ts';
import { type FakeAnswer, fakeCalls, fakeContext } from './testing/fake-calls.ts';

const arn = (name: string): string => `arn:aws:iam::111111111111:role/${name}`;
const service = (ServiceNamespace: string) => ({
  ServiceNamespace,
  LastAuthenticated: new Date('2026-03-01T00:00:00Z'),
});
const finished = { JobStatus: 'COMPLETED', JobCompletionDate: new Date('2026-04-01T00:00:00Z') };

/** IAM with one job for each principal; jobs end at the second look and have two pages. */
function iam(): (call: AwsCall) => FakeAnswer {
  const looks = new Map<unknown, number>();
  return (call) => {
    if (call.command === 'GenerateServiceLastAccessedDetails') return { JobId: `job of ${call.input?.['Arn']}` };
    const { JobId: id, Marker: marker } = call.input ?? {};
    const look = (looks.get(id) ?? 0) + 1;
    looks.set(id, look);
    if (look === 1) return { JobStatus: 'IN_PROGRESS' };
    return marker === undefined
      ? { ...finished, ServicesLastAccessed: [service('s3')], IsTruncated: true, Marker: 'next' }
      : { ...finished, ServicesLastAccessed: [service('ec2')], IsTruncated: false };
  };
}

const kept = '.keyreach-usage/111111111111-last-accessed.json';

describe('last-accessed reports', () => {
  it('have all pages in one, by ARN, in the shape that the bundle is read in', async () => {
    const calls = fakeCalls(iam());
    const found = await collectLastAccessed(calls, [arn('b'), arn('a'), arn('b')], fakeContext());
    expect(Object.keys(found)).toEqual([arn('a'), arn('b')]);
    const problems: string[] = [];
    const read = readServiceLastAccessed(JSON.parse(JSON.stringify(found)), (...problem) =>
      problems.push(problem.join()),
    );
    expect(problems).toEqual([]);
    expect(read?.complete).toBe(true);
    expect(
      read?.items.map(({ services }) => [services.complete, services.items.map((one) => one.ServiceNamespace)]),
    ).toEqual([
      [true, ['s3', 'ec2']],
      [true, ['s3', 'ec2']],
    ]);
    expect(calls.sent[0]?.input).toMatchObject({ Granularity: 'ACTION_LEVEL' });
    expect(calls.failures).toEqual([]);
  });

  it('are asked after with longer and longer pauses', async () => {
    let looks = 0;
    const calls = fakeCalls((call) => {
      if (call.command === 'GenerateServiceLastAccessedDetails') return { JobId: 'job' };
      return ++looks < 6 ? { JobStatus: 'IN_PROGRESS' } : { ...finished, ServicesLastAccessed: [] };
    });
    const context = fakeContext();
    await collectLastAccessed(calls, [arn('a')], context);
    expect(context.clock.pauses).toEqual([1000, 2000, 4000, 8000, 10_000]);
  });

  it('are bounded in number at one time', async () => {
    let open = 0;
    let most = 0;
    const answer = iam();
    const calls = fakeCalls(async (call) => {
      if (call.command === 'GenerateServiceLastAccessedDetails') most = Math.max(most, ++open);
      await new Promise((resolve) => setImmediate(resolve));
      if (call.input?.['Marker'] !== undefined) open--;
      return answer(call);
    });
    const arns = Array.from({ length: 60 }, (_, index) => arn(`r${index}`));
    const context = fakeContext();
    const found = await collectLastAccessed(calls, arns, context);
    expect(Object.keys(found)).toHaveLength(60);
    expect(most).toBeLessThanOrEqual(10);
    expect(most).toBeGreaterThan(1);
    expect(context.events.at(-1)).toMatchObject({ source: 'last-accessed', share: 1, done: 60 });
  });

  it('are missing, with a gap, where a job failed or a call was refused; never empty', async () => {
    const answer = iam();
    const calls = fakeCalls((call) => {
      const about = JSON.stringify(call.input);
      if (about.includes('denied')) return 'AccessDeniedException';
      if (about.includes('failed') && call.command.startsWith('Get')) {
        return { JobStatus: 'FAILED', Error: { Code: 'X', Message: 'entity is gone' } };
      }
      return answer(call);
    });
    const found = await collectLastAccessed(calls, [arn('denied'), arn('failed'), arn('good')], fakeContext());
    expect(Object.keys(found)).toEqual([arn('good')]);
    expect(calls.failures).toMatchObject([{ what: `when \`${arn('denied')}\` last used its services` }]);
    expect(calls.gaps).toMatchObject([{ why: 'the report ended as `FAILED`: entity is gone', fix: RUN_AGAIN }]);
  });

  it('are started anew where a new session does not know the job, a few times', async () => {
    const answer = iam();
    let lost = 0;
    const once = fakeCalls((call) =>
      call.command.startsWith('Get') && lost++ === 0 ? 'NoSuchEntityException' : answer(call),
    );
    expect(Object.keys(await collectLastAccessed(once, [arn('a')], fakeContext()))).toEqual([arn('a')]);
    expect(once.sent.filter(({ command }) => command.startsWith('Generate'))).toHaveLength(2);
    expect(once.failures).toEqual([]);

    const always = fakeCalls((call) => (call.command.startsWith('Get') ? 'NoSuchEntityException' : answer(call)));
    expect(await collectLastAccessed(always, [arn('a')], fakeContext())).toEqual({});
    expect(always.sent.filter(({ command }) => command.startsWith('Generate'))).toHaveLength(3);
    expect(always.failures).toHaveLength(1);
  });

  it('stay marked as cut where a page does not come', async () => {
    const calls = fakeCalls((call) =>
      call.command.startsWith('Generate')
        ? { JobId: 'job' }
        : { ...finished, ServicesLastAccessed: [service('s3')], IsTruncated: true },
    );
    const found = await collectLastAccessed(calls, [arn('a')], fakeContext());
    expect(found[arn('a')]).toMatchObject({ IsTruncated: true });
    expect(readServiceLastAccessed(JSON.parse(JSON.stringify(found)), () => {})?.items[0]?.services.complete).toBe(
      false,
    );
  });

  it('of an earlier run that was stopped are kept', async () => {
    const answer = iam();
    const first = fakeContext();
    const cancelled = fakeCalls((call) => {
      if (call.input?.['Arn'] === arn('z')) throw new KeyreachError('cancelled', 'cancelled');
      return answer(call);
    });
    const arns = [...Array.from({ length: 10 }, (_, index) => arn(`a${index}`)), arn('z')];
    await expect(collectLastAccessed(cancelled, arns, first)).rejects.toThrow('cancelled');
    expect(Object.keys((first.files.files.get(kept) as { reports: object }).reports)).toHaveLength(10);
    const refreshed = fakeCalls(iam());
    await collectLastAccessed(refreshed, arns, fakeContext(new Map(first.files.files), '2026-04-02T00:00:00.000Z'));
    expect(refreshed.sent.filter(({ command }) => command.startsWith('Generate'))).toHaveLength(11);

    const calls = fakeCalls(iam());
    const second = fakeContext(first.files.files);
    expect(Object.keys(await collectLastAccessed(calls, arns, second))).toHaveLength(11);
    expect(calls.sent.filter(({ command }) => command.startsWith('Generate'))).toHaveLength(1);
    expect(second.files.files.get(kept)).toEqual({});
  });
});
