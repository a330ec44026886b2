import { type CompiledStatement, holdsAlways } from '../authz/compiled-document.ts';
import { literalPrefix, prefixRange } from '../authz/glob.ts';
import type { CompiledCondition, ResourcePattern } from '../authz/semantics.ts';

/** Names that a question is about, `*` in them for text the caller chooses: what speaks of none of them decides nothing of it. */
export class AskedNames {
  /** Where the names begin, sorted, each once. */
  readonly #starts: readonly string[];
  readonly #known: ReadonlySet<string>;
  readonly #lengths: readonly number[];
  readonly #mayMatch: ((pattern: ResourcePattern) => boolean | undefined) | undefined;
  readonly #concerned: Map<ResourcePattern, boolean> = new Map();
  /** What {@link StatementKeys} found for these names. */
  readonly keys: Map<CompiledStatement, number | undefined> = new Map();

  /** `mayMatch`: whether a pattern may match one of the names, where that is known better than by how they begin. */
  constructor(names: readonly string[], mayMatch?: (pattern: ResourcePattern) => boolean | undefined) {
    this.#mayMatch = mayMatch;
    this.#known = new Set(names.map(literalPrefix));
    this.#starts = [...this.#known].sort();
    this.#lengths = [...new Set(this.#starts.map(({ length }) => length))];
  }

  /** Whether a pattern may match one of the names; a negative answer is sure. */
  concern(pattern: ResourcePattern): boolean {
    if (pattern.all) return true;
    let concerned = this.#concerned.get(pattern);
    if (concerned === undefined) {
      const { prefix, otherPrefix } = pattern;
      concerned =
        this.#mayMatch?.(pattern) ??
        (this.#mayBegin(prefix) || (otherPrefix !== undefined && this.#mayBegin(otherPrefix)));
      this.#concerned.set(pattern, concerned);
    }
    return concerned;
  }

  /** Whether some text can begin with a prefix and be one of the names. */
  #mayBegin(prefix: string): boolean {
    const [from, to] = prefixRange(this.#starts, prefix);
    if (from < to) return true;
    return this.#lengths.some((length) => length < prefix.length && this.#known.has(prefix.slice(0, length)));
  }
}

/** Key of a statement that speaks of every request for its actions. */
export const ALWAYS: number = 0;

/**
 * Numbers statements by what they say, whatever text they stand in and whatever else they name: two with the same number say
 * the same of the names asked about, to whoever the facts they read are equal for.
 */
export class StatementKeys {
  readonly #texts: Map<string, number> = new Map();
  readonly #keys: WeakMap<CompiledStatement, number> = new WeakMap();
  readonly #patterns: WeakMap<ResourcePattern, number> = new WeakMap();
  readonly #conditions: WeakMap<CompiledCondition, number> = new WeakMap();
  #last = ALWAYS;

  /** The key of a statement; undefined for one that says nothing of the names. */
  of(statement: CompiledStatement, names: AskedNames | undefined): number | undefined {
    if (names === undefined) {
      let key = this.#keys.get(statement);
      if (key === undefined) {
        key = this.#find(statement, undefined)!;
        this.#keys.set(statement, key);
      }
      return key;
    }
    let key = names.keys.get(statement);
    if (key === undefined && !names.keys.has(statement)) {
      key = this.#find(statement, names);
      names.keys.set(statement, key);
    }
    return key;
  }

  #find(statement: CompiledStatement, names: AskedNames | undefined): number | undefined {
    const { allow, condition, undecidable, principals, chosen, choiceByResource, include, exclude } = statement;
    if (holdsAlways(statement) && chosen.length === 0) return ALWAYS;
    // What the caller chooses is chosen among all that the statement names.
    const asked = chosen.length > 0 || choiceByResource ? undefined : names;
    const concerned = (patterns: readonly ResourcePattern[]): readonly ResourcePattern[] =>
      asked === undefined ? patterns : patterns.filter((pattern) => asked.concern(pattern));
    const included = include === undefined ? undefined : concerned(include);
    if (asked !== undefined && included?.length === 0) return undefined;
    const readsPrincipal = [...(include ?? []), ...exclude].some(({ principalKeys }) => principalKeys.length > 0);
    if (readsPrincipal || principals !== undefined) return this.#ownKey(statement);
    const numbers = (patterns: readonly ResourcePattern[]): readonly number[] =>
      [...new Set(patterns.map((pattern) => this.#numberOf(this.#patterns, pattern)))].sort(ascending);
    const text = JSON.stringify([
      allow,
      included === undefined ? null : numbers(included),
      numbers(concerned(exclude)),
      condition === undefined ? null : this.#numberOf(this.#conditions, condition),
      undecidable !== undefined,
    ]);
    let key = this.#texts.get(text);
    if (key === undefined) {
      this.#last += 1;
      key = this.#last;
      this.#texts.set(text, key);
    }
    return key;
  }

  /** A key that no other statement has. */
  #ownKey(statement: CompiledStatement): number {
    return this.#numberOf(this.#keys, statement);
  }

  #numberOf<Thing extends object>(numbers: WeakMap<Thing, number>, thing: Thing): number {
    let number = numbers.get(thing);
    if (number === undefined) {
      this.#last += 1;
      number = this.#last;
      numbers.set(thing, number);
    }
    return number;
  }
}

function ascending(left: number, right: number): number {
  return left - right;
}
