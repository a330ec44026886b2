import type { ActionRef } from './action-catalogue.ts';
import type { ProviderModel } from './authorization-model.ts';
import type { CompiledDocument, CompiledStatement } from './compiled-document.ts';
import type { HeldPolicy, PrincipalClass } from './principal-class.ts';
import type { PrincipalFacts, RequestContext, ResourceFacts } from './semantics.ts';
import type { Truth } from './truth.ts';

/** The question put to the engine, with everything looked up. */
export interface DecisionQuery {
  readonly principal: PrincipalFacts;
  /** Identity side; undefined for principals that hold no policies (a service, a federated caller, the public). */
  readonly class: PrincipalClass | undefined;
  readonly action: ActionRef;
  readonly resource: ResourceFacts;
  readonly provider: ProviderModel;
  readonly context: RequestContext;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The parts of a decision that can each block it. */
export type DecisionLayer =
  | 'explicit-deny'
  | 'service-rule'
  | 'identity-grant'
  | 'identity-guard'
  | 'principal-scope-guard'
  | 'resource-grant'
  | 'resource-scope-guard';

/**
 * Told of everything that took part, when an explanation is wanted. `held`: the placement that spoke, where it is known; one
 * text may be placed many times, for others.
 */
export interface DecisionRecorder {
  statement(layer: DecisionLayer, statement: CompiledStatement, truth: Truth, held?: HeldPolicy): void;
  unreadable(layer: DecisionLayer, document: CompiledDocument, held?: HeldPolicy): void;
  layer(layer: DecisionLayer, truth: Truth): void;
  assume(text: string): void;
}
