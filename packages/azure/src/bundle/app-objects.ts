import { isRecord, type Listed, type RawRecord, type Report } from '@keyreach/core/input';
import type {
  EntraApplication,
  EntraAppObject,
  EntraAppRole,
  EntraCredential,
  EntraLock,
  EntraServicePrincipal,
} from './azure-input.ts';
import { ExpandedLists, idOf } from './expanded-lists.ts';
import { readPages } from './pages.ts';
import { odataType, RecordFields, told } from './record-fields.ts';
import { looksSecret, withoutSecretTexts } from './scrub.ts';

/** Reads graph/applications.json (azure.md 2, 4.4). Of credentials only what identifies and dates them is kept. */
export function readApplications(raw: unknown, report: Report): Listed<EntraApplication> | undefined {
  const expanded = new ExpandedLists();
  const listed = readPages(raw, report, (element, where): EntraApplication | undefined => {
    const fields = new RecordFields(element, where, report);
    const object = readAppObject(fields, expanded);
    if (object === undefined) return undefined;
    return {
      ...object,
      ...told({
        signInAudience: fields.text('signInAudience'),
        lock: readLock(fields),
        isDisabled: fields.flagOrUnset('isDisabled'),
      }),
      redirectUris: ['web', 'spa', 'publicClient']
        .flatMap((key) => fields.inner(key).words('redirectUris'))
        .filter((uri) => !looksSecret(uri)),
      requiredResourceAccess: fields.listOrNone('requiredResourceAccess', readRequest).items,
    };
  });
  return expanded.checked(listed, ['owners'], report);
}

/** Reads graph/servicePrincipals.json (azure.md 2, 4.4). */
export function readServicePrincipals(raw: unknown, report: Report): Listed<EntraServicePrincipal> | undefined {
  const expanded = new ExpandedLists();
  const listed = readPages(raw, report, (element, where): EntraServicePrincipal | undefined => {
    const fields = new RecordFields(element, where, report);
    const object = readAppObject(fields, expanded);
    if (object === undefined) return undefined;
    return {
      ...object,
      ...told({
        servicePrincipalType: fields.text('servicePrincipalType'),
        appOwnerOrganizationId: fields.text('appOwnerOrganizationId'),
        accountEnabled: fields.flag('accountEnabled'),
        preferredSingleSignOnMode: fields.text('preferredSingleSignOnMode'),
        agentIdentityBlueprintId: fields.text('agentIdentityBlueprintId'),
        customSecurityAttributes: attributesOf(fields),
      }),
      alternativeNames: fields.words('alternativeNames'),
      oauth2PermissionScopes: fields.listOrNone('oauth2PermissionScopes', readRole).items,
    };
  });
  return expanded.checked(listed, ['owners'], report);
}

function readAppObject(fields: RecordFields, expanded: ExpandedLists): EntraAppObject | undefined {
  const id = fields.required('id');
  const appId = fields.required('appId');
  if (id === undefined || appId === undefined) return undefined;
  const publisher = fields.inner('verifiedPublisher');
  return {
    id,
    appId,
    credentials: readCredentials(fields),
    appRoles: fields.list('appRoles', readRole),
    tags: fields.words('tags'),
    ...told({
      displayName: fields.text('displayName'),
      odataType: odataType(fields),
      createdDateTime: fields.time('createdDateTime'),
      owners: expanded.read(fields, 'owners', idOf),
      verifiedPublisher: publisher.text('displayName') ?? publisher.text('verifiedPublisherId'),
      createdByAppId: fields.text('createdByAppId'),
    }),
  };
}

/** Secrets and certificates. A list that is absent was not asked for: there may be some. */
function readCredentials(fields: RecordFields): Listed<EntraCredential> {
  const passwords = fields.list('passwordCredentials', readCredential('password'));
  const keys = fields.list('keyCredentials', readCredential('key'));
  return { items: [...passwords.items, ...keys.items], complete: passwords.complete && keys.complete };
}

function readCredential(kind: EntraCredential['kind']): (fields: RecordFields) => EntraCredential | undefined {
  return (fields) => {
    const keyId = fields.required('keyId');
    if (keyId === undefined) return undefined;
    const displayName = fields.text('displayName');
    return {
      kind,
      keyId,
      ...told({
        displayName: displayName !== undefined && looksSecret(displayName) ? undefined : displayName,
        startDateTime: fields.decisiveTime('startDateTime'),
        endDateTime: fields.decisiveTime('endDateTime'),
        ...(kind === 'key'
          ? {
              type: fields.text('type'),
              usage: fields.text('usage'),
              customKeyIdentifier: fields.text('customKeyIdentifier'),
            }
          : {}),
      }),
    };
  };
}

function readRole(fields: RecordFields): EntraAppRole | undefined {
  const id = fields.required('id');
  if (id === undefined) return undefined;
  return {
    id,
    ...told({
      value: fields.text('value'),
      displayName: fields.text('displayName') ?? fields.text('adminConsentDisplayName'),
      isEnabled: fields.flag('isEnabled'),
    }),
    allowedMemberTypes: fields.words('allowedMemberTypes'),
  };
}

function readRequest(fields: RecordFields): RawRecord | undefined {
  const resourceAppId = fields.required('resourceAppId');
  const access = fields.listOrNone('resourceAccess', (one) => {
    const id = one.required('id');
    return id === undefined ? undefined : { id, ...told({ type: one.text('type') }) };
  });
  return resourceAppId === undefined ? undefined : { resourceAppId, resourceAccess: access.items };
}

/** The lock of an application; null: it has none. Undefined: not told, or in no known form. */
function readLock(fields: RecordFields): EntraLock | undefined {
  const raw = fields.raw['servicePrincipalLockConfiguration'];
  if (raw === undefined) return undefined;
  if (raw !== null && !isRecord(raw)) {
    fields.record('servicePrincipalLockConfiguration');
    return undefined;
  }
  const lock = fields.inner('servicePrincipalLockConfiguration');
  const flags = ['isEnabled', 'allProperties', 'credentialsWithUsageSign', 'credentialsWithUsageVerify'] as const;
  const [isEnabled, allProperties, credentialsWithUsageSign, credentialsWithUsageVerify] = flags.map((name) => {
    const value = lock.raw[name];
    if (value === undefined || value === null) return false;
    return lock.flag(name);
  });
  if (
    isEnabled === undefined ||
    allProperties === undefined ||
    credentialsWithUsageSign === undefined ||
    credentialsWithUsageVerify === undefined
  ) {
    return undefined;
  }
  return { isEnabled, allProperties, credentialsWithUsageSign, credentialsWithUsageVerify };
}

/** Custom security attributes, sets of values by name. Texts that look like secrets are left out with their set. */
export function attributesOf(fields: RecordFields): RawRecord | undefined {
  const raw = fields.record('customSecurityAttributes');
  if (raw === undefined) return undefined;
  const sets: [string, unknown][] = [];
  for (const [name, values] of Object.entries(raw)) {
    if (!isRecord(values)) continue;
    const plain = withoutSecretTexts(values);
    // What is left out would be taken for an attribute that nobody gave.
    if (Object.keys(plain).length < Object.keys(values).length) return undefined;
    sets.push([name, plain]);
  }
  return Object.fromEntries(sets);
}
