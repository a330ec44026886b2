import { type AwsCatalogue, awsCatalogue, type CatalogueAction } from '../catalogue/action-catalogue.ts';

/**
 * Writes a set of catalogue actions in few patterns. A wildcard stands only where it matches no catalogue action outside
 * the set, and where `mayWrite` lets it: a wildcard also means actions that the catalogue does not know. It is put after
 * whole words of a name (`s3:GetObject*`).
 *
 * `actions`: positions in {@link AwsCatalogue.actions}. The patterns are sorted, each once.
 *
 * @example
 * actionPatterns(new Set(all actions of SQS), () => true); // ['sqs:*']
 */
export function actionPatterns(
  actions: ReadonlySet<number>,
  mayWrite: (pattern: string) => boolean,
  preferred: readonly CoveringPattern[] = [],
): readonly string[] {
  const catalogue = awsCatalogue();
  if (actions.size === 0) return [];
  if (actions.size === catalogue.actions.length && mayWrite('*')) return ['*'];
  const found = new Set<string>();
  const done = new Set<number>();
  for (const { pattern, matches } of preferred) {
    if (matches.length < 2 || !matches.every((index) => actions.has(index)) || !mayWrite(pattern)) continue;
    if (matches.every((index) => done.has(index))) continue;
    found.add(pattern);
    for (const index of matches) done.add(index);
  }
  for (const service of servicesOf(actions, catalogue)) {
    new WordTree(service, actions, done, mayWrite).write(0, service.length, prefixLength(service[0]!), found);
  }
  return [...found].sort();
}

/** A pattern that somebody wrote, and the catalogue actions that it matches, by position. */
export interface CoveringPattern {
  readonly pattern: string;
  readonly matches: readonly number[];
}

/** The services that some of the actions are of, with all actions of each. */
function servicesOf(actions: ReadonlySet<number>, catalogue: AwsCatalogue): readonly (readonly CatalogueAction[])[] {
  const names = new Set<string>();
  for (const index of actions) names.add(catalogue.actions[index]!.service);
  return [...names].sort().map((name) => catalogue.service(name)!.actions);
}

/** Length of `s3:` in the name of an action. */
function prefixLength({ service }: CatalogueAction): number {
  return service.length + 1;
}

/** The actions of one service, sorted without regard to case, taken as words: `Get`, `Object`, `Tagging`. */
class WordTree {
  readonly #actions: readonly CatalogueAction[];
  readonly #mayWrite: (pattern: string) => boolean;
  /** How many of the actions before each position are in the set, and how many are yet to be written. */
  readonly #inSet: Uint32Array;
  readonly #open: Uint32Array;

  constructor(
    actions: readonly CatalogueAction[],
    set: ReadonlySet<number>,
    done: ReadonlySet<number>,
    mayWrite: (pattern: string) => boolean,
  ) {
    this.#actions = actions;
    this.#mayWrite = mayWrite;
    this.#inSet = new Uint32Array(actions.length + 1);
    this.#open = new Uint32Array(actions.length + 1);
    actions.forEach(({ index }, at) => {
      const inSet = set.has(index);
      this.#inSet[at + 1] = this.#inSet[at]! + (inSet ? 1 : 0);
      this.#open[at + 1] = this.#open[at]! + (inSet && !done.has(index) ? 1 : 0);
    });
  }

  /**
   * Writes the actions from `from` up to, not including, `to`, which share their first `length` characters.
   *
   * INVARIANT: no other action of the service begins with these characters. The depth is that of the words of a name.
   */
  write(from: number, to: number, length: number, found: Set<string>): void {
    if (this.#open[to] === this.#open[from]) return;
    const first = this.#actions[from]!.name;
    if (to - from > 1 && this.#inSet[to]! - this.#inSet[from]! === to - from) {
      const pattern = `${first.slice(0, length)}*`;
      if (this.#mayWrite(pattern)) {
        found.add(pattern);
        return;
      }
    }
    for (let at = from; at < to; ) {
      const { name } = this.#actions[at]!;
      if (name.length === length || to - from === 1) {
        if (this.#open[at + 1]! > this.#open[at]!) found.add(name);
        at += 1;
        continue;
      }
      const cut = endOfWord(name, length);
      const start = name.slice(0, cut).toLowerCase();
      let end = at + 1;
      while (end < to && this.#actions[end]!.name.slice(0, cut).toLowerCase() === start) end += 1;
      this.write(at, end, cut, found);
      at = end;
    }
  }
}

/** Where the word that begins at `from` ends: before the next capital that follows a small letter or a digit. */
function endOfWord(name: string, from: number): number {
  for (let at = from + 1; at < name.length; at += 1) {
    if (isCapital(name.charCodeAt(at)) && !isCapital(name.charCodeAt(at - 1))) return at;
  }
  return name.length;
}

function isCapital(code: number): boolean {
  return code >= 65 && code <= 90;
}
