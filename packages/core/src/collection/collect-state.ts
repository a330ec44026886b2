import { type Gap, KeyreachError, type Timestamp } from '../graph/index.ts';
import { isRecord, MANIFEST_FILE, type RawRecord, readTimestamp } from '../input/index.ts';
import type { BundleWriter } from './bundle-writer.ts';

/** What became of one part of an account, a project or an organization. */
export interface PartState {
  readonly gaps: readonly Gap[];
  /** True where another run may read more. */
  readonly again: boolean;
  /** Regions it was done for, where it reads regions. */
  readonly regions?: readonly string[];
  /** Of the search for regions: true where they are all that are enabled. */
  readonly all?: boolean;
  /** True where it wrote its file. */
  readonly wrote: boolean;
}

/** What a collection is of, and how it is to begin. */
export interface CollectStateOptions {
  /** Time of this run, RFC 3339. */
  readonly now: Timestamp;
  /** Begins anew whatever there is. */
  readonly refresh: boolean;
  /** `aws`, `gcp`, `azure`. */
  readonly provider: string;
  /** Whoever it is made as, where that is known: another one sees another estate, and must not go on with this one. */
  readonly caller?: string;
}

/** File of the state, in the directory of the bundle. */
const STATE_FILE = '.keyreach-collect.json';

const FORMAT = 'keyreach-collect/1';

/**
 * What a collection has done, kept beside the bundle so that another run goes on where this one stopped. Written after
 * each part; names and gaps only.
 */
export class CollectState {
  readonly #files: BundleWriter;
  readonly #parts: Map<string, PartState>;
  readonly #of: Pick<CollectStateOptions, 'provider' | 'caller'>;
  /** Scopes of which files without a state lack something; undefined: those files are nobody's to take as they are. */
  readonly #lacking: ReadonlySet<string> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  /** When the collection was begun: what came later may be missing. */
  readonly collectedAt: string;
  /** True where an earlier run left its state: then files of which it says nothing are not its own. */
  readonly resumed: boolean;

  private constructor(
    files: BundleWriter,
    of: Pick<CollectStateOptions, 'provider' | 'caller'>,
    known: {
      readonly parts?: Map<string, PartState>;
      readonly lacking?: ReadonlySet<string>;
      readonly collectedAt: string;
      readonly resumed: boolean;
    },
  ) {
    this.#files = files;
    this.#of = of;
    this.#parts = known.parts ?? new Map();
    this.#lacking = known.lacking;
    this.collectedAt = known.collectedAt;
    this.resumed = known.resumed;
  }

  /**
   * Reads the state of an earlier run. Where it is damaged nobody knows what the files lack, and everything is read anew; so is
   * a part of which it says nothing plain.
   *
   * @throws KeyreachError `other-collection` where the directory holds what another provider or caller gave.
   */
  static async open(files: BundleWriter, options: CollectStateOptions): Promise<CollectState> {
    const { now, refresh, provider, caller } = options;
    const of = caller === undefined ? { provider } : { provider, caller };
    const manifest = await files.readJson(MANIFEST_FILE);
    if (isRecord(manifest)) refuseOther('provider', manifest['provider'], provider);
    const state = await CollectState.#known(files, of, { now, refresh }, manifest);
    await state.#save();
    return state;
  }

