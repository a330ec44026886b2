import { gzipSync } from 'node:zlib';
import { RECORD_FILE_LIMITS, type RecordFileLimits, type RecordFileOutcome } from '@keyreach/core/input';
import { describe, expect, it } from 'vitest';
import { record, temporaryFiles } from './testing/records.ts';
import { readTrailFile } from './trail-file.ts';
import { fieldsOf } from './trail-record.ts';

const { write } = temporaryFiles();
const file = (content: unknown): string => write('log.json', content);

/** Names of the events that were taken, where from, and what the file came to. */
async function read(
  path: string,
  limits: RecordFileLimits = RECORD_FILE_LIMITS,
): Promise<RecordFileOutcome & { readonly names: readonly string[] }> {
  const names: string[] = [];
  const outcome = await readTrailFile(
    path,
    (taken, from) => {
      const name = fieldsOf(taken)?.['eventName'];
      if (typeof name !== 'string') return 'unusable';
      names.push(from === 'log' ? name : `${name} (lookup)`);
      return 'counted';
    },
    limits,
  );
  return { ...outcome, names };
}

const named = (...names: readonly string[]): readonly object[] => names.map((eventName) => record({ eventName }));
const lines = (...records: readonly object[]): string => records.map((one) => `${JSON.stringify(one)}\n`).join('');

describe('a log file', () => {
  it('holds records as a trail delivers them, packed or not', async () => {
    const log = { Records: named('A', 'B') };
    expect(await read(file(log))).toMatchObject({ names: ['A', 'B'], problems: 0 });
    const packed = await read(file(gzipSync(JSON.stringify(log))));
    expect(packed).toMatchObject({ names: ['A', 'B'], problems: 0, bytes: JSON.stringify(log).length });
    expect(await read(file(JSON.stringify(log, undefined, 2)))).toMatchObject({ names: ['A', 'B'], problems: 0 });
    expect(await read(file({ Records: [] }))).toMatchObject({ names: [], problems: 0 });
  });

  it('holds replies of LookupEvents', async () => {
    const event = (eventName: string): object => ({
      EventName: 'x',
      CloudTrailEvent: JSON.stringify(record({ eventName })),
    });
    expect(await read(file({ NextToken: 'x', Events: [event('A'), event('B')] }))).toMatchObject({
      names: ['A (lookup)', 'B (lookup)'],
      problems: 0,
    });
    expect(await read(file([event('A')]))).toMatchObject({ names: ['A (lookup)'], problems: 0 });
    const damaged = await read(file({ Events: [event('A'), { CloudTrailEvent: '{"eventName":' }, event('B')] }));
    expect(damaged).toMatchObject({ names: ['A (lookup)', 'B (lookup)'], problems: 1 });
    expect(damaged.firstProblem).toMatch(/^record 2, byte \d+: expected a record of CloudTrail/);
  });

  it('holds a list of records, or one after another, each on a line or not', async () => {
    expect(await read(file(named('A', 'B')))).toMatchObject({ names: ['A', 'B'], problems: 0 });
    expect(await read(file(lines(...named('A', 'B'))))).toMatchObject({ names: ['A', 'B'], problems: 0 });
    expect(await read(file(`\ufeff${lines(...named('A'))}\n\n`))).toMatchObject({ names: ['A'], problems: 0 });
    const joined = JSON.stringify({ Records: named('A') }) + JSON.stringify({ Records: named('B') });
    expect(await read(file(joined))).toMatchObject({ names: ['A', 'B'], problems: 0 });
    expect(await read(file(named('A')[0]))).toMatchObject({ names: ['A'], problems: 0 });
  });

  it('is read the same in parts, where it is large', async () => {
    const log = JSON.stringify({ Records: named('A', 'B', 'C') });
    for (const content of [log, gzipSync(log)]) {
      const outcome = await read(file(content), { ...RECORD_FILE_LIMITS, wholeBytes: 0 });
      expect(outcome).toEqual({ names: ['A', 'B', 'C'], problems: 0, bytes: log.length });
    }
  });

  it('has brackets, quotes and line ends in texts', async () => {
    const eventName = 'a "]}\\ \n\u2028 {[Records": [';
    expect(await read(file({ Records: named(eventName) }))).toMatchObject({ names: [eventName], problems: 0 });
    expect(await read(file({ 'x"Records': [1], Records: named('A') }))).toMatchObject({ names: ['A'], problems: 0 });
  });

  it('that only tells of the integrity of others is no problem', async () => {
    const digest = { awsAccountId: '1', digestS3Object: 'AWSLogs/x.json.gz', logFiles: [{ s3Object: 'y' }] };
    expect(await read(file(digest))).toMatchObject({ names: [], problems: 0 });
    expect(await read(file({ awsAccountId: '1', logFiles: [] }))).toMatchObject({ names: [], problems: 1 });
  });
});

