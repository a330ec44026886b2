import type { PermissionName } from './technique-row.ts';

/** A row of gcp.md 3 that leads to no identity, access or control of the graph by itself, and why. */
export interface HelperTechnique {
  readonly slug: string;
  /** Section of the row. */
  readonly reference: string;
  readonly permissions: readonly PermissionName[];
  /** Why it is no technique, and where what it does counts instead. */
  readonly reason: string;
}

const rows = (
  reference: string,
  list: readonly (readonly [slug: string, reason: string, ...permissions: readonly PermissionName[]])[],
): readonly HelperTechnique[] =>
  list.map(([slug, reason, ...permissions]) => ({ slug, reference, permissions, reason }));

/** Rows of gcp.md 3 without a technique of their own. With the techniques they are all rows, each once. */
export const helperTechniques: readonly HelperTechnique[] = [
  ...rows('gcp.md 3.A', [
    ['sa-undelete', 'deleted accounts are not in any input', 'iam.serviceAccounts.undelete'],
    ['api-key-regenerate', 'keys of the old service are bound to no account', 'serviceusage.apiKeys.regenerate'],
    ['api-key-widen', 'the string of the key must be held, whose reach is that of the key', 'apikeys.keys.update'],
    ['dwd-impersonate', 'users of the directory are what it leads to; delegations mark the account instead'],
  ]),
  ...rows('gcp.md 3.B', [
    [
      'role-create',
      'a role gives nothing until it is granted, and who may grant gives every known role',
      'iam.roles.create',
    ],
    ['role-undelete', 'what a deleted role holds is not in any input', 'iam.roles.undelete'],
    [
      'org-policy-relax',
      'counts where a row has a precondition that an organization policy decides',
      'orgpolicy.policy.set',
      'orgpolicy.policies.create',
      'orgpolicy.policies.update',
      'orgpolicy.policies.delete',
    ],
    ['project-move', 'which rights the destination asks for is not documented', 'resourcemanager.projects.move'],
    ['folder-move', 'which rights the destination asks for is not documented', 'resourcemanager.folders.move'],
    ['pam-request', 'entitlements and who is eligible are not in any input', 'privilegedaccessmanager.grants.approve'],
    [
      'oauth-client-secret',
      'a client of OAuth is no principal of policies',
      'clientauthconfig.clients.getWithSecret',
      'clientauthconfig.clients.listWithSecrets',
      'clientauthconfig.clients.create',
      'iam.googleapis.com/oauthClientCredentials.get',
      'iam.googleapis.com/oauthClientCredentials.create',
    ],
    [
      'service-enable',
      'gives nothing but services to use; rows do not ask whether one is on',
      'serviceusage.services.enable',
    ],
  ]),
  ...rows('gcp.md 3.D', [
    ['appengine-sa-swap', 'counts for the next deploy, which is a row of its own', 'appengine.applications.update'],
    ['tasks-run', 'runs a task as it is, which leads to nothing new', 'cloudtasks.tasks.run', 'cloudtasks.tasks.list'],
  ]),
  ...rows('gcp.md 3.F', [
    [
      'fleet-gateway',
      'what it may do behind the gateway the cluster itself decides',
      'gkehub.gateway.get',
      'gkehub.gateway.post',
      'gkehub.gateway.put',
      'gkehub.gateway.patch',
      'gkehub.gateway.generateCredentials',
    ],
    [
      'multicloud-token',
      'gives a cluster in another cloud, whose accounts are no principals here',
      'gkemulticloud.awsClusters.generateAccessToken',
      'gkemulticloud.azureClusters.generateAccessToken',
      'edgecontainer.clusters.generateAccessToken',
      'edgecontainer.clusters.generateOfflineCredential',
    ],
  ]),
  ...rows('gcp.md 3.G', [
    [
      'kms-decrypt',
      'what is encrypted with a key the input does not tell; counts as access',
      'cloudkms.cryptoKeyVersions.useToDecrypt',
    ],
    [
      'kms-sign',
      'which issuer signs with a key the input does not tell; counts as access',
      'cloudkms.cryptoKeyVersions.useToSign',
    ],
    [
      'bucket-code-write',
      'who runs objects of a bucket is told for some workloads, which have rows; else counts as access',
      'storage.objects.create',
    ],
    [
      'artifact-push',
      'who pulls by tag the input does not tell; counts as access',
      'artifactregistry.repositories.uploadArtifacts',
    ],
    [
      'artifact-upstream',
      'who pulls by tag the input does not tell; counts as access',
      'artifactregistry.repositories.update',
    ],
    ['user-git-token', 'the token is one of another system', 'developerconnect.users.fetchAccessToken'],
    [
      'sql-user',
      'users of a database are no principals of policies; counts as access',
      'cloudsql.users.create',
      'cloudsql.users.update',
      'cloudsql.instances.login',
      'cloudsql.instances.export',
    ],
    [
      'firebase-auth',
      'users of an application are no principals of policies; counts as access',
      'firebaseauth.users.create',
      'firebaseauth.users.update',
      'firebaseauth.users.createSession',
      'firebaseauth.configs.getSecret',
      'firebaserules.releases.update',
    ],
    ['redis-auth', 'opens the cache alone; counts as access', 'redis.instances.getAuthString'],
    [
      'vmware-cred',
      'opens another system',
      'vmwareengine.privateClouds.showVcenterCredentials',
      'vmwareengine.privateClouds.showNsxCredentials',
    ],
    ['backup-token', 'opens the vault alone; counts as access', 'backupdr.bvdataSources.fetchAccessToken'],
  ]),
];
