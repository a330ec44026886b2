import type { Statement } from '@keyreach/core/graph';
import type { EntraRoleDefinition, EntraRolePolicy } from '../bundle/azure-input.ts';
import { directoryStatements } from '../catalogue/directory-statements.ts';
import { hiddenRoleActions } from '../catalogue/hidden-role-actions.ts';
import { AZURE, directoryRoleId, tenantId } from './azure-ids.ts';
import { distinctRecords } from './distinct-records.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { toldFacts } from './told-facts.ts';
import { addUndecidedPolicy, DIRECTORY_ACTIONS } from './undecided-grant.ts';

/** Adds role definitions of the directory, each with the permissions of those it inherits from (azure.md 1.4). */
export function addDirectoryRoles(context: NormalizeContext): void {
  const { input, builder, tenant } = context;
  const roles = distinctRecords(input.directoryRoleDefinitions?.items);
  const byId = new Map<string, EntraRoleDefinition>();
  for (const role of roles) if (role.templateId !== undefined) byId.set(role.templateId.toLowerCase(), role);
  for (const role of roles) byId.set(role.id.toLowerCase(), role);
  for (const role of roles) {
    const id = directoryRoleId(tenant, role.id);
    const name = role.displayName ?? role.id;
    builder.policy({
      id,
      provider: AZURE,
      name,
      type: 'directory-role',
      document: builder.document({ provider: AZURE, statements: statementsOf(role, byId) }),
      owner: id,
    });
    const policy = activationPolicy(role, context);
    builder.node({
      kind: 'resource',
      id,
      provider: AZURE,
      type: 'directory-role',
      name,
      scope: tenantId(tenant),
      attributes: toldFacts({
        role: id,
        templateId: (role.templateId ?? role.id).toLowerCase(),
        builtIn: role.isBuiltIn,
        isEnabled: role.isEnabled,
        approvalRequired: policy?.approvalRequired,
        approvers: policy === undefined ? undefined : approverNodes(policy, context),
      }),
    });
  }
}

/** Permissions of a role and of all it inherits from, itself first; circles end. */
function statementsOf(role: EntraRoleDefinition, byId: ReadonlyMap<string, EntraRoleDefinition>): readonly Statement[] {
  const statements: Statement[] = [];
  const open: EntraRoleDefinition[] = [role];
  const seen = new Set<string>([role.id.toLowerCase()]);
  const missing = new Set<string>();
  for (let at = open.shift(); at !== undefined; at = open.shift()) {
    for (const statement of directoryStatements(at)) statements.push({ ...statement, index: statements.length });
    const hidden = hiddenRoleActions(at.templateId ?? at.id);
    if (hidden.length > 0) {
      statements.push({ effect: 'allow', actions: { include: hidden, exclude: [] }, index: statements.length });
    }
    if (!at.rolePermissions.complete) missing.add(`some permissions of \`${at.id.slice(0, 100)}\` could not be read`);
    for (const id of [...at.inheritsFrom].sort()) {
      const from = byId.get(id.toLowerCase());
      if (from === undefined) missing.add(`the role \`${id.slice(0, 100)}\` that it inherits from is not in the input`);
      else if (!seen.has(from.id.toLowerCase())) {
        seen.add(from.id.toLowerCase());
        open.push(from);
      }
    }
  }
  for (const why of [...missing].sort()) {
    statements.push({
      effect: 'allow',
      actions: { include: DIRECTORY_ACTIONS, exclude: [] },
      index: statements.length,
      undecidable: why,
    });
  }
  return statements;
}

/** What activation of a role in the whole tenant asks for. */
export function activationPolicy(
  { id, templateId }: EntraRoleDefinition,
  { input }: NormalizeContext,
): EntraRolePolicy | undefined {
  const ids = new Set([id.toLowerCase(), (templateId ?? id).toLowerCase()]);
  const found = (input.rolePolicies?.items ?? []).filter(
    ({ scopeType = 'DirectoryRole', scopeId = '/', roleDefinitionId }) =>
      scopeType.toLowerCase().startsWith('directory') &&
      scopeId === '/' &&
      roleDefinitionId !== undefined &&
      ids.has(roleDefinitionId.toLowerCase()),
  );
  return found.sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1))[0];
}

function approverNodes({ approvers }: EntraRolePolicy, { principals }: NormalizeContext): readonly string[] {
  return [...new Set(approvers.map((id) => principals.name(id)))].sort();
}

/** Adds the policy of a role that the input does not define: it may give any directory action. */
export function addUnknownRole(role: string, context: NormalizeContext): void {
  const id = directoryRoleId(context.tenant, role);
  const why = `the role definition \`${role.slice(0, 100)}\` is not in the input`;
  addUndecidedPolicy({ id, name: role, type: 'directory-role', actions: DIRECTORY_ACTIONS, why }, context);
  context.builder.gap({
    scope: tenantId(context.tenant),
    what: 'role definition',
    why: `${why}; what it grants is unknown`,
    fix: 'RoleManagement.Read.Directory for the collector, as graph/roleDefinitions.json',
    kind: 'not-collected',
  });
}
