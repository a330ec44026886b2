import type { Json } from '@keyreach/core/graph';

/** Facts without those that nobody told: an absent attribute is unknown, never false. */
export function toldFacts(facts: Readonly<Record<string, Json | undefined>>): Readonly<Record<string, Json>> {
  const told: Record<string, Json> = {};
  for (const [name, value] of Object.entries(facts)) if (value !== undefined) told[name] = value;
  return told;
}
