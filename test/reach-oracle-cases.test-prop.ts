import type { Statement } from '@keyreach/core/graph';
import type { TechniqueCatalogue } from '@keyreach/core/reach';
import { describe, expect, test } from 'vitest';
import { compareOne } from './oracle/derivation-agrees.ts';
import { practiceAccess, practiceSemantics, practiceTechniques } from './oracle/practice-techniques.ts';
import {
  allow,
  arn,
  deny,
  graphOf,
  keyOf,
  type SmallAccount,
  statement,
  subject,
  trustsAccount,
  trustsLambda,
  zone,
} from './oracle/small-accounts.ts';

const keyOfBob = allow('iam:CreateAccessKey', arn('user', 'bob'));
const naming = (key: string, ...policies: readonly string[]) => ({
  ArnEquals: { [key]: policies.map((name) => arn('policy', name)) },
});
const withMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
const store = 'arn:aws:s3:::store';
const door = 'arn:aws:s3:us-east-1:111111111111:accesspoint/door';
const taggedRed = { StringEquals: { 'aws:ResourceTag/team': 'red' } };

/** A bucket that says something of principals by name, and an access point to it that lets in nobody by itself. */
function doorTo(effect: 'allow' | 'deny', actions: readonly string[], ...names: readonly string[]) {
  const matchers = names.map(
    (name) => ({ match: 'node', id: arn('user', name), strength: 'bypasses-guards' }) as const,
  );
  const said: Statement = { ...statement(effect, actions, 0), principals: { include: matchers, exclude: [] } };
  const node = { kind: 'resource', provider: 'aws', scope: zone } as const;
  return {
    nodes: [
      { ...node, id: store, type: 'AWS::S3::Bucket', name: 'store' },
      { ...node, id: door, type: 'AWS::S3::AccessPoint', name: 'door', attributes: { bucket: store } },
    ],
    documents: [{ id: 'store-text', provider: 'aws', statements: [said] }],
    policies: [{ id: 'store-policy', provider: 'aws', name: 'store', type: 'resource', document: 'store-text' }],
    attachments: [{ policy: 'store-policy', node: store, role: 'resource-grant' }],
  } satisfies SmallAccount['more'];
}

/** Lets in whoever has the tag that the role has. */
const trustsAnyTag = {
  Effect: 'Allow',
  Principal: '*',
  Action: 'sts:AssumeRole',
  Condition: { StringEquals: { 'aws:ResourceTag/team': ['${aws:PrincipalTag/team}'] } },
};

/** The nodes and edges of both. */
function withNodes(one: NonNullable<SmallAccount['more']>, other: NonNullable<SmallAccount['more']>) {
  return {
    nodes: [...(one.nodes ?? []), ...(other.nodes ?? [])],
    edges: [...(one.edges ?? []), ...(other.edges ?? [])],
  };
}

/** The catalogue with one row changed. */
function withRow(id: string, more: object): TechniqueCatalogue {
  const techniques = practiceTechniques.techniques.map((one) => (one.id === id ? { ...one, ...more } : one));
  return { ...practiceTechniques, techniques };
}

/** A bucket of the account. */
const bucket: NonNullable<SmallAccount['more']> = {
  nodes: [
    {
      kind: 'resource',
      id: 'arn:aws:s3:::data',
      provider: 'aws',
      type: 'AWS::S3::Bucket',
      name: 'data',
      scope: zone,
      tags: {},
    },
  ],
};

/** A catalogue with some of its rows alone. */
function only(of: TechniqueCatalogue, ...ids: readonly string[]): TechniqueCatalogue {
  return { ...of, techniques: of.techniques.filter((one) => ids.includes(one.id)) };
}

/** Rows about what a function runs, where its whole policy can be given away. */
const poisoning = only(
  withRow('add-permission', { opens: undefined }),
  'add-permission',
  'tag-function',
  'listed-artifact',
);

type Case = readonly [name: string, account: SmallAccount, catalogue?: TechniqueCatalogue];

