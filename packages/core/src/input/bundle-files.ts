import { type Dirent, promises as fs } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type DecodedInput, decodeInput, MAX_FILE_BYTES } from './input-text.ts';

/** How much of a file tells what it is. */
export const HEAD_BYTES: number = 64 * 1024;

/** A file of a bundle, found without following links out of it. */
export interface BundleFile {
  /** Absolute path. */
  readonly path: string;
  /** Path below the input, with forward slashes: what messages show. */
  readonly shown: string;
}

/**
 * Read-only view of one input directory. Nothing outside the directory is ever opened: a symbolic link is followed only
 * to a place inside, and only plain files are read (a pipe or device would hang the reader).
 */
export class BundleFiles {
  readonly #root: string;
  readonly #real: string;

  private constructor(root: string, real: string) {
    this.#root = root;
    this.#real = real;
  }

  /** Opens a directory that exists. */
  static async open(root: string): Promise<BundleFiles> {
    return new BundleFiles(root, await fs.realpath(root));
  }

  /** The file at a path below the directory. */
  file(path: string): BundleFile {
    return { path: join(this.#root, path), shown: path };
  }

  /** Names in a directory below the root, sorted; empty where it cannot be read. */
  async names(path: string, kind: 'file' | 'directory'): Promise<readonly string[]> {
    const entries = await this.#entries(path);
    const names: string[] = [];
    for (const entry of entries) {
      const isKind = kind === 'file' ? entry.isFile() : entry.isDirectory();
      if (isKind || (entry.isSymbolicLink() && (await this.#linkKind(join(path, entry.name))) === kind)) {
        names.push(entry.name);
      }
    }
    return names.sort();
  }

  /** All plain files below a directory, sorted by path; directories behind links are not entered. */
  async below(path: string): Promise<readonly BundleFile[]> {
    const files: BundleFile[] = [];
    const pending = [path];
    for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
      for (const entry of await this.#entries(directory)) {
        const inner = `${directory}/${entry.name}`;
        if (entry.isDirectory()) pending.push(inner);
        else if (entry.isFile()) files.push(this.file(inner));
      }
    }
    return files.sort((left, right) => (left.shown < right.shown ? -1 : 1));
  }

  /** All links below a directory, sorted: {@link below} leaves them out, whatever they lead to. */
  async linksBelow(path: string): Promise<readonly string[]> {
    const links: string[] = [];
    const pending = [path];
    for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
      for (const entry of await this.#entries(directory)) {
        const inner = `${directory}/${entry.name}`;
        if (entry.isDirectory()) pending.push(inner);
        else if (entry.isSymbolicLink()) links.push(inner);
      }
    }
    return links.sort();
  }

  /** Text of a file: undefined where there is no such file, a problem where there is one that cannot be read. */
  async read(path: string): Promise<DecodedInput | undefined> {
    const absolute = join(this.#root, path);
    try {
      await fs.lstat(absolute);
    } catch (error) {
      return isMissing(error) ? undefined : { ok: false, problem: cannotRead(error) };
    }
    try {
      const real = await fs.realpath(absolute);
      if (!isInside(this.#real, real)) return { ok: false, problem: 'a symbolic link that leads out of the bundle' };
      return await readInputFile(real);
    } catch (error) {
      return { ok: false, problem: cannotRead(error) };
    }
  }

  /** The first bytes of a plain file; none where it cannot be read. */
  async head(path: string): Promise<Uint8Array> {
    try {
      const real = await fs.realpath(join(this.#root, path));
      if (!isInside(this.#real, real) || !(await fs.stat(real)).isFile()) return new Uint8Array();
      const handle = await fs.open(real);
      try {
        const { bytesRead, buffer } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    } catch {
      return new Uint8Array();
    }
  }

  async #entries(path: string): Promise<readonly Dirent[]> {
    const absolute = join(this.#root, path);
    try {
      if (!isInside(this.#real, await fs.realpath(absolute))) return [];
      return await fs.readdir(absolute, { withFileTypes: true });
    } catch {
      return [];
    }
  }

  async #linkKind(path: string): Promise<'file' | 'directory' | undefined> {
    try {
      const absolute = join(this.#root, path);
      // A link that leads out counts as a file, so that reading it says why it is not read.
      if (!isInside(this.#real, await fs.realpath(absolute))) return 'file';
      const stat = await fs.stat(absolute);
      return stat.isDirectory() ? 'directory' : 'file';
    } catch {
      return 'file';
    }
  }
}

/** Text of one plain file, or why there is none. */
export async function readInputFile(path: string): Promise<DecodedInput> {
  try {
    const stat = await fs.stat(path);
    if (!stat.isFile()) return { ok: false, problem: 'not a plain file' };
    if (stat.size > MAX_FILE_BYTES) {
      return { ok: false, problem: `larger than \`${MAX_FILE_BYTES}\` bytes, expected a smaller file` };
    }
    if (stat.size === 0) return { ok: false, problem: 'an empty file' };
    return decodeInput(await fs.readFile(path));
  } catch (error) {
    return { ok: false, problem: cannotRead(error) };
  }
}

function isInside(root: string, path: string): boolean {
  const inner = relative(root, path);
  return inner === '' || (inner !== '..' && !inner.startsWith(`..${sep}`) && !inner.startsWith(sep));
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
}

/** The error's own message holds the absolute path; its code says enough. */
function cannotRead(error: unknown): string {
  return `cannot be read (\`${codeOf(error)}\`); check that it exists and its permissions`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
