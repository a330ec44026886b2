import type { Radius } from '@keyreach/core/analysis';
import { expect } from 'vitest';
import { boundsOf, idIn, type Level, levelOf, type Measured } from './measure.ts';

/** One thing that one subject reaches, before and after a change. */
export interface Pair {
  readonly subject: string;
  readonly what: string;
  readonly before: Level;
  readonly after: Level;
}

/** Everything reached before or after, over subjects and targets that both estates hold. */
export function pairs(before: Measured, after: Measured): readonly Pair[] {
  const [first, second] = [scopesUnlisted(before), scopesUnlisted(after)];
  const inBoth = (what: string): boolean => {
    const id = idIn(what);
    // What lies unlisted in a scope is a thing only as long as its resources are not listed.
    if (what.startsWith('unlisted ')) return first.has(id) && second.has(id);
    return before.engine.graph.node(id) !== undefined && after.engine.graph.node(id) !== undefined;
  };
  const found: Pair[] = [];
  for (const [subject, old] of before.reaches) {
    const next = after.reaches.get(subject);
    if (next === undefined) continue;
    for (const what of new Set([...old.levels.keys(), ...next.levels.keys()])) {
      if (!inBoth(what)) continue;
      found.push({ subject, what, before: levelOf(old, what), after: levelOf(next, what) });
    }
  }
  return found;
}

function scopesUnlisted({ engine: { graph } }: Measured): ReadonlySet<string> {
  const scopes = graph.resources.filter(({ uncollected }) => uncollected === true).map(({ scope }) => scope ?? '');
  return new Set(scopes);
}

const top = (bound: number | null): number => bound ?? Number.POSITIVE_INFINITY;

/** Expects that nobody lost anything, and tells how much was gained. `change` names what was done. */
export function expectNoLoss(before: Measured, after: Measured, change: string): number {
  let moved = 0;
  for (const { subject, what, before: old, after: next } of pairs(before, after)) {
    expect(next, `${change}: ${subject} reaches ${what}`).toBeGreaterThanOrEqual(old);
    if (next > old) moved += 1;
  }
  if (!sameNodes(before, after)) return moved;
  for (const [subject, { counts }] of before.reaches) {
    const later = new Map(boundsOf(after.reaches.get(subject)!.counts));
    for (const [name, { lo, hi }] of boundsOf(counts)) {
      const next = later.get(name)!;
      expect(top(next.lo), `${change}: ${name}.lo of ${subject}`).toBeGreaterThanOrEqual(top(lo));
      expect(top(next.hi), `${change}: ${name}.hi of ${subject}`).toBeGreaterThanOrEqual(top(hi));
    }
  }
  return moved;
}

/**
 * Expects that what was out of reach stays so, and that what was reached at `settled` or above does not get less sure;
 * what lay between may become anything. Tells how much changed.
 */
export function expectSettled(open: Measured, filled: Measured, change: string, settled: Level): number {
  let moved = 0;
  for (const { subject, what, before, after } of pairs(open, filled)) {
    // Which identities outside the input are known, and so what leads through them, depends on who is named in it.
    if (isExternal(open, subject) || isExternal(open, idIn(what))) continue;
    const message = `${change}: ${subject} reaches ${what}, ${before} while open`;
    if (before === 0) expect(after, message).toBe(0);
    else if (before >= settled) expect(after, message).toBeGreaterThanOrEqual(before);
    if (before !== after) moved += 1;
  }
  return moved;
}

function isExternal({ engine: { graph } }: Measured, id: string): boolean {
  return graph.identity(id)?.external === true;
}

/** Expects that everybody reaches the same, and tells how much was compared. */
export function expectSame(before: Measured, after: Measured, change: string): number {
  expect([...after.reaches.keys()], `${change}: subjects`).toEqual([...before.reaches.keys()]);
  let compared = 0;
  for (const [subject, { levels, radius }] of before.reaches) {
    const next = after.reaches.get(subject)!;
    const sorted = (found: ReadonlyMap<string, Level>): readonly unknown[] => [...found].sort();
    expect(sorted(next.levels), `${change}: what ${subject} reaches`).toEqual(sorted(levels));
    expect(withoutTexts(next.radius), `${change}: the radius of ${subject}`).toEqual(withoutTexts(radius));
    compared += levels.size;
  }
  return compared;
}

/** Who is known outside the input, and so may lead to others: that depends on who is named in it. */
export function outsiders({ engine: { graph } }: Measured): string {
  return (
    graph.identities
      .filter(({ external }) => external === true)
      // An account that the organization lists stands for all of its principals once somebody names it.
      .map(({ id, type }) => `${id} ${type}`)
      .join('\n')
  );
}

/** A radius without what cites policies and statements by name. */
function withoutTexts({ gaps: _, ...radius }: Radius): unknown {
  return radius;
}

function sameNodes(left: Measured, right: Measured): boolean {
  const ids = ({ engine: { graph } }: Measured): string =>
    [...graph.identities, ...graph.credentials, ...graph.resources, ...graph.scopes].map(({ id }) => id).join('\n');
  return ids(left) === ids(right);
}
