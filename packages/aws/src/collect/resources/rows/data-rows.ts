import { valuesAt } from '../../../normalize/property-path.ts';
import type { ResourceRow } from '../resource-row.ts';
import { listed } from '../resources-file.ts';

const byToken = { reply: 'nextToken', request: 'nextToken' };

const TABLES: ResourceRow = {
  type: 'AWS::DynamoDB::Table',
  service: 'dynamodb',
  scope: 'region',
  list: {
    command: 'ListTables',
    action: 'dynamodb:ListTables',
    paging: { reply: 'LastEvaluatedTableName', request: 'ExclusiveStartTableName' },
    items: 'TableNames[]',
  },
  details: [
    {
      name: 'table',
      command: 'DescribeTable',
      action: 'dynamodb:DescribeTable',
      inputs: ({ Id }) => [{ TableName: Id }],
      describes: true,
    },
    {
      name: 'policy',
      command: 'GetResourcePolicy',
      action: 'dynamodb:GetResourcePolicy',
      inputs: (_, told) => valuesAt(told.reply('table'), 'Table.TableArn').map((ResourceArn) => ({ ResourceArn })),
      none: ['PolicyNotFoundException'],
    },
    {
      name: 'stream-policy',
      command: 'GetResourcePolicy',
      action: 'dynamodb:GetResourcePolicy',
      inputs: (_, told) =>
        valuesAt(told.reply('table'), 'Table.LatestStreamArn').map((ResourceArn) => ({ ResourceArn })),
      none: ['PolicyNotFoundException'],
    },
    {
      name: 'tags',
      command: 'ListTagsOfResource',
      action: 'dynamodb:ListTagsOfResource',
      paging: { reply: 'NextToken', request: 'NextToken' },
      inputs: (_, told) => valuesAt(told.reply('table'), 'Table.TableArn').map((ResourceArn) => ({ ResourceArn })),
    },
  ],
  resources: ({ Id }, told, place) => {
    const [arn] = valuesAt(told.reply('table'), 'Table.TableArn');
    const [StreamArn] = valuesAt(told.reply('table'), 'Table.LatestStreamArn');
    const policy = told.reply('policy')?.['Policy'];
    const streamPolicy = told.reply('stream-policy')?.['Policy'];
    const unread = told.unread({
      // Without the description nothing was asked of the table.
      table: 'ResourcePolicy',
      policy: 'ResourcePolicy',
      'stream-policy': 'StreamSpecification.ResourcePolicy',
    });
    const tagsKnown = arn !== undefined && told.unread({ tags: 'Tags' }).length === 0;
    return listed(
      'AWS::DynamoDB::Table',
      arn ?? Id,
      place,
      {
        TableName: Id,
        StreamArn,
        ResourcePolicy: policy === undefined ? undefined : { PolicyDocument: policy },
        StreamSpecification:
          streamPolicy === undefined ? undefined : { ResourcePolicy: { PolicyDocument: streamPolicy } },
        KMSKeyArn: valuesAt(told.reply('table'), 'Table.SSEDescription.KMSMasterKeyArn')[0],
        Tags: tagsKnown ? told.replies('tags').flatMap((reply) => valuesAt(reply, 'Tags[]')) : undefined,
      },
      unread,
    );
  },
};

const REPOSITORIES: ResourceRow = {
  type: 'AWS::ECR::Repository',
  service: 'ecr',
  scope: 'region',
  list: {
    command: 'DescribeRepositories',
    action: 'ecr:DescribeRepositories',
    paging: byToken,
    items: 'repositories[]',
  },
  details: [
    {
      name: 'policy',
      command: 'GetRepositoryPolicy',
      action: 'ecr:GetRepositoryPolicy',
      inputs: ({ repositoryName }) => [{ repositoryName }],
      none: ['RepositoryPolicyNotFoundException'],
    },
    {
      name: 'tags',
      command: 'ListTagsForResource',
      action: 'ecr:ListTagsForResource',
      inputs: ({ repositoryArn }) => [{ resourceArn: repositoryArn }],
    },
  ],
  resources: (item, told, place) =>
    listed(
      'AWS::ECR::Repository',
      item['repositoryArn'],
      place,
      {
        RepositoryName: item['repositoryName'],
        ImageTagMutability: item['imageTagMutability'],
        EncryptionConfiguration: item['encryptionConfiguration'],
        RepositoryPolicyText: told.reply('policy')?.['policyText'],
        Tags: told.unread({ tags: 'Tags' }).length > 0 ? undefined : (told.reply('tags')?.['tags'] ?? []),
      },
      told.unread({ policy: 'RepositoryPolicyText' }),
    ),
};

/** One policy for all repositories of a region. */
const REGISTRY_POLICY: ResourceRow = {
  type: 'AWS::ECR::RegistryPolicy',
  service: 'ecr',
  scope: 'region',
  details: [
    {
      name: 'policy',
      command: 'GetRegistryPolicy',
      action: 'ecr:GetRegistryPolicy',
      inputs: () => [{}],
      none: ['RegistryPolicyNotFoundException'],
    },
  ],
  resources: (_, told, place) => {
    const PolicyText = told.reply('policy')?.['policyText'];
    const unread = told.unread({ policy: 'PolicyText' });
    if (PolicyText === undefined && unread.length === 0) return [];
    return listed('AWS::ECR::RegistryPolicy', place.accountId, place, { PolicyText }, unread);
  },
};

/** What is read of DynamoDB and ECR. */
export const DATA_ROWS: readonly ResourceRow[] = [TABLES, REPOSITORIES, REGISTRY_POLICY];
