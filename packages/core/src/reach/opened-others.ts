import type { ProviderModel } from '../authz/authorization-model.ts';
import type { OpenedResource } from '../authz/semantics.ts';
import type { AccessClass } from './access-class.ts';
import type { HopChange } from './hop-change.ts';
import type { TargetChange } from './target-decisions.ts';
import type { Opening, Requirement, Technique } from './technique.ts';

/** Whether a row gives a say on what can be done to its targets. */
export function isOpening({ yields }: Pick<Technique, 'yields'>): boolean {
  return yields === 'retag-resource' || yields === 'open-resource' || yields === 'rewrite-resource';
}

/** What a row that opens its target does to it, as paths tell it; undefined for other rows. */
export function openingOf({ yields }: Technique): HopChange | undefined {
  switch (yields) {
    case 'open-resource':
      return { change: 'open-resource' };
    case 'rewrite-resource':
      return { change: 'open-resource', instead: true };
    case 'retag-resource':
      return { change: 'retag-resource' };
    default:
      return undefined;
  }
}

/** What a row that opens its target makes of it. */
export function changeBy({ yields, opens }: Technique, { catalogue }: ProviderModel): TargetChange {
  if (yields === 'retag-resource') return { chosenResourceTags: true };
  const opensResource: OpenedResource = {
    how: yields === 'rewrite-resource' ? 'instead' : 'beside',
    ...(opens === undefined ? {} : { actions: catalogue.select({ include: opens, exclude: [] }) }),
  };
  return { opensResource };
}

/**
 * The same rows, where the other things that one asks about ({@link Requirement} `some`) are asked about as the caller can make
 * them too. Rows that open only for some types of caller, or that ask about other things themselves, are not followed there.
 */
export function withOpenings(techniques: readonly Technique[], provider: ProviderModel): readonly Technique[] {
  const openers = techniques.filter(
    (one) => isOpening(one) && one.callers === undefined && !asksAboutOthers(one.requires),
  );
  if (openers.length === 0) return techniques;
  const rewritten = (requirement: Requirement): Requirement => {
    if (!asksAboutOthers(requirement)) return requirement;
    if ('all' in requirement) return { all: requirement.all.map(rewritten) };
    if ('any' in requirement) return { any: requirement.any.map(rewritten) };
    if (!('some' in requirement)) return requirement;
    const { some, that } = requirement;
    const openings = openers.flatMap((one): readonly Opening[] => {
      const { target } = one;
      if (target.kind !== some.kind) return [];
      const types = some.types.filter((type) => target.types.includes(type));
      return types.length === 0 ? [] : [{ types, by: one.requires, change: changeBy(one, provider) }];
    });
    return { some, that: rewritten(that), ...(openings.length === 0 ? {} : { openings }) };
  };
  return techniques.map((one) => (asksAboutOthers(one.requires) ? { ...one, requires: rewritten(one.requires) } : one));
}

function asksAboutOthers(requirement: Requirement): boolean {
  if ('all' in requirement) return requirement.all.some(asksAboutOthers);
  if ('any' in requirement) return requirement.any.some(asksAboutOthers);
  return 'some' in requirement;
}

/** Whether two rows may be aimed at the same target. */
export function aimsAtSame({ target: one }: Technique, { target: other }: Technique): boolean {
  if (one.kind !== other.kind || !('types' in one) || !('types' in other)) return false;
  return one.types.some((type) => other.types.includes(type));
}

/** Whether a row asks each target for itself, whatever policy the request may name. */
export function leadsSimply({ yields }: Technique, access: AccessClass | undefined): boolean {
  return access !== undefined || isSimpleChange(yields) || yields.startsWith('become');
}

/** Whether a row does the same to every target, whatever policy the request may name. */
export function isSimpleChange(yields: Technique['yields']): boolean {
  return ['grant', 'grant-members', 'grant-holders', 'unguard', 'unguard-holders'].includes(yields);
}
