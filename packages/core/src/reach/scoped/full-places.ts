import { and, FALSE, TRUE, type Truth } from '../../authz/truth.ts';
import type { GraphIndex } from '../../graph/graph-index.ts';
import { Kept } from '../kept.ts';
import { EMPTY, forEachMember, type RangeSet, setKey, setOf } from '../range-set.ts';
import type { ReachGraphBuilder } from '../reach-graph.ts';
import { truthOf } from '../reach-model.ts';
import { andSets, NOWHERE, orSets, restrict, type TruthSet, TruthSetBuilder, valueAt } from '../truth-set.ts';
import type { FullNodes } from './full-nodes.ts';
import { surer, type Term } from './residual.ts';
import { type Answer, HOME, TARGET, type Witness } from './scoped-formula.ts';
import type { ScopedUniverse, ScopedUniverses } from './scoped-universe.ts';

/** Whether other nodes that count for targets can be full, by the witness and the group of targets. */
type OthersAble = Map<Witness, Map<number, boolean>>;

/** What the places of a formula are in the reach graph: nodes that are reached once they are full. */
export class FullPlaces {
  readonly #graph: GraphIndex;
  readonly #builder: ReachGraphBuilder;
  readonly #full: FullNodes;
  readonly #universes: ScopedUniverses;
  readonly #somewhere: Map<string, number> = new Map();
  readonly #others: Map<string, number> = new Map();
  readonly #joint: Map<string, number> = new Map();
  // Not by weak references: there are hundreds of thousands of these, one after the other.
  readonly #keys: Kept<Witness, string> = new Kept(MOST_WITNESSES, (witness) => this.#keyOfWitness(witness));

  constructor(graph: GraphIndex, builder: ReachGraphBuilder, full: FullNodes, universes: ScopedUniverses) {
    this.#graph = graph;
    this.#builder = builder;
    this.#full = full;
    this.#universes = universes;
  }

