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

/** {@link distinctRecords} of the lists of one input, each made once. */
export class DistinctRecords {
  readonly #known = new Map<object, readonly { readonly id: string }[]>();

  /** The records of a list, each id once and in the order of ids. */
  of<T extends { readonly id: string }>(list: { readonly items: readonly T[] } | undefined): readonly T[] {
    if (list === undefined) return [];
    let records = this.#known.get(list) as readonly T[] | undefined;
    if (records === undefined) {
      records = distinctRecords(list.items);
      this.#known.set(list, records);
    }
    return records;
  }
}
