import type { Json, Statement } from '@keyreach/core/graph';
import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { GcpApiKey } from '../bundle/gcp-input.ts';
import { BOUND_KEY_ACTIONS } from '../catalogue/credential-limits.ts';
import { accountStop, statusOf } from './account-state.ts';
import { fieldText, fieldTexts, fieldValues } from './field-values.ts';
import { GCP, serviceAccountId } from './gcp-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';

/** Types of assets that are API keys; what the inventory tells of them the list of keys tells too. */
const API_KEY_TYPE = 'apikeys.googleapis.com/Key';

/** The API that takes keys as service accounts (gcp.md 2). */
const BOUND_SERVICE = 'aiplatform.googleapis.com';

/** What says who may use a key, beside the APIs it is for. */
const CLIENTS: readonly (readonly [field: string, name: string])[] = [
  ['browserKeyRestrictions', 'browser'],
  ['serverKeyRestrictions', 'server'],
  ['androidKeyRestrictions', 'android'],
  ['iosKeyRestrictions', 'ios'],
];

/**
 * Adds API keys (gcp.md 2). One that is bound to a service account acts as it, on the APIs that take bound keys and the key is
 * for; every other is no principal of anything.
 */
export function addApiKeys(context: NormalizeContext): void {
  for (const key of distinctKeys(context)) addKey(key, context);
}

/** E-mails of the accounts that keys are bound to; the accounts get nodes. */
export function nameApiKeyOwners(context: NormalizeContext): void {
  for (const { serviceAccountEmail } of distinctKeys(context)) {
    if (serviceAccountEmail !== undefined) context.members.serviceAccount(serviceAccountEmail);
  }
}

function distinctKeys({ input, directory }: NormalizeContext): readonly GcpApiKey[] {
  const assets = (input.assets?.items ?? []).flatMap(({ assetType, name, resource }): readonly GcpApiKey[] =>
    assetType === API_KEY_TYPE && resource !== undefined ? [keyOfData(name, resource.data)] : [],
  );
  const found = new Map<string, GcpApiKey>();
  for (const keys of [input.apiKeys?.items ?? [], assets]) {
    for (const key of [...keys].sort((left, right) => (left.name < right.name ? -1 : 1))) {
      const plain = key.name.startsWith('//') ? key.name : `//apikeys.googleapis.com/${key.name}`;
      const id = directory.canonicalId(plain);
      if (!found.has(id)) found.set(id, { ...key, name: id });
    }
  }
  return [...found.values()];
}

function keyOfData(name: string, data: RawRecord): GcpApiKey {
  const texts: Record<string, string> = {};
  for (const field of ['uid', 'displayName', 'createTime', 'updateTime', 'deleteTime', 'serviceAccountEmail']) {
    const text = fieldText(data, field);
    if (text !== undefined) texts[field] = text;
  }
  const { restrictions } = data;
  return { name, ...texts, ...(isRecord(restrictions) ? { restrictions } : {}) };
}

function addKey(key: GcpApiKey, context: NormalizeContext): void {
  const { builder, directory, nodes, now } = context;
  const { name: id, serviceAccountEmail: email } = key;
  const account = email === undefined ? undefined : serviceAccountId(email);
  const stop = account === undefined ? undefined : accountStop(account, context);
  const deleted = key.deleteTime !== undefined;
  const reason = deleted ? 'DELETED' : stop;
  const services = fieldTexts(key.restrictions, 'apiTargets[].service');
  const clients = CLIENTS.filter(([field]) => isRecord(key.restrictions?.[field])).map(([, name]) => name);
  const scope = directory.scopeOfAsset({ name: id, assetType: API_KEY_TYPE, ancestors: [] });
  const attributes: Record<string, Json> = {
    ...(account === undefined ? { unbound: true } : {}),
    ...(services.length === 0 ? { anyApi: true } : { apis: [...new Set(services)].sort() }),
    ...(clients.length === 0 ? {} : { clientRestrictions: clients }),
    ...(reason === undefined ? {} : { disableReason: reason }),
  };
  const uid = key.uid ?? id.slice(id.lastIndexOf('/') + 1);
  nodes.add({
    kind: 'credential',
    id,
    provider: GCP,
    type: 'api-key',
    name: key.displayName ?? uid,
    ...(scope === undefined ? {} : { scope }),
    status: statusOf(deleted || stop !== undefined, undefined, now),
    ...(key.createTime === undefined ? {} : { created: key.createTime }),
    lastUsed: { state: 'unknown' },
    publicId: uid,
    static: true,
    attributes,
  });
  if (account === undefined) return;
  builder.edge({ type: 'authenticates', from: id, to: account });
  const document = builder.document({ provider: GCP, statements: restrictionOf(key.restrictions) });
  const policy = `${id}/restrictions`;
  builder.policy({ id: policy, provider: GCP, name: 'API restrictions', type: 'restriction', document, owner: id });
  builder.attachment({ policy, node: id, role: 'identity-guard' });
}

/** What a bound key can do: all of the one API that takes it, unless it is for others; some methods of it are left undecided. */
function restrictionOf(restrictions: RawRecord | undefined): readonly Statement[] {
  const targets = fieldValues(restrictions, 'apiTargets[]').filter(isRecord);
  const own = targets.filter(({ service }) => service === BOUND_SERVICE);
  if (targets.length > 0 && own.length === 0) return [];
  const all = targets.length === 0 || own.some((target) => isUnlimited(target));
  const statement: Statement = { effect: 'allow', actions: { include: BOUND_KEY_ACTIONS, exclude: [] }, index: 0 };
  return [all ? statement : { ...statement, undecidable: 'the key is for some methods of the API only' }];
}

function isUnlimited(target: RawRecord): boolean {
  const methods = fieldTexts(target, 'methods[]');
  return methods.length === 0 || methods.includes('*');
}
