import { type ActionRef, type ActionSet, hasAction } from '../authz/action-catalogue.ts';
import type { AuthorizationModel, ResourceGrant } from '../authz/authorization-model.ts';
import type { CompiledDocument, CompiledStatement } from '../authz/compiled-document.ts';
import { behind } from '../authz/further-resource.ts';
import { lowerBound, prefixRange } from '../authz/glob.ts';
import type { HeldPolicy } from '../authz/principal-class.ts';
import type {
  CompiledCondition,
  ConditionLanguage,
  PrincipalFacts,
  RequestContext,
  ResourcePattern,
} from '../authz/semantics.ts';
import { FALSE, TRUE, type Truth } from '../authz/truth.ts';
import type { GraphNode, NodeId } from '../graph/model.ts';
import { difference, fullSet, intersection, type RangeSet, setOf } from './range-set.ts';
import { NOWHERE, type TruthSet, TruthSetBuilder, valueOn } from './truth-set.ts';

const NO_RANGE: readonly [number, number] = [0, 0];

/** Targets that share every policy on the resource side, so that it is evaluated once for all of them. */
export interface TargetGroup {
  readonly members: RangeSet;
  /** One member, for looking policies up. */
  readonly sample: GraphNode;
  readonly grants: readonly ResourceGrant[];
  readonly guards: readonly (readonly HeldPolicy[])[];
  /** Policies on what stands behind the members; undefined where nothing does. Members with something are asked one by one. */
  readonly further: readonly CompiledDocument[] | undefined;
  readonly sameZone: boolean;
  /** The answer may differ between members (conditions on the resource, resource patterns): evaluate one by one. */
  readonly perTarget: boolean;
  /** The answer may differ between principals of one class. */
  readonly perPrincipal: boolean;
  /** Nobody is let in but principals named one by one. */
  readonly namedOnly: boolean;
  /** A policy of the group has conditions on what the caller chooses. */
  readonly hasChosen: boolean;
}

/** Targets that are equal in some facts. */
export interface AlikeTargets {
  readonly members: RangeSet;
  readonly sample: GraphNode;
}

/** With more groups than this, targets are asked one by one. */
const MOST_ALIKE = 64;

/** How the targets of a universe fall apart for one action. */
export interface TargetGroups {
  /** Targets in the caller's zone without any policy of their own that speaks of the action. */
  readonly plain: RangeSet;
  readonly groups: readonly TargetGroup[];
  /** Those of `groups` that may let in somebody who is not named one by one. */
  readonly general: readonly TargetGroup[];
  /** Groups with an Allow that names a principal by id. */
  readonly naming: ReadonlyMap<NodeId, readonly TargetGroup[]>;
}

const NO_CONTEXT: RequestContext = new Map();

/** The possible targets of a technique for callers of one zone, in the order of their ids. */
export class Universe {
  readonly ids: readonly string[];
  readonly nodes: readonly GraphNode[];
  readonly size: number;
  readonly full: RangeSet;
  /** Some target stands for resources that were not collected. */
  readonly hasUncollected: boolean;
  /** Targets in the callers' own zone. */
  readonly own: RangeSet;
  /** Targets that policies other than the caller's own may have a say on: all the others are plain for every action. */
  readonly #governed: readonly number[];
  /** Distinct texts of those policies, and the distinct sets of actions they have to themselves. */
  readonly #texts: readonly CompiledDocument[];
  readonly #exclusives: readonly ActionSet[];
  /** Some target may stand before another resource. */
  readonly #hasFronts: boolean;
  readonly #patterns: Map<ResourcePattern, TruthSet> = new Map();
  readonly #everywhere: Map<Truth, TruthSet> = new Map();
  readonly #groups: Map<ActionRef, TargetGroups> = new Map();
  readonly #groupsBySpeaker: Map<string, TargetGroups> = new Map();
  readonly #alike: Map<string, readonly AlikeTargets[] | undefined> = new Map();
  /** The callers' zone. */
  readonly zone: NodeId | undefined;

