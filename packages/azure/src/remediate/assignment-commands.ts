import { shellWord } from '@keyreach/core/analysis';
import type { IdentityNode, NodeId } from '@keyreach/core/graph';

/** An Azure role assignment to add. */
export interface AssignmentPlace {
  readonly node: NodeId;
  /** Object id of the principal. */
  readonly principal: string;
  readonly principalType: 'User' | 'ServicePrincipal';
  readonly condition?: AssignmentCondition;
}

/** Condition of a role assignment. */
export interface AssignmentCondition {
  readonly text: string;
  readonly version?: string;
}

const GRAPH = 'https://graph.microsoft.com/v1.0';

/** Ids that may stand in a command, which could take others for an option. */
const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,199}$/;

/** Ids that may stand in an address. */
const PART = /^[A-Za-z0-9_-]{1,200}$/;

const ASSIGNMENT = /\/providers\/Microsoft\.Authorization\/roleAssignments\/[^/?#]{1,200}$/i;

/** The command that assigns a role, by its name or the last part of its id; undefined where an id has no known form. */
export function createAssignmentCommand(place: AssignmentPlace, role: string): string | undefined {
  const scope = scopeText(place.node);
  if (!ID.test(place.principal) || scope === undefined) return undefined;
  const { condition } = place;
  const words = [
    `--assignee-object-id=${place.principal}`,
    `--assignee-principal-type=${place.principalType}`,
    `--role=${role}`,
    `--scope=${scope}`,
    ...(condition === undefined
      ? []
      : [`--condition=${condition.text}`, `--condition-version=${condition.version ?? '2.0'}`]),
  ];
  return `az role assignment create ${words.map(shellWord).join(' ')}`;
}

/** The command that removes a role assignment; undefined for an id that has no known form. */
export function deleteAssignmentCommand(id: string): string | undefined {
  if (!id.startsWith('/') || id.length > 2000 || !ASSIGNMENT.test(id)) return undefined;
  return `az role assignment delete --ids ${shellWord(id)}`;
}

/** The command that removes an assignment of a directory role; undefined for an id that has no known form. */
export function deleteDirectoryAssignmentCommand(id: string): string | undefined {
  return PART.test(id) ? deleteRequest(`${GRAPH}/roleManagement/directory/roleAssignments/${id}`) : undefined;
}

/** The command that takes an application permission from its holder; undefined where an id has no known form. */
export function deleteAppRoleCommand(holder: IdentityNode, principal: string, id: string): string | undefined {
  if (!PART.test(principal) || !PART.test(id)) return undefined;
  const kind = holder.type === 'user' ? 'users' : 'servicePrincipals';
  return deleteRequest(`${GRAPH}/${kind}/${principal}/appRoleAssignments/${id}`);
}

/** The command by which an application no longer asks for an application permission; undefined where an id has no known form. */
export function deleteRequestedRoleCommand(application: string, api: string, role: string): string | undefined {
  if (![application, api, role].every((id) => ID.test(id))) return undefined;
  return `az ad app permission delete --id ${application} --api ${api} --api-permissions ${role}`;
}

const VAULT =
  /^\/subscriptions\/([^/]{1,100})\/resourcegroups\/[^/]{1,100}\/providers\/microsoft\.keyvault\/vaults\/([^/]{1,100})$/i;

/** The command that removes the access policy of a principal on a vault; undefined where an id has no known form. */
export function deleteVaultPolicyCommand(vault: NodeId, principal: string): string | undefined {
  const [, subscription = '', name = ''] = vault.length > 1000 ? [] : (VAULT.exec(vault) ?? []);
  if (![subscription, name, principal].every((id) => ID.test(id))) return undefined;
  return `az keyvault delete-policy --name ${name} --object-id ${principal} --subscription ${subscription}`;
}

function deleteRequest(url: string): string {
  return `az rest --method DELETE --url ${url}`;
}

const GROUPS = '/providers/microsoft.management/managementgroups/';
const RESOURCE_GROUPS = /^(\/subscriptions\/[^/]{1,100})\/resourcegroups\//;

/**
 * A scope as Azure spells it: ids of the graph are in lower case, and the root has an id of its own there. Undefined for what is no scope
 * of Azure Resource Manager.
 *
 * @example
 * scopeText('/subscriptions/s/resourcegroups/g'); // '/subscriptions/s/resourceGroups/g'
 */
export function scopeText(node: NodeId): string | undefined {
  if (node.startsWith('azure:')) return '/';
  if (!node.startsWith('/') || node.length > 2000) return undefined;
  return node.startsWith(GROUPS)
    ? `/providers/Microsoft.Management/managementGroups/${node.slice(GROUPS.length)}`
    : node.replace(RESOURCE_GROUPS, '$1/resourceGroups/');
}
