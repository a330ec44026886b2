import { deniablePatterns } from './permission-names.ts';

/** Permissions of one service that principal access boundaries of some version can block (gcp.md 1.4). */
interface BlockableRow {
  readonly version: 1 | 2 | 3 | 4;
  /** Service without `.googleapis.com`. */
  readonly service: string;
  /** `resource.verb`, with `*` for any; `*` alone: the whole service. */
  readonly permissions: readonly string[];
  /** Those among them that stay out of reach of the version. */
  readonly except: readonly string[];
}

/** What the services of a boundary version can block: newest version that there is. */
export const NEWEST_BOUNDARY_VERSION = 4;

/** The version of a boundary policy that names none, or `latest`. */
export const DEFAULT_BOUNDARY_VERSION = 3;

const row = (
  version: BlockableRow['version'],
  service: string,
  permissions: string = '*',
  except: string = '',
): BlockableRow => ({ version, service, permissions: words(permissions), except: words(except) });

const words = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '');

/** `verbs('a', 'get list')`: `a.get a.list`. */
const verbs = (resource: string, names: string): string =>
  words(names)
    .map((name) => `${resource}.${name}`)
    .join(' ');

/** `all('a b')`: `a.* b.*`. */
const all = (resources: string): string =>
  words(resources)
    .map((resource) => `${resource}.*`)
    .join(' ');

const whole = (version: BlockableRow['version'], services: string): readonly BlockableRow[] =>
  words(services).map((service) => row(version, service));

