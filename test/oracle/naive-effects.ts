import type { AuthorizationModel, CompiledDocument, ProviderModel, Truth } from '@keyreach/core/authz';
import { and, FALSE, hasAction, or, TRUE } from '@keyreach/core/authz';
import type { Attachment, GraphNode, NodeId } from '@keyreach/core/graph';
import {
  type AccessCatalogue,
  type AccessClass,
  accessClasses,
  type FixedContext,
  type NamedPolicy,
  type Requirement,
  type Technique,
  type TechniqueCatalogue,
  type TechniqueYield,
  truthOf,
} from '@keyreach/core/reach';
import { intersectGlobs, inZone } from '../../packages/core/src/reach/testing/index.ts';
import { type Change, documentsOf, type Holder } from './naive-holder.ts';
import { type Changed, NaiveRequirements } from './naive-requirement.ts';

/** What a technique that works gives its holder. */
export type Gain =
  | { readonly kind: 'become'; readonly id: NodeId; readonly session: string | undefined }
  | { readonly kind: 'workload' | 'stored' | 'zone' | 'leave-scopes'; readonly id: NodeId }
  | { readonly kind: 'sign-in'; readonly id: NodeId; readonly session: string }
  | {
      readonly kind: 'change';
      readonly ids: readonly NodeId[];
      readonly change: Change;
      /** The policy whose text is changed, in the part it plays, or the group: it is to those who are yet to hold it as well. */
      readonly carrier?: string;
      /** The policy that is put on the target by its name. */
      readonly puts?: { readonly carrier: string; readonly target: NodeId };
    }
  /** Groups a member can be put into, guards that can be lifted: all that one row gives one holder. */
  | {
      readonly kind: 'join';
      readonly members: readonly string[] | undefined;
      readonly mostGroups: number | undefined;
      readonly set: readonly Possible[];
    }
  | { readonly kind: 'lift' | 'open'; readonly set: readonly Possible[] }
  | {
      readonly kind: 'make';
      readonly zone: NodeId;
      readonly guard: Nameable | undefined;
      /** Everything, nothing, or what can be given apart. */
      readonly outfit:
        | 'everything'
        | 'nothing'
        | readonly (Possible & { readonly grants: readonly CompiledDocument[] })[];
    }
  | { readonly kind: 'access'; readonly resource: NodeId; readonly class: AccessClass }
  /** Tags or policy of a resource are what the attacker makes them. */
  | { readonly kind: 'opened'; readonly opened: Opened };

/** What identities hold policies by: a group, or a policy in one of its parts. */
export function carrierOf(role: 'group' | 'identity-grant' | 'identity-guard', id: NodeId): string {
  return `${role} ${id}`;
}

/** A resource as an attacker makes it. */
export interface Opened {
  readonly key: string;
  readonly what: 'tags' | 'policy';
  readonly target: GraphNode;
  readonly changed: Changed;
}

/** What somebody from outside gains by something opened. */
interface OpenedOutside {
  readonly effect: Effect;
  /** How surely anybody from outside has it anyway. */
  readonly asIs: Truth;
  readonly isOpened: boolean;
}

/** One of several things, and how surely it is one. */
export interface Possible {
  readonly id: NodeId;
  readonly truth: Truth;
}

/** A gain with the certainty that the holder has it, and the row it comes from. */
export interface Effect {
  readonly row: string;
  readonly yields: TechniqueYield | 'access';
  readonly truth: Truth;
  readonly gain: Gain;
}

/** A policy that a request can name. */
interface Nameable {
  readonly id: NodeId;
  readonly document: CompiledDocument;
  /** How surely the holder can make it, where it is not there. */
  readonly made?: Truth;
}

