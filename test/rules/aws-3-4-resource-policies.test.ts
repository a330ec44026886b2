/** aws.md 3.4: the policy of each type of resource lets in whom it names, for what it names, and nobody else. */
import { describe, expect, test } from 'vitest';
import {
  allow,
  ask,
  BEN,
  grant,
  HOME,
  home,
  iam,
  type Json,
  MIA,
  OTHER,
  refuse,
  resource,
  user,
} from './rule-estate.ts';

const at = (service: string, rest: string): string => `arn:aws:${service}:eu-west-1:${HOME}:${rest}`;
const policy = (...statements: readonly Json[]): Json => ({ Version: '2012-10-17', Statement: statements });

interface Type {
  readonly name: string;
  readonly id: string;
  /** An action on the resource, and another. */
  readonly action: string;
  readonly other: string;
  /** What resources.json holds for a resource with a policy. */
  readonly listed: (document: Json) => readonly Json[];
  /** Where the request goes to; the resource itself by default. */
  readonly on?: string;
}

const TOPIC = at('sns', 'news');
const QUEUE = at('sqs', 'jobs');
const SECRET = at('secretsmanager', 'secret:db-AbCdEf');
const STREAM = at('kinesis', 'stream/clicks');
const TABLES = at('s3tables', 'bucket/lake');
const own =
  (type: string, id: string, property: string, more: Json = {}) =>
  (document: Json): readonly Json[] => [resource(type, id, { Arn: id, ...more, [property]: document })];

