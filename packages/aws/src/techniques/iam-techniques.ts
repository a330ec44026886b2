import type { TechniqueTarget } from '@keyreach/core/reach';
import { naming } from './administrator-policy.ts';
import { type AwsRequirement, type AwsTechnique, type AwsTechniqueRow, tableOf } from './technique-row.ts';

/** Stands for every action there is: outside the catalogue, so that only a lone `*` names it. */
export const EVERYTHING_ACTION = 'keyreach:everything';

/** IAM has no resource policies: what is written there stays inside the account. */
const USER: TechniqueTarget = { kind: 'identity', types: ['user'], sameZone: true };
const GROUP: TechniqueTarget = { kind: 'identity', types: ['group'], sameZone: true };
const ROLE: TechniqueTarget = { kind: 'identity', types: ['role'], sameZone: true };
const TRUSTING_ROLE: TechniqueTarget = { kind: 'identity', types: ['role'], sameZone: false };
const MANAGED_POLICY: TechniqueTarget = { kind: 'resource', types: ['AWS::IAM::ManagedPolicy'], sameZone: true };
const ACCOUNT: TechniqueTarget = { kind: 'zone' };

const NEW_POLICY_VERSION: AwsRequirement = {
  all: [
    { allowed: 'iam:CreatePolicyVersion' },
    { holds: 'customer-managed-policy' },
    { any: [{ holds: 'fewer-than-five-versions' }, { allowed: 'iam:DeletePolicyVersion' }] },
  ],
};

const OLDER_POLICY_VERSION: AwsRequirement = {
  all: [
    { allowed: 'iam:SetDefaultPolicyVersion' },
    { holds: 'customer-managed-policy' },
    { holds: 'older-version-may-be-stronger' },
  ],
};

/** A sign-in with the password alone. */
const WITHOUT_MFA: AwsRequirement = { any: [{ holds: 'no-mfa-device' }, { allowed: 'iam:DeactivateMFADevice' }] };

