import { type ElementReader, isRecord, type Listed, type RawRecord, type Report, readList } from '@keyreach/core/input';

/** How many pages a file may hold. */
const MOST_PAGES = 100_000;

/** Names of fields that lead to the next page: Azure Resource Manager, Microsoft Graph, Resource Graph. */
const NEXT: readonly string[] = ['nextLink', '@odata.nextLink', '$skipToken'];

/**
 * Reads a file that is a list, a reply that wraps the list in `value` (of Resource Graph: `data`), or a list of such lists or replies. A
 * reply that names a next page which does not follow is not all: the list proves what is in it only. Undefined, after a report, for
 * any other shape.
 */
export function readPages<T>(raw: unknown, report: Report, read: ElementReader<T>): Listed<T> | undefined {
  if (isRecord(raw)) {
    if (!isPage(raw)) {
      report('', 'an array, or an object with `value`');
      return undefined;
    }
    return readPage(raw, '', false, report, read);
  }
  if (!Array.isArray(raw)) {
    report('', 'an array, or an object with `value`');
    return undefined;
  }
  const paged =
    raw.length > 0 &&
    raw.length <= MOST_PAGES &&
    raw.every((page) => Array.isArray(page) || (isRecord(page) && isPage(page)));
  if (!paged) return readList(raw, '', report, read);
  const items: T[] = [];
  let complete = true;
  for (const [index, page] of raw.entries()) {
    const listed = Array.isArray(page)
      ? readList(page, `[${index}]`, report, read)
      : readPage(page, `[${index}]`, index < raw.length - 1, report, read);
    for (const item of listed.items) items.push(item);
    complete &&= listed.complete;
  }
  return { items, complete };
}

/** A federated credential's entry has `value` and a parent of its own, which no page has. */
function isPage(raw: RawRecord): boolean {
  return (Array.isArray(raw['value']) || Array.isArray(raw['data'])) && !('parent' in raw) && !('id' in raw);
}

function readPage<T>(
  raw: RawRecord,
  where: string,
  followed: boolean,
  report: Report,
  read: ElementReader<T>,
): Listed<T> {
  const place = where === '' ? '' : `${where}.`;
  const name = Array.isArray(raw['value']) ? 'value' : 'data';
  const listed = readList(raw[name], `${place}${name}`, report, read);
  const next = NEXT.find((field) => typeof raw[field] === 'string' && raw[field] !== '');
  const truncated = raw['resultTruncated'] === true || raw['resultTruncated'] === 'true';
  if ((followed || next === undefined) && (followed || !truncated)) return listed;
  report(`${place}${next ?? 'resultTruncated'}`, 'all pages merged into one file');
  return { ...listed, complete: false };
}
