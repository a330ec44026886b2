import { TRUE } from '../authz/truth.ts';
import type { NodeId } from '../graph/model.ts';
import { startNode } from '../reach/reach-model.ts';
import { SearchSpace, searchReach } from '../reach/reach-search.ts';
import { type ActionInput, actionOf } from './action.ts';
import type { AnalysisEngine } from './engine.ts';
import { isHuman } from './human-ratio.ts';
import { ownerState } from './owner.ts';
import { persistenceOf } from './persistence.ts';
import type { RadiusFacts } from './radius-bounds.ts';
import type { Action, Score } from './results.ts';
import { scoreOf } from './score.ts';
import type { Subject } from './subject.ts';
import { ageDays, timestampOf } from './time.ts';
import { mayHoldUnlisted } from './unlisted-credentials.ts';

/** External identities that are no third party: everybody, and whoever an identity provider vouches for. */
const nobodyInParticular: ReadonlySet<string> = new Set(['public', 'federated-subject', 'principal-set']);

/** Most makers of a credential that are looked at one by one. */
const MOST_MAKERS = 32;

/** Days since a subject was made; null where the input does not say. */
export function subjectAge(subject: Subject, now: number): number | null {
  return ageDays(subject.node.created, timestampOf(now));
}

/** Scores a subject and says what to do (findings 3.5, 3.6). */
export function assess(
  engine: AnalysisEngine,
  subject: Subject,
  facts: RadiusFacts,
  now: number,
): { readonly score: Score; readonly action: Action } {
  const { bounds, unbounded } = facts;
  const { node, home } = subject;
  const admin = {
    lo: facts.admin.some((one) => one.certainty === 'allow'),
    hi: facts.admin.length > 0 || bounds.adminScopes.hi === null,
  };
  const toProd = facts.crossings.filter((one) => one.from === 'non-prod' && one.to === 'prod');
  const nonProdToProd = { lo: toProd.some((one) => one.certainty === 'allow'), hi: toProd.length > 0 };
  const open = home?.type === 'public' ? true : home?.attributes?.['openToStrangers'];
  // `conditional`: whether strangers are kept out is decided by something the input does not tell.
  const publicTrust = { lo: open === true, hi: open === true || open === 'conditional' };
  const third = home?.external === true && !nobodyInParticular.has(home.type);
  const thirdPartyHeld = { lo: third, hi: third };
  const isStatic = node.kind === 'credential' && node.static === true;
  // A credential of unknown kind, or a user whose keys nobody listed, may be a secret that can be copied.
  const maybeSecret = node.kind === 'credential' ? node.static !== false : mayHoldUnlisted(node, engine.graph);
  const age = subjectAge(subject, now);
  const known = Math.max(1, bounds.obtainers.known);
  const score = scoreOf({
    admin,
    sensitive: bounds.sensitive,
    secrets: bounds.secretsFanout,
    nonProdToProd,
    unbounded: { lo: unbounded.some((one) => one.certainty === 'allow'), hi: unbounded.length > 0 },
    identities: bounds.identities,
    crossCloud: { lo: (bounds.crossCloud.lo ?? 0) > 0, hi: (bounds.crossCloud.hi ?? 0) > 0 },
    leaked: { lo: 'none', hi: 'none' },
    publicTrust,
    obtainers: {
      lo: (bounds.obtainers.lo ?? 0) / known,
      hi: bounds.obtainers.hi === null ? null : bounds.obtainers.hi / known,
    },
    thirdPartyHeld,
    static: { lo: isStatic, hi: maybeSecret },
    rotationDays: isStatic ? { lo: age ?? 0, hi: age } : { lo: 0, hi: maybeSecret ? age : 0 },
    consumers: { lo: 0, hi: 0 },
  });
  const input: ActionInput = {
    leak: 'none',
    status: node.kind === 'credential' ? node.status : 'active',
    publicTrust,
    outsideObtainer: outsideObtainer(engine, subject, facts),
    thirdPartyHeld,
    consumers: { lo: 0, hi: 0 },
    admin,
    nonProdToProd,
    sensitive: bounds.sensitive,
    secretsFanout: bounds.secretsFanout,
    unbounded,
    // Keyless identities live by sessions of hours (aws.md 5.2).
    persistence: persistenceOf(
      maybeSecret ? { expires: node.kind === 'credential' ? node.expires : undefined } : { keylessSessionHours: 12 },
      timestampOf(now),
    ),
    validOwner: ownerState(home ?? node),
    sensitiveUnlogged: { lo: false, hi: false },
    threeCannots: { lo: false, hi: false },
  };
  return { score, action: actionOf(input) };
}

/** A human or external identity that can make the credential and does not already control its scope (findings 3.6). */
function outsideObtainer(
  engine: AnalysisEngine,
  { home }: Subject,
  facts: RadiusFacts,
): { readonly lo: boolean; readonly hi: boolean } {
  if (home === undefined) return { lo: false, hi: false };
  const zone = engine.graph.zoneOf(home.id)?.id ?? home.scope;
  const control = zone === undefined ? undefined : engine.reach.zoneControl.get(zone);
  let lo = false;
  let hi = false;
  let looked = 0;
  for (const maker of facts.makers) {
    const identity = engine.graph.identity(maker.id);
    if (identity === undefined || !(identity.external === true || isHuman(identity))) continue;
    looked += 1;
    if (looked > MOST_MAKERS) {
      hi = true;
      break;
    }
    if (control !== undefined && controls(engine, identity.id, control)) continue;
    hi = true;
    if (maker.certainty === 'allow') lo = true;
  }
  return { lo, hi };
}

/** What identities control, found out once for each. */
interface Controllers {
  readonly space: SearchSpace;
  /** Nodes of control of zones, ascending. */
  readonly zones: Int32Array;
  readonly controlled: Map<NodeId, ReadonlySet<number>>;
}

const controllers: WeakMap<AnalysisEngine, Controllers> = new WeakMap();

/** Whether an identity reaches control of a zone for sure. */
function controls(engine: AnalysisEngine, identity: NodeId, control: number): boolean {
  const { reach } = engine;
  let known = controllers.get(engine);
  if (known === undefined) {
    known = {
      space: new SearchSpace(reach.graph.nodeCount),
      zones: Int32Array.from(reach.zoneControl.values()).sort(),
      controlled: new Map(),
    };
    controllers.set(engine, known);
  }
  let controlled = known.controlled.get(identity);
  if (controlled === undefined) {
    const start = startNode(reach, identity);
    const distance = start === undefined ? undefined : searchReach(reach.graph, start, TRUE, known.space).distance;
    controlled = new Set(distance === undefined ? [] : known.zones.filter((zone) => distance[zone]! >= 0));
    known.controlled.set(identity, controlled);
  }
  return controlled.has(control);
}
