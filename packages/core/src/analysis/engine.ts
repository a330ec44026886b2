import type { AuthorizationModel } from '../authz/authorization-model.ts';
import type { GraphIndex } from '../graph/graph-index.ts';
import type { NodeId } from '../graph/model.ts';
import { accessClasses } from '../reach/access-class.ts';
import type { AccessLeaf, ReachModel } from '../reach/derive.ts';
import { type ReachSearch, searchReach } from '../reach/reach-search.ts';
import { type Environment, type EnvironmentRules, environmentOf } from './environment.ts';

/** Certainty levels a search is made at, strongest first: proven, with conditional edges, with unknown ones too. */
export const searchLevels: readonly [3, 2, 1] = [3, 2, 1];

/** Everything an analysis asks: the graph, its decisions and its derived reach, with searches kept. */
export interface AnalysisEngine {
  readonly graph: GraphIndex;
  readonly model: AuthorizationModel;
  readonly reach: ReachModel;
  /** What one identity reaches at a level of certainty. */
  search(identity: NodeId, least: 1 | 2 | 3): ReachSearch | undefined;
  environment(node: NodeId): Environment;
}

/** Puts an engine together. Searches are not kept: they are as large as the graph. */
export function analysisEngine(reach: ReachModel, environments?: EnvironmentRules): AnalysisEngine {
  const graph = reach.model.graph;
  const known = new Map<NodeId, Environment>();
  return {
    graph,
    model: reach.model,
    reach,
    search: (identity, least) => {
      const node = reach.nodeOf.get(identity);
      return node === undefined ? undefined : searchReach(reach.graph, node, least);
    },
    environment: (id) => {
      const found = known.get(id);
      if (found !== undefined) return found;
      const node = graph.node(id);
      const environment: Environment =
        node === undefined
          ? { environment: 'unknown', confidence: 'low', source: 'not in the input' }
          : environmentOf(node, graph, environments);
      known.set(id, environment);
      return environment;
    },
  };
}

/** Access leaves of one resource in the order of access classes, weakest first. */
export function byAccessClass(left: AccessLeaf, right: AccessLeaf): number {
  const rank = (leaf: AccessLeaf): number => (leaf.class === undefined ? -1 : accessClasses.indexOf(leaf.class));
  return rank(left) - rank(right);
}
