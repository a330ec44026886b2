/** What the command is made of, for programs that want the same with one call: read, decide, derive. */
export { decisionModel, reachEngine } from './engine.ts';
export { type ReadEstate, type ReadOptions, readEstate } from './estate-inputs.ts';
export { UsageError } from './usage-error.ts';
