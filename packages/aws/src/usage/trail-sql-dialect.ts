import type { TrailSqlSource } from './trail-sql-source.ts';

/**
 * How one engine's table of CloudTrail records is read; every value is an SQL expression. `p` stands for the column
 * `requestparameters`: CloudTrail Lake takes short queries only.
 */
export interface TrailSqlDialect {
  /** Time of the event as text, `2026-01-31T23:59:59Z`. */
  readonly time: string;
  /** What holds only for records whose time can be read. */
  readonly timeIsRead: string;
  /** The time is in a window; both are text as in `time`, the end is not in the window. */
  during(from: string, to: string): string;
  /** Text of a field of the request; null where it is not there or no text. */
  parameter(name: string): string;
  /** The request has one of the fields, and it is not null. */
  hasAny(names: readonly string[]): string;
  /** The request has the field at its top level, null too; `false` where `requestText` tells. */
  namesParameter(name: string): string;
  /** JSON text in which every text of the request stands between quotation marks, after something that is no backslash. */
  readonly requestText: string;
  /** Access key id of the session that the call opened; null or empty where it opened none. */
  readonly openedKey: string;
}

/** A table as the CloudTrail console and its documentation define it for Athena: requests and replies are JSON text. */
const ATHENA: TrailSqlDialect = {
  time: 'eventtime',
  timeIsRead:
    "regexp_like(eventtime, '^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z\\z') " +
    'AND try(from_iso8601_timestamp(eventtime)) IS NOT NULL',
  during: (from, to) => `eventtime >= '${from}' AND eventtime < '${to}'`,
  parameter: (name) =>
    `CASE WHEN json_format(json_extract(p, '$["${name}"]')) LIKE '"%' ` +
    `THEN json_extract_scalar(p, '$["${name}"]') END`,
  hasAny: (names) =>
    names.map((name) => `coalesce(json_format(json_extract(p, '$["${name}"]')), 'null') <> 'null'`).join(' OR '),
  namesParameter: () => 'false',
  requestText: 'p',
  openedKey: `json_extract_scalar(responseelements, '$["credentials"]["accessKeyId"]')`,
};

/**
 * An event data store of CloudTrail Lake: requests and replies are maps, what is nested in them is JSON text. A text that
 * is itself a JSON object or array looks like a nested one.
 */
const LAKE: TrailSqlDialect = {
  time: "date_format(eventtime, '%Y-%m-%dT%H:%i:%sZ')",
  timeIsRead: 'eventtime IS NOT NULL',
  during: (from, to) => `eventtime >= ${lakeTime(from)} AND eventtime < ${lakeTime(to)}`,
  parameter: (name) => `element_at(p, '${name}')`,
  hasAny: (names) => `coalesce(NULL, ${names.map((name) => `element_at(p, '${name}')`).join(', ')}) IS NOT NULL`,
  namesParameter: (name) => `coalesce(contains(map_keys(p), '${name}'), false)`,
  requestText:
    "array_join(transform(map_values(p), v -> CASE WHEN v LIKE '{%' OR v LIKE '[%' THEN v " +
    `WHEN regexp_like(v, '^arn:[!#-\\[\\]-~]+\\z') THEN concat(',"', v, '"') END), ',')`,
  openedKey: `json_extract_scalar(element_at(responseelements, 'credentials'), '$["accessKeyId"]')`,
};

function lakeTime(time: string): string {
  return `timestamp '${time.slice(0, 10)} ${time.slice(11, 19)}'`;
}

/** The dialect of an engine (aws.md 4.4). */
export function trailSqlDialect(engine: TrailSqlSource['engine']): TrailSqlDialect {
  return engine === 'athena' ? ATHENA : LAKE;
}
