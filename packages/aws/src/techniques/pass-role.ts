import type { LinkedService, NeededResourceType } from './precondition-names.ts';
import type { ActionName, AttackId, AwsRequirement, AwsTechniqueRow, ServicePrincipal } from './technique-row.ts';

/** What a row of aws.md 2.3.2 says besides the passing of the role. */
export interface PassRoleRow {
  readonly id: string;
  readonly title: string;
  readonly attack: readonly AttackId[];
  /** The service the role is passed to. */
  readonly service: ServicePrincipal;
  /** What the trust policy of the role must say. Absent: it lets the service assume the role. */
  readonly trust?: readonly AwsRequirement[];
  /** The other requirements; all of them must hold. */
  readonly needs: readonly AwsRequirement[];
}

/**
 * Passing a role to a service: iam:PassRole on the role with the service in the request, in the account of the role, to a
 * service that the role trusts (aws.md 2.3.2, `PASS`).
 */
export function passRole({ id, title, attack, service, trust, needs }: PassRoleRow): AwsTechniqueRow {
  return {
    id,
    title,
    attack,
    target: { kind: 'identity', types: ['role'], sameZone: true },
    requires: {
      all: [
        { allowed: 'iam:PassRole', context: { 'iam:PassedToService': service } },
        { holds: 'passable-role' },
        ...(trust ?? [{ service, may: 'sts:AssumeRole' }]),
        ...needs,
      ],
    },
    yields: 'become',
  };
}

/** Passing a role to an instance: the role must be in an instance profile, or the caller puts it into one. */
export function passInstanceRole({ needs, ...row }: Omit<PassRoleRow, 'service' | 'trust'>): AwsTechniqueRow {
  return passRole({ ...row, service: 'ec2.amazonaws.com', needs: [IN_INSTANCE_PROFILE, ...needs] });
}

const IN_INSTANCE_PROFILE: AwsRequirement = {
  any: [
    { holds: 'in-instance-profile' },
    { allows: ['iam:CreateInstanceProfile', 'iam:AddRoleToInstanceProfile'] },
    {
      some: { kind: 'resource', types: ['AWS::IAM::InstanceProfile'] },
      that: {
        all: [
          { allowed: 'iam:AddRoleToInstanceProfile' },
          // A profile holds one role.
          { any: [{ holds: 'profile-without-role' }, { allowed: 'iam:RemoveRoleFromInstanceProfile' }] },
        ],
      },
    },
    { all: [{ allows: ['iam:AddRoleToInstanceProfile'] }, { holds: 'profiles-may-be-unlisted' }] },
  ],
};

/** The first of these sets of actions that the caller may do, each on one resource of its own naming. */
export function anyOf(...sets: readonly (readonly ActionName[])[]): AwsRequirement {
  return { any: sets.map((allows) => ({ allows })) };
}

/**
 * Something that the account holds already, for which `that` holds. Where the input does not list what there is, what the
 * caller may do to some of its naming may be done to one that exists.
 */
export function onExisting(type: NeededResourceType, that: AwsRequirement): AwsRequirement {
  const unlisted = ofUnlisted(that);
  const rest: readonly AwsRequirement[] = unlisted === undefined ? [] : [unlisted];
  return {
    any: [
      { some: { kind: 'resource', types: [type] }, that },
      { all: [...rest, { holds: `may-be-unlisted:${type}` }] },
    ],
  };
}

/** All of some actions on something that the account holds already. */
export function allOnExisting(type: NeededResourceType, ...actions: readonly ActionName[]): AwsRequirement {
  const [only, ...more] = actions.map((allowed) => ({ allowed }));
  return onExisting(
    type,
    only !== undefined && more.length === 0 ? only : { all: actions.map((allowed) => ({ allowed })) },
  );
}

/** What a formula about a resource asks of one that the input does not list; undefined where that is nothing. */
function ofUnlisted(requirement: AwsRequirement): AwsRequirement | undefined {
  if ('holds' in requirement) return undefined;
  if ('allowed' in requirement) return { allows: [requirement.allowed] };
  if ('any' in requirement) {
    const parts = requirement.any.map(ofUnlisted);
    return parts.includes(undefined) ? undefined : { any: parts.filter((part) => part !== undefined) };
  }
  if (!('all' in requirement)) return requirement;
  // The same resource for all of them.
  const allows = requirement.all.flatMap((part) => ('allowed' in part ? part.allowed : []));
  const others = requirement.all.flatMap((part) => ('allowed' in part ? [] : (ofUnlisted(part) ?? [])));
  const all: readonly AwsRequirement[] = allows.length === 0 ? others : [{ allows }, ...others];
  const [only] = all;
  return all.length < 2 ? only : { all };
}

/** Commands of the caller's own on an instance, whatever role it has afterwards. */
export const COMMANDS_AN_INSTANCE: AwsRequirement = {
  any: [
    {
      all: [
        { allowed: 'ec2:ModifyInstanceAttribute' },
        { allowed: 'ec2:StopInstances' },
        { allowed: 'ec2:StartInstances' },
        { holds: 'ebs-root-volume' },
      ],
    },
    { holds: 'caller-runs-code-on-an-instance' },
  ],
};

/** Runs the function after a change: by itself, by whoever it lets in, or by what invokes it anyway. */
export const INVOKED: AwsRequirement = {
  any: [{ allowed: 'lambda:InvokeFunction' }, { allowed: 'lambda:AddPermission' }, { holds: 'function-is-invoked' }],
};

/** The role a service acts as on its own account: there, or created by the call, which the caller must be allowed. */
export function linkedRole(service: LinkedService): AwsRequirement {
  return {
    any: [
      { holds: `service-linked-role:${service}` },
      { allows: ['iam:CreateServiceLinkedRole'], context: { 'iam:AWSServiceName': service } },
    ],
  };
}

/** A second role, which the service wants for itself: one that lets it in and that the caller may pass to it. */
export function passOther(service: ServicePrincipal): AwsRequirement {
  return {
    some: { kind: 'identity', types: ['role'] },
    that: {
      all: [
        { allowed: 'iam:PassRole', context: { 'iam:PassedToService': service } },
        { holds: 'passable-role' },
        { service, may: 'sts:AssumeRole' },
      ],
    },
  };
}

/** Roles Anywhere makes its sessions with all three (aws.md 2.1). */
export const TRUSTS_ROLES_ANYWHERE: readonly AwsRequirement[] = [
  { service: 'rolesanywhere.amazonaws.com', may: 'sts:AssumeRole' },
  { service: 'rolesanywhere.amazonaws.com', may: 'sts:TagSession' },
  { service: 'rolesanywhere.amazonaws.com', may: 'sts:SetSourceIdentity' },
];
