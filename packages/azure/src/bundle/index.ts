export type * from './azure-input.ts';
export { detectAzureInput } from './detect-input.ts';
export type { InputFileKey } from './input-files.ts';
export { type AzureInputObjects, azureInputFromObjects } from './input-from-objects.ts';
export { mergeAzureInputs } from './merge-inputs.ts';
export { readAzureBundles, readAzureInput, readAzureInputs } from './read-bundle.ts';
export { AZURE_USAGE_FORMAT, readRecordedUse, recordedUseText } from './recorded-use-file.ts';
export { azureTenantInputs } from './tenant-inputs.ts';
