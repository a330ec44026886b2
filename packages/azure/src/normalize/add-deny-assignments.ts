import type { Json, PrincipalMatcher } from '@keyreach/core/graph';
import type { AzureDenyAssignment, AzureDenyPrincipal } from '../bundle/azure-input.ts';
import { denyStatements } from '../catalogue/role-statements.ts';
import { conditionOf } from './add-role-assignments.ts';
import { armScope } from './arm-scope.ts';
import { AZURE } from './azure-ids.ts';
import { distinctRecords } from './distinct-records.ts';
import type { NormalizeContext } from './normalize-context.ts';

/** Id of the principal that stands for everybody. */
const EVERYBODY = '00000000-0000-0000-0000-000000000000';

/** Static keys are no principals: nobody asks Azure Resource Manager about what is done with them (azure.md 1.7). */
const KEYS: PrincipalMatcher = { match: 'types', types: ['shared-key'], strength: 'sufficient' };

/** Places deny assignments (azure.md 1.2): they win over whatever is granted, but for those they exclude. */
export function addDenyAssignments(context: NormalizeContext): void {
  for (const assignment of distinctRecords(context.input.denyAssignments?.items)) addOne(assignment, context);
}

function addOne(assignment: AzureDenyAssignment, context: NormalizeContext): void {
  const { builder, tenant } = context;
  const scope = armScope(assignment.scope, tenant);
  const id = assignment.id.toLowerCase();
  if (scope === undefined) {
    builder.gap({
      scope: id,
      what: 'scope of a deny assignment',
      why: `\`${assignment.scope.slice(0, 300)}\` is of no known form; what it denies is left out`,
      kind: 'bad-input',
    });
    return;
  }
  const document = builder.document({ provider: AZURE, statements: denyStatements(assignment.permissions) });
  builder.policy({
    id,
    provider: AZURE,
    name: assignment.denyAssignmentName ?? id.slice(id.lastIndexOf('/') + 1),
    type: 'deny-assignment',
    document,
    owner: scope.id,
  });
  const bodies: Json[] = [];
  if (assignment.doNotApplyToChildScopes) bodies.push({ exactly: scope.id });
  if (assignment.condition !== undefined && assignment.condition !== '') {
    const { condition, conditionVersion } = assignment;
    bodies.push(conditionVersion === undefined ? { abac: condition } : { abac: condition, version: conditionVersion });
  }
  const include = matchers(assignment.principals.items, context);
  const exclude = matchers(assignment.excludePrincipals.items, context);
  // Of lists that were not read whole anybody may be denied, or spared.
  const unread: PrincipalMatcher = {
    match: 'unresolved',
    text: 'principals that could not be read',
    dangling: false,
    strength: 'sufficient',
  };
  builder.attachment({
    policy: id,
    node: scope.id,
    role: 'resource-grant',
    principals: {
      include: assignment.principals.complete ? include : [...include, unread],
      exclude: [...exclude, ...(assignment.excludePrincipals.complete ? [] : [unread]), KEYS],
    },
    ...conditionOf(bodies),
    name: id,
  });
}

function matchers(principals: readonly AzureDenyPrincipal[], context: NormalizeContext): readonly PrincipalMatcher[] {
  return principals.map(({ id, type }): PrincipalMatcher => {
    if (id === EVERYBODY) return { match: 'anyone', strength: 'sufficient' };
    const isGroup = type?.toLowerCase() === 'group';
    return {
      match: 'member',
      id: context.principals.name(id, isGroup ? { type: 'group' } : {}),
      strength: 'sufficient',
    };
  });
}
