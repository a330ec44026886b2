import { AZURE, entraId, tenantId } from './azure-ids.ts';
import type { DirectoryFacts } from './directory-facts.ts';
import { timestampOf } from './instants.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { securityAttributes } from './security-attributes.ts';
import { toldFacts } from './told-facts.ts';

/** Adds users; users of agents are machines that their agent acts as (azure.md 2). */
export function addUsers(
  { input, builder, tenant, principals, distinct }: NormalizeContext,
  facts: DirectoryFacts,
): void {
  for (const user of distinct.of(input.users)) {
    const agent = user.odataType?.toLowerCase() === 'agentuser' || user.identityParentId !== undefined;
    const id = entraId(tenant, user.id);
    const created = timestampOf(user.createdDateTime);
    builder.node({
      kind: 'identity',
      id,
      provider: AZURE,
      type: 'user',
      name: user.userPrincipalName ?? user.displayName ?? user.id,
      scope: tenantId(tenant),
      nature: agent ? 'machine' : 'human',
      ...(created === undefined ? {} : { created }),
      attributes: toldFacts({
        objectId: user.id.toLowerCase(),
        displayName: user.displayName,
        userPrincipalName: user.userPrincipalName?.toLowerCase(),
        guest: user.userType === undefined ? undefined : user.userType.toLowerCase() === 'guest',
        accountEnabled: user.accountEnabled,
        synced: user.onPremisesSyncEnabled,
        agentUser: agent ? true : undefined,
        passwordChanged: timestampOf(user.lastPasswordChangeDateTime),
        customSecurityAttributes: securityAttributes(user.customSecurityAttributes),
        ...facts.of(user.id, user.isManagementRestricted),
      }),
    });
    if (user.identityParentId === undefined) continue;
    builder.edge({ type: 'federates', from: principals.name(user.identityParentId, { type: 'agent' }), to: id });
  }
}
