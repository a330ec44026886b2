import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyreach, sampleEstate, sampleTime } from './run-command.ts';

const readme = readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8');

/** Commands of the README with the output it shows; a line `…` stands for any number of lines. */
const shown = [...readme.matchAll(/^```console\n([\s\S]*?)^```$/gm)]
  .flatMap(([, block = '']) => block.split(/^\$ keyreach /m).slice(1))
  .map((text) => {
    const [command = '', ...output] = text.trimEnd().split('\n');
    return { command, output };
  });

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyreach-readme-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe.concurrent('the README', () => {
  it('shows output', () => {
    expect(shown.map(({ command }) => command.split(' ')[0])).toEqual(['demo', 'radius', 'unused', 'can', 'who-can']);
  });

  it.each(shown)('shows what `keyreach $command` prints', async ({ command, output }) => {
    const args = command.split(' ').map((arg) => (arg === 'examples/estate' ? sampleEstate : arg));
    const { code, stdout } = await keyreach([...args, '--at', sampleTime], directory);
    expect(code).toBe(0);
    const printed = stdout.trimEnd().split('\n');
    let at = 0;
    let skip = false;
    for (const line of output) {
      if (line.trim() === '…') {
        skip = true;
        continue;
      }
      const found = skip ? printed.indexOf(line, at) : at;
      expect(printed[found], `line ${found + 1} of the output`).toBe(line);
      at = found + 1;
      skip = false;
    }
    expect(skip || at === printed.length).toBe(true);
  });
});
