import type { GraphIndex } from '../graph/graph-index.ts';
import type { Certainty, IdentityNode, NodeId, Provider } from '../graph/model.ts';
import { and, CONDITIONAL, FALSE, or, TRUE, type Truth, UNKNOWN } from './truth.ts';

/** How surely an identity is a member of groups: group → truth, never `FALSE`. */
export type Memberships = ReadonlyMap<NodeId, Truth>;

const NONE: Memberships = new Map();

const truthOf: Readonly<Record<Certainty, Truth>> = { allow: TRUE, conditional: CONDITIONAL, unknown: UNKNOWN };

/**
 * Who is a member of which group (docs/reach-scoped.md, "Decisions"). Membership is transitive, as surely as its least sure
 * step, by the surest way there is. A group whose members were not read contains everybody of its provider who may be a
 * member, perhaps, and so do the groups around it. Groups may contain one another in a circle.
 */
export class MembershipIndex {
  readonly #graph: GraphIndex;
  readonly #mayBeMember: (identity: IdentityNode) => boolean;
  readonly #stated: Map<NodeId, Memberships> = new Map();
  readonly #perhaps: Map<Provider, ReadonlySet<NodeId>> = new Map();

  /** `mayBeMember`: whether an identity can be a member of groups that nobody read. */
  constructor(graph: GraphIndex, mayBeMember: (identity: IdentityNode) => boolean) {
    this.#graph = graph;
    this.#mayBeMember = mayBeMember;
  }

  /** The groups that edges of the graph put an identity in, by id; memoised. The identity itself is not among them. */
  stated(identity: NodeId): Memberships {
    if (this.#graph.outgoing(identity, 'member-of').length === 0) return NONE;
    const known = this.#stated.get(identity);
    if (known !== undefined) return known;
    const found = this.#widest(identity, TRUE);
    found.delete(identity);
    const sorted = new Map([...found].sort(([left], [right]) => (left < right ? -1 : 1)));
    this.#stated.set(identity, sorted);
    return sorted;
  }

  /** Groups of a provider that nobody can tell the members of: not read, or around one that was not; memoised. */
  unread(provider: Provider): ReadonlySet<NodeId> {
    const known = this.#perhaps.get(provider);
    if (known !== undefined) return known;
    const found = new Set<NodeId>();
    for (const identity of this.#graph.identities) {
      if (identity.provider === provider && identity.attributes?.['membersUnread'] === true) found.add(identity.id);
    }
    for (const id of found) for (const { to } of this.#graph.outgoing(id, 'member-of')) found.add(to);
    this.#perhaps.set(provider, found);
    return found;
  }

  /** Whether an identity may be in groups that nobody read: it can be a member of one itself, or a group it is in can. */
  mayBeInUnread(identity: IdentityNode): boolean {
    if (this.#mayBeMember(identity)) return true;
    for (const id of this.stated(identity.id).keys()) {
      const group = this.#graph.identity(id);
      if (group !== undefined && this.#mayBeMember(group)) return true;
    }
    return false;
  }

  /** How surely an identity is a member of a group; of itself it is. `direct`: not by way of other groups. */
  truth(identity: IdentityNode, group: NodeId, direct?: true): Truth {
    if (identity.id === group) return TRUE;
    if (direct === true) return this.#directTruth(identity, group);
    const stated = this.stated(identity.id).get(group) ?? FALSE;
    if (stated !== FALSE) return stated;
    return this.unread(identity.provider).has(group) && this.mayBeInUnread(identity) ? UNKNOWN : FALSE;
  }

  /** The same for a principal that made itself a member of groups, where the identity of its own is not enough. */
  joinedTruth(identity: IdentityNode, joined: readonly NodeId[], group: NodeId, direct?: true): Truth {
    if (direct === true && joined.includes(group)) return TRUE;
    let truth = this.truth(identity, group, direct);
    for (const one of direct === true ? [] : joined) {
      if (truth === TRUE) return truth;
      const through = this.#graph.identity(one);
      truth = or(truth, through === undefined ? (one === group ? TRUE : FALSE) : this.truth(through, group));
    }
    return truth;
  }

  #directTruth(identity: IdentityNode, group: NodeId): Truth {
    const perhaps = this.#graph.identity(group)?.attributes?.['membersUnread'] === true && this.#mayBeMember(identity);
    let truth: Truth = perhaps ? UNKNOWN : FALSE;
    for (const { to, certainty } of this.#graph.outgoing(identity.id, 'member-of')) {
      if (to === group) truth = or(truth, truthOf[certainty ?? 'allow']);
    }
    return truth;
  }

  /** The surest way from an identity to each group: every step raises a truth at most three times, so it ends. */
  #widest(from: NodeId, start: Truth): Map<NodeId, Truth> {
    const best = new Map<NodeId, Truth>([[from, start]]);
    const open: NodeId[] = [from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const here = best.get(at) ?? FALSE;
      for (const { to, certainty } of this.#graph.outgoing(at, 'member-of')) {
        const there = and(here, truthOf[certainty ?? 'allow']);
        if (there <= (best.get(to) ?? FALSE)) continue;
        best.set(to, there);
        open.push(to);
      }
    }
    return best;
  }
}
