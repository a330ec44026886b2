import { and, CONDITIONAL, FALSE, or, TRUE, type Truth } from '@keyreach/core/authz';
import type { ScopedRequirement, ScopedTarget } from '@keyreach/core/reach';

/**
 * Where an action is granted: on the target, on what it runs as, in another resource group, on the directory, or on the one node of a
 * type that lies somewhere else (`anywhere:TYPE`).
 */
export type Place = 'target' | 'attached' | 'elsewhere' | 'tenant' | `anywhere:${string}`;

/** One thing that a way to fulfil a requirement needs. */
export type Leaf =
  | { readonly is: 'permission'; readonly name: string; readonly place: Place }
  | { readonly is: 'fact'; readonly name: string }
  | { readonly is: 'listed'; readonly name: string };

/** An action that is granted to the caller. */
export interface Grant {
  readonly name: string;
  readonly place: Place;
  /** It can be activated and is not active. */
  readonly eligible?: true;
}

/** What an estate holds for one caller and one target. */
export interface Circumstances {
  readonly grants: readonly Grant[];
  /** What a deny assignment on the root of Azure takes from the caller. */
  readonly denied: readonly string[];
  readonly facts: Readonly<Record<string, Truth>>;
  readonly lists: readonly string[];
  /** The caller activates roles: it is a user. */
  readonly interactive: boolean;
  /** The target is in a restricted unit, to which nothing of the directory as a whole carries. */
  readonly restricted: boolean;
}

/** Nothing is given. */
export const NOTHING: Circumstances = {
  grants: [],
  denied: [],
  facts: {},
  lists: [],
  interactive: true,
  restricted: false,
};

/** The place of the node of an aim. */
export function placeOf({ types }: ScopedTarget): Place {
  return types[0] === 'tenant' ? 'tenant' : `anywhere:${types[0] ?? ''}`;
}

/** Ways to fulfil a requirement, so many that every alternative in it is in one of them. */
export function waysOf(requirement: ScopedRequirement, place: Place = 'target'): readonly (readonly Leaf[])[] {
  if ('allowed' in requirement) return [[{ is: 'permission', name: requirement.allowed, place }]];
  if ('somewhere' in requirement) {
    return [requirement.somewhere.map((name) => ({ is: 'permission', name, place: 'elsewhere' }))];
  }
  if ('attached' in requirement) return waysOf(requirement.attached, 'attached');
  if ('anywhere' in requirement) return waysOf(requirement.that, placeOf(requirement.anywhere));
  if ('beside' in requirement) throw new RangeError('no row of Azure looks beside its target');
  if ('holds' in requirement) return [[{ is: 'fact', name: requirement.holds }]];
  if ('listed' in requirement) return [[{ is: 'listed', name: requirement.listed }]];
  if ('any' in requirement) return requirement.any.flatMap((one) => waysOf(one, place));
  const parts = requirement.all.map((one) => waysOf(one, place));
  const count = Math.max(1, ...parts.map(({ length }) => length));
  return Array.from({ length: count }, (_, index) =>
    parts.flatMap((part) => part[Math.min(index, part.length - 1)] ?? []),
  );
}

/** The circumstances in which one way is open and nothing else is given. */
export function circumstancesOf(way: readonly Leaf[]): Circumstances {
  return {
    ...NOTHING,
    grants: way.flatMap((leaf) => (leaf.is === 'permission' ? [{ name: leaf.name, place: leaf.place }] : [])),
    facts: Object.fromEntries(way.flatMap((leaf) => (leaf.is === 'fact' ? [[leaf.name, TRUE]] : []))),
    lists: way.flatMap((leaf) => (leaf.is === 'listed' ? [leaf.name] : [])),
  };
}

/** What a requirement comes out as: the rules of docs/reach-scoped.md, for the few nodes that circumstances have. */
export function truthIn(given: Circumstances, requirement: ScopedRequirement, place: Place = 'target'): Truth {
  if ('all' in requirement) {
    return requirement.all.reduce<Truth>((least, one) => and(least, truthIn(given, one, place)), TRUE);
  }
  if ('any' in requirement) {
    return requirement.any.reduce<Truth>((best, one) => or(best, truthIn(given, one, place)), FALSE);
  }
  if ('somewhere' in requirement) {
    return requirement.somewhere.reduce<Truth>((least, name) => and(least, may(given, name, 'elsewhere')), TRUE);
  }
  if ('attached' in requirement) return truthIn(given, requirement.attached, 'attached');
  if ('anywhere' in requirement) return truthIn(given, requirement.that, placeOf(requirement.anywhere));
  if ('beside' in requirement) throw new RangeError('no row of Azure looks beside its target');
  if ('holds' in requirement) return given.facts[requirement.holds] ?? FALSE;
  if ('listed' in requirement) return given.lists.includes(requirement.listed) ? TRUE : FALSE;
  return may(given, requirement.allowed, place);
}

/** What is granted on the directory holds on everything in it, but for members of restricted units. */
function may({ grants, denied, interactive, restricted }: Circumstances, name: string, place: Place): Truth {
  if (denied.includes(name) || (restricted && place === 'target')) return FALSE;
  return grants.reduce<Truth>((best, one) => {
    if (one.name !== name || (one.place !== place && one.place !== 'tenant')) return best;
    return or(best, one.eligible !== true ? TRUE : interactive ? CONDITIONAL : FALSE);
  }, FALSE);
}

/** The types of nodes elsewhere that a requirement looks at. */
export function typesAnywhere(requirement: ScopedRequirement): readonly string[] {
  if ('anywhere' in requirement) return [requirement.anywhere.types[0] ?? '', ...typesAnywhere(requirement.that)];
  if ('attached' in requirement) return typesAnywhere(requirement.attached);
  if ('all' in requirement) return [...new Set(requirement.all.flatMap(typesAnywhere))];
  if ('any' in requirement) return [...new Set(requirement.any.flatMap(typesAnywhere))];
  return [];
}
