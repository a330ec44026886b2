import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonTarget, withJsonValues } from './json-target.ts';

let directory: string;
const file = (name: string): string => join(directory, name);

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyreach-json-'));
  writeFileSync(file('input.json'), '{"UserDetailList":[]}');
  writeFileSync(file('earlier.json'), '{\n  "schema": "keyreach-analysis",\n');
  writeFileSync(file('empty.json'), '');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('--json', () => {
  it('goes to standard output without a file or with -', async () => {
    expect(await jsonTarget(undefined)).toBeUndefined();
    expect(await jsonTarget(true)).toEqual({ to: 'stdout' });
    expect(await jsonTarget('-')).toEqual({ to: 'stdout' });
  });

  it('replaces nothing but its own output', async () => {
    for (const name of ['new.json', 'earlier.json', 'empty.json']) {
      expect(await jsonTarget(file(name))).toEqual({ to: 'file', path: file(name) });
    }
    for (const path of [file('input.json'), directory]) {
      await expect(jsonTarget(path)).rejects.toThrow('is not JSON that keyreach wrote');
    }
  });

  it('takes an input after it for an input', async () => {
    const input = file('input.json');
    expect(await withJsonValues(['analyze', '--json', input])).toEqual(['analyze', '--json=-', input]);
    expect(await withJsonValues(['analyze', '--json', directory])).toEqual(['analyze', '--json=-', directory]);
    expect(await withJsonValues(['unused', 'app', '--policy', input])).toEqual(['unused', 'app', '--policy=-', input]);
    expect(await withJsonValues(['unused', '--id', input])).toEqual(['unused', '--id', input]);
    for (const args of [
      ['unused', 'app', '--policy', file('new.json'), input],
      ['analyze', input, '--json'],
      ['analyze', '--json', '-', input],
      ['analyze', '--json', file('new.json'), input],
      ['analyze', '--json', file('earlier.json'), input],
    ]) {
      expect(await withJsonValues(args)).toEqual(args);
    }
  });
});
