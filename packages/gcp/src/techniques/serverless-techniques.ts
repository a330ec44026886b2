import type { ScopedLimit } from '@keyreach/core/reach';
import { DELIVERY, ID_TOKEN } from './limits.ts';
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
  somewhere,
  takeOver,
} from './requirements.ts';
import { type ResourceType, SOURCE_REPOSITORIES } from './target-types.ts';
import {
  type GcpRequirement,
  type GcpTechnique,
  type GcpTechniqueRow,
  type PermissionName,
  tableOf,
} from './technique-row.ts';

const FUNCTIONS: readonly ResourceType[] = [
  'cloudfunctions.googleapis.com/CloudFunction',
  'cloudfunctions.googleapis.com/Function',
];
const SERVICE: readonly ResourceType[] = ['run.googleapis.com/Service'];
const JOB: readonly ResourceType[] = ['run.googleapis.com/Job'];
const BUCKET: readonly ResourceType[] = ['storage.googleapis.com/Bucket'];
const TRIGGER: readonly ResourceType[] = ['cloudbuild.googleapis.com/BuildTrigger'];

const NEW_FUNCTION = ['cloudfunctions.functions.create', 'cloudfunctions.functions.sourceCodeSet'] as const;

/** Ways to have a function run; an event that it waits for is one as well. */
const CALLED: GcpRequirement = any(
  allowed('cloudfunctions.functions.call'),
  allowed('cloudfunctions.functions.invoke'),
  allowed('run.routes.invoke'),
  allowed('cloudfunctions.functions.setIamPolicy'),
  { holds: 'event-sets-it-off' },
);

/** Objects that a workload runs when it is next deployed. */
const feed = (slug: string, title: string, requires: GcpRequirement): GcpTechniqueRow =>
  takeOver(slug, title, ['T1648'], BUCKET, all(requires, { holds: 'pulls-code-from-here' }));

/** May write to a repository of the project, or to one of them. */
const inRepository = (types: readonly ResourceType[], permission: PermissionName): GcpRequirement =>
  any(onHome(permission), beside(types, allowed(permission)));

/** What calls endpoints as the account: to make one of them, or to change one that is there. */
interface Caller {
  readonly slug: string;
  readonly title: string;
  readonly type: ResourceType;
  readonly within: ScopedLimit;
  readonly create: readonly PermissionName[];
  readonly update: PermissionName;
}

const calls = ({ slug, title, type, within, create, update }: Caller): readonly GcpTechniqueRow[] =>
  [
    launch(slug, title, ['T1648'], create),
    ...redeploy({ slug, title, attack: ['T1648'], types: [type], requires: allowed(update) }).map(asUpdate),
  ].map((row) => ({ ...row, within }));

