import type { PrincipalFacts, Recipients } from '../../authz/semantics.ts';
import { FALSE, or, type Truth, UNKNOWN } from '../../authz/truth.ts';
import type { GraphIndex } from '../../graph/graph-index.ts';
import type { NodeId } from '../../graph/model.ts';

const GROUP = 'group';

/** A statement of to whom something can be given, that conditions of the estate make. */
interface Known {
  readonly number: number;
  readonly to: Recipients;
  /** Groups nobody knows all members of, to which it can be given. */
  readonly unread: readonly NodeId[];
}

/**
 * To whom the conditions of an estate let something be given. All that they say must be here before anybody is asked about:
 * principals that are not told apart by it share what they reach.
 */
export class RecipientRegister {
  readonly #graph: GraphIndex;
  /** Groups nobody knows all members of. */
  readonly #unread: ReadonlySet<NodeId>;
  readonly #outsider: NodeId | undefined;
  readonly #numbers: Map<string, Known> = new Map();
  readonly #known: Map<Recipients, Known> = new Map();
  readonly #types: Map<string, ReadonlyMap<string, Truth>> = new Map();
  readonly #naming: Map<NodeId, Known[]> = new Map();
  /** Statements that look at groups of which nobody knows all members. */
  readonly #reading: Known[] = [];

  constructor(graph: GraphIndex, unread: ReadonlySet<NodeId>, outsider: NodeId | undefined) {
    this.#graph = graph;
    this.#unread = unread;
    this.#outsider = outsider;
  }

  /** No condition says to whom something can be given. */
  get isEmpty(): boolean {
    return this.#numbers.size === 0;
  }

  /** Notes a statement; the same number for those that say the same. */
  add(to: Recipients): number {
    const before = this.#known.get(to);
    if (before !== undefined) return before.number;
    const types = textOf(to.types);
    const key = `${to.outsider}\n${types}\n${textOf(to.named)}`;
    let known = this.#numbers.get(key);
    if (known === undefined) {
      if (!this.#types.has(types)) this.#types.set(types, to.types);
      const unread = [...this.#unread].filter((id) => this.#direct(to, id) !== FALSE).sort();
      known = { number: this.#numbers.size, to, unread };
      this.#numbers.set(key, known);
      for (const id of to.named.keys()) {
        const list = this.#naming.get(id);
        if (list === undefined) this.#naming.set(id, [known]);
        else list.push(known);
      }
      if (unread.length > 0) this.#reading.push(known);
    }
    this.#known.set(to, known);
    return known.number;
  }

  /** The number of a statement that was noted. */
  numberOf(to: Recipients): number {
    return this.#known.get(to)!.number;
  }

  /**
   * Text that is the same for principals to whom the same can be given; `groups`: what the principal is in, or can be, directly or through
   * others.
   */
  keyOf(facts: PrincipalFacts, groups: readonly NodeId[]): string {
    if (facts.node.id === this.#outsider) return `outsider ${groups.join(' ')}`;
    let key = '';
    for (const types of this.#types.values()) key += this.#byTypes(types, facts, groups);
    const naming = new Set<Known>(this.#reading);
    for (const id of [facts.node.id, ...groups]) for (const one of this.#naming.get(id) ?? []) naming.add(one);
    for (const one of [...naming].sort((left, right) => left.number - right.number)) {
      key += ` ${one.number}:${this.#truthOf(one, facts, groups)}`;
    }
    return key;
  }

  /** How surely something can be given to a principal, by itself or by way of one of its `groups`. */
  truth(to: Recipients, facts: PrincipalFacts, groups: readonly NodeId[]): Truth {
    return this.#truthOf(this.#known.get(to)!, facts, groups);
  }

  /** Whether it makes a difference to whom something can be given, whether somebody is a member of one of some groups. */
  looksAtAny(groups: readonly NodeId[]): boolean {
    for (const { to } of this.#numbers.values()) if (groups.some((id) => this.#direct(to, id) !== FALSE)) return true;
    return false;
  }

  /** Whether something can be given to any group. */
  looksAtGroups({ types, named }: Recipients): boolean {
    if ((types.get(GROUP) ?? FALSE) !== FALSE) return true;
    return [...named].some(([id, truth]) => truth !== FALSE && this.#graph.identity(id)?.type === GROUP);
  }

  #truthOf({ to, unread }: Known, facts: PrincipalFacts, groups: readonly NodeId[]): Truth {
    const { node } = facts;
    let truth = node.id === this.#outsider ? to.outsider : (to.named.get(node.id) ?? to.types.get(node.type) ?? FALSE);
    for (const id of groups) truth = or(truth, this.#byGroup(this.#direct(to, id), id, facts));
    for (const id of unread) {
      // Of such a group one is a member perhaps, or surely, and then it is among the groups.
      if (truth >= UNKNOWN) break;
      truth = or(truth, this.#byGroup(this.#direct(to, id), id, facts));
    }
    return truth;
  }

  #byTypes(types: ReadonlyMap<string, Truth>, facts: PrincipalFacts, groups: readonly NodeId[]): Truth {
    let truth = types.get(facts.node.type) ?? FALSE;
    const toGroups = types.get(GROUP) ?? FALSE;
    if (toGroups !== FALSE) for (const id of groups) truth = or(truth, this.#byGroup(toGroups, id, facts));
    return truth;
  }

  #byGroup(toGroup: Truth, id: NodeId, { memberOf }: PrincipalFacts): Truth {
    if (toGroup === FALSE) return FALSE;
    const isMember = memberOf?.(id) ?? FALSE;
    return isMember < toGroup ? isMember : toGroup;
  }

  /** How surely something can be given to what has this id itself. */
  #direct({ types, named }: Recipients, id: NodeId): Truth {
    return named.get(id) ?? types.get(this.#graph.identity(id)?.type ?? '') ?? FALSE;
  }
}

function textOf(truths: ReadonlyMap<string, Truth>): string {
  return JSON.stringify([...truths].sort(([left], [right]) => (left < right ? -1 : 1)));
}
