import type { AzureMethod } from './azure-call.ts';
import { METHODS } from './methods.ts';
import type { AzureCollectPart } from './part.ts';
import { AZURE_COLLECT_PARTS } from './parts/index.ts';

/** What the caller of a collection needs. */
export interface AzureRequiredPermissions {
  /** Actions of Resource Manager, on the root management group, those of queries on the workspace; sorted. */
  readonly actions: readonly string[];
  /** Application permissions of Microsoft Graph; sorted. */
  readonly applicationPermissions: readonly string[];
}

/** The permissions with which a collection reads everything: those of its calls, and no more. */
export function azureRequiredPermissions(
  parts: readonly AzureCollectPart[] = AZURE_COLLECT_PARTS,
): AzureRequiredPermissions {
  const tree: readonly AzureMethod[] = [METHODS.organization, METHODS.subscriptions, METHODS.managementGroups];
  const methods = [...tree, ...parts.flatMap((part) => part.methods)];
  const of = (...wanted: readonly AzureMethod['audience'][]): readonly string[] =>
    methods.flatMap(({ audience, permission }) =>
      wanted.includes(audience) && permission !== undefined ? [permission] : [],
    );
  const unique = (all: readonly string[]): readonly string[] => [...new Set(all)].sort();
  return {
    // Queries of a workspace are allowed by roles of Resource Manager.
    actions: unique([...of('arm', 'logs'), ...parts.flatMap(({ actions = [] }) => actions)]),
    applicationPermissions: unique(of('graph')),
  };
}

/** The same as one JSON object. */
export function azurePermissionsJson(needed: AzureRequiredPermissions): string {
  return `${JSON.stringify(needed, null, 2)}\n`;
}

/** A custom role as `az role definition create --role-definition FILE` takes it; the scope is to be filled in. */
export function azurePermissionsRole({ actions }: AzureRequiredPermissions): string {
  const role = {
    Name: 'Keyreach audit',
    Description: 'Reads what keyreach collect azure reads, and nothing else.',
    Actions: actions,
    NotActions: [],
    DataActions: [],
    NotDataActions: [],
    AssignableScopes: ['/providers/Microsoft.Management/managementGroups/ROOT_GROUP'],
  };
  return `${JSON.stringify(role, null, 2)}\n`;
}
