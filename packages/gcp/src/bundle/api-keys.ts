import {
  isRecord,
  type Listed,
  optionalString,
  optionalTimestamp,
  type RawRecord,
  type Report,
  requiredString,
} from '@keyreach/core/input';
import type { GcpApiKey } from './gcp-input.ts';
import { readPages } from './pages.ts';
import { withoutSecrets } from './scrub.ts';

/** Reads api-keys.json: `keys.list` of every project (gcp.md 4.2). The string of a key is never kept. */
export function readApiKeys(raw: unknown, report: Report): Listed<GcpApiKey> | undefined {
  return readPages(raw, 'keys', report, readKey);
}

function readKey(raw: RawRecord, where: string, report: Report): GcpApiKey | undefined {
  const name = requiredString(raw, 'name', where, report);
  if (name === undefined) return undefined;
  if (!/^(?:\/\/apikeys\.googleapis\.com\/)?projects\/[^/]+\/locations\/[^/]+\/keys\/[^/]+$/.test(name)) {
    report(`${where}.name`, 'a name such as `projects/N/locations/global/keys/UID`');
    return undefined;
  }
  const texts: { uid?: string; displayName?: string; serviceAccountEmail?: string } = {};
  for (const field of ['uid', 'displayName', 'serviceAccountEmail'] as const) {
    const text = optionalString(raw, field, where, report);
    if (text !== undefined) texts[field] = text;
  }
  const times: { createTime?: string; updateTime?: string; deleteTime?: string } = {};
  for (const field of ['createTime', 'updateTime', 'deleteTime'] as const) {
    const time = optionalTimestamp(raw, field, where, report);
    if (time !== undefined) times[field] = time;
  }
  const { restrictions } = raw;
  // A binding, an end or a restriction that cannot be read must not pass for none.
  if (isDamaged(raw['serviceAccountEmail'], texts.serviceAccountEmail)) return undefined;
  if (isDamaged(raw['deleteTime'], times.deleteTime)) return undefined;
  if (restrictions !== undefined && restrictions !== null && !isRecord(restrictions)) {
    report(`${where}.restrictions`, 'an object');
    return undefined;
  }
  return {
    name,
    ...texts,
    ...times,
    ...(isRecord(restrictions) ? { restrictions: withoutSecrets(restrictions) } : {}),
  };
}

function isDamaged(given: unknown, read: string | undefined): boolean {
  return read === undefined && given !== undefined && given !== null && given !== '';
}
