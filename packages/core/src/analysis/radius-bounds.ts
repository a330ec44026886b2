import { isCollective } from '../graph/collective.ts';
import type { Certainty, NodeId, Provider } from '../graph/model.ts';
import { type AccessClass, accessClasses } from '../reach/access-class.ts';
import { certaintyOf } from '../reach/reach-model.ts';
import type { ReachSearch } from '../reach/reach-search.ts';
import { credentialMakers, credentialsMakeable, type DirectActor } from './credential-makers.ts';
import type { AnalysisEngine } from './engine.ts';
import { crossingOf, type Environment } from './environment.ts';
import { identityFacts } from './identity-facts.ts';
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
  readonly unbounded: readonly (Omit<UnboundedReach, 'path'> & { readonly reached: Reached })[];
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

/** What does not depend on which of the identities that share a search is asked about. */
interface SharedFacts {
  readonly lo: readonly number[];
  readonly hi: readonly number[];
  readonly counts: Pick<
    CountedBounds,
    'resources' | 'resourcesByClass' | 'sensitive' | 'adminScopes' | 'secretsFanout' | 'span'
  >;
  readonly admin: RadiusFacts['admin'];
  readonly unbounded: readonly (Omit<UnboundedReach, 'path'> & { readonly reached: Reached })[];
  /** Environments reached, with the surest way there. */
  readonly environments: readonly { readonly environment: Environment; readonly certainty: Certainty }[];
  readonly providers: { readonly lo: ReadonlySet<Provider>; readonly hi: ReadonlySet<Provider> };
}

const shared: WeakMap<ReachSummary, Map<string, SharedFacts>> = new WeakMap();

/** Measures a radius (findings 3.2). `summary` is the search from the home identity or from the state it shares. */
export function radiusFacts(engine: AnalysisEngine, subject: Subject, summary: ReachSummary): RadiusFacts {
  const facts = sharedFacts(engine, subject, summary);
  const home = subject.home;
  const node = home === undefined ? undefined : engine.reach.nodeOf.get(home.id);
  const at = (search: ReachSearch): number | undefined => {
    const distance = node === undefined ? -1 : search.distance[node]!;
    return distance < 0 ? undefined : distance;
  };
  const proven = certaintyUnder(subject, 'allow') === 'allow';
  const lo = without(facts.lo, proven ? at(summary.search('allow')) : undefined);
  const hi = without(facts.hi, at(summary.search('unknown')));
  const about = subject.node.kind === 'credential' ? subject.node.id : undefined;
  const makers = home === undefined ? [] : credentialMakers(engine.reach, home.id, about);
  const foreign = (providers: ReadonlySet<Provider>): number =>
    [...providers].filter((name) => name !== home?.provider).length;
  return {
    bounds: {
      identities: { lo: sum(lo), hi: sum(hi) },
      byDistance: { lo, hi },
      hops: { lo: lo.length, hi: hi.length },
      ...facts.counts,
      crossCloud: { lo: foreign(facts.providers.lo), hi: foreign(facts.providers.hi) },
      obtainers: {
        lo: makers.filter((maker) => maker.certainty === 'allow').length,
        hi: makers.length,
        known: knownPrincipals(engine),
      },
    },
    admin: facts.admin,
    unbounded: facts.unbounded,
    crossings: crossings(engine, subject, facts),
    providers: [...new Set([...(home === undefined ? [] : [home.provider]), ...facts.providers.hi])].sort(),
    makers,
  };
}

/** The facts of a credential whose identity is not in the input: nothing is proven, nothing excluded. */
export function unknownFacts(engine: AnalysisEngine): RadiusFacts {
  const open: Bound = { lo: 0, hi: null };
  return {
    bounds: {
      identities: open,
      byDistance: { lo: [], hi: [] },
      hops: open,
      resources: open,
      resourcesByClass: Object.fromEntries(accessClasses.map((name) => [name, open])) as Record<AccessClass, Bound>,
      sensitive: open,
      adminScopes: open,
      secretsFanout: open,
      span: open,
      crossCloud: open,
      obtainers: { ...open, known: knownPrincipals(engine) },
    },
    admin: [],
    unbounded: [],
    crossings: [],
    providers: [],
    makers: [],
  };
}

function sharedFacts(engine: AnalysisEngine, subject: Subject, summary: ReachSummary): SharedFacts {
  let known = shared.get(summary);
  if (known === undefined) {
    known = new Map();
    shared.set(summary, known);
  }
  const key = subject.node.kind === 'credential' ? subject.node.status : 'active';
  const found = known.get(key);
  if (found !== undefined) return found;
  const created = measure(engine, subject, summary);
  known.set(key, created);
  return created;
}

