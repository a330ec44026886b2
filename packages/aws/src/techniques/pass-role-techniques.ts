import {
  allOnExisting,
  anyOf,
  COMMANDS_AN_INSTANCE,
  INVOKED,
  linkedRole,
  onExisting,
  passInstanceRole,
  passOther,
  passRole,
  TRUSTS_ROLES_ANYWHERE,
} from './pass-role.ts';
import { type AwsRequirement, type AwsTechnique, type AwsTechniqueRow, tableOf } from './technique-row.ts';

const UNVERIFIED: AwsRequirement = { holds: 'unverified' };

const ECS_CLUSTER: AwsRequirement = {
  any: [
    { holds: 'zone-has:AWS::ECS::Cluster' },
    { all: [{ allows: ['ecs:CreateCluster'] }, linkedRole('ecs.amazonaws.com')] },
  ],
};

/** Instances of an Auto Scaling group, in either of its two forms of template. */
const LAUNCH_SETTINGS: AwsRequirement = {
  any: [
    { allows: ['ec2:CreateLaunchTemplate', 'ec2:RunInstances'] },
    { all: [{ allows: ['autoscaling:CreateLaunchConfiguration'] }, { holds: 'launch-configurations-are-open' }] },
  ],
};

const COMPUTE: readonly AwsTechniqueRow[] = [
  passInstanceRole({
    id: 'ec2-run-instances',
    title: 'Starts an instance that runs its commands as the role',
    attack: ['T1578'],
    needs: [{ allows: ['ec2:RunInstances'] }],
  }),
  passInstanceRole({
    id: 'ec2-request-spot',
    title: 'Requests a spot instance that runs its commands as the role',
    attack: ['T1578'],
    needs: [
      linkedRole('spot.amazonaws.com'),
      {
        any: [
          { allows: ['ec2:RequestSpotInstances'] },
          { all: [{ allows: ['ec2:RequestSpotFleet'] }, passOther('spotfleet.amazonaws.com')] },
        ],
      },
    ],
  }),
  passInstanceRole({
    id: 'ec2-create-fleet',
    title: 'Creates a fleet of instances that run its commands as the role',
    attack: ['T1578'],
    needs: [{ allows: ['ec2:CreateLaunchTemplate', 'ec2:CreateFleet', 'ec2:RunInstances'] }],
  }),
  passInstanceRole({
    id: 'ec2-associate-profile',
    title: 'Gives the role to an instance on which it runs commands',
    attack: ['T1578.005'],
    needs: [
      onExisting('AWS::EC2::Instance', {
        all: [
          {
            any: [
              { allowed: 'ec2:AssociateIamInstanceProfile' },
              { allowed: 'ec2:ReplaceIamInstanceProfileAssociation' },
            ],
          },
          COMMANDS_AN_INSTANCE,
        ],
      }),
    ],
  }),
  passInstanceRole({
    id: 'autoscaling-create',
    title: 'Creates a scaling group of instances that run its commands as the role',
    attack: ['T1578'],
    needs: [
      { allows: ['autoscaling:CreateAutoScalingGroup'] },
      LAUNCH_SETTINGS,
      linkedRole('autoscaling.amazonaws.com'),
    ],
  }),
  passInstanceRole({
    id: 'autoscaling-update',
    title: 'Makes a scaling group start instances that run its commands as the role',
    attack: ['T1578'],
    needs: [allOnExisting('AWS::AutoScaling::AutoScalingGroup', 'autoscaling:UpdateAutoScalingGroup'), LAUNCH_SETTINGS],
  }),
  passInstanceRole({
    id: 'imagebuilder-image',
    title: 'Builds an image on an instance that runs its commands as the role',
    attack: ['T1578'],
    needs: [
      {
        allows: [
          'imagebuilder:CreateComponent',
          'imagebuilder:CreateImageRecipe',
          'imagebuilder:CreateInfrastructureConfiguration',
          'imagebuilder:CreateImage',
        ],
      },
      linkedRole('imagebuilder.amazonaws.com'),
    ],
  }),

  passRole({
    id: 'lambda-create-invoke',
    title: 'Creates a function that runs as the role, and invokes it',
    attack: ['T1648'],
    service: 'lambda.amazonaws.com',
    needs: [{ allows: ['lambda:CreateFunction', 'lambda:InvokeFunction'] }],
  }),
  passRole({
    id: 'lambda-create-event-source',
    title: 'Creates a function that runs as the role, invoked from a stream or queue',
    attack: ['T1648'],
    service: 'lambda.amazonaws.com',
    needs: [
      { allows: ['lambda:CreateFunction', 'lambda:CreateEventSourceMapping'] },
      { holds: 'role-may-read-event-source' },
    ],
  }),
  passRole({
    id: 'lambda-create-add-permission',
    title: 'Creates a function that runs as the role, and lets itself or a service invoke it',
    attack: ['T1648'],
    service: 'lambda.amazonaws.com',
    needs: [{ allows: ['lambda:CreateFunction', 'lambda:AddPermission'] }],
  }),
  passRole({
    id: 'lambda-create-url',
    title: 'Creates a function that runs as the role, invoked through an open URL',
    attack: ['T1648'],
    service: 'lambda.amazonaws.com',
    needs: [{ allows: ['lambda:CreateFunction', 'lambda:CreateFunctionUrlConfig', 'lambda:AddPermission'] }],
  }),
  passRole({
    id: 'lambda-swap-role',
    title: 'Makes an existing function run its code as the role',
    attack: ['T1648'],
    service: 'lambda.amazonaws.com',
    needs: [
      // New layers or environment variables control the code as well as a new package does (2.3.3, lambda-update-config).
      onExisting('AWS::Lambda::Function', { all: [{ allowed: 'lambda:UpdateFunctionConfiguration' }, INVOKED] }),
    ],
  }),

  passRole({
    id: 'ecs-run-task',
    title: 'Registers a task definition with the role and runs it',
    attack: ['T1578'],
    service: 'ecs-tasks.amazonaws.com',
    needs: [
      ECS_CLUSTER,
      {
        any: [
          anyOf(['ecs:RegisterTaskDefinition', 'ecs:RunTask'], ['ecs:RegisterTaskDefinition', 'ecs:CreateService']),
          {
            all: [{ allows: ['ecs:RegisterTaskDefinition'] }, allOnExisting('AWS::ECS::Service', 'ecs:UpdateService')],
          },
          {
            all: [{ allows: ['ecs:RegisterTaskDefinition', 'ecs:StartTask'] }, { holds: 'instance-is-container-host' }],
          },
        ],
      },
    ],
  }),
  passRole({
    id: 'ecs-run-task-override',
    title: 'Runs an existing task definition with the role and a command of its own',
    attack: ['T1578'],
    service: 'ecs-tasks.amazonaws.com',
    needs: [
      ECS_CLUSTER,
      {
        any: [
          allOnExisting('AWS::ECS::TaskDefinition', 'ecs:RunTask'),
          {
            all: [allOnExisting('AWS::ECS::TaskDefinition', 'ecs:StartTask'), { holds: 'instance-is-container-host' }],
          },
        ],
      },
    ],
  }),
  passRole({
    id: 'ecs-task-set',
    title: 'Deploys a task definition with the role to a service',
    attack: ['T1578'],
    service: 'ecs-tasks.amazonaws.com',
    needs: [
      { allows: ['ecs:RegisterTaskDefinition', 'ecs:CreateTaskSet'] },
      onExisting('AWS::ECS::Service', {
        all: [{ allowed: 'ecs:UpdateServicePrimaryTaskSet' }, { holds: 'service-uses-external-deployments' }],
      }),
    ],
  }),
  passRole({
    id: 'ecs-container-instance-hijack',
    title: 'Registers a host of its own with a cluster and starts a task with the role there',
    attack: ['T1578'],
    service: 'ecs-tasks.amazonaws.com',
    needs: [
      allOnExisting('AWS::ECS::Cluster', 'ecs:RegisterContainerInstance', 'ecs:DeregisterContainerInstance'),
      allOnExisting('AWS::ECS::TaskDefinition', 'ecs:StartTask'),
      onExisting('AWS::EC2::Instance', COMMANDS_AN_INSTANCE),
    ],
  }),
  passRole({
    id: 'batch-submit-new',
    title: 'Registers a job definition with the role and submits it',
    attack: ['T1578'],
    service: 'ecs-tasks.amazonaws.com',
    needs: [
      {
        any: [
          {
            all: [
              {
                allows: [
                  'batch:CreateComputeEnvironment',
                  'batch:CreateJobQueue',
                  'batch:RegisterJobDefinition',
                  'batch:SubmitJob',
                ],
              },
              linkedRole('batch.amazonaws.com'),
            ],
          },
          {
            all: [
              { allows: ['batch:RegisterJobDefinition', 'batch:SubmitJob'] },
              allOnExisting('AWS::Batch::JobQueue', 'batch:SubmitJob'),
            ],
          },
        ],
      },
    ],
  }),
  passRole({
    id: 'apprunner-create',
    title: 'Creates a container service that runs as the role',
    attack: ['T1648'],
    service: 'tasks.apprunner.amazonaws.com',
    needs: [{ allows: ['apprunner:CreateService'] }, linkedRole('apprunner.amazonaws.com')],
  }),
];

