import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Directory of the Python environment that `pnpm setup:e2e` makes; `KEYREACH_E2E_VENV` names another. */
export function pythonEnvironment(): string {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return process.env['KEYREACH_E2E_VENV'] || join(cache, 'keyreach-e2e', 'venv');
}

/**
 * Path of a program of the Python environment, such as `moto_server` or `python`. Throws, with what to do, where it is
 * missing: a suite that quietly skips would prove nothing.
 */
export function pythonProgram(name: string): string {
  const path = join(pythonEnvironment(), 'bin', name);
  if (!existsSync(path)) throw new Error(`no program at \`${path}\`: run \`pnpm setup:e2e\` or set KEYREACH_E2E_VENV`);
  return path;
}
