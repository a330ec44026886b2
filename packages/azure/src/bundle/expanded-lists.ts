import type { Listed, Report } from '@keyreach/core/input';
import { isRecord } from '@keyreach/core/input';
import { RecordFields } from './record-fields.ts';

/** How many objects `$expand` gives of a list, without a word about the others (azure.md 4.2). */
const EXPANDED = 20;

/**
 * Owners and members that stand in an object. Absent or null: not collected; an empty list: none. Where the lists of a file look cut as
 * `$expand` cuts them, those of its length are not all.
 */
export class ExpandedLists {
  #longest = 0;

  /** Reads one list. */
  read<T>(
    fields: RecordFields,
    key: string,
    element: (raw: unknown, where: string, report: Report) => T | undefined,
  ): Listed<T> | undefined {
    const value = fields.raw[key];
    if (value === undefined || value === null) return undefined;
    const where = `${fields.where}.${key}`;
    if (!Array.isArray(value)) {
      fields.report(where, 'an array');
      return { items: [], complete: false };
    }
    if (value.length > this.#longest) this.#longest = value.length;
    const items: T[] = [];
    for (const [index, one] of value.entries()) {
      const item = element(one, `${where}[${index}]`, fields.report);
      if (item !== undefined) items.push(item);
    }
    const next = fields.raw[`${key}@odata.nextLink`];
    const hasMore = next !== undefined && next !== null;
    if (hasMore) fields.report(`${where}@odata.nextLink`, 'all pages merged into one list');
    return { items, complete: items.length === value.length && !hasMore };
  }

  /** The objects of the file with lists that were cut marked as such. */
  checked<T extends object>(
    listed: Listed<T> | undefined,
    keys: readonly (keyof T)[],
    report: Report,
  ): Listed<T> | undefined {
    if (listed === undefined || this.#longest !== EXPANDED) return listed;
    const items = listed.items.map((item) => {
      const cut = keys.filter((key) => isFull(item[key]));
      if (cut.length === 0) return item;
      return { ...item, ...Object.fromEntries(cut.map((key) => [key, { ...(item[key] as object), complete: false }])) };
    });
    report('', `lists of owners and members as a call of their own gives them; \`$expand\` ends after ${EXPANDED}`);
    return { ...listed, items };
  }
}

function isFull(list: unknown): boolean {
  return isRecord(list) && Array.isArray(list['items']) && list['items'].length === EXPANDED;
}

/** An element that is an id, or an object with one. */
export function idOf(raw: unknown, where: string, report: Report): string | undefined {
  if (typeof raw === 'string' && raw !== '' && raw.length <= 200) return raw;
  if (isRecord(raw)) return new RecordFields(raw, where, report).required('id');
  report(where, 'an id, or an object with one');
  return undefined;
}
