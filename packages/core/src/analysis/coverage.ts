import type { GraphIndex } from '../graph/graph-index.ts';
import type { Gap } from '../graph/model.ts';
import type { CoverageRow } from './results.ts';

/**
 * What the input lacks, one row for each scope and kind of input, by scope and kind (M02). Gaps about a node count for the
 * scope around it; those that no node is known for keep the name they came with.
 *
 * `missing`: there is nothing of it, as the gap says by telling what to run for all of it. `partial`: there is some, and
 * the gaps are about single files, places in them or nodes.
 */
export function coverageOf(graph: GraphIndex): readonly CoverageRow[] {
  const rows = new Map<string, Map<string, Gap[]>>();
  for (const gap of graph.graph.gaps) {
    const place = placeOf(gap, graph);
    const kinds = rows.get(place) ?? new Map<string, Gap[]>();
    rows.set(place, kinds);
    const gaps = kinds.get(gap.what);
    if (gaps === undefined) kinds.set(gap.what, [gap]);
    else gaps.push(gap);
  }
  return [...rows]
    .sort(byKey)
    .flatMap(([scope, kinds]) =>
      [...kinds].sort(byKey).map(([what, gaps]): CoverageRow => rowOf(scope, what, gaps, graph)),
    );
}

function rowOf(scope: string, what: string, gaps: readonly Gap[], graph: GraphIndex): CoverageRow {
  const missing = gaps.filter((gap) => isWhole(gap, graph));
  const telling = missing.length > 0 ? missing : gaps;
  const [first] = telling;
  const others = new Set(telling.map(({ why }) => why)).size - 1;
  const fix = telling.find((gap) => gap.fix !== undefined)?.fix;
  return {
    scope,
    what,
    state: missing.length > 0 ? 'missing' : 'partial',
    ...(first === undefined ? {} : { why: others > 0 ? `${first.why}; and ${others} more of the kind` : first.why }),
    ...(fix === undefined ? {} : { fix }),
  };
}

/**
 * Whether all of it is missing: there is something to run for a whole scope, and the reason names no single thing. Reasons
 * put what they name in backticks or begin with a number of things.
 */
function isWhole({ scope, why, fix }: Gap, graph: GraphIndex): boolean {
  const node = graph.node(scope);
  return fix !== undefined && (node === undefined || node.kind === 'scope') && !/`|^\d/.test(why);
}

function placeOf({ scope, file }: Gap, graph: GraphIndex): string {
  const node = graph.node(scope);
  if (node === undefined) return scope === '' ? (file ?? scope) : scope;
  return node.kind === 'scope' ? node.id : (graph.scopesOf(node.id)[0]?.id ?? node.id);
}

function byKey(left: readonly [string, unknown], right: readonly [string, unknown]): number {
  return left[0] < right[0] ? -1 : left[0] > right[0] ? 1 : 0;
}
