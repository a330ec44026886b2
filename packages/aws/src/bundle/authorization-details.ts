import {
  isRecord,
  isTruncated,
  type Listed,
  optionalString,
  optionalTimestamp,
  type RawRecord,
  type Report,
  readList,
  readNestedList,
  readNestedStrings,
  requiredString,
  UNKNOWN_LIST,
} from '@keyreach/core/input';
import { isAccountId, parseArn } from './arn.ts';
import {
  type AttachedPolicy,
  type InlinePolicy,
  type InstanceProfileDetail,
  iamArn,
  pathInArn,
  type RoleLastUsed,
  readAttachedPolicy,
  readBoundary,
  readInlinePolicy,
  readInstanceProfile,
  readRoleLastUsed,
} from './iam-elements.ts';
import { readTags, type Tags } from './tags.ts';

/** What users, groups and roles have in common. Property names are those of the API. */
export interface PrincipalDetail {
  readonly Arn: string;
  readonly Path: string;
  readonly CreateDate?: string;
  readonly AttachedManagedPolicies: Listed<AttachedPolicy>;
}

/** An IAM user. `PermissionsBoundary`: ARN, null for none, undefined where it could not be read. */
export interface UserDetail extends PrincipalDetail {
  readonly UserName: string;
  readonly UserId?: string;
  readonly GroupList: Listed<string>;
  readonly UserPolicyList: Listed<InlinePolicy>;
  readonly PermissionsBoundary: string | null | undefined;
  readonly Tags: Tags | undefined;
}

/** An IAM group. */
export interface GroupDetail extends PrincipalDetail {
  readonly GroupName: string;
  readonly GroupId?: string;
  readonly GroupPolicyList: Listed<InlinePolicy>;
}

/** An IAM role. */
export interface RoleDetail extends PrincipalDetail {
  readonly RoleName: string;
  readonly RoleId?: string;
  readonly AssumeRolePolicyDocument: unknown;
  readonly InstanceProfileList: Listed<InstanceProfileDetail>;
  readonly RolePolicyList: Listed<InlinePolicy>;
  readonly PermissionsBoundary: string | null | undefined;
  readonly RoleLastUsed: RoleLastUsed;
  readonly Tags: Tags | undefined;
}

/** A managed policy with its versions. */
export interface ManagedPolicyDetail {
  readonly Arn: string;
  readonly PolicyName: string;
  readonly DefaultVersionId?: string;
  readonly CreateDate?: string;
  readonly UpdateDate?: string;
  readonly versions: Listed<{
    readonly VersionId: string;
    readonly IsDefaultVersion: boolean;
    readonly Document: unknown;
  }>;
}

/** GetAccountAuthorizationDetails of one account. */
export interface AuthorizationDetails {
  readonly users: Listed<UserDetail>;
  readonly groups: Listed<GroupDetail>;
  readonly roles: Listed<RoleDetail>;
  /** Policies of the account and the AWS managed policies listed with it. */
  readonly policies: Listed<ManagedPolicyDetail>;
}

/** The four lists by which the reply is recognised whatever its file is called. */
export const AUTHORIZATION_LISTS: readonly string[] = [
  'UserDetailList',
  'GroupDetailList',
  'RoleDetailList',
  'Policies',
];

/**
 * Reads a GetAccountAuthorizationDetails reply with its pages merged (bundles.md, AWS), per account: a file may, by
 * mistake, hold several. AWS managed policies, which have no account, are given to each. A missing list is reported
 * and unknown, not empty. `accountId`: the account the file is said to be of, undefined where only its ARNs tell.
 */
export function readAuthorizationDetails(
  raw: unknown,
  accountId: string | undefined,
  report: Report,
): ReadonlyMap<string, AuthorizationDetails> | undefined {
  if (!isRecord(raw) || !AUTHORIZATION_LISTS.some((key) => key in raw)) {
    report('', `an object with \`${AUTHORIZATION_LISTS.join('`, `')}\``);
    return undefined;
  }
  const truncated = isTruncated(raw, report);
  const listed = <T>(
    key: string,
    read: (raw: RawRecord, where: string, report: Report) => T | undefined,
  ): Listed<T> => {
    if (!(key in raw)) {
      report(key, 'a list, empty if there are none');
      return UNKNOWN_LIST;
    }
    const list = readList(raw[key], key, report, read);
    return truncated ? { ...list, complete: false } : list;
  };
  const all: AuthorizationDetails = {
    users: distinct(listed('UserDetailList', readUser), 'UserDetailList', report),
    groups: distinct(listed('GroupDetailList', readGroup), 'GroupDetailList', report),
    roles: distinct(listed('RoleDetailList', readRole), 'RoleDetailList', report),
    policies: distinct(listed('Policies', readManagedPolicy), 'Policies', report),
  };
  return byAccount(all, accountId);
}

