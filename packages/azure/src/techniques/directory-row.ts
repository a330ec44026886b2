import type { ScopedRequirement, ScopedTechnique, ScopedYield } from '@keyreach/core/reach';
import type { GraphPermission } from '../catalogue/graph-permissions.ts';
import type { DirectoryPredicateName } from './directory-precondition-names.ts';

/** An action of directory roles, or an application permission of Microsoft Graph (docs/graph-azure.md, Actions). */
export type DirectoryAction =
  | `microsoft.directory/${string}/${string}`
  | `microsoft.azure.devOps/${string}`
  | `microsoft.cloudPC/${string}`
  | `microsoft.intune/${string}`
  | `graph:${GraphPermission}`;

/** What a row of the directory can be aimed at. */
export type DirectoryTarget =
  | {
      readonly kind: 'identity';
      readonly types: readonly ('agent' | 'group' | 'managed-identity' | 'service-principal' | 'user')[];
    }
  | { readonly kind: 'resource'; readonly types: readonly ('application' | 'directory-role')[] }
  | { readonly kind: 'scope'; readonly types: readonly ('arm-root' | 'tenant')[] };

/** A requirement formula in which only actions of the directory, its types of nodes and known predicates compile. */
export type DirectoryRequirement =
  | { readonly allowed: DirectoryAction }
  | { readonly attached: DirectoryRequirement }
  | { readonly anywhere: DirectoryTarget; readonly that: DirectoryRequirement }
  | { readonly holds: DirectoryPredicateName }
  | { readonly listed: 'eligibleOwners' | 'owners' }
  | { readonly all: readonly DirectoryRequirement[] }
  | { readonly any: readonly DirectoryRequirement[] };

/** The ATT&CK techniques that rows of the directory use. */
export type DirectoryAttackId =
  | 'T1072'
  | 'T1098.001'
  | 'T1098.003'
  | 'T1098.005'
  | 'T1199'
  | 'T1484.002'
  | 'T1528'
  | 'T1548.005'
  | 'T1556.006'
  | 'T1556.007'
  | 'T1606.002';

/** A {@link ScopedTechnique} of the directory: one row of azure.md 3.4 or 3.5, or one of the variants of a row. */
export interface DirectoryTechnique extends ScopedTechnique {
  readonly provider: 'azure';
  /** Id of the row in azure.md. The id of the technique is `azure-` and this, and for a variant a further word. */
  readonly slug: string;
  readonly attack: readonly DirectoryAttackId[];
  readonly target: DirectoryTarget;
  readonly requires: DirectoryRequirement & ScopedRequirement;
}

/** A row as the tables write it. */
export interface DirectoryRow {
  readonly slug: string;
  /** What tells apart the variants of one slug. */
  readonly variant?: string;
  readonly title: string;
  readonly attack: readonly DirectoryAttackId[];
  readonly target: DirectoryTarget;
  readonly requires: DirectoryRequirement;
  readonly yields: ScopedYield;
}

/** Rows of one table of azure.md as techniques. */
export function directoryTable(reference: string, rows: readonly DirectoryRow[]): readonly DirectoryTechnique[] {
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
