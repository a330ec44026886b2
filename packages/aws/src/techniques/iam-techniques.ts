import type { NamedPolicy, TechniqueTarget } from '@keyreach/core/reach';
import {
  type ActionName,
  type AwsRequirement,
  type AwsTechnique,
  type AwsTechniqueRow,
  tableOf,
} from './technique-row.ts';

/** Stands for every action there is: outside the catalogue, so that only a lone `*` names it. */
export const EVERYTHING_ACTION = 'keyreach:everything';

/** IAM has no resource policies: what is written there stays inside the account. */
const USER: TechniqueTarget = { kind: 'identity', types: ['user'], sameZone: true };
const GROUP: TechniqueTarget = { kind: 'identity', types: ['group'], sameZone: true };
const ROLE: TechniqueTarget = { kind: 'identity', types: ['role'], sameZone: true };
const TRUSTING_ROLE: TechniqueTarget = { kind: 'identity', types: ['role'], sameZone: false };
const MANAGED_POLICY: TechniqueTarget = { kind: 'resource', types: ['AWS::IAM::ManagedPolicy'], sameZone: true };
const OIDC_PROVIDER: TechniqueTarget = { kind: 'resource', types: ['AWS::IAM::OIDCProvider'], sameZone: true };
const SAML_PROVIDER: TechniqueTarget = { kind: 'resource', types: ['AWS::IAM::SAMLProvider'], sameZone: true };
const MISSING_PROVIDER: TechniqueTarget = { kind: 'resource', types: ['missing-identity-provider'], sameZone: true };
const ACCOUNT: TechniqueTarget = { kind: 'zone' };

/** The policy that allows everything, in the partition of the caller. */
const ADMINISTRATOR_ACCESS = 'arn:{zone:1}:iam::aws:policy/AdministratorAccess';
/** Whoever may make a policy writes what it says (aws.md 2.3.1). */
const MADE = { by: 'iam:CreatePolicy', as: 'arn:{zone:1}:iam::{zone:4}:policy/*' } as const;

const ATTACHED: NamedPolicy = { key: 'iam:PolicyARN', strongest: ADMINISTRATOR_ACCESS, made: MADE };
const DETACHED: NamedPolicy = { key: 'iam:PolicyARN' };
const SET_AS_BOUNDARY: NamedPolicy = { key: 'iam:PermissionsBoundary', strongest: ADMINISTRATOR_ACCESS, made: MADE };

const NEW_POLICY_VERSION: AwsRequirement = {
  all: [
    { allowed: 'iam:CreatePolicyVersion' },
    { holds: 'customer-managed-policy' },
    { any: [{ holds: 'fewer-than-five-versions' }, { allowed: 'iam:DeletePolicyVersion' }] },
  ],
};

/** An older version of which the input does not hold the text. */
const UNREAD_POLICY_VERSION: AwsRequirement = {
  all: [
    { allowed: 'iam:SetDefaultPolicyVersion' },
    { holds: 'customer-managed-policy' },
    { holds: 'may-have-unread-versions' },
  ],
};

/** A sign-in with the password alone. */
const WITHOUT_MFA: AwsRequirement = { any: [{ holds: 'no-mfa-device' }, { allowed: 'iam:DeactivateMFADevice' }] };

/** A long-term credential of a user the caller has just made. */
function newUser(...grants: readonly ActionName[]): AwsRequirement {
  return {
    any: (['iam:CreateAccessKey', 'iam:CreateLoginProfile'] as const).map((credential) => ({
      allows: ['iam:CreateUser', ...grants, credential],
    })),
  };
}

/** Somebody taken out of a group, which makes room for another one. */
const GROUP_LEFT: AwsRequirement = {
  some: { kind: 'identity', types: ['group'] },
  that: {
    all: [{ allowed: 'iam:RemoveUserFromGroup' }, { holds: 'iam-group' }, { holds: 'has-a-member-in-ten-groups' }],
  },
};

