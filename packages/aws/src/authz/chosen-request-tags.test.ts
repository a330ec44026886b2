import { CONDITIONAL, can, FALSE, TRUE, type Truth } from '@keyreach/core/authz';
import type { Json } from '@keyreach/core/graph';
import { describe, expect, test } from 'vitest';
import { DecisionEstate, type Rule, USER } from './testing/decision-estate.ts';
import { NOW } from './testing/facts.ts';

const when = (condition: Json, more: Rule = {}): Rule => ({ ...more, condition });
const ask = (...grants: readonly Rule[]): Truth =>
  new DecisionEstate({ grants }).decide('iam:TagUser', 'arn:aws:iam::111122223333:user/x', {});
const allOf = (...AWS: readonly string[]): Json => ({ 'ForAllValues:StringEquals': { 'aws:TagKeys': AWS } });
const both = (...blocks: readonly Json[]): Json => Object.assign({}, ...blocks) as Json;

describe('aws.md 1.12, C: aws:TagKeys are the keys of the aws:RequestTag that are sent', () => {
  const team: Json = { StringEquals: { 'aws:RequestTag/team': 'red' } };

  test('a tag that is sent is among the keys', () => {
    expect(ask(when(both(team, allOf('team', 'env'))))).toBe(TRUE);
    expect(ask(when(both(team, allOf('env'))))).toBe(FALSE);
    expect(ask(when(both(team, { Null: { 'aws:TagKeys': 'true' } })))).toBe(FALSE);
    expect(ask(when(team), when(allOf('env'), { effect: 'deny' }))).toBe(TRUE);
  });

  test('a key among them is sent as a tag', () => {
    const lists: Json = { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'team' } };
    expect(ask(when(lists))).toBe(TRUE);
    expect(ask(when(both(lists, { Null: { 'aws:RequestTag/team': 'true' } })))).toBe(FALSE);
    expect(ask(when(both(lists, { Null: { 'aws:RequestTag/other': 'true' } })))).toBe(TRUE);
  });

  test('further keys may come with those that policies name', () => {
    const other: Json = { 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': ['team'] } };
    expect(ask(when(both(team, other)))).toBe(TRUE);
    expect(ask(when(both(team, other, allOf('team'))))).toBe(FALSE);
  });

  test('the list has each key in one spelling, which the caller picks', () => {
    expect(ask(when(both(team, allOf('Team'))))).toBe(TRUE);
    const twice: Json = {
      'ForAnyValue:StringEquals': { 'aws:TagKeys': 'Team' },
      'ForAnyValue:StringLike': { 'aws:TagKeys': 'team' },
    };
    expect(ask(when(both(team, twice)))).toBe(FALSE);
    expect(ask(when(twice))).toBe(FALSE);
  });

  test('a context that lists the keys says which tags there are', () => {
    const asked = (values: readonly string[] | null): Truth =>
      new DecisionEstate({ grants: [when(both(team, allOf('team')))] }).decide(
        'iam:TagUser',
        'arn:aws:iam::111122223333:user/x',
        {
          context: new Map([['aws:tagkeys', values]]),
        },
      );
    expect(asked(['team'])).toBe(TRUE);
    expect(asked(['env'])).toBe(FALSE);
    expect(asked(null)).toBe(FALSE);
  });

  test('more keys than can be tried leave a denial open', () => {
    const many = Array.from({ length: 9 }, (_, index) => `k${index}`);
    const grants = many.map((key) => when(both({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': key } }, allOf('none'))));
    expect([FALSE, CONDITIONAL]).toContain(ask(...grants));
    expect(ask(...grants, when(allOf(...many)))).toBe(TRUE);
  });
});

test('an explanation shows chosen values that stand for any text as wildcards', () => {
  const { model } = new DecisionEstate({ grants: [when({ StringLike: { 'aws:RequestTag/team': 'red-*-?' } })] });
  const answer = can(model, { principal: USER.id, action: 'iam:TagUser', resource: USER.id, now: NOW });
  expect(answer.verdict).toBe('allow');
  expect(answer.chosen).toEqual({ 'aws:requesttag/team': ['red-*-?'] });
});
