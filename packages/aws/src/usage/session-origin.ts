import { fieldsOf, isText, sourceOf } from './trail-record.ts';
import { CHAIN_LIMIT } from './trail-usage.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Who a call began with, as far as its record tells: `o` and the origin; `n`: nobody tells; `s` and the key of a session;
 * `c` and the key of a session, whose record says that it comes from the console.
 */
export type Actor = string;

/** Nobody tells what the call began with. */
export const NO_ORIGIN: Actor = 'n';

/** True where the actor is a session that another record may have opened. */
export function isSession(actor: Actor): boolean {
  return actor.startsWith('s') || actor.startsWith('c');
}

/** Key of the session of an actor that {@link isSession}. */
export function sessionKey(actor: Actor): string {
  return actor.slice(1);
}

/** What a session is worth whose opening is not to be found: `console` where its record says so. */
export function unopened(actor: Actor): Actor {
  return actor.startsWith('c') ? 'oconsole' : NO_ORIGIN;
}

/** Origin of an actor that is no session; undefined where it is not told. */
export function originOfActor(actor: Actor): string | undefined {
  return actor.startsWith('o') ? actor.slice(1) : undefined;
}

/** The actor of a record. */
export function actorOf(record: Fields): Actor {
  const key = fieldsOf(record['userIdentity'])?.['accessKeyId'];
  if (isText(key) && key.startsWith('AKIA')) return `o${key}`;
  const flag = record['sessionCredentialFromConsole'];
  const console = flag === true || flag === 'true';
  if (isText(key)) return (console ? 'c' : 's') + key;
  return console ? 'oconsole' : NO_ORIGIN;
}

/** A record that opened a session. */
export interface Opening {
  /** Key of the session. */
  readonly key: string;
  /** Of several records that opened it the one with the smallest rank counts. */
  readonly rank: string;
  /** What opened it. */
  readonly by: Actor;
}

const OPENING_EVENTS: ReadonlySet<string> = new Set([
  'AssumeRole',
  'AssumeRoleWithSAML',
  'AssumeRoleWithWebIdentity',
  'GetSessionToken',
  'GetFederationToken',
  'AssumeRoot',
]);

/** The session that a record opened; undefined for other records. Of its credentials only the id of the key is read. */
export function openingOf(record: Fields): Opening | undefined {
  const { eventSource, eventName, eventID } = record;
  if (typeof eventSource !== 'string' || sourceOf(eventSource) !== 'sts') return undefined;
  if (typeof eventName !== 'string' || !OPENING_EVENTS.has(eventName) || !isText(eventID)) return undefined;
  const key = fieldsOf(fieldsOf(record['responseElements'])?.['credentials'])?.['accessKeyId'];
  if (!isText(key)) return undefined;
  const identity = fieldsOf(record['userIdentity']);
  const tells = (by: Actor): Opening => ({ key, rank: `0${eventID}`, by });
  if (eventName === 'AssumeRoleWithSAML' || eventName === 'AssumeRoleWithWebIdentity') return tells('ofederated');
  if (identity?.['type'] === 'AWSService') {
    return tells(isText(identity['invokedBy']) ? `oservice:${identity['invokedBy']}` : NO_ORIGIN);
  }
  if (isText(identity?.['accessKeyId'])) return tells(actorOf(record));
  // The account of the role records the call too, without the key of the caller.
  return { key, rank: `1${eventID}`, by: actorOf(record) };
}

/** How far an actor is known. `open`: it ends in a session whose opening was not seen (yet). */
export interface ResolvedActor {
  readonly actor: Actor;
  readonly open: boolean;
}

/** Follows an actor to what its chain of sessions began with, through at most {@link CHAIN_LIMIT} of them. */
export function resolveActor(actor: Actor, openings: ReadonlyMap<string, Pick<Opening, 'by'>>): ResolvedActor {
  let current = actor;
  for (let sessions = 0; isSession(current); sessions += 1) {
    if (sessions === CHAIN_LIMIT) return { actor: NO_ORIGIN, open: false };
    const opening = openings.get(sessionKey(current));
    if (opening === undefined) return { actor: unopened(current), open: true };
    current = opening.by;
  }
  return { actor: current, open: false };
}
