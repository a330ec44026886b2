import type { Certainty } from '@keyreach/core/graph';

/** Name of a type of assets, e.g. `compute.googleapis.com/Instance`. */
export type AssetTypeName = `${string}.googleapis.com/${string}`;

/** The identity a workload has that names none (gcp.md 4.3, last column). */
export type DefaultIdentity =
  | { readonly is: 'none' }
  /** `N-compute@developer`. */
  | { readonly is: 'compute' | 'app-engine'; readonly certainty?: Certainty }
  /** What builds run as by default is a setting of the project that assets do not tell. */
  | { readonly is: 'build' }
  /** A service agent of the project, by Google's project it is from. */
  | { readonly is: 'agent'; readonly producer: string; readonly certainty?: Certainty };

/** Where a type of assets names an identity it runs as. */
export interface IdentityPlace {
  /** Path to the objects that have an identity each; absent: the asset as a whole. */
  readonly part?: string;
  /** Paths in the part, one for each shape the data may have; all that are filled count. */
  readonly paths: readonly string[];
  /** Path of the OAuth scopes its tokens have, where the type tells them. */
  readonly scopes?: string;
  /** Path of the metadata mode of nodes: with `GKE_METADATA` only pods in the network of the node get its token. */
  readonly metadataMode?: string;
  readonly whenEmpty: DefaultIdentity;
}

/** A type of assets that acts as identities. */
export interface WorkloadType {
  readonly type: AssetTypeName;
  readonly places: readonly IdentityPlace[];
}

const none: DefaultIdentity = { is: 'none' };
const compute: DefaultIdentity = { is: 'compute' };
/** Where documentation does not say, or the identity depends on who made it. */
const perhapsCompute: DefaultIdentity = { is: 'compute', certainty: 'unknown' };
const appEngine: DefaultIdentity = { is: 'app-engine' };
const build: DefaultIdentity = { is: 'build' };
const agent = (producer: string, certainty?: Certainty): DefaultIdentity =>
  certainty === undefined ? { is: 'agent', producer } : { is: 'agent', producer, certainty };

const place = (whenEmpty: DefaultIdentity, ...paths: readonly string[]): IdentityPlace => ({ paths, whenEmpty });
const workload = (type: AssetTypeName, ...places: readonly IdentityPlace[]): WorkloadType => ({ type, places });

const VERTEX_CODE = agent('gcp-sa-aiplatform-cc');
const VERTEX = agent('gcp-sa-aiplatform');

/**
 * Types with the fields that name their identities, in the shapes of all versions of their APIs (gcp.md 4.3). One row for each
 * type. Managers of instance groups, agents and Kubernetes objects name theirs by way of others: see `workload-identities.ts`.
 */
