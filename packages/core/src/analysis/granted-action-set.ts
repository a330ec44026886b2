import type { ActionCatalogue } from '../authz/action-catalogue.ts';

/** Actions an identity is granted, whatever on. Equal grants share one object. */
export interface GrantedActions {
  readonly catalogue: ActionCatalogue;
  /** Bit i set: action i of the catalogue. Never written. */
  readonly bits: Uint32Array;
  /** Patterns in lower case that name no action of the catalogue, such as `newservice:*`; sorted, each once. */
  readonly beyond: readonly string[];
  /** Why it may be granted more than that; absent: it is not. */
  readonly open?: string;
}
