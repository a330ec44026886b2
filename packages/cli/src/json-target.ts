import { open } from 'node:fs/promises';
import { quoteText } from '@keyreach/core/graph';
import { UsageError } from './usage-error.ts';

/** Where JSON goes: standard output, a file, or nowhere. */
export type JsonTarget = { readonly to: 'stdout' } | { readonly to: 'file'; readonly path: string } | undefined;

/**
 * The value of `--json [FILE]` and `--policy [FILE]` is optional, so the parser would take an input after a bare `--json`
 * for the file. What exists and is no earlier output of ours cannot be meant as one: the option then stands for itself.
 */
export async function withJsonValues(args: readonly string[]): Promise<readonly string[]> {
  const given: string[] = [];
  for (const [index, arg] of args.entries()) {
    const next = args[index + 1];
    const bare = withOptionalFile.has(arg) && next !== undefined && !(await mayReplace(next));
    given.push(bare ? `${arg}=-` : arg);
  }
  return given;
}

const withOptionalFile: ReadonlySet<string> = new Set(['--json', '--policy']);

/** Reads the value of `--json` or `--policy`. An existing file is only replaced where it is an earlier output of ours. */
export async function jsonTarget(value: string | true | undefined): Promise<JsonTarget> {
  if (value === undefined) return undefined;
  if (value === true || value === '-') return { to: 'stdout' };
  if (await mayReplace(value)) return { to: 'file', path: value };
  throw new UsageError([`${quoteText(value)} exists and is not JSON that keyreach wrote; name another file`]);
}

/** True where there is no file, an empty one, or one that begins as our results do. */
async function mayReplace(path: string): Promise<boolean> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
  try {
    if (!(await handle.stat()).isFile()) return false;
    const { bytesRead, buffer } = await handle.read(new Uint8Array(256), 0, 256, 0);
    const head = new TextDecoder().decode(buffer.subarray(0, bytesRead));
    return bytesRead === 0 || /^\s*\{\s*"schema"\s*:\s*"keyreach-/.test(head);
  } finally {
    await handle.close();
  }
}
