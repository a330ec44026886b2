import type { TrailUsage } from '../../usage/trail-usage.ts';
import type { UsageContext } from './usage-context.ts';

/** Writes rows of use to `usage/SOURCE.json` of the bundle. */
export async function writeUsage(context: UsageContext, usage: TrailUsage): Promise<void> {
  const { source, rows, coverage } = usage;
  await context.files.writeJson(`usage/${source}.json`, { format: 'keyreach-trail-usage/1', source, rows, coverage });
}

/** Account of a principal; undefined where its ARN names none. */
export function accountOf(principal: string): string | undefined {
  const account = principal.split(':')[4];
  return account !== undefined && /^[0-9]{12}$/.test(account) ? account : undefined;
}

/** Errors of Athena about a value in a record, which their text quotes. */
const ABOUT_DATA =
  /^(?:GENERIC_INTERNAL_ERROR|GENERIC_USER_ERROR|HIVE_BAD_DATA|HIVE_CURSOR_ERROR|INVALID_CAST_ARGUMENT|INVALID_FUNCTION_ARGUMENT|NUMERIC_VALUE_OUT_OF_RANGE)\b/;

/** First line of a reason that a service gives, cut: it may quote the query. What may quote a record is its code alone. */
export function shortReason(text: unknown): string {
  const line = typeof text === 'string' ? (text.split(/[\r\n]/)[0] ?? '') : '';
  const code = ABOUT_DATA.exec(line)?.[0];
  if (code !== undefined) return code;
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
