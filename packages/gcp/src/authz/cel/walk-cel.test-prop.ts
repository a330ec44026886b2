import { fc, test } from '@fast-check/vitest';
import { CONDITIONAL, FALSE, TRUE, UNKNOWN } from '@keyreach/core/authz';
import { Environment } from '@marcbachmann/cel-js';
import { describe, expect } from 'vitest';
import { asBool, CEL_ERROR, type CelBool, type CelValue, celBool, celText } from './cel-value.ts';
import { parseCel } from './parse-cel.ts';
import { walkCel } from './walk-cel.ts';

const TEXTS = ['a', 'ab', 'projects/p/b', 'projects/p/', ''];
const TIMES = ['2026-01-01T00:00:00Z', '2026-06-15T12:30:00.5Z', '2027-03-01T00:00:00+02:00'];
const literal = fc.constantFrom(...TEXTS).map((text) => `'${text}'`);
const variable = fc.constantFrom('facts.one', 'facts.two', 'facts.missing');
const time = fc.oneof(
  fc.constant('facts.time'),
  fc.constantFrom(...TIMES).map((text) => `timestamp('${text}')`),
  fc.constantFrom(...TIMES).map((text) => `(timestamp('${text}') + duration('3600s'))`),
);
const atom = fc.oneof(
  fc.constantFrom('true', 'false'),
  fc.tuple(variable, fc.constantFrom('==', '!='), literal).map((parts) => parts.join(' ')),
  fc
    .tuple(variable, fc.constantFrom('startsWith', 'endsWith', 'contains'), literal)
    .map(([name, method, text]) => `${name}.${method}(${text})`),
  fc.tuple(variable, fc.array(literal, { maxLength: 3 })).map(([name, list]) => `${name} in [${list.join(', ')}]`),
  fc.tuple(time, fc.constantFrom('<', '<=', '>', '>=', '=='), time).map((parts) => parts.join(' ')),
  fc
    .tuple(
      fc.constantFrom(
        'getFullYear',
        'getMonth',
        'getDate',
        'getDayOfWeek',
        'getHours',
        'getDayOfYear',
        'getDayOfMonth',
      ),
      fc.constantFrom('==', '<', '>='),
      fc.nat({ max: 2030 }),
    )
    .map(([method, op, number]) => `facts.time.${method}() ${op} ${number}`),
);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    atom,
    tie('expression').map((inner) => `!(${inner})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('&&', '||', '=='), tie('expression'))
      .map(([l, op, r]) => `(${l}) ${op} (${r})`),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([c, t, e]) => `(${c}) ? (${t}) : (${e})`),
  ),
}));

interface Facts {
  readonly one: string;
  readonly two: string;
  readonly time: string;
}

const facts = fc.record({
  one: fc.constantFrom(...TEXTS),
  two: fc.constantFrom(...TEXTS),
  time: fc.constantFrom(...TIMES),
});

/** The walk, with some attributes open. */
function walk(text: string, known: Facts, open: ReadonlySet<string> = new Set(), level: 1 | 2 = 1): CelBool {
  const { ast, why } = parseCel(text);
  if (ast === undefined) throw new Error(`${why}: ${text}`);
  const attribute = (path: string): CelValue => {
    if (open.has(path)) return { kind: 'open', level };
    switch (path) {
      case 'facts.one':
        return celText(known.one);
      case 'facts.two':
        return celText(known.two);
      case 'facts.time':
        return { kind: 'time', at: Date.parse(known.time) };
      default:
        return CEL_ERROR;
    }
  };
  return asBool(
    walkCel(ast, {
      timeGiven: true,
      attribute,
      apiAttribute: () => CEL_ERROR,
      tag: () => undefined,
      grantsOnly: () => celBool(true),
    }),
  );
}

const environment = new Environment({ unlistedVariablesAreDyn: true });

function evaluated(text: string, { one, two, time: at }: Facts): boolean | 'error' {
  try {
    const value: unknown = environment.evaluate(text, { facts: { one, two, time: new Date(Date.parse(at)) } });
    return value === true || value === false ? value : 'error';
  } catch {
    return 'error';
  }
}

describe('walkCel', () => {
  test.prop([expression, facts], { numRuns: 2_000 })('comes out as the evaluator does', (text, known) => {
    const { holds, fails } = walk(text, known);
    const expected = evaluated(text, known);
    expect([holds, fails]).toEqual([expected === true ? TRUE : FALSE, expected === false ? TRUE : FALSE]);
  });

  test.prop(
    [
      expression,
      facts,
      fc.subarray(['facts.one', 'facts.two', 'facts.time', 'facts.missing']),
      fc.constantFrom<1 | 2>(1, 2),
    ],
    { numRuns: 2_000 },
  )('decides nothing with fewer facts that comes out otherwise with all', (text, known, open, level) => {
    const less = walk(text, known, new Set(open), level);
    const more = walk(text, known);
    for (const side of ['holds', 'fails'] as const) {
      if (less[side] === TRUE || less[side] === FALSE) expect(more[side]).toBe(less[side]);
      else expect(less[side]).toBe(level === 1 ? UNKNOWN : CONDITIONAL);
    }
  });
});