  /** `nodes` sorted by id. `zone`: the callers' zone, if they stand in one. */
  constructor(model: AuthorizationModel, nodes: readonly GraphNode[], zone: NodeId | undefined) {
    this.nodes = nodes;
    this.ids = nodes.map((node) => node.id);
    this.size = nodes.length;
    this.full = fullSet(nodes.length);
    this.zone = zone;
    const own: number[] = [];
    const governed: number[] = [];
    const texts = new Set<CompiledDocument>();
    const exclusives = new Set<ActionSet>();
    let hasFronts = false;
    for (let index = 0; index < nodes.length; index += 1) {
      const node = nodes[index]!;
      const sameZone = model.graph.zoneOf(node.id)?.id === zone;
      if (sameZone) own.push(index);
      const grants = model.grantsOn(node.id);
      const guards = model.resourceGuardsOn(node);
      const isFront = model.provider(node.provider)?.semantics.frontTypes?.has(node.type) === true;
      if (isFront) hasFronts = true;
      else if (sameZone && grants.length === 0 && guards.length === 0) continue;
      governed.push(index);
      for (const { held, exclusive } of grants) {
        texts.add(held.document);
        if (exclusive !== undefined) exclusives.add(exclusive);
      }
      for (const level of guards) for (const { document } of level) texts.add(document);
    }
    this.hasUncollected = nodes.some((node) => node.kind === 'resource' && node.uncollected === true);
    this.own = setOf(own);
    this.#governed = governed;
    this.#texts = [...texts];
    this.#exclusives = [...exclusives];
    this.#hasFronts = hasFronts;
  }

  /** Where a node is among the targets; -1 for one that is none of them. */
  indexOf(id: NodeId): number {
    const at = lowerBound(this.ids, id);
    return this.ids[at] === id ? at : -1;
  }

  /** One value on all targets; the same object every time, which the algebra of sets is quick with. */
  everywhere(truth: Truth): TruthSet {
    let set = this.#everywhere.get(truth);
    if (set === undefined) {
      set = valueOn(this.full, truth);
      this.#everywhere.set(truth, set);
    }
    return set;
  }

  /** Whether a pattern may match any target; undefined for one that does not say the same to every principal. */
  mayMatch(pattern: ResourcePattern): boolean | undefined {
    if (pattern.all) return this.size > 0;
    if (pattern.principalKeys.length > 0 || pattern.readsContext === true) return undefined;
    return this.#shared(pattern, undefined, NO_CONTEXT).open.length > 0;
  }

  /** Where a pattern matches; memoised for patterns that say the same to every principal. */
  matching(pattern: ResourcePattern, principal: PrincipalFacts, context: RequestContext): TruthSet {
    if (pattern.all) return this.everywhere(TRUE);
    const isShared = pattern.principalKeys.length === 0 && pattern.readsContext !== true;
    return isShared ? this.#shared(pattern, principal, context) : this.#match(pattern, principal, context);
  }

