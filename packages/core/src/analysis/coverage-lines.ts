import { quoteText } from '../graph/quote-text.ts';
import type { CoverageRow } from './results.ts';

/**
 * Coverage in sentences, what is missing first: scopes that lack the same for the same reason share one. What was read has
 * none, and no sentence counts what it does not know.
 *
 * @example
 * ```ts
 * coverageLines([{ scope: 'account:1', what: 'access keys', state: 'missing', why: 'there is no such file' }]);
 * // ['no access keys for `account:1`: there is no such file']
 * ```
 */
export function coverageLines(rows: readonly CoverageRow[]): readonly string[] {
  const groups = new Map<string, CoverageRow[]>();
  for (const row of rows) {
    if (row.state === 'read') continue;
    const key = JSON.stringify([row.what, row.state, row.why, row.fix]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const lines = [...groups.values()].map((group) => ({ state: group[0]?.state, line: sentence(group) }));
  return [...lines.filter(({ state }) => state === 'missing'), ...lines.filter(({ state }) => state === 'partial')].map(
    ({ line }) => line,
  );
}

function sentence(group: readonly CoverageRow[]): string {
  const [first] = group;
  if (first === undefined) return '';
  const { what, state, scope, why, fix } = first;
  const subject = state === 'missing' ? `no ${what}` : `only part of ${what}`;
  const place = group.length === 1 ? quoteText(scope) : `${group.length} scopes`;
  const reason = why === undefined ? '' : `: ${why}`;
  return `${subject} for ${place}${reason}${fix === undefined ? '' : `; to close it: ${fix}`}`;
}
