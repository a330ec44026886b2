import type { ScopedLimit } from '@keyreach/core/reach';
import { CONNECTED_DATABASES, CONNECTED_RESOURCES, COPIES, QUERIES } from './limits.ts';
import {
  ACT_AS,
  all,
  allowed,
  any,
  asUpdate,
  beside,
  launch,
  onHome,
  redeploy,
  resources,
  SERVICE_ACCOUNT,
  SERVICE_AGENT,
  takeOver,
} from './requirements.ts';
import type { ResourceType } from './target-types.ts';
import { type GcpRequirement, type GcpTechnique, type GcpTechniqueRow, tableOf } from './technique-row.ts';

const ENVIRONMENT: readonly ResourceType[] = ['composer.googleapis.com/Environment'];
const BUCKET: readonly ResourceType[] = ['storage.googleapis.com/Bucket'];
const ENGINE: readonly ResourceType[] = ['aiplatform.googleapis.com/ReasoningEngine'];
const CONNECTION: readonly ResourceType[] = ['bigqueryconnection.googleapis.com/Connection'];

/** A row that acts as the account in some ways only. */
const limited = (within: ScopedLimit, row: GcpTechniqueRow): GcpTechniqueRow => ({ ...row, within });

const unverified = (row: GcpTechniqueRow): GcpTechniqueRow => ({
  ...row,
  requires: all(row.requires, { holds: 'unverified' }),
});

/** Acts as the account of a connection of BigQuery, by the kind of connection. */
const connection = (
  variant: string,
  title: string,
  within: ScopedLimit | undefined,
  kind: GcpRequirement,
): GcpTechniqueRow => ({
  slug: 'bq-connection',
  variant,
  title,
  attack: ['T1648'],
  target: resources(...CONNECTION),
  requires: all(
    any(allowed('bigquery.connections.use'), allowed('bigquery.connections.delegate')),
    { attached: { holds: 'enabled' } },
    kind,
  ),
  yields: 'become-runtime',
  ...(within === undefined ? {} : { within }),
});

