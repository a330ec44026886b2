import type { CompiledDocument, CompiledStatement } from './compiled-document.ts';
import type { CompiledCondition, ConditionLanguage, PrincipalFacts } from './semantics.ts';

/** The part of a condition language that tells principals apart. */
export type PrincipalLanguage = Pick<ConditionLanguage, 'principalFact' | 'principalSignature'>;

/** What some policies read of principals: all that can make them treat two principals differently. */
export interface PrincipalReads {
  /** Conditions that look at the principal. */
  readonly conditions: ReadonlySet<CompiledCondition>;
  /** Keys of principal facts that resource patterns substitute, sorted. */
  readonly keys: readonly string[];
}

/** Collects what statements read of principals. */
export class PrincipalReadsBuilder {
  readonly #conditions: Set<CompiledCondition> = new Set();
  readonly #keys: Set<string> = new Set();

  add(statement: CompiledStatement): void {
    const { condition } = statement;
    if (condition !== undefined) this.addCondition(condition);
    for (const pattern of statement.include ?? []) for (const key of pattern.principalKeys) this.#keys.add(key);
    for (const pattern of statement.exclude) for (const key of pattern.principalKeys) this.#keys.add(key);
  }

  /** What a condition reads; of one made of several, those are looked at, which the language knows. */
  addCondition(condition: CompiledCondition): void {
    for (const one of condition.parts ?? [condition]) if (one.principalKeys.length > 0) this.#conditions.add(one);
  }

  build(): PrincipalReads {
    return { conditions: this.#conditions, keys: [...this.#keys].sort() };
  }
}

const byDocument: WeakMap<CompiledDocument, PrincipalReads> = new WeakMap();

/** What one document reads of principals; collected once. */
export function readsOfDocument(document: CompiledDocument): PrincipalReads {
  const known = byDocument.get(document);
  if (known !== undefined) return known;
  const builder = new PrincipalReadsBuilder();
  for (const statement of document.statements) builder.add(statement);
  if (document.applies !== undefined) builder.addCondition(document.applies);
  const reads = builder.build();
  byDocument.set(document, reads);
  return reads;
}

/**
 * Text that is equal for principals that `reads` cannot tell apart. Where the language says how a condition judges a
 * principal, that counts and not the value it looked at: `ArnNotLike aws:PrincipalArn` splits everybody in two, not into as
 * many as there are ARNs.
 */
export function principalSignature(reads: PrincipalReads, facts: PrincipalFacts, language: PrincipalLanguage): string {
  if (reads.conditions.size === 0 && reads.keys.length === 0) return '';
  const parts = reads.keys.map((key) => language.principalFact(key, facts));
  for (const condition of reads.conditions) {
    if (language.principalSignature !== undefined) parts.push(language.principalSignature(condition, facts));
    else for (const key of condition.principalKeys) parts.push(language.principalFact(key, facts));
  }
  return JSON.stringify(parts);
}
