import type { AccessCatalogue, AccessClass } from '../access-class.ts';
import { accessTechniques } from '../access-techniques.ts';
import type { Derivation } from '../derivation.ts';
import type { ScopedCatalogue, ScopedRequirement, ScopedTechnique } from '../scoped-technique.ts';
import type { CompiledFormula, ScopedFormulas } from './scoped-formula.ts';
import type { ScopedUniverses } from './scoped-universe.ts';

/** A technique with its number in the reach graph. */
export interface ScopedRow {
  /** Place among the rows of the provider, from 0. */
  readonly index: number;
  readonly label: number;
  readonly technique: ScopedTechnique;
  readonly formula: CompiledFormula;
  /** Set for rows that stand for access to resources. */
  readonly access: AccessClass | undefined;
}

/** The techniques of a catalogue and one row for each class of access to each type of resource in the input. */
export function scopedRows(
  derivation: Derivation,
  catalogue: ScopedCatalogue,
  access: AccessCatalogue | undefined,
  universes: ScopedUniverses,
  formulas: ScopedFormulas,
): readonly ScopedRow[] {
  const rows: ScopedRow[] = [];
  const add = (technique: ScopedTechnique, accessClass: AccessClass | undefined): void => {
    const universe = universes.of(technique.target);
    derivation.techniques.push(technique);
    const label = derivation.techniques.length - 1;
    if (universe.size === 0) return;
    const formula = formulas.compile(technique.requires, universe);
    rows.push({ index: rows.length, label, technique, formula, access: accessClass });
  };
  const { techniques } = catalogue;
  for (const technique of techniques) if (technique.within === undefined) add(technique, undefined);
  // Whoever is given more by a row above need not be asked what one with a limit gives.
  for (const technique of techniques) if (technique.within !== undefined) add(technique, undefined);
  if (access === undefined) return rows;
  const types = new Set<string>();
  for (const { provider, type, uncollected } of derivation.model.graph.resources) {
    if (provider === catalogue.provider && uncollected !== true) types.add(type);
  }
  for (const { technique, class: accessClass } of accessTechniques(access, [...types].sort())) {
    const { id, provider, title, reference, attack, target, requires } = technique;
    if (target.kind !== 'resource') continue;
    add(
      {
        id,
        provider,
        title,
        reference,
        attack,
        target: { kind: 'resource', types: target.types },
        requires: onTarget(requires),
        yields: 'become-runtime',
      },
      accessClass,
    );
  }
  return rows;
}

/** What is asked of the target, wherever in it a catalogue says the action is checked. */
function onTarget(requires: unknown): ScopedRequirement {
  const actions = (requires as { readonly any: readonly { readonly allowed: string }[] }).any;
  return { any: actions.map(({ allowed }) => ({ allowed })) };
}
