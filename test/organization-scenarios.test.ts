/**
 * What principals of a management account, of delegated administrators and of people in Identity Center reach in other
 * accounts of the organization, each next to the nearest estate where they do not (aws.md 2.3.4, and the rows of 2.3.1 and
 * 2.3.3 that act in other accounts).
 */
import {
  type AwsAccountObjects,
  awsAccess,
  awsInputFromObjects,
  awsSemantics,
  awsTechniques,
  normalizeAws,
} from '@keyreach/aws/offline';
import { analysisEngine, radiusOf } from '@keyreach/core/analysis';
import { AuthorizationModel } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import { deriveReach } from '@keyreach/core/reach';
import { describe, expect, test } from 'vitest';
import {
  type Account,
  allow,
  deny,
  documentOf,
  filesOf,
  group,
  HOME,
  type Holds,
  iam,
  type Json,
  mia,
  NOW,
  OTHER,
  policy,
  role,
  SUBJECT,
  trust,
  user,
} from './scenario-estate.ts';

const ORGANIZATION = `arn:aws:organizations::${HOME}`;
const SET = 'arn:aws:sso:::permissionSet/ssoins-1/ps-ops';
const PERSON = 'identity-store:d-1/user/grace';
const SCP = `${ORGANIZATION}:policy/o-1/service_control_policy/p-limit`;
const FULL = 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess';

/** An organization with HOME as its management account and OTHER in a unit. */
function organization(more: Json = {}, limits: readonly Json[] = [], on: string = 'ou-1'): Json {
  const all = ['r-1', 'ou-1', HOME, OTHER];
  const account = (Id: string, ParentId: string) => ({
    Id,
    Arn: `${ORGANIZATION}:account/o-1/${Id}`,
    Name: Id,
    Status: 'ACTIVE',
    ParentId,
  });
  return {
    Organization: { Id: 'o-1', Arn: `${ORGANIZATION}:organization/o-1`, MasterAccountId: HOME, FeatureSet: 'ALL' },
    Roots: [
      {
        Id: 'r-1',
        Arn: `${ORGANIZATION}:root/o-1/r-1`,
        Name: 'Root',
        PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
      },
    ],
    OrganizationalUnits: [{ Id: 'ou-1', Arn: `${ORGANIZATION}:ou/o-1/ou-1`, Name: 'Unit', ParentId: 'r-1' }],
    Accounts: [account(HOME, 'r-1'), account(OTHER, 'ou-1')],
    Policies: [
      { Id: 'p-FullAWSAccess', Arn: FULL, Name: 'FullAWSAccess', Type: 'SERVICE_CONTROL_POLICY' },
      ...(limits.length === 0
        ? []
        : [
            {
              Id: 'p-limit',
              Arn: SCP,
              Name: 'Limit',
              Type: 'SERVICE_CONTROL_POLICY',
              Content: JSON.stringify(documentOf(...limits)),
            },
          ]),
    ],
    PolicyAttachments: [
      { PolicyId: 'p-FullAWSAccess', TargetIds: all },
      ...(limits.length === 0 ? [] : [{ PolicyId: 'p-limit', TargetIds: [on] }]),
    ],
    DelegatedAdministrators: [],
    AWSServiceAccess: [],
    ...more,
  };
}

/** What a subject reaches: identities by account and name, and the accounts it controls. */
function reached(subject: string, organizations: Json | undefined, accounts: Readonly<Record<string, Account>>): Json {
  const files: Record<string, AwsAccountObjects> = {};
  for (const [id, account] of Object.entries(accounts)) files[id] = filesOf(account) as AwsAccountObjects;
  const known = organizations === undefined ? {} : { organization: organizations };
  const input = awsInputFromObjects({ ...known, collectedAt: NOW, accounts: files });
  const now = Date.parse(NOW);
  const model = new AuthorizationModel(new GraphIndex(normalizeAws(input, { now: NOW })), [awsSemantics]);
  const engine = analysisEngine(deriveReach(model, [awsTechniques], { now, access: [awsAccess] }));
  const { reaches, admin } = radiusOf(engine, subject, { now });
  return {
    identities: Object.fromEntries(
      reaches
        .filter(({ kind }) => kind === 'identity')
        .map(({ id, certainty }) => [id.replace('arn:aws:iam::', '').replace(/_[0-9a-f]{16}$/, ''), certainty]),
    ),
    admin: Object.fromEntries(admin.map(({ scope, certainty }) => [scope.split(':')[4] ?? scope, certainty])),
  };
}

