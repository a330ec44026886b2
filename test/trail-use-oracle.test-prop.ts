import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readTrailFiles } from '@keyreach/aws/offline';
import { EventIdSet, eventIdMemory } from '@keyreach/core/input';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SessionLimits, TrailAggregation } from '../packages/aws/src/usage/trail-aggregation.ts';
import { naiveTrailRows } from './oracle/naive-trail-use.ts';
import { arbitraryTrail } from './oracle/random-trail.ts';

const runs = Number(process.env['KEYREACH_ORACLE_RUNS'] ?? 150);

type Format = 'records' | 'pretty' | 'events' | 'array' | 'lines' | 'one after another';

const formats: readonly Format[] = ['records', 'pretty', 'events', 'array', 'lines', 'one after another'];

/** The text of a log file. */
function written(records: readonly object[], format: Format): string {
  const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');
  switch (format) {
    case 'records':
      return JSON.stringify({ Records: records });
    case 'pretty':
      return JSON.stringify({ NextToken: null, Records: records }, undefined, 2);
    case 'events':
      return JSON.stringify({
        Events: records.map((record) => ({ EventId: 'e', Resources: [], CloudTrailEvent: JSON.stringify(record) })),
      });
    case 'array':
      return JSON.stringify(records);
    case 'lines':
      return lines(records);
    case 'one after another':
      return JSON.stringify({ Records: records }) + JSON.stringify({ Records: [] });
  }
}

interface LogFile {
  readonly name: string;
  readonly text: string;
  readonly packed: boolean;
}

/** Records spread over files: how many fall into each, how each is written, and where it lies. */
const spread = fc.array(
  fc.record({
    share: fc.integer({ min: 1, max: 30 }),
    format: fc.constantFrom(...formats),
    packed: fc.boolean(),
    directory: fc.constantFrom('', 'b/', 'a/c/'),
  }),
  { minLength: 1, maxLength: 6 },
);

function filesOf(
  records: readonly object[],
  plan: readonly {
    readonly share: number;
    readonly format: Format;
    readonly packed: boolean;
    readonly directory: string;
  }[],
): readonly LogFile[] {
  const files: LogFile[] = [];
  for (let from = 0; from < records.length; ) {
    const { share, format, packed, directory } = plan[files.length % plan.length]!;
    const name = `${directory}${files.length % 2}-${files.length}.json${packed ? '.gz' : ''}`;
    files.push({ name, text: written(records.slice(from, from + share), format), packed });
    from += share;
  }
  return files;
}

describe('rows of CloudTrail records', () => {
  it(`from files on disk are those of all records at once, on ${runs} trails`, async () => {
    let rows = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryTrail({ oddTypes: true }), spread, async (records, plan) => {
        const directory = mkdtempSync(join(tmpdir(), 'keyreach-trail-'));
        try {
          for (const { name, text, packed } of filesOf(records, plan)) {
            const path = join(directory, name);
            mkdirSync(dirname(path), { recursive: true });
            writeFileSync(path, packed ? gzipSync(text) : text);
          }
          const read = await readTrailFiles(directory);
          expect(read.rows).toEqual(naiveTrailRows(records));
          rows += read.rows.length;
        } finally {
          rmSync(directory, { recursive: true, force: true });
        }
      }),
      { numRuns: runs },
    );
    expect(rows).toBeGreaterThan(runs);
  });

  it('added up in parts are the same, whoever adds which', () => {
    fc.assert(
      fc.property(arbitraryTrail(), fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 40 }), (records, whose) => {
        const ids = eventIdMemory(1000);
        const parts = Array.from({ length: 4 }, () => new TrailAggregation(new EventIdSet(ids)));
        for (const [index, record] of records.entries()) parts[whose[index % whose.length]!]!.take(record, 'log');
        const all = new TrailAggregation(new EventIdSet(ids));
        for (const part of parts) all.merge(structuredClone(part.part()));
        expect(all.rows()).toEqual(naiveTrailRows(records));
      }),
      { numRuns: runs },
    );
  });

  it('are the same where sessions are put in place early, if no two records opened one session', () => {
    const limits: SessionLimits = { pending: 1, openings: 1000 };
    let early = 0;
    fc.assert(
      fc.property(arbitraryTrail(), (random) => {
        const records = openedOnce(random);
        const all = new TrailAggregation(new EventIdSet(eventIdMemory(1000)), limits);
        for (const record of records) all.take(record, 'log');
        const rows = all.rows();
        if (all.lostSessions > 0) return;
        early += 1;
        expect(rows).toEqual(naiveTrailRows(records));
      }),
      { numRuns: runs },
    );
    expect(early).toBeGreaterThan(runs / 10);
  });
});

/** The records that opened sessions first, and only one for each session. */
function openedOnce(records: readonly object[]): readonly object[] {
  const key = (record: object): unknown => {
    const { responseElements } = record as { readonly responseElements?: { readonly credentials?: object } };
    return (responseElements?.credentials as { readonly accessKeyId?: string } | undefined)?.accessKeyId;
  };
  const opened = new Set<unknown>();
  const openings = records.filter((record) => {
    if (key(record) === undefined || opened.has(key(record))) return false;
    opened.add(key(record));
    return true;
  });
  return [...openings, ...records.filter((record) => key(record) === undefined)];
}