const BUILD_AND_DEPLOY: readonly AwsTechniqueRow[] = [
  passRole({
    id: 'codebuild-create',
    title: 'Creates a build project with the role and starts it',
    attack: ['T1648'],
    service: 'codebuild.amazonaws.com',
    needs: [
      anyOf(
        ['codebuild:CreateProject', 'codebuild:StartBuild'],
        ['codebuild:CreateProject', 'codebuild:StartBuildBatch'],
      ),
    ],
  }),
  passRole({
    id: 'codebuild-swap-role',
    title: 'Gives the role to an existing build project and starts it',
    attack: ['T1648'],
    service: 'codebuild.amazonaws.com',
    needs: [
      onExisting('AWS::CodeBuild::Project', {
        all: [
          { allowed: 'codebuild:UpdateProject' },
          // The update may configure batch builds.
          { any: [{ allowed: 'codebuild:StartBuild' }, { allowed: 'codebuild:StartBuildBatch' }] },
        ],
      }),
    ],
  }),
  passRole({
    id: 'codepipeline-create',
    title: 'Creates a pipeline that acts as the role',
    attack: ['T1648'],
    service: 'codepipeline.amazonaws.com',
    needs: [{ allows: ['codepipeline:CreatePipeline'] }, { holds: 'service-calls-suffice' }],
  }),
  passRole({
    id: 'codestar-create',
    title: 'Creates a CodeStar project, whose stack is made as the role',
    attack: ['T1098.003'],
    service: 'codestar.amazonaws.com',
    needs: [{ allows: ['codestar:CreateProject'] }, { holds: 'closed-service-is-still-open' }],
  }),
  passRole({
    id: 'cfn-create-stack',
    title: 'Creates a stack, whose resources are made as the role',
    attack: ['T1578'],
    service: 'cloudformation.amazonaws.com',
    needs: [{ allows: ['cloudformation:CreateStack'] }],
  }),
  passRole({
    id: 'cfn-new-change-set',
    title: 'Creates a stack through a change set, whose resources are made as the role',
    attack: ['T1578'],
    service: 'cloudformation.amazonaws.com',
    needs: [{ allows: ['cloudformation:CreateChangeSet', 'cloudformation:ExecuteChangeSet'] }],
  }),
  passRole({
    id: 'cfn-swap-role',
    title: 'Gives the role to an existing stack and updates it as the role',
    attack: ['T1578'],
    service: 'cloudformation.amazonaws.com',
    needs: [allOnExisting('AWS::CloudFormation::Stack', 'cloudformation:UpdateStack')],
  }),
  passRole({
    id: 'cfn-create-stackset',
    title: 'Creates a stack set, which the role deploys through execution roles',
    attack: ['T1578'],
    service: 'cloudformation.amazonaws.com',
    needs: [
      { allows: ['cloudformation:CreateStackSet', 'cloudformation:CreateStackInstances'] },
      { holds: 'execution-role-trusts-administrator' },
    ],
  }),
  passRole({
    id: 'cfn-update-stackset-pass',
    title: 'Gives the role to an existing stack set, which it deploys through execution roles',
    attack: ['T1578'],
    service: 'cloudformation.amazonaws.com',
    needs: [
      allOnExisting('AWS::CloudFormation::StackSet', 'cloudformation:UpdateStackSet'),
      { holds: 'execution-role-trusts-administrator' },
    ],
  }),
  passInstanceRole({
    id: 'elasticbeanstalk-env',
    title: 'Creates an application environment whose instances run its code as the role',
    attack: ['T1578'],
    needs: [
      {
        allows: [
          'elasticbeanstalk:CreateApplication',
          'elasticbeanstalk:CreateApplicationVersion',
          'elasticbeanstalk:CreateEnvironment',
        ],
      },
      passOther('elasticbeanstalk.amazonaws.com'),
    ],
  }),
  passRole({
    id: 'amplify-app',
    title: 'Creates a web application whose build runs as the role',
    attack: ['T1648'],
    service: 'amplify.amazonaws.com',
    needs: [{ allows: ['amplify:CreateApp', 'amplify:CreateBranch', 'amplify:StartJob'] }, UNVERIFIED],
  }),
];