const NOTHING = { identities: {}, admin: {} };

/** A role of the permission set, as Identity Center makes it. */
function setRole(account: string, statements: readonly Json[], holds: Holds = {}): Json {
  const signIn = {
    Effect: 'Allow',
    Principal: { Federated: iam('saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE', account) },
    Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
  };
  const path = '/aws-reserved/sso.amazonaws.com/';
  return role('AWSReservedSSO_Ops_0123456789abcdef', [signIn], statements, { ...holds, account, path });
}

/** The file of Identity Center: one set, a person who is assigned it in some accounts, and a group. */
function center(
  accounts: readonly string[],
  { set = {}, groups = [] }: { readonly set?: Json; readonly groups?: readonly string[] } = {},
): AwsAccountObjects {
  return {
    identityCenter: {
      Instances: [{ InstanceArn: 'arn:aws:sso:::instance/ssoins-1', IdentityStoreId: 'd-1', OwnerAccountId: HOME }],
      PermissionSets: [
        {
          PermissionSetArn: SET,
          Name: 'Ops',
          ManagedPolicies: [],
          CustomerManagedPolicyReferences: [],
          InlinePolicy: '{}',
          ...set,
        },
      ],
      AccountAssignments: [
        ...accounts.map((AccountId) => ({
          AccountId,
          PermissionSetArn: SET,
          PrincipalType: 'USER',
          PrincipalId: 'grace',
        })),
        ...groups.map((AccountId) => ({
          AccountId,
          PermissionSetArn: SET,
          PrincipalType: 'GROUP',
          PrincipalId: 'ops',
        })),
      ],
      Users: [{ UserId: 'grace', UserName: 'grace', IdentityStoreId: 'd-1', UserStatus: 'ENABLED' }],
      Groups: [{ GroupId: 'ops', DisplayName: 'ops', IdentityStoreId: 'd-1', ExternalIds: [] }],
      GroupMemberships: [],
    },
  } as AwsAccountObjects;
}

describe('aws.md 2.3.3, cfn-service-managed-stackset', () => {
  const STACK_SETS = 'member.org.stacksets.cloudformation.amazonaws.com';
  const deploys = allow(['cloudformation:CreateStackSet', 'cloudformation:CreateStackInstances']);
  const trusted = organization({ AWSServiceAccess: [STACK_SETS] });

  test('the management account controls the members', () => {
    expect(reached(SUBJECT, trusted, { [HOME]: { users: mia(deploys) }, [OTHER]: {} })).toEqual({
      identities: {},
      admin: { [OTHER]: 'allow' },
    });
  });

  test('without trusted access nothing is deployed', () => {
    expect(reached(SUBJECT, organization(), { [HOME]: { users: mia(deploys) }, [OTHER]: {} })).toEqual(NOTHING);
  });

  test('without CreateStackInstances nothing is deployed', () => {
    const users = mia(allow('cloudformation:CreateStackSet'));
    expect(reached(SUBJECT, trusted, { [HOME]: { users }, [OTHER]: {} })).toEqual(NOTHING);
  });

  test('a member deploys nothing, unless it administers stack sets', () => {
    const there = iam('user/mia', OTHER);
    const users = [user('mia', [deploys], { account: OTHER })];
    expect(reached(there, trusted, { [HOME]: {}, [OTHER]: { users } })).toEqual(NOTHING);
    const delegated = organization({
      AWSServiceAccess: [STACK_SETS],
      DelegatedAdministrators: [{ Id: OTHER, ServicePrincipals: [STACK_SETS] }],
    });
    // Never in the management account.
    expect(reached(there, delegated, { [HOME]: {}, [OTHER]: { users } })).toEqual({
      identities: {},
      admin: { [OTHER]: 'allow' },
    });
  });
});

