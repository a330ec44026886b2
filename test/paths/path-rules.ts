import type { AnalysisEngine, Radius } from '@keyreach/core/analysis';
import { accessQuery, decideQuery, type Reason } from '@keyreach/core/authz';
import type { Certainty, NodeId } from '@keyreach/core/graph';
import type { Hop, HopEvidence, PermissionEvidence } from '@keyreach/core/reach';

const rank: Readonly<Record<Certainty, number>> = { allow: 3, conditional: 2, unknown: 1 };

/** A path of a radius with what it is about. */
export interface ToldPath {
  readonly to: NodeId;
  readonly what: string;
  readonly certainty: Certainty;
  /** Absent where the radius tells none. */
  readonly distance: number | undefined;
  readonly path: readonly Hop[];
}

/** Every path a radius tells. */
export function pathsOf({ reaches, admin, unbounded }: Radius): readonly ToldPath[] {
  return [
    ...reaches.map((one) => ({ ...one, to: one.id, what: one.kind })),
    ...unbounded.map((one) => ({ ...one, to: one.scope, what: one.class, distance: undefined })),
    ...admin.map((one) => ({ ...one, to: one.scope, what: 'control' })),
  ];
}

/**
 * What the paths of a radius break of what every path must keep to, whatever the estate: every number opens to hops, every
 * hop to statements of the input or to what was added on the way (design, section 6). One line each; empty where all is well.
 */
export function brokenRules(engine: AnalysisEngine, radius: Radius, now: number): readonly string[] {
  return pathsOf(radius).flatMap((told) =>
    problemsOf(engine, radius, told, now).map(
      (problem) =>
        `${radius.subject.id} to ${told.what} ${told.to} (${told.certainty}): ${problem}\n${storyOf(told.path)}`,
    ),
  );
}

function storyOf(path: readonly Hop[]): string {
  return path
    .map(
      ({ from, technique, to, certainty, via = [], change, session, evidence }) =>
        `  ${from} —${technique}→ ${to} ${certainty} via ${via.join()} ${JSON.stringify([change, session])} [${evidence.map(evidenceText).join('; ')}]`,
    )
    .join('\n');
}

function evidenceText(one: HopEvidence): string {
  if (one.kind === 'permission')
    return `${one.action} on ${one.resource} ${JSON.stringify(one.context ?? {})} ${one.certainty}`;
  return one.kind === 'fact'
    ? `${one.fact} ${one.certainty}`
    : `${one.from} ${one.relation} ${one.to} ${one.certainty}`;
}

function problemsOf(engine: AnalysisEngine, radius: Radius, told: ToldPath, now: number): readonly string[] {
  const { path, to, certainty } = told;
  if (path.length === 0) return ['no path'];
  return [
    ...orderProblems(radius, path, to),
    ...certaintyProblems(radius, path, certainty),
    ...distanceProblems(engine, radius, told),
    ...path.flatMap((hop) => hopProblems(engine, hop)),
    ...decisionProblems(engine, radius, path, now),
  ];
}

/**
 * Which hops of a path come back to an identity in a session it was not held in before, that of a credential or any: a key
 * that asks for no MFA may lead to a password of the user it is one of.
 */
function comingsBack({ subject }: Radius, path: readonly Hop[]): ReadonlySet<Hop> {
  const comings = new Set<Hop>();
  const any = JSON.stringify('any');
  const heldIn = new Map<NodeId, Set<string>>(subject.kind === 'identity' ? [[subject.id, new Set([any])]] : []);
  for (const hop of path) {
    if (hop.change !== undefined) continue;
    const sessions = heldIn.get(hop.to) ?? new Set();
    const session = hop.session === undefined ? any : JSON.stringify(hop.session);
    if (sessions.size > 0 && !sessions.has(session)) comings.add(hop);
    heldIn.set(hop.to, sessions.add(session));
  }
  return comings;
}

/** Every hop goes on from what is held; the last leads to what is told; nothing is reached twice but to be changed. */
function orderProblems(radius: Radius, path: readonly Hop[], to: NodeId): readonly string[] {
  const { subject } = radius;
  const problems: string[] = [];
  const held = new Set<NodeId>([subject.id]);
  if (subject.kind === 'credential' && path[0]?.technique !== 'authenticates')
    problems.push('does not begin with the credential');
  const seen = new Set<string>();
  const again = comingsBack(radius, path);
  for (const hop of path) {
    if (!held.has(hop.from)) problems.push(`goes on from ${hop.from}, which is not held`);
    const key = JSON.stringify([hop.from, hop.to, hop.technique, hop.via, hop.change]);
    if (seen.has(key)) problems.push(`tells ${key} twice`);
    seen.add(key);
    // What is only changed for somebody else is not come to, whatever it is.
    if (isForOthers(hop)) continue;
    const changes =
      hop.change !== undefined && !['make', 'open-resource', 'retag-resource'].includes(hop.change.change);
    if (!again.has(hop) && changes !== held.has(hop.to))
      problems.push(changes ? `changes ${hop.to}, which is not held` : `comes to ${hop.to} twice`);
    held.add(hop.to);
  }
  if (path.at(-1)?.to !== to) problems.push(`ends at ${path.at(-1)?.to}`);
  return problems;
}

/** Whether a hop changes the tags or the policy of something that a later hop of somebody else makes use of. */
function isForOthers({ change }: Hop): boolean {
  if (change?.change !== 'retag-resource' && change?.change !== 'open-resource') return false;
  return change.after === undefined;
}