  static async #known(
    files: BundleWriter,
    of: Pick<CollectStateOptions, 'provider' | 'caller'>,
    { now, refresh }: Pick<CollectStateOptions, 'now' | 'refresh'>,
    manifest: unknown,
  ): Promise<CollectState> {
    const raw = await files.readJson(STATE_FILE);
    if (raw === undefined && !refresh && !(await files.has(STATE_FILE))) {
      if (manifest === undefined && !(await files.has(MANIFEST_FILE)))
        return new CollectState(files, of, { collectedAt: now, resumed: false, lacking: new Set() });
      const told = isRecord(manifest) && Array.isArray(manifest['gaps']) ? manifest : undefined;
      const gaps = told === undefined ? [] : (told['gaps'] as readonly unknown[]).map(readGap);
      const isPlain = told !== undefined && !gaps.includes(undefined);
      return new CollectState(files, of, {
        collectedAt: timeOf(told?.['collectedAt']) ?? now,
        resumed: false,
        ...(isPlain ? { lacking: new Set(gaps.flatMap((gap) => (gap === undefined ? [] : [gap.scope]))) } : {}),
      });
    }
    const known = isRecord(raw) && raw['format'] === FORMAT ? raw : {};
    refuseOther('provider', known['provider'], of.provider);
    if (of.caller !== undefined) refuseOther('caller', known['caller'], of.caller);
    const began = timeOf(known['collectedAt']);
    const isKnown = began !== undefined && isRecord(known['parts']) && typeof known['provider'] === 'string';
    const parts = new Map<string, PartState>();
    for (const [key, value] of Object.entries(isKnown && isRecord(known['parts']) ? known['parts'] : {})) {
      const state = isRecord(value) ? readState(value) : undefined;
      // What it wrote is there still when all of it is to be read again.
      if (state !== undefined) parts.set(key, refresh ? { gaps: state.gaps, again: true, wrote: state.wrote } : state);
    }
    return new CollectState(files, of, { parts, collectedAt: refresh || !isKnown ? now : began, resumed: true });
  }

  /**
   * True where a file of which no state says anything may be taken as it is: somebody put it there, and the manifest beside it,
   * if there is one, says of nothing in that scope that it could not be read.
   */
  adopts(scope: string): boolean {
    return this.#lacking?.has(scope) === false;
  }

  /** `owner`: an account id, `organization`, or whatever the parts of a provider are about. */
  get(owner: string, part: string): PartState | undefined {
    return this.#parts.get(`${owner} ${part}`);
  }

  /** Gaps of owners that are not among those read now: their files are there still. In the order of the keys. */
  gapsBeside(owners: ReadonlySet<string>): readonly Gap[] {
    return [...this.#parts]
      .filter(([key]) => !owners.has(key.slice(0, key.indexOf(' '))))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .flatMap(([, { gaps }]) => gaps);
  }

  /** Keeps what became of a part; resolves when it is on disk. */
  set(owner: string, part: string, state: PartState): Promise<void> {
    this.#parts.set(`${owner} ${part}`, state);
    return this.#save();
  }

  #save(): Promise<void> {
    // One write at a time; one that waits holds what comes while it does.
    this.#next ??= this.#writing
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#write();
      });
    this.#writing = this.#next;
    return this.#next;
  }

  async #write(): Promise<void> {
    const parts = [...this.#parts].sort(([left], [right]) => (left < right ? -1 : 1));
    await this.#files.writeJson(STATE_FILE, {
      format: FORMAT,
      ...this.#of,
      collectedAt: this.collectedAt,
      parts: Object.fromEntries(parts),
    });
  }
}

function refuseOther(what: 'provider' | 'caller', found: unknown, expected: string): void {
  if (typeof found !== 'string' || found === expected) return;
  throw new KeyreachError(
    'other-collection',
    `the directory holds what was collected with the ${what} \`${found.slice(0, 200)}\`, and this is \`${expected}\`; name another directory`,
  );
}

/** Undefined for a state that was not written as such: whether the part lacks something is not known then. */
function readState(raw: RawRecord): PartState | undefined {
  const { gaps, again, regions, wrote, all } = raw;
  if (!Array.isArray(gaps) || typeof again !== 'boolean' || typeof wrote !== 'boolean') return undefined;
  const told = (gaps as readonly unknown[]).map(readGap);
  const names = regions === undefined ? [] : regions;
  if (told.includes(undefined) || !Array.isArray(names) || names.some((one) => typeof one !== 'string'))
    return undefined;
  return {
    gaps: told.filter((gap) => gap !== undefined),
    again,
    wrote,
    ...(regions === undefined ? {} : { regions: names as readonly string[] }),
    ...(typeof all === 'boolean' ? { all } : {}),
  };
}

function timeOf(value: unknown): Timestamp | undefined {
  return typeof value === 'string' && readTimestamp(value) !== undefined ? value : undefined;
}

function readGap(raw: unknown): Gap | undefined {
  if (!isRecord(raw)) return undefined;
  const { scope, what, why, fix } = raw;
  if (typeof scope !== 'string' || typeof what !== 'string' || typeof why !== 'string') return undefined;
  return { scope, what, why, ...(typeof fix === 'string' ? { fix } : {}), kind: 'not-collected' };
}
