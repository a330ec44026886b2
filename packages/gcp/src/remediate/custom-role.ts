import { type ProposedRole, shellWord } from '@keyreach/core/analysis';
import type { GraphIndex, NodeId } from '@keyreach/core/graph';
import { stringify } from 'yaml';

/** Title, description and names of permissions of a custom role have this many bytes together (IAM quotas). */
const MOST_BYTES = 64 * 1024;

/** Where a custom role is made so that it can be bound on a node. */
export interface RoleParent {
  readonly kind: 'projects' | 'organizations';
  readonly id: string;
}

/** Roles of a project take no permissions on what lies above projects. */
const ABOVE_PROJECTS = /^resourcemanager\.(?:organizations|folders)\./;

/**
 * Where a role with some permissions is made for a binding on a node: in its project, or in the organization where the node
 * stands above projects or a permission does; undefined where the input does not tell which that is.
 */
export function roleParent(graph: GraphIndex, node: NodeId, permissions: readonly string[]): RoleParent | undefined {
  const own = graph.node(node);
  const scopes = [...(own?.kind === 'scope' ? [own] : []), ...graph.scopesOf(node)];
  const project = scopes.find(({ type }) => type === 'project');
  const organization = scopes.find(({ type }) => type === 'organization');
  if (project !== undefined && !permissions.some((permission) => ABOVE_PROJECTS.test(permission))) {
    const projectId = project.attributes?.['projectId'];
    return { kind: 'projects', id: typeof projectId === 'string' ? projectId : lastPart(project.id) };
  }
  return organization === undefined ? undefined : { kind: 'organizations', id: lastPart(organization.id) };
}

/** The custom role with these permissions, as `gcloud iam roles create` takes it; undefined where it is too large for one. */
export function customRole(
  parent: RoleParent,
  id: string,
  title: string,
  permissions: readonly string[],
): ProposedRole | undefined {
  const description = 'What is used of the roles it takes the place of.';
  const bytes = Buffer.byteLength(title + description) + permissions.reduce((sum, name) => sum + name.length, 0);
  if (bytes > MOST_BYTES) return undefined;
  const file = `${id}.yaml`;
  const flag = parent.kind === 'projects' ? 'project' : 'organization';
  return {
    name: `${parent.kind}/${parent.id}/roles/${id}`,
    permissions,
    text: stringify({ title, description, stage: 'GA', includedPermissions: permissions }),
    file,
    command: `gcloud iam roles create ${id} ${shellWord(`--${flag}=${parent.id}`)} --file=${file}`,
  };
}

/** An id of a role: letters, digits, `_` and `.`, 3 to 64 of them. */
export function roleId(name: string, number: number): string {
  const base = name
    .replace(/@.*$/, '')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .slice(0, 40);
  return `rightsized_${base}_${number}`;
}

function lastPart(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
