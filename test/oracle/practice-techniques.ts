import { awsSemantics } from '@keyreach/aws/offline';
import { CONDITIONAL, FALSE, type ProviderSemantics, type SessionRules, TRUE, UNKNOWN } from '@keyreach/core/authz';
import type {
  AccessCatalogue,
  AccessRow,
  Requirement,
  Technique,
  TechniqueCatalogue,
  TechniqueTarget,
} from '@keyreach/core/reach';

/** A user, role or group of the caller's account, or a resource there. */
const own = (kind: 'identity' | 'resource', ...types: readonly string[]): TechniqueTarget => ({
  kind,
  types,
  sameZone: true,
});
const USER = own('identity', 'user');
const ROLE = own('identity', 'role');
const GROUP = own('identity', 'group');
const ANYBODY = own('identity', 'user', 'role');
const POLICY = own('resource', 'AWS::IAM::ManagedPolicy');
const GUARD = own('resource', 'AWS::Organizations::Policy');
const TEMPLATE = own('resource', 'AWS::SSO::PermissionSet');
const FUNCTION: TechniqueTarget = { kind: 'resource', types: ['AWS::Lambda::Function'], sameZone: false };
const PROVIDER = own('resource', 'AWS::IAM::SAMLProvider');

const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';
const made = { by: 'iam:CreatePolicy', as: 'arn:aws:iam::{zone:4}:policy/*' };
const NAMED_POLICY = { key: 'iam:PolicyARN', strongest: ADMINISTRATOR, made };
const NAMED_BOUNDARY = { key: 'iam:PermissionsBoundary', strongest: ADMINISTRATOR, made };

type Row = Pick<Technique, 'id' | 'target' | 'requires' | 'yields'> & Partial<Technique>;

const allowed = (action: string): Requirement => ({ allowed: action });

