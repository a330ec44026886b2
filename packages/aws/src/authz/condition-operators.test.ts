import { FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { Json } from '@keyreach/core/graph';
import { describe, expect, test } from 'vitest';
import { conditionOperator } from './condition-operators.ts';
import { compile, evaluate } from './testing/evaluate.ts';
import { user } from './testing/facts.ts';

/** Evaluates one operator on a key that only the context tells. */
function holds(operator: string, policy: Json, value: string | readonly string[] | null): Truth {
  return evaluate({ [operator]: { 'test:Key': policy } }, { context: { 'test:key': value } });
}

describe('aws.md 1.11: positive operators', () => {
  test.each<[operator: string, policy: Json, matching: readonly string[], others: readonly string[]]>([
    ['StringEquals', 'abc', ['abc'], ['ABC', 'ab', 'abcd', '']],
    ['StringEquals', 'a*c', ['a*c'], ['abc']],
    ['StringEquals', ['a', 'b'], ['a', 'b'], ['c', 'a,b']],
    ['StringEqualsIgnoreCase', 'aBc', ['abc', 'ABC'], ['ab']],
    ['StringEqualsIgnoreCase', 'a*', ['A*'], ['ab']],
    ['StringLike', 'a*c', ['ac', 'abc', 'a/c'], ['Abc', 'abcd']],
    ['StringLike', 'a?c', ['abc'], ['ac', 'abbc']],
    ['StringLike', ['x*', 'y?'], ['x', 'yz'], ['y', 'z']],
    ['ArnEquals', 'arn:aws:s3:::b', ['arn:aws:s3:::b'], ['arn:aws:s3:::B', 'arn:aws:s3:::b/k']],
    ['ArnEquals', 'arn:aws:s3:::b/*', ['arn:aws:s3:::b/k', 'arn:aws:s3:::b/k:l'], ['arn:aws:s3:::b']],
    [
      'ArnLike',
      'arn:aws:iam::*:role/r',
      ['arn:aws:iam::1:role/r'],
      ['arn:aws:iam::1:role/R', 'arn:aws:iam::1:role/p/r'],
    ],
    ['ArnLike', 'arn:*:iam::1:role/?', ['arn:aws-cn:iam::1:role/r'], ['arn:aws:iam::1:role/rr']],
    // A wildcard stays inside its segment.
    [
      'ArnLike',
      'arn:aws:sns:*:1:t',
      ['arn:aws:sns:eu-west-1:1:t'],
      ['arn:aws:sns:eu-west-1:2:1:t', 'arn:aws:sns:eu:1:1:t'],
    ],
    ['ArnLike', 'arn:aws:s3:::*', ['arn:aws:s3:::b/k'], ['arn:aws:s3', 'b', '*', 'arn:aws:sns:::b']],
    ['ArnLike', 'not an arn', [], ['not an arn', 'arn:aws:s3:::b']],
    ['NumericEquals', '5', ['5', '5.0', '+5', '05'], ['6', '-5', 'five', '', '0x5', '5e0']],
    ['NumericEquals', 5, ['5'], ['4']],
    ['NumericLessThan', '5', ['4', '4.9', '-6'], ['5', '6', 'x']],
    ['NumericLessThanEquals', '5', ['5', '4'], ['6', 'x']],
    ['NumericGreaterThan', '5', ['6', '5.1'], ['5', '4', 'x']],
    ['NumericGreaterThanEquals', ['5', 'x'], ['5', '6'], ['4', 'x']],
    ['NumericEquals', 'x', [], ['x', '0']],
    [
      'DateEquals',
      '2026-01-01T00:00:00Z',
      ['2026-01-01T00:00:00Z', '2026-01-01', '1767225600', '2026-01-01T01:00:00+01:00'],
      ['2026-01-01T00:00:01Z', 'x'],
    ],
    [
      'DateLessThan',
      '2026-01-01T00:00:00Z',
      ['2025-12-31T23:59:59Z', '2025'],
      ['2026-01-01T00:00:00Z', '2027', 'yesterday'],
    ],
    ['DateLessThanEquals', '1767225600', ['2026-01-01T00:00:00Z'], ['2026-01-01T00:00:01Z']],
    ['DateGreaterThan', '2026-01-01', ['2026-01-02'], ['2026-01-01', 'x']],
    ['DateGreaterThanEquals', '2026-01-01', ['2026-01-01'], ['2025-12-31']],
    ['Bool', 'true', ['true', 'TRUE'], ['false', 'yes', '1', '']],
    ['Bool', false, ['false', 'False'], ['true', 'no', '0']],
    ['Bool', 'yes', [], ['yes', 'true', 'false']],
    ['BinaryEquals', 'QmluYXJ5', ['QmluYXJ5'], ['QmluYXJ6', 'qmluYXJ5', 'Binary', '']],
    // The same byte with other padding bits.
    ['BinaryEquals', 'QQ==', ['QQ==', 'QR=='], ['Qg==', 'QQ', 'QQ=']],
    ['BinaryEquals', '!!!!', [], ['!!!!']],
    [
      'IpAddress',
      '203.0.113.0/24',
      ['203.0.113.0', '203.0.113.255', '203.0.113.7/32'],
      ['203.0.114.0', '203.0.112.255', 'x', '203.0.113', '203.0.0.0/16'],
    ],
    ['IpAddress', '203.0.113.9', ['203.0.113.9'], ['203.0.113.8']],
    ['IpAddress', '203.0.113.9/24', ['203.0.113.1'], ['203.0.114.9']],
    ['IpAddress', '0.0.0.0/0', ['1.2.3.4'], ['::1', 'x']],
    ['IpAddress', '2001:db8::/32', ['2001:db8::1', '2001:DB8:ffff::'], ['2001:db9::', '1.2.3.4']],
    // A version 4 value is not in a version 6 range, however it is written.
    ['IpAddress', '::/0', ['::1', '::ffff:1.2.3.4'], ['1.2.3.4']],
    ['IpAddress', '::ffff:0:0/96', ['::ffff:1.2.3.4'], ['1.2.3.4']],
    ['IpAddress', '203.0.113.0/33', [], ['203.0.113.0']],
    ['IpAddress', ['x', '10.0.0.0/8'], ['10.1.2.3'], ['11.0.0.0']],
  ])('%s %j', (operator, policy, matching, others) => {
    for (const value of matching) expect([value, holds(operator, policy, value)]).toEqual([value, TRUE]);
    for (const value of others) expect([value, holds(operator, policy, value)]).toEqual([value, FALSE]);
  });
});

const negations: readonly (readonly [string, string])[] = [
  ['StringEquals', 'StringNotEquals'],
  ['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
  ['StringLike', 'StringNotLike'],
  ['ArnEquals', 'ArnNotEquals'],
  ['ArnLike', 'ArnNotLike'],
  ['NumericEquals', 'NumericNotEquals'],
  ['DateEquals', 'DateNotEquals'],
  ['IpAddress', 'NotIpAddress'],
];

describe('aws.md 1.11: negated operators: none of the values may match', () => {
  test.each(negations)('%s and %s', (positive, negated) => {
    const samples: readonly string[] = ['arn:aws:s3:::b', '5', '2026-01-01', '10.0.0.1', 'x', ''];
    for (const policy of [...samples, samples]) {
      for (const value of samples) {
        expect([policy, value, holds(negated, policy, value)]).toEqual([
          policy,
          value,
          3 - holds(positive, policy, value),
        ]);
      }
    }
  });
});

describe('aws.md 1.11: a missing key', () => {
  const positive = [
    'StringEquals',
    'StringEqualsIgnoreCase',
    'StringLike',
    'ArnEquals',
    'ArnLike',
    'NumericEquals',
    'NumericLessThan',
    'NumericLessThanEquals',
    'NumericGreaterThan',
    'NumericGreaterThanEquals',
    'DateEquals',
    'DateLessThan',
    'DateLessThanEquals',
    'DateGreaterThan',
    'DateGreaterThanEquals',
    'Bool',
    'BinaryEquals',
    'IpAddress',
  ];

  test.each(positive)('%s: false; with IfExists: true', (operator) => {
    expect(holds(operator, 'x', null)).toBe(FALSE);
    expect(holds(operator, 'x', [])).toBe(FALSE);
    expect(holds(`${operator}IfExists`, 'x', null)).toBe(TRUE);
  });

  test.each(negations)('not %s: %s is true, also with IfExists', (_, operator) => {
    expect(holds(operator, 'x', null)).toBe(TRUE);
    expect(holds(`${operator}IfExists`, 'x', null)).toBe(TRUE);
  });

  test('IfExists changes nothing where the key is there', () => {
    expect(holds('StringEqualsIfExists', 'a', 'a')).toBe(TRUE);
    expect(holds('StringEqualsIfExists', 'a', 'b')).toBe(FALSE);
    expect(holds('StringNotEqualsIfExists', 'a', 'a')).toBe(FALSE);
    expect(holds('BoolIfExists', 'true', 'false')).toBe(FALSE);
  });
});

describe('aws.md 1.11: Null', () => {
  test.each<[policy: Json, absent: Truth, present: Truth]>([
    ['true', TRUE, FALSE],
    ['false', FALSE, TRUE],
    [true, TRUE, FALSE],
    [false, FALSE, TRUE],
    ['True', TRUE, FALSE],
    [['true', 'false'], TRUE, TRUE],
    ['maybe', FALSE, FALSE],
    [[], FALSE, FALSE],
  ])('%j', (policy, absent, present) => {
    expect(holds('Null', policy, null)).toBe(absent);
    expect(holds('Null', policy, [])).toBe(absent);
    expect(holds('Null', policy, 'x')).toBe(present);
    expect(holds('Null', policy, '')).toBe(present);
  });

  test('takes no modifiers', () => {
    for (const operator of ['NullIfExists', 'ForAllValues:Null', 'ForAnyValue:Null']) {
      expect(conditionOperator(operator)).toBeUndefined();
      expect(holds(operator, 'true', null)).toBe(UNKNOWN);
    }
  });
});

describe('aws.md 1.11: set operators', () => {
  test.each<[operator: string, policy: Json, values: readonly string[] | null, expected: Truth]>([
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], TRUE],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a'], TRUE],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], FALSE],
    ['ForAllValues:StringEquals', ['a', 'b'], null, TRUE],
    ['ForAllValues:StringEquals', ['a', 'b'], [], TRUE],
    ['ForAllValues:StringEqualsIfExists', 'a', null, TRUE],
    ['ForAllValues:StringNotEquals', ['a', 'b'], ['c', 'd'], TRUE],
    ['ForAllValues:StringNotEquals', ['a', 'b'], ['c', 'a'], FALSE],
    ['ForAllValues:StringNotEquals', ['a', 'b'], null, TRUE],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'b'], TRUE],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'd'], FALSE],
    ['ForAnyValue:StringEquals', ['a', 'b'], null, FALSE],
    ['ForAnyValue:StringEquals', ['a', 'b'], [], FALSE],
    ['ForAnyValue:StringLike', 'a*', ['x', 'ab'], TRUE],
    ['ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'c'], TRUE],
    ['ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'b'], FALSE],
    ['ForAnyValue:StringNotEquals', ['a', 'b'], null, FALSE],
    ['ForAnyValue:ArnLike', 'arn:aws:s3:::*', ['x', 'arn:aws:s3:::b'], TRUE],
    ['ForAllValues:NumericLessThan', '5', ['1', '4'], TRUE],
    ['ForAllValues:NumericLessThan', '5', ['1', '5'], FALSE],
    // Not documented which of the two wins.
    ['ForAnyValue:StringEqualsIfExists', 'a', null, UNKNOWN],
    ['ForAnyValue:StringEqualsIfExists', 'a', ['a'], TRUE],
    // A key with one value is a set of one.
    ['ForAllValues:StringEquals', 'a', ['a'], TRUE],
    ['ForAnyValue:StringEquals', 'a', ['b'], FALSE],
  ])('%s %j on %j', (operator, policy, values, expected) => {
    expect(holds(operator, policy, values)).toBe(expected);
  });

  test('several values without a set operator: only that nothing matches is certain', () => {
    expect(holds('StringEquals', 'a', ['a', 'b'])).toBe(UNKNOWN);
    expect(holds('StringEquals', 'c', ['a', 'b'])).toBe(FALSE);
    expect(holds('StringNotEquals', 'c', ['a', 'b'])).toBe(UNKNOWN);
    // Also with a single value, where the key is one of those with several.
    const tags = (operator: string, value: string | null) =>
      evaluate({ [operator]: { 'aws:TagKeys': 'a' } }, { action: 'ec2:CreateTags', context: { 'aws:tagkeys': value } });
    expect(tags('StringEquals', 'a')).toBe(UNKNOWN);
    expect(tags('StringEquals', 'b')).toBe(FALSE);
    expect(tags('StringEquals', null)).toBe(FALSE);
    expect(tags('StringNotEquals', null)).toBe(TRUE);
    expect(tags('ForAnyValue:StringEquals', 'a')).toBe(TRUE);
  });
});