  #shared(pattern: ResourcePattern, principal: PrincipalFacts | undefined, context: RequestContext): TruthSet {
    let found = this.#patterns.get(pattern);
    if (found === undefined) {
      found = this.#match(pattern, principal, context);
      this.#patterns.set(pattern, found);
    }
    return found;
  }

  #match(pattern: ResourcePattern, principal: PrincipalFacts | undefined, context: RequestContext): TruthSet {
    const other = pattern.otherPrefix === undefined ? NO_RANGE : prefixRange(this.ids, pattern.otherPrefix);
    if (
      other[0] === other[1] &&
      pattern.exact !== undefined &&
      pattern.principalKeys.length === 0 &&
      pattern.readsContext !== true
    ) {
      const at = lowerBound(this.ids, pattern.exact);
      return this.ids[at] === pattern.exact ? valueOn([at, at + 1], TRUE) : NOWHERE;
    }
    const own = prefixRange(this.ids, pattern.prefix);
    const builder = new TruthSetBuilder();
    for (const [from, to] of other[0] <= own[0] ? [other, own] : [own, other]) {
      for (let index = from; index < to; index += 1) {
        const truth = pattern.matches(this.ids[index]!, principal, context);
        if (truth !== FALSE) builder.add(index, truth);
      }
    }
    return builder.build();
  }

  /**
   * The targets grouped by facts that conditions read of them; memoised. Undefined where the language does not tell facts, and
   * where the groups would be too many for that to pay.
   */
  alike(
    model: AuthorizationModel,
    language: ConditionLanguage,
    keys: readonly string[],
  ): readonly AlikeTargets[] | undefined {
    const key = JSON.stringify([language.id, keys]);
    if (this.#alike.has(key)) return this.#alike.get(key);
    const found = language.resourceFact === undefined ? undefined : this.#byFacts(model, language, keys);
    this.#alike.set(key, found);
    return found;
  }

  #byFacts(
    model: AuthorizationModel,
    language: ConditionLanguage,
    keys: readonly string[],
  ): readonly AlikeTargets[] | undefined {
    const byText = new Map<string, number[]>();
    for (const [index, node] of this.nodes.entries()) {
      const resource = { id: node.id, node, scopes: model.graph.scopesOf(node.id) };
      const text = JSON.stringify(keys.map((key) => language.resourceFact?.(key, resource)));
      const indices = byText.get(text);
      if (indices !== undefined) indices.push(index);
      else if (byText.size === MOST_ALIKE) return undefined;
      else byText.set(text, [index]);
    }
    return [...byText.values()].map((indices) => ({ members: setOf(indices), sample: this.nodes[indices[0]!]! }));
  }

  /**
   * The targets grouped by what their own policies say of an action; memoised. Actions of which the same statements speak
   * share the result.
   */
  groupsFor(model: AuthorizationModel, action: ActionRef): TargetGroups {
    const known = this.#groups.get(action);
    if (known !== undefined) return known;
    // Which policies stand behind a target depends on the action itself.
    const speakers = this.#hasFronts ? action.folded : this.#speakersOf(action);
    let found = this.#groupsBySpeaker.get(speakers);
    if (found === undefined) {
      found = this.#groupTargets(model, action);
      this.#groupsBySpeaker.set(speakers, found);
    }
    this.#groups.set(action, found);
    return found;
  }

  /** Which statements and exclusive attachments of the targets' policies speak of an action. */
  #speakersOf(action: ActionRef): string {
    let speakers = '';
    for (const { statements } of this.#texts) {
      for (const { actions } of statements) speakers += hasAction(actions, action) ? '1' : '0';
    }
    for (const exclusive of this.#exclusives) speakers += hasAction(exclusive, action) ? '1' : '0';
    return speakers;
  }

  #groupTargets(model: AuthorizationModel, action: ActionRef): TargetGroups {
    const apart: number[] = [];
    const byKey = new Map<string, { readonly first: number; readonly indices: number[] }>();
    const zone = this.zone;
    for (const index of this.#governed) {
      const node = this.nodes[index]!;
      const sameZone = model.graph.zoneOf(node.id)?.id === zone;
      const grants = relevantGrants(model, node, action);
      const guards = model.resourceGuardsOn(node);
      const further = this.#hasFronts ? textsBehind(model, node, action) : undefined;
      if (grants.length === 0 && guards.length === 0 && further === undefined && sameZone) continue;
      apart.push(index);
      const key = JSON.stringify([
        sameZone,
        further?.map(({ id }) => id) ?? null,
        grants.map((grant) => [
          grant.held.document.id,
          grant.exclusive !== undefined && hasAction(grant.exclusive, action),
        ]),
        guards.map((level) => level.map((held) => held.document.id)),
      ]);
      const group = byKey.get(key);
      if (group === undefined) byKey.set(key, { first: index, indices: [index] });
      else group.indices.push(index);
    }
    const groups: TargetGroup[] = [];
    const naming = new Map<NodeId, TargetGroup[]>();
    for (const { first, indices } of byKey.values()) {
      const group = this.#group(model, action, first, indices, zone);
      groups.push(group);
      for (const id of namedPrincipals(group, action)) {
        const list = naming.get(id);
        if (list === undefined) naming.set(id, [group]);
        else list.push(group);
      }
    }
    const general = groups.filter((group) => !group.namedOnly);
    return { plain: difference(this.full, setOf(apart)), groups, general, naming };
  }

  /** Whether a condition may come out differently for some of the targets. */
  #tellsApart(model: AuthorizationModel, condition: CompiledCondition, indices: readonly number[]): boolean {
    if (!condition.readsResource) return false;
    const language = model.provider(this.nodes[indices[0]!]!.provider)?.semantics.conditions;
    if (language === undefined || condition.resourceKeys === undefined) return true;
    const members = setOf(indices);
    const alike = this.alike(model, language, condition.resourceKeys);
    return alike?.filter((one) => intersection(one.members, members).length > 0).length !== 1;
  }

  #group(
    model: AuthorizationModel,
    action: ActionRef,
    first: number,
    indices: readonly number[],
    zone: NodeId | undefined,
  ): TargetGroup {
    const sample = this.nodes[first]!;
    const grants = relevantGrants(model, sample, action);
    const guards = model.resourceGuardsOn(sample);
    const sameZone = model.graph.zoneOf(sample.id)?.id === zone;
    const further = this.#hasFronts ? textsBehind(model, sample, action) : undefined;
    let perTarget = false;
    let perPrincipal = false;
    let opens = false;
    // Callers who stand in no zone have nothing in common.
    const shared = zone === undefined ? undefined : model.provider(sample.provider)?.semantics.conditions.sharedKeys;
    const tellsApart = (key: string): boolean => shared?.has(key) !== true;
    const exclusive = grants.some((grant) => grant.exclusive !== undefined && hasAction(grant.exclusive, action));
    const speaking = (documents: readonly CompiledDocument[]): readonly CompiledStatement[] =>
      documents.flatMap(({ statements }) => statements).filter((statement) => hasAction(statement.actions, action));
    const reads = ({ include, exclude, condition }: CompiledStatement): boolean =>
      [...(include ?? []), ...exclude].some((pattern) => pattern.principalKeys.some(tellsApart)) ||
      condition?.principalKeys.some(tellsApart) === true;
    const tellsPrincipals = (statement: CompiledStatement): boolean =>
      (reads(statement) && namesBeyondNodes(statement)) || namesNodesAgainst(statement);
    const granting = speaking(grants.map((grant) => grant.held.document));
    const guarding = speaking(guards.flatMap((level) => level.map((held) => held.document)));
    for (const statement of [...granting, ...guarding]) {
      const patterns = [...(statement.include ?? []), ...statement.exclude];
      if (patterns.some((pattern) => !pattern.all)) perTarget = true;
      if (!perTarget && statement.condition !== undefined)
        perTarget = this.#tellsApart(model, statement.condition, indices);
    }
    for (const statement of granting) {
      if (tellsPrincipals(statement)) perPrincipal = true;
      if (statement.allow && namesBeyondNodes(statement)) opens = true;
    }
    // Guards speak of everybody, and let nobody in by themselves.
    if (guarding.some(reads)) perPrincipal = true;
    if (further !== undefined && speaking(further).some(tellsPrincipals)) perPrincipal = true;
    const unreadable = grants.some((grant) => grant.held.document.unreadable !== undefined);
    return {
      members: setOf(indices),
      sample,
      grants,
      guards,
      further,
      sameZone,
      // What is asked of the sample is asked of the only member.
      perTarget: further !== undefined || (perTarget && indices.length > 1),
      perPrincipal,
      hasChosen: grants.some((grant) => grant.held.document.hasChosen),
      namedOnly: (exclusive || !sameZone) && !opens && !unreadable && !perPrincipal,
    };
  }
}

