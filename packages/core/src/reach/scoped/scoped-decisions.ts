import { type ActionRef, hasAction } from '../../authz/action-catalogue.ts';
import type { AuthorizationModel, ProviderModel } from '../../authz/authorization-model.ts';
import type { CompiledDocument, CompiledStatement } from '../../authz/compiled-document.ts';
import { actionKeyIn } from '../../authz/joined-conditions.ts';
import type {
  CompiledCondition,
  ConditionRequest,
  GivingLimit,
  PrincipalFacts,
  RequestContext,
  ResourceFacts,
} from '../../authz/semantics.ts';
import { and, FALSE, not, or, TRUE, type Truth, UNKNOWN } from '../../authz/truth.ts';
import type { NodeId } from '../../graph/model.ts';
import { contains, EMPTY, forEachMember, type RangeSet, union, unionOf } from '../range-set.ts';
import { andSets, NOWHERE, notSet, orSets, restrict, type TruthSet, TruthSetBuilder, valueOn } from '../truth-set.ts';
import type { GivingLimits } from './giving-limits.ts';
import type { GivenPolicies, GuardUnion, Modifications, NamedGiven, ScopedCaller } from './scoped-caller.ts';
import type { NamedRule, ScopedRule } from './scoped-rules.ts';
import type { ScopedUniverse } from './scoped-universe.ts';

const NO_CONTEXT: RequestContext = new Map();

/** What rules say of a universe is kept for this many at once. */
const MOST_KEPT = 256;

/** Not asked yet, where answers are kept by target. */
const OPEN = 255;

/**
 * Decisions of callers on all targets of a universe at once. They say what `decide` says of each target: a rule holds on the run
 * of targets at or below its node, conditions that look at the target are asked about each target of that run once.
 */
export class ScopedDecisions {
  readonly #provider: ProviderModel;
  readonly #model: AuthorizationModel;
  readonly #now: number;
  readonly #rules: Map<string, TruthSet> = new Map();
  /** What rules without conditions say, by universe and rule. */
  readonly #plainRules: (Map<number, TruthSet> | undefined)[] = [];
  readonly #answers: Map<CompiledCondition, Map<string, Uint8Array>> = new Map();
  readonly #statements: Map<string, TruthSet> = new Map();
  readonly #commons: WeakMap<readonly NamedRule[], Map<string, TruthSet>> = new WeakMap();

  readonly #limits: GivingLimits;
  readonly #givenDocuments: Map<number, readonly CompiledDocument[]> = new Map();
  readonly #givenLimits: Map<number, readonly GivenGrant[]> = new Map();
  /** Where policies can be given, by their index and universe. */
  readonly #givenBelow: ((GivenBelow | undefined)[] | undefined)[] = [];

  constructor(model: AuthorizationModel, provider: ProviderModel, limits: GivingLimits, now: number) {
    this.#model = model;
    this.#provider = provider;
    this.#limits = limits;
    this.#now = now;
  }