export const WORKLOAD_TYPES: readonly WorkloadType[] = [
  workload('aiplatform.googleapis.com/BatchPredictionJob', place(VERTEX_CODE, 'serviceAccount')),
  workload('aiplatform.googleapis.com/CustomJob', place(VERTEX_CODE, 'jobSpec.serviceAccount')),
  workload('aiplatform.googleapis.com/Endpoint', {
    part: 'deployedModels[]',
    paths: ['serviceAccount'],
    whenEmpty: VERTEX,
  }),
  workload('aiplatform.googleapis.com/HyperparameterTuningJob', place(VERTEX_CODE, 'trialJobSpec.serviceAccount')),
  workload('aiplatform.googleapis.com/NotebookExecutionJob', place(none, 'serviceAccount')),
  workload('aiplatform.googleapis.com/NotebookRuntime', place(perhapsCompute, 'serviceAccount')),
  workload('aiplatform.googleapis.com/NotebookRuntimeTemplate', place(perhapsCompute, 'serviceAccount')),
  workload(
    'aiplatform.googleapis.com/PersistentResource',
    place(VERTEX_CODE, 'resourceRuntimeSpec.serviceAccountSpec.serviceAccount'),
  ),
  workload('aiplatform.googleapis.com/PipelineJob', place(compute, 'serviceAccount')),
  workload('aiplatform.googleapis.com/Schedule', place(compute, 'createPipelineJobRequest.pipelineJob.serviceAccount')),
  workload('aiplatform.googleapis.com/TrainingPipeline', place(VERTEX_CODE, 'trainingTaskInputs.serviceAccount')),
  workload('aiplatform.googleapis.com/TuningJob', place(agent('gcp-sa-vertex-tune', 'unknown'), 'serviceAccount')),
  workload('apigateway.googleapis.com/ApiConfig', place(none, 'gatewayServiceAccount')),
  workload('apigee.googleapis.com/Deployment', place(none, 'serviceAccount')),
  workload('appengine.googleapis.com/Application', place(appEngine, 'serviceAccount')),
  workload('appengine.googleapis.com/Service', place(appEngine, 'serviceAccount')),
  workload('appengine.googleapis.com/Version', place(appEngine, 'serviceAccount')),
  workload('batch.googleapis.com/Job', {
    paths: ['allocationPolicy.serviceAccount.email'],
    scopes: 'allocationPolicy.serviceAccount.scopes[]',
    whenEmpty: compute,
  }),
  workload(
    'bigqueryconnection.googleapis.com/Connection',
    place(
      none,
      'cloudSql.serviceAccountId',
      'cloudResource.serviceAccountId',
      'spark.serviceAccountId',
      'cloudSpanner.serviceAccountId',
    ),
  ),
  workload('bigquerydatatransfer.googleapis.com/TransferConfig', place(none, 'serviceAccountName', 'ownerInfo.email')),
  workload('cloudbuild.googleapis.com/Build', place(build, 'serviceAccount')),
  workload(
    'cloudbuild.googleapis.com/BuildTrigger',
    place(build, 'serviceAccount', 'build.serviceAccount'),
    place(none, 'pubsubConfig.serviceAccountEmail'),
  ),
  workload('clouddeploy.googleapis.com/Automation', place(none, 'serviceAccount')),
  workload('clouddeploy.googleapis.com/Target', {
    part: 'executionConfigs[]',
    paths: ['serviceAccount'],
    whenEmpty: compute,
  }),
  workload(
    'cloudfunctions.googleapis.com/CloudFunction',
    place(appEngine, 'serviceAccountEmail'),
    place(none, 'buildServiceAccount'),
  ),
  workload(
    'cloudfunctions.googleapis.com/Function',
    place(compute, 'serviceConfig.serviceAccountEmail'),
    place(none, 'buildConfig.serviceAccount'),
    place(none, 'eventTrigger.serviceAccountEmail'),
  ),
  workload(
    'cloudscheduler.googleapis.com/Job',
    place(none, 'httpTarget.oauthToken.serviceAccountEmail', 'httpTarget.oidcToken.serviceAccountEmail'),
  ),
  workload(
    'cloudtasks.googleapis.com/Queue',
    place(none, 'httpTarget.oauthToken.serviceAccountEmail', 'httpTarget.oidcToken.serviceAccountEmail'),
  ),
  workload(
    'cloudtasks.googleapis.com/Task',
    place(none, 'httpRequest.oauthToken.serviceAccountEmail', 'httpRequest.oidcToken.serviceAccountEmail'),
  ),
  workload('composer.googleapis.com/Environment', {
    paths: ['config.nodeConfig.serviceAccount'],
    scopes: 'config.nodeConfig.oauthScopes[]',
    whenEmpty: compute,
  }),
  workload('compute.googleapis.com/Instance', {
    part: 'serviceAccounts[]',
    paths: ['email'],
    scopes: 'scopes[]',
    whenEmpty: none,
  }),
  workload('compute.googleapis.com/InstanceTemplate', {
    part: 'properties.serviceAccounts[]',
    paths: ['email'],
    scopes: 'scopes[]',
    whenEmpty: none,
  }),
  workload('config.googleapis.com/Deployment', place(none, 'serviceAccount')),
  workload('connectors.googleapis.com/Connection', place(none, 'serviceAccount')),
  workload(
    'container.googleapis.com/Cluster',
    {
      part: 'nodePools[]',
      paths: ['config.serviceAccount'],
      scopes: 'config.oauthScopes[]',
      metadataMode: 'config.workloadMetadataConfig.mode',
      whenEmpty: compute,
    },
    {
      part: 'nodeConfig',
      paths: ['serviceAccount'],
      scopes: 'oauthScopes[]',
      metadataMode: 'workloadMetadataConfig.mode',
      whenEmpty: none,
    },
    {
      part: 'autoscaling.autoprovisioningNodePoolDefaults',
      paths: ['serviceAccount'],
      scopes: 'oauthScopes[]',
      metadataMode: 'workloadMetadataConfig.mode',
      whenEmpty: perhapsCompute,
    },
  ),
  workload('container.googleapis.com/NodePool', {
    paths: ['config.serviceAccount'],
    scopes: 'config.oauthScopes[]',
    metadataMode: 'config.workloadMetadataConfig.mode',
    whenEmpty: compute,
  }),
  workload('dataflow.googleapis.com/Job', place(compute, 'environment.serviceAccountEmail')),
  workload('dataform.googleapis.com/Repository', place(agent('gcp-sa-dataform'), 'serviceAccount')),
  workload(
    'dataform.googleapis.com/WorkflowConfig',
    place(agent('gcp-sa-dataform', 'unknown'), 'invocationConfig.serviceAccount'),
  ),
  workload(
    'datafusion.googleapis.com/Instance',
    place(compute, 'dataprocServiceAccount'),
    place(none, 'p4ServiceAccount'),
  ),
  workload('datapipelines.googleapis.com/Pipeline', place(compute, 'schedulerServiceAccountEmail')),
  workload('dataplex.googleapis.com/Lake', place(none, 'serviceAccount')),
  workload('dataplex.googleapis.com/Task', place(compute, 'executionSpec.serviceAccount')),
  workload('dataproc.googleapis.com/Batch', place(compute, 'environmentConfig.executionConfig.serviceAccount')),
  workload(
    'dataproc.googleapis.com/Cluster',
    {
      paths: ['config.gceClusterConfig.serviceAccount'],
      scopes: 'config.gceClusterConfig.serviceAccountScopes[]',
      whenEmpty: compute,
    },
    place(none, 'config.securityConfig.identityConfig.userServiceAccountMapping{}'),
  ),
  workload('dataproc.googleapis.com/Session', place(compute, 'environmentConfig.executionConfig.serviceAccount')),
  workload(
    'dialogflow.googleapis.com/Tool',
    place(
      none,
      'openApiSpec.authentication.serviceAccountAuthConfig.serviceAccount',
      'toolSpec.authentication.serviceAccountAuthConfig.serviceAccount',
    ),
  ),
  workload('eventarc.googleapis.com/Trigger', place(none, 'serviceAccount')),
  workload('firebaseapphosting.googleapis.com/Backend', place(none, 'serviceAccount')),
  workload('integrations.googleapis.com/IntegrationVersion', place(none, 'runAsServiceAccount')),
  workload('notebooks.googleapis.com/Instance', {
    paths: ['serviceAccount', 'gceSetup.serviceAccounts[].email'],
    whenEmpty: compute,
  }),
  // The owner of a runtime is a service account, or a user: then its machine has the default account.
  workload('notebooks.googleapis.com/Runtime', place(perhapsCompute, 'accessConfig.runtimeOwner')),
  workload(
    'pubsub.googleapis.com/Subscription',
    place(none, 'pushConfig.oidcToken.serviceAccountEmail'),
    { part: 'bigqueryConfig', paths: ['serviceAccountEmail'], whenEmpty: agent('gcp-sa-pubsub') },
    { part: 'cloudStorageConfig', paths: ['serviceAccountEmail'], whenEmpty: agent('gcp-sa-pubsub') },
  ),
  workload(
    'run.googleapis.com/Job',
    place(compute, 'spec.template.spec.template.spec.serviceAccountName', 'template.template.serviceAccount'),
  ),
  workload('run.googleapis.com/Revision', place(compute, 'spec.serviceAccountName', 'serviceAccount')),
  workload(
    'run.googleapis.com/Service',
    place(compute, 'spec.template.spec.serviceAccountName', 'template.serviceAccount'),
  ),
  workload(
    'run.googleapis.com/WorkerPool',
    place(compute, 'spec.template.spec.serviceAccountName', 'template.serviceAccount'),
  ),
  workload('sqladmin.googleapis.com/Instance', place(none, 'serviceAccountEmailAddress')),
  workload('storagetransfer.googleapis.com/TransferJob', place(agent('storage-transfer-service'), 'serviceAccount')),
  workload('tpu.googleapis.com/Node', {
    paths: ['serviceAccount.email'],
    scopes: 'serviceAccount.scope[]',
    whenEmpty: compute,
  }),
  workload('workflows.googleapis.com/Workflow', place(compute, 'serviceAccount')),
  workload('workstations.googleapis.com/WorkstationConfig', {
    paths: ['host.gceInstance.serviceAccount'],
    scopes: 'host.gceInstance.serviceAccountScopes[]',
    whenEmpty: agent('gcp-sa-workstationsvm', 'unknown'),
  }),
];