const DATA_AND_LEARNING: readonly AwsTechniqueRow[] = [
  passRole({
    id: 'glue-dev-endpoint',
    title: 'Creates a development endpoint with the role and logs in to it',
    attack: ['T1578'],
    service: 'glue.amazonaws.com',
    needs: [{ allows: ['glue:CreateDevEndpoint'] }, { holds: 'closed-service-is-still-open' }],
  }),
  passRole({
    id: 'glue-create-job',
    title: 'Creates a job with the role and runs it',
    attack: ['T1648'],
    service: 'glue.amazonaws.com',
    needs: [anyOf(['glue:CreateJob', 'glue:StartJobRun'], ['glue:CreateJob', 'glue:CreateTrigger'])],
  }),
  passRole({
    id: 'glue-update-job-pass',
    title: 'Gives the role and its own script to an existing job and runs it',
    attack: ['T1648'],
    service: 'glue.amazonaws.com',
    needs: [
      onExisting('AWS::Glue::Job', {
        all: [
          { allowed: 'glue:UpdateJob' },
          { any: [{ allowed: 'glue:StartJobRun' }, { allows: ['glue:CreateTrigger'] }] },
        ],
      }),
    ],
  }),
  passRole({
    id: 'glue-session',
    title: 'Creates an interactive session with the role and runs statements in it',
    attack: ['T1648'],
    service: 'glue.amazonaws.com',
    needs: [{ allows: ['glue:CreateSession', 'glue:RunStatement'] }],
  }),
  passRole({
    id: 'sagemaker-notebook',
    title: 'Creates a notebook instance with the role and runs code in it',
    attack: ['T1578'],
    service: 'sagemaker.amazonaws.com',
    needs: [
      {
        any: [
          { allows: ['sagemaker:CreateNotebookInstance', 'sagemaker:CreatePresignedNotebookInstanceUrl'] },
          { allows: ['sagemaker:CreateNotebookInstance', 'sagemaker:CreateNotebookInstanceLifecycleConfig'] },
          { all: [{ allows: ['sagemaker:CreateNotebookInstance'] }, { holds: 'suits-the-caller' }] },
        ],
      },
    ],
  }),
  passRole({
    id: 'sagemaker-training',
    title: 'Creates a training or tuning job that runs its container as the role',
    attack: ['T1648'],
    service: 'sagemaker.amazonaws.com',
    needs: [anyOf(['sagemaker:CreateTrainingJob'], ['sagemaker:CreateHyperParameterTuningJob'])],
  }),
  passRole({
    id: 'sagemaker-processing',
    title: 'Creates a processing job that runs its container as the role',
    attack: ['T1648'],
    service: 'sagemaker.amazonaws.com',
    needs: [{ allows: ['sagemaker:CreateProcessingJob'] }],
  }),
  passRole({
    id: 'sagemaker-model',
    title: 'Creates a model whose container runs as the role',
    attack: ['T1648'],
    service: 'sagemaker.amazonaws.com',
    needs: [
      anyOf(
        ['sagemaker:CreateModel', 'sagemaker:CreateTransformJob'],
        ['sagemaker:CreateModel', 'sagemaker:CreateEndpointConfig', 'sagemaker:CreateEndpoint'],
      ),
      UNVERIFIED,
    ],
  }),
  passRole({
    id: 'sagemaker-pipeline',
    title: 'Creates a pipeline that runs its steps as the role',
    attack: ['T1648'],
    service: 'sagemaker.amazonaws.com',
    needs: [{ allows: ['sagemaker:CreatePipeline', 'sagemaker:StartPipelineExecution'] }, UNVERIFIED],
  }),
  passRole({
    id: 'sagemaker-studio',
    title: 'Gives the role to a Studio user and opens an application as that user',
    attack: ['T1578'],
    service: 'sagemaker.amazonaws.com',
    needs: [
      { allows: ['sagemaker:CreateApp'] },
      {
        any: [
          allOnExisting(
            'AWS::SageMaker::UserProfile',
            'sagemaker:UpdateUserProfile',
            'sagemaker:CreatePresignedDomainUrl',
          ),
          {
            all: [
              { allows: ['sagemaker:CreateUserProfile', 'sagemaker:CreatePresignedDomainUrl'] },
              { holds: 'zone-has:AWS::SageMaker::Domain' },
              { holds: 'studio-user-fits' },
            ],
          },
          {
            all: [
              allOnExisting('AWS::SageMaker::Domain', 'sagemaker:UpdateDomain'),
              { allows: ['sagemaker:CreatePresignedDomainUrl'] },
              { holds: 'studio-user-fits' },
            ],
          },
        ],
      },
    ],
  }),
  passInstanceRole({
    id: 'datapipeline-create',
    title: 'Creates a data pipeline whose instances run its commands as the role',
    attack: ['T1578'],
    needs: [
      {
        allows: ['datapipeline:CreatePipeline', 'datapipeline:PutPipelineDefinition', 'datapipeline:ActivatePipeline'],
      },
      passOther('datapipeline.amazonaws.com'),
      { holds: 'closed-service-is-still-open' },
    ],
  }),
  passInstanceRole({
    id: 'emr-run-job-flow',
    title: 'Starts a cluster whose instances run its steps as the role',
    attack: ['T1578'],
    needs: [{ allows: ['elasticmapreduce:RunJobFlow'] }, passOther('elasticmapreduce.amazonaws.com')],
  }),
  passRole({
    id: 'emr-serverless-job',
    title: 'Runs a job of its own as the role',
    attack: ['T1648'],
    service: 'emr-serverless.amazonaws.com',
    needs: [
      {
        any: [
          { allows: ['emr-serverless:CreateApplication', 'emr-serverless:StartJobRun'] },
          allOnExisting('AWS::EMRServerless::Application', 'emr-serverless:StartJobRun'),
        ],
      },
    ],
  }),
  passRole({
    id: 'kinesisanalytics-app',
    title: 'Creates and starts a stream application that runs as the role',
    attack: ['T1648'],
    service: 'kinesisanalytics.amazonaws.com',
    needs: [{ allows: ['kinesisanalytics:CreateApplication', 'kinesisanalytics:StartApplication'] }],
  }),
  passRole({
    id: 'omics-run',
    title: 'Creates a workflow and runs it as the role',
    attack: ['T1648'],
    service: 'omics.amazonaws.com',
    needs: [{ allows: ['omics:CreateWorkflow', 'omics:StartRun'] }],
  }),
  passRole({
    id: 'braket-job',
    title: 'Creates a hybrid job that runs its script as the role',
    attack: ['T1648'],
    service: 'braket.amazonaws.com',
    needs: [{ allows: ['braket:CreateJob'] }],
  }),
  passRole({
    id: 'gamelift-fleet',
    title: 'Uploads a build and creates a fleet that runs it as the role',
    attack: ['T1578'],
    service: 'gamelift.amazonaws.com',
    needs: [{ allows: ['gamelift:CreateBuild', 'gamelift:RequestUploadCredentials', 'gamelift:CreateFleet'] }],
  }),
  passRole({
    id: 'mwaa-environment',
    title: 'Creates a workflow environment that runs its code as the role',
    attack: ['T1648'],
    service: 'airflow.amazonaws.com',
    needs: [{ allows: ['airflow:CreateEnvironment'] }, UNVERIFIED],
  }),
  passRole({
    id: 'kafkaconnect-plugin',
    title: 'Creates a connector that runs its plug-in as the role',
    attack: ['T1648'],
    service: 'kafkaconnect.amazonaws.com',
    needs: [{ allows: ['kafkaconnect:CreateCustomPlugin', 'kafkaconnect:CreateConnector'] }, UNVERIFIED],
  }),
  passRole({
    id: 'rds-add-role',
    title: 'Gives the role to a database, whose statements use it',
    attack: ['T1578.005'],
    service: 'rds.amazonaws.com',
    needs: [
      {
        any: [
          allOnExisting('AWS::RDS::DBCluster', 'rds:AddRoleToDBCluster'),
          allOnExisting('AWS::RDS::DBInstance', 'rds:AddRoleToDBInstance'),
        ],
      },
      { holds: 'service-calls-suffice' },
    ],
  }),
];

