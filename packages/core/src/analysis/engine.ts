import type { AuthorizationModel } from '../authz/authorization-model.ts';
import type { GraphIndex } from '../graph/graph-index.ts';
import type { NodeId } from '../graph/model.ts';
import { type ReachModel, startNode } from '../reach/reach-model.ts';
import { type ReachSearch, searchReach } from '../reach/reach-search.ts';
import { type Environment, type EnvironmentRules, environmentOf } from './environment.ts';

/** Everything an analysis asks: the graph, its decisions and its derived reach, with searches kept. */
export interface AnalysisEngine {
  readonly graph: GraphIndex;
  readonly model: AuthorizationModel;
  readonly reach: ReachModel;
  /** What one identity or credential reaches at a level of certainty. */
  search(subject: NodeId, least: 1 | 2 | 3): ReachSearch | undefined;
  /** The environment of a node (findings 6.2); looked up once. */
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
    search: (subject, least) => {
      const node = startNode(reach, subject);
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
