import type { AuthorizationModel, CompiledDocument, PrincipalClass, PrincipalFacts } from '@keyreach/core/authz';
import type { CredentialNode, IdentityNode, NodeId, Provider, ScopeNode } from '@keyreach/core/graph';

/** Whoever asks for a technique: an identity as the attacker holds it, or one of the attacker's making. */
export interface Holder {
  readonly key: string;
  readonly class: PrincipalClass;
  readonly facts: PrincipalFacts;
}

/** The way an identity is acted as: in sessions of a kind, of any kind without one, within the limits of a credential. */
export interface Session {
  readonly key: string;
  readonly kind: string | undefined;
  readonly guards: readonly CompiledDocument[];
}

/** Any kind of session. */
export const anySession: Session = { key: '', kind: undefined, guards: [] };

/** Sessions of a kind. */
export function sessionOf(kind: string | undefined): Session {
  return kind === undefined ? anySession : { key: kind, kind, guards: [] };
}

/** What requests made with a credential run in. */
export function credentialSession(model: AuthorizationModel, credential: CredentialNode): Session {
  const guards = model.credentialGuards(credential).map((held) => held.document);
  if (guards.length === 0) return sessionOf(credential.session);
  const key = JSON.stringify([credential.session ?? '', guards.map((document) => document.id)]);
  return { key, kind: credential.session, guards };
}

/** Something done to an identity. Of changes in one `slot` only one can be in force. */
export interface Change {
  readonly key: string;
  readonly slot?: string;
  readonly adds?: 'everything' | readonly CompiledDocument[];
  /** Policies taken off nodes where they are attached. */
  readonly drops?: readonly { readonly policy: string; readonly node: NodeId }[];
  /** A group whose policies no longer pass on. */
  readonly leaves?: NodeId;
  /** A policy whose text is another one now. */
  readonly swaps?: { readonly policy: string; readonly document: CompiledDocument };
  /** What guards the identity in place of its own guards. */
  readonly guards?: readonly CompiledDocument[];
  readonly retags?: true;
  /** It is put into these groups, being in `mostGroups` at most then. */
  readonly joins?: { readonly groups: readonly NodeId[]; readonly mostGroups: number | undefined };
  /** Kinds of scope guards lifted, see {@link Lift}. */
  readonly lift?: Lift;
}

/** Scope guards taken off (`lift`), rewritten to let everything pass (`open`), or left behind by a whole zone. */
export type Lift =
  | { readonly kind: 'lift' | 'open'; readonly policies: readonly NodeId[] }
  | { readonly kind: 'leave'; readonly zone: NodeId };

type Levels = readonly (readonly CompiledDocument[])[];

/** Every subset of a list in which no two changes exclude each other, the empty one first. */
export function subsets(changes: readonly Change[], most: number): readonly (readonly Change[])[] | undefined {
  if (changes.length > most) return undefined;
  let found: (readonly Change[])[] = [[]];
  for (const change of changes) {
    const grown = found.flatMap((subset) =>
      change.slot !== undefined && subset.some((one) => one.slot === change.slot) ? [] : [[...subset, change]],
    );
    found = [...found, ...grown];
  }
  return found;
}

/** Makes holders of identities, changed or not. */
export class NaiveHolders {
  readonly #model: AuthorizationModel;
  readonly #everything: CompiledDocument;
  readonly #known: Map<string, Holder> = new Map();

  constructor(model: AuthorizationModel, everything: CompiledDocument) {
    this.#model = model;
    this.#everything = everything;
  }