/** Everything a holder can do, one technique and one target at a time. */
export class NaiveEffects {
  readonly #model: AuthorizationModel;
  readonly #catalogue: TechniqueCatalogue;
  readonly #access: AccessCatalogue | undefined;
  readonly #provider: ProviderModel;
  readonly #requirements: NaiveRequirements;
  readonly #known: Map<string, readonly Effect[]> = new Map();
  readonly #knownOpened: Map<string, readonly Effect[]> = new Map();
  readonly #knownOutside: Map<string, readonly OpenedOutside[]> = new Map();
  readonly #limiting: Map<CompiledDocument, boolean> = new Map();
  readonly #exercised: Set<Effect['yields']> = new Set();

  constructor(
    model: AuthorizationModel,
    catalogue: TechniqueCatalogue,
    access: AccessCatalogue | undefined,
    now: number,
  ) {
    this.#model = model;
    this.#catalogue = catalogue;
    this.#access = access;
    this.#provider = model.provider(catalogue.provider)!;
    this.#requirements = new NaiveRequirements(model, catalogue, now);
  }

  /** What some identity of the input, changed or not, was found to be able to do, by yield. */
  get exercised(): ReadonlySet<Effect['yields']> {
    return this.#exercised;
  }

  /** What a holder can do, whoever started. */
  of(holder: Holder): readonly Effect[] {
    const known = this.#known.get(holder.key);
    if (known !== undefined) return known;
    const effects = [
      ...this.#catalogue.techniques.flatMap((technique) => this.#ofTechnique(technique, holder)),
      ...this.#accesses(holder),
    ].filter(({ truth }) => truth !== FALSE);
    this.#known.set(holder.key, effects);
    // Who controls everything can do everything: it would say nothing about the estate.
    const all = effects.some(({ truth, gain }) => gain.kind === 'zone' && truth === TRUE);
    if (!all && this.#model.graph.node(holder.facts.node.id) !== undefined) {
      for (const { yields } of effects) this.#exercised.add(yields);
    }
    return effects;
  }

  /** Whether a guard of a kind of session keeps anybody from anything that a technique asks for. */
  limits(guard: CompiledDocument): boolean {
    let limits = this.#limiting.get(guard);
    if (limits === undefined) {
      const asked = this.#catalogue.techniques.flatMap(({ requires }) => actionsOf(requires));
      limits = asked.some((name) => {
        const action = this.#provider.catalogue.ref(name);
        const speaking = guard.statements.filter((statement) => hasAction(statement.actions, action));
        return !speaking.some((one) => one.allow) || speaking.some((one) => !one.allow);
      });
      this.#limiting.set(guard, limits);
    }
    return limits;
  }

