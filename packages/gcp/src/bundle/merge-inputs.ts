import type { Gap } from '@keyreach/core/graph';
import { type BundleFile, isRecord, type Listed } from '@keyreach/core/input';
import { AssetCollection } from './asset-collection.ts';
import { CoveredContainers } from './covered-containers.ts';
import type { GcpAssets, GcpBoundaries, GcpGroupMember, GcpInput, GcpPools } from './gcp-input.ts';
import { ASSETS_FILE, INPUT_FILES, type InputFile, type InputFileKey } from './input-files.ts';

/** Why a gap for a file that is not there says so; merging drops the gap once another input brings the file. */
export const ABSENT = 'the input has no such file';

/** Why a list of some inputs does not speak for all that were given. */
export const ABSENT_OF_SOME = 'an input about other projects or organizations has no such file';

/** What gaps about a whole input are filed under. */
export const GCP_SCOPE = 'gcp';

/** An input without anything in it. */
export const EMPTY_INPUT: GcpInput = { auditLogs: [], auditUsage: [], disabledServices: [], gaps: [] };

/** Files that name their own container, so that those of several inputs add up. */
type ListKey = Exclude<InputFileKey, 'boundaries' | 'groups' | 'pools' | 'disabledServices'>;

const LIST_KEYS: readonly ListKey[] = [
  'roles',
  'denyPolicies',
  'serviceAccountKeys',
  'hmacKeys',
  'apiKeys',
  'activities',
  'insights',
  'authCounters',
  'delegations',
  'effectiveTags',
  'orgPolicies',
];

/**
 * Joins inputs that were given side by side, of one organization or several: lists add up, records of one asset are joined, and the
 * gaps for absent files are those that remain. Where an input about other containers lacks a list that another has, the list
 * proves what is in it only.
 */
export function mergeGcpInputs(inputs: readonly GcpInput[]): GcpInput {
  const gaps: Gap[] = inputs.flatMap((input) => input.gaps.filter(({ why }) => why !== ABSENT));
  const merged: { -readonly [Key in keyof GcpInput]: GcpInput[Key] } = {
    auditLogs: distinctFiles(inputs.flatMap((input) => input.auditLogs)),
    auditUsage: inputs.flatMap((input) => input.auditUsage),
    disabledServices: inputs.flatMap((input) => input.disabledServices),
    gaps: [],
  };
  const covered = new CoveredContainers(inputs);
  const assets = inputs.flatMap((input) => input.assets ?? []);
  if (assets.length > 0) merged.assets = { ...joinedAssets(assets), ...contentOfAll(covered) };
  for (const key of LIST_KEYS) setList(merged, key, inputs);
  const boundaries = inputs.flatMap((input) => input.boundaries ?? []);
  if (boundaries.length > 0) merged.boundaries = joinedBoundaries(boundaries);
  const pools = inputs.flatMap((input) => input.pools ?? []);
  if (pools.length > 0) merged.pools = joinedPools(pools);
  const groups = inputs.flatMap((input) => input.groups ?? []);
  if (groups.length > 0) merged.groups = joinedGroups(groups);
  const some = OF_CONTAINERS.filter((key) => merged[key] !== undefined && !covered.hold((input) => tells(input, key)));
  for (const key of some) Object.assign(merged, { [key]: cutOff(merged[key]) });
  // The whole was collected when its oldest part was: nothing later is covered by all of it.
  const collected = inputs.flatMap((input) => input.collectedAt ?? []).sort()[0];
  if (collected !== undefined) merged.collectedAt = collected;
  merged.gaps = [...gaps, ...absentFiles(merged, gaps), ...some.map((key) => absentFile(key, ABSENT_OF_SOME))];
  return merged;
}

/** Files of which the absence of a row means something, for the containers that the file was made of. */
const OF_CONTAINERS = [
  'denyPolicies',
  'boundaries',
  'serviceAccountKeys',
  'hmacKeys',
  'apiKeys',
  'pools',
  'delegations',
  'orgPolicies',
] as const satisfies readonly InputFileKey[];

function tells(input: GcpInput, key: (typeof OF_CONTAINERS)[number]): boolean {
  return input[key] !== undefined || (key === 'orgPolicies' && input.assets?.hasOrgPolicies === true);
}

