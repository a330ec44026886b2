import { ANY, type GlobToken, ONE } from './glob-token.ts';

/** A compiled glob. */
export interface Glob {
  /** Set where the glob has no wildcard: the only text it matches. */
  readonly literal: string | undefined;
  /** Literal text that every match begins with. */
  readonly prefix: string;
  /** True where it matches every text. */
  readonly all: boolean;
  matches(text: string): boolean;
  /** Whether the part of `text` from index `from` up to, not including, `to` matches. */
  matchesBetween(text: string, from: number, to: number): boolean;
}

/** What lies between two `*`: literal text, or code units with `-1` for each `?`. */
type Run = string | Int32Array;

/**
 * Compiles a glob. Nothing becomes a regular expression: the runs of text between two `*` are looked for from left to
 * right, each where it first fits, which is right because the `*` before it can take up whatever it skips.
 *
 * The cost is the length of the text for runs without `?`, and at most the product of both lengths otherwise,
 * whatever the number of `*`.
 *
 * @example
 * compileGlob(globTokens('dev-*')).matches('dev-1'); // true
 */
export function compileGlob(tokens: readonly GlobToken[]): Glob {
  const runs = runsOf(tokens);
  const [first = ''] = runs;
  if (runs.length === 1) return withoutStar(first);
  const last = runs[runs.length - 1]!;
  const inner = runs.slice(1, -1).filter((run) => run.length > 0);
  let least = first.length + last.length;
  for (const run of inner) least += run.length;

  const matchesBetween = (text: string, from: number, to: number): boolean => {
    if (to - from < least) return false;
    if (!fitsAt(first, text, from)) return false;
    const end = to - last.length;
    if (!fitsAt(last, text, end)) return false;
    let at = from + first.length;
    for (const run of inner) {
      at = find(run, text, at, end - run.length);
      if (at < 0) return false;
      at += run.length;
    }
    return at <= end;
  };
  return {
    literal: undefined,
    prefix: prefixOf(first),
    all: least === 0,
    matches: (text) => matchesBetween(text, 0, text.length),
    matchesBetween,
  };
}

function withoutStar(run: Run): Glob {
  const matchesBetween = (text: string, from: number, to: number): boolean =>
    to - from === run.length && fitsAt(run, text, from);
  return {
    literal: typeof run === 'string' ? run : undefined,
    prefix: prefixOf(run),
    all: false,
    matches: typeof run === 'string' ? (text) => text === run : (text) => matchesBetween(text, 0, text.length),
    matchesBetween,
  };
}

/** The text between the `*`: always one more than there are `*`, some of them empty. */
function runsOf(tokens: readonly GlobToken[]): readonly Run[] {
  const runs: Run[] = [];
  let pieces: (string | typeof ONE)[] = [];
  for (const token of tokens) {
    if (token === ANY) {
      runs.push(runOf(pieces));
      pieces = [];
    } else {
      pieces.push(token);
    }
  }
  runs.push(runOf(pieces));
  return runs;
}

function runOf(pieces: readonly (string | typeof ONE)[]): Run {
  if (!pieces.includes(ONE)) return pieces.join('');
  const codes: number[] = [];
  for (const piece of pieces) {
    if (piece === ONE) codes.push(-1);
    else for (let at = 0; at < piece.length; at += 1) codes.push(piece.charCodeAt(at));
  }
  return Int32Array.from(codes);
}

function prefixOf(run: Run): string {
  if (typeof run === 'string') return run;
  const wildcard = run.indexOf(-1);
  let prefix = '';
  for (let at = 0; at < wildcard; at += 1) prefix += String.fromCharCode(run[at]!);
  return prefix;
}

function fitsAt(run: Run, text: string, at: number): boolean {
  if (typeof run === 'string') return text.startsWith(run, at);
  for (let offset = 0; offset < run.length; offset += 1) {
    const code = run[offset]!;
    if (code !== -1 && code !== text.charCodeAt(at + offset)) return false;
  }
  return true;
}

/** First place from `at` up to and including `latest` where the run fits, or -1. */
function find(run: Run, text: string, at: number, latest: number): number {
  if (typeof run === 'string') {
    const found = text.indexOf(run, at);
    return found <= latest ? found : -1;
  }
  for (let place = at; place <= latest; place += 1) if (fitsAt(run, text, place)) return place;
  return -1;
}