describe('aws.md 1.11: a block is a conjunction over operators and keys', () => {
  const block = { StringEquals: { 'k:A': 'a', 'k:B': 'b' }, Bool: { 'k:C': 'true' } };

  test('every line must hold', () => {
    const context = { 'k:a': 'a', 'k:b': 'b', 'k:c': 'true' };
    expect(evaluate(block, { context })).toBe(TRUE);
    for (const key of Object.keys(context))
      expect(evaluate(block, { context: { ...context, [key]: 'x' } })).toBe(FALSE);
  });

  test('an empty block holds', () => {
    expect(evaluate({})).toBe(TRUE);
    expect(evaluate({ StringEquals: {} })).toBe(TRUE);
  });

  test('key names ignore case', () => {
    expect(
      evaluate(
        { StringEquals: { 'AWS:PRINCIPALTAG/TEAM': 'red' } },
        { principal: user('x', { tags: { Team: 'red' } }) },
      ),
    ).toBe(TRUE);
    expect(
      evaluate(
        { StringEquals: { 'aws:principaltag/team': 'Red' } },
        { principal: user('x', { tags: { Team: 'red' } }) },
      ),
    ).toBe(FALSE);
  });

  test('an empty list of values matches nothing', () => {
    expect(holds('StringEquals', [], 'a')).toBe(FALSE);
    expect(holds('StringNotEquals', [], 'a')).toBe(TRUE);
  });
});

