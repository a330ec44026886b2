import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import {
  allEnded,
  BundleWriter,
  type CollectClock,
  type CollectEvent,
  CollectProgress,
  systemClock,
} from '@keyreach/core/collection';
import { type Gap, KeyreachError, type Timestamp } from '@keyreach/core/graph';
import { MANIFEST_FILE, type RawRecord } from '@keyreach/core/input';
import { type BoundarySource, iamBoundaries } from './boundary-source.ts';
import { CallSender } from './call-sender.ts';
import { CollectionStart } from './collection-start.ts';
import { googleEndpoint } from './google-endpoint.ts';
import { authTransport, defaultCredentials, type GoogleTransport } from './google-transport.ts';
import {
  type Hierarchy,
  isHierarchy,
  nodeOf,
  nodesBelow,
  readHierarchy,
  seenOrganizations,
  type WantedScopes,
} from './hierarchy.ts';
import { writeJoinedFile } from './joined-files.ts';
import { NAMING_GROUPS, namedGroups } from './named-groups.ts';
import type { GcpCollectPart, PartFile, ScopeNode } from './part.ts';
import { hasPages, type PartRecord, readRecord, recordPath, writeRecord } from './part-record.ts';
import { GCP_COLLECT_PARTS } from './parts/index.ts';
import { type DisabledService, ownerScope, PartCalls, whyItFailed } from './scope-calls.ts';

/** What to collect, and with what. */
export interface GcpCollectOptions {
  /** Directory of the bundle; made if it is not there. */
  readonly output: string;
  /** Time of the collection, RFC 3339. */
  readonly now: Timestamp;
  /** Numbers of organizations and folders, ids or numbers of projects. Without any: everything the caller sees. */
  readonly organizations?: readonly string[];
  readonly folders?: readonly string[];
  readonly projects?: readonly string[];
  /** Project whose quota is used, where the credentials are a person's. */
  readonly quotaProject?: string;
  /** Calls at a time. Default 10. */
  readonly concurrency?: number;
  /** Collects anew what the directory holds already. */
  readonly refresh?: boolean;
  /** What to collect. Default {@link GCP_COLLECT_PARTS}. */
  readonly parts?: readonly GcpCollectPart[];
  /** URL of a server on this machine that stands for all of Google: `http://127.0.0.1:8080`. */
  readonly endpoint?: string;
  /** Default: google-auth-library with its default credentials. */
  readonly transport?: GoogleTransport;
  /** Default: the client of `@google-cloud/iam`. */
  readonly boundaries?: BoundarySource;
  /** Default: the clock of the machine. */
  readonly clock?: CollectClock;
  /** From 0 to 1; spreads the waits between tries. Default `Math.random`. */
  readonly random?: () => number;
  /** Stops the collection: what is finished stays on disk. */
  readonly signal?: AbortSignal;
  /** `owner` is a project, a folder or an organization. */
  readonly onProgress?: (event: CollectEvent) => void;
}

/** How a collection ended. */
export interface GcpCollectResult {
  /** Projects, folders and organizations that were to be read, sorted. */
  readonly scopes: readonly string[];
  /** What could not be read, as the manifest has it. */
  readonly gaps: readonly Gap[];
  /** Calls that this run made. */
  readonly callsMade: number;
  /** Bytes that queries of this run read at most, which are paid. */
  readonly bytesPaid: number;
}

const CONCURRENCY = 10;

/** Parts at a time; their calls are bounded again. */
const PARTS_AT_A_TIME = 16;

const HIERARCHY = '.keyreach-parts/hierarchy.json';

const HIERARCHY_FILES = ['organizations', 'folders', 'projects'] as const;

const HIERARCHY_PATHS = HIERARCHY_FILES.map((kind) => `${kind}.json`);

const DISABLED_FILE = 'disabled-services.json';

/** Owner of what is not of any project: predefined roles, groups. */
const EVERYWHERE: ScopeNode = { kind: 'organizations', name: 'all' };

/**
 * Collects organizations, folders or projects into a bundle (gcp.md 4, 5). Only calls that read are made. What the directory holds
 * from an earlier run is not asked again; what could not be read then is. Everything that could not be read is a gap in
 * `keyreach-bundle.json`, which is also written where the collection stops early.
 *
 * @throws KeyreachError `bad-option` for options that cannot be used; `no-credentials` where there are none; `cannot-write` where the
 * directory cannot be written; `expired-credentials` and `cancelled` where it stopped early: run it again and it goes on.
 * @example
 * ```ts
 * const { gaps } = await collectGcp({ output: 'bundle', now: new Date().toISOString() });
 * ```
 */
