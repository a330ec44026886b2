const STAR = 42;
const QUESTION = 63;

/** Globs whose product of lengths, without what they have in common at both ends, is above this are not compared. */
const MOST_STATES = 65_536;

/** More globs than this are not kept at any point of the search. */
const MOST_GLOBS = 48;

/** Stands for the one character a `?` takes; no policy is expected to mention it. */
const ONE_CHARACTER = '\u{e001}';

/** What two globs share. */
export interface GlobIntersection {
  /** Globs every text of which matches both, none of them for nothing; empty where the two share no text. */
  readonly globs: readonly string[];
  /** Whether every text that matches both matches one of `globs`. */
  readonly complete: boolean;
}

const NOTHING: GlobIntersection = { globs: [], complete: true };

/**
 * The texts that match both `left` and `right`, as globs: `*a*` and `*b*` share `*a*b*` and `*b*a*`. Wildcards stay where
 * both sides allow any text. Where there would be too many, or the globs are too long to compare, only some are given and
 * `complete` is false.
 *
 * Works backwards over pairs of positions, so the cost is bounded by the product of the lengths.
 *
 * @example
 * intersectGlobs('arn:*:role/*', 'arn:aws:*').globs; // ['arn:aws:role/*', 'arn:aws:*:role/*']
 */
export function intersectGlobs(left: string, right: string): GlobIntersection {
  if (left === right || right === '*') return { globs: [left], complete: true };
  if (left === '*') return { globs: [right], complete: true };
  const start = commonStart(left, right);
  if (start === undefined) return NOTHING;
  const end = commonEnd(left, right, start.length);
  if (end === undefined) return NOTHING;
  const found = search(
    left.slice(start.length, left.length - end.length),
    right.slice(start.length, right.length - end.length),
  );
  return { globs: found.globs.map((glob) => start + glob + end), complete: found.complete };
}

/** What both globs have before either's first `*`; undefined where they differ there. */
function commonStart(left: string, right: string): string | undefined {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const shared = sharedCode(left.charCodeAt(at), right.charCodeAt(at));
    if (shared === STAR) return merged(left, right, 0, 0, at);
    if (shared === undefined) return undefined;
  }
  return merged(left, right, 0, 0, length);
}

/** What both have after either's last `*`, at most up to what is shared at the start. */
function commonEnd(left: string, right: string, start: number): string | undefined {
  const length = Math.min(left.length, right.length) - start;
  let count = 0;
  for (; count < length; count += 1) {
    const shared = sharedCode(left.charCodeAt(left.length - 1 - count), right.charCodeAt(right.length - 1 - count));
    if (shared === STAR) break;
    if (shared === undefined) return undefined;
  }
  return merged(left, right, left.length - count, right.length - count, count);
}

function merged(left: string, right: string, leftAt: number, rightAt: number, length: number): string {
  const a = left.slice(leftAt, leftAt + length);
  const b = right.slice(rightAt, rightAt + length);
  if (a === b || !a.includes('?')) return a;
  let text = '';
  for (let at = 0; at < length; at += 1) text += a[at] === '?' ? b[at]! : a[at]!;
  return text;
}

/** The character two single characters of globs share: `STAR` where one of them is none, undefined where there is none. */
function sharedCode(a: number, b: number): number | undefined {
  if (a === STAR || b === STAR) return STAR;
  if (a === b || b === QUESTION) return a;
  return a === QUESTION ? b : undefined;
}

/**
 * For each pair of positions the globs of what the rests share, from the end. With a `*` on both sides the longer of the
 * two swallows the other: `*X` and `*Y` share `*` followed by what `*X` and `Y`, or `X` and `*Y`, share.
 */
function search(left: string, right: string): GlobIntersection {
  const columns = right.length + 1;
  const states = (left.length + 1) * columns;
  if (states > MOST_STATES) return { globs: NONE, complete: false };
  let complete = true;
  const rests: (readonly string[])[] = new Array<readonly string[]>(states);
  for (let i = left.length; i >= 0; i -= 1) {
    for (let j = right.length; j >= 0; j -= 1) {
      const state = i * columns + j;
      const a = i < left.length ? left.charCodeAt(i) : -1;
      const b = j < right.length ? right.charCodeAt(j) : -1;
      let globs: readonly string[] = NONE;
      if (a === -1 && b === -1) globs = EMPTY;
      else if (a === STAR && b === STAR) {
        globs = prefixed('*', joined(rests[state + columns]!, rests[state + 1]!));
      } else if (a === STAR) {
        globs =
          b === -1 ? rests[state + columns]! : joined(rests[state + columns]!, prefixed(right[j]!, rests[state + 1]!));
      } else if (b === STAR) {
        globs = a === -1 ? rests[state + 1]! : joined(rests[state + 1]!, prefixed(left[i]!, rests[state + columns]!));
      } else if (a !== -1 && b !== -1 && sharedCode(a, b) !== undefined) {
        globs = prefixed(a === QUESTION ? right[j]! : left[i]!, rests[state + columns + 1]!);
      }
      if (globs.length > MOST_GLOBS) {
        globs = globs.slice(0, MOST_GLOBS);
        complete = false;
      }
      rests[state] = globs;
    }
  }
  return { globs: rests[0]!, complete };
}

const NONE: readonly string[] = [];
const EMPTY: readonly string[] = [''];

function prefixed(character: string, globs: readonly string[]): readonly string[] {
  if (globs.length === 0) return NONE;
  return globs.map((glob) => (character === '*' && glob.startsWith('*') ? glob : character + glob));
}

/** Both lists, without what another one of them says as well. */
function joined(first: readonly string[], second: readonly string[]): readonly string[] {
  if (first.length === 0) return second;
  if (second.length === 0) return first;
  const kept: string[] = [];
  for (const glob of [...first, ...second]) {
    if (kept.some((other) => includes(other, glob))) continue;
    const rest = kept.filter((other) => !includes(glob, other));
    kept.length = 0;
    kept.push(...rest, glob);
  }
  return kept;
}

/** Whether every text that matches `narrow` surely matches `wide`, which may hold without being seen. */
function includes(wide: string, narrow: string): boolean {
  let w = 0;
  let n = 0;
  let star = -1;
  let mark = 0;
  while (n < narrow.length) {
    const code = w < wide.length ? wide.charCodeAt(w) : -1;
    const other = narrow.charCodeAt(n);
    if (code === STAR) {
      star = w;
      mark = n;
      w += 1;
    } else if (code !== -1 && (code === other || (code === QUESTION && other !== STAR))) {
      w += 1;
      n += 1;
    } else if (star !== -1) {
      w = star + 1;
      mark += 1;
      n = mark;
    } else {
      return false;
    }
  }
  while (w < wide.length && wide.charCodeAt(w) === STAR) w += 1;
  return w === wide.length;
}

/**
 * The most general single text a glob matches: every `*` becomes `fresh`, every `?` a character no policy mentions. If a
 * glob without either matches it, its wildcards cover whatever else could stand there.
 */
export function instantiateGlob(glob: string, fresh: string): string {
  return glob.replaceAll('*', fresh).replaceAll('?', ONE_CHARACTER);
}

/** The glob an instance stands for, for people; `fresh` as it was given to {@link instantiateGlob}. */
export function globOfInstance(instance: string, fresh: string): string {
  return instance.replaceAll(fresh, '*').replaceAll(ONE_CHARACTER, '?');
}
