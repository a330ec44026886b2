import { allEnded, type CollectClock } from '@keyreach/core/collection';
import type { Timestamp } from '@keyreach/core/graph';
import type { AccountCalls, AwsReply, CallResult } from '../calls.ts';
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
  const to = timeOfReply(context.now) ?? context.now;
  const before = lookedUp(await context.files.readJson(`${place}.json`));
  // What another collection looked up ends at another time, and shows nothing of the time since.
  const mine = before?.to === to ? before : undefined;
  // What is older than the service keeps is lost to the regions that are still to be read.
  const reach = daysBefore(context.runAt, DAYS);
  const start = laterOf(daysBefore(to, days), reach);
  // Where a longer time was asked for, what is there is the end of it.
  const isEnough = mine !== undefined && mine.from <= start;
  const done = new Set(isEnough ? mine.regions : []);
  const open = calls.regions.filter((region) => !done.has(region));
  const kept = isEnough ? laterOf(mine.from, reach) : start;
  const isLost = open.length > 0 && kept >= to;
  const window = open.length === 0 || isLost ? { from: mine?.from ?? kept, to } : { from: kept, to };
  const note = async (ended: boolean): Promise<void> => {
    const found: LookedUp = { regions: [...done].sort(), ...window, complete: ended && done.size > 0 };
    await context.files.writeJson(`${place}.json`, found);
  };
  if (isLost) {
    const why = `the service keeps events for ${DAYS} days, and the collection was begun before that`;
    calls.gap({ what: WHAT, why, fix: 'collect anew' });
    if (mine !== undefined) await note(true);
    return;
  }
  if (mine === undefined) await removePages(place, before, context);
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
    open.map(async (region) => {
      const whole = await lookUpRegion(calls, region, { place, window }, context, progress);
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
}

/** Removes the pages of another collection: a run that goes on would take them for its own. */
async function removePages(place: string, before: LookedUp | undefined, { files }: UsageContext): Promise<void> {
  // While only some of them are gone, nothing may say that they are all there.
  if (before !== undefined) await files.writeJson(`${place}.json`, { ...before, regions: [], complete: false });
  for (const region of await files.names(place)) {
    for (const name of await files.names(`${place}/${region}`)) {
      if (PAGE.test(name)) await files.remove(`${place}/${region}/${name}`);
    }
  }
}

/** Name of a page: its number. */
const PAGE = /^[0-9]{5,}\.json$/;

/** True where all pages of the region are there. */
async function lookUpRegion(
  calls: AccountCalls,
  region: string,
  { place, window }: Place,
  context: UsageContext,
  progress: (region: string, share: number, events: number) => void,
): Promise<boolean> {
  const directory = `${place}/${region}`;
  const there = await pagesThere(context, directory);
  const limited = paced(context.clock);
  const length = Date.parse(window.to) - Date.parse(window.from);
  // Events come newest first. The second of the oldest one is asked for again: it may hold more.
  const end = there.oldest === undefined ? window.to : new Date(Date.parse(there.oldest) + 1000).toISOString();
  // Nothing of the window is older than what is there.
  if (end <= window.from) return true;
  let token: string | undefined;
  const seenTokens = new Set<string>();
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
      await context.files.writeJson(`${directory}/${nameOfPage(page)}`, { Events: events });
    }
    const seen = oldest === undefined ? 0 : (Date.parse(window.to) - Date.parse(oldest)) / length;
    const last = typeof next !== 'string' || next === '';
    progress(region, last ? 1 : Math.min(Math.max(seen, 0), 1), events.length);
    if (last) return true;
    if (seenTokens.has(next)) {
      calls.gap({ what: `${WHAT} in ${region}`, why: 'the service gave the same page again' });
      return false;
    }
    seenTokens.add(next);
    token = next;
  }
}

/** Pages of an earlier run, and the time of the oldest event in them. */
async function pagesThere(
  context: UsageContext,
  directory: string,
): Promise<{ readonly pages: number; readonly oldest: Timestamp | undefined }> {
  const numbers = (await context.files.names(directory))
    .filter((name) => PAGE.test(name))
    .map((name) => Number.parseInt(name, 10));
  // As text the hundred thousandth comes before the one before.
  const pages = numbers.reduce((most, number) => Math.max(most, number), 0);
  if (pages === 0) return { pages, oldest: undefined };
  const page = await context.files.readJson(`${directory}/${nameOfPage(pages)}`);
  const { Events: events } = (typeof page === 'object' && page !== null ? page : {}) as { readonly Events?: unknown };
  const oldest = Array.isArray(events)
    ? timeOfReply((events.at(-1) as AwsReply | undefined)?.['EventTime'])
    : undefined;
  return { pages, oldest };
}

function nameOfPage(page: number): string {
  return `${String(page).padStart(5, '0')}.json`;
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
