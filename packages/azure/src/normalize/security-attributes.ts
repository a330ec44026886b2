import type { Json } from '@keyreach/core/graph';
import type { RawRecord } from '@keyreach/core/input';

/** Values of one set are many at most; a record with more is not read. */
const MOST_ATTRIBUTES = 1000;

/**
 * Custom security attributes as conditions name them, `{set}_{name}` → values (azure.md 1.3). Undefined: not collected, or not of
 * a known form.
 */
export function securityAttributes(raw: RawRecord | undefined): Readonly<Record<string, Json>> | undefined {
  if (raw === undefined) return undefined;
  const found: [string, Json][] = [];
  for (const [set, values] of Object.entries(raw)) {
    if (set.includes('@')) continue;
    if (typeof values !== 'object' || values === null || Array.isArray(values)) return undefined;
    for (const [name, value] of Object.entries(values)) {
      if (name.includes('@')) continue;
      if (!isPlain(value) || found.length >= MOST_ATTRIBUTES) return undefined;
      found.push([`${set}_${name}`, value]);
    }
  }
  return Object.fromEntries(found.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function isPlain(value: unknown): value is Json {
  if (Array.isArray(value)) return value.every((one) => typeof one !== 'object');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
