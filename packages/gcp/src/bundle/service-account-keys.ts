import {
  type Listed,
  optionalString,
  optionalTimestamp,
  type RawRecord,
  type Report,
  readNestedList,
  requiredString,
} from '@keyreach/core/input';
import type { GcpAsset, GcpServiceAccountKey } from './gcp-input.ts';
import { readPages } from './pages.ts';

/** Type of the assets that are keys of service accounts. */
export const SERVICE_ACCOUNT_KEY_TYPE = 'iam.googleapis.com/ServiceAccountKey';

/** Reads service-account-keys.json: `keys.list` of every service account (gcp.md 4.2). Key material is never kept. */
export function readServiceAccountKeys(raw: unknown, report: Report): Listed<GcpServiceAccountKey> | undefined {
  return readPages(raw, 'keys', report, readKey);
}

/** The key that an asset is; the state of some is told by the inventory alone. */
export function keyOfAsset({ name, resource }: GcpAsset): GcpServiceAccountKey | undefined {
  const plain = name.replace(/^\/\/iam\.googleapis\.com\//, '');
  return resource === undefined ? undefined : readKey({ ...resource.data, name: plain }, '', () => {});
}

function readKey(raw: RawRecord, where: string, report: Report): GcpServiceAccountKey | undefined {
  const name = requiredString(raw, 'name', where, report);
  if (name === undefined) return undefined;
  if (!/\/serviceAccounts\/[^/]+\/keys\/[^/]+$/.test(name)) {
    report(`${where}.name`, 'a name such as `projects/P/serviceAccounts/E/keys/ID`');
    return undefined;
  }
  const key: { -readonly [Key in keyof GcpServiceAccountKey]?: GcpServiceAccountKey[Key] } = {};
  for (const field of ['keyType', 'keyOrigin', 'keyAlgorithm', 'disableReason'] as const) {
    const text = optionalString(raw, field, where, report);
    if (text !== undefined) key[field] = text;
  }
  for (const field of ['validAfterTime', 'validBeforeTime'] as const) {
    const time = optionalTimestamp(raw, field, where, report);
    if (time !== undefined) key[field] = time;
  }
  const { disabled } = raw;
  if (typeof disabled === 'boolean') key.disabled = disabled;
  else if (disabled !== undefined && disabled !== null) {
    report(`${where}.disabled`, 'true or false');
    return undefined;
  }
  const extended = readNestedList(raw, 'extendedStatus', where, report, (status, place, tell) => {
    const named = requiredString(status, 'key', place, tell);
    const value = optionalString(status, 'value', place, tell);
    return named === undefined ? undefined : { key: named, ...(value === undefined ? {} : { value }) };
  });
  return { ...key, name, extendedStatus: extended.items };
}
