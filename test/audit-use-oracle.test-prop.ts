import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { EventIdSet, eventIdMemory } from '@keyreach/core/input';
import { readAuditFiles } from '@keyreach/gcp/offline';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuditAggregation } from '../packages/gcp/src/usage/audit-aggregation.ts';
import { naiveAuditRows } from './oracle/naive-audit-use.ts';
import { arbitraryAuditLog } from './oracle/random-audit-log.ts';

function rowsOf(entries: readonly object[]): unknown {
  const aggregation = new AuditAggregation(new EventIdSet(eventIdMemory(1000)));
  for (const entry of entries) aggregation.take(entry);
  return aggregation.rows();
}

describe('rows of use', () => {
  it('are those of the slow way, in whatever order entries come', () => {
    let rows = 0;
    let joined = 0;
    fc.assert(
      fc.property(arbitraryAuditLog(), fc.infiniteStream(fc.nat()), (log, order) => {
        const expected = naiveAuditRows(log);
        expect(rowsOf(log)).toEqual(expected);
        const keys = log.map((entry) => [order.next().value as number, entry] as const);
        const shuffled = keys.sort(([left], [right]) => left - right).map(([, entry]) => entry);
        expect(rowsOf(shuffled)).toEqual(expected);
        rows += expected.length;
        joined += expected.filter(({ count, resource }) => count > 64 && resource === undefined).length;
      }),
      { numRuns: 400 },
    );
    // The logs are not so poor that there is nothing to compare.
    expect(rows).toBeGreaterThan(2000);
    expect(joined).toBeGreaterThan(5);
  });

  it('from files on disk, in several pieces and packed or not, are those of all entries at once', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'keyreach-audit-'));
    try {
      await fc.assert(
        fc.asyncProperty(arbitraryAuditLog(), fc.nat({ max: 3 }), async (log, form) => {
          const half = Math.floor(log.length / 2);
          const parts = [log.slice(0, half), log.slice(half)];
          const files = parts.map((part, index) => {
            const path = join(directory, `${index}.json`);
            const lines = `${part.map((entry) => JSON.stringify(entry)).join('\n')}\n`;
            const text = [lines, JSON.stringify(part), JSON.stringify({ entries: part, nextPageToken: 'x' })][
              form % 3
            ]!;
            writeFileSync(path, form === 3 ? gzipSync(lines) : text);
            return { path, shown: `${index}.json` };
          });
          const read = await readAuditFiles(files);
          expect(read.rows).toEqual(naiveAuditRows(log));
        }),
        { numRuns: 60 },
      );
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
