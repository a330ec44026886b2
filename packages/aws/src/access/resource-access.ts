import { isPassedOn } from '../authz/bucket-behind.ts';

/** Where a type of resource is found in the action catalogue: service prefix, resource type, and where it lies. */
export interface ResourceAccess {
  readonly service: string;
  readonly resourceType: string;
  /** `{target}` for the resource itself, or a template of what lies inside it. */
  readonly on: string;
  /** Which of the actions are done to what stands behind the resource; absent: none. */
  readonly passedOn?: (action: string) => boolean;
}

const itself = (service: string, resourceType: string): readonly ResourceAccess[] => [
  { service, resourceType, on: '{target}' },
];

/**
 * CloudFormation type → the resource types of the action catalogue that speak of it (aws.md 3.4, 3.6). Types of IAM
 * itself are left out: what can be done to identities and policies is what techniques are about.
 */
export const resourceAccess: Readonly<Record<string, readonly ResourceAccess[]>> = {
  'AWS::Backup::BackupVault': itself('backup', 'backupVault'),
  'AWS::CloudFormation::Stack': itself('cloudformation', 'stack'),
  'AWS::CodeBuild::Project': itself('codebuild', 'project'),
  'AWS::DynamoDB::Table': [
    { service: 'dynamodb', resourceType: 'table', on: '{target}' },
    { service: 'dynamodb', resourceType: 'index', on: '{target}/index/*' },
    { service: 'dynamodb', resourceType: 'stream', on: '{target}/stream/*' },
  ],
  'AWS::EC2::Instance': itself('ec2', 'instance'),
  'AWS::ECR::Repository': itself('ecr', 'repository'),
  'AWS::ECS::Cluster': itself('ecs', 'cluster'),
  'AWS::ECS::Service': itself('ecs', 'service'),
  'AWS::ECS::TaskDefinition': itself('ecs', 'task-definition'),
  'AWS::EFS::FileSystem': itself('elasticfilesystem', 'file-system'),
  'AWS::Events::EventBus': itself('events', 'event-bus'),
  'AWS::Glue::Job': itself('glue', 'job'),
  'AWS::KMS::Key': itself('kms', 'key'),
  'AWS::Kinesis::Stream': itself('kinesis', 'stream'),
  'AWS::Lambda::Function': itself('lambda', 'function'),
  'AWS::Logs::LogGroup': [
    { service: 'logs', resourceType: 'log-group', on: '{target}' },
    { service: 'logs', resourceType: 'log-stream', on: '{target}:log-stream:*' },
  ],
  'AWS::OpenSearchService::Domain': itself('es', 'domain'),
  'AWS::RDS::DBCluster': itself('rds', 'cluster'),
  'AWS::RDS::DBInstance': itself('rds', 'db'),
  'AWS::Redshift::Cluster': itself('redshift', 'cluster'),
  'AWS::S3::AccessPoint': [
    { service: 's3', resourceType: 'accesspoint', on: '{target}', passedOn: isPassedOn },
    { service: 's3', resourceType: 'accesspointobject', on: '{target}/object/*', passedOn: isPassedOn },
  ],
  'AWS::S3::Bucket': [
    { service: 's3', resourceType: 'bucket', on: '{target}' },
    { service: 's3', resourceType: 'object', on: '{target}/*' },
  ],
  'AWS::SNS::Topic': itself('sns', 'topic'),
  'AWS::SQS::Queue': itself('sqs', 'queue'),
  'AWS::SSM::Parameter': itself('ssm', 'parameter'),
  'AWS::SageMaker::NotebookInstance': itself('sagemaker', 'notebook-instance'),
  'AWS::SecretsManager::Secret': itself('secretsmanager', 'Secret'),
  'AWS::StepFunctions::StateMachine': itself('states', 'statemachine'),
};
