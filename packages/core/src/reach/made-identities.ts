import type { CompiledDocument } from '../authz/compiled-document.ts';
import { and, CONDITIONAL, FALSE, or, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { NodeId } from '../graph/model.ts';
import { anyName } from './caller-choice.ts';
import { forHolders, GRANT, mayDeny, UNGUARD } from './change.ts';
import type { Changes } from './changes.ts';
import type { Derivation, ProviderRows, TechniqueRow } from './derivation.ts';
import type { MadePolicies } from './made-policies.ts';
import {
  alikeByName,
  anyDocument,
  anyOf,
  choosesKey,
  MOST_GUARDS_APART,
  type NameablePolicy,
  nameablePolicies,
  widestFirst,
} from './named-policies.ts';
import { allowsCover, guardCovers, isOpen } from './policy-cover.ts';
import { forEachMember } from './range-set.ts';
import { MADE, type MadeIdentity } from './reach-model.ts';
import { inZone } from './requirement.ts';
import type { Caller } from './target-decisions.ts';
import type { FixedContext, NamedPolicy, Technique } from './technique.ts';

/** More guards than this that one caller may name, none of which is as wide as another, are not all followed one by one. */
const MOST_GUARDS = 16;

/** What an identity is made with: a key of its own, and the texts it holds. */
interface Outfit {
  readonly key: string;
  /** What it holds, as evidence tells it. */
  readonly told: Pick<MadeIdentity['told'], 'policies' | 'groups' | 'bare'>;
  readonly grants: readonly CompiledDocument[];
  /** Ids of the policies it may hold, where it holds named ones: also of those that give nothing as they are. */
  readonly policies?: readonly string[];
}

/** Something a caller can make. */
interface Making {
  readonly outfit: Outfit;
  readonly guard: NameablePolicy | undefined;
  readonly truth: Truth;
  readonly label: number;
}

/** What control of a zone is to those who make identities in it. */
export interface ZoneControlParts {
  /** The node of control of a zone. */
  nodeOf(zone: NodeId, rows: ProviderRows): number;
  /** How surely who reaches a node controls its zone anyway. */
  controlOf(node: number): Truth;
  /** Lets a node act as an identity that is not in the input, within the guards of the scopes of its zone. */
  act(
    node: number,
    zone: NodeId,
    id: NodeId,
    rows: ProviderRows,
    grants: readonly CompiledDocument[],
    guards: readonly CompiledDocument[],
  ): void;
}

/**
 * Identities that callers can make in their own zone: with every permission, with those of policies or groups they may
 * name, and up to a guard they must name. Of what one caller can make only what gives something that nothing else it can
 * make as surely gives as well is followed: a guard lets no more pass than one that is wider.
 */
export class MadeIdentities {
  readonly made: MadeIdentity[] = [];
  readonly #derivation: Derivation;
  readonly #changes: Changes;
  readonly #control: ZoneControlParts;
  readonly #waiting: Map<number, TechniqueRow[]> = new Map();
  readonly #nodes: Map<string, number> = new Map();

  constructor(derivation: Derivation, changes: Changes, control: ZoneControlParts) {
    this.#derivation = derivation;
    this.#changes = changes;
    this.#control = control;
  }

  /** Notes that a caller may make identities by a row; what it makes is followed once all its rows are known. */
  add(node: number, caller: Caller, row: TechniqueRow, rows: ProviderRows): void {
    const known = this.#waiting.get(node);
    if (known !== undefined) {
      known.push(row);
      return;
    }
    const list = [row];
    this.#waiting.set(node, list);
    this.#derivation.deferFace(() => this.#follow(node, caller, list, rows));
  }

  #follow(node: number, caller: Caller, list: readonly TechniqueRow[], rows: ProviderRows): void {
    const zone = caller.class!.zone!;
    const makings = this.#makings(caller, list, rows, this.#control.controlOf(node));
    const followed = makings.filter((one, at) => !makings.some((other, index) => outdoes(other, one, index < at)));
    const guards = [...new Set(followed.map(({ guard }) => guard?.document))].filter((guard) => guard !== undefined);
    const tooMany = new Set(guards.slice(MOST_GUARDS));
    for (const making of makings) {
      const { outfit, guard, truth, label } = making;
      const acts = followed.includes(making) && !(guard !== undefined && tooMany.has(guard.document));
      const latent = !acts && guard !== undefined && this.#isWorthRewriting(making, guard, makings);
      if (!acts && !latent) continue;
      const made = acts ? this.#acting(zone, outfit, guard, rows) : this.#latent(zone, outfit, guard!, rows);
      this.#derivation.builder.edge(node, made, truth, label);
    }
    if (tooMany.size === 0) return;
    const rest = followed.filter(({ guard }) => guard !== undefined && tooMany.has(guard.document));
    this.#derivation.builder.edge(node, this.#anyOf(zone, rest, rows), UNKNOWN, rest[0]!.label);
  }

  /** What is not worth being may still be worth making, for whoever can rewrite the guard it is made within. */
  #isWorthRewriting(making: Making, guard: NameablePolicy, makings: readonly Making[]): boolean {
    if (!this.#isChangeable(guard.id)) return false;
    return !makings.some(
      (other) =>
        other !== making &&
        isWhole(other) &&
        other.truth >= making.truth &&
        other.guard !== undefined &&
        (isOpen(other.guard.document) || (other.guard.id === guard.id && !isWhole(making))),
    );
  }

  /** Everything a caller can make, the widest guards first; nothing that is no surer than `floor`. */
  #makings(caller: Caller, list: readonly TechniqueRow[], rows: ProviderRows, floor: Truth): readonly Making[] {
    const of = caller.class!;
    const makings: Making[] = [];
    if (floor === TRUE) return makings;
    for (const row of list) {
      const key = row.technique.bounds?.key;
      makings.push(...this.#within(caller, row, rows, key === undefined ? {} : { [key]: null }, undefined, floor));
    }
    for (const row of list) {
      const { bounds } = row.technique;
      if (bounds === undefined || !choosesKey(of, bounds.key)) continue;
      const { key, strongest } = bounds;
      const open = strongest === undefined ? undefined : { id: inZone(strongest, of.zone), document: rows.everything };
      const guards = nameablePolicies(this.#derivation.model, rows.model, of, key, open);
      // Where one guard is as good as none, all that can be made within another as surely is less.
      const none = makings.filter((one) => one.guard !== undefined && isOpen(one.guard.document) && isWhole(one));
      let most = none.reduce<Truth>((surest, { truth }) => or(surest, truth), floor);
      const { lists, isPartial } = alikeByName(of, key, widestFirst(guards), this.#derivation.now);
      const rest: { readonly guard: NameablePolicy; readonly found: readonly Making[] }[] = [];
      let tried = 0;
      for (const alike of lists) {
        if (most === TRUE) break;
        const found = this.#within(caller, row, rows, { [key]: alike[0]!.id }, alike[0], most);
        if (found.length === 0) continue;
        for (const guard of alike) {
          tried += 1;
          if (tried > MOST_GUARDS_APART) {
            rest.push({ guard, found });
            continue;
          }
          for (const one of found) {
            makings.push({ ...one, guard });
            if (isOpen(guard.document) && isWhole(one)) most = or(most, one.truth);
          }
          if (isOpen(guard.document)) break;
        }
      }
      if (rest.length > 0 && most < UNKNOWN) makings.push(...withinAny(rest));
      const made = rows.evaluator.makeable(bounds, caller);
      if ((isPartial || made.isPartial) && most < UNKNOWN && open !== undefined) {
        // Nobody asked for every guard: one of the others may let everything pass.
        for (const one of this.#within(caller, row, rows, {}, open, most)) makings.push({ ...one, truth: UNKNOWN });
      }
      for (const { id, truth } of made.policies) {
        if (truth <= most) continue;
        const guard = { id: anyName(id), document: rows.everything };
        for (const one of this.#within(caller, row, rows, { [key]: id }, guard, most)) {
          makings.push({ ...one, truth: and(one.truth, truth) });
        }
      }
    }
    return makings;
  }

  /** What a caller can make by one row within one guard, or without any; control of the zone is not among it. */
  #within(
    caller: Caller,
    { technique, label }: TechniqueRow,
    rows: ProviderRows,
    given: FixedContext,
    guard: NameablePolicy | undefined,
    floor: Truth,
  ): readonly Making[] {
    if (floor === TRUE) return [];
    const of = caller.class!;
    const ask = (more: FixedContext): Truth =>
      rows.evaluator.evaluateAlone(technique.requires, caller, { ...given, ...more });
    const makings: Making[] = [];
    const add = (outfit: Outfit, truth: Truth): void => {
      if (truth > floor) makings.push({ outfit, guard, truth, label });
    };
    if (technique.joins !== undefined) {
      const truth = ask({});
      if (truth <= floor) return makings;
      for (const one of this.#groupOutfits(caller, technique, rows)) add(one.outfit, and(truth, one.truth));
      return makings;
    }
    if (technique.bare === true) {
      add(BARE, ask({}));
      return makings;
    }
    const { names } = technique;
    const whole = wholeTruth(technique, of.zone!, ask, (named) => rows.evaluator.makeable(named, caller));
    if (guard !== undefined) add(wholeOutfit(rows), whole);
    if (whole === TRUE || names === undefined) return makings;
    if (names.strongest !== undefined && !choosesKey(of, names.key)) return makings;
    const policies = nameablePolicies(this.#derivation.model, rows.model, of, names.key);
    const { lists, isPartial } = alikeByName(of, names.key, policies, this.#derivation.now);
    if (isPartial && ask({}) !== FALSE) add(wholeOutfit(rows), UNKNOWN);
    const allowed = lists.flatMap((alike) => {
      const truth = ask({ [names.key]: alike[0]!.id });
      return alike.map((policy) => ({ policy, truth }));
    });
    for (const level of [TRUE, CONDITIONAL, UNKNOWN] as const) {
      if (level <= whole || !allowed.some(({ truth }) => truth === level)) continue;
      const held = allowed.filter(({ truth }) => truth >= level).map(({ policy }) => policy);
      const together = heldTogether(held, ({ document }) => [document]);
      for (const [at, some] of together.lists.entries()) {
        const ids = some.map(({ id }) => id);
        const policies = at === 0 ? [...ids, ...together.others.map(({ id }) => id)] : ids;
        const grants = some.map(({ document }) => document);
        add({ key: JSON.stringify(policies), told: { policies: ids }, grants, policies }, level);
      }
    }
    return makings;
  }

  /** What a new identity holds by the groups a caller may put it into. */
  #groupOutfits(
    caller: Caller,
    technique: Technique,
    rows: ProviderRows,
  ): readonly { readonly outfit: Outfit; readonly truth: Truth }[] {
    const { types, that } = technique.joins!;
    const { model, universes } = this.#derivation;
    const universe = universes.of({ kind: 'identity', types, sameZone: true }, technique.provider, caller.class!.zone);
    const found = rows.evaluator.evaluate(that, caller, universe, universe.full);
    const outfits: { outfit: Outfit; truth: Truth }[] = [];
    for (const [set, truth] of [
      [found.proven, TRUE],
      [found.possible, CONDITIONAL],
      [found.open, UNKNOWN],
    ] as const) {
      const groups: { readonly id: NodeId; readonly grants: readonly CompiledDocument[] }[] = [];
      forEachMember(set, (index) => {
        const id = universe.ids[index]!;
        const group = model.graph.identity(id);
        const grants = group === undefined ? [] : model.holdingsOf(group).grants.map((held) => held.document);
        groups.push({ id, grants });
      });
      const { lists, others } = heldTogether(groups, ({ grants }) => grants);
      // What gives nothing as it is may give more once the group is changed.
      for (const some of [...lists, ...others.map((one) => [one])]) {
        const ids = some.map(({ id }) => id);
        const grants = some.flatMap((group) => group.grants);
        outfits.push({ outfit: { key: JSON.stringify(ids), told: { groups: ids }, grants }, truth });
      }
    }
    return outfits;
  }

  /** A made identity that acts. */
  #acting(zone: NodeId, outfit: Outfit, guard: NameablePolicy | undefined, rows: ProviderRows): number {
    const known = this.#known(zone, outfit, guard, 'acts');
    if (known !== undefined) return known;
    const node = this.#newNode(zone, outfit, guard, 'acts');
    const guards = guard === undefined ? [] : [guard.document];
    this.#control.act(node, zone, `${MADE}${zone}`, rows, outfit.grants, guards);
    if (guard !== undefined) this.#followGuard(node, zone, outfit, guard, rows);
    this.#followPolicies(node, zone, outfit, guard, rows);
    return node;
  }

  /** A made identity of which only counts what becomes of it when the text that guards it is rewritten. */
  #latent(zone: NodeId, outfit: Outfit, guard: NameablePolicy, rows: ProviderRows): number {
    const known = this.#known(zone, outfit, guard, 'acts') ?? this.#known(zone, outfit, guard, 'latent');
    if (known !== undefined) return known;
    const node = this.#newNode(zone, outfit, guard, 'latent');
    this.#followGuard(node, zone, outfit, guard, rows);
    return node;
  }

  /** One that holds what any of several do, where any of their guards lets it pass: more than any of them can do. */
  #anyOf(zone: NodeId, makings: readonly Making[], rows: ProviderRows): number {
    const documents = [...new Set(makings.map(({ guard }) => guard!.document))];
    const whole = makings.some(isWhole);
    const grants = whole ? [rows.everything] : makings.flatMap(({ outfit }) => outfit.grants);
    const outfit: Outfit = {
      key: JSON.stringify([...new Set(makings.map(({ outfit: { key } }) => key))]),
      told: {},
      grants,
    };
    const id = `any of: ${JSON.stringify(documents.map((document) => document.id))}`;
    const guard = { id, document: anyDocument(id, documents) };
    const known = this.#known(zone, outfit, guard, 'any');
    if (known !== undefined) return known;
    const node = this.#newNode(zone, outfit, guard, 'any', makings[0]!.guard!.id);
    this.#control.act(node, zone, `${MADE}${zone}`, rows, grants, [guard.document]);
    return node;
  }

  #known(zone: NodeId, outfit: Outfit, guard: NameablePolicy | undefined, kind: string): number | undefined {
    return this.#nodes.get(keyOf(zone, outfit, guard, kind));
  }

  #newNode(
    zone: NodeId,
    outfit: Outfit,
    guard: NameablePolicy | undefined,
    kind: string,
    told: string | undefined = guard?.id,
  ): number {
    const node = this.#derivation.builder.node('made', this.made.length);
    this.made.push({
      id: `${MADE}${zone}`,
      told: { change: 'make', ...outfit.told, ...(told === undefined ? {} : { guard: told }) },
    });
    this.#nodes.set(keyOf(zone, outfit, guard, kind), node);
    return node;
  }

  #isChangeable(policy: string): boolean {
    return this.#derivation.model.graph.node(policy) !== undefined;
  }

  /** What becomes of a made identity when the policy that guards it is rewritten. */
  #followGuard(node: number, zone: NodeId, outfit: Outfit, guard: NameablePolicy, rows: ProviderRows): void {
    if (!this.#isChangeable(guard.id)) return;
    const face = this.#changes.face(forHolders('identity-guard', UNGUARD), guard.id);
    const free =
      outfit.key === EVERYTHING ? this.#control.nodeOf(zone, rows) : this.#acting(zone, outfit, undefined, rows);
    this.#derivation.builder.joint(node, face, free);
  }

  /** What becomes of it when a policy it holds is, or a group it is in is given every permission. */
  #followPolicies(
    node: number,
    zone: NodeId,
    { policies = [], told: { groups = [] }, grants }: Outfit,
    guard: NameablePolicy | undefined,
    rows: ProviderRows,
  ): void {
    const whole = (): number =>
      guard === undefined ? this.#control.nodeOf(zone, rows) : this.#acting(zone, wholeOutfit(rows), guard, rows);
    for (const policy of policies) {
      if (!this.#isChangeable(policy)) continue;
      const face = this.#changes.face(forHolders('identity-grant', GRANT), policy);
      this.#derivation.builder.joint(node, face, whole());
    }
    // What groups deny stays.
    const denying = grants.filter(mayDeny);
    for (const group of groups) {
      const key = JSON.stringify(['all beside', denying.map(({ id }) => id)]);
      const more =
        denying.length === 0
          ? whole()
          : this.#acting(zone, { key, told: { groups: [group] }, grants: [...denying, rows.everything] }, guard, rows);
      this.#derivation.builder.joint(node, this.#changes.face(GRANT, group), more);
    }
  }
}

