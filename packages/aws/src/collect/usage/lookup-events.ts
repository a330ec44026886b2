import type { Timestamp } from '@keyreach/core/graph';
import type { AccountCalls, AwsReply, CallResult } from '../calls.ts';
import type { CollectClock } from '../part.ts';
import { allEnded } from './all-ended.ts';
import { reducedRecord } from './reduced-record.ts';
import { daysBefore, laterOf, timeOfReply, type UsageContext } from './usage-context.ts';

/** What is looked up. */
export interface LookupEventsOptions {
  /** Days back from now, at most 90, which is also the default. */
  readonly days?: number;
}

/** IAM actions of the calls. */
export const LOOKUP_EVENTS_ACTIONS: readonly string[] = ['cloudtrail:LookupEvents'];

/** Events of one account and region can be looked up twice a second; other tools want their share. */
const PAUSE = 550;
/** Longest window (CloudTrail event history). */
const DAYS = 90;
/** How often a page is asked for again when the service refuses for the number of requests. */
const ATTEMPTS = 5;

const WHAT = 'use recorded by CloudTrail (event history)';

/** `lookup-events.json`: what the pages beside it show. */
interface LookedUp {
  /** Regions whose pages are all there. */
  readonly regions: readonly string[];
  readonly from: Timestamp;
  readonly to: Timestamp;
  /** Nothing is under way: other regions could not be read. */
  readonly complete: boolean;
}

/**
 * Reads the event history of an account, region by region, into `accounts/ID/cloudtrail/lookup-events/REGION/NNNNN.json`
 * (pages of LookupEvents, whose records hold only what rows of use are made of) and `accounts/ID/cloudtrail/lookup-events.json`.
 * A later run goes on where an earlier one was stopped: each region from the oldest event that is there. A page may then hold
 * events of the one before; they have the same id.
 */
export async function collectLookupEvents(
  calls: AccountCalls,
  options: LookupEventsOptions,
  context: UsageContext,
): Promise<void> {
  const place = `accounts/${calls.accountId}/cloudtrail/lookup-events`;
  const days = Math.min(Math.max(options.days ?? DAYS, 1), DAYS);
  const before = lookedUp(await context.files.readJson(`${place}.json`));
  // What is older than the service keeps is lost to the regions that are still to be read.
  const kept = before === undefined ? undefined : laterOf(before.from, daysBefore(context.now, DAYS));
  const goesOn =
    before !== undefined &&
    kept !== undefined &&
    kept < before.to &&
    calls.regions.some((region) => !before.regions.includes(region));
  const window = goesOn ? { from: kept, to: before.to } : { from: daysBefore(context.now, days), to: context.now };
  const done = new Set(goesOn ? before.regions : []);
  const note = async (ended: boolean): Promise<void> => {
    const found: LookedUp = { regions: [...done].sort(), ...window, complete: ended && done.size > 0 };
    await context.files.writeJson(`${place}.json`, found);
  };
  await note(false);
  const share = new Map(calls.regions.map((region) => [region, done.has(region) ? 1 : 0]));
  const begin = context.clock.milliseconds();
  let events = 0;
  const progress = (region: string, part: number, more: number): void => {
    share.set(region, part);
    events += more;
    const all = [...share.values()].reduce((sum, one) => sum + one, 0) / Math.max(share.size, 1);
    const spent = context.clock.milliseconds() - begin;
    context.progress?.({
      source: 'lookup-events',
      account: calls.accountId,
      share: all,
      done: events,
      ...(all > 0 ? { millisecondsLeft: Math.round((spent * (1 - all)) / all) } : {}),
    });
  };
  // Notes are written one after the other.
  let noted = Promise.resolve();
  await allEnded(
    calls.regions
      .filter((region) => !done.has(region))
      .map(async (region) => {
        const whole = await lookUpRegion(calls, region, { place, window, goesOn }, context, progress);
        if (!whole) return;
        done.add(region);
        noted = noted.then(() => note(false));
        await noted;
      }),
  );
  await note(true);
}

interface Place {
  readonly place: string;
  readonly window: { readonly from: Timestamp; readonly to: Timestamp };
  readonly goesOn: boolean;
}

