import { type ProposedRole, shellWord } from '@keyreach/core/analysis';
import type { GraphIndex, IdentityNode, NodeId } from '@keyreach/core/graph';
import { scopeText } from './assignment-commands.ts';
import { planeAndName } from './role-blocks.ts';

/** Most custom roles of a tenant (Azure subscription and service limits, Azure role-based access control). */
export const MOST_CUSTOM_ROLES = 5000;

/** Where a role is made so that it can be assigned on a node, or why there is no such place (Azure custom roles, limits). */
export function assignableScope(
  graph: GraphIndex,
  node: NodeId,
  permissions: readonly string[],
): { readonly scope: NodeId } | { readonly why: string } {
  const own = graph.node(node);
  const around = [...(own?.kind === 'scope' ? [own] : []), ...graph.scopesOf(node)];
  switch (own?.type) {
    case 'arm-root':
      return { why: 'custom roles cannot be assigned on the root' };
    case 'management-group':
      return permissions.some((name) => planeAndName(name).plane === 'data')
        ? { why: 'custom roles with data actions cannot be assigned on a management group' }
        : { scope: node };
    case 'subscription':
    case 'resource-group':
      return { scope: node };
    default: {
      // Roles are made for groups and subscriptions, not for single resources: a tenant has room for a number of them only.
      const scope = around.find(
        ({ type, attributes }) =>
          (type === 'resource-group' && attributes?.['synthetic'] !== true) || type === 'subscription',
      );
      return scope === undefined ? { why: 'which subscription it lies in is not in the input' } : { scope: scope.id };
    }
  }
}

/** The custom role with these actions, as `az role definition create` takes it: patterns and names of the graph, sorted. */
export function customRole(
  scope: NodeId,
  name: string,
  permissions: readonly string[],
  except: readonly string[],
): ProposedRole {
  const of = (plane: 'control' | 'data', names: readonly string[]): readonly string[] =>
    names.map(planeAndName).flatMap((one) => (one.plane === plane ? [one.action] : []));
  const definition = {
    Name: name,
    IsCustom: true,
    Description: 'What is used of the roles it takes the place of.',
    Actions: of('control', permissions),
    NotActions: of('control', except),
    DataActions: of('data', permissions),
    NotDataActions: of('data', except),
    AssignableScopes: [scopeText(scope) ?? scope],
  };
  const file = `${name.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase()}.json`;
  return {
    name,
    permissions,
    ...(except.length === 0 ? {} : { except }),
    text: `${JSON.stringify(definition, null, 2)}\n`,
    file,
    command: `az role definition create --role-definition ${shellWord(`@${file}`)}`,
  };
}

/** A name no other role has: names of custom roles are taken once in a tenant. Two principals may be called the same. */
export function roleName({ id, name }: IdentityNode, number: number): string {
  const shown = name
    .replace(/[^A-Za-z0-9._ -]+/g, '-')
    .trim()
    .slice(0, 60);
  const object = id
    .slice(id.lastIndexOf('/') + 1)
    .replace(/[^A-Za-z0-9-]+/g, '-')
    .slice(0, 8);
  return `Right-sized ${shown} ${object} ${number}`;
}
