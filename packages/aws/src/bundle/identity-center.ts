import {
  isRecord,
  type Listed,
  optionalString,
  type RawRecord,
  type Report,
  readList,
  requiredString,
  UNKNOWN_LIST,
} from '@keyreach/core/input';
import { isAccountId, parseArn } from './arn.ts';
import { type Tags, tagsOf } from './tags.ts';

/** An instance of Identity Center, as ListInstances gives it. */
export interface IdentityCenterInstance {
  readonly InstanceArn: string;
  readonly IdentityStoreId?: string;
  /** Account that owns the instance: the management account for the one of an organization. */
  readonly OwnerAccountId?: string;
}

/** The boundary of a permission set: an AWS managed policy by ARN, or a policy of each account by path and name. */
export type PermissionSetBoundary = { readonly arn: string } | { readonly path: string; readonly name: string };

/** A permission set with the policies it gives to the roles made from it. A property that is undefined was not read. */
export interface PermissionSet {
  readonly PermissionSetArn: string;
  readonly Name: string;
  /** ISO 8601 duration, e.g. `PT8H`. */
  readonly SessionDuration?: string;
  /** ARNs of AWS managed policies. */
  readonly managedPolicies: readonly string[] | undefined;
  /** Customer managed policies, by path and name: each account has its own of that name. */
  readonly customerManagedPolicies: readonly { readonly path: string; readonly name: string }[] | undefined;
  /** Whether there is an inline policy; its text is in the roles. */
  readonly hasInlinePolicy: boolean | undefined;
  /** Null: there is none. */
  readonly boundary: PermissionSetBoundary | null | undefined;
  readonly Tags: Tags | undefined;
}

/** Who may use a permission set in an account. */
export interface AccountAssignment {
  readonly AccountId: string;
  readonly PermissionSetArn: string;
  readonly PrincipalType: 'USER' | 'GROUP';
  readonly PrincipalId: string;
}

/** A user of the identity store. */
export interface IdentityStoreUser {
  readonly UserId: string;
  readonly UserName: string;
  readonly IdentityStoreId?: string;
  /** False for a user who is known not to be able to sign in. */
  readonly enabled: boolean | undefined;
}

/** A group of the identity store. */
export interface IdentityStoreGroup {
  readonly GroupId: string;
  readonly DisplayName: string;
  readonly IdentityStoreId?: string;
  /** True where an outside directory owns it, so that membership is changed there. */
  readonly provisioned: boolean | undefined;
}

/** A user's membership in a group. */
export interface IdentityStoreMembership {
  readonly GroupId: string;
  readonly UserId: string;
}

/** identity-center.json. */
export interface IdentityCenter {
  readonly instances: Listed<IdentityCenterInstance>;
  readonly permissionSets: Listed<PermissionSet>;
  readonly assignments: Listed<AccountAssignment>;
  readonly users: Listed<IdentityStoreUser>;
  readonly groups: Listed<IdentityStoreGroup>;
  readonly memberships: Listed<IdentityStoreMembership>;
}

/**
 * Reads identity-center.json: the replies of aws.md 3.3 with all pages merged, `{ Instances, PermissionSets,
 * AccountAssignments, Users, Groups, GroupMemberships }`. A permission set is what DescribePermissionSet says, with what
 * the other calls say of it beside that: `ManagedPolicies` (or `AttachedManagedPolicies`), `InlinePolicy`,
 * `CustomerManagedPolicyReferences`, `PermissionsBoundary` (null where there is none), `Tags`. A list that is missing is
 * unknown, after a report; so is a property of a permission set, without one.
 */
export function readIdentityCenter(raw: unknown, report: Report): IdentityCenter | undefined {
  if (!isRecord(raw) || !('PermissionSets' in raw || 'AccountAssignments' in raw)) {
    report('', 'an object with `PermissionSets` and `AccountAssignments`');
    return undefined;
  }
  const listed = <T>(
    key: string,
    read: (element: RawRecord, where: string, report: Report) => T | undefined,
  ): Listed<T> => {
    if (raw[key] !== undefined) return readList(raw[key], key, report, read);
    report(key, 'a list, empty if there are none');
    return UNKNOWN_LIST;
  };
  return {
    instances: listed('Instances', readInstance),
    permissionSets: listed('PermissionSets', readPermissionSet),
    assignments: listed('AccountAssignments', readAssignment),
    users: listed('Users', readUser),
    groups: listed('Groups', readGroup),
    memberships: listed('GroupMemberships', readMembership),
  };
}

