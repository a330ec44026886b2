/** Scopes of Azure Resource Manager, the highest first. */
export const ARM_SCOPES = ['arm-root', 'management-group', 'subscription', 'resource-group'] as const;

/** Type of a scope of Azure Resource Manager. */
export type ArmScopeType = (typeof ARM_SCOPES)[number];

/** What stands for workloads of a subscription that were not listed (docs/graph-azure.md, Resources). */
export const UNCOLLECTED = 'uncollected-workload';

/** Types of resources that rows are aimed at. Assignments can be made on each of them as on a scope. */
export const ARM_RESOURCES = [
  'microsoft.aad/domainservices',
  'microsoft.apimanagement/service',
  'microsoft.app/containerapps',
  'microsoft.app/jobs',
  'microsoft.appconfiguration/configurationstores',
  'microsoft.automation/automationaccounts',
  'microsoft.avs/privateclouds',
  'microsoft.batch/batchaccounts',
  'microsoft.cache/redis',
  'microsoft.cognitiveservices/accounts',
  'microsoft.compute/disks',
  'microsoft.compute/snapshots',
  'microsoft.compute/virtualmachines',
  'microsoft.compute/virtualmachinescalesets',
  'microsoft.containerinstance/containergroups',
  'microsoft.containerregistry/registries',
  'microsoft.containerservice/fleets',
  'microsoft.containerservice/managedclusters',
  'microsoft.datafactory/factories',
  'microsoft.dbformysql/flexibleservers',
  'microsoft.dbforpostgresql/flexibleservers',
  'microsoft.desktopvirtualization/hostpools',
  'microsoft.devices/iothubs',
  'microsoft.documentdb/databaseaccounts',
  'microsoft.eventhub/namespaces',
  'microsoft.hdinsight/clusters',
  'microsoft.hybridcompute/machines',
  'microsoft.keyvault/vaults',
  'microsoft.kubernetes/connectedclusters',
  'microsoft.logic/workflows',
  'microsoft.machinelearningservices/workspaces',
  'microsoft.managedidentity/userassignedidentities',
  'microsoft.redhatopenshift/openshiftclusters',
  'microsoft.relay/namespaces',
  'microsoft.search/searchservices',
  'microsoft.servicebus/namespaces',
  'microsoft.signalrservice/signalr',
  'microsoft.sql/servers',
  'microsoft.storage/storageaccounts',
  'microsoft.web/sites',
  'microsoft.web/sites/slots',
  'microsoft.web/staticsites',
] as const;

/** Type of a resource that rows are aimed at. */
export type ArmResourceType =
  | (typeof ARM_RESOURCES)[number]
  | typeof UNCOLLECTED
  | 'microsoft.authorization/policyassignments'
  | 'microsoft.authorization/roledefinitions';
