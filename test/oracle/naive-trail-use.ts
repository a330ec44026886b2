import type { TrailMark, TrailRow } from '@keyreach/aws/offline';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Rows of CloudTrail records, the slow and obvious way: `docs/usage-aws.md` rule by rule, over all records at once. What
 * adds them up otherwise (files in parts, SQL) is compared with it.
 */
export function naiveTrailRows(records: readonly object[]): TrailRow[] {
  const calls = (records as readonly Fields[]).filter((record) => record['eventType'] === 'AwsApiCall');
  const openings = calls.filter((record) => opened(record) !== undefined && id(record) !== undefined);
  const counted = calls.filter((record, index) => {
    const event = id(record);
    return event === undefined || calls.findIndex((other) => id(other) === event) === index;
  });
  const perSevenFields = groups(
    counted.flatMap((record) => {
      const place = placeOf(record, openings);
      return place === undefined ? [] : [{ record, place }];
    }),
    ({ place }) => JSON.stringify(place),
  );
  const perSixFields = groups(perSevenFields, ([first]) => JSON.stringify({ ...first!.place, resource: null }));
  const rows = perSixFields.flatMap((resources): TrailRow[] => {
    if (resources.length <= 64) return resources.map((group) => row(group[0]!.place, group));
    return [row({ ...resources[0]![0]!.place, resource: null }, resources.flat())];
  });
  return rows.sort((left, right) => compare(order(left), order(right)));
}

interface Place {
  readonly principal: string;
  readonly origin: string | null;
  readonly eventSource: string;
  readonly eventName: string;
  readonly marks: readonly TrailMark[];
  readonly roles: readonly string[];
  readonly resource: string | null;
}

function row(place: Place, group: readonly { readonly record: Fields }[]): TrailRow {
  const { principal, origin, eventSource, eventName, marks, roles, resource } = place;
  const times = group
    .filter(({ record }) => !isRefused(record))
    .map(({ record }) => (record['eventTime'] as string).replace('Z', '.000Z'))
    .sort();
  const larger = (wanted: (record: Fields) => boolean): number => {
    const elsewhere = group.filter(({ record }) => wanted(record) && isElsewhere(record)).length;
    const home = group.filter(({ record }) => wanted(record) && !isElsewhere(record)).length;
    return Math.max(home, elsewhere);
  };
  return {
    principal,
    ...(origin === null ? {} : { origin }),
    eventSource,
    eventName,
    marks,
    roles,
    ...(resource === null ? {} : { resource }),
    ...(times.length === 0 ? {} : { first: times[0]!, last: times.at(-1)! }),
    count: larger((record) => !isRefused(record)),
    refused: larger(isRefused),
  };
}

function placeOf(record: Fields, openings: readonly Fields[]): Place | undefined {
  const principal = principalOf(record);
  const eventName = text(record['eventName']);
  const full = text(record['eventSource']);
  const time = text(record['eventTime']);
  if (principal === undefined || eventName === undefined || full === undefined) return undefined;
  if (time === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(time)) return undefined;
  if (Number.isNaN(Date.parse(time)) || new Date(time).toISOString() !== time.replace('Z', '.000Z')) return undefined;
  const eventSource = service(full);
  if (eventSource === '') return undefined;
  return {
    principal,
    origin: originOf(record, openings, 0) ?? null,
    eventSource,
    eventName,
    marks: marksOf(record, eventSource),
    roles: eventSource === 'sts' ? [] : rolesOf(record),
    resource: resourceOf(record, eventSource, principal) ?? null,
  };
}

function principalOf(record: Fields): string | undefined {
  const identity = fields(record['userIdentity']);
  const arn = arnText(identity['arn']);
  const issuer = arnText(fields(fields(identity['sessionContext'])['sessionIssuer'])['arn']);
  switch (identity['type']) {
    case 'IAMUser':
    case 'Root':
      return arn;
    case 'FederatedUser':
      return issuer;
    case 'AssumedRole':
      return issuer ?? /^arn:[^/]*:assumed-role\/[^/]+/.exec(arn ?? '')?.[0];
    default:
      return undefined;
  }
}

function originOf(record: Fields, openings: readonly Fields[], sessions: number): string | undefined {
  const key = text(fields(record['userIdentity'])['accessKeyId']);
  if (key?.startsWith('AKIA')) return key;
  if (key !== undefined && sessions === 5) return undefined;
  const telling = (opening: Fields): number => {
    const byRule = federated(opening) || byService(opening);
    return byRule || text(fields(opening['userIdentity'])['accessKeyId']) !== undefined ? 0 : 1;
  };
  const [opening] = openings
    .filter((candidate) => key !== undefined && opened(candidate) === key)
    .sort((left, right) => telling(left) - telling(right) || compare([id(left)!], [id(right)!]));
  if (opening === undefined) {
    const flag = record['sessionCredentialFromConsole'];
    return flag === true || flag === 'true' ? 'console' : undefined;
  }
  if (federated(opening)) return 'federated';
  if (byService(opening)) {
    const name = text(fields(opening['userIdentity'])['invokedBy']);
    return name === undefined ? undefined : `service:${name}`;
  }
  return originOf(opening, openings, sessions + 1);
}

