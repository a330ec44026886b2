import type { TechniqueTarget } from '@keyreach/core/reach';
import {
  type ActionName,
  type AwsRequirement,
  type AwsTechnique,
  type AwsTechniqueRow,
  tableOf,
} from './technique-row.ts';

/** Accounts of the caller's organization; its own is left out. */
const ACCOUNTS: TechniqueTarget = { kind: 'scope', types: ['account'] };
const OWN_ACCOUNT: TechniqueTarget = { kind: 'zone' };
const PERMISSION_SET: TechniqueTarget = { kind: 'resource', types: ['AWS::SSO::PermissionSet'], sameZone: true };
const CONTROL_POLICY: TechniqueTarget = { kind: 'resource', types: ['AWS::Organizations::Policy'], sameZone: true };
const DIRECTORY_GROUP: TechniqueTarget = { kind: 'identity', types: ['group'], sameZone: true };
const PERSON: TechniqueTarget = { kind: 'identity', types: ['identity-center-user'], sameZone: true };

const ADMINISTERS: AwsRequirement = { zoneHolds: 'administers-identity-center' };

/** The caller speaks for the management account, or the target is another account than that. */
const WITHIN_DELEGATION: AwsRequirement = { any: [{ zoneHolds: 'management-account' }, { holds: 'member-account' }] };

/** The same for a permission set. */
const SET_WITHIN_DELEGATION: AwsRequirement = {
  any: [{ zoneHolds: 'management-account' }, { holds: 'not-provisioned-in-the-management-account' }],
};

/** A person to assign permissions to, as whom the caller signs in. */
const SIGNS_IN: AwsRequirement = {
  any: [
    { allows: ['identitystore:CreateUser', 'sso-directory:UpdatePassword'] },
    { holds: 'caller-signs-in-to-identity-center' },
  ],
};

/** An action on a permission set is one on its instance as well. */
function onSet(action: ActionName): AwsRequirement {
  return { all: [{ allowed: action }, { allowed: action, on: 'arn:{target:1}:sso:::instance/*' }] };
}

/** The same for an action that names an account besides: any account, or those that policies name. */
function inAccounts(action: ActionName): AwsRequirement {
  return {
    all: [
      onSet(action),
      {
        any: [
          { allowed: action, on: 'arn:{target:1}:sso:::account/000000000000' },
          { all: [{ allowed: action, on: 'arn:{target:1}:sso:::account/*' }, { holds: 'suits-the-caller' }] },
        ],
      },
    ],
  };
}

/** Brings a change of a set into the accounts where it is assigned. */
const PROVISIONS: AwsRequirement = {
  any: [inAccounts('sso:ProvisionPermissionSet'), inAccounts('sso:CreateAccountAssignment')],
};

/** A change of a permission set in the accounts where it is assigned. */
function changingSet(change: AwsRequirement): AwsRequirement {
  return { all: [ADMINISTERS, change, SET_WITHIN_DELEGATION, PROVISIONS] };
}

/** A permission set that allows everything. */
const NEW_SET: AwsRequirement = {
  any: [
    { allows: ['sso:CreatePermissionSet', 'sso:AttachManagedPolicyToPermissionSet'] },
    { allows: ['sso:CreatePermissionSet', 'sso:PutInlinePolicyToPermissionSet'] },
    {
      all: [
        { allows: ['sso:CreatePermissionSet', 'sso:AttachCustomerManagedPolicyReferenceToPermissionSet'] },
        // The set can only name a policy that the account holds.
        { holds: 'suits-the-caller' },
      ],
    },
  ],
};