/**
 * How surely a caller makes an identity with every permission by a row: as `ask` answers for the policy that gives it,
 * where the row names one. `made`: policies of its own making that it may name.
 */
export function wholeTruth(
  { names, joins, bare }: Technique,
  zone: NodeId,
  ask: (more: FixedContext) => Truth,
  made: (names: NamedPolicy) => MadePolicies,
): Truth {
  if (joins !== undefined || bare === true) return FALSE;
  if (names === undefined) return ask({});
  let truth = names.strongest === undefined ? FALSE : ask({ [names.key]: inZone(names.strongest, zone) });
  if (truth === TRUE) return truth;
  const { policies, isPartial } = made(names);
  for (const one of policies) truth = or(truth, and(one.truth, ask({ [names.key]: one.id })));
  return isPartial ? or(truth, and(ask({}), UNKNOWN)) : truth;
}

const EVERYTHING = 'everything';

/** No permission at all. */
const BARE: Outfit = { key: 'bare', told: { bare: true }, grants: [] };

function wholeOutfit(rows: ProviderRows): Outfit {
  return { key: EVERYTHING, told: {}, grants: [rows.everything] };
}

function isWhole({ outfit }: Making): boolean {
  return outfit.key === EVERYTHING;
}

function keyOf(zone: NodeId, outfit: Outfit, guard: NameablePolicy | undefined, kind: string): string {
  return JSON.stringify([zone, outfit.key, guard?.id ?? null, kind]);
}