function measure(engine: AnalysisEngine, subject: Subject, summary: ReachSummary): SharedFacts {
  const sure = (certainty: Certainty): boolean => certaintyUnder(subject, certainty) === 'allow';
  const held = heldIdentities(engine, subject, summary);
  const unbounded: RadiusFacts['unbounded'] = summary.accesses
    .filter((leaf) => leaf.unbounded && leaf.class !== undefined)
    .map((leaf) => ({
      scope: leaf.id,
      class: leaf.class!,
      certainty: certaintyUnder(subject, leaf.certainty),
      reached: leaf,
    }));
  const open = new Set(unbounded.map((one) => one.class));
  const touched = touchedScopes(engine, summary, held, sure);
  const admin = adminReach(engine, subject, summary);
  const secrets = summary.accesses.filter((leaf) => leaf.class === 'secret-read' && !leaf.unbounded);
  const resources = resourceBounds(summary, sure, open);
  const makeable = {
    lo: sure('allow') ? credentialsMakeable(engine.reach, summary.search('allow')) : 0,
    hi: credentialsMakeable(engine.reach, summary.search('unknown')),
  };
  return {
    lo: held.lo,
    hi: held.hi,
    counts: {
      resources: resources(undefined),
      resourcesByClass: Object.fromEntries(accessClasses.map((name) => [name, resources(name)])) as Record<
        AccessClass,
        Bound
      >,
      sensitive: sensitiveBound(
        engine,
        summary,
        sure,
        [...open].some((name) => sensitiveClasses.has(name)),
      ),
      adminScopes: { lo: admin.filter((one) => one.certainty === 'allow').length, hi: admin.length },
      secretsFanout: {
        lo: count(secrets, sure) + makeable.lo,
        hi: open.has('secret-read') ? null : secrets.length + makeable.hi,
      },
      span: { lo: touched.lo.size, hi: touched.hi.size },
    },
    admin: highest(engine, admin),
    unbounded,
    environments: reachedEnvironments(engine, subject, summary, held),
    providers: held.providers,
  };
}

/** Numbers at distance 0, 1, 2, … less one at `distance`, told from distance 1 on; without trailing zeros. */
function without(counts: readonly number[], distance: number | undefined): readonly number[] {
  const left = [...counts];
  if (distance !== undefined) left[distance]! -= 1;
  // The home identity is the only one at distance 0 that is not an identity of its own to hold.
  const held = left.slice(1);
  if ((left[0] ?? 0) > 0) held[0] = (held[0] ?? 0) + left[0]!;
  while (held.length > 0 && held[held.length - 1] === 0) held.pop();
  return held;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, one) => total + one, 0);
}

const principals: WeakMap<AnalysisEngine, number> = new WeakMap();

/** Principals of the input that act for themselves and are not the provider's own. */
function knownPrincipals(engine: AnalysisEngine): number {
  let known = principals.get(engine);
  if (known === undefined) {
    known = engine.graph.identities.filter((one) => !isCollective(one) && one.providerManaged !== true).length;
    principals.set(engine, known);
  }
  return known;
}

function count(list: readonly Reached[], sure: (certainty: Certainty) => boolean): number {
  return list.reduce((total, one) => total + (sure(one.certainty) ? 1 : 0), 0);
}

/** Identities of a summary, counted without a list of them: there may be many for each of many subjects. */
interface HeldIdentities {
  /** How many at distance 0, 1, 2, …: proven, and not excluded. */
  readonly lo: readonly number[];
  readonly hi: readonly number[];
  readonly scopes: { readonly lo: ReadonlySet<NodeId>; readonly hi: ReadonlySet<NodeId> };
  readonly providers: { readonly lo: ReadonlySet<Provider>; readonly hi: ReadonlySet<Provider> };
  readonly environments: readonly { readonly environment: Environment; readonly certainty: Certainty }[];
}

function heldIdentities(engine: AnalysisEngine, subject: Subject, summary: ReachSummary): HeldIdentities {
  const facts = identityFacts(engine);
  const proven = summary.search('allow').distance;
  const likely = summary.search('conditional').distance;
  const nearest = summary.search('unknown').distance;
  const lo: number[] = [];
  const hi: number[] = [];
  // The surest truth by which a scope, provider or environment is reached; 0 where it is not.
  const scopes = new Uint8Array(facts.scopes.length);
  const providers = new Uint8Array(facts.providers.length);
  const environments = new Uint8Array(facts.environments.length);
  for (const node of summary.search('unknown').reached) {
    if (node >= facts.scope.length) continue;
    const near = nearest[node]!;
    tally(hi, near);
    const sure = proven[node]! >= 0;
    if (sure) tally(lo, proven[node]!);
    const level = sure ? 3 : likely[node]! >= 0 ? 2 : 1;
    raise(providers, facts.provider[node]!, level);
    // What is at distance 0 is the home identity itself.
    if (near === 0) continue;
    raise(environments, facts.environment[node]!, level);
    if (facts.scope[node]! >= 0) raise(scopes, facts.scope[node]!, level);
  }
  const opens = certaintyUnder(subject, 'allow') === 'allow';
  const pick = <Value>(levels: Uint8Array, values: readonly Value[], least: number): ReadonlySet<Value> =>
    new Set(values.filter((_, index) => levels[index]! >= least));
  const none: ReadonlySet<never> = new Set();
  return {
    lo: opens ? lo : [],
    hi,
    scopes: { lo: opens ? pick(scopes, facts.scopes, 3) : none, hi: pick(scopes, facts.scopes, 1) },
    providers: { lo: opens ? pick(providers, facts.providers, 3) : none, hi: pick(providers, facts.providers, 1) },
    environments: facts.environments.flatMap((environment, index) => {
      const level = environments[index]!;
      return level === 0 ? [] : [{ environment, certainty: certaintyUnder(subject, certaintyOf(level as 1 | 2 | 3)) }];
    }),
  };
}

