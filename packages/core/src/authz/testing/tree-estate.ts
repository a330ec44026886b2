import { GraphBuilder } from '../../graph/graph-builder.ts';
import { GraphIndex } from '../../graph/graph-index.ts';
import type {
  Certainty,
  Condition,
  Graph,
  GraphEdge,
  IdentityNode,
  Json,
  NodeId,
  PrincipalMatcher,
  PrincipalSelector,
  ResourceNode,
  ScopeNode,
} from '../../graph/model.ts';
import { AuthorizationModel } from '../authorization-model.ts';
import { globMatch, literalPrefix } from '../glob.ts';
import type { CompiledCondition, PrincipalFacts, ProviderSemantics } from '../semantics.ts';
import { CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '../truth.ts';
import { withoutZones } from '../without-zones.ts';

/**
 * Conditions of the practice provider: outright what they come out as (`is`), a node the target must lie in (`under`), a value
 * of the tag `team` of the target (`team`), an identity that the principal must be (`self`).
 */
export type TreeCondition =
  | { readonly is: Truth }
  | { readonly under: readonly NodeId[] }
  | { readonly team: string }
  | { readonly self: NodeId };

const NOTHING_READ = { principalKeys: [], readsResource: false, chosen: [], requestKeys: [] } as const;

function compileCondition(body: Json): CompiledCondition {
  const { is, under, team, self } = body as { is?: Truth; under?: readonly NodeId[]; team?: string; self?: NodeId };
  if (under !== undefined)
    return {
      ...NOTHING_READ,
      readsResource: true,
      evaluate: ({ resource: { id, node, scopes } }) => {
        if (under.includes(id) || scopes.some((scope) => under.includes(scope.id))) return TRUE;
        return node === undefined ? UNKNOWN : FALSE;
      },
    };
  if (team !== undefined)
    return {
      ...NOTHING_READ,
      readsResource: true,
      chosen: [{ key: 'team', values: [team], when: 'resource-tags' }],
      evaluate: ({ resource, context }) => {
        const chosen = context.get('team');
        if (chosen !== undefined) return chosen?.includes(team) === true ? TRUE : FALSE;
        if (resource.node?.tags === undefined) return UNKNOWN;
        return resource.node.tags['team'] === team ? TRUE : FALSE;
      },
    };
  if (self !== undefined)
    return {
      ...NOTHING_READ,
      principalKeys: ['self'],
      evaluate: ({ principal }) => (principal.node.id === self ? TRUE : FALSE),
    };
  return { ...NOTHING_READ, evaluate: () => is ?? UNKNOWN, requestKeys: is === CONDITIONAL ? ['hour'] : [] };
}

/** A provider whose grants are inherited down a tree of scopes. Members of public sets may be in no group. */
export const treeSemantics: ProviderSemantics = {
  ...withoutZones,
  provider: 'tree',
  actions: ['doc.items.get', 'doc.items.list'],
  actionsOf: ({ graph }) =>
    graph.documents.flatMap(({ statements }) => statements.flatMap(({ actions }) => [...actions.include])),
  mayBeMember: ({ type }) => type !== 'public',
  resources: {
    compile: (pattern) => ({
      prefix: literalPrefix(pattern),
      all: pattern === '*',
      principalKeys: [],
      matches: (resource) => (globMatch(pattern, resource) ? TRUE : FALSE),
      glob: () => pattern,
    }),
  },
  conditions: {
    id: 'tree',
    compile: compileCondition,
    principalFact: (_, principal: PrincipalFacts) => principal.node.id,
    freshValue: 'fresh',
    describe: (body) => [
      { key: 'rule', asks: JSON.stringify(body), outcome: 'unknown', decidedBy: 'request' } as const,
    ],
  },
  holdersOf: (resource) => [resource.slice(0, resource.lastIndexOf('/'))],
};

/** Adds what a placement says beside the policy. */
export interface TreePlacement {
  readonly condition?: TreeCondition;
  readonly name?: string;
  readonly exclude?: readonly PrincipalMatcher[];
}

/** Names an identity with everybody in it. */
export const memberOf = (id: NodeId): PrincipalMatcher => ({ match: 'member', id, strength: 'sufficient' });

const conditionOf = (body: TreeCondition): Condition => ({ language: 'tree', body: { ...body } as Json });

/** Builds small estates of the practice provider. */
export class TreeEstate {
  readonly #builder = new GraphBuilder();
  readonly #roles = new Set<string>();
  #count = 0;

  scope(id: NodeId, within?: NodeId, more: Partial<ScopeNode> = {}): this {
    const around = within === undefined ? {} : { scope: within };
    this.#builder.node({ kind: 'scope', id, provider: 'tree', type: 'folder', name: id, ...around, ...more });
    return this;
  }

  identity(id: NodeId, type: string, more: Partial<IdentityNode> = {}): this {
    this.#builder.node({ kind: 'identity', id, provider: 'tree', type, name: id, ...more });
    return this;
  }

  resource(id: NodeId, scope: NodeId, more: Partial<ResourceNode> = {}): this {
    this.#builder.node({ kind: 'resource', id, provider: 'tree', type: 'item', name: id, scope, ...more });
    return this;
  }

  edge(type: GraphEdge['type'], from: NodeId, to: NodeId, certainty?: Certainty): this {
    this.#builder.edge({ type, from, to, ...(certainty === undefined ? {} : { certainty }) });
    return this;
  }

  /** A role: a text that names nobody. */
  role(id: string, actions: readonly string[], unreadable?: { readonly mayDeny: boolean }): this {
    if (this.#roles.has(id)) return this;
    this.#roles.add(id);
    const statement = { effect: 'allow', actions: { include: actions, exclude: [] }, index: 0 } as const;
    const statements = unreadable === undefined ? [statement] : [];
    const lost = unreadable === undefined ? {} : { unreadable: `${id} is not in the input`, ...unreadable };
    const document = this.#builder.document({ provider: 'tree', statements, ...lost });
    this.#builder.policy({ id, provider: 'tree', name: id, type: 'custom', document });
    return this;
  }

  /** Gives a role to some principals on a node. */
  bind(role: string, node: NodeId, include: readonly PrincipalMatcher[], more: TreePlacement = {}): this {
    const { condition, name, exclude = [] } = more;
    this.#builder.attachment({
      policy: role,
      node,
      role: 'resource-grant',
      principals: { include, exclude },
      ...(condition === undefined ? {} : { condition: conditionOf(condition) }),
      ...(name === undefined ? {} : { name }),
    });
    return this;
  }

  /** A deny policy of one rule on a node. */
  deny(node: NodeId, actions: readonly string[], principals: PrincipalSelector, condition?: TreeCondition): this {
    const id = this.#policy('deny', {
      effect: 'deny',
      actions: { include: actions, exclude: [] },
      principals,
      index: 0,
      ...(condition === undefined ? {} : { condition: conditionOf(condition) }),
    });
    this.#builder.attachment({ policy: id, node, role: 'resource-grant' });
    return this;
  }

  /** A boundary that forms a union with others: allows everything below some nodes, or where a condition says so. */
  boundary(
    node: NodeId,
    role: 'identity-guard' | 'principal-scope-guard',
    allows: TreeCondition,
    applies?: TreeCondition,
    union: boolean = true,
  ): this {
    const id = this.#policy('boundary', {
      effect: 'allow',
      actions: { include: ['*'], exclude: [] },
      condition: conditionOf(allows),
      index: 0,
    });
    this.#builder.attachment({
      policy: id,
      node,
      role,
      ...(union ? { union: true } : {}),
      ...(applies === undefined ? {} : { condition: conditionOf(applies) }),
    });
    return this;
  }

  graph(): Graph {
    return this.#builder.build();
  }

  model(): AuthorizationModel {
    return new AuthorizationModel(new GraphIndex(this.graph()), [treeSemantics]);
  }

  #policy(type: string, statement: Parameters<GraphBuilder['document']>[0]['statements'][number]): string {
    this.#count += 1;
    const id = `${type} ${this.#count}`;
    const document = this.#builder.document({ provider: 'tree', statements: [statement] });
    this.#builder.policy({ id, provider: 'tree', name: id, type, document });
    return id;
  }
}
