import type { TechniqueTarget } from '@keyreach/core/reach';
import { allOnExisting, INVOKED, onExisting, TRUSTS_ROLES_ANYWHERE } from './pass-role.ts';
import { type AwsRequirement, type AwsTechnique, type AwsTechniqueRow, tableOf } from './technique-row.ts';

const UNVERIFIED: AwsRequirement = { holds: 'unverified' };

/** Roles of the caller's account. */
const TRUSTING_ROLE: TechniqueTarget = { kind: 'identity', types: ['role'], sameZone: true };

/** Workloads of the caller's account, and those elsewhere whose own policy lets the caller in. */
function workload(type: string): TechniqueTarget {
  return { kind: 'resource', types: [type], sameZone: false };
}

/** Workloads of the caller's account that take what they run from somewhere else. */
function fedWorkloads(...types: readonly string[]): TechniqueTarget {
  return { kind: 'resource', types, sameZone: true };
}

/** A command document of the caller's own, or one that others wrote. */
function withDocument(use: 'ssm:SendCommand' | 'ssm:CreateAssociation' | 'ssm:UpdateAssociation'): AwsRequirement {
  return {
    any: [
      // AWS's own document is in every region of every account; its ARN names no account.
      { allowed: use, on: 'arn:{target:1}:ssm:{target:3}::document/AWS-RunShellScript' },
      { allows: ['ssm:CreateDocument', use] },
      { all: [{ allows: [use] }, { holds: 'document-runs-commands' }] },
    ],
  };
}

const STARTED_BUILD: AwsRequirement = {
  any: [
    { allowed: 'codebuild:StartBuild' },
    { all: [{ allowed: 'codebuild:StartBuildBatch' }, { holds: 'batch-builds-configured' }] },
  ],
};

