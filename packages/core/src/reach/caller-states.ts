import { type ActionRef, hasAction } from '../authz/action-catalogue.ts';
import { type CompiledDocument, type CompiledStatement, holdsAlways } from '../authz/compiled-document.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type { PrincipalFacts } from '../authz/semantics.ts';
import { and, CONDITIONAL, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { CredentialNode, IdentityNode, NodeId, Provider } from '../graph/model.ts';
import type { Derivation } from './derivation.ts';
import { isOpen } from './policy-cover.ts';
import { type CallerState, type SessionPoint, truthOf } from './reach-model.ts';
import { actionsAsked } from './requirement.ts';

/** A way to act as an identity of the input: the node reached by it, and the facts it acts with. */
export interface ActingPoint {
  readonly identity: IdentityNode;
  readonly node: number;
  readonly facts: PrincipalFacts;
  /** What caps it beside the guards of the identity: the credential is good for some things only. */
  readonly guards: readonly CompiledDocument[];
  /** It does not hold the whole identity. */
  readonly limited: boolean;
  /** What it is as long as nothing is changed about it. */
  readonly state: CallerState;
}

const NO_KEYS: ReadonlySet<string> = new Set();

/** What a guard leaves, as bits over the catalogue, and the texts that were held against it. */
interface SaidWithin {
  readonly left: Uint32Array;
  readonly known: Map<CompiledDocument, boolean>;
}

/**
 * The callers of techniques: classes of principals that no policy of their own tells apart, states within them that no
 * policy on a resource tells apart, and the ways to act as an identity that differ by session.
 */
export class CallerStates {
  readonly states: CallerState[] = [];
  readonly classes: PrincipalClass[] = [];
  readonly sessions: SessionPoint[] = [];
  readonly starts: Map<NodeId, number> = new Map();
  readonly #derivation: Derivation;
  readonly #onClass: (principalClass: PrincipalClass, node: number) => void;
  readonly #onState: (state: CallerState) => void;
  readonly #stateByKey: Map<string, CallerState> = new Map();
  readonly #classNodes: Map<number, number> = new Map();
  readonly #actingNodes: Map<NodeId, number> = new Map();
  readonly #sessionNodes: Map<string, number> = new Map();
  readonly #limiting: Map<CompiledDocument, boolean> = new Map();
  readonly #kinds: Map<Provider, readonly string[]> = new Map();
  readonly #readsSession: Map<string, boolean> = new Map();
  /** By the guard of a session: actions that it leaves, and whether a text speaks of any of them. */
  readonly #saidWithin: Map<CompiledDocument, SaidWithin> = new Map();
  #given: Map<NodeId | undefined, Set<string>> | undefined;
  readonly #outsideCatalogue: Map<Provider, readonly ActionRef[]> = new Map();
  /** The ways to act as an identity of the input that have come up, by their node. */
  readonly points: Map<number, ActingPoint> = new Map();

  /** `onClass` and `onState` are called once for each, when it first occurs. */
  constructor(
    derivation: Derivation,
    onClass: (principalClass: PrincipalClass, node: number) => void,
    onState: (state: CallerState) => void,
  ) {
    this.#derivation = derivation;
    this.#onClass = onClass;
    this.#onState = onState;
  }

  /** Adds every identity that can act, and the credentials that let someone act as it. */
  addIdentities(onProgress: (done: number, total: number) => void): void {
    const { builder, model, providers } = this.#derivation;
    const { identities, credentials } = model.graph;
    let done = 0;
    for (const identity of identities) {
      done += 1;
      if (done % 4096 === 0) onProgress(done, identities.length);
      if (identity.type === 'group' || !providers.has(identity.provider)) continue;
      const principalClass = model.classOf(identity);
      const state = this.stateOf(identity, principalClass);
      const held = this.#derivation.identityNodes.get(identity.id)!;
      const facts = model.factsOf(identity);
      if (!this.#dependsOnSession(identity, principalClass)) {
        this.#actingNodes.set(identity.id, held);
        builder.edge(held, state.node);
        this.points.set(held, { identity, node: held, facts, guards: [], limited: false, state });
        continue;
      }
      const acting = this.#point('acting', { identity, kind: undefined });
      this.#actingNodes.set(identity.id, acting);
      this.starts.set(identity.id, acting);
      builder.edge(acting, held);
      builder.edge(acting, state.node);
      this.points.set(acting, { identity, node: acting, facts, guards: [], limited: false, state });
    }
    for (const credential of credentials) this.#addCredential(credential);
  }

  /** The node reached by getting hold of an identity without knowing in which session. */
  acting(id: NodeId): number {
    return this.#actingNodes.get(id) ?? this.#derivation.identityNodes.get(id)!;
  }

  /** The node reached by getting hold of an identity in sessions of one kind, capped by `guards` beside its own. */
  session(id: NodeId, kind: string | undefined, guards: readonly CompiledDocument[] = []): number {
    const { model, providers } = this.#derivation;
    const identity = model.graph.identity(id);
    if (identity === undefined || !providers.has(identity.provider) || identity.type === 'group')
      return this.acting(id);
    const facts = kind === undefined ? model.factsOf(identity) : model.sessionFacts(identity, kind);
    const key = JSON.stringify([id, facts.session?.kind ?? null, guards.map((document) => document.id)]);
    const known = this.#sessionNodes.get(key);
    if (known !== undefined) return known;
    const node = this.#newSession(identity, facts, guards);
    this.#sessionNodes.set(key, node);
    return node;
  }

  #newSession(identity: IdentityNode, facts: PrincipalFacts, guards: readonly CompiledDocument[]): number {
    const { builder, model, identityNodes } = this.#derivation;
    const base = model.classOf(identity);
    const kindLimits = this.limitsKind(facts);
    const principalClass = model.variantOf(
      identity,
      {
        // What speaks of nothing that the session can do tells nobody apart in it.
        grants: this.#grantsWithin(
          identity.provider,
          base.grants,
          kindLimits ? [...model.kindGuards(facts), ...guards] : guards,
        ),
        guards: base.guards,
        scopeGuards: base.scopeGuards,
        sessionGuards: guards,
        withoutKindGuard: !kindLimits,
      },
      facts,
    );
    const state = this.stateOf(identity, principalClass, facts);
    if (state === this.stateOf(identity, base) && !this.#mayTellApart(facts)) return this.acting(identity.id);
    const node = this.#point('session', { identity, kind: facts.session?.kind });
    // A credential that is good for some things only does not make its holder the identity.
    builder.edge(node, state.node);
    const limited = kindLimits || guards.length > 0;
    if (!limited) builder.edge(node, identityNodes.get(identity.id)!);
    this.points.set(node, { identity, node, facts, guards, limited, state });
    return node;
  }

  /** Whether the kind of session of `facts` keeps from anything that a technique asks for. */
  limitsKind(facts: PrincipalFacts): boolean {
    const { model } = this.#derivation;
    return model.kindGuards(facts).some((guard) => this.#limits(guard, facts.node.provider));
  }

  /** The same text for identities in the same state, whether or not it has come up. */
  keyOf(
    identity: IdentityNode,
    principalClass: PrincipalClass,
    facts: PrincipalFacts = this.#derivation.model.factsOf(identity),
  ): string {
    const read = this.#derivation.factsReadIn(principalClass.zone, identity.provider);
    const named = read.named.has(identity.id) ? identity.id : '';
    return JSON.stringify([principalClass.index, named, read.signature(facts)]);
  }

  /** The state of an identity holding what `principalClass` says: as fine as policies on resources can tell apart. */
  stateOf(
    identity: IdentityNode,
    principalClass: PrincipalClass,
    facts: PrincipalFacts = this.#derivation.model.factsOf(identity),
  ): CallerState {
    const key = this.keyOf(identity, principalClass, facts);
    const known = this.#stateByKey.get(key);
    if (known !== undefined) return known;
    const undecided = principalClass.sessionGuards.filter(isUndecided);
    const state = undecided.length > 0 ? this.#addState(principalClass, facts) : this.newState(principalClass, facts);
    this.#stateByKey.set(key, state);
    if (undecided.length > 0) this.#asUnguarded(state, identity, undecided);
    else this.#derivation.builder.edge(state.node, this.classNode(principalClass));
    return state;
  }

  /** Nothing that a guard leaves undecided as a whole is sure, whatever it is. */
  #asUnguarded(
    { node, class: of, facts }: CallerState,
    identity: IdentityNode,
    without: readonly CompiledDocument[],
  ): void {
    const { grants, guards, scopeGuards } = of;
    const sessionGuards = of.sessionGuards.filter((guard) => !without.includes(guard));
    const parts = { grants, guards, scopeGuards, sessionGuards, withoutKindGuard: true };
    const unguarded = this.#derivation.model.variantOf(identity, parts, facts);
    this.#derivation.builder.edge(node, this.stateOf(identity, unguarded, facts).node, UNKNOWN);
  }

  /** A state of its own, for a principal that is not in the input. It has no edge to its class. */
  newState(principalClass: PrincipalClass, facts: PrincipalFacts): CallerState {
    const state = this.#addState(principalClass, facts);
    this.#derivation.defer('state', principalClass.zone, () => this.#onState(state));
    return state;
  }

  #addState(principalClass: PrincipalClass, facts: PrincipalFacts): CallerState {
    const index = this.states.length;
    const node = this.#derivation.builder.node('state', index);
    const state: CallerState = { index, node, class: principalClass, facts };
    this.states.push(state);
    return state;
  }

  /** The node of a class. */
  classNode(principalClass: PrincipalClass): number {
    const known = this.#classNodes.get(principalClass.index);
    if (known !== undefined) return known;
    const node = this.#derivation.builder.node('class', this.classes.length);
    this.classes.push(principalClass);
    this.#classNodes.set(principalClass.index, node);
    this.#derivation.defer('class', principalClass.zone, () => this.#onClass(principalClass, node));
    return node;
  }

  #addCredential(credential: CredentialNode): void {
    const { model, identityNodes, builder } = this.#derivation;
    const provider = model.provider(credential.provider);
    const guards: CompiledDocument[] = [];
    for (const { role, policy } of model.graph.attachmentsOn(credential.id)) {
      const text = role === 'identity-guard' ? model.graph.policy(policy)?.document : undefined;
      const document = text === undefined || provider === undefined ? undefined : model.document(text, provider);
      if (document !== undefined) guards.push(document);
    }
    const edges = model.graph.outgoing(credential.id, 'authenticates').filter(({ to }) => identityNodes.has(to));
    const [first, ...others] = edges;
    if (first === undefined) return;
    if (others.length === 0 && truthOf(first.certainty) === TRUE) {
      const only = this.session(first.to, credential.session, guards);
      if (only !== identityNodes.get(first.to)) this.starts.set(credential.id, only);
      return;
    }
    const node = this.#point('session', { identity: model.graph.identity(first.to)!, kind: credential.session });
    for (const { to, certainty } of edges) {
      builder.edge(node, this.session(to, credential.session, guards), truthOf(certainty));
    }
    this.starts.set(credential.id, node);
  }

  #point(kind: 'acting' | 'session', point: SessionPoint): number {
    const node = this.#derivation.builder.node(kind, this.sessions.length);
    this.sessions.push(point);
    return node;
  }

  /** Whether any policy that decides for an identity reads something that sessions of different kinds differ in. */
  #dependsOnSession(identity: IdentityNode, principalClass: PrincipalClass): boolean {
    const { model } = this.#derivation;
    const { conditions } = this.#derivation.rowsOf(identity.provider).model.semantics;
    const read = this.#derivation.factsReadIn(principalClass.zone, identity.provider);
    const facts = model.factsOf(identity);
    // Members of a class may differ in what policies on resources read of them.
    const alike = `${principalClass.index} ${read.signature(facts)}`;
    const known = this.#readsSession.get(alike);
    if (known !== undefined) return known;
    const documents = [...principalClass.grants, ...principalClass.guards, ...principalClass.scopeGuards.flat()];
    const keys = new Set([
      ...read.keys,
      ...documents.flatMap((document) => document.principalKeys),
      ...this.#keysGiven(principalClass.zone),
    ]);
    const { semantics } = this.#derivation.rowsOf(identity.provider).model;
    const reads = this.#kindsOf(identity.provider).some((kind) => {
      const told = (semantics.session(kind)?.keys ?? []).filter((key) => keys.has(key));
      if (told.length === 0) return false;
      const within = model.sessionFacts(identity, kind);
      return told.some((key) => conditions.principalFact(key, within) !== conditions.principalFact(key, facts));
    });
    this.#readsSession.set(alike, reads);
    return reads;
  }

  /** Whether a policy that an identity could be given in its zone tells a session from what the identity is in any. */
  #mayTellApart(facts: PrincipalFacts): boolean {
    const { session, node } = facts;
    if (session === undefined) return false;
    const { model } = this.#derivation;
    const given = this.#keysGiven(model.graph.zoneOf(node.id)?.id);
    const { conditions } = this.#derivation.rowsOf(node.provider).model.semantics;
    const anySession = model.factsOf(node);
    return session.keys.some(
      (key) => given.has(key) && conditions.principalFact(key, facts) !== conditions.principalFact(key, anySession),
    );
  }

  /** Keys of principal facts that the policies read which identities of a zone hold or could be given there. */
  #keysGiven(zone: NodeId | undefined): ReadonlySet<string> {
    if (this.#given === undefined) {
      this.#given = new Map();
      const { model } = this.#derivation;
      const add = (of: NodeId | undefined, policy: string): void => {
        const text = model.graph.policy(policy);
        const provider = text === undefined ? undefined : model.provider(text.provider);
        const document =
          text === undefined || provider === undefined ? undefined : model.document(text.document, provider);
        if (document === undefined || document.principalKeys.length === 0) return;
        let keys = this.#given!.get(of);
        if (keys === undefined) {
          keys = new Set();
          this.#given!.set(of, keys);
        }
        for (const key of document.principalKeys) keys.add(key);
      };
      for (const { role, policy, node } of model.graph.graph.attachments) {
        if (role === 'identity-grant') add(model.graph.zoneOf(node)?.id, policy);
      }
      for (const { id } of model.graph.resources) add(model.graph.zoneOf(id)?.id, id);
    }
    return this.#given.get(zone) ?? NO_KEYS;
  }

  /** Whether a guard stops any action that a technique asks for; what else it stops, no reach depends on. */
  #limits(guard: CompiledDocument, provider: Provider): boolean {
    const known = this.#limiting.get(guard);
    if (known !== undefined) return known;
    const { catalogue, model } = this.#derivation.rowsOf(provider);
    const asked = catalogue.techniques.flatMap(({ requires }) => actionsAsked(requires));
    const denies = guard.statements.filter(({ allow }) => !allow);
    const plain = guard.statements.filter(
      ({ allow, condition, include, exclude, undecidable }) =>
        allow &&
        condition === undefined &&
        undecidable === undefined &&
        exclude.length === 0 &&
        (include === undefined || include.some((pattern) => pattern.all)),
    );
    const limits = asked.some((name) => {
      const action = model.catalogue.ref(name);
      const names = ({ actions }: CompiledStatement): boolean => hasAction(actions, action);
      return denies.some(names) || !plain.some(names);
    });
    this.#limiting.set(guard, limits);
    return limits;
  }

  /** Texts that say something of an action which guards do not stop altogether. */
  #grantsWithin(
    provider: Provider,
    grants: readonly CompiledDocument[],
    guards: readonly CompiledDocument[],
  ): readonly CompiledDocument[] {
    return grants.filter((grant) => guards.every((guard) => this.#isSaidWithin(grant, guard, provider)));
  }

  /** Whether a text says something of an action that a guard does not stop altogether. */
  #isSaidWithin(grant: CompiledDocument, guard: CompiledDocument, provider: Provider): boolean {
    let within = this.#saidWithin.get(guard);
    if (within === undefined) {
      const denies = guard.statements.filter((one) => !one.allow && holdsAlways(one));
      const left = new Uint32Array(denies[0]?.actions.bits.length ?? 0).fill(~0);
      for (const { actions } of denies) for (const [at, word] of actions.bits.entries()) left[at]! &= ~word;
      within = { left, known: new Map() };
      this.#saidWithin.set(guard, within);
    }
    const { left, known } = within;
    if (left.length === 0) return true;
    let isSaid = known.get(grant);
    if (isSaid === undefined) {
      isSaid = grant.unreadable !== undefined || grant.statements.some((one) => this.#speaksOf(one, left, provider));
      known.set(grant, isSaid);
    }
    return isSaid;
  }

  #speaksOf({ actions }: CompiledStatement, left: Uint32Array, provider: Provider): boolean {
    const { bits } = actions;
    for (let at = 0; at < left.length; at += 1) if ((left[at]! & bits[at]!) !== 0) return true;
    return this.#outside(provider).some((action) => hasAction(actions, action));
  }

  /** Actions that techniques ask for and the catalogue does not have. */
  #outside(provider: Provider): readonly ActionRef[] {
    let found = this.#outsideCatalogue.get(provider);
    if (found === undefined) {
      const { rows, model } = this.#derivation.rowsOf(provider);
      const asked = new Set(rows.flatMap(({ technique }) => actionsAsked(technique.requires)));
      found = [...asked].map((name) => model.catalogue.ref(name)).filter(({ index }) => index < 0);
      this.#outsideCatalogue.set(provider, found);
    }
    return found;
  }

  /** Kinds of session of the credentials and techniques of a provider. */
  #kindsOf(provider: Provider): readonly string[] {
    const known = this.#kinds.get(provider);
    if (known !== undefined) return known;
    const kinds = new Set<string>();
    for (const { session } of this.#derivation.rowsOf(provider).catalogue.techniques) {
      if (session !== undefined) kinds.add(session);
    }
    for (const credential of this.#derivation.model.graph.credentials) {
      if (credential.provider === provider && credential.session !== undefined) kinds.add(credential.session);
    }
    const list = [...kinds].sort();
    this.#kinds.set(provider, list);
    return list;
  }
}

/** Whether a guard leaves it open whether anything at all passes, and says nothing else. */
function isUndecided(document: CompiledDocument): boolean {
  const open = (statement: CompiledStatement): boolean => {
    const { allow, actions, undecidable } = statement;
    const { include, exclude } = actions.selector;
    if (allow || undecidable === undefined || exclude.length > 0 || !include.includes('*')) return false;
    return holdsAlways({ ...statement, undecidable: undefined });
  };
  const others = document.statements.filter((statement) => !open(statement));
  return others.length < document.statements.length && isOpen({ ...document, statements: others });
}

/** How surely a credential that was found can be used: a disabled one opens nothing until it is enabled again. */
export function usable(credential: CredentialNode, certainty: 'allow' | 'conditional' | 'unknown' | undefined): Truth {
  const stated = truthOf(certainty);
  switch (credential.status) {
    case 'active':
      return stated;
    case 'disabled':
    case 'expired':
      return and(stated, CONDITIONAL);
    case 'unknown':
      return and(stated, UNKNOWN);
  }
}
