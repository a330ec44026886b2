import { isRecord } from '@keyreach/core/input';
import type { AzureResource } from '../bundle/azure-input.ts';
import { AZURE, resourceKeyId, sharedKeyIdentityId } from './azure-ids.ts';
import { timestampOf } from './instants.ts';
import { KEY_TYPES, type KeyType } from './key-types.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { resourceFacts } from './resource-facts.ts';

/**
 * Adds static keys of resources: each a credential of its own, which acts as a principal that may do everything on the data plane of the
 * resource (azure.md 2). No log tells who used one.
 */
export function addResourceKeys(context: NormalizeContext): void {
  for (const resource of context.distinct.of(context.input.resources)) {
    const type = resource.type.toLowerCase();
    const keys = Object.hasOwn(KEY_TYPES, type) ? KEY_TYPES[type] : undefined;
    if (keys !== undefined) addKeys(resource, keys, context);
  }
}

function addKeys(resource: AzureResource, type: KeyType, { builder, tenant, scopes }: NormalizeContext): void {
  const scope = scopes.of(resource.id);
  if (scope?.around === undefined) return;
  const identity = sharedKeyIdentityId(scope.id);
  builder.node({
    kind: 'identity',
    id: identity,
    provider: AZURE,
    type: 'shared-key',
    name: `${resource.name} by key`,
    scope: scope.around,
    nature: 'machine',
    attributes: { resource: scope.id },
  });
  const document = builder.document({
    provider: AZURE,
    statements: [{ effect: 'allow', actions: { include: type.actions, exclude: [] }, index: 0 }],
  });
  const policy = `${scope.id}#sharedkey-policy`;
  builder.policy({ id: policy, provider: AZURE, name: 'static keys', type: 'shared-key', document, owner: scope.id });
  builder.attachment({
    policy,
    node: scope.id,
    role: 'resource-grant',
    principals: { include: [{ match: 'node', id: identity, strength: 'sufficient' }], exclude: [] },
    condition: { language: AZURE, body: { sharedKey: true } },
  });
  const { sharedKey, localAuth, adminUser } = resourceFacts(resource);
  const isOff = [sharedKey, localAuth, adminUser].includes(false);
  for (const key of type.keys) {
    const id = resourceKeyId(tenant, scope.id, key);
    const created = timestampOf(createdAt(resource, key));
    builder.node({
      kind: 'credential',
      id,
      provider: AZURE,
      type: type.credential,
      name: `${key} of ${resource.name}`,
      scope: scope.around,
      status: isOff ? 'disabled' : 'active',
      lastUsed: { state: 'unknown' },
      publicId: `${scope.id}#${key.toLowerCase()}`,
      static: true,
      ...(created === undefined ? {} : { created }),
      attributes: { resource: scope.id, ...(isOff ? { disableReason: 'KEYS_NOT_ACCEPTED' } : {}) },
    });
    builder.edge({ type: 'authenticates', from: id, to: identity });
    builder.edge({ type: 'stores', from: scope.id, to: id });
  }
}

/** Of storage accounts: when a key was made. */
function createdAt({ properties }: AzureResource, key: string): string | undefined {
  const times = properties['keyCreationTime'];
  const at = isRecord(times) ? times[key] : undefined;
  return typeof at === 'string' ? at : undefined;
}
