import { describe, expect, test } from 'vitest';
import { compareOne } from './oracle/derivation-agrees.ts';
import { followingAll } from './oracle/naive-reach.ts';
import { practiceAccess, practiceSemantics, practiceTechniques } from './oracle/practice-techniques.ts';
import {
  allow,
  arn,
  deny,
  graphOf,
  keyOf,
  type SmallAccount,
  statement,
  trustsAccount,
  trustsLambda,
} from './oracle/small-accounts.ts';

const keyOfBob = allow('iam:CreateAccessKey', arn('user', 'bob'));
const withMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
const taggedRed = { StringEquals: { 'aws:ResourceTag/team': 'red' } };

type Case = readonly [name: string, account: SmallAccount];

const cases: readonly Case[] = [
  [
    'aws.md 2.3.1 iam-add-user-to-group: two groups, each joined by way of another identity',
    {
      users: {
        ann: {
          says: [allow('iam:AddUserToGroup', arn('group', 'devs')), allow('sts:AssumeRole', arn('role', 'app'))],
        },
      },
      roles: {
        app: { trust: trustsAccount, says: [allow('iam:AddUserToGroup', arn('group', 'leads'))] },
        ops: { trust: trustsLambda },
      },
      groups: {
        devs: { says: [allow('iam:PassRole')] },
        leads: { says: [allow(['lambda:CreateFunction', 'lambda:InvokeFunction'])] },
      },
    },
  ],
  [
    'Technique.callers: permissions added to a user of whoever controls the account as a role',
    {
      users: { ann: { says: [allow(['iam:CreateRole', 'iam:AttachRolePolicy', 'iam:PutUserPolicy'])] } },
      roles: { app: {} },
      guard: [
        statement(
          'allow',
          ['iam:CreateRole', 'iam:AttachRolePolicy', 'iam:PutUserPolicy', 'sts:GetFederationToken'],
          0,
        ),
      ],
    },
  ],
  [
    'aws.md 2.3.1 iam-enroll-mfa: a session with MFA, which only the policy of a group to be joined asks for',
    {
      users: {
        ann: { says: [allow('iam:EnableMFADevice'), allow('iam:AddUserToGroup', arn('group', 'devs'))] },
        bob: {},
      },
      groups: { devs: { says: [allow('iam:PutUserPolicy', '*', withMfa)] } },
      more: keyOf('ann', 'access-key'),
    },
  ],
  [
    'aws.md 2.3.1 resource-tag-abac: a tag that lets another identity in',
    {
      users: {
        ann: { says: [allow('iam:TagRole', arn('role', 'ops')), keyOfBob] },
        bob: { says: [allow('iam:UpdateAssumeRolePolicy', '*', taggedRed)] },
      },
      roles: { ops: {} },
    },
  ],
  [
    'GraphEdge member-of: leaving a group in a group that denies',
    {
      users: {
        ann: { groups: ['devs'], says: [allow('iam:RemoveUserFromGroup', arn('group', 'devs')), keyOfBob] },
        bob: {},
      },
      groups: { devs: {}, leads: { says: [deny('iam:CreateAccessKey')] } },
      more: { edges: [{ type: 'member-of', from: arn('group', 'devs'), to: arn('group', 'leads') }] },
    },
  ],
];

describe('what the derivation and the naive oracle do not agree on', () => {
  for (const [name, account] of cases) {
    test(name, () => {
      const comparison = {
        semantics: practiceSemantics,
        catalogue: practiceTechniques,
        access: practiceAccess,
        limits: followingAll,
      };
      expect(compareOne(graphOf(account), comparison)).toBeGreaterThanOrEqual(0);
    });
  }
});
