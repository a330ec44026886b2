import { isRecord, parseJson, type RawRecord } from '@keyreach/core/input';

/** Depth of what stands in a record as text. */
const MOST_DEPTH = 20;

/**
 * Fields of a log record under whatever shape it was exported: as the REST API gives it, as diagnostic settings write it (with
 * `properties`), or as a row of Log Analytics. Names are the same in all of them but for their letters (azure.md 5).
 */
export class LogFields {
  readonly #fields: ReadonlyMap<string, unknown>;

  constructor(record: RawRecord) {
    const fields = new Map<string, unknown>();
    const add = (one: RawRecord): void => {
      for (const [name, value] of Object.entries(one)) {
        const key = name.toLowerCase();
        if (!fields.has(key) && value !== null && value !== undefined && value !== '') fields.set(key, value);
      }
    };
    add(record);
    const { properties } = record;
    const inner = typeof properties === 'string' ? objectIn(properties) : properties;
    if (isRecord(inner)) add(inner);
    this.#fields = fields;
  }

  /** There is nothing in it. */
  get isEmpty(): boolean {
    return this.#fields.size === 0;
  }

  /** The first text under some names; a record with `value` counts as that. */
  text(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const value = this.#fields.get(name.toLowerCase());
      const text = isRecord(value) ? value['value'] : value;
      if (typeof text === 'string' && text !== '' && text.length <= 4_000) return text;
      if (typeof text === 'number') return String(text);
    }
    return undefined;
  }

  /** An object, or the text of one; empty where there is none. */
  inner(...names: readonly string[]): LogFields {
    for (const name of names) {
      const value = this.#fields.get(name.toLowerCase());
      const found = typeof value === 'string' ? objectIn(value) : value;
      if (isRecord(found)) return new LogFields(found);
    }
    return new LogFields({});
  }

  /** A list of texts, or a text with words. */
  words(name: string): readonly string[] | undefined {
    const value = this.#fields.get(name.toLowerCase());
    if (typeof value === 'string') return value.split(/[\s,]+/).filter((word) => word !== '');
    if (!Array.isArray(value)) return undefined;
    return (value as readonly unknown[]).filter((word) => typeof word === 'string');
  }
}

function objectIn(text: string): RawRecord | undefined {
  const parsed = parseJson(text, { file: 'record', maxDepth: MOST_DEPTH });
  return parsed.ok && isRecord(parsed.value) ? parsed.value : undefined;
}