/** Policies on what stands behind a target for an action, if anything does. */
function textsBehind(
  model: AuthorizationModel,
  node: GraphNode,
  action: ActionRef,
): readonly CompiledDocument[] | undefined {
  const provider = model.provider(node.provider);
  const facts = { id: node.id, node, scopes: model.graph.scopesOf(node.id) };
  const further = provider === undefined ? undefined : behind(model, provider, facts, action.name);
  if (further === undefined) return undefined;
  const on = further.resource?.node;
  if (on === undefined) return [];
  return [
    ...model.grantsOn(on.id).map((grant) => grant.held.document),
    ...model.resourceGuardsOn(on).flatMap((level) => level.map((held) => held.document)),
  ];
}

function relevantGrants(model: AuthorizationModel, node: GraphNode, action: ActionRef): readonly ResourceGrant[] {
  return model
    .grantsOn(node.id)
    .filter(
      (grant) =>
        (grant.held.document.unreadable !== undefined && grant.exclusive === undefined) ||
        (grant.exclusive !== undefined && hasAction(grant.exclusive, action)) ||
        grant.held.document.statements.some((statement) => hasAction(statement.actions, action)),
    );
}

/** Whether a rule speaks of anyone but principals named one by one; one that is gone for good is nobody. */
function namesBeyondNodes(statement: CompiledStatement): boolean {
  const principals = statement.principals;
  return (
    principals === undefined ||
    principals.include.some(
      (matcher) => matcher.match !== 'node' && !(matcher.match === 'unresolved' && matcher.dangling),
    )
  );
}

/** Whether a rule takes something away from a principal by name. */
function namesNodesAgainst(statement: CompiledStatement): boolean {
  const principals = statement.principals;
  if (principals === undefined) return false;
  if (principals.exclude.some((matcher) => matcher.match === 'node')) return true;
  return !statement.allow && principals.include.some((matcher) => matcher.match === 'node');
}

function namedPrincipals(group: TargetGroup, action: ActionRef): ReadonlySet<NodeId> {
  const ids = new Set<NodeId>();
  for (const { statements } of [...group.grants.map((grant) => grant.held.document), ...(group.further ?? [])]) {
    for (const statement of statements) {
      if (!statement.allow || !hasAction(statement.actions, action)) continue;
      for (const matcher of statement.principals?.include ?? []) if (matcher.match === 'node') ids.add(matcher.id);
    }
  }
  return ids;
}