const IDENTITY_CENTER: readonly AwsTechniqueRow[] = [
  {
    id: 'sso-create-set-assign',
    title: 'Creates a permission set that allows everything and assigns it in the account',
    attack: ['T1098.003', 'T1136.003'],
    target: ACCOUNTS,
    requires: {
      all: [
        ADMINISTERS,
        NEW_SET,
        { allowed: 'sso:CreateAccountAssignment', on: 'arn:{target:1}:sso:::account/{target:4}' },
        WITHIN_DELEGATION,
        SIGNS_IN,
      ],
    },
    yields: 'control-target',
  },
  {
    id: 'sso-create-set-assign/own-account',
    title: 'Creates a permission set that allows everything and assigns it in its own account',
    attack: ['T1098.003', 'T1136.003'],
    target: OWN_ACCOUNT,
    requires: {
      all: [
        ADMINISTERS,
        NEW_SET,
        { allowed: 'sso:CreateAccountAssignment', on: 'arn:{zone:1}:sso:::account/{zone:4}' },
        SIGNS_IN,
      ],
    },
    yields: 'control-zone',
  },
  {
    id: 'sso-attach-managed',
    title: 'Attaches the policy of administrators to the permission set',
    attack: ['T1098.003'],
    target: PERMISSION_SET,
    requires: changingSet(onSet('sso:AttachManagedPolicyToPermissionSet')),
    yields: 'grant-provisioned',
  },
  {
    id: 'sso-put-inline',
    title: 'Writes an inline policy into the permission set',
    attack: ['T1098.003'],
    target: PERMISSION_SET,
    requires: changingSet(onSet('sso:PutInlinePolicyToPermissionSet')),
    yields: 'grant-provisioned',
  },
  {
    // Sets that nobody listed may be assigned to the caller, or to anyone.
    id: 'sso-put-inline/unlisted',
    title: 'Changes a permission set that the input does not list',
    attack: ['T1098.003'],
    target: ACCOUNTS,
    requires: {
      all: [
        ADMINISTERS,
        { zoneHolds: 'directory-is-unlisted' },
        {
          any: [
            { allows: ['sso:PutInlinePolicyToPermissionSet', 'sso:ProvisionPermissionSet'] },
            { allows: ['sso:AttachManagedPolicyToPermissionSet', 'sso:ProvisionPermissionSet'] },
            { allows: ['sso:CreateAccountAssignment'] },
          ],
        },
        WITHIN_DELEGATION,
      ],
    },
    yields: 'control-target',
  },
  {
    id: 'sso-attach-customer-managed',
    title: 'Has the permission set name a policy that the accounts hold',
    attack: ['T1098.003'],
    target: PERMISSION_SET,
    requires: changingSet({
      all: [onSet('sso:AttachCustomerManagedPolicyReferenceToPermissionSet'), { holds: 'suits-the-caller' }],
    }),
    yields: 'grant-provisioned',
  },
  {
    id: 'sso-remove-limit/boundary',
    title: 'Removes the permissions boundary of the permission set',
    attack: ['T1098.003'],
    target: PERMISSION_SET,
    requires: changingSet({
      all: [onSet('sso:DeletePermissionsBoundaryFromPermissionSet'), { holds: 'has-boundary' }],
    }),
    yields: 'unguard-provisioned',
  },
  {
    id: 'sso-remove-limit/managed',
    title: 'Detaches a policy that denies something from the permission set',
    attack: ['T1098.003'],
    target: PERMISSION_SET,
    requires: changingSet({
      any: [
        onSet('sso:DetachCustomerManagedPolicyReferenceFromPermissionSet'),
        // Few policies of AWS deny anything.
        { all: [onSet('sso:DetachManagedPolicyFromPermissionSet'), { holds: 'suits-the-caller' }] },
      ],
    }),
    yields: 'drop-managed-provisioned',
  },
  {
    id: 'sso-remove-limit/inline',
    title: 'Removes or replaces the inline policy of the permission set that denies something',
    attack: ['T1098.003'],
    target: PERMISSION_SET,
    requires: changingSet({
      any: [onSet('sso:DeleteInlinePolicyFromPermissionSet'), onSet('sso:PutInlinePolicyToPermissionSet')],
    }),
    yields: 'drop-inline-provisioned',
  },
  {
    id: 'sso-assign',
    title: 'Assigns the permission set to a person as whom it signs in',
    attack: ['T1098.003'],
    target: PERMISSION_SET,
    requires: {
      all: [ADMINISTERS, inAccounts('sso:CreateAccountAssignment'), SET_WITHIN_DELEGATION, SIGNS_IN],
    },
    yields: 'become-provisioned',
  },
  {
    // The assignment provisions the set in accounts that do not have it yet.
    id: 'sso-assign/new-account',
    title: 'Assigns a permission set that allows everything in the account',
    attack: ['T1098.003'],
    target: ACCOUNTS,
    requires: {
      all: [
        ADMINISTERS,
        {
          some: { kind: 'resource', types: ['AWS::SSO::PermissionSet'] },
          that: { all: [onSet('sso:CreateAccountAssignment'), SET_WITHIN_DELEGATION, { holds: 'gives-everything' }] },
        },
        { allowed: 'sso:CreateAccountAssignment', on: 'arn:{target:1}:sso:::account/{target:4}' },
        WITHIN_DELEGATION,
        SIGNS_IN,
      ],
    },
    yields: 'control-target',
  },
  {
    id: 'identitystore-join-group',
    title: 'Puts a person into the group of the identity store',
    attack: ['T1098.003'],
    target: DIRECTORY_GROUP,
    requires: {
      all: [
        ADMINISTERS,
        { allowed: 'identitystore:CreateGroupMembership' },
        { allowed: 'identitystore:CreateGroupMembership', on: 'arn:{target:1}:identitystore:::user/*' },
        { holds: 'directory-group' },
      ],
    },
    yields: 'join',
    members: ['identity-center-user'],
  },
  {
    id: 'sso-reset-password',
    title: 'Sets the password of the person and signs in',
    attack: ['T1098.001'],
    target: PERSON,
    requires: {
      all: [
        ADMINISTERS,
        { allows: ['sso-directory:UpdatePassword'] },
        { holds: 'enabled-in-the-directory' },
        { holds: 'directory-keeps-the-password' },
      ],
    },
    yields: 'become',
  },
];

