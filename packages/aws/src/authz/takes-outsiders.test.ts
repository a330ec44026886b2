import { describe, expect, test } from 'vitest';
import { takesOutsiders } from './takes-outsiders.ts';

describe('takesOutsiders (aws.md 1.3 step 6B)', () => {
  test('a role may trust other accounts, and nothing else of IAM lets them in', () => {
    const role = 'arn:aws:iam::111111111111:role/app';
    expect(takesOutsiders('sts:AssumeRole', role)).toBe(true);
    expect(takesOutsiders('iam:PutRolePolicy', role)).toBe(false);
    expect(takesOutsiders('iam:CreateUser', 'arn:aws:iam::111111111111:user/new')).toBe(false);
  });

  test('a bucket may have a policy that names anybody', () => {
    expect(takesOutsiders('s3:GetObject', 'arn:aws:s3:::data/report.csv')).toBe(true);
  });

  test('a request without a resource is about the account of the caller', () => {
    expect(takesOutsiders('ec2:DescribeInstances', '*')).toBe(false);
  });

  test('an instance, a task or a stack has no policy; an image, a subnet or a queue may be shared', () => {
    const at = (service: string, rest: string): string => `arn:aws:${service}:eu-west-1:111122223333:${rest}`;
    for (const id of [
      at('ec2', 'instance/i-1'),
      at('ecs', 'task/c/t'),
      at('cloudformation', 'stack/s/1'),
      at('rds', 'db:a'),
    ]) {
      expect([id, takesOutsiders('x:Y', id)]).toEqual([id, false]);
    }
    for (const id of [at('ec2', 'image/ami-1'), at('ec2', 'subnet/s'), at('sqs', 'jobs'), at('rds', 'cluster:a')]) {
      expect([id, takesOutsiders('x:Y', id)]).toEqual([id, true]);
    }
  });
});
