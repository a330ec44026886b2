import { literalPrefix, lowerBound, prefixRange } from '../authz/glob.ts';
import { type RangeSet, setOf } from './range-set.ts';

/**
 * Names that are asked about, found by how they begin: a pattern of a policy can only match a name, or part of what a name with
 * wildcards stands for, where one of the two begins with what the other does.
 */
export class NameStarts {
  readonly #starts: readonly string[];
  /** Where the name of each start is among all names. */
  readonly #indices: readonly number[];
  /** Lengths of starts, each once. */
  readonly #lengths: readonly number[];

  constructor(names: readonly string[]) {
    const starts = names.map((name, index) => ({ start: literalPrefix(name), index }));
    starts.sort((left, right) => (left.start < right.start ? -1 : left.start > right.start ? 1 : 0));
    this.#starts = starts.map(({ start }) => start);
    this.#indices = starts.map(({ index }) => index);
    this.#lengths = [...new Set(this.#starts.map(({ length }) => length))].sort((left, right) => left - right);
  }

  /** Indices of the names that may begin like any of some patterns. */
  meeting(prefixes: Iterable<string>): RangeSet {
    const found = new Set<number>();
    const add = ([from, to]: readonly [number, number]): void => {
      for (let at = from; at < to; at += 1) found.add(this.#indices[at]!);
    };
    for (const prefix of prefixes) {
      add(prefixRange(this.#starts, prefix));
      for (const length of this.#lengths) {
        if (length >= prefix.length) break;
        const start = prefix.slice(0, length);
        const from = lowerBound(this.#starts, start);
        let to = from;
        while (this.#starts[to] === start) to += 1;
        add([from, to]);
      }
    }
    return setOf([...found].sort((left, right) => left - right));
  }
}
