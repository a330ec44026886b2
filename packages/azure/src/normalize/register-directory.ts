import type { EntraReference, EntraServicePrincipal } from '../bundle/azure-input.ts';
import type { NormalizeContext } from './normalize-context.ts';
import type { PrincipalType } from './principal-register.ts';

/** Notes every principal that the directory lists, so that later steps know their types (docs/graph-azure.md). */
export function registerDirectory({ input, principals, distinct }: NormalizeContext): void {
  for (const { id } of distinct.of(input.users)) principals.list(id, 'user');
  for (const { id } of distinct.of(input.groups)) principals.list(id, 'group');
  for (const one of distinct.of(input.servicePrincipals)) {
    principals.list(one.id, typeOfServicePrincipal(one), one.appId);
  }
}

/** Type of the node of a service principal. */
export function typeOfServicePrincipal({ odataType, servicePrincipalType }: EntraServicePrincipal): PrincipalType {
  if (odataType?.toLowerCase() === 'agentidentity') return 'agent';
  return servicePrincipalType?.toLowerCase() === 'managedidentity' ? 'managed-identity' : 'service-principal';
}

/** Type that a reference to an object tells; undefined where it tells none, null for what is no principal (contacts). */
export function typeOfReference({ odataType }: EntraReference): PrincipalType | undefined | null {
  switch (odataType?.toLowerCase()) {
    case 'user':
    case 'agentuser':
      return 'user';
    case 'group':
      return 'group';
    case 'serviceprincipal':
    case 'agentidentityblueprintprincipal':
      return 'service-principal';
    case 'agentidentity':
      return 'agent';
    case 'device':
      return 'device';
    case 'orgcontact':
      return null;
    default:
      return undefined;
  }
}
