import { ActionCatalogue, globMatch } from '@keyreach/core/authz';
import type { Selector } from '@keyreach/core/graph';
import { awsSemantics } from '../authz/aws-semantics.ts';
import type { CoveringPattern } from './action-patterns.ts';

/** What the actions of a statement are, told apart by whether the catalogue knows them. */
export interface ActionSelection {
  /** Positions of the actions in the catalogue, in ascending order. */
  readonly known: readonly number[];
  /** Patterns, in the order of the statement, that match no action of the catalogue. */
  readonly unlisted: readonly string[];
  /** Patterns that match actions of the catalogue. */
  readonly listed: readonly CoveringPattern[];
  /** Whether it names an action that the catalogue does not know, by its name. */
  names(action: string): boolean;
}

/** Reads the actions of statements (aws.md 1.10). What it has read is remembered for as long as it lives. */
export class ActionReader {
  readonly #catalogue = new ActionCatalogue(awsSemantics.actions);

  /** The actions that a selector names. */
  read({ include, exclude }: Selector): ActionSelection {
    const known = positions(this.#catalogue.select({ include, exclude }).bits);
    const unlisted: string[] = [];
    const listed: CoveringPattern[] = [];
    for (const pattern of include) {
      const matches = positions(this.#catalogue.select({ include: [pattern], exclude: [] }).bits);
      if (matches.length === 0) unlisted.push(pattern);
      else listed.push({ pattern, matches });
    }
    return {
      known,
      unlisted,
      listed,
      names: (action) => {
        const folded = action.toLowerCase();
        const matches = (pattern: string): boolean => globMatch(pattern.toLowerCase(), folded);
        return include.some(matches) && !exclude.some(matches);
      },
    };
  }
}

function positions(bits: Uint32Array): readonly number[] {
  const found: number[] = [];
  for (const [word, set] of bits.entries()) {
    for (let rest = set; rest !== 0; rest &= rest - 1) found.push(word * 32 + (31 - Math.clz32(rest & -rest)));
  }
  return found;
}
