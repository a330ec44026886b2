import { promises as fs } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { KeyreachError } from '@keyreach/core/graph';
import { MAX_JSON_DEPTH, parseJson } from '../bundle/json-input.ts';
import type { BundleStore } from './part.ts';
import { storable } from './storable.ts';

/**
 * Files of a bundle that is being written. Each appears under its name only once it is complete, nothing is written
 * outside the directory, and JSON never holds a property that is a secret.
 */
export class BundleWriter implements BundleStore {
  readonly #root: string;
  readonly #real: string;

  private constructor(root: string, real: string) {
    this.#root = root;
    this.#real = real;
  }

  /**
   * Opens a directory, which is made if it is not there.
   *
   * @throws KeyreachError `cannot-write` where that is impossible.
   */
  static async open(root: string): Promise<BundleWriter> {
    try {
      await fs.mkdir(root, { recursive: true });
      return new BundleWriter(root, await fs.realpath(root));
    } catch (cause) {
      throw new KeyreachError('cannot-write', `cannot write into \`${root}\`; check the path and its permissions`, {
        cause,
      });
    }
  }

  async names(directory: string): Promise<readonly string[]> {
    try {
      return (await fs.readdir(this.#path(directory))).sort();
    } catch (error) {
      if (error instanceof KeyreachError) throw error;
      return [];
    }
  }

  /** True where there is a plain file. */
  async has(path: string): Promise<boolean> {
    return fs.stat(this.#path(path)).then(
      (stat) => stat.isFile(),
      () => false,
    );
  }

  async readJson(path: string): Promise<unknown> {
    const file = this.#path(path);
    const text = await fs.readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    const parsed = parseJson(text, { file: path, maxDepth: MAX_JSON_DEPTH });
    return parsed.ok ? parsed.value : undefined;
  }

  async writeJson(path: string, value: unknown): Promise<void> {
    await this.writeText(path, `${JSON.stringify(storable(value), null, 1)}\n`);
  }

  /** Writes text as it is. */
  async writeText(path: string, text: string): Promise<void> {
    await this.writeBytes(path, Buffer.from(text, 'utf8'));
  }

  async writeBytes(path: string, bytes: Uint8Array): Promise<void> {
    const file = this.#path(path);
    const directory = dirname(file);
    const temporary = join(directory, `.${process.pid}.${path.slice(path.lastIndexOf('/') + 1)}.tmp`);
    try {
      await fs.mkdir(directory, { recursive: true });
      // A link in the place of a directory may lead out of the bundle.
      if (!isInside(this.#real, await fs.realpath(directory))) throw new Error('a link that leads out of the bundle');
      try {
        await fs.writeFile(temporary, bytes, { mode: 0o600 });
        await fs.rename(temporary, file);
      } catch (error) {
        await fs.rm(temporary, { force: true });
        throw error;
      }
    } catch (cause) {
      throw new KeyreachError('cannot-write', `cannot write \`${path}\`; check its directory and the space left`, {
        cause,
      });
    }
  }

  /** Removes a file; nothing happens where there is none. */
  async remove(path: string): Promise<void> {
    await fs.rm(this.#path(path), { force: true });
  }

  #path(path: string): string {
    const words = path.split('/');
    const isPlain = words.every((word) => /^[\w.@+=,-]{1,255}$/.test(word) && word !== '.' && word !== '..');
    if (!isPlain) throw new KeyreachError('bad-path', `\`${path}\` is no path of a file in a bundle`);
    return join(this.#root, ...words);
  }
}

function isInside(root: string, path: string): boolean {
  const inner = relative(root, path);
  return inner === '' || (inner !== '..' && !inner.startsWith(`..${sep}`) && !inner.startsWith(sep));
}
