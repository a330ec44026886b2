/** Where a resource type names an identity it runs as. */
export interface RoleProperty {
  /** Path into `Properties`; see `valuesAt`. */
  readonly path: string;
  /** What stands there: a role by ARN or name, or an instance profile by ARN or name. */
  readonly names: 'role' | 'instance-profile';
  /**
   * The service that the role must trust, without `.amazonaws.com`; undefined where it is not documented, or where another
   * role or a federated subject assumes it.
   */
  readonly service: string | undefined;
  /** True where a service account of a Kubernetes cluster takes it, with a token of the cluster's issuer. */
  readonly byCluster?: true;
}

/** Name of a CloudFormation type. */
export type ResourceTypeName = `AWS::${string}::${string}`;

/** A resource type that executes as a role. */
export interface WorkloadType {
  readonly type: ResourceTypeName;
  readonly roles: readonly RoleProperty[];
}

/** Type of an instance profile: what an EC2 instance names instead of a role. */
export const INSTANCE_PROFILE_TYPE = 'AWS::IAM::InstanceProfile';

const role = (service: string | undefined, ...paths: readonly string[]): readonly RoleProperty[] =>
  paths.map((path) => ({ path, names: 'role', service }));

const profile = (...paths: readonly string[]): readonly RoleProperty[] =>
  paths.map((path) => ({ path, names: 'instance-profile', service: 'ec2' }));

const workload = (type: ResourceTypeName, ...roles: readonly (readonly RoleProperty[])[]): WorkloadType => ({
  type,
  roles: roles.flat(),
});

/** Types with the properties that name their roles (aws.md 3.6). One row for each type.
 *
 * Roles the service itself uses on behalf of a workload (ECS and Batch execution roles, EMR and fleet service roles, image
 * access roles, the role of an EKS control plane) are left out: their credentials never reach the code that runs there.
 */
