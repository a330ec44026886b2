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

/** First line of a reason that a service gives, cut: it may quote the query. */
export function shortReason(text: unknown): string {
  const line = typeof text === 'string' ? (text.split(/[\r\n]/)[0] ?? '') : '';
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
