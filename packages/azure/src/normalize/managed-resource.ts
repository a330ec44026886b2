import type { EntraServicePrincipal } from '../bundle/azure-input.ts';

/** What a managed identity is of. */
export interface ManagedResource {
  /** Absent: not told. */
  readonly assignment?: 'system' | 'user';
  /** Id of the resource, or of the user-assigned identity, in lower case. */
  readonly resource?: string;
}

/** Of what a managed identity is, as its alternative names tell: `isExplicit=True`, and the id (azure.md 2). */
export function managedResource({ alternativeNames }: EntraServicePrincipal): ManagedResource {
  const names = alternativeNames.map((name) => name.toLowerCase());
  const resource = names.filter((name) => name.startsWith('/subscriptions/')).sort()[0];
  const isUser =
    names.includes('isexplicit=true') ||
    resource?.includes('/providers/microsoft.managedidentity/userassignedidentities/') === true;
  const isSystem = !isUser && names.includes('isexplicit=false');
  return {
    ...(isUser ? { assignment: 'user' as const } : isSystem ? { assignment: 'system' as const } : {}),
    ...(resource === undefined ? {} : { resource }),
  };
}
