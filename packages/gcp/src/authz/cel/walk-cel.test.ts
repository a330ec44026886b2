import { FALSE, TRUE } from '@keyreach/core/authz';
import { describe, expect, it } from 'vitest';
import { asBool, CEL_ERROR, CEL_REQUEST, CEL_UNKNOWN, type CelValue, celBool, celText } from './cel-value.ts';
import { parseCel } from './parse-cel.ts';
import { walkCel } from './walk-cel.ts';

const NOW = Date.parse('2026-06-15T22:30:00Z');

/** How surely an expression is true and false. */
function walk(text: string, timeGiven: boolean = true): readonly [number, number] {
  const { ast } = parseCel(text);
  if (ast === undefined) throw new Error(text);
  const values: Readonly<Record<string, CelValue>> = {
    'resource.name': celText('projects/_/buckets/b/objects/logs/2026/a.txt'),
    'request.time': { kind: 'time', at: NOW },
    'some.error': CEL_ERROR,
    'some.unknown': CEL_UNKNOWN,
    'some.open': CEL_REQUEST,
    'some.object': { kind: 'text', options: [[{ text: 'projects/_/buckets/b/objects/', more: true }]] },
    'some.spelled': {
      kind: 'text',
      options: [
        [
          { text: 'projects/p/x', more: false },
          { text: 'projects/3/x', more: false },
        ],
      ],
    },
  };
  const { holds, fails } = asBool(
    walkCel(ast, {
      timeGiven,
      attribute: (path) => values[path] ?? CEL_UNKNOWN,
      apiAttribute: () => ({ kind: 'list', items: [celText('roles/a')] }),
      tag: (name, [key, value]) => (name === 'matchTag' ? celBool(key === '1/env' && value === 'prod') : undefined),
      grantsOnly: () => celBool(true),
    }),
  );
  return [holds, fails];
}

const TRULY = [TRUE, FALSE];
const FALSELY = [FALSE, TRUE];
const AN_ERROR = [FALSE, FALSE];
const UNKNOWN = [1, 1];
const REQUEST = [2, 2];

describe('walkCel', () => {
  it.each([
    ["resource.name.extract('objects/{rest}') == 'logs/2026/a.txt'", TRULY],
    ["resource.name.extract('objects/{kind}/') == 'logs'", TRULY],
    ["resource.name.extract('{start}/objects') == 'projects/_/buckets/b'", TRULY],
    ["resource.name.extract('missing/{x}/') == ''", TRULY],
    ["resource.name.extract('objects/{kind}/') == 'data'", FALSELY],
    ["resource.name.extract('no part') == ''", AN_ERROR],
    ["some.object.extract('buckets/{b}/objects') == 'b'", TRULY],
    ["some.object.extract('objects/{x}/') == 'logs'", REQUEST],
    ["some.object.startsWith('projects/_/buckets/b/')", TRULY],
    ["some.object.startsWith('projects/_/buckets/c/')", FALSELY],
    ["some.object.startsWith('projects/_/buckets/b/objects/logs')", REQUEST],
    ["some.object.endsWith('.txt')", REQUEST],
    ["some.object == 'projects/_/buckets/b'", FALSELY],
    ["some.spelled == 'projects/p/x'", TRULY],
    ["some.spelled != 'projects/p/x'", FALSELY],
    ["some.spelled == 'projects/3/x'", UNKNOWN],
    ["some.spelled != 'projects/3/x'", UNKNOWN],
    ["some.spelled.extract('projects/{p}/') == '3'", UNKNOWN],
    ["some.spelled.endsWith('/x')", TRULY],
    ["some.spelled == 'projects/4/x'", FALSELY],
    ['request.time < timestamp("2026-07-01T00:00:00Z")', TRULY],
    ['request.time > timestamp("2026-07-01T00:00:00Z")', FALSELY],
    ['request.time < timestamp("2026-02-30T00:00:00Z")', AN_ERROR],
    ['request.time < timestamp("not a time")', AN_ERROR],
    ['request.time >= date("2026-06-15") && request.time < date("2026-06-16")', TRULY],
    ['request.time - duration("48h") > timestamp("2026-06-13T22:00:00Z")', TRULY],
    ['request.time - timestamp("2026-06-15T22:00:00Z") == duration("30m")', TRULY],
    ['request.time.getHours() == 22', TRULY],
    ['request.time.getHours("Europe/Berlin") == 0', TRULY],
    ['request.time.getDate("+02:00") == 16', TRULY],
    ['request.time.getDayOfWeek() == 1', TRULY],
    ['request.time.getDayOfYear() == 165', TRULY],
    ['request.time.getHours("Nowhere/At_All") == 0', AN_ERROR],
    ["some.error == 'x' || true", TRULY],
    ["some.error == 'x' && false", FALSELY],
    ["some.error == 'x' || false", AN_ERROR],
    ["!(some.error == 'x')", AN_ERROR],
    ["some.error == 'x' ? true : true", AN_ERROR],
    ["some.unknown == 'x' || true", TRULY],
    ["some.unknown == 'x' && false", FALSELY],
    ["some.unknown == 'x' && some.open == 'y'", [1, 2]],
    ["!(some.open == 'y')", REQUEST],
    ["'x' in some.open", REQUEST],
    ["'x' in ['y', 'x']", TRULY],
    ["resource.matchTag('1/env', 'prod')", TRULY],
    ["resource.matchTag('1/env', 'test')", FALSELY],
    ["resource.unheardOf('1/env')", UNKNOWN],
    ["api.getAttribute('x', []).hasOnly(['roles/a', 'roles/b'])", TRULY],
    ["api.getAttribute('x', []).hasOnly(['roles/b'])", FALSELY],
    ["resource.name.matches('^(a+)+$')", UNKNOWN],
    ['resource.name == 3', UNKNOWN],
  ] as const)('%s', (text, expected) => {
    expect(walk(text)).toEqual(expected);
  });

  it('leaves hours and weekdays to the request, but not the year, where its time is not given', () => {
    expect(walk('request.time.getHours() == 22', false)).toEqual(REQUEST);
    expect(walk('(request.time + duration("1h")).getDayOfWeek() == 1', false)).toEqual(REQUEST);
    expect(walk('timestamp("2026-06-15T22:30:00Z").getHours() == 22', false)).toEqual(TRULY);
    expect(walk('request.time.getFullYear() == 2026', false)).toEqual(TRULY);
  });
});

describe('parseCel', () => {
  it.each([
    ['too long', `'${'x'.repeat(10_000)}' == ''`],
    ['too deep', `${'('.repeat(1_000)}true${')'.repeat(1_000)}`],
    ['too deep a negation', `${'!'.repeat(8_000)}true`],
    ['too many parts', Array.from({ length: 1_500 }, () => 'true').join('||')],
    ['cut off', 'request.time <'],
    ['empty', ''],
  ])('gives a reason for what is %s', (_, text) => {
    const { ast, why } = parseCel(text);
    expect(ast).toBeUndefined();
    expect(why).not.toContain('xxx');
  });
});
