import { setMaxListeners } from 'node:events';
import {
  allEnded,
  BundleWriter,
  type CollectClock,
  type CollectEvent,
  CollectProgress,
  CollectState,
  systemClock,
} from '@keyreach/core/collection';
import { type Gap, KeyreachError, type Timestamp } from '@keyreach/core/graph';
import { isRecord, MANIFEST_FILE, type RawRecord } from '@keyreach/core/input';
import { AZURE } from '../normalize/azure-ids.ts';
import { ArmLists } from './arm-lists.ts';
import { type AzureCloudName, azureCloud } from './azure-cloud.ts';
import { type AzureTransport, defaultTokens, identityTransport, type TokenSource } from './azure-transport.ts';
import { CallSender } from './call-sender.ts';
import { type AzureTree, chunksOf, readTree, scopesOf, type WantedScopes } from './hierarchy.ts';
import { METHODS } from './methods.ts';
import { type CallMeans, ownerScope, PartCalls, whyItFailed } from './owner-calls.ts';
import type { AzureCollectPart, AzureOwner, PartFile } from './part.ts';
import { PIECES, piecePath, readPiece, writeJoined, writePiece } from './part-piece.ts';
import { AZURE_COLLECT_PARTS } from './parts/index.ts';

/** What to collect, and with what. */
export interface AzureCollectOptions {
  /** Directory of the bundle; made if it is not there. */
  readonly output: string;
  /** Time of the collection, RFC 3339. */
  readonly now: Timestamp;
  /** Tenant to sign in to. Default: that of the credentials. */
  readonly tenant?: string;
  /** Names of management groups, ids of subscriptions. Without any: everything the caller sees. */
  readonly managementGroups?: readonly string[];
  readonly subscriptions?: readonly string[];
  /** Default `public`. */
  readonly cloud?: AzureCloudName;
  /** Calls at a time. Default 10. */
  readonly concurrency?: number;
  /** Collects anew what the directory holds already. */
  readonly refresh?: boolean;
  /** What to collect. Default {@link AZURE_COLLECT_PARTS}. */
  readonly parts?: readonly AzureCollectPart[];
  /** URL of a server on this machine that stands for all of Azure: `http://127.0.0.1:8080`. */
  readonly endpoint?: string;
  /** Default: `DefaultAzureCredential` of `@azure/identity`. */
  readonly credential?: TokenSource;
  /** Default: `@azure/core-rest-pipeline` with {@link credential}. */
  readonly transport?: AzureTransport;
  /** Default: the clock of the machine. */
  readonly clock?: CollectClock;
  /** From 0 to 1; spreads the waits between tries. Default `Math.random`. */
  readonly random?: () => number;
  /** Stops the collection: what is finished stays on disk. */
  readonly signal?: AbortSignal;
  /** `owner` is the tenant, a management group, a subscription or some of them. */
  readonly onProgress?: (event: CollectEvent) => void;
}

/** How a collection ended. */
export interface AzureCollectResult {
  /** Id of the tenant; absent where nothing told it. */
  readonly tenant?: string;
  /** Ids of the subscriptions that were to be read, sorted. */
  readonly subscriptions: readonly string[];
  /** What could not be read, as the manifest has it. */
  readonly gaps: readonly Gap[];
  /** Calls that this run made. */
  readonly callsMade: number;
}

const CONCURRENCY = 10;

/** Parts at a time; their calls are bounded again. */
const PARTS_AT_A_TIME = 16;

const TENANT: AzureOwner = { kind: 'tenant', name: 'tenant' };

const TREE_FILE = `${PIECES}/tree.json`;

const WANTED_FILE = `${PIECES}/wanted.json`;

