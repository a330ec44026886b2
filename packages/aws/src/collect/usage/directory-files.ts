import { promises as fs } from 'node:fs';
import { dirname, join } from 'node:path';
import { KeyreachError } from '@keyreach/core/graph';
import type { UsageFiles } from './usage-context.ts';

/**
 * The files below a directory. A file is written under another name first, so one that is there is whole.
 * Throws KeyreachError `bad-path` for a path that could lead out of the directory.
 */
export function directoryFiles(root: string): UsageFiles {
  const writeBytes = async (path: string, bytes: Uint8Array | string): Promise<void> => {
    const place = below(root, path);
    await fs.mkdir(dirname(place), { recursive: true });
    await fs.writeFile(`${place}.part`, bytes, { mode: 0o600 });
    await fs.rename(`${place}.part`, place);
  };
  return {
    names: async (directory) => {
      try {
        return (await fs.readdir(below(root, directory))).sort();
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    },
    readJson: async (path) => {
      try {
        return JSON.parse(await fs.readFile(below(root, path), 'utf8')) as unknown;
      } catch (error) {
        if (isMissing(error) || error instanceof SyntaxError) return undefined;
        throw error;
      }
    },
    writeJson: (path, value) => writeBytes(path, `${JSON.stringify(value, undefined, 2)}\n`),
    writeBytes,
  };
}

function below(root: string, path: string): string {
  const safe = path.split('/').every((part) => /^[A-Za-z0-9._-]{1,255}$/.test(part) && !/^\.+$/.test(part));
  if (!safe) throw new KeyreachError('bad-path', `not a path in a bundle: \`${path.slice(0, 200)}\``);
  return join(root, ...path.split('/'));
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
