import type { ConditionRequest } from '@keyreach/core/authz';
import { asBool, CEL_REQUEST, CEL_UNKNOWN, type CelBool, celBool } from './cel/cel-value.ts';

/** Number of arguments of the tag functions (gcp.md 1.7). */
const FUNCTIONS: ReadonlyMap<string, number> = new Map([
  ['matchTag', 2],
  ['matchTagId', 2],
  ['hasTagKey', 1],
  ['hasTagKeyId', 1],
]);

/** The key of request context that stands for the value of a tag of the resource. */
export function tagKey(key: string): string {
  return `resource.tag/${key.toLowerCase()}`;
}

/** What a tag function reads: the key of the tag, and the value it compares with, if any; undefined for other functions. */
export function tagReading(
  name: string,
  args: readonly string[],
): { readonly key: string; readonly value?: string } | undefined {
  const [key, value] = args;
  if (key === undefined || FUNCTIONS.get(name) !== args.length) return undefined;
  return value === undefined ? { key } : { key, value };
}

/** A tag function on the target of a request, by its effective tags. */
export function tagFunction(
  name: string,
  args: readonly string[],
  { resource, context }: ConditionRequest,
): CelBool | undefined {
  const reading = tagReading(name, args);
  if (reading === undefined) return undefined;
  const { key, value } = reading;
  const given = context.get(tagKey(key));
  if (given !== undefined) return celBool(given !== null && (value === undefined || given.includes(value)));
  if (resource.chosenTags === true) return asBool(CEL_REQUEST);
  const node = resource.node;
  const tags = node?.tags;
  if (node === undefined || tags === undefined) return asBool(CEL_UNKNOWN);
  if (name === 'matchTag' || name === 'hasTagKey') {
    if (!Object.hasOwn(tags, key)) return celBool(false);
    return celBool(value === undefined || tags[key] === value);
  }
  if (Object.keys(tags).length === 0) return celBool(false);
  const keys = idsOf(node.attributes?.['tagKeys']);
  const values = idsOf(node.attributes?.['tagValues']);
  if (keys === undefined || (value !== undefined && values === undefined)) return asBool(CEL_UNKNOWN);
  return celBool(keys.includes(key) && (value === undefined || values?.includes(value) === true));
}

function idsOf(json: unknown): readonly string[] | undefined {
  return Array.isArray(json) && json.every((one) => typeof one === 'string') ? json : undefined;
}
