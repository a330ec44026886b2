import { KeyreachError } from '@keyreach/core/graph';
import { AUDIT_RESOURCE_LIMIT } from './audit-row-order.ts';

/** Tables that a sink of Cloud Logging writes to BigQuery. */
export interface AuditSinkTables {
  readonly engine: 'bigquery';
  /** `project.dataset`. */
  readonly dataset: string;
  /** True where the sink makes a table for each day (`…_YYYYMMDD`), not one that is partitioned. */
  readonly sharded?: true;
  /** The one log that there are tables of. Absent: both; a sink makes the tables of a log with its first entry. */
  readonly only?: 'activity' | 'data_access';
}

/** A view of Log Analytics: of a log bucket, or of the dataset linked to it. */
export interface AuditLogView {
  readonly engine: 'log-analytics';
  /** `project.location.bucket._AllLogs`, or `project.dataset._AllLogs`. */
  readonly view: string;
}

/** What {@link auditSql} asks, and for which time: `from` is in the window, `to` is not. */
export type AuditSqlSource = (AuditSinkTables | AuditLogView) & { readonly from: string; readonly to: string };

/** How a source spells what rows are made of. */
interface Dialect {
  readonly logName: string;
  readonly insertId: string;
  /** The struct with the fields of `protoPayload`. */
  readonly payload: string;
  readonly field: (camelCase: string) => string;
}