  /** An identity in a session after changes. */
  of(identity: IdentityNode, session: Session, changes: readonly Change[]): Holder {
    const key = `${identity.id}\n${session.key}\n${changes
      .map((change) => change.key)
      .sort()
      .join('\n')}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const model = this.#model;
    const facts: PrincipalFacts = {
      ...(session.kind === undefined ? model.factsOf(identity) : model.sessionFacts(identity, session.kind)),
      ...(changes.some((change) => change.retags) ? { chosenTags: true } : {}),
    };
    const holdings = model.holdingsOf(identity);
    const left = new Set(changes.flatMap((change) => change.leaves ?? []));
    const groups = left.size === 0 ? undefined : this.#groupsWithout(identity.id, left);
    const grants: CompiledDocument[] = [];
    for (const { policy, document, attachment, through } of holdings.grants) {
      if (through !== undefined && groups?.has(through) === false) continue;
      const off = changes.some(({ drops }) =>
        drops?.some((one) => one.policy === policy.id && one.node === attachment.node),
      );
      if (off) continue;
      const swapped = changes.find(({ swaps }) => swaps?.policy === policy.id)?.swaps?.document;
      grants.push(swapped ?? document);
    }
    for (const { adds } of changes) {
      if (adds === 'everything') grants.push(this.#everything);
      else grants.push(...(adds ?? []));
    }
    const replaced = changes.find((change) => change.guards !== undefined)?.guards;
    const principalClass = model.variantOf(
      identity,
      {
        grants,
        guards: replaced ?? holdings.guards.map((held) => held.document),
        scopeGuards: this.#levels(identity, changes),
        sessionGuards: session.guards,
      },
      facts,
    );
    const holder = this.#holder(identity.id, principalClass, facts);
    this.#known.set(key, holder);
    return holder;
  }

  /** An identity of a zone that is not in the input. */
  made(
    id: NodeId,
    zone: NodeId,
    grants: readonly CompiledDocument[],
    guards: readonly CompiledDocument[],
    lifts: readonly Change[],
  ): Holder {
    const scope = this.#model.graph.node(zone);
    const node: IdentityNode = {
      kind: 'identity',
      id,
      provider: scope!.provider,
      type: 'role',
      name: 'an identity of the attacker’s making',
      scope: zone,
    };
    const scopes = scope?.kind === 'scope' ? [scope, ...this.#model.graph.scopesOf(zone)] : [];
    const facts: PrincipalFacts = { node, scopes };
    const scopeGuards = scope?.kind === 'scope' ? this.#levelsOf(scope, lifts) : [];
    return this.#holder(id, this.#model.madeClass(facts, zone, { grants, guards, scopeGuards }), facts);
  }

  /** Somebody in a zone of the attacker's own; undefined where resources let in nobody from elsewhere. */
  outsider(provider: Provider): Holder | undefined {
    const facts = this.#model.provider(provider)?.semantics.outsider?.(this.#model.graph);
    if (facts === undefined) return undefined;
    const parts = { grants: [this.#everything], guards: [], scopeGuards: [] };
    return this.#holder(facts.node.id, this.#model.madeClass(facts, facts.scopes[0]!.id, parts), facts);
  }

  #holder(id: NodeId, principalClass: PrincipalClass, facts: PrincipalFacts): Holder {
    const key = `${id}\n${principalClass.index}\n${facts.session?.kind ?? ''}\n${facts.chosenTags ?? ''}`;
    return { key, class: principalClass, facts };
  }

  /** Groups an identity is still in, directly or through others, once it has left some. */
  #groupsWithout(identity: NodeId, left: ReadonlySet<NodeId>): ReadonlySet<NodeId> {
    const found = new Set<NodeId>();
    const waiting = [identity];
    for (let at = 0; at < waiting.length; at += 1) {
      for (const { to } of this.#model.graph.outgoing(waiting[at]!, 'member-of')) {
        if (left.has(to) || found.has(to)) continue;
        found.add(to);
        waiting.push(to);
      }
    }
    return found;
  }

  #levels(identity: IdentityNode, changes: readonly Change[]): Levels {
    const { scopeGuards } = this.#model.holdingsOf(identity);
    if (!changes.some((change) => change.lift !== undefined)) {
      return scopeGuards.map((level) => level.map((held) => held.document));
    }
    const zone = this.#model.graph.zoneOf(identity.id);
    if (zone === undefined || scopeGuards.length === 0) return [];
    return this.#levelsOf(zone, changes);
  }

  #levelsOf(zone: ScopeNode, changes: readonly Change[]): Levels {
    if (changes.some(({ lift }) => lift?.kind === 'leave' && lift.zone === zone.id)) return [];
    return this.#model.principalGuardsOn(zone).map((level) => {
      let left: readonly { readonly id: string; readonly document: CompiledDocument }[] = level.map((held) => ({
        id: held.policy.id,
        document: held.document,
      }));
      for (const { lift } of changes) {
        if (lift?.kind === 'open') {
          left = left.map((one) => (lift.policies.includes(one.id) ? { ...one, document: this.#everything } : one));
        } else if (lift?.kind === 'lift') {
          const stays = left.filter((one) => !lift.policies.includes(one.id));
          if (stays.length > 0) left = stays;
        }
      }
      return left.map((one) => one.document);
    });
  }
}

/** Every text that decides the identity side of a holder. */
export function documentsOf({ class: of }: Holder): readonly CompiledDocument[] {
  return [...of.grants, ...of.guards, ...of.sessionGuards, ...of.scopeGuards.flat()];
}
