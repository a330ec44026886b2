import { describe, expect, test } from 'vitest';
import { withoutCovered } from './restrict-statement.ts';

describe('patterns that others already say', () => {
  test.each([
    [
      ['s3:Get*', 's3:GetObject', 's3:PutObject'],
      ['s3:Get*', 's3:PutObject'],
    ],
    [
      ['s3:*', 's3:Get*', 'sqs:Get*'],
      ['s3:*', 'sqs:Get*'],
    ],
    [['s3:get*', 'S3:Get*'], ['S3:Get*']],
    [['s3:**', 's3:*'], ['s3:*']],
    [['s3:*', '*', 'sqs:SendMessage'], ['*']],
    [
      ['s3:*Object', 's3:Get*'],
      ['s3:*Object', 's3:Get*'],
    ],
    [['s3:Get?bject', 's3:Get*'], ['s3:Get*']],
    [['s3:GetObject'], ['s3:GetObject']],
    [[], []],
  ])('%j is %j', (patterns, left) => {
    expect(withoutCovered(patterns)).toEqual(left);
  });
});
