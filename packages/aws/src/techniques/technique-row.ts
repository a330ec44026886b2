import type { FixedContext, OtherTarget, Technique } from '@keyreach/core/reach';
import type { PredicateName } from './precondition-names.ts';

/** An action as AWS spells it; a test holds every row to the action catalogue. */
export type ActionName = `${string}:${string}`;

/** A service as it signs requests. */
export type ServicePrincipal = `${string}.amazonaws.com`;

/** The ATT&CK techniques (findings 2.3) that rows of this adapter use. */
export type AttackId =
  | 'T1078.004'
  | 'T1098.001'
  | 'T1098.003'
  | 'T1098.006'
  | 'T1136.003'
  | 'T1484.002'
  | 'T1548.005'
  | 'T1550.001'
  | 'T1552.001'
  | 'T1552.005'
  | 'T1552.007'
  | 'T1555.006'
  | 'T1666'
  | 'T1578'
  | 'T1578.005'
  | 'T1648'
  | 'T1651';

/** A requirement formula in which only spellings of actions, services and known predicates compile. */
export type AwsRequirement =
  | { readonly allowed: ActionName; readonly context?: FixedContext; readonly on?: string; readonly freely?: true }
  | { readonly allows: readonly ActionName[]; readonly context?: FixedContext }
  | { readonly service: ServicePrincipal; readonly may: ActionName }
  | { readonly holds: PredicateName }
  | { readonly zoneHolds: PredicateName }
  | { readonly some: OtherTarget; readonly that: AwsRequirement }
  | { readonly all: readonly AwsRequirement[] }
  | { readonly any: readonly AwsRequirement[] };

/** A {@link Technique} of this adapter: one row of a table of aws.md 2.3. */
export interface AwsTechnique extends Technique {
  readonly provider: 'aws';
  readonly attack: readonly AttackId[];
  readonly requires: AwsRequirement;
}

/** An {@link AwsTechnique} without what all rows of a table share. */
export type AwsTechniqueRow = Omit<AwsTechnique, 'provider' | 'reference'>;

/** The rows of one table of aws.md as techniques. */
export function tableOf(reference: string, rows: readonly AwsTechniqueRow[]): readonly AwsTechnique[] {
  return rows.map((row) => ({ ...row, provider: 'aws', reference }));
}