/** True where all pages of the region are there. */
async function lookUpRegion(
  calls: AccountCalls,
  region: string,
  { place, window, goesOn }: Place,
  context: UsageContext,
  progress: (region: string, share: number, events: number) => void,
): Promise<boolean> {
  const directory = `${place}/${region}`;
  const there = goesOn ? await pagesThere(context, directory) : { pages: 0, oldest: undefined };
  const limited = paced(context.clock);
  const length = Date.parse(window.to) - Date.parse(window.from);
  // Events come newest first. The second of the oldest one is asked for again: it may hold more.
  const end = there.oldest === undefined ? window.to : new Date(Date.parse(there.oldest) + 1000).toISOString();
  let token: string | undefined;
  let { oldest } = there;
  for (let page = there.pages + 1; ; page++) {
    const input = {
      StartTime: new Date(window.from),
      EndTime: new Date(end),
      MaxResults: 50,
      ...(token === undefined ? {} : { NextToken: token }),
    };
    const result = await patient(context.clock, () =>
      limited(() =>
        calls.send({
          service: 'cloudtrail',
          command: 'LookupEvents',
          action: 'cloudtrail:LookupEvents',
          region,
          input,
        }),
      ),
    );
    if (!result.ok) {
      calls.failed(`${WHAT} in ${region}`, result.failed);
      return false;
    }
    const { Events: given, NextToken: next } = result.reply;
    const events = Array.isArray(given) ? given.map(reducedEvent) : [];
    if (events.includes(undefined)) {
      calls.gap({ what: `${WHAT} in ${region}`, why: 'an event could not be read' });
      return false;
    }
    oldest = timeOfReply((events.at(-1) as AwsReply | undefined)?.['EventTime']) ?? oldest;
    if (events.length > 0) {
      await context.files.writeJson(`${directory}/${String(page).padStart(5, '0')}.json`, { Events: events });
    }
    const seen = oldest === undefined ? 0 : (Date.parse(window.to) - Date.parse(oldest)) / length;
    const last = typeof next !== 'string' || next === '';
    progress(region, last ? 1 : Math.min(Math.max(seen, 0), 1), events.length);
    if (last) return true;
    if (next === token) {
      calls.gap({ what: `${WHAT} in ${region}`, why: 'the service gave the same page again' });
      return false;
    }
    token = next;
  }
}

/** Pages of an earlier run, and the time of the oldest event in them. */
async function pagesThere(
  context: UsageContext,
  directory: string,
): Promise<{ readonly pages: number; readonly oldest: Timestamp | undefined }> {
  const names = (await context.files.names(directory)).filter((name) => /^[0-9]{5,}\.json$/.test(name));
  const last = names.at(-1);
  if (last === undefined) return { pages: 0, oldest: undefined };
  const page = await context.files.readJson(`${directory}/${last}`);
  const { Events: events } = (typeof page === 'object' && page !== null ? page : {}) as { readonly Events?: unknown };
  const oldest = Array.isArray(events)
    ? timeOfReply((events.at(-1) as AwsReply | undefined)?.['EventTime'])
    : undefined;
  return { pages: Number.parseInt(last, 10), oldest };
}

/** An event with a record that holds no secret; undefined where the record cannot be read. */
function reducedEvent(event: unknown): AwsReply | undefined {
  if (typeof event !== 'object' || event === null) return undefined;
  const { EventId, EventName, EventTime, EventSource, CloudTrailEvent: text } = event as AwsReply;
  try {
    const record = typeof text === 'string' ? reducedRecord(JSON.parse(text)) : undefined;
    const time = timeOfReply(EventTime) ?? timeOfReply(record?.['eventTime']);
    if (record === undefined || time === undefined) return undefined;
    return { EventId, EventName, EventTime: time, EventSource, CloudTrailEvent: JSON.stringify(record) };
  } catch {
    return undefined;
  }
}

/** Calls with a pause from the begin of one to the begin of the next. */
function paced(clock: CollectClock): <T>(call: () => Promise<T>) => Promise<T> {
  let free = 0;
  return async (call) => {
    const wait = free - clock.milliseconds();
    if (wait > 0) await clock.sleep(wait);
    free = clock.milliseconds() + PAUSE;
    return call();
  };
}

/** Asks again, later and later, while the service refuses for the number of requests. */
async function patient(clock: CollectClock, call: () => Promise<CallResult>): Promise<CallResult> {
  for (let attempt = 1; ; attempt++) {
    const result = await call();
    if (result.ok || result.failed.kind !== 'throttled' || attempt === ATTEMPTS) return result;
    await clock.sleep(2000 * 2 ** (attempt - 1));
  }
}

function lookedUp(value: unknown): LookedUp | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { regions, from, to, complete } = value as Readonly<Record<string, unknown>>;
  const begin = timeOfReply(from);
  const end = timeOfReply(to);
  const names = Array.isArray(regions) && regions.every((region) => typeof region === 'string') ? regions : undefined;
  if (begin === undefined || end === undefined || names === undefined || typeof complete !== 'boolean')
    return undefined;
  return { regions: names, from: begin, to: end, complete };
}