export async function collectGcp(options: GcpCollectOptions): Promise<GcpCollectResult> {
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
  readonly part: GcpCollectPart;
  readonly owner: ScopeNode;
}

/** What all parts of a run share. */
interface Run {
  readonly units: readonly Unit[];
  readonly nodes: readonly ScopeNode[];
  /** When the collection was begun. */
  readonly now: Timestamp;
}

/** One run. */
class Collection {
  readonly #options: GcpCollectOptions;
  readonly #stop: AbortController;
  readonly #files: BundleWriter;
  readonly #progress: CollectProgress;
  readonly #sender: CallSender;
  readonly #boundaries: BoundarySource;
  readonly #parts: readonly GcpCollectPart[];
  /** Gaps and switched off services of parts that are done, by path of their record. */
  readonly #done = new Map<string, Pick<PartRecord, 'gaps' | 'disabled'>>();
  #bytesPaid = 0;

  constructor(options: GcpCollectOptions, stop: AbortController, files: BundleWriter) {
    const { quotaProject, concurrency = CONCURRENCY, random = Math.random, parts = GCP_COLLECT_PARTS } = options;
    this.#options = options;
    this.#stop = stop;
    this.#files = files;
    this.#parts = parts;
    const clock = options.clock ?? systemClock(stop.signal);
    this.#progress = new CollectProgress(clock, options.onProgress);
    const endpoint = options.endpoint === undefined ? undefined : googleEndpoint(options.endpoint);
    const credentials = defaultCredentials(quotaProject === undefined ? {} : { quotaProject });
    const onCall = (): void => this.#progress.called();
    const transport = options.transport ?? authTransport(credentials);
    this.#sender = new CallSender({ transport, endpoint, concurrency, clock, random, signal: stop.signal, onCall });
    this.#boundaries = options.boundaries ?? iamBoundaries(credentials, endpoint, this.#sender);
  }

  async run(): Promise<GcpCollectResult> {
    const { now, refresh = false } = this.#options;
    const files = [
      ...new Set([...this.#parts.flatMap((part) => part.files), ...HIERARCHY_PATHS, DISABLED_FILE]),
    ].sort();
    const start = await CollectionStart.look(this.#files, { now, wanted: this.#wanted(), files }, refresh);
    // What is to be collected anew stays until the first calls have gone well.
    const isNew = !start.resumed && !refresh;
    if (isNew) await start.begin();
    let hierarchy: Hierarchy;
    try {
      hierarchy = await this.#hierarchy(start);
    } catch (error) {
      if (isNew) await this.#writeManifest(start, undefined, []);
      throw error;
    }
    if (!start.resumed && refresh) await start.begin();
    await this.#noteHierarchy(start, hierarchy);
    const nodes = nodesOf(hierarchy);
    const units = this.#units(nodes, hierarchy.roots);
    const gaps = hierarchyGaps(hierarchy);
    const isLast = ({ part }: Unit): boolean => part.owners === 'last';
    try {
      this.#progress.expect(units.length);
      const all = { units, nodes, now: start.collectedAt };
      await this.#runAll(
        units.filter((unit) => !isLast(unit)),
        all,
      );
      await this.#runAll(units.filter(isLast), all);
      await this.#join(units, hierarchy, start.collectedAt);
    } finally {
      await this.#writeManifest(start, units, gaps);
    }
    return {
      scopes: nodes.map(({ name }) => name),
      gaps: this.#allGaps(units, gaps),
      callsMade: this.#progress.callsMade,
      bytesPaid: this.#bytesPaid,
    };
  }

  async #writeManifest(
    { collectedAt }: CollectionStart,
    units: readonly Unit[] | undefined,
    found: readonly Gap[],
  ): Promise<void> {
    const gaps = this.#allGaps(units, found);
    await this.#files.writeJson(MANIFEST_FILE, { format: 'keyreach-bundle/1', provider: 'gcp', collectedAt, gaps });
  }

  #wanted(): WantedScopes {
    const { organizations = [], folders = [], projects = [] } = this.#options;
    const named = (kind: string, ids: readonly string[]): readonly string[] =>
      [...new Set(ids)].sort().map((id) => `${kind}/${id}`);
    return {
      organizations: named('organizations', organizations),
      folders: named('folders', folders),
      projects: named('projects', projects),
    };
  }

