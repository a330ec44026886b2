import { KeyreachError } from '@keyreach/core/graph';
import { type TrailSqlDialect, trailSqlDialect } from './trail-sql-dialect.ts';
import { scopeOf, secondOf, type TrailSqlSource, tableOf } from './trail-sql-source.ts';
import { CHAIN_LIMIT, RESOURCE_LIMIT } from './trail-usage.ts';

/** How long before the window sessions are looked for that were opened then: sessions last 36 hours at most. */
const SESSION_SECONDS = 48 * 3600;

/** Length of a query that CloudTrail Lake takes (StartQuery). */
const LAKE_CHARACTERS = 10_000;

const REFUSED = [
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'Client.UnauthorizedOperation',
  'AuthorizationError',
  'AuthorizationErrorException',
  'Forbidden',
];
const FEDERATED = ['AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity'];
const OPENS = ['AssumeRole', ...FEDERATED, 'GetSessionToken', 'GetFederationToken', 'AssumeRoot'];
const GRANTS = ['read', 'write', 'read-acp', 'write-acp', 'full-control'].map((grant) => `x-amz-grant-${grant}`);
const TAGS = ['tags', 'Tags', 'tagSet', 'tagSpecificationSet', 'tagList', 'x-amz-tagging'];
const ROLE = 'arn:[a-z0-9-]+:iam::[0-9]{12}:(role|instance-profile)/[!#-\\[\\]-~]+';

const quoted = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/**
 * The query that adds up CloudTrail records to rows of use, by the rules of `docs/usage-aws.md`; one definition, written
 * for Athena (Trino) or CloudTrail Lake. Its result is read by {@link rowsOfQuery}. It reads the records twice: for the calls, and
 * for the sessions that were opened, those from two days before the window on.
 * @throws KeyreachError for names, accounts, regions and times that are none, and `too-many-accounts` where the query is
 * longer than CloudTrail Lake takes.
 * @example
 * trailSql({ engine: 'athena', table: 'logs.cloudtrail', from: '2026-01-01T00:00:00Z', to: '2026-04-01T00:00:00Z' });
 */
export function trailSql(source: TrailSqlSource): string {
  const dialect = trailSqlDialect(source.engine);
  const from = secondOf(source.from);
  const to = secondOf(source.to);
  const earlier = `${new Date(Date.parse(from) - SESSION_SECONDS * 1000).toISOString().slice(0, 19)}Z`;
  const table = tableOf(source);
  const where = (begin: string): string =>
    ["eventtype = 'AwsApiCall'", dialect.during(begin, to), ...scopeOf(source, begin)].join('\n    AND ');
  const parts = [openings(dialect, table, where(earlier)), ...followed(), calls(dialect, table, where(from)), ...SUMS];
  const sql = `WITH ${parts.join(',\n')}\n${TOTAL}`.replaceAll(/\n +/g, '\n');
  if (source.engine === 'lake' && sql.length > LAKE_CHARACTERS) {
    throw new KeyreachError(
      'too-many-accounts',
      `a query of CloudTrail Lake has room for ${LAKE_CHARACTERS} characters`,
    );
  }
  return sql;
}

/** Sessions by their key: what they began with, or the key to look further with. */
function openings(dialect: TrailSqlDialect, table: string, where: string): string {
  return `opening AS (
  SELECT eventid, ${dialect.openedKey} AS opened, nullif(useridentity.accesskeyid, '') AS key_id,
    nullif(useridentity.invokedby, '') AS invoker, ${CONSOLE} AS console,
    CASE WHEN eventname IN (${quoted(FEDERATED)}) THEN 'federated'
      WHEN useridentity.type = 'AWSService' THEN 'service' ELSE 'key' END AS kind
  FROM ${table}
  WHERE ${where}
    AND eventsource IN ('sts', 'sts.amazonaws.com') AND eventname IN (${quoted(OPENS)}) AND eventid <> ''
),
told AS (
  SELECT opened, kind, key_id, invoker, console,
    row_number() OVER (PARTITION BY opened
      ORDER BY CASE WHEN kind = 'key' AND key_id IS NULL THEN 1 ELSE 0 END, eventid) AS place
  FROM opening WHERE opened <> ''
),
session0 AS (
  SELECT opened, console, 1 AS depth,
    CASE WHEN kind = 'federated' THEN 'federated'
      WHEN kind = 'service' THEN 'service:' || invoker
      WHEN key_id IS NULL THEN console
      WHEN key_id LIKE 'AKIA%' THEN key_id END AS origin,
    CASE WHEN kind = 'key' AND NOT key_id LIKE 'AKIA%' THEN key_id END AS next_key
  FROM told WHERE place = 1
)`;
}

