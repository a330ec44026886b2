import type { Selector } from '@keyreach/core/graph';
import type { ResourceTypeName } from './workload-roles.ts';

/** Where a type of resource carries the policy of a resource. */
export interface ResourcePolicySource {
  /** The listed type that holds the policy. */
  readonly type: ResourceTypeName;
  /** Path of the policy document in its properties; see `valuesAt`. */
  readonly document: string;
  /**
   * Set where the policy is a resource of its own: the type it applies to, and the path of its names or ARNs; without a
   * path to every listed resource of the type in its region.
   */
  readonly appliesTo?: { readonly type: ResourceTypeName; readonly path?: string };
  /** Actions for which the resource's consent is needed even in its own account. */
  readonly exclusiveFor?: Selector;
  /** True where every resource of the type has a policy: without one in the input it is unknown, not absent. */
  readonly always?: boolean;
  /** True where the type is a resource of its own too, which need not have this policy. */
  readonly optional?: boolean;
  /** True where one statement stands there, and not a whole document. */
  readonly statement?: boolean;
}

/** Resource policies that resources.json can hold (aws.md 3.4). One row for each type and property. */
export const RESOURCE_POLICY_SOURCES: readonly ResourcePolicySource[] = [
  { type: 'AWS::ApiGateway::RestApi', document: 'Policy' },
  { type: 'AWS::Backup::BackupVault', document: 'AccessPolicy' },
  { type: 'AWS::CodeArtifact::Domain', document: 'PermissionsPolicyDocument' },
  { type: 'AWS::CodeArtifact::Repository', document: 'PermissionsPolicyDocument' },
  { type: 'AWS::DynamoDB::Table', document: 'ResourcePolicy.PolicyDocument' },
  {
    type: 'AWS::DynamoDB::Table',
    document: 'StreamSpecification.ResourcePolicy.PolicyDocument',
    appliesTo: { type: 'AWS::DynamoDB::Stream', path: 'StreamArn' },
    optional: true,
  },
  { type: 'AWS::ECR::RegistryPolicy', document: 'PolicyText', appliesTo: { type: 'AWS::ECR::Repository' } },
  { type: 'AWS::ECR::Repository', document: 'RepositoryPolicyText' },
  { type: 'AWS::EFS::FileSystem', document: 'FileSystemPolicy' },
  { type: 'AWS::Elasticsearch::Domain', document: 'AccessPolicies' },
  { type: 'AWS::Events::EventBus', document: 'Policy' },
  {
    type: 'AWS::Events::EventBusPolicy',
    document: 'Statement',
    appliesTo: { type: 'AWS::Events::EventBus', path: 'EventBusName' },
    statement: true,
  },
  { type: 'AWS::KMS::Key', document: 'KeyPolicy', exclusiveFor: { include: ['kms:*'], exclude: [] }, always: true },
  {
    type: 'AWS::KMS::ReplicaKey',
    document: 'KeyPolicy',
    exclusiveFor: { include: ['kms:*'], exclude: [] },
    always: true,
  },
  {
    type: 'AWS::Kinesis::ResourcePolicy',
    document: 'ResourcePolicy',
    appliesTo: { type: 'AWS::Kinesis::Stream', path: 'ResourceArn' },
  },
  // As GetPolicy and GetLayerVersionPolicy give them; statements of CloudFormation are types of their own.
  { type: 'AWS::Lambda::Function', document: 'Policy' },
  { type: 'AWS::Lambda::LayerVersion', document: 'Policy' },
  { type: 'AWS::OpenSearchService::Domain', document: 'AccessPolicies' },
  { type: 'AWS::S3::AccessPoint', document: 'Policy' },
  {
    type: 'AWS::S3::BucketPolicy',
    document: 'PolicyDocument',
    appliesTo: { type: 'AWS::S3::Bucket', path: 'Bucket' },
  },
  {
    type: 'AWS::S3Express::BucketPolicy',
    document: 'PolicyDocument',
    appliesTo: { type: 'AWS::S3Express::DirectoryBucket', path: 'Bucket' },
  },
  {
    type: 'AWS::S3Tables::TableBucketPolicy',
    document: 'ResourcePolicy',
    appliesTo: { type: 'AWS::S3Tables::TableBucket', path: 'TableBucketARN' },
  },
  {
    type: 'AWS::SNS::TopicInlinePolicy',
    document: 'PolicyDocument',
    appliesTo: { type: 'AWS::SNS::Topic', path: 'TopicArn' },
  },
  {
    type: 'AWS::SNS::TopicPolicy',
    document: 'PolicyDocument',
    appliesTo: { type: 'AWS::SNS::Topic', path: 'Topics[]' },
  },
  {
    type: 'AWS::SQS::QueueInlinePolicy',
    document: 'PolicyDocument',
    appliesTo: { type: 'AWS::SQS::Queue', path: 'Queue' },
  },
  {
    type: 'AWS::SQS::QueuePolicy',
    document: 'PolicyDocument',
    appliesTo: { type: 'AWS::SQS::Queue', path: 'Queues[]' },
  },
  {
    type: 'AWS::SecretsManager::ResourcePolicy',
    document: 'ResourcePolicy',
    appliesTo: { type: 'AWS::SecretsManager::Secret', path: 'SecretId' },
  },
];
