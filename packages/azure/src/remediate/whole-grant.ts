import type { UseState } from '@keyreach/core/analysis';
import { hasAction } from '@keyreach/core/authz';
import type { GraphIndex } from '@keyreach/core/graph';
import type { SizingRules } from './sized-role.ts';

/** Use of what is kept or removed as a whole: a directory role, an application permission, an access policy. */
export interface WholeGrant {
  /** Known actions by use; of a pattern that names none of them, itself. */
  readonly counts: Readonly<Record<UseState, number>>;
  /** Whether anything of it is used, or nobody can tell and it is to stay then. */
  readonly stays: boolean;
  /** Everything it gives, as names and patterns, sorted. */
  readonly gives: readonly string[];
  /** Actions and patterns of which nobody can tell, sorted. */
  readonly unknown: readonly string[];
}

/** More than any role of Entra ID has. */
const MOST_PATTERNS = 5000;

/** Use of everything that a policy gives; undefined where the input does not tell all of it, or too much to be looked at. */
export function wholeGrant(graph: GraphIndex, policy: string, rules: SizingRules): WholeGrant | undefined {
  const { catalogue, recorded, useOf } = rules;
  const document = graph.document(graph.policy(policy)?.document ?? '');
  if (document === undefined || document.unreadable !== undefined) return undefined;
  const size = document.statements.reduce((sum, { actions }) => sum + actions.include.length, 0);
  if (size > MOST_PATTERNS) return undefined;
  const states = new Map<string, UseState>();
  const gives = new Set<string>();
  const unknown = new Set<string>();
  let isUsed = false;
  for (const { effect, actions, undecidable } of document.statements) {
    if (effect !== 'allow' || undecidable !== undefined) return undefined;
    for (const pattern of actions.include) {
      gives.add(pattern);
      const set = catalogue.select({ include: [pattern], exclude: actions.exclude });
      const known = catalogue.names.filter((_, index) => ((set.bits[index >>> 5]! >>> (index & 31)) & 1) === 1);
      const others = recorded.filter((name) => catalogue.ref(name).index < 0 && hasAction(set, catalogue.ref(name)));
      const rest = useOf(pattern).state;
      if (rest === 'unknown') unknown.add(pattern);
      isUsed ||= rest === 'used';
      const names = [...known, ...others];
      if (names.length === 0) states.set(pattern.toLowerCase(), rest);
      for (const name of names) {
        const { state } = useOf(name);
        states.set(name.toLowerCase(), state);
        isUsed ||= state === 'used';
        if (state === 'unknown' && rest !== 'unknown') unknown.add(name);
      }
    }
  }
  const counts = { used: 0, unused: 0, unknown: 0 };
  for (const state of states.values()) counts[state] += 1;
  return {
    counts,
    stays: isUsed || (rules.unknown === 'keep' && unknown.size > 0),
    gives: [...gives].sort(),
    unknown: [...unknown].sort(),
  };
}
