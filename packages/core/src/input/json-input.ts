/** One problem in a text file: where it is and what was expected there. Never quotes the input beyond one character. */
export interface JsonProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** In UTF-16 code units, from 1. */
  readonly column: number;
  readonly expected: string;
  /** One line: file, position, what was found, what was expected. */
  readonly message: string;
}

/** Outcome of {@link parseJson}. */
export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: JsonProblem };

/** Where the text comes from, for messages, and how many arrays and objects may lie inside one another. */
export interface JsonOptions {
  readonly file: string;
  readonly maxDepth: number;
}

/** Depth that every AWS reply stays far below; deeper input is refused before anything recursive sees it. */
export const MAX_JSON_DEPTH = 128;

/**
 * Parses JSON from an untrusted file. Depth is checked by a linear scan before parsing; an error names line, column and
 * what was expected, and never repeats the input, which may hold secrets.
 *
 * @example
 * const parsed = parseJson('{"a":', { file: 'x.json', maxDepth: 128 });
 * // parsed.error.message: 'x.json: line 1 column 6: unexpected end of file, expected a value'
 */
export function parseJson(text: string, { file, maxDepth }: JsonOptions): ParsedJson {
  const tooDeep = firstTooDeep(text, maxDepth);
  if (tooDeep !== undefined) {
    return failure(file, text, tooDeep, 'nested too deep', `at most ${maxDepth} levels`);
  }
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    const { at, expected } = firstError(text);
    return failure(file, text, at, `unexpected ${shown(text, at)}`, expected);
  }
}

function failure(file: string, text: string, at: number, found: string, expected: string): ParsedJson {
  const { line, column } = positionOf(text, at);
  const message = `${file}: line ${line} column ${column}: ${found}, expected ${expected}`;
  return { ok: false, error: { file, line, column, expected, message } };
}

function positionOf(text: string, at: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let lineStart = 0;
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', next + 1)) {
    line += 1;
    lineStart = next + 1;
  }
  return { line, column: at - lineStart + 1 };
}

function shown(text: string, at: number): string {
  if (at >= text.length) return 'end of file';
  const code = text.charCodeAt(at);
  if (code > 0x20 && code < 0x7f && code !== 0x60) return `\`${text[at]}\``;
  return `character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Position of the bracket that opens one level too many, by a scan over the text outside strings. */
function firstTooDeep(text: string, maxDepth: number): number | undefined {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = endOfString(text, index);
        break;
      case 0x5b:
      case 0x7b:
        depth += 1;
        if (depth > maxDepth) return index;
        break;
      case 0x5d:
      case 0x7d:
        depth -= 1;
        break;
    }
  }
  return undefined;
}

/** Index of the closing quote of the string that opens at `start`; the length of the text if there is none. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === BACKSLASH) index += 1;
    else if (code === QUOTE) return index;
  }
  return text.length;
}

interface SyntaxProblem {
  readonly at: number;
  readonly expected: string;
}

const numberAt = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const literalAt = /true|false|null/y;

type Expectation = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'end-of-file';

const wording: Readonly<Record<Expectation, string>> = {
  value: 'a value',
  'value-or-end': 'a value or `]`',
  key: 'a property name in double quotes',
  'key-or-end': 'a property name in double quotes or `}`',
  colon: '`:`',
  'comma-or-end': '`,`',
  'end-of-file': 'end of file',
};

/** The first place where a text stops being JSON. One pass with an explicit stack; run only after a parse failed. */
function firstError(text: string): SyntaxProblem {
  const stack: ('[' | '{')[] = [];
  let state: Expectation = 'value';
  let index = 0;
  const afterValue = (): Expectation => (stack.length === 0 ? 'end-of-file' : 'comma-or-end');
  const expected = (): string => {
    if (state !== 'comma-or-end') return wording[state];
    const close = stack.at(-1) === '{' ? '`}`' : '`]`';
    // At the end of the file a comma would not help; the missing bracket is what a person looks for.
    return index >= text.length ? close : `\`,\` or ${close}`;
  };
  while (true) {
    while (index < text.length && ' \t\r\n'.includes(text[index]!)) index += 1;
    if (index >= text.length) return { at: text.length, expected: expected() };
    const character = text[index]!;
    switch (state) {
      case 'value':
      case 'value-or-end': {
        if (character === '[' || character === '{') {
          stack.push(character);
          state = character === '[' ? 'value-or-end' : 'key-or-end';
          index += 1;
          continue;
        }
        if (character === ']' && state === 'value-or-end') {
          stack.pop();
          state = afterValue();
          index += 1;
          continue;
        }
        if (character === '"') {
          const problem = stringProblem(text, index);
          if (problem !== undefined) return problem;
          index = endOfString(text, index) + 1;
          state = afterValue();
          continue;
        }
        const length = matchLength(numberAt, text, index) || matchLength(literalAt, text, index);
        if (length === 0) return { at: index, expected: expected() };
        index += length;
        state = afterValue();
        continue;
      }
      case 'key':
      case 'key-or-end': {
        if (character === '}' && state === 'key-or-end') {
          stack.pop();
          state = afterValue();
          index += 1;
          continue;
        }
        if (character !== '"') return { at: index, expected: expected() };
        const problem = stringProblem(text, index);
        if (problem !== undefined) return problem;
        index = endOfString(text, index) + 1;
        state = 'colon';
        continue;
      }
      case 'colon':
        if (character !== ':') return { at: index, expected: expected() };
        index += 1;
        state = 'value';
        continue;
      case 'comma-or-end': {
        const inObject = stack.at(-1) === '{';
        if (character === ',') {
          state = inObject ? 'key' : 'value';
        } else if (character === (inObject ? '}' : ']')) {
          stack.pop();
          state = afterValue();
        } else {
          return { at: index, expected: expected() };
        }
        index += 1;
        continue;
      }
      case 'end-of-file':
        return { at: index, expected: expected() };
    }
  }
}

function matchLength(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

function stringProblem(text: string, start: number): SyntaxProblem | undefined {
  for (let index = start + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return undefined;
    if (code < 0x20) return { at: index, expected: 'the end of the string (`"`) or an escaped control character' };
    if (code !== BACKSLASH) continue;
    index += 1;
    const escaped = text[index];
    if (escaped === undefined) break;
    if (escaped === 'u') {
      for (let digit = 0; digit < 4; digit += 1) {
        index += 1;
        if (index >= text.length || !/[0-9a-fA-F]/.test(text[index]!)) return { at: index, expected: 'a hex digit' };
      }
    } else if (!'"\\/bfnrt'.includes(escaped)) {
      return { at: index, expected: 'an escape such as `\\n`' };
    }
  }
  return { at: text.length, expected: 'the end of the string (`"`)' };
}
