import { isRecord, type RawRecord, type Report } from '@keyreach/core/input';

/** Tags by key. Undefined: not known. */
export type Tags = Readonly<Record<string, string>>;

/**
 * Tags of an entity in an authorization details reply. An absent list means no tags: GetAccountAuthorizationDetails
 * returns the tags of users and roles, and leaves the list out, or prints `[]`, where there are none.
 */
export function readTags(raw: RawRecord, where: string, report: Report): Tags | undefined {
  return raw['Tags'] === undefined || raw['Tags'] === null ? {} : tagsOf(raw['Tags'], `${where}.Tags`, report);
}

/**
 * Tags in any of the shapes AWS uses: a list of `{Key, Value}`, in lower case too, or a map. Undefined, after a report,
 * where one of them cannot be read: a condition on tags is then undecided rather than decided on half of them.
 */
export function tagsOf(raw: unknown, where: string, report: Report): Tags | undefined {
  if (isRecord(raw)) {
    const entries = Object.entries(raw);
    if (entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) {
      return Object.fromEntries(entries);
    }
    report(where, 'a map of strings');
    return undefined;
  }
  if (!Array.isArray(raw)) {
    report(where, 'a list of tags');
    return undefined;
  }
  const entries: [string, string][] = [];
  for (const tag of raw as readonly unknown[]) {
    const key = isRecord(tag) ? (tag['Key'] ?? tag['key']) : undefined;
    const value = isRecord(tag) ? (tag['Value'] ?? tag['value'] ?? '') : undefined;
    if (typeof key !== 'string' || typeof value !== 'string') {
      report(where, 'a list of tags with Key and Value');
      return undefined;
    }
    entries.push([key, value]);
  }
  // A later duplicate must not win by its position: the same tags in another order give the same result.
  entries.sort(([leftKey, leftValue], [rightKey, rightValue]) =>
    leftKey === rightKey ? compare(leftValue, rightValue) : compare(leftKey, rightKey),
  );
  return Object.fromEntries(entries);
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
