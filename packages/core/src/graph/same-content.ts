import { MAX_DEPTH } from './canonical-json.ts';

/**
 * Whether two JSON values have the same canonical text, without writing it. Values that nest too deep for a graph file
 * are only the same if they are one object.
 */
export function sameContent(left: unknown, right: unknown): boolean {
  return same(left, right, 1);
}

function same(left: unknown, right: unknown, depth: number): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => same(item, right[index], depth + 1));
  }
  return !Array.isArray(right) && sameFields(left as JsonObject, right as JsonObject, depth);
}

type JsonObject = Readonly<Record<string, unknown>>;

/** A property set to `undefined` is as good as none. */
function sameFields(left: JsonObject, right: JsonObject, depth: number): boolean {
  let fields = 0;
  for (const key of Object.keys(left)) {
    if (left[key] === undefined) continue;
    if (!Object.hasOwn(right, key) || !same(left[key], right[key], depth + 1)) return false;
    fields += 1;
  }
  for (const key of Object.keys(right)) if (right[key] !== undefined) fields -= 1;
  return fields === 0;
}
