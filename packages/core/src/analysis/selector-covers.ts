import { globMatch } from '../authz/glob.ts';
import { intersectGlobs } from '../authz/glob-intersection.ts';
import type { Selector } from '../graph/model.ts';

const questions: WeakMap<Selector, (glob: string) => boolean> = new WeakMap();

/**
 * Makes the question whether a selector surely names everything that a glob does: one `include` alone covers it and no
 * `exclude` touches it. Without regard to case, as action names have none. Made once for each selector object: those of
 * logs name thousands of actions and speak of all identities of an account.
 */
export function selectorCovers(selector: Selector): (glob: string) => boolean {
  let question = questions.get(selector);
  if (question === undefined) {
    question = questionOf(selector);
    questions.set(selector, question);
  }
  return question;
}

function questionOf(selector: Selector): (glob: string) => boolean {
  const include = new Set(selector.include.map((pattern) => pattern.toLowerCase()));
  const exclude = selector.exclude.map((pattern) => pattern.toLowerCase());
  const stars = [...include].filter((pattern) => pattern.includes('*') && !pattern.includes('?'));
  const inner = stars.filter((pattern) => pattern.indexOf('*') < pattern.length - 1);
  const prefixes = new Set(
    stars.filter((pattern) => pattern.indexOf('*') === pattern.length - 1).map((pattern) => pattern.slice(0, -1)),
  );
  let longest = 0;
  for (const prefix of prefixes) longest = Math.max(longest, prefix.length);
  const begins = (whole: string): boolean => {
    for (let length = Math.min(longest, whole.length); length >= 0; length -= 1) {
      if (prefixes.has(whole.slice(0, length))) return true;
    }
    return false;
  };
  return (glob) => {
    const whole = glob.toLowerCase();
    // Read as plain text, a glob matches such a pattern only if some `*` of the pattern takes in each of its wildcards.
    const named = include.has(whole) || begins(whole) || inner.some((pattern) => globMatch(pattern, whole));
    return (
      named &&
      exclude.every((pattern) => {
        const { globs, complete } = intersectGlobs(pattern, whole);
        return globs.length === 0 && complete;
      })
    );
  };
}

/** Whether a selector surely names everything there is. */
export function selectsAll({ include, exclude }: Selector): boolean {
  return exclude.length === 0 && include.includes('*');
}
