import type { AuthorizationModel } from '../../authz/authorization-model.ts';
import type { CompiledDocument } from '../../authz/compiled-document.ts';
import type { HeldPolicy } from '../../authz/principal-class.ts';
import type { CompiledCondition, PrincipalFacts } from '../../authz/semantics.ts';
import { FALSE, or, TRUE, type Truth } from '../../authz/truth.ts';
import type { NodeId } from '../../graph/model.ts';
import {
  AS_IT_IS,
  type GivenPolicies,
  type GuardUnion,
  type Modifications,
  type NamedGiven,
  type ScopedCaller,
} from './scoped-caller.ts';
import type { NamedRule, ScopedRule, ScopedRules } from './scoped-rules.ts';

/** Who acts, before it is known with whom it shares what it can do. */
export interface ActingPrincipal {
  readonly facts: PrincipalFacts;
  /** Restrictions of the credential it acts with. */
  readonly sessionGuards: readonly CompiledDocument[];
  /** It is granted nothing but what everybody of its type is: what full nodes and changes alone give. */
  readonly isBare: boolean;
}

/** What caps a principal. */
interface CappedBy {
  readonly guards: readonly GuardUnion[];
  /** The same text for the same texts. */
  readonly key: string;
  /** They look at the principal beside naming it. */
  readonly readsPrincipal: boolean;
}

/** Makes callers, the same for principals that nothing tells apart. */
export class ScopedCallers {
  readonly #model: AuthorizationModel;
  readonly #rules: ScopedRules;
  /** Ids that lists name which techniques look at. */
  readonly #listed: ReadonlySet<NodeId>;
  readonly #byKey: Map<string, ScopedCaller> = new Map();
  readonly #kinds: Map<string, number> = new Map();
  /** The same lists of guards for everybody that the same texts on the same nodes cap. */
  readonly #guards: Map<string, CappedBy> = new Map();
  readonly #numbers: Map<CompiledDocument, number> = new Map();
  readonly #around: Map<NodeId, readonly NodeId[]> = new Map();
  readonly #commons: Map<string, readonly NamedRule[]> = new Map();

  constructor(model: AuthorizationModel, rules: ScopedRules, listed: ReadonlySet<NodeId>) {
    this.#model = model;
    this.#rules = rules;
    this.#listed = listed;
  }

