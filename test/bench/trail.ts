import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readTrailFiles } from '@keyreach/aws/offline';
import { syntheticTrail } from './synthetic-trail.ts';

const MEGABYTE = 1_000_000;

/**
 * Writes CloudTrail logs as S3 has them and adds them up: 1 GB of JSON (about 150 MB packed), with `--small` a twentieth.
 * Aim: 150 MB/s of JSON or more on two cores, under 600 MB. Read in a process of its own, so that its memory is its own.
 */
export const trail: { readonly name: string; readonly run: () => Promise<void> } = {
  name: 'trail',
  run: async () => {
    const given = process.env['KEYREACH_TRAIL_BENCH'];
    if (given !== undefined) return read(given);
    const directory = mkdtempSync(join(tmpdir(), 'keyreach-bench-'));
    try {
      write(directory, process.argv.includes('--small') ? 50 * MEGABYTE : 1000 * MEGABYTE);
      for (const threads of ['', '1']) {
        const env = { ...process.env, KEYREACH_TRAIL_BENCH: directory, KEYREACH_TRAIL_THREADS: threads };
        const { stdout, stderr, status } = spawnSync(process.execPath, [process.argv[1]!, 'trail'], {
          env,
          encoding: 'utf8',
        });
        if (status !== 0) throw new Error(stderr);
        process.stdout.write(stdout.slice(stdout.indexOf('  read')));
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
    await Promise.resolve();
  },
};

function write(directory: string, wanted: number): void {
  let plain = 0;
  let packed = 0;
  let files = 0;
  for (const { path, text } of syntheticTrail(4, 1500)) {
    if (plain >= wanted) break;
    const bytes = gzipSync(text);
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), bytes);
    plain += Buffer.byteLength(text);
    packed += bytes.length;
    files += 1;
  }
  console.log(
    `  ${files} files, ${(plain / MEGABYTE).toFixed(0)} MB of JSON, ${(packed / MEGABYTE).toFixed(0)} MB packed`,
  );
}

async function read(directory: string): Promise<void> {
  const threads = process.env['KEYREACH_TRAIL_THREADS'];
  const started = performance.now();
  const { rows, bytes, gaps } = await readTrailFiles(directory, threads ? { threads: Number(threads) } : {});
  const seconds = (performance.now() - started) / 1000;
  const calls = rows.reduce((sum, { count, refused }) => sum + count + refused, 0);
  const memory = Math.round((process.resourceUsage().maxRSS * 1024) / MEGABYTE);
  const known = rows.filter(({ origin }) => origin !== undefined).length;
  console.log(
    `  read by ${threads || 'all cores'}: ${(bytes / MEGABYTE / seconds).toFixed(0)} MB/s of JSON, ${seconds.toFixed(1)} s, peak memory ${memory} MB; ` +
      `${calls} calls in ${rows.length} rows, ${known} with an origin, ${gaps.length} gaps`,
  );
}
