/**
 * aws.md 1.11: every operator with every modifier, on a key that is absent, has one value or has several. What is
 * expected is written down here once more, from the tables of that section.
 */
import { describe, expect, test } from 'vitest';
import { type Asked, allow, ask, home, MIA, user, verdicts, type World } from './rule-estate.ts';

interface Operator {
  readonly name: string;
  readonly negated: boolean;
  readonly policy: string;
  readonly matching: string;
  readonly other: string;
  readonly malformed?: string;
}

const pair = (positive: string, negative: string, values: Omit<Operator, 'name' | 'negated'>): readonly Operator[] => [
  { name: positive, negated: false, ...values },
  { name: negative, negated: true, ...values },
];
const one = (name: string, policy: string, matching: string, other: string, malformed: string): Operator => ({
  name,
  negated: false,
  policy,
  matching,
  other,
  malformed,
});

const OPERATORS: readonly Operator[] = [
  ...pair('StringEquals', 'StringNotEquals', { policy: 'a*', matching: 'a*', other: 'ab' }),
  ...pair('StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', { policy: 'aB', matching: 'Ab', other: 'abc' }),
  ...pair('StringLike', 'StringNotLike', { policy: 'a*c?', matching: 'abcd', other: 'Abcd' }),
  ...pair('ArnEquals', 'ArnNotEquals', {
    policy: 'arn:aws:sns:*:1:t?',
    matching: 'arn:aws:sns:eu:1:tx',
    other: 'arn:aws:sns:eu:2:1:tx',
    malformed: 'tx',
  }),
  ...pair('ArnLike', 'ArnNotLike', {
    policy: 'arn:aws:s3:::b/*',
    matching: 'arn:aws:s3:::b/k:l',
    other: 'arn:aws:s3:::B/k',
    malformed: 'arn:aws',
  }),
  ...pair('NumericEquals', 'NumericNotEquals', { policy: '5', matching: '5.0', other: '6', malformed: 'five' }),
  one('NumericLessThan', '5', '4', '5', 'x'),
  one('NumericLessThanEquals', '5', '5', '6', ''),
  one('NumericGreaterThan', '5', '6', '5', 'x'),
  one('NumericGreaterThanEquals', '5', '5', '4.9', 'x'),
  ...pair('DateEquals', 'DateNotEquals', {
    policy: '2026-01-01T00:00:00Z',
    matching: '1767225600',
    other: '2026-01-02',
    malformed: 'today',
  }),
  one('DateLessThan', '2026-01-01', '2025-12-31', '2026-01-01', 'x'),
  one('DateLessThanEquals', '2026-01-01', '2026-01-01', '2026-01-02', 'x'),
  one('DateGreaterThan', '2026-01-01', '2026-01-02', '2026-01-01', 'x'),
  one('DateGreaterThanEquals', '2026-01-01', '2026-01-01', '2025-12-31', 'x'),
  one('Bool', 'true', 'TRUE', 'false', 'yes'),
  one('BinaryEquals', 'QQ==', 'QQ==', 'Qg==', '!'),
  ...pair('IpAddress', 'NotIpAddress', {
    policy: '10.0.0.0/8',
    matching: '10.1.2.3',
    other: '11.0.0.1',
    malformed: 'x',
  }),
];

type SetOperator = '' | 'ForAllValues:' | 'ForAnyValue:';
const SETS: readonly SetOperator[] = ['', 'ForAllValues:', 'ForAnyValue:'];
const SUFFIXES = ['', 'IfExists'] as const;

