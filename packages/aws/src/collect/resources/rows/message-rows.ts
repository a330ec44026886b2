import { valuesAt } from '../../../normalize/property-path.ts';
import type { ResourceRow, Told } from '../resource-row.ts';
import { listed } from '../resources-file.ts';

const QUEUES: ResourceRow = {
  type: 'AWS::SQS::Queue',
  brings: ['AWS::SQS::QueuePolicy'],
  service: 'sqs',
  scope: 'region',
  list: {
    command: 'ListQueues',
    action: 'sqs:ListQueues',
    // Without a size of page a long list ends early and says nothing of it.
    input: () => ({ MaxResults: 1000 }),
    paging: { reply: 'NextToken', request: 'NextToken' },
    items: 'QueueUrls[]',
  },
  details: [
    {
      name: 'attributes',
      command: 'GetQueueAttributes',
      action: 'sqs:GetQueueAttributes',
      inputs: ({ Id }) => [{ QueueUrl: Id, AttributeNames: ['All'] }],
    },
    {
      name: 'tags',
      command: 'ListQueueTags',
      action: 'sqs:ListQueueTags',
      inputs: ({ Id }) => [{ QueueUrl: Id }],
    },
  ],
  resources: ({ Id }, told, place) => {
    const [attributes] = valuesAt(told.reply('attributes'), 'Attributes');
    const name = String(Id).slice(String(Id).lastIndexOf('/') + 1);
    const made = `arn:${place.partition}:sqs:${place.region}:${place.accountId}:${name}`;
    const arn = valuesAt(attributes, 'QueueArn').find((value) => typeof value === 'string') ?? made;
    const [KmsMasterKeyId] = valuesAt(attributes, 'KmsMasterKeyId');
    return [
      ...listed('AWS::SQS::Queue', arn, place, { QueueName: name, QueueUrl: Id, KmsMasterKeyId, Tags: tags(told) }),
      ...policyOf('AWS::SQS::QueuePolicy', 'Queues', arn, valuesAt(attributes, 'Policy')[0], told, place),
    ];
  },
};

const TOPICS: ResourceRow = {
  type: 'AWS::SNS::Topic',
  brings: ['AWS::SNS::TopicPolicy'],
  service: 'sns',
  scope: 'region',
  list: {
    command: 'ListTopics',
    action: 'sns:ListTopics',
    paging: { reply: 'NextToken', request: 'NextToken' },
    items: 'Topics[].TopicArn',
  },
  details: [
    {
      name: 'attributes',
      command: 'GetTopicAttributes',
      action: 'sns:GetTopicAttributes',
      inputs: ({ Id }) => [{ TopicArn: Id }],
    },
    {
      name: 'tags',
      command: 'ListTagsForResource',
      action: 'sns:ListTagsForResource',
      inputs: ({ Id }) => [{ ResourceArn: Id }],
    },
  ],
  resources: ({ Id }, told, place) => {
    const [attributes] = valuesAt(told.reply('attributes'), 'Attributes');
    const TopicName = String(Id).slice(String(Id).lastIndexOf(':') + 1);
    const [KmsMasterKeyId] = valuesAt(attributes, 'KmsMasterKeyId');
    return [
      ...listed('AWS::SNS::Topic', Id, place, { TopicName, KmsMasterKeyId, Tags: tags(told) }),
      ...policyOf('AWS::SNS::TopicPolicy', 'Topics', Id, valuesAt(attributes, 'Policy')[0], told, place),
    ];
  },
};

/** The policy of a queue or topic, which stands in its attributes. */
function policyOf(
  type: 'AWS::SQS::QueuePolicy' | 'AWS::SNS::TopicPolicy',
  property: 'Queues' | 'Topics',
  arn: unknown,
  policy: unknown,
  told: Told,
  place: Parameters<ResourceRow['resources']>[2],
): ReturnType<ResourceRow['resources']> {
  const unread = told.unread({ attributes: 'PolicyDocument' });
  if ((policy === undefined || policy === '') && unread.length === 0) return [];
  return listed(type, arn, place, { [property]: [arn], PolicyDocument: policy }, unread);
}

/** A map for queues, a list for topics; undefined where they could not be read. */
function tags(told: Told): unknown {
  return told.unread({ tags: 'Tags' }).length > 0 ? undefined : (told.reply('tags')?.['Tags'] ?? []);
}

/** What is read of SQS and SNS. */
export const MESSAGE_ROWS: readonly ResourceRow[] = [QUEUES, TOPICS];
