import type { AuthorizationModel, ProviderModel } from '../authz/authorization-model.ts';
import type { CompiledStatement } from '../authz/compiled-document.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type { OpenedResource } from '../authz/semantics.ts';
import { KeptByClass } from './kept.ts';
import type { Prospects } from './prospects.ts';
import { difference, EMPTY, type RangeSet, setOf } from './range-set.ts';
import { isAboutTarget } from './requirement-text.ts';
import type { TargetChange } from './target-decisions.ts';
import type { Requirement } from './technique.ts';
import type { Universe } from './universe.ts';

interface AskedWord {
  readonly word: number;
  readonly bits: number;
}

/** What a formula asks about its targets. */
interface AskedOfTargets {
  /** Actions, as bits over the catalogue: the words that have any. */
  readonly words: readonly AskedWord[];
  /** Templates of what lies in the targets. */
  readonly inside: readonly string[];
}

/** What is known of a class that opens or retags resources. */
interface Opener {
  /** Actions granted on everything, whatever the request, and by each of its guards too. */
  readonly free: Uint32Array;
  /** Actions of which rules speak that read tags of the resource. */
  readonly tagged: Uint32Array;
}

/**
 * Tells for which targets it can make a difference that a caller has opened them to itself or chosen their tags, so that only
 * those are asked about a second time.
 */
