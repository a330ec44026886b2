import type { AccessClass } from '../reach/access-class.ts';
import type { Action, ActionName, Bound, UnboundedReach } from './results.ts';
import type { BooleanBound } from './score.ts';

/** How easily somebody else can hold the credential (findings 3.6). */
export type Exposure = 'open' | 'obtainable' | 'contained';

/** How much holding it opens (findings 3.6). */
export type ReachLevel = 'critical' | 'sensitive' | 'limited';

/** How long it keeps working: `none` without or with unknown end, `long` over 90 days, `short` up to 90 days. */
export type Persistence = 'none' | 'long' | 'short';

/** Whether somebody answers for it; `unknown` where the owner's validity is, which reads `ok` on lo and `weak` on hi. */
export type Governance = 'weak' | 'ok' | 'unknown';

/** What an action is decided on (findings 3.6). */
export interface ActionInput {
  /** The best join with a leak report. */
  readonly leak: 'exact' | 'strong' | 'candidate' | 'none';
  readonly status: 'active' | 'disabled' | 'expired' | 'unknown';
  /** Trust in any subject or the public. */
  readonly publicTrust: BooleanBound;
  /** A human or external identity that can make, read or reset it and is not already admin of the home scope. */
  readonly outsideObtainer: BooleanBound;
  readonly thirdPartyHeld: BooleanBound;
  /** Consumers that share the credential. */
  readonly consumers: Bound;
  /** Full control of some scope, direct or transitive on lo, by any path on hi. */
  readonly admin: BooleanBound;
  readonly nonProdToProd: BooleanBound;
  readonly sensitive: Bound;
  readonly secretsFanout: Bound;
  readonly unbounded: readonly Omit<UnboundedReach, 'path'>[];
  readonly persistence: Persistence;
  /** Whether some owner is valid; `no` also where there is none. */
  readonly validOwner: 'yes' | 'no' | 'unknown';
  /** A sensitive target is reached whose data-plane log is known to be off. */
  readonly sensitiveUnlogged: BooleanBound;
  /** It can neither be rotated, nor attributed, nor constrained (findings M38). */
  readonly threeCannots: BooleanBound;
}

/** A row of the table of findings 3.6; an absent column matches anything. */
interface ActionRow {
  readonly exposure?: readonly Exposure[];
  readonly reach?: readonly ReachLevel[];
  readonly persistence?: readonly Persistence[];
  readonly governance?: readonly ('weak' | 'ok')[];
  readonly action: ActionName;
}

/** The table of findings 3.6: the first row that matches decides. */
export const actionTable: readonly ActionRow[] = [
  { exposure: ['open'], reach: ['critical', 'sensitive'], action: 'Act' },
  { exposure: ['open'], reach: ['limited'], action: 'Attend' },
  { exposure: ['obtainable'], reach: ['critical'], persistence: ['none'], governance: ['weak'], action: 'Act' },
  { exposure: ['obtainable'], reach: ['critical'], persistence: ['none'], governance: ['ok'], action: 'Attend' },
  { exposure: ['obtainable'], reach: ['critical'], persistence: ['long', 'short'], action: 'Track*' },
  { exposure: ['contained'], reach: ['critical'], action: 'Track*' },
  { action: 'Track' },
];

/** Classes whose uncountable access makes a reach sensitive: those that also count for `sensitive` (findings 3.2). */
const sensitiveClasses: ReadonlySet<AccessClass> = new Set<AccessClass>([
  'data-read',
  'data-write',
  'delete',
  'secret-read',
  'permission-admin',
]);

/**
 * What to do about a credential or identity (findings 3.6), on what is proven and on what the evidence does not
 * exclude. A count without bound, an unknown status and an unknown end never lower the answer.
 */
export function actionOf(input: ActionInput): Action {
  const lo = sideOf(input, 'lo');
  const hi = sideOf(input, 'hi');
  return {
    lo: lo.action,
    hi: hi.action,
    exposure: { lo: lo.exposure, hi: hi.exposure },
    reach: { lo: lo.reach, hi: hi.reach },
    persistence: input.persistence,
    governance: (lo.governance === hi.governance ? lo.governance : 'unknown') satisfies Governance,
  };
}

interface Side {
  readonly exposure: Exposure;
  readonly reach: ReachLevel;
  readonly governance: 'weak' | 'ok';
  readonly action: ActionName;
}

function sideOf(input: ActionInput, side: 'lo' | 'hi'): Side {
  const exposure = exposureOf(input, side);
  const reach = reachOf(input, side);
  const governance = governanceOf(input, side);
  const row = actionTable.find(
    (candidate) =>
      (candidate.exposure?.includes(exposure) ?? true) &&
      (candidate.reach?.includes(reach) ?? true) &&
      (candidate.persistence?.includes(input.persistence) ?? true) &&
      (candidate.governance?.includes(governance) ?? true),
  );
  return { exposure, reach, governance, action: input.threeCannots[side] ? 'Act' : (row?.action ?? 'Track') };
}

function exposureOf(input: ActionInput, side: 'lo' | 'hi'): Exposure {
  if ((input.leak === 'exact' && !isOff(input)) || input.publicTrust[side]) return 'open';
  const joined = input.leak === 'strong' || input.leak === 'candidate';
  const held = input.outsideObtainer[side] || input.thirdPartyHeld[side] || atLeast(2, input.consumers, side);
  return joined || held ? 'obtainable' : 'contained';
}

function reachOf(input: ActionInput, side: 'lo' | 'hi'): ReachLevel {
  if (isOff(input)) return 'limited';
  const sensitive = atLeast(1, input.sensitive, side);
  if (input.admin[side] || (input.nonProdToProd[side] && sensitive)) return 'critical';
  const unbounded = input.unbounded.some(
    (reach) => sensitiveClasses.has(reach.class) && (side === 'hi' || reach.certainty === 'allow'),
  );
  return sensitive || atLeast(1, input.secretsFanout, side) || unbounded ? 'sensitive' : 'limited';
}

function governanceOf(input: ActionInput, side: 'lo' | 'hi'): 'weak' | 'ok' {
  const ownerless = input.validOwner === 'no' || (input.validOwner === 'unknown' && side === 'hi');
  return ownerless || input.sensitiveUnlogged[side] ? 'weak' : 'ok';
}

/** A status nobody knows may well be active. */
function isOff({ status }: ActionInput): boolean {
  return status === 'disabled' || status === 'expired';
}

function atLeast(least: number, bound: Bound, side: 'lo' | 'hi'): boolean {
  const value = bound[side];
  return value === null ? side === 'hi' : value >= least;
}
