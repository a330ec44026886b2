import type { BundleWriter } from '@keyreach/core/collection';
import type { Gap } from '@keyreach/core/graph';
import { isRecord } from '@keyreach/core/input';
import type { PartValue } from './part.ts';
import type { DisabledService } from './scope-calls.ts';

/** What became of one part for one owner, kept beside the bundle until another run needs it. */
export interface PartRecord {
  /** When the collection was begun that it belongs to. */
  readonly collectedAt: string;
  /** Of a part that goes by what others gave: which of it. It counts for the same only. */
  readonly of?: string;
  readonly gaps: readonly Gap[];
  /** True where another run may read more. */
  readonly again: boolean;
  /** True where something may be there that was not read. */
  readonly incomplete: boolean;
  readonly disabled: readonly DisabledService[];
  /** Absent: nothing could be read. */
  readonly value?: PartValue;
}

/** Directory of the records, in that of the bundle. */
export const RECORDS = '.keyreach-parts';

const FORMAT = 'keyreach-gcp-part/1';

/** Where the record of a part is, and below which directory its pages are. */
export function recordPath(owner: string, part: string): { readonly file: string; readonly directory: string } {
  const directory = `${RECORDS}/${owner.replace('/', '=')}/${part}`;
  return { file: `${directory}.json`, directory };
}

/** Writes a record, whole or not at all. */
export async function writeRecord(files: BundleWriter, path: string, record: PartRecord): Promise<void> {
  await files.writeJson(path, { format: FORMAT, ...record });
}

/** A record of the collection begun at that time; undefined where there is none, or it is damaged. */
export async function readRecord(
  files: BundleWriter,
  path: string,
  collectedAt: string,
): Promise<PartRecord | undefined> {
  const raw = await files.readJson(path);
  if (!isRecord(raw) || raw['format'] !== FORMAT || raw['collectedAt'] !== collectedAt) return undefined;
  const { of, gaps, again, incomplete, disabled, value } = raw;
  if (!Array.isArray(gaps) || !Array.isArray(disabled) || typeof again !== 'boolean' || typeof incomplete !== 'boolean')
    return undefined;
  // Written whole by writeRecord: the format says so.
  return {
    collectedAt,
    ...(typeof of === 'string' ? { of } : {}),
    gaps: gaps as readonly Gap[],
    again,
    incomplete,
    disabled: disabled as readonly DisabledService[],
    ...(isRecord(value) ? { value: value as PartValue } : {}),
  };
}

/** False where a page that the record names is gone: then it has to be read again. */
export async function hasPages(files: BundleWriter, { value }: PartRecord): Promise<boolean> {
  for (const page of value?.['assets.ndjson']?.['pages'] ?? [])
    if (typeof page !== 'string' || !(await files.has(page))) return false;
  return true;
}
