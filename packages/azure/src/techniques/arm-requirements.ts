import type { ArmPredicateName } from './arm-precondition-names.ts';
import type { ArmAction, ArmAttackId, ArmRequirement, ArmRow, ArmTarget } from './arm-row.ts';
import { type ArmResourceType, UNCOLLECTED } from './arm-types.ts';

/** The caller is allowed the action on the target. */
export const allowed = (action: ArmAction): ArmRequirement => ({ allowed: action });

/** The predicate holds of the target. */
export const holds = (name: ArmPredicateName): ArmRequirement => ({ holds: name });

/** All of the requirements. */
export const all = (...requirements: readonly ArmRequirement[]): ArmRequirement => ({ all: requirements });

/** One of the requirements. */
export const any = (...requirements: readonly ArmRequirement[]): ArmRequirement => ({ any: requirements });

/** One of the actions on the target. */
export const anyOf = (...actions: readonly ArmAction[]): ArmRequirement => any(...actions.map(allowed));

/** All of the actions on the target. */
export const allOf = (...actions: readonly ArmAction[]): ArmRequirement => all(...actions.map(allowed));

/** Resources of the types. */
export const resources = (...types: readonly ArmResourceType[]): ArmTarget => ({ kind: 'resource', types });

/** Existing workloads of the types, or the placeholder of those that were not listed. */
export const workloads = (...types: readonly ArmResourceType[]): ArmTarget => ({
  kind: 'resource',
  types: [...types, UNCOLLECTED],
});

/** Everything there is of the types anywhere. */
export const anywhere = (types: readonly ArmResourceType[], that: ArmRequirement): ArmRequirement => ({
  anywhere: workloads(...types),
  that,
});

/** A row in which code of the caller runs in an existing workload and has tokens of what is attached to it (RUN of azure.md). */
export function run(
  slug: string,
  title: string,
  attack: readonly ArmAttackId[],
  types: readonly ArmResourceType[],
  requires: ArmRequirement,
): ArmRow {
  return { slug, title, attack, target: workloads(...types), requires, yields: 'become-runtime' };
}

/** A row that hands out static keys of the resource (KEY of azure.md). */
export function keys(slug: string, type: ArmResourceType, requires: ArmRequirement): ArmRow {
  return {
    slug,
    variant: type.slice(type.indexOf('.') + 1).replace('/', '-'),
    title: 'Reads or renews a static key of the resource, which opens its data',
    attack: ['T1552.001', 'T1098.001'],
    target: resources(type),
    requires,
    yields: 'become-stored',
  };
}
