import type { AccessClass } from '@keyreach/core/reach';

/** Permissions that their verb alone would put in the wrong class. */
const EXCEPTIONS: Readonly<Partial<Record<AccessClass, readonly string[]>>> = {
  // They return a credential, or what one is made of (gcp.md 3.A, 3.G).
  'secret-read': [
    'agentidentity.authProviders.retrieveCredentials',
    'apikeys.keys.getKeyString',
    'backupdr.bvdataSources.fetchAccessToken',
    'clientauthconfig.clients.getWithSecret',
    'clientauthconfig.clients.listWithSecrets',
    'cloudbuild.repositories.accessReadToken',
    'cloudbuild.repositories.accessReadWriteToken',
    'config.deployments.getState',
    'config.revisions.getState',
    'container.secrets.get',
    'container.secrets.list',
    'container.serviceAccounts.createToken',
    'developerconnect.gitRepositoryLinks.fetchReadToken',
    'developerconnect.gitRepositoryLinks.fetchReadWriteToken',
    'developerconnect.users.fetchAccessToken',
    'edgecontainer.clusters.generateAccessToken',
    'edgecontainer.clusters.generateOfflineCredential',
    'firebaseauth.configs.getSecret',
    'gkemulticloud.awsClusters.generateAccessToken',
    'gkemulticloud.azureClusters.generateAccessToken',
    'iamconnectors.connectors.retrieveCredentials',
    'parametermanager.parameterVersions.render',
    'redis.instances.getAuthString',
    'secretmanager.versions.access',
    'vmwareengine.privateClouds.showNsxCredentials',
    'vmwareengine.privateClouds.showVcenterCredentials',
  ],
  // They change by themselves who may do what, or mint a credential of another principal (gcp.md 3.A, 3.B).
  'permission-admin': [
    'bigquery.rowAccessPolicies.create',
    'bigquery.rowAccessPolicies.delete',
    'bigquery.rowAccessPolicies.update',
    'cloudsql.users.create',
    'cloudsql.users.update',
    'container.clusterRoles.bind',
    'container.clusterRoles.escalate',
    'container.roles.bind',
    'container.roles.escalate',
    'firebaserules.releases.update',
    'iam.denypolicies.create',
    'iam.denypolicies.delete',
    'iam.denypolicies.update',
    'iam.principalaccessboundarypolicies.bind',
    'iam.principalaccessboundarypolicies.delete',
    'iam.principalaccessboundarypolicies.unbind',
    'iam.principalaccessboundarypolicies.update',
    'iam.roles.undelete',
    'iam.roles.update',
    'iam.serviceAccountApiKeyBindings.create',
    'iam.serviceAccountKeys.create',
    'iam.serviceAccountKeys.enable',
    'iam.serviceAccounts.getAccessToken',
    'iam.serviceAccounts.getOpenIdToken',
    'iam.serviceAccounts.implicitDelegation',
    'iam.serviceAccounts.signBlob',
    'iam.serviceAccounts.signJwt',
    'storage.hmacKeys.create',
    'storage.hmacKeys.update',
  ],
  // What customers store, log or compute, under verbs of other names.
  'data-read': [
    'aiplatform.endpoints.predict',
    'artifactregistry.repositories.downloadArtifacts',
    'bigquery.models.export',
    'bigquery.models.getData',
    'bigquery.tables.export',
    'bigquery.tables.getData',
    'bigquery.tables.createSnapshot',
    'bigquery.readsessions.getData',
    'bigtable.tables.readRows',
    'cloudkms.cryptoKeyVersions.useToDecrypt',
    'cloudsql.instances.connect',
    'cloudsql.instances.export',
    'cloudsql.instances.login',
    'compute.disks.createSnapshot',
    'compute.disks.useReadOnly',
    'compute.images.useReadOnly',
    'compute.instances.getGuestAttributes',
    'compute.instances.getSerialPortOutput',
    'compute.snapshots.create',
    'compute.snapshots.useReadOnly',
    'container.pods.getLogs',
    'datastore.entities.get',
    'datastore.entities.list',
    'logging.logEntries.list',
    'logging.privateLogEntries.list',
    'pubsub.subscriptions.consume',
    'pubsub.snapshots.seek',
    'redis.instances.export',
    'source.repos.get',
    'spanner.databases.beginReadOnlyTransaction',
    'spanner.databases.read',
    'spanner.databases.select',
    'storage.objects.get',
  ],
  'data-write': [
    'artifactregistry.repositories.uploadArtifacts',
    'bigquery.models.updateData',
    'bigquery.tables.updateData',
    'bigtable.tables.mutateRows',
    'datastore.entities.create',
    'datastore.entities.update',
    'logging.logEntries.create',
    'pubsub.topics.publish',
    'source.repos.update',
    'spanner.databases.beginOrRollbackReadWriteTransaction',
    'spanner.databases.write',
    'storage.objects.create',
    'storage.objects.update',
  ],
  // What is deleted is data, or it is no deletion of anything.
  delete: [
    'artifactregistry.versions.delete',
    'bigtable.tables.delete',
    'cloudkms.cryptoKeyVersions.destroy',
    'secretmanager.versions.destroy',
  ],
};

const CLASSES: ReadonlyMap<string, AccessClass> = new Map(
  Object.entries(EXCEPTIONS).flatMap(([name, permissions]) =>
    permissions.map((permission) => [permission, name as AccessClass] as const),
  ),
);

/** Beginnings of verbs that only look: they see configuration, names and states. */
const LOOKING: readonly string[] = [
  'analyze',
  'check',
  'describe',
  'fetch',
  'get',
  'list',
  'lookup',
  'observe',
  'peek',
  'query',
  'read',
  'search',
  'test',
  'validate',
  'view',
];

/** Beginnings of verbs that destroy. */
const DESTROYING: readonly string[] = ['delete', 'destroy', 'purge', 'remove', 'wipe'];

/**
 * What a permission amounts to (findings 3.1), by an exception or by its verb: the part after the last dot. A verb that nobody knows
 * changes something.
 *
 * @example
 * accessClassOf('storage.buckets.setIamPolicy'); // 'permission-admin'
 */
export function accessClassOf(permission: string): AccessClass {
  const known = CLASSES.get(permission);
  if (known !== undefined) return known;
  const verb = permission.slice(permission.lastIndexOf('.') + 1);
  if (verb === 'setIamPolicy' || verb === 'createPolicyBinding' || verb === 'updatePolicyBinding')
    return 'permission-admin';
  if (LOOKING.some((start) => verb.startsWith(start))) return 'meta-read';
  if (DESTROYING.some((start) => verb.startsWith(start))) return 'delete';
  return 'control';
}
