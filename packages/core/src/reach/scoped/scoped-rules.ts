import type { AuthorizationModel, ProviderModel } from '../../authz/authorization-model.ts';
import type { CompiledStatement } from '../../authz/compiled-document.ts';
import { principalTruth } from '../../authz/principal-matching.ts';
import type { CompiledCondition, GivingLimit, PrincipalFacts } from '../../authz/semantics.ts';
import { FALSE, TRUE, type Truth, UNKNOWN } from '../../authz/truth.ts';
import type { Attachment, Condition, NodeId, PrincipalMatcher, PrincipalSelector } from '../../graph/model.ts';
import { GivingLimits } from './giving-limits.ts';
import { tagsRead } from './tags-read.ts';

/** A statement at one place: what it lets, or forbids, whom it names on a node and below. */
export interface ScopedRule {
  /** Place among the rules of the provider, the same every time. */
  readonly index: number;
  /** The same number for rules that say the same on the same node, whomever they name. */
  readonly alike: number;
  readonly allow: boolean;
  readonly node: NodeId;
  readonly attachment: Attachment;
  /** Absent for a text that could not be read: it may speak of every action. */
  readonly statement: CompiledStatement | undefined;
  /** Whom it names; absent: everybody. */
  readonly principals: PrincipalSelector | undefined;
  readonly conditions: readonly CompiledCondition[];
  readonly isUndecided: boolean;
  /** Its conditions look at the principal beside naming it. */
  readonly readsPrincipal: boolean;
  /** What whoever holds it can give away at most, by actions that are held to it; absent: anything. */
  readonly limit: GivingLimit | undefined;
}

/** A rule that names a principal, or may. */
export interface NamedRule {
  readonly rule: ScopedRule;
  /** How surely it does; never `FALSE`. */
  readonly truth: Truth;
}

/** A condition in a language nobody knows: nothing is decided. */
const FOREIGN: CompiledCondition = {
  evaluate: () => UNKNOWN,
  principalKeys: [],
  readsResource: false,
  readsAction: false,
  chosen: [],
  requestKeys: [],
};

/** All rules on nodes of one provider, found by whom they name. */
export class ScopedRules {
  readonly denies: readonly ScopedRule[];
  /** Every allow rule; for roles that are extended. */
  readonly allows: readonly ScopedRule[];
  /** Some condition looks at tags of targets. */
  readonly lookAtTags: boolean;
  /** Groups of which nobody knows all members. */
  readonly unread: ReadonlySet<NodeId>;
  /** What conditions let their holders give away. */
  readonly limits: GivingLimits;
  readonly #provider: ProviderModel;
  readonly #conditions: Map<string, CompiledCondition> = new Map();
  readonly #sure: Map<ScopedRule, NamedRule> = new Map();
  readonly #byId: Map<NodeId, ScopedRule[]> = new Map();
  readonly #byScope: Map<NodeId, ScopedRule[]> = new Map();
  /** Rules that may name anybody, and are asked about everybody. */
  readonly #open: ScopedRule[] = [];
  /** Rules that name everybody, whoever it is, or all of some types. */
  readonly #common: { readonly rule: ScopedRule; readonly types: ReadonlySet<string> | undefined }[] = [];
  readonly #commonOf: Map<string, readonly NamedRule[]> = new Map();