const COMPUTE: readonly AwsTechniqueRow[] = [
  {
    id: 'lambda-update-code',
    title: 'Replaces the code of the function',
    attack: ['T1648'],
    target: workload('AWS::Lambda::Function'),
    requires: {
      all: [
        { allowed: 'lambda:UpdateFunctionCode' },
        { any: [{ holds: 'code-signing-not-enforced' }, { allowed: 'lambda:DeleteFunctionCodeSigningConfig' }] },
        INVOKED,
      ],
    },
    yields: 'become-runtime',
  },
  {
    id: 'lambda-update-config',
    title: 'Adds a layer or environment variables with code of its own to the function',
    attack: ['T1648'],
    target: workload('AWS::Lambda::Function'),
    requires: { all: [{ allowed: 'lambda:UpdateFunctionConfiguration' }, INVOKED] },
    yields: 'become-runtime',
  },
  {
    id: 'ec2-user-data',
    title: 'Changes the start-up commands of the instance and restarts it',
    attack: ['T1578.005', 'T1552.005'],
    target: workload('AWS::EC2::Instance'),
    requires: {
      all: [
        { allowed: 'ec2:ModifyInstanceAttribute' },
        { allowed: 'ec2:StopInstances' },
        { allowed: 'ec2:StartInstances' },
        { holds: 'ebs-root-volume' },
      ],
    },
    yields: 'become-runtime',
  },
  {
    id: 'ec2-launch-template',
    title: 'Adds a version with commands of its own to the launch template',
    attack: ['T1578.005'],
    target: workload('AWS::EC2::LaunchTemplate'),
    // Where the template is used with `$Latest` the new version is enough; with `$Default` it must become the default.
    requires: { all: [{ allowed: 'ec2:CreateLaunchTemplateVersion' }, { holds: 'template-is-in-use' }] },
    yields: 'become-runtime',
  },
  {
    id: 'ec2-instance-connect',
    title: 'Sends an SSH key to the instance and logs in',
    attack: ['T1098.001', 'T1552.005'],
    target: workload('AWS::EC2::Instance'),
    requires: { all: [{ allowed: 'ec2-instance-connect:SendSSHPublicKey' }, { holds: 'reachable-over-network' }] },
    yields: 'become-runtime',
  },
  {
    id: 'ec2-serial-console',
    title: 'Sends a key to the serial console of the instance and logs in',
    attack: ['T1098.001', 'T1552.005'],
    target: workload('AWS::EC2::Instance'),
    requires: {
      all: [{ allowed: 'ec2-instance-connect:SendSerialConsoleSSHPublicKey' }, { holds: 'caller-has-the-secret' }],
    },
    yields: 'become-runtime',
  },
  {
    id: 'ec2-imds-downgrade',
    title: 'Opens the metadata service of the instance to forged requests',
    attack: ['T1578.005', 'T1552.005'],
    target: workload('AWS::EC2::Instance'),
    requires: { all: [{ allowed: 'ec2:ModifyInstanceMetadataOptions' }, { holds: 'requests-can-be-forged' }] },
    yields: 'become-runtime',
  },
  {
    id: 'ec2-replace-root-volume',
    title: 'Starts the instance from a volume of its own',
    attack: ['T1578.005'],
    target: workload('AWS::EC2::Instance'),
    requires: { all: [{ allowed: 'ec2:CreateReplaceRootVolumeTask' }, UNVERIFIED] },
    yields: 'become-runtime',
  },
  {
    // ResumeSession reaches only sessions of the caller's own, so it adds nothing.
    id: 'ssm-start-session',
    title: 'Opens a shell on the instance',
    attack: ['T1651', 'T1552.005'],
    target: workload('AWS::EC2::Instance'),
    requires: { all: [{ allowed: 'ssm:StartSession' }, { holds: 'command-agent-online' }] },
    yields: 'become-runtime',
  },
  {
    id: 'ssm-send-command',
    title: 'Runs a command on the instance',
    attack: ['T1651', 'T1552.005'],
    target: workload('AWS::EC2::Instance'),
    requires: {
      all: [{ allowed: 'ssm:SendCommand' }, { holds: 'command-agent-online' }, withDocument('ssm:SendCommand')],
    },
    yields: 'become-runtime',
  },
  {
    id: 'ssm-association',
    title: 'Has a command document applied to the instance',
    attack: ['T1651', 'T1552.005'],
    target: workload('AWS::EC2::Instance'),
    requires: {
      all: [
        {
          any: [
            { all: [{ allowed: 'ssm:CreateAssociation' }, withDocument('ssm:CreateAssociation')] },
            { all: [{ allowed: 'ssm:UpdateAssociation' }, withDocument('ssm:UpdateAssociation')] },
          ],
        },
        { holds: 'command-agent-online' },
      ],
    },
    yields: 'become-runtime',
  },
  {
    id: 'ssm-document',
    title: 'Rewrites a command document that is applied to the instance',
    attack: ['T1651', 'T1552.005'],
    target: workload('AWS::EC2::Instance'),
    // Which documents are applied to which instances is not in the input.
    requires: {
      all: [
        allOnExisting('AWS::SSM::Document', 'ssm:UpdateDocument', 'ssm:UpdateDocumentDefaultVersion'),
        { holds: 'command-agent-online' },
        { holds: 'document-applies-to-the-instance' },
      ],
    },
    yields: 'become-runtime',
  },
  {
    id: 'ecs-exec',
    title: 'Runs a command in a task of the definition',
    attack: ['T1651', 'T1552.005'],
    target: workload('AWS::ECS::TaskDefinition'),
    // Tasks come and go, so they are not in the graph: which of them run with exec is not in the input.
    requires: { all: [{ allows: ['ecs:ExecuteCommand'] }, { holds: 'task-takes-commands' }] },
    yields: 'become-runtime',
  },
  {
    // A privileged container sees the host it runs on, and what else runs there.
    id: 'ecs-new-revision',
    title: 'Runs a privileged container on a container host',
    attack: ['T1552.005', 'T1648'],
    target: fedWorkloads('AWS::EC2::Instance'),
    requires: {
      all: [
        { allows: ['ecs:RegisterTaskDefinition', 'ecs:RunTask'] },
        { holds: 'zone-has:AWS::ECS::Cluster' },
        { holds: 'instance-is-container-host' },
      ],
    },
    yields: 'become-runtime',
  },
  {
    id: 'ecs-new-revision/neighbours',
    title: 'Runs a privileged container beside tasks of the definition',
    attack: ['T1552.005', 'T1648'],
    target: fedWorkloads('AWS::ECS::TaskDefinition'),
    requires: {
      all: [
        { allows: ['ecs:RegisterTaskDefinition', 'ecs:RunTask'] },
        { holds: 'zone-has:AWS::ECS::Cluster' },
        { holds: 'tasks-share-a-host' },
      ],
    },
    yields: 'become-runtime',
  },
  {
    id: 'batch-submit-existing',
    title: 'Submits a job of the definition with a command of its own',
    attack: ['T1648'],
    target: workload('AWS::Batch::JobDefinition'),
    requires: {
      all: [{ allowed: 'batch:SubmitJob' }, allOnExisting('AWS::Batch::JobQueue', 'batch:SubmitJob')],
    },
    yields: 'become-runtime',
  },
  {
    id: 'apprunner-update',
    title: 'Deploys an image of its own to the service',
    attack: ['T1648'],
    target: workload('AWS::AppRunner::Service'),
    requires: { allowed: 'apprunner:UpdateService' },
    yields: 'become-runtime',
  },
  {
    id: 'emr-add-step',
    title: 'Adds a step of its own to the cluster',
    attack: ['T1648', 'T1552.005'],
    target: workload('AWS::EMR::Cluster'),
    requires: { all: [{ allowed: 'elasticmapreduce:AddJobFlowSteps' }, { holds: 'cluster-running' }] },
    yields: 'become-runtime',
  },
];