describe('aws.md 2.3.4, sso-create-set-assign', () => {
  const writes = ['sso:CreatePermissionSet', 'sso:PutInlinePolicyToPermissionSet', 'sso:CreateAccountAssignment'];
  const person = ['identitystore:CreateUser', 'sso-directory:UpdatePassword'];
  const home = (...actions: readonly string[]): Account => ({ users: mia(allow(actions)), files: center([]) });

  test('a new set that allows everything, assigned to a person of its own', () => {
    const found = reached(SUBJECT, organization(), { [HOME]: home(...writes, ...person), [OTHER]: {} });
    expect(found['admin']).toEqual({ [HOME]: 'allow', [OTHER]: 'allow' });
  });

  test('in the account that the caller may assign in, and no other', () => {
    const account: Account = {
      users: mia(
        allow(['sso:CreatePermissionSet', 'sso:PutInlinePolicyToPermissionSet', ...person]),
        allow('sso:CreateAccountAssignment', [`arn:aws:sso:::account/${OTHER}`, 'arn:aws:sso:::instance/*', `${SET}*`]),
      ),
      files: center([]),
    };
    expect(reached(SUBJECT, organization(), { [HOME]: account, [OTHER]: {} })['admin']).toEqual({ [OTHER]: 'allow' });
  });

  test('whether the caller signs in as anybody is not in the input', () => {
    const found = reached(SUBJECT, organization(), { [HOME]: home(...writes), [OTHER]: {} });
    expect(found['admin']).toEqual({ [HOME]: 'unknown', [OTHER]: 'unknown' });
  });

  test('nothing without the assignment', () => {
    const found = reached(SUBJECT, organization(), { [HOME]: home(...writes.slice(0, 2), ...person), [OTHER]: {} });
    expect(found['admin']).toEqual({});
  });

  test('a delegated administrator has no power over the management account', () => {
    const delegated = organization({
      DelegatedAdministrators: [{ Id: OTHER, ServicePrincipals: ['sso.amazonaws.com'] }],
    });
    const there = iam('user/mia', OTHER);
    const users = [user('mia', [allow([...writes, ...person])], { account: OTHER })];
    const found = reached(there, delegated, { [HOME]: { files: center([]) }, [OTHER]: { users } });
    expect(found['admin']).toEqual({ [OTHER]: 'allow' });
    const plain = organization();
    expect(reached(there, plain, { [HOME]: { files: center([]) }, [OTHER]: { users } })['admin']).toEqual({});
  });
});

describe('aws.md 2.3.4, permission sets that are rewritten', () => {
  const ops = (...actions: readonly string[]) => [allow(actions)];
  const accounts = (statements: readonly Json[], holds: Holds = {}, set: Json = {}) => ({
    [HOME]: {
      roles: [setRole(HOME, statements, holds)],
      policies: [policy('cap', [allow(['sso:*', 's3:*'])])],
      files: center([HOME, OTHER], { set }),
    },
    [OTHER]: { roles: [setRole(OTHER, [allow('s3:ListAllMyBuckets')])] },
  });
  const held = {
    [`${HOME}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Ops`]: 'allow',
    [`${OTHER}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Ops`]: 'allow',
  };

  test.each(['sso:PutInlinePolicyToPermissionSet', 'sso:AttachManagedPolicyToPermissionSet'])(
    '%s gives its roles everything',
    (write) => {
      const found = reached(PERSON, organization(), accounts(ops(write, 'sso:ProvisionPermissionSet')));
      expect(found['admin']).toEqual({ [HOME]: 'allow', [OTHER]: 'allow' });
      expect(found['identities']).toMatchObject(held);
    },
  );

  test('a policy that the accounts hold already gives what nobody knows', () => {
    const statements = ops('sso:AttachCustomerManagedPolicyReferenceToPermissionSet', 'sso:ProvisionPermissionSet');
    const found = reached(PERSON, organization(), accounts(statements));
    expect(found['admin']).toEqual({ [HOME]: 'unknown', [OTHER]: 'unknown' });
  });

  test('a change that is provisioned nowhere gives nothing', () => {
    const found = reached(PERSON, organization(), accounts(ops('sso:PutInlinePolicyToPermissionSet')));
    expect(found).toEqual({ identities: held, admin: {} });
  });

  test('a change of another set gives nothing', () => {
    const write = allow(
      ['sso:PutInlinePolicyToPermissionSet', 'sso:ProvisionPermissionSet'],
      ['arn:aws:sso:::instance/*', 'arn:aws:sso:::account/*', 'arn:aws:sso:::permissionSet/ssoins-1/ps-other'],
    );
    expect(reached(PERSON, organization(), accounts([write]))['admin']).toEqual({});
  });

  test('the boundary of the set can be taken off by whoever may', () => {
    const cap = { boundary: iam('policy/cap') };
    const set = { PermissionsBoundary: { CustomerManagedPolicyReference: { Name: 'cap', Path: '/' } } };
    const target = { [HOME]: accounts([allow('*')], cap, set)[HOME]!, [OTHER]: {} };
    expect(reached(PERSON, organization(), target)['admin']).toMatchObject({ [HOME]: 'allow' });
    const rest = [allow('*'), deny('sso:Delete*'), deny('sso:Put*'), deny('sso:Attach*'), deny('sso:Create*')];
    const kept = { [HOME]: accounts(rest, cap, set)[HOME]!, [OTHER]: {} };
    expect(reached(PERSON, organization(), kept)['admin']).toEqual({});
  });
});