export class OpeningGains {
  readonly #model: AuthorizationModel;
  readonly #provider: ProviderModel;
  readonly #prospects: Prospects;
  readonly #words: number;
  readonly #asked: Map<Requirement, AskedOfTargets | undefined> = new Map();
  readonly #tagged: WeakMap<Universe, Uint32Array> = new WeakMap();
  readonly #plain: Readonly<Record<OpenedResource['how'], WeakMap<Universe, RangeSet>>> = {
    beside: new WeakMap(),
    instead: new WeakMap(),
  };
  readonly #openers: KeptByClass<Opener> = new KeptByClass((principalClass) => this.#openerOf(principalClass));

  constructor(model: AuthorizationModel, provider: ProviderModel, prospects: Prospects) {
    this.#model = model;
    this.#provider = provider;
    this.#prospects = prospects;
    this.#words = (provider.catalogue.names.length + 31) >>> 5;
  }

  /** Targets of `set` on which a formula may hold more surely for the caller, as it has changed them, than before. */
  worthAsking(
    requirement: Requirement,
    { chosenResourceTags, opensResource }: TargetChange,
    principalClass: PrincipalClass,
    universe: Universe,
    set: RangeSet,
  ): RangeSet {
    const asked = this.#askedBy(requirement);
    if (asked !== undefined && asked.words.length === 0) return EMPTY;
    if (asked === undefined || universe.zone === undefined || principalClass.external) return set;
    if (!asked.inside.every((template) => this.#prospects.liesInTargets(template, universe))) return set;
    const { free, tagged } = this.#openers.of(principalClass);
    if (chosenResourceTags === true) {
      const reads = asksOf(asked, tagged) || asksOf(asked, this.#taggedOn(universe));
      if (reads || opensResource !== undefined) return set;
      return EMPTY;
    }
    if (opensResource === undefined) return EMPTY;
    const opened = opensResource.actions?.bits;
    if (opened !== undefined && !asksOf(asked, opened)) return EMPTY;
    // Who holds a grant of it all gains nothing where it is not kept out.
    for (const { word, bits } of asked.words) {
      if ((bits & (opened?.[word] ?? ~0) & ~free[word]!) !== 0) return set;
    }
    return difference(set, this.#plainOf(universe, opensResource.how));
  }

  /** Undefined for formulas that ask about what may or may not lie in targets, or actions that the catalogue does not know. */
  #askedBy(requirement: Requirement): AskedOfTargets | undefined {
    if (this.#asked.has(requirement)) return this.#asked.get(requirement);
    const bits = new Uint32Array(this.#words);
    const inside = new Set<string>();
    const visit = (part: Requirement): boolean => {
      if ('all' in part) return part.all.every(visit);
      if ('any' in part) return part.any.every(visit);
      // What else there is stays as it was.
      if (!('allowed' in part) || !isAboutTarget(part.on)) return true;
      const { index } = this.#provider.catalogue.ref(part.allowed);
      if (index < 0) return false;
      bits[index >>> 5]! |= 1 << (index & 31);
      if (part.on === undefined) return true;
      inside.add(part.on);
      return part.on.startsWith('{target}');
    };
    const words: AskedWord[] = [];
    const all = visit(requirement);
    for (const [word, of] of bits.entries()) if (of !== 0) words.push({ word, bits: of });
    const found = all ? { words, inside: [...inside] } : undefined;
    this.#asked.set(requirement, found);
    return found;
  }

  #openerOf({ allow, deny, guards, sessionGuards, scopeGuards }: PrincipalClass): Opener {
    const free = this.#namedBy(allow.filter(isFree));
    for (const guard of [...guards, ...sessionGuards]) {
      const within = this.#namedBy(guard.statements.filter((statement) => statement.allow && isFree(statement)));
      for (let word = 0; word < this.#words; word += 1) free[word]! &= within[word]!;
    }
    const caps = [...guards, ...sessionGuards, ...scopeGuards.flat()].flatMap(({ statements }) => statements);
    const tagged = this.#namedBy([...allow, ...deny, ...caps].filter(readsTags));
    return { free, tagged };
  }

  #taggedOn(universe: Universe): Uint32Array {
    let found = this.#tagged.get(universe);
    if (found === undefined) {
      const statements = new Set<CompiledStatement>();
      for (const node of universe.nodes) {
        const guards = this.#model.resourceGuardsOn(node).flat();
        for (const { document } of [...this.#model.grantsOn(node.id).map((grant) => grant.held), ...guards]) {
          for (const statement of document.statements) if (readsTags(statement)) statements.add(statement);
        }
      }
      found = this.#namedBy([...statements]);
      this.#tagged.set(universe, found);
    }
    return found;
  }

  /** Targets of the callers' zone whose policies keep nobody out that has a grant; `instead`: and deny nothing. */
  #plainOf(universe: Universe, how: OpenedResource['how']): RangeSet {
    let found = this.#plain[how].get(universe);
    if (found === undefined) {
      const indices: number[] = [];
      for (const [index, node] of universe.nodes.entries()) {
        if (this.#model.graph.zoneOf(node.id)?.id !== universe.zone) continue;
        const keepsOut = this.#model.grantsOn(node.id).some(({ held: { document }, exclusive }) => {
          if (exclusive !== undefined || document.unreadable !== undefined) return true;
          return how === 'instead' && document.statements.some((statement) => !statement.allow);
        });
        if (!keepsOut) indices.push(index);
      }
      found = setOf(indices);
      this.#plain[how].set(universe, found);
    }
    return found;
  }

  #namedBy(statements: readonly CompiledStatement[]): Uint32Array {
    const bits = new Uint32Array(this.#words);
    for (const { actions } of statements) {
      for (let word = 0; word < bits.length; word += 1) bits[word]! |= actions.bits[word]!;
    }
    return bits;
  }
}

function asksOf({ words }: AskedOfTargets, actions: Uint32Array): boolean {
  for (const { word, bits } of words) if ((bits & actions[word]!) !== 0) return true;
  return false;
}

/** A statement that allows its actions on everything, whatever the request. */
function isFree({ condition, undecidable, include, exclude }: CompiledStatement): boolean {
  return (
    condition === undefined &&
    undecidable === undefined &&
    exclude.length === 0 &&
    (include === undefined || include.some((pattern) => pattern.all))
  );
}

function readsTags({ chosen }: CompiledStatement): boolean {
  return chosen.some(({ when }) => when === 'resource-tags');
}
