import { isRecord } from '@keyreach/core/input';

const NONE: readonly unknown[] = [];

/**
 * Values at a path in the data of an asset. Steps are separated by dots: a name, `name[]` for every element of a list, or
 * `name{}` for every value of a map. Null and absent values are left out. Paths come from tables only, never from input.
 *
 * @example
 * fieldValues({ serviceAccounts: [{ email: 'a' }, { email: 'b' }] }, 'serviceAccounts[].email'); // ['a', 'b']
 */
export function fieldValues(data: unknown, path: string): readonly unknown[] {
  if (!path.includes('.') && !path.endsWith(']') && !path.endsWith('}')) {
    const value = isRecord(data) && Object.hasOwn(data, path) ? data[path] : undefined;
    return value === undefined || value === null ? NONE : [value];
  }
  let values: readonly unknown[] = [data];
  for (const step of path.split('.')) {
    const list = step.endsWith('[]');
    const map = step.endsWith('{}');
    const name = list || map ? step.slice(0, -2) : step;
    values = values.flatMap((value): readonly unknown[] => {
      if (!isRecord(value) || !Object.hasOwn(value, name)) return [];
      const child = value[name];
      if (child === undefined || child === null) return [];
      if (map) return isRecord(child) ? Object.values(child) : [];
      if (!list) return [child];
      return Array.isArray(child) ? child : [];
    });
  }
  return values;
}

/** The texts among the values at a path, without empty ones. */
export function fieldTexts(data: unknown, path: string): readonly string[] {
  return fieldValues(data, path).filter((value): value is string => typeof value === 'string' && value !== '');
}

/** The first text at one of the paths, in their order. */
export function fieldText(data: unknown, ...paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const [text] = fieldTexts(data, path);
    if (text !== undefined) return text;
  }
  return undefined;
}
