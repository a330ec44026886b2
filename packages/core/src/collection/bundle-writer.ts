import { promises as fs } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { KeyreachError } from '../graph/index.ts';
import { MAX_JSON_DEPTH, parseJson } from '../input/index.ts';
import type { BundleStore } from './bundle-store.ts';
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
    await this.#write(path, (temporary) => fs.writeFile(temporary, bytes, { mode: 0o600 }));
  }

  /** Writes what other files of the bundle hold, one after the other, and a last text; whole or not at all. */
  async writeJoined(path: string, sources: readonly string[], last = ''): Promise<void> {
    await this.#write(path, async (temporary) => {
      const joined = await fs.open(temporary, 'w', 0o600);
      try {
        for (const source of sources) await joined.appendFile(await fs.readFile(this.#path(source)));
        await joined.appendFile(last);
      } finally {
        await joined.close();
      }
    });
  }

  async #write(path: string, fill: (temporary: string) => Promise<void>): Promise<void> {
    const file = this.#path(path);
    const directory = dirname(file);
    const temporary = join(directory, `.${process.pid}.${path.slice(path.lastIndexOf('/') + 1)}.tmp`);
    try {
      await fs.mkdir(directory, { recursive: true });
      // A link in the place of a directory may lead out of the bundle.
      if (!isInside(this.#real, await fs.realpath(directory))) throw new Error('a link that leads out of the bundle');
      try {
        await fill(temporary);
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

  async remove(path: string): Promise<void> {
    const file = this.#path(path);
    try {
      await fs.rm(file, { force: true });
    } catch (cause) {
      throw new KeyreachError('cannot-write', `cannot remove \`${path}\`; check its directory`, { cause });
    }
  }

  /** Removes a directory with everything in it; a link is removed, and not what it leads to. */
  async removeAll(directory: string): Promise<void> {
    await fs.rm(this.#path(directory), { recursive: true, force: true });
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
