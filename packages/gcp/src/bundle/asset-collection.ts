import { canonicalJson, type Json } from '@keyreach/core/graph';
import type { GcpAsset, GcpAssets } from './gcp-input.ts';

/** Gathers records of assets from any number of files; those of one name are joined (gcp.md 4.2: each kind of content is an export of its own). */
export class AssetCollection {
  readonly #assets = new Map<string, GcpAsset>();
  readonly #ancestors = new Map<string, readonly string[]>();
  #complete = true;
  #hasResources = false;

  /** Takes a record. `inventory`: false for lists of some other API, which tell nothing of what else there is. */
  add(asset: GcpAsset, inventory = true): void {
    if (inventory && asset.resource !== undefined) this.#hasResources = true;
    const shared = { ...asset, ancestors: this.#shared(asset.ancestors) };
    const known = this.#assets.get(asset.name);
    this.#assets.set(asset.name, known === undefined ? shared : joined(known, shared));
  }

  /** Notes that some record could not be read. */
  incomplete(): void {
    this.#complete = false;
  }

  /** Whether anything was taken. */
  get isEmpty(): boolean {
    return this.#assets.size === 0 && this.#complete;
  }

  /** Everything that was taken, in order of names. */
  assets(): GcpAssets {
    const items = [...this.#assets.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
    return {
      items,
      complete: this.#complete,
      hasResources: this.#hasResources,
      hasPolicies: items.some(({ iamPolicy }) => iamPolicy !== undefined),
      hasOrgPolicies: items.some(({ orgPolicies }) => orgPolicies !== undefined),
    };
  }

  /** Most assets have the ancestors of another. */
  #shared(ancestors: readonly string[]): readonly string[] {
    const key = ancestors.join(' ');
    const known = this.#ancestors.get(key);
    if (known !== undefined) return known;
    this.#ancestors.set(key, ancestors);
    return ancestors;
  }
}

/** Joins records of one name: of two of one content the newer counts, and of equally old ones that which comes first as text. */
export function joined(left: GcpAsset, right: GcpAsset): GcpAsset {
  const [first, second] = inOrder(left, right);
  const resource = first.resource ?? second.resource;
  const iamPolicy = policyOf(first, second);
  const orgPolicies = first.orgPolicies ?? second.orgPolicies;
  const updateTime = first.updateTime ?? second.updateTime;
  return {
    name: first.name,
    assetType: first.assetType,
    ancestors: first.ancestors.length > 0 ? first.ancestors : second.ancestors,
    ...(updateTime === undefined ? {} : { updateTime }),
    ...(resource === undefined ? {} : { resource }),
    ...(iamPolicy === undefined ? {} : { iamPolicy }),
    ...(orgPolicies === undefined ? {} : { orgPolicies }),
  };
}

/** The policy of the newer record, unless it is no newer and cannot be read as a whole. */
function policyOf(first: GcpAsset, second: GcpAsset): GcpAsset['iamPolicy'] {
  const newer = (first.updateTime ?? '') > (second.updateTime ?? '');
  const damaged = first.iamPolicy?.bindings.complete === false && second.iamPolicy?.bindings.complete === true;
  return !newer && damaged ? second.iamPolicy : (first.iamPolicy ?? second.iamPolicy);
}

function inOrder(left: GcpAsset, right: GcpAsset): readonly [GcpAsset, GcpAsset] {
  const both =
    (left.resource !== undefined && right.resource !== undefined) ||
    (left.iamPolicy !== undefined && right.iamPolicy !== undefined) ||
    (left.orgPolicies !== undefined && right.orgPolicies !== undefined) ||
    left.assetType !== right.assetType;
  const before = (left.updateTime ?? '') > (right.updateTime ?? '');
  const after = (left.updateTime ?? '') < (right.updateTime ?? '');
  if (before || after) return before ? [left, right] : [right, left];
  if (!both) return left.ancestors.join(' ') >= right.ancestors.join(' ') ? [left, right] : [right, left];
  return textOf(left) <= textOf(right) ? [left, right] : [right, left];
}

function textOf(asset: GcpAsset): string {
  try {
    return canonicalJson(asset as unknown as Json);
  } catch {
    // Deeper than a graph may be; such data is of no use to anybody.
    return '';
  }
}
