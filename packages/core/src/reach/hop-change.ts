import type { NodeId } from '../graph/model.ts';

/** A policy at the place where it is attached. */
export interface PlacedPolicy {
  readonly policy: string;
  readonly node: NodeId;
}

/**
 * What one hop does to the node it leads to, where that node is changed and not only obtained; what evidence cites and
 * reports put into words. Policies are told by id; one that the input does not hold is told all the same.
 *
 * - `grant`: permissions added, those of `policies`; without `policies` any there are;
 * - `guard`: its guard is removed, or `policy` takes its place;
 * - `drop`: these policies no longer apply to it, with what they deny;
 * - `replace`: `by` takes the place of `policy`, which it holds, or which `guards` it;
 * - `retag`: its tags are what the caller chooses;
 * - `session`: whoever holds it can act as it in sessions of this kind;
 * - `join`: it is put into these groups;
 * - `lift`, `open`: these guards of its scopes are taken off, or let everything pass;
 * - `leave-scopes`: the guards of the scopes around it no longer apply;
 * - `make`: it is made, with these policies or groups (without both: with every permission, or none where it is `bare`),
 *   within `guard` if given;
 * - `open-resource`: a statement of the caller's making joins its policy, or takes the place of it (`instead`), and the row
 *   `after` gives the node then, to the caller or to an `outsider`: a principal in a zone of the attacker's own;
 * - `retag-resource`: its tags are what the caller chooses, and the row `after` gives the node then; without `after` a later
 *   hop of somebody else makes use of them;
 * - `control`: any permission can be granted on it and below it;
 * - `hand-out`: those of `policies` can, or any without them; where `types` is there, only to identities of these types, and to
 *   `principals`, or members of them;
 * - `extend`: `policies`, roles, hold every permission wherever they are granted;
 * - `lift-denies`, `lift-guards`: denies, or guards, that are placed on it no longer apply;
 * - `together`: all changes that can be made to it at once, which were not followed in every combination.
 */
export type HopChange =
  | { readonly change: 'grant'; readonly policies?: readonly string[] }
  | { readonly change: 'guard'; readonly policy?: string }
  | { readonly change: 'drop'; readonly policies: readonly PlacedPolicy[] }
  | { readonly change: 'replace'; readonly policy: string; readonly by: string; readonly guards?: true }
  | { readonly change: 'retag' }
  | { readonly change: 'session'; readonly session: string }
  | { readonly change: 'join'; readonly groups: readonly NodeId[] }
  | { readonly change: 'lift' | 'open'; readonly policies: readonly string[] }
  | {
      readonly change: 'make';
      readonly policies?: readonly string[];
      readonly groups?: readonly NodeId[];
      readonly bare?: true;
      readonly guard?: string;
    }
  | { readonly change: 'open-resource'; readonly instead?: true; readonly after?: string; readonly outsider?: true }
  | { readonly change: 'retag-resource'; readonly after?: string }
  | {
      readonly change: 'hand-out';
      readonly policies?: readonly string[];
      readonly types?: readonly string[];
      readonly principals?: readonly NodeId[];
    }
  | { readonly change: 'extend'; readonly policies: readonly string[] }
  | { readonly change: 'control' | 'lift-denies' | 'lift-guards' }
  | { readonly change: 'leave-scopes' | 'together' };

/** The session a hop leads to, where it matters which. */
export interface HopSession {
  /** Absent: whatever kind, within the limits of one credential. */
  readonly kind?: string;
  readonly limited?: true;
}