/** What is known of every asset, and not only of those of some inputs. */
function contentOfAll(covered: CoveredContainers): Pick<GcpAssets, 'hasResources' | 'hasPolicies' | 'hasOrgPolicies'> {
  return {
    hasResources: covered.hold(({ assets }) => assets?.hasResources === true),
    hasPolicies: covered.hold(({ assets }) => assets?.hasPolicies === true),
    hasOrgPolicies: covered.hold(({ assets }) => assets?.hasOrgPolicies === true),
  };
}

/** The same lists, which prove only what is in them. */
function cutOff(value: unknown): unknown {
  if (!isRecord(value)) return value;
  if (Array.isArray(value['items'])) return { ...value, complete: false };
  return Object.fromEntries(Object.entries(value).map(([key, list]) => [key, cutOff(list)]));
}

function setList<Key extends ListKey>(
  merged: { -readonly [Name in keyof GcpInput]: GcpInput[Name] },
  key: Key,
  inputs: readonly GcpInput[],
): void {
  const lists = inputs.map((input): Listed<unknown> | undefined => input[key]).filter((list) => list !== undefined);
  const [only] = lists;
  if (only === undefined) return;
  const joined = lists.length === 1 ? only : joinedLists(lists);
  Object.assign(merged, { [key]: joined });
}

function joinedLists<T>(lists: readonly Listed<T>[]): Listed<T> {
  return { items: lists.flatMap(({ items }) => items), complete: lists.every(({ complete }) => complete) };
}

function joinedAssets(parts: readonly GcpAssets[]): GcpAssets {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const collection = new AssetCollection();
  for (const { items, complete } of parts) {
    for (const asset of items) collection.add(asset, false);
    if (!complete) collection.incomplete();
  }
  return { ...collection.assets(), hasResources: parts.some(({ hasResources }) => hasResources) };
}

function joinedBoundaries(parts: readonly GcpBoundaries[]): GcpBoundaries {
  return {
    policies: joinedLists(parts.map(({ policies }) => policies)),
    bindings: joinedLists(parts.map(({ bindings }) => bindings)),
  };
}

function joinedPools(parts: readonly GcpPools[]): GcpPools {
  return {
    pools: joinedLists(parts.map(({ pools }) => pools)),
    providers: joinedLists(parts.map(({ providers }) => providers)),
  };
}

/** A group that several inputs read has the members of all; it was read if one of them read it whole. */
function joinedGroups(
  parts: readonly ReadonlyMap<string, Listed<GcpGroupMember>>[],
): ReadonlyMap<string, Listed<GcpGroupMember>> {
  const joined = new Map<string, Listed<GcpGroupMember>>();
  for (const part of parts) {
    for (const [group, listed] of part) {
      const known = joined.get(group);
      joined.set(
        group,
        known === undefined
          ? listed
          : { items: [...known.items, ...listed.items], complete: known.complete || listed.complete },
      );
    }
  }
  return joined;
}

/** A gap for every file that is not there; none where a gap already says why, or the inventory tells the same. */
function absentFiles(input: GcpInput, gaps: readonly Gap[]): readonly Gap[] {
  if (isEmpty(input) && gaps.length === 0) return [];
  const said = new Set(gaps.flatMap(({ what, file }) => (file === undefined ? [] : [what])));
  const files: readonly InputFile<InputFileKey | 'assets'>[] = [ASSETS_FILE, ...INPUT_FILES];
  return files
    .filter(({ key, what, optional }) => optional !== true && input[key] === undefined && !said.has(what))
    .map(({ key }) => absentFile(key, ABSENT));
}

function absentFile(key: InputFileKey | 'assets', why: string): Gap {
  const { what, path, fix } = [ASSETS_FILE, ...INPUT_FILES].find((file) => file.key === key) ?? ASSETS_FILE;
  return { scope: GCP_SCOPE, what, why, fix, file: path, kind: 'missing-file' };
}

function isEmpty({ auditLogs, auditUsage, disabledServices, gaps: _, ...files }: GcpInput): boolean {
  return Object.keys(files).length + auditLogs.length + auditUsage.length + disabledServices.length === 0;
}

function distinctFiles(files: readonly BundleFile[]): readonly BundleFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}