const GUARDRAILS: readonly AwsTechniqueRow[] = [
  {
    // A policy can be deleted only after it is detached everywhere, so that DeletePolicy adds nothing.
    id: 'org-relax-guardrail/detach',
    title: 'Detaches the control policy',
    attack: ['T1666'],
    target: CONTROL_POLICY,
    requires: { allowed: 'organizations:DetachPolicy' },
    yields: 'lift',
  },
  {
    id: 'org-relax-guardrail/update',
    title: 'Rewrites the control policy to let everything pass',
    attack: ['T1666'],
    target: CONTROL_POLICY,
    requires: { allowed: 'organizations:UpdatePolicy' },
    yields: 'open',
  },
  {
    id: 'org-relax-guardrail/disable-type',
    title: 'Switches control policies off in the organization',
    attack: ['T1666'],
    target: CONTROL_POLICY,
    requires: { allowed: 'organizations:DisablePolicyType', on: 'arn:{target:1}:organizations::{target:4}:root/*' },
    yields: 'open',
  },
  {
    id: 'org-relax-guardrail/move-account',
    title: 'Moves the account out of the unit that the control policy is on',
    attack: ['T1666'],
    target: CONTROL_POLICY,
    requires: { all: [{ allows: ['organizations:MoveAccount'] }, { holds: 'attached-to-units-only' }] },
    yields: 'open',
  },
  {
    id: 'org-relax-guardrail/leave',
    title: 'Takes its account out of the organization',
    attack: ['T1666'],
    target: OWN_ACCOUNT,
    requires: {
      all: [
        { zoneHolds: 'member-account' },
        { allows: ['organizations:LeaveOrganization'] },
        { holds: 'leaving-is-possible' },
      ],
    },
    yields: 'leave-scopes',
  },
  {
    id: 'org-delegate-admin',
    title: 'Lets a member account administer services for the organization',
    attack: ['T1098.003', 'T1666'],
    target: ACCOUNTS,
    requires: {
      all: [
        { zoneHolds: 'management-account' },
        { allows: ['organizations:RegisterDelegatedAdministrator'] },
        { holds: 'member-account' },
        { holds: 'caller-controls-a-member-account' },
      ],
    },
    yields: 'control-target',
  },
  {
    id: 'org-delegate-admin/resource-policy',
    title: 'Lets a member account change the control policies',
    attack: ['T1098.003', 'T1666'],
    target: CONTROL_POLICY,
    requires: {
      all: [{ allows: ['organizations:PutResourcePolicy'] }, { holds: 'caller-controls-a-member-account' }],
    },
    yields: 'open',
  },
];

