import type { RawRecord } from '@keyreach/core/input';
import type { GcpAsset } from '../bundle/gcp-input.ts';
import { fieldText } from './field-values.ts';

/** The tags that hold on a node. */
export interface EffectiveTags {
  /** Short name of the value by namespaced name of the key (`O/env`). Absent: the input does not name each of them. */
  readonly tags?: Readonly<Record<string, string>>;
  /** `tagKeys/N`, in order. Absent: the input does not tell the id of each. */
  readonly tagKeys?: readonly string[];
  /** `tagValues/N`, in order. Absent: the input does not tell the id of each. */
  readonly tagValues?: readonly string[];
}

/** One tag, in so far as its names and ids are known. */
interface Tag {
  readonly keyId?: string;
  readonly keyName?: string;
  readonly valueId?: string;
  readonly valueName?: string;
}

const HIERARCHY = 'cloudresourcemanager.googleapis.com';

/** The tags of a node, one by one and summed up. */
interface HeldTags {
  readonly each: readonly Tag[];
  readonly effective: EffectiveTags;
}

/** A list of effective tags as the API gives it for one resource (gcp.md 4.2). */
export interface TagList {
  /** Full name of the resource. */
  readonly resource: string;
  readonly effectiveTags: readonly RawRecord[];
}

/**
 * Tags of nodes, from assets of tag keys, values and bindings, and from lists of effective tags. A node has the tags of what is
 * above it; of two values of one key the one bound nearest counts (gcp.md 1.7).
 */
export class TagDirectory {
  /** Whether the input has assets of tags: then a node without bindings has none of its own. */
  readonly #bindingsKnown: boolean;
  readonly #bound = new Map<string, Tag[]>();
  readonly #effective = new Map<string, HeldTags>();
  readonly #known = new Map<string, HeldTags>();
  readonly #parentOf: (id: string) => string | undefined;

  /** `complete`: whether the assets are all there are. `canonical` gives the id of the node of a full resource name, `parentOf` the id of the node above a node. */
  constructor(
    assets: readonly GcpAsset[],
    complete: boolean,
    lists: readonly TagList[] | undefined,
    canonical: (name: string) => string,
    parentOf: (id: string) => string | undefined,
  ) {
    this.#parentOf = parentOf;
    const keys = new Map<string, RawRecord>();
    const values = new Map<string, RawRecord>();
    const bindings: RawRecord[] = [];
    for (const { assetType, name, resource } of assets) {
      if (resource === undefined) continue;
      const short =
        fieldText(resource.data, 'name') ?? name.slice(name.lastIndexOf(`${HIERARCHY}/`) + HIERARCHY.length + 1);
      if (assetType === `${HIERARCHY}/TagKey`) keys.set(short, resource.data);
      else if (assetType === `${HIERARCHY}/TagValue`) values.set(short, resource.data);
      else if (assetType === `${HIERARCHY}/TagBinding`) bindings.push(resource.data);
    }
    for (const binding of bindings) {
      const on = fieldText(binding, 'parent');
      if (on === undefined) continue;
      const id = canonical(on);
      const tags = this.#bound.get(id) ?? [];
      tags.push(boundTag(binding, keys, values));
      this.#bound.set(id, tags);
    }
    for (const { resource, effectiveTags } of lists ?? []) {
      this.#effective.set(canonical(resource), held(effectiveTags.map(listedTag)));
    }
    this.#bindingsKnown = complete && keys.size + values.size + bindings.length > 0;
  }

  /** Ids of the nodes that tags are bound to. */
  get bound(): readonly string[] {
    return [...this.#bound.keys()];
  }

  /** The tags of a node; undefined where the input does not tell. */
  of(id: string): EffectiveTags | undefined {
    if (!this.#bindingsKnown) return this.#effective.get(id)?.effective;
    const chain: string[] = [];
    const seen = new Set<string>();
    let current: string | undefined = id;
    let inherited: HeldTags | undefined;
    while (current !== undefined && !seen.has(current)) {
      inherited = this.#effective.get(current) ?? this.#known.get(current);
      if (inherited !== undefined) break;
      seen.add(current);
      chain.push(current);
      current = this.#parentOf(current);
    }
    let result = inherited ?? held([]);
    for (const one of chain.reverse()) {
      const own = this.#bound.get(one);
      if (own !== undefined) result = held(added(result.each, own));
      this.#known.set(one, result);
    }
    return result.effective;
  }
}

function boundTag(
  binding: RawRecord,
  keys: ReadonlyMap<string, RawRecord>,
  values: ReadonlyMap<string, RawRecord>,
): Tag {
  const valueId = fieldText(binding, 'tagValue');
  const value = valueId === undefined ? undefined : values.get(valueId);
  const keyId = value === undefined ? undefined : fieldText(value, 'parent');
  const key = keyId === undefined ? undefined : keys.get(keyId);
  const full =
    fieldText(binding, 'tagValueNamespacedName') ??
    (value === undefined ? undefined : fieldText(value, 'namespacedName'));
  const slash = full?.lastIndexOf('/') ?? -1;
  const keyName = slash > 0 ? full?.slice(0, slash) : key === undefined ? undefined : fieldText(key, 'namespacedName');
  const valueName =
    slash > 0 ? full?.slice(slash + 1) : value === undefined ? undefined : fieldText(value, 'shortName');
  return tag({ keyId, keyName, valueId, valueName });
}

function listedTag(raw: RawRecord): Tag {
  const full = fieldText(raw, 'namespacedTagValue');
  return tag({
    keyId: fieldText(raw, 'tagKey'),
    keyName: fieldText(raw, 'namespacedTagKey'),
    valueId: fieldText(raw, 'tagValue'),
    valueName: full?.slice(full.lastIndexOf('/') + 1),
  });
}

function tag(fields: { readonly [Key in keyof Tag]: Tag[Key] | undefined }): Tag {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Inherited tags with those bound on the node itself, which replace values of the same key. */
function added(inherited: readonly Tag[], own: readonly Tag[]): readonly Tag[] {
  const replaced = (one: Tag): boolean =>
    own.some(
      ({ keyId, keyName }) =>
        (keyId !== undefined && keyId === one.keyId) || (keyName !== undefined && keyName === one.keyName),
    );
  return [...inherited.filter((one) => !replaced(one)), ...own];
}

function held(each: readonly Tag[]): HeldTags {
  const names = each.flatMap(({ keyName, valueName }): readonly [string, string][] =>
    keyName === undefined || valueName === undefined ? [] : [[keyName, valueName]],
  );
  const ids = (field: 'keyId' | 'valueId'): readonly string[] | undefined => {
    const told = each.flatMap((one) => one[field] ?? []);
    return told.length === each.length ? [...new Set(told)].sort() : undefined;
  };
  const tagKeys = ids('keyId');
  const tagValues = ids('valueId');
  const sorted = names.sort(([a, one], [b, other]) => (a === b ? order(one, other) : order(a, b)));
  const effective: EffectiveTags = {
    ...(names.length === each.length ? { tags: Object.fromEntries(sorted) } : {}),
    ...(tagKeys === undefined ? {} : { tagKeys }),
    ...(tagValues === undefined ? {} : { tagValues }),
  };
  return { each, effective };
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
