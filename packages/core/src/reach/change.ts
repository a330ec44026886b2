import type { CompiledDocument } from '../authz/compiled-document.ts';
import type { HeldPolicy } from '../authz/principal-class.ts';
import type { Attachment, NodeId } from '../graph/model.ts';
import type { HopChange, PlacedPolicy } from './hop-change.ts';

/** Something that can be done to an identity short of becoming it, and what it changes. */
export interface Change {
  /** The same text for the same change. */
  readonly key: string;
  /** The change as evidence tells it. */
  readonly told: HopChange;
  /** Permissions added: all there are, or those of certain texts. */
  readonly adds?: 'everything' | readonly CompiledDocument[];
  /** Policies that no longer apply, each where it is attached. */
  readonly drops?: readonly PlacedPolicy[];
  /** A group it is no longer in: with it go the policies of that group and of those it is in. */
  readonly leaves?: NodeId;
  /** What guards the identity afterwards in place of its own guards. */
  readonly guards?: readonly CompiledDocument[];
  /** Whoever holds the identity can act as it in sessions of this kind. */
  readonly session?: string;
  /** Its tags are what the caller chooses. */
  readonly retags?: true;
  /** What happens to the guards of the scopes around it. */
  readonly lifts?: GuardLift;
  /** The group it is put into, and in how many groups it can be at most. */
  readonly joins?: { readonly group: NodeId; readonly mostGroups: number | undefined };
  /** Nodes of the reach graph that whoever makes the change and holds the identity comes to. */
  readonly leadsTo?: readonly number[];
  /** Of changes with the same slot only one can be made. */
  readonly slot?: string;
  /** Policies put on it by name, and the part they play there: what is done to their text is done to it as well. */
  readonly puts?: { readonly role: Attachment['role']; readonly policies: readonly string[] };
}

/** A guard taken off a scope where others stay, or rewritten to let everything pass; or all of them left behind. */
export type GuardLift = { readonly kind: 'lift' | 'open'; readonly policy: string } | { readonly kind: 'leave' };

/** Stands for every place an identity holds a policy at: the text itself has changed. */
export const EVERY_PLACE = '*';

/** A change of a policy text: what it does to those who hold the policy depends on where they hold it. */
export interface PolicyChange {
  readonly key: string;
  readonly role: Attachment['role'];
  /** The change for the holders of one attachment. */
  at(attachment: Attachment): Change;
}

/** The grant of everything. */
export const GRANT: Change = { key: 'grant', told: { change: 'grant' }, adds: 'everything' };

/** No guard any more. */
export const UNGUARD: Change = { key: 'unguard', told: { change: 'guard' }, guards: [], slot: 'guard' };

/** Tags of the caller's choice. */
export const RETAG: Change = { key: 'retag', told: { change: 'retag' }, retags: true };

/** Permissions of certain policies added; `policies` are their ids. */
export function addition(policies: readonly string[], documents: readonly CompiledDocument[]): Change {
  const puts = { role: 'identity-grant', policies } as const;
  return { key: JSON.stringify(['grant', ...policies]), told: { change: 'grant', policies }, adds: documents, puts };
}

/** A policy that guards it in place of what does. */
export function guarding(policy: string, document: CompiledDocument): Change {
  return {
    key: JSON.stringify(['guard', policy]),
    told: { change: 'guard', policy },
    guards: [document],
    slot: 'guard',
    puts: { role: 'identity-guard', policies: [policy] },
  };
}

/**
 * Somebody put into a group that is changed beside: `held` is what the group passes on. Undefined where the change gives whoever
 * is put into it no more.
 */
export function joining(
  join: Change,
  change: Change,
  held: readonly HeldPolicy[],
  everything: CompiledDocument,
): Change | undefined {
  const { adds, drops = [] } = change;
  if (change.leaves !== undefined || (adds === undefined && drops.length === 0)) return undefined;
  const isDropped = ({ policy, attachment }: HeldPolicy): boolean =>
    drops.some((place) => place.policy === policy.id && (place.node === attachment.node || place.node === EVERY_PLACE));
  const kept = held.filter((one) => !isDropped(one)).map(({ document }) => document);
  if (adds === undefined && kept.length === held.length) return undefined;
  const denying = kept.filter(mayDeny);
  const whole = denying.length === 0 ? 'everything' : [...denying, everything];
  const { slot } = change;
  return {
    key: JSON.stringify([join.key, change.key]),
    told: change.told,
    adds: adds === 'everything' ? whole : [...kept, ...(adds ?? [])],
    ...(join.joins === undefined ? {} : { joins: join.joins }),
    ...(slot === undefined ? {} : { slot }),
  };
}

/**
 * Two changes of one group as one; undefined where they exclude each other, or are not followed together. It is told as the
 * second: the first is a step of its own.
 */
export function bothOf(first: Change, second: Change): Change | undefined {
  if (first.leaves !== undefined || second.leaves !== undefined) return undefined;
  if (first.slot !== undefined && second.slot !== undefined) return undefined;
  const slot = first.slot ?? second.slot;
  const isWhole = first.adds === 'everything' || second.adds === 'everything';
  const adds = isWhole ? 'everything' : [...textsOf(first), ...textsOf(second)];
  const drops = [...(first.drops ?? []), ...(second.drops ?? [])];
  return {
    key: JSON.stringify([first.key, second.key]),
    told: second.told,
    ...(first.adds === undefined && second.adds === undefined ? {} : { adds }),
    ...(drops.length === 0 ? {} : { drops }),
    ...(slot === undefined ? {} : { slot }),
  };
}

function textsOf({ adds }: Change): readonly CompiledDocument[] {
  return adds === undefined || adds === 'everything' ? [] : adds;
}

/** A policy taken off where it is attached. */
export function removal(places: readonly PlacedPolicy[]): Change {
  const key = JSON.stringify(['drop', ...places.map(({ policy, node }) => [policy, node])]);
  return { key, told: { change: 'drop', policies: places }, drops: places };
}

/** A group left; `places`: what it passes on that may deny something. */
export function leaving(group: NodeId, places: readonly PlacedPolicy[]): Change {
  const key = JSON.stringify(['drop', ...places.map(({ policy, node }) => [policy, node]), group]);
  return { key, told: { change: 'drop', policies: places }, leaves: group };
}

/** Whoever holds the identity can act as it in sessions of a kind. */
export function signIn(session: string): Change {
  return { key: `sign-in ${session}`, told: { change: 'session', session }, session, slot: 'session' };
}

/** The same change for everyone who holds a policy, in the part of a decision it plays. */
export function forHolders(role: Attachment['role'], change: Change): PolicyChange {
  return { key: change.key, role, at: () => change };
}

/** Whether a text may deny something. */
export function mayDeny(document: CompiledDocument): boolean {
  if (document.unreadable !== undefined) return document.mayDeny;
  return document.statements.some((statement) => !statement.allow);
}

/** Whether a text may allow something. */
export function mayAllow(document: CompiledDocument): boolean {
  return document.unreadable !== undefined || document.statements.some((statement) => statement.allow);
}
