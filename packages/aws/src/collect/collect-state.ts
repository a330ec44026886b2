import type { Gap } from '@keyreach/core/graph';
import { isRecord, type RawRecord } from '../bundle/shape.ts';
import type { BundleWriter } from './bundle-writer.ts';

/** What became of one part of an account, or of the organization. */
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
  #writing: Promise<void> = Promise.resolve();
  /** When the collection was begun: what came later may be missing. */
  readonly collectedAt: string;
  /** True where an earlier run left its state: then files of which it says nothing are not its own. */
  readonly resumed: boolean;

  private constructor(files: BundleWriter, parts: Map<string, PartState>, collectedAt: string, resumed: boolean) {
    this.#files = files;
    this.#parts = parts;
    this.collectedAt = collectedAt;
    this.resumed = resumed;
  }

  /** Reads the state of an earlier run; a damaged one counts as none. `refresh`: begins anew whatever there is. */
  static async open(files: BundleWriter, now: string, refresh: boolean): Promise<CollectState> {
    const raw = refresh ? undefined : await files.readJson(STATE_FILE);
    if (!isRecord(raw) || raw['format'] !== FORMAT || !isRecord(raw['parts'])) {
      const state = new CollectState(files, new Map(), now, refresh);
      await state.#save();
      return state;
    }
    const parts = new Map<string, PartState>();
    for (const [key, value] of Object.entries(raw['parts'])) {
      const state = isRecord(value) ? readState(value) : undefined;
      if (state !== undefined) parts.set(key, state);
    }
    const began = raw['collectedAt'];
    return new CollectState(
      files,
      parts,
      typeof began === 'string' && !Number.isNaN(Date.parse(began)) ? began : now,
      true,
    );
  }

  /** `owner`: an account id, or `organization`. */
  get(owner: string, part: string): PartState | undefined {
    return this.#parts.get(`${owner} ${part}`);
  }

  /** Keeps what became of a part; resolves when it is on disk. */
  set(owner: string, part: string, state: PartState): Promise<void> {
    this.#parts.set(`${owner} ${part}`, state);
    return this.#save();
  }

  #save(): Promise<void> {
    // One write at a time: the last one holds all that came before.
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(() => {
        const parts = [...this.#parts].sort(([left], [right]) => (left < right ? -1 : 1));
        return this.#files.writeJson(STATE_FILE, {
          format: FORMAT,
          collectedAt: this.collectedAt,
          parts: Object.fromEntries(parts),
        });
      });
    return this.#writing;
  }
}

function readState(raw: RawRecord): PartState {
  const { gaps, again, regions, wrote, all } = raw;
  return {
    gaps: Array.isArray(gaps) ? (gaps as readonly unknown[]).flatMap(readGap) : [],
    again: again !== false,
    wrote: wrote === true,
    ...(Array.isArray(regions)
      ? { regions: (regions as readonly unknown[]).filter((one) => typeof one === 'string') }
      : {}),
    ...(typeof all === 'boolean' ? { all } : {}),
  };
}

function readGap(raw: unknown): readonly Gap[] {
  if (!isRecord(raw)) return [];
  const { scope, what, why, fix } = raw;
  if (typeof scope !== 'string' || typeof what !== 'string' || typeof why !== 'string') return [];
  return [{ scope, what, why, ...(typeof fix === 'string' ? { fix } : {}), kind: 'not-collected' }];
}
