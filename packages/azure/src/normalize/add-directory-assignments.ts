import type { Json, NodeId } from '@keyreach/core/graph';
import type { EntraRoleAssignment, EntraRoleDefinition } from '../bundle/azure-input.ts';
import { activationPolicy, addUnknownRole } from './add-directory-roles.ts';
import { directoryRoleId, entraId, tenantId } from './azure-ids.ts';
import { activeDirectoryAssignments } from './directory-assignments.ts';
import { distinctRecords } from './distinct-records.ts';
import { holdsNow } from './instants.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { addUnreadGrants, DIRECTORY_ACTIONS } from './undecided-grant.ts';

const UNIT = '/administrativeunits/';

/** Where a directory role is given, and how far it carries there. */
interface Place {
  readonly node: NodeId;
  readonly body: Json;
}

/** Places directory roles: those that hold, activated ones told apart, and those that may be activated (azure.md 1.4, 1.6). */
export function addDirectoryAssignments(context: NormalizeContext): void {
  const { input, tenant, now } = context;
  const known = new Map<string, EntraRoleDefinition>();
  for (const role of distinctRecords(input.directoryRoleDefinitions?.items)) {
    if (role.templateId !== undefined) known.set(role.templateId.toLowerCase(), role);
  }
  for (const role of distinctRecords(input.directoryRoleDefinitions?.items)) known.set(role.id.toLowerCase(), role);
  const unknown = new Set<string>();
  const roleOf = (id: string): EntraRoleDefinition | undefined => {
    const role = known.get(id.toLowerCase());
    if (role === undefined) unknown.add(id.toLowerCase());
    return role;
  };
  const active = activeDirectoryAssignments(input, now);
  for (const { assignment, activated } of active.items) {
    const role = roleOf(assignment.roleDefinitionId);
    place(assignment, role, [], activated ? `activated: ${assignment.id}` : assignment.id, context);
  }
  for (const assignment of distinctRecords(input.directoryRoleEligibilities?.items)) {
    if (holdsNow(assignment, now) === false) continue;
    const role = roleOf(assignment.roleDefinitionId);
    const approval = role === undefined ? undefined : activationPolicy(role, context)?.approvalRequired;
    const body: Json = { eligible: approval === undefined ? {} : { approval } };
    place(assignment, role, [body], `eligible: ${assignment.id}`, context);
  }
  for (const role of [...unknown].sort()) addUnknownRole(role, context);
  if (active.complete) return;
  addUnreadGrants(
    tenantId(tenant),
    {
      id: `unread directory role assignments of ${tenantId(tenant)}`,
      name: 'directory role assignments',
      type: 'directory-role',
      actions: DIRECTORY_ACTIONS,
      why: 'not all assignments of directory roles are in the input',
    },
    context,
  );
}

function place(
  assignment: EntraRoleAssignment,
  role: EntraRoleDefinition | undefined,
  bodies: readonly Json[],
  name: string,
  context: NormalizeContext,
): void {
  const { builder, principals, tenant } = context;
  const { node, body } = placeOf(assignment, context);
  const unread = assignment.condition === undefined || assignment.condition === '' ? [] : [{ unknown: 'a condition' }];
  const all = [...bodies, body, ...unread];
  builder.attachment({
    policy: directoryRoleId(tenant, role?.id ?? assignment.roleDefinitionId),
    node,
    role: 'resource-grant',
    // Roles reach the direct members of a group only: groups that can hold them take no groups (azure.md 1.4).
    principals: {
      include: [{ match: 'member', id: principals.name(assignment.principalId), strength: 'sufficient', direct: true }],
      exclude: [],
    },
    condition: { language: 'azure', body: all.length === 1 ? body : { all } },
    name,
  });
}

function placeOf({ directoryScopeId, appScopeId }: EntraRoleAssignment, { tenant, builder }: NormalizeContext): Place {
  const scope = directoryScopeId?.toLowerCase();
  if (scope === undefined || scope === '') {
    const why = appScopeId === undefined ? 'the scope is not told' : 'the scope is one of an application';
    return { node: tenantId(tenant), body: { unknown: why } };
  }
  if (scope === '/') return { node: tenantId(tenant), body: { directory: '/' } };
  if (scope.startsWith(UNIT)) {
    return { node: tenantId(tenant), body: { directory: `/administrativeUnits/${scope.slice(UNIT.length)}` } };
  }
  const node = entraId(tenant, scope.slice(scope.lastIndexOf('/') + 1));
  // A restricted unit keeps out whoever is not given a role over it, on single objects too.
  if (builder.has(node)) return { node, body: { directory: '/' } };
  builder.gap({
    scope: node,
    what: 'scope of a directory role',
    why: 'a role is given on an object that the input does not list; what can be done there is left out',
    kind: 'not-collected',
  });
  return { node: tenantId(tenant), body: { unknown: 'the object it is given on is not in the input' } };
}