/** The tables of 1.11. `matches`: for each value of the request whether it compares as equal; none: the key is absent. */
function expected(negated: boolean, set: SetOperator, ifExists: boolean, matches: readonly boolean[]): string {
  if (matches.length === 0) {
    if (set === 'ForAllValues:') return 'allow';
    if (set === 'ForAnyValue:') return ifExists ? 'unknown' : 'deny';
    return ifExists || negated ? 'allow' : 'deny';
  }
  const holds = matches.map((match) => match !== negated);
  if (set === 'ForAnyValue:' || matches.length === 1) {
    return holds.some((hold) => hold) ? 'allow' : 'deny';
  }
  if (set === 'ForAllValues:') return holds.every((hold) => hold) ? 'allow' : 'deny';
  // Several values without a set operator: no match, which is unverified.
  return !negated && matches.every((match) => !match) ? 'deny' : 'unknown';
}

function verdict(asked: Asked, values: readonly string[]): string {
  return asked.can(MIA, 's3:GetObject', 'arn:aws:s3:::exports/file', {
    'test:key': values.length === 0 ? null : values,
  });
}

describe.each(OPERATORS)('$name', ({ name, negated, policy, matching, other, malformed }) => {
  for (const set of SETS) {
    for (const suffix of SUFFIXES) {
      test(`aws.md 1.11: ${set}${name}${suffix}`, () => {
        const condition = { [`${set}${name}${suffix}`]: { 'test:Key': policy } };
        const asked = ask(home({ users: [user('mia', [allow('*', '*', condition)])] }));
        const cases: readonly (readonly [readonly string[], readonly boolean[]])[] = [
          [[], []],
          [[matching], [true]],
          [[other], [false]],
          ...(malformed === undefined ? [] : [[[malformed], [false]] as const]),
          [
            [matching, other],
            [true, false],
          ],
          [
            [matching, matching],
            [true, true],
          ],
          [
            [other, other],
            [false, false],
          ],
        ];
        for (const [values, matches] of cases) {
          expect([values, verdict(asked, values)]).toEqual([
            values,
            expected(negated, set, suffix === 'IfExists', matches),
          ]);
        }
      });
    }
  }

  test(`aws.md 1.11: ${name} with several policy values: one of them, or none where negated`, () => {
    const asked = ask(home({ users: [user('mia', [allow('*', '*', { [name]: { 'test:Key': ['?', policy] } })])] }));
    expect(verdict(asked, [matching])).toBe(negated ? 'deny' : 'allow');
  });

  test(`aws.md 1.11: ${name} with a malformed policy value matches nothing`, () => {
    if (malformed === undefined) return;
    const asked = ask(home({ users: [user('mia', [allow('*', '*', { [name]: { 'test:Key': 'nothing of it' } })])] }));
    expect(verdict(asked, [matching])).toBe(negated ? 'allow' : 'deny');
  });
});

const FILE = 'arn:aws:s3:::exports/file';
const world = (condition: Record<string, unknown>): World =>
  home({ users: [user('mia', [allow('*', '*', condition)], { tags: { team: 'blue', star: 'b*e' } })] });
const row = (condition: Record<string, unknown>, context: Record<string, unknown> = {}) =>
  [world(condition), [MIA, 's3:GetObject', FILE, context]] as const;

