/** Fields of a source of use as it is written on the command line: `NAME,field=value,…`. Each is taken once. */
export class SourceFields {
  /** Name of the source. */
  readonly source: string;
  readonly #fields = new Map<string, string>();
  readonly #wrong: () => Error;

  /** `wrong`: the error for a text that is no source. Throws it for words that are no fields, or twice the same. */
  constructor(text: string, wrong: () => Error) {
    this.#wrong = wrong;
    const [source = '', ...words] = text.split(',');
    this.source = source;
    for (const word of words) {
      const [name = '', ...value] = word.split('=');
      if (value.length === 0 || this.#fields.has(name)) throw wrong();
      this.#fields.set(name, value.join('='));
    }
  }

  take(name: string): string | undefined {
    const value = this.#fields.get(name);
    this.#fields.delete(name);
    return value;
  }

  /** A field that has to be there. Throws where it is not. */
  need(name: string): string {
    const value = this.take(name);
    if (value === undefined || value === '') throw this.#wrong();
    return value;
  }

  /** A count of at least one, of up to `digits` digits; `{}` where it is not there. Throws for other values. */
  count<Name extends string>(field: string, name: Name, digits = 4): { readonly [Key in Name]?: number } {
    const text = this.take(field);
    if (text !== undefined && (!/^[1-9][0-9]*$/.test(text) || text.length > digits)) throw this.#wrong();
    return known(name, text === undefined ? undefined : Number(text));
  }

  /** Throws where a field is left that nobody took. */
  end(): void {
    if (this.#fields.size > 0) throw this.#wrong();
  }
}

/** `{ [name]: value }`, or `{}` without a value. */
export function known<Name extends string, T>(name: Name, value: T | undefined): { readonly [Key in Name]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: T };
}