describe('aws.md 2.3.4, sso-assign and identitystore-join-group', () => {
  const there = `${OTHER}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Ops`;
  const other = { roles: [setRole(OTHER, [allow('s3:ListAllMyBuckets')])] };
  const person = ['identitystore:CreateUser', 'sso-directory:UpdatePassword'];

  test('a person of its own is assigned the set', () => {
    const users = mia(allow(['sso:CreateAccountAssignment', ...person]));
    const files = center([], { groups: [OTHER], set: { InlinePolicy: '' } });
    const found = reached(SUBJECT, organization(), { [HOME]: { users, files }, [OTHER]: other });
    expect(found['identities']).toMatchObject({ [there]: 'allow' });
    expect(found['admin']).toEqual({});
    const alone = mia(allow(['sso:CreateAccountAssignment', 'identitystore:CreateUser']));
    const maybe = reached(SUBJECT, organization(), { [HOME]: { users: alone, files }, [OTHER]: other });
    expect(maybe['identities']).toEqual({ [there]: 'unknown' });
  });

  test('a set that allows everything is assigned in accounts that do not have it', () => {
    const users = mia(allow(['sso:CreateAccountAssignment', ...person]));
    const set = {
      ManagedPolicies: [{ Name: 'AdministratorAccess', Arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
      InlinePolicy: '',
      PermissionsBoundary: null,
    };
    const found = reached(SUBJECT, organization(), {
      [HOME]: { users, files: center([], { set, groups: [] }) },
      [OTHER]: {},
    });
    expect(Object.keys(found['admin'] as Json)).toEqual([OTHER]);
  });

  test('a person joins a group that is assigned the set', () => {
    const files = center([HOME], { groups: [OTHER] });
    const joins = (action: string): Json =>
      reached(PERSON, organization(), {
        [HOME]: { roles: [setRole(HOME, [allow(action)])], files },
        [OTHER]: other,
      });
    expect(joins('identitystore:CreateGroupMembership')['identities']).toMatchObject({ [there]: 'allow' });
    expect(joins('identitystore:CreateGroup')['identities']).not.toHaveProperty([there]);
  });

  test('nobody is put into such a group by what IAM allows', () => {
    for (const action of ['iam:AddUserToGroup', 'iam:PutGroupPolicy']) {
      const found = reached(SUBJECT, organization(), {
        [HOME]: { users: mia(allow(action)), groups: [group('iam')], files: center([], { groups: [OTHER] }) },
        [OTHER]: other,
      });
      expect(found).toEqual(NOTHING);
    }
  });

  test('a password is set, where the directory keeps passwords', () => {
    const files = center([OTHER]);
    const resets = (action: string): Json =>
      reached(SUBJECT, organization(), { [HOME]: { users: mia(allow(action)), files }, [OTHER]: other });
    expect(resets('sso-directory:UpdatePassword')['identities']).toEqual({ [PERSON]: 'unknown', [there]: 'unknown' });
    expect(resets('sso-directory:UpdateUser')).toEqual(NOTHING);
  });
});

describe('aws.md 2.3.4, org-relax-guardrail', () => {
  const way = iam('role/way', OTHER);
  const target = iam('role/target', OTHER);
  const limit = [deny('sts:AssumeRole', target)];
  const other: Account = {
    roles: [
      role('way', [trust({ AWS: HOME })], [allow('sts:AssumeRole', target)], { account: OTHER }),
      role('target', [trust({ AWS: OTHER })], [], { account: OTHER }),
    ],
  };
  const found = (on: string, ...statements: readonly Json[]): Json =>
    reached(SUBJECT, organization({}, limit, on), {
      [HOME]: { users: mia(allow('sts:AssumeRole', way), ...statements) },
      [OTHER]: other,
    });
  const kept = { identities: { [`${OTHER}:role/way`]: 'allow' }, admin: {} };
  const lifted = { identities: { ...kept.identities, [`${OTHER}:role/target`]: 'allow' }, admin: {} };

  test('a policy that stays', () => {
    expect(found('ou-1')).toEqual(kept);
    expect(found('ou-1', allow('organizations:DeletePolicy'))).toEqual(kept);
  });

  test.each(['DetachPolicy', 'UpdatePolicy', 'DisablePolicyType', 'MoveAccount'])('%s lifts it', (action) => {
    expect(found('ou-1', allow(`organizations:${action}`))).toEqual(lifted);
  });

  test('of another policy only', () => {
    expect(found('ou-1', allow('organizations:DetachPolicy', SCP.replace('p-limit', 'p-x')))).toEqual(kept);
  });

  test('moving an account leaves nothing behind that is on the account or the root', () => {
    expect(found(OTHER, allow('organizations:MoveAccount'))).toEqual(kept);
    expect(found('r-1', allow('organizations:MoveAccount'))).toEqual(kept);
  });

  test('a member leaves, where AWS lets it go', () => {
    const leaves = (...statements: readonly Json[]): Json =>
      reached(iam('user/mia', OTHER), organization({}, limit), {
        [HOME]: {},
        [OTHER]: {
          ...other,
          users: [user('mia', [allow('sts:AssumeRole', target), ...statements], { account: OTHER })],
        },
      });
    expect(leaves()).toEqual(NOTHING);
    expect(leaves(allow('organizations:LeaveOrganization'))).toEqual({
      identities: { [`${OTHER}:role/target`]: 'unknown' },
      admin: {},
    });
  });
});

describe('aws.md 2.3.1, sts-assume-root; aws.md 2.3.4, org-root-features', () => {
  const sessions = organization({ EnabledFeatures: ['RootSessions'] });
  const none = organization({ EnabledFeatures: [] });
  const found = (features: Json, ...actions: readonly string[]): Json =>
    reached(SUBJECT, features, { [HOME]: { users: mia(allow(actions)) }, [OTHER]: {} });
  // Whether the caller reads the mail of the root user, which takes the new password, is not in the input.
  const maybe = { identities: {}, admin: { [OTHER]: 'unknown' } };

  test('where sessions of root users are on', () => {
    expect(found(sessions, 'sts:AssumeRoot')).toEqual(maybe);
    expect(found(sessions, 'sts:AssumeRole')).toEqual(NOTHING);
    expect(found(none, 'sts:AssumeRoot')).toEqual(NOTHING);
  });

  test('accounts that may be members of an organization nobody listed, and accounts known to be in none', () => {
    const accounts = { [HOME]: { users: mia(allow('sts:AssumeRoot')) }, [OTHER]: {} };
    // Either may be the management account of the other.
    expect(reached(SUBJECT, undefined, accounts)).toEqual({
      identities: {},
      admin: { [HOME]: 'unknown', [OTHER]: 'unknown' },
    });
    expect(reached(SUBJECT, { Organization: null }, accounts)).toEqual(NOTHING);
    expect(reached(SUBJECT, undefined, { ...accounts, [HOME]: { users: mia(allow('sts:AssumeRole')) } })).toEqual(
      NOTHING,
    );
  });

  test('whoever may switch them on', () => {
    expect(found(none, 'sts:AssumeRoot', 'iam:EnableOrganizationsRootSessions')).toEqual(maybe);
  });

  test('with another task only', () => {
    const other = { StringEquals: { 'sts:TaskPolicyArn': 'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy' } };
    const users = mia(allow('sts:AssumeRoot', '*', other));
    expect(reached(SUBJECT, sessions, { [HOME]: { users }, [OTHER]: {} })).toEqual(NOTHING);
  });
});

describe('aws.md 2.3.4, org-delegate-admin', () => {
  test('opens the organization to a member that the caller may control', () => {
    const home = (action: string): Account => ({ users: mia(allow(action)) });
    expect(
      reached(SUBJECT, organization(), { [HOME]: home('organizations:RegisterDelegatedAdministrator'), [OTHER]: {} }),
    ).toEqual({ identities: {}, admin: { [OTHER]: 'unknown' } });
    expect(
      reached(SUBJECT, organization(), { [HOME]: home('organizations:ListDelegatedAdministrators'), [OTHER]: {} }),
    ).toEqual(NOTHING);
  });
});

describe('aws.md 1.2, 2.3.1: a control policy that spares one role, for whoever controls the account', () => {
  const BREAK_GLASS = iam('role/break-glass', OTHER);
  const there = iam('user/mia', OTHER);
  const bucket = 'arn:aws:s3:::ledger';
  /** Whether a bucket is read for sure by somebody who may do anything in IAM, and nothing else by itself. */
  function reads(spared: string): string | undefined {
    const limits = [deny('s3:*', '*', { ArnNotEquals: { 'aws:PrincipalArn': spared } })];
    const users = [user('mia', [allow(['iam:*', 'sts:*'])], { account: OTHER })];
    const trusts = { Effect: 'Allow', Principal: { AWS: iam('root', OTHER) }, Action: 'sts:AssumeRole' };
    const roles = [role('break-glass', [trusts], [], { account: OTHER })];
    const resources = [
      { TypeName: 'AWS::S3::Bucket', Identifier: 'ledger', Region: 'eu-west-1', Properties: { BucketName: 'ledger' } },
    ];
    const files = { [HOME]: filesOf({}), [OTHER]: filesOf({ users, roles, resources } as Account) } as Record<
      string,
      AwsAccountObjects
    >;
    const input = awsInputFromObjects({ organization: organization({}, limits), collectedAt: NOW, accounts: files });
    const now = Date.parse(NOW);
    const model = new AuthorizationModel(new GraphIndex(normalizeAws(input, { now: NOW })), [awsSemantics]);
    const engine = analysisEngine(deriveReach(model, [awsTechniques], { now, access: [awsAccess] }));
    const found = radiusOf(engine, there, { now }).reaches.find(({ id }) => id === bucket);
    return found?.access?.find((one) => one.class === 'meta-read')?.certainty;
  }

  test('takes that role for what nobody else may do', () => {
    expect(reads(BREAK_GLASS)).toBe('allow');
  });

  test('finds no such role where another one is spared', () => {
    expect(reads(iam('role/of-another-account', HOME))).not.toBe('allow');
  });
});

describe('aws.md 1.10, 1.12: accounts of an organization are alike only as far as no rule tells them apart', () => {
  const THIRD = '333333333333';
  const two = organization({ EnabledFeatures: ['RootSessions'] });
  const third = {
    Id: THIRD,
    Arn: `${ORGANIZATION}:account/o-1/${THIRD}`,
    Name: 'third',
    ParentId: 'ou-1',
    Status: 'ACTIVE',
  };
  const three = { ...two, Accounts: [...(two['Accounts'] as readonly Json[]), third] };
  const rootOf = (account: string): string => iam('root', account);
  const found = (...statements: readonly Json[]): readonly string[] => {
    const { admin } = reached(SUBJECT, three, { [HOME]: { users: mia(...statements) }, [OTHER]: {}, [THIRD]: {} });
    return Object.keys(admin as object);
  };
  const assume = (resource: string, condition?: Json): Json => allow('sts:AssumeRoot', resource, condition);

  test('all of them where the rule names none', () => {
    expect(found(assume('*'))).toEqual([OTHER, THIRD]);
  });

  test.each<[string, readonly Json[]]>([
    ['by its ARN', [assume(rootOf(OTHER))]],
    ['by a pattern', [assume('arn:aws:iam::2*:root')]],
    ['by what is denied', [assume('*'), deny('sts:AssumeRoot', rootOf(THIRD))]],
    ['by what is excluded', [{ ...assume('*'), Resource: undefined, NotResource: rootOf(THIRD) }]],
    ['by a condition on the account', [assume('*', { StringEquals: { 'aws:ResourceAccount': OTHER } })]],
  ])('one of them %s', (_, statements) => {
    expect(found(...statements)).toEqual([OTHER]);
  });
});