function readInstance(raw: RawRecord, where: string, report: Report): IdentityCenterInstance | undefined {
  const InstanceArn = ssoArn(raw, 'InstanceArn', 'instance/', where, report);
  if (InstanceArn === undefined) return undefined;
  const IdentityStoreId = optionalWord(raw, 'IdentityStoreId', where, report);
  const owner = optionalString(raw, 'OwnerAccountId', where, report);
  if (owner !== undefined && !isAccountId(owner)) report(`${where}.OwnerAccountId`, 'an account id');
  return {
    InstanceArn,
    ...(IdentityStoreId === undefined ? {} : { IdentityStoreId }),
    ...(owner !== undefined && isAccountId(owner) ? { OwnerAccountId: owner } : {}),
  };
}

function readPermissionSet(raw: RawRecord, where: string, report: Report): PermissionSet | undefined {
  // DescribePermissionSet nests what it says; the merged file has it flat.
  const described = isRecord(raw['PermissionSet']) ? { ...raw, ...raw['PermissionSet'] } : raw;
  const PermissionSetArn = ssoArn(described, 'PermissionSetArn', 'permissionSet/', where, report);
  const Name = described['Name'];
  const isNamed = typeof Name === 'string' && /^[\w+=,.@-]{1,64}$/.test(Name);
  if (!isNamed) report(`${where}.Name`, 'a permission set name');
  if (PermissionSetArn === undefined || !isNamed) return undefined;
  const duration = optionalString(described, 'SessionDuration', where, report);
  const isDuration = duration !== undefined && /^P[\dDTHMS]{1,16}$/.test(duration);
  if (duration !== undefined && !isDuration) report(`${where}.SessionDuration`, 'a duration such as `PT8H`');
  return {
    PermissionSetArn,
    Name,
    ...(isDuration ? { SessionDuration: duration } : {}),
    managedPolicies: managedPoliciesOf(described, where, report),
    customerManagedPolicies: customerManagedPoliciesOf(described, where, report),
    hasInlinePolicy: hasInlinePolicy(described, where, report),
    boundary: boundaryOf(described, where, report),
    Tags: described['Tags'] === undefined ? undefined : tagsOf(described['Tags'], `${where}.Tags`, report),
  };
}

function managedPoliciesOf(raw: RawRecord, where: string, report: Report): readonly string[] | undefined {
  const key = 'ManagedPolicies' in raw ? 'ManagedPolicies' : 'AttachedManagedPolicies';
  if (raw[key] === undefined) return undefined;
  const read = readList(raw[key], `${where}.${key}`, report, (policy, place) =>
    policyArn(policy, 'Arn', place, report),
  );
  return read.complete ? [...new Set(read.items)].sort() : undefined;
}

function customerManagedPoliciesOf(
  raw: RawRecord,
  where: string,
  report: Report,
): PermissionSet['customerManagedPolicies'] {
  const key = 'CustomerManagedPolicyReferences';
  if (raw[key] === undefined) return undefined;
  const read = readList(raw[key], `${where}.${key}`, report, readPolicyReference);
  return read.complete ? read.items : undefined;
}

function readPolicyReference(
  raw: RawRecord,
  where: string,
  report: Report,
): { readonly path: string; readonly name: string } | undefined {
  const name = requiredString(raw, 'Name', where, report);
  const path = optionalString(raw, 'Path', where, report) ?? '/';
  return name === undefined ? undefined : { path, name };
}

/** The API gives an empty text where there is none. */
function hasInlinePolicy(raw: RawRecord, where: string, report: Report): boolean | undefined {
  const text = raw['InlinePolicy'];
  if (text === undefined) return undefined;
  if (text === null || text === '') return false;
  if (typeof text === 'string' || isRecord(text)) return true;
  report(`${where}.InlinePolicy`, 'a policy');
  return undefined;
}

