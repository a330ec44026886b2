import type { ScopedRequirement, ScopedTechnique, ScopedYield } from '@keyreach/core/reach';
import type { ArmPredicateName } from './arm-precondition-names.ts';
import type { ArmResourceType, ArmScopeType } from './arm-types.ts';

/** An action of the control plane, or with `data:` of the data plane, as roles spell it (docs/graph-azure.md, Actions). */
export type ArmAction = `Microsoft.${string}/${string}/${string}` | `data:Microsoft.${string}/${string}/${string}`;

/** What a row of Azure Resource Manager can be aimed at. */
export type ArmTarget =
  | { readonly kind: 'resource'; readonly types: readonly ArmResourceType[] }
  | { readonly kind: 'scope'; readonly types: readonly ArmScopeType[] };

/** A requirement formula in which only actions of Azure, its types of nodes and known predicates compile. */
export type ArmRequirement =
  | { readonly allowed: ArmAction; readonly on?: 'home' }
  | { readonly somewhere: readonly ArmAction[] }
  | { readonly attached: ArmRequirement }
  | { readonly beside: ArmTarget; readonly that: ArmRequirement }
  | { readonly anywhere: ArmTarget; readonly that: ArmRequirement }
  | { readonly holds: ArmPredicateName }
  | { readonly all: readonly ArmRequirement[] }
  | { readonly any: readonly ArmRequirement[] };

/** The ATT&CK techniques (findings 2.3) that rows of Azure Resource Manager use. */
export type ArmAttackId =
  | 'T1021.007'
  | 'T1078.004'
  | 'T1098.001'
  | 'T1098.003'
  | 'T1199'
  | 'T1484.002'
  | 'T1528'
  | 'T1530'
  | 'T1548.005'
  | 'T1552.001'
  | 'T1552.005'
  | 'T1552.007'
  | 'T1555.006'
  | 'T1556.009'
  | 'T1578'
  | 'T1610'
  | 'T1648'
  | 'T1651';

/** A {@link ScopedTechnique} of Azure Resource Manager: one row of azure.md 3.1 to 3.3, or one of the variants of a row. */
export interface ArmTechnique extends ScopedTechnique {
  readonly provider: 'azure';
  /** Id of the row in azure.md. The id of the technique is `azure-` and this, and for a variant a further word. */
  readonly slug: string;
  readonly attack: readonly ArmAttackId[];
  readonly target: ArmTarget;
  readonly requires: ArmRequirement & ScopedRequirement;
}

/** A row as the tables write it. */
export interface ArmRow {
  readonly slug: string;
  /** What tells apart the variants of one slug. */
  readonly variant?: string;
  readonly title: string;
  readonly attack: readonly ArmAttackId[];
  readonly target: ArmTarget;
  readonly requires: ArmRequirement;
  readonly yields: ScopedYield;
}

/** Rows of one table of azure.md as techniques. */
export function armTable(reference: string, rows: readonly ArmRow[]): readonly ArmTechnique[] {
  return rows.map(({ slug, variant, title, attack, target, requires, yields }) => ({
    id: variant === undefined ? `azure-${slug}` : `azure-${slug}-${variant}`,
    slug,
    provider: 'azure',
    title,
    reference,
    attack,
    target,
    requires,
    yields,
  }));
}
