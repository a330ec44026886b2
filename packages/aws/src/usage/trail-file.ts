import { MAX_JSON_DEPTH, type RecordFileLimits, type RecordFileOutcome, readRecordFile } from '@keyreach/core/input';
import type { RecordOrigin, TakenRecord } from './trail-aggregation.ts';
import { fieldsOf } from './trail-record.ts';

/**
 * Reads the records of one log file: as a trail delivers them, replies of LookupEvents, a list of records, or records
 * one after another; packed or not. What is damaged is counted and the rest is read. Digests of log file integrity
 * validation hold no records and are no problem.
 */
export async function readTrailFile(
  path: string,
  take: (record: unknown, from: RecordOrigin) => TakenRecord,
  limits?: RecordFileLimits,
): Promise<RecordFileOutcome> {
  return await readRecordFile(
    path,
    {
      lists: ['Records', 'Events'],
      take: (value, kind) => {
        if (kind === 'value' && Object.hasOwn(fieldsOf(value) ?? {}, 'digestS3Object')) return undefined;
        const event = kind === 'Records' ? undefined : fieldsOf(value)?.['CloudTrailEvent'];
        const taken = typeof event === 'string' ? take(recordOfEvent(event), 'lookup') : take(value, 'log');
        if (taken !== 'unusable') return undefined;
        return 'a record of CloudTrail with `eventType`, `eventTime` and what goes with them';
      },
    },
    limits,
  );
}

/** The record in a reply of LookupEvents; undefined where it is damaged. */
function recordOfEvent(event: string): unknown {
  try {
    return isTooDeep(event, MAX_JSON_DEPTH) ? undefined : JSON.parse(event);
  } catch {
    return undefined;
  }
}

/** Looks at brackets outside texts, before anything that takes memory for each of them sees the text. */
function isTooDeep(text: string, most: number): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    switch (text[index]) {
      case '"':
        for (index += 1; index < text.length && text[index] !== '"'; index += 1) if (text[index] === '\\') index += 1;
        break;
      case '[':
      case '{':
        depth += 1;
        if (depth > most) return true;
        break;
      case ']':
      case '}':
        depth -= 1;
        break;
    }
  }
  return false;
}
