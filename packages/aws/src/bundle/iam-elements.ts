import {
  isRecord,
  optionalString,
  optionalTimestamp,
  type RawRecord,
  type Report,
  requiredString,
} from '@keyreach/core/input';
import { isAccountId, parseArn } from './arn.ts';

/** A managed policy held by an identity. */
export interface AttachedPolicy {
  readonly PolicyArn: string;
  readonly PolicyName: string;
}

/** A policy held in an identity; the document is an encoded string, a JSON string or an object. */
export interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: unknown;
}

/** An instance profile that holds a role. */
export interface InstanceProfileDetail {
  readonly Arn: string;
  readonly InstanceProfileName: string;
  readonly CreateDate?: string;
}

/** Last use of a role: a date, null for "never in the tracking period", undefined where the input does not say. */
export type RoleLastUsed = { readonly LastUsedDate: string; readonly Region?: string } | null | undefined;

/** An element of `AttachedManagedPolicies`. */
export function readAttachedPolicy(raw: RawRecord, where: string, report: Report): AttachedPolicy | undefined {
  const PolicyArn = iamArn(raw, where, report, 'PolicyArn');
  if (PolicyArn === undefined) return undefined;
  return { PolicyArn, PolicyName: optionalString(raw, 'PolicyName', where, report) ?? '' };
}

/** An element of `UserPolicyList` and its like; the text is read later. */
export function readInlinePolicy(raw: RawRecord, where: string, report: Report): InlinePolicy | undefined {
  const PolicyName = requiredString(raw, 'PolicyName', where, report);
  return PolicyName === undefined ? undefined : { PolicyName, PolicyDocument: raw['PolicyDocument'] };
}

/** An element of `InstanceProfileList`. */
export function readInstanceProfile(raw: RawRecord, where: string, report: Report): InstanceProfileDetail | undefined {
  const Arn = iamArn(raw, where, report);
  const InstanceProfileName = requiredString(raw, 'InstanceProfileName', where, report);
  if (Arn === undefined || InstanceProfileName === undefined) return undefined;
  const CreateDate = optionalTimestamp(raw, 'CreateDate', where, report);
  return { Arn, InstanceProfileName, ...(CreateDate === undefined ? {} : { CreateDate }) };
}

/** `PermissionsBoundary`: its ARN, null where there is none, undefined after a report. */
export function readBoundary(raw: RawRecord, where: string, report: Report): string | null | undefined {
  const boundary = raw['PermissionsBoundary'];
  if (boundary === undefined || boundary === null) return null;
  const arn = isRecord(boundary) ? boundary['PermissionsBoundaryArn'] : undefined;
  if (typeof arn === 'string' && parseArn(arn) !== undefined) return arn;
  report(`${where}.PermissionsBoundary.PermissionsBoundaryArn`, 'the ARN of a policy');
  return undefined;
}

/** `RoleLastUsed` of a role. */
export function readRoleLastUsed(raw: RawRecord, where: string, report: Report): RoleLastUsed {
  const lastUsed = raw['RoleLastUsed'];
  if (lastUsed === undefined || lastUsed === null) return undefined;
  if (!isRecord(lastUsed)) {
    report(`${where}.RoleLastUsed`, 'an object');
    return undefined;
  }
  // An empty object is the API's way to say "not in the tracking period".
  if (lastUsed['LastUsedDate'] === undefined || lastUsed['LastUsedDate'] === null) return null;
  const LastUsedDate = optionalTimestamp(lastUsed, 'LastUsedDate', `${where}.RoleLastUsed`, report);
  if (LastUsedDate === undefined) return undefined;
  const Region = optionalString(lastUsed, 'Region', `${where}.RoleLastUsed`, report);
  return { LastUsedDate, ...(Region === undefined ? {} : { Region }) };
}

/** The ARN of an IAM entity of an account or of AWS, or undefined after a report. */
export function iamArn(raw: RawRecord, where: string, report: Report, key = 'Arn'): string | undefined {
  const arn = raw[key];
  const parts = typeof arn === 'string' && arn.length <= 2048 ? parseArn(arn) : undefined;
  if (parts?.service === 'iam' && (isAccountId(parts.account) || parts.account === 'aws')) return arn as string;
  report(`${where}.${key}`, 'an IAM ARN');
  return undefined;
}

/** Path of a user, group or role as its ARN has it: `/` or `/a/b/`. */
export function pathInArn(arn: string): string {
  const resource = parseArn(arn)?.resource ?? '';
  const first = resource.indexOf('/');
  const last = resource.lastIndexOf('/');
  return first < 0 ? '/' : resource.slice(first, last + 1);
}