const BUILD_AND_DEPLOY: readonly AwsTechniqueRow[] = [
  {
    id: 'codebuild-start',
    title: 'Starts a build with commands of its own',
    attack: ['T1648'],
    target: workload('AWS::CodeBuild::Project'),
    requires: STARTED_BUILD,
    yields: 'become-runtime',
  },
  {
    id: 'codebuild-update',
    title: 'Changes the build project and starts it',
    attack: ['T1648'],
    target: workload('AWS::CodeBuild::Project'),
    requires: { all: [{ allowed: 'codebuild:UpdateProject' }, STARTED_BUILD] },
    yields: 'become-runtime',
  },
  {
    id: 'cfn-update-stack',
    title: 'Updates the stack, whose resources are made as its role',
    attack: ['T1578'],
    target: workload('AWS::CloudFormation::Stack'),
    requires: { allowed: 'cloudformation:UpdateStack' },
    yields: 'become-runtime',
  },
  {
    id: 'cfn-change-set',
    title: 'Updates the stack through a change set, whose resources are made as its role',
    attack: ['T1578'],
    target: workload('AWS::CloudFormation::Stack'),
    requires: {
      all: [{ allowed: 'cloudformation:CreateChangeSet' }, { allowed: 'cloudformation:ExecuteChangeSet' }],
    },
    yields: 'become-runtime',
  },
  {
    id: 'cfn-update-stackset',
    title: 'Updates the stack set, which its role deploys through execution roles',
    attack: ['T1578'],
    target: workload('AWS::CloudFormation::StackSet'),
    requires: {
      all: [{ allowed: 'cloudformation:UpdateStackSet' }, { holds: 'execution-role-trusts-administrator' }],
    },
    yields: 'become-runtime',
  },
];

