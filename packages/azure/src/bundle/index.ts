export type * from './azure-input.ts';
export { detectAzureInput } from './detect-input.ts';
export type { InputFileKey } from './input-files.ts';
export { type AzureInputObjects, azureInputFromObjects } from './input-from-objects.ts';
export { mergeAzureInputs } from './merge-inputs.ts';
export { readAzureInput, readAzureInputs } from './read-bundle.ts';
