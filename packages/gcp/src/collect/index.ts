export type { BoundaryList, BoundarySource } from './boundary-source.ts';
export { collectGcp, type GcpCollectOptions, type GcpCollectResult } from './collect-gcp.ts';
export type { CallResult, FailedCall, FailureKind, GoogleCall, GoogleMethod, ListResult } from './google-call.ts';
export type { GoogleTransport, WireRequest, WireResponse } from './google-transport.ts';
export type { GcpCollectPart, GcpGrant, PartContext, PartFile, PartValue, ScopeCalls, ScopeNode } from './part.ts';
export { GCP_COLLECT_PARTS } from './parts/index.ts';
export {
  type GcpRequiredPermissions,
  gcpPermissionsJson,
  gcpPermissionsYaml,
  gcpRequiredPermissions,
} from './required-permissions.ts';
