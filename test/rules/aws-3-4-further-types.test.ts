/** aws.md 3.4: resource policies that are statements, settings or types of their own. */
import { describe } from 'vitest';
import { grant, HOME, home, type Json, MIA, resource, user, verdicts, type World } from './rule-estate.ts';

describe('resource policies of further types', () => {
  const at = (service: string, rest: string): string => `arn:aws:${service}:eu-west-1:${HOME}:${rest}`;
  const byMia = (action: string, on = '*'): Json => ({
    Version: '2012-10-17',
    Statement: [grant({ AWS: MIA }, action, on)],
  });
  const DIRECTORY = at('s3express', 'bucket/data--euw1-az1--x-s3');
  const BUS = at('events', 'event-bus/main');
  const LAYER = at('lambda', 'layer:tools:3');
  const STREAM = at('dynamodb', 'table/orders/stream/2026-01-01T00:00:00.000');
  const holding = (...resources: readonly Json[]): World => home({ users: [user('mia')], resources });
  verdicts('3.4', [
    [
      'directory buckets',
      holding(
        resource('AWS::S3Express::DirectoryBucket', 'data--euw1-az1--x-s3', { Arn: DIRECTORY }),
        resource('AWS::S3Express::BucketPolicy', 'data--euw1-az1--x-s3', {
          Bucket: 'data--euw1-az1--x-s3',
          PolicyDocument: byMia('s3express:CreateSession'),
        }),
      ),
      [MIA, 's3express:CreateSession', DIRECTORY],
      'allow',
    ],
    [
      'event buses, statement by statement',
      holding(
        resource('AWS::Events::EventBus', 'main', { Arn: BUS }),
        resource('AWS::Events::EventBusPolicy', 'main|s', {
          EventBusName: 'main',
          StatementId: 's',
          Statement: grant({ AWS: MIA }, 'events:PutEvents', BUS),
        }),
      ),
      [MIA, 'events:PutEvents', BUS],
      'allow',
    ],
    [
      'versions of layers',
      holding(
        resource('AWS::Lambda::LayerVersionPermission', 'p', {
          LayerVersionArn: LAYER,
          Action: 'lambda:GetLayerVersion',
          Principal: '*',
        }),
      ),
      [MIA, 'lambda:GetLayerVersion', LAYER],
      'allow',
    ],
    [
      'streams of tables',
      holding(
        resource('AWS::DynamoDB::Table', 'orders', {
          Arn: at('dynamodb', 'table/orders'),
          StreamArn: STREAM,
          StreamSpecification: { ResourcePolicy: { PolicyDocument: byMia('dynamodb:GetRecords') } },
        }),
      ),
      [MIA, 'dynamodb:GetRecords', STREAM],
      'allow',
    ],
    [
      'the registry of container images',
      holding(
        resource('AWS::ECR::Repository', 'app', { Arn: at('ecr', 'repository/app') }),
        resource('AWS::ECR::RegistryPolicy', HOME, {
          PolicyText: byMia('ecr:ReplicateImage', at('ecr', 'repository/*')),
        }),
      ),
      [MIA, 'ecr:ReplicateImage', at('ecr', 'repository/app')],
      'allow',
    ],
  ]);
});