/**
 * A session as the root user of a member may only do what its task policy says: restore the password, which is sent to the
 * address of the root user (CreateLoginProfile takes no password in such a session).
 */
const ACTS_AS_ROOT: readonly AwsRequirement[] = [
  {
    allowed: 'sts:AssumeRoot',
    on: 'arn:{target:1}:iam::{target:4}:root',
    context: { 'sts:TaskPolicyArn': 'arn:{zone:1}:iam::aws:policy/root-task/IAMCreateRootUserPassword' },
  },
  { holds: 'member-account' },
  { holds: 'caller-reads-the-root-mail' },
];

const ROOTS: readonly AwsTechniqueRow[] = [
  {
    id: 'sts-assume-root',
    title: 'Restores the password of the root user of the member account',
    attack: ['T1548.005', 'T1098.001'],
    target: ACCOUNTS,
    requires: {
      all: [{ zoneHolds: 'administers-member-roots' }, { zoneHolds: 'root-sessions-enabled' }, ...ACTS_AS_ROOT],
    },
    yields: 'control-target',
  },
];

const ROOT_FEATURES: readonly AwsTechniqueRow[] = [
  {
    id: 'org-root-features',
    title: 'Switches sessions as root users on, and restores the password of the root user of the member account',
    attack: ['T1548.005', 'T1098.001'],
    target: ACCOUNTS,
    requires: {
      all: [{ zoneHolds: 'management-account' }, { allows: ['iam:EnableOrganizationsRootSessions'] }, ...ACTS_AS_ROOT],
    },
    yields: 'control-target',
  },
];

const STACK_SETS: readonly AwsTechniqueRow[] = [
  {
    id: 'cfn-service-managed-stackset',
    title: 'Deploys a stack of its own into the member account as an administrator there',
    attack: ['T1578', 'T1098.003'],
    // Stack sets that the organization manages never deploy to the management account.
    target: ACCOUNTS,
    requires: {
      all: [
        { zoneHolds: 'administers-stack-sets' },
        { zoneHolds: 'stack-sets-are-trusted' },
        { allows: ['cloudformation:CreateStackSet', 'cloudformation:CreateStackInstances'] },
        { holds: 'member-account' },
      ],
    },
    yields: 'control-target',
  },
  {
    id: 'cfn-service-managed-stackset/own-account',
    title: 'Deploys a stack of its own into its account as an administrator there',
    attack: ['T1578', 'T1098.003'],
    target: OWN_ACCOUNT,
    requires: {
      all: [
        { zoneHolds: 'administers-stack-sets' },
        { zoneHolds: 'stack-sets-are-trusted' },
        { zoneHolds: 'member-account' },
        { allows: ['cloudformation:CreateStackSet', 'cloudformation:CreateStackInstances'] },
      ],
    },
    yields: 'control-zone',
  },
];

/** Techniques of organizations and Identity Center (aws.md 2.3.4, one row each of 2.3.1 and 2.3.3). */
export const organizationTechniques: readonly AwsTechnique[] = [
  ...tableOf('aws.md 2.3.1', ROOTS),
  ...tableOf('aws.md 2.3.3', STACK_SETS),
  ...tableOf('aws.md 2.3.4', [...IDENTITY_CENTER, ...GUARDRAILS, ...ROOT_FEATURES]),
];
