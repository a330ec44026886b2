import type { Truth } from '../../authz/truth.ts';
import type { ScopedCaller } from './scoped-caller.ts';
import type { ActingPrincipal } from './scoped-callers.ts';

/** A caller with its node, and what was emitted for it. */
export interface CallerNode {
  readonly caller: ScopedCaller;
  readonly node: number;
  readonly acting: ActingPrincipal;
  /** The kind it is of, where that was followed by itself: the same with nothing granted. */
  readonly bare: CallerNode | undefined;
  /** Nothing can be granted to it: full nodes, joined groups and policies that can be given make no difference. */
  readonly isClosed: boolean;
  /** No surer than this, whatever it is allowed. */
  readonly cap: Truth;
}
