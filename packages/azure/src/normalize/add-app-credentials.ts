import type { CredentialNode } from '@keyreach/core/graph';
import type { EntraAppObject, EntraCredential } from '../bundle/azure-input.ts';
import type { ApplicationDirectory, ApplicationInstance } from './application-directory.ts';
import { AZURE, credentialId, entraId, tenantId } from './azure-ids.ts';
import type { CredentialOrigin } from './credential-last-use.ts';
import { holdsNow, timestampOf } from './instants.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { typeOfServicePrincipal } from './register-directory.ts';
import { toldFacts } from './told-facts.ts';

/** A place where secrets and certificates are listed, and what they log in as. */
interface CredentialOwner {
  readonly object: EntraAppObject;
  readonly origin: CredentialOrigin;
  readonly instances: readonly ApplicationInstance[];
  /** Why none of them works whatever its own state. */
  readonly stop?: string;
}

/**
 * Adds secrets and certificates, those on an application and those on its service principal apart: both log in as the service
 * principal (azure.md 2). What Microsoft keeps on managed identities nobody can steal, so it is left out.
 */
export function addAppCredentials(context: NormalizeContext, directory: ApplicationDirectory): void {
  for (const application of directory.applications) {
    const instances = directory.instancesOf(application.appId);
    const isOff = application.isDisabled === true;
    addOwned(
      {
        object: application,
        origin: 'application',
        instances: [...instances, ...directory.agentsOf(application.appId)],
        ...(isOff ? { stop: 'APPLICATION_DISABLED' } : stopOf(instances)),
      },
      context,
    );
  }
  for (const one of directory.servicePrincipals) {
    if (typeOfServicePrincipal(one) === 'managed-identity') continue;
    const { accountEnabled } = one;
    const instances = [
      {
        id: entraId(context.tenant, one.id),
        listed: true,
        ...(accountEnabled === undefined ? {} : { accountEnabled }),
      },
    ];
    const isOff = directory.isForeign(one) === false && directory.application(one.appId)?.isDisabled === true;
    const stop = isOff ? { stop: 'APPLICATION_DISABLED' } : stopOf(instances);
    addOwned({ object: one, origin: 'service-principal', instances, ...stop }, context);
  }
}

function stopOf(instances: readonly ApplicationInstance[]): { readonly stop?: string } {
  const isOff = instances.length > 0 && instances.every(({ accountEnabled }) => accountEnabled === false);
  return isOff ? { stop: 'SERVICE_PRINCIPAL_DISABLED' } : {};
}

function addOwned(owner: CredentialOwner, context: NormalizeContext): void {
  const { items, complete } = owner.object.credentials;
  const signing = items.filter((one) => one.kind === 'key' && one.usage?.toLowerCase() === 'sign');
  const signingIds = new Set(signing.map(({ keyId }) => keyId.toLowerCase()));
  const thumbprints = new Set(signing.flatMap(({ customKeyIdentifier }) => customKeyIdentifier ?? []));
  const seen = new Set<string>();
  for (const credential of [...items].sort(compareCredentials)) {
    const key = credential.keyId.toLowerCase();
    // The password of a signing certificate has its id, and is worth nothing without it.
    if (seen.has(key) || (credential.kind === 'password' && signingIds.has(key))) continue;
    seen.add(key);
    const isPair = credential.customKeyIdentifier !== undefined && thumbprints.has(credential.customKeyIdentifier);
    const saml = signingIds.has(key) ? 'sign' : credential.kind === 'key' && isPair ? 'verify' : undefined;
    addCredential(credential, saml, owner, context);
  }
  if (complete) return;
  context.builder.gap({
    scope: entraId(context.tenant, owner.object.id),
    what: 'client secrets and certificates',
    why: 'not all of them are in the input',
    fix: 'Application.Read.All for the collector',
    kind: 'not-collected',
  });
}

function compareCredentials(left: EntraCredential, right: EntraCredential): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}

function addCredential(
  credential: EntraCredential,
  saml: 'sign' | 'verify' | undefined,
  { object, origin, instances, stop }: CredentialOwner,
  { builder, tenant, now, lastUse }: NormalizeContext,
): void {
  const { keyId, kind, usage, displayName } = credential;
  const id = credentialId(tenant, object.id, keyId);
  const created = timestampOf(credential.startDateTime);
  const expires = timestampOf(credential.endDateTime);
  const { status, reason } = stateOf(credential, stop, now);
  builder.node({
    kind: 'credential',
    id,
    provider: AZURE,
    type: saml === undefined ? (kind === 'password' ? 'client-secret' : 'certificate') : 'saml-signing',
    name: displayName ?? keyId,
    scope: tenantId(tenant),
    status,
    ...(created === undefined ? {} : { created }),
    ...(expires === undefined ? {} : { expires }),
    lastUsed: lastUse.of(keyId, origin),
    publicId: keyId.toLowerCase(),
    static: true,
    attributes: toldFacts({
      origin,
      owner: entraId(tenant, object.id),
      usage,
      keyType: credential.type,
      thumbprint: kind === 'key' ? credential.customKeyIdentifier : undefined,
      signsInAs: saml === 'sign' ? 'nobody' : undefined,
      disableReason: reason,
    }),
  });
  builder.edge({ type: 'owned-by', from: id, to: entraId(tenant, object.id) });
  // What signs SAML tokens logs in as nobody; whether its other half does is not documented (azure.md 2).
  if (saml === 'sign') return;
  const perhaps = saml === 'verify' || (kind === 'key' && usage === undefined);
  for (const { id: to, listed } of instances) {
    builder.edge({ type: 'authenticates', from: id, to, ...(perhaps || !listed ? { certainty: 'unknown' } : {}) });
  }
}

function stateOf(
  { startDateTime, endDateTime }: EntraCredential,
  stop: string | undefined,
  now: string,
): { readonly status: CredentialNode['status']; readonly reason?: string } {
  if (stop !== undefined) return { status: 'disabled', reason: stop };
  if (endDateTime !== undefined && holdsNow({ endDateTime }, now) === false) return { status: 'expired' };
  if (startDateTime !== undefined && holdsNow({ startDateTime }, now) === false) {
    return { status: 'disabled', reason: 'NOT_YET_VALID' };
  }
  const known = holdsNow(
    {
      ...(startDateTime === undefined ? {} : { startDateTime }),
      ...(endDateTime === undefined ? {} : { endDateTime }),
    },
    now,
  );
  return { status: known === true ? 'active' : 'unknown' };
}
