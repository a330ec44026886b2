export { detectGcpInput } from './detect-input.ts';
export type * from './gcp-input.ts';
export type { AssetListKey, InputFileKey } from './input-files.ts';
export { type GcpInputObjects, gcpInputFromObjects } from './input-from-objects.ts';
export { mergeGcpInputs } from './merge-inputs.ts';
export { readGcpInput, readGcpInputs } from './read-bundle.ts';
