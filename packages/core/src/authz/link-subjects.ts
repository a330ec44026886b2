import { mergeGraphs } from '../graph/merge-graphs.ts';
import type { Graph, GraphEdge, IdentityNode, Json } from '../graph/model.ts';
import { globMatch } from './glob.ts';

/** Most pairs of a subject and a pattern of one issuer that are compared. */
const MOST_COMPARED = 1_000_000;

/** A subject of an issuer, or a pattern of subjects, that something trusts. */
interface Subject {
  readonly node: IdentityNode;
  readonly text: string;
}

/**
 * The graph with `federates` edges from single subjects of an issuer to the patterns they match: whoever gets the tokens of
 * `repo:o/r:ref:refs/heads/main` is one of `repo:o/r:*` too, in whatever cloud that is trusted. Where the pattern goes with other
 * claims that the subject is not known to have, the edge is `unknown`. A token can be had for each audience that somebody asks for.
 *
 * @example
 * ```ts
 * const estate = linkSubjects(mergeGraphs([aws, azure]));
 * ```
 */
export function linkSubjects(graph: Graph): Graph {
  const singles = new Map<string, Subject[]>();
  const patterns = new Map<string, Subject[]>();
  for (const node of graph.nodes) {
    const subject = subjectOf(node.kind === 'identity' ? node : undefined);
    if (subject === undefined) continue;
    const { issuer } = node.attributes ?? {};
    const of = /[*?]/.test(subject.text) ? patterns : singles;
    const known = of.get(String(issuer));
    if (known === undefined) of.set(String(issuer), [subject]);
    else known.push(subject);
  }
  const edges: GraphEdge[] = [];
  const gaps: Graph['gaps'][number][] = [];
  for (const [issuer, wild] of [...patterns].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const of = singles.get(issuer) ?? [];
    if (of.length * wild.length > MOST_COMPARED) {
      gaps.push({
        scope: issuer,
        what: 'federated subjects',
        why: 'there are too many subjects and patterns to compare; which subjects a pattern lets in is not all told',
      });
      continue;
    }
    for (const { node: from, text } of of) {
      for (const pattern of wild) {
        if (!globMatch(pattern.text, text)) continue;
        const isSure = claimsOf(pattern.node).every(([name, wanted]) => mayHave(from, name, wanted));
        edges.push({
          type: 'federates',
          from: from.id,
          to: pattern.node.id,
          ...(isSure ? {} : { certainty: 'unknown' }),
        });
      }
    }
  }
  if (edges.length === 0 && gaps.length === 0) return graph;
  const nothing = { nodes: [], documents: [], policies: [], attachments: [], usage: [], observations: [] };
  return mergeGraphs([graph, { schema: graph.schema, ...nothing, edges, gaps }]);
}

/**
 * The subject or pattern that a node stands for. None where nobody gives such tokens any more, where a policy variable is part of the
 * text, or where it is an expression in a language of its own.
 */
function subjectOf(node: IdentityNode | undefined): Subject | undefined {
  if (node?.type !== 'federated-subject') return undefined;
  const { issuer, providerMissing, expression } = node.attributes ?? {};
  const at = node.id.indexOf('#');
  if (typeof issuer !== 'string' || providerMissing === true || expression !== undefined || at < 0) return undefined;
  const text = node.id.slice(at + 1);
  return text.includes('${') ? undefined : { node, text };
}

function claimsOf({ attributes }: IdentityNode): readonly (readonly [string, Json])[] {
  const claims = attributes?.['claims'];
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return [];
  return Object.entries(claims).filter(([name]) => name !== 'sub' && name !== 'aud');
}

/** Whether a subject surely has a claim that a pattern goes with. */
function mayHave({ attributes }: IdentityNode, name: string, wanted: Json): boolean {
  const claims = attributes?.['claims'];
  const own = typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? claims : {};
  const values = texts((own as { readonly [key: string]: Json })[name] ?? []);
  const patterns = texts(wanted);
  if (patterns.includes('*')) return true;
  return values.length > 0 && values.every((value) => patterns.some((pattern) => globMatch(pattern, value)));
}

function texts(value: Json): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');
}