export const WORKLOAD_TYPES: readonly WorkloadType[] = [
  workload('AWS::Amplify::App', role('amplify', 'IAMServiceRole', 'ComputeRoleArn')),
  workload('AWS::AppRunner::Service', [...role('tasks.apprunner', 'InstanceConfiguration.InstanceRoleArn')]),
  workload('AWS::AppSync::DataSource', role('appsync', 'ServiceRoleArn')),
  workload('AWS::AutoScaling::LaunchConfiguration', profile('IamInstanceProfile')),
  workload('AWS::Batch::ComputeEnvironment', profile('ComputeResources.InstanceRole')),
  workload(
    'AWS::Batch::JobDefinition',
    role(
      'ecs-tasks',
      'ContainerProperties.JobRoleArn',
      'EcsProperties.TaskProperties[].TaskRoleArn',
      'NodeProperties.NodeRangeProperties[].Container.JobRoleArn',
    ),
  ),
  workload('AWS::Bedrock::Agent', role('bedrock', 'AgentResourceRoleArn')),
  workload('AWS::Bedrock::Flow', role('bedrock', 'ExecutionRoleArn')),
  workload('AWS::Bedrock::FlowVersion', role('bedrock', 'ExecutionRoleArn')),
  workload('AWS::Bedrock::KnowledgeBase', role('bedrock', 'RoleArn')),
  workload('AWS::BedrockAgentCore::BrowserCustom', role('bedrock-agentcore', 'ExecutionRoleArn')),
  workload('AWS::BedrockAgentCore::CodeInterpreterCustom', role('bedrock-agentcore', 'ExecutionRoleArn')),
  workload('AWS::BedrockAgentCore::Gateway', role('bedrock-agentcore', 'RoleArn')),
  workload('AWS::BedrockAgentCore::Harness', role('bedrock-agentcore', 'ExecutionRoleArn')),
  workload('AWS::BedrockAgentCore::Memory', role('bedrock-agentcore', 'MemoryExecutionRoleArn')),
  workload('AWS::BedrockAgentCore::OnlineEvaluationConfig', role('bedrock-agentcore', 'EvaluationExecutionRoleArn')),
  workload('AWS::BedrockAgentCore::Runtime', role('bedrock-agentcore', 'RoleArn')),
  workload(
    'AWS::CloudFormation::Stack',
    // A stack as the API describes it; the CloudFormation type has no role.
    role('cloudformation', 'RoleARN', 'RoleArn'),
  ),
  workload('AWS::CloudFormation::StackSet', role('cloudformation', 'AdministrationRoleARN')),
  workload('AWS::CodeBuild::Project', role('codebuild', 'ServiceRole')),
  workload('AWS::CodeDeploy::DeploymentGroup', role('codedeploy', 'ServiceRoleArn')),
  workload(
    'AWS::CodePipeline::Pipeline',
    role('codepipeline', 'RoleArn'),
    role(undefined, 'Stages[].Actions[].RoleArn'),
  ),
  workload(
    'AWS::Cognito::IdentityPoolRoleAttachment',
    role(
      undefined,
      'Roles.authenticated',
      'Roles.unauthenticated',
      'RoleMappings{}.RulesConfiguration.Rules[].RoleARN',
    ),
  ),
  workload('AWS::Cognito::UserPoolGroup', role(undefined, 'RoleArn')),
  workload(
    'AWS::DataPipeline::Pipeline',
    role('datapipeline', 'PipelineObjects[].Fields[Key=role].StringValue'),
    profile('PipelineObjects[].Fields[Key=resourceRole].StringValue'),
  ),
  workload('AWS::DevOpsAgent::AgentSpace', role(undefined, 'OperatorApp.Iam.OperatorAppRoleArn')),
  workload('AWS::DevOpsAgent::Association', role(undefined, 'Configuration.Aws.AssumableRoleArn')),
  workload('AWS::EC2::Instance', profile('IamInstanceProfile', 'IamInstanceProfile.Arn')),
  workload(
    'AWS::EC2::LaunchTemplate',
    // The version that is used by default, and the latest where it names another profile.
    profile(
      'LaunchTemplateData.IamInstanceProfile.Arn',
      'LaunchTemplateData.IamInstanceProfile.Name',
      'LatestLaunchTemplateData.IamInstanceProfile.Arn',
      'LatestLaunchTemplateData.IamInstanceProfile.Name',
    ),
  ),
  workload(
    'AWS::EC2::SpotFleet',
    profile(
      'SpotFleetRequestConfigData.LaunchSpecifications[].IamInstanceProfile.Arn',
      'SpotFleetRequestConfigData.LaunchSpecifications[].IamInstanceProfile.Name',
    ),
  ),
  workload('AWS::ECS::DaemonTaskDefinition', role('ecs-tasks', 'TaskRoleArn')),
  workload('AWS::ECS::ExpressGatewayService', role('ecs-tasks', 'TaskRoleArn'), role('ecs', 'InfrastructureRoleArn')),
  workload('AWS::ECS::TaskDefinition', role('ecs-tasks', 'TaskRoleArn')),
  workload(
    'AWS::EKS::Addon',
    [{ path: 'ServiceAccountRoleArn', names: 'role', service: undefined, byCluster: true }],
    role('pods.eks', 'PodIdentityAssociations[].RoleArn'),
  ),
  workload('AWS::EKS::Nodegroup', role('ec2', 'NodeRole')),
  workload('AWS::EKS::PodIdentityAssociation', role('pods.eks', 'RoleArn'), role(undefined, 'TargetRoleArn')),
  workload(
    'AWS::ElasticBeanstalk::Environment',
    profile('OptionSettings[OptionName=IamInstanceProfile].Value'),
    role('elasticbeanstalk', 'OperationsRole', 'OptionSettings[OptionName=ServiceRole].Value'),
  ),
  workload('AWS::EMR::Cluster', profile('JobFlowRole')),
  workload('AWS::EMRServerless::JobRun', role('emr-serverless', 'ExecutionRoleArn', 'ExecutionRole')),
  workload('AWS::Events::Rule', role('events', 'RoleArn', 'Targets[].RoleArn')),
  workload('AWS::FIS::ExperimentTemplate', role('fis', 'RoleArn')),
  workload('AWS::GameLift::Fleet', role('gamelift', 'InstanceRoleARN')),
  workload('AWS::Glue::Crawler', role('glue', 'Role')),
  workload('AWS::Glue::DevEndpoint', role('glue', 'RoleArn')),
  workload('AWS::Glue::Job', role('glue', 'Role')),
  workload('AWS::Glue::MLTransform', role('glue', 'Role')),
  workload(INSTANCE_PROFILE_TYPE, role(undefined, 'Roles[]')),
  workload('AWS::ImageBuilder::InfrastructureConfiguration', profile('InstanceProfileName')),
  workload('AWS::IoT::RoleAlias', role('credentials.iot', 'RoleArn')),
  workload('AWS::KafkaConnect::Connector', role('kafkaconnect', 'ServiceExecutionRoleArn')),
  workload('AWS::KinesisAnalyticsV2::Application', role('kinesisanalytics', 'ServiceExecutionRole')),
  workload('AWS::Lambda::Function', role('lambda', 'Role')),
  workload('AWS::MWAA::Environment', role('airflow', 'ExecutionRoleArn')),
  workload('AWS::Omics::Run', role('omics', 'RoleArn')),
  workload('AWS::Pipes::Pipe', role('pipes', 'RoleArn')),
  workload('AWS::RDS::DBCluster', role('rds', 'AssociatedRoles[].RoleArn')),
  workload('AWS::RDS::DBInstance', role('rds', 'AssociatedRoles[].RoleArn')),
  workload('AWS::Redshift::Cluster', role('redshift', 'IamRoles[]')),
  workload('AWS::RolesAnywhere::Profile', role('rolesanywhere', 'RoleArns[]')),
  workload('AWS::SSM::MaintenanceWindowTask', role('ssm', 'ServiceRoleArn')),
  workload(
    'AWS::SageMaker::Domain',
    role('sagemaker', 'DefaultUserSettings.ExecutionRole', 'DefaultSpaceSettings.ExecutionRole'),
  ),
  workload('AWS::SageMaker::EndpointConfig', role('sagemaker', 'ExecutionRoleArn')),
  workload('AWS::SageMaker::Model', role('sagemaker', 'ExecutionRoleArn')),
  workload('AWS::SageMaker::NotebookInstance', role('sagemaker', 'RoleArn')),
  workload('AWS::SageMaker::Pipeline', role('sagemaker', 'RoleArn')),
  workload('AWS::SageMaker::ProcessingJob', role('sagemaker', 'RoleArn')),
  workload('AWS::SageMaker::UserProfile', role('sagemaker', 'UserSettings.ExecutionRole')),
  workload('AWS::Scheduler::Schedule', role('scheduler', 'Target.RoleArn')),
  workload('AWS::SecurityAgent::AgentSpace', role(undefined, 'AwsResources.IamRoles[]')),
  workload('AWS::StepFunctions::StateMachine', role('states', 'RoleArn')),
  workload('AWS::Synthetics::Canary', role('lambda', 'ExecutionRoleArn')),
  workload('AWS::Transfer::User', role('transfer', 'Role')),
];