  async #hierarchy(start: CollectionStart): Promise<Hierarchy> {
    const known = start.resumed ? await this.#files.readJson(HIERARCHY) : undefined;
    if (isHierarchy(known)) {
      // Whoever goes on may be somebody else, who sees another organization.
      const organizations = start.isOpen ? await seenOrganizations(this.#sender) : undefined;
      if (organizations !== undefined) await start.found(organizations);
      return known;
    }
    this.#progress.begin('organization', 'hierarchy');
    const hierarchy = await readHierarchy(this.#sender, this.#wanted());
    if (hierarchy.roots.length === 0 && hierarchy.failures.length === 0) {
      throw new KeyreachError(
        'nothing-visible',
        'the caller sees no organization, folder or project; grant `roles/browser`, or name a scope',
      );
    }
    return hierarchy;
  }

  async #noteHierarchy(start: CollectionStart, hierarchy: Hierarchy): Promise<void> {
    const { failures, organizations } = hierarchy;
    if (failures.every(({ what }) => what !== 'organizations'))
      await start.found(organizations.map(({ name }) => String(name)));
    if (failures.length === 0) await this.#files.writeJson(HIERARCHY, hierarchy);
  }

  #units(nodes: readonly ScopeNode[], roots: readonly string[]): readonly Unit[] {
    return this.#parts.flatMap((part): readonly Unit[] => {
      switch (part.owners) {
        case 'all':
        case 'last':
          return [{ part, owner: EVERYWHERE }];
        case 'root':
          return nodes.filter(({ name }) => roots.includes(name)).map((owner) => ({ part, owner }));
        case 'node':
          return nodes.map((owner) => ({ part, owner }));
        case 'projects':
        case 'organizations':
          return nodes.filter(({ kind }) => kind === part.owners).map((owner) => ({ part, owner }));
        default: {
          const never: never = part.owners;
          return never;
        }
      }
    });
  }

  /** Several parts at a time; the first failure stops the others, and all have ended when this does. */
  async #runAll(units: readonly Unit[], all: Run): Promise<void> {
    const waiting = units.values();
    let failure: { readonly error: unknown } | undefined;
    const work = async (): Promise<void> => {
      for (const unit of waiting) {
        if (failure !== undefined) return;
        try {
          await this.#run(unit, all);
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

  async #run({ part, owner }: Unit, { units, nodes, now }: Run): Promise<void> {
    const { file, directory } = recordPath(owner.name, part.name);
    const groups = part.owners === 'last' ? await this.#groups(units, now) : [];
    const of = groups.length === 0 ? {} : { of: createHash('sha256').update(groups.join('\n')).digest('hex') };
    const known = await readRecord(this.#files, file, now);
    if (known?.again === false && known.of === of.of && (await hasPages(this.#files, known))) {
      this.#done.set(file, known);
      this.#progress.end(owner.name, part.name, true);
      return;
    }
    this.#progress.begin(owner.name, part.name);
    const calls = new PartCalls(this.#sender, owner, [...part.methods, ...(part.grantedMethods ?? [])]);
    const value = await part.run(calls, owner, {
      now,
      boundaries: this.#boundaries,
      below: part.owners === 'root' ? nodesBelow(owner, nodes) : [owner],
      files: this.#files,
      directory,
      groups,
      paid: (bytes) => {
        this.#bytesPaid += bytes;
      },
    });
    const { gaps, disabled, again, incomplete } = calls;
    const record: PartRecord = {
      collectedAt: now,
      ...of,
      gaps,
      disabled,
      again,
      incomplete,
      ...(value === undefined ? {} : { value }),
    };
    await writeRecord(this.#files, file, record);
    this.#done.set(file, { gaps, disabled });
    this.#progress.end(owner.name, part.name, false);
  }

  /** Groups that allow and deny policies name, sorted. */
  async #groups(units: readonly Unit[], now: Timestamp): Promise<readonly string[]> {
    const groups = new Set<string>();
    for (const { part, owner } of units) {
      if (!part.files.some((file) => NAMING_GROUPS.has(file))) continue;
      const value = (await readRecord(this.#files, recordPath(owner.name, part.name).file, now))?.value;
      for (const group of namedGroups(value)) groups.add(group);
    }
    return [...groups].sort();
  }

  async #join(units: readonly Unit[], hierarchy: Hierarchy, now: Timestamp): Promise<void> {
    for (const kind of HIERARCHY_FILES) {
      const incomplete = hierarchy.failures.length > 0 ? { nextPageToken: 'not-read' } : undefined;
      await this.#files.writeJson(
        `${kind}.json`,
        incomplete === undefined ? hierarchy[kind] : { [kind]: hierarchy[kind], ...incomplete },
      );
    }
    const records = new Map<PartFile, string[]>();
    for (const { part, owner } of units) {
      for (const file of part.files) {
        records.set(file, [...(records.get(file) ?? []), recordPath(owner.name, part.name).file]);
      }
    }
    for (const [file, paths] of records) await writeJoinedFile(this.#files, file, paths, now);
    await this.#files.writeJson(DISABLED_FILE, this.#disabled());
  }

  #disabled(): readonly DisabledService[] {
    const all = new Map<string, DisabledService>();
    for (const { disabled } of this.#done.values()) {
      for (const one of disabled) all.set(`${one.project} ${one.service}`, one);
    }
    return [...all].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, one]) => one);
  }

  #allGaps(units: readonly Unit[] | undefined, found: readonly Gap[]): readonly Gap[] {
    const why = 'the collection stopped before it was read';
    const stopped = { why, fix: 'run the same command again', kind: 'not-collected' } as const;
    if (units === undefined) return [...found, { scope: 'gcp', what: 'organization', ...stopped }];
    const ofParts = units.flatMap(({ part, owner }): readonly Gap[] => {
      const done = this.#done.get(recordPath(owner.name, part.name).file);
      return done?.gaps ?? [{ scope: ownerScope(owner), what: part.what, ...stopped }];
    });
    return [...found, ...ofParts];
  }
}

/** Nodes to read, sorted; projects that are being deleted have nothing to read. */
function nodesOf(hierarchy: Hierarchy): readonly ScopeNode[] {
  return HIERARCHY_FILES.flatMap((kind) => hierarchy[kind].flatMap((record) => nodeOf(kind, record) ?? []));
}

function hierarchyGaps(hierarchy: Hierarchy): readonly Gap[] {
  const { failures, roots } = hierarchy;
  const unread = HIERARCHY_FILES.flatMap((kind) =>
    hierarchy[kind].filter((record) => nodeOf(kind, record) === undefined).map((record) => unreadNode(kind, record)),
  );
  const failed: Gap[] = failures.map(({ scope, what, failed }) => {
    const about = `//cloudresourcemanager.googleapis.com/${scope}`;
    return { scope: about, what, ...whyItFailed(failed), kind: 'not-collected' };
  });
  const gaps = [...failed, ...unread];
  if (roots.some((root) => root.startsWith('organizations/'))) return gaps;
  const why = 'no organization is among what was collected';
  return [
    ...gaps,
    { scope: 'gcp', what: 'organization', why, fix: 'collect with --organization', kind: 'not-collected' },
  ];
}

/** Of what is being deleted nothing can be read; it is still there, and can be restored. */
function unreadNode(kind: ScopeNode['kind'], { name, state }: RawRecord): Gap {
  const isActive = typeof state !== 'string' || state === 'ACTIVE';
  return {
    scope: `//cloudresourcemanager.googleapis.com/${String(name)}`,
    what: `what belongs to it (${kind})`,
    why: isActive ? 'its record has no id' : 'it is being deleted, so that nothing of it can be read',
    kind: 'not-collected',
  };
}

function checkOptions(options: GcpCollectOptions): void {
  const { organizations = [], folders = [], projects = [], quotaProject, concurrency = CONCURRENCY } = options;
  for (const id of [...organizations, ...folders]) {
    if (!/^\d{1,30}$/.test(id))
      throw new KeyreachError('bad-option', `\`${id}\` is no number of an organization or folder`);
  }
  for (const id of [...projects, ...(quotaProject === undefined ? [] : [quotaProject])]) {
    if (!/^[a-z0-9][a-z0-9:.-]{0,98}$/.test(id))
      throw new KeyreachError('bad-option', `\`${id}\` is no id of a project`);
  }
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 200) {
    throw new KeyreachError('bad-option', `\`${concurrency}\` calls at a time, expected 1 to 200`);
  }
}