/** Data, machine learning and agents (gcp.md 3.E). */
export const dataTechniques: readonly GcpTechnique[] = tableOf('gcp.md 3.E', [
  launch(
    'composer-create',
    'Creates a Composer environment that runs as the service account',
    ['T1578'],
    ['composer.environments.create'],
  ),
  takeOver(
    'composer-update',
    'Installs a package or sets variables in the environment',
    ['T1648'],
    ENVIRONMENT,
    allowed('composer.environments.update'),
  ),
  takeOver(
    'composer-airflow',
    'Runs Airflow commands in the environment',
    ['T1651'],
    ENVIRONMENT,
    any(allowed('composer.environments.executeAirflowCommand'), allowed('composer.dags.execute')),
  ),
  takeOver(
    'composer-dag-write',
    'Writes a workflow into the bucket that the environment runs workflows from',
    ['T1648'],
    BUCKET,
    all(allowed('storage.objects.create'), { holds: 'holds-workflows' }),
  ),
  launch('dataflow-create', 'Runs a Dataflow job as the service account', ['T1648'], ['dataflow.jobs.create']),
  takeOver(
    'dataflow-update',
    'Replaces the code of a streaming job',
    ['T1648'],
    ['dataflow.googleapis.com/Job'],
    all(allowed('dataflow.jobs.updateContents'), { holds: 'is-streaming' }),
  ),
  takeOver(
    'dataflow-template-write',
    'Replaces a template or staged code that jobs are made of',
    ['T1648'],
    BUCKET,
    all(
      any(allowed('storage.objects.create'), allowed('storage.objects.update')),
      { holds: 'pulls-code-from-here' },
      { holds: 'next-deploy-loads-it' },
    ),
  ),
  launch(
    'dataproc-create',
    'Creates a Dataproc cluster or workload that runs as the service account',
    ['T1578'],
    ['dataproc.clusters.create'],
    ['dataproc.batches.create'],
    ['dataproc.sessions.create'],
    ['dataproc.workflowTemplates.instantiateInline'],
  ),
  takeOver(
    'dataproc-job',
    'Runs a job on the cluster',
    ['T1651'],
    ['dataproc.googleapis.com/Cluster'],
    all(onHome('dataproc.jobs.create'), allowed('dataproc.clusters.use')),
  ),
  launch(
    'datafusion-create',
    'Creates a Data Fusion instance that runs as the service account',
    ['T1578'],
    ['datafusion.instances.create'],
  ),
  limited(
    QUERIES,
    launch(
      'dataform',
      'Runs queries as the service account by way of Dataform',
      ['T1648'],
      ['dataform.repositories.create', 'dataform.workflowInvocations.create'],
    ),
  ),
  limited(QUERIES, {
    slug: 'dataform',
    variant: 'existing',
    title: 'Runs queries as the service account by way of a repository that is there',
    attack: ['T1648'],
    target: SERVICE_ACCOUNT,
    requires: all(
      ACT_AS,
      any(
        beside(['dataform.googleapis.com/Repository'], allowed('dataform.workflowInvocations.create')),
        // A repository alone runs nothing; whether making it lets its maker run something is not documented.
        all(onHome('dataform.repositories.create'), { holds: 'unverified' }),
      ),
    ),
    yields: 'become',
  }),
  launch('dataplex', 'Runs a Dataplex task as the service account', ['T1648'], ['dataplex.tasks.create']),
  limited(QUERIES, {
    ...launch(
      'dataplex',
      'Makes a Dataplex scan that reads data as the service account',
      ['T1648'],
      ['dataplex.datascans.create'],
    ),
    variant: 'scan',
  }),
  // Whether the account of a lake is whoever makes it to choose is not documented.
  limited(
    QUERIES,
    unverified({
      ...launch(
        'dataplex',
        'Makes a Dataplex lake that reads data as the service account',
        ['T1648'],
        ['dataplex.lakes.create'],
      ),
      variant: 'lake',
    }),
  ),
  launch('batch', 'Runs a batch job as the service account', ['T1648'], ['batch.jobs.create']),
  launch('tpu', 'Creates a TPU node that runs as the service account', ['T1578'], ['tpu.nodes.create']),
  launch(
    'datapipelines',
    'Creates a pipeline whose jobs run as the service account',
    ['T1648'],
    ['datapipelines.pipelines.create'],
  ),
  limited(
    COPIES,
    launch(
      'storage-transfer',
      'Copies data as the service account',
      ['T1648'],
      ['storagetransfer.jobs.create'],
      ['storagetransfer.jobs.update'],
    ),
  ),
  launch(
    'vm-migration',
    'Migrates a machine of its own to an instance that runs as the service account',
    ['T1578'],
    ['vmmigration.cloneJobs.create'],
    ['vmmigration.cutoverJobs.create'],
  ),
  limited(
    QUERIES,
    launch(
      'bq-transfer',
      'Schedules queries that run as the service account',
      ['T1648'],
      ['bigquery.transfers.update', 'bigquery.jobs.create'],
    ),
  ),
  connection(
    'files',
    'Reads by way of the connection files and services that its account may use',
    CONNECTED_RESOURCES,
    {
      holds: 'connects-resources',
    },
  ),
  connection('database', 'Queries by way of the connection databases that its account may use', CONNECTED_DATABASES, {
    holds: 'connects-databases',
  }),
  // Procedures in Spark are code of whoever writes them.
  connection('spark', 'Runs code by way of the connection as its account', undefined, { holds: 'connects-spark' }),
  {
    slug: 'bq-acl',
    title: 'Changes the access list of the dataset',
    attack: ['T1098.003'],
    target: resources('bigquery.googleapis.com/Dataset'),
    requires: allowed('bigquery.datasets.update'),
    yields: 'control',
  },
  launch(
    'vertex-job',
    'Runs a Vertex AI job as the service account',
    ['T1648'],
    ['aiplatform.customJobs.create'],
    ['aiplatform.hyperparameterTuningJobs.create'],
    ['aiplatform.trainingPipelines.create'],
    ['aiplatform.pipelineJobs.create'],
    ['aiplatform.batchPredictionJobs.create'],
    ['aiplatform.tuningJobs.create'],
    ['aiplatform.schedules.create'],
    ['aiplatform.persistentResources.create'],
  ),
  {
    slug: 'vertex-job',
    variant: 'agent',
    title: 'Runs a Vertex AI job without an account of its own, as the agent that runs code of customers',
    attack: ['T1648'],
    target: SERVICE_AGENT,
    requires: all(
      any(
        onHome('aiplatform.customJobs.create'),
        onHome('aiplatform.hyperparameterTuningJobs.create'),
        onHome('aiplatform.trainingPipelines.create'),
      ),
      { holds: 'runs-vertex-code' },
    ),
    yields: 'become',
  },
  launch(
    'vertex-endpoint',
    'Deploys a model whose container runs as the service account',
    ['T1648'],
    ['aiplatform.models.upload', 'aiplatform.endpoints.create', 'aiplatform.endpoints.deploy'],
  ),
  launch(
    'vertex-notebook',
    'Runs a notebook as the service account',
    ['T1648'],
    ['aiplatform.notebookExecutionJobs.create'],
    ['aiplatform.notebookRuntimes.assign', 'aiplatform.notebookRuntimeTemplates.create'],
  ),
  launch(
    'workbench-create',
    'Creates a notebook instance that runs as the service account',
    ['T1578'],
    ['notebooks.instances.create'],
    ['notebooks.runtimes.create'],
    ['notebooks.executions.create'],
    ['notebooks.schedules.create'],
  ),
  takeOver(
    'workbench-use',
    'Runs code in the notebook instance',
    ['T1651'],
    ['notebooks.googleapis.com/Instance'],
    any(
      allowed('notebooks.instances.use'),
      allowed('notebooks.instances.update'),
      allowed('notebooks.instances.setIamPolicy'),
    ),
  ),
  launch(
    'agent-deploy',
    'Deploys an agent that runs as the service account',
    ['T1648'],
    ['aiplatform.reasoningEngines.create'],
  ),
  {
    slug: 'agent-deploy',
    variant: 'agent',
    title: 'Deploys an agent without an account of its own, as the account that Google keeps for agents',
    attack: ['T1648'],
    target: SERVICE_AGENT,
    requires: all(onHome('aiplatform.reasoningEngines.create'), { holds: 'runs-reasoning-engines' }),
    yields: 'become',
  },
  {
    ...takeOver(
      'agent-deploy',
      'Replaces the code of the agent',
      ['T1648'],
      ENGINE,
      allowed('aiplatform.reasoningEngines.update'),
    ),
    variant: 'update',
  },
  takeOver(
    'agent-artifact-write',
    'Replaces the stored code of an agent',
    ['T1648'],
    BUCKET,
    all(allowed('storage.objects.create'), { holds: 'pulls-code-from-here' }, { holds: 'next-deploy-loads-it' }),
  ),
  takeOver(
    'agent-prompt',
    'Has the agent use its tools',
    ['T1648'],
    ENGINE,
    all(any(allowed('aiplatform.reasoningEngines.query'), allowed('aiplatform.sandboxEnvironments.execute')), {
      holds: 'agent-has-tools',
    }),
  ),
  {
    slug: 'agent-credential-read',
    title: 'Takes the credential that an agent signs in elsewhere with',
    attack: ['T1528'],
    target: resources('agentidentity.googleapis.com/AuthProvider', 'iamconnectors.googleapis.com/Connector'),
    requires: any(
      allowed('agentidentity.authProviders.retrieveCredentials'),
      allowed('iamconnectors.connectors.retrieveCredentials'),
    ),
    yields: 'become-stored',
  },
  takeOver(
    'workstation-use',
    'Opens a workstation and takes the token of its machine',
    ['T1552.005'],
    ['workstations.googleapis.com/WorkstationConfig'],
    // Only from a privileged container is the machine within reach; whether it is one the input does not tell.
    all(allowed('workstations.workstations.use'), { holds: 'unverified' }),
  ),
  launch(
    'workstation-config',
    'Configures workstations that run as the service account',
    ['T1578'],
    ['workstations.workstationConfigs.create'],
  ),
  ...redeploy({
    slug: 'workstation-config',
    title: 'Changes the configuration of workstations that run as the service account',
    attack: ['T1578'],
    types: ['workstations.googleapis.com/WorkstationConfig'],
    requires: allowed('workstations.workstationConfigs.update'),
  }).map(asUpdate),
  // Which systems there are connections to, and so what the account is used for, the input does not tell.
  unverified(
    launch(
      'connectors',
      'Makes a connection that calls other systems as the service account',
      ['T1648'],
      ['connectors.connections.create'],
    ),
  ),
  {
    slug: 'connectors',
    variant: 'query',
    title: 'Runs queries by way of the connection',
    attack: ['T1648'],
    target: resources('connectors.googleapis.com/Connection'),
    requires: all(
      allowed('connectors.connections.executeSqlQuery'),
      { attached: { holds: 'enabled' } },
      { holds: 'unverified' },
    ),
    yields: 'become-runtime',
  },
  unverified({
    slug: 'integrations',
    title: 'Deploys or runs an integration that calls as the service account',
    attack: ['T1648'],
    target: SERVICE_ACCOUNT,
    requires: all(ACT_AS, any(onHome('integrations.integrations.deploy'), onHome('integrations.integrations.invoke'))),
    yields: 'become',
  }),
]);
