import type { Condition, PolicyDocument, PrincipalSelector, Statement } from '../graph/model.ts';
import type { ActionCatalogue, ActionSet } from './action-catalogue.ts';
import { fixedCondition, joinedConditions } from './joined-conditions.ts';
import type { ChosenKey, CompiledCondition, ProviderSemantics, ResourcePattern } from './semantics.ts';
import { UNKNOWN } from './truth.ts';

/** A statement with its languages compiled; shared by everything that holds the document. */
export interface CompiledStatement {
  readonly allow: boolean;
  readonly actions: ActionSet;
  /** Undefined: the node the policy is attached to, with everything below it. */
  readonly include: readonly ResourcePattern[] | undefined;
  readonly exclude: readonly ResourcePattern[];
  readonly principals: PrincipalSelector | undefined;
  readonly condition: CompiledCondition | undefined;
  /** Keys the caller chooses that condition and patterns read. */
  readonly chosen: readonly ChosenKey[];
  /** Which values of those are worth trying depends on the resource. */
  readonly choiceByResource: boolean;
  /** Why the statement can only be `unknown`, if so. */
  readonly undecidable: string | undefined;
  readonly statement: Statement;
  readonly document: CompiledDocument;
}

/** A policy text, compiled once whatever number of policies share it. */
export interface CompiledDocument {
  readonly id: string;
  readonly statements: readonly CompiledStatement[];
  readonly unreadable: string | undefined;
  /** Whether the unreadable text may hold a deny. */
  readonly mayDeny: boolean;
  /** Of a text that is placed under a condition ({@link DocumentCompiler.placed}): whether it speaks at all. Absent: it does. */
  readonly applies?: CompiledCondition;
  /** Keys of principal facts that conditions and patterns of the document read, sorted. */
  readonly principalKeys: readonly string[];
  /** True where a condition has keys the caller chooses. */
  readonly hasChosen: boolean;
  /** The same for keys that the caller chooses only with the tags of principal or resource. */
  readonly hasChosenTags: boolean;
}

/** Whether a statement speaks of every request for its actions, on whatever resource and whoever asks. */
export function holdsAlways({ condition, undecidable, principals, include, exclude }: CompiledStatement): boolean {
  return (
    condition === undefined &&
    undecidable === undefined &&
    principals === undefined &&
    exclude.length === 0 &&
    include?.some(({ all }) => all) === true
  );
}

/** Compiles policy texts of one provider; conditions and patterns are memoised, so equal ones are shared. */
export class DocumentCompiler {
  readonly #semantics: ProviderSemantics;
  readonly #catalogue: ActionCatalogue;
  readonly #patterns: Map<string, ResourcePattern> = new Map();
  readonly #conditions: Map<string, CompiledCondition> = new Map();
  readonly #placements: WeakMap<Condition, CompiledCondition> = new WeakMap();
  readonly #placed: WeakMap<CompiledCondition, Map<string, CompiledDocument>> = new WeakMap();
  #placedCount = 0;

  constructor(semantics: ProviderSemantics, catalogue: ActionCatalogue) {
    this.#semantics = semantics;
    this.#catalogue = catalogue;
  }

  /** Compiles one document. Never throws: what cannot be understood becomes undecidable statements. */
  compile(document: PolicyDocument): CompiledDocument {
    const statements: CompiledStatement[] = [];
    const keys = new Set<string>();
    const compiled: { -readonly [K in keyof CompiledDocument]: CompiledDocument[K] } = {
      id: document.id,
      statements,
      unreadable: document.unreadable,
      mayDeny: document.mayDeny ?? true,
      principalKeys: [],
      hasChosen: false,
      hasChosenTags: false,
    };
    for (const statement of document.statements) {
      const one = this.#statement(statement, compiled);
      statements.push(one);
      for (const pattern of one.include ?? []) for (const key of pattern.principalKeys) keys.add(key);
      for (const pattern of one.exclude) for (const key of pattern.principalKeys) keys.add(key);
      for (const key of one.condition?.principalKeys ?? []) keys.add(key);
      for (const { when } of one.chosen) {
        if (when === undefined) compiled.hasChosen = true;
        else compiled.hasChosenTags = true;
      }
    }
    compiled.principalKeys = [...keys].sort();
    return compiled;
  }

