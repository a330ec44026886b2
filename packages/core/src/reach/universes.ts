import type { AuthorizationModel } from '../authz/authorization-model.ts';
import type { GraphNode, NodeId, PrincipalMatcher, Provider } from '../graph/model.ts';
import type { TechniqueTarget } from './technique.ts';
import { Universe } from './universe.ts';

/** Whether a matcher may name any principal at all: everyone, or somebody the input cannot resolve. */
function opensToAnyone(matcher: PrincipalMatcher): boolean {
  return matcher.match === 'anyone' || (matcher.match === 'unresolved' && !matcher.dangling);
}

/** The part of a technique's target that picks its universe. */
type Aim = Extract<TechniqueTarget, { readonly sameZone: boolean }>;

interface Targets {
  readonly byZone: ReadonlyMap<NodeId | undefined, readonly GraphNode[]>;
  /** Targets that let in whole scopes, by scope; or anyone. */
  readonly byScope: ReadonlyMap<NodeId, readonly GraphNode[]>;
  readonly toAnyone: readonly GraphNode[];
  /** Targets that let in principals by id, by the zone of those. */
  readonly byPrincipal: ReadonlyMap<NodeId | undefined, readonly GraphNode[]>;
}

/** Builds the universe of each kind of target for callers of each zone, once. */
export class Universes {
  readonly #model: AuthorizationModel;
  readonly #targets: Map<string, Targets> = new Map();
  readonly #universes: Map<string, Universe> = new Map();

  constructor(model: AuthorizationModel) {
    this.#model = model;
  }

  /**
   * Targets of a provider's techniques that a caller in `zone` can possibly act on; `undefined` for callers that stand in
   * no zone.
   */
  of(aim: Aim, provider: Provider, zone: NodeId | undefined): Universe {
    // Targets of the caller's own zone only are collected without looking who else is let in.
    const kind = `${provider} ${aim.kind} ${aim.types.join(' ')}\n${aim.sameZone}\n${listed(aim)}`;
    const key = `${kind}\n${zone ?? ''}`;
    const known = this.#universes.get(key);
    if (known !== undefined) return known;
    let targets = this.#targets.get(kind);
    if (targets === undefined) {
      targets = this.#collect(aim, provider);
      this.#targets.set(kind, targets);
    }
    const nodes = new Map<NodeId, GraphNode>();
    for (const node of targets.byZone.get(zone) ?? []) nodes.set(node.id, node);
    if (!aim.sameZone) {
      const add = (found: readonly GraphNode[] | undefined): void => {
        for (const node of found ?? []) nodes.set(node.id, node);
      };
      add(targets.toAnyone);
      if (zone !== undefined) {
        add(targets.byScope.get(zone));
        for (const scope of this.#model.graph.scopesOf(zone)) add(targets.byScope.get(scope.id));
      }
      add(targets.byPrincipal.get(zone));
    }
    const sorted = [...nodes.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
    const universe = new Universe(this.#model, sorted, zone);
    this.#universes.set(key, universe);
    return universe;
  }

  #collect(aim: Aim, provider: Provider): Targets {
    const graph = this.#model.graph;
    const byZone = new Map<NodeId | undefined, GraphNode[]>();
    const byScope = new Map<NodeId, GraphNode[]>();
    const byPrincipal = new Map<NodeId | undefined, GraphNode[]>();
    const toAnyone: GraphNode[] = [];
    const put = <Key>(map: Map<Key, GraphNode[]>, key: Key, node: GraphNode): void => {
      const list = map.get(key);
      if (list === undefined) map.set(key, [node]);
      else if (list[list.length - 1] !== node) list.push(node);
    };
    const candidates: readonly GraphNode[] = aim.kind === 'identity' ? graph.identities : graph.resources;
    for (const node of candidates) {
      if (node.provider !== provider || !aim.types.includes(node.type)) continue;
      if (node.kind === 'resource' && listed(aim) === (node.uncollected === true)) continue;
      put(byZone, graph.zoneOf(node.id)?.id, node);
      if (aim.sameZone) continue;
      for (const grant of this.#model.grantsOn(node.id)) {
        for (const statement of grant.held.document.statements) {
          if (!statement.allow) continue;
          for (const matcher of statement.principals?.include ?? []) {
            if (matcher.match === 'scope') put(byScope, matcher.id, node);
            else if (matcher.match === 'node') put(byPrincipal, graph.zoneOf(matcher.id)?.id, node);
            else if (opensToAnyone(matcher) && toAnyone[toAnyone.length - 1] !== node) toAnyone.push(node);
          }
        }
        if (grant.held.document.unreadable !== undefined && toAnyone[toAnyone.length - 1] !== node) toAnyone.push(node);
      }
    }
    return { byZone, byScope, toAnyone, byPrincipal };
  }
}

/** Whether only what the input lists is aimed at, or only what stands for the rest; undefined for both. */
function listed(aim: Aim): boolean | undefined {
  return aim.kind === 'resource' ? aim.listed : undefined;
}