/**
 * Follows sessions to those that opened them: each step looks up a session's next key among all sessions, so that steps
 * double. Both sides are rows of one window, as a join would read the records once more. A key that nobody opened ends
 * the chain and counts as a session itself. A chain that has ended is looked up in itself.
 */
function followed(): readonly string[] {
  const steps: string[] = [];
  for (let reached = 1; reached <= CHAIN_LIMIT; reached *= 2) {
    const step = steps.length;
    const found = (field: string): string =>
      `max(CASE WHEN side = 1 THEN ${field} END) OVER (PARTITION BY node) AS on_${field}`;
    steps.push(`pair${step} AS (
  SELECT *, CASE WHEN side = 1 OR next_key IS NULL THEN opened ELSE next_key END AS node
  FROM session${step} CROSS JOIN (VALUES (1), (2)) AS sides (side)
),
found${step} AS (
  SELECT *, ${['console', 'depth', 'origin', 'next_key'].map(found).join(',\n    ')}
  FROM pair${step}
),
session${step + 1} AS (
  SELECT opened, CASE WHEN on_depth IS NULL THEN console ELSE on_console END AS console,
    CASE WHEN next_key IS NULL THEN depth ELSE depth + coalesce(on_depth, 1) END AS depth,
    CASE WHEN on_depth IS NULL THEN console ELSE on_origin END AS origin, on_next_key AS next_key
  FROM found${step} WHERE side = 2
)`);
  }
  return [
    ...steps,
    `chain AS (
  SELECT opened, CASE WHEN next_key IS NULL AND depth <= ${CHAIN_LIMIT} THEN origin END AS origin
  FROM session${steps.length}
)`,
  ];
}

const CONSOLE = "CASE WHEN CAST(sessioncredentialfromconsole AS varchar) = 'true' THEN 'console' END";

/** One record a row, with the fields that name its row of use. */
function calls(dialect: TrailSqlDialect, table: string, where: string): string {
  const arn = (field: string): string => `CASE WHEN ${field} LIKE 'arn:%' THEN ${field} END`;
  const issuer = arn('issuer');
  const mark = (name: string, condition: string): string => `CASE WHEN ${condition} THEN '${name} ' ELSE '' END`;
  const s3 = (condition: string): string => `service = 's3' AND (${condition})`;
  const marks = [
    mark('acl', s3(dialect.hasAny(['x-amz-acl', ...GRANTS]))),
    mark('copy', s3(dialect.hasAny(['x-amz-copy-source']))),
    mark('forwarded', "useridentity.invokedby <> ''"),
    mark(
      'instance-profile',
      `${dialect.namesParameter('iamInstanceProfile')} OR regexp_like(request, '[^\\\\]"iamInstanceProfile"\\s*:')`,
    ),
    mark('retention', s3(dialect.hasAny(['x-amz-object-lock-mode', 'x-amz-object-lock-legal-hold']))),
    mark('source-identity', `service = 'sts' AND ${dialect.hasAny(['sourceIdentity'])}`),
    mark('tags', dialect.hasAny(TAGS)),
    mark('version', s3(dialect.hasAny(['versionId']))),
  ];
  return `part AS (
  SELECT *, requestparameters AS p, useridentity.sessioncontext.sessionissuer.arn AS issuer
  FROM ${table}
  WHERE ${where}
    AND ${dialect.timeIsRead}
),
one_record AS (
  SELECT *, CASE WHEN eventsource LIKE '%.amazonaws.com' THEN substr(eventsource, 1, length(eventsource) - 14)
      ELSE eventsource END AS service,
    CASE WHEN useridentity.type IN ('IAMUser', 'Root') THEN ${arn('useridentity.arn')}
      WHEN useridentity.type = 'FederatedUser' THEN ${issuer}
      WHEN useridentity.type = 'AssumedRole' THEN coalesce(${issuer},
        nullif(regexp_extract(useridentity.arn, '^arn:[^/]*:assumed-role/[^/]+'), '')) END AS principal,
    ${dialect.requestText} AS request,
    ${dialect.parameter('bucketName')} AS bucket,
    ${dialect.parameter('key')} AS object_key
  FROM part
),
one_call AS (
  SELECT principal, nullif(useridentity.accesskeyid, '') AS key_id, ${CONSOLE} AS console, service, eventname,
    ${marks.join(' ||\n      ')} AS marks,
    CASE WHEN service = 'sts' THEN '' ELSE coalesce(array_join(array_sort(array_distinct(transform(
      filter(regexp_extract_all(request, '[^\\\\]"${ROLE}"\\s*:?'), r -> NOT r LIKE '%:'),
      r -> regexp_extract(r, 'arn:[^"]+')))), ' '), '') END AS roles,
    CASE WHEN service = 's3' AND bucket <> '' AND NOT bucket LIKE '%:%' THEN
        'arn:' || split_part(principal, ':', 2) || ':s3:::' || bucket ||
          CASE WHEN object_key <> '' THEN '/' || object_key ELSE '' END
      WHEN cardinality(resources) = 1 THEN ${arn('element_at(resources, 1).arn')} END AS resource,
    coalesce(errorcode IN (${quoted(REFUSED)}), false) AS refused,
    coalesce(recipientaccountid <> '' AND useridentity.accountid <> ''
      AND recipientaccountid <> useridentity.accountid, false) AS elsewhere,
    nullif(eventid, '') AS event_id, ${dialect.time} AS time
  FROM one_record
  WHERE principal IS NOT NULL AND service <> '' AND eventname <> ''
)`;
}

