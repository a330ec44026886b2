import { describe, expect, test } from 'vitest';
import { UnusedPatterns } from './unused-patterns.ts';

const isUnusedPattern = (pattern: string, action: string, told: readonly string[]): boolean =>
  new UnusedPatterns().has(pattern, action, told);
const object = 'arn:aws:s3:::used/report.csv';
const table = 'arn:aws:dynamodb:eu-west-1:444455556666:table/orders';

describe('a pattern that none of the told resources needs', () => {
  test.each([
    ['arn:aws:s3:::other/*', 's3:GetObject', object],
    ['arn:aws:s3:::used/archive/*', 's3:GetObject', object],
    ['arn:aws:dynamodb:eu-west-1:444455556666:table/customers', 'dynamodb:GetItem', table],
    ['arn:aws:dynamodb:us-east-1:444455556666:table/*', 'dynamodb:GetItem', table],
    ['arn:aws:sqs:*:444455556666:dead-*', 'sqs:SendMessage', 'arn:aws:sqs:eu-west-1:444455556666:orders'],
  ])('%s, for %s on %s', (pattern, action, told) => {
    expect(isUnusedPattern(pattern, action, [told])).toBe(true);
  });

  test.each([
    ['the resource itself', object, 's3:GetObject', object],
    ['a pattern that matches it', 'arn:aws:s3:::used/*', 's3:GetObject', object],
    ['everything', '*', 's3:GetObject', object],
    [
      'a pattern with a variable that may match it',
      'arn:aws:s3:::${aws:PrincipalTag/bucket}/*',
      's3:GetObject',
      object,
    ],
    ['an index of the table', `${table}/index/*`, 'dynamodb:Query', table],
    [
      'an access point, which the record may not name',
      'arn:aws:s3:eu-west-1:444455556666:accesspoint/a/object/*',
      's3:GetObject',
      object,
    ],
    [
      'an image, where only the instance is named',
      'arn:aws:ec2:*::image/ami-1',
      'ec2:RunInstances',
      'arn:aws:ec2:eu-west-1:444455556666:instance/i-1',
    ],
    ['nothing that the action works on', 'arn:aws:sqs:*:*:q', 's3:GetObject', object],
    ['an action without resource types', 'arn:aws:s3:::other', 's3:ListAllMyBuckets', object],
    ['an action outside the catalogue', 'arn:aws:s3:::other/*', 's3:NoSuchAction', object],
  ])('but not %s: %s', (_why, pattern, action, told) => {
    expect(isUnusedPattern(pattern, action, [told])).toBe(false);
  });

  test('nothing told proves nothing', () => {
    expect(isUnusedPattern('arn:aws:s3:::other/*', 's3:GetObject', [])).toBe(false);
  });

  test('one of several resources is enough to keep it', () => {
    expect(isUnusedPattern('arn:aws:s3:::b/*', 's3:GetObject', ['arn:aws:s3:::a/1', 'arn:aws:s3:::b/2'])).toBe(false);
    expect(isUnusedPattern('arn:aws:s3:::c/*', 's3:GetObject', ['arn:aws:s3:::a/1', 'arn:aws:s3:::b/2'])).toBe(true);
  });

  test('past the bound of the work every pattern stays', () => {
    const patterns = new UnusedPatterns(4 * 3 * 'arn:aws:s3:::?ther/*'.length * object.length);
    const answers = Array.from({ length: 6 }, () => patterns.has('arn:aws:s3:::?ther/*', 's3:GetObject', [object]));
    expect(answers).toEqual([true, true, true, true, false, false]);
  });
});
