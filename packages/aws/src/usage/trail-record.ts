import type { TrailMark } from './trail-usage.ts';

/** A field of a record, of unknown content. */
type Fields = Readonly<Record<string, unknown>>;

/** What one CloudTrail record adds to a row, by the rules of `docs/usage-aws.md`. */
export interface TrailCall {
  readonly principal: string;
  readonly eventSource: string;
  readonly eventName: string;
  /** Bits of {@link MARKS}, by their place. */
  readonly marks: number;
  /** Sorted, each once. */
  readonly roles: readonly string[];
  /** Empty: none, or not told. */
  readonly resource: string;
  /** Seconds since 1970. */
  readonly time: number;
  readonly refused: boolean;
  /** Recorded in another account than the caller's. */
  readonly elsewhere: boolean;
}

/** All marks, sorted. */
export const MARKS: readonly TrailMark[] = [
  'acl',
  'copy',
  'forwarded',
  'instance-profile',
  'retention',
  'source-identity',
  'tags',
  'version',
];

/** Marks of the bits of {@link TrailCall.marks}, sorted. */
export function marksOfBits(bits: number): readonly TrailMark[] {
  return MARKS.filter((_, place) => (bits & (1 << place)) !== 0);
}

const bit = (mark: TrailMark): number => 1 << MARKS.indexOf(mark);
const ACL = bit('acl');
const COPY = bit('copy');
const FORWARDED = bit('forwarded');
const INSTANCE_PROFILE = bit('instance-profile');
const RETENTION = bit('retention');
const SOURCE_IDENTITY = bit('source-identity');
const TAGS = bit('tags');
const VERSION = bit('version');

/** Marks of requests to S3, by the parameter that gives them. */
const S3_MARKS: readonly (readonly [string, number])[] = [
  ['versionId', VERSION],
  ['x-amz-copy-source', COPY],
  ['x-amz-acl', ACL],
  ['x-amz-grant-read', ACL],
  ['x-amz-grant-write', ACL],
  ['x-amz-grant-read-acp', ACL],
  ['x-amz-grant-write-acp', ACL],
  ['x-amz-grant-full-control', ACL],
  ['x-amz-object-lock-mode', RETENTION],
  ['x-amz-object-lock-legal-hold', RETENTION],
];

const TAG_FIELDS: readonly string[] = ['tags', 'Tags', 'tagSet', 'tagSpecificationSet', 'tagList', 'x-amz-tagging'];

/** Error codes of calls that were refused for lack of permission (aws.md 4.1, Error handling). */
const REFUSALS: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'Client.UnauthorizedOperation',
  'AuthorizationError',
  'AuthorizationErrorException',
  'Forbidden',
]);

/** True for a record that counts at all: a call of the API. */
export function isApiCall(record: Fields): boolean {
  return record['eventType'] === 'AwsApiCall';
}

/** `unusable`: a call of a principal that lacks what every record has, or holds it in a form nobody can read. */
export type CallOfRecord = TrailCall | 'none' | 'unusable';

/** What a record that {@link isApiCall} adds to a row; `none` where its caller is no principal of an account. */
export function callOfRecord(record: Fields): CallOfRecord {
  const identity = fieldsOf(record['userIdentity']);
  const principal = identity === undefined ? undefined : principalOf(identity);
  if (identity === undefined || principal === undefined) return 'none';
  const source = record['eventSource'];
  const eventName = record['eventName'];
  const time = secondsOf(record['eventTime']);
  if (typeof source !== 'string' || typeof eventName !== 'string' || eventName === '') return 'unusable';
  const eventSource = sourceOf(source);
  if (eventSource === '' || time === undefined) return 'unusable';
  const parameters = fieldsOf(record['requestParameters']);
  const recipient = record['recipientAccountId'];
  const account = identity['accountId'];
  const inside = parameters === undefined ? NOTHING_INSIDE : rolesInside(parameters);
  let marks = parameters === undefined ? 0 : marksOf(parameters, eventSource);
  if (inside.instanceProfile) marks |= INSTANCE_PROFILE;
  if (isText(identity['invokedBy'])) marks |= FORWARDED;
  return {
    principal,
    eventSource,
    eventName,
    marks,
    roles: eventSource === 'sts' ? [] : inside.roles,
    resource: resourceOf(record, parameters, eventSource, principal),
    time,
    refused: typeof record['errorCode'] === 'string' && REFUSALS.has(record['errorCode']),
    elsewhere: isText(recipient) && isText(account) && recipient !== account,
  };
}