/** Serverless, builds and what calls on behalf of an account (gcp.md 3.D). */
export const serverlessTechniques: readonly GcpTechnique[] = tableOf('gcp.md 3.D', [
  launch(
    'functions-create',
    'Creates a function that runs as the service account, and calls it',
    ['T1648'],
    [...NEW_FUNCTION, 'cloudfunctions.functions.call'],
    [...NEW_FUNCTION, 'cloudfunctions.functions.invoke'],
    [...NEW_FUNCTION, 'run.routes.invoke'],
    [...NEW_FUNCTION, 'cloudfunctions.functions.setIamPolicy'],
  ),
  {
    slug: 'functions-create',
    variant: 'event',
    title: 'Creates a function that runs as the service account once something happens',
    attack: ['T1648'],
    target: SERVICE_ACCOUNT,
    requires: all(ACT_AS, somewhere(NEW_FUNCTION), { holds: 'event-sets-it-off' }),
    yields: 'become',
  },
  ...redeploy({
    slug: 'functions-update',
    title: 'Puts its own code into a function that runs as the service account, and calls it',
    attack: ['T1648'],
    types: FUNCTIONS,
    requires: all(
      allowed('cloudfunctions.functions.update'),
      allowed('cloudfunctions.functions.sourceCodeSet'),
      CALLED,
    ),
  }),
  feed(
    'functions-source-write',
    'Replaces the source of a function between its upload and its build',
    all(allowed('storage.objects.create'), allowed('storage.objects.delete'), { holds: 'next-deploy-loads-it' }),
  ),
  launch(
    'run-service-create',
    'Deploys a service that runs as the service account',
    ['T1648'],
    ['run.services.create'],
  ),
  ...redeploy({
    slug: 'run-service-update',
    title: 'Deploys its own image to a service that runs as the service account',
    attack: ['T1648'],
    types: SERVICE,
    requires: allowed('run.services.update'),
  }),
  launch(
    'run-job-create',
    'Creates a job that runs as the service account, and starts it',
    ['T1648'],
    ['run.jobs.create', 'run.jobs.run'],
  ),
  ...redeploy({
    slug: 'run-job-update',
    title: 'Gives a job that runs as the service account its own image, and starts it',
    attack: ['T1648'],
    types: JOB,
    requires: all(allowed('run.jobs.update'), allowed('run.jobs.run')),
  }),
  takeOver(
    'run-job-override',
    'Starts the job with arguments and variables of its choice',
    ['T1648'],
    JOB,
    all(allowed('run.jobs.run'), allowed('run.jobs.runWithOverrides'), { holds: 'code-in-use-can-be-steered' }),
  ),
  launch(
    'run-workerpool',
    'Creates a worker pool that runs as the service account',
    ['T1648'],
    ['run.workerpools.create'],
  ),
  {
    slug: 'appengine-deploy',
    title: 'Deploys a version of the application that runs as the service account',
    attack: ['T1648'],
    target: SERVICE_ACCOUNT,
    requires: all(
      ACT_AS,
      any(onHome('storage.objects.create'), beside(BUCKET, allowed('storage.objects.create'))),
      beside(['appengine.googleapis.com/Application'], allowed('appengine.versions.create')),
    ),
    yields: 'become',
  },
  takeOver(
    'appengine-ssh',
    'Opens a shell on an instance of the application',
    ['T1021.007'],
    ['appengine.googleapis.com/Version'],
    all(allowed('appengine.instances.enableDebug'), { holds: 'flexible-environment' }),
  ),
  feed(
    'appengine-staging-write',
    'Replaces code of the application between its upload and its deploy',
    all(allowed('storage.objects.create'), { holds: 'next-deploy-loads-it' }),
  ),
  {
    slug: 'build-default',
    title: 'Runs a build as the account that builds of the project run as',
    attack: ['T1648'],
    target: { kind: 'identity', types: ['service-account', 'service-agent'] },
    requires: all(onHome('cloudbuild.builds.create'), { holds: 'default-build-account' }),
    yields: 'become',
  },
  launch('build-as-sa', 'Runs a build as the service account', ['T1648'], ['cloudbuild.builds.create']),
  {
    slug: 'build-trigger-write',
    title: 'Makes or changes a build trigger that runs as the service account',
    attack: ['T1648'],
    target: SERVICE_ACCOUNT,
    requires: all(
      ACT_AS,
      any(onHome('cloudbuild.builds.create'), beside(TRIGGER, allowed('cloudbuild.builds.update'))),
    ),
    yields: 'become',
  },
  takeOver(
    'build-source-push',
    'Pushes code that the trigger builds',
    ['T1648'],
    TRIGGER,
    all(
      any(
        inRepository(SOURCE_REPOSITORIES, 'source.repos.update'),
        inRepository(['cloudbuild.googleapis.com/Repository'], 'cloudbuild.repositories.accessReadWriteToken'),
        inRepository(
          ['developerconnect.googleapis.com/GitRepositoryLink'],
          'developerconnect.gitRepositoryLinks.fetchReadWriteToken',
        ),
      ),
      { holds: 'trigger-is-on' },
      // Which repository the trigger builds, and whether it is one of these, the input does not tell.
      { holds: 'unverified' },
    ),
  ),
  takeOver(
    'build-approve',
    'Approves a build with hostile code that waits for approval',
    ['T1648'],
    TRIGGER,
    all(allowed('cloudbuild.builds.approve'), { holds: 'trigger-is-on' }, { holds: 'hostile-build-is-pending' }),
  ),
  launch(
    'scheduler-create',
    'Schedules calls of any Google API as the service account',
    ['T1648'],
    ['cloudscheduler.jobs.create'],
  ),
  ...redeploy({
    slug: 'scheduler-update',
    title: 'Has a scheduled job call any Google API as the service account',
    attack: ['T1648'],
    types: ['cloudscheduler.googleapis.com/Job'],
    requires: allowed('cloudscheduler.jobs.update'),
  }),
  {
    slug: 'tasks-create',
    title: 'Queues a call of any Google API as the service account',
    attack: ['T1648'],
    target: SERVICE_ACCOUNT,
    requires: all(ACT_AS, beside(['cloudtasks.googleapis.com/Queue'], allowed('cloudtasks.tasks.create'))),
    yields: 'become',
  },
  launch(
    'workflows-create',
    'Creates a workflow that runs as the service account, and runs it',
    ['T1648'],
    ['workflows.workflows.create', 'workflows.executions.create'],
  ),
  takeOver(
    'workflows-update',
    'Rewrites the workflow and runs it',
    ['T1648'],
    ['workflows.googleapis.com/Workflow'],
    all(allowed('workflows.workflows.update'), allowed('workflows.executions.create')),
  ),
  {
    slug: 'deployment-manager',
    title: 'Deploys a configuration that Deployment Manager carries out as the Google APIs account',
    attack: ['T1648'],
    target: SERVICE_AGENT,
    requires: all(
      any(onHome('deploymentmanager.deployments.create'), onHome('deploymentmanager.deployments.update')),
      { holds: 'is-cloud-services-account' },
      // Support has ended; whether the API still answers is not documented.
      { holds: 'unverified' },
    ),
    yields: 'become',
  },
  launch(
    'infra-manager',
    'Has Infrastructure Manager apply a configuration as the service account',
    ['T1648'],
    ['config.deployments.create'],
    ['config.previews.create'],
  ),
  ...redeploy({
    slug: 'infra-manager',
    title: 'Changes a configuration that Infrastructure Manager applies as the service account',
    attack: ['T1648'],
    types: ['config.googleapis.com/Deployment'],
    requires: allowed('config.deployments.update'),
  }).map(asUpdate),
  {
    slug: 'infra-manager-state',
    title: 'Reads credentials in the state of the deployment',
    attack: ['T1552.001'],
    target: resources('config.googleapis.com/Deployment'),
    requires: any(allowed('config.deployments.getState'), allowed('config.revisions.getState')),
    yields: 'become-stored',
  },
  {
    slug: 'clouddeploy',
    title: 'Has Cloud Deploy carry out a release as the service account',
    attack: ['T1648'],
    target: SERVICE_ACCOUNT,
    requires: all(
      ACT_AS,
      any(
        beside(
          ['clouddeploy.googleapis.com/DeliveryPipeline'],
          any(
            all(allowed('clouddeploy.releases.create'), allowed('clouddeploy.rollouts.create')),
            allowed('clouddeploy.automations.create'),
          ),
        ),
        beside(['clouddeploy.googleapis.com/Target'], allowed('clouddeploy.targets.update')),
      ),
    ),
    yields: 'become',
  },
  {
    ...launch(
      'apphosting',
      'Creates an App Hosting backend that runs as the service account',
      ['T1648'],
      ['firebaseapphosting.backends.create'],
    ),
    requires: all(ACT_AS, onHome('firebaseapphosting.backends.create'), { holds: 'unverified' }),
  },
  {
    slug: 'apigee-proxy',
    title: 'Deploys a proxy that calls as the service account',
    attack: ['T1648'],
    target: SERVICE_ACCOUNT,
    requires: all(ACT_AS, onHome('apigee.deployments.create'), { holds: 'unverified' }),
    yields: 'become',
  },
  // What follows calls endpoints with ID tokens of the account alone, so it gives less than the account.
  ...calls({
    slug: 'eventarc-trigger',
    title: 'Has events delivered with ID tokens of the service account',
    type: 'eventarc.googleapis.com/Trigger',
    within: DELIVERY,
    create: ['eventarc.triggers.create'],
    update: 'eventarc.triggers.update',
  }),
  // The audience of the token is theirs to choose, who then have it at their own endpoint.
  ...calls({
    slug: 'pubsub-push',
    title: 'Has messages pushed to its own endpoint with ID tokens of the service account',
    type: 'pubsub.googleapis.com/Subscription',
    within: ID_TOKEN,
    create: ['pubsub.subscriptions.create', 'pubsub.topics.attachSubscription'],
    update: 'pubsub.subscriptions.update',
  }),
  {
    ...launch(
      'api-gateway',
      'Has a gateway call with ID tokens of the service account',
      ['T1648'],
      ['apigateway.apiconfigs.create', 'apigateway.gateways.create'],
    ),
    within: ID_TOKEN,
  },
]);
