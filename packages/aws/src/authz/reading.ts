import type { Truth } from '@keyreach/core/authz';
import type { ValueToken } from './glob-token.ts';

/**
 * What is known of the value of a condition key in a request.
 *
 * - `absent`: the key is not in the request;
 * - `values`: it is, with these values (one, for single-valued keys);
 * - `pattern`: it is, with one value that matches the glob, is none of those that are `taken`, and is otherwise unknown;
 * - `between`: it is, with a time in the closed interval (milliseconds since the epoch);
 * - `outside`: it is, with values that do not begin with any of the texts;
 * - `either`: one of the readings holds, nobody knows which; `truth` where they disagree;
 * - `undecided`: nothing is known but, perhaps, that it is present.
 */
export type Reading =
  | { readonly state: 'absent' }
  | { readonly state: 'values'; readonly values: readonly string[] }
  | {
      readonly state: 'pattern';
      readonly tokens: readonly ValueToken[];
      readonly isTaken?: ((value: string) => boolean) | undefined;
    }
  | { readonly state: 'between'; readonly from: number; readonly to: number }
  | { readonly state: 'outside'; readonly prefixes: readonly string[] }
  | { readonly state: 'either'; readonly readings: readonly Reading[]; readonly truth: Truth }
  | { readonly state: 'undecided'; readonly truth: Truth; readonly present: boolean };
