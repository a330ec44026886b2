import type { BundleWriter } from '@keyreach/core/collection';
import { KeyreachError, type Timestamp } from '@keyreach/core/graph';
import { isRecord, MANIFEST_FILE } from '@keyreach/core/input';
import type { WantedScopes } from './hierarchy.ts';
import { RECORDS } from './part-record.ts';

/** What is noted of a collection when it begins, so that only the same one goes on with it. */
interface Note {
  readonly collectedAt: string;
  readonly wanted: WantedScopes;
  /** Organizations that were found; absent until they are. */
  readonly organizations?: readonly string[];
  /** Files of the bundle that it writes. */
  readonly files: readonly string[];
}

const FORMAT = 'keyreach-gcp-collection/1';

const NOTE_FILE = `${RECORDS}/collection.json`;

/** The collection that a directory holds, or one that begins in it. */
export class CollectionStart {
  readonly #files: BundleWriter;
  #note: Note;
  /** True where it goes on with what the directory holds. */
  readonly resumed: boolean;

  private constructor(files: BundleWriter, note: Note, resumed: boolean) {
    this.#files = files;
    this.#note = note;
    this.resumed = resumed;
  }

  /**
   * Looks what the directory holds; nothing is changed yet. A damaged note counts as none.
   *
   * @throws KeyreachError `other-bundle` where it holds a bundle of another provider, `other-scopes` where it holds a collection of
   * other scopes and `refresh` is not set.
   */
  static async look(
    files: BundleWriter,
    fresh: { readonly now: Timestamp; readonly wanted: WantedScopes; readonly files: readonly string[] },
    refresh: boolean,
  ): Promise<CollectionStart> {
    const manifest = await files.readJson(MANIFEST_FILE);
    const provider = isRecord(manifest) ? manifest['provider'] : undefined;
    if (typeof provider === 'string' && provider !== 'gcp')
      throw new KeyreachError(
        'other-bundle',
        'the directory holds a bundle of another provider; give another directory',
      );
    const note = { collectedAt: fresh.now, wanted: fresh.wanted, files: fresh.files };
    const earlier = refresh ? undefined : readNote(await files.readJson(NOTE_FILE));
    if (earlier === undefined) return new CollectionStart(files, note, false);
    if (JSON.stringify(earlier.wanted) !== JSON.stringify(fresh.wanted)) {
      const { organizations, folders, projects } = earlier.wanted;
      const names = [...organizations, ...folders, ...projects];
      throw otherScopes(`a collection of ${names.length === 0 ? 'everything the caller saw' : listOf(names)}`);
    }
    return new CollectionStart(files, earlier, true);
  }

  /** When the collection was begun. */
  get collectedAt(): Timestamp {
    return this.#note.collectedAt;
  }

  /** True where no scope was asked for: then everything is collected that the caller sees. */
  get isOpen(): boolean {
    const { organizations, folders, projects } = this.#note.wanted;
    return organizations.length + folders.length + projects.length === 0;
  }

  /** Begins anew: what an earlier collection wrote is removed, and its parts are forgotten. */
  async begin(): Promise<void> {
    const earlier = readNote(await this.#files.readJson(NOTE_FILE));
    // Where nobody knows what it wrote: what this one would write. Without its directory there was none.
    const written = earlier?.files ?? ((await this.#files.names(RECORDS)).length > 0 ? this.#note.files : []);
    for (const file of written) await this.#files.remove(file);
    await this.#files.removeAll(RECORDS);
    await this.#save();
  }

  /**
   * Notes the organizations that were found, once. Where no scope was asked for they are what tells one collection from another.
   *
   * @throws KeyreachError `other-scopes` where others were found before.
   */
  async found(organizations: readonly string[]): Promise<void> {
    const { organizations: before } = this.#note;
    const names = [...organizations].sort();
    if (before === undefined) {
      this.#note = { ...this.#note, organizations: names };
      await this.#save();
    } else if (this.isOpen && JSON.stringify(before) !== JSON.stringify(names)) {
      throw otherScopes(
        `a collection of ${before.length === 0 ? 'no organization' : listOf(before)}, and the caller sees ${names.length === 0 ? 'none' : listOf(names)}`,
      );
    }
  }

  async #save(): Promise<void> {
    await this.#files.writeJson(NOTE_FILE, { format: FORMAT, ...this.#note });
  }
}

function otherScopes(what: string): KeyreachError {
  return new KeyreachError(
    'other-scopes',
    `the directory holds ${what}; name the same scopes, give another directory, or begin anew with --refresh`,
  );
}

const MOST_NAMES = 5;

function listOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  const shown = names.slice(0, MOST_NAMES).map((name) => `\`${name}\``);
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function readNote(raw: unknown): Note | undefined {
  if (!isRecord(raw) || raw['format'] !== FORMAT) return undefined;
  const { collectedAt, wanted, organizations, files } = raw;
  if (typeof collectedAt !== 'string' || Number.isNaN(Date.parse(collectedAt)) || !isRecord(wanted)) return undefined;
  const lists = [wanted['organizations'], wanted['folders'], wanted['projects']].map(texts);
  const [asked, folders, projects] = lists;
  const names = texts(files)?.filter((file) => /^[\w-]{1,60}\.(?:json|ndjson)$/.test(file));
  if (asked === undefined || folders === undefined || projects === undefined || names === undefined) return undefined;
  const found = texts(organizations);
  return {
    collectedAt,
    wanted: { organizations: asked, folders, projects },
    files: names,
    ...(found === undefined ? {} : { organizations: found }),
  };
}

function texts(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const list = value as readonly unknown[];
  return list.every((one) => typeof one === 'string') ? list : undefined;
}
