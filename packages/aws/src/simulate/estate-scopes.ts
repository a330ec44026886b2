import type { GraphBuilder, Json, NodeId } from '@keyreach/core/graph';
import { AWS, accountScopeId } from '../normalize/aws-ids.ts';
import type { OrganizationFacts } from './simulated-request.ts';

/** The accounts of a simulation, each below as many scopes as there are levels of guard policies, and a VPC endpoint. */
export class EstateScopes {
  readonly #graph: GraphBuilder;
  readonly #depth: number;

  /** `levels`: on how many levels guard policies stand, the account's own among them. */
  constructor(graph: GraphBuilder, levels: number) {
    this.#graph = graph;
    this.#depth = Math.max(levels, 1);
  }

  /** The scope of an account; added with the scopes around it when it is first asked for. */
  account(id: string, partition: string, organization: OrganizationFacts | null | undefined): NodeId {
    const scope = accountScopeId(id, partition);
    if (!this.#graph.has(scope)) {
      const management = organization?.managementAccount;
      this.#addAccount(scope, id, true, {
        accountId: id,
        partition,
        ...(management === undefined ? {} : { managementAccount: management === id }),
        ...organizationFacts(organization),
      });
    }
    return scope;
  }

  /** The scope of an account that nothing names: the resource of a caller that is in no account itself. */
  unknownAccount(organization: OrganizationFacts | null | undefined): NodeId {
    const scope = 'account:unknown';
    this.#addAccount(scope, 'unknown', false, organizationFacts(organization));
    return scope;
  }

  /** The scope of a request without a resource: it stands in no account, only the endpoint caps it. */
  noAccount(): NodeId {
    const scope = 'endpoint';
    this.#graph.node({ kind: 'scope', id: scope, provider: AWS, type: 'endpoint', name: 'VPC endpoint' });
    return scope;
  }

  /** The scope that policies of a level stand on, counted from the account (0) up. */
  level(account: NodeId, up: number): NodeId {
    return up === 0 ? account : `${account} level ${up}`;
  }

  /** The scope that the policy of the endpoint stands on: around everything else. */
  endpoint(account: NodeId): NodeId {
    return account === 'endpoint' ? account : this.level(account, this.#depth);
  }

  #addAccount(scope: NodeId, name: string, zone: boolean, attributes: Readonly<Record<string, Json>>): void {
    const common = { kind: 'scope', provider: AWS } as const;
    this.#graph.node({ ...common, id: scope, type: 'account', name, zone, scope: this.level(scope, 1), attributes });
    for (let up = 1; up <= this.#depth; up += 1) {
      const parent = up === this.#depth ? {} : { scope: this.level(scope, up + 1) };
      const type = up === this.#depth ? 'endpoint' : 'organizational-unit';
      this.#graph.node({ ...common, id: this.level(scope, up), type, name: `level ${up}`, ...parent });
    }
  }
}

function organizationFacts(organization: OrganizationFacts | null | undefined): Readonly<Record<string, Json>> {
  if (organization === undefined) return {};
  if (organization === null) return { organizationId: null, organizationPath: null };
  const { id, path } = organization;
  return { organizationId: id, ...(path === undefined ? {} : { organizationPath: path }) };
}