const ORCHESTRATION: readonly AwsTechniqueRow[] = [
  passRole({
    id: 'stepfunctions-create',
    title: 'Creates a state machine that calls AWS as the role, and starts it',
    attack: ['T1648'],
    service: 'states.amazonaws.com',
    needs: [
      anyOf(
        ['states:CreateStateMachine', 'states:StartExecution'],
        ['states:CreateStateMachine', 'states:StartSyncExecution'],
      ),
    ],
  }),
  passRole({
    id: 'stepfunctions-test-state',
    title: 'Tests a single state that calls AWS as the role',
    attack: ['T1648'],
    service: 'states.amazonaws.com',
    needs: [{ allows: ['states:TestState'] }],
  }),
  passRole({
    id: 'scheduler-schedule',
    title: 'Schedules a call to AWS as the role',
    attack: ['T1648'],
    service: 'scheduler.amazonaws.com',
    needs: [
      {
        any: [
          { allows: ['scheduler:CreateSchedule'] },
          allOnExisting('AWS::Scheduler::Schedule', 'scheduler:UpdateSchedule'),
        ],
      },
    ],
  }),
  passRole({
    id: 'events-rule',
    title: 'Creates a rule whose targets are called as the role',
    attack: ['T1648'],
    service: 'events.amazonaws.com',
    needs: [{ allows: ['events:PutRule', 'events:PutTargets'] }, { holds: 'service-calls-suffice' }],
  }),
  passRole({
    id: 'pipes-pipe',
    title: 'Creates a pipe whose targets are called as the role',
    attack: ['T1648'],
    service: 'pipes.amazonaws.com',
    needs: [{ allows: ['pipes:CreatePipe'] }, UNVERIFIED],
  }),
  passRole({
    id: 'ssm-automation',
    title: 'Runs an automation that calls AWS as the role',
    attack: ['T1651'],
    service: 'ssm.amazonaws.com',
    needs: [
      {
        any: [
          { allows: ['ssm:CreateDocument', 'ssm:StartAutomationExecution'] },
          { all: [{ allows: ['ssm:StartAutomationExecution'] }, { holds: 'suits-the-caller' }] },
        ],
      },
    ],
  }),
  passRole({
    id: 'ssm-maintenance-window',
    title: 'Adds a task to a maintenance window that runs as the role',
    attack: ['T1651'],
    service: 'ssm.amazonaws.com',
    needs: [
      {
        any: [
          {
            allows: [
              'ssm:CreateMaintenanceWindow',
              'ssm:RegisterTargetWithMaintenanceWindow',
              'ssm:RegisterTaskWithMaintenanceWindow',
            ],
          },
          allOnExisting(
            'AWS::SSM::MaintenanceWindow',
            'ssm:RegisterTargetWithMaintenanceWindow',
            'ssm:RegisterTaskWithMaintenanceWindow',
          ),
        ],
      },
      { any: [{ allows: ['ssm:CreateDocument'] }, { holds: 'suits-the-caller' }] },
    ],
  }),
  passRole({
    id: 'ssm-activation',
    title: 'Registers a machine of its own, which receives credentials of the role',
    attack: ['T1098.001'],
    service: 'ssm.amazonaws.com',
    needs: [{ allows: ['ssm:CreateActivation'] }],
  }),
  passRole({
    id: 'apigateway-integration',
    title: 'Makes an API method call AWS as the role',
    attack: ['T1648'],
    service: 'apigateway.amazonaws.com',
    needs: [
      // A definition with the integration can be imported at once, so that PUT adds nothing to POST.
      anyOf(['apigateway:POST'], ['apigateway:PATCH']),
      { holds: 'service-calls-suffice' },
    ],
  }),
  passRole({
    id: 'appsync-datasource',
    title: 'Makes a GraphQL field call AWS as the role',
    attack: ['T1648'],
    service: 'appsync.amazonaws.com',
    needs: [
      anyOf(
        ['appsync:CreateDataSource', 'appsync:CreateResolver'],
        ['appsync:CreateDataSource', 'appsync:UpdateResolver'],
        ['appsync:UpdateDataSource', 'appsync:CreateResolver'],
        ['appsync:UpdateDataSource', 'appsync:UpdateResolver'],
      ),
      UNVERIFIED,
    ],
  }),
  passRole({
    id: 'synthetics-canary',
    title: 'Creates and starts a canary that runs its script as the role',
    attack: ['T1648'],
    service: 'lambda.amazonaws.com',
    needs: [{ allows: ['synthetics:CreateCanary', 'synthetics:StartCanary'] }, UNVERIFIED],
  }),
  passRole({
    id: 'fis-experiment',
    title: 'Starts an experiment whose actions run as the role',
    attack: ['T1651'],
    service: 'fis.amazonaws.com',
    needs: [{ allows: ['fis:CreateExperimentTemplate', 'fis:StartExperiment'] }, UNVERIFIED],
  }),
  passRole({
    id: 'appstream-builder',
    title: 'Creates an image builder with the role and opens it',
    attack: ['T1578'],
    service: 'appstream.amazonaws.com',
    needs: [{ allows: ['appstream:CreateImageBuilder', 'appstream:CreateImageBuilderStreamingURL'] }, UNVERIFIED],
  }),
];

