import { UNKNOWN } from '@keyreach/core/authz';
import type { Reading } from './reading.ts';
import { readings } from './readings.ts';

/** Two spellings of one key: the request carries one of them. */
const AMBIGUOUS: Reading = { state: 'undecided', truth: UNKNOWN, present: true };

type Tags = Readonly<Record<string, string>>;

/** Readings by lower-case key. */
const folded: WeakMap<Tags, ReadonlyMap<string, Reading>> = new WeakMap();

/**
 * Value of a tag as a condition key reads it. Tag keys inside condition keys ignore case and a request never carries
 * both spellings (aws.md 1.11), so where a node has both, which one is sent is unknown. `tags` undefined: not collected.
 */
export function tagValue(tags: Tags | undefined, lowerKey: string): Reading {
  if (tags === undefined) return readings.uncollected;
  let byKey = folded.get(tags);
  if (byKey === undefined) {
    byKey = fold(tags);
    folded.set(tags, byKey);
  }
  return byKey.get(lowerKey) ?? readings.absent;
}

function fold(tags: Tags): ReadonlyMap<string, Reading> {
  const byKey = new Map<string, Reading>();
  for (const [key, value] of Object.entries(tags)) {
    const lower = key.toLowerCase();
    byKey.set(lower, byKey.has(lower) ? AMBIGUOUS : readings.value(value));
  }
  return byKey;
}

/** Whether AWS takes a text as the value of a tag: letters, digits, spaces and a few signs, 256 characters at most. */
export function isTagValue(text: string): boolean {
  return text.length <= 256 && /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text);
}
