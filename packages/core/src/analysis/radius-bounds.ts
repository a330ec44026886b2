import type { Certainty, IdentityNode, NodeId, Provider } from '../graph/model.ts';
import { type AccessClass, accessClasses } from '../reach/access-class.ts';
import { credentialMakers, credentialsMakeable, type DirectActor } from './credential-makers.ts';
import type { AnalysisEngine } from './engine.ts';
import { crossingOf } from './environment.ts';
import type { Reached, ReachSummary } from './reach-summary.ts';
import type { AdminReach, Bound, Crossing, RadiusBounds, UnboundedReach } from './results.ts';
import { sensitivityOf } from './sensitivity.ts';
import type { Subject } from './subject.ts';

/** The numbers that need neither paths nor other subjects. */
export type CountedBounds = Omit<RadiusBounds, 'unchecked' | 'humanRatio'>;

/** Numbers and lists of a radius that need no paths. */
export interface RadiusFacts {
  readonly bounds: CountedBounds;
  readonly admin: readonly (Omit<AdminReach, 'path'> & { readonly reached: Reached })[];
  readonly unbounded: readonly UnboundedReach[];
  readonly crossings: readonly Crossing[];
  readonly providers: readonly Provider[];
  readonly makers: readonly DirectActor[];
}

/** Classes of access that make a sensitive resource count (findings 3.2). */
const sensitiveClasses: ReadonlySet<AccessClass> = new Set<AccessClass>([
  'data-read',
  'data-write',
  'delete',
  'secret-read',
  'permission-admin',
]);

/** How a certainty reads for a credential in its status: a disabled one opens nothing until it is enabled again. */
export function certaintyUnder(subject: Subject, certainty: Certainty): Certainty {
  if (subject.node.kind !== 'credential') return certainty;
  switch (subject.node.status) {
    case 'active':
      return certainty;
    case 'disabled':
    case 'expired':
      return certainty === 'allow' ? 'conditional' : certainty;
    case 'unknown':
      return 'unknown';
  }
}

/** Measures a radius (findings 3.2). `summary` is the search from the home identity or from the state it shares. */
export function radiusFacts(engine: AnalysisEngine, subject: Subject, summary: ReachSummary): RadiusFacts {
  const home = subject.home;
  const sure = (certainty: Certainty): boolean => certaintyUnder(subject, certainty) === 'allow';
  const others = summary.identities.filter((one) => one.id !== home?.id);
  const unbounded: UnboundedReach[] = summary.accesses
    .filter((leaf) => leaf.unbounded && leaf.class !== undefined)
    .map((leaf) => ({ scope: leaf.id, class: leaf.class!, certainty: certaintyUnder(subject, leaf.certainty) }));
  const open = new Set(unbounded.map((one) => one.class));
  const touched = touchedScopes(engine, summary, others, sure);
  const admin = adminReach(engine, subject, summary);
  const makers = home === undefined ? [] : credentialMakers(engine.reach, home.id);
  const secrets = summary.accesses.filter((leaf) => leaf.class === 'secret-read' && !leaf.unbounded);
  const searched = { lo: summary.search('allow'), hi: summary.search('unknown') };
  const able = home !== undefined && sure('allow');
  const bounds: CountedBounds = {
    identities: { lo: count(others, sure), hi: others.length },
    byDistance: {
      lo: histogram(others.filter((one) => sure(one.certainty)).map((one) => one.distance)),
      hi: histogram(others.map((one) => one.nearest)),
    },
    hops: {
      lo: Math.max(0, ...others.filter((one) => sure(one.certainty)).map((one) => one.distance)),
      hi: Math.max(0, ...others.map((one) => one.nearest)),
    },
    resources: resourceBound(summary, undefined, sure, open.size > 0),
    resourcesByClass: Object.fromEntries(
      accessClasses.map((name) => [name, resourceBound(summary, name, sure, open.has(name))]),
    ) as Record<AccessClass, Bound>,
    sensitive: sensitiveBound(
      engine,
      summary,
      sure,
      [...open].some((name) => sensitiveClasses.has(name)),
    ),
    adminScopes: { lo: admin.filter((one) => one.certainty === 'allow').length, hi: admin.length },
    secretsFanout: {
      lo: count(secrets, sure) + (able ? credentialsMakeable(engine.reach, searched.lo.distance, 3) : 0),
      hi: open.has('secret-read') ? null : secrets.length + credentialsMakeable(engine.reach, searched.hi.distance, 1),
    },
    span: { lo: touched.lo.size, hi: touched.hi.size },
    crossCloud: crossCloud(home, engine, others, sure),
    obtainers: {
      lo: makers.filter((maker) => maker.certainty === 'allow').length,
      hi: makers.length,
      known: engine.graph.identities.filter((one) => one.type !== 'group' && one.providerManaged !== true).length,
    },
  };
  return {
    bounds,
    admin,
    unbounded,
    crossings: crossings(engine, subject, summary, others),
    providers: [
      ...new Set([...(home === undefined ? [] : [home.provider]), ...others.map((one) => providerOf(engine, one.id))]),
    ].sort(),
    makers,
  };
}

