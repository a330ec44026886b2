import type { Certainty, Gap, NodeId } from '../graph/model.ts';
import type { AccessClass } from '../reach/access-class.ts';
import type { ReachModel } from '../reach/reach-model.ts';
import { type Hop, pathTo } from '../reach/reach-path.ts';
import { assess } from './assessment.ts';
import type { AnalysisEngine } from './engine.ts';
import { humanRatio } from './human-ratio.ts';
import { certaintyUnder, radiusFacts } from './radius-bounds.ts';
import { type Reached, type ReachedLeaf, type ReachSummary, summarizeReach } from './reach-summary.ts';
import type { AdminReach, Radius, ReachedAccess, ReachedNode } from './results.ts';
import { type Subject, startOf, subjectFields, subjectOf } from './subject.ts';
import { uncheckedHops } from './unchecked-hops.ts';

/** How a radius is to be told. */
export interface RadiusOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How many of the nearest nodes get a path; the others have an empty one. Default: all. */
  readonly paths?: number;
}

/**
 * The radius of one credential or identity: everything it reaches, with certainty, distance and a path that cites the
 * statements behind every hop. Throws a `RangeError` for an id that is neither.
 */
export function radiusOf(engine: AnalysisEngine, id: NodeId, options: RadiusOptions): Radius {
  const subject = subjectOf(engine.graph, id);
  const start = startOf(engine.reach, subject);
  if (start === undefined) throw new RangeError(`the input does not say what \`${id}\` authenticates as`);
  const summary = summarizeReach(engine.reach, start);
  const facts = radiusFacts(engine, subject, summary);
  const { score, action } = assess(engine, subject, facts, options.now);
  const story = new PathTeller(engine.reach, subject, summary, options.paths ?? Number.POSITIVE_INFINITY);
  const admin: AdminReach[] = facts.admin.map(({ reached, ...rest }) => ({ ...rest, path: story.path(reached) }));
  const reaches = reachedNodes(engine, subject, summary, story);
  const unlisted = facts.unbounded.map(({ reached, ...rest }) => ({ ...rest, path: story.path(reached) }));
  return {
    schema: 'keyreach-radius',
    schemaVersion: 1,
    now: new Date(options.now).toISOString(),
    subject: subjectFields(subject),
    bounds: {
      ...facts.bounds,
      unchecked: uncheckedHops(engine.reach, summary, subject),
      humanRatio: humanRatio(engine, facts.bounds),
    },
    reaches,
    admin,
    unbounded: unlisted,
    crossings: facts.crossings,
    providers: facts.providers,
    environment: engine.environment(subject.node.id).environment,
    obtainers: facts.makers,
    score,
    action,
    gaps: gapsFor(engine, subject),
  };
}

/** Tells paths of one subject, as many as were asked for, nearest first. */
class PathTeller {
  readonly #reach: ReachModel;
  readonly #subject: Subject;
  readonly #summary: ReachSummary;
  #left: number;

  constructor(reach: ReachModel, subject: Subject, summary: ReachSummary, paths: number) {
    this.#reach = reach;
    this.#subject = subject;
    this.#summary = summary;
    this.#left = paths;
  }

  path(reached: Reached): readonly Hop[] {
    if (this.#left <= 0) return [];
    this.#left -= 1;
    const { node } = this.#subject;
    return pathTo(
      this.#reach,
      this.#summary.search(reached.certainty),
      reached.node,
      node.kind === 'credential' ? node : undefined,
    );
  }
}

function reachedNodes(
  engine: AnalysisEngine,
  subject: Subject,
  summary: ReachSummary,
  story: PathTeller,
): readonly ReachedNode[] {
  const found: { readonly reached: Reached; readonly access?: readonly ReachedAccess[] }[] = [];
  for (const reached of summary.identities) if (reached.id !== subject.home?.id) found.push({ reached });
  const accessed = new Map<NodeId, { any: Reached | undefined; leaves: ReachedLeaf[] }>();
  for (const leaf of summary.accesses) {
    if (leaf.unbounded) continue;
    let entry = accessed.get(leaf.id);
    if (entry === undefined) {
      entry = { any: undefined, leaves: [] };
      accessed.set(leaf.id, entry);
    }
    if (leaf.class === undefined) entry.any = leaf;
    else entry.leaves.push(leaf);
  }
  for (const reached of summary.workloads) {
    const access = accessed.get(reached.id);
    accessed.delete(reached.id);
    found.push({
      reached: stronger(reached, mostTelling(access)),
      ...(access === undefined ? {} : { access: classesOf(access.leaves, subject) }),
    });
  }
  for (const access of accessed.values()) {
    const reached = mostTelling(access);
    if (reached !== undefined) found.push({ reached, access: classesOf(access.leaves, subject) });
  }
  found.sort(
    (left, right) => left.reached.distance - right.reached.distance || (left.reached.id < right.reached.id ? -1 : 1),
  );
  const nodes: ReachedNode[] = [];
  for (const { reached, access } of found) {
    const node = engine.graph.node(reached.id);
    if (node === undefined) continue;
    const certainty: Certainty = certaintyUnder(subject, reached.certainty);
    nodes.push({
      id: node.id,
      kind: node.kind === 'identity' ? 'identity' : 'resource',
      type: node.type,
      name: node.name,
      ...(node.scope === undefined ? {} : { scope: node.scope }),
      certainty,
      distance: reached.distance,
      ...(access === undefined ? {} : { access }),
      path: story.path(reached),
    });
  }
  return nodes;
}

const rank: Readonly<Record<Certainty, number>> = { allow: 3, conditional: 2, unknown: 1 };

function classesOf(leaves: readonly ReachedLeaf[], subject: Subject): readonly ReachedAccess[] {
  return leaves.flatMap((leaf) =>
    leaf.class === undefined ? [] : { class: leaf.class, certainty: certaintyUnder(subject, leaf.certainty) },
  );
}

/** Classes of access by how much a path to them tells of what can be done. */
const telling: readonly AccessClass[] = [
  'secret-read',
  'data-write',
  'data-read',
  'delete',
  'permission-admin',
  'control',
  'meta-read',
];

/** Access to a resource of any class, by the class that tells most of those that are as sure and as near. */
function mostTelling(
  access: { readonly any: Reached | undefined; readonly leaves: readonly ReachedLeaf[] } | undefined,
): Reached | undefined {
  const any = access?.any;
  if (access === undefined || any === undefined) return undefined;
  const alike = access.leaves.filter((one) => one.certainty === any.certainty && one.distance === any.distance);
  for (const name of telling) {
    const leaf = alike.find((one) => one.class === name);
    if (leaf !== undefined) return leaf;
  }
  return any;
}

/** The surer of two ways to one node; of equally sure ones the shorter. */
function stronger(one: Reached, other: Reached | undefined): Reached {
  if (other === undefined || rank[one.certainty] > rank[other.certainty]) return one;
  return rank[one.certainty] < rank[other.certainty] || other.distance < one.distance ? other : one;
}

/** Gaps of the subject, its identity and the scopes they stand in. */
function gapsFor(engine: AnalysisEngine, { node, home }: Subject): readonly Gap[] {
  const about = [
    node.id,
    ...(home === undefined ? [] : [home.id, ...engine.graph.scopesOf(home.id).map((scope) => scope.id)]),
  ];
  return [...new Set(about)].flatMap((scope) => engine.graph.gapsOf(scope));
}
