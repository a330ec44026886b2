import type { ActionCatalogue } from '@keyreach/core/authz';
import type { GraphIndex } from '@keyreach/core/graph';
import { areInside, blockCovers } from './pattern-cover.ts';
import {
  excludedGlobs,
  globsOf,
  isTooLarge,
  type Plane,
  planeAndName,
  type RoleBlock,
  roleBlocks,
} from './role-blocks.ts';

/** A role of Azure itself that covers what stays of another one. */
export interface CoveringRole {
  /** Id of its policy. */
  readonly id: string;
  readonly name: string;
  /** Known actions that it gives beyond those that stay. */
  readonly more: number;
}

interface BuiltInRole {
  readonly id: string;
  readonly name: string;
  readonly blocks: readonly RoleBlock[];
  readonly bits: Uint32Array;
  readonly size: number;
}

const known: WeakMap<GraphIndex, readonly BuiltInRole[]> = new WeakMap();

/**
 * The smallest built-in role of the input that gives everything that stays of a role and nothing that the role did not give, and
 * less than the role; undefined where there is none. Roles with conditions of their own are left out.
 *
 * @param keeps Names and patterns of the graph.
 * @param except What the patterns do not mean.
 */
export function coveringRole(
  graph: GraphIndex,
  catalogue: ActionCatalogue,
  replaced: { readonly id: string; readonly blocks: readonly RoleBlock[] },
  keeps: readonly string[],
  except: readonly string[],
): CoveringRole | undefined {
  const wanted = keeps.map(planeAndName);
  const lost = except.map(planeAndName);
  const lostOf = (plane: Plane): readonly string[] => lost.flatMap((one) => (one.plane === plane ? [one.action] : []));
  const kept = bitsOf(
    catalogue,
    planes.map((plane) => ({
      plane,
      include: wanted.flatMap((one) => (one.plane === plane ? [one.action] : [])),
      exclude: lostOf(plane),
    })),
  );
  const given = bitsOf(catalogue, replaced.blocks);
  const found = builtInRoles(graph, catalogue).find(
    ({ id, blocks, bits }) =>
      id !== replaced.id &&
      // What is known is compared first, patterns by what they may name beside only then.
      isSubset(kept, bits) &&
      isSubset(bits, given) &&
      wanted.every(({ plane, action }) =>
        blocks.some((block) => block.plane === plane && blockCovers(block, action, lostOf(plane))),
      ) &&
      areInside(blocks, replaced.blocks) &&
      !areInside(replaced.blocks, blocks),
  );
  if (found === undefined) return undefined;
  return { id: found.id, name: found.name, more: size(found.bits.map((word, at) => word & ~kept[at]!)) };
}

const planes: readonly Plane[] = ['control', 'data'];

function isSubset(bits: Uint32Array, others: Uint32Array): boolean {
  return bits.every((word, at) => (word & ~others[at]!) === 0);
}

/** Built-in roles without conditions, the smallest first. Custom ones are nodes too. */
function builtInRoles(graph: GraphIndex, catalogue: ActionCatalogue): readonly BuiltInRole[] {
  let roles = known.get(graph);
  if (roles === undefined) {
    roles = graph.graph.policies
      .filter(({ id, type }) => type === 'role-definition' && graph.node(id) === undefined)
      .flatMap(({ id, name }): readonly BuiltInRole[] => {
        const blocks = roleBlocks(graph, id);
        if (
          blocks === undefined ||
          blocks.length === 0 ||
          isTooLarge(blocks) ||
          blocks.some(({ conditioned }) => conditioned)
        )
          return [];
        const bits = bitsOf(catalogue, blocks);
        return [{ id, name, blocks, bits, size: size(bits) }];
      })
      .sort((left, right) => left.size - right.size || (left.id < right.id ? -1 : 1));
    known.set(graph, roles);
  }
  return roles;
}

function bitsOf(
  catalogue: ActionCatalogue,
  blocks: readonly Pick<RoleBlock, 'plane' | 'include' | 'exclude'>[],
): Uint32Array {
  const bits = new Uint32Array((catalogue.names.length + 31) >>> 5);
  for (const block of blocks) {
    const include = block.include.flatMap((pattern) => globsOf(pattern, block.plane));
    const own = catalogue.select({ include, exclude: excludedGlobs(block) }).bits;
    for (let word = 0; word < bits.length; word += 1) bits[word]! |= own[word]!;
  }
  return bits;
}

function size(bits: Uint32Array): number {
  let found = 0;
  for (let word of bits) for (; word !== 0; word &= word - 1) found += 1;
  return found;
}
