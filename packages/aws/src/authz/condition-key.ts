import type { ConditionRequest, ResourceFacts } from '@keyreach/core/authz';
import type { PossibleValue } from './possible-values.ts';
import type { Reading } from './reading.ts';

/** Reads the value of a key from the facts of a request, never from its context. `part`: what follows `/`, lower case. */
export type KeyReader = (request: ConditionRequest, part: string) => Reading;

/** How a target fixes the value of a key that every request carries. */
export interface FixedKey {
  /** What of a resource counts for it, as canonical text. */
  readonly fact: (resource: ResourceFacts) => string;
  /** Whether the value is left to the caller. */
  readonly free: (action: string, resource: ResourceFacts) => boolean;
}

/**
 * A condition key, or a family of them with one rule.
 *
 * `source` is the class of aws.md 1.12: `static` (S), `chosen` by the caller (C), known at `request` time (R), decided
 * by the `kind` of credential (K).
 */
export interface ConditionKey {
  /** Lower case; a key that ends in `/` or `:` is a family, the rest of the name is its `part`. */
  readonly key: string;
  readonly source: 'static' | 'chosen' | 'request' | 'kind';
  /** A request may hold several values; such keys need a set operator and cannot be variables. */
  readonly multivalued: boolean;
  /** Whose facts `read` looks at: principals or resources equal in them get equal readings. */
  readonly reads: 'principal' | 'resource' | 'nothing';
  /** Set for tags: the caller chooses them where it chooses the tags of the principal or the resource. */
  readonly chosenWith?: 'principal-tags' | 'resource-tags';
  /** Absent: nothing is known before the request. */
  readonly read?: KeyReader;
  /** Set for a key that lists the other keys of the request with this beginning, see `ChosenKey.lists`. */
  readonly lists?: string;
  /** Set where a request cannot have every value: which it can. */
  readonly possible?: PossibleValue;
  /** Set where the target fixes the value in some requests, and leaves it to the caller in the others. */
  readonly fixedBy?: FixedKey;
}
