import type { Gap, GraphBuilder, Statement } from '@keyreach/core/graph';
import type { GcpAsset, GcpInput, GcpRole } from '../bundle/gcp-input.ts';
import { basicRoleStatements } from '../catalogue/known-permissions.ts';
import { GCP } from './gcp-ids.ts';
import type { NodeFacts } from './node-facts.ts';
import type { ProjectDirectory } from './project-directory.ts';
import { roleOfAsset } from './role-asset.ts';

/** Type of the assets, and of the nodes, that are custom roles. */
export const ROLE_TYPE = 'iam.googleapis.com/Role';

const BASIC_ROLES: ReadonlySet<string> = new Set([
  'roles/owner',
  'roles/editor',
  'roles/viewer',
  'roles/admin',
  'roles/writer',
  'roles/reader',
]);

/** Most roles that one gap names. */
const MOST_NAMED = 200;

/** A list of this name with permissions is what expands a role that the input lacks. */
const FIX = 'gcloud iam roles describe ROLE --format=json for each of them, as a list in roles.json';

/**
 * Roles as policies (gcp.md 1.6, docs/graph-gcp.md): those the input lists, and those that bindings name and it does not. A
 * deleted or disabled role grants nothing.
 */
export class RoleRegister {
  readonly #builder: GraphBuilder;
  readonly #directory: ProjectDirectory;
  readonly #added = new Set<string>();
  readonly #unlisted = new Set<string>();
  readonly #ids = new Map<string, string>();

  constructor(builder: GraphBuilder, directory: ProjectDirectory) {
    this.#builder = builder;
    this.#directory = directory;
  }

  /** Adds all roles of the input, custom ones with a node for whoever may change them. */
  addListed(input: GcpInput, nodes: NodeFacts): void {
    const listed = [...(input.roles?.items ?? [])].sort(byName);
    for (const role of listed) this.#addRole(role, nodes, undefined);
    const assets = (input.assets?.items ?? []).filter(({ assetType }) => assetType === ROLE_TYPE);
    for (const asset of [...assets].sort(byName)) {
      const role = roleOfAsset(asset);
      if (role !== undefined) this.#addRole(role, nodes, asset);
    }
  }

  /** The id of the policy of a role that something names; adds what is known of it where the input does not list it. */
  use(name: string): string {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.#idOf(name);
    this.#ids.set(name, id);
    if (!this.#added.has(id)) this.#addUnlisted(id);
    return id;
  }

  /** What could not be expanded, and what to run for it (docs/bundles-gcp.md). */
  gaps(): readonly Gap[] {
    const sorted = [...this.#unlisted].sort();
    const basic = sorted.filter((name) => BASIC_ROLES.has(name));
    const others = sorted.filter((name) => !BASIC_ROLES.has(name));
    const gaps: Gap[] = [];
    if (others.length > 0) {
      const why = `permissions of ${named(others)} are not in the input; what they grant is unknown`;
      gaps.push({ scope: 'roles', what: 'role permissions', why, fix: FIX, kind: 'not-collected' });
    }
    if (basic.length > 0) {
      const why = `permissions of ${named(basic)} are not in the input; those that techniques need are known, of others nothing is`;
      gaps.push({ scope: 'roles', what: 'role permissions', why, fix: FIX, kind: 'not-collected' });
    }
    return gaps;
  }

  #addRole(role: GcpRole, nodes: NodeFacts, asset: GcpAsset | undefined): void {
    const id = this.#idOf(role.name);
    this.#addNode(id, role, nodes, asset);
    if (this.#added.has(id)) return;
    this.#added.add(id);
    const grants = role.deleted !== true && role.stage !== 'DISABLED' && role.includedPermissions.length > 0;
    const include = [...new Set(role.includedPermissions)].sort();
    const statements: readonly Statement[] = grants
      ? [{ effect: 'allow', actions: { include, exclude: [] }, index: 0 }]
      : [];
    const document = this.#builder.document({ provider: GCP, statements });
    this.#builder.policy({ id, provider: GCP, name: role.title ?? id, type: typeOf(id), document });
  }

  /** Whoever may change a custom role changes what everybody has who was given it (gcp.md 3.B). */
  #addNode(id: string, role: GcpRole, nodes: NodeFacts, asset: GcpAsset | undefined): void {
    if (typeOf(id) !== 'custom') return;
    const node = this.#directory.canonicalId(`//iam.googleapis.com/${id}`);
    if (this.#builder.has(node)) return;
    const scope =
      (asset === undefined ? undefined : this.#directory.scopeOfAsset(asset)) ??
      this.#directory.known(this.#directory.scopeIdOf(id.slice(0, id.indexOf('/roles/'))));
    nodes.add({
      kind: 'resource',
      id: node,
      provider: GCP,
      type: ROLE_TYPE,
      name: role.title ?? id.slice(id.lastIndexOf('/') + 1),
      ...(scope === undefined ? {} : { scope }),
      attributes: {
        conditionAttributes: true,
        role: id,
        ...(role.stage === undefined ? {} : { stage: role.stage }),
        ...(role.deleted === true ? { deleted: true } : {}),
      },
    });
  }

  #addUnlisted(id: string): void {
    this.#added.add(id);
    this.#unlisted.add(id);
    const basic = basicRoleStatements(id);
    const document = this.#builder.document(
      basic === undefined
        ? { provider: GCP, statements: [], unreadable: 'the input does not list the role', mayDeny: false }
        : { provider: GCP, statements: basic },
    );
    this.#builder.policy({ id, provider: GCP, name: id, type: typeOf(id), document });
  }

  /** A custom role of a project has the project's id in its name; the number is taken too. */
  #idOf(name: string): string {
    const match = /^projects\/([^/]+)\/roles\/(.+)$/s.exec(name);
    if (match === null) return name;
    const [, project = '', role = ''] = match;
    return `projects/${this.#directory.projectIdOf(project) ?? project}/roles/${role}`;
  }
}

function typeOf(id: string): 'basic' | 'predefined' | 'custom' {
  if (BASIC_ROLES.has(id)) return 'basic';
  return id.startsWith('roles/') ? 'predefined' : 'custom';
}

function named(roles: readonly string[]): string {
  const shown = roles.slice(0, MOST_NAMED).map((role) => `\`${role.slice(0, 300)}\``);
  const more = roles.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more roles`;
}

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
}
