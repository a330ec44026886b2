import type { BundleWriter } from '@keyreach/core/collection';
import type { PartFile } from './part.ts';
import { type PartRecord, readRecord } from './part-record.ts';

/** The property that wraps the list where a file does not hold all, as in a reply with another page. */
const WRAPPERS: Readonly<Partial<Record<PartFile, string>>> = {
  'api-keys.json': 'keys',
  'activities.json': 'activities',
  'auth-counters.json': 'timeSeries',
  'deny-policies.json': 'policies',
  'effective-tags.json': 'resources',
  'hmac-keys.json': 'items',
  'insights.json': 'insights',
  'org-policies.json': 'policies',
  'roles.json': 'roles',
  'service-account-keys.json': 'keys',
  'service-accounts.json': 'accounts',
};

/**
 * Writes one file of the bundle from the records of the parts that fill it, in their order. Where a part could not read all, the
 * file says so in a way that its reader takes for incomplete; where no part read anything there is no file.
 */
export async function writeJoinedFile(
  files: BundleWriter,
  file: PartFile,
  records: readonly string[],
  collectedAt: string,
): Promise<void> {
  const lists = new Map<string, unknown[]>();
  let incomplete = false;
  let hasAny = false;
  for (const path of records) {
    const record: PartRecord | undefined = await readRecord(files, path, collectedAt);
    const value = record?.value?.[file];
    incomplete ||= record === undefined || record.incomplete;
    if (value === undefined) continue;
    hasAny = true;
    for (const [name, found] of Object.entries(value)) {
      const list = lists.get(name) ?? [];
      for (const one of found) list.push(one);
      lists.set(name, list);
    }
  }
  if (!hasAny) return files.remove(file);
  if (file === 'assets.ndjson') {
    const pages = (lists.get('pages') ?? []).filter((page) => typeof page === 'string');
    // A record without a name: no reader takes the file for all there is.
    return files.writeJoined(
      file,
      pages,
      incomplete ? `${JSON.stringify({ unread: 'a part of the inventory' })}\n` : '',
    );
  }
  if (file === 'groups.json') return files.writeJson(file, Object.fromEntries(lists));
  // Each says by itself what it covers.
  if (file === 'audit-usage.json') return files.writeJson(file, lists.get('') ?? []);
  const wrapper = WRAPPERS[file];
  if (wrapper === undefined) {
    if (incomplete) for (const list of lists.values()) list.push({});
    return files.writeJson(file, Object.fromEntries(lists));
  }
  const all = lists.get('') ?? [];
  await files.writeJson(file, incomplete ? { [wrapper]: all, nextPageToken: 'not-read' } : all);
}
