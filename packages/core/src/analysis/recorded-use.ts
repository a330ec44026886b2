import type { Json, Usage } from '../graph/model.ts';
import { serviceNameOf, serviceOf } from './service-name.ts';
import { instantOf } from './time.ts';

/** What usage rows say together. */
export interface RecordedUse {
  /** Latest use, in milliseconds. */
  readonly lastUse: number | undefined;
  /** There may be use at any time: it is recorded without a time that can be read, or was only perhaps use. */
  readonly undated: boolean;
  /** Nothing more is recorded than what was perhaps use. */
  readonly perhaps?: true;
  /** Sources of the rows, sorted. */
  readonly sources: readonly string[];
}

/** When something was last used, in milliseconds; `undated` where it was and the time cannot be read. */
export type StatedUse = number | 'undated' | undefined;

/** What rows say together. A row without a time of success is use only where it counts some (graph model, `Usage`). */
export function recordedUse(rows: readonly Usage[]): RecordedUse {
  const instants: number[] = [];
  let undated = false;
  let perhaps: true | undefined;
  const sources = new Set<string>();
  for (const { first, last, count, source, perhaps: uncertain } of rows) {
    const time = last ?? first;
    if (time === undefined && (count ?? 0) === 0) continue;
    if (uncertain === true) {
      perhaps = true;
      continue;
    }
    sources.add(source);
    const instant = instantOf(time);
    // A first use without a last one may have been followed by others at any time.
    if (instant === undefined || last === undefined) undated = true;
    if (instant !== undefined) instants.push(instant);
  }
  return {
    lastUse: latest(instants),
    undated: undated || perhaps === true,
    ...(perhaps === true && !undated ? { perhaps } : {}),
    sources: [...sources].sort(),
  };
}

/**
 * The rows as of `now` (milliseconds), which may lie in the past: use that began later is none, and of a row that goes on
 * after it nobody knows when before it the last use was.
 */
export function rowsAsOf(rows: readonly Usage[], now: number): readonly Usage[] {
  return rows.flatMap((row): readonly Usage[] => {
    const { last, ...begun } = row;
    const end = instantOf(last);
    if (end === undefined || end <= now) return [row];
    const start = instantOf(row.first);
    if (start !== undefined && start > now) return [];
    return [{ ...begun, count: Math.max(1, row.count ?? 1) }];
  });
}

/** The rows without what was perhaps use before `start` (milliseconds): it lies before any window that is asked about. */
export function withoutOldDoubts(rows: readonly Usage[], start: number): readonly Usage[] {
  return rows.filter(
    ({ perhaps, last }) => perhaps !== true || last === undefined || !((instantOf(last) ?? start) < start),
  );
}

/** Rows by the service of their action in lower case, as `s3:*`, `storage.*`. Rows of any action tell nothing of one service. */
export function rowsByService(usage: readonly Usage[]): ReadonlyMap<string, readonly Usage[]> {
  const rows = new Map<string, Usage[]>();
  for (const row of usage) {
    if (serviceNameOf(row.action) === undefined) continue;
    const service = serviceOf(row.action);
    const known = rows.get(service);
    if (known === undefined) rows.set(service, [row]);
    else known.push(row);
  }
  return rows;
}

/**
 * What a {@link LastUsed} or an attribute of that shape says at `now` (milliseconds). Only the last use is told: where that
 * is later, there may have been use at any time before.
 */
export function statedUse(lastUsed: Json | undefined, now: number): StatedUse {
  if (typeof lastUsed !== 'object' || lastUsed === null || !('state' in lastUsed)) return undefined;
  const { state, at } = lastUsed;
  if (state !== 'used') return undefined;
  const instant = typeof at === 'string' ? instantOf(at) : undefined;
  return instant === undefined || instant > now ? 'undated' : instant;
}

/** A source that was read and has nothing about a thing, of what a node states of its last use. */
export function silentSource(lastUsed: Json | undefined): string | undefined {
  if (typeof lastUsed !== 'object' || lastUsed === null || !('silent' in lastUsed)) return undefined;
  const { silent } = lastUsed;
  return typeof silent === 'string' ? silent : undefined;
}

/** The latest of some instants; undefined where there are none. */
export function latest(instants: Iterable<number | undefined>): number | undefined {
  let found: number | undefined;
  for (const instant of instants) {
    if (instant !== undefined && (found === undefined || instant > found)) found = instant;
  }
  return found;
}