  /** The same text for the same places with the same meaning. */
  keyOf(needs: number, { witnesses }: Answer): string {
    const keys: string[] = [String(needs)];
    for (const place of placesIn(needs)) {
      const witness = witnesses.get(place);
      if (witness !== undefined) keys.push(this.#witnessKey(witness));
    }
    return keys.join(' ');
  }

  /** Whether the places have nothing to do with the target. */
  isAnywhere(needs: number, { witnesses }: Answer): boolean {
    return placesIn(needs).every((place) => witnesses.get(place)?.kind === 'somewhere');
  }

  /** The targets for which every place can be full, as far as it is known. */
  able(targets: RangeSet, needs: number, answer: Answer): RangeSet {
    const found: number[] = [];
    const others: OthersAble = new Map();
    forEachMember(targets, (index) => {
      if (this.#isAble(answer, needs, index, others)) found.push(index);
    });
    return setOf(found);
  }

  /** A node that is reached from `start` once every place is full for a target. `key`: equal for equal ones. */
  together(key: string, start: number, needs: number, answer: Answer, index: number): number {
    const known = this.#joint.get(key);
    if (known !== undefined) return known;
    let node = start;
    for (const place of placesIn(needs)) {
      const other = this.#placeNode(answer, place, index);
      const both = this.#builder.node('hub', -1);
      this.#builder.joint(node, other, both);
      node = both;
    }
    this.#joint.set(key, node);
    return node;
  }

  /** Where a formula holds for targets whose home scope is full, with everything in it. */
  closedAtHome(answer: Answer): TruthSet {
    const { universe } = answer.of;
    const homeOf = this.#universes.homeOf(universe);
    const inHomes = setOf([...homeOf.keys()].filter((index) => homeOf[index]! >= 0));
    let found: TruthSet = NOWHERE;
    for (const { needs, set } of answer.residual) {
      let here = restrict(set, inHomes);
      for (const place of placesIn(needs)) {
        if (here === NOWHERE) break;
        const witness = answer.witnesses.get(place);
        if (witness === undefined) continue;
        here = andSets(here, this.#closedPlace(witness, universe));
      }
      found = orSets(found, here);
    }
    return found;
  }

  #closedPlace(witness: Witness, universe: ScopedUniverse): TruthSet {
    const homeOf = this.#universes.homeOf(universe);
    const builder = new TruthSetBuilder();
    if (witness.kind === 'somewhere') {
      homeOf.forEach((home, index) => {
        const truth = home < 0 ? FALSE : valueAt(witness.homes, home);
        if (truth !== FALSE) builder.add(index, truth);
      });
      return builder.build();
    }
    const of = witness.answer.of.universe;
    const closed = this.closedAtHome(witness.answer);
    const otherHomes = this.#universes.homeOf(of);
    // Of what lies anywhere, that in the same home is full with it.
    if (witness.kind !== 'attached') {
      const best = new Map<number, Truth>();
      forEachMember(closed.open, (index) => {
        const home = otherHomes[index]!;
        best.set(home, Math.max(best.get(home) ?? FALSE, valueAt(closed, index)) as Truth);
      });
      homeOf.forEach((home, index) => {
        const truth = best.get(home) ?? FALSE;
        if (truth !== FALSE) builder.add(index, truth);
      });
      return builder.build();
    }
    universe.nodes.forEach(({ id }, index) => {
      let best: Truth = FALSE;
      for (const { to, certainty } of this.#graph.outgoing(id, 'runs-as')) {
        const at = of.indexOf(to);
        if (at < 0 || otherHomes[at] !== homeOf[index] || homeOf[index]! < 0) continue;
        const truth = and(truthOf(certainty), valueAt(closed, at));
        if (truth > best) best = truth;
      }
      if (best !== FALSE) builder.add(index, best);
    });
    return builder.build();
  }

  /** What a way gives beyond the ways of another answer that need no more. */
  beyond(set: TruthSet, needs: number, answer: Answer, other: Answer | undefined): TruthSet {
    let rest = set;
    for (const term of other?.residual ?? []) {
      if (rest === NOWHERE) break;
      if ((term.needs & needs) === term.needs && this.#reachesAs(answer, other!, term)) rest = surer(rest, term.set);
    }
    return rest;
  }

  /** Whether the places of a term are full, in an answer, at least as surely as in another answer. */
  #reachesAs(answer: Answer, other: Answer, { needs }: Term): boolean {
    return placesIn(needs).every((place) => {
      const theirs = other.witnesses.get(place);
      const ours = answer.witnesses.get(place);
      if (theirs === undefined || ours === undefined) return theirs === ours;
      if (theirs.kind === 'somewhere' || ours.kind === 'somewhere') {
        return (
          theirs.kind === 'somewhere' && ours.kind === 'somewhere' && surer(ours.homes, theirs.homes).open.length === 0
        );
      }
      return ours.answer.residual.every(({ needs: inner, set }) => {
        if (inner === 0) return true;
        return this.beyond(set, inner, ours.answer, theirs.answer).open.length === 0;
      });
    });
  }

  /** `others`: what came out for other nodes, while nothing becomes full. */
  #isAble(answer: Answer, needs: number, index: number, others: OthersAble): boolean {
    const { universe } = answer.of;
    return placesIn(needs).every((place) => {
      if (place === TARGET) return this.#full.known(universe.nodes[index]!.id) !== undefined;
      if (place === HOME) {
        const home = this.#universes.homeOf(universe)[index]!;
        return home >= 0 && this.#full.known(this.#universes.homes.nodes[home]!.id) !== undefined;
      }
      const witness = answer.witnesses.get(place);
      if (witness === undefined) return false;
      if (witness.kind === 'somewhere') return true;
      let known = others.get(witness);
      if (known === undefined) {
        known = new Map();
        others.set(witness, known);
      }
      const group = this.#groupOf(witness.kind, universe, index);
      let isAble = known.get(group);
      if (isAble === undefined) {
        isAble = this.#othersOf(witness, universe, index).some(({ index: other, term }) =>
          this.#isAble(witness.answer, term.needs, other, others),
        );
        known.set(group, isAble);
      }
      return isAble;
    });
  }