const AGENTS: readonly AwsTechniqueRow[] = [
  passRole({
    id: 'agentcore-code-interpreter',
    title: 'Creates a code interpreter with the role and runs code in it',
    attack: ['T1552.005', 'T1648'],
    service: 'bedrock-agentcore.amazonaws.com',
    needs: [
      {
        allows: [
          'bedrock-agentcore:CreateCodeInterpreter',
          'bedrock-agentcore:StartCodeInterpreterSession',
          'bedrock-agentcore:InvokeCodeInterpreter',
        ],
      },
    ],
  }),
  passRole({
    id: 'agentcore-runtime',
    title: 'Creates an agent runtime with the role and runs code in it',
    attack: ['T1552.005', 'T1648'],
    service: 'bedrock-agentcore.amazonaws.com',
    needs: [
      anyOf(
        [
          'bedrock-agentcore:CreateAgentRuntime',
          'bedrock-agentcore:CreateAgentRuntimeEndpoint',
          'bedrock-agentcore:CreateWorkloadIdentity',
          'bedrock-agentcore:InvokeAgentRuntime',
        ],
        [
          'bedrock-agentcore:CreateAgentRuntime',
          'bedrock-agentcore:CreateAgentRuntimeEndpoint',
          'bedrock-agentcore:CreateWorkloadIdentity',
          'bedrock-agentcore:InvokeAgentRuntimeCommand',
        ],
      ),
    ],
  }),
  passRole({
    id: 'agentcore-harness',
    title: 'Creates an agent harness with the role and runs commands in it',
    attack: ['T1552.005', 'T1648'],
    service: 'bedrock-agentcore.amazonaws.com',
    needs: [
      {
        allows: [
          'bedrock-agentcore:CreateHarness',
          'bedrock-agentcore:CreateAgentRuntime',
          'bedrock-agentcore:CreateAgentRuntimeEndpoint',
          'bedrock-agentcore:CreateWorkloadIdentity',
          'bedrock-agentcore:GetAgentRuntime',
          'bedrock-agentcore:InvokeAgentRuntimeCommand',
        ],
      },
    ],
  }),
  passRole({
    id: 'agentcore-browser',
    title: 'Creates a managed browser with the role and drives it',
    attack: ['T1552.005', 'T1648'],
    service: 'bedrock-agentcore.amazonaws.com',
    needs: [
      {
        allows: [
          'bedrock-agentcore:CreateBrowser',
          'bedrock-agentcore:StartBrowserSession',
          'bedrock-agentcore:ConnectBrowserAutomationStream',
        ],
      },
    ],
  }),
  passRole({
    id: 'bedrock-agent',
    title: 'Creates an agent that acts as the role, and invokes it',
    attack: ['T1648'],
    service: 'bedrock.amazonaws.com',
    needs: [
      {
        allows: [
          'bedrock:CreateAgent',
          'bedrock:CreateAgentActionGroup',
          'bedrock:PrepareAgent',
          'bedrock:InvokeAgent',
        ],
      },
      { holds: 'service-calls-suffice' },
    ],
  }),
];

