import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readEstate, UsageError } from 'keyreach';
import { describe, expect, it } from 'vitest';
import { sampleEstate, sampleTime } from './run-command.ts';

const audit = fileURLToPath(new URL('../examples/audit.mjs', import.meta.url));

function run(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [audit, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

describe('examples/audit.mjs', () => {
  it('ranks the sample estate and ends with 1, because one key has to be acted on', async () => {
    const { code, stdout, stderr } = await run();
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const [headline = '', first = '', ...more] = stdout.trim().split('\n');
    expect(headline).toMatch(
      /^Act: access key AKIAEXAMPLEDEVKEY001 of mia\.keller, 912 days old, gives full control of account shop-prod/,
    );
    expect(first).toMatch(/^Act: AKIAEXAMPLEDEVKEY001 reaches \d+–\d+ identities, admin of shop-prod$/);
    expect(more.length).toBe(4);
    expect((await run(sampleEstate)).stdout).toBe(stdout);
  });
});

describe('the library entry of the command', () => {
  it('reads an estate and says what is wrong with it', async () => {
    const { graph, problems } = await readEstate([sampleEstate, 'nowhere'], { now: sampleTime });
    expect(graph.nodes.length).toBeGreaterThan(50);
    expect(problems).toEqual(['`nowhere`: no such file or directory, or no permission to read it']);
    await expect(readEstate(['nowhere'], { now: sampleTime })).rejects.toBeInstanceOf(UsageError);
  });
});
