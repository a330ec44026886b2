import type { EventIdSet } from '@keyreach/core/input';
import { type CallSums, ResourceSums } from './call-sums.ts';
import {
  type Actor,
  actorOf,
  isSession,
  type Opening,
  openingOf,
  originOfActor,
  resolveActor,
  unopened,
} from './session-origin.ts';
import {
  callOfRecord,
  fieldsOf,
  isApiCall,
  isText,
  MARKS,
  marksOfBits,
  secondsOf,
  type TrailCall,
} from './trail-record.ts';
import { compareTrailRows } from './trail-row-order.ts';
import type { TrailRow } from './trail-usage.ts';

/** What calls of one row have in common besides who made them and on what. */
export interface CallShape {
  readonly principal: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly marks: number;
  readonly roles: readonly string[];
}

/** First and last time of the records of one account, seconds since 1970. */
export interface SeenTime {
  readonly first: number;
  readonly last: number;
}

/** Bounds of the memory that sessions take. */
export interface SessionLimits {
  /** Sessions whose origin is not known yet. Beyond, those that stay unknown have no origin. */
  readonly pending: number;
  /** Records that opened a session. Beyond, no further ones are kept. */
  readonly openings: number;
}

/** About 100 MB each at most. */
export const SESSION_LIMITS: SessionLimits = { pending: 200_000, openings: 400_000 };

/** An aggregation in parts, as plain data that threads can hand over. */
export interface TrailPart {
  readonly shapes: readonly CallShape[];
  readonly actors: readonly Actor[];
  readonly resources: readonly string[];
  /** {@link COLUMNS} numbers for each actor, shape and resource. */
  readonly sums: Float64Array;
  /** Pairs of actor and shape whose resources are not told apart. */
  readonly together: Float64Array;
  readonly openings: readonly Opening[];
  readonly seen: readonly (readonly [string, SeenTime])[];
  readonly lostSessions: number;
  readonly lostOpenings: number;
}

/** Actor, shape and resource by their place, then the fields of {@link CallSums}. */
const COLUMNS = 9;

/** Where a record was found: `log`: as a trail delivered it; `lookup`: in a reply of LookupEvents. */
export type RecordOrigin = 'log' | 'lookup';

/** What became of a record. `unusable`: it lacks what every record has. */
export type TakenRecord = 'counted' | 'left-out' | 'unusable';

/**
 * Adds CloudTrail records up into rows, by the rules of `docs/usage-aws.md`. In whatever order records come, and in
 * however many parts, the rows are the same. Memory grows with rows and sessions, not with records.
 *
 * Where sessions pass the limit, those whose opening was seen are put where they belong at once. Another record that
 * says it opened the same session, and comes later, is then not heard: CloudTrail has none, keys of sessions being new.
 */
export class TrailAggregation {
  readonly #ids: EventIdSet;
  readonly #limits: SessionLimits;
  /** By principal, event source, event name, then marks and roles. */
  readonly #shapeIds = new Map<string, Map<string, Map<string, Map<string, number>>>>();
  readonly #shapes: CallShape[] = [];
  readonly #calls = new Map<Actor, Map<number, ResourceSums>>();
  readonly #openings = new Map<string, Opening>();
  readonly #seen = new Map<string, SeenTime>();
  #pending = 0;
  #foldAt: number;
  #lostSessions = 0;
  #lostOpenings = 0;

  /** `ids`: events that were there before; shared by all parts. */
  constructor(ids: EventIdSet, limits: SessionLimits = SESSION_LIMITS) {
    this.#ids = ids;
    this.#limits = limits;
    this.#foldAt = limits.pending;
  }