  /** The caller for a principal in the estate as it is, or as it was changed. */
  of({ facts: own, sessionGuards, isBare }: ActingPrincipal, changes: Modifications = AS_IT_IS): ScopedCaller {
    const given = this.#givenTo(own, changes);
    const changed = given.length === changes.given.length ? changes : withGiven(changes, given);
    const facts = changed.joined.length === 0 ? own : this.#model.joinedFacts(own, changed.joined);
    const { node } = facts;
    const groups = isBare ? [] : this.#groupsOf(node.id);
    const joined = [...new Set(changed.joined.flatMap((id) => [id, ...this.#groupsOf(id)]))];
    const all = isBare
      ? this.#namingAny(facts, joined)
      : this.#rules.naming(facts, joined.length === 0 ? groups : [...groups, ...joined]);
    const common = this.#commonTo(node.type);
    const everything = [...common, ...all].filter(({ rule }) => changed.extended.includes(rule.attachment.policy));
    const denies = this.#rules.denying(facts).filter(({ rule }) => !changed.deniesLifted.includes(rule.node));
    const { guards, key: guardsKey, readsPrincipal } = this.#guardsOf(facts, sessionGuards, changed.guardsLifted);
    // To be in a list is nothing that a credential for some actions only could be used for.
    const listedAs =
      sessionGuards.length > 0 || (isBare && joined.length === 0)
        ? NOT_LISTED
        : this.#listedAs(facts, isBare ? joined : [node.id, ...groups, ...joined, ...this.#unreadListed()]);
    const isApart =
      [common, all, denies].some((rules) => rules.some(({ rule }) => rule.readsPrincipal)) || readsPrincipal;
    const kind = this.#kindOf(
      [isApart ? node.id : '', rulesKey(denies), guardsKey, changed.retagged.join(',')].join('|'),
    );
    const { recipients } = this.#rules.limits;
    const key = [
      kind,
      node.type,
      alikeKey(all),
      alikeKey(everything),
      [...listedAs].map(([id, truth]) => `${id} ${truth}`).join(','),
      given.map(({ given: { index }, truth }) => (truth === TRUE ? index : `${index}:${truth}`)).join(','),
      changed.joined.join(','),
      recipients.isEmpty ? '' : recipients.keyOf(facts, this.#groupsWith(node.id, changed.joined)),
    ].join('\n');
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const caller: ScopedCaller = {
      index: this.#byKey.size,
      facts,
      class: this.#model.classFor(facts, sessionGuards),
      common,
      allows: all,
      everything,
      denies,
      guards,
      listedAs,
      given,
      changed,
      kind,
      isApart,
    };
    this.#byKey.set(key, caller);
    return caller;
  }

  /** What of the estate as it is changed a principal can be given, or may. */
  #givenTo(own: PrincipalFacts, { given, joined }: Modifications): readonly NamedGiven[] {
    if (given.length === 0) return NOTHING_GIVEN;
    return given.flatMap((one) => {
      const truth = this.#givenTruth(own, one, joined);
      return truth === FALSE ? [] : [{ given: one, truth }];
    });
  }

  /** Whether policies may be given to a principal that joined some groups. */
  mayBeGiven({ facts }: ActingPrincipal, given: GivenPolicies, joined: readonly NodeId[]): boolean {
    return this.#givenTruth(facts, given, joined) !== FALSE;
  }

  #givenTruth(own: PrincipalFacts, { to }: GivenPolicies, joined: readonly NodeId[]): Truth {
    if (to === undefined) return TRUE;
    const facts = joined.length === 0 ? own : this.#model.joinedFacts(own, joined);
    return this.#rules.limits.recipients.truth(to, facts, this.#groupsWith(own.node.id, joined));
  }

  /** Groups an identity is in, and those it would be in as well that had joined some, directly or through others. */
  #groupsWith(id: NodeId, joined: readonly NodeId[]): readonly NodeId[] {
    const groups = this.#groupsOf(id);
    return joined.length === 0
      ? groups
      : [...new Set([...groups, ...joined.flatMap((one) => [one, ...this.#groupsOf(one)])])].sort();
  }

  #namingAny(facts: PrincipalFacts, groups: readonly NodeId[]): readonly NamedRule[] {
    return groups.length === 0
      ? NO_RULES
      : this.#rules.naming(facts, groups).filter(({ rule }) => namesAny(rule, groups));
  }

  #kindOf(key: string): number {
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      kind = this.#kinds.size;
      this.#kinds.set(key, kind);
    }
    return kind;
  }

  #commonTo(type: string): readonly NamedRule[] {
    let common = this.#commons.get(type);
    if (common === undefined) {
      common = this.#rules.commonTo(type);
      this.#commons.set(type, common);
    }
    return common;
  }

  /** Whether lists that techniques look at name any of some ids. */
  isAnyListed(ids: readonly NodeId[]): boolean {
    return ids.some((id) => this.#listed.has(id));
  }

  /** Groups an identity is in, directly or through others. */
  #groupsOf(id: NodeId): readonly NodeId[] {
    const { graph } = this.#model;
    if (graph.outgoing(id, 'member-of').length === 0) return NO_IDS;
    let known = this.#around.get(id);
    if (known === undefined) {
      known = graph.groupsOf(id).map((group) => group.id);
      this.#around.set(id, known);
    }
    return known;
  }

  /** How surely a principal is each of some ids that lists name. */
  #listedAs(facts: PrincipalFacts, ids: readonly NodeId[]): ReadonlyMap<NodeId, Truth> {
    if (!this.isAnyListed(ids)) return NOT_LISTED;
    const found = new Map<NodeId, Truth>();
    for (const id of ids) {
      if (!this.#listed.has(id)) continue;
      const truth = id === facts.node.id ? TRUE : (facts.memberOf?.(id) ?? FALSE);
      if (truth !== FALSE) found.set(id, or(found.get(id) ?? FALSE, truth));
    }
    return found.size === 0 ? NOT_LISTED : found;
  }

  #unread: readonly NodeId[] | undefined;

  /** Groups in lists of which nobody knows all members. */
  #unreadListed(): readonly NodeId[] {
    this.#unread ??= [...this.#rules.unread].filter((id) => this.#listed.has(id)).sort();
    return this.#unread;
  }

  /** What caps a principal: each guard by itself, those of one scope together, and those of the mark `union` together. */
  #guardsOf(facts: PrincipalFacts, sessionGuards: readonly CompiledDocument[], lifted: readonly NodeId[]): CappedBy {
    const { guards, scopeGuards, unionGuards } = this.#model.holdingsOf(facts.node);
    const unions: GuardUnion[] = [];
    const add = (held: readonly HeldPolicy[]): void => {
      const left = held.filter(({ attachment }) => !lifted.includes(attachment.node));
      if (left.length === 0) return;
      unions.push({
        documents: left.map(({ document }) => document),
        nodes: [...new Set(left.map(({ attachment }) => attachment.node))],
      });
    };
    for (const guard of guards) add([guard]);
    for (const level of scopeGuards) add(level);
    add(unionGuards);
    for (const document of sessionGuards) unions.push({ documents: [document], nodes: NO_IDS });
    if (unions.length === 0) return NO_GUARDS;
    const texts = unions.map(({ documents }) => documents.map((one) => this.#numberOf(one)).join(',')).join(';');
    const key = `${texts}\n${unions.map(({ nodes }) => nodes.join(' ')).join(';')}`;
    const known = this.#guards.get(key);
    if (known !== undefined) return known;
    const conditions = unions.flatMap(({ documents }) => documents.flatMap(conditionsOf));
    const made = {
      guards: unions,
      key: texts,
      readsPrincipal: conditions.some(({ principalKeys }) => principalKeys.length > 0) || hasPrincipalPatterns(unions),
    };
    this.#guards.set(key, made);
    return made;
  }

  #numberOf(document: CompiledDocument): number {
    let number = this.#numbers.get(document);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(document, number);
    }
    return number;
  }
}

