import { isRecord, readTimestamp } from '@keyreach/core/input';
import type { AzureUseRow } from '../bundle/azure-input.ts';
import { LogFields } from './log-fields.ts';

/** What one record of a log tells: a row of one, by whom, and what it is told apart from others by. */
export interface LogUse {
  readonly row: Omit<AzureUseRow, 'first' | 'last' | 'count' | 'failed' | 'roles'>;
  readonly roles?: readonly string[];
  /** To the second. */
  readonly time: string;
  readonly failed: boolean;
  /** Records with the same text are one call. */
  readonly call: string | undefined;
}

/** What became of a record: `other`, of a kind that tells no use; `unusable`, without what every record of its kind has. */
export type ReadUse = LogUse | 'other' | 'unusable';

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const OBJECT_ID = 'http://schemas.microsoft.com/identity/claims/objectidentifier';

/** What the Activity Log says of calls that were let in (azure.md 5). */
const STARTED: ReadonlySet<string> = new Set(['success', 'succeeded', 'accept', 'accepted', 'start', 'started']);

/** A record of the Activity Log. One operation writes several, of one correlation. */
export function armUse(record: unknown): ReadUse {
  if (!isRecord(record)) return 'unusable';
  const fields = new LogFields(record);
  const category = fields.text('category', 'categoryValue')?.toLowerCase();
  if (category !== undefined && category !== 'administrative') return 'other';
  const identity = fields.inner('identity');
  const authorization = identityOr(identity.inner('authorization'), fields.inner('authorization', 'authorization_d'));
  const claims = identityOr(identity.inner('claims'), fields.inner('claims', 'claims_d'));
  const action = (authorization.text('action') ?? fields.text('operationName', 'operationNameValue'))?.toLowerCase();
  const time = secondOf(fields.text('eventTimestamp', 'time', 'timeGenerated'));
  const status = fields.text('status', 'resultType', 'activityStatusValue')?.toLowerCase();
  if (action === undefined || time === undefined || status === undefined) return 'unusable';
  const caller = fields.text('caller')?.toLowerCase();
  const principalId = guid(claims.text(OBJECT_ID)) ?? guid(caller);
  const appId = guid(claims.text('appid'));
  const scope = (authorization.text('scope') ?? fields.text('resourceId', '_resourceId'))?.toLowerCase();
  // Of Microsoft's own doing, and of people who are told by name only.
  if (principalId === undefined && appId === undefined) return 'other';
  const correlation = fields.text('correlationId');
  const failed = !STARTED.has(status);
  return {
    row: {
      kind: 'arm',
      ...told({ principalId, appId: isPerson(claims) ? undefined : appId }),
      action,
      ...told({ resource: scope }),
    },
    time,
    failed,
    call: correlation === undefined ? undefined : JSON.stringify([correlation, principalId, action, scope, failed]),
  };
}

/** A record of sign-ins: of applications, managed identities and people. */
export function signInUse(record: unknown): ReadUse {
  if (!isRecord(record)) return 'unusable';
  const fields = new LogFields(record);
  const time = secondOf(fields.text('createdDateTime', 'timeGenerated', 'time'));
  if (time === undefined) return 'unusable';
  const servicePrincipal = guid(fields.text('servicePrincipalId'));
  const user = guid(fields.text('userId'));
  const principalId = servicePrincipal ?? user;
  const appId = servicePrincipal === undefined && user !== undefined ? undefined : guid(fields.text('appId'));
  if (principalId === undefined && appId === undefined) return 'other';
  const managed = fields.inner('managedServiceIdentity', 'managedIdentity');
  const attached = managed.text('associatedResourceId') ?? fields.text('associatedResourceId');
  const key = guid(fields.text('servicePrincipalCredentialKeyId'));
  const error = fields.inner('status').text('errorCode') ?? fields.text('resultType', 'errorCode');
  return {
    row: {
      kind: 'sign-in',
      ...told({
        principalId,
        appId,
        credentialId: fields.text('federatedCredentialId')?.toLowerCase() ?? key,
        attachedResource: attached?.toLowerCase(),
      }),
      action: 'sign-in',
      ...told({ resource: guid(fields.text('resourceServicePrincipalId')) }),
    },
    time,
    failed: error !== undefined && error !== '0',
    call: fields.text('uniqueTokenIdentifier', 'id'),
  };
}

const VERSIONED = /^https?:\/\/[^/]{1,200}\/(?:v1\.0|beta)(\/[^?#]{0,2000})/i;

const IDS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** A call of Microsoft Graph. */
export function graphUse(record: unknown): ReadUse {
  if (!isRecord(record)) return 'unusable';
  const fields = new LogFields(record);
  const time = secondOf(fields.text('timeGenerated', 'time'));
  const method = fields.text('requestMethod');
  const uri = fields.text('requestUri');
  const status = Number(fields.text('responseStatusCode'));
  if (time === undefined || method === undefined || uri === undefined || Number.isNaN(status)) return 'unusable';
  const servicePrincipal = guid(fields.text('servicePrincipalId'));
  const user = guid(fields.text('userId'));
  // With a user the permissions are delegated ones, which are no grants of an application.
  const isOwn = user === undefined;
  const principalId = user ?? servicePrincipal;
  const appId = isOwn ? guid(fields.text('appId')) : undefined;
  if (principalId === undefined && appId === undefined) return 'other';
  const path = (VERSIONED.exec(uri)?.[1] ?? '').toLowerCase().replaceAll(IDS, '{id}').replace(/\/+$/, '');
  const roles = isOwn ? fields.words('roles') : undefined;
  return {
    row: {
      kind: 'graph',
      ...told({ principalId, appId }),
      action: `${method.toUpperCase().slice(0, 10)} ${path === '' ? '/' : path}`,
    },
    ...(roles === undefined ? {} : { roles }),
    time,
    failed: status < 200 || status >= 300,
    call: fields.text('requestId', 'operationId'),
  };
}

function isPerson(claims: LogFields): boolean {
  return (
    claims.text('idtyp')?.toLowerCase() === 'user' ||
    claims.text('http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn') !== undefined
  );
}

/** The first of two that has anything. */
function identityOr(first: LogFields, second: LogFields): LogFields {
  return first.isEmpty ? second : first;
}

function guid(text: string | undefined): string | undefined {
  const lower = text?.toLowerCase();
  return lower !== undefined && GUID.test(lower) && !/^[0-]*$/.test(lower) ? lower : undefined;
}

function secondOf(text: string | undefined): string | undefined {
  const time = text === undefined ? undefined : readTimestamp(text);
  return time === undefined ? undefined : `${time.slice(0, 19)}Z`;
}

function told<T extends Readonly<Record<string, string | undefined>>>(fields: T): { readonly [K in keyof T]?: string } {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { readonly [K in keyof T]?: string };
}
