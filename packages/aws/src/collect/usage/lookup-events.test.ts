import { KeyreachError } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import type { AwsCall } from '../calls.ts';
import { collectLookupEvents } from './lookup-events.ts';
import { type FakeAnswer, type FakeCalls, fakeCalls, fakeContext } from './testing/fake-calls.ts';

const NOW = '2026-04-01T00:00:00.000Z';
const DIRECTORY = 'accounts/111111111111/cloudtrail/lookup-events';

/** An event as the API gives it; the hour counts back from now. */
const event = (hour: number) => {
  const eventTime = new Date(Date.parse('2026-04-01T00:00:00Z') - hour * 3_600_000).toISOString().replace('.000Z', 'Z');
  const record = {
    eventID: `e-${hour}`,
    eventTime,
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    eventType: 'AwsApiCall',
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111111111111:user/ann', accessKeyId: 'AKIAAAAAAAAAAAAAAAA1' },
    requestParameters: { roleArn: 'arn:aws:iam::111111111111:role/app', externalId: 'EXTERNAL-SECRET' },
    responseElements: {
      credentials: { accessKeyId: 'ASIAAAAAAAAAAAAAAAA1', sessionToken: 'TOKEN-SECRET', secretAccessKey: 'KEY-SECRET' },
    },
  };
  return {
    EventId: record.eventID,
    EventName: record.eventName,
    EventTime: new Date(eventTime),
    AccessKeyId: 'AKIAAAAAAAAAAAAAAAA1',
    CloudTrailEvent: JSON.stringify(record),
  };
};

/** A history of so many events an hour apart, two a page, as the service pages it. */
const history =
  (events: number) =>
  (call: AwsCall): FakeAnswer => {
    const { StartTime: begin, EndTime: end } = call.input as { readonly StartTime: Date; readonly EndTime: Date };
    const all = Array.from({ length: events }, (_, hour) => event(hour + 1)).filter(
      ({ EventTime: time }) => time >= begin && time <= end,
    );
    const at = Number(call.input?.['NextToken'] ?? 0);
    return { Events: all.slice(at, at + 2), ...(at + 2 < all.length ? { NextToken: String(at + 2) } : {}) };
  };

type Context = ReturnType<typeof fakeContext>;
const note = (context: Context) => context.files.files.get(`${DIRECTORY}.json`);
const idsIn = (context: Context, region: string): readonly string[] =>
  [...context.files.files]
    .filter(([path]) => path.startsWith(`${DIRECTORY}/${region}/`))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([, page]) => (page as { Events: readonly { EventId: string }[] }).Events.map(({ EventId: id }) => id));
const inRegion = (calls: FakeCalls, region: string) => calls.sent.filter((call) => call.region === region);

