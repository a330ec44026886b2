import { compileGlob, type Glob } from './glob.ts';
import type { GlobToken } from './glob-token.ts';

/** Values of one variable that make a text match. */
export interface VariableValues {
  readonly values: readonly string[];
  /** Whether no other value does. */
  readonly complete: boolean;
}

/** Longer texts are not looked into, and more values than this are not listed. */
const LONGEST = 2_048;
const MOST_VALUES = 16;

/**
 * Finds what a variable between `before` and `after` must stand for so that the whole matches `text`.
 *
 * @example
 * variableValues(['team/'], ['/', ANY], 'team/blue/a.txt'); // { values: ['blue'], complete: true }
 */
export function variableValues(
  before: readonly GlobToken[],
  after: readonly GlobToken[],
  text: string,
): VariableValues {
  if (text.length > LONGEST) return { values: [], complete: false };
  const start = compileGlob(before);
  const end = compileGlob(after);
  const ends = placesOf(
    end,
    text,
    (at) => end.matchesBetween(text, at, text.length),
    (length) => text.length - length,
  );
  const starts = placesOf(
    start,
    text,
    (at) => start.matchesBetween(text, 0, at),
    (length) => length,
  );
  const values = new Set<string>();
  for (const from of starts) {
    for (const to of ends) {
      if (to < from) continue;
      if (values.size >= MOST_VALUES) return { values: [...values], complete: false };
      values.add(text.slice(from, to));
    }
  }
  return { values: [...values], complete: true };
}

/** Places where the text of a glob can end or begin; a glob without wildcards has one at most. */
function placesOf(
  glob: Glob,
  text: string,
  fits: (at: number) => boolean,
  placeAfter: (length: number) => number,
): readonly number[] {
  if (glob.literal !== undefined) {
    const at = placeAfter(glob.literal.length);
    return at >= 0 && at <= text.length && fits(at) ? [at] : [];
  }
  const places: number[] = [];
  for (let at = 0; at <= text.length; at += 1) if (fits(at)) places.push(at);
  return places;
}
