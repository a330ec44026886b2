import type { ActionCatalogue } from '../authz/action-catalogue.ts';
import type { Selector } from '../graph/model.ts';
import type { AccessCatalogue, AccessClass } from '../reach/access-class.ts';
import type { ActionAnswer, ActionEvidence } from './action-evidence.ts';
import type { GrantedActions } from './granted-actions.ts';
import type { ActionUse, PermissionUse, UseCounts, UseState } from './results.ts';
import { serviceOf } from './service-name.ts';
import { timestampOf } from './time.ts';
import { shareOf, unusedWeights } from './unused-ratio.ts';
import type { UseAnswer } from './use-state.ts';

/** Granted actions, apart where the evidence about them may differ. */
export interface ActionGroups {
  readonly granted: GrantedActions;
  /** Sets of actions of which no row speaks and on which all else that is known is alike. None is empty. */
  readonly alike: readonly Uint32Array[];
  /** Actions that rows name, by their place in the catalogue. */
  readonly recorded: readonly number[];
}

/** How the use of actions is told. */
export interface ActionUseOptions {
  /** Access classes of the provider; without them nothing is weighted. */
  readonly access: AccessCatalogue | undefined;
  /** Whether each action is listed: an administrator has more than twenty thousand. */
  readonly list: boolean;
}

/**
 * Puts granted actions together on which all evidence is alike, so that each lot is judged once: what an administrator
 * is granted would otherwise be twenty thousand questions.
 *
 * @param services Answers for the services that something is granted of, as `s3:*`.
 */
export function actionGroups(
  granted: GrantedActions,
  evidence: ActionEvidence,
  services: ReadonlyMap<string, UseAnswer>,
): ActionGroups {
  const { catalogue, bits } = granted;
  const rest = bits.slice();
  const recorded: number[] = [];
  for (const action of evidence.recorded) {
    const { index } = catalogue.ref(action);
    if (index < 0 || !has(bits, index)) continue;
    recorded.push(index);
    rest[index >>> 5]! &= ~(1 << (index & 31));
  }
  const splitting = [
    ...evidence.watching.map(({ actions }) => selected(catalogue, actions)),
    ...unusedServices(catalogue, services),
  ];
  let alike: Uint32Array[] = isEmpty(rest) ? [] : [rest];
  for (const part of splitting) alike = alike.flatMap((group) => split(group, part));
  return { granted, alike, recorded: recorded.sort((left, right) => left - right) };
}

/** Counts, shares and, if asked for, the list of the use of granted actions, by an answer for each. */
export function actionUse(
  { granted, alike, recorded }: ActionGroups,
  answerOf: (action: string) => ActionAnswer,
  { access, list }: ActionUseOptions,
): ActionUse {
  const { catalogue, beyond, bits, open } = granted;
  const states: Record<UseState, Uint32Array[]> = { used: [], unused: [], unknown: [] };
  for (const group of alike) states[answerOf(catalogue.names[firstOf(group)]!).state].push(group);
  const counts = { granted: 0, used: 0, unused: 0, unknown: 0 };
  const weighted = { granted: 0, used: 0, unused: 0, unknown: 0 };
  const weights = access === undefined ? undefined : weightsOf(catalogue, access);
  for (const state of useStates) {
    for (const group of states[state]) {
      counts[state] += size(group);
      for (const [weight, heavy] of weights ?? []) weighted[state] += weight * sharedSize(group, heavy);
    }
  }
  const single = (action: string): void => {
    const { state } = answerOf(action);
    counts[state] += 1;
    if (access !== undefined) weighted[state] += unusedWeights[access.classOf(action)];
  };
  for (const index of recorded) single(catalogue.names[index]!);
  for (const pattern of beyond) single(pattern);
  return {
    ...shareOf(summed(counts)),
    ...(open === undefined ? {} : { open }),
    ...(access === undefined ? {} : { weighted: shareOf(summed(weighted)) }),
    ...(list
      ? { list: [...namesOf(bits, catalogue), ...beyond].map((name) => told(name, answerOf(name), access)) }
      : {}),
  };
}

/** One action with its answer. */
export function told(permission: string, answer: ActionAnswer, access: AccessCatalogue | undefined): PermissionUse {
  const { state, sources, why, recorded } = answer;
  return {
    permission,
    ...(access === undefined ? {} : { class: access.classOf(permission) }),
    state,
    ...(recorded.lastUse === undefined ? {} : { lastUsed: timestampOf(recorded.lastUse) }),
    sources: state === 'used' ? recorded.sources : sources,
    ...(why === undefined ? {} : { why }),
  };
}

const useStates: readonly UseState[] = ['used', 'unused', 'unknown'];

function summed({ used, unused, unknown }: UseCounts): UseCounts {
  return { granted: used + unused + unknown, used, unused, unknown };
}