/** The user put into a group that the caller has just made. A user can be in ten groups (aws.md 1.8). */
function inNewGroup(grants: ActionName): AwsRequirement {
  return {
    all: [
      { allows: ['iam:CreateGroup', grants, 'iam:AddUserToGroup'] },
      {
        any: [{ holds: 'fewer-than-ten-groups' }, GROUP_LEFT],
      },
    ],
  };
}

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
    rewrites: 'inline',
  },
  {
    id: 'iam-attach-user-policy',
    title: 'Attaches a managed policy to the user',
    attack: ['T1098.003'],
    target: USER,
    requires: { allowed: 'iam:AttachUserPolicy' },
    names: ATTACHED,
    yields: 'grant',
  },
  {
    id: 'iam-put-role-policy',
    title: 'Writes an inline policy into the role',
    attack: ['T1098.003'],
    target: ROLE,
    requires: { all: [{ allowed: 'iam:PutRolePolicy' }, { holds: 'mutable-role' }] },
    yields: 'grant',
    rewrites: 'inline',
  },
  {
    id: 'iam-attach-role-policy',
    title: 'Attaches a managed policy to the role',
    attack: ['T1098.003'],
    target: ROLE,
    requires: { all: [{ allowed: 'iam:AttachRolePolicy' }, { holds: 'mutable-role' }] },
    names: ATTACHED,
    yields: 'grant',
  },
  {
    id: 'iam-put-group-policy',
    title: 'Writes an inline policy into the group',
    attack: ['T1098.003'],
    target: GROUP,
    requires: { all: [{ allowed: 'iam:PutGroupPolicy' }, { holds: 'iam-group' }] },
    yields: 'grant-members',
    rewrites: 'inline',
  },
  {
    id: 'iam-attach-group-policy',
    title: 'Attaches a managed policy to the group',
    attack: ['T1098.003'],
    target: GROUP,
    requires: { all: [{ allowed: 'iam:AttachGroupPolicy' }, { holds: 'iam-group' }] },
    names: ATTACHED,
    yields: 'grant-members',
  },
  {
    id: 'iam-add-user-to-group',
    title: 'Puts a user into the group',
    attack: ['T1098.003'],
    target: GROUP,
    // The resource of the call is the group; any user of the account may be put into it.
    requires: { all: [{ allowed: 'iam:AddUserToGroup' }, { holds: 'iam-group' }] },
    yields: 'join',
    members: ['user'],
    // A user can be in ten groups (aws.md 1.8).
    mostGroups: 10,
  },
  {
    id: 'iam-add-user-to-group/after-leaving',
    title: 'Takes a user out of a group and puts it into another',
    attack: ['T1098.003'],
    target: GROUP,
    requires: {
      all: [{ allowed: 'iam:AddUserToGroup' }, { holds: 'iam-group' }, GROUP_LEFT],
    },
    yields: 'join',
    members: ['user'],
  },
  {
    id: 'iam-add-user-to-group/new',
    title: 'Creates a group that allows everything and puts the user into it',
    attack: ['T1098.003'],
    target: USER,
    requires: inNewGroup('iam:PutGroupPolicy'),
    yields: 'grant',
  },
  {
    id: 'iam-add-user-to-group/new-attach',
    title: 'Creates a group, attaches a managed policy to it and puts the user into it',
    attack: ['T1098.003'],
    target: USER,
    requires: inNewGroup('iam:AttachGroupPolicy'),
    names: ATTACHED,
    yields: 'grant',
  },
  {
    id: 'iam-create-policy-version',
    title: 'Creates a new default version of the managed policy',
    attack: ['T1098.003'],
    target: MANAGED_POLICY,
    requires: NEW_POLICY_VERSION,
    yields: 'grant-holders',
    rewrites: 'target',
  },
  {
    id: 'iam-set-default-policy-version',
    title: 'Puts an older version of the managed policy in force',
    attack: ['T1098.003'],
    target: MANAGED_POLICY,
    requires: { all: [{ allowed: 'iam:SetDefaultPolicyVersion' }, { holds: 'customer-managed-policy' }] },
    yields: 'replace-holders',
  },
  {
    // Beside the versions whose texts the input holds, which the row above puts in force.
    id: 'iam-set-default-policy-version/unread',
    title: 'Puts an older version of the managed policy in force that the input does not hold',
    attack: ['T1098.003'],
    target: MANAGED_POLICY,
    requires: UNREAD_POLICY_VERSION,
    yields: 'grant-holders',
    rewrites: 'target',
  },

  // Denies that go with the policy that carries them.
  {
    id: 'iam-remove-deny/detach-user-policy',
    title: 'Detaches a managed policy that denies something from the user',
    attack: ['T1098.003'],
    target: USER,
    requires: { allowed: 'iam:DetachUserPolicy' },
    names: DETACHED,
    yields: 'drop-managed',
  },
  {
    id: 'iam-remove-deny/detach-role-policy',
    title: 'Detaches a managed policy that denies something from the role',
    attack: ['T1098.003'],
    target: ROLE,
    requires: { all: [{ allowed: 'iam:DetachRolePolicy' }, { holds: 'mutable-role' }] },
    names: DETACHED,
    yields: 'drop-managed',
  },
  {
    id: 'iam-remove-deny/detach-group-policy',
    title: 'Detaches a managed policy that denies something from the group',
    attack: ['T1098.003'],
    target: GROUP,
    requires: { all: [{ allowed: 'iam:DetachGroupPolicy' }, { holds: 'iam-group' }] },
    names: DETACHED,
    yields: 'drop-managed-members',
  },
  {
    id: 'iam-remove-deny/delete-user-policy',
    title: 'Deletes an inline policy that denies something from the user',
    attack: ['T1098.003'],
    target: USER,
    requires: { allowed: 'iam:DeleteUserPolicy' },
    yields: 'drop-inline',
  },
  {
    id: 'iam-remove-deny/delete-role-policy',
    title: 'Deletes an inline policy that denies something from the role',
    attack: ['T1098.003'],
    target: ROLE,
    requires: { all: [{ allowed: 'iam:DeleteRolePolicy' }, { holds: 'mutable-role' }] },
    yields: 'drop-inline',
  },
  {
    id: 'iam-remove-deny/delete-group-policy',
    title: 'Deletes an inline policy that denies something from the group',
    attack: ['T1098.003'],
    target: GROUP,
    requires: { all: [{ allowed: 'iam:DeleteGroupPolicy' }, { holds: 'iam-group' }] },
    yields: 'drop-inline-members',
  },
  {
    id: 'iam-remove-deny/remove-user-from-group',
    title: 'Takes a user out of the group whose policies deny something',
    attack: ['T1098.003'],
    target: GROUP,
    // The resource of the call is the group.
    requires: { all: [{ allowed: 'iam:RemoveUserFromGroup' }, { holds: 'iam-group' }] },
    yields: 'leave',
  },

  // Tags that policies look at.
  {
    id: 'iam-tag-self-abac/user',
    title: 'Changes the tags of the user that policies look at',
    attack: ['T1098.003'],
    target: USER,
    requires: {
      any: [
        { allowed: 'iam:TagUser', freely: true },
        { all: [{ allowed: 'iam:UntagUser' }, { holds: 'absent-tag-suffices' }] },
      ],
    },
    yields: 'retag',
  },
  {
    id: 'iam-tag-self-abac/role',
    title: 'Changes the tags of the role that policies look at',
    attack: ['T1098.003'],
    target: ROLE,
    requires: {
      all: [
        { holds: 'mutable-role' },
        {
          any: [
            { allowed: 'iam:TagRole', freely: true },
            { all: [{ allowed: 'iam:UntagRole' }, { holds: 'absent-tag-suffices' }] },
          ],
        },
      ],
    },
    yields: 'retag',
  },
  {
    id: 'sts-tag-session-abac',
    title: 'Assumes the role with session tags of its choice',
    attack: ['T1548.005', 'T1550.001'],
    target: TRUSTING_ROLE,
    requires: { all: [{ allowed: 'sts:AssumeRole' }, { allowed: 'sts:TagSession', freely: true }] },
    yields: 'retag',
  },

  // Boundaries.
  {
    id: 'iam-create-policy-version-boundary',
    title: 'Rewrites the managed policy that bounds identities',
    attack: ['T1098.003'],
    target: MANAGED_POLICY,
    requires: { any: [NEW_POLICY_VERSION, UNREAD_POLICY_VERSION] },
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
    requires: { all: [{ allowed: 'iam:PutUserPermissionsBoundary' }, { holds: 'has-boundary' }] },
    names: SET_AS_BOUNDARY,
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
      all: [{ allowed: 'iam:PutRolePermissionsBoundary' }, { holds: 'mutable-role' }, { holds: 'has-boundary' }],
    },
    names: SET_AS_BOUNDARY,
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
    session: 'access-key',
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
    session: 'access-key',
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
    session: 'console',
  },
  {
    id: 'iam-update-login-profile',
    title: 'Changes the console password of the user',
    attack: ['T1098.001'],
    target: USER,
    requires: { all: [{ allowed: 'iam:UpdateLoginProfile' }, { holds: 'has-login-profile' }, WITHOUT_MFA] },
    yields: 'become',
    session: 'console',
  },
  {
    // Whoever holds a key of the user, or its password, then signs in with MFA.
    id: 'iam-enroll-mfa',
    title: 'Registers an MFA device of its own for the user',
    attack: ['T1098.001'],
    target: USER,
    requires: { all: [{ allows: ['iam:CreateVirtualMFADevice'] }, { allowed: 'iam:EnableMFADevice' }] },
    yields: 'sign-in',
    session: 'mfa-session',
  },
  ...(
    [
      ['codecommit', 'codecommit.amazonaws.com', 'codecommit-credential'],
      ['keyspaces', 'cassandra.amazonaws.com', 'keyspaces-credential'],
      ['bedrock', 'bedrock.amazonaws.com', 'bedrock-api-key'],
      ['logs', 'logs.amazonaws.com', 'logs-api-key'],
    ] as const
  ).map(([name, service, session]): AwsTechniqueRow => {
    const context = { 'iam:ServiceSpecificCredentialServiceName': service };
    return {
      id: `iam-service-credential/${name}`,
      title: `Creates a credential of the user for ${service}`,
      attack: ['T1098.001'],
      target: USER,
      requires: {
        any: [
          { allowed: 'iam:CreateServiceSpecificCredential', context },
          { all: [{ allowed: 'iam:ResetServiceSpecificCredential', context }, { holds: 'has-service-credential' }] },
        ],
      },
      yields: 'become',
      session,
    };
  }),
  {
    id: 'iam-upload-ssh-key',
    title: 'Uploads an SSH key of its own for the user',
    attack: ['T1098.001'],
    target: USER,
    requires: { allowed: 'iam:UploadSSHPublicKey' },
    yields: 'become',
    session: 'ssh-public-key',
  },
  {
    id: 'iam-upload-signing-certificate',
    title: 'Uploads a signing certificate of its own for the user',
    attack: ['T1098.001'],
    target: USER,
    requires: { all: [{ allowed: 'iam:UploadSigningCertificate' }, { holds: 'unverified' }] },
    yields: 'become',
    session: 'signing-certificate',
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
    title: 'Replaces the metadata of the SAML provider and asserts any subject',
    attack: ['T1484.002', 'T1550.001'],
    target: SAML_PROVIDER,
    requires: { allowed: 'iam:UpdateSAMLProvider' },
    yields: 'become-subjects',
  },
  {
    id: 'iam-add-oidc-audience',
    title: 'Makes the OpenID Connect provider accept tokens for another audience',
    attack: ['T1484.002', 'T1550.001'],
    target: OIDC_PROVIDER,
    requires: { all: [{ allowed: 'iam:AddClientIDToOpenIDConnectProvider' }, { holds: 'tokens-can-be-obtained' }] },
    yields: 'become-subjects',
  },
  {
    id: 'iam-update-oidc-thumbprint',
    title: 'Makes the OpenID Connect provider accept another certificate of its key server',
    attack: ['T1484.002', 'T1550.001'],
    target: OIDC_PROVIDER,
    requires: {
      all: [{ allowed: 'iam:UpdateOpenIDConnectProviderThumbprint' }, { holds: 'key-server-can-be-intercepted' }],
    },
    yields: 'become-subjects',
  },
  {
    id: 'iam-recreate-oidc-provider',
    title: 'Creates the missing identity provider that roles still trust',
    attack: ['T1484.002', 'T1550.001'],
    target: MISSING_PROVIDER,
    requires: {
      any: [
        // The metadata of a SAML provider is whatever its creator says.
        { all: [{ holds: 'saml-provider' }, { allowed: 'iam:CreateSAMLProvider' }] },
        {
          all: [
            { holds: 'oidc-provider' },
            { allowed: 'iam:CreateOpenIDConnectProvider' },
            { holds: 'tokens-can-be-obtained' },
          ],
        },
      ],
    },
    yields: 'become-subjects',
  },
  {
    id: 'iam-accept-delegation',
    title: 'Accepts a delegation request and hands its token to the partner',
    attack: ['T1098.003'],
    target: ACCOUNT,
    requires: {
      all: [{ allows: ['iam:AcceptDelegationRequest', 'iam:SendDelegationToken'] }, { holds: 'delegation-requested' }],
    },
    yields: 'control-zone',
  },

  // New identities.
  {
    id: 'iam-create-role-admin',
    title: 'Creates a role that allows everything and trusts the caller',
    attack: ['T1136.003', 'T1098.003'],
    target: ACCOUNT,
    requires: { allows: ['iam:CreateRole', 'iam:PutRolePolicy'] },
    yields: 'make',
    bounds: SET_AS_BOUNDARY,
  },
  {
    id: 'iam-create-role-admin/attach',
    title: 'Creates a role with a managed policy that trusts the caller',
    attack: ['T1136.003', 'T1098.003'],
    target: ACCOUNT,
    requires: { allows: ['iam:CreateRole', 'iam:AttachRolePolicy'] },
    yields: 'make',
    bounds: SET_AS_BOUNDARY,
    names: ATTACHED,
  },
  {
    id: 'iam-create-user-admin',
    title: 'Creates a user that allows everything, with a credential',
    attack: ['T1136.003', 'T1098.001', 'T1098.003'],
    target: ACCOUNT,
    requires: newUser('iam:PutUserPolicy'),
    yields: 'make',
    bounds: SET_AS_BOUNDARY,
  },
  {
    id: 'iam-create-user-admin/attach',
    title: 'Creates a user with a managed policy and a credential',
    attack: ['T1136.003', 'T1098.001', 'T1098.003'],
    target: ACCOUNT,
    requires: newUser('iam:AttachUserPolicy'),
    yields: 'make',
    bounds: SET_AS_BOUNDARY,
    names: ATTACHED,
  },
  {
    id: 'iam-create-user-admin/group',
    title: 'Creates a user in a group, with a credential',
    attack: ['T1136.003', 'T1098.001', 'T1098.003'],
    target: ACCOUNT,
    requires: newUser(),
    yields: 'make',
    bounds: SET_AS_BOUNDARY,
    joins: { types: ['group'], that: { all: [{ allowed: 'iam:AddUserToGroup' }, { holds: 'iam-group' }] } },
  },
  {
    id: 'iam-create-user-admin/new-group',
    title: 'Creates a user, with a credential, in a new group that allows everything',
    attack: ['T1136.003', 'T1098.001', 'T1098.003'],
    target: ACCOUNT,
    requires: newUser('iam:CreateGroup', 'iam:PutGroupPolicy', 'iam:AddUserToGroup'),
    yields: 'make',
    bounds: SET_AS_BOUNDARY,
  },
  {
    id: 'iam-create-user-admin/new-group-attach',
    title: 'Creates a user, with a credential, in a new group with a managed policy',
    attack: ['T1136.003', 'T1098.001', 'T1098.003'],
    target: ACCOUNT,
    requires: newUser('iam:CreateGroup', 'iam:AttachGroupPolicy', 'iam:AddUserToGroup'),
    yields: 'make',
    bounds: SET_AS_BOUNDARY,
    names: ATTACHED,
  },
  {
    // No permission is needed to assume a role of one's own making: its trust policy names the caller.
    id: 'recreate-principal/role',
    title: 'Creates a role by a name that policies on resources let in, and that nobody has',
    attack: ['T1136.003', 'T1078.004'],
    target: ACCOUNT,
    requires: { allows: ['iam:CreateRole'] },
    yields: 'make',
    bounds: SET_AS_BOUNDARY,
    bare: true,
  },
  {
    id: 'recreate-principal/user',
    title: 'Creates a user by a name that policies on resources let in, and that nobody has, with a credential',
    attack: ['T1136.003', 'T1078.004', 'T1098.001'],
    target: ACCOUNT,
    requires: newUser(),
    yields: 'make',
    bounds: SET_AS_BOUNDARY,
    bare: true,
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
