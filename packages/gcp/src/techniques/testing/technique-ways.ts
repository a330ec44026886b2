import { and, FALSE, or, TRUE, type Truth } from '@keyreach/core/authz';
import type { PredicateName } from '../precondition-names.ts';
import type { GcpRequirement, PermissionName } from '../technique-row.ts';

/** Where a permission is granted; `beside:TYPE` is a resource of the type in the project of the target, `anywhere:TYPE` in another. */
export type Place = 'target' | 'home' | 'elsewhere' | 'attached' | `beside:${string}` | `anywhere:${string}`;

/** One thing that a way to fulfil a requirement needs. */
export type Leaf =
  | { readonly is: 'permission'; readonly name: PermissionName; readonly place: Place }
  | { readonly is: 'fact'; readonly name: PredicateName }
  | { readonly is: 'listed' };

/** What an estate holds for one caller and one target. */
export interface Circumstances {
  readonly grants: readonly { readonly name: PermissionName; readonly place: Place }[];
  readonly denied: readonly PermissionName[];
  readonly facts: Readonly<Partial<Record<PredicateName, Truth>>>;
  readonly listed: boolean;
}

/** Ways to fulfil a requirement, so many that every alternative in it is in one of them. */
export function waysOf(requirement: GcpRequirement, place: Place = 'target'): readonly (readonly Leaf[])[] {
  if ('allowed' in requirement) {
    const at = requirement.on === 'home' ? 'home' : place;
    return [[{ is: 'permission', name: requirement.allowed, place: at }]];
  }
  if ('somewhere' in requirement) {
    return [requirement.somewhere.map((name) => ({ is: 'permission', name, place: 'elsewhere' }))];
  }
  if ('attached' in requirement) return waysOf(requirement.attached, 'attached');
  if ('beside' in requirement) return waysOf(requirement.that, `beside:${requirement.beside.types[0]}`);
  if ('anywhere' in requirement) return waysOf(requirement.that, `anywhere:${requirement.anywhere.types[0]}`);
  if ('holds' in requirement) return [[{ is: 'fact', name: requirement.holds }]];
  if ('listed' in requirement) return [[{ is: 'listed' }]];
  if ('any' in requirement) return requirement.any.flatMap((one) => waysOf(one, place));
  const parts = requirement.all.map((one) => waysOf(one, place));
  const count = Math.max(1, ...parts.map(({ length }) => length));
  return Array.from({ length: count }, (_, index) =>
    parts.flatMap((part) => part[Math.min(index, part.length - 1)] ?? []),
  );
}

/** The circumstances in which one way is open and nothing else is given. */
export function circumstancesOf(way: readonly Leaf[]): Circumstances {
  const facts: Partial<Record<PredicateName, Truth>> = {};
  for (const leaf of way) if (leaf.is === 'fact') facts[leaf.name] = TRUE;
  return {
    grants: way.flatMap((leaf) => (leaf.is === 'permission' ? [{ name: leaf.name, place: leaf.place }] : [])),
    denied: [],
    facts,
    listed: way.some(({ is }) => is === 'listed'),
  };
}

/** What a requirement comes out as: the rules of docs/reach-scoped.md, for the few nodes that circumstances have. */
export function truthIn(given: Circumstances, requirement: GcpRequirement, place: Place = 'target'): Truth {
  if ('all' in requirement) {
    return requirement.all.reduce<Truth>((least, one) => and(least, truthIn(given, one, place)), TRUE);
  }
  if ('any' in requirement) {
    return requirement.any.reduce<Truth>((best, one) => or(best, truthIn(given, one, place)), FALSE);
  }
  if ('allowed' in requirement) return may(given, requirement.allowed, requirement.on === 'home' ? 'home' : place);
  if ('somewhere' in requirement) {
    const { somewhere } = requirement;
    const all = (at: Place): Truth => somewhere.reduce<Truth>((least, name) => and(least, may(given, name, at)), TRUE);
    return or(all('home'), all('elsewhere'));
  }
  if ('attached' in requirement) return truthIn(given, requirement.attached, 'attached');
  if ('beside' in requirement) {
    return requirement.beside.types.reduce<Truth>(
      (best, type) => (isThere(given, type) ? or(best, truthIn(given, requirement.that, `beside:${type}`)) : best),
      FALSE,
    );
  }
  if ('anywhere' in requirement) {
    return requirement.anywhere.types.reduce<Truth>(
      (best, type) =>
        typesAnywhere(given).includes(type) ? or(best, truthIn(given, requirement.that, `anywhere:${type}`)) : best,
      FALSE,
    );
  }
  if ('holds' in requirement) return given.facts[requirement.holds] ?? FALSE;
  return given.listed ? TRUE : FALSE;
}

/** Types of the resources beside the target. */
export function typesBeside({ grants }: Pick<Circumstances, 'grants'>): readonly string[] {
  const places = grants.map(({ place }) => place).filter((place) => place.startsWith('beside:'));
  return [...new Set(places.map((place) => place.slice('beside:'.length)))];
}

/** Types of the resources in the other project. */
export function typesAnywhere({ grants }: Pick<Circumstances, 'grants'>): readonly string[] {
  const places = grants.map(({ place }) => place).filter((place) => place.startsWith('anywhere:'));
  return [...new Set(places.map((place) => place.slice('anywhere:'.length)))];
}

function isThere(given: Circumstances, type: string): boolean {
  return typesBeside(given).includes(type);
}

/** Resources and accounts get what is granted on their project; the attached account lies in the other project. */
function may({ grants, denied }: Circumstances, name: PermissionName, place: Place): Truth {
  const above: Place = place === 'attached' || place.startsWith('anywhere:') ? 'elsewhere' : 'home';
  const isGranted = grants.some((one) => one.name === name && (one.place === place || one.place === above));
  return isGranted && !denied.includes(name) ? TRUE : FALSE;
}
