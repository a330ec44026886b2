import type { BundleWriter } from '@keyreach/core/collection';
import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { AzureRecordedUse } from '../bundle/azure-input.ts';
import { recordedUseText } from '../bundle/recorded-use-file.ts';
import type { PartFile, PartValue } from './part.ts';

/** What one part gave for one owner, kept beside the bundle until it is joined, and for another run. */
export interface PartPiece {
  /** When the collection was begun that it belongs to. */
  readonly collectedAt: string;
  /** True where something is there, or may be, that was not read. */
  readonly incomplete: boolean;
  /** Absent: nothing could be read. */
  readonly value?: PartValue;
}

/** Directory of the pieces, in that of the bundle. */
export const PIECES = '.keyreach-parts';

const FORMAT = 'keyreach-azure-part/1';

/** Where a piece is. */
export function piecePath(owner: string, part: string): string {
  return `${PIECES}/${owner.replaceAll(/[^\w.-]/g, '=')}/${part}.json`;
}

/** Writes a piece, whole or not at all. */
export async function writePiece(files: BundleWriter, path: string, piece: PartPiece): Promise<void> {
  await files.writeJson(path, { format: FORMAT, ...piece });
}

/** A piece of the collection begun at that time; undefined where there is none, or it is damaged. */
export async function readPiece(
  files: BundleWriter,
  path: string,
  collectedAt: string,
): Promise<PartPiece | undefined> {
  const raw = await files.readJson(path);
  if (!isRecord(raw) || raw['format'] !== FORMAT || raw['collectedAt'] !== collectedAt) return undefined;
  const { incomplete, value } = raw;
  if (typeof incomplete !== 'boolean') return undefined;
  // Written whole by writePiece: the format says so.
  return { collectedAt, incomplete, ...(isRecord(value) ? { value: value as PartValue } : {}) };
}

/**
 * Writes one file of the bundle from pieces, in their order; what several scopes tell, once. Where a piece could not have all, the
 * list says so in a way that its reader takes for incomplete; where no piece has anything there is no file.
 */
export async function writeJoined(
  files: BundleWriter,
  file: PartFile,
  paths: readonly string[],
  collectedAt: string,
): Promise<void> {
  const lists = new Map<string, Map<string, RawRecord>>();
  let incomplete = false;
  for (const path of paths) {
    const piece = await readPiece(files, path, collectedAt);
    const value = piece?.value?.[file];
    incomplete ||= piece === undefined || piece.incomplete || value === undefined;
    for (const [name, records] of Object.entries(value ?? {})) {
      let list = lists.get(name);
      if (list === undefined) {
        list = new Map();
        lists.set(name, list);
      }
      for (const record of records) {
        const { id, parent } = record;
        const key = typeof id === 'string' ? id.toLowerCase() : typeof parent === 'string' ? parent : String(list.size);
        if (!list.has(key)) list.set(key, record);
      }
    }
  }
  if (lists.size === 0) return files.remove(file);
  const told = (records: Iterable<RawRecord>): unknown =>
    incomplete ? { value: [...records], nextLink: 'not-read' } : [...records];
  if (file === 'usage/log-analytics.json') {
    const [rows, coverage] = ['rows', 'coverage'].map((name) => [...(lists.get(name)?.values() ?? [])]);
    // Where a part of it was not read its silence proves nothing.
    const use = { source: 'log-analytics', rows, coverage: incomplete ? [] : coverage };
    return files.writeText(file, recordedUseText(use as unknown as AzureRecordedUse));
  }
  const own = lists.get('');
  const written =
    own === undefined
      ? Object.fromEntries([...lists].map(([name, records]) => [name, told(records.values())]))
      : told(own.values());
  await files.writeJson(file, written);
}