const TYPES: readonly Type[] = [
  {
    name: 'S3 bucket',
    id: 'arn:aws:s3:::exports',
    action: 's3:ListBucket',
    other: 's3:DeleteBucket',
    listed: (document) => [
      resource('AWS::S3::Bucket', 'exports'),
      resource('AWS::S3::BucketPolicy', 'exports', { Bucket: 'exports', PolicyDocument: document }),
    ],
  },
  {
    name: 'S3 table bucket',
    id: TABLES,
    action: 's3tables:GetTableBucket',
    other: 's3tables:DeleteTableBucket',
    listed: (document) => [
      resource('AWS::S3Tables::TableBucket', TABLES),
      resource('AWS::S3Tables::TableBucketPolicy', TABLES, { TableBucketARN: TABLES, ResourcePolicy: document }),
    ],
  },
  {
    name: 'KMS key',
    id: at('kms', 'key/1'),
    action: 'kms:Decrypt',
    other: 'kms:Encrypt',
    listed: own('AWS::KMS::Key', at('kms', 'key/1'), 'KeyPolicy'),
  },
  {
    name: 'SQS queue',
    id: QUEUE,
    action: 'sqs:SendMessage',
    other: 'sqs:DeleteQueue',
    listed: (document) => [
      resource('AWS::SQS::Queue', QUEUE, { Arn: QUEUE }),
      resource('AWS::SQS::QueuePolicy', 'p', {
        Queues: [`https://sqs.eu-west-1.amazonaws.com/${HOME}/jobs`],
        PolicyDocument: document,
      }),
    ],
  },
  {
    name: 'SNS topic',
    id: TOPIC,
    action: 'sns:Publish',
    other: 'sns:DeleteTopic',
    listed: (document) => [
      resource('AWS::SNS::Topic', TOPIC),
      resource('AWS::SNS::TopicPolicy', 'p', { Topics: [TOPIC], PolicyDocument: document }),
    ],
  },
  {
    name: 'Secrets Manager secret',
    id: SECRET,
    action: 'secretsmanager:GetSecretValue',
    other: 'secretsmanager:DeleteSecret',
    listed: (document) => [
      resource('AWS::SecretsManager::Secret', SECRET),
      resource('AWS::SecretsManager::ResourcePolicy', 'p', { SecretId: SECRET, ResourcePolicy: document }),
    ],
  },
  {
    name: 'ECR repository',
    id: at('ecr', 'repository/app'),
    action: 'ecr:BatchGetImage',
    other: 'ecr:DeleteRepository',
    listed: own('AWS::ECR::Repository', at('ecr', 'repository/app'), 'RepositoryPolicyText'),
  },
  {
    name: 'DynamoDB table',
    id: at('dynamodb', 'table/orders'),
    action: 'dynamodb:GetItem',
    other: 'dynamodb:DeleteTable',
    listed: (document) => [
      resource('AWS::DynamoDB::Table', 'orders', {
        Arn: at('dynamodb', 'table/orders'),
        ResourcePolicy: { PolicyDocument: document },
      }),
    ],
  },
  {
    name: 'Kinesis stream',
    id: STREAM,
    action: 'kinesis:GetRecords',
    other: 'kinesis:DeleteStream',
    listed: (document) => [
      resource('AWS::Kinesis::Stream', 'clicks', { Arn: STREAM }),
      resource('AWS::Kinesis::ResourcePolicy', STREAM, { ResourceArn: STREAM, ResourcePolicy: document }),
    ],
  },
  {
    name: 'event bus',
    id: at('events', 'event-bus/main'),
    action: 'events:PutEvents',
    other: 'events:DeleteEventBus',
    listed: own('AWS::Events::EventBus', at('events', 'event-bus/main'), 'Policy'),
  },
  {
    name: 'EFS file system',
    id: at('elasticfilesystem', 'file-system/fs-1'),
    action: 'elasticfilesystem:ClientMount',
    other: 'elasticfilesystem:DeleteFileSystem',
    listed: own('AWS::EFS::FileSystem', at('elasticfilesystem', 'file-system/fs-1'), 'FileSystemPolicy'),
  },
  {
    name: 'backup vault',
    id: at('backup', 'backup-vault:v'),
    action: 'backup:StartBackupJob',
    other: 'backup:DeleteBackupVault',
    listed: own('AWS::Backup::BackupVault', at('backup', 'backup-vault:v'), 'AccessPolicy', {
      BackupVaultArn: at('backup', 'backup-vault:v'),
    }),
  },
  {
    name: 'OpenSearch domain',
    id: at('es', 'domain/logs'),
    action: 'es:DescribeDomain',
    other: 'es:DeleteDomain',
    listed: own('AWS::OpenSearchService::Domain', at('es', 'domain/logs'), 'AccessPolicies'),
  },
  {
    name: 'CodeArtifact domain',
    id: at('codeartifact', 'domain/acme'),
    action: 'codeartifact:GetAuthorizationToken',
    other: 'codeartifact:DeleteDomain',
    listed: own('AWS::CodeArtifact::Domain', at('codeartifact', 'domain/acme'), 'PermissionsPolicyDocument'),
  },
  {
    name: 'CodeArtifact repository',
    id: at('codeartifact', 'repository/acme/npm'),
    action: 'codeartifact:ReadFromRepository',
    other: 'codeartifact:DeleteRepository',
    listed: own(
      'AWS::CodeArtifact::Repository',
      at('codeartifact', 'repository/acme/npm'),
      'PermissionsPolicyDocument',
    ),
  },
  {
    name: 'REST API',
    id: 'arn:aws:apigateway:eu-west-1::/restapis/abc',
    on: at('execute-api', 'abc/prod/GET/pets'),
    action: 'execute-api:Invoke',
    other: 'execute-api:ManageConnections',
    listed: (document) => [
      resource('AWS::ApiGateway::RestApi', 'arn:aws:apigateway:eu-west-1::/restapis/abc', { Policy: document }),
    ],
  },
];

