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
    { all: [{ allows: ['iam:AddRoleToInstanceProfile'] }, { holds: 'empty-profile-exists' }] },
  ],
};

/** The first of these sets of actions that the caller may do, each on one resource of its own naming. */
export function anyOf(...sets: readonly (readonly ActionName[])[]): AwsRequirement {
  return { any: sets.map((allows) => ({ allows })) };
}

/**
 * Actions on an existing resource of the target's account. Which of the names that the caller may use exist is left
 * open: permissions and inventory are asked apart.
 */
export function onExisting(type: NeededResourceType, ...sets: readonly (readonly ActionName[])[]): AwsRequirement {
  return { all: [anyOf(...sets), { holds: `zone-has:${type}` }, { holds: 'named-resource-exists' }] };
}

/** The role a service acts as on its own account: there, or created by the call, which the caller must be allowed. */
export function linkedRole(service: LinkedService): AwsRequirement {
  return {
    any: [
      { holds: `service-linked-role:${service}` },
      { allows: ['iam:CreateServiceLinkedRole'], context: { 'iam:AWSServiceName': service } },
    ],
  };
}

/** A second role, which the service wants for itself. */
export function passOther(service: ServicePrincipal): AwsRequirement {
  return {
    all: [
      { allows: ['iam:PassRole'], context: { 'iam:PassedToService': service } },
      { holds: 'other-role-is-passable' },
    ],
  };
}

/** Roles Anywhere makes its sessions with all three (aws.md 2.1). */
export const TRUSTS_ROLES_ANYWHERE: readonly AwsRequirement[] = [
  { service: 'rolesanywhere.amazonaws.com', may: 'sts:AssumeRole' },
  { service: 'rolesanywhere.amazonaws.com', may: 'sts:TagSession' },
  { service: 'rolesanywhere.amazonaws.com', may: 'sts:SetSourceIdentity' },
];
