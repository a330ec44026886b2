import type { LastUsed } from '../graph/model.ts';
import type { AccessCatalogue } from '../reach/access-class.ts';
import { reachNodeKinds } from '../reach/reach-graph.ts';
import { compareActions } from './action-order.ts';
import { assess, subjectAge } from './assessment.ts';
import { coverageOf } from './coverage.ts';
import type { AnalysisEngine } from './engine.ts';
import { grantedActions } from './granted-actions.ts';
import { grantedServices } from './granted-services.ts';
import { headlineOf } from './headline.ts';
import { radiusOf } from './radius.ts';
import { type RadiusFacts, radiusFacts, unknownFacts } from './radius-bounds.ts';
import { summarizeReach, summarySpaces } from './reach-summary.ts';
import type { EstateAnalysis, SubjectRow } from './results.ts';
import { type Subject, startOf, subjectFields, subjectsOf } from './subject.ts';
import { timestampOf } from './time.ts';
import { unusedReport } from './unused.ts';

/** What to analyse, and how much of it to tell with paths. */
export interface EstateOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Days without use that make something unused. Default 90 (aws.md 4.1). */
  readonly windowDays?: number;
  /** Subjects at the top of the ranking that get their radius told with paths. Default 10. */
  readonly stories?: number;
  /** Access classes by provider, for the weights of granted actions; without them nothing is weighted. */
  readonly access?: readonly AccessCatalogue[];
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** Ranks every credential and keyless identity of an estate, with its radius, its use, and what the input cannot tell. */
export function analyzeEstate(engine: AnalysisEngine, options: EstateOptions): EstateAnalysis {
  const { graph } = engine;
  const rows = subjectRows(engine, options);
  const unused = unusedReport(graph, {
    now: timestampOf(options.now),
    windowDays: options.windowDays ?? 90,
    grantedServices: (identity) => grantedServices(engine.model, identity),
    grantedActions: (identity) => grantedActions(engine.model, identity),
    ...(options.access === undefined ? {} : { access: options.access }),
  });
  const byType: Record<string, number> = {};
  for (const node of [...graph.identities, ...graph.credentials, ...graph.resources]) {
    byType[node.type] = (byType[node.type] ?? 0) + 1;
  }
  const coverage = coverageOf(graph);
  return {
    schema: 'keyreach-analysis',
    schemaVersion: 1,
    now: new Date(options.now).toISOString(),
    headline: headlineOf(engine, rows, unused.identities),
    counts: {
      scopes: graph.scopes.length,
      identities: graph.identities.length,
      credentials: graph.credentials.length,
      resources: graph.resources.length,
      policies: graph.graph.policies.length,
      byType: Object.fromEntries(Object.entries(byType).sort(([left], [right]) => (left < right ? -1 : 1))),
    },
    subjects: rows,
    stories: rows
      .filter((row) => engine.reach.nodeOf.has(row.identity))
      .slice(0, options.stories ?? 10)
      .map((row) => radiusOf(engine, row.id, { now: options.now, paths: 50 })),
    unused: unused.identities,
    coverage,
    gaps: graph.graph.gaps,
  };
}

/** One row for each subject, in the order of action, score and id (findings 3.6). */
function subjectRows(engine: AnalysisEngine, options: EstateOptions): readonly SubjectRow[] {
  const subjects = subjectsOf(engine.graph);
  const starts = new Map<number, Subject[]>();
  const rows: SubjectRow[] = [];
  for (const subject of subjects) {
    const node = startOf(engine.reach, subject);
    if (node === undefined) {
      rows.push(rowOf(engine, subject, unknownFacts(engine), options.now));
      continue;
    }
    const start = sharedStart(engine, node);
    const list = starts.get(start);
    if (list === undefined) starts.set(start, [subject]);
    else list.push(subject);
  }
  let done = 0;
  // A row keeps nothing of the search that it is made of.
  const spaces = summarySpaces(engine.reach);
  for (const [start, alike] of starts) {
    const summary = summarizeReach(engine.reach, start, spaces);
    for (const subject of alike) {
      const row = rowOf(engine, subject, radiusFacts(engine, subject, summary), options.now);
      // The public is nobody's credential: it matters for what it reaches.
      if (subject.node.type !== 'public' || reachesAnything(row)) rows.push(row);
    }
    done += alike.length;
    options.onProgress?.({ done, total: subjects.length });
  }
  return rows.sort(
    (left, right) =>
      compareActions(left.action.lo, right.action.lo) ||
      right.score.hi - left.score.hi ||
      right.score.lo - left.score.lo ||
      (left.id < right.id ? -1 : 1),
  );
}

function reachesAnything(row: SubjectRow): boolean {
  return row.identities.hi !== 0 || row.resources.hi !== 0 || row.admin.length > 0 || row.unbounded.length > 0;
}

/**
 * The node to search from: identities whose only way on is their state, and who are no part of a joint edge, reach what
 * the state reaches. Holding the identity itself is no way on where nothing comes of it.
 */
function sharedStart(engine: AnalysisEngine, node: number): number {
  const { graph } = engine.reach;
  const parts = jointParts(engine);
  if (parts[node] === 1) return node;
  let state: number | undefined;
  for (let edge = graph.offsets[node]!; edge < graph.offsets[node + 1]!; edge += 1) {
    const next = graph.targets[edge]!;
    const kind = reachNodeKinds[graph.kinds[next]!];
    const leads = graph.offsets[next + 1]! > graph.offsets[next]! || parts[next] === 1;
    if (kind === 'identity' && !leads) continue;
    if (kind !== 'state' || state !== undefined) return node;
    state = next;
  }
  return state ?? node;
}

const joints: WeakMap<AnalysisEngine, Uint8Array> = new WeakMap();

function jointParts(engine: AnalysisEngine): Uint8Array {
  const known = joints.get(engine);
  if (known !== undefined) return known;
  const { graph } = engine.reach;
  const parts = new Uint8Array(graph.nodeCount);
  for (const node of graph.jointLeft) parts[node] = 1;
  for (const node of graph.jointRight) parts[node] = 1;
  joints.set(engine, parts);
  return parts;
}

function rowOf(engine: AnalysisEngine, subject: Subject, facts: RadiusFacts, now: number): SubjectRow {
  const { score, action } = assess(engine, subject, facts, now);
  const { id, kind, type, name, identity, scope, status } = subjectFields(subject);
  return {
    id,
    kind,
    type,
    name,
    identity,
    ...(scope === undefined ? {} : { scope }),
    ...(status === undefined ? {} : { status }),
    ageDays: subjectAge(subject, now),
    lastUsed: lastUsedOf(engine, subject),
    environment: engine.environment(id).environment,
    identities: facts.bounds.identities,
    resources: facts.bounds.resources,
    sensitive: facts.bounds.sensitive,
    admin: facts.admin.map(({ reached: _, ...rest }) => rest),
    unbounded: facts.unbounded.map(({ reached: _, ...rest }) => rest),
    crossings: facts.crossings,
    score,
    action,
  };
}

function lastUsedOf(engine: AnalysisEngine, { node }: Subject): LastUsed {
  if (node.kind === 'credential') return node.lastUsed;
  let last: string | undefined;
  for (const usage of engine.graph.usageOf(node.id)) {
    if (usage.last !== undefined && (last === undefined || usage.last > last)) last = usage.last;
  }
  return last === undefined ? { state: 'unknown' } : { state: 'used', at: last };
}