const FIELDS = 'principal, origin, service, eventname, marks, roles';

/** Each event once; sums of each resource; how many resources there are. */
const SUMS: readonly string[] = [
  `traced AS (
  SELECT principal, service, eventname, marks, roles, resource, refused, elsewhere, time, event_id,
    CASE WHEN key_id LIKE 'AKIA%' THEN key_id WHEN chain.opened IS NULL THEN console ELSE chain.origin END AS origin
  FROM one_call LEFT JOIN chain ON chain.opened = one_call.key_id
),
once AS (
  SELECT ${FIELDS}, resource, refused, elsewhere, event_id, min(time) AS first_time, max(time) AS last_time,
    CASE WHEN event_id IS NULL THEN count(*) ELSE 1 END AS calls
  FROM traced GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
),
each_resource AS (
  SELECT ${FIELDS}, resource,
    sum(CASE WHEN NOT refused AND NOT elsewhere THEN calls ELSE 0 END) AS used_here,
    sum(CASE WHEN NOT refused AND elsewhere THEN calls ELSE 0 END) AS used_elsewhere,
    sum(CASE WHEN refused AND NOT elsewhere THEN calls ELSE 0 END) AS refused_here,
    sum(CASE WHEN refused AND elsewhere THEN calls ELSE 0 END) AS refused_elsewhere,
    min(CASE WHEN NOT refused THEN first_time END) AS first_time,
    max(CASE WHEN NOT refused THEN last_time END) AS last_time
  FROM once GROUP BY 1, 2, 3, 4, 5, 6, 7
),
counted AS (
  SELECT *, count(*) OVER (PARTITION BY ${FIELDS}) AS resources
  FROM each_resource
)`,
];

/** No column is null: engines write null in different ways. */
const TOTAL = `SELECT principal, coalesce(origin, '') AS origin, service AS event_source, eventname AS event_name,
  rtrim(marks) AS marks, roles, CASE WHEN resources <= ${RESOURCE_LIMIT} THEN coalesce(resource, '') ELSE '' END AS resource,
  coalesce(min(first_time), '') AS first_call, coalesce(max(last_time), '') AS last_call,
  greatest(sum(used_here), sum(used_elsewhere)) AS calls,
  greatest(sum(refused_here), sum(refused_elsewhere)) AS refused_calls
FROM counted
GROUP BY 1, 2, 3, 4, 5, 6, 7`;
