export type { BundleStore, CollectClock } from '@keyreach/core/collection';
export type { AccountCalls, AwsCall, AwsReply, CallResult, FailedCall, PagesResult, Paging } from './calls.ts';
export { type CollectOptions, type CollectResult, collectAws } from './collect-aws.ts';
export type { AwsCollectEvent, CollectContext, CollectPart, PartProgress, UserNames } from './part.ts';
export { COLLECT_PARTS } from './parts.ts';
export {
  CONFIG_AGGREGATOR_ACTIONS,
  type PermissionDocument,
  permissionsJson,
  permissionsTemplate,
  type RequiredPermissions,
  requiredPermissions,
} from './required-permissions.ts';
export type { ConfigAggregator } from './resources/index.ts';
export type { ClientFactory, ClientOptions, ServiceClient, SessionCredentials } from './sdk-clients.ts';
export * from './usage/index.ts';
