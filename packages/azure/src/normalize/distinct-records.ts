/**
 * Records by id, whatever its case, each id once and in the order of ids. Of several with one id the one whose text is
 * smallest, so that the order of the input does not matter.
 */
export function distinctRecords<T extends { readonly id: string }>(records: readonly T[] | undefined): readonly T[] {
  const found = new Map<string, T>();
  for (const record of records ?? []) {
    const key = record.id.toLowerCase();
    const known = found.get(key);
    if (known === undefined || (known !== record && JSON.stringify(record) < JSON.stringify(known))) {
      found.set(key, record);
    }
  }
  return [...found.keys()].sort().map((key) => found.get(key)!);
}
