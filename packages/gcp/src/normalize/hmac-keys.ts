import type { Statement } from '@keyreach/core/graph';
import type { GcpHmacKey } from '../bundle/gcp-input.ts';
import { STORAGE_KEY_ACTIONS } from '../catalogue/credential-limits.ts';
import { accountStop, scopeOfIdentity, statusOf } from './account-state.ts';
import { GCP, serviceAccountId } from './gcp-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';

/** Id of the restriction of all HMAC keys. */
const RESTRICTION = 'HMAC keys';

/** They sign requests of Cloud Storage and of nothing else (gcp.md 2). */
const STORAGE_ONLY: readonly Statement[] = [
  { effect: 'allow', actions: { include: STORAGE_KEY_ACTIONS, exclude: [] }, index: 0 },
];

/** Adds HMAC keys of service accounts. Deleted ones are gone for good. */
export function addHmacKeys(context: NormalizeContext): void {
  const { input, builder } = context;
  const keys = (input.hmacKeys?.items ?? []).filter(
    ({ state, serviceAccountEmail }) => state !== 'DELETED' && serviceAccountEmail !== undefined,
  );
  if (keys.length === 0) return;
  const document = builder.document({ provider: GCP, statements: STORAGE_ONLY });
  builder.policy({ id: RESTRICTION, provider: GCP, name: 'Cloud Storage only', type: 'restriction', document });
  const seen = new Set<string>();
  for (const key of [...keys].sort((left, right) => (left.accessId < right.accessId ? -1 : 1))) {
    if (!seen.has(key.accessId)) addKey(key, key.serviceAccountEmail ?? '', context);
    seen.add(key.accessId);
  }
}

/** E-mails of the accounts that keys are of; the accounts get nodes. */
export function nameHmacOwners({ input, members }: NormalizeContext): void {
  for (const { serviceAccountEmail } of input.hmacKeys?.items ?? []) {
    if (serviceAccountEmail !== undefined) members.serviceAccount(serviceAccountEmail);
  }
}

/** Id of an HMAC key. */
export function hmacKeyId(accessId: string): string {
  return `//storage.googleapis.com/hmacKeys/${accessId}`;
}

function addKey(key: GcpHmacKey, email: string, context: NormalizeContext): void {
  const { builder, nodes, now } = context;
  const account = serviceAccountId(email);
  const stop = accountStop(account, context);
  const inactive = key.state === 'INACTIVE';
  const reason = inactive ? 'INACTIVE' : stop;
  const id = hmacKeyId(key.accessId);
  nodes.add({
    kind: 'credential',
    id,
    provider: GCP,
    type: 'hmac-key',
    name: key.accessId,
    ...scopeOfIdentity(account, context),
    status:
      key.state === undefined && stop === undefined
        ? 'unknown'
        : statusOf(inactive || stop !== undefined, undefined, now),
    ...(key.timeCreated === undefined ? {} : { created: key.timeCreated }),
    lastUsed: { state: 'unknown' },
    publicId: key.accessId,
    static: true,
    attributes: {
      ...(key.projectId === undefined ? {} : { projectId: key.projectId }),
      ...(reason === undefined ? {} : { disableReason: reason }),
    },
  });
  builder.edge({ type: 'authenticates', from: id, to: account });
  builder.attachment({ policy: RESTRICTION, node: id, role: 'identity-guard' });
}
