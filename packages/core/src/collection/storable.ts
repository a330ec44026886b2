import { isRecord } from '../input/index.ts';

/** Properties that hold a secret in some reply of a provider, in lower case. */
const SECRETS: ReadonlySet<string> = new Set([
  'accesstoken',
  'clientsecret',
  'clienttoken',
  'idtoken',
  'keystring',
  'plaintext',
  'privatekey',
  'privatekeydata',
  'refreshtoken',
  'secretaccesskey',
  'secretbinary',
  'secretstring',
  'servicecredentialsecret',
  'servicepassword',
  'sessiontoken',
]);

/** No reply nests as deep. */
const MOST_LEVELS = 100;

/**
 * A reply as the bundle holds it: without `$metadata` and without properties that are secrets, times as RFC 3339, bytes
 * as base64. Keys keep the order of the reply. What lies deeper than any reply does is left out.
 */
export function storable(value: unknown): unknown {
  return stored(value, 0);
}

function stored(value: unknown, level: number): unknown {
  if (level > MOST_LEVELS) return undefined;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return (value as readonly unknown[]).map((element) => stored(element, level + 1));
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([key, held]) => {
    if (key === '$metadata') return false;
    // An object of that name says something about a secret; a text is one.
    return isRecord(held) || !SECRETS.has(key.toLowerCase());
  });
  return Object.fromEntries(kept.map(([key, held]) => [key, stored(held, level + 1)]));
}
