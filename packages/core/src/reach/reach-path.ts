import type { Certainty, CredentialNode, GraphNode, NodeId } from '../graph/model.ts';
import { type HopEvidence, type HopProof, hopEvidence, unlistedEvidence } from './evidence.ts';
import type { HopChange, HopSession } from './hop-change.ts';
import { type Step, stepsTo } from './path-steps.ts';
import { type ReachModel, scopedTechnique, zonedTechnique } from './reach-model.ts';
import type { ReachSearch } from './reach-search.ts';
import { scopedEvidence, unlistedBelowEvidence } from './scoped/scoped-evidence.ts';

/**
 * One step of a path: whoever holds `from` gets hold of `to`, or does to it what `change` says. `from` is the first node of
 * the path, or what an earlier step led to; a step from a node to itself changes that node.
 */
export interface Hop {
  readonly from: NodeId;
  readonly to: NodeId;
  /**
   * Technique id, or for what needs none the relation: `authenticates`, `runs-as`, `vouches-for`, `federates`, `access`,
   * and `together` for all changes at once that were not followed in every combination.
   */
  readonly technique: string;
  /** As sure as the least sure part of its evidence. */
  readonly certainty: Certainty;
  /** What the technique is aimed at, where that is not `to`: a group, a policy, a resource that names a credential. */
  readonly via?: readonly NodeId[];
  readonly change?: HopChange;
  /** The kind of session `to` can be acted as in; `limited` where it can do less than the identity. */
  readonly session?: HopSession;
  readonly evidence: readonly HopEvidence[];
}

/**
 * The hops from the source of a search to a node, each with the statements that prove it. `credential`: what the source is
 * acted as with; the path then begins with it.
 */
export function pathTo(
  reach: ReachModel,
  search: ReachSearch,
  node: number,
  credential?: CredentialNode,
): readonly Hop[] {
  return stepsTo(reach, search, node, credential).map((step) => hopOf(reach, step));
}

function hopOf(reach: ReachModel, step: Step): Hop {
  const { from, to, via, session, caller, after, changed, facts } = step;
  const more = {
    ...(via.length === 0 ? {} : { via }),
    ...(session === undefined ? {} : { session }),
  };
  if (step.label < 0) {
    const { certainty, relation, change } = step;
    if (step.unlisted !== undefined && caller !== undefined && reach.scoped.has(caller.class.provider)) {
      const evidence = [unlistedBelowEvidence(to, step.unlisted, certainty)];
      return { from, to, technique: `access-${step.unlisted}`, certainty, evidence };
    }
    if (step.unlisted !== undefined && caller !== undefined) {
      const evidence = [...unlistedEvidence(reach, caller, step.unlisted), ...facts];
      return { from, to, technique: `access-${step.unlisted}`, certainty, ...more, evidence };
    }
    // Nothing states that changes can be made together: nobody asked about every combination of many.
    if (change?.change === 'together') {
      const open: HopEvidence = { kind: 'fact', fact: 'every-combination-of-changes', of: to, certainty };
      return { from, to, technique: relation, certainty, change, evidence: [open] };
    }
    const stated: HopEvidence = { kind: 'structure', relation, from: via.at(-1) ?? from, to, certainty };
    const told = change === undefined ? {} : { change };
    return { from, to, technique: relation, certainty, ...more, ...told, evidence: [...facts, stated] };
  }
  const scoped = scopedTechnique(reach, step.label);
  if (scoped !== undefined) {
    const { certainty, change, made } = step;
    const target = reach.model.graph.node(via[0] ?? to);
    const evidence =
      caller === undefined || target === undefined
        ? []
        : scopedEvidence(reach, { technique: scoped, caller, target, made, certainty });
    const told = change === undefined ? {} : { change };
    return { from, to, technique: scoped.id, certainty, ...more, ...told, evidence: [...evidence, ...facts] };
  }
  const technique = zonedTechnique(reach, step.label)!;
  const targets = technique.target.kind === 'zone' ? [] : nodesOf(reach, via.length === 0 ? [to] : via);
  const proof =
    caller === undefined
      ? undefined
      : hopEvidence(reach, { technique, caller, targets, after, changed, change: step.change });
  const change = changeOf(step.change, proof);
  return {
    from,
    to,
    technique: technique.id,
    certainty: step.certainty,
    ...more,
    ...(change === undefined ? {} : { change }),
    evidence: [...(proof?.evidence ?? []), ...facts],
  };
}

function changeOf(change: HopChange | undefined, proof: HopProof | undefined): HopChange | undefined {
  const { after, outsider } = proof ?? {};
  if (after === undefined) return change;
  if (change?.change === 'retag-resource') return { ...change, after };
  if (change?.change !== 'open-resource') return change;
  return { ...change, after, ...(outsider === undefined ? {} : { outsider }) };
}

function nodesOf(reach: ReachModel, ids: readonly NodeId[]): readonly GraphNode[] {
  return ids.map((id) => reach.model.graph.node(id)).filter((node) => node !== undefined);
}
