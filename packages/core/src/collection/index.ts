/** `@keyreach/core/collection`: writing bundles and going on with them, whichever provider they are of. */
export { allEnded } from './all-ended.ts';
export { type Attempt, askedWait, BoundedCalls, type BoundedCallsOptions, CALL_TIMEOUT } from './bounded-calls.ts';
export type { BundleStore } from './bundle-store.ts';
export { BundleWriter } from './bundle-writer.ts';
export type { CollectClock } from './collect-clock.ts';
export { type CollectEvent, CollectProgress } from './collect-progress.ts';
export { CollectState, type CollectStateOptions, type PartState } from './collect-state.ts';
export { storable } from './storable.ts';
export { systemClock } from './system-clock.ts';
