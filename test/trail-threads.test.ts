import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { naiveTrailRows } from './oracle/naive-trail-use.ts';
import { arbitraryTrail } from './oracle/random-trail.ts';

const dist = new URL('../packages/aws/dist/', import.meta.url);
const input = new URL('../packages/core/dist/input/', import.meta.url);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyreach-threads-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Runs a module on the built library, where threads can be started, and gives what it prints as JSON. */
function run(code: string): unknown {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
    cwd: fileURLToPath(dist),
    maxBuffer: 64 * 1024 * 1024,
  });
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

const read = (options: string): unknown =>
  run(`
    import { readTrailFiles } from './offline.js';
    import { canStartThreads } from './usage/trail-threads.js';
    if (!canStartThreads()) throw new Error('no threads');
    let told;
    const { rows, gaps, damaged, seen } = await readTrailFiles(${JSON.stringify(directory)}, { onProgress: (now) => (told = now), ${options} });
    console.log(JSON.stringify({ rows, gaps, damaged, seen: [...seen], told }));`);

it('threads find what the slow way finds, however many there are', () => {
  const records = fc.sample(arbitraryTrail(), { seed: 7, numRuns: 20 }).flatMap((trail, index) =>
    // Ids are told apart within one trail only.
    trail.map((record) => {
      const { eventID } = record as { readonly eventID?: string };
      return eventID === undefined ? record : { ...record, eventID: `${index}-${eventID}` };
    }),
  );
  for (let from = 0; from < records.length; from += 20) {
    const path = join(directory, `${from % 3}`, `${from}.json.gz`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, gzipSync(JSON.stringify({ Records: records.slice(from, from + 20) })));
  }
  writeFileSync(join(directory, 'bad.json'), '{"Records":[');
  const files = Math.ceil(records.length / 20) + 1;
  const rows = naiveTrailRows(records);
  expect(rows.length).toBeGreaterThan(100);
  let alone: unknown;
  for (const threads of [0, 1, 3]) {
    const found = read(`threads: ${threads}`);
    expect(found).toMatchObject({ rows, told: { files, allFiles: files } });
    alone ??= found;
    // Problems and bytes too.
    expect(found).toEqual(alone);
  }
});

it('a reading that is stopped ends its threads', () => {
  for (let index = 0; index < 50; index += 1) writeFileSync(join(directory, `${index}.json`), '{"Records":[]}');
  const code = `
    import { readTrailFiles } from './offline.js';
    const stop = new AbortController();
    const reading = readTrailFiles(${JSON.stringify(directory)}, {
      threads: 2, signal: stop.signal, onProgress: () => stop.abort(new Error('enough')),
    });
    const message = await reading.then(() => 'read', (error) => error.message);
    console.log(JSON.stringify(message));`;
  expect(run(code)).toBe('enough');
});

it('exactly one of two threads has an event', () => {
  const code = `
    import { Worker } from 'node:worker_threads';
    import { eventIdMemory } from '@keyreach/core/input';
    const entry = ${JSON.stringify(new URL('event-id-set.js', input).href)};
    const task = \`
      const { parentPort, workerData } = require('node:worker_threads');
      import(\${JSON.stringify(entry)}).then(({ EventIdSet }) => {
        const set = new EventIdSet(workerData);
        let added = 0;
        for (let index = 0; index < 50000; index += 1) if (set.add('event ' + index)) added += 1;
        parentPort.postMessage(added);
      });\`;
    const workerData = eventIdMemory(50000);
    const added = await Promise.all([1, 2].map(() => new Promise((resolve, reject) => {
      const worker = new Worker(task, { eval: true, workerData, execArgv: [] });
      worker.on('message', resolve);
      worker.on('error', reject);
    })));
    console.log(added[0] + added[1]);`;
  expect(run(code)).toBe(50_000);
});
