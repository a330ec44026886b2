import type { LastUsed } from '@keyreach/core/graph';
import type { AzureInput } from '../bundle/azure-input.ts';
import { timestampOf } from './instants.ts';

/** Where a secret or certificate is. */
export type CredentialOrigin = 'application' | 'service-principal';

/**
 * When credentials were last used, as the report of sign-ins per credential and recorded sign-ins tell (azure.md 5). What they do
 * not name was perhaps used before reporting began: unknown, not never.
 */
export class CredentialLastUse {
  readonly #latest = new Map<string, string>();
  readonly #report: string | undefined;
  /** Applications in the report of last sign-ins by application; undefined where there is none. */
  readonly #applications: ReadonlySet<string> | undefined;

  constructor(input: AzureInput) {
    this.#report =
      input.credentialSignIns === undefined
        ? undefined
        : 'the report of last sign-ins by credential (appCredentialSignInActivities)';
    const applications = input.servicePrincipalSignIns?.items.flatMap(({ appId }) => appId?.toLowerCase() ?? []);
    this.#applications = applications === undefined ? undefined : new Set(applications);
    for (const { keyId, raw } of input.credentialSignIns?.items ?? []) {
      const activity = raw['signInActivity'];
      if (keyId === undefined || typeof activity !== 'object' || activity === null) continue;
      const at = (activity as { readonly lastSignInDateTime?: unknown }).lastSignInDateTime;
      if (typeof at === 'string') this.#note(`${keyId}|${originOf(raw['credentialOrigin'])}`, at);
    }
    for (const { rows } of input.recordedUse) {
      for (const { kind, credentialId, principalId, attachedResource, last } of rows) {
        if (kind !== 'sign-in' || last === undefined) continue;
        if (credentialId !== undefined) this.#note(credentialId, last);
        if (principalId !== undefined && attachedResource !== undefined) {
          this.#note(`${principalId}|${attachedResource}`, last);
        }
      }
    }
  }

  /** Of a secret, certificate or federated credential, by its key id or id. */
  of(key: string, origin?: CredentialOrigin): LastUsed {
    const found = this.#lastOf([key, `${key}|`, ...(origin === undefined ? [] : [`${key}|${origin}`])]);
    // The report has secrets and certificates only.
    const isSilent = found.state === 'unknown' && origin !== undefined && this.#report !== undefined;
    return isSilent ? { ...found, silent: this.#report } : found;
  }

  /** Of a service principal, where a report was read that does not name its application; undefined where nothing is to be said. */
  ofUnnamed(appId: string): { readonly state: 'unknown'; readonly silent: string } | undefined {
    if (this.#applications === undefined || this.#applications.has(appId.toLowerCase())) return undefined;
    return {
      state: 'unknown',
      silent: 'the report of last sign-ins by application (servicePrincipalSignInActivities)',
    };
  }

  /** Of the attachment of a managed identity to a resource. */
  ofAttachment(identityObjectId: string, resource: string): LastUsed {
    return this.#lastOf([`${identityObjectId}|${resource}`]);
  }

  #note(key: string, text: string): void {
    const at = timestampOf(text);
    const lower = key.toLowerCase();
    if (at !== undefined && at > (this.#latest.get(lower) ?? '')) this.#latest.set(lower, at);
  }

  #lastOf(keys: readonly string[]): LastUsed {
    const times = keys.flatMap((key) => this.#latest.get(key.toLowerCase()) ?? []).sort();
    const at = times.at(-1);
    return at === undefined ? { state: 'unknown' } : { state: 'used', at };
  }
}

function originOf(raw: unknown): string {
  if (raw === 'application') return 'application';
  return typeof raw === 'string' && raw.toLowerCase() === 'serviceprincipal' ? 'service-principal' : '';
}
