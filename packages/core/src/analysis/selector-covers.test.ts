import { expect, it } from 'vitest';
import { selectorCovers, selectsAll } from './selector-covers.ts';

it.each<[readonly string[], readonly string[], string, boolean]>([
  [['*'], [], '*', true],
  [['*'], [], 's3:*', true],
  [['S3:*'], [], 's3:*', true],
  [['s*:*'], [], 's3:*', true],
  [['s3:Get*'], [], 's3:*', false],
  [['s3:Get*', 's3:Put*'], [], 's3:GetObject', true],
  [['s3:?'], [], 's3:*', false],
  [['s3:GetObject'], [], 's3:GetObject', true],
  [['s3:*'], [], '*', false],
  [['*'], ['s3:GetObject'], 's3:*', false],
  [['*'], ['s3:getobject'], 'ec2:*', true],
  [['*'], ['s3:GetObject'], '*', false],
  [[], [], 's3:*', false],
])('%o without %o covers %s: %s', (include, exclude, glob, covers) => {
  expect(selectorCovers({ include, exclude })(glob)).toBe(covers);
});

it('selectsAll takes nothing less than everything', () => {
  expect(selectsAll({ include: ['s3:*', '*'], exclude: [] })).toBe(true);
  expect(selectsAll({ include: ['*'], exclude: ['s3:GetObject'] })).toBe(false);
  expect(selectsAll({ include: ['*:*'], exclude: [] })).toBe(false);
});
