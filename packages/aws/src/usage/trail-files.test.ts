import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, opening, record, session, temporaryFiles } from './testing/records.ts';
import { readTrailFiles } from './trail-files.ts';

const { directory, write } = temporaryFiles();
const log = (...records: readonly object[]): object => ({ Records: records });

describe('log files', () => {
  it('are read from directories and files, each once, whatever they are called', async () => {
    write('AWSLogs/a.json', log(record()));
    write('AWSLogs/b/c.json.gz', gzipSync(JSON.stringify(log(record(), record()))));
    write('AWSLogs/b/d.ndjson', JSON.stringify(record()));
    write('AWSLogs/1/CloudTrail-Digest/x/e.json', 'no log');
    write('AWSLogs/notes.txt', 'no log');
    const one = write('one.json', log(record()));
    const progress: unknown[] = [];
    const read = await readTrailFiles([`${directory()}/AWSLogs`, one, one], {
      onProgress: (told) => progress.push(told),
    });
    expect(read.rows).toMatchObject([{ count: 5 }]);
    expect(read).toMatchObject({ source: 'cloudtrail-files', coverage: [], gaps: [], damaged: [] });
    expect(progress.at(-1)).toEqual({ files: 4, allFiles: 4, bytes: read.bytes });
    expect([...read.seen]).toEqual([
      [ACCOUNT, { first: '2026-05-01T10:00:00.000Z', last: '2026-05-01T10:00:00.000Z' }],
    ]);
  });

  it('that are damaged are told one by one, up to a hundred', async () => {
    write('a.json', log(record()));
    for (let index = 0; index < 102; index += 1) write(`bad/${String(index).padStart(3, '0')}.json`, '[{},{}]');
    const { rows, gaps, damaged } = await readTrailFiles(directory(), {
      shown: (path) => path.slice(directory().length),
    });
    expect(rows).toHaveLength(1);
    expect(damaged).toHaveLength(102);
    expect(gaps).toHaveLength(101);
    expect(gaps[0]).toEqual({
      scope: '/bad/000.json',
      what: 'CloudTrail',
      why: 'record 1, byte 1: expected a record of CloudTrail with `eventType`, `eventTime` and what goes with them; 1 more places of this file could not be read',
      file: '/bad/000.json',
      kind: 'bad-input',
    });
    expect(gaps[100]?.why).toBe('2 more files could not be read as a whole');
  });

  it('give nothing that is secret', async () => {
    const secret = 'wJalrXUtnFEMIcanary';
    write(
      'a.json',
      log(
        opening('ASIA1', session('ASIA2'), {
          responseElements: { credentials: { accessKeyId: 'ASIA1', secretAccessKey: secret, sessionToken: secret } },
          requestParameters: { externalId: secret, tokenCode: secret, password: secret },
        }),
        record({
          userIdentity: session('ASIA1'),
          errorMessage: secret,
          userAgent: secret,
          additionalEventData: { x: secret },
        }),
        record({ eventName: 'CreateAccessKey', responseElements: { accessKey: { secretAccessKey: secret } } }),
        record({ eventTime: secret }),
        { eventType: secret },
      ),
    );
    write('b.json', `{"Records":[{"password":"${secret}`);
    write('c.json', `{"Records":[${secret}]}`);
    const { seen, ...read } = await readTrailFiles(directory());
    expect(read.rows.length).toBe(3);
    expect(read.gaps.length).toBe(3);
    expect(JSON.stringify([read, [...seen]])).not.toContain(secret);
  });

  it('stop where they are told to', async () => {
    for (const name of ['a', 'b', 'c']) write(`${name}.json`, log(record()));
    const stop = new AbortController();
    const reason = new Error('enough');
    const reading = readTrailFiles(directory(), { signal: stop.signal, onProgress: () => stop.abort(reason) });
    await expect(reading).rejects.toBe(reason);
    await expect(readTrailFiles(directory(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('that do not exist are an error, and none are none', async () => {
    await expect(readTrailFiles(`${directory()}/gone`)).rejects.toMatchObject({ code: 'cannot-read' });
    expect(await readTrailFiles([])).toMatchObject({ rows: [], gaps: [] });
  });
});
