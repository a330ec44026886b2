import type { TechniqueTarget } from '@keyreach/core/reach';
import {
  type ActionName,
  type AwsRequirement,
  type AwsTechnique,
  type AwsTechniqueRow,
  tableOf,
} from './technique-row.ts';

function resource(type: string): TechniqueTarget {
  return { kind: 'resource', types: [type], sameZone: false };
}

/** An id that says what is done: `iam:PutRolePolicy` → `iam-put-role-policy`. */
function idOf(action: ActionName): string {
  return action
    .replace(':', '-')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase();
}

/** Whoever may write the policy of a resource lets itself in: in place of what the policy says. */
function rewriting(type: string, action: ActionName, requires: AwsRequirement = { allowed: action }): AwsTechniqueRow {
  return {
    id: idOf(action),
    title: `Writes the resource policy with ${action} and lets itself in`,
    attack: ['T1098.003'],
    target: resource(type),
    requires,
    yields: 'rewrite-resource',
  };
}

/** The same by a statement beside what the policy says. */
function adding(
  type: string,
  action: ActionName,
  requires: AwsRequirement = { allowed: action },
  opens?: readonly ActionName[],
): AwsTechniqueRow {
  return {
    ...rewriting(type, action, requires),
    title: `Lets itself in with ${action}`,
    yields: 'open-resource',
    ...(opens === undefined ? {} : { opens }),
  };
}

/** For calls that act on what is in the caller's account, whatever policies elsewhere say. */
function inOwnAccount({ target, ...row }: AwsTechniqueRow): AwsTechniqueRow {
  return { ...row, target: 'sameZone' in target ? { ...target, sameZone: true } : target };
}

/** What a grant of a key can give (KMS developer guide, grants). */
const KMS_GRANT_OPERATIONS: readonly ActionName[] = [
  'kms:CreateGrant',
  'kms:Decrypt',
  'kms:DeriveSharedSecret',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:GenerateMac',
  'kms:GetPublicKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:RetireGrant',
  'kms:Sign',
  'kms:Verify',
  'kms:VerifyMac',
];

/** What access control lists can give. */
const S3_ACL_OPERATIONS: readonly ActionName[] = [
  's3:GetBucketAcl',
  's3:GetObject',
  's3:GetObjectAcl',
  's3:GetObjectVersion',
  's3:GetObjectVersionAcl',
  's3:ListBucket',
  's3:ListBucketMultipartUploads',
  's3:ListBucketVersions',
  's3:DeleteObject',
  's3:PutBucketAcl',
  's3:PutObject',
  's3:PutObjectAcl',
  's3:PutObjectVersionAcl',
];

const POLICY_WRITES: readonly AwsTechniqueRow[] = [
  rewriting('AWS::S3::Bucket', 's3:PutBucketPolicy'),
  adding(
    'AWS::S3::Bucket',
    's3:PutBucketAcl',
    { all: [{ allowed: 's3:PutBucketAcl' }, { holds: 'access-control-lists-count' }] },
    S3_ACL_OPERATIONS,
  ),
  adding(
    'AWS::S3::Bucket',
    's3:PutObjectAcl',
    { all: [{ allowed: 's3:PutObjectAcl', on: '{target}/*' }, { holds: 'access-control-lists-count' }] },
    ['s3:GetObject', 's3:GetObjectAcl', 's3:GetObjectVersion', 's3:GetObjectVersionAcl', 's3:PutObjectAcl'],
  ),
  rewriting('AWS::S3::AccessPoint', 's3:PutAccessPointPolicy', {
    all: [{ allowed: 's3:PutAccessPointPolicy' }, { holds: 'takes-requests-from-anywhere' }],
  }),
  rewriting('AWS::KMS::Key', 'kms:PutKeyPolicy'),
  adding('AWS::KMS::Key', 'kms:CreateGrant', { allowed: 'kms:CreateGrant' }, KMS_GRANT_OPERATIONS),
  rewriting('AWS::SecretsManager::Secret', 'secretsmanager:PutResourcePolicy'),
  adding('AWS::SQS::Queue', 'sqs:AddPermission'),
  rewriting('AWS::SQS::Queue', 'sqs:SetQueueAttributes'),
  adding('AWS::SNS::Topic', 'sns:AddPermission'),
  rewriting('AWS::SNS::Topic', 'sns:SetTopicAttributes'),
  adding('AWS::Lambda::Function', 'lambda:AddPermission'),
  rewriting('AWS::ECR::Repository', 'ecr:SetRepositoryPolicy'),
  // The policy of the whole registry; which of its scopes an account uses is not in the input.
  inOwnAccount(
    adding('AWS::ECR::Repository', 'ecr:PutRegistryPolicy', {
      all: [{ allows: ['ecr:PutRegistryPolicy'] }, { holds: 'unverified' }],
    }),
  ),
  rewriting('AWS::DynamoDB::Table', 'dynamodb:PutResourcePolicy'),
  rewriting('AWS::Kinesis::Stream', 'kinesis:PutResourcePolicy'),
  // The call names the bus, and no policy can be about one bus only.
  inOwnAccount(adding('AWS::Events::EventBus', 'events:PutPermission', { allows: ['events:PutPermission'] })),
  rewriting('AWS::Backup::BackupVault', 'backup:PutBackupVaultAccessPolicy'),
  rewriting('AWS::EFS::FileSystem', 'elasticfilesystem:PutFileSystemPolicy'),
  rewriting('AWS::OpenSearchService::Domain', 'es:UpdateDomainConfig'),
];

