import type { Timestamp } from '@keyreach/core/graph';
import { readTimestamp } from '@keyreach/core/input';
import type { GcpAsset, GcpServiceAccountKey } from '../bundle/gcp-input.ts';
import { keyOfAsset, SERVICE_ACCOUNT_KEY_TYPE } from '../bundle/service-account-keys.ts';
import type { NormalizeContext } from './normalize-context.ts';

/**
 * Times at which service accounts existed: no API tells when one was made. Keys are of the account itself, and go with it where it
 * is deleted; those that were uploaded may be older than it.
 */
export class KnownAccounts {
  readonly #keys = new Map<string, Timestamp>();

  constructor({ input, accounts }: Pick<NormalizeContext, 'input' | 'accounts'>) {
    const assets = (input.assets?.items ?? []).filter(({ assetType }) => assetType === SERVICE_ACCOUNT_KEY_TYPE);
    for (const key of [...(input.serviceAccountKeys?.items ?? []), ...assets.flatMap((one) => keyOfAsset(one) ?? [])])
      this.#add(key, accounts);
  }

  /** The earliest time that the account of this record is known to have existed at. */
  since(email: string, { updateTime }: GcpAsset): Timestamp | undefined {
    // Whatever was changed then: it was there.
    return earlier(readTimestamp(updateTime), this.#keys.get(email));
  }

  #add({ name, keyOrigin, validAfterTime }: GcpServiceAccountKey, accounts: NormalizeContext['accounts']): void {
    const email = accounts.read(name)?.email;
    const time = readTimestamp(validAfterTime);
    if (email === undefined || time === undefined || keyOrigin !== 'GOOGLE_PROVIDED') return;
    this.#keys.set(email, earlier(this.#keys.get(email), time) ?? time);
  }
}

function earlier(left: Timestamp | undefined, right: Timestamp | undefined): Timestamp | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left < right ? left : right;
}
