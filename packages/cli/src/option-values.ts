import { InvalidArgumentError } from 'commander';

const timeForm = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Reads `--at`: RFC 3339, or a day, which begins at midnight UTC. Gives RFC 3339 in UTC with milliseconds. */
export function readTime(text: string): string {
  const time = timeForm.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidArgumentError('expected a time such as 2026-01-31T12:00:00Z, or a day');
  return new Date(time).toISOString();
}

/** Reads a count of at least one. */
export function readCount(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count < 1) throw new InvalidArgumentError('expected a whole number, 1 or more');
  return count;
}

/** Request context as the decision takes it: key in lower case, with its values. */
export type ContextOption = ReadonlyMap<string, readonly string[]>;

/** Adds one `--context key=value`; a key given twice has both values. */
export function addContext(text: string, known: ContextOption | undefined): ContextOption {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('expected key=value, such as aws:SourceIp=203.0.113.7');
  const key = text.slice(0, at).toLowerCase();
  const context = new Map(known);
  context.set(key, [...(context.get(key) ?? []), text.slice(at + 1)]);
  return context;
}
