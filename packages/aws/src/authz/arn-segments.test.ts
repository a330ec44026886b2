import { describe, expect, test } from 'vitest';
import { arnSegments } from './arn-segments.ts';

describe('aws.md 1.10: the segments of an ARN', () => {
  test.each([
    ['arn:aws:s3:::b/k', ['arn', 'aws', 's3', '', '', 'b/k']],
    ['arn:aws:lambda:r:1:function:f:1', ['arn', 'aws', 'lambda', 'r', '1', 'function:f:1']],
    ['arn:::::', ['arn', '', '', '', '', '']],
  ])('%s', (text, segments) => {
    expect(arnSegments(text)).toEqual(segments);
  });

  test.each(['', '*', 'arn', 'arn:aws:s3::', 'arn:aws:s3', 'ARN:aws:s3:::b', 'xarn:aws:s3:::b', 'a:b:c:d:e:f'])(
    'not %s',
    (text) => {
      expect(arnSegments(text)).toBeUndefined();
    },
  );
});
