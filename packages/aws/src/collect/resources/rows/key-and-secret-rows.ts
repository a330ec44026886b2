import { isRecord } from '@keyreach/core/input';
import { valuesAt } from '../../../normalize/property-path.ts';
import type { DetailCall, ResourceRow, Told } from '../resource-row.ts';
import { listed } from '../resources-file.ts';

const byMarker = { reply: 'NextMarker', request: 'Marker' };

const ofKey = (name: string, command: string, more: Partial<DetailCall> = {}): DetailCall => ({
  name,
  command,
  action: `kms:${command}`,
  inputs: ({ KeyId }) => [{ KeyId }],
  ...more,
});

/** Keys with their policies and grants; those that AWS manages are marked by `KeyManager`. */
const KEYS: ResourceRow = {
  type: 'AWS::KMS::Key',
  brings: ['AWS::KMS::ReplicaKey'],
  service: 'kms',
  scope: 'region',
  list: { command: 'ListKeys', action: 'kms:ListKeys', paging: byMarker, items: 'Keys[]' },
  details: [
    ofKey('key', 'DescribeKey'),
    ofKey('policy', 'GetKeyPolicy', { inputs: ({ KeyId }) => [{ KeyId, PolicyName: 'default' }] }),
    ofKey('grants', 'ListGrants', { paging: byMarker }),
    ofKey('tags', 'ListResourceTags', { paging: byMarker }),
  ],
  resources: ({ KeyId, KeyArn }, told, place) => {
    const [metadata] = valuesAt(told.reply('key'), 'KeyMetadata');
    const { Enabled, KeyManager, KeyState, MultiRegion, MultiRegionConfiguration, Origin } = isRecord(metadata)
      ? metadata
      : {};
    const isReplica = valuesAt(MultiRegionConfiguration, 'MultiRegionKeyType').includes('REPLICA');
    return listed(
      isReplica ? 'AWS::KMS::ReplicaKey' : 'AWS::KMS::Key',
      KeyArn ?? KeyId,
      place,
      {
        KeyId,
        Enabled,
        KeyManager,
        KeyState,
        MultiRegion,
        Origin,
        KeyPolicy: told.reply('policy')?.['Policy'],
        Grants: told.replies('grants').flatMap((reply) => valuesAt(reply, 'Grants[]')),
        Tags: keyTags(told),
      },
      told.unread({ policy: 'KeyPolicy', grants: 'Grants' }),
    );
  },
};

/** KMS has names of its own for the parts of a tag. */
function keyTags(told: Told): unknown {
  if (told.unread({ tags: 'Tags' }).length > 0) return undefined;
  return told
    .replies('tags')
    .flatMap((reply) => valuesAt(reply, 'Tags[]'))
    .map((tag) => (isRecord(tag) ? { Key: tag['TagKey'], Value: tag['TagValue'] } : tag));
}

/** Secrets with their policies; never a value. */
const SECRETS: ResourceRow = {
  type: 'AWS::SecretsManager::Secret',
  brings: ['AWS::SecretsManager::ResourcePolicy'],
  service: 'secrets-manager',
  scope: 'region',
  list: {
    command: 'ListSecrets',
    action: 'secretsmanager:ListSecrets',
    paging: { reply: 'NextToken', request: 'NextToken' },
    items: 'SecretList[]',
  },
  details: [
    {
      name: 'policy',
      command: 'GetResourcePolicy',
      action: 'secretsmanager:GetResourcePolicy',
      inputs: ({ ARN }) => [{ SecretId: ARN }],
    },
  ],
  resources: ({ ARN, Name, KmsKeyId, RotationEnabled, OwningService, Tags }, told, place) => {
    const policy = told.reply('policy')?.['ResourcePolicy'];
    const unread = told.unread({ policy: 'ResourcePolicy' });
    const properties = { Name, KmsKeyId, RotationEnabled, OwningService, Tags: Tags ?? [] };
    return [
      ...listed('AWS::SecretsManager::Secret', ARN, place, properties),
      ...(policy === undefined && unread.length === 0
        ? []
        : listed('AWS::SecretsManager::ResourcePolicy', ARN, place, { SecretId: ARN, ResourcePolicy: policy }, unread)),
    ];
  },
};

/** What is read of KMS and Secrets Manager. */
export const KEY_AND_SECRET_ROWS: readonly ResourceRow[] = [KEYS, SECRETS];
