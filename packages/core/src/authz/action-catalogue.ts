import type { Selector } from '../graph/model.ts';
import { globMatch, literalPrefix, lowerBound, prefixRange } from './glob.ts';

/** An action as the engine handles it: its place in the catalogue, or -1 where the catalogue does not know it. */
export interface ActionRef {
  readonly index: number;
  /** Canonical spelling where known, else as given. */
  readonly name: string;
  /** Lower case, for patterns. */
  readonly folded: string;
}

/**
 * The actions a rule names: a bitset over the catalogue, and the patterns themselves for actions outside it
 * (design, section 4: an action or a wildcard outside the catalogue keeps its pattern).
 */
export interface ActionSet {
  /** Bit i set: catalogue action i is named. Shared between equal selectors; never written. */
  readonly bits: Uint32Array;
  readonly selector: Selector;
}

/** Whether a set names an action. Case is ignored. */
export function hasAction(set: ActionSet, action: ActionRef): boolean {
  const index = action.index;
  if (index >= 0) return ((set.bits[index >>> 5]! >>> (index & 31)) & 1) === 1;
  return selectorMatches(set.selector, action.folded);
}

function selectorMatches(selector: Selector, folded: string): boolean {
  for (const pattern of selector.exclude) if (globMatch(pattern.toLowerCase(), folded)) return false;
  for (const pattern of selector.include) if (globMatch(pattern.toLowerCase(), folded)) return true;
  return false;
}

/** All action names of one provider, with memoised translation of patterns into bitsets. */
export class ActionCatalogue {
  /** Canonical names, in the order of the bits. */
  readonly names: readonly string[];
  readonly #folded: readonly string[];
  readonly #words: number;
  readonly #patterns: Map<string, Uint32Array> = new Map();
  readonly #shared: Map<string, Uint32Array>;
  readonly #selectors: Map<string, ActionSet> = new Map();
  readonly #refs: Map<string, ActionRef> = new Map();

  /** `names` sorted by their lower-case form, without duplicates; throws a `RangeError` otherwise. */
  constructor(names: readonly string[]) {
    this.names = names;
    const { folded, patterns } = sharedParts(names);
    this.#folded = folded;
    this.#shared = patterns;
    this.#words = (names.length + 31) >>> 5;
  }

  /** Looks an action up, ignoring case. Unknown actions get index -1 and keep their spelling. */
  ref(name: string): ActionRef {
    const known = this.#refs.get(name);
    if (known !== undefined) return known;
    const folded = name.toLowerCase();
    const at = lowerBound(this.#folded, folded);
    const index = this.#folded[at] === folded ? at : -1;
    const ref: ActionRef = { index, name: index >= 0 ? this.names[index]! : name, folded };
    if (this.#refs.size < 65_536) this.#refs.set(name, ref);
    return ref;
  }

  /** The set a selector names; equal selectors share one set. */
  select(selector: Selector): ActionSet {
    const key = JSON.stringify([selector.include, selector.exclude]);
    const known = this.#selectors.get(key);
    if (known !== undefined) return known;
    const bits = new Uint32Array(this.#words);
    for (const pattern of selector.include) {
      const only = this.#exact(pattern);
      if (only !== undefined) {
        if (only >= 0) bits[only >>> 5]! |= 1 << (only & 31);
        continue;
      }
      const named = this.#pattern(pattern);
      for (let word = 0; word < bits.length; word += 1) bits[word]! |= named[word]!;
    }
    for (const pattern of selector.exclude) {
      const named = this.#pattern(pattern);
      for (let word = 0; word < bits.length; word += 1) bits[word]! &= ~named[word]!;
    }
    const set: ActionSet = { bits, selector };
    this.#selectors.set(key, set);
    return set;
  }

  /** The place of the one action that a text without wildcards names, -1 where there is none; undefined for a pattern. */
  #exact(text: string): number | undefined {
    if (literalPrefix(text).length < text.length) return undefined;
    return this.ref(text).index;
  }

  #pattern(pattern: string): Uint32Array {
    const folded = pattern.toLowerCase();
    const known = this.#patterns.get(folded) ?? this.#shared.get(folded);
    if (known !== undefined) return known;
    const bits = new Uint32Array(this.#words);
    const prefix = literalPrefix(folded);
    const [from, to] = prefixRange(this.#folded, prefix);
    const exact = prefix.length === folded.length;
    for (let index = from; index < to; index += 1) {
      const name = this.#folded[index]!;
      if (exact ? name === folded : globMatch(folded, name)) bits[index >>> 5]! |= 1 << (index & 31);
    }
    this.#patterns.set(folded, bits);
    if (this.#shared.size < MOST_SHARED) this.#shared.set(folded, bits);
    return bits;
  }
}

/** Patterns that all catalogues of one list of names know; further ones each keeps for itself. */
const MOST_SHARED = 4_096;

interface SharedParts {
  /** Names in lower case. */
  readonly folded: readonly string[];
  /** Bits by pattern; never written once there. */
  readonly patterns: Map<string, Uint32Array>;
}

/** By the list of names: every model of a provider has the same list, which is never written. */
const shared: WeakMap<readonly string[], SharedParts> = new WeakMap();

function sharedParts(names: readonly string[]): SharedParts {
  const known = shared.get(names);
  if (known !== undefined) return known;
  const folded = names.map((name) => name.toLowerCase());
  for (let at = 1; at < folded.length; at += 1) {
    if (folded[at - 1]! >= folded[at]!) {
      throw new RangeError(`action names must be sorted and unique, \`${names[at]}\` is out of place`);
    }
  }
  const parts: SharedParts = { folded, patterns: new Map() };
  shared.set(names, parts);
  return parts;
}