function count(list: readonly Reached[], sure: (certainty: Certainty) => boolean): number {
  return list.reduce((total, one) => total + (sure(one.certainty) ? 1 : 0), 0);
}

/** How many at distance 1, 2, …; what is held at distance 0 by another name counts with distance 1. */
function histogram(distances: readonly number[]): readonly number[] {
  const counts: number[] = [];
  for (const distance of distances) {
    const at = Math.max(0, distance - 1);
    while (counts.length <= at) counts.push(0);
    counts[at]! += 1;
  }
  return counts;
}

function resourceBound(
  summary: ReachSummary,
  accessClass: AccessClass | undefined,
  sure: (certainty: Certainty) => boolean,
  open: boolean,
): Bound {
  const leaves = summary.accesses.filter((leaf) => leaf.class === accessClass && !leaf.unbounded);
  return { lo: count(leaves, sure), hi: open ? null : leaves.length };
}

function sensitiveBound(
  engine: AnalysisEngine,
  summary: ReachSummary,
  sure: (certainty: Certainty) => boolean,
  open: boolean,
): Bound {
  const lo = new Set<NodeId>();
  const hi = new Set<NodeId>();
  for (const leaf of summary.accesses) {
    if (leaf.class === undefined || leaf.unbounded || !sensitiveClasses.has(leaf.class)) continue;
    const node = engine.graph.node(leaf.id);
    if (node?.kind !== 'resource') continue;
    const sensitivity = sensitivityOf(node);
    if (sensitivity === 'no') continue;
    hi.add(leaf.id);
    if (sensitivity === 'yes' && sure(leaf.certainty)) lo.add(leaf.id);
  }
  return { lo: lo.size, hi: open ? null : hi.size };
}

function adminReach(engine: AnalysisEngine, subject: Subject, summary: ReachSummary): RadiusFacts['admin'] {
  return summary.zones.map((reached) => {
    const certainty = certaintyUnder(subject, reached.certainty);
    return {
      scope: reached.id,
      name: engine.graph.node(reached.id)?.name ?? reached.id,
      level: certainty === 'allow' ? (reached.distance === 0 ? 'direct' : 'transitive') : certainty,
      certainty,
      distance: reached.distance,
      reached,
    };
  });
}

function touchedScopes(
  engine: AnalysisEngine,
  summary: ReachSummary,
  others: readonly Reached[],
  sure: (certainty: Certainty) => boolean,
): { readonly lo: ReadonlySet<NodeId>; readonly hi: ReadonlySet<NodeId> } {
  const lo = new Set<NodeId>();
  const hi = new Set<NodeId>();
  for (const one of [...others, ...summary.workloads, ...summary.zones, ...summary.accesses]) {
    const scope = engine.graph.zoneOf(one.id)?.id ?? engine.graph.node(one.id)?.scope;
    if (scope === undefined) continue;
    hi.add(scope);
    if (sure(one.certainty)) lo.add(scope);
  }
  return { lo, hi };
}

function crossings(
  engine: AnalysisEngine,
  subject: Subject,
  summary: ReachSummary,
  others: readonly Reached[],
): readonly Crossing[] {
  const from = engine.environment(subject.node.id);
  const rank: Readonly<Record<Certainty, number>> = { allow: 3, conditional: 2, unknown: 1 };
  const best = new Map<string, Crossing>();
  for (const one of [...others, ...summary.workloads, ...summary.zones, ...summary.accesses]) {
    const crossing = crossingOf(from, engine.environment(one.id));
    if (crossing === undefined) continue;
    const reached = certaintyUnder(subject, one.certainty);
    const certainty = rank[crossing.certainty] < rank[reached] ? crossing.certainty : reached;
    const known = best.get(crossing.to);
    if (known === undefined || rank[known.certainty] < rank[certainty])
      best.set(crossing.to, { ...crossing, certainty });
  }
  return [...best.values()].sort((left, right) => (left.to < right.to ? -1 : 1));
}

function providerOf(engine: AnalysisEngine, id: NodeId): Provider {
  return engine.graph.node(id)?.provider ?? 'unknown';
}

/** Providers beyond the home provider: each is at least one change away, and hops between two are counted by their paths. */
function crossCloud(
  home: IdentityNode | undefined,
  engine: AnalysisEngine,
  others: readonly Reached[],
  sure: (certainty: Certainty) => boolean,
): Bound {
  const foreign = (list: readonly Reached[]): number =>
    new Set(list.map((one) => providerOf(engine, one.id)).filter((name) => name !== home?.provider)).size;
  return { lo: foreign(others.filter((one) => sure(one.certainty))), hi: foreign(others) };
}
