import type { ActionRef, ActionSet } from '../../authz/action-catalogue.ts';
import type { ProviderModel } from '../../authz/authorization-model.ts';
import type { CompiledDocument, CompiledStatement } from '../../authz/compiled-document.ts';
import type { Giving, PrincipalFacts } from '../../authz/semantics.ts';
import type { Truth } from '../../authz/truth.ts';
import { FALSE, TRUE } from '../../authz/truth.ts';
import { isCollective } from '../../graph/collective.ts';
import type { GraphIndex } from '../../graph/graph-index.ts';
import type { CredentialNode, NodeId } from '../../graph/model.ts';
import type { AccessCatalogue } from '../access-class.ts';
import type { CallerStates } from '../caller-states.ts';
import type { Changes } from '../changes.ts';
import type { Derivation } from '../derivation.ts';
import {
  difference,
  EMPTY,
  forEachMember,
  intersection,
  type RangeSet,
  sameSet,
  setOf,
  sizeOf,
  union,
} from '../range-set.ts';
import { truthOf } from '../reach-model.ts';
import type { ScopedCatalogue } from '../scoped-technique.ts';
import { NOWHERE, orSets, restrict, type TruthSet, valueAt } from '../truth-set.ts';
import type { Yields } from '../yields.ts';
import type { ZoneControl } from '../zone-control.ts';
import type { CallerNode } from './caller-node.ts';
import { ChangedCallers } from './changed-callers.ts';
import { FullNodes } from './full-nodes.ts';
import { FullPlaces } from './full-places.ts';
import { isLimitable, LimitedActors } from './limited-actors.ts';
import { surer } from './residual.ts';
import { RowSelection, type SelectedRows } from './row-selection.ts';
import { AS_IT_IS, type Modifications, type ScopedCaller } from './scoped-caller.ts';
import { type ActingPrincipal, ScopedCallers } from './scoped-callers.ts';
import { ALL_GRANTS, type GivenGrant, type Grants, ScopedDecisions } from './scoped-decisions.ts';
import { type Answer, type CompiledFormula, type FullWithin, HOME, ScopedFormulas, TARGET } from './scoped-formula.ts';
import { type ScopedRow, scopedRows } from './scoped-rows.ts';
import { type ScopedRule, ScopedRules } from './scoped-rules.ts';
import { ScopedTokens, type TokenGiving, type TokenKind } from './scoped-tokens.ts';
import { type ScopedUniverse, ScopedUniverses } from './scoped-universe.ts';
import { type RowsOfLead, TogetherGains } from './together-gains.ts';
import { UnlistedBelow } from './unlisted-below.ts';

/** Parts of the derivation that providers with and without zones share. */
export interface SharedParts {
  readonly states: CallerStates;
  readonly changes: Changes;
  readonly control: ZoneControl;
  readonly yields: Yields;
}

/** Where what a row gives on a target is in the reach graph. */
interface Lead {
  /** Rows with the same lead give the same on the same target. */
  readonly key: string;
  readonly weight: 0 | 1;
  readonly leaf: (index: number) => number;
  /** Of what is given within a limit: the key of the lead that gives the same without one. */
  readonly beyond?: string;
  /** For what is changed about several targets at once: the node for that; undefined where it changes nothing. */
  readonly whole?: (targets: RangeSet) => number | undefined;
}

/** Rows of a selection; those of one list come out alike. */
interface SplitRows {
  readonly shared: readonly (readonly ScopedRow[])[];
  readonly apart: readonly RowGroup[];
}

/** Rows that come out alike for a caller; the same number for the same ones. */
interface RowGroup {
  readonly rows: readonly ScopedRow[];
  readonly number: number;
}

/** What a row gives by some grants. */
interface Gain {
  readonly grants: Grants;
  readonly lead: Lead;
}

const NO_LIMITED: Grants = { limited: 'none' };
const TARGET_BIT = 1 << TARGET;
const HOME_BIT = 1 << HOME;

/** Derives reach in one provider whose grants are inherited down a tree (docs/reach-scoped.md). */
export class ScopedDerivation {
  readonly catalogue: ScopedCatalogue;
  readonly provider: ProviderModel;
  readonly rows: readonly ScopedRow[];
  readonly rules: ScopedRules;
  readonly tokens: ScopedTokens;
  readonly callers: ScopedCallers;
  /** Every caller that came up, in the order they did. */
  readonly nodes: CallerNode[] = [];
  readonly restricts: boolean;
  /** A principal that nothing names; absent where the provider has none. */
  readonly outsider: CallerNode | undefined;
  readonly #derivation: Derivation;
  readonly #parts: SharedParts;
  readonly #universes: ScopedUniverses;
  readonly #formulas: ScopedFormulas;
  readonly #full: FullNodes;
  readonly #places: FullPlaces;
  readonly #unlisted: UnlistedBelow | undefined;
  readonly #byCaller: Map<number, CallerNode> = new Map();
  readonly #leads: Map<number, Lead> = new Map();
  /** By index of the row: what it gives by whatever grants. */
  readonly #plainGains: (readonly Gain[] | undefined)[] = [];
  readonly #selection: RowSelection;
  readonly #splits: WeakMap<SelectedRows, SplitRows> = new WeakMap();
  readonly #groupNumbers: Map<string, number> = new Map();
  /** By group of rows. */
  readonly #ruleNodes: Map<number, Map<number, number>> = new Map();
  readonly #rowsSpokenOf: Map<ActionSet, Uint8Array> = new Map();
  readonly #subjectNodes: Map<NodeId, number> = new Map();
  readonly #answers: Map<ScopedRow, Answer> = new Map();
  readonly #closed: Map<ScopedRow, TruthSet> = new Map();
  readonly #covers: Map<string, TruthSet> = new Map();
  readonly #direct: Map<ScopedUniverse, { readonly count: number; readonly set: RangeSet }> = new Map();
  readonly #indirect: Map<ScopedRow, { readonly count: number; readonly set: TruthSet }> = new Map();
  readonly #within: Map<ScopedRow, { readonly count: number; readonly within: FullWithin }> = new Map();
  readonly #bareAnswers: Map<string, Answer> = new Map();
  /** What was emitted already, by way and node. */
  readonly #emitted: Map<number, RangeSet> = new Map();
  readonly #wayNumbers: Map<string, number> = new Map();
  /** Where ways to a target begin that go on once something is full. */
  readonly #starts: Map<string, number> = new Map();
  readonly #hasLimits: boolean;
  readonly #changedCallers: ChangedCallers;
  readonly together: TogetherGains;
  readonly #decisions: ScopedDecisions;
  readonly #limited: LimitedActors;
  /** Nodes that denies are placed on. */
  readonly #denied: ReadonlySet<NodeId>;
  /** Something that permissions are asked for stands in no scope. */
  readonly #isAnythingOutside: boolean;
  #nothingNode: number | undefined;
  #derivedCallers = 0;
  #followedFull = -1;
  #followedCallers = 0;

