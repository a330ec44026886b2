import { describe, expect, test } from 'vitest';
import { serviceRule } from './service-rules.ts';

const role = (path: string): string => `arn:aws:iam::111111111111:role/${path}`;

describe('serviceRule', () => {
  test('aws.md 1.8: AWS managed policies are fixed, customer managed ones are not', () => {
    expect(serviceRule('iam:CreatePolicyVersion', 'user', 'arn:aws:iam::aws:policy/ReadOnlyAccess')).toBe('never');
    expect(serviceRule('iam:CreatePolicyVersion', 'user', 'arn:aws:iam::111111111111:policy/p')).toBeUndefined();
    expect(serviceRule('iam:GetPolicyVersion', 'user', 'arn:aws:iam::aws:policy/ReadOnlyAccess')).toBeUndefined();
  });

  test('aws.md 1.8: service-linked and reserved roles are fixed; only a reserved one cannot be passed', () => {
    for (const path of ['aws-service-role/x.amazonaws.com/AWSServiceRoleForX', 'aws-reserved/sso.amazonaws.com/R']) {
      expect(serviceRule('iam:UpdateAssumeRolePolicy', 'role', role(path))).toBe('never');
      expect(serviceRule('iam:GetRole', 'role', role(path))).toBeUndefined();
    }
    expect(serviceRule('iam:AttachRolePolicy', 'role', role('app'))).toBeUndefined();
    expect(serviceRule('iam:PassRole', 'user', role('aws-reserved/sso.amazonaws.com/R'))).toBe('never');
    expect(serviceRule('iam:PassRole', 'user', role('aws-service-role/x.amazonaws.com/S'))).toBeUndefined();
  });

  test('aws.md 1.3 step 0, 1.7: session tokens are for users without a grant, and never for role sessions', () => {
    expect(serviceRule('sts:GetSessionToken', 'user', '*')).toBe('no-grant-needed');
    expect(serviceRule('sts:GetSessionToken', 'role', '*')).toBe('never');
    expect(serviceRule('sts:GetFederationToken', 'role', '*')).toBe('never');
    expect(serviceRule('sts:GetFederationToken', 'user', '*')).toBeUndefined();
    expect(serviceRule('dynamodb:DescribeEndpoints', 'role', '*')).toBe('no-grant-needed');
  });
});
