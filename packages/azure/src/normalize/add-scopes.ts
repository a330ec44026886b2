import type { NodeId } from '@keyreach/core/graph';
import { roleStatements } from '../catalogue/role-statements.ts';
import { AZURE, armRootId, tenantId } from './azure-ids.ts';
import { type ManagementTree, managementTree } from './management-tree.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { toldFacts } from './told-facts.ts';
import { ANY_PRINCIPAL } from './undecided-grant.ts';

const GROUP_TYPES: ReadonlySet<string> = new Set([
  'microsoft.resources/resourcegroups',
  'microsoft.resources/subscriptions/resourcegroups',
]);

/** Whether a type of resource is that of resource groups, which are scopes. */
export function isResourceGroup(type: string): boolean {
  return GROUP_TYPES.has(type.toLowerCase());
}

/** Adds the scopes of Azure Resource Manager: the root, management groups, subscriptions and resource groups (azure.md 1.2). */
export function addScopes(context: NormalizeContext): void {
  const { input, tenant } = context;
  const tree = managementTree(input, tenant);
  const { named } = context;
  addRoot(context);
  addGroups(tree, named, context);
  addSubscriptions(tree, named, context);
  addUnread(tree, context);
}

function addRoot({ input, builder, tenant }: NormalizeContext): void {
  builder.node({
    kind: 'scope',
    id: armRootId(tenant),
    provider: AZURE,
    type: 'arm-root',
    name: '/',
    scope: tenantId(tenant),
    attributes: toldFacts({
      denyUnread: input.denyAssignments?.complete === true ? undefined : true,
      rolesListed: input.roleDefinitions?.complete === true ? true : undefined,
    }),
  });
}

function addGroups(
  tree: ManagementTree,
  named: NormalizeContext['named'],
  { input, builder, tenant, scopes }: NormalizeContext,
): void {
  const names = new Map<NodeId, string>();
  for (const { id, name, displayName } of input.managementGroups?.items ?? []) {
    const scope = scopes.of(id);
    const text = displayName ?? name;
    if (scope !== undefined && text < (names.get(scope.id) ?? '\uffff')) names.set(scope.id, text);
  }
  const all = new Set(tree.groups);
  for (const [id, { kind }] of named) if (kind === 'management-group') all.add(id);
  for (const id of [...all].sort()) {
    builder.node({
      kind: 'scope',
      id,
      provider: AZURE,
      type: 'management-group',
      name: names.get(id) ?? id.slice(id.lastIndexOf('/') + 1),
      scope: tree.parents.get(id) ?? (tree.root !== undefined && tree.root !== id ? tree.root : armRootId(tenant)),
    });
  }
  for (const id of tree.circles) {
    builder.gap({
      scope: id,
      what: 'parent of a management group',
      why: 'its parents come back to itself; it is taken to lie below the root',
      kind: 'bad-input',
    });
  }
}

function addSubscriptions(
  tree: ManagementTree,
  named: NormalizeContext['named'],
  { input, builder, tenant, scopes }: NormalizeContext,
): void {
  const listed = new Map(
    [...(input.subscriptions?.items ?? [])]
      .sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1))
      .reverse()
      .map((one) => [`/subscriptions/${one.subscriptionId.toLowerCase()}`, one]),
  );
  const groups = new Map<NodeId, NodeId[]>();
  const all = new Set(listed.keys());
  for (const id of tree.parents.keys()) if (id.startsWith('/subscriptions/')) all.add(id);
  for (const [id, { kind, subscription }] of named) {
    if (subscription === undefined) continue;
    const own = `/subscriptions/${subscription}`;
    all.add(own);
    const group = kind === 'resource-group' ? id : groupAround(named.get(id)?.around);
    if (group === undefined) continue;
    const list = groups.get(own) ?? [];
    if (list.at(-1) !== group) list.push(group);
    groups.set(own, list);
  }
  const isListed = input.resources?.complete === true;
  const facts = new Map(
    (input.resources?.items ?? [])
      .filter(({ type }) => isResourceGroup(type))
      .map((one) => [scopes.of(one.id)?.id, one]),
  );
  for (const id of [...all].sort()) {
    const one = listed.get(id);
    const parent = tree.parents.get(id);
    builder.node({
      kind: 'scope',
      id,
      provider: AZURE,
      type: 'subscription',
      name: one?.displayName ?? id.slice(id.lastIndexOf('/') + 1),
      scope: parent ?? tree.root ?? armRootId(tenant),
      attributes: toldFacts({
        subscriptionId: id.slice(id.lastIndexOf('/') + 1),
        state: one?.state,
        tenantId: one?.tenantId?.toLowerCase(),
        managedByTenants: one === undefined ? undefined : [...one.managedByTenants].sort(),
        unlisted: one === undefined ? true : undefined,
        groupsUnread: parent === undefined ? true : undefined,
        resourcesUnlisted: isListed ? undefined : true,
      }),
    });
    const own = [...new Set(groups.get(id) ?? [])].sort();
    for (const group of own) {
      const told = facts.get(group);
      builder.node({
        kind: 'scope',
        id: group,
        provider: AZURE,
        type: 'resource-group',
        name: told?.name ?? group.slice(group.lastIndexOf('/') + 1),
        scope: id,
        ...(told?.tags === undefined ? {} : { tags: told.tags }),
        attributes: toldFacts({ location: told?.location?.toLowerCase(), managedBy: told?.managedBy?.toLowerCase() }),
      });
    }
    // Who may create in the subscription may create a group there; what nobody listed lies in some group.
    if (own.length > 0 && isListed) continue;
    builder.node({
      kind: 'scope',
      id: `${id}/resourcegroups/(none)`,
      provider: AZURE,
      type: 'resource-group',
      name: '(none)',
      scope: id,
      attributes: { synthetic: true },
    });
  }
}

function groupAround(around: NodeId | undefined): NodeId | undefined {
  return around?.includes('/resourcegroups/') === true ? around : undefined;
}

/** What nobody read may grant anything: nobody is then said to be unable to. */
function addUnread(tree: ManagementTree, { input, builder, tenant }: NormalizeContext): void {
  const root = armRootId(tenant);
  const missing: string[] = [];
  if (input.roleAssignments?.complete !== true) missing.push('role assignments');
  const hasTree = input.managementGroups?.complete === true || tree.root !== undefined;
  if (!hasTree) missing.push('management groups');
  if (missing.length === 0) return;
  const id = `unread role assignments of ${root}`;
  const document = builder.document({
    provider: AZURE,
    statements: roleStatements({ items: [], complete: false }),
  });
  builder.policy({ id, provider: AZURE, name: `unread ${missing.join(' and ')}`, type: 'role-definition', document });
  builder.attachment({ policy: id, node: root, role: 'resource-grant', principals: ANY_PRINCIPAL });
  builder.gap({
    scope: root,
    what: missing.join(' and '),
    why: 'not all of them are in the input; what is granted by others is unknown',
    fix: 'collect with a reader role on the root management group',
    kind: 'not-collected',
  });
}