/** One row or more for everything a technique can say, on actions of AWS. */
const rows: readonly Row[] = [
  {
    id: 'assume',
    target: { kind: 'identity', types: ['role'], sameZone: false },
    requires: allowed('sts:AssumeRole'),
    yields: 'become',
  },
  {
    id: 'key',
    target: USER,
    requires: { all: [allowed('iam:CreateAccessKey'), { holds: 'has-room' }] },
    yields: 'become',
    session: 'access-key',
  },
  { id: 'password', target: USER, requires: allowed('iam:CreateLoginProfile'), yields: 'become' },
  {
    id: 'git',
    target: USER,
    requires: allowed('iam:UploadSSHPublicKey'),
    yields: 'become',
    session: 'practice-limited',
  },
  {
    id: 'device',
    target: USER,
    requires: { allowed: 'iam:EnableMFADevice' },
    yields: 'sign-in',
    session: 'practice-mfa',
  },
  { id: 'trust', target: ROLE, requires: allowed('iam:UpdateAssumeRolePolicy'), yields: 'become' },
  // `some`, `service`, `allows` and a second permission on the target.
  {
    id: 'pass',
    target: ROLE,
    requires: {
      all: [
        { allowed: 'iam:PassRole', context: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
        { service: 'lambda.amazonaws.com', may: 'sts:AssumeRole' },
        {
          any: [
            { allows: ['lambda:CreateFunction', 'lambda:InvokeFunction'] },
            {
              some: { kind: 'resource', types: ['AWS::Lambda::Function'] },
              that: allowed('lambda:UpdateFunctionConfiguration'),
            },
          ],
        },
      ],
    },
    yields: 'become',
  },
  {
    id: 'tagged',
    target: ROLE,
    requires: { all: [allowed('sts:AssumeRole'), { allowed: 'sts:TagSession', freely: true }] },
    yields: 'become',
  },
  { id: 'code', target: FUNCTION, requires: allowed('lambda:UpdateFunctionCode'), yields: 'become-runtime' },
  // Not about the target at all: text of the caller's choice, and something inside another resource.
  {
    id: 'artifact',
    target: own('resource', 'AWS::Lambda::Function'),
    requires: { allowed: 's3:PutObject', on: 'arn:aws:s3:::code-{zone:4}/*' },
    yields: 'become-runtime',
  },
  {
    id: 'listed-artifact',
    target: own('resource', 'AWS::Lambda::Function'),
    requires: {
      some: { kind: 'resource', types: ['AWS::S3::Bucket'] },
      that: { allowed: 's3:PutObject', on: '{target}/*' },
    },
    yields: 'become-runtime',
  },
  { id: 'metadata', target: PROVIDER, requires: allowed('iam:UpdateSAMLProvider'), yields: 'become-subjects' },
  { id: 'environment', target: FUNCTION, requires: allowed('lambda:GetFunction'), yields: 'become-stored' },

  { id: 'put-user', target: USER, requires: allowed('iam:PutUserPolicy'), yields: 'grant', rewrites: 'inline' },
  { id: 'put-role', target: ROLE, requires: allowed('iam:PutRolePolicy'), yields: 'grant' },
  { id: 'attach-user', target: USER, requires: allowed('iam:AttachUserPolicy'), yields: 'grant', names: NAMED_POLICY },
  { id: 'attach-role', target: ROLE, requires: allowed('iam:AttachRolePolicy'), yields: 'grant', names: NAMED_POLICY },
  {
    id: 'put-group',
    target: GROUP,
    requires: allowed('iam:PutGroupPolicy'),
    yields: 'grant-members',
    rewrites: 'inline',
  },
  {
    id: 'attach-group',
    target: GROUP,
    requires: allowed('iam:AttachGroupPolicy'),
    yields: 'grant-members',
    names: NAMED_POLICY,
  },
  {
    id: 'new-version',
    target: POLICY,
    requires: allowed('iam:CreatePolicyVersion'),
    yields: 'grant-holders',
    rewrites: 'target',
  },
  {
    id: 'new-boundary-version',
    target: POLICY,
    requires: allowed('iam:CreatePolicyVersion'),
    yields: 'unguard-holders',
  },
  { id: 'old-version', target: POLICY, requires: allowed('iam:SetDefaultPolicyVersion'), yields: 'replace-holders' },
  {
    id: 'provision',
    target: TEMPLATE,
    requires: allowed('sso:PutInlinePolicyToPermissionSet'),
    yields: 'grant-provisioned',
  },

  {
    id: 'provisioned-boundary',
    target: TEMPLATE,
    requires: allowed('sso:DeletePermissionsBoundaryFromPermissionSet'),
    yields: 'unguard-provisioned',
  },
  {
    id: 'provisioned-managed',
    target: TEMPLATE,
    requires: allowed('sso:DetachManagedPolicyFromPermissionSet'),
    yields: 'drop-managed-provisioned',
  },
  {
    id: 'provisioned-inline',
    target: TEMPLATE,
    requires: allowed('sso:DeleteInlinePolicyFromPermissionSet'),
    yields: 'drop-inline-provisioned',
  },
  { id: 'assign', target: TEMPLATE, requires: allowed('sso:CreateAccountAssignment'), yields: 'become-provisioned' },
  { id: 'drop-user-boundary', target: USER, requires: allowed('iam:DeleteUserPermissionsBoundary'), yields: 'unguard' },
  { id: 'drop-role-boundary', target: ROLE, requires: allowed('iam:DeleteRolePermissionsBoundary'), yields: 'unguard' },
  {
    id: 'set-user-boundary',
    target: USER,
    requires: allowed('iam:PutUserPermissionsBoundary'),
    yields: 'unguard',
    names: NAMED_BOUNDARY,
  },

  {
    id: 'detach-user',
    target: USER,
    requires: allowed('iam:DetachUserPolicy'),
    yields: 'drop-managed',
    names: { key: 'iam:PolicyARN' },
  },
  { id: 'delete-user-inline', target: USER, requires: allowed('iam:DeleteUserPolicy'), yields: 'drop-inline' },
  {
    id: 'detach-group',
    target: GROUP,
    requires: allowed('iam:DetachGroupPolicy'),
    yields: 'drop-managed-members',
    names: { key: 'iam:PolicyARN' },
  },
  {
    id: 'delete-group-inline',
    target: GROUP,
    requires: allowed('iam:DeleteGroupPolicy'),
    yields: 'drop-inline-members',
  },
  { id: 'leave', target: GROUP, requires: allowed('iam:RemoveUserFromGroup'), yields: 'leave' },
  {
    id: 'retag',
    target: ANYBODY,
    requires: { any: [allowed('iam:TagUser'), allowed('iam:TagRole')] },
    yields: 'retag',
  },
  {
    id: 'join',
    target: GROUP,
    requires: { all: [allowed('iam:AddUserToGroup'), { holds: 'iam-group' }] },
    yields: 'join',
    members: ['user'],
  },
  { id: 'tag-function', target: FUNCTION, requires: allowed('lambda:TagResource'), yields: 'retag-resource' },
  {
    id: 'tag-role-resource',
    target: { kind: 'identity', types: ['role'], sameZone: false },
    requires: allowed('iam:TagRole'),
    yields: 'retag-resource',
  },
  {
    id: 'add-permission',
    target: FUNCTION,
    requires: allowed('lambda:AddPermission'),
    yields: 'open-resource',
    opens: ['lambda:UpdateFunctionCode'],
  },
  {
    id: 'bucket-policy',
    target: { kind: 'resource', types: ['AWS::S3::Bucket'], sameZone: false },
    requires: allowed('s3:PutBucketPolicy'),
    yields: 'rewrite-resource',
  },
  {
    id: 'open-door',
    target: { kind: 'resource', types: ['AWS::S3::AccessPoint'], sameZone: false },
    requires: allowed('s3:PutAccessPointPolicy'),
    yields: 'rewrite-resource',
  },
  {
    id: 'join-crowded',
    target: GROUP,
    requires: { all: [allowed('iam:UpdateGroup'), { holds: 'iam-group' }] },
    yields: 'join',
    members: ['user'],
    mostGroups: 1,
  },
  {
    id: 'join-store',
    target: own('identity', 'group'),
    requires: { all: [allowed('identitystore:CreateGroupMembership'), { holds: 'store-group' }] },
    yields: 'join',
    members: ['identity-center-user'],
  },

  {
    id: 'make-role',
    target: { kind: 'zone' },
    requires: { allows: ['iam:CreateRole', 'iam:AttachRolePolicy'] },
    yields: 'make',
    names: NAMED_POLICY,
    bounds: { key: 'iam:PermissionsBoundary' },
  },
  {
    id: 'make-user',
    target: { kind: 'zone' },
    requires: { allows: ['iam:CreateUser'] },
    yields: 'make',
    bounds: { key: 'iam:PermissionsBoundary' },
    joins: { types: ['group'], that: allowed('iam:AddUserToGroup') },
  },
  {
    id: 'make-nobody',
    target: { kind: 'zone' },
    requires: { allows: ['iam:CreateRole'] },
    yields: 'make',
    bounds: { key: 'iam:PermissionsBoundary' },
    bare: true,
  },
  {
    id: 'everything',
    target: { kind: 'zone' },
    requires: { allowed: 'keyreach:everything', on: '*' },
    yields: 'control-zone',
  },
  // Somebody who is no role, with a permission only its own type can use.
  { id: 'only-users', target: ROLE, requires: allowed('sts:GetFederationToken'), yields: 'become', callers: ['user'] },
  {
    id: 'root-of-member',
    target: { kind: 'scope', types: ['account'] },
    requires: { allowed: 'sts:AssumeRoot', on: 'arn:aws:iam::{target:4}:root' },
    yields: 'control-target',
  },
  {
    id: 'leave-organization',
    target: { kind: 'zone' },
    requires: { all: [{ allowed: 'organizations:LeaveOrganization', on: '*' }, { zoneHolds: 'is-member' }] },
    yields: 'leave-scopes',
  },
  { id: 'detach-guard', target: GUARD, requires: allowed('organizations:DetachPolicy'), yields: 'lift' },
  { id: 'rewrite-guard', target: GUARD, requires: allowed('organizations:UpdatePolicy'), yields: 'open' },
];

/** Rows for every yield, with predicates that come out in every way. */
export const practiceTechniques: TechniqueCatalogue = {
  provider: 'aws',
  techniques: rows.map((row) => ({ provider: 'aws', title: row.id, reference: 'none', attack: [], ...row })),
  predicates: {
    'iam-group': (node) => (node.id.includes(':iam:') ? TRUE : FALSE),
    'store-group': (node) => (node.id.includes(':iam:') ? FALSE : TRUE),
    'is-member': (node) => (node.scope === undefined ? FALSE : TRUE),
    'has-room': (node) =>
      node.name === 'ann' ? TRUE : node.name === 'bob' ? CONDITIONAL : node.name === 'cy' ? UNKNOWN : FALSE,
  },
  alternativesOf: (policy, graph) => (graph.policy(`${policy.id}#v0`) === undefined ? [] : [`${policy.id}#v0`]),
};

/** What it takes to read and write functions and buckets. */
const accessRows: Readonly<Record<string, readonly AccessRow[]>> = {
  'AWS::Lambda::Function': [
    { class: 'meta-read', action: 'lambda:GetFunction', on: '{target}' },
    { class: 'control', action: 'lambda:UpdateFunctionCode', on: '{target}' },
  ],
  'AWS::S3::AccessPoint': [
    { class: 'meta-read', action: 's3:ListBucket', on: '{target}', passedOn: true },
    { class: 'data-read', action: 's3:GetObject', on: '{target}/object/*', passedOn: true },
    { class: 'data-write', action: 's3:PutObject', on: '{target}/object/*', passedOn: true },
    { class: 'control', action: 's3:CreateAccessPoint', on: '{target}' },
  ],
  'AWS::S3::Bucket': [
    { class: 'meta-read', action: 's3:ListBucket', on: '{target}' },
    { class: 'data-read', action: 's3:GetObject', on: '{target}/*' },
    { class: 'data-write', action: 's3:PutObject', on: '{target}/*' },
  ],
};

/** Access rows of a few actions, so that asking about every action takes no time. */
export const practiceAccess: AccessCatalogue = {
  provider: 'aws',
  rowsFor: (type) => accessRows[type] ?? [],
  classOf: (action) =>
    action.startsWith('s3:Get')
      ? 'data-read'
      : action.startsWith('s3:Put')
        ? 'data-write'
        : action.startsWith('lambda:Get') || action.startsWith('s3:List')
          ? 'meta-read'
          : 'control',
};

function actionsOf(requirement: Requirement): readonly string[] {
  if ('all' in requirement) return requirement.all.flatMap(actionsOf);
  if ('any' in requirement) return requirement.any.flatMap(actionsOf);
  if ('some' in requirement) return actionsOf(requirement.that);
  if ('service' in requirement) return [requirement.may];
  if ('allows' in requirement) return requirement.allows;
  return 'allowed' in requirement ? [requirement.allowed] : [];
}

/** The actions that rows and access rows ask for. */
export const practiceActions: readonly string[] = [
  ...new Set([
    ...rows.flatMap((row) => [
      ...actionsOf(row.requires),
      ...(row.joins === undefined ? [] : actionsOf(row.joins.that)),
    ]),
    ...Object.values(accessRows).flatMap((of) => of.map((row) => row.action)),
    made.by,
  ]),
]
  .filter((action) => !action.startsWith('keyreach:'))
  .sort((left, right) => (left.toLowerCase() < right.toLowerCase() ? -1 : 1));

const anything = { actions: { include: ['*'], exclude: [] }, resources: { include: ['*'], exclude: [] } } as const;
const mfaKeys = ['aws:multifactorauthage', 'aws:multifactorauthpresent', 'aws:tokenissuetime'];

const sessions: Readonly<Record<string, SessionRules>> = {
  'practice-mfa': {
    kind: 'practice-mfa',
    keys: mfaKeys,
    context: new Map([
      ['aws:multifactorauthpresent', ['true']],
      ['aws:tokenissuetime', ['2026-01-01T00:00:00Z']],
    ]),
  },
  'practice-limited': {
    kind: 'practice-limited',
    keys: mfaKeys,
    context: new Map([['aws:multifactorauthpresent', null]]),
    guard: [
      { effect: 'allow', ...anything, index: 0 },
      {
        effect: 'deny',
        ...anything,
        actions: { include: ['*'], exclude: ['lambda:*', 'sts:*', 'iam:Put*'] },
        index: 1,
      },
    ],
  },
};

/** The languages of AWS with a small catalogue of actions and two more kinds of session. */
export const practiceSemantics: ProviderSemantics = {
  ...awsSemantics,
  actions: practiceActions,
  session: (kind) => sessions[kind] ?? awsSemantics.session(kind),
};

/** For every yield, the actions of the rows that have it. */
export const actionsByYield: readonly (readonly string[])[] = [...new Set(rows.map((row) => row.yields))].map(
  (yields) =>
    rows
      .filter((row) => row.yields === yields)
      .flatMap((row) => actionsOf(row.requires))
      .filter((action) => !action.startsWith('keyreach:')),
);