describe.each(TYPES)('$name', ({ id, on = id, action, other, listed }) => {
  const may = user('mia', [allow(action)]);
  const asked = (document: Json, mia: Json = user('mia')) =>
    ask({
      accounts: {
        [HOME]: { users: [mia, user('ben')], resources: listed(document) },
        [OTHER]: { users: [user('mia', [allow(action)], { account: OTHER })] },
      },
    });

  test('aws.md 3.4: whom it names, for what it names', () => {
    const one = asked(policy(grant({ AWS: MIA }, action)));
    expect(one.can(MIA, action, on)).toBe('allow');
    expect(one.can(MIA, other, on)).toBe('deny');
    expect(one.can(BEN, action, on)).toBe('deny');
  });
  test('aws.md 3.4: another account, and not without a grant', () => {
    const caller = iam('user/mia', OTHER);
    expect(asked(policy(grant({ AWS: OTHER }, action))).can(caller, action, on)).toBe('allow');
    expect(asked(policy(grant({ AWS: BEN }, action))).can(caller, action, on)).toBe('deny');
  });
  test('aws.md 3.4: whom it denies', () => {
    const grants = grant({ AWS: HOME }, action);
    expect(asked(policy(grants, refuse({ AWS: MIA }, action)), may).can(MIA, action, on)).toBe('deny');
    expect(asked(policy(grants, refuse({ AWS: BEN }, action)), may).can(MIA, action, on)).toBe('allow');
  });
});

describe('functions', () => {
  const FUNCTION = at('lambda', 'function:pay');
  const permission = (Principal: string, more: Json = {}): Json =>
    resource('AWS::Lambda::Permission', `${FUNCTION}|p`, {
      FunctionName: FUNCTION,
      Action: 'lambda:InvokeFunction',
      Principal,
      ...more,
    });
  const asked = (one: Json) =>
    ask(home({ users: [user('mia')], resources: [resource('AWS::Lambda::Function', 'pay', { Arn: FUNCTION }), one] }));
  const INVOKE = 'lambda:InvokeFunction';
  const URL = 'lambda:InvokeFunctionUrl';

  test('aws.md 3.4 Lambda: the principal of a permission, for its action', () => {
    expect(asked(permission(MIA)).can(MIA, INVOKE, FUNCTION)).toBe('allow');
    expect(asked(permission(MIA)).can(MIA, 'lambda:DeleteFunction', FUNCTION)).toBe('deny');
    expect(asked(permission(BEN)).can(MIA, INVOKE, FUNCTION)).toBe('deny');
  });
  test('aws.md 3.4 Lambda: a service, from the source it names', () => {
    const one = asked(permission('s3.amazonaws.com', { SourceArn: 'arn:aws:s3:::exports', SourceAccount: HOME }));
    const source = { 'aws:SourceArn': 'arn:aws:s3:::exports', 'aws:SourceAccount': HOME };
    expect(one.service('s3.amazonaws.com', INVOKE, FUNCTION, source)).toBe('allow');
    expect(one.service('s3.amazonaws.com', INVOKE, FUNCTION, { ...source, 'aws:SourceAccount': OTHER })).toBe('deny');
    expect(one.service('sns.amazonaws.com', INVOKE, FUNCTION, source)).toBe('deny');
  });
  test('aws.md 3.4 Lambda: a version is governed by the permissions of its function that name it', () => {
    const one = asked(permission(MIA, { FunctionName: `${FUNCTION}:live` }));
    expect(one.can(MIA, INVOKE, `${FUNCTION}:live`)).toBe('allow');
    expect(one.can(MIA, INVOKE, `${FUNCTION}:old`)).toBe('deny');
  });
  test('aws.md 1.12 function URL: public where its type is NONE, which the request tells', () => {
    const one = asked(permission('*', { Action: URL, FunctionUrlAuthType: 'NONE' }));
    expect(one.can('public:aws', URL, FUNCTION)).toBe('conditional');
    expect(one.can('public:aws', URL, FUNCTION, { 'lambda:FunctionUrlAuthType': 'NONE' })).toBe('allow');
    expect(one.can('public:aws', URL, FUNCTION, { 'lambda:FunctionUrlAuthType': 'AWS_IAM' })).toBe('deny');
    expect(one.can('public:aws', INVOKE, FUNCTION)).toBe('deny');
  });
});

test('aws.md 3.4: a resource that is listed without a policy has none', () => {
  const world = {
    accounts: {
      [HOME]: { resources: [resource('AWS::SQS::Queue', QUEUE, { Arn: QUEUE })] },
      [OTHER]: { users: [user('mia', [allow('*')], { account: OTHER })] },
    },
  };
  expect(ask(world).can(iam('user/mia', OTHER), 'sqs:SendMessage', QUEUE)).toBe('deny');
});
