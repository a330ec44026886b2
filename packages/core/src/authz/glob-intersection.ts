const STAR = 42;
const QUESTION = 63;

/** Products of lengths above this are not searched; callers then treat the answer as unknown. */
const MOST_STATES = 4_000_000;

/** A glob that both arguments match, `undefined` where they share no text, `'too-large'` where the search is cut off. */
export type GlobIntersection = string | undefined | 'too-large';

/**
 * A glob every instance of which matches both `left` and `right`: wildcards stay where both sides allow any text.
 * It need not cover the whole intersection, but exists exactly when the intersection is not empty.
 *
 * Breadth-first search over pairs of positions, so the cost is bounded by the product of the lengths.
 */
export function intersectGlobs(left: string, right: string): GlobIntersection {
  if (left === right) return left;
  if (left === '*') return right;
  if (right === '*') return left;
  if (disjointBeginnings(left, right)) return undefined;
  const columns = right.length + 1;
  const states = (left.length + 1) * columns;
  if (states > MOST_STATES) return 'too-large';
  const from = new Int32Array(states).fill(-1);
  const emitted = new Uint16Array(states);
  const queue = new Int32Array(states);
  let head = 0;
  let tail = 0;
  const visit = (state: number, parent: number, code: number): void => {
    if (from[state] !== -1) return;
    from[state] = parent;
    emitted[state] = code;
    queue[tail] = state;
    tail += 1;
  };
  visit(0, 0, 0);
  const goal = states - 1;
  while (head < tail && from[goal] === -1) {
    const state = queue[head]!;
    head += 1;
    const i = (state / columns) | 0;
    const j = state - i * columns;
    const a = i < left.length ? left.charCodeAt(i) : -1;
    const b = j < right.length ? right.charCodeAt(j) : -1;
    if (a === STAR && b === STAR) {
      visit(state + columns + 1, state, STAR);
      visit(state + columns, state, STAR);
      visit(state + 1, state, STAR);
    } else if (a === STAR) {
      visit(state + columns, state, 0);
      if (b !== -1) visit(state + 1, state, b);
    } else if (b === STAR) {
      visit(state + 1, state, 0);
      if (a !== -1) visit(state + columns, state, a);
    } else if (a !== -1 && b !== -1 && (a === b || a === QUESTION || b === QUESTION)) {
      visit(state + columns + 1, state, a === QUESTION ? b : a);
    }
  }
  if (from[goal] === -1) return undefined;
  const codes: number[] = [];
  for (let state = goal; state !== 0; state = from[state]!) {
    const code = emitted[state]!;
    if (code !== 0 && !(code === STAR && codes[codes.length - 1] === STAR)) codes.push(code);
  }
  return codes
    .reverse()
    .map((code) => String.fromCharCode(code))
    .join('');
}

/** Whether two globs already differ before their first wildcard; most pairs do. */
function disjointBeginnings(left: string, right: string): boolean {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a === STAR || b === STAR) return false;
    if (a !== b && a !== QUESTION && b !== QUESTION) return true;
  }
  return false;
}

/**
 * The most general single text a glob matches: every `*` becomes `fresh`, every `?` a character. If a glob without
 * that text matches it, its wildcards cover whatever else could stand there.
 */
export function instantiateGlob(glob: string, fresh: string): string {
  return glob.replaceAll('*', fresh).replaceAll('?', 'x');
}