  constructor(model: AuthorizationModel, provider: ProviderModel) {
    this.#provider = provider;
    const denies: ScopedRule[] = [];
    const allows: ScopedRule[] = [];
    const unread = unreadGroups(model);
    this.unread = unread;
    this.limits = new GivingLimits(model.graph, provider, unread);
    const alike = new AlikeRules();
    for (const attachment of model.graph.graph.attachments) {
      if (attachment.role !== 'resource-grant') continue;
      const policy = model.graph.policy(attachment.policy);
      if (policy === undefined || policy.provider !== provider.semantics.provider) continue;
      const document = model.document(policy.document, provider);
      if (document === undefined) continue;
      const placed = attachment.condition === undefined ? undefined : this.#compile(attachment.condition);
      const add = (allow: boolean, statement: CompiledStatement | undefined): void => {
        const principals = statement?.principals ?? attachment.principals;
        // A grant that names nobody grants nothing; a deny that names nobody speaks of everybody.
        if (allow && principals === undefined && statement !== undefined) return;
        const own = statement?.condition;
        const conditions = [...(own === undefined ? [] : [own]), ...(placed === undefined ? [] : [placed])];
        const rule: ScopedRule = {
          index: denies.length + allows.length,
          alike: alike.numberOf(attachment, statement, conditions),
          allow,
          node: attachment.node,
          attachment,
          statement,
          principals,
          conditions,
          readsPrincipal: conditions.some(({ principalKeys }) => principalKeys.length > 0),
          isUndecided: statement === undefined || statement.undecidable !== undefined,
          limit: this.limits.of(...[attachment.condition, statement?.statement.condition].filter(isGiven)),
        };
        (allow ? allows : denies).push(rule);
        if (allow) this.#place(rule, unread);
      };
      if (document.unreadable !== undefined) {
        add(true, undefined);
        if (document.mayDeny) add(false, undefined);
      }
      for (const statement of document.statements) add(statement.allow, statement);
    }
    this.lookAtTags =
      [...denies, ...allows].some(({ conditions }) => conditions.some((one) => tagsRead(one).length > 0)) ||
      model.graph.graph.documents.some(({ statements }) =>
        statements.some(({ condition }) => condition !== undefined && tagsRead(this.#compile(condition)).length > 0),
      );
    this.denies = denies;
    this.allows = allows;
  }

  /** Allow rules that name every identity of a type. */
  commonTo(type: string): readonly NamedRule[] {
    let known = this.#commonOf.get(type);
    if (known === undefined) {
      known = this.#common
        .filter(({ types }) => types === undefined || types.has(type))
        .map(({ rule }) => ({ rule, truth: 3 as Truth }));
      this.#commonOf.set(type, known);
    }
    return known;
  }

  /** Other allow rules that name a principal, which is a member of `groups`, as sure as its facts say; by index. */
  naming(facts: PrincipalFacts, groups: readonly NodeId[]): readonly NamedRule[] {
    const lists: (readonly ScopedRule[])[] = this.#open.length === 0 ? [] : [this.#open];
    const add = (list: readonly ScopedRule[] | undefined): void => {
      if (list !== undefined) lists.push(list);
    };
    add(this.#byId.get(facts.node.id));
    for (const group of groups) add(this.#byId.get(group));
    if (this.#byScope.size > 0) for (const scope of facts.scopes) add(this.#byScope.get(scope.id));
    if (lists.length === 0) return NO_RULES;
    return this.#named(lists.length === 1 ? lists[0]! : new Set(lists.flat()), facts);
  }

  /** Whether some allow rule names any of some groups as such. */
  namesAny(groups: readonly NodeId[]): boolean {
    return groups.some((id) => this.#byId.has(id)) || this.#open.some(({ principals }) => namesOne(principals, groups));
  }

  /** Whether some deny rule names any of some groups as such. */
  deniesAny(groups: readonly NodeId[]): boolean {
    return this.denies.some(({ principals }) => namesOne(principals, groups));
  }

  /** Whether some deny rule leaves members of any of some groups out. */
  exceptsAny(groups: readonly NodeId[]): boolean {
    return this.denies.some(({ principals }) =>
      (principals?.exclude ?? []).some((one) => one.match === 'member' && groups.includes(one.id)),
    );
  }

  /** Deny rules that name a principal, by index. */
  denying(facts: PrincipalFacts): readonly NamedRule[] {
    return this.denies.length === 0 ? NO_RULES : this.#named(this.denies, facts);
  }

  #named(rules: Iterable<ScopedRule>, facts: PrincipalFacts): readonly NamedRule[] {
    const found: NamedRule[] = [];
    for (const rule of rules) {
      const truth = principalTruth(rule.principals, facts, false);
      if (truth === TRUE) found.push(this.#surely(rule));
      else if (truth !== FALSE) found.push({ rule, truth });
    }
    return found.sort((left, right) => left.rule.index - right.rule.index);
  }

  /** A rule that names somebody surely: the same object for everybody. */
  #surely(rule: ScopedRule): NamedRule {
    let known = this.#sure.get(rule);
    if (known === undefined) {
      known = { rule, truth: TRUE };
      this.#sure.set(rule, known);
    }
    return known;
  }

  /** A condition, compiled once for each text. */
  #compile(condition: Condition): CompiledCondition {
    const { conditions } = this.#provider.semantics;
    if (condition.language !== conditions.id) return FOREIGN;
    const key = JSON.stringify(condition.body);
    let compiled = this.#conditions.get(key);
    if (compiled === undefined) {
      compiled = conditions.compile(condition.body);
      this.#conditions.set(key, compiled);
    }
    return compiled;
  }

  #place(rule: ScopedRule, unread: ReadonlySet<NodeId>): void {
    const { include, exclude } = rule.principals ?? EVERYBODY;
    if (exclude.length === 0) {
      if (include.some(({ match }) => match === 'anyone')) {
        this.#common.push({ rule, types: undefined });
        return;
      }
      const types = include.flatMap((one) => (one.match === 'types' && one.scope === undefined ? one.types : []));
      if (types.length > 0 && include.every((one) => one.match === 'types' && one.scope === undefined)) {
        this.#common.push({ rule, types: new Set(types) });
        return;
      }
    }
    if (include.some((matcher) => mayNameAnybody(matcher, unread))) {
      this.#open.push(rule);
      return;
    }
    for (const matcher of include) {
      if (matcher.match === 'node' || matcher.match === 'member') listOnce(this.#byId, matcher.id, rule);
      else if (matcher.match === 'scope') listOnce(this.#byScope, matcher.id, rule);
      else if (matcher.match === 'types' && matcher.scope !== undefined) listOnce(this.#byScope, matcher.scope, rule);
    }
  }
}

/** Tells rules apart by what they say and where. */
class AlikeRules {
  readonly #nodes: Map<NodeId, number> = new Map();
  readonly #said: Map<CompiledStatement | undefined, Map<string, number>> = new Map();
  readonly #conditions: Map<CompiledCondition, number> = new Map();
  readonly #numbers: Map<number, number> = new Map();
  #saidCount = 0;

  /** By the node, the policy with the statement, or the text that could not be read, and the conditions. */
  numberOf(
    { node, policy }: Attachment,
    statement: CompiledStatement | undefined,
    conditions: readonly CompiledCondition[],
  ): number {
    const key = numberIn(this.#nodes, node) * MOST_SAID + this.#saidBy(policy, statement, conditions);
    return numberIn(this.#numbers, key);
  }

  #saidBy(policy: string, statement: CompiledStatement | undefined, conditions: readonly CompiledCondition[]): number {
    let byText = this.#said.get(statement);
    if (byText === undefined) {
      byText = new Map();
      this.#said.set(statement, byText);
    }
    const text =
      conditions.length === 0
        ? policy
        : `${conditions.map((one) => numberIn(this.#conditions, one)).join(' ')}\n${policy}`;
    let number = byText.get(text);
    if (number === undefined) {
      number = this.#saidCount;
      this.#saidCount += 1;
      byText.set(text, number);
    }
    return number;
  }
}

/** More statements than a graph can have: with the number of a node they still make an exact number. */
const MOST_SAID = 2 ** 26;

function numberIn<Key>(numbers: Map<Key, number>, key: Key): number {
  let number = numbers.get(key);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(key, number);
  }
  return number;
}

const NO_RULES: readonly NamedRule[] = [];

const EVERYBODY: PrincipalSelector = { include: [{ match: 'anyone', strength: 'sufficient' }], exclude: [] };

function namesOne(principals: PrincipalSelector | undefined, ids: readonly NodeId[]): boolean {
  return (principals?.include ?? []).some((one) => one.match === 'member' && ids.includes(one.id));
}

function mayNameAnybody(matcher: PrincipalMatcher, unread: ReadonlySet<NodeId>): boolean {
  switch (matcher.match) {
    case 'anyone':
      return true;
    case 'member':
      return unread.has(matcher.id);
    case 'types':
      return matcher.scope === undefined;
    case 'unresolved':
      return !matcher.dangling;
    default:
      return false;
  }
}

/** Groups of which nobody knows all members: not read, or around one that was not. */
function unreadGroups({ graph }: AuthorizationModel): ReadonlySet<NodeId> {
  const found = new Set<NodeId>();
  for (const { id, attributes } of graph.identities) if (attributes?.['membersUnread'] === true) found.add(id);
  for (const id of found) for (const { to } of graph.outgoing(id, 'member-of')) found.add(to);
  return found;
}

/** Lists come in the order of their rules: one that is listed already is the last. */
function listOnce(map: Map<NodeId, ScopedRule[]>, key: NodeId, rule: ScopedRule): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [rule]);
  else if (list[list.length - 1] !== rule) list.push(rule);
}

function isGiven(condition: Condition | undefined): condition is Condition {
  return condition !== undefined;
}
