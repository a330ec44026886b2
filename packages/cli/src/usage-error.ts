/** Something the user gave cannot be used: one line each, said on standard error, exit code 2. */
export class UsageError extends Error {
  readonly lines: readonly string[];

  constructor(lines: readonly string[], cause?: unknown) {
    super(lines.join('\n'), cause === undefined ? undefined : { cause });
    this.name = 'UsageError';
    this.lines = lines;
  }
}
