import type { CompiledStatement } from '../authz/compiled-document.ts';
import type { GraphNode, NodeId } from '../graph/model.ts';
import type { Changes } from './changes.ts';
import type { Derivation, ProviderRows, TechniqueRow } from './derivation.ts';
import { aimsAtSame, leadsSimply } from './opened-others.ts';
import { actionsOnTarget } from './requirement.ts';

/** A node whose tags somebody can choose. */
export interface RetaggedTarget {
  readonly id: NodeId;
  readonly zone: NodeId | undefined;
  /** The node of the reach graph that stands for having chosen them. */
  readonly node: number;
  readonly rows: ProviderRows;
  /** Rows that may give more on it then. */
  readonly gains: readonly TechniqueRow[];
  /** Its own policies look at its tags: whoever they speak of may gain. */
  readonly readsOwnTags: boolean;
  /** Callers of other zones may be let in: it has policies of its own. */
  readonly hasGrants: boolean;
}

/** Face of having chosen the tags of a node, for whoever else is held. */
export const RETAGGED = 'retagged';

/** Targets whose tags can be chosen, where a rule of the input looks at such tags (aws.md 2.3.1, resource-tag-abac). */
export class RetaggedTargets {
  readonly #derivation: Derivation;
  readonly #changes: Changes;
  readonly #targets: Map<NodeId, RetaggedTarget> = new Map();
  readonly #byNode: Map<number, RetaggedTarget> = new Map();
  readonly #tagged: Map<ProviderRows, readonly TechniqueRow[]> = new Map();
  readonly #gains: Map<TechniqueRow, readonly TechniqueRow[]> = new Map();
  /** Policies of some target look at its tags. */
  #anyReadsOwn = false;

  constructor(derivation: Derivation, changes: Changes) {
    this.#derivation = derivation;
    this.#changes = changes;
  }

  get isEmpty(): boolean {
    return this.#byNode.size === 0;
  }

  get anyReadsOwnTags(): boolean {
    return this.#anyReadsOwn;
  }

  /** The target that a node of the reach graph stands for having chosen the tags of. */
  at(node: number): RetaggedTarget | undefined {
    return this.#byNode.get(node);
  }

  /** Whether a row that chooses tags may help somebody else than the caller. */
  isWorth(opener: TechniqueRow, rows: ProviderRows): boolean {
    return this.#gainsBy(opener, rows).length > 0;
  }

  /** The node reached by whoever can choose the tags of a target with a row. */
  nodeOf(target: GraphNode, opener: TechniqueRow, rows: ProviderRows): number {
    const known = this.#targets.get(target.id);
    if (known !== undefined) return known.node;
    const { model } = this.#derivation;
    const grants = model.grantsOn(target.id);
    const found: RetaggedTarget = {
      id: target.id,
      zone: model.graph.zoneOf(target.id)?.id,
      node: this.#changes.newFace(RETAGGED, target.id, { change: 'retag-resource' }),
      rows,
      gains: this.#gainsBy(opener, rows),
      readsOwnTags: grants.some(({ held }) => held.document.hasChosenTags),
      hasGrants: grants.length > 0,
    };
    if (found.readsOwnTags) this.#anyReadsOwn = true;
    this.#targets.set(target.id, found);
    this.#byNode.set(found.node, found);
    return found.node;
  }

  /** Rows that aim at what another one aims at, and ask there for actions of which some rule speaks that looks at tags. */
  #gainsBy(opener: TechniqueRow, rows: ProviderRows): readonly TechniqueRow[] {
    let found = this.#gains.get(opener);
    if (found === undefined) {
      found = this.#rowsTagged(rows).filter((other) => aimsAtSame(other.technique, opener.technique));
      this.#gains.set(opener, found);
    }
    return found;
  }

  #rowsTagged(rows: ProviderRows): readonly TechniqueRow[] {
    let found = this.#tagged.get(rows);
    if (found === undefined) {
      const bits = this.#actionsTagged(rows);
      const { catalogue } = rows.model;
      const isTagged = (name: string): boolean => {
        const { index } = catalogue.ref(name);
        return index < 0 || ((bits[index >>> 5]! >>> (index & 31)) & 1) === 1;
      };
      found = rows.rows.filter(
        ({ technique, access }) => leadsSimply(technique, access) && actionsOnTarget(technique.requires).some(isTagged),
      );
      this.#tagged.set(rows, found);
    }
    return found;
  }

  /** Actions of which some statement of the input speaks that looks at tags of the resource, as bits over the catalogue. */
  #actionsTagged({ model: provider }: ProviderRows): Uint32Array {
    const { model } = this.#derivation;
    const bits = new Uint32Array((provider.catalogue.names.length + 31) >>> 5);
    for (const text of model.graph.graph.documents) {
      const isOwn = text.provider === provider.semantics.provider;
      const document = isOwn ? model.document(text.id, provider) : undefined;
      if (document === undefined || !document.hasChosenTags) continue;
      for (const { actions } of document.statements.filter(looksAtTags)) {
        for (const [word, named] of actions.bits.entries()) bits[word]! |= named;
      }
    }
    return bits;
  }
}

function looksAtTags({ chosen }: CompiledStatement): boolean {
  return chosen.some(({ when }) => when === 'resource-tags');
}
