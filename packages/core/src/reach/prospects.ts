import { type ActionRef, hasAction } from '../authz/action-catalogue.ts';
import type { AuthorizationModel, ProviderModel, ResourceGrant } from '../authz/authorization-model.ts';
import { literalPrefix, prefixRange } from '../authz/glob.ts';
import { FALSE, type Truth } from '../authz/truth.ts';
import type { GraphNode, NodeId, PrincipalMatcher } from '../graph/model.ts';
import { generalName, isNewName } from './caller-choice.ts';
import type { ClassActions } from './class-actions.ts';
import { Kept } from './kept.ts';
import { difference, EMPTY, forEachMember, intersection, type RangeSet, sameSet, setOf, union } from './range-set.ts';
import { cheapestFirst, inZone, isAboutTarget, resourceOn } from './requirement-text.ts';
import type { OtherTarget, Requirement } from './technique.ts';
import type { Universe } from './universe.ts';

/**
 * What is known of callers: `any` has no id that a rule could name, `one` may have any, `opening` writes the policies of its
 * targets, so that nothing they say keeps it out.
 */
export type Callers = 'any' | 'one' | 'opening';

/** Where a formula is asked: about the targets of a universe, or about nothing in particular in a zone. */
interface Place {
  readonly universe: Universe | undefined;
  readonly zone: NodeId | undefined;
  readonly callers: Callers;
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

/** On what terms callers of a zone may be allowed an action. */
interface Terms {
  /** What they must have of it; undefined where nothing is sure. */
  readonly kind: Kind | undefined;
  /** Targets on which they may; undefined: all. */
  readonly within: RangeSet | undefined;
}

interface TermsBeside extends Terms {
  /** Targets beside which something may be open to callers without a grant. */
  readonly opened: RangeSet;
}

const ANY_TERMS: Terms = { kind: undefined, within: undefined };

/** What is known of everything that a template may name. */
interface Places {
  /** The template for the target, with `*` for text the caller chooses. */
  readonly name: string;
  /** Nodes that govern something it names. */
  readonly nodes: readonly NodeId[];
  /** False where policies may govern it that nobody can list. */
  readonly listed: boolean;
  /** Policies on what is not surely in another zone than the caller, and on what is. */
  readonly own: readonly (readonly ResourceGrant[])[];
  readonly far: readonly (readonly ResourceGrant[])[];
  /** Something it names may be in the zone of the caller, or is not in the input. */
  readonly mayBeOwn: boolean;
}

const NO_PLACES: Places = { name: '*', nodes: [], listed: true, own: [], far: [], mayBeOwn: true };

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

/** Zones for which prospects are kept; callers come zone by zone, near enough. */
const KEPT_ZONES = 64;

/** A map by universe, for callers of each kind. */
type ByCallers<Value> = Readonly<Record<Callers, Map<Universe, Value>>>;

function byCallers<Value>(): ByCallers<Value> {
  return { any: new Map(), one: new Map(), opening: new Map() };
}

/** The map that another one holds for a key; an empty one at first. */
function listIn<Key, InnerKey, Value>(map: Map<Key, Map<InnerKey, Value>>, key: Key): Map<InnerKey, Value> {
  let inner = map.get(key);
  if (inner === undefined) {
    inner = new Map();
    map.set(key, inner);
  }
  return inner;
}

/** What was found for callers of one zone. */
class ZoneProspects {
  readonly zone: NodeId | undefined;
  readonly known: ByCallers<Map<Requirement, Prospect | undefined>> = byCallers();
  readonly alone: Map<Requirement, Prospect | undefined> = new Map();
  readonly terms: ByCallers<Map<ActionRef, Terms>> = byCallers();
  readonly termsBeside: ByCallers<Map<string, Map<ActionRef, TermsBeside>>> = byCallers();
  readonly besides: Map<Universe, Map<string, readonly Places[]>> = new Map();
  readonly free: Map<Universe, Map<ActionRef, boolean>> = new Map();

