import type { ResourceTypeName } from '../../normalize/workload-roles.ts';

/** A type that is read through Cloud Control. */
export interface CloudControlType {
  readonly type: ResourceTypeName;
  /** IAM actions that its handlers need beside those of Cloud Control. */
  readonly actions: readonly string[];
  /**
   * `list`: the list tells all there is to know, since the type has no role or policy and its properties may hold data;
   * otherwise each resource is read.
   */
  readonly reads?: 'list';
  /** Set where it is listed for each resource of another type: the properties of the request, and where they come from. */
  readonly within?: {
    readonly type: ResourceTypeName;
    readonly property: string;
    /** Path in the properties of the other; without one its identifier. */
    readonly from?: string;
  };
  /** The policy of each of its resources, where that is a type of its own with the same identifier. */
  readonly policy?: {
    readonly type: ResourceTypeName;
    /** Property of the policy that names the resource. */
    readonly names: string;
    readonly document: string;
    /** Path of its identifier in the properties of the resource; without one the identifier of the resource. */
    readonly from?: string;
    readonly action: string;
  };
  /** Names that AWS keeps for resources of its own, which are in the list of every account. */
  readonly notOfAws?: readonly string[];
}

const get = (type: ResourceTypeName, service: string, ...names: readonly string[]): CloudControlType => ({
  type,
  actions: names.map((name) => `${service}:${name}`),
});

const list = (type: ResourceTypeName, service: string, ...names: readonly string[]): CloudControlType => ({
  ...get(type, service, ...names),
  reads: 'list',
});

