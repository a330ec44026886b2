import {
  type Listed,
  optionalString,
  optionalTimestamp,
  type RawRecord,
  type Report,
  requiredString,
} from '@keyreach/core/input';
import type { GcpHmacKey } from './gcp-input.ts';
import { readPages } from './pages.ts';

/** Reads hmac-keys.json: `hmacKeys.list` of every project (gcp.md 4.2). Secrets are never kept. */
export function readHmacKeys(raw: unknown, report: Report): Listed<GcpHmacKey> | undefined {
  return readPages(raw, 'items', report, readKey);
}

function readKey(raw: RawRecord, where: string, report: Report): GcpHmacKey | undefined {
  const accessId = requiredString(raw, 'accessId', where, report);
  if (accessId === undefined) return undefined;
  // An access id is public; anything else here may be the secret in the wrong place.
  if (!/^[A-Z0-9]{8,128}$/.test(accessId)) {
    report(`${where}.accessId`, 'an access id');
    return undefined;
  }
  const texts: { projectId?: string; serviceAccountEmail?: string; state?: string } = {};
  for (const field of ['projectId', 'serviceAccountEmail', 'state'] as const) {
    const text = optionalString(raw, field, where, report);
    if (text !== undefined) texts[field] = text;
  }
  const times: { timeCreated?: string; updated?: string } = {};
  for (const field of ['timeCreated', 'updated'] as const) {
    const time = optionalTimestamp(raw, field, where, report);
    if (time !== undefined) times[field] = time;
  }
  return { accessId, ...texts, ...times };
}