  constructor(zone: NodeId | undefined) {
    this.zone = zone;
  }
}

/** Finds the prospects of formulas; one for each universe, shared where no target makes a difference. */
export class Prospects {
  readonly #model: AuthorizationModel;
  readonly #provider: ProviderModel;
  readonly #fixed: FixedAnswers;
  readonly #plain: Map<Requirement, Prospect>[] = [new Map(), new Map(), new Map(), new Map(), new Map()];
  /** What is known of callers of one zone; of zones asked about long ago it is found again. */
  readonly #zones: Kept<NodeId | undefined, ZoneProspects> = new Kept(KEPT_ZONES, (zone) => new ZoneProspects(zone));
  readonly #asked: Map<Requirement, Requirement> = new Map();
  #types: readonly string[] | undefined;
  #named: Set<NodeId> | undefined;
  #sorted: readonly NodeId[] | undefined;
  #hasServices: boolean | undefined;

  constructor(model: AuthorizationModel, provider: ProviderModel, fixed: FixedAnswers) {
    this.#model = model;
    this.#provider = provider;
    this.#fixed = fixed;
  }

  /**
   * The prospect of a formula for callers of the zone of a universe; undefined where it holds for none.
   */
  of(requirement: Requirement, universe: Universe, callers: Callers): Prospect | undefined {
    const known = listIn(this.#zones.of(universe.zone).known[callers], universe);
    const found = known.get(requirement);
    if (found !== undefined || known.has(requirement)) return found;
    const created = this.#find(requirement, { universe, zone: universe.zone, callers });
    known.set(requirement, created);
    return created;
  }

  /** Whether any policy on a resource lets a principal in by its id. */
  isNamed(id: NodeId): boolean {
    if (this.#named === undefined) {
      this.#named = new Set();
      for (const { role, policy } of this.#model.graph.graph.attachments) {
        const text = role === 'resource-grant' ? this.#model.graph.policy(policy)?.document : undefined;
        const document = text === undefined ? undefined : this.#model.graph.document(text);
        for (const { principals } of document?.statements ?? []) {
          for (const matcher of principals?.include ?? []) if (matcher.match === 'node') this.#named.add(matcher.id);
        }
      }
    }
    return this.#named.has(id);
  }

  /**
   * Targets beside or inside which something may be open to callers without a grant of their own; undefined where nothing is
   * sure. For templates that speak of the target.
   */
  openedTo(action: ActionRef, on: string, universe: Universe, callers: Callers): RangeSet | undefined {
    if (callers === 'opening' || universe.zone === undefined || this.isFree(action)) return undefined;
    return this.#besideTargets(action, on, universe, callers).opened;
  }

  /** Whether all that a template names lies in the targets of a universe, and their policies alone govern it. */
  liesInTargets(on: string, universe: Universe): boolean {
    return this.#beside(on, universe).every(
      ({ listed, nodes }, index) => listed && nodes.length > 0 && nodes.every((id) => id === universe.ids[index]),
    );
  }

  /** What a template names for a target. */
  nameBeside(on: string, universe: Universe, index: number): string {
    return this.#beside(on, universe)[index]!.name;
  }

  /** The same for a formula without target. */
  alone(requirement: Requirement, zone: NodeId | undefined): Prospect | undefined {
    const known = this.#zones.of(zone).alone;
    const found = known.get(requirement);
    if (found !== undefined || known.has(requirement)) return found;
    const created = this.#find(requirement, { universe: undefined, zone, callers: 'one' });
    known.set(requirement, created);
    return created;
  }