  #ofTechnique(technique: Technique, holder: Holder): readonly Effect[] {
    if (technique.callers !== undefined && !technique.callers.includes(holder.class.type)) return [];
    const effects: Effect[] = [];
    const emit = (truth: Truth, gain: Gain): void => {
      effects.push({ row: technique.id, yields: technique.yields, truth, gain });
    };
    if (technique.target.kind === 'zone') {
      const zone = holder.class.zone;
      if (zone === undefined || holder.class.external) return [];
      if (technique.yields === 'make') this.#make(technique, holder, zone, emit);
      else {
        const kind = technique.yields === 'leave-scopes' ? 'leave-scopes' : 'zone';
        emit(this.#truth(technique, holder, undefined), { kind, id: zone });
      }
      return effects;
    }
    const targets = this.#targets(technique, holder);
    if (technique.yields === 'join' || technique.yields === 'lift' || technique.yields === 'open') {
      const set = targets
        .map((target): Possible => ({ id: target.id, truth: this.#truth(technique, holder, target) }))
        .filter(({ truth }) => truth !== FALSE);
      if (set.length > 0) {
        emit(
          TRUE,
          technique.yields === 'join'
            ? { kind: 'join', members: technique.members, mostGroups: technique.mostGroups, set }
            : { kind: technique.yields, set },
        );
      }
      return effects;
    }
    for (const target of targets) this.#onTarget(technique, holder, target, emit);
    return effects;
  }

  #onTarget(
    technique: Technique,
    holder: Holder,
    target: GraphNode,
    emit: (truth: Truth, gain: Gain) => void,
    changed?: Changed,
  ): void {
    const { id } = target;
    const { graph } = this.#model;
    const truth = (given?: FixedContext, made?: Truth): Truth =>
      and(made ?? TRUE, this.#truth(technique, holder, target, given, changed));
    switch (technique.yields) {
      case 'become':
        emit(truth(), { kind: 'become', id, session: technique.session });
        return;
      case 'become-runtime':
      case 'become-subjects':
      case 'become-provisioned':
        emit(truth(), { kind: 'workload', id });
        return;
      case 'become-stored':
        emit(truth(), { kind: 'stored', id });
        return;
      case 'control-target':
        emit(truth(), { kind: 'zone', id });
        return;
      case 'sign-in':
        emit(truth(), { kind: 'sign-in', id, session: technique.session! });
        return;
      case 'retag':
        emit(truth(), { kind: 'change', ids: [id], change: { key: 'retag', retags: true } });
        return;
      case 'retag-resource':
      case 'open-resource':
      case 'rewrite-resource':
        if (changed === undefined) emit(truth(), { kind: 'opened', opened: this.#opened(technique, target) });
        return;
      case 'grant':
      case 'grant-members':
      case 'grant-holders':
      case 'grant-provisioned':
      case 'unguard':
      case 'unguard-holders':
      case 'unguard-provisioned': {
        const guards = technique.yields.startsWith('unguard');
        const holders = technique.yields.endsWith('-holders');
        const role = guards ? 'identity-guard' : 'identity-grant';
        const ids = holders ? this.#holders(id, role) : this.#under(target);
        const carrier = this.#carrier(target, holders ? role : undefined);
        for (const { given, policy, made } of this.#named(technique, holder)) {
          const change: Change = guards
            ? { key: `guard ${policy?.id ?? ''}`, slot: 'guard', guards: policy === undefined ? [] : [policy.document] }
            : { key: `grant ${policy?.id ?? ''}`, adds: policy === undefined ? 'everything' : [policy.document] };
          for (const to of this.#provisioned(id)) {
            emit(and(truth(given, made), to.truth), {
              kind: 'change',
              ids: [to.id],
              change,
              ...putOn(to.id, policy, role),
            });
          }
          emit(truth(given, made), { kind: 'change', ids, change, ...carrier, ...putOn(id, policy, role) });
        }
        if (technique.rewrites === 'inline') {
          for (const policy of this.#attached(id, 'inline')) emit(truth(), this.#dropped(policy, target));
        } else if (technique.rewrites === 'target' && this.#mayDeny(id)) {
          const drops = graph
            .attachmentsOf(id)
            .filter(({ role }) => role === 'identity-grant')
            .map(({ node }) => ({ policy: id, node }));
          const change = { key: `rewrite ${id}`, drops };
          const more = this.#carrier(target, 'identity-grant');
          emit(truth(), { kind: 'change', ids: this.#holders(id, 'identity-grant'), change, ...more });
        }
        return;
      }
      case 'drop-managed':
      case 'drop-managed-members':
        for (const policy of this.#attached(id, 'managed')) {
          const key = technique.names?.key;
          emit(truth(key === undefined ? undefined : { [key]: policy }), this.#dropped(policy, target));
        }
        return;
      case 'drop-inline':
      case 'drop-inline-members':
        for (const policy of this.#attached(id, 'inline')) emit(truth(), this.#dropped(policy, target));
        return;
      case 'drop-managed-provisioned':
      case 'drop-inline-provisioned':
        for (const { id: to, truth: sure } of this.#provisioned(id)) {
          for (const policy of this.#attached(
            to,
            technique.yields === 'drop-inline-provisioned' ? 'inline' : 'managed',
          )) {
            emit(and(truth(), sure), this.#dropped(policy, graph.node(to)!));
          }
        }
        return;
      case 'leave':
        if (target.kind === 'identity' && this.#model.holdingsOf(target).grants.some((one) => mayDeny(one.document))) {
          emit(truth(), { kind: 'change', ids: this.#under(target), change: { key: `leave ${id}`, leaves: id } });
        }
        return;
      case 'replace-holders':
        for (const other of this.#catalogue.alternativesOf?.(target, graph) ?? []) {
          const policy = graph.policy(other);
          const document = policy === undefined ? undefined : this.#model.document(policy.document, this.#provider);
          if (document === undefined) continue;
          const change: Change = { key: `swap ${id} ${other}`, slot: `text of ${id}`, swaps: { policy: id, document } };
          const more = this.#carrier(target, 'identity-grant');
          emit(truth(), { kind: 'change', ids: this.#holders(id, 'identity-grant'), change, ...more });
          const guards: Change = { key: `guard ${id} as ${other}`, slot: 'guard', guards: [document] };
          emit(truth(), {
            kind: 'change',
            ids: this.#holders(id, 'identity-guard'),
            change: guards,
            ...this.#carrier(target, 'identity-guard'),
          });
        }
        return;
      default:
        throw new RangeError(`technique \`${technique.id}\` cannot yield \`${technique.yields}\` on single targets`);
    }
  }

  /** What a holder can do to a resource whose tags, or whose policy, are of the attacker's making. */
  withOpened(holder: Holder, { key, target, changed }: Opened): readonly Effect[] {
    const known = this.#knownOpened.get(`${holder.key}\n${key}`);
    if (known !== undefined) return known;
    const effects: Effect[] = [];
    for (const technique of this.#catalogue.techniques) {
      if (technique.callers !== undefined && !technique.callers.includes(holder.class.type)) continue;
      if (!this.#targets(technique, holder).includes(target)) continue;
      if (['join', 'lift', 'open'].includes(technique.yields)) continue;
      const emit = (truth: Truth, gain: Gain): void => {
        effects.push({ row: technique.id, yields: technique.yields, truth, gain });
      };
      this.#onTarget(technique, holder, target, emit, changed);
    }
    effects.push(...this.#accessTo(target, holder, changed));
    this.#knownOpened.set(`${holder.key}\n${key}`, effects);
    return effects;
  }

  /** What somebody from outside can do to a resource that the attacker opens to it, and how surely as the resource is. */
  openedOutside({ key, target, changed }: Opened, by: Holder, outsider: Holder): readonly OpenedOutside[] {
    const known = this.#knownOutside.get(`${key}\n${by.class.zone}`);
    if (known !== undefined) return known;
    const isUnlisted = target.kind === 'resource' && target.uncollected === true;
    const found = new Map<string, OpenedOutside>();
    for (const row of this.#access?.rowsFor(target.type) ?? []) {
      const actions = changed.opened?.actions;
      const isOpened = actions === undefined || hasAction(actions, this.#provider.catalogue.ref(row.action));
      const before = this.#accessByRow(row, target, outsider, undefined);
      for (const [at, { gain, truth, ...effect }] of this.#accessByRow(row, target, outsider, changed).entries()) {
        const gained = JSON.stringify(gain);
        const one = found.get(gained);
        found.set(gained, {
          effect: { ...effect, gain, truth: or(truth, one?.effect.truth ?? FALSE) },
          // Of what nobody lists nobody knows whom it lets in.
          asIs: isUnlisted ? FALSE : or(before[at]!.truth, one?.asIs ?? FALSE),
          isOpened: !isUnlisted || isOpened || one?.isOpened === true,
        });
      }
    }
    const opened = [...found.values()].filter((one) => one.isOpened);
    // What is read by whomever leads on for the attacker.
    for (const technique of this.#catalogue.techniques) {
      if (technique.yields !== 'become-stored' || !this.#targets(technique, by).includes(target)) continue;
      const { id, yields } = technique;
      const asIs = this.#truth(technique, outsider, target, undefined);
      const truth = this.#truth(technique, outsider, target, undefined, changed);
      opened.push({
        effect: { row: id, yields, truth, gain: { kind: 'stored', id: target.id } },
        asIs,
        isOpened: true,
      });
    }
    this.#knownOutside.set(`${key}\n${by.class.zone}`, opened);
    return opened;
  }

  /** Identities of the holder's making: with everything or what can be named, within what guards them. */
  #make(technique: Technique, holder: Holder, zone: NodeId, emit: (truth: Truth, gain: Gain) => void): void {
    const { bounds, names, joins, bare } = technique;
    const guards: readonly (Nameable | undefined)[] =
      bounds === undefined
        ? [undefined]
        : [undefined, ...this.#nameable(holder, bounds.key, bounds.strongest), ...this.#made(bounds, holder)];
    for (const guard of guards) {
      const within: FixedContext = bounds === undefined ? {} : { [bounds.key]: guard?.id ?? null };
      const truth = (given?: FixedContext, made?: Truth): Truth =>
        and(and(guard?.made ?? TRUE, made ?? TRUE), this.#truth(technique, holder, undefined, { ...within, ...given }));
      if (bare === true) {
        emit(truth(), { kind: 'make', zone, guard, outfit: 'nothing' });
        continue;
      }
      if (joins !== undefined) {
        const outfit = this.#model.graph.identities
          .filter((node) => joins.types.includes(node.type) && this.#model.graph.zoneOf(node.id)?.id === zone)
          .map((group) => ({
            id: group.id,
            truth: this.#requirements.holds(joins.that, { holder, target: group, given: undefined }),
            grants: this.#model.holdingsOf(group).grants.map((held) => held.document),
          }))
          .filter((one) => one.truth !== FALSE);
        if (outfit.length > 0) emit(truth(), { kind: 'make', zone, guard, outfit });
        continue;
      }
      const named = this.#named(technique, holder);
      for (const { given, policy, made } of named) {
        if (policy === undefined) emit(truth(given, made), { kind: 'make', zone, guard, outfit: 'everything' });
      }
      if (names === undefined) continue;
      const outfit = named.flatMap(({ given, policy }) =>
        policy === undefined ? [] : [{ id: policy.id, truth: truth(given), grants: [policy.document] }],
      );
      const possible = outfit.filter((one) => one.truth !== FALSE);
      if (possible.length > 0) emit(TRUE, { kind: 'make', zone, guard, outfit: possible });
    }
  }

  /** The ways to fill in what the request of a technique names: what gives everything, and single policies. */
  #named(
    { names }: Technique,
    holder: Holder,
  ): readonly {
    readonly given: FixedContext | undefined;
    readonly policy: Nameable | undefined;
    /** How surely the policy that is named can be made. */
    readonly made?: Truth;
  }[] {
    if (names === undefined) return [{ given: undefined, policy: undefined }];
    const strongest =
      names.strongest === undefined
        ? []
        : [{ given: { [names.key]: inZone(names.strongest, holder.class.zone) }, policy: undefined }];
    return [
      ...strongest,
      ...this.#made(names, holder).map(({ id, made }) => ({ given: { [names.key]: id }, policy: undefined, made })),
      ...this.#nameable(holder, names.key).map((policy) => ({ given: { [names.key]: policy.id }, policy })),
    ];
  }

  /** Policies of the holder's making, one for every name that its rules tell from others. */
  #made({ key, made }: NamedPolicy, holder: Holder): readonly (Nameable & { readonly made: Truth })[] {
    if (made === undefined || holder.class.zone === undefined) return [];
    const statements = documentsOf(holder).flatMap((document) => document.statements);
    const asked = statements.flatMap(({ condition }) =>
      (condition?.chosen ?? []).flatMap((one) => (one.key === key.toLowerCase() ? one.values : [])),
    );
    const action = this.#provider.catalogue.ref(made.by);
    const told = statements.flatMap(({ actions, include, exclude }) =>
      hasAction(actions, action)
        ? [...(include ?? []), ...exclude].flatMap((pattern) => pattern.glob(holder.facts) ?? [])
        : [],
    );
    const form = inZone(made.as, holder.class.zone);
    const globs = new Set(
      ['*', ...asked.map((value) => value.replaceAll(/[\ue000-\uf8ff]+/g, '*'))].flatMap((one) =>
        ['*', ...told].flatMap((other) =>
          intersectGlobs(form, one).globs.flatMap((both) => intersectGlobs(both, other).globs),
        ),
      ),
    );
    const { provider } = this.#catalogue;
    const statement = {
      effect: 'allow',
      actions: { include: ['*'], exclude: [] },
      resources: { include: ['*'], exclude: [] },
      index: 0,
    } as const;
    return [...globs].flatMap((glob) => {
      const id = glob.replaceAll('*', 'Qz7');
      if (this.#model.graph.node(id) !== undefined) return [];
      const truth = this.#requirements.holds(
        { allowed: made.by, on: id },
        { holder, target: undefined, given: undefined },
      );
      if (truth === FALSE) return [];
      const document = this.#provider.compiler.compile({ id, provider, statements: [statement] });
      return [{ id, document, made: truth }];
    });
  }

  /** Managed policies of the holder's zone and of none, and those that its rules mention and the input does not hold. */
  #nameable(holder: Holder, key: string, strongest?: string): readonly Nameable[] {
    const { graph } = this.#model;
    const found = new Map<string, Nameable>();
    if (strongest !== undefined) {
      const id = inZone(strongest, holder.class.zone);
      const statement = {
        effect: 'allow',
        actions: { include: ['*'], exclude: [] },
        resources: { include: ['*'], exclude: [] },
        index: 0,
      } as const;
      const { provider } = this.#catalogue;
      found.set(id, { id, document: this.#provider.compiler.compile({ id, provider, statements: [statement] }) });
    }
    for (const policy of graph.graph.policies) {
      const zone = graph.zoneOf(policy.owner ?? policy.id)?.id;
      if (!policy.type.endsWith('managed') || (zone !== undefined && zone !== holder.class.zone)) continue;
      const document = this.#model.document(policy.document, this.#provider);
      if (document !== undefined) found.set(policy.id, { id: policy.id, document });
    }
    for (const document of documentsOf(holder)) {
      for (const { condition } of document.statements) {
        for (const chosen of condition?.chosen ?? []) {
          if (chosen.key !== key.toLowerCase()) continue;
          for (const value of chosen.values) {
            if (found.has(value) || graph.policy(value) !== undefined || !/^arn:[\w:/-]+$/.test(value)) continue;
            const unread = this.#provider.compiler.compile({
              id: `not in the input: ${value}`,
              provider: this.#catalogue.provider,
              statements: [],
              unreadable: 'the input does not hold the policy',
            });
            found.set(value, { id: value, document: unread });
          }
        }
      }
    }
    return [...found.values()];
  }

  #truth(
    technique: Technique,
    holder: Holder,
    target: GraphNode | undefined,
    given?: FixedContext,
    changed?: Changed,
  ): Truth {
    const more = changed === undefined ? {} : { changed };
    return this.#requirements.holds(technique.requires, { holder, target, given, ...more });
  }

  #opened(technique: Technique, target: GraphNode): Opened {
    const { yields, opens } = technique;
    return {
      key: `${yields} ${opens?.join(' ') ?? ''} ${target.id}`,
      what: yields === 'retag-resource' ? 'tags' : 'policy',
      target,
      changed: this.#requirements.changeBy(technique),
    };
  }

  #targets(technique: Technique, holder: Holder): readonly GraphNode[] {
    const { target } = technique;
    const { graph } = this.#model;
    const zone = holder.class.zone;
    if (target.kind === 'zone') return [];
    if (target.kind === 'scope') {
      // Where nothing is known around zones they may belong together; whether they do, the row asks.
      const top = zone === undefined ? undefined : graph.scopesOf(zone).at(-1)?.id;
      const inInput = (id: NodeId | undefined): boolean =>
        graph.identities.some((one) => one.external !== true && graph.zoneOf(one.id)?.id === id);
      return graph.scopes.filter(
        (scope) =>
          zone !== undefined &&
          target.types.includes(scope.type) &&
          scope.id !== zone &&
          graph.scopesOf(scope.id).at(-1)?.id === top &&
          (top !== undefined || (inInput(zone) && inInput(scope.id))),
      );
    }
    const nodes: readonly GraphNode[] = target.kind === 'identity' ? graph.identities : graph.resources;
    return nodes.filter(
      (node) =>
        target.types.includes(node.type) &&
        // What another zone does not list is nobody's business here: only a policy in the input leads across.
        (!(target.sameZone || (node.kind === 'resource' && node.uncollected === true)) ||
          graph.zoneOf(node.id)?.id === zone),
    );
  }

  /** The identities made from a template. */
  #provisioned(template: NodeId): readonly Possible[] {
    return this.#model.graph
      .outgoing(template, 'provisions')
      .map(({ to, certainty }) => ({ id: to, truth: truthOf(certainty) }));
  }

  /** The identities that something done to a node is done to: itself, members of a group. */
  under(id: NodeId): readonly NodeId[] {
    const node = this.#model.graph.node(id);
    return node === undefined ? [] : this.#under(node);
  }

  #under(node: GraphNode): readonly NodeId[] {
    const { graph } = this.#model;
    if (node.kind !== 'identity') return [];
    if (node.type !== 'group') return [node.id];
    return graph.identities
      .filter((one) => one.type !== 'group' && graph.groupsOf(one.id).some((group) => group.id === node.id))
      .map((one) => one.id);
  }

  #holders(policy: NodeId, role: Attachment['role']): readonly NodeId[] {
    const { graph } = this.#model;
    return graph
      .attachmentsOf(policy)
      .filter((attachment) => attachment.role === role)
      .flatMap((attachment) => {
        const node = graph.node(attachment.node);
        return node?.kind === 'identity' ? this.#under(node) : [];
      });
  }

  /** Policies of a kind that a node holds itself; only those that deny something are worth taking off. */
  #attached(id: NodeId, type: 'managed' | 'inline'): readonly string[] {
    const { graph } = this.#model;
    return graph
      .attachmentsOn(id)
      .filter(({ role, policy }) => role === 'identity-grant' && graph.policy(policy)?.type === type)
      .map(({ policy }) => policy)
      .filter((policy) => this.#mayDeny(policy));
  }

  #mayDeny(policy: string): boolean {
    const text = this.#model.graph.policy(policy)?.document;
    const document = text === undefined ? undefined : this.#model.document(text, this.#provider);
    return document !== undefined && mayDeny(document);
  }

  #dropped(policy: string, target: GraphNode): Gain {
    const change: Change = { key: `drop ${policy} ${target.id}`, drops: [{ policy, node: target.id }] };
    return { kind: 'change', ids: this.#under(target), change, ...this.#carrier(target, undefined) };
  }

  /** What else a change of a target is to: whoever is put into the group, or gets the policy, later on. */
  #carrier(target: GraphNode, role: 'identity-grant' | 'identity-guard' | undefined): { readonly carrier?: string } {
    if (role !== undefined) return { carrier: carrierOf(role, target.id) };
    return target.kind === 'identity' && target.type === 'group' ? { carrier: carrierOf('group', target.id) } : {};
  }

  /** Access to one resource; one that is not listed is told by its zone, and asked about here once it was changed. */
  #accessTo(target: GraphNode, holder: Holder, changed: Changed | undefined): readonly Effect[] {
    if (target.kind !== 'resource' || (target.uncollected === true && changed === undefined)) return [];
    return (this.#access?.rowsFor(target.type) ?? []).flatMap((row) => this.#accessByRow(row, target, holder, changed));
  }

  #accessByRow(
    row: ReturnType<AccessCatalogue['rowsFor']>[number],
    target: GraphNode,
    holder: Holder,
    changed: Changed | undefined,
  ): readonly Effect[] {
    const isUnlisted = target.kind === 'resource' && target.uncollected === true;
    const of = isUnlisted ? this.#model.graph.zoneOf(target.id)!.id : target.id;
    const more = changed === undefined ? {} : { changed };
    const requirement = row.on === '{target}' ? { allowed: row.action } : { allowed: row.action, on: row.on };
    const truth = this.#requirements.holds(requirement, { holder, target, given: undefined, ...more });
    const behind = row.passedOn === true ? this.#behind(target, row.action) : undefined;
    return [
      accessEffect(truth, of, row.class),
      ...(behind === undefined ? [] : [accessEffect(truth, behind.id, row.class)]),
    ];
  }

  /** The listed resource that an action on another one is done to. */
  #behind(target: GraphNode, action: string): GraphNode | undefined {
    const { graph } = this.#model;
    const facts = { id: target.id, node: target, scopes: graph.scopesOf(target.id) };
    const id = this.#provider.semantics.alsoGoverns?.(facts, action)?.id;
    const node = id === undefined ? undefined : graph.node(id);
    return node?.kind === 'resource' && node.uncollected !== true ? node : undefined;
  }

  /** Access to listed resources, one action at a time, and to what a zone does not list. */
  #accesses(holder: Holder): readonly Effect[] {
    const access = this.#access;
    if (access === undefined) return [];
    const { graph } = this.#model;
    const effects: Effect[] = [];
    for (const target of graph.resources) effects.push(...this.#accessTo(target, holder, undefined));
    const zone = holder.class.zone;
    if (zone === undefined || holder.class.external) return effects;
    if (!graph.resources.some((node) => node.uncollected === true && graph.zoneOf(node.id)?.id === zone))
      return effects;
    for (const of of accessClasses) {
      let truth: Truth = FALSE;
      for (const action of this.#provider.catalogue.names) {
        if (truth === TRUE) break;
        if (access.classOf(action) === of) truth = or(truth, this.#requirements.choice(holder, [action], new Map()));
      }
      effects.push(accessEffect(truth, zone, of));
    }
    return effects;
  }
}

function putOn(
  target: NodeId,
  policy: Nameable | undefined,
  role: 'identity-grant' | 'identity-guard',
): Pick<Extract<Gain, { readonly kind: 'change' }>, 'puts'> {
  return policy === undefined ? {} : { puts: { carrier: carrierOf(role, policy.id), target } };
}

function accessEffect(truth: Truth, resource: NodeId, of: AccessClass): Effect {
  return { row: `access-${of}`, yields: 'access', truth, gain: { kind: 'access', resource, class: of } };
}

function actionsOf(requirement: Requirement): readonly string[] {
  if ('all' in requirement) return requirement.all.flatMap(actionsOf);
  if ('any' in requirement) return requirement.any.flatMap(actionsOf);
  if ('some' in requirement) return actionsOf(requirement.that);
  if ('allows' in requirement) return requirement.allows;
  return 'allowed' in requirement ? [requirement.allowed] : [];
}

/** Whether a text may deny something. */
export function mayDeny(document: CompiledDocument): boolean {
  return document.unreadable === undefined ? document.statements.some((one) => !one.allow) : document.mayDeny;
}
