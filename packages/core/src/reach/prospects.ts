import { type ActionRef, hasAction } from '../authz/action-catalogue.ts';
import type { AuthorizationModel, ProviderModel, ResourceGrant } from '../authz/authorization-model.ts';
import { literalPrefix, prefixRange } from '../authz/glob.ts';
import { FALSE, type Truth } from '../authz/truth.ts';
import type { GraphNode, NodeId, PrincipalMatcher } from '../graph/model.ts';
import { generalName, isNewName } from './caller-choice.ts';
import type { ClassActions } from './class-actions.ts';
import { EMPTY, forEachMember, intersection, type RangeSet, union } from './range-set.ts';
import { cheapestFirst, inZone, resourceOn } from './requirement-text.ts';
import type { OtherTarget, Requirement } from './technique.ts';
import type { Universe } from './universe.ts';

/** Where a formula is asked: about the targets of a universe, or about nothing in particular in a zone. */
interface Place {
  readonly universe: Universe | undefined;
  readonly zone: NodeId | undefined;
  /** Rules that name principals by id match none of the callers. */
  readonly anyMember: boolean;
}

/** Which actions a caller must have left for a part of a formula to be worth asking. */
type Kind = keyof ClassActions;

/**
 * A formula as far as it can hold for any caller of a zone, before one is asked: parts that fail for all of them are left
 * out, and what remains says which actions it takes.
 */
export interface Prospect {
  readonly requirement: Requirement;
  /** Targets on which it may hold; undefined: on all. */
  readonly within: RangeSet | undefined;
  /** For `all` and `any`: the parts, in the order in which they are best asked. */
  readonly parts: readonly Prospect[];
  /** For a single part: numbers of the actions that must all be among those of `kind`; none where that says nothing. */
  readonly actions: readonly number[];
  readonly kind: Kind;
  /** For `any` of single actions: the words of the catalogue's bits they are in; one of them must be set. */
  readonly words: readonly AnyWord[] | undefined;
}

interface AnyWord {
  readonly kind: Kind;
  readonly word: number;
  readonly bits: number;
}

/** Policies on something that a template names. */
interface Beside {
  /** Undefined: any. */
  readonly grants: readonly ResourceGrant[] | undefined;
  /** Nobody is asked about it who has no grant that names the action. */
  readonly named: boolean;
}

const NO_PARTS: readonly Prospect[] = [];
const NO_ACTIONS: readonly number[] = [];

/** Whether a formula may hold for a caller whose class has `actions`; a negative answer is sure. */
export function mayHold(prospect: Prospect, actions: ClassActions): boolean {
  const { requirement, words } = prospect;
  if ('all' in requirement) {
    for (const part of prospect.parts) if (!mayHold(part, actions)) return false;
    return true;
  }
  if (words !== undefined) {
    for (const { kind, word, bits } of words) if ((actions[kind][word]! & bits) !== 0) return true;
    return false;
  }
  if ('any' in requirement) {
    for (const part of prospect.parts) if (mayHold(part, actions)) return true;
    return false;
  }
  const of = actions[prospect.kind];
  for (const index of prospect.actions) if (((of[index >>> 5]! >>> (index & 31)) & 1) === 0) return false;
  for (const part of prospect.parts) if (!mayHold(part, actions)) return false;
  return true;
}

/** What prospects ask that does not depend on the caller, beyond its zone. */
export interface FixedAnswers {
  /** Where a service is let in, or a fact holds, not surely not. */
  open(requirement: Requirement, universe: Universe): RangeSet;
  zoneHolds(name: string, zone: NodeId): Truth;
  otherUniverse(aim: OtherTarget, zone: NodeId): Universe;
}

