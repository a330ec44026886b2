import type { GraphIndex } from '../graph/graph-index.ts';
import type {
  Attachment,
  CredentialNode,
  GraphNode,
  IdentityNode,
  NodeId,
  PrincipalSelector,
  Provider,
  ScopeNode,
} from '../graph/model.ts';
import { ActionCatalogue, type ActionSet } from './action-catalogue.ts';
import { type CompiledDocument, DocumentCompiler } from './compiled-document.ts';
import { fixedCondition, joinedConditions } from './joined-conditions.ts';
import { MembershipIndex } from './membership.ts';
import { type HeldPolicy, type Holdings, type PrincipalClass, PrincipalClasses } from './principal-class.ts';
import type { CompiledCondition, PrincipalFacts, ProviderSemantics, ResourceFacts } from './semantics.ts';
import { CONDITIONAL, TRUE, type Truth, UNKNOWN } from './truth.ts';

/** A policy on a resource, or on a scope above it, that names principals. */
export interface ResourceGrant {
  readonly held: HeldPolicy;
  /** Actions that the principal's own grants cannot give without a delegation from here. */
  readonly exclusive: ActionSet | undefined;
  /** Whom statements speak of that name no principals themselves; absent: such statements grant nobody and deny everybody. */
  readonly principals?: PrincipalSelector;
  /** Holds beside the conditions of the statements; equal ones are one. */
  readonly condition?: CompiledCondition;
}

/** The compiled languages of one provider. */
export interface ProviderModel {
  readonly semantics: ProviderSemantics;
  readonly catalogue: ActionCatalogue;
  readonly compiler: DocumentCompiler;
}

/** Policy texts on the identity side, by the part they play. */
export interface PolicyParts {
  readonly grants: readonly CompiledDocument[];
  readonly guards: readonly CompiledDocument[];
  readonly scopeGuards: readonly (readonly CompiledDocument[])[];
  /** Guards that form one union; absent: those of the identity, which it cannot take off by rewriting its policies. */
  readonly unionGuards?: readonly CompiledDocument[];
  /** Restrictions of the credential it acts with, beside what the kind of session says. */
  readonly sessionGuards?: readonly CompiledDocument[];
  /** The guard of the kind of session is left out, where nothing that is asked depends on it. */
  readonly withoutKindGuard?: boolean;
}

const NO_GRANTS: readonly ResourceGrant[] = [];
const NO_DOCUMENTS: readonly CompiledDocument[] = [];
const NO_POLICIES: readonly HeldPolicy[] = [];
const NO_LEVELS: readonly (readonly HeldPolicy[])[] = [];

/**
 * A graph prepared for decisions: every distinct policy text compiled once, every identity in a class with those that
 * cannot be told apart from it, and the policies on resources found by node.
 */
export class AuthorizationModel {
  readonly graph: GraphIndex;
  readonly classes: PrincipalClasses = new PrincipalClasses();
  /** Who is in which group, as surely as the input tells. */
  readonly memberships: MembershipIndex;
  readonly #providers: Map<Provider, ProviderModel> = new Map();
  readonly #documents: Map<string, CompiledDocument> = new Map();
  readonly #classOf: Map<NodeId, PrincipalClass> = new Map();
  readonly #facts: Map<NodeId, PrincipalFacts> = new Map();
  readonly #sessionFacts: Map<string, PrincipalFacts> = new Map();
  readonly #sessionGuards: Map<string, readonly CompiledDocument[]> = new Map();
  readonly #grantsOn: Map<NodeId, readonly ResourceGrant[]> = new Map();
  readonly #scopeGuards: Map<string, readonly (readonly HeldPolicy[])[]> = new Map();
  readonly #unionGuards: Map<NodeId, readonly HeldPolicy[]> = new Map();
  readonly #unionGuardsAround: WeakMap<readonly ScopeNode[], readonly HeldPolicy[]> = new WeakMap();
  readonly #unreadHolding: Map<Provider, readonly NodeId[]> = new Map();
  readonly #unsure: Map<Truth, CompiledCondition> = new Map();
  readonly #placements: WeakMap<CompiledCondition, Map<Truth, CompiledCondition>> = new WeakMap();
  #hasUnions: boolean | undefined;
  readonly #levelDocuments: WeakMap<Holdings['scopeGuards'], PolicyParts['scopeGuards']> = new WeakMap();
  readonly #guardsAround: Readonly<
    Record<
      'principal-scope-guard' | 'resource-scope-guard',
      WeakMap<readonly ScopeNode[], readonly (readonly HeldPolicy[])[]>
    >
  > = { 'principal-scope-guard': new WeakMap(), 'resource-scope-guard': new WeakMap() };

