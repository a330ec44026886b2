import { type ActionRef, hasAction } from '../authz/action-catalogue.ts';
import type { ProviderModel } from '../authz/authorization-model.ts';
import type { CompiledDocument, CompiledStatement } from '../authz/compiled-document.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import { type PrincipalReads, PrincipalReadsBuilder, principalSignature } from '../authz/principal-signature.ts';
import type { PrincipalFacts } from '../authz/semantics.ts';
import type { TechniqueRow } from './derivation.ts';
import { aimsAtSame, isOpening } from './opened-others.ts';
import { actionsAsked } from './requirement.ts';

/** A statement of guards around scopes that looks at the principal. */
interface Reader {
  readonly statement: CompiledStatement;
  readonly reads: PrincipalReads;
}

/**
 * Rows that need not be asked for callers that surely control their zone: administrators of the zone, whom control of it leads
 * to, have every grant and no guard but those of the scopes around it. They may fare worse only where those guards, or the
 * service itself, tell principals apart.
 */
export class CoveredByControl {
  readonly #provider: ProviderModel;
  readonly #rows: readonly TechniqueRow[];
  readonly #readers: WeakMap<CompiledDocument, readonly Reader[]> = new WeakMap();
  readonly #numbers: Map<CompiledStatement, number> = new Map();
  readonly #covered: Map<string, ReadonlySet<TechniqueRow>> = new Map();
  readonly #actions: Map<TechniqueRow, readonly ActionRef[]> = new Map();

  constructor(provider: ProviderModel, rows: readonly TechniqueRow[]) {
    this.#provider = provider;
    this.#rows = rows;
  }

  /**
   * Rows with which an administrator of the zone fares at least as well as any member of `of`, on targets whose own policies tell
   * no members apart. `administrator`: what it is, within guards that `of` is within as well, or fewer.
   */
  by(administrator: PrincipalFacts, of: PrincipalClass): ReadonlySet<TechniqueRow> {
    const { conditions } = this.#provider.semantics;
    const isOtherType = of.type !== administrator.node.type;
    for (const key of isOtherType ? (conditions.sharedKeys ?? []) : []) {
      if (conditions.principalFact(key, administrator) !== conditions.principalFact(key, of.facts)) return NO_ROWS;
    }
    const apart: CompiledStatement[] = [];
    for (const document of new Set(of.scopeGuards.flat())) {
      for (const { statement, reads } of this.#readersIn(document)) {
        const isChosen = statement.chosen.some(({ when }) => when !== undefined);
        const isAlike =
          (!isChosen || administrator.chosenTags === of.facts.chosenTags) &&
          principalSignature(reads, administrator, conditions) === principalSignature(reads, of.facts, conditions);
        if (!isAlike) apart.push(statement);
      }
    }
    const key = JSON.stringify([isOtherType ? of.type : null, apart.map((statement) => this.#numberOf(statement))]);
    let covered = this.#covered.get(key);
    if (covered === undefined) {
      covered = this.#find(administrator.node.type, isOtherType ? of.type : undefined, apart);
      this.#covered.set(key, covered);
    }
    return covered;
  }

  #find(type: string, otherType: string | undefined, apart: readonly CompiledStatement[]): ReadonlySet<TechniqueRow> {
    const { semantics } = this.#provider;
    const isAlike = (action: ActionRef): boolean =>
      (otherType === undefined || !semantics.hasServiceRule(action.folded)) &&
      !apart.some((statement) => hasAction(statement.actions, action));
    const alone = new Set(
      this.#rows.filter((row) => {
        const { callers, target } = row.technique;
        return target.kind !== 'zone' && callers?.includes(type) !== false && this.#actionsOf(row).every(isAlike);
      }),
    );
    // What is opened is open for other rows.
    const covered = [...alone].filter(
      (row) =>
        !isOpening(row.technique) ||
        this.#rows.every((other) => !aimsAtSame(other.technique, row.technique) || alone.has(other)),
    );
    return new Set(covered);
  }

  #actionsOf(row: TechniqueRow): readonly ActionRef[] {
    let actions = this.#actions.get(row);
    if (actions === undefined) {
      const names = new Set(actionsAsked(row.technique.requires));
      actions = [...names].map((name) => this.#provider.catalogue.ref(name));
      this.#actions.set(row, actions);
    }
    return actions;
  }

  #readersIn(document: CompiledDocument): readonly Reader[] {
    let readers = this.#readers.get(document);
    if (readers === undefined) {
      readers = document.statements.flatMap((statement) => {
        const builder = new PrincipalReadsBuilder();
        builder.add(statement);
        const reads = builder.build();
        return reads.conditions.size === 0 && reads.keys.length === 0 ? [] : [{ statement, reads }];
      });
      this.#readers.set(document, readers);
    }
    return readers;
  }

  #numberOf(statement: CompiledStatement): number {
    let number = this.#numbers.get(statement);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(statement, number);
    }
    return number;
  }
}

const NO_ROWS: ReadonlySet<TechniqueRow> = new Set();