  /** The condition of a placement, compiled once for equal ones. In a language that is not known here it is `UNKNOWN`. */
  condition(condition: Condition): CompiledCondition {
    const known = this.#placements.get(condition);
    if (known !== undefined) return known;
    const { language } = condition;
    const compiled =
      this.#condition(condition) ?? fixedCondition(UNKNOWN, `condition language \`${language}\` is not known here`);
    this.#placements.set(condition, compiled);
    return compiled;
  }

  /**
   * A text as it speaks where it is placed under a condition; equal ones are one. A grant (`grant`) then gives, and a deny
   * denies, under that condition too. A guard (`guard`) caps whom it applies to, see {@link CompiledDocument.applies}.
   */
  placed(document: CompiledDocument, condition: CompiledCondition, as: 'grant' | 'guard'): CompiledDocument {
    let placed = this.#placed.get(condition);
    if (placed === undefined) {
      placed = new Map();
      this.#placed.set(condition, placed);
    }
    const key = `${as} ${document.id}`;
    const known = placed.get(key);
    if (known !== undefined) return known;
    this.#placedCount += 1;
    const statements: CompiledStatement[] = [];
    const chosen = condition.chosen;
    const created: CompiledDocument = {
      ...document,
      id: `${document.id} placed ${this.#placedCount}`,
      statements,
      applies: condition,
      principalKeys: [...new Set([...document.principalKeys, ...condition.principalKeys])].sort(),
      hasChosen: document.hasChosen || chosen.some(({ when }) => when === undefined),
      hasChosenTags: document.hasChosenTags || chosen.some(({ when }) => when !== undefined),
    };
    for (const statement of document.statements) {
      const capped = as === 'guard' && statement.allow;
      statements.push(capped ? { ...statement, document: created } : underCondition(statement, condition, created));
    }
    placed.set(key, created);
    return created;
  }

  #statement(statement: Statement, document: CompiledDocument): CompiledStatement {
    const condition = statement.condition === undefined ? undefined : this.#condition(statement.condition);
    const foreign =
      statement.condition !== undefined && statement.condition.language !== this.#semantics.conditions.id
        ? `condition language \`${statement.condition.language}\` is not known here`
        : undefined;
    const include = statement.resources?.include.map((pattern) => this.#pattern(pattern));
    const exclude = (statement.resources?.exclude ?? []).map((pattern) => this.#pattern(pattern));
    const ofPatterns = [...(include ?? []), ...exclude].flatMap((pattern) => pattern.chosen ?? []);
    return {
      allow: statement.effect === 'allow',
      actions: this.#catalogue.select(statement.actions),
      include,
      exclude,
      principals: statement.principals,
      condition,
      chosen: ofPatterns.length === 0 ? (condition?.chosen ?? []) : [...(condition?.chosen ?? []), ...ofPatterns],
      choiceByResource: ofPatterns.length > 0 || (condition !== undefined && choosesByResource(condition)),
      undecidable: statement.undecidable ?? foreign,
      statement,
      document,
    };
  }

  #condition(condition: Condition): CompiledCondition | undefined {
    if (condition.language !== this.#semantics.conditions.id) return undefined;
    const key = JSON.stringify(condition.body);
    const known = this.#conditions.get(key);
    if (known !== undefined) return known;
    const compiled = this.#semantics.conditions.compile(condition.body);
    this.#conditions.set(key, compiled);
    return compiled;
  }

  #pattern(text: string): ResourcePattern {
    const known = this.#patterns.get(text);
    if (known !== undefined) return known;
    const pattern = this.#semantics.resources.compile(text);
    this.#patterns.set(text, pattern);
    return pattern;
  }
}

function underCondition(
  statement: CompiledStatement,
  condition: CompiledCondition,
  document: CompiledDocument,
): CompiledStatement {
  return {
    ...statement,
    condition: joinedConditions(statement.condition, condition),
    chosen: condition.chosen.length === 0 ? statement.chosen : [...statement.chosen, ...condition.chosen],
    choiceByResource: statement.choiceByResource || choosesByResource(condition),
    document,
  };
}

/** Whether values worth trying for the keys of a condition depend on the resource. */
export function choosesByResource({ propose, readsResource }: CompiledCondition): boolean {
  return propose !== undefined && readsResource;
}