/** A path is as sure as its weakest hop, a hop as its weakest evidence. */
function certaintyProblems({ subject }: Radius, path: readonly Hop[], certainty: Certainty): readonly string[] {
  const problems: string[] = [];
  const weakest = Math.min(...path.map((hop) => rank[hop.certainty]));
  if (weakest !== rank[certainty]) problems.push(`weakest hop is ${weakest} (${subject.status ?? ''})`);
  for (const { technique, certainty: told, evidence } of path) {
    const proven = Math.min(...evidence.map((one) => rank[one.certainty]));
    if (proven !== rank[told]) problems.push(`${technique} is ${told}, its evidence ${proven}`);
  }
  return problems;
}

/**
 * The distance counts what is held on the way; of two ways that come together the longer one counts. An identity that a path
 * comes back to is held in several sessions, each at its own distance, and hops do not tell from which of them they go on.
 */
function distanceProblems({ graph }: AnalysisEngine, radius: Radius, { path, distance }: ToldPath): readonly string[] {
  const { subject } = radius;
  const here = { least: 0, most: 0 };
  const depth = new Map([[subject.id, here]]);
  const again = comingsBack(radius, path);
  for (const hop of path) {
    const { from, to, technique, via, change } = hop;
    if (isForOthers(hop)) continue;
    const before = depth.get(from) ?? here;
    const known = depth.get(to);
    const kind = graph.node(to)?.kind;
    const row =
      (change?.change === 'open-resource' || change?.change === 'retag-resource' ? change.after : undefined) ??
      technique;
    const found = kind === 'resource' && !row.startsWith('access-') && !via?.includes(to);
    const structural = ['authenticates', 'runs-as', 'vouches-for'].includes(technique);
    const byKey = technique === 'authenticates' && from !== subject.id;
    const isStep = byKey || (!structural && (kind === 'identity' || (found && known === undefined)));
    const step = isStep && (known === undefined || again.has(hop)) ? 1 : 0;
    const { least, most } = known ?? here;
    depth.set(to, {
      least: (again.has(hop) ? Math.min : Math.max)(least, before.least + step),
      most: Math.max(most, before.most + step),
    });
  }
  const { least, most } = depth.get(path.at(-1)!.to) ?? here;
  const isTold = distance === undefined || (distance >= least && distance <= most);
  return isTold ? [] : [`distance ${distance}, but ${least} to ${most} on the way`];
}

/** Evidence is there, and what it cites is in the graph or was added on the way. */
function hopProblems(engine: AnalysisEngine, hop: Hop): readonly string[] {
  const problems: string[] = [];
  if (hop.evidence.length === 0) problems.push(`${hop.technique} has no evidence`);
  for (const one of hop.evidence) {
    if (one.kind !== 'permission') continue;
    if (
      !one.principal.startsWith('service:') &&
      one.reasons.length === 0 &&
      one.certainty === 'allow' &&
      needsGrant(one)
    )
      problems.push(`${one.action} on ${one.resource} cites nothing`);
    for (const reason of one.reasons) problems.push(...citationProblems(engine, reason));
  }
  return problems;
}

/** What the service itself gives needs no statement. */
function needsGrant({ action }: PermissionEvidence): boolean {
  return !['sts:GetCallerIdentity', 'sts:GetSessionToken', 'sts:GetAccessKeyInfo'].includes(action);
}

function citationProblems({ graph }: AnalysisEngine, { policy, policyType, statement, on }: Reason): readonly string[] {
  if (['added', 'synthetic', 'session'].includes(policyType)) return [];
  const known = graph.policy(policy);
  if (known === undefined) return [`cites policy ${policy}, which is not there`];
  if (graph.node(on) === undefined && !on.startsWith('new-identity:'))
    return [`cites ${policy} on ${on}, which is not there`];
  const document = graph.document(known.document);
  const found =
    statement === undefined
      ? document?.unreadable !== undefined
      : document?.statements.some((one) => one.index === statement);
  return found === true ? [] : [`cites statement ${statement} of ${policy}`];
}

/** Permissions of identities nothing was done to on the way are what a decision made anew says. */
function decisionProblems(
  engine: AnalysisEngine,
  { subject }: Radius,
  path: readonly Hop[],
  now: number,
): readonly string[] {
  const problems: string[] = [];
  const altered = new Set<NodeId>();
  if (subject.kind === 'credential') altered.add(subject.identity);
  for (const { from, to, change, session, evidence } of path) {
    for (const one of evidence) {
      if (one.kind !== 'permission' || one.principal !== from || altered.has(from) || one.resource.includes('*'))
        continue;
      if (change?.change === 'open-resource' || change?.change === 'retag-resource') continue;
      if (engine.graph.identity(from) === undefined) continue;
      const context = new Map(Object.entries(one.context ?? {}).map(([key, value]) => [key.toLowerCase(), value]));
      const request = { principal: from, action: one.action, resource: one.resource, context, now };
      if (one.onceChanged === 'policy') continue;
      const asked = accessQuery(engine.model, request);
      const resource = one.onceChanged === 'tags' ? { ...asked.resource, chosenTags: true as const } : asked.resource;
      const truth = decideQuery(engine.model, { ...asked, resource });
      if (truth !== rank[one.certainty])
        problems.push(`${one.action} on ${one.resource} is ${truth}, told ${one.certainty}`);
    }
    if (change !== undefined || session !== undefined) altered.add(to);
  }
  return problems;
}
