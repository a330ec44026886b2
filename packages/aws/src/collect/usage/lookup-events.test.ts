import { KeyreachError } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import type { AwsCall } from '../calls.ts';
import { collectLookupEvents } from './lookup-events.ts';
import { type FakeAnswer, type FakeCalls, fakeCalls, fakeContext } from './testing/fake-calls.ts';

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
    const second = fakeContext(first.files.files, '2026-04-01T05:00:00.000Z');
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
    const soon = fakeContext(new Map(files), '2026-04-11T00:00:00.000Z');
    await collectLookupEvents(calls, {}, soon);
    expect(inRegion(calls, 'eu-west-1')).toEqual([]);
    const found = { regions: ['eu-west-1', 'us-east-1'], complete: true };
    expect(note(soon)).toEqual({ ...found, from: '2026-01-11T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' });
    const late = fakeContext(new Map(files), '2026-08-01T00:00:00.000Z');
    await collectLookupEvents(
      fakeCalls(() => ({ Events: [] })),
      {},
      late,
    );
    expect(note(late)).toEqual({ ...found, from: '2026-05-03T00:00:00.000Z', to: '2026-08-01T00:00:00.000Z' });
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