describe('the event history of an account', () => {
  it('is all pages of each region, as files, and what they show', async () => {
    const calls = fakeCalls(history(5));
    const context = fakeContext();
    await collectLookupEvents(calls, {}, context);
    expect(note(context)).toEqual({
      regions: ['eu-west-1', 'us-east-1'],
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-04-01T00:00:00.000Z',
      complete: true,
    });
    for (const region of calls.regions) expect(idsIn(context, region)).toEqual(['e-1', 'e-2', 'e-3', 'e-4', 'e-5']);
    expect([...context.files.files.keys()]).toContain(`${DIRECTORY}/eu-west-1/00003.json`);
    expect(inRegion(calls, 'eu-west-1')).toHaveLength(3);
    expect(context.events.at(-1)).toMatchObject({ source: 'lookup-events', share: 1, done: 10, millisecondsLeft: 0 });
  });

  it('is stored without secrets, with the key that a session was given', async () => {
    const context = fakeContext();
    await collectLookupEvents(fakeCalls(history(2)), {}, context);
    const stored = JSON.stringify([...context.files.files]);
    expect(stored).not.toContain('SECRET');
    expect(stored).toContain('ASIAAAAAAAAAAAAAAAA1');
    expect(stored).toContain('arn:aws:iam::111111111111:role/app');
  });

  it('is asked for at most twice a second in each region', async () => {
    const context = fakeContext();
    await collectLookupEvents(fakeCalls(history(9), ['eu-west-1']), {}, context);
    expect(context.clock.pauses).toHaveLength(4);
    expect(Math.min(...context.clock.pauses)).toBeGreaterThanOrEqual(500);
  });

  it('knows a quiet region from one that was not read', async () => {
    const calls = fakeCalls((call) => (call.region === 'us-east-1' ? 'AccessDeniedException' : { Events: [] }));
    const context = fakeContext();
    await collectLookupEvents(calls, { days: 30 }, context);
    expect(note(context)).toMatchObject({ regions: ['eu-west-1'], from: '2026-03-02T00:00:00.000Z', complete: true });
    expect(calls.failures).toMatchObject([
      { what: 'use recorded by CloudTrail (event history) in us-east-1', failed: { kind: 'denied' } },
    ]);
  });

  it('waits where the service is asked too often, and is a gap where that does not help', async () => {
    let refused = 0;
    const sometimes = fakeCalls((call) => (refused++ < 3 ? 'ThrottlingException' : history(5)(call)), ['eu-west-1']);
    const context = fakeContext();
    await collectLookupEvents(sometimes, {}, context);
    expect(idsIn(context, 'eu-west-1')).toHaveLength(5);
    expect(context.clock.pauses).toEqual(expect.arrayContaining([2000, 4000, 8000]));

    const always = fakeCalls(() => 'ThrottlingException', ['eu-west-1']);
    const other = fakeContext();
    await collectLookupEvents(always, {}, other);
    expect(always.failures).toMatchObject([{ failed: { kind: 'throttled' } }]);
    expect(note(other)).toMatchObject({ regions: [], complete: false });
  });

  it('goes on where it was stopped: nothing lost, no region read again', async () => {
    const first = fakeContext();
    let pages = 0;
    const cancelled = fakeCalls((call) => {
      if (call.region === 'eu-west-1' && ++pages > 2) throw new KeyreachError('cancelled', 'cancelled');
      return history(7)(call);
    });
    await expect(collectLookupEvents(cancelled, {}, first)).rejects.toThrow('cancelled');
    expect(idsIn(first, 'eu-west-1')).toEqual(['e-1', 'e-2', 'e-3', 'e-4']);

    const calls = fakeCalls(history(7));
    const second = fakeContext(first.files.files, NOW, '2026-04-01T05:00:00.000Z');
    await collectLookupEvents(calls, {}, second);
    expect(new Set(idsIn(second, 'eu-west-1'))).toEqual(new Set(['e-1', 'e-2', 'e-3', 'e-4', 'e-5', 'e-6', 'e-7']));
    expect(inRegion(calls, 'us-east-1')).toEqual([]);
    expect(inRegion(calls, 'eu-west-1')[0]?.input?.['EndTime']).toEqual(new Date('2026-03-31T20:00:01Z'));
    // The window is that of the first run: nobody asked for what came after.
    expect(note(second)).toMatchObject({ to: '2026-04-01T00:00:00.000Z', complete: true });
  });

  it('is cut at what the service still has, where a later run goes on', async () => {
    const files = fakeContext().files.files;
    const denied = fakeCalls((call) => (call.region === 'us-east-1' ? 'AccessDeniedException' : history(3)(call)));
    await collectLookupEvents(denied, {}, fakeContext(files));
    const calls = fakeCalls(history(3));
    const soon = fakeContext(new Map(files), NOW, '2026-04-11T00:00:00.000Z');
    await collectLookupEvents(calls, {}, soon);
    expect(inRegion(calls, 'eu-west-1')).toEqual([]);
    const found = { regions: ['eu-west-1', 'us-east-1'], complete: true };
    expect(note(soon)).toEqual({ ...found, from: '2026-01-11T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' });
    // Later there is nothing left to ask for; what was read then still stands.
    const late = fakeContext(new Map(files), NOW, '2026-08-01T00:00:00.000Z');
    const nothing = fakeCalls(() => ({ Events: [] }));
    await collectLookupEvents(nothing, {}, late);
    expect(nothing.sent).toEqual([]);
    expect(nothing.gaps).toMatchObject([{ fix: 'collect anew' }]);
    expect(note(late)).toEqual({ regions: ['eu-west-1'], complete: true, from: '2026-01-01T00:00:00.000Z', to: NOW });
  });

  it('that was never read is not empty where it is gone before it is asked for', async () => {
    const calls = fakeCalls(() => ({ Events: [] }));
    const context = fakeContext(new Map(), NOW, '2026-08-01T00:00:00.000Z');
    await collectLookupEvents(calls, {}, context);
    expect([calls.sent, calls.gaps.length, note(context)]).toEqual([[], 1, undefined]);
  });

  it('does not ask for what is older than what is kept, where a region was stopped below that', async () => {
    const first = fakeContext();
    let pages = 0;
    const cancelled = fakeCalls(
      (call) => {
        if (++pages > 2) throw new KeyreachError('cancelled', 'cancelled');
        return history(7)(call);
      },
      ['eu-west-1'],
    );
    await expect(collectLookupEvents(cancelled, {}, first)).rejects.toThrow('cancelled');
    const calls = fakeCalls(history(7), ['eu-west-1']);
    const second = fakeContext(first.files.files, NOW, '2026-06-29T22:00:00.000Z');
    await collectLookupEvents(calls, {}, second);
    expect(calls.sent).toEqual([]);
    expect(note(second)).toMatchObject({ from: '2026-03-31T22:00:00.000Z', to: NOW, complete: true });
  });

  it('of another collection is not gone on with, and its pages are not taken for those of this one', async () => {
    const files = fakeContext().files.files;
    const long = (call: AwsCall) => history(9)(call);
    await collectLookupEvents(fakeCalls(long, ['eu-west-1', 'us-east-1']), {}, fakeContext(files));
    const later = '2026-04-01T03:00:00.000Z';
    let pages = 0;
    const cancelled = fakeCalls(
      (call) => {
        if (++pages > 1) throw new KeyreachError('cancelled', 'cancelled');
        return long(call);
      },
      ['eu-west-1'],
    );
    await expect(collectLookupEvents(cancelled, {}, fakeContext(files, later))).rejects.toThrow('cancelled');
    const context = fakeContext(files, later);
    await collectLookupEvents(fakeCalls(long), {}, context);
    for (const region of ['eu-west-1', 'us-east-1']) {
      expect(new Set(idsIn(context, region))).toEqual(new Set(Array.from({ length: 9 }, (_, at) => `e-${at + 1}`)));
    }
    expect(note(context)).toMatchObject({ to: later, complete: true });
  });

  it('is read further back where more days are asked for, and is enough where fewer are', async () => {
    const files = fakeContext().files.files;
    await collectLookupEvents(fakeCalls(history(99), ['eu-west-1']), { days: 1 }, fakeContext(files));
    const context = fakeContext(files);
    const calls = fakeCalls(history(99), ['eu-west-1']);
    await collectLookupEvents(calls, { days: 3 }, context);
    expect(calls.sent[0]?.input?.['EndTime']).toEqual(new Date('2026-03-31T00:00:01Z'));
    expect(new Set(idsIn(context, 'eu-west-1')).size).toBe(72);
    expect(note(context)).toMatchObject({ from: '2026-03-29T00:00:00.000Z', complete: true });
    const fewer = fakeCalls(history(99), ['eu-west-1']);
    await collectLookupEvents(fewer, { days: 2 }, context);
    expect([fewer.sent, note(context)]).toMatchObject([[], { from: '2026-03-29T00:00:00.000Z' }]);
  });

  it('goes on after the last page by its number, not by its name', async () => {
    const context = fakeContext();
    const kept = { from: '2026-01-01T00:00:00.000Z', to: NOW, regions: [], complete: false };
    context.files.files.set(`${DIRECTORY}.json`, kept);
    context.files.files.set(`${DIRECTORY}/eu-west-1/99999.json`, { Events: [event(1)] });
    context.files.files.set(`${DIRECTORY}/eu-west-1/100000.json`, { Events: [event(2)] });
    const calls = fakeCalls(history(3), ['eu-west-1']);
    await collectLookupEvents(calls, {}, context);
    expect(calls.sent[0]?.input?.['EndTime']).toEqual(new Date('2026-03-31T22:00:01Z'));
    expect([...context.files.files.keys()]).toContain(`${DIRECTORY}/eu-west-1/100001.json`);
  });

  it('is a gap where pages come in circles', async () => {
    const calls = fakeCalls(
      ({ input }) => ({ Events: [], NextToken: input?.['NextToken'] === 'a' ? 'b' : 'a' }),
      ['eu-west-1'],
    );
    const context = fakeContext();
    await collectLookupEvents(calls, {}, context);
    expect([calls.sent.length, calls.gaps.length, note(context)]).toMatchObject([3, 1, { regions: [] }]);
  });

  it('is a gap where an event cannot be read, or the same page comes again', async () => {
    const odd = fakeCalls(
      () => ({ Events: [{ EventId: 'x', EventTime: new Date(0), CloudTrailEvent: '{' }] }),
      ['eu-west-1'],
    );
    const first = fakeContext();
    await collectLookupEvents(odd, {}, first);
    expect(odd.gaps).toHaveLength(1);
    expect(note(first)).toMatchObject({ regions: [], complete: false });

    const same = fakeCalls(() => ({ Events: [event(1)], NextToken: 'same' }), ['eu-west-1']);
    const second = fakeContext();
    await collectLookupEvents(same, {}, second);
    expect(same.gaps).toHaveLength(1);
    expect(same.sent).toHaveLength(2);
    expect(note(second)).toMatchObject({ regions: [] });
  });
});