  /** The other nodes a place can be at for a target, and what must be full there. */
  #othersOf(
    { kind, answer }: Extract<Witness, { readonly answer: Answer }>,
    universe: ScopedUniverse,
    index: number,
  ): readonly { readonly index: number; readonly term: Term; readonly truth: Truth }[] {
    const of = answer.of.universe;
    const candidates: (readonly [number, Truth])[] = [];
    if (kind === 'attached') {
      for (const { to, certainty } of this.#graph.outgoing(universe.nodes[index]!.id, 'runs-as')) {
        const at = of.indexOf(to);
        if (at >= 0) candidates.push([at, truthOf(certainty)]);
      }
    } else if (kind === 'anywhere') {
      for (const at of of.nodes.keys()) candidates.push([at, TRUE]);
    } else {
      const home = this.#universes.homeOf(universe)[index]!;
      const inside = home < 0 ? EMPTY : this.#universes.inHomes(of)[home]!;
      forEachMember(inside, (at) => candidates.push([at, TRUE]));
    }
    return candidates.flatMap(([at, certainty]) =>
      answer.residual.flatMap((term) => {
        if (term.needs === 0) return [];
        const truth = and(certainty, valueAt(term.set, at));
        return truth === FALSE ? [] : [{ index: at, term, truth }];
      }),
    );
  }

  #placeNode(answer: Answer, place: number, index: number): number {
    const { universe } = answer.of;
    if (place === TARGET) return this.#full.proxyOf(universe.nodes[index]!.id);
    if (place === HOME) {
      const home = this.#universes.homeOf(universe)[index]!;
      return this.#full.proxyOf(this.#universes.homes.nodes[home]!.id);
    }
    const witness = answer.witnesses.get(place)!;
    const witnessKey = this.#witnessKey(witness);
    if (witness.kind === 'somewhere') return this.#somewhereNode(witness.homes, witnessKey);
    const group = this.#groupOf(witness.kind, universe, index);
    const key = `${witness.kind} ${universe.space} ${group} ${witnessKey}`;
    const known = this.#others.get(key);
    if (known !== undefined) return known;
    const node = this.#builder.node('hub', -1);
    this.#others.set(key, node);
    for (const { index: other, term, truth } of this.#othersOf(witness, universe, index)) {
      const [first, ...rest] = placesIn(term.needs);
      let at = this.#placeNode(witness.answer, first!, other);
      for (const next of rest) {
        const both = this.#builder.node('hub', -1);
        this.#builder.joint(at, this.#placeNode(witness.answer, next, other), both);
        at = both;
      }
      this.#builder.edge(at, node, truth);
    }
    return node;
  }

  /** The same number for targets of a universe that other nodes count for alike. */
  #groupOf(kind: 'attached' | 'beside' | 'anywhere', universe: ScopedUniverse, index: number): number {
    if (kind === 'anywhere') return 0;
    return kind === 'attached' ? index : this.#universes.homeOf(universe)[index]!;
  }

  /** Reached once a home is full on which nothing stops what is to be done there. */
  #somewhereNode(homes: TruthSet, key: string): number {
    const known = this.#somewhere.get(key);
    if (known !== undefined) return known;
    const node = this.#builder.node('hub', -1);
    this.#somewhere.set(key, node);
    forEachMember(homes.open, (home) => {
      this.#full.whenFull(this.#universes.homes.nodes[home]!.id, node, valueAt(homes, home));
    });
    return node;
  }

  #witnessKey(witness: Witness): string {
    return this.#keys.of(witness);
  }

  #keyOfWitness(witness: Witness): string {
    if (witness.kind === 'somewhere') return setsKey(witness.homes);
    const { of, residual } = witness.answer;
    const ways = residual
      .filter(({ needs }) => needs !== 0)
      .map(({ needs, set }) => `${this.keyOf(needs, witness.answer)}=${setsKey(set)}`);
    return `${witness.kind} ${of.universe.space} [${ways.join('; ')}]`;
  }
}

/** Of so many witnesses the text is kept. */
const MOST_WITNESSES = 64;

function setsKey({ proven, possible, open }: TruthSet): string {
  return [proven, possible, open].map(setKey).join('/');
}

function placesIn(needs: number): readonly number[] {
  const places: number[] = [];
  for (let place = 0; needs >> place !== 0; place += 1) if (((needs >> place) & 1) === 1) places.push(place);
  return places;
}