  /** Adds one parsed record. */
  take(value: unknown, from: RecordOrigin): TakenRecord {
    const record = fieldsOf(value);
    if (record === undefined) return 'unusable';
    if (from === 'log') this.#see(record['recipientAccountId'], record['eventTime']);
    if (!isApiCall(record)) return typeof record['eventType'] === 'string' ? 'left-out' : 'unusable';
    const opening = openingOf(record);
    if (opening !== undefined) this.#open(opening);
    const call = callOfRecord(record);
    if (call === 'none') return 'left-out';
    if (call === 'unusable') return 'unusable';
    const id = record['eventID'];
    if (isText(id) && !this.#ids.add(id)) return 'left-out';
    this.#callsOf(actorOf(record), this.#shapeId(call)).count(call.resource, call.time, call.refused, call.elsewhere);
    if (this.#pending > this.#foldAt) this.#fold();
    return 'counted';
  }

  /** Adds what another one added up. */
  merge(part: TrailPart): void {
    for (const opening of part.openings) this.#open(opening);
    for (const [account, { first, last }] of part.seen) {
      this.#seeTime(account, first);
      this.#seeTime(account, last);
    }
    this.#lostSessions += part.lostSessions;
    this.#lostOpenings += part.lostOpenings;
    const shapes = part.shapes.map((shape) => this.#shapeId(shape));
    for (let at = 0; at < part.together.length; at += 2) {
      this.#callsOf(part.actors[part.together[at]!]!, shapes[part.together[at + 1]!]!).join();
    }
    for (let at = 0; at < part.sums.length; at += COLUMNS) {
      const [actor, shape, resource, home, homeRefused, elsewhere, elsewhereRefused, first, last] = part.sums.subarray(
        at,
        at + COLUMNS,
      ) as unknown as readonly [number, number, number, number, number, number, number, number, number];
      const calls = this.#callsOf(part.actors[actor]!, shapes[shape]!);
      calls.add(part.resources[resource]!, { home, homeRefused, elsewhere, elsewhereRefused, first, last });
    }
    if (this.#pending > this.#foldAt) this.#fold();
  }

  /** Everything added so far, to {@link merge} elsewhere. */
  part(): TrailPart {
    const actors: Actor[] = [];
    const resources = new Map<string, number>();
    const sums: number[] = [];
    const together: number[] = [];
    for (const [actor, shapes] of this.#calls) {
      const place = actors.push(actor) - 1;
      for (const [shape, calls] of shapes) {
        if (calls.together) together.push(place, shape);
        for (const [resource, sum] of calls.entries()) {
          const known = resources.get(resource) ?? resources.size;
          resources.set(resource, known);
          const { home, homeRefused, elsewhere, elsewhereRefused, first, last } = sum;
          sums.push(place, shape, known, home, homeRefused, elsewhere, elsewhereRefused, first, last);
        }
      }
    }
    return {
      shapes: this.#shapes,
      actors,
      resources: [...resources.keys()],
      sums: Float64Array.from(sums),
      together: Float64Array.from(together),
      openings: [...this.#openings.values()],
      seen: [...this.#seen],
      lostSessions: this.#lostSessions,
      lostOpenings: this.#lostOpenings,
    };
  }

  /** The rows of all records, in the order of `TrailUsage`. Nothing is added afterwards. */
  rows(): readonly TrailRow[] {
    for (const [actor, shapes] of [...this.#calls]) {
      if (isSession(actor)) this.#move(actor, resolveActor(actor, this.#openings).actor, shapes);
    }
    const rows: TrailRow[] = [];
    for (const [actor, shapes] of this.#calls) {
      const origin = originOfActor(actor);
      for (const [shape, calls] of shapes) {
        for (const [resource, sums] of calls.entries()) rows.push(rowOf(origin, this.#shapes[shape]!, resource, sums));
      }
    }
    return rows.sort(compareTrailRows);
  }

  /** Times of the records that trails delivered, by the account they were recorded for; sorted by account. */
  seen(): ReadonlyMap<string, SeenTime> {
    return new Map([...this.#seen].sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  /** Sessions that have no origin since there were too many of them. */
  get lostSessions(): number {
    return this.#lostSessions;
  }

  /** Records that opened a session and were not kept since there were too many of them. */
  get lostOpenings(): number {
    return this.#lostOpenings;
  }

  #callsOf(actor: Actor, shape: number): ResourceSums {
    let shapes = this.#calls.get(actor);
    if (shapes === undefined) {
      shapes = new Map();
      this.#calls.set(actor, shapes);
      if (isSession(actor)) this.#pending += 1;
    }
    let calls = shapes.get(shape);
    if (calls === undefined) {
      calls = new ResourceSums();
      shapes.set(shape, calls);
    }
    return calls;
  }

  #shapeId(call: CallShape | TrailCall): number {
    const { principal, eventSource, eventName, marks, roles } = call;
    // One map for each text: to look up two texts is faster than to join them.
    const variants = inner(inner(inner(this.#shapeIds, principal), eventSource), eventName);
    const variant = roles.length === 0 ? VARIANTS[marks]! : `${marks} ${roles.join(' ')}`;
    const known = variants.get(variant);
    if (known !== undefined) return known;
    const id = this.#shapes.push({ principal, eventSource, eventName, marks, roles }) - 1;
    variants.set(variant, id);
    return id;
  }

  #open(opening: Opening): void {
    const known = this.#openings.get(opening.key);
    if (known !== undefined) {
      if (opening.rank < known.rank) this.#openings.set(opening.key, opening);
    } else if (this.#openings.size < this.#limits.openings) this.#openings.set(opening.key, opening);
    else this.#lostOpenings += 1;
  }

  #see(account: unknown, time: unknown): void {
    const seconds = secondsOf(time);
    if (seconds !== undefined && typeof account === 'string' && /^\d{12}$/.test(account))
      this.#seeTime(account, seconds);
  }

  #seeTime(account: string, time: number): void {
    const known = this.#seen.get(account);
    if (known === undefined) this.#seen.set(account, { first: time, last: time });
    else if (time < known.first) this.#seen.set(account, { first: time, last: known.last });
    else if (time > known.last) this.#seen.set(account, { first: known.first, last: time });
  }

  /** Puts sessions where they belong, as far as that is known; where too many are left, they have no origin. */
  #fold(): void {
    for (const [actor, shapes] of [...this.#calls]) {
      if (!isSession(actor)) continue;
      const { actor: known, open } = resolveActor(actor, this.#openings);
      if (!open) this.#move(actor, known, shapes);
    }
    if (this.#pending > this.#limits.pending) {
      for (const [actor, shapes] of [...this.#calls]) {
        if (!isSession(actor)) continue;
        this.#lostSessions += 1;
        this.#move(actor, unopened(actor), shapes);
      }
    }
    // Folding costs as much as there is pending: not again before as much has come.
    this.#foldAt = Math.max(this.#pending + Math.ceil(this.#limits.pending / 4), this.#limits.pending);
  }

  #move(from: Actor, to: Actor, shapes: ReadonlyMap<number, ResourceSums>): void {
    this.#calls.delete(from);
    this.#pending -= 1;
    for (const [shape, calls] of shapes) this.#callsOf(to, shape).addAll(calls);
  }
}

/** Texts of all marks. */
const VARIANTS: readonly string[] = Array.from({ length: 1 << MARKS.length }, (_, marks) => String(marks));

/** The map inside a map, made where there is none. */
function inner<K, L, V>(maps: Map<K, Map<L, V>>, key: K): Map<L, V> {
  let map = maps.get(key);
  if (map === undefined) {
    map = new Map();
    maps.set(key, map);
  }
  return map;
}

function rowOf(origin: string | undefined, shape: CallShape, resource: string, sums: CallSums): TrailRow {
  const used = sums.home + sums.elsewhere > 0;
  return {
    principal: shape.principal,
    ...(origin === undefined ? {} : { origin }),
    eventSource: shape.eventSource,
    eventName: shape.eventName,
    marks: marksOfBits(shape.marks),
    roles: shape.roles,
    ...(resource === '' ? {} : { resource }),
    ...(used ? { first: timestamp(sums.first), last: timestamp(sums.last) } : {}),
    count: Math.max(sums.home, sums.elsewhere),
    refused: Math.max(sums.homeRefused, sums.elsewhereRefused),
  };
}

function timestamp(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
