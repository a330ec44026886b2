import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { AzureUseCoverage, AzureUseRow } from '../bundle/azure-input.ts';

/** Kinds of rows that Log Analytics gives. */
export type KqlKind = AzureUseRow['kind'];

/** A time of a query, RFC 3339. */
export interface KqlPeriod {
  readonly from: string;
  readonly to: string;
}

const OBJECT_ID = 'http://schemas.microsoft.com/identity/claims/objectidentifier';
const UPN = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn';
const GUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** Tables of each kind. */
export const KQL_TABLES: Readonly<Record<KqlKind, readonly string[]>> = {
  arm: ['AzureActivity'],
  'sign-in': ['AADServicePrincipalSignInLogs', 'AADManagedIdentitySignInLogs'],
  graph: ['MicrosoftGraphActivityLogs'],
};

/** Records that began between two times; the end is not in it. */
const between = ({ from, to }: KqlPeriod): string =>
  `TimeGenerated >= datetime(${plainTime(from)}) and TimeGenerated < datetime(${plainTime(to)})`;

const SUMMARY =
  'first=minif(TimeGenerated, ok), last=maxif(TimeGenerated, ok), calls=count_distinctif(call, ok), failures=count_distinctif(call, not(ok))';

/**
 * The query whose rows are those that log files of the same records give (docs/usage-azure.md, azure.md 5).
 *
 * @throws RangeError for times that are none.
 */
export function usageKql(kind: KqlKind, period: KqlPeriod): string {
  switch (kind) {
    case 'arm':
      return [
        'AzureActivity',
        `where ${between(period)} and CategoryValue =~ 'Administrative'`,
        'extend a=todynamic(Authorization), c=todynamic(Claims)',
        `extend caller=tolower(Caller), oid=tolower(tostring(c['${OBJECT_ID}']))`,
        `extend principalId=iff(oid matches regex @'^${GUID}$', oid, iff(caller matches regex @'^${GUID}$', caller, ''))`,
        `extend person=isnotempty(tostring(c['${UPN}'])) or tolower(tostring(c.idtyp)) == 'user'`,
        "extend appId=iff(person, '', tolower(tostring(c.appid)))",
        'extend action=tolower(iff(isempty(tostring(a.action)), OperationNameValue, tostring(a.action)))',
        'extend resource=tolower(iff(isempty(tostring(a.scope)), _ResourceId, tostring(a.scope)))',
        "extend ok=ActivityStatusValue in~ ('Success', 'Succeeded', 'Accept', 'Accepted', 'Start', 'Started')",
        'extend call=CorrelationId',
        'where isnotempty(action) and (isnotempty(principalId) or isnotempty(appId))',
        `summarize ${SUMMARY} by principalId, appId, action, resource`,
      ].join('\n| ');
    case 'sign-in':
      return [
        'union isfuzzy=true AADServicePrincipalSignInLogs, AADManagedIdentitySignInLogs',
        `where ${between(period)}`,
        'extend principalId=tolower(ServicePrincipalId), appId=tolower(AppId)',
        "extend credentialId=tolower(iff(isempty(column_ifexists('FederatedCredentialId', '')), column_ifexists('ServicePrincipalCredentialKeyId', ''), column_ifexists('FederatedCredentialId', '')))",
        "extend attachedResource=tolower(tostring(todynamic(column_ifexists('ManagedServiceIdentity', '')).associatedResourceId))",
        "extend action='sign-in', resource=tolower(column_ifexists('ResourceServicePrincipalId', ''))",
        "extend ok=ResultType == '0', call=UniqueTokenIdentifier",
        'where isnotempty(principalId) or isnotempty(appId)',
        `summarize ${SUMMARY} by principalId, appId, credentialId, attachedResource, action, resource`,
      ].join('\n| ');
    case 'graph':
      return [
        'MicrosoftGraphActivityLogs',
        `where ${between(period)}`,
        'extend person=isnotempty(UserId)',
        "extend principalId=tolower(iff(person, UserId, ServicePrincipalId)), appId=iff(person, '', tolower(AppId))",
        "extend path=trim_end('/', tolower(extract(@'^https?://[^/]+/(?:v1\\.0|beta)(/[^?#]*)', 1, RequestUri)))",
        `extend path=replace_regex(path, @'${GUID}', '{id}')`,
        "extend action=strcat(toupper(RequestMethod), ' ', iff(isempty(path), '/', path))",
        'extend ok=ResponseStatusCode between (200 .. 299), call=RequestId',
        "extend role=iff(person, '', Roles)",
        'where isnotempty(principalId) or isnotempty(appId)',
        `summarize ${SUMMARY}, roles=make_set(role, 50) by principalId, appId, action`,
      ].join('\n| ');
    default: {
      const never: never = kind;
      return never;
    }
  }
}

