import type { AuthorizationModel } from '../authz/authorization-model.ts';
import type { CompiledStatement } from '../authz/compiled-document.ts';
import type { GraphNode, NodeId } from '../graph/model.ts';
import type { Changes } from './changes.ts';
import type { Derivation, ProviderRows, TechniqueRow } from './derivation.ts';
import { aimsAtSame, changeBy, leadsSimply, openingOf } from './opened-others.ts';
import { actionsOnTarget } from './requirement.ts';
import type { TargetChange } from './target-decisions.ts';

/** A node whose tags, or whose policy, somebody can make what the attacker wants, for whoever else is held. */
export interface ChangedTarget {
  readonly id: NodeId;
  readonly zone: NodeId | undefined;
  /** The node of the reach graph that stands for having changed it. */
  readonly node: number;
  readonly rows: ProviderRows;
  readonly change: TargetChange;
  /** Rows that may give more on it then. */
  readonly gains: readonly TechniqueRow[];
  /** Whoever it is may gain: its own policies, or what guards it, look at its tags, or its policy is what is changed. */
  readonly ofAnybody: boolean;
  /** Callers of other zones may gain. */
  readonly fromElsewhere: boolean;
}

/** Face of having changed a node, for whoever else is held. */
export const CHANGED = 'changed for others';

/**
 * Targets whose tags can be chosen, where a rule of the input looks at such tags (aws.md 2.3.1, resource-tag-abac), and those whose
 * policy can be written by somebody who is kept from making use of it (aws.md 2.3.5).
 */
export class ChangedTargets {
  readonly #derivation: Derivation;
  readonly #changes: Changes;
  readonly #targets: Map<string, ChangedTarget> = new Map();
  readonly #byNode: Map<number, ChangedTarget> = new Map();
  readonly #tagged: Map<ProviderRows, readonly TechniqueRow[]> = new Map();
  readonly #gains: Map<TechniqueRow, readonly TechniqueRow[]> = new Map();
  #ofAnybody = false;

  constructor(derivation: Derivation, changes: Changes) {
    this.#derivation = derivation;
    this.#changes = changes;
  }

  get isEmpty(): boolean {
    return this.#byNode.size === 0;
  }

  /** Whether anybody may gain by some of them, whatever its own policies look at. */
  get ofAnybody(): boolean {
    return this.#ofAnybody;
  }

  /** The target that a node of the reach graph stands for having changed. */
  at(node: number): ChangedTarget | undefined {
    return this.#byNode.get(node);
  }

  /** Whether a row that chooses tags may help somebody else than the caller. */
  isWorthTagging(opener: TechniqueRow, rows: ProviderRows): boolean {
    return this.#gainsBy(opener, rows).length > 0;
  }

  /** The node reached by whoever can change a target with a row. */
  nodeOf(target: GraphNode, opener: TechniqueRow, rows: ProviderRows): number {
    const change = changeBy(opener.technique, rows.model);
    const isTagged = change.chosenResourceTags === true;
    const key = JSON.stringify([isTagged ? null : opener.technique.id, target.id]);
    const known = this.#targets.get(key);
    if (known !== undefined) return known.node;
    const { model } = this.#derivation;
    const grants = model.grantsOn(target.id);
    const found: ChangedTarget = {
      id: target.id,
      zone: model.graph.zoneOf(target.id)?.id,
      node: this.#changes.newFace(CHANGED, target.id, openingOf(opener.technique)),
      rows,
      change,
      gains: this.#gainsBy(opener, rows),
      ofAnybody: !isTagged || readsTagsOf(model, target),
      fromElsewhere: !isTagged || grants.length > 0,
    };
    if (found.ofAnybody) this.#ofAnybody = true;
    this.#targets.set(key, found);
    this.#byNode.set(found.node, found);
    return found.node;
  }

  /**
   * Rows that aim at what another one aims at, and that its change may give more with: for tags, those that ask there for actions
   * of which some rule speaks that looks at tags.
   */
  #gainsBy(opener: TechniqueRow, rows: ProviderRows): readonly TechniqueRow[] {
    let found = this.#gains.get(opener);
    if (found === undefined) {
      const { technique } = opener;
      const all = technique.yields === 'retag-resource' ? this.#rowsTagged(rows) : rows.rows;
      found = all.filter((one) => aimsAtSame(one.technique, technique) && leadsSimply(one.technique, one.access));
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
      found = rows.rows.filter(({ technique }) => actionsOnTarget(technique.requires).some(isTagged));
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

/** Whether a policy on a node, or what guards it from the scopes around it, looks at its tags. */
export function readsTagsOf(model: AuthorizationModel, node: GraphNode): boolean {
  if (model.grantsOn(node.id).some(({ held }) => held.document.hasChosenTags)) return true;
  return model
    .resourceGuardsOn(node)
    .flat()
    .some(({ document }) => document.hasChosenTags);
}

function looksAtTags({ chosen }: CompiledStatement): boolean {
  return chosen.some(({ when }) => when === 'resource-tags');
}