const ARTIFACTS: readonly AwsTechniqueRow[] = [
  {
    // Commands of the revision run on the instances of the group; groups of functions and services only choose among
    // versions that exist.
    id: 'codedeploy-deploy',
    title: 'Deploys a revision of its own to the instance',
    attack: ['T1648', 'T1552.005'],
    target: fedWorkloads('AWS::EC2::Instance'),
    requires: {
      all: [
        allOnExisting('AWS::CodeDeploy::DeploymentGroup', 'codedeploy:CreateDeployment'),
        { allows: ['codedeploy:RegisterApplicationRevision'] },
        { allows: ['codedeploy:GetDeploymentConfig'] },
        // Groups choose instances by tags and scaling groups.
        { holds: 'group-deploys-to-the-instance' },
      ],
    },
    yields: 'become-runtime',
  },
  {
    id: 'image-poison',
    title: 'Replaces the image that the workload pulls',
    attack: ['T1648'],
    target: fedWorkloads(
      'AWS::AppRunner::Service',
      'AWS::Batch::JobDefinition',
      'AWS::BedrockAgentCore::Runtime',
      'AWS::CodeBuild::Project',
      'AWS::ECS::TaskDefinition',
      'AWS::EKS::Nodegroup',
    ),
    requires: {
      all: [
        onExisting('AWS::ECR::Repository', {
          all: [
            { allowed: 'ecr:PutImage' },
            { allowed: 'ecr:InitiateLayerUpload' },
            { allowed: 'ecr:UploadLayerPart' },
            { allowed: 'ecr:CompleteLayerUpload' },
            { holds: 'tags-can-be-moved' },
          ],
        }),
        { holds: 'pulls-from-the-repository' },
      ],
    },
    yields: 'become-runtime',
  },
  {
    id: 'artifact-poison',
    title: 'Replaces the code, script or template that the workload reads from a bucket',
    attack: ['T1648'],
    target: fedWorkloads(
      'AWS::CloudFormation::Stack',
      'AWS::CodeBuild::Project',
      'AWS::CodePipeline::Pipeline',
      'AWS::EMR::Cluster',
      'AWS::ElasticBeanstalk::Environment',
      'AWS::Glue::Job',
      'AWS::Lambda::Function',
      'AWS::MWAA::Environment',
    ),
    requires: {
      all: [
        {
          any: [
            {
              some: { kind: 'resource', types: ['AWS::S3::Bucket'] },
              that: { allowed: 's3:PutObject', on: '{target}/*' },
            },
            { all: [{ allows: ['s3:PutObject'] }, { holds: 'may-be-unlisted:AWS::S3::Bucket' }] },
          ],
        },
        { holds: 'reads-from-the-bucket' },
      ],
    },
    yields: 'become-runtime',
  },
  {
    id: 'servicecatalog-launch',
    title: 'Launches a product, whose resources are made as its launch role',
    attack: ['T1578'],
    target: TRUSTING_ROLE,
    // Which role a product launches as is a constraint of its portfolio.
    requires: {
      all: [
        { service: 'servicecatalog.amazonaws.com', may: 'sts:AssumeRole' },
        { allows: ['servicecatalog:ProvisionProduct'] },
        UNVERIFIED,
      ],
    },
    yields: 'become',
  },
];

const DATA_AND_LEARNING: readonly AwsTechniqueRow[] = [
  {
    id: 'glue-dev-endpoint-key',
    title: 'Adds an SSH key to the development endpoint and logs in',
    attack: ['T1098.001'],
    target: workload('AWS::Glue::DevEndpoint'),
    requires: { all: [{ allowed: 'glue:UpdateDevEndpoint' }, { holds: 'reachable-over-network' }] },
    yields: 'become-runtime',
  },
  {
    id: 'glue-update-job',
    title: 'Gives the job a script of its own and runs it',
    attack: ['T1648'],
    target: workload('AWS::Glue::Job'),
    // That the unchanged role need not be passed again is what is not confirmed.
    requires: {
      all: [
        { allowed: 'glue:UpdateJob' },
        { any: [{ allowed: 'glue:StartJobRun' }, { allows: ['glue:CreateTrigger'] }] },
        UNVERIFIED,
      ],
    },
    yields: 'become-runtime',
  },
  {
    // Sessions come and go, so they are not in the graph.
    id: 'glue-run-statement',
    title: 'Runs a statement in an interactive session of somebody else',
    attack: ['T1648'],
    target: TRUSTING_ROLE,
    requires: {
      all: [
        { service: 'glue.amazonaws.com', may: 'sts:AssumeRole' },
        { allows: ['glue:RunStatement'] },
        { holds: 'session-runs-as-the-role' },
      ],
    },
    yields: 'become',
  },
  {
    id: 'sagemaker-notebook-url',
    title: 'Opens the notebook instance and runs code in it',
    attack: ['T1648'],
    target: workload('AWS::SageMaker::NotebookInstance'),
    requires: {
      all: [
        { allowed: 'sagemaker:CreatePresignedNotebookInstanceUrl' },
        { any: [{ holds: 'notebook-in-service' }, { allowed: 'sagemaker:StartNotebookInstance' }] },
      ],
    },
    yields: 'become-runtime',
  },
  {
    id: 'sagemaker-lifecycle',
    title: 'Gives the notebook instance start-up commands of its own and restarts it',
    attack: ['T1578.005'],
    target: workload('AWS::SageMaker::NotebookInstance'),
    requires: {
      all: [
        { allowed: 'sagemaker:StopNotebookInstance' },
        { allowed: 'sagemaker:UpdateNotebookInstance' },
        { allowed: 'sagemaker:StartNotebookInstance' },
        { allows: ['sagemaker:CreateNotebookInstanceLifecycleConfig'] },
      ],
    },
    yields: 'become-runtime',
  },
  {
    id: 'sagemaker-domain-url',
    title: 'Opens Studio as the user and runs code there',
    attack: ['T1648'],
    target: workload('AWS::SageMaker::UserProfile'),
    requires: { all: [{ allowed: 'sagemaker:CreatePresignedDomainUrl' }, { holds: 'signs-in-with-iam' }] },
    yields: 'become-runtime',
  },
  {
    id: 'mwaa-token',
    title: 'Signs in to the workflow environment and runs code in it',
    attack: ['T1648'],
    target: workload('AWS::MWAA::Environment'),
    requires: {
      all: [{ any: [{ allowed: 'airflow:CreateCliToken' }, { allows: ['airflow:CreateWebLoginToken'] }] }, UNVERIFIED],
    },
    yields: 'become-runtime',
  },
  {
    id: 'kinesisanalytics-update',
    title: 'Replaces the code of the stream application',
    attack: ['T1648'],
    target: workload('AWS::KinesisAnalyticsV2::Application'),
    requires: { all: [{ allowed: 'kinesisanalytics:UpdateApplication' }, UNVERIFIED] },
    yields: 'become-runtime',
  },
];

