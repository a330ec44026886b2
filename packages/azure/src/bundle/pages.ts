import { type ElementReader, isRecord, type Listed, type RawRecord, type Report, readList } from '@keyreach/core/input';

/** How often a reply may be wrapped: a list of pages of lists. */
const MOST_PAGES = 100_000;

/** Where replies have their list: Azure Resource Manager and Graph, Resource Graph (azure.md 4). */
const LISTS = ['value', 'data'] as const;

/** Where replies say how to get more. */
const NEXT = ['nextLink', '@odata.nextLink', '$skipToken', 'skipToken', 'skip_token'] as const;

/** What else stands beside the list of a reply. */
const BESIDE: ReadonlySet<string> = new Set([
  'count',
  'facets',
  'resultTruncated',
  'result_truncated',
  'totalRecords',
  'total_records',
]);

/**
 * Reads a file that is a list, a reply that wraps the list (`value`, `data`), or a list of such lists or replies. A reply that names a
 * next page which does not follow is not all: the list proves what is in it only. Undefined, after a report, for any other shape.
 */
export function readPages<T>(raw: unknown, report: Report, read: ElementReader<T>): Listed<T> | undefined {
  if (isRecord(raw) && listOf(raw) !== undefined) return readPage(raw, { where: '', followed: false }, report, read);
  if (!Array.isArray(raw)) {
    report('', 'an array, or an object with `value`');
    return undefined;
  }
  const isPaged =
    raw.length > 0 &&
    raw.length <= MOST_PAGES &&
    raw.every((page) => Array.isArray(page) || (isRecord(page) && isPage(page)));
  if (!isPaged) return readList(raw, '', report, read);
  const items: T[] = [];
  let complete = true;
  for (const [index, page] of raw.entries()) {
    // A page that names another is followed by it; the last one has none to follow.
    const followed = index < raw.length - 1;
    const listed = Array.isArray(page)
      ? readList(page, `[${index}]`, report, read)
      : readPage(page, { where: `[${index}]`, followed }, report, read);
    for (const item of listed.items) items.push(item);
    complete &&= listed.complete;
  }
  return { items, complete };
}

/** Name of the list of a reply. */
function listOf(raw: RawRecord): (typeof LISTS)[number] | undefined {
  return LISTS.find((name) => Array.isArray(raw[name]));
}

/** A reply in a list of replies, and no element that has a list of its own, as federated credentials have. */
function isPage(raw: RawRecord): boolean {
  const list = listOf(raw);
  return (
    list !== undefined &&
    Object.keys(raw).every(
      (key) =>
        key === list || key.startsWith('@odata.') || BESIDE.has(key) || (NEXT as readonly string[]).includes(key),
    )
  );
}

function readPage<T>(
  raw: RawRecord,
  { where, followed }: { readonly where: string; readonly followed: boolean },
  report: Report,
  read: ElementReader<T>,
): Listed<T> {
  const place = where === '' ? '' : `${where}.`;
  const list = listOf(raw) ?? 'value';
  const listed = readList(raw[list], `${place}${list}`, report, read);
  const next = NEXT.find((name) => raw[name] !== undefined && raw[name] !== null && raw[name] !== '');
  // A query without ids has no next page, whatever there is more (azure.md 4.1).
  const isCut = String(raw['resultTruncated'] ?? raw['result_truncated']).toLowerCase() === 'true';
  if (followed || (next === undefined && !isCut)) return listed;
  report(`${place}${next ?? 'resultTruncated'}`, 'all pages merged into one file');
  return { ...listed, complete: false };
}