  /** `semantics`: one for each provider whose identities are to be decided on; throws a `RangeError` on two of one provider. */
  constructor(graph: GraphIndex, semantics: readonly ProviderSemantics[]) {
    this.graph = graph;
    for (const one of semantics) {
      if (this.#providers.has(one.provider)) throw new RangeError(`two semantics for provider \`${one.provider}\``);
      const catalogue = new ActionCatalogue(allActions(one.actions, one.actionsOf?.(graph) ?? []));
      this.#providers.set(one.provider, { semantics: one, catalogue, compiler: new DocumentCompiler(one, catalogue) });
    }
    this.memberships = new MembershipIndex(
      graph,
      (identity) => this.#providers.get(identity.provider)?.semantics.mayBeMember?.(identity) ?? true,
    );
  }

  /** The languages of a provider; undefined where no semantics was given for it. */
  provider(name: Provider): ProviderModel | undefined {
    return this.#providers.get(name);
  }

  /** An identity with its scopes, as conditions see it. */
  factsOf(identity: IdentityNode): PrincipalFacts {
    const known = this.#facts.get(identity.id);
    if (known !== undefined) return known;
    const facts: PrincipalFacts = {
      node: identity,
      scopes: this.graph.scopesOf(identity.id),
      memberOf: (group, direct) => this.memberships.truth(identity, group, direct),
    };
    this.#facts.set(identity.id, facts);
    return facts;
  }

  /**
   * A principal that can make itself a member of groups beside those it is in (docs/reach-scoped.md, "Joined"). `groups` take
   * the place of what `facts` had joined; in any order. What groups hold on the identity side, grants and guards of their own,
   * does not come with joining: only what names them does.
   */
  joinedFacts(facts: PrincipalFacts, groups: Iterable<NodeId>): PrincipalFacts {
    const joined = [...new Set(groups)].sort();
    const { joined: _, ...rest } = facts;
    const { node } = facts;
    if (joined.length === 0)
      return { ...rest, memberOf: (group, direct) => this.memberships.truth(node, group, direct) };
    return { ...rest, joined, memberOf: (group, direct) => this.memberships.joinedTruth(node, joined, group, direct) };
  }

  /**
   * An identity acting in a kind of session. A kind its provider does not know tells nothing: the facts are then those of
   * {@link factsOf}.
   */
  sessionFacts(identity: IdentityNode, kind: string): PrincipalFacts {
    const session = this.#providers.get(identity.provider)?.semantics.session(kind);
    if (session === undefined) return this.factsOf(identity);
    const key = `${kind}\n${identity.id}`;
    const known = this.#sessionFacts.get(key);
    if (known !== undefined) return known;
    const facts: PrincipalFacts = { ...this.factsOf(identity), session };
    this.#sessionFacts.set(key, facts);
    return facts;
  }

  /** The facts of an identity that acts with a credential: those of its kind of session, where the credential tells it. */
  credentialFacts(identity: IdentityNode, credential: CredentialNode): PrincipalFacts {
    return credential.session === undefined ? this.factsOf(identity) : this.sessionFacts(identity, credential.session);
  }

  /** Policies that cap what is done with a credential (session policies, restrictions). */
  credentialGuards(credential: CredentialNode): readonly HeldPolicy[] {
    const provider = this.#require(credential.provider);
    return this.graph
      .attachmentsOn(credential.id)
      .filter((attachment) => attachment.role === 'identity-guard')
      .map((attachment) => this.#held(attachment, provider));
  }

  /** A request's target as conditions see it; the node is the id's own, or that of the resource that contains it. */
  resourceFacts(id: string, provider: ProviderModel): ResourceFacts {
    let node: GraphNode | undefined = this.graph.node(id);
    if (node === undefined) {
      for (const holder of provider.semantics.holdersOf(id)) {
        node = this.graph.node(holder);
        if (node !== undefined) break;
      }
    }
    if (node === undefined) return { id, scopes: [] };
    return { id, node, scopes: this.graph.scopesOf(node.id) };
  }

  /** The policies that decide the identity side, by part. */
  holdingsOf(identity: IdentityNode): Holdings {
    const provider = this.#require(identity.provider);
    const grants: HeldPolicy[] = [];
    const guards: HeldPolicy[] = [];
    for (const attachment of this.graph.attachmentsOn(identity.id)) {
      if (attachment.role === 'identity-grant') grants.push(this.#held(attachment, provider));
      else if (isOwnGuard(attachment)) guards.push(this.#held(attachment, provider));
    }
    for (const [group, membership] of this.#groupsAround(identity)) {
      for (const attachment of this.graph.attachmentsOn(group)) {
        const isGrant = attachment.role === 'identity-grant';
        if (!isGrant && !isOwnGuard(attachment)) continue;
        (isGrant ? grants : guards).push({ ...this.#held(attachment, provider, membership), through: group });
      }
    }
    return {
      grants,
      guards,
      scopeGuards: this.#scopeGuardsOf(identity, 'principal-scope-guard', provider),
      unionGuards: this.#unionGuardsOf(identity, provider),
    };
  }

  /** Groups an identity is in, surely or not, by id; of those that nobody read only the ones that hold policies. */
  #groupsAround(identity: IdentityNode): Iterable<readonly [group: NodeId, membership: Truth]> {
    const stated = this.memberships.stated(identity.id);
    const unread = this.#unreadWithPolicies(identity.provider);
    if (unread.length === 0 || !this.memberships.mayBeInUnread(identity)) return stated;
    const all = new Map<NodeId, Truth>(stated);
    for (const group of unread) if (group !== identity.id && !all.has(group)) all.set(group, UNKNOWN);
    return [...all].sort(([left], [right]) => (left < right ? -1 : 1));
  }

  #unreadWithPolicies(provider: Provider): readonly NodeId[] {
    let found = this.#unreadHolding.get(provider);
    if (found === undefined) {
      found = [...this.memberships.unread(provider)].filter((group) =>
        this.graph.attachmentsOn(group).some(({ role }) => role === 'identity-grant' || role === 'identity-guard'),
      );
      this.#unreadHolding.set(provider, found);
    }
    return found;
  }

  /** Guards of the mark `union` that may apply to an identity; memoised. */
  #unionGuardsOf(identity: IdentityNode, provider: ProviderModel): readonly HeldPolicy[] {
    this.#hasUnions ??= this.graph.graph.attachments.some(({ union }) => union === true);
    if (!this.#hasUnions) return NO_POLICIES;
    const known = this.#unionGuards.get(identity.id);
    if (known !== undefined) return known;
    const found: HeldPolicy[] = [];
    for (const attachment of this.graph.attachmentsOn(identity.id)) {
      if (isUnionGuard(attachment, 'identity-guard')) found.push(this.#held(attachment, provider));
    }
    for (const [group, membership] of this.#groupsAround(identity)) {
      for (const attachment of this.graph.attachmentsOn(group)) {
        if (isUnionGuard(attachment, 'identity-guard'))
          found.push({ ...this.#held(attachment, provider, membership), through: group });
      }
    }
    found.push(...this.#unionGuardsAroundOf(identity, provider));
    const guards = found.length === 0 ? NO_POLICIES : found;
    this.#unionGuards.set(identity.id, guards);
    return guards;
  }

  #unionGuardsAroundOf(identity: IdentityNode, provider: ProviderModel): readonly HeldPolicy[] {
    if (identity.providerManaged === true) return NO_POLICIES;
    const above = this.graph.scopesOf(identity.id);
    const known = this.#unionGuardsAround.get(above);
    if (known !== undefined) return known;
    const isExempt = above.some((scope) => scope.attributes?.['exemptFromScopeGuards'] === true);
    const found = (isExempt ? [] : above).flatMap((scope) =>
      this.graph
        .attachmentsOn(scope.id)
        .filter((attachment) => isUnionGuard(attachment, 'principal-scope-guard'))
        .map((attachment) => this.#held(attachment, provider)),
    );
    this.#unionGuardsAround.set(above, found);
    return found;
  }

  /** The class of an identity; memoised. */
  classOf(identity: IdentityNode): PrincipalClass {
    const known = this.#classOf.get(identity.id);
    if (known !== undefined) return known;
    const created = this.classFor(this.factsOf(identity), []);
    this.#classOf.set(identity.id, created);
    return created;
  }

  /**
   * The class of an identity that acts in the session of `facts`, or with chosen tags as they say, under `sessionGuards`
   * beside those of the kind of session.
   */
  classFor(facts: PrincipalFacts, sessionGuards: readonly CompiledDocument[]): PrincipalClass {
    const holdings = this.holdingsOf(facts.node);
    return this.variantOf(
      facts.node,
      {
        grants: holdings.grants.map((held) => held.document),
        guards: holdings.guards.map((held) => held.document),
        scopeGuards: this.#documentsOf(holdings.scopeGuards),
        unionGuards: holdings.unionGuards.map((held) => held.document),
        sessionGuards,
      },
      facts,
    );
  }

  /** The texts of guards on scopes: the same list for the same levels. */
  #documentsOf(levels: Holdings['scopeGuards']): PolicyParts['scopeGuards'] {
    let documents = this.#levelDocuments.get(levels);
    if (documents === undefined) {
      documents = levels.map((level) => level.map((held) => held.document));
      this.#levelDocuments.set(levels, documents);
    }
    return documents;
  }

  /**
   * The class an identity would be in with other policies: what it becomes by rewriting its own. `facts` say in which
   * session it acts and whether it chooses its tags; the guard of the kind of session is added by itself.
   */
  variantOf(
    identity: IdentityNode,
    parts: PolicyParts,
    facts: PrincipalFacts = this.factsOf(identity),
  ): PrincipalClass {
    const provider = this.#require(identity.provider);
    return this.classes.intern(
      {
        facts,
        provider: identity.provider,
        type: identity.type,
        zone: this.graph.zoneOf(identity.id)?.id,
        external: identity.external === true,
        grants: parts.grants,
        guards: parts.guards,
        scopeGuards: parts.scopeGuards,
        unionGuards: parts.unionGuards ?? this.#unionGuardsOf(identity, provider).map((held) => held.document),
        sessionGuards: [
          ...(parts.withoutKindGuard === true ? NO_DOCUMENTS : this.#sessionGuardsOf(facts, provider)),
          ...(parts.sessionGuards ?? []),
        ],
      },
      provider.semantics.conditions,
    );
  }

  /** The guard of the kind of session an identity acts in; empty where the kind has none. */
  kindGuards(facts: PrincipalFacts): readonly CompiledDocument[] {
    return this.#sessionGuardsOf(facts, this.#require(facts.node.provider));
  }

  #sessionGuardsOf(
    { session, node }: PrincipalFacts,
    { semantics, compiler }: ProviderModel,
  ): readonly CompiledDocument[] {
    if (session === undefined) return NO_DOCUMENTS;
    const id = `session:${node.provider}:${session.kind}`;
    const known = this.#sessionGuards.get(id);
    if (known !== undefined) return known;
    const statements = semantics.session(session.kind)?.guard;
    const guards =
      statements === undefined ? NO_DOCUMENTS : [compiler.compile({ id, provider: node.provider, statements })];
    this.#sessionGuards.set(id, guards);
    return guards;
  }

  /** The class of an identity that is not in the input and can be made in a zone. */
  madeClass(facts: PrincipalFacts, zone: NodeId, parts: PolicyParts): PrincipalClass {
    const provider = this.#require(facts.node.provider);
    return this.classes.intern(
      {
        facts,
        provider: facts.node.provider,
        type: facts.node.type,
        zone,
        external: false,
        grants: parts.grants,
        guards: parts.guards,
        sessionGuards: [
          ...(parts.withoutKindGuard === true ? NO_DOCUMENTS : this.#sessionGuardsOf(facts, provider)),
          ...(parts.sessionGuards ?? []),
        ],
        scopeGuards: parts.scopeGuards,
        unionGuards: parts.unionGuards ?? NO_DOCUMENTS,
      },
      provider.semantics.conditions,
    );
  }

  /** Guards that cap every principal inside a scope (SCP), outermost scope first. */
  principalGuardsOn(scope: ScopeNode): readonly (readonly HeldPolicy[])[] {
    const provider = this.#providers.get(scope.provider);
    return provider === undefined ? NO_LEVELS : this.#scopeGuardsOf(scope, 'principal-scope-guard', provider);
  }

  /**
   * The resource that a resource lies in, by its name, where grants are inherited down a tree (the key ring of a key): what is
   * granted there is granted on it. Undefined for other nodes, and where there is none in the graph.
   */
  resourceAround(id: NodeId): NodeId | undefined {
    const node = this.graph.node(id);
    const provider = node?.kind === 'resource' ? this.#providers.get(node.provider) : undefined;
    if (provider?.semantics.zoneless !== true) return undefined;
    return provider.semantics.holdersOf(id).find((one) => {
      if (one === id) return false;
      const holder = this.graph.node(one);
      return holder?.kind === 'resource' && holder.provider === provider.semantics.provider;
    });
  }

  /** A node and what it lies in: resources, then scopes; nearest first. */
  placesAround(id: NodeId): readonly NodeId[] {
    const places: NodeId[] = [];
    for (let at: NodeId | undefined = id; at !== undefined && !places.includes(at); at = this.resourceAround(at)) {
      places.push(at);
    }
    return [...places, ...this.graph.scopesOf(id).map((scope) => scope.id)];
  }

  /** Policies that name principals, on the node itself, and on every resource and scope it lies in. */
  grantsOn(node: NodeId): readonly ResourceGrant[] {
    const known = this.#grantsOn.get(node);
    if (known !== undefined) return known;
    const target = this.graph.node(node);
    const provider = target === undefined ? undefined : this.#providers.get(target.provider);
    let grants = NO_GRANTS;
    if (provider !== undefined) {
      const found: ResourceGrant[] = [];
      for (const on of this.placesAround(node)) {
        for (const attachment of this.graph.attachmentsOn(on)) {
          if (attachment.role !== 'resource-grant') continue;
          const { exclusiveFor: exclusive, principals, condition } = attachment;
          found.push({
            held: this.#held(attachment, provider),
            exclusive: exclusive === undefined ? undefined : provider.catalogue.select(exclusive),
            ...(principals === undefined ? {} : { principals }),
            ...(condition === undefined ? {} : { condition: provider.compiler.condition(condition) }),
          });
        }
      }
      if (found.length > 0) grants = found;
    }
    this.#grantsOn.set(node, grants);
    return grants;
  }

  /** Guards that cap every access to resources inside the scopes of a node (RCP), outermost scope first. */
  resourceGuardsOn(node: GraphNode): readonly (readonly HeldPolicy[])[] {
    const provider = this.#providers.get(node.provider);
    return provider === undefined ? NO_LEVELS : this.#scopeGuardsOf(node, 'resource-scope-guard', provider);
  }

  /** A compiled document by id; undefined where the graph has none. */
  document(id: string, provider: ProviderModel): CompiledDocument | undefined {
    const known = this.#documents.get(id);
    if (known !== undefined) return known;
    const document = this.graph.document(id);
    if (document === undefined) return undefined;
    const compiled = provider.compiler.compile(document);
    this.#documents.set(id, compiled);
    return compiled;
  }

  #scopeGuardsOf(
    node: GraphNode,
    role: 'principal-scope-guard' | 'resource-scope-guard',
    provider: ProviderModel,
  ): readonly (readonly HeldPolicy[])[] {
    // The provider's own identities and exempt scopes (management account) stand outside scope guards (aws.md 1.2).
    if (role === 'principal-scope-guard' && node.kind === 'identity' && node.providerManaged === true) return NO_LEVELS;
    const above = this.graph.scopesOf(node.id);
    if (node.kind === 'scope') return this.#levelsOf([node, ...above], role, provider);
    // Nodes of one scope share the list of scopes around them, and so what was found for it.
    const known = this.#guardsAround[role].get(above);
    if (known !== undefined) return known;
    const levels = this.#levelsOf(above, role, provider);
    this.#guardsAround[role].set(above, levels);
    return levels;
  }

  #levelsOf(
    scopes: readonly ScopeNode[],
    role: 'principal-scope-guard' | 'resource-scope-guard',
    provider: ProviderModel,
  ): readonly (readonly HeldPolicy[])[] {
    if (scopes.some((scope) => scope.attributes?.['exemptFromScopeGuards'] === true)) return NO_LEVELS;
    const key = `${role} ${scopes[0]?.id ?? ''}`;
    const known = this.#scopeGuards.get(key);
    if (known !== undefined) return known;
    const levels: (readonly HeldPolicy[])[] = [];
    for (const scope of [...scopes].reverse()) {
      const level = this.#heldOn(scope, role, provider);
      if (level.length > 0) levels.push(level);
    }
    this.#scopeGuards.set(key, levels);
    return levels;
  }

  #heldOn(scope: ScopeNode, role: Attachment['role'], provider: ProviderModel): readonly HeldPolicy[] {
    return this.graph
      .attachmentsOn(scope.id)
      .filter((attachment) => attachment.role === role && attachment.union !== true)
      .map((attachment) => this.#held(attachment, provider));
  }

  /**
   * The policy of an attachment, with its text as it speaks there: under the condition of the attachment, and as surely as
   * `membership` in the group that passes it on. Of a `resource-grant` the text is the policy's own, see {@link ResourceGrant}.
   */
  #held(attachment: Attachment, provider: ProviderModel, membership: Truth = TRUE): HeldPolicy {
    const policy = this.graph.policy(attachment.policy);
    const document = policy === undefined ? undefined : this.document(policy.document, provider);
    if (policy === undefined || document === undefined) {
      // The builder turns dangling references into gaps, so this is misuse of the index, not bad input.
      throw new RangeError(`attachment on \`${attachment.node}\` names unknown policy \`${attachment.policy}\``);
    }
    const { role, condition } = attachment;
    if (role === 'resource-grant' || (condition === undefined && membership === TRUE))
      return { policy, document, attachment };
    const own = condition === undefined ? undefined : provider.compiler.condition(condition);
    const placed = this.#placementOf(own, membership);
    const as = role === 'identity-grant' ? 'grant' : 'guard';
    return { policy, document: provider.compiler.placed(document, placed, as), attachment };
  }

  /** The condition of a placement that is passed on as surely as a membership; one for equal ones. */
  #placementOf(condition: CompiledCondition | undefined, membership: Truth): CompiledCondition {
    let unsure = this.#unsure.get(membership);
    if (unsure === undefined) {
      const some = 'it is in the group for some requests only';
      const why = membership === CONDITIONAL ? some : 'the input does not tell whether it is in the group';
      unsure = fixedCondition(membership, why);
      this.#unsure.set(membership, unsure);
    }
    if (condition === undefined) return unsure;
    if (membership === TRUE) return condition;
    let known = this.#placements.get(condition);
    if (known === undefined) {
      known = new Map();
      this.#placements.set(condition, known);
    }
    let joined = known.get(membership);
    if (joined === undefined) {
      joined = joinedConditions(condition, unsure) ?? unsure;
      known.set(membership, joined);
    }
    return joined;
  }

  #require(name: Provider): ProviderModel {
    const provider = this.#providers.get(name);
    if (provider === undefined) throw new RangeError(`no semantics given for provider \`${name}\``);
    return provider;
  }
}

/** A guard on an identity or a group that caps by itself. */
function isOwnGuard({ role, union }: Attachment): boolean {
  return role === 'identity-guard' && union !== true;
}

function isUnionGuard(attachment: Attachment, role: 'identity-guard' | 'principal-scope-guard'): boolean {
  return attachment.role === role && attachment.union === true;
}

/** The names of a provider with those of the input, each once whatever its case, as a catalogue wants them. */
function allActions(names: readonly string[], listed: readonly string[]): readonly string[] {
  const folded = new Set(names.map((name) => name.toLowerCase()));
  const added = new Map<string, string>();
  for (const name of listed) {
    // A pattern names actions, it is none.
    if (name === '' || name.includes('*') || name.includes('?')) continue;
    const key = name.toLowerCase();
    const other = added.get(key);
    // Of two spellings that the input has, the one that does not depend on its order.
    if (!folded.has(key) && (other === undefined || name < other)) added.set(key, name);
  }
  if (added.size === 0) return names;
  const all = [...names.map((name) => [name.toLowerCase(), name] as const), ...added];
  return all.sort(([left], [right]) => (left < right ? -1 : 1)).map(([, name]) => name);
}