function boundaryOf(raw: RawRecord, where: string, report: Report): PermissionSet['boundary'] {
  const boundary = raw['PermissionsBoundary'];
  if (boundary === undefined || boundary === null) return boundary;
  const place = `${where}.PermissionsBoundary`;
  if (isRecord(boundary)) {
    const reference = boundary['CustomerManagedPolicyReference'];
    if (isRecord(reference)) return readPolicyReference(reference, place, report);
    const arn = policyArn(boundary, 'ManagedPolicyArn', place, report);
    return arn === undefined ? undefined : { arn };
  }
  report(place, 'an object, or null where there is none');
  return undefined;
}

function policyArn(raw: RawRecord, key: string, where: string, report: Report): string | undefined {
  const arn = raw[key];
  if (typeof arn === 'string' && arn.length <= 2048 && parseArn(arn)?.resource.startsWith('policy/') === true)
    return arn;
  report(`${where}.${key}`, 'the ARN of a policy');
  return undefined;
}

function readAssignment(raw: RawRecord, where: string, report: Report): AccountAssignment | undefined {
  const { AccountId, PrincipalType } = raw;
  const PermissionSetArn = ssoArn(raw, 'PermissionSetArn', 'permissionSet/', where, report);
  const PrincipalId = requiredWord(raw, 'PrincipalId', where, report);
  const isAccount = typeof AccountId === 'string' && isAccountId(AccountId);
  if (!isAccount) report(`${where}.AccountId`, 'an account id');
  if (PrincipalType !== 'USER' && PrincipalType !== 'GROUP') {
    report(`${where}.PrincipalType`, '`USER` or `GROUP`');
    return undefined;
  }
  if (PermissionSetArn === undefined || PrincipalId === undefined || !isAccount) return undefined;
  return { AccountId, PermissionSetArn, PrincipalType, PrincipalId };
}

function readUser(raw: RawRecord, where: string, report: Report): IdentityStoreUser | undefined {
  const UserId = requiredWord(raw, 'UserId', where, report);
  if (UserId === undefined) return undefined;
  const UserName = optionalString(raw, 'UserName', where, report) ?? UserId;
  const IdentityStoreId = optionalWord(raw, 'IdentityStoreId', where, report);
  const status = raw['UserStatus'];
  return {
    UserId,
    UserName,
    ...(IdentityStoreId === undefined ? {} : { IdentityStoreId }),
    enabled: status === 'ENABLED' ? true : status === 'DISABLED' ? false : undefined,
  };
}

function readGroup(raw: RawRecord, where: string, report: Report): IdentityStoreGroup | undefined {
  const GroupId = requiredWord(raw, 'GroupId', where, report);
  if (GroupId === undefined) return undefined;
  const DisplayName = optionalString(raw, 'DisplayName', where, report) ?? GroupId;
  const IdentityStoreId = optionalWord(raw, 'IdentityStoreId', where, report);
  const outside = raw['ExternalIds'];
  return {
    GroupId,
    DisplayName,
    ...(IdentityStoreId === undefined ? {} : { IdentityStoreId }),
    provisioned: Array.isArray(outside) ? outside.length > 0 : undefined,
  };
}

function readMembership(raw: RawRecord, where: string, report: Report): IdentityStoreMembership | undefined {
  const GroupId = requiredWord(raw, 'GroupId', where, report);
  const member = raw['MemberId'];
  const UserId = requiredWord(isRecord(member) ? member : {}, 'UserId', `${where}.MemberId`, report);
  return GroupId === undefined || UserId === undefined ? undefined : { GroupId, UserId };
}

function ssoArn(raw: RawRecord, key: string, resource: string, where: string, report: Report): string | undefined {
  const arn = raw[key];
  const parts = typeof arn === 'string' && arn.length <= 1224 ? parseArn(arn) : undefined;
  if (parts?.service === 'sso' && parts.resource.startsWith(resource)) return arn as string;
  report(`${where}.${key}`, 'an ARN of Identity Center');
  return undefined;
}

/** Ids of the identity store: UUIDs, with a prefix in old stores. */
function isWord(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{1,128}$/.test(value);
}

function requiredWord(raw: RawRecord, key: string, where: string, report: Report): string | undefined {
  const value = raw[key];
  if (isWord(value)) return value;
  report(`${where}.${key}`, 'an id');
  return undefined;
}

function optionalWord(raw: RawRecord, key: string, where: string, report: Report): string | undefined {
  return raw[key] === undefined || raw[key] === null || raw[key] === ''
    ? undefined
    : requiredWord(raw, key, where, report);
}
