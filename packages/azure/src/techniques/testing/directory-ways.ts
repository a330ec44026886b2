import { and, FALSE, or, TRUE, type Truth } from '@keyreach/core/authz';
import type { DirectoryPredicateName } from '../directory-precondition-names.ts';
import type { DirectoryAction, DirectoryRequirement } from '../directory-row.ts';

/** Where an action is granted: on the target, on what it runs as, on a user elsewhere or on the directory. */
export type Place = 'attached' | 'target' | 'tenant' | 'user';

/** One thing that a way to fulfil a requirement needs. */
export type Leaf =
  | { readonly is: 'permission'; readonly name: DirectoryAction; readonly place: Place }
  | { readonly is: 'fact'; readonly name: DirectoryPredicateName }
  | { readonly is: 'listed'; readonly name: 'eligibleOwners' | 'owners' };

/** What an estate holds for one caller and one target. */
export interface Circumstances {
  readonly grants: readonly { readonly name: DirectoryAction; readonly place: Place }[];
  readonly facts: Readonly<Partial<Record<DirectoryPredicateName, Truth>>>;
  readonly lists: readonly ('eligibleOwners' | 'owners')[];
}

const placeOf = (types: readonly string[]): Place => (types[0] === 'tenant' ? 'tenant' : 'user');

/** Ways to fulfil a requirement, so many that every alternative in it is in one of them. */
export function waysOf(requirement: DirectoryRequirement, place: Place = 'target'): readonly (readonly Leaf[])[] {
  if ('allowed' in requirement) return [[{ is: 'permission', name: requirement.allowed, place }]];
  if ('attached' in requirement) return waysOf(requirement.attached, 'attached');
  if ('anywhere' in requirement) return waysOf(requirement.that, placeOf(requirement.anywhere.types));
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
    grants: way.flatMap((leaf) => (leaf.is === 'permission' ? [{ name: leaf.name, place: leaf.place }] : [])),
    facts: Object.fromEntries(way.flatMap((leaf) => (leaf.is === 'fact' ? [[leaf.name, TRUE]] : []))),
    lists: way.flatMap((leaf) => (leaf.is === 'listed' ? [leaf.name] : [])),
  };
}

/** What a requirement comes out as: the rules of docs/reach-scoped.md, for the few nodes that circumstances have. */
export function truthIn(given: Circumstances, requirement: DirectoryRequirement, place: Place = 'target'): Truth {
  if ('all' in requirement) {
    return requirement.all.reduce<Truth>((least, one) => and(least, truthIn(given, one, place)), TRUE);
  }
  if ('any' in requirement) {
    return requirement.any.reduce<Truth>((best, one) => or(best, truthIn(given, one, place)), FALSE);
  }
  if ('attached' in requirement) return truthIn(given, requirement.attached, 'attached');
  if ('anywhere' in requirement) return truthIn(given, requirement.that, placeOf(requirement.anywhere.types));
  if ('holds' in requirement) return given.facts[requirement.holds] ?? FALSE;
  if ('listed' in requirement) return given.lists.includes(requirement.listed) ? TRUE : FALSE;
  const { allowed } = requirement;
  // What is granted on the directory holds on everything in it.
  return given.grants.some(({ name, place: at }) => name === allowed && (at === place || at === 'tenant'))
    ? TRUE
    : FALSE;
}
