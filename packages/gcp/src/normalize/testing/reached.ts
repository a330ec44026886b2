import { AuthorizationModel, CONDITIONAL, TRUE, UNKNOWN } from '@keyreach/core/authz';
import { isCollective, type NodeId } from '@keyreach/core/graph';
import { deriveReach, reachNodeKinds, searchReach, startNode } from '@keyreach/core/reach';
import { gcpAccess } from '../../access/gcp-access.ts';
import { gcpSemantics } from '../../authz/gcp-semantics.ts';
import { gcpTechniques } from '../../techniques/gcp-techniques.ts';
import { type Estate, NOW } from './estate.ts';

const LEVELS = [
  [TRUE, 'allow'],
  [CONDITIONAL, 'conditional'],
  [UNKNOWN, 'unknown'],
] as const;

/**
 * What somebody gets in the end, each with the most that can be said of it: `allow holds ID`, `conditional controls ID` (a scope),
 * `unknown data-read ID`; sorted.
 */
export function reached({ index }: Estate, start: NodeId): readonly string[] {
  const model = new AuthorizationModel(index, [gcpSemantics]);
  const reach = deriveReach(model, [gcpTechniques], { now: Date.parse(NOW), access: [gcpAccess] });
  const from = startNode(reach, start);
  if (from === undefined) throw new Error(`nobody is ${start}`);
  const found = new Map<string, string>();
  for (const [least, name] of LEVELS) {
    for (const node of searchReach(reach.graph, from, least).reached) {
      const what = lineOf(node);
      if (what !== undefined && !found.has(what)) found.set(what, name);
    }
  }
  found.delete(`holds ${start}`);
  return [...found].map(([what, name]) => `${name} ${what}`).sort();

  function lineOf(node: number): string | undefined {
    const ref = reach.graph.refs[node]!;
    switch (reachNodeKinds[reach.graph.kinds[node]!]) {
      case 'identity': {
        const identity = reach.identities[node]!;
        return isCollective(identity) ? undefined : `holds ${identity.id}`;
      }
      case 'zone-control':
        return `controls ${reach.zones[ref]!}`;
      case 'access': {
        const leaf = reach.accesses[ref]!;
        return leaf.class === undefined || leaf.unbounded ? undefined : `${leaf.class} ${leaf.resource}`;
      }
      default:
        return undefined;
    }
  }
}
