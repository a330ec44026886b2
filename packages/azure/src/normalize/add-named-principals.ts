import { AZURE, tenantId } from './azure-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';
import type { PrincipalType } from './principal-register.ts';
import { toldFacts } from './told-facts.ts';

/**
 * Adds who is named and not listed: deleted, of another tenant, or of a file that the input lacks (azure.md 4.2). Of a group,
 * and of what may be one, nobody knows the members. Call once everybody is named.
 */
export function addNamedPrincipals({ builder, principals, tenant, input }: NormalizeContext): void {
  for (const [id, { type = 'unknown-principal', appId, resource, assignment, external }] of principals.unlisted) {
    const objectId = id.slice(id.indexOf('/') + 1);
    const mayBeGroup = type === 'group' || (type === 'unknown-principal' && input.groups?.complete !== true);
    builder.node({
      kind: 'identity',
      id,
      provider: AZURE,
      type,
      name: objectId,
      scope: tenantId(tenant),
      ...natureOf(type),
      ...(external === true ? { external: true } : {}),
      attributes: toldFacts({
        objectId,
        unlisted: true,
        membersUnread: mayBeGroup ? true : undefined,
        appId: appId?.toLowerCase(),
        resource,
        assignment,
      }),
    });
  }
}

function natureOf(type: PrincipalType): { readonly nature?: 'human' | 'machine' } {
  switch (type) {
    case 'user':
      return { nature: 'human' };
    case 'service-principal':
    case 'managed-identity':
    case 'agent':
      return { nature: 'machine' };
    default:
      return {};
  }
}
