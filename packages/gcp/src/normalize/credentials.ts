import { addApiKeys, nameApiKeyOwners } from './api-keys.ts';
import { addHmacKeys, nameHmacOwners } from './hmac-keys.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { addServiceAccountKeys, nameKeyOwners } from './service-account-keys.ts';

/** Adds everything that can be held and copied: keys of service accounts, HMAC keys and API keys (gcp.md 2). */
export function addCredentials(context: NormalizeContext): void {
  addServiceAccountKeys(context);
  addHmacKeys(context);
  addApiKeys(context);
}

/** Notes the service accounts that credentials are of, so that each has a node. */
export function nameCredentialOwners(context: NormalizeContext): void {
  nameKeyOwners(context);
  nameHmacOwners(context);
  nameApiKeyOwners(context);
}