/** Actions that tag resources of a type: access to them may hang on tags (aws.md 2.3.1, resource-tag-abac). */
const TAGGING: readonly (readonly [type: string, action: ActionName])[] = [
  ['AWS::Backup::BackupVault', 'backup:TagResource'],
  ['AWS::DynamoDB::Table', 'dynamodb:TagResource'],
  ['AWS::EC2::Instance', 'ec2:CreateTags'],
  ['AWS::ECR::Repository', 'ecr:TagResource'],
  ['AWS::ECS::Cluster', 'ecs:TagResource'],
  ['AWS::ECS::Service', 'ecs:TagResource'],
  ['AWS::ECS::TaskDefinition', 'ecs:TagResource'],
  ['AWS::EFS::FileSystem', 'elasticfilesystem:TagResource'],
  ['AWS::Events::EventBus', 'events:TagResource'],
  ['AWS::Glue::Job', 'glue:TagResource'],
  ['AWS::KMS::Key', 'kms:TagResource'],
  ['AWS::Kinesis::Stream', 'kinesis:TagResource'],
  ['AWS::Lambda::Function', 'lambda:TagResource'],
  ['AWS::Logs::LogGroup', 'logs:TagResource'],
  ['AWS::OpenSearchService::Domain', 'es:AddTags'],
  ['AWS::RDS::DBCluster', 'rds:AddTagsToResource'],
  ['AWS::RDS::DBInstance', 'rds:AddTagsToResource'],
  ['AWS::Redshift::Cluster', 'redshift:CreateTags'],
  ['AWS::S3::Bucket', 's3:PutBucketTagging'],
  ['AWS::SNS::Topic', 'sns:TagResource'],
  ['AWS::SQS::Queue', 'sqs:TagQueue'],
  ['AWS::SSM::Parameter', 'ssm:AddTagsToResource'],
  ['AWS::SageMaker::NotebookInstance', 'sagemaker:AddTags'],
  ['AWS::SecretsManager::Secret', 'secretsmanager:TagResource'],
  ['AWS::StepFunctions::StateMachine', 'states:TagResource'],
];

const TAGS: readonly AwsTechniqueRow[] = [
  ...TAGGING.map(
    ([type, action]): AwsTechniqueRow => ({
      id: `resource-tag-abac/${type.slice('AWS::'.length).replace('::', '-').toLowerCase()}`,
      title: `Changes the tags that access to the resource hangs on with ${action}`,
      attack: ['T1098.003'],
      target: resource(type),
      requires: { allowed: action, freely: true },
      yields: 'retag-resource',
    }),
  ),
  ...(
    [
      ['user', 'iam:TagUser'],
      ['role', 'iam:TagRole'],
    ] as const
  ).map(
    ([type, action]): AwsTechniqueRow => ({
      id: `resource-tag-abac/iam-${type}`,
      title: `Changes the tags of the ${type} that what may be done to it hangs on`,
      attack: ['T1098.003'],
      target: { kind: 'identity', types: [type], sameZone: true },
      requires: { allowed: action, freely: true },
      yields: 'retag-resource',
    }),
  ),
];

/** Writes to the policies of resources (aws.md 2.3.5), and to the tags that policies look at (aws.md 2.3.1). */
export const resourcePolicyTechniques: readonly AwsTechnique[] = [
  ...tableOf('aws.md 2.3.5', POLICY_WRITES),
  ...tableOf('aws.md 2.3.1', TAGS),
];