function federated(record: Fields): boolean {
  return ['AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity'].includes(String(record['eventName']));
}

function byService(record: Fields): boolean {
  return fields(record['userIdentity'])['type'] === 'AWSService';
}

/** The key of the session that a record opened. */
function opened(record: Fields): string | undefined {
  const names = [
    'AssumeRole',
    'AssumeRoleWithSAML',
    'AssumeRoleWithWebIdentity',
    'GetSessionToken',
    'GetFederationToken',
    'AssumeRoot',
  ];
  if (service(text(record['eventSource']) ?? '') !== 'sts' || !names.includes(String(record['eventName'])))
    return undefined;
  return text(fields(fields(record['responseElements'])['credentials'])['accessKeyId']);
}

function marksOf(record: Fields, eventSource: string): TrailMark[] {
  const parameters = fields(record['requestParameters']);
  const has = (...names: readonly string[]): boolean =>
    names.some((name) => Object.hasOwn(parameters, name) && parameters[name] !== null);
  const s3 = eventSource === 's3';
  const grants = ['read', 'write', 'read-acp', 'write-acp', 'full-control'].map((name) => `x-amz-grant-${name}`);
  const marks: TrailMark[] = [];
  if (s3 && has('x-amz-acl', ...grants)) marks.push('acl');
  if (s3 && has('x-amz-copy-source')) marks.push('copy');
  if (text(fields(record['userIdentity'])['invokedBy']) !== undefined) marks.push('forwarded');
  if (inside(parameters).some((value) => Object.hasOwn(fields(value), 'iamInstanceProfile')))
    marks.push('instance-profile');
  if (s3 && has('x-amz-object-lock-mode', 'x-amz-object-lock-legal-hold')) marks.push('retention');
  if (eventSource === 'sts' && has('sourceIdentity')) marks.push('source-identity');
  if (has('tags', 'Tags', 'tagSet', 'tagSpecificationSet', 'tagList', 'x-amz-tagging')) marks.push('tags');
  if (s3 && has('versionId')) marks.push('version');
  return marks;
}

function rolesOf(record: Fields): string[] {
  const form = /^arn:[a-z0-9-]+:iam::[0-9]{12}:(role|instance-profile)\/[!#-[\]-~]+$/;
  const texts = inside(fields(record['requestParameters'])).filter(
    (value): value is string => typeof value === 'string' && form.test(value),
  );
  return [...new Set(texts)].sort();
}

function resourceOf(record: Fields, eventSource: string, principal: string): string | undefined {
  const parameters = fields(record['requestParameters']);
  const bucket = text(parameters['bucketName']);
  if (eventSource === 's3' && bucket !== undefined && !bucket.includes(':')) {
    const key = text(parameters['key']);
    const partition = principal.split(':')[1];
    return `arn:${partition}:s3:::${bucket}${key === undefined ? '' : `/${key}`}`;
  }
  const resources = record['resources'];
  if (!Array.isArray(resources) || resources.length !== 1) return undefined;
  return arnText(fields(resources[0])['ARN']);
}

function isRefused(record: Fields): boolean {
  return [
    'AccessDenied',
    'AccessDeniedException',
    'UnauthorizedOperation',
    'Client.UnauthorizedOperation',
    'AuthorizationError',
    'AuthorizationErrorException',
    'Forbidden',
  ].includes(String(record['errorCode']));
}

function isElsewhere(record: Fields): boolean {
  const recipient = text(record['recipientAccountId']);
  const account = text(fields(record['userIdentity'])['accountId']);
  return recipient !== undefined && account !== undefined && recipient !== account;
}

/** A value and everything in it. */
function inside(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [value];
  return [value, ...Object.values(value).flatMap(inside)];
}

function service(eventSource: string): string {
  return eventSource.replace(/\.amazonaws\.com$/, '');
}

function id(record: Fields): string | undefined {
  return text(record['eventID']);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function arnText(value: unknown): string | undefined {
  return typeof value === 'string' && value.startsWith('arn:') ? value : undefined;
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function groups<T>(values: readonly T[], key: (value: T) => string): readonly (readonly T[])[] {
  const found = new Map<string, T[]>();
  for (const value of values) found.set(key(value), [...(found.get(key(value)) ?? []), value]);
  return [...found.values()];
}

function order(found: TrailRow): readonly string[] {
  const { principal, origin = '', eventSource, eventName, marks, roles, resource = '' } = found;
  return [principal, origin, eventSource, eventName, marks.join(','), roles.join(','), resource];
}

function compare(left: readonly string[], right: readonly string[]): number {
  for (const [index, one] of left.entries()) {
    const other = right[index] ?? '';
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}
