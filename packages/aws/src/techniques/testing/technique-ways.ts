import { and, FALSE, or, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { OPEN_QUESTIONS, type PredicateName } from '../precondition-names.ts';
import type { AwsRequirement, AwsTechnique } from '../technique-row.ts';

/** What is the case while a formula is asked. */
export interface Circumstances {
  /** What the caller may do, on everything. */
  readonly actions: readonly string[];
  /** Preconditions that do not fail, by name. */
  readonly facts: Readonly<Record<string, Truth>>;
  /** Services that roles let in. */
  readonly services: readonly string[];
  /** Types of what is there, and whether the input lists it. */
  readonly there: Readonly<Record<string, 'listed' | 'uncollected'>>;
}

/** A part of a formula that is no formula itself. */
export type Leaf = Exclude<AwsRequirement, { all: unknown } | { any: unknown } | { some: unknown }>;

/** All leaves of a formula, those about something else than the target included. */
export function leaves(requirement: AwsRequirement): readonly Leaf[] {
  if ('all' in requirement) return requirement.all.flatMap(leaves);
  if ('any' in requirement) return requirement.any.flatMap(leaves);
  if ('some' in requirement) return leaves(requirement.that);
  return [requirement];
}

/** The types of something else that a formula asks about. */
export function otherTypes(requirement: AwsRequirement): readonly string[] {
  if ('all' in requirement) return requirement.all.flatMap(otherTypes);
  if ('any' in requirement) return requirement.any.flatMap(otherTypes);
  return 'some' in requirement ? [...requirement.some.types, ...otherTypes(requirement.that)] : [];
}

/** The actions that a formula asks for of the caller. */
export function actionsIn(requirement: AwsRequirement): readonly string[] {
  const named = leaves(requirement).flatMap((leaf) => {
    if ('allowed' in leaf) return [leaf.allowed];
    return 'allows' in leaf ? leaf.allows : [];
  });
  return [...new Set<string>(named)];
}

/** The preconditions that a formula names. */
export function factsIn(requirement: AwsRequirement): readonly PredicateName[] {
  const named = leaves(requirement).flatMap((leaf) => {
    if ('holds' in leaf) return [leaf.holds];
    return 'zoneHolds' in leaf ? [leaf.zoneHolds] : [];
  });
  return [...new Set(named)];
}

/** The services that a formula asks to be let in. */
export function servicesIn(requirement: AwsRequirement): readonly string[] {
  return [...new Set<string>(leaves(requirement).flatMap((leaf) => ('service' in leaf ? [leaf.service] : [])))];
}

/**
 * Ways to fulfil a formula, each a conjunction that is the least that suffices. Every alternative is in one of them: the
 * first of each disjunction together, and each other one with the first of the rest.
 */
export function ways(requirement: AwsRequirement): readonly AwsRequirement[] {
  if ('any' in requirement) return requirement.any.flatMap(ways);
  if ('some' in requirement) return ways(requirement.that).map((that) => ({ some: requirement.some, that }));
  if (!('all' in requirement)) return [requirement];
  const options = requirement.all.map(ways);
  const first = options.map(([one]) => one!);
  const others = options.flatMap((some, at) => some.slice(1).map((other) => first.with(at, other)));
  return [first, ...others].map((all) => ({ all }));
}

/** Everything that a formula without alternatives asks for, and nothing else. */
export function circumstancesOf(way: AwsRequirement, targets: readonly string[]): Circumstances {
  const open = (name: string): boolean =>
    (OPEN_QUESTIONS as readonly string[]).includes(name) || /(^|-)may-|^directory-is-unlisted$/.test(name);
  return {
    actions: actionsIn(way),
    facts: Object.fromEntries(factsIn(way).map((name) => [name, open(name) ? UNKNOWN : TRUE])),
    services: servicesIn(way),
    there: Object.fromEntries([...targets, ...otherTypes(way)].map((type) => [type, 'listed' as const])),
  };
}

/** What a row says under given circumstances, of the best of its targets. */
export function saidOf({ target, requires }: AwsTechnique, given: Circumstances): Truth {
  if (target.kind === 'zone' || target.kind === 'scope') return said(requires, given, false);
  return target.types.reduce<Truth>((best, type) => or(best, saidOfType(type, requires, given)), FALSE);
}

function saidOfType(type: string, requirement: AwsRequirement, given: Circumstances): Truth {
  const state = given.there[type];
  return state === undefined ? FALSE : said(requirement, given, state === 'uncollected');
}

function said(requirement: AwsRequirement, given: Circumstances, uncollected: boolean): Truth {
  if ('all' in requirement) {
    return requirement.all.reduce<Truth>((truth, part) => and(truth, said(part, given, uncollected)), TRUE);
  }
  if ('any' in requirement) {
    return requirement.any.reduce<Truth>((truth, part) => or(truth, said(part, given, uncollected)), FALSE);
  }
  if ('some' in requirement) {
    const { types } = requirement.some;
    return types.reduce<Truth>((best, type) => or(best, saidOfType(type, requirement.that, given)), FALSE);
  }
  if ('holds' in requirement) return given.facts[requirement.holds] ?? FALSE;
  if ('zoneHolds' in requirement) return given.facts[requirement.zoneHolds] ?? FALSE;
  if ('service' in requirement) return given.services.includes(requirement.service) ? TRUE : FALSE;
  if ('allows' in requirement) return requirement.allows.every((name) => given.actions.includes(name)) ? TRUE : FALSE;
  if (!given.actions.includes(requirement.allowed)) return FALSE;
  // Nobody knows whether there is one.
  return uncollected && requirement.on === undefined ? UNKNOWN : TRUE;
}