function tally(counts: number[], distance: number): void {
  while (counts.length <= distance) counts.push(0);
  counts[distance]! += 1;
}

function raise(levels: Uint8Array, index: number, level: number): void {
  if (levels[index]! < level) levels[index] = level;
}

/** How many resources are reached by class of access, in any way (`undefined`) as well. */
function resourceBounds(
  summary: ReachSummary,
  sure: (certainty: Certainty) => boolean,
  open: ReadonlySet<AccessClass>,
): (accessClass: AccessClass | undefined) => Bound {
  const counts = new Map<AccessClass | undefined, { lo: number; hi: number }>();
  for (const leaf of summary.accesses) {
    if (leaf.unbounded) continue;
    let count = counts.get(leaf.class);
    if (count === undefined) {
      count = { lo: 0, hi: 0 };
      counts.set(leaf.class, count);
    }
    count.hi += 1;
    if (sure(leaf.certainty)) count.lo += 1;
  }
  return (accessClass) => {
    const { lo, hi } = counts.get(accessClass) ?? { lo: 0, hi: 0 };
    const isOpen = accessClass === undefined ? open.size > 0 : open.has(accessClass);
    return { lo, hi: isOpen ? null : hi };
  };
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

/**
 * Scopes listed as administered: those of providers whose control is inherited down a tree (docs/reach-scoped.md) only where no
 * scope around them is controlled as surely and as near.
 */
function highest(engine: AnalysisEngine, admin: RadiusFacts['admin']): RadiusFacts['admin'] {
  if (engine.reach.scoped.size === 0) return admin;
  const byScope = new Map(admin.map((one) => [one.scope, one]));
  return admin.filter(({ scope, certainty, distance }) => {
    const provider = engine.graph.node(scope)?.provider;
    if (provider === undefined || !engine.reach.scoped.has(provider)) return true;
    return !engine.graph.scopesOf(scope).some((around) => {
      const other = byScope.get(around.id);
      return other !== undefined && rank[other.certainty] >= rank[certainty] && other.distance <= distance;
    });
  });
}

function touchedScopes(
  engine: AnalysisEngine,
  summary: ReachSummary,
  held: HeldIdentities,
  sure: (certainty: Certainty) => boolean,
): { readonly lo: ReadonlySet<NodeId>; readonly hi: ReadonlySet<NodeId> } {
  const lo = new Set<NodeId>(held.scopes.lo);
  const hi = new Set<NodeId>(held.scopes.hi);
  const { graph } = engine;
  for (const one of reachedThings(summary)) {
    const scope = graph.zoneOf(one.id)?.id ?? graph.node(one.id)?.scope;
    if (scope === undefined) continue;
    hi.add(scope);
    if (sure(one.certainty)) lo.add(scope);
  }
  return { lo, hi };
}

/** What is reached beside identities. */
function reachedThings(summary: ReachSummary): readonly Reached[] {
  return [...summary.workloads, ...summary.zones, ...summary.accesses];
}

const rank: Readonly<Record<Certainty, number>> = { allow: 3, conditional: 2, unknown: 1 };

function reachedEnvironments(
  engine: AnalysisEngine,
  subject: Subject,
  summary: ReachSummary,
  held: HeldIdentities,
): SharedFacts['environments'] {
  const best = new Map<string, { environment: Environment; certainty: Certainty }>();
  for (const one of held.environments) {
    best.set(`${one.environment.environment}\n${one.environment.confidence}`, { ...one });
  }
  for (const one of reachedThings(summary)) {
    const environment = engine.environment(one.id);
    const certainty = certaintyUnder(subject, one.certainty);
    const key = `${environment.environment}\n${environment.confidence}`;
    const known = best.get(key);
    if (known === undefined || rank[known.certainty] < rank[certainty]) best.set(key, { environment, certainty });
  }
  return [...best.values()];
}

function crossings(engine: AnalysisEngine, subject: Subject, facts: SharedFacts): readonly Crossing[] {
  const from = engine.environment(subject.node.id);
  const best = new Map<string, Crossing>();
  for (const { environment, certainty: reached } of facts.environments) {
    const crossing = crossingOf(from, environment);
    if (crossing === undefined) continue;
    const certainty = rank[crossing.certainty] < rank[reached] ? crossing.certainty : reached;
    const known = best.get(crossing.to);
    if (known === undefined || rank[known.certainty] < rank[certainty])
      best.set(crossing.to, { ...crossing, certainty });
  }
  return [...best.values()].sort((left, right) => (left.to < right.to ? -1 : 1));
}