/** Every row of the table, by version. */
export const BLOCKABLE_PERMISSIONS: readonly BlockableRow[] = [
  row(1, 'accesscontextmanager', '*', 'gcpUserAccessBindings.*'),
  row(1, 'aiplatform', '*', 'operations.*'),
  row(1, 'binaryauthorization'),
  row(1, 'firebaserules'),
  row(
    1,
    'bigquery',
    [
      verbs('datasets', 'create delete get setIamPolicy update'),
      verbs('jobs', 'create delete get list'),
      verbs('models', 'create delete list updateMetadata'),
      verbs('routines', 'create delete list update'),
    ].join(' '),
  ),
  row(1, 'dataflow', 'jobs.* messages.list metrics.get snapshots.list workItems.*', 'jobs.snapshot'),
  row(1, 'datastore', verbs('databases', 'create delete get getMetadata list')),
  row(1, 'logging', 'logEntries.create logMetrics.*'),
  row(1, 'pubsub', '*', '*.getIamPolicy *.setIamPolicy schemas.delete schemas.validate subscriptions.consume'),
  row(
    1,
    'run',
    [
      all('authorizeddomains domainmappings executions revisions tasks'),
      verbs('configurations', 'get list'),
      verbs('routes', 'get list'),
      verbs('services', 'create delete get list update'),
      verbs('jobs', 'create delete get list run'),
    ].join(' '),
  ),
  row(
    1,
    'storage',
    [
      verbs('buckets', 'get getIamPolicy list setIamPolicy update'),
      'hmacKeys.update',
      verbs('objects', 'delete get setRetention'),
    ].join(' '),
  ),
  ...whole(
    2,
    'accesscontextmanager beyondcorp bigquerydatapolicy cloudasset cloudbuild cloudtrace containeranalysis gkemulticloud iap meshconfig networkmanagement recaptchaenterprise redis videostitcher',
  ),
  row(2, 'bigquery', all('datasets jobs models routines rowAccessPolicies tables')),
  row(2, 'bigquerydatatransfer', 'transfers.*'),
  row(2, 'billing', 'budgets.*'),
  row(
    2,
    'cloudresourcemanager',
    '*',
    '*.createPolicyBinding *.deletePolicyBinding *.updatePolicyBinding *.searchPolicyBindings',
  ),
  row(2, 'monitoring', '*', 'metricsScopes.link timeSeries.list'),
  row(2, 'storage', all('bucketOperations buckets folders hmacKeys managedFolders multipartUploads objects')),
  row(
    2,
    'compute',
    all(
      'networkAttachments networkEdgeSecurityServices regionSecurityPolicies securityPolicies serviceAttachments routers',
    ),
  ),
  row(2, 'networkservices', 'edgeCache*.*'),
  row(
    3,
    'iam',
    all('denypolicies roles serviceAccountKeys serviceAccounts'),
    verbs('serviceAccounts', 'createTagBinding deleteTagBinding getCertificateAs listEffectiveTags listTagBindings'),
  ),
  ...whole(
    3,
    'artifactregistry bigtable bigtableadmin cloudfunctions cloudsql container dns gkeonprem orgpolicy pubsub spanner trafficdirector workflows',
  ),
  row(3, 'apikeys', all('apikeys keys')),
  row(3, 'essentialcontacts', 'contacts.*'),
  row(3, 'gkehub', 'fleets.*'),
  row(
    3,
    'dataproc',
    all('autoscalingPolicies batches clusters jobs operations sessionTemplates sessions workflowTemplates'),
  ),
  row(
    3,
    'datastore',
    `${all('backupSchedules databases entities indexes locations operations userCreds')} ${verbs('backups', 'delete get list')}`,
  ),
  row(3, 'servicemanagement', verbs('services', 'check report')),
  row(
    3,
    'cloudkms',
    `${all('autokeyConfigs ekmConfigs importJobs keyHandles keyRings')} ${verbs(
      'cryptoKeyVersions',
      'create destroy get list restore update useToDecrypt useToEncrypt useToSign useToVerify viewPublicKey',
    )}`,
    'importJobs.useToImport',
  ),
  row(
    3,
    'compute',
    all(
      [
        'addresses backendBuckets backendServices externalVpnGateways firewallPolicies firewalls forwardingRules',
        'globalAddresses globalForwardingRules healthChecks httpHealthChecks httpsHealthChecks interconnectAttachments',
        'interconnectLocations interconnectRemoteLocations interconnects networks packetMirrorings',
        'publicAdvertisedPrefixes publicDelegatedPrefixes regionBackendServices regionFirewallPolicies',
        'regionHealthChecks regionSslPolicies regionTargetHttpProxies regionTargetHttpsProxies regionTargetTcpProxies',
        'regionUrlMaps routes sslPolicies subnetworks targetGrpcProxies targetHttpProxies targetHttpsProxies',
        'targetSslProxies targetTcpProxies targetInstances targetPools targetVpnGateways urlMaps vpnGateways',
      ].join(' '),
    ),
  ),
  row(
    4,
    'iam',
    all(
      [
        'oauthClientCredentials oauthClients workforcePoolProviderKeys workforcePoolProviders workforcePoolSubjects',
        'workforcePools workloadIdentityPools workloadIdentityPoolNamespaces workloadIdentityPoolProviders',
        'workloadIdentityPoolProviderKeys',
      ].join(' '),
    ),
    [
      verbs('workforcePools', 'createPolicyBinding deletePolicyBinding updatePolicyBinding searchPolicyBindings'),
      verbs(
        'workloadIdentityPools',
        'createPolicyBinding deletePolicyBinding updatePolicyBinding searchPolicyBindings',
      ),
    ].join(' '),
  ),
  ...whole(
    4,
    [
      'secretmanager serviceusage composer config workstations clouddeploy cloudquotas securitycenter',
      'securitycentermanagement cloudsecurityscanner recommender policysimulator privateca file documentai livestream',
      'apphub gkebackup firebasestorage confidentialcomputing contactcenteraiplatform datastream parallelstore vpcaccess',
      'kubernetesmetadata',
    ].join(' '),
  ),
  row(4, 'alloydb', '*', 'databases.*'),
  row(4, 'cloudkms', '*', verbs('locations', 'get list')),
  row(4, 'cloudtranslate', '*', all('custommodels translationmemories')),
  row(4, 'datamigration', '*', 'mappingrules.*'),
  row(4, 'dataform', '*', 'comment*.*'),
  row(4, 'connectors', '*', verbs('connections', 'executeSqlQuery generateOpenAPISpec listenEvent')),
  row(4, 'bigquery', all('capacityCommitments datasources readsessions reservations transfers')),
  row(4, 'analyticshub', 'dataExchanges.*'),
  row(
    4,
    'datafusion',
    `${all('instances locations operations')} ${verbs('namespaces', 'getIamPolicy list setIamPolicy')}`,
  ),
  row(
    4,
    'servicemanagement',
    `${verbs('consumers', 'getIamPolicy setIamPolicy')} ${verbs(
      'services',
      'create delete get list update getIamPolicy setIamPolicy',
    )}`,
  ),
];

/** Services of which a version can block some permissions, without it being known here which. */
export const PARTLY_BLOCKABLE: readonly { readonly version: number; readonly services: readonly string[] }[] = [
  { version: 1, services: ['accessapproval', 'gkehub', 'redis'] },
  { version: 3, services: ['dataplex', 'datalineage', 'networkservices'] },
  {
    version: 4,
    services: ['backupdr', 'dlp', 'integrations', 'metastore', 'networkconnectivity', 'securesourcemanager'],
  },
];

/** Patterns of v1 names for `resource.verb` patterns of one service. */
export function patternsOfService(service: string, permissions: readonly string[]): readonly string[] {
  return permissions.flatMap((permission) => deniablePatterns(`${service}.googleapis.com/${permission}`));
}