/** An object of a record; undefined for everything else. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** True for a text that is not empty. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** `eventSource` without `.amazonaws.com` at its end. */
export function sourceOf(eventSource: string): string {
  return eventSource.endsWith('.amazonaws.com') ? eventSource.slice(0, -'.amazonaws.com'.length) : eventSource;
}

function isArn(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('arn:');
}

const assumedRole = /^arn:[^/]*:assumed-role\/[^/]+/;

function principalOf(identity: Fields): string | undefined {
  const type = identity['type'];
  const arn = identity['arn'];
  if (type === 'IAMUser' || type === 'Root') return isArn(arn) ? arn : undefined;
  if (type !== 'AssumedRole' && type !== 'FederatedUser') return undefined;
  const issuer = fieldsOf(fieldsOf(identity['sessionContext'])?.['sessionIssuer'])?.['arn'];
  if (isArn(issuer)) return issuer;
  return type === 'AssumedRole' && isArn(arn) ? assumedRole.exec(arn)?.[0] : undefined;
}

function marksOf(parameters: Fields, eventSource: string): number {
  let marks = 0;
  if (eventSource === 's3') {
    for (const [name, mark] of S3_MARKS) if (isThere(parameters[name])) marks |= mark;
  } else if (eventSource === 'sts' && isThere(parameters['sourceIdentity'])) marks |= SOURCE_IDENTITY;
  for (const name of TAG_FIELDS) if (isThere(parameters[name])) marks |= TAGS;
  return marks;
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

interface Inside {
  readonly roles: readonly string[];
  readonly instanceProfile: boolean;
}

const NOTHING_INSIDE: Inside = { roles: [], instanceProfile: false };

const roleArn = /^arn:[a-z0-9-]+:iam::[0-9]{12}:(?:role|instance-profile)\/[!#-[\]-~]+$/;

/** ARNs of roles at any depth of a request. A stack of its own: how deep a request nests is up to whoever sent it. */
function rolesInside(parameters: Fields): Inside {
  let found: Set<string> | undefined;
  let instanceProfile = false;
  const pending: object[] = [parameters];
  for (let object = pending.pop(); object !== undefined; object = pending.pop()) {
    const list = Array.isArray(object);
    for (const name in object) {
      const value = (object as Fields)[name];
      if (!list && name === 'iamInstanceProfile') instanceProfile = true;
      if (typeof value === 'string') {
        if (value.startsWith('arn:') && roleArn.test(value)) {
          found ??= new Set();
          found.add(value);
        }
      } else if (typeof value === 'object' && value !== null) pending.push(value);
    }
  }
  if (found === undefined && !instanceProfile) return NOTHING_INSIDE;
  return { roles: found === undefined ? [] : [...found].sort(), instanceProfile };
}

function resourceOf(record: Fields, parameters: Fields | undefined, eventSource: string, principal: string): string {
  const bucket = parameters?.['bucketName'];
  if (eventSource === 's3' && isText(bucket) && !bucket.includes(':')) {
    const key = parameters?.['key'];
    const partition = principal.slice(4, principal.indexOf(':', 4));
    return isText(key) ? `arn:${partition}:s3:::${bucket}/${key}` : `arn:${partition}:s3:::${bucket}`;
  }
  const resources = record['resources'];
  if (!Array.isArray(resources) || resources.length !== 1) return '';
  const arn = fieldsOf(resources[0])?.['ARN'];
  return isArn(arn) ? arn : '';
}

let lastDay = '';
let lastDayStart: number | undefined;

/** Seconds since 1970 of a time as CloudTrail writes it, `2026-01-31T23:59:59Z`; undefined for everything else. */
export function secondsOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length !== 20) return undefined;
  if (value[10] !== 'T' || value[13] !== ':' || value[16] !== ':' || value[19] !== 'Z') return undefined;
  const hour = twoDigits(value, 11);
  const minute = twoDigits(value, 14);
  const second = twoDigits(value, 17);
  if (!(hour < 24 && minute < 60 && second < 60)) return undefined;
  // Records come in order of time, so that the day of the last one is mostly that of the next.
  if (!value.startsWith(lastDay) || lastDay === '') {
    lastDay = value.slice(0, 10);
    lastDayStart = startOfDay(lastDay);
  }
  return lastDayStart === undefined ? undefined : lastDayStart + hour * 3600 + minute * 60 + second;
}

function startOfDay(day: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return undefined;
  const time = Date.parse(`${day}T00:00:00.000Z`);
  // An impossible day (31 April) must not become another one.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== day) return undefined;
  return time / 1000;
}

/** NaN where they are no digits. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}
