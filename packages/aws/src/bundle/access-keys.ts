import {
  isRecord,
  type Listed,
  optionalString,
  optionalTimestamp,
  type RawRecord,
  type Report,
  readListFile,
  requiredString,
} from '@keyreach/core/input';

/** When an access key was last used: a date, null for never, undefined where the input does not say. */
export type AccessKeyLastUsed =
  | { readonly LastUsedDate: string; readonly ServiceName?: string; readonly Region?: string }
  | null
  | undefined;

/** One access key of a user, without its secret. */
export interface AccessKey {
  readonly UserName: string;
  readonly AccessKeyId: string;
  readonly Status: 'Active' | 'Inactive' | undefined;
  readonly CreateDate?: string;
  readonly LastUsed: AccessKeyLastUsed;
}

/** Reads access-keys.json: ListAccessKeys of every user, each key with its GetAccessKeyLastUsed (bundles.md, AWS). */
export function readAccessKeys(raw: unknown, report: Report): Listed<AccessKey> | undefined {
  const listed = readListFile(raw, 'AccessKeyMetadata', report, readAccessKey);
  if (listed === undefined) return undefined;
  const seen = new Set<string>();
  const items = listed.items.filter(({ AccessKeyId }) => {
    if (seen.has(AccessKeyId)) report('', `each key once, \`${AccessKeyId}\` is listed again; the first is kept`);
    return !seen.has(AccessKeyId) && seen.add(AccessKeyId);
  });
  return { items, complete: listed.complete };
}

function readAccessKey(raw: RawRecord, where: string, report: Report): AccessKey | undefined {
  const UserName = requiredString(raw, 'UserName', where, report);
  const AccessKeyId = requiredString(raw, 'AccessKeyId', where, report);
  if (UserName === undefined || AccessKeyId === undefined) return undefined;
  // A key id is public and short; anything else here may be the secret in the wrong place.
  if (!/^[A-Z0-9]{16,128}$/.test(AccessKeyId)) {
    report(`${where}.AccessKeyId`, 'an access key id');
    return undefined;
  }
  const status = raw['Status'];
  const Status = status === 'Active' || status === 'Inactive' ? status : undefined;
  if (Status === undefined) report(`${where}.Status`, '`Active` or `Inactive`');
  const CreateDate = optionalTimestamp(raw, 'CreateDate', where, report);
  const LastUsed = readLastUsed(raw, where, report);
  return { UserName, AccessKeyId, Status, ...(CreateDate === undefined ? {} : { CreateDate }), LastUsed };
}

/** AWS says "never" by leaving the date out and by `N/A` (aws.md 3.2). */
function readLastUsed(raw: RawRecord, where: string, report: Report): AccessKeyLastUsed {
  const lastUsed = raw['LastUsed'] ?? raw['AccessKeyLastUsed'];
  if (lastUsed === undefined || lastUsed === null) return undefined;
  if (!isRecord(lastUsed)) {
    report(`${where}.LastUsed`, 'an object');
    return undefined;
  }
  const date = lastUsed['LastUsedDate'];
  if (date === undefined || date === null || date === 'N/A') return null;
  const LastUsedDate = optionalTimestamp(lastUsed, 'LastUsedDate', `${where}.LastUsed`, report);
  if (LastUsedDate === undefined) return undefined;
  const ServiceName = known(optionalString(lastUsed, 'ServiceName', `${where}.LastUsed`, report));
  const Region = known(optionalString(lastUsed, 'Region', `${where}.LastUsed`, report));
  return {
    LastUsedDate,
    ...(ServiceName === undefined ? {} : { ServiceName }),
    ...(Region === undefined ? {} : { Region }),
  };
}

function known(text: string | undefined): string | undefined {
  return text === 'N/A' ? undefined : text;
}
