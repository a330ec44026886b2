import { type FileHandle, open, rename, stat, unlink } from 'node:fs/promises';
import { quoteText } from '@keyreach/core/graph';
import { UsageError } from './usage-error.ts';

/**
 * Writes a file so that it appears under its name only once it is complete: under another name in the same directory
 * first, which is removed if anything fails. Throws a {@link UsageError} where the system refuses.
 */
export async function writeOutputFile(path: string, text: string): Promise<void> {
  let temporary: string | undefined;
  try {
    const found = await stat(path).catch(() => undefined);
    // Renaming onto a device or pipe would replace it.
    if (found?.isFile() === false)
      throw new Error(found.isDirectory() ? 'it is a directory' : 'it is not a plain file');
    const file = await createBeside(path);
    temporary = file.path;
    try {
      await file.handle.writeFile(text);
      await file.handle.sync();
    } finally {
      await file.handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    if (temporary !== undefined) await unlink(temporary).catch(() => undefined);
    throw new UsageError([`cannot write ${quoteText(path)}: ${reasonOf(error)}`], error);
  }
}

async function createBeside(path: string): Promise<{ readonly path: string; readonly handle: FileHandle }> {
  for (let attempt = 1; ; attempt += 1) {
    const temporary = `${path}.${attempt}.tmp`;
    try {
      return { path: temporary, handle: await open(temporary, 'wx') };
    } catch (error) {
      if (attempt >= 100 || codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

function reasonOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'its directory does not exist';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'permission denied';
    case 'ENOSPC':
      return 'no space left on the device';
    default:
      return error instanceof Error ? error.message : 'unknown reason';
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
