import type { ScopedLimit, ScopedTechnique, ScopedYield } from '@keyreach/core/reach';
import type { PredicateName } from './precondition-names.ts';
import type { IdentityType, ResourceType, ScopeType } from './target-types.ts';

/** A permission as roles spell it (v1 name); a test holds every row to the role data. */
export type PermissionName = `${string}.${string}.${string}`;

/** The ATT&CK techniques (findings 2.3) that rows of this adapter use. */
export type AttackId =
  | 'T1021.007'
  | 'T1078.004'
  | 'T1098.001'
  | 'T1098.003'
  | 'T1199'
  | 'T1484.002'
  | 'T1528'
  | 'T1530'
  | 'T1548.005'
  | 'T1550.001'
  | 'T1552.001'
  | 'T1552.005'
  | 'T1552.007'
  | 'T1555.006'
  | 'T1556.009'
  | 'T1578'
  | 'T1578.005'
  | 'T1606.002'
  | 'T1648'
  | 'T1651';

/** What a row of this adapter can be aimed at. */
export type GcpTarget =
  | { readonly kind: 'identity'; readonly types: readonly IdentityType[] }
  | { readonly kind: 'resource'; readonly types: readonly ResourceType[] }
  | { readonly kind: 'scope'; readonly types: readonly ScopeType[] };

/** A requirement formula in which only spellings of permissions, types of nodes and known predicates compile. */
export type GcpRequirement =
  | { readonly allowed: PermissionName; readonly on?: 'home' }
  | { readonly somewhere: readonly PermissionName[] }
  | { readonly attached: GcpRequirement }
  | { readonly beside: GcpTarget; readonly that: GcpRequirement }
  | { readonly anywhere: GcpTarget; readonly that: GcpRequirement }
  | { readonly holds: PredicateName }
  | { readonly listed: 'managers' }
  | { readonly all: readonly GcpRequirement[] }
  | { readonly any: readonly GcpRequirement[] };

/** A {@link ScopedTechnique} of this adapter: one row of a table of gcp.md 3, or one of the variants of a row. */
export interface GcpTechnique extends ScopedTechnique {
  readonly provider: 'gcp';
  /** Name of the row in gcp.md 3. The id is `gcp-` and this, and for a variant a further word. */
  readonly slug: string;
  readonly attack: readonly AttackId[];
  readonly target: GcpTarget;
  readonly requires: GcpRequirement;
}

/** A row as the tables write it. */
export interface GcpTechniqueRow {
  readonly slug: string;
  /** What tells apart the variants of one slug. */
  readonly variant?: string;
  readonly title: string;
  readonly attack: readonly AttackId[];
  readonly target: GcpTarget;
  readonly requires: GcpRequirement;
  readonly yields: ScopedYield;
  /** What the identities it gives can be used for; absent: everything. */
  readonly within?: ScopedLimit;
}

/** The rows of one table of gcp.md as techniques. */
export function tableOf(reference: string, rows: readonly GcpTechniqueRow[]): readonly GcpTechnique[] {
  return rows.map(({ slug, variant, title, attack, target, requires, yields, within }) => ({
    id: variant === undefined ? `gcp-${slug}` : `gcp-${slug}-${variant}`,
    slug,
    provider: 'gcp',
    title,
    reference,
    attack,
    target,
    requires,
    yields,
    ...(within === undefined ? {} : { within }),
  }));
}
