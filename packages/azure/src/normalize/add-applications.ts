import { isRecord } from '@keyreach/core/input';
import type { EntraApplication } from '../bundle/azure-input.ts';
import type { ApplicationDirectory } from './application-directory.ts';
import { locksLogin } from './application-lock.ts';
import { AZURE, entraId, tenantId } from './azure-ids.ts';
import { timestampOf } from './instants.ts';
import { nodesOfOwners } from './nodes-of-owners.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { toldFacts } from './told-facts.ts';

/** Adds applications: resources that run as their service principals, and as the agents of a blueprint (azure.md 2). */
export function addApplications(context: NormalizeContext, directory: ApplicationDirectory): void {
  const { builder, tenant } = context;
  for (const application of directory.applications) {
    const id = entraId(tenant, application.id);
    const created = timestampOf(application.createdDateTime);
    const agents = directory.agentsOf(application.appId);
    const blueprint = application.odataType?.toLowerCase() === 'agentidentityblueprint' || agents.length > 0;
    builder.node({
      kind: 'resource',
      id,
      provider: AZURE,
      type: 'application',
      name: application.displayName ?? application.appId,
      scope: tenantId(tenant),
      ...(created === undefined ? {} : { created }),
      attributes: toldFacts({
        objectId: application.id.toLowerCase(),
        appId: application.appId.toLowerCase(),
        signInAudience: application.signInAudience,
        ...nodesOfOwners(application.owners, context),
        locked: locksLogin(application.lock),
        blueprint: blueprint ? true : undefined,
        isDisabled: application.isDisabled,
        verifiedPublisher: application.verifiedPublisher,
        redirectUris: application.redirectUris.length === 0 ? undefined : [...application.redirectUris].sort(),
        createdByAppId: application.createdByAppId?.toLowerCase(),
        requestedRoles: requestedRoles(application.requiredResourceAccess),
      }),
    });
    for (const { id: to, listed } of directory.instancesOf(application.appId)) {
      builder.edge({ type: 'runs-as', from: id, to, ...(listed ? {} : { certainty: 'unknown' }) });
    }
    for (const { id: to } of agents) builder.edge({ type: 'runs-as', from: id, to });
  }
}

/** App roles that it asks for, as `API/ROLE` by their ids. What it asks for is no grant: it is given at a consent. */
function requestedRoles(required: EntraApplication['requiredResourceAccess']): readonly string[] | undefined {
  const found = new Set<string>();
  for (const { resourceAppId, resourceAccess } of required) {
    if (typeof resourceAppId !== 'string' || !Array.isArray(resourceAccess)) continue;
    for (const one of resourceAccess) {
      if (!isRecord(one) || one['type'] !== 'Role' || typeof one['id'] !== 'string') continue;
      found.add(`${resourceAppId}/${one['id']}`.toLowerCase());
    }
  }
  return found.size === 0 ? undefined : [...found].sort();
}
