import type { ScopedLimit } from '@keyreach/core/reach';
import { BOUND_KEY_ACTIONS, STORAGE_KEY_ACTIONS } from '../catalogue/credential-limits.ts';

const limit = (actions: readonly string[]): ScopedLimit => ({ actions, federates: false });

/** A key for Cloud Storage (gcp.md 2). */
export const STORAGE_KEY: ScopedLimit = limit(STORAGE_KEY_ACTIONS);

/** An API key that is bound to the account (gcp.md 2). */
export const BOUND_KEY: ScopedLimit = limit(BOUND_KEY_ACTIONS);

/** Delegation through the account: it makes tokens of the next one, or delegates on, and does nothing else (gcp.md 3.A). */
export const DELEGATION: ScopedLimit = limit([
  'iam.serviceAccounts.getAccessToken',
  'iam.serviceAccounts.getOpenIdToken',
  'iam.serviceAccounts.implicitDelegation',
  'iam.serviceAccounts.signBlob',
  'iam.serviceAccounts.signJwt',
]);

/** Endpoints that take ID tokens of Google and ask a policy who may call them. */
const INVOCATION: readonly string[] = [
  'cloudfunctions.functions.invoke',
  'iap.webServiceVersions.accessViaIAP',
  'run.routes.invoke',
];

/** An ID token for an audience of the holder's choice: endpoints, and whoever trusts tokens of Google (gcp.md 2, 3.A). */
export const ID_TOKEN: ScopedLimit = { actions: INVOCATION, federates: true };

/** Events that are delivered with the account's ID token to services and workflows (gcp.md 3.D). */
export const DELIVERY: ScopedLimit = limit([
  'cloudfunctions.functions.invoke',
  'run.routes.invoke',
  'workflows.executions.create',
]);

/** Objects of Cloud Storage, read and written. */
const OBJECTS: readonly string[] = ['storage.buckets.get', 'storage.objects.*'];

/** Queries of BigQuery: its data, and files they load, link to or export (gcp.md 3.E). */
export const QUERIES: ScopedLimit = limit(['bigquery.*', ...OBJECTS]);

/** Copies between buckets (gcp.md 3.E). */
export const COPIES: ScopedLimit = limit(OBJECTS);

/** What connections of BigQuery to files and services reach: tables over objects, remote functions, remote models. */
export const CONNECTED_RESOURCES: ScopedLimit = limit([
  'aiplatform.*',
  'bigquery.*',
  'cloudfunctions.functions.invoke',
  'run.routes.invoke',
  ...OBJECTS,
]);

/** What connections of BigQuery to databases reach. */
export const CONNECTED_DATABASES: ScopedLimit = limit(['cloudsql.instances.connect', 'spanner.databases.*']);
