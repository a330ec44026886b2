import { describe, expect, test } from 'vitest';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';
import { actionPatterns } from './action-patterns.ts';
import { ActionReader } from './action-reader.ts';

const indexes = (...names: readonly string[]): Set<number> =>
  new Set(names.map((name) => awsCatalogue().action(name)!.index));
const matching = (...include: readonly string[]): Set<number> =>
  new Set(new ActionReader().read({ include, exclude: [] }).known);
const anything = (): boolean => true;

describe('a set of actions in few patterns', () => {
  test('a whole service is one pattern, one without one action is not', () => {
    const sqs = matching('sqs:*');
    expect(actionPatterns(sqs, anything)).toEqual(['sqs:*']);
    sqs.delete(awsCatalogue().action('sqs:DeleteQueue')!.index);
    const patterns = actionPatterns(sqs, anything);
    expect(patterns).not.toContain('sqs:*');
    expect(matching(...patterns)).toEqual(sqs);
  });

  test('everything is one star, everything but one action is not', () => {
    const all = matching('*');
    expect(actionPatterns(all, anything)).toEqual(['*']);
    all.delete(awsCatalogue().action('iam:PassRole')!.index);
    const patterns = actionPatterns(all, anything);
    expect(patterns).toContain('sqs:*');
    expect(patterns).not.toContain('iam:*');
    expect(matching(...patterns)).toEqual(all);
  });

  test('a wildcard ends a whole word', () => {
    expect(actionPatterns(matching('s3:GetObject*'), anything)).toEqual(['s3:GetObject*']);
    const queues = indexes('sqs:ListQueues', 'sqs:ListQueueTags');
    expect(actionPatterns(queues, anything)).toEqual(['sqs:ListQueueTags', 'sqs:ListQueues']);
  });

  test('no wildcard where it may not be written, names instead', () => {
    const get = matching('s3:GetObject*');
    const patterns = actionPatterns(get, () => false);
    expect(patterns.every((pattern) => !pattern.includes('*'))).toBe(true);
    expect(patterns).toHaveLength(get.size);
    expect(matching(...patterns)).toEqual(get);
  });

  test('a pattern somebody wrote stays where all of it does, and only there', () => {
    const selection = new ActionReader().read({ include: ['s3:*Object'], exclude: [] });
    const all = new Set(selection.known);
    expect(actionPatterns(all, anything, selection.listed)).toEqual(['s3:*Object']);
    all.delete(awsCatalogue().action('s3:DeleteObject')!.index);
    expect(actionPatterns(all, anything, selection.listed)).not.toContain('s3:*Object');
  });

  test('nothing is no pattern', () => {
    expect(actionPatterns(new Set(), anything)).toEqual([]);
  });
});

describe('actions of a statement', () => {
  test('known actions by position, the rest as patterns', () => {
    const { known, unlisted, listed } = new ActionReader().read({
      include: ['S3:getobject', 'newservice:*', 's3:NoSuchAction', 'sqs:Send*'],
      exclude: [],
    });
    expect(new Set(known)).toEqual(matching('s3:GetObject', 'sqs:Send*'));
    expect(unlisted).toEqual(['newservice:*', 's3:NoSuchAction']);
    expect(listed.map(({ pattern }) => pattern)).toEqual(['S3:getobject', 'sqs:Send*']);
  });

  test('an action the catalogue does not know is named by pattern, unless it is excepted', () => {
    expect(new ActionReader().read({ include: ['newservice:*'], exclude: [] }).names('NewService:Do')).toBe(true);
    expect(new ActionReader().read({ include: ['newservice:*'], exclude: [] }).names('other:Do')).toBe(false);
    expect(new ActionReader().read({ include: ['*'], exclude: ['newservice:D*'] }).names('newservice:Do')).toBe(false);
  });
});
