import { selectorCovers } from '@keyreach/core/analysis';
import { globMatch, intersectGlobs } from '@keyreach/core/authz';
import { globsOf, type Plane, type RoleBlock } from './role-blocks.ts';

/** Makes the question whether one of some patterns surely names everything that another pattern does. */
export function coverOf(patterns: readonly string[], plane: Plane): (pattern: string) => boolean {
  const names = selectorCovers({ include: patterns.flatMap((pattern) => globsOf(pattern, plane)), exclude: [] });
  return (pattern) => globsOf(pattern, plane).every(names);
}

/** Whether one of some patterns surely names everything that another one does. */
export function covers(patterns: readonly string[], pattern: string, plane: Plane): boolean {
  return patterns.length > 0 && coverOf(patterns, plane)(pattern);
}

/** Whether two patterns may name the same action. */
export function touches(left: string, right: string, plane: Plane): boolean {
  return globsOf(left, plane).some((one) => globsOf(right, plane).some((other) => meet(fold(one), fold(other))));
}

function meet(left: string, right: string): boolean {
  if (!left.includes('*')) return globMatch(right, left);
  if (!right.includes('*')) return globMatch(left, right);
  const { globs, complete } = intersectGlobs(left, right);
  return globs.length > 0 || !complete;
}

function fold(glob: string): string {
  return glob.toLowerCase();
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
