import { isRecord, optionalString, type RawRecord, type Report } from '@keyreach/core/input';

/**
 * A record of Azure Resource Manager with what is in `properties` at the top: the API nests it, the `az` command does not.
 * Names at the top win, but for those that are null.
 */
export function flat(raw: RawRecord): RawRecord {
  const { properties } = raw;
  if (!isRecord(properties)) return raw;
  const joined: Record<string, unknown> = { ...properties };
  for (const [name, value] of Object.entries(raw)) {
    if (name !== 'properties' && value !== undefined && value !== null) joined[name] = value;
  }
  return joined;
}

/** Strings of the fields that are there; a wrong type is reported and counts as absent. */
export function texts<Key extends string>(
  raw: RawRecord,
  fields: readonly Key[],
  where: string,
  report: Report,
): { readonly [Name in Key]?: string } {
  const told: { [Name in Key]?: string } = {};
  for (const field of fields) {
    const text = optionalString(raw, field, where, report);
    if (text !== undefined) told[field] = text;
  }
  return told;
}

/** The same for flags. */
export function flags<Key extends string>(
  raw: RawRecord,
  fields: readonly Key[],
  where: string,
  report: Report,
): { readonly [Name in Key]?: boolean } {
  const told: { [Name in Key]?: boolean } = {};
  for (const field of fields) {
    const value = raw[field];
    if (typeof value === 'boolean') told[field] = value;
    else if (value !== undefined && value !== null) report(`${where}.${field}`, 'true or false');
  }
  return told;
}

/** A value under a name, or nothing where there is none. */
export function told<Key extends string, T>(key: Key, value: T | undefined): { readonly [Name in Key]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [Name in Key]?: T };
}

/** Strings of a list, those alone. */
export function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}
