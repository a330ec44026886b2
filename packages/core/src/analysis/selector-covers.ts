import { globMatch } from '../authz/glob.ts';
import { intersectGlobs } from '../authz/glob-intersection.ts';
import type { Selector } from '../graph/model.ts';

/**
 * Makes the question whether a selector surely names everything that a glob does: one `include` alone covers it and no
 * `exclude` touches it. Without regard to case, as action names have none.
 */
export function selectorCovers(selector: Selector): (glob: string) => boolean {
  const include = new Set(selector.include.map((pattern) => pattern.toLowerCase()));
  const exclude = selector.exclude.map((pattern) => pattern.toLowerCase());
  const wide = [...include].filter((pattern) => pattern.includes('*') && !pattern.includes('?'));
  return (glob) => {
    const whole = glob.toLowerCase();
    // Read as plain text, a glob matches such a pattern only if some `*` of the pattern takes in each of its wildcards.
    const named = include.has(whole) || wide.some((pattern) => globMatch(pattern, whole));
    return named && !exclude.some((pattern) => intersectGlobs(pattern, whole) !== undefined);
  };
}