  /** Where grants allow a caller an action, whatever denies it or caps the caller. `free`: only grants without a limit. */
  granted(caller: ScopedCaller, action: ActionRef, universe: ScopedUniverse, grants: Grants): TruthSet {
    let found =
      grants.limited === undefined
        ? this.#common(caller, action, universe)
        : this.#givenBy(caller.common, caller, action, universe, grants);
    found = orSets(found, this.#givenBy(caller.allows, caller, action, universe, grants));
    for (const { rule, truth } of caller.everything) found = orSets(found, valueOn(universe.below(rule.node), truth));
    for (const one of caller.given) found = orSets(found, this.#given(one, caller, action, universe, grants));
    return found;
  }

  #givenBy(
    rules: readonly NamedRule[],
    caller: ScopedCaller,
    action: ActionRef,
    universe: ScopedUniverse,
    grants: Grants,
  ): TruthSet {
    let found: TruthSet = NOWHERE;
    for (let at = 0; at < rules.length; at += 1) {
      const one = rules[at]!;
      if (isGiven(one.rule, action, grants)) found = orSets(found, this.#named(one, caller, action, universe));
    }
    return found;
  }

  /** What policies that can be given allow where they can be. */
  #given(
    { given, truth }: NamedGiven,
    caller: ScopedCaller,
    action: ActionRef,
    universe: ScopedUniverse,
    { limited }: Grants,
  ): TruthSet {
    const { speaking: all, isUnreadable } = this.#speakingOf(given, action);
    const speaking = all.filter(
      (one) =>
        limited === undefined ||
        (limited !== 'none' && 'given' in limited && limited.given === given && limited.statement === one) ||
        this.#limitOf(one)?.holdsFor(action.name) !== true,
    );
    if (speaking.length === 0 && !isUnreadable) return NOWHERE;
    const isPlain = speaking.every(({ condition, include }) => condition === undefined && include === undefined);
    const { set, sure, unknown } = this.#belowGiven(given, universe);
    const as = (found: TruthSet): TruthSet => (truth === TRUE ? found : andSets(found, valueOn(set, truth)));
    if (isPlain && speaking.some(({ undecidable }) => undecidable === undefined)) return as(sure);
    let found = isUnreadable ? unknown : NOWHERE;
    for (const statement of speaking) {
      found = orSets(found, restrict(this.#statement(statement, caller, action, universe, set), set));
    }
    return as(found);
  }

  #belowGiven(given: GivenPolicies, universe: ScopedUniverse): GivenBelow {
    let byUniverse = this.#givenBelow[given.index];
    if (byUniverse === undefined) {
      byUniverse = [];
      this.#givenBelow[given.index] = byUniverse;
    }
    let below = byUniverse[universe.space];
    if (below === undefined) {
      const set = unionOf(given.nodes.map((node) => universe.below(node)));
      below = { set, sure: valueOn(set, TRUE), unknown: valueOn(set, UNKNOWN) };
      byUniverse[universe.space] = below;
    }
    return below;
  }

  /** By the index of what is given, and by action. */
  readonly #speaking: (Map<number | string, Speaking> | undefined)[] = [];

  /** Statements of policies that can be given that speak of an action, and whether one of those could not be read. */
  #speakingOf(given: GivenPolicies, action: ActionRef): Speaking {
    let byAction = this.#speaking[given.index];
    if (byAction === undefined) {
      byAction = new Map();
      this.#speaking[given.index] = byAction;
    }
    const key = action.index >= 0 ? action.index : action.folded;
    let known = byAction.get(key);
    if (known === undefined) {
      const documents = this.#documentsOf(given);
      known = {
        speaking: documents.flatMap(({ statements }) =>
          statements.filter(({ allow, actions }) => allow && hasAction(actions, action)),
        ),
        isUnreadable: documents.some(({ unreadable }) => unreadable !== undefined),
      };
      byAction.set(key, known);
    }
    return known;
  }

  /** Statements of policies that a caller can be given. */
  statementsGiven({ given: all }: ScopedCaller): readonly (CompiledStatement | undefined)[] {
    return all.flatMap(({ given }) =>
      this.#documentsOf(given).flatMap(({ statements, unreadable }) => [
        ...statements.filter(({ allow }) => allow),
        ...(unreadable === undefined ? [] : [undefined]),
      ]),
    );
  }

  /** Statements of policies that a caller can be given, as far as they let it give away only some policies in turn. */
  limitedGrantsOf({ given: all }: ScopedCaller): readonly GivenGrant[] {
    return all.flatMap(({ given }) => {
      let known = this.#givenLimits.get(given.index);
      if (known === undefined) {
        known = this.#documentsOf(given).flatMap(({ statements }) =>
          statements.flatMap((statement) => {
            const limit = statement.allow ? this.#limitOf(statement) : undefined;
            return limit === undefined ? [] : [{ given, statement, limit }];
          }),
        );
        this.#givenLimits.set(given.index, known);
      }
      return known;
    });
  }

  #limitOf({ statement: { condition } }: CompiledStatement): GivingLimit | undefined {
    return condition === undefined ? undefined : this.#limits.of(condition);
  }

  #documentsOf({ index, policies }: GivenPolicies): readonly CompiledDocument[] {
    let known = this.#givenDocuments.get(index);
    if (known === undefined) {
      known = policies === undefined ? [this.#everything()] : this.#documents(policies);
      this.#givenDocuments.set(index, known);
    }
    return known;
  }

  #documents(policies: readonly string[]): readonly CompiledDocument[] {
    return policies.flatMap((id) => {
      const text = this.#model.graph.policy(id)?.document;
      const document = text === undefined ? undefined : this.#model.document(text, this.#provider);
      return document === undefined ? [] : [document];
    });
  }

  /** A text that allows whatever there is. */
  #everything(): CompiledDocument {
    const { compiler, semantics } = this.#provider;
    const actions = { include: ['*'], exclude: [] };
    return compiler.compile({
      id: 'everything',
      provider: semantics.provider,
      statements: [{ effect: 'allow', actions, index: 0 }],
    });
  }

  /** Where neither a deny nor a guard stops a caller, among `within`. */
  passing(caller: ScopedCaller, action: ActionRef, universe: ScopedUniverse, within: RangeSet): TruthSet {
    let found = universe.everywhere(TRUE);
    for (const one of caller.denies) {
      const { statement } = one.rule;
      if (statement !== undefined && !hasAction(statement.actions, action)) continue;
      found = andSets(found, notSet(this.#named(one, caller, action, universe), universe.size));
    }
    for (const guard of caller.guards) found = andSets(found, this.#guard(guard, caller, action, universe, within));
    return found;
  }

  /** Whether some rule that names a caller may allow it an action somewhere. */
  mayBeAllowed(caller: ScopedCaller, action: ActionRef): boolean {
    const speaks = ({ rule: { statement } }: NamedRule): boolean =>
      statement === undefined || hasAction(statement.actions, action);
    return (
      caller.everything.length > 0 ||
      caller.allows.some(speaks) ||
      caller.common.some(speaks) ||
      caller.given.length > 0
    );
  }

  /** Common rules are the same for all of a type, and so is what they give, unless conditions look at the principal. */
  #common(caller: ScopedCaller, action: ActionRef, universe: ScopedUniverse): TruthSet {
    if (caller.common.length === 0) return NOWHERE;
    const isShared = caller.changed.retagged.length === 0 && !caller.isApart;
    let known = this.#commons.get(caller.common);
    if (known === undefined) {
      known = new Map();
      this.#commons.set(caller.common, known);
    }
    const key = `${universe.space} ${keyOf(action)}`;
    const before = isShared ? known.get(key) : undefined;
    if (before !== undefined) return before;
    let found: TruthSet = NOWHERE;
    for (const one of caller.common) found = orSets(found, this.#named(one, caller, action, universe));
    if (isShared) known.set(key, found);
    return found;
  }

  #named({ rule, truth }: NamedRule, caller: ScopedCaller, action: ActionRef, universe: ScopedUniverse): TruthSet {
    const { statement } = rule;
    if (statement !== undefined && !hasAction(statement.actions, action)) return NOWHERE;
    const sure = this.#rule(rule, caller, action, universe);
    return truth === TRUE || sure === NOWHERE ? sure : andSets(sure, valueOn(universe.below(rule.node), truth));
  }

  #rule(rule: ScopedRule, caller: ScopedCaller, action: ActionRef, universe: ScopedUniverse): TruthSet {
    const isPlain = rule.conditions.length === 0 && !readsTarget(rule.statement);
    if (isPlain) return this.#plain(rule, universe);
    const below = universe.below(rule.node);
    if (below.length === 0) return NOWHERE;
    const isShared = rule.conditions.every(({ principalKeys }) => principalKeys.length === 0);
    const retagged = this.#retaggedIn(caller.changed, universe);
    const actionKey = rule.conditions.map((one) => actionKeyIn(one, action.name)).join(' ');
    const key = `${rule.alike} ${universe.space} ${actionKey} ${retagged.key}`;
    const known = isShared ? this.#rules.get(key) : undefined;
    if (known !== undefined) return known;
    let found = valueOn(below, rule.isUndecided ? UNKNOWN : TRUE);
    if (rule.statement !== undefined) {
      found = andSets(found, this.#patterns(rule.statement, caller.facts, universe, below));
    }
    for (const condition of rule.conditions) {
      found = andSets(found, this.#condition(condition, caller.facts, action, universe, below, retagged));
    }
    if (isShared) this.#rules.set(key, found);
    return found;
  }

  /** A rule that says the same of every action and target it speaks of: asked about by those it names, one after the other. */
  #plain({ alike, node, isUndecided }: ScopedRule, universe: ScopedUniverse): TruthSet {
    let said = this.#plainRules[universe.space];
    if (said === undefined) {
      said = new Map();
      this.#plainRules[universe.space] = said;
    }
    let found = said.get(alike);
    if (found === undefined) {
      found = valueOn(universe.below(node), isUndecided ? UNKNOWN : TRUE);
      if (said.size === MOST_KEPT) said.clear();
      said.set(alike, found);
    }
    return found;
  }

  /** A statement whose place does not matter: one of a guard, or of a policy that is given. */
  #statement(
    statement: CompiledStatement,
    caller: ScopedCaller,
    action: ActionRef,
    universe: ScopedUniverse,
    within: RangeSet,
  ): TruthSet {
    let found = valueOn(within, statement.undecidable === undefined ? TRUE : UNKNOWN);
    found = andSets(found, this.#patterns(statement, caller.facts, universe, within));
    const { condition } = statement;
    if (condition === undefined) return found;
    const retagged = this.#retaggedIn(caller.changed, universe);
    return andSets(found, this.#condition(condition, caller.facts, action, universe, within, retagged));
  }

  #patterns(
    { include, exclude, statement, document }: CompiledStatement,
    principal: PrincipalFacts,
    universe: ScopedUniverse,
    within: RangeSet,
  ): TruthSet {
    if (include === undefined || (include.some(({ all }) => all) && exclude.length === 0))
      return universe.everywhere(TRUE);
    const isShared = [...include, ...exclude].every((one) => one.principalKeys.length === 0);
    const key = `${document.id} ${statement.index} ${universe.space}`;
    const known = isShared ? this.#statements.get(key) : undefined;
    if (known !== undefined) return known;
    const builder = new TruthSetBuilder();
    forEachMember(isShared ? universe.full : within, (index) => {
      const { id } = universe.nodes[index]!;
      let truth: Truth = FALSE;
      for (const one of include) truth = or(truth, one.all ? TRUE : one.matches(id, principal, NO_CONTEXT));
      for (const one of exclude) truth = and(truth, not(one.matches(id, principal, NO_CONTEXT)));
      if (truth !== FALSE) builder.add(index, truth);
    });
    const found = builder.build();
    if (isShared) this.#statements.set(key, found);
    return found;
  }

  #condition(
    condition: CompiledCondition,
    principal: PrincipalFacts,
    action: ActionRef,
    universe: ScopedUniverse,
    within: RangeSet,
    retagged: Retagged,
  ): TruthSet {
    if (within.length === 0) return NOWHERE;
    const ask = (resource: ResourceFacts, context: RequestContext): Truth => {
      const request: ConditionRequest = { principal, action: action.name, resource, context, now: this.#now };
      return condition.evaluate(request);
    };
    if (!condition.readsResource) return valueOn(within, ask(universe.factsAt(within[0]!), NO_CONTEXT));
    const answers =
      condition.principalKeys.length > 0 ? undefined : this.#answersOf(condition, action, universe, retagged);
    const builder = new TruthSetBuilder();
    forEachMember(within, (index) => {
      let truth = (answers?.[index] ?? OPEN) as Truth | typeof OPEN;
      if (truth === OPEN) {
        const facts = universe.factsAt(index);
        truth = contains(retagged.targets, index)
          ? ask({ ...facts, chosenTags: true }, retagged.tags)
          : ask(facts, NO_CONTEXT);
        if (answers !== undefined) answers[index] = truth;
      }
      if (truth !== FALSE) builder.add(index, truth);
    });
    return builder.build();
  }

  #answersOf(
    condition: CompiledCondition,
    action: ActionRef,
    universe: ScopedUniverse,
    retagged: Retagged,
  ): Uint8Array {
    let known = this.#answers.get(condition);
    if (known === undefined) {
      known = new Map();
      this.#answers.set(condition, known);
    }
    const key = `${universe.space} ${actionKeyIn(condition, action.name)} ${retagged.key}`;
    let answers = known.get(key);
    if (answers === undefined) {
      answers = new Uint8Array(universe.size).fill(OPEN);
      known.set(key, answers);
    }
    return answers;
  }

  #retaggedIn({ retagged, tags = NO_CONTEXT }: Modifications, universe: ScopedUniverse): Retagged {
    if (retagged.length === 0) return NOT_RETAGGED;
    const targets = retagged.reduce<RangeSet>((all: RangeSet, id: NodeId) => union(all, universe.below(id)), EMPTY);
    return targets.length === 0 ? NOT_RETAGGED : { targets, tags, key: `${targets.join(',')} ${tagsKey(tags)}` };
  }

  /** Some guard that applies allows, or each one does not apply or allows; denies of guards stop whatever allows. */
  #guard(
    { documents }: GuardUnion,
    caller: ScopedCaller,
    action: ActionRef,
    universe: ScopedUniverse,
    within: RangeSet,
  ): TruthSet {
    let some: TruthSet = NOWHERE;
    let every: TruthSet = valueOn(within, TRUE);
    let pass: TruthSet = valueOn(within, TRUE);
    const retagged = this.#retaggedIn(caller.changed, universe);
    for (const document of documents) {
      const placed = appliesOf(document);
      const applies =
        placed === undefined
          ? valueOn(within, TRUE)
          : this.#condition(placed, caller.facts, action, universe, within, retagged);
      let allows: TruthSet = document.unreadable === undefined ? NOWHERE : valueOn(within, UNKNOWN);
      if (document.unreadable !== undefined && document.mayDeny) {
        pass = andSets(pass, notWithin(andSets(applies, valueOn(within, UNKNOWN)), within, universe));
      }
      for (const statement of document.statements) {
        if (!hasAction(statement.actions, action)) continue;
        const found = this.#statement(statement, caller, action, universe, within);
        if (statement.allow) allows = orSets(allows, found);
        else pass = andSets(pass, notWithin(found, within, universe));
      }
      some = orSets(some, andSets(applies, allows));
      every = andSets(every, orSets(notWithin(applies, within, universe), allows));
    }
    return andSets(pass, orSets(some, every));
  }
}

