import {
  EMPTY_LIST,
  isRecord,
  type Listed,
  optionalString,
  type RawRecord,
  type Report,
  readNestedList,
  requiredString,
  UNKNOWN_LIST,
} from '@keyreach/core/input';
import type {
  EntraApplication,
  EntraAppObject,
  EntraAppRole,
  EntraCredential,
  EntraLock,
  EntraServicePrincipal,
} from './azure-input.ts';
import { flags, strings, texts, told } from './fields.ts';
import { readPages } from './pages.ts';
import { looksSecret, withoutSecrets } from './scrub.ts';

const ODATA = '#microsoft.graph.';

/** `@odata.type` without what all of them begin with. */
export function odataType(raw: RawRecord): { readonly odataType?: string } {
  const type = raw['@odata.type'];
  if (typeof type !== 'string' || type === '') return {};
  return { odataType: type.toLowerCase().startsWith(ODATA) ? type.slice(ODATA.length) : type };
}

/** Ids of a list of objects, or of ids; undefined where the list is absent: nobody collected it. */
export function readIds(raw: RawRecord, field: string, where: string, report: Report): Listed<string> | undefined {
  const value = raw[field];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) {
    report(`${where}.${field}`, 'an array');
    return UNKNOWN_LIST;
  }
  const items: string[] = [];
  let complete = typeof raw[`${field}@odata.nextLink`] !== 'string';
  value.forEach((one: unknown, index) => {
    const id = isRecord(one) ? one['id'] : one;
    if (typeof id === 'string' && id !== '') items.push(id);
    else {
      complete = false;
      report(`${where}.${field}[${index}]`, 'an object with `id`');
    }
  });
  return { items, complete };
}

/** Reads graph/applications.json (azure.md 4.4). No material of a credential is kept. */
export function readApplications(raw: unknown, report: Report): Listed<EntraApplication> | undefined {
  return readPages(raw, report, (element, where, tell) => {
    const common = readAppObject(element, where, tell);
    if (common === undefined) return undefined;
    const uris = [
      ...strings(element['redirectUris']),
      ...(['web', 'spa', 'publicClient'] as const).flatMap((field) => {
        const part = element[field];
        return isRecord(part) ? strings(part['redirectUris']) : [];
      }),
    ];
    const asked = element['requiredResourceAccess'];
    return {
      ...common,
      ...texts(element, ['signInAudience'], where, tell),
      ...told('lock', readLock(element['servicePrincipalLockConfiguration'], where, tell)),
      redirectUris: uris.filter((uri) => !looksSecret(uri)),
      requiredResourceAccess: Array.isArray(asked) ? asked.filter(isRecord).map(withoutSecrets) : [],
      ...flags(element, ['isDisabled'], where, tell),
    };
  });
}

function readLock(raw: unknown, where: string, report: Report): EntraLock | undefined {
  if (!isRecord(raw)) return undefined;
  const told = flags(
    raw,
    ['isEnabled', 'allProperties', 'credentialsWithUsageSign', 'credentialsWithUsageVerify'],
    `${where}.servicePrincipalLockConfiguration`,
    report,
  );
  if (told.isEnabled === undefined) return undefined;
  return {
    isEnabled: told.isEnabled,
    allProperties: told.allProperties ?? false,
    credentialsWithUsageSign: told.credentialsWithUsageSign ?? false,
    credentialsWithUsageVerify: told.credentialsWithUsageVerify ?? false,
  };
}

/** Reads graph/servicePrincipals.json (azure.md 4.4). */
export function readServicePrincipals(raw: unknown, report: Report): Listed<EntraServicePrincipal> | undefined {
  return readPages(raw, report, (element, where, tell) => {
    const common = readAppObject(element, where, tell);
    if (common === undefined) return undefined;
    const attributes = element['customSecurityAttributes'];
    return {
      ...common,
      ...texts(
        element,
        ['servicePrincipalType', 'appOwnerOrganizationId', 'preferredSingleSignOnMode', 'agentIdentityBlueprintId'],
        where,
        tell,
      ),
      ...flags(element, ['accountEnabled'], where, tell),
      alternativeNames: strings(element['alternativeNames']),
      oauth2PermissionScopes: readNestedList(element, 'oauth2PermissionScopes', where, tell, readAppRole).items,
      ...(isRecord(attributes) ? { customSecurityAttributes: withoutSecrets(attributes) } : {}),
    };
  });
}

function readAppObject(raw: RawRecord, where: string, report: Report): EntraAppObject | undefined {
  const id = requiredString(raw, 'id', where, report);
  const appId = requiredString(raw, 'appId', where, report);
  if (id === undefined || appId === undefined) return undefined;
  const publisher = raw['verifiedPublisher'];
  const verified = isRecord(publisher) ? optionalString(publisher, 'displayName', where, report) : undefined;
  const passwords = credentials(raw, 'passwordCredentials', 'password', where, report);
  const keys = credentials(raw, 'keyCredentials', 'key', where, report);
  return {
    id,
    appId,
    ...texts(raw, ['displayName', 'createdDateTime', 'createdByAppId'], where, report),
    ...odataType(raw),
    credentials: { items: [...passwords.items, ...keys.items], complete: passwords.complete && keys.complete },
    ...told('owners', readIds(raw, 'owners', where, report)),
    appRoles: appRoles(raw, where, report),
    ...told('verifiedPublisher', verified),
    tags: strings(raw['tags']),
  };
}

/** Absent: not asked for, so nobody knows. An empty list is none. */
function appRoles(raw: RawRecord, where: string, report: Report): Listed<EntraAppRole> {
  if (!Array.isArray(raw['appRoles'])) return { items: [], complete: false };
  return readNestedList(raw, 'appRoles', where, report, readAppRole);
}

function readAppRole(raw: RawRecord, where: string, report: Report): EntraAppRole | undefined {
  const id = requiredString(raw, 'id', where, report);
  if (id === undefined) return undefined;
  return {
    id,
    ...texts(raw, ['value', 'displayName'], where, report),
    allowedMemberTypes: strings(raw['allowedMemberTypes']),
    ...flags(raw, ['isEnabled'], where, report),
  };
}

function credentials(
  raw: RawRecord,
  field: 'passwordCredentials' | 'keyCredentials',
  kind: EntraCredential['kind'],
  where: string,
  report: Report,
): Listed<EntraCredential> {
  if (raw[field] === undefined) return { ...EMPTY_LIST, complete: false };
  return readNestedList(raw, field, where, report, (element, place, tell) => {
    const keyId = requiredString(element, 'keyId', place, tell);
    if (keyId === undefined) return undefined;
    const read = texts(
      element,
      ['displayName', 'startDateTime', 'endDateTime', 'type', 'usage', 'customKeyIdentifier'],
      place,
      tell,
    );
    // People write secrets where names go.
    const { displayName, customKeyIdentifier, ...rest } = read;
    const named = displayName !== undefined && !looksSecret(displayName) ? { displayName } : {};
    // Of certificates it is the thumbprint; of secrets whatever somebody put there.
    const thumbprint = kind === 'key' && customKeyIdentifier !== undefined ? { customKeyIdentifier } : {};
    return { kind, keyId, ...rest, ...named, ...thumbprint };
  });
}