describe('aws.md 1.11: operators by name', () => {
  test.each(['stringequals', 'STRINGLIKE', 'bool', 'forallvalues:stringlike', 'ForAnyValue:StringEqualsIfExists'])(
    '%s is known',
    (name) => {
      expect(conditionOperator(name)).toBeDefined();
    },
  );

  test.each([
    '',
    'StringMatches',
    'StringEqualsIfExist',
    'ForEachValue:StringEquals',
    'ForAllValues:',
    'IfExists',
    'BinaryNotEquals',
    'BoolNotEquals',
    'ForAllValues:ForAnyValue:StringEquals',
    '__proto__',
    'constructor',
  ])('%s is not, and leaves the condition undecidable', (name) => {
    expect(conditionOperator(name)).toBeUndefined();
    const condition = compile(JSON.parse(`{${JSON.stringify(name)}: {"k:A": "a"}, "StringEquals": {"k:B": "b"}}`));
    expect(condition.undecidable).toContain('not known');
  });

  test('what is understood still counts beside an unknown operator', () => {
    const block = { StringMatches: { 'k:A': 'a' }, StringEquals: { 'k:B': 'b' } };
    expect(evaluate(block, { context: { 'k:b': 'x' } })).toBe(FALSE);
    expect(evaluate(block, { context: { 'k:b': 'b' } })).toBe(UNKNOWN);
  });
});