describe('blocks, Null and variables', () => {
  verdicts('1.11 block', [
    [
      'operators and keys are all needed',
      ...row({
        StringEquals: { 'aws:username': 'mia', 'aws:PrincipalTag/team': 'blue' },
        Bool: { 'aws:SecureTransport': 'true' },
      }),
      'allow',
    ],
    ['one that fails', ...row({ StringEquals: { 'aws:username': 'mia', 'aws:PrincipalTag/team': 'red' } }), 'deny'],
    [
      'names of keys ignore case',
      ...row({ StringEquals: { 'AWS:UserName': 'mia', 'aws:principaltag/TEAM': 'blue' } }),
      'allow',
    ],
    ['an operator nobody knows', ...row({ StringMatches: { 'aws:username': 'mia' } }), 'unknown'],
  ]);
  verdicts('1.11 Null', [
    ['"true": the key is absent', ...row({ Null: { 'aws:PrincipalTag/other': 'true' } }), 'allow'],
    ['"true": it is present', ...row({ Null: { 'aws:PrincipalTag/team': 'true' } }), 'deny'],
    ['"false": the key is present', ...row({ Null: { 'aws:PrincipalTag/team': 'false' } }), 'allow'],
    ['"false": it is absent', ...row({ Null: { 'aws:PrincipalTag/other': false } }), 'deny'],
    ['only the request tells', ...row({ Null: { 'aws:SourceVpce': 'true' } }), 'conditional'],
  ]);
  const name = (value: string, operator = 'StringEquals') => ({ [operator]: { 'test:Key': value } });
  verdicts('1.11 variables', [
    ['in a condition', ...row(name('${aws:PrincipalTag/team}'), { 'test:Key': 'blue' }), 'allow'],
    ['in a condition, another value', ...row(name('${aws:PrincipalTag/team}'), { 'test:Key': 'red' }), 'deny'],
    ['absent without default, positive', ...row(name('${aws:PrincipalTag/none}'), { 'test:Key': '' }), 'deny'],
    [
      'absent without default, negated',
      ...row(name('${aws:PrincipalTag/none}', 'StringNotEquals'), { 'test:Key': 'x' }),
      'allow',
    ],
    ['absent with default', ...row(name("${aws:PrincipalTag/none, 'x'}"), { 'test:Key': 'x' }), 'allow'],
    ['present with default', ...row(name("${aws:PrincipalTag/team, 'x'}"), { 'test:Key': 'x' }), 'deny'],
    ['literals', ...row(name('a${*}${?}${$}', 'StringLike'), { 'test:Key': 'a*?$' }), 'allow'],
    ['literals are no wildcards', ...row(name('a${*}', 'StringLike'), { 'test:Key': 'ab' }), 'deny'],
    [
      'substituted text is no pattern',
      ...row(name('${aws:PrincipalTag/star}', 'StringLike'), { 'test:Key': 'blue' }),
      'deny',
    ],
    [
      'keys with several values are no variables',
      ...row(name('${aws:TagKeys}'), { 'aws:TagKeys': 'k', 'test:Key': 'k' }),
      'deny',
    ],
    ['no variables in numbers', ...row(name('${aws:PrincipalTag/team}', 'NumericEquals'), { 'test:Key': '5' }), 'deny'],
    [
      'in an ARN',
      ...row(name('arn:aws:s3:::${aws:PrincipalTag/team}', 'ArnLike'), { 'test:Key': 'arn:aws:s3:::blue' }),
      'allow',
    ],
  ]);
  const on = (element: 'Resource' | 'NotResource', value: string): World =>
    home({ users: [user('mia', [{ Effect: 'Allow', Action: 's3:GetObject', [element]: value }])] });
  const HOME_OF = 'arn:aws:s3:::home/${aws:username}/*';
  const NONE = 'arn:aws:s3:::home/${aws:PrincipalTag/none}/*';
  verdicts('1.11 variables in resources', [
    ['own', on('Resource', HOME_OF), [MIA, 's3:GetObject', 'arn:aws:s3:::home/mia/x'], 'allow'],
    ['of another', on('Resource', HOME_OF), [MIA, 's3:GetObject', 'arn:aws:s3:::home/ben/x'], 'deny'],
    ['absent: nothing matches', on('Resource', NONE), [MIA, 's3:GetObject', 'arn:aws:s3:::home//x'], 'deny'],
    [
      'absent in NotResource: nothing is excluded',
      on('NotResource', NONE),
      [MIA, 's3:GetObject', 'arn:aws:s3:::home//x'],
      'allow',
    ],
    [
      'absent with default',
      on('Resource', "arn:aws:s3:::home/${aws:PrincipalTag/none, 'all'}/*"),
      [MIA, 's3:GetObject', 'arn:aws:s3:::home/all/x'],
      'allow',
    ],
  ]);
});
