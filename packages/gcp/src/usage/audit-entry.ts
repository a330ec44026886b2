import { isRecord, type RawRecord } from '@keyreach/core/input';

/** What an entry tells of one call. */
export interface AuditCall {
  readonly principal: string;
  readonly keyId: string | undefined;
  readonly delegators: readonly string[];
  readonly service: string;
  /** Each pair of permission and resource once; one without both where the entry tells no permission. */
  readonly uses: readonly AuditUse[];
  /** To the second: `2026-01-31T23:59:59Z`. */
  readonly time: string;
}

/** A permission that a call was checked for. Empty texts where nothing is told. */
export interface AuditUse {
  readonly permission: string;
  readonly method: string;
  readonly resource: string;
  readonly refused: boolean;
}

/** Container and kind of the log that an entry stands in. */
export interface AuditLogName {
  /** `projects/P`, `folders/F`, `organizations/O`. */
  readonly container: string;
  readonly log: 'activity' | 'data_access';
}

const logNames =
  /^((?:projects|folders|organizations)\/[^/]{1,100})\/logs\/cloudaudit\.googleapis\.com(?:%2F|%2f|\/)(activity|data_access)$/;

/** The log of an entry; undefined for every log that tells of no use, and for what is no name of a log. */
export function auditLogOf(logName: unknown): AuditLogName | undefined {
  if (typeof logName !== 'string' || logName.length > 300) return undefined;
  const [, container, log] = logNames.exec(logName) ?? [];
  if (container === undefined || (log !== 'activity' && log !== 'data_access')) return undefined;
  return { container, log };
}

/** Longest text of an entry that is looked at. Longer ones are as if they were not there. */
const MOST_TEXT = 4096;

/** Most permissions and delegators of one entry that are looked at. */
const MOST_PARTS = 1000;

/**
 * What an entry of an audit log tells, by the rules of `docs/usage-gcp.md`. `none`: nothing, as it should be; `unusable`: it
 * lacks what every entry has.
 */
export function auditCallOf(entry: RawRecord): AuditCall | 'none' | 'unusable' {
  const payload = recordIn(entry, 'protoPayload');
  const time = secondOf(entry['timestamp']);
  const service = payload === undefined ? '' : textIn(payload, 'serviceName');
  if (payload === undefined || time === undefined || service === '') return 'unusable';
  const authentication = recordIn(payload, 'authenticationInfo') ?? {};
  const principal = textIn(authentication, 'principalEmail') || textIn(authentication, 'principalSubject');
  // Calls of nobody (anonymous ones, and those whose caller is left out) are use by nobody.
  if (principal === '') return 'none';
  const uses = usesOf(entry, payload);
  if (uses.length === 0) return 'none';
  return {
    principal,
    keyId: keyIdOf(textIn(authentication, 'serviceAccountKeyName')),
    delegators: delegatorsOf(authentication['serviceAccountDelegationInfo']),
    service,
    uses,
    time,
  };
}

function usesOf(entry: RawRecord, payload: RawRecord): readonly AuditUse[] {
  const denied = recordIn(payload, 'status')?.['code'] === 7;
  const pairs = new Map<string, AuditUse>();
  for (const element of elements(payload['authorizationInfo'])) {
    const permission = textIn(element, 'permission');
    if (permission === '') continue;
    const resource = textIn(element, 'resource');
    const key = JSON.stringify([permission, resource]);
    const refused = denied || element['granted'] !== true;
    if (pairs.get(key)?.refused !== true) pairs.set(key, { permission, method: '', resource, refused });
  }
  if (pairs.size > 0) return [...pairs.values()];
  const operation = recordIn(entry, 'operation');
  if (operation?.['last'] === true && operation['first'] !== true) return [];
  return [{ permission: '', method: textIn(payload, 'methodName'), resource: '', refused: denied }];
}

/** Id of a service account key in `//iam.googleapis.com/projects/P/serviceAccounts/E/keys/ID`. */
function keyIdOf(name: string): string | undefined {
  const at = name.lastIndexOf('/keys/');
  const id = at === -1 ? '' : name.slice(at + '/keys/'.length);
  return id === '' || id.includes('/') ? undefined : id;
}

/** Of the callers before the principal; split at line ends, which separate them where SQL adds entries up. */
function delegatorsOf(value: unknown): readonly string[] {
  const callers = elements(value).map(
    (element) =>
      textIn(recordIn(element, 'firstPartyPrincipal') ?? {}, 'principalEmail') ||
      textIn(element, 'principalSubject') ||
      '?',
  );
  return callers.length === 0 ? [] : callers.join('\n').split('\n');
}

/** Times as Cloud Logging writes them: RFC 3339 in UTC. Cut to the second, not rounded. */
function secondOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(value)) return undefined;
  const second = `${value.slice(0, 19)}Z`;
  return Number.isNaN(Date.parse(second)) ? undefined : second;
}

function elements(value: unknown): readonly RawRecord[] {
  return Array.isArray(value) ? value.slice(0, MOST_PARTS).filter(isRecord) : [];
}

function recordIn(raw: RawRecord, field: string): RawRecord | undefined {
  const value = Object.hasOwn(raw, field) ? raw[field] : undefined;
  return isRecord(value) ? value : undefined;
}

/** A text; empty where there is none. */
function textIn(raw: RawRecord, field: string): string {
  const value = Object.hasOwn(raw, field) ? raw[field] : undefined;
  return typeof value === 'string' && value.length <= MOST_TEXT ? value : '';
}
