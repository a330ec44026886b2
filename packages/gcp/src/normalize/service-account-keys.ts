import type { Json } from '@keyreach/core/graph';
import type { GcpServiceAccountKey } from '../bundle/gcp-input.ts';
import { keyOfAsset, SERVICE_ACCOUNT_KEY_TYPE } from '../bundle/service-account-keys.ts';
import { accountStop, scopeOfIdentity, statusOf } from './account-state.ts';
import { GCP, serviceAccountKeyId } from './gcp-ids.ts';
import { KeyLastUse } from './key-last-use.ts';
import type { NormalizeContext } from './normalize-context.ts';

/** From this year on an expiry means none (gcp.md 2). */
const NEVER = '9999';

const REASON = 'SERVICE_ACCOUNT_KEY_DISABLE_REASON_';
const STATUS = 'SERVICE_ACCOUNT_KEY_EXTENDED_STATUS_KEY_';
const LEAKS: ReadonlySet<string> = new Set(['EXPOSED', 'COMPROMISE_DETECTED']);

/** A key and the account it is of, from a list or from an asset. */
interface FoundKey {
  readonly email: string;
  readonly keyId: string;
  readonly key: GcpServiceAccountKey;
}

/**
 * Adds keys of service accounts that people made or uploaded; those that Google keeps to itself nobody can steal, so they are
 * left out (gcp.md 2).
 */
export function addServiceAccountKeys(context: NormalizeContext): void {
  const lastUse = new KeyLastUse(context.input);
  for (const { email, keyId, key } of distinctKeys(context)) {
    // Google names the type of every key; where it is missing the origin tells.
    if (key.keyType === 'SYSTEM_MANAGED') continue;
    addKey(email, keyId, key, lastUse, context);
  }
}

/** E-mails of the accounts that keys are of; the accounts get nodes. */
export function nameKeyOwners(context: NormalizeContext): void {
  for (const { email } of distinctKeys(context)) context.members.serviceAccount(email);
}

function distinctKeys({ input, accounts }: NormalizeContext): readonly FoundKey[] {
  const listed = input.serviceAccountKeys?.items ?? [];
  const assets = (input.assets?.items ?? [])
    .filter(({ assetType }) => assetType === SERVICE_ACCOUNT_KEY_TYPE)
    .flatMap((asset) => keyOfAsset(asset) ?? []);
  const found = new Map<string, FoundKey>();
  // What the API of keys says counts before what the inventory says.
  for (const keys of [listed, assets]) {
    for (const key of [...keys].sort((left, right) => (left.name < right.name ? -1 : 1))) {
      const account = accounts.read(key.name);
      const keyId = account?.rest.startsWith('keys/') === true ? account.rest.slice('keys/'.length) : '';
      if (account === undefined || keyId === '' || keyId.includes('/')) continue;
      const id = `${account.email} ${keyId}`;
      if (!found.has(id)) found.set(id, { email: account.email, keyId, key });
    }
  }
  return [...found.values()];
}

function addKey(
  email: string,
  keyId: string,
  key: GcpServiceAccountKey,
  lastUse: KeyLastUse,
  context: NormalizeContext,
): void {
  const { builder, members, nodes, now } = context;
  const account = members.serviceAccount(email);
  const stop = accountStop(account, context);
  const expires = key.validBeforeTime?.startsWith(NEVER) === true ? undefined : key.validBeforeTime;
  const own =
    key.disableReason?.startsWith(REASON) === true ? key.disableReason.slice(REASON.length) : key.disableReason;
  const reason = key.disabled === true ? own : stop;
  const attributes: Record<string, Json> = {};
  if (key.keyOrigin !== undefined) attributes['keyOrigin'] = key.keyOrigin;
  // The date of one that was uploaded is that of its certificate, which may be older than the account.
  if (key.keyOrigin !== 'GOOGLE_PROVIDED') attributes['perhapsOlder'] = true;
  if (key.keyAlgorithm !== undefined) attributes['keyAlgorithm'] = key.keyAlgorithm;
  if (reason !== undefined) attributes['disableReason'] = reason;
  if (isLeaked(key, own)) attributes['exposed'] = true;
  const id = serviceAccountKeyId(email, keyId);
  nodes.add({
    kind: 'credential',
    id,
    provider: GCP,
    type: 'service-account-key',
    name: keyId,
    ...scopeOfIdentity(account, context),
    status: statusOf(key.disabled === true || stop !== undefined, expires, now),
    ...(expires === undefined ? {} : { expires }),
    ...(key.validAfterTime === undefined ? {} : { created: key.validAfterTime }),
    lastUsed: lastUse.of(keyId, key.validAfterTime),
    publicId: keyId,
    ...(key.keyType === 'USER_MANAGED' || key.keyOrigin === 'USER_PROVIDED' ? { static: true } : {}),
    attributes,
  });
  builder.edge({ type: 'authenticates', from: id, to: account });
}

/** The mark stays where a key is enabled again. */
function isLeaked({ extendedStatus }: GcpServiceAccountKey, reason: string | undefined): boolean {
  if (reason !== undefined && LEAKS.has(reason)) return true;
  return extendedStatus.some(({ key }) => key.startsWith(STATUS) && LEAKS.has(key.slice(STATUS.length)));
}
