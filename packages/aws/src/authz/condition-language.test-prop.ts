import { fc, test } from '@fast-check/vitest';
import { and, FALSE, not, TRUE, UNKNOWN } from '@keyreach/core/authz';
import type { Json } from '@keyreach/core/graph';
import { describe, expect } from 'vitest';
import { awsConditionLanguage } from './condition-language.ts';
import { compile, evaluate } from './testing/evaluate.ts';
import { anyone, federated, request, role, root, service, user } from './testing/facts.ts';

const text = fc.oneof(
  fc.constantFrom(
    'a',
    'A',
    'ab',
    '*',
    'a*',
    '?',
    '5',
    '-1.5',
    'true',
    '2026-01-01',
    '10.0.0.1',
    '10.0.0.0/8',
    'arn:aws:s3:::b',
    'arn:aws:s3:::*',
    'QQ==',
    '',
  ),
  fc.string({ maxLength: 6 }),
);
const values = fc.array(text, { maxLength: 4 });
const positive = fc.constantFrom(
  'StringEquals',
  'StringEqualsIgnoreCase',
  'StringLike',
  'ArnLike',
  'NumericEquals',
  'DateEquals',
  'IpAddress',
);
const ordered = fc.constantFrom(
  'NumericLessThan',
  'NumericGreaterThanEquals',
  'DateLessThanEquals',
  'DateGreaterThan',
  'Bool',
  'BinaryEquals',
);
const set = fc.constantFrom('', 'ForAllValues:', 'ForAnyValue:');
const negation: Readonly<Record<string, string>> = {
  StringEquals: 'StringNotEquals',
  StringEqualsIgnoreCase: 'StringNotEqualsIgnoreCase',
  StringLike: 'StringNotLike',
  ArnLike: 'ArnNotLike',
  NumericEquals: 'NumericNotEquals',
  DateEquals: 'DateNotEquals',
  IpAddress: 'NotIpAddress',
};
const given = (value: string | readonly string[] | null) => ({ context: { 'k:a': value } });
const key = fc.constantFrom(
  'aws:PrincipalTag/team',
  'aws:username',
  'aws:userid',
  'aws:PrincipalArn',
  'aws:PrincipalOrgID',
  'aws:SourceAccount',
  'aws:TokenIssueTime',
  'aws:MultiFactorAuthPresent',
  'aws:SourceVpc',
  'aws:ResourceTag/x',
  'sts:ExternalId',
  'aws:TagKeys',
  'gitlab.com:sub',
  'aws:CurrentTime',
  'k:a',
  'aws:PrincipalIsAWSService',
  'aws:PrincipalType',
);
const principals = [
  user('alice', { tags: { team: 'a' } }),
  user('alice'),
  user('bob', { tags: { Team: 'a' } }),
  role('alice', { tags: {} }),
  role('bob'),
  root(),
  service('s3.amazonaws.com'),
  anyone,
  federated('gitlab.com', { sub: 'a*' }),
  federated('gitlab.com', { sub: 'a' }),
];
const who = fc.constantFrom(...principals);
const line = fc.tuple(
  fc.oneof(positive, ordered, fc.constantFrom('Null', 'StringNotEquals', 'StringNotLike', 'ArnNotLike')),
  fc.boolean(),
  key,
  values,
);
const block = fc.array(line, { maxLength: 4 }).map((lines) => {
  const result: Record<string, Record<string, Json>> = {};
  for (const [operator, ifExists, name, list] of lines) {
    const full = ifExists && operator !== 'Null' ? `${operator}IfExists` : operator;
    result[full] = { ...result[full], [name]: list };
  }
  return result;
});

describe('aws.md 1.11 as laws', () => {
  test.prop([positive, values, text], { numRuns: 500 })(
    'a negated operator is the negation where the key is there',
    (operator, list, value) => {
      expect(evaluate({ [negation[operator]!]: { 'k:a': list } }, given(value))).toBe(
        not(evaluate({ [operator]: { 'k:a': list } }, given(value))),
      );
    },
  );

  test.prop([fc.oneof(positive, ordered), set, values, values], { numRuns: 500 })(
    'IfExists changes nothing where the key is there',
    (operator, sets, list, present) => {
      fc.pre(present.length > 0);
      expect(evaluate({ [`${sets}${operator}IfExists`]: { 'k:a': list } }, given(present))).toBe(
        evaluate({ [sets + operator]: { 'k:a': list } }, given(present)),
      );
    },
  );

  test.prop([fc.oneof(positive, ordered), values])('IfExists holds where the key is absent', (operator, list) => {
    expect(evaluate({ [`${operator}IfExists`]: { 'k:a': list } }, given(null))).toBe(TRUE);
    expect(evaluate({ [operator]: { 'k:a': list } }, given(null))).toBe(FALSE);
  });

  test.prop([fc.oneof(positive, ordered), text])(
    'a single value is the same with and without a set operator',
    (operator, value) => {
      for (const sets of ['ForAllValues:', 'ForAnyValue:']) {
        expect(evaluate({ [sets + operator]: { 'k:a': 'a' } }, given(value))).toBe(
          evaluate({ [operator]: { 'k:a': 'a' } }, given(value)),
        );
      }
    },
  );

  test.prop([fc.oneof(positive, ordered), values, fc.array(text, { minLength: 1, maxLength: 4 })], { numRuns: 500 })(
    'set operators are conjunction and disjunction',
    (operator, list, present) => {
      const single = present.map((value) => evaluate({ [operator]: { 'k:a': list } }, given(value)));
      expect(evaluate({ [`ForAllValues:${operator}`]: { 'k:a': list } }, given(present))).toBe(Math.min(...single));
      expect(evaluate({ [`ForAnyValue:${operator}`]: { 'k:a': list } }, given(present))).toBe(Math.max(...single));
    },
  );

  test.prop([fc.oneof(positive, ordered), values, values, text], { numRuns: 500 })(
    'policy values are alternatives',
    (operator, left, right, value) => {
      const of = (list: readonly string[]) => evaluate({ [operator]: { 'k:a': list } }, given(value));
      expect(of([...left, ...right])).toBe(Math.max(of(left), of(right)));
    },
  );

  test.prop([values, text], { numRuns: 500 })('StringLike holds where StringEquals does', (list, value) => {
    fc.pre(list.every((one) => !one.includes('*') && !one.includes('?') && !one.includes('$')));
    expect(evaluate({ StringLike: { 'k:a': list } }, given(value))).toBe(
      evaluate({ StringEquals: { 'k:a': list } }, given(value)),
    );
  });

  test.prop([text, text])('of two numbers, dates or texts one order holds at most', (left, right) => {
    for (const type of ['Numeric', 'Date']) {
      const holds = ['LessThan', 'Equals', 'GreaterThan'].filter(
        (one) => evaluate({ [type + one]: { 'k:a': right } }, given(left)) === TRUE,
      );
      expect(holds.length).toBeLessThanOrEqual(1);
    }
  });
});