/** Sets of actions of unused services; one for each that is answered alike. */
function unusedServices(catalogue: ActionCatalogue, services: ReadonlyMap<string, UseAnswer>): readonly Uint32Array[] {
  const places = placesOf(catalogue);
  const sets = new Map<string, Uint32Array>();
  for (const [permission, { state, sources, start }] of services) {
    const indexes = places.get(permission);
    if (state !== 'unused' || indexes === undefined) continue;
    const key = JSON.stringify([start, sources]);
    const set = sets.get(key) ?? new Uint32Array(words(catalogue));
    sets.set(key, set);
    for (const index of indexes) set[index >>> 5]! |= 1 << (index & 31);
  }
  return [...sets.values()];
}

const places: WeakMap<readonly string[], ReadonlyMap<string, readonly number[]>> = new WeakMap();

/** Places of the actions of each service. */
function placesOf({ names }: ActionCatalogue): ReadonlyMap<string, readonly number[]> {
  const known = places.get(names);
  if (known !== undefined) return known;
  const found = new Map<string, number[]>();
  names.forEach((name, index) => {
    const service = serviceOf(name);
    const indexes = found.get(service);
    if (indexes === undefined) found.set(service, [index]);
    else indexes.push(index);
  });
  places.set(names, found);
  return found;
}

const selections: WeakMap<readonly string[], WeakMap<Selector, Uint32Array>> = new WeakMap();

/** The actions a selector names. Those of logs name thousands and speak of all identities of an account. */
function selected(catalogue: ActionCatalogue, selector: Selector): Uint32Array {
  let bySelector = selections.get(catalogue.names);
  if (bySelector === undefined) {
    bySelector = new WeakMap();
    selections.set(catalogue.names, bySelector);
  }
  let bits = bySelector.get(selector);
  if (bits === undefined) {
    bits = named(catalogue, selector.include);
    const excluded = named(catalogue, selector.exclude);
    for (let word = 0; word < bits.length; word += 1) bits[word]! &= ~excluded[word]!;
    bySelector.set(selector, bits);
  }
  return bits;
}

/** Names are looked up one by one: the catalogue keeps a set for every pattern it is asked for. */
function named(catalogue: ActionCatalogue, patterns: readonly string[]): Uint32Array {
  const wild = patterns.filter((pattern) => pattern.includes('*') || pattern.includes('?'));
  const bits = catalogue.select({ include: wild, exclude: [] }).bits.slice();
  for (const pattern of patterns) {
    const { index } = catalogue.ref(pattern);
    if (index >= 0) bits[index >>> 5]! |= 1 << (index & 31);
  }
  return bits;
}

type Weights = readonly (readonly [weight: number, actions: Uint32Array])[];

const weightSets: WeakMap<AccessCatalogue, WeakMap<readonly string[], Weights>> = new WeakMap();

function weightsOf(catalogue: ActionCatalogue, access: AccessCatalogue): Weights {
  let byNames = weightSets.get(access);
  if (byNames === undefined) {
    byNames = new WeakMap();
    weightSets.set(access, byNames);
  }
  let sets = byNames.get(catalogue.names);
  if (sets === undefined) {
    const byWeight = new Map<number, Uint32Array>();
    catalogue.names.forEach((name, index) => {
      const weight = unusedWeights[access.classOf(name) satisfies AccessClass];
      const set = byWeight.get(weight) ?? new Uint32Array(words(catalogue));
      byWeight.set(weight, set);
      set[index >>> 5]! |= 1 << (index & 31);
    });
    sets = [...byWeight];
    byNames.set(catalogue.names, sets);
  }
  return sets;
}

function words({ names }: ActionCatalogue): number {
  return (names.length + 31) >>> 5;
}

function has(bits: Uint32Array, index: number): boolean {
  return ((bits[index >>> 5]! >>> (index & 31)) & 1) === 1;
}

function isEmpty(bits: Uint32Array): boolean {
  return bits.every((word) => word === 0);
}

function split(group: Uint32Array, part: Uint32Array): readonly Uint32Array[] {
  const inside = group.slice();
  const outside = group.slice();
  for (let word = 0; word < group.length; word += 1) {
    inside[word]! &= part[word]!;
    outside[word]! &= ~part[word]!;
  }
  return [inside, outside].filter((half) => !isEmpty(half));
}

function firstOf(bits: Uint32Array): number {
  const word = bits.findIndex((one) => one !== 0);
  return word * 32 + (31 - Math.clz32(bits[word]! & -bits[word]!));
}

function size(bits: Uint32Array): number {
  let found = 0;
  for (let word = 0; word < bits.length; word += 1) found += ones(bits[word]!);
  return found;
}

function sharedSize(left: Uint32Array, right: Uint32Array): number {
  let found = 0;
  for (let word = 0; word < left.length; word += 1) found += ones(left[word]! & right[word]!);
  return found;
}

function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function namesOf(bits: Uint32Array, { names }: ActionCatalogue): readonly string[] {
  return names.filter((_, index) => has(bits, index));
}