/** Workloads, and resources with a policy or of use to a technique, beyond those with rows of their own (aws.md 3.4–3.6). */
export const CLOUD_CONTROL_TYPES: readonly CloudControlType[] = [
  get('AWS::Amplify::App', 'amplify', 'ListApps', 'GetApp'),
  get('AWS::ApiGateway::RestApi', 'apigateway', 'GET'),
  get('AWS::AppRunner::Service', 'apprunner', 'ListServices', 'DescribeService'),
  {
    ...get('AWS::AppSync::DataSource', 'appsync', 'ListDataSources', 'GetDataSource'),
    within: { type: 'AWS::AppSync::GraphQLApi', property: 'ApiId', from: 'ApiId' },
  },
  list('AWS::AppSync::GraphQLApi', 'appsync', 'ListGraphqlApis'),
  list('AWS::AutoScaling::AutoScalingGroup', 'autoscaling', 'DescribeAutoScalingGroups'),
  get('AWS::AutoScaling::LaunchConfiguration', 'autoscaling', 'DescribeLaunchConfigurations'),
  get(
    'AWS::Backup::BackupVault',
    'backup',
    'ListBackupVaults',
    'DescribeBackupVault',
    'GetBackupVaultAccessPolicy',
    'GetBackupVaultNotifications',
    'ListTags',
  ),
  get('AWS::Batch::ComputeEnvironment', 'batch', 'DescribeComputeEnvironments'),
  get('AWS::Batch::JobDefinition', 'batch', 'DescribeJobDefinitions'),
  list('AWS::Batch::JobQueue', 'batch', 'DescribeJobQueues'),
  get(
    'AWS::Bedrock::Agent',
    'bedrock',
    'ListAgents',
    'GetAgent',
    'ListAgentActionGroups',
    'GetAgentActionGroup',
    'ListAgentKnowledgeBases',
    'GetAgentKnowledgeBase',
    'ListAgentCollaborators',
    'GetAgentCollaborator',
    'ListTagsForResource',
  ),
  get('AWS::Bedrock::Flow', 'bedrock', 'ListFlows', 'GetFlow', 'ListTagsForResource'),
  {
    ...get('AWS::Bedrock::FlowVersion', 'bedrock', 'ListFlowVersions', 'GetFlowVersion'),
    within: { type: 'AWS::Bedrock::Flow', property: 'FlowArn' },
  },
  get('AWS::Bedrock::KnowledgeBase', 'bedrock', 'ListKnowledgeBases', 'GetKnowledgeBase', 'ListTagsForResource'),
  get('AWS::BedrockAgentCore::BrowserCustom', 'bedrock-agentcore', 'ListBrowsers', 'GetBrowser', 'ListTagsForResource'),
  get(
    'AWS::BedrockAgentCore::CodeInterpreterCustom',
    'bedrock-agentcore',
    'ListCodeInterpreters',
    'GetCodeInterpreter',
    'ListTagsForResource',
  ),
  get('AWS::BedrockAgentCore::Gateway', 'bedrock-agentcore', 'ListGateways', 'GetGateway', 'ListTagsForResource'),
  get('AWS::BedrockAgentCore::Memory', 'bedrock-agentcore', 'ListMemories', 'GetMemory', 'ListTagsForResource'),
  get(
    'AWS::BedrockAgentCore::OnlineEvaluationConfig',
    'bedrock-agentcore',
    'ListOnlineEvaluationConfigs',
    'GetOnlineEvaluationConfig',
    'ListTagsForResource',
  ),
  get(
    'AWS::BedrockAgentCore::Runtime',
    'bedrock-agentcore',
    'ListAgentRuntimes',
    'GetAgentRuntime',
    'ListTagsForResource',
  ),
  get(
    'AWS::CodeArtifact::Domain',
    'codeartifact',
    'ListDomains',
    'DescribeDomain',
    'GetDomainPermissionsPolicy',
    'ListTagsForResource',
  ),
  get(
    'AWS::CodeArtifact::Repository',
    'codeartifact',
    'ListRepositories',
    'DescribeRepository',
    'GetRepositoryPermissionsPolicy',
    'ListTagsForResource',
  ),
  list('AWS::CodeDeploy::Application', 'codedeploy', 'ListApplications'),
  {
    ...get(
      'AWS::CodeDeploy::DeploymentGroup',
      'codedeploy',
      'ListDeploymentGroups',
      'GetDeploymentGroup',
      'ListTagsForResource',
    ),
    within: { type: 'AWS::CodeDeploy::Application', property: 'ApplicationName' },
  },
  get('AWS::CodePipeline::Pipeline', 'codepipeline', 'ListPipelines', 'GetPipeline', 'ListTagsForResource'),
  get('AWS::Cognito::IdentityPool', 'cognito-identity', 'ListIdentityPools', 'DescribeIdentityPool'),
  {
    ...get('AWS::Cognito::IdentityPoolRoleAttachment', 'cognito-identity', 'GetIdentityPoolRoles'),
    within: { type: 'AWS::Cognito::IdentityPool', property: 'IdentityPoolId' },
  },
  list('AWS::Cognito::UserPool', 'cognito-idp', 'ListUserPools'),
  {
    ...get('AWS::Cognito::UserPoolGroup', 'cognito-idp', 'ListGroups', 'GetGroup'),
    within: { type: 'AWS::Cognito::UserPool', property: 'UserPoolId' },
  },
  get('AWS::DataPipeline::Pipeline', 'datapipeline', 'ListPipelines', 'DescribePipelines', 'GetPipelineDefinition'),
  get('AWS::DevOpsAgent::AgentSpace', 'aidevops', 'ListAgentSpaces', 'GetAgentSpace'),
  {
    ...get('AWS::DevOpsAgent::Association', 'aidevops', 'ListAssociations', 'GetAssociation'),
    within: { type: 'AWS::DevOpsAgent::AgentSpace', property: 'AgentSpaceId', from: 'AgentSpaceId' },
  },
  get('AWS::EC2::SpotFleet', 'ec2', 'DescribeSpotFleetRequests'),
  list('AWS::EC2::Volume', 'ec2', 'DescribeVolumes'),
  get('AWS::ECS::DaemonTaskDefinition', 'ecs', 'ListDaemonTaskDefinitions', 'DescribeDaemonTaskDefinition'),
  get('AWS::ECS::ExpressGatewayService', 'ecs', 'ListServices', 'DescribeExpressGatewayService'),
  get(
    'AWS::EFS::FileSystem',
    'elasticfilesystem',
    'DescribeFileSystems',
    'DescribeFileSystemPolicy',
    'DescribeBackupPolicy',
    'DescribeLifecycleConfiguration',
    'DescribeReplicationConfigurations',
  ),
  get('AWS::EMR::Cluster', 'elasticmapreduce', 'ListClusters', 'DescribeCluster'),
  list('AWS::EMRServerless::Application', 'emr-serverless', 'ListApplications'),
  get(
    'AWS::ElasticBeanstalk::Environment',
    'elasticbeanstalk',
    'DescribeEnvironments',
    'DescribeConfigurationSettings',
    'ListTagsForResource',
  ),
  get('AWS::Events::EventBus', 'events', 'ListEventBuses', 'DescribeEventBus', 'ListTagsForResource'),
  {
    ...get('AWS::Events::Rule', 'events', 'ListRules', 'DescribeRule', 'ListTargetsByRule'),
    within: { type: 'AWS::Events::EventBus', property: 'EventBusName', from: 'Name' },
  },
  get('AWS::FIS::ExperimentTemplate', 'fis', 'ListExperimentTemplates', 'GetExperimentTemplate', 'ListTagsForResource'),
  get('AWS::GameLift::Fleet', 'gamelift', 'ListFleets', 'DescribeFleetAttributes'),
  list('AWS::Glue::Connection', 'glue', 'GetConnections'),
  get('AWS::Glue::Crawler', 'glue', 'ListCrawlers', 'GetCrawler', 'GetTags'),
  get('AWS::Glue::DevEndpoint', 'glue', 'ListDevEndpoints', 'GetDevEndpoint', 'GetTags'),
  get('AWS::Glue::Job', 'glue', 'ListJobs', 'GetJobs', 'GetJob', 'GetTags'),
  get('AWS::Glue::MLTransform', 'glue', 'ListMLTransforms', 'GetMLTransform', 'GetTags'),
  get(
    'AWS::ImageBuilder::InfrastructureConfiguration',
    'imagebuilder',
    'ListInfrastructureConfigurations',
    'GetInfrastructureConfiguration',
  ),
  get('AWS::IoT::RoleAlias', 'iot', 'ListRoleAliases', 'DescribeRoleAlias', 'ListTagsForResource'),
  get('AWS::KafkaConnect::Connector', 'kafkaconnect', 'ListConnectors', 'DescribeConnector', 'ListTagsForResource'),
  {
    ...get('AWS::Kinesis::Stream', 'kinesis', 'ListStreams', 'DescribeStreamSummary', 'ListTagsForStream'),
    policy: {
      type: 'AWS::Kinesis::ResourcePolicy',
      names: 'ResourceArn',
      document: 'ResourcePolicy',
      from: 'Arn',
      action: 'kinesis:GetResourcePolicy',
    },
  },
  get(
    'AWS::KinesisAnalyticsV2::Application',
    'kinesisanalytics',
    'ListApplications',
    'DescribeApplication',
    'ListTagsForResource',
  ),
  list('AWS::Logs::LogGroup', 'logs', 'DescribeLogGroups'),
  get('AWS::MWAA::Environment', 'airflow', 'ListEnvironments', 'GetEnvironment'),
  get('AWS::OpenSearchService::Domain', 'es', 'ListDomainNames', 'DescribeDomain', 'DescribeDomainConfig', 'ListTags'),
  get('AWS::Pipes::Pipe', 'pipes', 'ListPipes', 'DescribePipe'),
  get('AWS::RDS::DBCluster', 'rds', 'DescribeDBClusters'),
  get('AWS::RDS::DBInstance', 'rds', 'DescribeDBInstances'),
  get('AWS::Redshift::Cluster', 'redshift', 'DescribeClusters', 'DescribeLoggingStatus', 'DescribeTags'),
  {
    ...list('AWS::S3Express::DirectoryBucket', 's3express', 'ListAllMyDirectoryBuckets'),
    policy: {
      type: 'AWS::S3Express::BucketPolicy',
      names: 'Bucket',
      document: 'PolicyDocument',
      action: 's3express:GetBucketPolicy',
    },
  },
  {
    ...get('AWS::S3Tables::TableBucket', 's3tables', 'ListTableBuckets', 'GetTableBucket'),
    policy: {
      type: 'AWS::S3Tables::TableBucketPolicy',
      names: 'TableBucketARN',
      document: 'ResourcePolicy',
      action: 's3tables:GetTableBucketPolicy',
    },
  },
  { ...list('AWS::SSM::Document', 'ssm', 'ListDocuments'), notOfAws: ['aws', 'amazon', 'amzn'] },
  list('AWS::SSM::MaintenanceWindow', 'ssm', 'DescribeMaintenanceWindows'),
  {
    ...get('AWS::SSM::MaintenanceWindowTask', 'ssm', 'DescribeMaintenanceWindowTasks', 'GetMaintenanceWindowTask'),
    within: { type: 'AWS::SSM::MaintenanceWindow', property: 'WindowId' },
  },
  list('AWS::SSM::Parameter', 'ssm', 'DescribeParameters'),
  get('AWS::SageMaker::Domain', 'sagemaker', 'ListDomains', 'DescribeDomain'),
  get('AWS::SageMaker::EndpointConfig', 'sagemaker', 'ListEndpointConfigs', 'DescribeEndpointConfig'),
  get('AWS::SageMaker::Model', 'sagemaker', 'ListModels', 'DescribeModel'),
  get('AWS::SageMaker::NotebookInstance', 'sagemaker', 'ListNotebookInstances', 'DescribeNotebookInstance'),
  get(
    'AWS::SageMaker::NotebookInstanceLifecycleConfig',
    'sagemaker',
    'ListNotebookInstanceLifecycleConfigs',
    'DescribeNotebookInstanceLifecycleConfig',
  ),
  get('AWS::SageMaker::Pipeline', 'sagemaker', 'ListPipelines', 'DescribePipeline'),
  get('AWS::SageMaker::ProcessingJob', 'sagemaker', 'ListProcessingJobs', 'DescribeProcessingJob'),
  get('AWS::SageMaker::Space', 'sagemaker', 'ListSpaces', 'DescribeSpace'),
  get('AWS::SageMaker::UserProfile', 'sagemaker', 'ListUserProfiles', 'DescribeUserProfile'),
  get('AWS::Scheduler::Schedule', 'scheduler', 'ListSchedules', 'GetSchedule'),
  get('AWS::SecurityAgent::AgentSpace', 'securityagent', 'ListAgentSpaces', 'BatchGetAgentSpaces'),
  get('AWS::StepFunctions::StateMachine', 'states', 'ListStateMachines', 'DescribeStateMachine', 'ListTagsForResource'),
  get('AWS::Synthetics::Canary', 'synthetics', 'DescribeCanaries', 'GetCanary'),
  list('AWS::Transfer::Server', 'transfer', 'ListServers'),
  {
    ...get('AWS::Transfer::User', 'transfer', 'ListUsers', 'DescribeUser'),
    within: { type: 'AWS::Transfer::Server', property: 'ServerId', from: 'ServerId' },
  },
];

/** Types that the analysis knows and nothing here lists, with what to do instead. */
export const UNLISTED_TYPES: readonly { readonly type: ResourceTypeName; readonly fix: string }[] = [
  { type: 'AWS::BedrockAgentCore::Harness', fix: 'aws bedrock-agentcore-control list-harnesses, get-harness' },
  { type: 'AWS::EMRServerless::JobRun', fix: 'aws emr-serverless list-job-runs, get-job-run' },
  { type: 'AWS::Elasticsearch::Domain', fix: 'aws es list-domain-names, describe-elasticsearch-domain' },
  { type: 'AWS::Omics::Run', fix: 'aws omics list-runs, get-run' },
];
