import type { RequestContext } from '@keyreach/core/authz';
import { quoteText } from '@keyreach/core/graph';
import { w3cDate } from '../authz/w3c-date.ts';
import type { ContextValue, SimulatedRequest } from './simulated-request.ts';
import { simulationError } from './simulation-error.ts';

/** Lower-case names of context keys: callers use the same few again and again. */
const folded = new Map<string, string>();

function fold(key: string): string {
  let lower = folded.get(key);
  if (lower === undefined) {
    lower = key.toLowerCase();
    if (folded.size < 10_000) folded.set(key, lower);
  }
  return lower;
}

/** Adds the context of a request; what it says wins over what is there. */
export function addContext(
  to: Map<string, readonly string[] | null>,
  context: Readonly<Record<string, ContextValue>>,
): void {
  checkObject(context, 'the context');
  for (const key of Object.keys(context)) to.set(fold(key), contextValues(key, context[key]));
}

function contextValues(key: string, value: ContextValue | undefined): readonly string[] | null {
  if (typeof value === 'string') return [value];
  if (value === null) return null;
  if (Array.isArray(value)) return (value as readonly (string | number | boolean)[]).map((one) => scalar(key, one));
  return [scalar(key, value)];
}

function scalar(key: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return String(value);
  throw simulationError(
    'bad-context',
    `the value of ${quoteText(key)} must be a string, number, boolean, a list of those, or null`,
  );
}

/**
 * Adds the tags that conditions ask for, by their condition keys. Tag keys there ignore case; of two spellings of one key
 * a request carries one, nobody knows which, so that key stays undecided (aws.md 1.11).
 */
export function addTags(
  to: Map<string, readonly string[] | null>,
  keys: ReadonlyMap<string, string>,
  tags: Readonly<Record<string, string>>,
): void {
  checkObject(tags, 'tags');
  for (const [key, tag] of keys) {
    let found = 0;
    let value: unknown;
    for (const name in tags) {
      if (!Object.hasOwn(tags, name) || (name !== tag && fold(name) !== tag)) continue;
      found += 1;
      value = tags[name];
    }
    if (found > 1) continue;
    if (found === 1 && typeof value !== 'string') {
      throw simulationError('bad-context', `the value of the tag ${quoteText(tag)} must be a string`);
    }
    to.set(key, typeof value === 'string' ? [value] : null);
  }
}

function checkObject(value: unknown, what: string): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw simulationError('bad-context', `${what} must be an object`);
}

const CURRENT_TIME = 'aws:currenttime';
const EPOCH_TIME = 'aws:epochtime';
const NO_TIME = 'give `now`, or `aws:CurrentTime` in the context: no clock is read';

/**
 * When the request is made, milliseconds since the epoch. A time in the context counts for both keys that carry it.
 * Throws a `KeyreachError` `bad-time` where nothing tells it, or not as a time.
 */
export function requestTime(now: SimulatedRequest['now'], context: Map<string, readonly string[] | null>): number {
  const current = context.get(CURRENT_TIME)?.[0];
  const epoch = context.get(EPOCH_TIME)?.[0];
  if (current === undefined && epoch === undefined) {
    if (now === undefined) throw simulationError('bad-time', NO_TIME);
    return timeOf(now);
  }
  const at = current === undefined ? secondsTime(epoch ?? '') : textTime(current);
  if (!context.has(CURRENT_TIME)) context.set(CURRENT_TIME, [new Date(at).toISOString()]);
  if (!context.has(EPOCH_TIME)) context.set(EPOCH_TIME, [String(Math.floor(at / 1000))]);
  return at;
}

function timeOf(now: Date | number | string): number {
  if (typeof now === 'string') return textTime(now);
  return checked(now instanceof Date ? now.getTime() : now, String(now));
}

let lastText = '';
let lastTime = Number.NaN;

function textTime(text: string): number {
  if (text !== lastText) {
    lastTime = checked(w3cDate(text) ?? Number.NaN, text);
    lastText = text;
  }
  return lastTime;
}

function secondsTime(text: string): number {
  return checked(/^\d{1,12}$/.test(text) ? Number(text) * 1000 : Number.NaN, text);
}

/** The range of dates that JavaScript can write. */
function checked(at: number, text: string): number {
  if (typeof at === 'number' && Math.abs(at) <= 8.64e15) return at;
  throw simulationError('bad-time', `${quoteText(text)} is not a time; ${NO_TIME}`);
}

/** The account that the context says the resource belongs to. */
export function resourceAccountOf(context: RequestContext): string | undefined {
  return context.get('aws:resourceaccount')?.[0] ?? context.get('s3:resourceaccount')?.[0];
}
