import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { MAX_JSON_DEPTH, parseJson } from './json-input.ts';

const parse = (text: string) => parseJson(text, { file: 'accounts/1/iam/x.json', maxDepth: MAX_JSON_DEPTH });

function message(text: string): string {
  const parsed = parse(text);
  return parsed.ok ? 'ok' : parsed.error.message;
}

describe('parseJson', () => {
  it('gives the value of what is JSON', () => {
    expect(parse('{"a":[1,{"b":null}]}')).toEqual({ ok: true, value: { a: [1, { b: null }] } });
  });

  it.each([
    ['', 'line 1 column 1: unexpected end of file, expected a value'],
    ['  \n ', 'line 2 column 2: unexpected end of file, expected a value'],
    ['{"a": 1,\n "b": [1, 2\n', 'line 3 column 1: unexpected end of file, expected `]`'],
    ['{"a": {"b": 1}', 'line 1 column 15: unexpected end of file, expected `}`'],
    ['{"a":', 'line 1 column 6: unexpected end of file, expected a value'],
    ['{"a"', 'line 1 column 5: unexpected end of file, expected `:`'],
    ['{', 'line 1 column 2: unexpected end of file, expected a property name in double quotes or `}`'],
    ['["abc', 'line 1 column 6: unexpected end of file, expected the end of the string (`"`)'],
    ['["a\\', 'line 1 column 5: unexpected end of file, expected the end of the string (`"`)'],
    ['{"a" 1}', 'line 1 column 6: unexpected `1`, expected `:`'],
    ['{"a":1 "b":2}', 'line 1 column 8: unexpected `"`, expected `,` or `}`'],
    ['[1 2]', 'line 1 column 4: unexpected `2`, expected `,` or `]`'],
    ['[1,]', 'line 1 column 4: unexpected `]`, expected a value'],
    ['{"a":1,}', 'line 1 column 8: unexpected `}`, expected a property name in double quotes'],
    ["{'a':1}", "line 1 column 2: unexpected `'`, expected a property name in double quotes or `}`"],
    ['[01]', 'line 1 column 3: unexpected `1`, expected `,` or `]`'],
    ['[tru]', 'line 1 column 2: unexpected `t`, expected a value or `]`'],
    ['[1,NaN]', 'line 1 column 4: unexpected `N`, expected a value'],
    ['["\\x"]', 'line 1 column 4: unexpected `x`, expected an escape such as `\\n`'],
    ['["\\u12G4"]', 'line 1 column 7: unexpected `G`, expected a hex digit'],
    [
      '["a\nb"]',
      'line 1 column 4: unexpected character U+000A, expected the end of the string (`"`) or an escaped control character',
    ],
    ['{} {}', 'line 1 column 4: unexpected `{`, expected end of file'],
    ['[1]\u0000', 'line 1 column 4: unexpected character U+0000, expected end of file'],
  ])('says where %j goes wrong', (text, expected) => {
    expect(message(text)).toBe(`accounts/1/iam/x.json: ${expected}`);
  });

  it('refuses ten thousand levels with one line', () => {
    expect(message('['.repeat(10_000))).toBe(
      'accounts/1/iam/x.json: line 1 column 129: nested too deep, expected at most 128 levels',
    );
    expect(message('{"a":'.repeat(10_000))).toContain('nested too deep');
  });

  it('takes as many levels as allowed and counts no brackets in strings', () => {
    expect(parse('['.repeat(128) + ']'.repeat(128)).ok).toBe(true);
    expect(parse(JSON.stringify({ text: '[{'.repeat(1000), quote: '"[[[\\' })).ok).toBe(true);
  });

  it('takes a line of 40 MB', () => {
    const text = `["${'x'.repeat(40_000_000)}"]`;
    expect(parse(text).ok).toBe(true);
    expect(message(text.slice(0, -1))).toBe(
      'accounts/1/iam/x.json: line 1 column 40000004: unexpected end of file, expected `]`',
    );
  });

  it('does not quote the input', () => {
    for (const text of ['{"password": hunter2}', 'hunter2', '{"a":"hunter2'])
      expect(message(text)).not.toContain('hunter2');
  });

  test.prop([fc.json(), fc.nat()])('finds an error in every JSON text that is cut', (text, cut) => {
    const part = text.slice(0, cut % Math.max(1, text.length));
    const parsed = parse(part);
    // A cut number may be a number.
    if (!parsed.ok) expect(parsed.error.column).toBeLessThanOrEqual(part.length + 1);
  });

  test.prop([fc.string()])('agrees with JSON.parse on what is JSON', (text) => {
    let valid = true;
    try {
      JSON.parse(text);
    } catch {
      valid = false;
    }
    expect(parse(text).ok).toBe(valid);
  });

  test.prop([fc.json(), fc.nat(), fc.constantFrom(...'[]{},:"\\1tn ')])(
    'places the error of a damaged text inside it',
    (text, position, character) => {
      const at = position % (text.length + 1);
      const parsed = parse(text.slice(0, at) + character + text.slice(at));
      if (parsed.ok) return;
      expect(parsed.error.line).toBeGreaterThan(0);
      expect(parsed.error.column).toBeGreaterThan(0);
      expect(parsed.error.message).not.toContain('\n');
    },
  );
});