function byAccount(
  all: AuthorizationDetails,
  accountId: string | undefined,
): ReadonlyMap<string, AuthorizationDetails> {
  const { users, groups, roles, policies } = all;
  const accounts = new Set<string>(accountId === undefined ? [] : [accountId]);
  for (const { items } of [users, groups, roles, policies]) {
    for (const { Arn } of items) {
      const account = parseArn(Arn)?.account ?? '';
      if (isAccountId(account)) accounts.add(account);
    }
  }
  const of = <T extends { readonly Arn: string }>({ items, complete }: Listed<T>, ...owners: string[]): Listed<T> => ({
    items: items.filter(({ Arn }) => owners.includes(parseArn(Arn)?.account ?? '')),
    complete,
  });
  return new Map(
    [...accounts].sort().map((account) => [
      account,
      {
        users: of(users, account),
        groups: of(groups, account),
        roles: of(roles, account),
        policies: of(policies, account, 'aws'),
      },
    ]),
  );
}

/** Keeps the first of several elements with one ARN; the ARN is an id, so it is named. */
function distinct<T extends { readonly Arn: string }>(
  { items, complete }: Listed<T>,
  where: string,
  report: Report,
): Listed<T> {
  const seen = new Set<string>();
  const reported = new Set<string>();
  const kept = items.filter(({ Arn }) => {
    if (!seen.has(Arn)) {
      seen.add(Arn);
      return true;
    }
    if (!reported.has(Arn)) report(where, `each ARN once, \`${Arn}\` is listed again; the first is kept`);
    reported.add(Arn);
    return false;
  });
  return { items: kept, complete };
}

function readPrincipal(raw: RawRecord, where: string, report: Report): PrincipalDetail | undefined {
  const Arn = iamArn(raw, where, report);
  if (Arn === undefined) return undefined;
  const CreateDate = optionalTimestamp(raw, 'CreateDate', where, report);
  return {
    Arn,
    Path: optionalString(raw, 'Path', where, report) ?? pathInArn(Arn),
    ...(CreateDate === undefined ? {} : { CreateDate }),
    AttachedManagedPolicies: readNestedList(raw, 'AttachedManagedPolicies', where, report, readAttachedPolicy),
  };
}

function readUser(raw: RawRecord, where: string, report: Report): UserDetail | undefined {
  const principal = readPrincipal(raw, where, report);
  const UserName = requiredString(raw, 'UserName', where, report);
  if (principal === undefined || UserName === undefined) return undefined;
  const UserId = optionalString(raw, 'UserId', where, report);
  return {
    ...principal,
    UserName,
    ...(UserId === undefined ? {} : { UserId }),
    GroupList: readNestedStrings(raw, 'GroupList', where, report),
    UserPolicyList: readNestedList(raw, 'UserPolicyList', where, report, readInlinePolicy),
    PermissionsBoundary: readBoundary(raw, where, report),
    Tags: readTags(raw, where, report),
  };
}

function readGroup(raw: RawRecord, where: string, report: Report): GroupDetail | undefined {
  const principal = readPrincipal(raw, where, report);
  const GroupName = requiredString(raw, 'GroupName', where, report);
  if (principal === undefined || GroupName === undefined) return undefined;
  const GroupId = optionalString(raw, 'GroupId', where, report);
  return {
    ...principal,
    GroupName,
    ...(GroupId === undefined ? {} : { GroupId }),
    GroupPolicyList: readNestedList(raw, 'GroupPolicyList', where, report, readInlinePolicy),
  };
}

function readRole(raw: RawRecord, where: string, report: Report): RoleDetail | undefined {
  const principal = readPrincipal(raw, where, report);
  const RoleName = requiredString(raw, 'RoleName', where, report);
  if (principal === undefined || RoleName === undefined) return undefined;
  const RoleId = optionalString(raw, 'RoleId', where, report);
  return {
    ...principal,
    RoleName,
    ...(RoleId === undefined ? {} : { RoleId }),
    AssumeRolePolicyDocument: raw['AssumeRolePolicyDocument'],
    InstanceProfileList: readNestedList(raw, 'InstanceProfileList', where, report, readInstanceProfile),
    RolePolicyList: readNestedList(raw, 'RolePolicyList', where, report, readInlinePolicy),
    PermissionsBoundary: readBoundary(raw, where, report),
    RoleLastUsed: readRoleLastUsed(raw, where, report),
    Tags: readTags(raw, where, report),
  };
}

function readManagedPolicy(raw: RawRecord, where: string, report: Report): ManagedPolicyDetail | undefined {
  const Arn = iamArn(raw, where, report);
  const PolicyName = requiredString(raw, 'PolicyName', where, report);
  if (Arn === undefined || PolicyName === undefined) return undefined;
  const DefaultVersionId = optionalString(raw, 'DefaultVersionId', where, report);
  const CreateDate = optionalTimestamp(raw, 'CreateDate', where, report);
  const UpdateDate = optionalTimestamp(raw, 'UpdateDate', where, report);
  return {
    Arn,
    PolicyName,
    ...(DefaultVersionId === undefined ? {} : { DefaultVersionId }),
    ...(CreateDate === undefined ? {} : { CreateDate }),
    ...(UpdateDate === undefined ? {} : { UpdateDate }),
    versions: readNestedList(raw, 'PolicyVersionList', where, report, (version, place) => {
      const VersionId = requiredString(version, 'VersionId', place, report);
      if (VersionId === undefined) return undefined;
      return { VersionId, IsDefaultVersion: version['IsDefaultVersion'] === true, Document: version['Document'] };
    }),
  };
}
