import type { NodeId } from '@keyreach/core/graph';
import type { OrganizationInput } from '../bundle/organization-file.ts';

/** Roots and units of an organization by the short ids that the Organizations API uses. */
export class OrganizationTree {
  readonly #organizationId: string;
  readonly #roots: readonly NodeId[];
  readonly #entries = new Map<string, { readonly node: NodeId; readonly parent: string | undefined }>();

  constructor({ Id, roots, units }: OrganizationInput) {
    this.#organizationId = Id;
    this.#roots = roots.items.map(({ Arn }) => Arn);
    for (const { Id: id, Arn, ParentId } of units.items) this.#entries.set(id, { node: Arn, parent: ParentId });
    for (const { Id: id, Arn } of roots.items) this.#entries.set(id, { node: Arn, parent: undefined });
  }

  /** Node of a root or unit. */
  node(id: string | undefined): NodeId | undefined {
    return id === undefined ? undefined : this.#entries.get(id)?.node;
  }

  /** The root, where there is exactly one; AWS has no other case today. */
  onlyRoot(): NodeId | undefined {
    return this.#roots.length === 1 ? this.#roots[0] : undefined;
  }

  /**
   * Path of what lies directly below `id`: `o-x/r-x/ou-x/…/`, as `aws:PrincipalOrgPaths` has it (aws.md 1.12).
   * Undefined where a parent is missing or the chain runs in a circle.
   */
  path(id: string | undefined): string | undefined {
    const ids: string[] = [];
    let next = id;
    while (next !== undefined) {
      const entry = this.#entries.get(next);
      if (entry === undefined || ids.length > this.#entries.size) return undefined;
      ids.unshift(next);
      if (this.#roots.includes(entry.node)) return `${this.#organizationId}/${ids.join('/')}/`;
      next = entry.parent;
    }
    return undefined;
  }
}