describe('conditions', () => {
  test.prop([block, who], { numRuns: 500 })(
    'do not depend on the order of operators, keys and values',
    (one, principal) => {
      const reversed = Object.fromEntries(
        Object.entries(one)
          .reverse()
          .map(([operator, keys]) => [
            operator,
            Object.fromEntries(
              Object.entries(keys)
                .reverse()
                .map(([name, list]) => [name, [...(list as string[])].reverse()]),
            ),
          ]),
      );
      const [left, right] = [compile(one), compile(reversed)];
      expect(left.evaluate(request({ principal }))).toBe(right.evaluate(request({ principal })));
      expect({ ...left, evaluate: 0 }).toEqual({ ...right, evaluate: 0 });
    },
  );

  test.prop([block, who], { numRuns: 500 })('do not depend on the case of key names', (one, principal) => {
    const upper = Object.fromEntries(
      Object.entries(one).map(([operator, keys]) => [
        operator,
        Object.fromEntries(Object.entries(keys).map(([name, list]) => [name.toUpperCase(), list])),
      ]),
    );
    expect(compile(upper).evaluate(request({ principal }))).toBe(compile(one).evaluate(request({ principal })));
  });

  test.prop([block, block, who], { numRuns: 300 })(
    'two blocks side by side are a conjunction',
    (left, right, principal) => {
      fc.pre(Object.keys(left).every((operator) => !(operator in right)));
      expect(evaluate({ ...left, ...right }, { principal })).toBe(
        and(evaluate(left, { principal }), evaluate(right, { principal })),
      );
    },
  );

  test.prop([block, who, who], { numRuns: 1_000 })(
    'principals equal in the principal keys get equal answers',
    (one, left, right) => {
      const condition = compile(one);
      const facts = [left, right].map((who) =>
        condition.principalKeys.map((name) => awsConditionLanguage.principalFact(name, who)),
      );
      fc.pre(JSON.stringify(facts[0]) === JSON.stringify(facts[1]));
      expect(condition.evaluate(request({ principal: left }))).toBe(condition.evaluate(request({ principal: right })));
    },
  );

  test.prop([block, who, key, values], { numRuns: 1_000 })(
    'explicit context wins over who asks',
    (one, principal, name, given) => {
      const context = Object.fromEntries(
        Object.values(one).flatMap((keys) =>
          Object.keys(keys).map((own) => [own.toLowerCase(), own === name ? given : ['x']]),
        ),
      );
      const asked = { context, action: 'future:Action' };
      expect(evaluate(one, { ...asked, principal })).toBe(evaluate(one, { ...asked, principal: user('someone else') }));
    },
  );

  test.prop([block], { numRuns: 500 })('decide everything once the context tells everything', (one) => {
    const names = Object.values(one).flatMap((keys) => Object.keys(keys).map((own) => own.toLowerCase()));
    fc.pre(!names.includes('aws:tagkeys'));
    const context = Object.fromEntries(names.map((own) => [own, 'a']));
    // What a malformed variable matches is not documented.
    fc.pre(!JSON.stringify(one).includes('$'));
    const truth = evaluate(one, { context, action: 'future:Action' });
    expect([TRUE, FALSE]).toContain(truth);
  });

  test.prop([fc.jsonValue({ maxDepth: 4 })], { numRuns: 1_000 })('never throw', (body) => {
    for (const json of [
      body,
      { version: '2012-10-17', block: body },
      { version: '2012-10-17', block: { StringLike: body } },
    ]) {
      const condition = awsConditionLanguage.compile(json as Json);
      const truth = condition.evaluate(request());
      if (condition.undecidable !== undefined) expect([UNKNOWN, FALSE]).toContain(truth);
    }
  });
});