/**
 * Collects a tenant into a bundle (azure.md 4): its directory, management groups and subscriptions. Only calls that read are made. What
 * the directory holds from an earlier run is not asked again; what could not be read then is. Everything that could not be read is a gap in
 * `keyreach-bundle.json`, which is also written where the collection stops early.
 *
 * @throws KeyreachError `bad-option` for options that cannot be used; `no-credentials` where there are none; `nothing-visible` where the
 * caller sees neither directory nor subscription; `other-collection` where the directory holds another tenant, `other-scopes` other scopes;
 * `cannot-write` where it cannot be written; `expired-credentials` and `cancelled` where it stopped early: run it again and it goes on.
 * @example
 * ```ts
 * const { gaps } = await collectAzure({ output: 'bundle', now: new Date().toISOString() });
 * ```
 */
export async function collectAzure(options: AzureCollectOptions): Promise<AzureCollectResult> {
  checkOptions(options);
  const stop = new AbortController();
  // Every call under way listens to it.
  setMaxListeners(0, stop.signal);
  const cancel = (): void => stop.abort();
  if (options.signal?.aborted === true) cancel();
  options.signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await new Collection(options, stop, await BundleWriter.open(options.output)).run();
  } finally {
    options.signal?.removeEventListener('abort', cancel);
  }
}

/** One part for one owner. */
interface Unit {
  readonly part: AzureCollectPart;
  readonly owner: AzureOwner;
}

/** One run. */
class Collection {
  readonly #options: AzureCollectOptions;
  readonly #stop: AbortController;
  readonly #files: BundleWriter;
  readonly #progress: CollectProgress;
  readonly #means: CallMeans;
  readonly #parts: readonly AzureCollectPart[];
  /** Some part was read in this run, and not in one before. */
  #isAnyNew = false;

  constructor(options: AzureCollectOptions, stop: AbortController, files: BundleWriter) {
    const {
      concurrency = CONCURRENCY,
      random = Math.random,
      parts = AZURE_COLLECT_PARTS,
      tenant,
      credential,
    } = options;
    this.#options = options;
    this.#stop = stop;
    this.#files = files;
    this.#parts = parts;
    const clock = options.clock ?? systemClock(stop.signal);
    this.#progress = new CollectProgress(clock, options.onProgress);
    const cloud = azureCloud(options.cloud, options.endpoint);
    const tokens = credential === undefined ? defaultTokens(cloud, tenant) : async () => credential;
    const transport = options.transport ?? identityTransport(cloud, tokens);
    const onCall = (): void => this.#progress.called();
    const sender = new CallSender({ transport, cloud, concurrency, clock, random, signal: stop.signal, onCall });
    this.#means = { sender, arm: new ArmLists(sender, cloud) };
  }

  async run(): Promise<AzureCollectResult> {
    const { now, refresh = false } = this.#options;
    this.#progress.begin('tenant', 'organization');
    const organization = await this.#means.sender.list({ method: METHODS.organization, path: '/v1.0/organization' });
    const told = organization.items.map(({ id }) => id).find((id) => typeof id === 'string');
    const tenant = typeof told === 'string' ? told.toLowerCase() : this.#options.tenant?.toLowerCase();
    const of = { provider: AZURE, now, refresh, ...(tenant === undefined ? {} : { caller: tenant }) };
    const state = await CollectState.open(this.#files, of);
    await this.#noteWanted(refresh);
    const tree = await this.#tree(state, tenant);
    if (tree.subscriptions.length === 0 && organization.items.length === 0 && tree.managementGroups === undefined) {
      throw new KeyreachError(
        'nothing-visible',
        'the caller sees no directory and no subscription; give it Reader on the root management group, and the application permissions that --print-permissions names',
      );
    }
    const gaps = treeGaps(tree);
    if (organization.failed !== undefined) {
      gaps.push({ scope: AZURE, what: 'tenant', ...whyItFailed(organization.failed), kind: 'not-collected' });
    }
    await this.#writeTree(tree, organization.items);
    const units = this.#units(tree);
    const isLast = ({ part }: Unit): boolean => part.owners === 'last';
    try {
      this.#progress.expect(units.length);
      const first = units.filter((unit) => !isLast(unit));
      await this.#runAll(first, units, state);
      await this.#runAll(units.filter(isLast), units, state);
      await this.#join(units, state);
    } finally {
      await this.#writeManifest(state, units, gaps);
    }
    return {
      ...(tenant === undefined ? {} : { tenant }),
      subscriptions: scopesOf(tree).flatMap(({ kind, name }) => (kind === 'subscription' ? [name] : [])),
      gaps: this.#allGaps(state, units, gaps),
      callsMade: this.#progress.callsMade,
    };
  }

  #wanted(): WantedScopes {
    const { managementGroups = [], subscriptions = [] } = this.#options;
    return {
      managementGroups: [...new Set(managementGroups)].sort(),
      subscriptions: [...new Set(subscriptions.map((id) => id.toLowerCase()))].sort(),
    };
  }

