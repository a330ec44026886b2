import { roleStatements } from '../catalogue/role-statements.ts';
import { armScope } from './arm-scope.ts';
import { AZURE, armRootId, roleDefinitionId } from './azure-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { toldFacts } from './told-facts.ts';

/** Adds roles of Azure: built-in and custom ones as policies, custom ones as nodes that may be changed too (azure.md 1.2, 3.1). */
export function addRoleDefinitions({ input, builder, tenant }: NormalizeContext): ReadonlySet<string> {
  const known = new Map<string, string>();
  const sorted = [...(input.roleDefinitions?.items ?? [])]
    .map((role) => ({ id: roleDefinitionId(role.id), role }))
    .sort((left, right) =>
      left.id !== right.id
        ? left.id < right.id
          ? -1
          : 1
        : JSON.stringify(left.role) < JSON.stringify(right.role)
          ? -1
          : 1,
    );
  for (const { id, role } of sorted) {
    if (known.has(id)) continue;
    const name = role.roleName ?? id.slice(id.lastIndexOf('/') + 1);
    known.set(id, name);
    const document = builder.document({ provider: AZURE, statements: roleStatements(role.permissions) });
    builder.policy({ id, provider: AZURE, name, type: 'role-definition', document });
    if (role.roleType?.toLowerCase() === 'builtinrole') continue;
    const scopes = role.assignableScopes.flatMap((text) => armScope(text, tenant)?.id ?? []).sort();
    builder.node({
      kind: 'resource',
      id,
      provider: AZURE,
      type: 'microsoft.authorization/roledefinitions',
      name,
      scope: scopes[0] ?? armRootId(tenant),
      attributes: toldFacts({ role: id, assignableScopes: scopes, roleType: role.roleType }),
    });
  }
  return new Set(known.keys());
}
