import { type ElementReader, isRecord, type Listed, type RawRecord, type Report, readList } from '@keyreach/core/input';

/** How often a reply may be wrapped: a list of pages of lists. */
const MOST_PAGES = 100_000;

/**
 * Reads a file that is a list, a reply that wraps the list in a property, or a list of such lists or replies. A reply that names a
 * next page which does not follow is not all: the list proves what is in it only. Undefined, after a report, for any other shape.
 */
export function readPages<T>(
  raw: unknown,
  wrapper: string,
  report: Report,
  read: ElementReader<T>,
): Listed<T> | undefined {
  if (isRecord(raw)) {
    if (!isPage(raw, wrapper)) {
      report('', `an array, or an object with \`${wrapper}\``);
      return undefined;
    }
    return readPage(raw, { where: '', wrapper, followed: false }, report, read);
  }
  if (!Array.isArray(raw)) {
    report('', `an array, or an object with \`${wrapper}\``);
    return undefined;
  }
  const paged =
    raw.length > 0 &&
    raw.length <= MOST_PAGES &&
    raw.every((page) => Array.isArray(page) || (isRecord(page) && isPage(page, wrapper)));
  if (!paged) return readList(raw, '', report, read);
  const items: T[] = [];
  let complete = true;
  for (const [index, page] of raw.entries()) {
    // A page that names another is followed by it; the last one has none to follow.
    const followed = index < raw.length - 1;
    const listed = Array.isArray(page)
      ? readList(page, `[${index}]`, report, read)
      : readPage(page, { where: `[${index}]`, wrapper, followed }, report, read);
    for (const item of listed.items) items.push(item);
    complete &&= listed.complete;
  }
  return { items, complete };
}

/** A reply: with the list, or without any field but those of paging, which is how an empty list comes (gcp.md 4.1). */
function isPage(raw: RawRecord, wrapper: string): boolean {
  return Array.isArray(raw[wrapper]) || Object.keys(raw).every((key) => key === 'nextPageToken' || key === 'kind');
}

function readPage<T>(
  raw: RawRecord,
  { where, wrapper, followed }: { readonly where: string; readonly wrapper: string; readonly followed: boolean },
  report: Report,
  read: ElementReader<T>,
): Listed<T> {
  const place = where === '' ? '' : `${where}.`;
  const listed = readList(raw[wrapper] ?? [], `${place}${wrapper}`, report, read);
  const { nextPageToken } = raw;
  if (followed || nextPageToken === undefined || nextPageToken === null || nextPageToken === '') return listed;
  report(`${place}nextPageToken`, 'all pages merged into one file');
  return { ...listed, complete: false };
}