const ORCHESTRATION: readonly AwsTechniqueRow[] = [
  {
    id: 'states-update',
    title: 'Rewrites the state machine, which calls AWS as its role',
    attack: ['T1648'],
    target: workload('AWS::StepFunctions::StateMachine'),
    requires: {
      all: [
        { allowed: 'states:UpdateStateMachine' },
        {
          any: [
            { allowed: 'states:StartExecution' },
            { allowed: 'states:StartSyncExecution' },
            { holds: 'state-machine-is-started' },
          ],
        },
      ],
    },
    yields: 'become-runtime',
  },
  {
    id: 'synthetics-update',
    title: 'Replaces the script of the canary',
    attack: ['T1648'],
    target: workload('AWS::Synthetics::Canary'),
    requires: { all: [{ allowed: 'synthetics:UpdateCanary' }, UNVERIFIED] },
    yields: 'become-runtime',
  },
];

const AGENTS: readonly AwsTechniqueRow[] = [
  {
    id: 'agentcore-session',
    title: 'Runs code in the code interpreter',
    attack: ['T1552.005', 'T1648'],
    target: workload('AWS::BedrockAgentCore::CodeInterpreterCustom'),
    requires: {
      all: [
        { allowed: 'bedrock-agentcore:StartCodeInterpreterSession' },
        { allowed: 'bedrock-agentcore:InvokeCodeInterpreter' },
      ],
    },
    yields: 'become-runtime',
  },
  {
    id: 'agentcore-command',
    title: 'Runs commands in the agent runtime',
    attack: ['T1552.005', 'T1651'],
    target: workload('AWS::BedrockAgentCore::Runtime'),
    requires: {
      any: [
        { allowed: 'bedrock-agentcore:InvokeAgentRuntimeCommand' },
        { allowed: 'bedrock-agentcore:InvokeAgentRuntimeCommandShell' },
      ],
    },
    yields: 'become-runtime',
  },
  {
    id: 'agentcore-browser-connect',
    title: 'Drives the managed browser',
    attack: ['T1552.005', 'T1648'],
    target: workload('AWS::BedrockAgentCore::BrowserCustom'),
    requires: {
      all: [
        { allowed: 'bedrock-agentcore:StartBrowserSession' },
        { allows: ['bedrock-agentcore:ConnectBrowserAutomationStream'] },
      ],
    },
    yields: 'become-runtime',
  },
];