describe('a damaged log file', () => {
  it('counts up to where it ends, packed or not', async () => {
    const log = JSON.stringify({ Records: named('A', 'B', 'C') });
    const cut = log.slice(0, -100);
    for (const content of [cut, gzipSync(cut)]) {
      const outcome = await read(file(content));
      expect(outcome).toMatchObject({ names: ['A', 'B'], problems: 1 });
      expect(outcome.firstProblem).toBe(`byte ${cut.length}: unexpected end of file`);
    }
    const many = JSON.stringify({ Records: named(...Array.from({ length: 500 }, (_, index) => `E${index}`)) });
    const packed = gzipSync(many);
    const half = await read(file(packed.subarray(0, packed.length / 2)));
    expect(half.problems).toBe(1);
    expect(half.names.length).toBeGreaterThan(100);
    expect(half.names.length).toBeLessThan(500);
    const broken = Buffer.from(packed);
    broken.fill(0xff, Math.floor(packed.length / 2), Math.floor(packed.length / 2) + 40);
    expect((await read(file(broken))).problems).toBeGreaterThan(0);
  });

  it('loses the damaged record and no other, and tells its place and none of its text', async () => {
    const [a, b, c] = named('A', 'B', 'C').map((one) => JSON.stringify(one));
    const log = `{"Records":[${a},{"eventName":SECRET},${b},7,"SECRET",${c}]}`;
    const outcome = await read(file(log));
    expect(outcome).toMatchObject({ names: ['A', 'B', 'C'], problems: 3 });
    expect(outcome.firstProblem).toBe(`record 2, byte ${log.indexOf('{"eventName":SECRET')}: damaged, expected JSON`);
    expect(outcome.firstProblem).not.toContain('SECRET');
  });

  it('with a record on each line loses the damaged lines and no other', async () => {
    const [a, b, c] = named('A', 'B', 'C').map((one) => JSON.stringify(one));
    for (const bad of ['{"eventName":"B', '{"eventName":{', '{"eventName"}}', 'garbage', '"text"', ']']) {
      const outcome = await read(file(`${a}\n${bad}\n${b}\n${c}\n`));
      expect([bad, outcome.names]).toEqual([bad, ['A', 'B', 'C']]);
      expect(outcome.problems).toBeGreaterThan(0);
    }
  });

  it('of another kind is a problem', async () => {
    for (const content of [
      '',
      'text',
      '{}',
      '[]x',
      '7',
      { trailList: [] },
      { Records: 'x' },
      { Records: [{ s3: {} }] },
    ]) {
      expect([content, (await read(file(content))).problems]).toEqual([content, 1]);
    }
    expect(await read(write('gone/x.json', '{}').replace('x.json', 'y.json'))).toMatchObject({
      problems: 1,
      firstProblem: 'cannot be read (`ENOENT`)',
    });
  });
});

describe('a hostile log file', () => {
  it('that unpacks to more than allowed is read up to there', async () => {
    const log = JSON.stringify({ Records: named('A', 'B') });
    const limits = { ...RECORD_FILE_LIMITS, wholeBytes: 100, fileBytes: log.length + 1000 };
    const outcome = await read(file(gzipSync(log + ' '.repeat(50_000_000))), limits);
    expect(outcome).toMatchObject({ names: ['A', 'B'], problems: 1, bytes: log.length + 1000 });
    expect(outcome.firstProblem).toMatch(/^unpacks to more than/);
    // A file that is honest about its size and within the limit is not one.
    expect(await read(file(gzipSync(log)), limits)).toMatchObject({ names: ['A', 'B'], problems: 0 });
  });

  it('with a record too large or nested too deep loses that record', async () => {
    const [a, b] = named('A', 'B').map((one) => JSON.stringify(one));
    const deep = (levels: number): string => `{"eventName":"deep","x":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    const nested = await read(file(`{"Records":[${a},${deep(100_000)},${deep(100)},${b}]}`));
    expect(nested).toMatchObject({ names: ['A', 'deep', 'B'], problems: 1 });
    expect(nested.firstProblem).toMatch(/nested deeper than 128 levels$/);
    const large = (length: number): string => `{"eventName":"large","x":"${'x'.repeat(length)}"}`;
    for (const wholeBytes of [0, RECORD_FILE_LIMITS.wholeBytes]) {
      const limits = { ...RECORD_FILE_LIMITS, wholeBytes, recordBytes: 2_000_000 };
      const outcome = await read(file(`{"Records":[${a},${large(5_000_000)},${large(1_500_000)},${b}]}`), limits);
      expect(outcome).toMatchObject({ names: ['A', 'large', 'B'], problems: 1 });
      expect(outcome.firstProblem).toMatch(/larger than 2000000 bytes$/);
    }
    const event = JSON.stringify({ CloudTrailEvent: deep(100_000) });
    expect(await read(file(`{"Events":[${event}]}`))).toMatchObject({ names: [], problems: 1 });
  });
});
