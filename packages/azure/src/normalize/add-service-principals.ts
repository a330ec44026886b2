import type { EntraApplication, EntraServicePrincipal } from '../bundle/azure-input.ts';
import type { ApplicationDirectory } from './application-directory.ts';
import { locksLogin } from './application-lock.ts';
import { AZURE, entraId, tenantId } from './azure-ids.ts';
import type { DirectoryFacts } from './directory-facts.ts';
import { timestampOf } from './instants.ts';
import { managedResource } from './managed-resource.ts';
import { nodesOfOwners } from './nodes-of-owners.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { typeOfServicePrincipal } from './register-directory.ts';
import { securityAttributes } from './security-attributes.ts';
import { toldFacts } from './told-facts.ts';

/** Adds service principals, managed identities and agents, and the tenants that hold credentials of foreign ones (azure.md 2). */
export function addServicePrincipals(
  context: NormalizeContext,
  directory: ApplicationDirectory,
  facts: DirectoryFacts,
): void {
  const homes = new Set<string>();
  for (const one of directory.servicePrincipals) {
    addOne(one, context, directory, facts);
    const home = one.appOwnerOrganizationId?.toLowerCase();
    if (home === undefined || directory.isForeign(one) !== true || directory.isFirstParty(one)) continue;
    homes.add(home);
    // Nobody has tokens of one that is disabled here.
    if (one.accountEnabled === false) continue;
    context.builder.edge({ type: 'federates', from: externalTenantId(home), to: entraId(context.tenant, one.id) });
  }
  for (const home of homes) {
    context.builder.node({
      kind: 'identity',
      id: externalTenantId(home),
      provider: AZURE,
      type: 'external-tenant',
      name: home,
      external: true,
      attributes: { tenantId: home },
    });
  }
}

function externalTenantId(home: string): string {
  return `entra-tenant:${home}`;
}

function addOne(
  one: EntraServicePrincipal,
  context: NormalizeContext,
  directory: ApplicationDirectory,
  facts: DirectoryFacts,
): void {
  const type = typeOfServicePrincipal(one);
  const firstParty = directory.isFirstParty(one);
  const foreign = directory.isForeign(one);
  const created = timestampOf(one.createdDateTime);
  const managed = type === 'managed-identity' ? managedResource(one) : undefined;
  const own = foreign === false ? directory.application(one.appId) : undefined;
  context.builder.node({
    kind: 'identity',
    id: entraId(context.tenant, one.id),
    provider: AZURE,
    type: type === 'managed-identity' || type === 'agent' ? type : 'service-principal',
    name: one.displayName ?? one.appId,
    scope: tenantId(context.tenant),
    nature: 'machine',
    ...(firstParty ? { providerManaged: true } : {}),
    ...(created === undefined ? {} : { created }),
    attributes: toldFacts({
      objectId: one.id.toLowerCase(),
      appId: one.appId.toLowerCase(),
      appOwnerTenant: one.appOwnerOrganizationId?.toLowerCase(),
      accountEnabled: one.accountEnabled,
      foreign,
      firstParty: firstParty ? true : undefined,
      credentialsListed: listsCredentials(one, own, context),
      locked: firstParty ? true : locksLogin(own?.lock),
      ...nodesOfOwners(one.owners, context),
      ownerless: isOwnerless(one, own),
      verifiedPublisher: one.verifiedPublisher,
      assignment: managed?.assignment,
      resource: managed?.resource,
      blueprint: type === 'agent' ? one.agentIdentityBlueprintId?.toLowerCase() : undefined,
      blueprintPrincipal: one.odataType?.toLowerCase() === 'agentidentityblueprintprincipal' ? true : undefined,
      servicePrincipalType: one.servicePrincipalType,
      createdByAppId: one.createdByAppId?.toLowerCase(),
      lastUsed: type === 'service-principal' ? context.lastUse.ofUnnamed(one.appId) : undefined,
      customSecurityAttributes: securityAttributes(one.customSecurityAttributes),
      // Units hold users, groups and devices.
      ...withoutUnits(facts.of(one.id, false)),
    }),
  });
}

function withoutUnits(facts: ReturnType<DirectoryFacts['of']>): ReturnType<DirectoryFacts['of']> {
  const { administrativeUnits: _, ...rest } = facts;
  return rest;
}

/** Whether everything that it can sign in with was read: here, on its application, and who is trusted to sign in as it. */
function listsCredentials(
  one: EntraServicePrincipal,
  application: EntraApplication | undefined,
  { input }: NormalizeContext,
): true | undefined {
  const lists = [one.credentials, application?.credentials, input.federatedCredentials];
  return lists.every((list) => list?.complete === true) ? true : undefined;
}

/** Whether nobody owns it, nor its application; of a foreign one nobody sees who does at home. */
function isOwnerless(one: EntraServicePrincipal, application: EntraApplication | undefined): true | undefined {
  const lists = [one.owners, application?.owners];
  return lists.every((list) => list?.complete === true && list.items.length === 0) ? true : undefined;
}