  constructor(
    derivation: Derivation,
    parts: SharedParts,
    catalogue: ScopedCatalogue,
    access: AccessCatalogue | undefined,
  ) {
    const { model, builder, now } = derivation;
    const provider = model.provider(catalogue.provider);
    if (provider === undefined) throw new RangeError(`techniques of \`${catalogue.provider}\` need its semantics`);
    this.catalogue = catalogue;
    this.provider = provider;
    this.#derivation = derivation;
    this.#parts = parts;
    this.#changedCallers = new ChangedCallers(derivation, this);
    this.#limited = new LimitedActors(derivation, provider, {
      states: parts.states,
      changes: parts.changes,
      nodeOf: (acting) => this.nodeOf(acting),
    });
    this.rules = new ScopedRules(model, provider);
    this.#universes = new ScopedUniverses(model, provider, catalogue);
    const decisions = new ScopedDecisions(model, provider, this.rules.limits, now);
    this.#decisions = decisions;
    this.#formulas = new ScopedFormulas(model, provider, catalogue, this.#universes, decisions);
    this.together = new TogetherGains(this.#formulas, (row) => this.#alikeOf(row));
    this.rows = scopedRows(derivation, catalogue, access, this.#universes, this.#formulas);
    this.#selection = new RowSelection(this.rows, (row) => this.#leadOf(row).key);
    const listed = this.#formulas.idsListed(this.rows.map(({ formula }) => formula));
    this.callers = new ScopedCallers(model, this.rules, listed);
    this.tokens = new ScopedTokens(parts.changes);
    this.restricts =
      this.rules.denies.length > 0 ||
      model.graph.graph.attachments.some(
        ({ role, policy }) => GUARDS.has(role) && model.graph.policy(policy)?.provider === catalogue.provider,
      );
    this.#denied = new Set(this.rules.denies.map(({ node }) => node));
    const asked = this.rows.flatMap(({ formula }) => (formula.asks.length > 0 ? [formula.universe] : []));
    this.#isAnythingOutside = [...new Set(asked)].some(({ nodes }) =>
      nodes.some(
        ({ kind, scope }) => kind !== 'scope' && (scope === undefined || model.graph.node(scope) === undefined),
      ),
    );
    this.#hasLimits = this.rules.allows.some(({ limit }) => limit !== undefined);
    const aimed = new Set(this.#universes.all.flatMap(({ nodes }) => nodes.map(({ id }) => id)));
    this.#full = new FullNodes(
      { graph: model.graph, resourceAround: (id) => model.resourceAround(id) },
      catalogue.provider,
      builder,
      {
        scopeNode: (scope) => parts.control.scopeNode(scope),
        faceNode: (id) => parts.changes.newFace('scoped-control', id, { change: 'control' }),
      },
      (id) => aimed.has(id),
    );
    this.#places = new FullPlaces(model.graph, builder, this.#full, this.#universes);
    this.#unlisted =
      access === undefined
        ? undefined
        : UnlistedBelow.of(model, provider, catalogue, access, this.#universes, decisions, (scope, accessClass) =>
            parts.yields.accessNode(scope, accessClass, true),
          );
    const facts = provider.semantics.outsider?.(model.graph);
    this.outsider = facts === undefined ? undefined : this.nodeOf({ facts, sessionGuards: [], isBare: false });
  }

  /** Adds every identity that acts by itself, and credentials that let somebody act within limits. */
  addIdentities(onProgress: (done: number, total: number) => void): void {
    const { model, builder, identityNodes } = this.#derivation;
    const { identities, credentials } = model.graph;
    let done = 0;
    for (const identity of identities) {
      done += 1;
      if (done % 4096 === 0) onProgress(done, identities.length);
      if (identity.provider !== this.catalogue.provider || isCollective(identity)) continue;
      const { node } = this.nodeOf(this.#acting(model.factsOf(identity), []));
      builder.edge(identityNodes.get(identity.id)!, node);
    }
    for (const credential of credentials) {
      if (credential.provider === this.catalogue.provider) this.#addCredential(credential);
    }
  }

  /** What was found since the last time is followed until nothing is new. */
  derive(onProgress: (done: number, total: number) => void): void {
    for (;;) {
      while (this.#derivedCallers < this.nodes.length) {
        this.#deriveAsItIs(this.nodes[this.#derivedCallers]!);
        this.#derivedCallers += 1;
        if (this.#derivedCallers % 1024 === 0) onProgress(this.#derivedCallers, this.nodes.length);
      }
      if (this.#full.waiting.length > 0) {
        for (const id of this.#full.waiting.splice(0)) this.#onFull(id);
        continue;
      }
      const { directCount } = this.#full;
      if (directCount === 0) break;
      // Where more became full, everybody is asked again; else only those that are new.
      const from = this.#followedFull === directCount ? this.#followedCallers : 0;
      if (from === this.nodes.length) break;
      this.#followedFull = directCount;
      this.#followedCallers = this.nodes.length;
      for (const one of this.nodes.slice(from)) this.#deriveWithFull(one);
    }
    onProgress(this.#derivedCallers, this.nodes.length);
  }

  /** Follows what changes of the estate give to whom; false where nothing is new. */
  round(): boolean {
    if (!this.#changedCallers.round()) return false;
    this.derive(() => {});
    return true;
  }

  /**
   * Nodes of control that together are every permission on everything; empty where they are not all there, or where there
   * is something outside every scope.
   */
  everything(): readonly number[] {
    if (this.outsider === undefined || this.#isAnythingOutside) return [];
    const { graph } = this.#derivation.model;
    const roots = graph.scopes.filter(
      ({ id, provider }) => provider === this.catalogue.provider && graph.scopesOf(id).length === 0,
    );
    const nodes = roots.flatMap(({ id }) => this.#full.known(id) ?? []);
    return nodes.length === roots.length ? nodes : [];
  }

  /** Whether some technique takes more than one permission of which a caller may have some. */
  combines(caller: ScopedCaller): boolean {
    return this.#selection.for(caller).together.length > 0;
  }

  readonly #alike: Map<string, RowsOfLead> = new Map();

  /** The rows on the same targets that give the same as a row; control, which may be limited, only by the row itself. */
  #alikeOf(row: ScopedRow): RowsOfLead {
    const { space } = row.formula.universe;
    const lead = this.#leadOf(row).key;
    const isControl = row.technique.yields === 'control' && row.access === undefined;
    const key = isControl ? `row ${row.index}` : `${space} ${lead}`;
    let alike = this.#alike.get(key);
    if (alike === undefined) {
      const rows = isControl ? [row] : this.#rowsOn(space).filter((other) => this.#leadOf(other).key === lead);
      alike = { key, rows };
      this.#alike.set(key, alike);
    }
    return alike;
  }

  /** The index of the graph. */
  get graph(): GraphIndex {
    return this.#derivation.model.graph;
  }

  /** The resource that a resource lies in. */
  resourceAround(id: NodeId): NodeId | undefined {
    return this.#derivation.model.resourceAround(id);
  }

  readonly #several: Map<ScopedCaller, readonly ScopedRow[]> = new Map();

  /** Rows of several questions that ask for something a caller is granted or listed in, beside what all of its type are. */
  severalOf(caller: ScopedCaller): readonly ScopedRow[] {
    let several = this.#several.get(caller);
    if (several === undefined) {
      several = this.#selection.ownOf(caller, this.#decisions.statementsGiven(caller));
      this.#several.set(caller, several);
    }
    return several;
  }

  /** Every row of several questions. */
  everySeveral(): readonly ScopedRow[] {
    return this.rows.filter(({ formula }) => formula.hasSeveral);
  }

  /** Statements of policies that a caller can be given; undefined among them for a text that could not be read. */
  statementsGiven(caller: ScopedCaller): readonly (CompiledStatement | undefined)[] {
    return this.#decisions.statementsGiven(caller);
  }

  /** Every home scope. */
  get homes(): ScopedUniverse {
    return this.#universes.homes;
  }

  /** How a formula about its targets comes out for whoever may do on them what `has` says; `one`: any caller. */
  answerWith(of: CompiledFormula, one: ScopedCaller, has: (action: ActionRef) => boolean): TruthSet | undefined {
    return this.#formulas.answerWith(of, one, has);
  }

  /** The home scope that a node is or lies in. */
  homeOf(id: NodeId): NodeId | undefined {
    const { graph } = this.#derivation.model;
    const isHome = (one: NodeId): boolean => this.#universes.homes.indexOf(one) >= 0;
    return isHome(id) ? id : graph.scopesOf(id).find((scope) => isHome(scope.id))?.id;
  }

  readonly #arounds: Map<ScopedRow, NodeId | undefined> = new Map();

  /** The lowest scope around everything that a row asks about; undefined where there is none. */
  scopeAround(row: ScopedRow): NodeId | undefined {
    if (!this.#arounds.has(row)) {
      const { universe, asks } = row.formula;
      const asked = new Set([universe, ...asks.map((ask) => ask.universe)]);
      this.#arounds.set(row, this.#universes.scopeAround([...asked]));
    }
    return this.#arounds.get(row);
  }

  /** Leads from a node to what a row gives on some targets. */
  give(from: number, row: ScopedRow, set: TruthSet): void {
    this.#emit(from, row, set, this.#leadOf(row), TRUE);
  }

  /** The node of full control of a scope, and so of everything in it; none where nothing leads there. */
  wholeOf(scope: NodeId): readonly number[] {
    const node = this.outsider === undefined ? undefined : this.#full.known(scope);
    return node === undefined ? [] : [node];
  }

  /** Whether what a row gives one of some callers depends on the grant it is asked by. */
  isLimited(row: ScopedRow, callers: readonly ScopedCaller[]): boolean {
    return this.#hasLimits && callers.some((caller) => this.#gains(row, caller).length > 1);
  }

  /** The node of a caller in the estate as it is, or as it was changed. */
  nodeOf(acting: ActingPrincipal, changes: Modifications = AS_IT_IS, cap: Truth = TRUE): CallerNode {
    const isClosed = this.provider.semantics.mayBeGranted?.(acting.facts.node) === false;
    const changed = isClosed && changes !== AS_IT_IS ? { ...changes, joined: [], given: [] } : changes;
    const caller = this.callers.of(acting, changed);
    const key = caller.index * 4 + cap;
    const known = this.#byCaller.get(key);
    if (known !== undefined) return known;
    const { builder } = this.#derivation;
    const { states } = this.#parts;
    const bare = acting.isBare || isClosed ? undefined : this.nodeOf({ ...acting, isBare: true }, changed, cap);
    // Who is granted nothing of its own is what it is bare.
    if (bare?.caller === caller) return bare;
    const node = builder.node('class', states.classes.length);
    states.classes.push(caller.class);
    const created: CallerNode = { caller, node, acting, bare, isClosed, cap };
    this.#byCaller.set(key, created);
    this.nodes.push(created);
    if (bare !== undefined && bare !== created) builder.edge(node, bare.node);
    return created;
  }

  #acting(facts: PrincipalFacts, sessionGuards: readonly CompiledDocument[]): ActingPrincipal {
    return { facts, sessionGuards, isBare: false };
  }

  /** A credential with restrictions does not make its holder the identity. */
  #addCredential(credential: CredentialNode): void {
    const { model, builder, identityNodes } = this.#derivation;
    const { states } = this.#parts;
    const guards = model.credentialGuards(credential).map(({ document }) => document);
    if (guards.length === 0) return;
    const nodes: number[] = [];
    for (const { to } of model.graph.outgoing(credential.id, 'authenticates')) {
      const identity = model.graph.identity(to);
      if (identity === undefined || !identityNodes.has(to)) continue;
      const node = builder.node('session', states.sessions.length);
      states.sessions.push({ identity, kind: credential.session });
      builder.edge(node, this.nodeOf(this.#acting(model.factsOf(identity), guards)).node);
      nodes.push(node);
    }
    const [first] = nodes;
    if (first === undefined) return;
    if (nodes.length === 1) {
      states.starts.set(credential.id, first);
      return;
    }
    const all = builder.node('session', states.sessions.length);
    const edge = model.graph.outgoing(credential.id, 'authenticates').find(({ to }) => identityNodes.has(to))!;
    states.sessions.push({ identity: model.graph.identity(edge.to)!, kind: credential.session });
    for (const one of nodes) builder.edge(all, one);
    states.starts.set(credential.id, all);
  }

  /** Rows whose permissions some rule speaks of. */
  #spokenOf({ statement }: Pick<ScopedRule, 'statement'>): Uint8Array | undefined {
    if (statement === undefined) return undefined;
    let rows = this.#rowsSpokenOf.get(statement.actions);
    if (rows === undefined) {
      const { bits } = statement.actions;
      rows = Uint8Array.from(this.rows, ({ formula }) =>
        formula.actions.some(({ index }) => index < 0 || ((bits[index >>> 5]! >>> (index & 31)) & 1) === 1) ? 1 : 0,
      );
      this.#rowsSpokenOf.set(statement.actions, rows);
    }
    return rows;
  }

  #deriveAsItIs(one: CallerNode): void {
    const { caller, node, cap } = one;
    const { builder } = this.#derivation;
    const selected = this.#selection.for(caller);
    if (this.#isSumOfRules(one)) {
      const nodes = new Set<number>();
      for (const { rule } of caller.allows) nodes.add(this.#ruleNode(rule, caller, undefined));
      const rest: (readonly ScopedRow[])[] = [];
      for (const group of this.#splitOf(selected).apart) {
        const rule = this.#onlyRuleFor(group, caller);
        if (rule === undefined) rest.push(group.rows);
        else nodes.add(this.#ruleNode(rule, caller, group));
      }
      nodes.delete(NO_NODE);
      for (const shared of nodes) builder.edge(node, shared);
      this.#deriveRows(one, rest);
    } else {
      this.#deriveRows(one, selected.alone);
    }
    this.#unlisted?.derive(caller, (to, truth) => builder.edge(node, to, least(truth, cap)));
  }

  /** Whether what a caller is granted is what its rules say, each by itself, and what everybody of its type is granted. */
  #isSumOfRules({ caller, bare, cap }: CallerNode): boolean {
    const { allows, common, everything, changed, isApart } = caller;
    if (cap !== TRUE || isApart || everything.length > 0 || (bare === undefined && common.length > 0)) return false;
    if (caller.given.length + changed.retagged.length > 0) return false;
    return allows.every(({ rule: { statement }, truth }) => {
      return truth === TRUE && statement !== undefined && statement.include === undefined;
    });
  }

  /** The rule of a caller that alone speaks of what some rows ask for; undefined where several do, or lists may. */
  #onlyRuleFor({ rows: [row] }: RowGroup, { allows, common, listedAs }: ScopedCaller): ScopedRule | undefined {
    const { index, formula } = row!;
    if (listedAs.size > 0 && formula.lists.length > 0) return undefined;
    let only: ScopedRule | undefined;
    for (const { rule } of allows) {
      if (this.#spokenOf(rule)?.[index] === 0) continue;
      if (only !== undefined && only.alike !== rule.alike) return undefined;
      only = rule;
    }
    return common.some(({ rule }) => this.#spokenOf(rule)?.[index] !== 0) ? undefined : only;
  }

  /**
   * A node that leads to what a rule by itself gives whoever it names that is denied and capped alike, by some rows; `group` undefined:
   * by all rows of which what rules give together is what each gives by itself. {@link NO_NODE} where that is nothing.
   */
  #ruleNode(rule: ScopedRule, caller: ScopedCaller, group: RowGroup | undefined): number {
    const nodes = this.#ruleNodesFor(group);
    const key = rule.alike * MOST_KINDS + caller.kind;
    let node = nodes.get(key);
    if (node === undefined) {
      const alone = { ...caller, allows: [{ rule, truth: TRUE }], common: [], listedAs: NOT_LISTED };
      const rows = group === undefined ? this.#splitOf(this.#selection.for(alone)).shared : [group.rows];
      node = NO_NODE;
      if (rows.length > 0) {
        const hub = this.#derivation.builder.node('hub', -1);
        if (this.#deriveRows({ caller: alone, node: hub, cap: TRUE }, rows, FEW)) node = hub;
      }
      nodes.set(key, node);
    }
    return node;
  }

  /** By what rules say and kind of caller: what rules by themselves lead to, by some rows. */
  #ruleNodesFor(group: RowGroup | undefined): Map<number, number> {
    const number = group?.number ?? NO_GROUP;
    let nodes = this.#ruleNodes.get(number);
    if (nodes === undefined) {
      nodes = new Map();
      this.#ruleNodes.set(number, nodes);
    }
    return nodes;
  }

  /** The rows of callers apart: those of which what rules give together is what each gives by itself, and the others. */
  #splitOf(selected: SelectedRows): SplitRows {
    let split = this.#splits.get(selected);
    if (split === undefined) {
      const part = (isShared: boolean): readonly (readonly ScopedRow[])[] =>
        selected.alone
          .map((alike) => alike.filter((row) => this.#isByRule(row) === isShared))
          .filter((alike) => alike.length > 0);
      const apart = part(false).map((rows) => ({ rows, number: this.#groupNumber(rows) }));
      split = { shared: part(true), apart };
      this.#splits.set(selected, split);
    }
    return split;
  }

  /** The same number for the same rows. */
  #groupNumber(rows: readonly ScopedRow[]): number {
    const key = rows.map(({ index }) => index).join(' ');
    let number = this.#groupNumbers.get(key);
    if (number === undefined) {
      number = this.#groupNumbers.size;
      this.#groupNumbers.set(key, number);
    }
    return number;
  }

  #isByRule(row: ScopedRow): boolean {
    // What is changed about several targets is changed at once, and what limited grants give away is told apart.
    const isControl = row.technique.yields === 'control' && row.access === undefined;
    return row.formula.addsUp && this.#leadOf(row).whole === undefined && !(isControl && this.#hasLimits);
  }

  /** Leads from a node to what rows give a caller; false where that is nothing. `few`: so many targets are led to one by one. */
  #deriveRows(
    { caller, node, cap }: Pick<CallerNode, 'caller' | 'node' | 'cap'>,
    rows: readonly (readonly ScopedRow[])[],
    few: number = 0,
  ): boolean {
    const given = new Map<string, TruthSet>();
    let isAny = false;
    for (const alike of rows) {
      const [first] = alike;
      const { space } = first!.formula.universe;
      for (const { grants, lead: own } of this.#gains(first!, caller)) {
        const { residual } = this.#formulas.answer(first!.formula, { caller, grants, withFull: false });
        for (const { set } of residual) {
          for (const row of alike) {
            const lead = row === first ? own : this.#leadOf(row);
            // Rows with a limit come last: who becomes an identity gains nothing by acting as it within one.
            const rest = lead.beyond === undefined ? set : surer(set, given.get(`${space} ${lead.beyond}`) ?? NOWHERE);
            if (rest !== NOWHERE) {
              this.#emit(node, row, rest, lead, cap, few);
              isAny = true;
            }
            if (!isLimitable(lead.key)) continue;
            const key = `${space} ${lead.key}`;
            given.set(key, orSets(given.get(key) ?? NOWHERE, set));
          }
        }
      }
    }
    return isAny;
  }

  /** What a row gives, by the grants that count: control is limited where only grants with a limit give it. */
  #gains(row: ScopedRow, caller: ScopedCaller): readonly Gain[] {
    const lead = this.#leadOf(row);
    if (row.technique.yields !== 'control' || row.access !== undefined || !this.#hasLimits) {
      let plain = this.#plainGains[row.index];
      if (plain === undefined) {
        plain = [{ grants: ALL_GRANTS, lead }];
        this.#plainGains[row.index] = plain;
      }
      return plain;
    }
    const gains: Gain[] = [{ grants: NO_LIMITED, lead }];
    for (const limited of this.#limitedOf(caller)) {
      const { limit } = limited;
      if (limit === undefined || this.#spokenOf(limited)?.[row.index] === 0) continue;
      if (!row.formula.actions.some(({ name }) => limit.holdsFor(name))) continue;
      for (const { policies: all, to } of limit.gives) {
        const policies = all?.filter((id) => this.#derivation.model.graph.policy(id) !== undefined);
        if (policies?.length !== 0) gains.push({ grants: { limited }, lead: this.#givenLead(row, { policies, to }) });
      }
    }
    return gains;
  }

  /** What a caller is granted that limits what it can give away. */
  #limitedOf(caller: ScopedCaller): readonly (ScopedRule | GivenGrant)[] {
    if (this.#limitedFor?.caller !== caller) {
      const rules = [...caller.common, ...caller.allows].map(({ rule }) => rule);
      const limiting = rules.filter(({ limit }) => limit !== undefined);
      this.#limitedFor = { caller, limited: [...limiting, ...this.#decisions.limitedGrantsOf(caller)] };
    }
    return this.#limitedFor.limited;
  }

  /** Of the caller asked about last. */
  #limitedFor: { readonly caller: ScopedCaller; readonly limited: readonly (ScopedRule | GivenGrant)[] } | undefined;

  #givenLead({ formula: { universe } }: ScopedRow, { policies, to }: Giving): Lead {
    const number = to === undefined ? undefined : this.rules.limits.recipients.numberOf(to);
    return this.#tokenLead('given', universe, (index) => [universe.nodes[index]!.id], { policies, to, number });
  }

  /** What is changed about all targets at once that the same callers can change. `idsOf`: what it is to be changed about one. */
  #tokenLead(
    kind: TokenKind,
    universe: ScopedUniverse,
    idsOf: (index: number) => readonly NodeId[],
    giving?: TokenGiving,
  ): Lead {
    let changeable: RangeSet | undefined;
    const whole = (targets: RangeSet): number | undefined => {
      changeable ??=
        kind === 'given' ? universe.full : setOf([...universe.nodes.keys()].filter((index) => idsOf(index).length > 0));
      const ids = new Set<NodeId>();
      let on: NodeId | undefined;
      forEachMember(intersection(targets, changeable), (index) => {
        const node = universe.nodes[index]!;
        on ??= node.id;
        // What is done to a scope is done to what lies below.
        if (REACHES_BELOW.has(kind) && this.#isBelowAny(node.id, ids)) return;
        for (const id of idsOf(index)) ids.add(id);
      });
      if (on === undefined) return undefined;
      const before = this.tokens.list.length;
      const node = this.tokens.nodeOf(kind, [...ids].sort(), on, giving);
      const isNew = this.tokens.list.length > before;
      if (isNew && giving !== undefined && this.outsider !== undefined) {
        const truth = giving.to?.outsider ?? TRUE;
        if (truth !== FALSE) this.#derivation.builder.edge(node, this.outsider.node, truth);
      }
      return node;
    };
    const leaf = (index: number): number => whole([index, index + 1]) ?? this.#derivation.builder.node('hub', -1);
    const key = giving === undefined ? kind : `given ${giving.number ?? ''} ${giving.policies?.join(' ') ?? 'any'}`;
    return { key, weight: 0, leaf, whole };
  }

  #isBelowAny(id: NodeId, ids: ReadonlySet<NodeId>): boolean {
    if (ids.size === 0) return false;
    return this.#derivation.model.graph.scopesOf(id).some((scope) => ids.has(scope.id));
  }

  #leadOf(row: ScopedRow): Lead {
    let lead = this.#leads.get(row.index);
    if (lead === undefined) {
      lead = remembering(this.#newLead(row));
      this.#leads.set(row.index, lead);
    }
    return lead;
  }

  #newLead({ technique, access, formula: { universe } }: ScopedRow): Lead {
    const { yields, states } = this.#parts;
    const { model } = this.#derivation;
    const id = (index: number): NodeId => universe.nodes[index]!.id;
    if (access !== undefined) {
      return { key: `access ${access}`, weight: 0, leaf: (index) => yields.accessNode(id(index), access) };
    }
    const limited = this.#limited.leadOf(technique, id);
    if (limited !== undefined) return limited;
    switch (technique.yields) {
      case 'become':
        return { key: 'become', weight: 1, leaf: (index) => states.acting(id(index)) };
      case 'become-runtime':
        return { key: 'runtime', weight: 1, leaf: (index) => yields.workloadNode(id(index)) };
      case 'become-subjects':
        return { key: 'subjects', weight: 0, leaf: (index) => this.#subjectsNode(id(index)) };
      case 'become-stored':
        return { key: 'stored', weight: 0, leaf: (index) => yields.storedNode(id(index)) };
      case 'control':
        return {
          key: 'control',
          weight: 0,
          leaf: (index) => {
            const isNew = !this.#full.isDirect(id(index));
            const node = this.#full.nodeOf(id(index), technique.target.kind === 'scope');
            if (isNew && this.outsider !== undefined) this.#derivation.builder.edge(node, this.outsider.node);
            return node;
          },
        };
      case 'extend':
        return this.#tokenLead('extend', universe, (index) => {
          const role = universe.nodes[index]!.attributes?.['role'];
          // What nobody holds gives nothing however much is in it.
          return typeof role === 'string' && model.graph.attachmentsOf(role).length > 0 ? [role] : [];
        });
      case 'retag':
        return this.#tokenLead('retag', universe, (index) => (this.rules.lookAtTags ? [id(index)] : []));
      case 'lift-denies':
        return this.#tokenLead('lift-denies', universe, (index) => (this.#denied.has(id(index)) ? [id(index)] : []));
      // Members of several groups may be denied more, and of a union of guards the last one to go frees most: one by one.
      case 'lift-guards':
        return { key: 'lift-guards', weight: 0, leaf: (index) => this.#oneByOne('lift-guards', id(index)) };
      case 'join':
        return { key: 'join', weight: 0, leaf: (index) => this.#oneByOne('join', id(index)) };
    }
  }

  #oneByOne(kind: 'join' | 'lift-guards', id: NodeId): number {
    const { graph } = this.#derivation.model;
    const isGuarded = (): boolean => graph.attachmentsOn(id).some(({ role }) => GUARDS.has(role));
    if (kind === 'lift-guards' && !isGuarded()) return this.#nothing();
    return this.tokens.nodeOf(kind, [id], id);
  }

  /** A node for what makes no difference. */
  #nothing(): number {
    this.#nothingNode ??= this.#derivation.builder.node('hub', -1);
    return this.#nothingNode;
  }

  /** The identities that a node vouches for, for whoever makes it accept tokens of its own. */
  #subjectsNode(id: NodeId): number {
    const known = this.#subjectNodes.get(id);
    if (known !== undefined) return known;
    const { builder, model, identityNodes } = this.#derivation;
    const node = this.#parts.changes.newFace('subjects', id);
    this.#subjectNodes.set(id, node);
    for (const { to, certainty } of model.graph.outgoing(id, 'vouches-for')) {
      const identity = identityNodes.get(to);
      if (identity !== undefined) builder.edge(node, identity, truthOf(certainty), -1, 1);
    }
    return node;
  }

  /** Edges to what a row gives, one for each degree of certainty; `few`: so many targets are led to one by one. */
  #emit(from: number, row: ScopedRow, set: TruthSet, lead: Lead, cap: Truth, few: number = 0): void {
    const { builder } = this.#derivation;
    for (const [truth, targets] of byTruth(set, cap)) {
      if (lead.whole === undefined && sizeOf(targets) <= few) {
        forEachMember(targets, (index) => builder.edge(from, lead.leaf(index), truth, row.label, lead.weight));
        continue;
      }
      const to = this.#hub(row, targets, lead);
      if (to !== undefined) builder.edge(from, to, truth, row.label);
    }
  }

  #hub(
    { formula: { universe } }: ScopedRow,
    targets: RangeSet,
    { key, leaf, weight, whole }: Lead,
  ): number | undefined {
    const { hubs } = this.#derivation;
    if (whole !== undefined) return whole(targets);
    return hubs.hub(`scoped ${this.catalogue.provider} ${key}`, -1 - universe.space, universe, targets, leaf, weight);
  }

  /** What being full leads to by itself: what is inside, and what an outsider can do with it. */
  #onFull(id: NodeId): void {
    const { model, builder } = this.#derivation;
    const { graph } = model;
    const isScope = (one: NodeId): boolean => graph.node(one)?.kind === 'scope';
    this.#full.spread(id, isScope);
    const node = this.#full.known(id)!;
    this.#unlisted?.whenFull(id, (to, truth) => builder.edge(node, to, truth));
    if (this.outsider === undefined) return;
    for (const universe of this.#universes.around(graph.node(id)!)) {
      const index = universe.indexOf(id);
      if (index < 0) continue;
      const best = new Map<string, { readonly row: ScopedRow; readonly truth: Truth }>();
      for (const row of this.#rowsOn(universe.space)) {
        if (row.technique.yields === 'control' && row.access === undefined) continue;
        const { key } = this.#leadOf(row);
        const set = termOf(this.#outsiders(row), TARGET_BIT);
        const truth = set === NOWHERE ? 0 : valueAt(set, index);
        if (truth <= (best.get(key)?.truth ?? 0)) continue;
        // What can be done to the scope around it, which is full too, is done to it.
        if (row.technique.yields === 'retag' && (!this.rules.lookAtTags || this.#isRetaggedAround(id, truth))) continue;
        best.set(key, { row, truth });
      }
      for (const { row, truth } of best.values()) {
        const { leaf, weight, beyond } = this.#leadOf(row);
        if (beyond !== undefined && (best.get(beyond)?.truth ?? 0) >= truth) continue;
        builder.edge(node, leaf(index), truth, row.label, weight);
      }
    }
    const home = this.#universes.homes.indexOf(id);
    if (home < 0) return;
    for (const row of this.rows) {
      const set = this.#closedOf(row);
      if (set === NOWHERE) continue;
      const lead = this.#leadOf(row);
      const inside = this.#universes.inHomes(row.formula.universe)[home]!;
      const rest = surer(restrict(set, inside), restrict(this.#coverOf(row), inside));
      if (rest !== NOWHERE) this.#emit(node, row, rest, lead, TRUE);
    }
  }

  /** Whether what makes a node full, being around it, lets an outsider choose tags on it and below. */
  #isRetaggedAround(id: NodeId, least: Truth): boolean {
    const { graph } = this.#derivation.model;
    for (let at = id; this.#full.isSpread(at); ) {
      at = this.#full.resourceAround(at) ?? graph.node(at)?.scope ?? '';
      for (const row of this.rows) {
        if (row.technique.yields !== 'retag') continue;
        const index = row.formula.universe.indexOf(at);
        if (index >= 0 && valueAt(termOf(this.#outsiders(row), TARGET_BIT), index) >= least) return true;
      }
    }
    return false;
  }

  readonly #bySpace: Map<number, readonly ScopedRow[]> = new Map();

  #rowsOn(space: number): readonly ScopedRow[] {
    let rows = this.#bySpace.get(space);
    if (rows === undefined) {
      rows = this.rows.filter(({ formula }) => formula.universe.space === space);
      this.#bySpace.set(space, rows);
    }
    return rows;
  }

  /** How a row comes out for the outsider in an estate as it is, with full nodes. */
  #outsiders(row: ScopedRow): Answer | undefined {
    if (this.outsider === undefined) return undefined;
    let answer = this.#answers.get(row);
    if (answer === undefined) {
      answer = this.#formulas.answer(row.formula, {
        caller: this.outsider.caller,
        grants: ALL_GRANTS,
        withFull: true,
      });
      this.#answers.set(row, answer);
    }
    return answer;
  }

  /** Where a target that is full gives what a row gives, by some row, to whoever made it so. */
  #coverOf(row: ScopedRow): TruthSet {
    const { universe } = row.formula;
    const { key, beyond } = this.#leadOf(row);
    const cover = `${universe.space} ${key}`;
    let known = this.#covers.get(cover);
    if (known === undefined) {
      known = NOWHERE;
      for (const other of this.#rowsOn(universe.space)) {
        const lead = this.#leadOf(other).key;
        if (lead === key || lead === beyond) known = orSets(known, termOf(this.#outsiders(other), TARGET_BIT));
      }
      this.#covers.set(cover, known);
    }
    return known;
  }

  /** Where a home scope that is full gives what a row gives there, to whoever made it so. */
  #closedOf(row: ScopedRow): TruthSet {
    let known = this.#closed.get(row);
    if (known === undefined) {
      const answer = this.#outsiders(row);
      known = answer === undefined ? NOWHERE : this.#places.closedAtHome(answer);
      this.#closed.set(row, known);
    }
    return known;
  }

  /** What a caller can do with what is full, beside what it can do without and what anybody can. */
  #deriveWithFull(one: CallerNode): void {
    const { caller, acting } = one;
    const isOutsider = one === this.outsider;
    if (one.isClosed) return;
    if (acting.isBare && !isOutsider && this.#isLikeOutsider(caller)) return;
    const bare = isOutsider ? undefined : this.#bareOf(one);
    const rows = bare === undefined ? this.rows : this.#selection.for(caller).together;
    const given = new Map<string, TruthSet>();
    for (const row of rows) {
      // Of what asks about its target alone, what a full target gives it gives the kind that the caller is of as well.
      if (bare !== undefined && !row.formula.asksElsewhere && !row.formula.asksHome && row.formula.lists.length === 0)
        continue;
      for (const { grants, lead } of this.#gains(row, caller)) {
        const fullWithin = this.#fullWithin(row);
        if (fullWithin.targets.length === 0 && !row.formula.asksElsewhere) continue;
        const answer = this.#formulas.answer(row.formula, { caller, grants, withFull: true, fullWithin });
        const below = bare === undefined ? undefined : this.#bareAnswer(bare, row, grants, fullWithin);
        for (const { needs, set } of answer.residual) {
          if (needs === 0) continue;
          const isPlain = needs === TARGET_BIT || needs === HOME_BIT;
          if (isOutsider && isPlain) continue;
          let rest = set;
          if ((needs & (TARGET_BIT | HOME_BIT)) !== 0) {
            rest = surer(rest, this.#coverOf(row));
            rest = this.#apartFromHome(row, rest);
          }
          if (!isOutsider) rest = this.#places.beyond(rest, needs, answer, this.#outsiders(row));
          if (below !== undefined) rest = this.#places.beyond(rest, needs, answer, below);
          if (lead.beyond !== undefined || isLimitable(lead.key)) {
            // Rows with a limit come last here too.
            const { space } = row.formula.universe;
            const key = `${space} ${lead.beyond ?? lead.key} ${this.#places.keyOf(needs, answer)}`;
            const before = given.get(key) ?? NOWHERE;
            if (lead.beyond === undefined) given.set(key, orSets(before, rest));
            else rest = surer(rest, before);
          }
          if (rest.open.length === 0) continue;
          this.#emitWithFull(one, row, needs, rest, answer, lead);
        }
      }
    }
  }

  /** What a caller is with nothing granted, which it is as well: denied and capped alike, so that full nodes give it the same. */
  #bareOf({ acting, bare, caller }: CallerNode): CallerNode | undefined {
    if (!acting.isBare || caller.changed === AS_IT_IS) return bare;
    const before = this.nodeOf(acting);
    return before.caller.kind === caller.kind ? before : undefined;
  }

  /** Whether what full nodes give a principal with nothing of its own, they give an outsider. */
  #isLikeOutsider(caller: ScopedCaller): boolean {
    const outsider = this.outsider?.caller;
    if (outsider === undefined || caller.changed !== AS_IT_IS) return false;
    if (caller.denies.length + caller.guards.length > 0) return false;
    if (outsider.denies.length + outsider.guards.length > 0) return false;
    return caller.common.every(({ rule }) => outsider.common.some((other) => other.rule === rule));
  }

  /** Targets left out that are full only where their home is, which is enough by itself. */
  #apartFromHome(row: ScopedRow, set: TruthSet): TruthSet {
    return set === NOWHERE ? set : surer(set, this.#closedIndirect(row));
  }

  /** Where a home that is full gives what a row gives, for targets that nothing else makes full. */
  #closedIndirect(row: ScopedRow): TruthSet {
    const known = this.#indirect.get(row);
    if (known !== undefined && known.count === this.#full.directCount) return known.set;
    const { universe } = row.formula;
    const closed = this.#closedOf(row);
    const set = closed === NOWHERE ? NOWHERE : restrict(closed, difference(universe.full, this.#directIn(universe)));
    this.#indirect.set(row, { count: this.#full.directCount, set });
    return set;
  }

  /** Targets that something other than what is around them makes full. */
  #directIn(universe: ScopedUniverse): RangeSet {
    const count = this.#full.directCount;
    const known = this.#direct.get(universe);
    if (known !== undefined && known.count === count) return known.set;
    const found: number[] = [];
    universe.nodes.forEach(({ id }, index) => {
      if (this.#full.isDirect(id)) found.push(index);
    });
    const set = setOf(found);
    this.#direct.set(universe, { count, set });
    return set;
  }

  /** The targets of a row that, being full, may not give by themselves what the row gives. */
  #fullWithin(row: ScopedRow): FullWithin {
    const count = this.#full.directCount;
    const known = this.#within.get(row);
    if (known !== undefined && known.count === count) return known.within;
    const { universe } = row.formula;
    const left = difference(universe.full, this.#coverOf(row).proven);
    const targets = difference(left, this.#closedIndirect(row).proven);
    const within = {
      targets: sameSet(targets, universe.full) ? universe.full : targets,
      key: `full ${row.index} ${count}`,
    };
    this.#within.set(row, { count, within });
    return within;
  }

  /** How a row comes out for a caller with nothing of its own; kept while it is asked about again and again. */
  #bareAnswer({ caller }: CallerNode, row: ScopedRow, grants: Grants, fullWithin: FullWithin): Answer {
    const isKept = grants === ALL_GRANTS;
    const key = `${caller.index} ${fullWithin.key}`;
    const known = isKept ? this.#bareAnswers.get(key) : undefined;
    if (known !== undefined) return known;
    const answer = this.#formulas.answer(row.formula, { caller, grants, withFull: true, fullWithin });
    if (isKept) this.#bareAnswers.set(key, answer);
    return answer;
  }

  /** The same number for the same text. */
  #wayNumber(way: string): number {
    let number = this.#wayNumbers.get(way);
    if (number === undefined) {
      number = this.#wayNumbers.size;
      this.#wayNumbers.set(way, number);
    }
    return number;
  }

  #emitWithFull(
    { node, caller, cap }: CallerNode,
    row: ScopedRow,
    needs: number,
    set: TruthSet,
    answer: Answer,
    lead: Lead,
  ): void {
    const { builder } = this.#derivation;
    const places = this.#places.keyOf(needs, answer);
    const isAnywhere = this.#places.isAnywhere(needs, answer);
    for (const [truth, targets] of byTruth(set, cap)) {
      const able = isAnywhere ? targets : this.#places.able(targets, needs, answer);
      if (able.length === 0) continue;
      const way = `${row.index} ${lead.key} ${places} ${truth}`;
      const key = this.#wayNumber(way) * MOST_NODES + node;
      const before = this.#emitted.get(key) ?? EMPTY;
      const fresh = difference(able, before);
      if (fresh.length === 0) continue;
      this.#emitted.set(key, union(before, fresh));
      if (isAnywhere) {
        const from = this.#places.together(`${caller.index} ${cap} ${places}`, node, needs, answer, 0);
        const to = this.#hub(row, fresh, lead);
        if (to !== undefined) builder.edge(from, to, truth, row.label);
        continue;
      }
      const hub = this.#hub(row, fresh, {
        key: `way ${way}`,
        weight: 0,
        leaf: (index) => {
          const known = this.#starts.get(`${way} ${index}`);
          if (known !== undefined) return known;
          const start = builder.node('hub', -1);
          this.#starts.set(`${way} ${index}`, start);
          const end = this.#places.together(`${way} ${index}`, start, needs, answer, index);
          builder.edge(end, lead.leaf(index), truth, row.label, lead.weight);
          return start;
        },
      });
      if (hub !== undefined) builder.edge(node, hub);
    }
  }
}

