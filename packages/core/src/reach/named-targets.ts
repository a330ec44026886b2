import type { CompiledDocument } from '../authz/compiled-document.ts';
import { CONDITIONAL, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import { mayDeny } from './change.ts';
import { anyOf, MOST_GUARDS_APART, type NameablePolicy, widestFirst } from './named-policies.ts';
import { allowsCover, guardCovers } from './policy-cover.ts';
import { difference, EMPTY, type RangeSet, setKey, union } from './range-set.ts';
import type { TruthSet } from './truth-set.ts';

/** Targets for which a caller may name a policy, at least as surely as said. */
export interface NamedFor {
  readonly policy: NameablePolicy;
  readonly set: RangeSet;
  readonly certainty: Truth;
}

/** The targets of each level of certainty, with those above it, that another answer does not hold of as surely. */
export function beyond(
  found: TruthSet,
  other: TruthSet | undefined,
): readonly { readonly set: RangeSet; readonly certainty: Truth }[] {
  const levels = [
    [found.proven, other?.proven, TRUE],
    [found.possible, other?.possible, CONDITIONAL],
    [found.open, other?.open, UNKNOWN],
  ] as const;
  return levels.flatMap(([set, less, certainty]) => {
    const rest = less === undefined ? set : difference(set, less);
    return rest.length === 0 ? [] : [{ set: rest, certainty }];
  });
}

/** As many guards as are followed, and the others as one of which nobody knows what it lets pass. */
export function atMost(named: readonly NamedFor[]): readonly NamedFor[] {
  if (named.length <= MOST_GUARDS_APART) return named;
  const rank = new Map(widestFirst(named.map(({ policy }) => policy)).map((policy, at) => [policy, at]));
  const sorted = [...named].sort((left, right) => rank.get(left.policy)! - rank.get(right.policy)!);
  const others = sorted.slice(MOST_GUARDS_APART);
  const set = others.reduce<RangeSet>((all, one) => union(all, one.set), EMPTY);
  const policy = anyOf(others.map((one) => one.policy));
  return [...sorted.slice(0, MOST_GUARDS_APART), { policy, set, certainty: UNKNOWN }];
}

/** Guards worth setting: those that let something pass which no other does that may be set as surely for as many. */
export function widestGuards(named: readonly NamedFor[]): readonly NamedFor[] {
  const isLess = (one: NamedFor, other: NamedFor): boolean =>
    isFor(one, other) && guardCovers(other.policy.document, one.policy.document);
  return named.filter(
    (one, at) =>
      !named.some((other, index) => index !== at && isLess(one, other) && (index < at || !isLess(other, one))),
  );
}

/**
 * Policies that may be named for the same targets count together: what one lacks another may give. One that denies
 * something may be worth naming alone, and may not; it is not where the others give what it does.
 */
export function namedTogether(
  named: readonly NamedFor[],
): readonly { readonly set: RangeSet; readonly certainty: Truth; readonly policies: readonly NameablePolicy[] }[] {
  const sets = new Map<string, { set: RangeSet; certainty: Truth; policies: NameablePolicy[] }>();
  for (const { policy, set, certainty } of named) {
    const apart = mayDeny(policy.document) ? policy.document.id : '';
    const key = `${certainty} ${setKey(set)} ${apart}`;
    const known = sets.get(key);
    if (known === undefined) sets.set(key, { set, certainty, policies: [policy] });
    else known.policies.push(policy);
  }
  const all = [...sets.values()];
  const harmless = all.filter(({ policies }) => !mayDeny(policies[0]!.document));
  return all.filter((one) => {
    if (harmless.includes(one)) return true;
    return !harmless.some(
      (other) => isFor(one, other) && allowsCover(other.policies.map(textOf), textOf(one.policies[0]!)),
    );
  });
}

function textOf({ document }: NameablePolicy): CompiledDocument {
  return document;
}

/** Whether all that is said of `one` is said of `other` as surely. */
function isFor(
  one: { readonly set: RangeSet; readonly certainty: Truth },
  other: { readonly set: RangeSet; readonly certainty: Truth },
): boolean {
  return other.certainty >= one.certainty && difference(one.set, other.set).length === 0;
}
