/** Secrets of one run: those that are planted and those that the imitation of AWS gives out. None may come out anywhere. */
export class SecretRegister {
  readonly #values = new Map<string, string>();

  /** Keeps a value that must not come out; `where` says in a failed test where it was planted. */
  keep(where: string, value: string): string {
    if (value.length < 8) throw new Error(`a secret of ${value.length} characters cannot be told from other text`);
    this.#values.set(value, where);
    return value;
  }

  /** Makes a secret that can be found again. Put together at run time, so that no scanner of sources finds it. */
  plant(where: string): string {
    return this.keep(where, `Zq${'Canary'}${this.#values.size}${'wJa/lrX+UtnF'.repeat(2)}`);
  }

  /** Number of secrets kept. */
  get size(): number {
    return this.#values.size;
  }

  /** All secrets with where they were planted, to hand them to another process. */
  entries(): readonly (readonly [value: string, where: string])[] {
    return [...this.#values];
  }

  /** Where the secrets found in a text were planted: as they are, as JSON and URLs write them, and in base64. */
  foundIn(text: string): readonly string[] {
    const found: string[] = [];
    for (const [value, where] of this.#values) {
      const written = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), base64Core(value)];
      if (written.some((form) => text.includes(form))) found.push(where);
    }
    return found;
  }
}

/** The base64 of a value without the last characters, which depend on what follows. */
function base64Core(value: string): string {
  return Buffer.from(value).toString('base64').replace(/=+$/, '').slice(0, -2);
}