/** A query for the time of the oldest record of a kind: what is older was not kept. */
export function oldestKql(kind: KqlKind): string {
  const tables = KQL_TABLES[kind];
  const source = tables.length === 1 ? tables.join('') : `union isfuzzy=true ${tables.join(', ')}`;
  return `${source}\n| summarize oldest=min(TimeGenerated)`;
}

/** The records of a reply of Log Analytics; undefined for a reply in another shape, or of which a part is missing. */
export function kqlRecords(reply: RawRecord): readonly RawRecord[] | undefined {
  if (reply['error'] !== undefined) return undefined;
  const { tables } = reply;
  const [table] = Array.isArray(tables) ? (tables as readonly unknown[]).filter(isRecord) : [];
  const columns = table?.['columns'];
  const rows = table?.['rows'];
  if (!Array.isArray(columns) || !Array.isArray(rows)) return undefined;
  const names = (columns as readonly unknown[]).map((column) => (isRecord(column) ? column['name'] : undefined));
  if (names.some((name) => typeof name !== 'string')) return undefined;
  const found: RawRecord[] = [];
  for (const row of rows as readonly unknown[]) {
    if (!Array.isArray(row) || row.length !== names.length) return undefined;
    found.push(Object.fromEntries(names.map((name, at) => [String(name), row[at] as unknown])));
  }
  return found;
}

const TEXTS = ['principalId', 'appId', 'credentialId', 'attachedResource', 'resource'] as const;

/** Rows of recorded use of the records of {@link usageKql}; a record in another shape is left out. */
export function rowsOfKql(kind: KqlKind, records: readonly RawRecord[]): readonly AzureUseRow[] {
  return records.flatMap((record) => {
    const { action, calls: count, failures: failed, first, last, roles } = record;
    if (typeof action !== 'string' || action === '' || !isCount(count) || !isCount(failed)) return [];
    const seen = count > 0 && typeof first === 'string' && typeof last === 'string';
    if (count > 0 && !seen) return [];
    const told = TEXTS.flatMap((name) => {
      const value = record[name];
      return typeof value === 'string' && value !== '' ? [[name, value] as const] : [];
    });
    const words = rolesOf(roles);
    return [
      {
        kind,
        ...Object.fromEntries(told),
        action,
        ...(seen ? { first: secondOf(first), last: secondOf(last) } : {}),
        count,
        failed,
        ...(words.length === 0 ? {} : { roles: words }),
      },
    ];
  });
}

/** What is covered where somebody says that everything of some scopes goes to the workspace: as far back as it keeps records. */
export function kqlCoverage(
  kind: KqlKind,
  scopes: readonly string[],
  { from, to }: KqlPeriod,
  oldest: string | undefined,
): readonly AzureUseCoverage[] {
  if (oldest === undefined) return [];
  const start = oldest > from ? oldest : from;
  return start < to ? scopes.map((scope) => ({ kind, scope, from: secondOf(start), to: secondOf(to) })) : [];
}

function rolesOf(raw: unknown): readonly string[] {
  const list: unknown = typeof raw === 'string' ? parsed(raw) : raw;
  if (!Array.isArray(list)) return [];
  const words = (list as readonly unknown[]).flatMap((one) => (typeof one === 'string' ? one.split(/[\s,]+/) : []));
  return [...new Set(words.filter((word) => word !== ''))].sort();
}

/** Dynamic columns come as text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function secondOf(time: string): string {
  return `${time.slice(0, 19)}Z`;
}

function plainTime(text: string): string {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(text)) throw new RangeError('no time of a query');
  return text;
}