/** Made without a boundary and holding everything; the partition of an account is not asked of a technique without target. */
const UNBOUNDED = { 'iam:PermissionsBoundary': null };
const UNBOUNDED_ADMINISTRATOR = { ...UNBOUNDED, 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AdministratorAccess' };

const ON_IDENTITIES: readonly AwsTechniqueRow[] = [
  // sts-trust-account-root and sts-trust-wildcard are this row with the caller that such a trust policy names.
  {
    id: 'sts-assume-role',
    title: 'Assumes the role',
    attack: ['T1548.005', 'T1550.001'],
    target: TRUSTING_ROLE,
    requires: { allowed: 'sts:AssumeRole' },
    yields: 'become',
  },

  // Permissions of identities. Whoever may add them to itself, or to what it becomes, has them: the `+self`, `+assume`,
  // `+trust` and `+key` rows of the section are these rows with those that yield the target.
  {
    id: 'iam-put-user-policy',
    title: 'Writes an inline policy into the user',
    attack: ['T1098.003'],
    target: USER,
    requires: { allowed: 'iam:PutUserPolicy' },
    yields: 'grant',
  },
  {
    id: 'iam-attach-user-policy',
    title: 'Attaches a managed policy to the user',
    attack: ['T1098.003'],
    target: USER,
    requires: naming('iam:PolicyARN', 'iam:AttachUserPolicy', 'another-policy-suffices'),
    yields: 'grant',
  },
  {
    id: 'iam-put-role-policy',
    title: 'Writes an inline policy into the role',
    attack: ['T1098.003'],
    target: ROLE,
    requires: { all: [{ allowed: 'iam:PutRolePolicy' }, { holds: 'mutable-role' }] },
    yields: 'grant',
  },
  {
    id: 'iam-attach-role-policy',
    title: 'Attaches a managed policy to the role',
    attack: ['T1098.003'],
    target: ROLE,
    requires: {
      all: [{ holds: 'mutable-role' }, naming('iam:PolicyARN', 'iam:AttachRolePolicy', 'another-policy-suffices')],
    },
    yields: 'grant',
  },
  {
    id: 'iam-put-group-policy',
    title: 'Writes an inline policy into the group',
    attack: ['T1098.003'],
    target: GROUP,
    requires: { allowed: 'iam:PutGroupPolicy' },
    yields: 'grant-members',
  },
  {
    id: 'iam-attach-group-policy',
    title: 'Attaches a managed policy to the group',
    attack: ['T1098.003'],
    target: GROUP,
    requires: naming('iam:PolicyARN', 'iam:AttachGroupPolicy', 'another-policy-suffices'),
    yields: 'grant-members',
  },
  {
    id: 'iam-add-user-to-group',
    title: 'Puts a user into the group',
    attack: ['T1098.003'],
    target: GROUP,
    // The resource of the call is the group; any user of the account may be put into it.
    requires: { allowed: 'iam:AddUserToGroup' },
    yields: 'join',
    members: ['user'],
  },
  {
    id: 'iam-create-policy-version',
    title: 'Creates a new default version of the managed policy',
    attack: ['T1098.003'],
    target: MANAGED_POLICY,
    requires: NEW_POLICY_VERSION,
    yields: 'grant-holders',
  },
  {
    id: 'iam-set-default-policy-version',
    title: 'Puts an older version of the managed policy in force',
    attack: ['T1098.003'],
    target: MANAGED_POLICY,
    requires: OLDER_POLICY_VERSION,
    yields: 'grant-holders',
  },

  // Boundaries.
  {
    id: 'iam-create-policy-version-boundary',
    title: 'Rewrites the managed policy that bounds identities',
    attack: ['T1098.003'],
    target: MANAGED_POLICY,
    requires: { any: [NEW_POLICY_VERSION, OLDER_POLICY_VERSION] },
    yields: 'unguard-holders',
  },
  {
    id: 'iam-delete-user-boundary',
    title: 'Removes the permissions boundary of the user',
    attack: ['T1098.003'],
    target: USER,
    requires: { all: [{ allowed: 'iam:DeleteUserPermissionsBoundary' }, { holds: 'has-boundary' }] },
    yields: 'unguard',
  },
  {
    id: 'iam-put-user-boundary',
    title: 'Replaces the permissions boundary of the user by a wider policy',
    attack: ['T1098.003'],
    target: USER,
    requires: {
      all: [
        { holds: 'has-boundary' },
        naming('iam:PermissionsBoundary', 'iam:PutUserPermissionsBoundary', 'another-boundary-is-wider'),
      ],
    },
    yields: 'unguard',
  },
  {
    id: 'iam-delete-role-boundary',
    title: 'Removes the permissions boundary of the role',
    attack: ['T1098.003'],
    target: ROLE,
    requires: {
      all: [{ allowed: 'iam:DeleteRolePermissionsBoundary' }, { holds: 'mutable-role' }, { holds: 'has-boundary' }],
    },
    yields: 'unguard',
  },
  {
    id: 'iam-put-role-boundary',
    title: 'Replaces the permissions boundary of the role by a wider policy',
    attack: ['T1098.003'],
    target: ROLE,
    requires: {
      all: [
        { holds: 'mutable-role' },
        { holds: 'has-boundary' },
        naming('iam:PermissionsBoundary', 'iam:PutRolePermissionsBoundary', 'another-boundary-is-wider'),
      ],
    },
    yields: 'unguard',
  },

  // Credentials and trust of existing identities.
  {
    // With DeleteAccessKey, which makes room, this is iam-create-access-key-rotate too.
    id: 'iam-create-access-key',
    title: 'Creates an access key of the user, after deleting one where there are two',
    attack: ['T1098.001'],
    target: USER,
    requires: {
      all: [
        { allowed: 'iam:CreateAccessKey' },
        { any: [{ holds: 'fewer-than-two-access-keys' }, { allowed: 'iam:DeleteAccessKey' }] },
      ],
    },
    yields: 'become',
  },
  {
    id: 'iam-update-access-key',
    title: 'Reactivates an access key of the user whose secret it kept',
    attack: ['T1098.001'],
    target: USER,
    requires: {
      all: [
        { allowed: 'iam:UpdateAccessKey' },
        { holds: 'has-inactive-access-key' },
        { holds: 'caller-has-the-secret' },
      ],
    },
    yields: 'become',
  },
  {
    id: 'iam-create-login-profile',
    title: 'Gives the user a console password',
    attack: ['T1098.001'],
    target: USER,
    requires: {
      all: [
        { allowed: 'iam:CreateLoginProfile' },
        {
          any: [
            { holds: 'no-login-profile' },
            { allowed: 'iam:DeleteLoginProfile' },
            { allowed: 'iam:UpdateLoginProfile' },
          ],
        },
        WITHOUT_MFA,
      ],
    },
    yields: 'become',
  },
  {
    id: 'iam-update-login-profile',
    title: 'Changes the console password of the user',
    attack: ['T1098.001'],
    target: USER,
    requires: { all: [{ allowed: 'iam:UpdateLoginProfile' }, { holds: 'has-login-profile' }, WITHOUT_MFA] },
    yields: 'become',
  },
  {
    id: 'iam-update-trust',
    title: 'Rewrites the trust policy of the role to name the caller, then assumes it',
    attack: ['T1484.002', 'T1548.005'],
    target: ROLE,
    requires: { all: [{ allowed: 'iam:UpdateAssumeRolePolicy' }, { holds: 'mutable-role' }] },
    yields: 'become',
  },
  {
    id: 'iam-update-saml-provider',
    title: 'Replaces the certificate of the SAML provider that the role trusts, and asserts the role',
    attack: ['T1484.002', 'T1550.001'],
    target: ROLE,
    requires: {
      all: [
        { holds: 'trusts-a-saml-provider' },
        { allows: ['iam:UpdateSAMLProvider'] },
        { holds: 'named-resource-is-trusted' },
      ],
    },
    yields: 'become',
  },
  {
    id: 'iam-add-oidc-audience',
    title: 'Makes the OpenID Connect provider that the role trusts accept tokens for another audience',
    attack: ['T1484.002', 'T1550.001'],
    target: ROLE,
    requires: {
      all: [
        { holds: 'trusts-an-oidc-provider' },
        { allows: ['iam:AddClientIDToOpenIDConnectProvider'] },
        { holds: 'named-resource-is-trusted' },
        { holds: 'tokens-can-be-obtained' },
      ],
    },
    yields: 'become',
  },
  {
    id: 'iam-recreate-oidc-provider',
    title: 'Creates the missing identity provider that the role still trusts',
    attack: ['T1484.002', 'T1550.001'],
    target: ROLE,
    requires: {
      all: [
        { holds: 'trusts-a-missing-provider' },
        { any: [{ allows: ['iam:CreateOpenIDConnectProvider'] }, { allows: ['iam:CreateSAMLProvider'] }] },
        { holds: 'named-resource-is-trusted' },
      ],
    },
    yields: 'become',
  },

  // New identities.
  {
    id: 'iam-create-role-admin',
    title: 'Creates a role without a boundary that allows everything and trusts the caller',
    attack: ['T1136.003', 'T1098.003'],
    target: ACCOUNT,
    requires: {
      any: [
        { allows: ['iam:CreateRole', 'iam:PutRolePolicy'], context: UNBOUNDED },
        { allows: ['iam:CreateRole', 'iam:AttachRolePolicy'], context: UNBOUNDED_ADMINISTRATOR },
      ],
    },
    yields: 'control-zone',
  },
  {
    id: 'iam-create-user-admin',
    title: 'Creates a user without a boundary that allows everything, with a credential',
    attack: ['T1136.003', 'T1098.001', 'T1098.003'],
    target: ACCOUNT,
    requires: {
      any: [
        { allows: ['iam:CreateUser', 'iam:PutUserPolicy', 'iam:CreateAccessKey'], context: UNBOUNDED },
        { allows: ['iam:CreateUser', 'iam:PutUserPolicy', 'iam:CreateLoginProfile'], context: UNBOUNDED },
        {
          allows: ['iam:CreateUser', 'iam:AttachUserPolicy', 'iam:CreateAccessKey'],
          context: UNBOUNDED_ADMINISTRATOR,
        },
        {
          allows: ['iam:CreateUser', 'iam:AttachUserPolicy', 'iam:CreateLoginProfile'],
          context: UNBOUNDED_ADMINISTRATOR,
        },
      ],
    },
    yields: 'control-zone',
  },
  {
    // "Account control" of aws.md 2.3: everything on everything, and a way to pass it on that no guard closes.
    id: 'iam-administrator',
    title: 'Is allowed everything in the account',
    attack: ['T1098.003'],
    target: ACCOUNT,
    requires: {
      all: [
        { allowed: EVERYTHING_ACTION, on: '*' },
        {
          any: [
            { allows: ['iam:PutRolePolicy'] },
            { allows: ['iam:AttachRolePolicy'] },
            { allows: ['iam:PutUserPolicy'] },
            { allows: ['iam:AttachUserPolicy'] },
            { allows: ['iam:CreatePolicyVersion'] },
          ],
        },
      ],
    },
    yields: 'control-zone',
  },
];

const BY_FEDERATION: readonly AwsTechniqueRow[] = [
  {
    id: 'sts-assume-role-with-web-identity',
    title: 'Exchanges a token of its OpenID Connect issuer for the role',
    attack: ['T1078.004', 'T1550.001'],
    target: TRUSTING_ROLE,
    requires: { allowed: 'sts:AssumeRoleWithWebIdentity' },
    yields: 'become',
    callers: ['federated-subject'],
  },
  {
    id: 'sts-assume-role-with-saml',
    title: 'Exchanges an assertion of its SAML provider for the role',
    attack: ['T1078.004', 'T1550.001'],
    target: TRUSTING_ROLE,
    requires: { allowed: 'sts:AssumeRoleWithSAML' },
    yields: 'become',
    callers: ['federated-subject'],
  },
];

/** Techniques on IAM itself and on STS (aws.md 2.3.1), and federated sign-in (aws.md 2.1). */
export const iamTechniques: readonly AwsTechnique[] = [
  ...tableOf('aws.md 2.3.1', ON_IDENTITIES),
  ...tableOf('aws.md 2.1', BY_FEDERATION),
];