const BINDINGS: readonly AwsTechniqueRow[] = [
  passRole({
    id: 'eks-pod-identity',
    title: 'Gives the role to a service account in which it creates pods',
    attack: ['T1098.003'],
    service: 'pods.eks.amazonaws.com',
    trust: [
      { service: 'pods.eks.amazonaws.com', may: 'sts:AssumeRole' },
      { service: 'pods.eks.amazonaws.com', may: 'sts:TagSession' },
    ],
    needs: [allOnExisting('AWS::EKS::Cluster', 'eks:CreatePodIdentityAssociation'), { holds: 'pods-can-be-created' }],
  }),
  passRole({
    id: 'rolesanywhere',
    title: 'Gives the role to certificates of an authority of its own',
    attack: ['T1098.001', 'T1484.002'],
    service: 'rolesanywhere.amazonaws.com',
    trust: TRUSTS_ROLES_ANYWHERE,
    needs: [
      { allows: ['rolesanywhere:CreateProfile'] },
      {
        any: [
          { allows: ['rolesanywhere:CreateTrustAnchor'] },
          allOnExisting('AWS::RolesAnywhere::TrustAnchor', 'rolesanywhere:UpdateTrustAnchor'),
        ],
      },
    ],
  }),
  passRole({
    id: 'iot-role-alias',
    title: 'Gives the role to a device certificate of its own',
    attack: ['T1098.001'],
    service: 'credentials.iot.amazonaws.com',
    needs: [
      { allows: ['iot:CreateRoleAlias', 'iot:CreateKeysAndCertificate', 'iot:CreatePolicy', 'iot:AttachPolicy'] },
      UNVERIFIED,
    ],
  }),
];