  /** Notes what was asked for, so that only the same goes on with it. */
  async #noteWanted(refresh: boolean): Promise<void> {
    const wanted = this.#wanted();
    const before = await this.#files.readJson(WANTED_FILE);
    if (!refresh && isRecord(before) && JSON.stringify(before) !== JSON.stringify(wanted)) {
      throw new KeyreachError(
        'other-scopes',
        'the directory holds a collection of other management groups or subscriptions; name the same ones, give another directory, or begin anew with --refresh',
      );
    }
    await this.#files.writeJson(WANTED_FILE, wanted);
  }

  /** The tree, of an earlier run where that read all of it. */
  async #tree(state: CollectState, tenant: string | undefined): Promise<AzureTree> {
    const known = state.resumed && this.#options.refresh !== true ? await this.#files.readJson(TREE_FILE) : undefined;
    if (isRecord(known) && known['collectedAt'] === state.collectedAt && isRecord(known['tree'])) {
      // Written whole below.
      return known['tree'] as unknown as AzureTree;
    }
    this.#progress.begin('tenant', 'management groups');
    const tree = await readTree(this.#means, tenant, this.#wanted());
    if (tree.failures.length === 0) {
      await this.#files.writeJson(TREE_FILE, { collectedAt: state.collectedAt, tree });
    }
    return tree;
  }

  async #writeTree(tree: AzureTree, organizations: readonly RawRecord[]): Promise<void> {
    const isCut = (what: string): boolean => tree.failures.some((one) => one.what === what);
    const told = (records: readonly RawRecord[], cut: boolean): unknown =>
      cut ? { value: records, nextLink: 'not-read' } : records;
    await this.#files.writeJson('subscriptions.json', told(tree.subscriptions, isCut('subscriptions')));
    if (tree.managementGroups === undefined) await this.#files.remove('management-groups.json');
    else {
      await this.#files.writeJson('management-groups.json', told(tree.managementGroups, isCut('management groups')));
    }
    if (organizations.length > 0) await this.#files.writeJson('graph/organization.json', organizations);
  }

  #units(tree: AzureTree): readonly Unit[] {
    const scopes = scopesOf(tree);
    const chunks = chunksOf(tree);
    const ownersOf = ({ owners }: AzureCollectPart): readonly AzureOwner[] => {
      switch (owners) {
        case 'tenant':
        case 'last':
          return [TENANT];
        case 'scopes':
          return scopes;
        case 'resources':
          return chunks;
        default: {
          const never: never = owners;
          return never;
        }
      }
    };
    return this.#parts.flatMap((part) => ownersOf(part).map((owner) => ({ part, owner })));
  }

  /** Several parts at a time; the first failure stops the others, and all have ended when this does. */
  async #runAll(some: readonly Unit[], all: readonly Unit[], state: CollectState): Promise<void> {
    const waiting = some.values();
    let failure: { readonly error: unknown } | undefined;
    const work = async (): Promise<void> => {
      for (const unit of waiting) {
        if (failure !== undefined) return;
        try {
          await this.#run(unit, all, state);
        } catch (error) {
          // The first is the reason; that the others were cancelled follows from it.
          failure ??= { error };
          this.#stop.abort();
        }
      }
    };
    await allEnded(Array.from({ length: PARTS_AT_A_TIME }, work));
    if (failure !== undefined) throw failure.error;
  }

  async #run({ part, owner }: Unit, all: readonly Unit[], state: CollectState): Promise<void> {
    const path = piecePath(owner.name, part.name);
    const known = state.get(owner.name, part.name);
    const isStale = part.owners === 'last' && this.#isAnyNew;
    if (known?.again === false && !isStale && (await this.#files.has(path))) {
      this.#progress.end(owner.name, part.name, true);
      return;
    }
    if (part.owners !== 'last') this.#isAnyNew = true;
    this.#progress.begin(owner.name, part.name);
    const calls = new PartCalls(this.#means, owner);
    const value = await part.run(calls, owner, {
      now: state.collectedAt,
      given: (file) => this.#given(file, all, state),
    });
    const { gaps, again, incomplete } = calls;
    await writePiece(this.#files, path, {
      collectedAt: state.collectedAt,
      incomplete,
      ...(value === undefined ? {} : { value }),
    });
    await state.set(owner.name, part.name, { gaps, again, wrote: true });
    this.#progress.end(owner.name, part.name, false);
  }

  /** What parts gave for a file of one list. */
  async #given(file: PartFile, units: readonly Unit[], { collectedAt }: CollectState): Promise<readonly RawRecord[]> {
    const found: RawRecord[] = [];
    for (const { part, owner } of units) {
      if (!part.files.includes(file)) continue;
      const piece = await readPiece(this.#files, piecePath(owner.name, part.name), collectedAt);
      for (const record of piece?.value?.[file]?.[''] ?? []) found.push(record);
    }
    return found;
  }

  async #join(units: readonly Unit[], { collectedAt }: CollectState): Promise<void> {
    const pieces = new Map<PartFile, string[]>();
    for (const { part, owner } of units) {
      for (const file of part.files) {
        const paths = pieces.get(file);
        const path = piecePath(owner.name, part.name);
        if (paths === undefined) pieces.set(file, [path]);
        else paths.push(path);
      }
    }
    for (const [file, paths] of pieces) await writeJoined(this.#files, file, paths, collectedAt);
  }

  async #writeManifest(state: CollectState, units: readonly Unit[], found: readonly Gap[]): Promise<void> {
    const gaps = this.#allGaps(state, units, found);
    const { collectedAt } = state;
    await this.#files.writeJson(MANIFEST_FILE, { format: 'keyreach-bundle/1', provider: AZURE, collectedAt, gaps });
  }

  #allGaps(state: CollectState, units: readonly Unit[], found: readonly Gap[]): readonly Gap[] {
    const why = 'the collection stopped before it was read';
    const stopped = { why, fix: 'run the same command again', kind: 'not-collected' } as const;
    const ofParts = units.flatMap(({ part, owner }): readonly Gap[] => {
      const done = state.get(owner.name, part.name);
      return done?.gaps ?? [{ scope: ownerScope(owner), what: part.what, ...stopped }];
    });
    return [...found, ...ofParts];
  }
}

function treeGaps({ failures }: AzureTree): Gap[] {
  return failures.map(({ scope, what, failed }) => ({
    scope: scope === undefined ? AZURE : `/${scope}`,
    what,
    ...whyItFailed(failed),
    kind: 'not-collected',
  }));
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function checkOptions(options: AzureCollectOptions): void {
  const { tenant, managementGroups = [], subscriptions = [], concurrency = CONCURRENCY } = options;
  if (tenant !== undefined && !GUID.test(tenant) && !/^[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}$/.test(tenant)) {
    throw new KeyreachError('bad-option', `\`${tenant}\` is no id or domain of a tenant`);
  }
  for (const id of subscriptions) {
    if (!GUID.test(id)) throw new KeyreachError('bad-option', `\`${id}\` is no id of a subscription`);
  }
  for (const name of managementGroups) {
    if (!/^[\w().-]{1,90}$/.test(name)) {
      throw new KeyreachError('bad-option', `\`${name}\` is no name of a management group`);
    }
  }
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 200) {
    throw new KeyreachError('bad-option', `\`${concurrency}\` calls at a time, expected 1 to 200`);
  }
}