/** Finds the prospects of formulas; one for each universe, shared where no target makes a difference. */
export class Prospects {
  readonly #model: AuthorizationModel;
  readonly #provider: ProviderModel;
  readonly #fixed: FixedAnswers;
  readonly #plain: Map<Requirement, Prospect>[] = [new Map(), new Map(), new Map(), new Map(), new Map()];
  readonly #known: readonly [
    WeakMap<Universe, Map<Requirement, Prospect | undefined>>,
    WeakMap<Universe, Map<Requirement, Prospect | undefined>>,
  ] = [new WeakMap(), new WeakMap()];
  readonly #alone: Map<Requirement, Map<NodeId | undefined, Prospect | undefined>> = new Map();
  readonly #besides: WeakMap<Universe, Map<string, readonly Beside[]>> = new WeakMap();
  readonly #free: WeakMap<Universe, Map<ActionRef, boolean>> = new WeakMap();
  #types: readonly string[] | undefined;
  #governed: readonly NodeId[] | undefined;
  #hasServices: boolean | undefined;

  constructor(model: AuthorizationModel, provider: ProviderModel, fixed: FixedAnswers) {
    this.#model = model;
    this.#provider = provider;
    this.#fixed = fixed;
  }

  /**
   * The prospect of a formula for callers of the zone of a universe; undefined where it holds for none. `anyMember`: rules
   * that name principals by id match none of them.
   */
  of(requirement: Requirement, universe: Universe, anyMember: boolean): Prospect | undefined {
    const byUniverse = this.#known[anyMember ? 0 : 1];
    let known = byUniverse.get(universe);
    if (known === undefined) {
      known = new Map();
      byUniverse.set(universe, known);
    }
    const found = known.get(requirement);
    if (found !== undefined || known.has(requirement)) return found;
    const created = this.#find(requirement, { universe, zone: universe.zone, anyMember });
    known.set(requirement, created);
    return created;
  }

  /** The same for a formula without target. */
  alone(requirement: Requirement, zone: NodeId | undefined): Prospect | undefined {
    let known = this.#alone.get(requirement);
    if (known === undefined) {
      known = new Map();
      this.#alone.set(requirement, known);
    }
    const found = known.get(zone);
    if (found !== undefined || known.has(zone)) return found;
    const created = this.#find(requirement, { universe: undefined, zone, anyMember: false });
    known.set(zone, created);
    return created;
  }

  #find(requirement: Requirement, place: Place): Prospect | undefined {
    const { universe, zone, anyMember } = place;
    if ('all' in requirement) {
      const parts: Prospect[] = [];
      let within: RangeSet | undefined;
      for (const part of cheapestFirst(requirement)) {
        const found = this.#find(part, place);
        if (found === undefined) return undefined;
        parts.push(found);
        if (found.within === undefined) continue;
        within = within === undefined ? found.within : intersection(within, found.within);
        if (within.length === 0) return undefined;
      }
      return this.#made({ requirement, within, parts, actions: NO_ACTIONS, kind: 'granted', words: undefined });
    }
    if ('any' in requirement) return this.#anyOf(requirement, place);
    const always = (within: RangeSet | undefined): Prospect =>
      this.#made({ requirement, within, parts: NO_PARTS, actions: NO_ACTIONS, kind: 'granted', words: undefined });
    if (universe === undefined && 'holds' in requirement) return this.#ofZone(requirement.holds, zone, always);
    if ('service' in requirement || 'holds' in requirement) {
      if (universe === undefined) return always(undefined);
      const open = this.#fixed.open(requirement, universe);
      if (open.length === 0) return undefined;
      return always(open.length === 2 && open[0] === 0 && open[1] === universe.size ? undefined : open);
    }
    if ('zoneHolds' in requirement) return this.#ofZone(requirement.zoneHolds, zone, always);
    if ('some' in requirement) {
      if (zone === undefined) return undefined;
      const that = this.of(requirement.that, this.#fixed.otherUniverse(requirement.some, zone), anyMember);
      if (that === undefined) return undefined;
      const parts = [that];
      const actions = NO_ACTIONS;
      return { requirement, within: undefined, parts, actions, kind: 'granted', words: undefined };
    }
    if ('allows' in requirement) {
      const refs = requirement.allows.map((name) => this.#provider.catalogue.ref(name));
      if (refs.some((action) => action.index < 0 || this.#isFree(action))) return always(undefined);
      const actions = refs.map(({ index }) => index);
      return this.#made({
        requirement,
        within: undefined,
        parts: NO_PARTS,
        actions,
        kind: 'granted',
        words: undefined,
      });
    }
    const action = this.#provider.catalogue.ref(requirement.allowed);
    const kind = action.index < 0 || zone === undefined ? undefined : this.#kindFor(action, requirement.on, place);
    if (kind === undefined) return always(undefined);
    const actions = [action.index];
    return this.#made({ requirement, within: undefined, parts: NO_PARTS, actions, kind, words: undefined });
  }

  #ofZone(
    name: string,
    zone: NodeId | undefined,
    always: (within: RangeSet | undefined) => Prospect,
  ): Prospect | undefined {
    return zone === undefined || this.#fixed.zoneHolds(name, zone) === FALSE ? undefined : always(undefined);
  }

  #anyOf(
    requirement: Extract<Requirement, { readonly any: readonly Requirement[] }>,
    place: Place,
  ): Prospect | undefined {
    const parts: Prospect[] = [];
    let within: RangeSet | undefined = EMPTY;
    let words: Map<string, AnyWord> | undefined = new Map();
    for (const part of requirement.any) {
      const found = this.#find(part, place);
      if (found === undefined) continue;
      parts.push(found);
      if (within !== undefined) within = found.within === undefined ? undefined : union(within, found.within);
      const [only] = found.actions;
      if (words === undefined || found.actions.length !== 1 || only === undefined) {
        words = undefined;
        continue;
      }
      const key = `${found.kind} ${only >>> 5}`;
      const bits = (words.get(key)?.bits ?? 0) | (1 << (only & 31));
      words.set(key, { kind: found.kind, word: only >>> 5, bits });
    }
    if (parts.length === 0) return undefined;
    const listed = words === undefined ? undefined : [...words.values()];
    return this.#made({ requirement, within, parts, actions: NO_ACTIONS, kind: 'granted', words: listed });
  }

  /** The same object for the same thing, where no target takes part in it. */
  #made(prospect: Prospect): Prospect {
    const { requirement, within, parts, kind, actions } = prospect;
    if (within !== undefined) return prospect;
    const kinds = ['granted', 'within', 'left'] as const;
    if (parts.length === 0) {
      const plain = this.#plain[actions.length === 0 ? 3 : kinds.indexOf(kind)]!;
      const known = plain.get(requirement);
      if (known !== undefined) return known;
      plain.set(requirement, prospect);
      return prospect;
    }
    const plain = this.#plain[4]!;
    const known = plain.get(requirement);
    if (known !== undefined && known.within === undefined && known.parts.length === parts.length) {
      if (parts.every((part, at) => part === known.parts[at])) return known;
    }
    plain.set(requirement, prospect);
    return prospect;
  }

  /**
   * What a caller must have of an action to be allowed it, as a rule a grant within its guards. Undefined where nothing is
   * sure.
   */
  #kindFor(action: ActionRef, on: string | undefined, place: Place): Kind | undefined {
    const { universe, zone, anyMember } = place;
    if (this.#isFree(action) && (on !== undefined || universe === undefined || this.#needsNoGrant(action, universe))) {
      return undefined;
    }
    if (on === undefined) return universe === undefined ? undefined : this.#kindOnTargets(action, universe, anyMember);
    if (universe !== undefined && (on.includes('{target') || on.includes('{name}'))) {
      let kind: Kind = 'within';
      for (const { grants, named } of this.#beside(on, universe)) {
        if (!this.#opens(grants, action, anyMember)) continue;
        if (!named) return 'left';
        kind = 'granted';
      }
      return kind;
    }
    const opened = this.#policiesOn(inZone(on, zone), zone)?.some((grants) => this.#opens(grants, action, anyMember));
    return opened === false ? 'within' : undefined;
  }

  /** Whether the service may have something to say of requests for an action that no policy says. */
  #isFree(action: ActionRef): boolean {
    const { semantics } = this.#provider;
    return semantics.alwaysAllowed.includes(action.name) || semantics.hasServiceRule(action.folded);
  }

  /** Whether callers of some type may need no grant for an action on some target. */
  #needsNoGrant(action: ActionRef, universe: Universe): boolean {
    const { semantics } = this.#provider;
    if (semantics.alwaysAllowed.includes(action.name)) return true;
    let known = this.#free.get(universe);
    if (known === undefined) {
      known = new Map();
      this.#free.set(universe, known);
    }
    let free = known.get(action);
    if (free === undefined) {
      const zone = universe.zone === undefined ? undefined : this.#model.graph.node(universe.zone);
      const scope = zone?.kind === 'scope' ? zone : undefined;
      this.#types ??= [...new Set(['role', ...this.#model.graph.identities.map((identity) => identity.type)])];
      const types = this.#types;
      free = universe.ids.some((id) =>
        types.some((type) => semantics.serviceRule(action.folded, type, id, scope) === 'no-grant-needed'),
      );
      known.set(action, free);
    }
    return free;
  }

  #kindOnTargets(action: ActionRef, universe: Universe, anyMember: boolean): Kind {
    for (const group of universe.groupsFor(this.#model, action).groups) {
      if (!this.#opens(group.grants, action, anyMember)) continue;
      let near = group.sameZone;
      // Targets elsewhere share a group whatever their zone.
      if (!near)
        forEachMember(group.members, (index) => (near ||= !this.#isElsewhere(universe.nodes[index]!, universe.zone)));
      if (near) return 'left';
    }
    return universe.hasUncollected ? 'granted' : 'within';
  }

  /** Policies that may let in callers of the zone by themselves to what a template names beside or inside targets. */
  #beside(on: string, universe: Universe): readonly Beside[] {
    let byTemplate = this.#besides.get(universe);
    if (byTemplate === undefined) {
      byTemplate = new Map();
      this.#besides.set(universe, byTemplate);
    }
    const known = byTemplate.get(on);
    if (known !== undefined) return known;
    const found: Beside[] = [];
    for (const node of universe.nodes) {
      // Where the target has no policies, only those with a grant of their own are asked about.
      const named = this.#model.grantsOn(node.id).length === 0;
      const policies = this.#policiesOn(resourceOn(on, node, universe.zone), universe.zone);
      for (const grants of policies ?? []) found.push({ grants, named });
      if (policies === undefined) found.push({ grants: undefined, named });
    }
    byTemplate.set(on, found);
    return found;
  }

  /**
   * Policies on what a text may name, with `*` for text the caller chooses, that stands in the zone of the caller; undefined
   * where nobody can list them.
   */
  #policiesOn(resource: string, zone: NodeId | undefined): readonly (readonly ResourceGrant[])[] | undefined {
    if (resource === '*') return [];
    const general = generalName(resource);
    const found: (readonly ResourceGrant[])[] = [];
    const add = (node: GraphNode | undefined): void => {
      if (node === undefined || this.#isElsewhere(node, zone)) return;
      const grants = this.#model.grantsOn(node.id);
      if (grants.length > 0) found.push(grants);
    };
    add(this.#model.resourceFacts(general, this.#provider).node);
    if (general === resource) return found;
    const holders = this.#provider.semantics.holdersOf(general);
    if (holders.some((holder) => holder !== general && isNewName(holder))) return undefined;
    // A name that the caller chooses may be that of something that is there.
    const ids = this.#governedNodes();
    const [from, to] = prefixRange(ids, literalPrefix(resource));
    for (let at = from; at < to; at += 1) add(this.#model.graph.node(ids[at]!));
    return found;
  }

  /** Ids of all nodes with policies that name principals, sorted. */
  #governedNodes(): readonly NodeId[] {
    if (this.#governed === undefined) {
      const found: NodeId[] = [];
      for (const { id } of this.#model.graph.graph.nodes) if (this.#model.grantsOn(id).length > 0) found.push(id);
      this.#governed = found.sort();
    }
    return this.#governed;
  }

  /** Whether a node surely stands in another zone, where nobody gets in without a grant of its own. */
  #isElsewhere(node: GraphNode, zone: NodeId | undefined): boolean {
    const of = this.#model.graph.zoneOf(node.id)?.id;
    return of !== undefined && of !== zone;
  }

  /** Whether policies may let somebody do something that it has no grant for; undefined stands for any policies. */
  #opens(grants: readonly ResourceGrant[] | undefined, action: ActionRef, anyMember: boolean): boolean {
    if (grants === undefined) return true;
    for (const { held, exclusive } of grants) {
      const { document } = held;
      if (document.unreadable !== undefined && (exclusive === undefined || hasAction(exclusive, action))) return true;
      for (const { allow, actions, principals } of document.statements) {
        if (!allow || !hasAction(actions, action)) continue;
        if (principals?.include.some((matcher) => this.#letsIn(matcher, anyMember)) === true) return true;
      }
    }
    return false;
  }

  #letsIn(matcher: PrincipalMatcher, anyMember: boolean): boolean {
    if (matcher.strength === 'delegates') return false;
    switch (matcher.match) {
      case 'node':
        return !anyMember;
      case 'service':
        this.#hasServices ??= this.#model.graph.identities.some((identity) => identity.type === 'service');
        return this.#hasServices;
      case 'unresolved':
        return !matcher.dangling;
      default:
        return true;
    }
  }
}