/** Types whose only roles are ones that the service itself uses, so that nothing runs as them. */
export const SERVICE_ROLE_TYPES: ReadonlySet<string> = new Set<ResourceTypeName>([
  'AWS::ECS::Service',
  'AWS::EKS::Cluster',
  'AWS::EKS::FargateProfile',
]);

/**
 * Types that techniques act on, or open to whoever may write the policy. Where an account's resources were not collected, one
 * placeholder for each stands for those that may exist.
 */
export const PLACEHOLDER_TYPES: readonly ResourceTypeName[] = [
  'AWS::AppRunner::Service',
  'AWS::Backup::BackupVault',
  'AWS::Batch::JobDefinition',
  'AWS::BedrockAgentCore::BrowserCustom',
  'AWS::BedrockAgentCore::CodeInterpreterCustom',
  'AWS::BedrockAgentCore::Runtime',
  'AWS::CloudFormation::Stack',
  'AWS::CloudFormation::StackSet',
  'AWS::CodeBuild::Project',
  'AWS::CodePipeline::Pipeline',
  'AWS::DynamoDB::Table',
  'AWS::EC2::Instance',
  'AWS::EC2::LaunchTemplate',
  'AWS::ECR::Repository',
  'AWS::ECS::TaskDefinition',
  'AWS::EFS::FileSystem',
  'AWS::EKS::Nodegroup',
  'AWS::EMR::Cluster',
  'AWS::ElasticBeanstalk::Environment',
  'AWS::Events::EventBus',
  'AWS::Glue::DevEndpoint',
  'AWS::Glue::Job',
  'AWS::KMS::Key',
  'AWS::Kinesis::Stream',
  'AWS::KinesisAnalyticsV2::Application',
  'AWS::Lambda::Function',
  'AWS::MWAA::Environment',
  'AWS::OpenSearchService::Domain',
  'AWS::RolesAnywhere::Profile',
  'AWS::S3::AccessPoint',
  'AWS::S3::Bucket',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::SageMaker::NotebookInstance',
  'AWS::SageMaker::UserProfile',
  'AWS::SecretsManager::Secret',
  'AWS::StepFunctions::StateMachine',
  'AWS::Synthetics::Canary',
];
