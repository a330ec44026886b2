import { selectorCovers } from '@keyreach/core/analysis';
import { intersectGlobs } from '@keyreach/core/authz';
import { globsOf, type Plane, type RoleBlock } from './role-blocks.ts';

/** Whether patterns surely name everything that another one does. */
export function covers(patterns: readonly string[], pattern: string, plane: Plane): boolean {
  return globsOf(pattern, plane).every((glob) =>
    patterns.some((one) => selectorCovers({ include: globsOf(one, plane), exclude: [] })(glob)),
  );
}

/** Whether two patterns may name the same action. */
export function touches(left: string, right: string, plane: Plane): boolean {
  return globsOf(left, plane).some((one) =>
    globsOf(right, plane).some((other) => {
      const { globs, complete } = intersectGlobs(one.toLowerCase(), other.toLowerCase());
      return globs.length > 0 || !complete;
    }),
  );
}

/** Whether a block surely grants everything that a pattern names, but for what `except` takes from it. */
export function blockCovers(
  { include, exclude, plane }: RoleBlock,
  pattern: string,
  except: readonly string[],
): boolean {
  return (
    covers(include, pattern, plane) &&
    exclude.every((one) => !touches(one, pattern, plane) || covers(except, one, plane))
  );
}

/** Whether everything that some blocks grant is surely granted by one of others. */
export function areInside(blocks: readonly RoleBlock[], others: readonly RoleBlock[]): boolean {
  return blocks.every(({ include, exclude, plane }) =>
    include.every((pattern) =>
      others.some((other) => other.plane === plane && !other.conditioned && blockCovers(other, pattern, exclude)),
    ),
  );
}