const cases: readonly Case[] = [
  [
    'aws.md 2.3.1 iam-attach-user-policy: of two policies that may be named, one alone, since the other denies',
    {
      users: {
        ann: { says: [allow('iam:AttachUserPolicy', arn('user', 'ann'), naming('iam:PolicyARN', 'p1', 'p2'))] },
        bob: {},
      },
      policies: { p1: [keyOfBob], p2: [deny('iam:CreateAccessKey'), allow('lambda:*')] },
    },
  ],
  [
    'aws.md 2.3.1 iam-create-role-admin: the same for a role of the caller’s making',
    {
      users: {
        ann: {
          says: [allow('iam:CreateRole'), allow('iam:AttachRolePolicy', '*', naming('iam:PolicyARN', 'p1', 'p2'))],
        },
        bob: {},
      },
      policies: { p1: [keyOfBob], p2: [deny('iam:CreateAccessKey'), allow('lambda:*')] },
    },
  ],
  [
    'Technique.names: a row that knows no policy that allows everything, and a caller that may name any',
    {
      users: { ann: { says: [allow('iam:AttachUserPolicy', arn('user', 'ann'))] }, bob: {} },
      policies: { p1: [keyOfBob] },
    },
    withRow('attach-user', { names: { key: 'iam:PolicyARN' } }),
  ],
  [
    'aws.md 1.3 step 5b: a limited credential whose user may be granted more',
    {
      users: { ann: { says: [allow('iam:PutUserPolicy')] }, bob: {} },
      more: keyOf('ann', 'access-key', [statement('allow', ['iam:PutUserPolicy', 'iam:CreateAccessKey'], 0)]),
    },
  ],
  [
    'Requirement.on: text of the caller’s choice in an id that does not depend on the target',
    {
      users: { ann: { says: [allow('s3:PutObject', 'arn:aws:s3:::code-111111111111/build.zip')] } },
      roles: { app: { trust: trustsLambda } },
      functionOf: 'app',
    },
  ],
  [
    'Technique.mostGroups: who is in as many groups as may be joins no other, whatever else changes',
    {
      users: {
        ann: {
          groups: ['devs'],
          says: [
            allow('iam:UpdateGroup', arn('group', 'leads')),
            allow('iam:DeleteUserPolicy', arn('user', 'ann')),
            deny('lambda:*'),
          ],
        },
        bob: {},
      },
      groups: { devs: {}, leads: { says: [keyOfBob] } },
    },
  ],
  [
    'aws.md 2.3.1 iam-create-policy-version-boundary: of a boundary that only roles yet to be made will have',
    {
      users: {
        ann: {
          says: [
            allow('iam:CreateRole', '*', naming('iam:PermissionsBoundary', 'cap')),
            allow('iam:AttachRolePolicy'),
            allow('iam:CreatePolicyVersion', arn('policy', 'cap')),
          ],
        },
      },
      policies: { cap: [allow('lambda:*')] },
    },
  ],
  [
    'aws.md 2.3.1 iam-create-policy-version: of a policy that only roles yet to be made will hold',
    {
      users: {
        ann: {
          says: [
            allow('iam:CreateRole'),
            allow('iam:AttachRolePolicy', '*', naming('iam:PolicyARN', 'p1')),
            allow('iam:CreatePolicyVersion', arn('policy', 'p1')),
          ],
        },
      },
      policies: { p1: [allow('lambda:*')] },
    },
  ],
  [
    'aws.md 2.3.4 org-relax-guardrail: a guard lifted, and permissions added',
    {
      users: {
        ann: {
          boundary: 'cap',
          says: [allow(['organizations:DetachPolicy', 'organizations:UpdatePolicy']), allow('iam:PutUserPolicy')],
        },
        bob: {},
      },
      policies: { cap: [allow(['organizations:*', 'iam:PutUserPolicy', 'iam:CreateAccessKey'])] },
      guard: [statement('allow', ['*'], 0), statement('deny', ['iam:CreateAccessKey'], 1)],
    },
  ],
  [
    'GraphEdge federates: assigned to somebody who acts in sessions of one kind',
    {
      users: { ann: { says: [keyOfBob] }, bob: { says: [allow('lambda:*', '*', withMfa)] } },
      roles: { ops: {} },
      more: { edges: [{ type: 'federates', from: arn('user', 'bob'), to: arn('role', 'ops') }] },
    },
  ],
  [
    'aws.md 2.3.1 resource-tag-abac: a tag that lets the caller add permissions',
    {
      users: {
        ann: {
          says: [
            allow('iam:TagRole'),
            allow('iam:PutRolePolicy', '*', taggedRed),
            allow('sts:AssumeRole', arn('role', 'app')),
          ],
        },
        bob: {},
      },
      roles: { app: { trust: trustsAccount } },
    },
  ],
  [
    'aws.md 2.3.1 iam-set-default-policy-version: a policy that is held twice says one thing at a time',
    {
      users: { ann: { says: [allow('iam:SetDefaultPolicyVersion')], managed: ['p1'], groups: ['devs'] } },
      roles: { ops: { trust: trustsLambda } },
      groups: { devs: { managed: ['p1'] } },
      policies: { p1: [allow('iam:PassRole')] },
      more: {
        documents: [
          {
            id: 'older',
            provider: 'aws',
            statements: [statement('allow', ['lambda:CreateFunction', 'lambda:InvokeFunction'], 0)],
          },
        ],
        policies: [
          { id: `${arn('policy', 'p1')}#v0`, provider: 'aws', name: 'p1', type: 'version', document: 'older' },
        ],
      },
    },
  ],
  [
    'GraphEdge member-of: a group in a group that is assigned',
    {
      roles: { ops: {} },
      more: {
        nodes: [subject('eve', 'identity-center-user'), subject('team', 'group'), subject('all', 'group')],
        edges: [
          { type: 'member-of', from: 'eve', to: 'team' },
          { type: 'member-of', from: 'team', to: 'all' },
          { type: 'federates', from: 'all', to: arn('role', 'ops') },
        ],
      },
    },
  ],
  [
    'Requirement.freely: a grant that limits nothing beside one that does',
    {
      users: {
        ann: {
          says: [allow('sts:*'), allow('sts:TagSession', '*', { StringEquals: { 'aws:RequestTag/team': 'red' } })],
        },
      },
      roles: { ops: { trust: trustsAccount } },
    },
    only(practiceTechniques, 'tagged'),
  ],
  [
    'GraphEdge provisions: a role that nobody knows to be made from the template',
    {
      users: { ann: { says: [allow('sso:PutInlinePolicyToPermissionSet'), allow('sts:AssumeRole')] } },
      roles: { app: { trust: trustsAccount } },
      more: {
        nodes: [
          {
            kind: 'resource',
            id: 'set',
            provider: 'aws',
            type: 'AWS::SSO::PermissionSet',
            name: 'set',
            scope: 'arn:aws:account::111111111111:account',
          },
        ],
        edges: [{ type: 'provisions', from: 'set', to: arn('role', 'app'), certainty: 'unknown' }],
      },
    },
  ],
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
  [
    'aws.md 2.3.1 resource-tag-abac: a role that tags itself and the role that compares tags',
    {
      roles: { ops: { says: [allow('iam:TagRole')], tags: {} }, app: { trust: trustsAnyTag, tags: {} } },
    },
  ],
  [
    'aws.md 2.3.1 resource-tag-abac: of two alike only the one whose tag the tagged role asks for',
    {
      users: {
        ann: { says: [allow(['iam:TagRole', 'sts:AssumeRole'])], tags: { team: 'red' } },
        bob: { says: [allow(['iam:TagRole', 'sts:AssumeRole'])], tags: { team: 'blue' } },
      },
      roles: {
        app: {
          trust: {
            ...trustsAccount,
            Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red', 'aws:ResourceTag/open': 'yes' } },
          },
        },
      },
    },
  ],
  [
    'aws.md 2.3.1 iam-set-default-policy-version: an older version that denies, beside a grant of everything',
    {
      users: {
        ann: { says: [allow('iam:PutUserPolicy'), allow('iam:SetDefaultPolicyVersion')], managed: ['p1'] },
      },
      roles: { app: { trust: trustsAccount } },
      policies: { p1: [allow('iam:PassRole')] },
      more: {
        documents: [{ id: 'older', provider: 'aws', statements: [statement('deny', ['*'], 0)] }],
        policies: [
          { id: `${arn('policy', 'p1')}#v0`, provider: 'aws', name: 'p1', type: 'version', document: 'older' },
        ],
      },
    },
  ],
  [
    'aws.md 2.3.1 iam-create-user: a user in a group without policies passes a trust that lets in anyone',
    {
      users: { ann: { says: [allow(['iam:CreateUser', 'iam:AddUserToGroup']), deny('sts:AssumeRole')] } },
      groups: { devs: {} },
      roles: { app: { trust: { ...trustsAccount, Principal: '*' } }, ops: { trust: trustsAccount } },
    },
  ],
  [
    'aws.md 2.3.5: whoever opens a function to itself has opened no bucket that the row asks about',
    {
      users: { ann: { says: [allow('lambda:AddPermission')] } },
      roles: { app: { trust: trustsLambda } },
      functionOf: 'app',
      more: bucket,
    },
    poisoning,
  ],
  [
    'aws.md 2.3.1 resource-tag-abac: nor has whoever tags it tagged the bucket',
    {
      users: { ann: { says: [allow('lambda:TagResource'), allow('s3:PutObject', '*', taggedRed)] } },
      roles: { app: { trust: trustsLambda } },
      functionOf: 'app',
      more: bucket,
    },
    poisoning,
  ],
  [
    'aws.md 2.3.1 resource-tag-abac: of a function that a role is passed to the caller may choose the tags first',
    {
      users: {
        ann: {
          says: [
            allow(['iam:PassRole', 'lambda:TagResource']),
            allow('lambda:UpdateFunctionConfiguration', '*', taggedRed),
          ],
        },
      },
      roles: { app: { trust: trustsLambda }, ops: { trust: trustsLambda } },
      functionOf: 'app',
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
    'aws.md 1.12 access points: of two alike the bucket denies one what comes by way of its access point',
    {
      users: { ann: { says: [allow('s3:*', `${door}*`)] }, bob: { says: [allow('s3:*', `${door}*`)] } },
      more: doorTo('deny', ['s3:GetObject', 's3:ListBucket'], 'bob'),
    },
  ],
  [
    'aws.md 1.12 access points: a policy of an access point that can be written does not get past the bucket',
    {
      users: { ann: { says: [allow('s3:PutAccessPointPolicy')] }, bob: { says: [allow('s3:PutAccessPointPolicy')] } },
      more: doorTo('deny', ['s3:PutObject'], 'bob'),
    },
  ],
  [
    'aws.md 1.12 access points: whom the bucket names gets in by the bucket, and not by the access point',
    { users: { ann: {}, bob: {} }, more: doorTo('allow', ['s3:*'], 'bob') },
  ],
  [
    'aws.md 1.12 access points: in a session of one kind only',
    {
      users: { ann: { says: [allow('s3:GetObject', `${door}/*`, withMfa)] }, bob: {} },
      more: {
        ...doorTo('deny', ['s3:PutObject'], 'bob'),
        ...withNodes(keyOf('ann', 'access-key'), doorTo('deny', ['s3:PutObject'], 'bob')),
      },
    },
  ],
];

describe('what random estates seldom hold, the derivation and the naive oracle agree on', () => {
  for (const [name, account, catalogue = practiceTechniques] of cases) {
    test(name, () => {
      const comparison = { semantics: practiceSemantics, catalogue, access: practiceAccess };
      expect(compareOne(graphOf(account), comparison)).toBeGreaterThanOrEqual(0);
    });
  }
});