/** Which grants count: all, or those without a limit and one that has one. */
export interface Grants {
  /** Set: of grants with a limit only this one counts; `none`: none does. */
  readonly limited?: ScopedRule | GivenGrant | 'none';
}

/** Statements of policies that can be given that speak of an action, and whether one of those could not be read. */
interface Speaking {
  readonly speaking: readonly CompiledStatement[];
  readonly isUnreadable: boolean;
}

/** Where policies can be given in a universe, surely and perhaps. */
interface GivenBelow {
  readonly set: RangeSet;
  readonly sure: TruthSet;
  readonly unknown: TruthSet;
}

/** A statement with a limit, of policies that can be given. */
export interface GivenGrant {
  readonly given: GivenPolicies;
  readonly statement: CompiledStatement;
  readonly limit: GivingLimit;
}

/** All grants. */
export const ALL_GRANTS: Grants = {};

function isGiven(rule: ScopedRule, action: ActionRef, { limited }: Grants): boolean {
  return limited === undefined || rule === limited || rule.limit?.holdsFor(action.name) !== true;
}

/** The condition under which a guard applies at all, where it is placed under one. */
function appliesOf(document: CompiledDocument): CompiledCondition | undefined {
  return 'applies' in document ? (document.applies as CompiledCondition | undefined) : undefined;
}

function notWithin(set: TruthSet, within: RangeSet, { size }: ScopedUniverse): TruthSet {
  return restrict(notSet(set, size), within);
}

function readsTarget(statement: CompiledStatement | undefined): boolean {
  return statement?.include !== undefined;
}

/** Targets whose tags are the attacker's choice. */
interface Retagged {
  readonly targets: RangeSet;
  readonly tags: RequestContext;
  /** The same text for the same choice on the same targets; empty where there are none. */
  readonly key: string;
}

const NOT_RETAGGED: Retagged = { targets: EMPTY, tags: NO_CONTEXT, key: '' };

function keyOf({ index, folded }: ActionRef): string {
  return index >= 0 ? String(index) : folded;
}

/** The same text for the same chosen tags. */
export function tagsKey(tags: RequestContext | undefined): string {
  return tags === undefined || tags.size === 0 ? '' : JSON.stringify([...tags]);
}

/** The best value anywhere in a set. */
export function bestOf(set: TruthSet): Truth {
  if (set.proven.length > 0) return TRUE;
  if (set.possible.length > 0) return 2;
  return set.open.length > 0 ? UNKNOWN : FALSE;
}