const NOTHING_GIVEN: readonly NamedGiven[] = [];
const NO_IDS: readonly NodeId[] = [];
const NO_RULES: readonly NamedRule[] = [];
const NO_GUARDS: CappedBy = { guards: [], key: '', readsPrincipal: false };
const NOT_LISTED: ReadonlyMap<NodeId, Truth> = new Map();

/** The estate with only some of what can be given. */
function withGiven(changed: Modifications, given: readonly NamedGiven[]): Modifications {
  const left = { ...changed, given: given.map((one) => one.given) };
  const isChanged = Object.values(left).some((list) => Array.isArray(list) && list.length > 0);
  return isChanged ? left : AS_IT_IS;
}

function rulesKey(rules: readonly NamedRule[]): string {
  return rules.map(({ rule, truth }) => (truth === TRUE ? rule.index : `${rule.index}:${truth}`)).join(',');
}

/** The same text for rules that say the same on the same nodes: whom else they name makes no difference. */
function alikeKey(rules: readonly NamedRule[]): string {
  if (rules.length === 0) return '';
  const sorted = rules.map(({ rule, truth }) => rule.alike * 4 + (3 - truth)).sort(ascending);
  let key = '';
  let last = -1;
  for (const one of sorted) {
    // Of those alike the surest comes first.
    const alike = Math.floor(one / 4);
    if (alike === last) continue;
    last = alike;
    key += `${one},`;
  }
  return key;
}

function ascending(left: number, right: number): number {
  return left - right;
}

function namesAny({ principals }: ScopedRule, groups: readonly NodeId[]): boolean {
  return (principals?.include ?? []).some((one) => one.match === 'member' && groups.includes(one.id));
}

function conditionsOf({ statements, applies }: CompiledDocument): readonly CompiledCondition[] {
  const own = statements.flatMap(({ condition }) => (condition === undefined ? [] : [condition]));
  return applies === undefined ? own : [...own, applies];
}

function hasPrincipalPatterns(guards: readonly GuardUnion[]): boolean {
  return guards.some(({ documents }) =>
    documents.some(({ statements }) =>
      statements.some(({ include, exclude }) =>
        [...(include ?? []), ...exclude].some((one) => one.principalKeys.length > 0),
      ),
    ),
  );
}
