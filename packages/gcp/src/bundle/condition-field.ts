import { isRecord, type RawRecord, type Report } from '@keyreach/core/input';

/** Longer than any condition that the API takes. */
const MOST_LENGTH = 65_536;

/** A condition of a binding or rule; `undefined`: there is none. */
export type ReadCondition =
  | { readonly ok: true; readonly condition?: { readonly title?: string; readonly expression: string } }
  | { readonly ok: false };

/** Reads a condition. One that is there and cannot be read must not pass for none. */
export function readCondition(raw: RawRecord, key: string, where: string, report: Report): ReadCondition {
  const value = raw[key];
  if (value === undefined || value === null || isEmptyMessage(value)) return { ok: true };
  const expression = isRecord(value) ? value['expression'] : undefined;
  const title = isRecord(value) ? value['title'] : undefined;
  if (typeof expression !== 'string' || expression.trim() === '' || expression.length > MOST_LENGTH) {
    report(`${where}.${key}.expression`, 'a CEL expression of ordinary length');
    return { ok: false };
  }
  const named = typeof title === 'string' && title !== '' && title.length <= 4096;
  return { ok: true, condition: { ...(named ? { title } : {}), expression } };
}

/** Exports to tables write every field of a message, also of one that nobody set. */
function isEmptyMessage(value: unknown): boolean {
  return (
    isRecord(value) && value['expression'] === '' && Object.values(value).every((one) => one === '' || one === null)
  );
}
