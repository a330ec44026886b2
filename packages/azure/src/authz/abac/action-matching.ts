import { globMatch } from '@keyreach/core/authz';
import { actionPatterns } from '../../catalogue/action-patterns.ts';

/**
 * How `ActionMatches` of a condition matches (azure.md 1.3): as permissions of roles do, which is what is documented; or segment by
 * segment, case counting, with as many segments, as one implementation does.
 */
export type ActionMatching = 'roles' | 'segments';

/** Whether some pattern matches an action, spelled as its service does, without its plane. */
export function actionMatches(patterns: readonly string[], action: string, matching: ActionMatching): boolean {
  if (matching === 'segments') return patterns.some((pattern) => segmentsMatch(pattern, action));
  const folded = action.toLowerCase();
  return actionPatterns(patterns, 'control').patterns.some((pattern) => globMatch(pattern.toLowerCase(), folded));
}

function segmentsMatch(pattern: string, action: string): boolean {
  // A question mark is a wildcard of globs and stands in no action.
  if (pattern.includes('?')) return false;
  const [wanted, segments] = [pattern.split('/'), action.split('/')];
  return wanted.length === segments.length && wanted.every((one, at) => globMatch(one, segments[at]!));
}
