import { AuthorizationModel, type Truth } from '@keyreach/core/authz';
import { GraphIndex, isCollective, type NodeId } from '@keyreach/core/graph';
import { deriveReach, type ReachModel, reachNodeKinds, searchReach, startNode } from '@keyreach/core/reach';
import { expect } from 'vitest';
import { naiveScopedReach, type ScopedReach, type ScopedWorld } from './naive-scoped-reach.ts';

/**
 * Holds the derivation to the naive oracle on one estate: identities held, scopes controlled, workloads and access, from every
 * identity, at every level of certainty. Gives how much was reached in all.
 */
export function scopedAgrees(world: ScopedWorld): number {
  const model = new AuthorizationModel(new GraphIndex(world.graph), [world.semantics]);
  const reach = deriveReach(model, [world.catalogue], { now: world.now, access: [world.access] });
  let found = 0;
  for (const identity of model.graph.identities) {
    if (isCollective(identity)) continue;
    for (const least of [3, 2, 1] as const) {
      const expected = naiveScopedReach(world, identity.id, least);
      const derived = derivedReach(reach, identity.id, least);
      for (const kind of ['held', 'controlled', 'workloads', 'accesses'] as const) {
        expect([...derived[kind]].sort(), `${kind} of ${identity.id} at ${least}`).toEqual([...expected[kind]].sort());
        found += expected[kind].size;
      }
    }
  }
  return found;
}

/** What the derived graph says of one identity. */
export function derivedReach(reach: ReachModel, start: NodeId, least: Truth): ScopedReach {
  const from = startNode(reach, start);
  const held = new Set<NodeId>([start]);
  const controlled = new Set<NodeId>();
  const workloads = new Set<NodeId>();
  const accesses = new Set<string>();
  if (from === undefined) return { held, controlled, workloads, accesses };
  for (const node of searchReach(reach.graph, from, least).reached) {
    const ref = reach.graph.refs[node]!;
    switch (reachNodeKinds[reach.graph.kinds[node]!]) {
      case 'identity': {
        const identity = reach.identities[node]!;
        if (!isCollective(identity)) held.add(identity.id);
        break;
      }
      case 'zone-control':
        controlled.add(reach.zones[ref]!);
        break;
      case 'workload':
        workloads.add(reach.workloads[ref]!);
        break;
      case 'access': {
        const leaf = reach.accesses[ref]!;
        if (leaf.class !== undefined && !leaf.unbounded) accesses.add(`${leaf.class} ${leaf.resource}`);
        break;
      }
      default:
    }
  }
  return { held, controlled, workloads, accesses };
}
