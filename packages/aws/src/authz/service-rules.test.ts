import type { ScopeNode } from '@keyreach/core/graph';
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

  test('aws.md 1.5: the root user assumes no role; users and roles may', () => {
    expect(serviceRule('sts:AssumeRole', 'root', role('app'))).toBe('never');
    expect(serviceRule('sts:AssumeRole', 'user', role('app'))).toBeUndefined();
    expect(serviceRule('sts:AssumeRole', 'external-account', role('app'))).toBeUndefined();
  });

  test('aws.md 1.7: root users of members are acted as from the management account, or one that administers IAM for it', () => {
    const account = (accountId: string, attributes: ScopeNode['attributes'] = {}): ScopeNode => ({
      kind: 'scope',
      id: `arn:aws:account::${accountId}:account`,
      provider: 'aws',
      type: 'account',
      name: accountId,
      attributes: { accountId, ...attributes },
    });
    const MEMBER = { organizationId: 'o-1', managementAccount: false };
    const rule = (attributes: ScopeNode['attributes'], of: ScopeNode['attributes'] | undefined = MEMBER) =>
      serviceRule(
        'sts:assumeroot',
        'user',
        'arn:aws:iam::222222222222:root',
        account('111111111111', { organizationId: 'o-1', ...attributes }),
        account('222222222222', of),
      );
    expect(rule({ managementAccount: true })).toBeUndefined();
    expect(rule({ managementAccount: true, accountId: '222222222222' })).toBe('never');
    expect(rule({ managementAccount: false, delegatedServices: ['iam.amazonaws.com'] })).toBeUndefined();
    expect(rule({ managementAccount: false, delegatedServices: ['sso.amazonaws.com'] })).toBe('never');
    expect(rule({ organizationId: null })).toBe('never');
    expect(rule({ managementAccount: false })).toBe('undecided');
    expect(rule({ delegatedServices: [] })).toBe('undecided');
    expect(rule({})).toBe('undecided');

    const administrator = { managementAccount: false, delegatedServices: ['iam.amazonaws.com'] };
    for (const caller of [{ managementAccount: true }, administrator]) {
      expect(rule(caller, { organizationId: 'o-1', managementAccount: true })).toBe('never');
      expect(rule(caller, { organizationId: 'o-2', managementAccount: false })).toBe('never');
      expect(rule(caller, { organizationId: null })).toBe('never');
      expect(rule(caller, { outsideOrganizations: ['o-1'] })).toBe('never');
      expect(rule(caller, { outsideOrganizations: ['o-2'] })).toBe('undecided');
      expect(rule(caller, { organizationId: 'o-1' })).toBe('undecided');
      expect(rule(caller, {})).toBe('undecided');
      const away = 'arn:aws:iam::333333333333:root';
      expect(serviceRule('sts:assumeroot', 'user', away, account('111111111111', { ...caller }))).toBe('undecided');
    }
  });

  test('aws.md 1.7: the policy of a bucket does not keep the root user of its account from that policy', () => {
    for (const action of ['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy']) {
      expect(serviceRule(action, 'root', 'arn:aws:s3:::data')).toBe('past-own-denies');
      expect(serviceRule(action, 'user', 'arn:aws:s3:::data')).toBeUndefined();
      expect(serviceRule(action, 'root', 'arn:aws:s3:eu-west-1:111111111111:accesspoint/a')).toBeUndefined();
    }
    expect(serviceRule('s3:PutBucketAcl', 'root', 'arn:aws:s3:::data')).toBeUndefined();
  });

  test('aws.md 1.5: a token of an identity provider is nothing that a user or role has', () => {
    for (const action of ['sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity']) {
      expect(serviceRule(action, 'user', role('app'))).toBe('never');
      expect(serviceRule(action, 'role', role('app'))).toBe('never');
      expect(serviceRule(action, 'federated-subject', role('app'))).toBeUndefined();
      expect(serviceRule(action, 'public', role('app'))).toBeUndefined();
    }
  });

  test('aws.md 1.6: aliases of AWS managed keys are fixed, others are not', () => {
    const alias = (name: string): string => `arn:aws:kms:eu-west-1:111111111111:alias/${name}`;
    for (const action of ['kms:CreateAlias', 'kms:UpdateAlias', 'kms:DeleteAlias']) {
      expect(serviceRule(action, 'user', alias('aws/s3'))).toBe('never');
      expect(serviceRule(action, 'user', alias('app'))).toBeUndefined();
      expect(serviceRule(action, 'user', alias('awsome'))).toBeUndefined();
    }
    expect(serviceRule('kms:DescribeKey', 'user', alias('aws/s3'))).toBeUndefined();
  });
});
