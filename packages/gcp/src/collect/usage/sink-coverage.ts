import { isRecord, readTimestamp } from '@keyreach/core/input';
import type { GcpAuditCoverage } from '../../bundle/gcp-input.ts';

/** What is known of the tables that a sink is said to fill. */
export interface SinkTables {
  /** `project.dataset`. */
  readonly dataset: string;
  /** Logs that there are tables of. */
  readonly logs: readonly GcpAuditCoverage['log'][];
  /** Time of the first entry that is there. */
  readonly first: string | undefined;
  /** The window that was asked about. */
  readonly from: string;
  readonly to: string;
}

/** What the tables of a sink hold; `silence` says why what is not in them proves nothing. */
export type SinkCoverage =
  | { readonly coverage: readonly GcpAuditCoverage[] }
  | { readonly coverage: readonly []; readonly silence: string };

/** Filters that let every entry of audit logs pass. */
const WHOLE_FILTERS: readonly RegExp[] = [
  /^$/,
  /^logName\s*:\s*"?(?:\/logs\/)?cloudaudit\.googleapis\.com"?$/,
  /^log_id\("cloudaudit\.googleapis\.com\/activity"\)\s+OR\s+log_id\("cloudaudit\.googleapis\.com\/data_access"\)$/,
];

const NAME = /^((?:projects|folders|organizations)\/\w[\w:.-]{0,99})\/sinks\/\w[\w.-]{0,99}$/;

/** True for the name of a sink: `organizations/1/sinks/NAME`. */
export function isSinkName(name: string): boolean {
  return NAME.test(name);
}

/**
 * What the tables of a sink hold, as the reply of `sinks.get` tells: everything of its container since it was last changed,
 * where it is on, writes to that dataset, excludes nothing and has a filter that lets all audit logs pass. Nothing of every other
 * sink. Nothing counts before `first`: nobody knows when older entries were deleted.
 */
export function sinkCoverage(name: string, reply: unknown, tables: SinkTables): SinkCoverage {
  const container = NAME.exec(name)?.[1];
  if (container === undefined || !isRecord(reply)) return silent('the sink could not be read');
  const { destination, disabled, exclusions, filter = '', includeChildren } = reply;
  if (disabled === true) return silent('the sink is switched off');
  if (destination !== destinationOf(tables.dataset)) return silent('the sink writes to another place');
  if (Array.isArray(exclusions) ? exclusions.length > 0 : exclusions !== undefined)
    return silent('the sink excludes some entries');
  const isWhole =
    typeof filter === 'string' && filter.length <= 500 && WHOLE_FILTERS.some((whole) => whole.test(filter.trim()));
  if (!isWhole) return silent('the filter of the sink may keep entries of audit logs back');
  const changed = readTimestamp(reply['updateTime'] ?? reply['createTime']);
  const asked = readTimestamp(tables.from);
  const until = readTimestamp(tables.to);
  if (changed === undefined || asked === undefined || until === undefined)
    return silent('nobody knows when the sink was last changed');
  const first = readTimestamp(tables.first);
  if (first === undefined) return silent('the tables have no entry of the time that was asked about');
  const since = [changed, asked, first].sort().at(-1) ?? until;
  if (since >= until) return silent('the sink was changed after the time that was asked about');
  const coverage = tables.logs.map((log) => ({
    container,
    log,
    from: since,
    to: until,
    ...(includeChildren === true ? { below: true as const } : {}),
  }));
  return { coverage };
}

function silent(silence: string): SinkCoverage {
  return { coverage: [], silence };
}

/** How a sink names a dataset; ids of projects of a domain have a colon. */
function destinationOf(dataset: string): string {
  const at = dataset.lastIndexOf('.');
  return `bigquery.googleapis.com/projects/${dataset.slice(0, at)}/datasets/${dataset.slice(at + 1)}`;
}