/** The role must trust a pool, not the service it is passed to, and the pool must be one that lets the caller in. */
const TRUSTS_THE_POOL: readonly AwsRequirement[] = [
  { holds: 'trusts-an-identity-pool' },
  { holds: 'tokens-can-be-obtained' },
];

const IDENTITY_POOLS: readonly AwsTechniqueRow[] = [
  passRole({
    id: 'cognito-identity-roles',
    title: 'Makes an identity pool give the role to its users',
    attack: ['T1098.003'],
    service: 'cognito-identity.amazonaws.com',
    trust: TRUSTS_THE_POOL,
    needs: [
      {
        any: [
          // The call names its pool in no ARN.
          {
            all: [
              { holds: 'zone-has:AWS::Cognito::IdentityPool' },
              { allows: ['cognito-identity:SetIdentityPoolRoles'] },
            ],
          },
          { allows: ['cognito-identity:CreateIdentityPool', 'cognito-identity:SetIdentityPoolRoles'] },
        ],
      },
    ],
  }),
  passRole({
    id: 'cognito-user-group',
    title: 'Gives the role to a group of pool users and joins it',
    attack: ['T1098.003'],
    service: 'cognito-idp.amazonaws.com',
    trust: TRUSTS_THE_POOL,
    needs: [
      onExisting('AWS::Cognito::UserPool', {
        all: [
          { any: [{ allowed: 'cognito-idp:CreateGroup' }, { allowed: 'cognito-idp:UpdateGroup' }] },
          { allowed: 'cognito-idp:AdminAddUserToGroup' },
        ],
      }),
    ],
  }),
];