const BINDINGS: readonly AwsTechniqueRow[] = [
  {
    // Aimed at the role: its trust policy, not the profile, decides which authorities it accepts.
    id: 'rolesanywhere-anchor',
    title: 'Has an authority of its own trusted for a role that a profile lists',
    attack: ['T1098.001', 'T1484.002'],
    target: { kind: 'identity', types: ['role'], sameZone: true },
    requires: {
      all: [
        { holds: 'in-roles-anywhere-profile' },
        ...TRUSTS_ROLES_ANYWHERE,
        {
          any: [
            { holds: 'in-enabled-roles-anywhere-profile' },
            {
              all: [
                allOnExisting('AWS::RolesAnywhere::Profile', 'rolesanywhere:EnableProfile'),
                { holds: 'profile-lists-the-role' },
              ],
            },
          ],
        },
        {
          any: [
            { allows: ['rolesanywhere:CreateTrustAnchor'] },
            allOnExisting('AWS::RolesAnywhere::TrustAnchor', 'rolesanywhere:UpdateTrustAnchor'),
          ],
        },
      ],
    },
    yields: 'become',
  },
];

/** Credentials of a pool that another role than the caller's is handed out by. */
const HANDED_OUT: readonly AwsRequirement[] = [
  { holds: 'trusts-an-identity-pool' },
  // The trust policy names a pool by its id, the permissions name one by its ARN: the two are asked apart.
  { holds: 'pool-hands-out-the-role' },
];

const POOLS_AND_CLUSTERS: readonly AwsTechniqueRow[] = [
  {
    id: 'cognito-identity-pool',
    title: 'Lets itself into the identity pool that hands out the role',
    attack: ['T1484.002', 'T1550.001'],
    target: TRUSTING_ROLE,
    requires: {
      all: [allOnExisting('AWS::Cognito::IdentityPool', 'cognito-identity:UpdateIdentityPool'), ...HANDED_OUT],
    },
    yields: 'become',
  },
  {
    id: 'cognito-user-takeover',
    title: 'Takes over or adds a user of the pool that feeds the identity pool of the role',
    attack: ['T1098.001', 'T1550.001'],
    target: TRUSTING_ROLE,
    requires: {
      all: [
        onExisting('AWS::Cognito::UserPool', {
          any: [
            { allowed: 'cognito-idp:AdminSetUserPassword' },
            { allowed: 'cognito-idp:AdminCreateUser' },
            { allowed: 'cognito-idp:AdminConfirmSignUp' },
            { allowed: 'cognito-idp:AdminAddUserToGroup' },
            { allowed: 'cognito-idp:CreateIdentityProvider' },
            { allowed: 'cognito-idp:UpdateIdentityProvider' },
          ],
        }),
        ...HANDED_OUT,
      ],
    },
    yields: 'become',
  },
  {
    // Administrators of a cluster make tokens for its service accounts.
    id: 'eks-access-entry',
    title: 'Makes itself an administrator of the cluster and takes the roles of its pods',
    attack: ['T1098.006', 'T1552.007'],
    target: workload('AWS::EKS::Cluster'),
    requires: {
      any: [
        {
          all: [
            { allowed: 'eks:CreateAccessEntry' },
            { allows: ['eks:AssociateAccessPolicy'] },
            { holds: 'access-entries-count' },
          ],
        },
        // An entry can name only groups that something in the cluster gives rights to.
        {
          all: [
            { allows: ['eks:UpdateAccessEntry'] },
            { holds: 'access-entries-count' },
            { holds: 'entry-gives-control-of-the-cluster' },
          ],
        },
      ],
    },
    yields: 'become-subjects',
  },
  {
    id: 'eks-access-entry/nodes',
    title: 'Makes itself an administrator of the cluster and takes the role of its nodes',
    attack: ['T1098.006', 'T1552.005'],
    target: fedWorkloads('AWS::EKS::Nodegroup'),
    requires: {
      all: [
        onExisting('AWS::EKS::Cluster', {
          all: [{ allowed: 'eks:CreateAccessEntry' }, { holds: 'access-entries-count' }],
        }),
        { allows: ['eks:AssociateAccessPolicy'] },
        { holds: 'nodes-are-of-that-cluster' },
      ],
    },
    yields: 'become-runtime',
  },
];

/** Techniques on existing workloads, which keep their role (aws.md 2.3.3). */
export const workloadTechniques: readonly AwsTechnique[] = tableOf('aws.md 2.3.3', [
  ...COMPUTE,
  ...BUILD_AND_DEPLOY,
  ...ARTIFACTS,
  ...DATA_AND_LEARNING,
  ...ORCHESTRATION,
  ...AGENTS,
  ...BINDINGS,
  ...POOLS_AND_CLUSTERS,
]);
