export type { ArmClients } from './arm-lists.ts';
export type {
  Audience,
  AzureCall,
  AzureMethod,
  CallResult,
  FailedCall,
  FailureKind,
  ListResult,
} from './azure-call.ts';
export type { AzureCloudName } from './azure-cloud.ts';
export type { AzureTransport, TokenSource, WireRequest, WireResponse } from './azure-transport.ts';
export { type AzureCollectOptions, type AzureCollectResult, collectAzure } from './collect-azure.ts';
export type { AzureCollectPart, AzureOwner, OwnerCalls, PartContext, PartFile, PartValue } from './part.ts';
export { AZURE_COLLECT_PARTS } from './parts/index.ts';
export { type LogAnalyticsUse, logAnalyticsPart } from './parts/log-analytics-part.ts';
export {
  type AzureRequiredPermissions,
  azurePermissionsJson,
  azurePermissionsRole,
  azureRequiredPermissions,
} from './required-permissions.ts';
