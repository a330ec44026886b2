import { canonicalJson } from './canonical-json.ts';
import { GraphDecoder } from './graph-decoder.ts';
import type { Graph, GraphRecord } from './model.ts';

/**
 * The lines of a graph file, without line breaks: the header, then one line a record, in canonical order; in each line
 * first the kind of record, then its fields in the order of their names. Equal graphs give equal lines. The header says how many records follow, so that a file that was cut off at the
 * end of a line is noticed.
 *
 * @example
 * ```ts
 * const text = [...encodeGraph(graph)].join('\n');
 * ```
 */
export function* encodeGraph(graph: Graph): Iterable<string> {
  const { nodes, edges, documents, policies, attachments, usage, observations, gaps } = graph;
  const sections = [nodes, edges, documents, policies, attachments, usage, observations, gaps];
  const records = sections.reduce((sum, section) => sum + section.length, 0);
  yield line('header', { schema: graph.schema, records });
  yield* encoded('node', nodes);
  yield* encoded('edge', edges);
  yield* encoded('document', documents);
  yield* encoded('policy', policies);
  yield* encoded('attachment', attachments);
  yield* encoded('usage', usage);
  yield* encoded('observation', observations);
  yield* encoded('gap', gaps);
}

/**
 * The graph of a graph file. Lines may come in any order after the header; unknown fields are kept. What does not fit
 * together (an edge to nowhere, an id used twice) becomes a gap, as in a graph builder.
 *
 * @param lines Lines without line breaks.
 * @throws KeyreachError `bad-graph` at the first line that is no record of this format, naming line and reason: also
 * for a header that is missing or of a newer version, and for fewer records than the header promises.
 * @example
 * ```ts
 * const graph = await decodeGraph(text.split('\n'));
 * ```
 */
export async function decodeGraph(lines: AsyncIterable<string> | Iterable<string>): Promise<Graph> {
  const decoder = new GraphDecoder();
  if (Symbol.asyncIterator in lines) for await (const line of lines) decoder.line(line);
  else for (const line of lines) decoder.line(line);
  return decoder.end();
}

function* encoded(record: GraphRecord['record'], values: readonly object[]): Iterable<string> {
  for (const value of values) yield line(record, value);
}

/** What kind of record it is comes first, where people and `grep` look for it. */
function line(record: GraphRecord['record'], value: object): string {
  return `{"record":"${record}",${canonicalJson(value).slice(1)}`;
}
