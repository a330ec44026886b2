import { isRecord } from '@keyreach/core/input';

/**
 * Values at a path in the properties of a resource. Steps are separated by dots: a name; `name[]` for every element of a
 * list; `name{}` for every value of a map; `name[Key=value]` for the elements of a list in which that property has that
 * value. Names are matched whatever the case of their first letter, since service APIs and CloudFormation differ in it.
 *
 * Paths come from tables only, never from input.
 *
 * @example
 * valuesAt({ Stages: [{ RoleArn: 'a' }, { RoleArn: 'b' }] }, 'Stages[].RoleArn'); // ['a', 'b']
 */
export function valuesAt(properties: unknown, path: string): readonly unknown[] {
  let values: readonly unknown[] = [properties];
  for (const step of path.split('.')) {
    const [, name = '', suffix = '', key = '', wanted = ''] = stepShape.exec(step) ?? [];
    values = values.flatMap((value) => {
      const child = property(value, name);
      if (child === undefined || child === null) return [];
      if (suffix === '') return [child];
      if (suffix === '{}') return isRecord(child) ? Object.values(child) : [];
      const elements: readonly unknown[] = Array.isArray(child) ? child : [];
      return key === '' ? elements : elements.filter((element) => property(element, key) === wanted);
    });
  }
  return values;
}

const stepShape = /^(\w+)(\{\}|\[(?:(\w+)=([\w:]+))?\])?$/;

function property(value: unknown, name: string): unknown {
  if (!isRecord(value)) return undefined;
  if (Object.hasOwn(value, name)) return value[name];
  const first = name.charAt(0);
  const other = (first === first.toUpperCase() ? first.toLowerCase() : first.toUpperCase()) + name.slice(1);
  return Object.hasOwn(value, other) ? value[other] : undefined;
}