const dialects: Readonly<Record<AuditSqlSource['engine'], Dialect>> = {
  bigquery: {
    logName: 'logName',
    insertId: 'insertId',
    payload: 'protopayload_auditlog',
    field: (name) => name,
  },
  'log-analytics': {
    logName: 'log_name',
    insertId: 'insert_id',
    payload: 'proto_payload.audit_log',
    field: (name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  },
};

const ROW = 'principal, key_id, delegators, service, permission, method';

/**
 * The query that adds entries of audit logs up to rows of use, by the rules of `docs/usage-gcp.md`; one definition, written for
 * the tables of a BigQuery sink or for Log Analytics, both in GoogleSQL (gcp.md 5.2). Its result is read by
 * `rowsOfAuditQuery`. It reads the logs once.
 *
 * @throws KeyreachError `bad-table` for names that are none, `bad-time` for times that are none.
 * @example
 * auditSql({ engine: 'bigquery', dataset: 'p.logs', from: '2026-01-01T00:00:00Z', to: '2026-04-01T00:00:00Z' });
 */
export function auditSql(source: AuditSqlSource): string {
  const { field, insertId, logName, payload } = dialects[source.engine];
  const at = (path: string): string => [payload, ...path.split('.').map(field)].join('.');
  const from = timeOf(source.from);
  const to = timeOf(source.to);
  const delegator = `COALESCE(NULLIF(caller.${field('firstPartyPrincipal')}.${field('principalEmail')}, ''),
        NULLIF(caller.${field('principalSubject')}, ''), '?')`;
  const reads = tablesOf(source, from, to).map(
    ({ table, where }) => `SELECT ${logName} AS log_name, timestamp AS seen_at, IFNULL(${insertId}, '') AS insert_id,
    COALESCE(NULLIF(${at('authenticationInfo.principalEmail')}, ''),
      NULLIF(${at('authenticationInfo.principalSubject')}, '')) AS principal,
    IFNULL(REGEXP_EXTRACT(${at('authenticationInfo.serviceAccountKeyName')}, r'/keys/([^/]+)$'), '') AS key_id,
    IFNULL(ARRAY_TO_STRING(ARRAY(SELECT ${delegator}
      FROM UNNEST(${at('authenticationInfo.serviceAccountDelegationInfo')}) AS caller WITH OFFSET AS place
      ORDER BY place), CHR(10)), '') AS delegators,
    ${at('serviceName')} AS service, IFNULL(${at('methodName')}, '') AS method,
    IFNULL(${at('status.code')} = 7, FALSE) AS denied,
    IFNULL(operation.last, FALSE) AND NOT IFNULL(operation.first, FALSE) AS is_end,
    ${at('authorizationInfo')} AS checks
  FROM ${table}
  WHERE timestamp >= TIMESTAMP '${from}' AND timestamp < TIMESTAMP '${to}'${where}
    AND REGEXP_CONTAINS(${logName}, r'/logs/cloudaudit\\.googleapis\\.com(%2F|%2f|/)(activity|data_access)$')`,
  );
  return `WITH entry AS (
  ${reads.join('\n  UNION ALL\n  ')}
),
numbered AS (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY log_name, seen_at, insert_id ORDER BY principal) AS copy,
    ROW_NUMBER() OVER () AS entry_id
  FROM entry
  WHERE principal IS NOT NULL AND service <> ''
),
checked AS (
  SELECT entry_id, seen_at, principal, key_id, delegators, service, method, denied, is_end,
    IFNULL(check_of.permission, '') AS permission, IFNULL(check_of.resource, '') AS resource,
    IFNULL(check_of.granted, FALSE) AS granted
  FROM numbered LEFT JOIN UNNEST(checks) AS check_of ON TRUE
  WHERE copy = 1 OR insert_id = ''
),
told AS (
  SELECT *, LOGICAL_OR(permission <> '') OVER (PARTITION BY entry_id) AS tells FROM checked
),
pair AS (
  SELECT entry_id, seen_at, principal, key_id, delegators, service, permission,
    IF(permission = '', method, '') AS method, IF(permission = '', '', resource) AS resource,
    LOGICAL_OR(denied OR (permission <> '' AND NOT granted)) AS is_refused
  FROM told
  WHERE permission <> '' OR (NOT tells AND NOT is_end)
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
),
summed AS (
  SELECT ${ROW}, resource, COUNTIF(NOT is_refused) AS calls, COUNTIF(is_refused) AS refused_calls,
    MIN(IF(is_refused, NULL, seen_at)) AS first_at, MAX(IF(is_refused, NULL, seen_at)) AS last_at
  FROM pair
  GROUP BY ${ROW}, resource
),
counted AS (
  SELECT *, COUNT(*) OVER (PARTITION BY ${ROW}) AS resources FROM summed
)
SELECT ${ROW}, IF(resources > ${AUDIT_RESOURCE_LIMIT}, '', resource) AS resource,
  SUM(calls) AS calls, SUM(refused_calls) AS refused_calls,
  FORMAT_TIMESTAMP('%Y-%m-%dT%H:%M:%SZ', MIN(first_at)) AS first_call,
  FORMAT_TIMESTAMP('%Y-%m-%dT%H:%M:%SZ', MAX(last_at)) AS last_call
FROM counted
GROUP BY 1, 2, 3, 4, 5, 6, 7`;
}

function tablesOf(
  source: AuditSqlSource,
  from: string,
  to: string,
): readonly { readonly table: string; readonly where: string }[] {
  if (source.engine === 'log-analytics') return [{ table: quoted(source.view), where: '' }];
  const day = (time: string): string => `'${time.slice(0, 10).replaceAll('-', '')}'`;
  const where = source.sharded === true ? `\n    AND _TABLE_SUFFIX BETWEEN ${day(from)} AND ${day(to)}` : '';
  const suffix = source.sharded === true ? '_*' : '';
  // Without a project the query would be about whichever one it runs in.
  quoted(source.dataset);
  const logs = source.only === undefined ? ['activity', 'data_access'] : [source.only];
  return logs.map((log) => ({
    table: quoted(`${source.dataset}.cloudaudit_googleapis_com_${log}${suffix}`),
    where,
  }));
}

/** A name between backticks, of characters that cannot end it. */
function quoted(name: string): string {
  if (name.length > 400 || !/^[A-Za-z0-9_:.*-]+$/.test(name) || !/[^.]\.[^.]/.test(name)) {
    throw new KeyreachError('bad-table', `not a table: \`${name.slice(0, 200)}\`, give \`project.dataset\` or a view`);
  }
  return `\`${name}\``;
}

function timeOf(time: string): string {
  const parsed = /^\d{4}-\d\d-\d\dT[\d:.]{5,15}Z$/.test(time) ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(parsed)) throw new KeyreachError('bad-time', `not a time: \`${time}\`, write 2026-01-31T23:59:59Z`);
  return new Date(parsed).toISOString();
}