const ON_PROFILES: readonly AwsTechniqueRow[] = [
  passRole({
    id: 'iam-instance-profile-swap',
    title: 'Puts the role into the instance profile of an instance on which it runs commands',
    attack: ['T1098.003'],
    service: 'ec2.amazonaws.com',
    needs: [
      onExisting('AWS::IAM::InstanceProfile', {
        all: [
          { allowed: 'iam:AddRoleToInstanceProfile' },
          { any: [{ holds: 'profile-without-role' }, { allowed: 'iam:RemoveRoleFromInstanceProfile' }] },
        ],
      }),
      // Which instance uses which profile is a matter of names.
      { holds: 'caller-runs-code-on-an-instance' },
    ],
  }),
];

/** Techniques that pass a role to a new or changed workload (aws.md 2.3.2, one row of 2.3.1). */
export const passRoleTechniques: readonly AwsTechnique[] = [
  ...tableOf('aws.md 2.3.1', ON_PROFILES),
  ...tableOf('aws.md 2.3.2', [
    ...COMPUTE,
    ...BUILD_AND_DEPLOY,
    ...DATA_AND_LEARNING,
    ...ORCHESTRATION,
    ...AGENTS,
    ...BINDINGS,
    ...IDENTITY_POOLS,
  ]),
];
