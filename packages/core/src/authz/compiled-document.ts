import type { PolicyDocument, PrincipalSelector, Statement } from '../graph/model.ts';
import type { ActionCatalogue, ActionSet } from './action-catalogue.ts';
import type { ChosenKey, CompiledCondition, ProviderSemantics, ResourcePattern } from './semantics.ts';

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

  #statement(statement: Statement, document: CompiledDocument): CompiledStatement {
    const condition = this.#condition(statement);
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
      choiceByResource: ofPatterns.length > 0 || (condition?.propose !== undefined && condition.readsResource),
      undecidable: statement.undecidable ?? foreign,
      statement,
      document,
    };
  }

  #condition(statement: Statement): CompiledCondition | undefined {
    const condition = statement.condition;
    if (condition === undefined || condition.language !== this.#semantics.conditions.id) return undefined;
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