/** Whether nothing comes of `one` that does not come of `other` as surely; of two that are worth the same the earlier stays. */
function outdoes(other: Making, one: Making, isEarlier: boolean): boolean {
  if (!isWorth(other, one)) return false;
  const same = other.outfit.key === one.outfit.key && other.guard?.id === one.guard?.id && other.truth === one.truth;
  return !same && (isEarlier || !isWorth(one, other));
}

function isWorth(other: Making, one: Making): boolean {
  if (other.truth < one.truth) return false;
  if (other.guard !== undefined && (one.guard === undefined || !guardCovers(other.guard.document, one.guard.document)))
    return false;
  if (isWhole(other) || other.outfit.key === one.outfit.key) return true;
  const { grants } = other.outfit;
  return (
    (one.outfit.policies ?? []).every((id) => other.outfit.policies?.includes(id) === true) &&
    grants.every((document) => !mayDeny(document) || one.outfit.grants.includes(document)) &&
    one.outfit.grants.every((document) => allowsCover(grants, document))
  );
}

/**
 * Policies or groups worth holding together: all that deny nothing, those with each of the others, and all at once.
 * `others` give nothing beside the first list as they are.
 */
function heldTogether<Held>(
  all: readonly Held[],
  documentsOf: (held: Held) => readonly CompiledDocument[],
): { readonly lists: readonly (readonly Held[])[]; readonly others: readonly Held[] } {
  const harmless = all.filter((held) => !documentsOf(held).some(mayDeny));
  const texts = [...new Set(harmless.flatMap(documentsOf))];
  const adding: Held[] = [];
  const others: Held[] = [];
  for (const held of all) {
    if (harmless.includes(held)) continue;
    const documents = documentsOf(held);
    const same = adding.some((one) => sameDocuments(documentsOf(one), documents));
    if (same || documents.every((document) => allowsCover(texts, document))) others.push(held);
    else adding.push(held);
  }
  const lists = adding.map((held) => [...harmless, held]);
  if (adding.length > 1) lists.push([...harmless, ...adding]);
  return { lists: harmless.length > 0 ? [harmless, ...lists] : lists, others };
}

function sameDocuments(left: readonly CompiledDocument[], right: readonly CompiledDocument[]): boolean {
  return left.length === right.length && left.every((document) => right.includes(document));
}

/** What can be made within any of many guards, which are not told apart: more than within each of them, and unknown. */
function withinAny(
  all: readonly { readonly guard: NameablePolicy; readonly found: readonly Making[] }[],
): readonly Making[] {
  const guard = anyOf(all.map((one) => one.guard));
  const outfits = new Map(all.flatMap(({ found }) => found.map((one) => [one.outfit.key, one] as const)));
  return [...outfits.values()].map((one) => ({ ...one, guard, truth: UNKNOWN }));
}
