import type { ConditionRequest } from '@keyreach/core/authz';
import type { Json } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { awsConditionLanguage } from './condition-language.ts';

const principal = {
  node: {
    kind: 'identity',
    id: 'arn:aws:iam::111122223333:user/mia',
    provider: 'aws',
    type: 'user',
    name: 'mia',
    tags: { team: 'blue' },
  },
  scopes: [],
} as const;

function request(context: Readonly<Record<string, readonly string[] | null>> = {}): ConditionRequest {
  return {
    principal,
    action: 's3:GetObject',
    resource: { id: 'arn:aws:s3:::b/k', scopes: [] },
    context: new Map(Object.entries(context)),
    now: Date.parse('2026-06-01T00:00:00Z'),
  };
}

function lines(block: Json, context: Readonly<Record<string, readonly string[] | null>> = {}, version = '2012-10-17') {
  return awsConditionLanguage.describe!({ version, block }, request(context));
}

const asks = (block: Json): readonly string[] => lines(block).map((line) => line.asks);

describe('a condition in words (aws.md 1.11)', () => {
  it.each<[string, Json, string]>([
    ['StringEquals', 'a', 'k:x is "a"'],
    ['StringEquals', ['a', 'b'], 'k:x is one of "a" or "b"'],
    ['StringNotEquals', 'a', 'k:x is not "a"'],
    ['StringNotEquals', ['a', 'b'], 'k:x is none of "a" or "b"'],
    ['StringEqualsIgnoreCase', 'a', 'k:x is "a" (in any case)'],
    ['StringLike', 'a*', 'k:x matches "a*"'],
    ['StringLike', 'a', 'k:x is "a"'],
    ['StringNotLike', 'a?', 'k:x does not match "a?"'],
    ['ArnLike', 'arn:aws:iam::*:role/a', 'k:x matches "arn:aws:iam::*:role/a"'],
    ['ArnNotEquals', 'arn:aws:iam::1:role/a', 'k:x is not "arn:aws:iam::1:role/a"'],
    ['NumericEquals', 5, 'k:x is 5'],
    ['NumericNotEquals', '5', 'k:x is not 5'],
    ['NumericLessThan', '5', 'k:x is less than 5'],
    ['NumericGreaterThanEquals', '5', 'k:x is at least 5'],
    ['DateLessThan', '2026-01-01T00:00:00Z', 'k:x is before 2026-01-01T00:00:00Z'],
    ['DateGreaterThanEquals', '2026-01-01', 'k:x is not before 2026-01-01'],
    ['Bool', true, 'k:x is true'],
    ['BoolIfExists', 'false', 'k:x is false, or absent'],
    ['IpAddress', ['10.0.0.0/8', '192.0.2.0/24'], 'k:x is in 10.0.0.0/8 or 192.0.2.0/24'],
    ['NotIpAddress', '10.0.0.0/8', 'k:x is not in 10.0.0.0/8'],
    ['Null', 'true', 'k:x is absent'],
    ['Null', 'false', 'k:x is present'],
    ['ForAllValues:StringEquals', ['a', 'b'], 'every value of k:x is one of "a" or "b", or there is none'],
    ['ForAnyValue:StringLike', 'a*', 'some value of k:x matches "a*"'],
    ['StringEquals', ['1', '2', '3', '4', '5', '6'], 'k:x is one of "1", "2", "3", "4" or 2 more'],
    ['StringSounds', 'a', 'k:x StringSounds "a"'],
  ])('%s %j', (operator, values, expected) => {
    expect(asks({ [operator]: { 'k:x': values } })).toEqual([expected]);
  });

  it('keeps the spelling of the policy, one line for each key, in the order of the text', () => {
    const block = { Bool: { 'aws:MultiFactorAuthPresent': 'true' }, StringEquals: { 'B:b': '1', 'A:a': '2' } };
    expect(lines(block).map(({ key }) => key)).toEqual(['aws:MultiFactorAuthPresent', 'B:b', 'A:a']);
  });

  it('says what variables stand for, and only where the version has them', () => {
    const block = { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } };
    expect(asks(block)).toEqual([
      'aws:ResourceTag/team is "${aws:PrincipalTag/team}", where aws:PrincipalTag/team is "blue"',
    ]);
    expect(lines(block, {}, '2008-10-17').map((line) => line.asks)).toEqual([
      'aws:ResourceTag/team is "${aws:PrincipalTag/team}"',
    ]);
    expect(asks({ StringEquals: { 'k:x': "${aws:PrincipalTag/none, 'red'}" } })[0]).toContain('is absent, so "red"');
  });

  it('bounds lines, values and their length', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k:${index}`, 'x'.repeat(9999)]));
    const found = lines({ StringEquals: many });
    expect(found).toHaveLength(32);
    for (const line of found) expect(line.asks.length).toBeLessThan(200);
  });

  it('gives nothing for what is no condition', () => {
    for (const body of [null, 'x', [], {}, { block: 1 }, { version: '2012-10-17', block: { StringEquals: 'x' } }]) {
      expect(awsConditionLanguage.describe!(body, request())).toEqual([]);
    }
  });
});

describe('how a line comes out for a request (aws.md 1.12)', () => {
  const of = (block: Json, context: Readonly<Record<string, readonly string[] | null>> = {}) => {
    const { key: _, asks: __, ...rest } = lines(block, context)[0]!;
    return rest;
  };

  it('from the graph', () => {
    const block = { StringEquals: { 'aws:PrincipalTag/team': 'red' } };
    expect(of(block)).toEqual({ outcome: 'fails', found: '"blue"', decidedBy: 'graph' });
    expect(of({ StringEquals: { 'aws:PrincipalTag/team': 'blue' } })).toMatchObject({ outcome: 'holds' });
    expect(of({ StringEquals: { 'aws:ResourceTag/x': 'y' } })).toEqual({ outcome: 'unknown', decidedBy: 'graph' });
  });

  it('from the request', () => {
    const block = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };
    expect(of(block)).toEqual({ outcome: 'conditional', decidedBy: 'request' });
    expect(of(block, { 'aws:sourceip': ['192.0.2.1'] })).toEqual({
      outcome: 'fails',
      found: '"192.0.2.1"',
      decidedBy: 'request',
    });
    expect(of(block, { 'aws:sourceip': null })).toMatchObject({ outcome: 'fails', found: 'absent' });
  });

  it('values that stand for any text show it as wildcards', () => {
    const block = { StringLike: { 'aws:PrincipalTag/team': 'x' } };
    const value = `red-${awsConditionLanguage.freshValue}-\u{e001}`;
    expect(of(block, { 'aws:principaltag/team': [value] })).toMatchObject({ found: '"red-*-?"' });
    expect(of(block, { 'aws:principaltag/team': [awsConditionLanguage.freshValue] })).toMatchObject({
      found: 'any other value',
    });
  });

  it('from the caller, and from the kind of credential', () => {
    expect(of({ StringEquals: { 'iam:PassedToService': 'x' } }).decidedBy).toBe('caller');
    expect(of({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } })).toEqual({
      outcome: 'conditional',
      decidedBy: 'credential',
    });
  });
});