/** More kinds of callers than there can be: with the number of a rule they still make an exact number. */
const MOST_KINDS = 2 ** 24;

/** Nodes that many come to lead to so few targets one by one. */
const FEW = 2;

/** In the place of a node where nothing is led to, and of the number of a group for all rows that are told rule by rule. */
const NO_NODE = -1;
const NO_GROUP = -1;

const NOT_LISTED: ReadonlyMap<NodeId, Truth> = new Map();

/** More nodes than a reach graph can have: ways and nodes are told apart by one number. */
const MOST_NODES = 2 ** 31;

/** Changes that hold for whatever lies below what is changed. */
const REACHES_BELOW: ReadonlySet<TokenKind> = new Set(['given', 'retag']);

const GUARDS: ReadonlySet<string> = new Set(['identity-guard', 'principal-scope-guard']);

function least(left: Truth, right: Truth): Truth {
  return left < right ? left : right;
}

/** A truth set as sets of one truth each, surest first; none surer than `cap`. */
function byTruth({ proven, possible, open }: TruthSet, cap: Truth): readonly (readonly [Truth, RangeSet])[] {
  const parts: [Truth, RangeSet][] = [];
  for (const [truth, targets] of [
    [3, proven],
    [2, difference(possible, proven)],
    [1, difference(open, possible)],
  ] as const) {
    if (targets.length === 0) continue;
    const capped = least(truth, cap);
    const last = parts[parts.length - 1];
    if (last !== undefined && last[0] === capped) last[1] = union(last[1], targets);
    else parts.push([capped, targets]);
  }
  return parts;
}

/** A lead that finds the node of each target once. */
function remembering(lead: Lead): Lead {
  const { leaf, whole } = lead;
  if (whole !== undefined) return lead;
  const leafs: number[] = [];
  return { ...lead, leaf: (index) => (leafs[index] ??= leaf(index)) };
}

function termOf(answer: Answer | undefined, needs: number): TruthSet {
  return answer?.residual.find((term) => term.needs === needs)?.set ?? NOWHERE;
}
