import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Path of the built command. */
export const command: string = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url));

/** The sample estate. */
export const sampleEstate: string = fileURLToPath(new URL('../packages/cli/sample-estate', import.meta.url));

/** When the sample estate was collected. */
export const sampleTime = '2026-11-01T06:00:00Z';

/** How a run ended. */
export interface CommandRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

/** Starts the built command as a user does, away from any terminal, and waits for it. */
export function keyreach(args: readonly string[], cwd: string): Promise<CommandRun> {
  return new Promise((resolve, reject) => {
    const started = Date.now();
    const { KEYREACH_DEBUG: _, FORCE_COLOR: __, ...env } = process.env;
    const child = spawn(process.execPath, [command, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr, milliseconds: Date.now() - started }));
  });
}