  #find(requirement: Requirement, place: Place): Prospect | undefined {
    const { universe, zone, callers } = place;
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
      // What is opened is the target, and nothing else.
      const askers = callers === 'opening' ? 'one' : callers;
      const that = this.of(this.#askedOf(requirement), this.#fixed.otherUniverse(requirement.some, zone), askers);
      if (that === undefined) return undefined;
      const parts = [that];
      const actions = NO_ACTIONS;
      return { requirement, within: undefined, parts, actions, kind: 'granted', words: undefined };
    }
    if ('allows' in requirement) {
      const refs = requirement.allows.map((name) => this.#provider.catalogue.ref(name));
      if (refs.some((action) => action.index < 0 || this.isFree(action))) return always(undefined);
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
    const terms =
      zone === undefined || callers === 'opening' ? ANY_TERMS : this.#termsFor(action, requirement.on, place);
    if (terms.within?.length === 0) return undefined;
    const actions = action.index < 0 || terms.kind === undefined ? NO_ACTIONS : [action.index];
    const { within, kind = 'granted' } = terms;
    return this.#made({ requirement, within, parts: NO_PARTS, actions, kind, words: undefined });
  }

  /** What a caller must fulfil some part of on another target: the formula itself, or what opens the target. */
  #askedOf(requirement: Extract<Requirement, { readonly some: unknown }>): Requirement {
    const { that, openings = [] } = requirement;
    if (openings.length === 0) return that;
    let asked = this.#asked.get(requirement);
    if (asked === undefined) {
      asked = { any: [that, ...openings.map(({ by }) => by)] };
      this.#asked.set(requirement, asked);
    }
    return asked;
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

  /** On what terms callers may be allowed an action: as a rule they need a grant within their guards. */
  #termsFor(action: ActionRef, on: string | undefined, place: Place): Terms {
    const { universe, zone, callers } = place;
    if (this.isFree(action) && (on !== undefined || universe === undefined || this.#needsNoGrant(action, universe))) {
      return ANY_TERMS;
    }
    // What opens a resource leaves the guards of scopes, and denies, as they are.
    if (callers === 'opening') return { kind: 'left', within: undefined };
    if (on === undefined) return universe === undefined ? ANY_TERMS : this.#onTargets(action, universe, callers);
    if (universe !== undefined && isAboutTarget(on)) {
      return this.#besideTargets(action, on, universe, callers);
    }
    const { listed, own } = this.#placesOf(inZone(on, zone), zone);
    const opened = !listed || own.some((grants) => this.#opens(grants, action, callers));
    return { kind: opened ? undefined : 'within', within: undefined };
  }

  /** Whether the service may have something to say of requests for an action that no policy says. */
  isFree(action: ActionRef): boolean {
    const { semantics } = this.#provider;
    return semantics.alwaysAllowed.includes(action.name) || semantics.hasServiceRule(action.folded);
  }

  /** Whether callers of some type may need no grant for an action on some target. */
  #needsNoGrant(action: ActionRef, universe: Universe): boolean {
    const { semantics } = this.#provider;
    if (semantics.alwaysAllowed.includes(action.name)) return true;
    const known = listIn(this.#zones.of(universe.zone).free, universe);
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

  #onTargets(action: ActionRef, universe: Universe, callers: Callers): Terms {
    const known = listIn(this.#zones.of(universe.zone).terms[callers], universe);
    let terms = known.get(action);
    if (terms === undefined) {
      terms = this.#findOnTargets(action, universe, callers);
      known.set(action, terms);
    }
    return terms;
  }

  #findOnTargets(action: ActionRef, universe: Universe, callers: Callers): Terms {
    const consented = this.#provider.semantics.needsNoConsent(action.name);
    let within: RangeSet | undefined;
    let opened = false;
    for (const { grants, members, sameZone } of universe.groupsFor(this.#model, action).groups) {
      let far = EMPTY;
      if (!sameZone) {
        // Targets elsewhere share a group whatever their zone.
        const indices: number[] = [];
        forEachMember(members, (index) => {
          if (this.#isElsewhere(universe.nodes[index]!, universe.zone)) indices.push(index);
        });
        far = setOf(indices);
      }
      if (!sameSet(far, members) && this.#opens(grants, action, callers)) opened = true;
      // In another zone nobody gets in whom its policies do not let in.
      if (far.length > 0 && !consented && !this.#consents(grants, action, callers)) {
        within = difference(within ?? universe.full, far);
      }
    }
    return { kind: opened ? 'left' : universe.hasUncollected ? 'granted' : 'within', within };
  }

  /** The same for what a template names beside or inside targets. */
  #besideTargets(action: ActionRef, on: string, universe: Universe, callers: Callers): TermsBeside {
    const byAction = listIn(listIn(this.#zones.of(universe.zone).termsBeside[callers], universe), on);
    let terms = byAction.get(action);
    if (terms === undefined) {
      terms = this.#findBesideTargets(action, on, universe, callers);
      byAction.set(action, terms);
    }
    return terms;
  }

  #findBesideTargets(action: ActionRef, on: string, universe: Universe, callers: Callers): TermsBeside {
    const consented = this.#provider.semantics.needsNoConsent(action.name);
    let kind: Kind = universe.hasUncollected ? 'granted' : 'within';
    const indices: number[] = [];
    const opened: number[] = [];
    for (const [index, { listed, own, far, mayBeOwn }] of this.#beside(on, universe).entries()) {
      if (!listed || own.some((grants) => this.#opens(grants, action, callers))) {
        opened.push(index);
        // Where the target has no policies, only those with a grant of their own are asked about.
        if (this.#model.grantsOn(universe.nodes[index]!.id).length > 0) kind = 'left';
        else if (kind === 'within') kind = 'granted';
      }
      if (!listed || mayBeOwn || consented || far.some((grants) => this.#consents(grants, action, callers))) {
        indices.push(index);
      }
    }
    return {
      kind,
      within: indices.length === universe.size ? undefined : setOf(indices),
      opened: opened.length === universe.size ? universe.full : setOf(opened),
    };
  }

  /** What a template names beside or inside each target. */
  #beside(on: string, universe: Universe): readonly Places[] {
    const byTemplate = listIn(this.#zones.of(universe.zone).besides, universe);
    let found = byTemplate.get(on);
    if (found === undefined) {
      found = universe.nodes.map((node) => this.#placesOf(resourceOn(on, node, universe.zone), universe.zone));
      byTemplate.set(on, found);
    }
    return found;
  }

  /** What a text may name, with `*` for text the caller chooses. */
  #placesOf(resource: string, zone: NodeId | undefined): Places {
    if (resource === '*') return NO_PLACES;
    const general = generalName(resource);
    const own: (readonly ResourceGrant[])[] = [];
    const far: (readonly ResourceGrant[])[] = [];
    const nodes: NodeId[] = [];
    let mayBeOwn = false;
    const add = (node: GraphNode): void => {
      nodes.push(node.id);
      const elsewhere = this.#isElsewhere(node, zone);
      if (!elsewhere) mayBeOwn = true;
      const grants = this.#model.grantsOn(node.id);
      if (grants.length > 0) (elsewhere ? far : own).push(grants);
    };
    const { node } = this.#model.resourceFacts(general, this.#provider);
    if (node === undefined) mayBeOwn = true;
    else add(node);
    let listed = true;
    if (general !== resource) {
      // An id may have a wildcard of its own.
      const { node: literal } = this.#model.resourceFacts(resource, this.#provider);
      if (literal !== undefined) add(literal);
      const holders = this.#provider.semantics.holdersOf(general);
      if (holders.some((holder) => holder !== general && isNewName(holder))) listed = false;
      // A name that the caller chooses may be that of something that is there.
      const ids = this.#ids();
      const [from, to] = prefixRange(ids, literalPrefix(resource));
      for (let at = from; at < to; at += 1) add(this.#model.graph.node(ids[at]!)!);
    }
    return { name: resource, nodes, listed, own, far, mayBeOwn };
  }

  /** Ids of all nodes, sorted. */
  #ids(): readonly NodeId[] {
    this.#sorted ??= this.#model.graph.graph.nodes.map(({ id }) => id).sort();
    return this.#sorted;
  }

  /** Whether a node surely stands in another zone, where nobody gets in without a grant of its own. */
  #isElsewhere(node: GraphNode, zone: NodeId | undefined): boolean {
    const of = this.#model.graph.zoneOf(node.id)?.id;
    return of !== undefined && of !== zone;
  }

  /** Whether policies may let somebody of their zone do something that it has no grant for. */
  #opens(grants: readonly ResourceGrant[], action: ActionRef, callers: Callers): boolean {
    return this.#letIn(grants, action, (matcher) => matcher.strength !== 'delegates' && this.#names(matcher, callers));
  }

  /** Whether policies may let in somebody of another zone that has a grant. */
  #consents(grants: readonly ResourceGrant[], action: ActionRef, callers: Callers): boolean {
    return this.#letIn(grants, action, (matcher) => this.#names(matcher, callers));
  }

  #letIn(grants: readonly ResourceGrant[], action: ActionRef, letsIn: (matcher: PrincipalMatcher) => boolean): boolean {
    for (const { held, exclusive } of grants) {
      const { document } = held;
      if (document.unreadable !== undefined && (exclusive === undefined || hasAction(exclusive, action))) return true;
      for (const { allow, actions, principals } of document.statements) {
        if (allow && hasAction(actions, action) && principals?.include.some(letsIn) === true) return true;
      }
    }
    return false;
  }

  /** Whether a matcher may name a caller. */
  #names(matcher: PrincipalMatcher, callers: Callers): boolean {
    switch (matcher.match) {
      case 'node':
        return callers !== 'any';
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
