import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { AzureCall, AzureMethod } from '../azure-call.ts';
import { METHODS } from '../methods.ts';
import type { AzureCollectPart, OwnerCalls, PartFile } from '../part.ts';

const V1 = '/v1.0';
const BETA = '/beta';

const select = (...fields: readonly string[]): string => `$select=${fields.join(',')}`;

const APPLICATION = select(
  ...['id', 'appId', 'displayName', 'signInAudience', 'passwordCredentials', 'keyCredentials'],
  ...['requiredResourceAccess', 'appRoles', 'servicePrincipalLockConfiguration', 'verifiedPublisher', 'web', 'spa'],
  ...['publicClient', 'createdDateTime', 'tags'],
);

const SERVICE_PRINCIPAL = select(
  ...['id', 'appId', 'displayName', 'servicePrincipalType', 'appOwnerOrganizationId', 'accountEnabled'],
  ...['alternativeNames', 'appRoleAssignmentRequired', 'appRoles', 'oauth2PermissionScopes', 'passwordCredentials'],
  ...['keyCredentials', 'verifiedPublisher', 'tags', 'preferredSingleSignOnMode', 'createdDateTime'],
);

const USER = select(
  ...['id', 'displayName', 'userPrincipalName', 'accountEnabled', 'userType', 'onPremisesSyncEnabled'],
  ...['isManagementRestricted', 'createdDateTime', 'lastPasswordChangeDateTime'],
);

const GROUP = select(
  ...['id', 'displayName', 'securityEnabled', 'mailEnabled', 'groupTypes', 'membershipRule'],
  ...['membershipRuleProcessingState', 'isAssignableToRole', 'isManagementRestricted', 'onPremisesSyncEnabled'],
);

/** What a bundle keeps of a secret or certificate: everything but the secret itself, its beginning and the key. */
const CREDENTIAL: ReadonlySet<string> = new Set([
  ...['customKeyIdentifier', 'displayName', 'endDateTime', 'keyId', 'startDateTime', 'type', 'usage'],
]);

/** An object of the directory as the bundle holds it: of its secrets and certificates nothing that signs in. */
function plainObject(record: RawRecord): RawRecord {
  const kept = Object.entries(record).map(([name, value]) => {
    if ((name !== 'passwordCredentials' && name !== 'keyCredentials') || !Array.isArray(value))
      return [name, value] as const;
    const credentials = (value as readonly unknown[]).map((one) =>
      isRecord(one) ? Object.fromEntries(Object.entries(one).filter(([key]) => CREDENTIAL.has(key))) : null,
    );
    return [name, credentials] as const;
  });
  return Object.fromEntries(kept);
}

/** A list of the directory as it is. */
function plain(name: string, what: string, file: PartFile, method: AzureMethod, path: string): AzureCollectPart {
  return {
    name,
    what,
    owners: 'tenant',
    files: [file],
    methods: [method],
    run: async (calls) => {
      const found = await calls.listed(what, { method, path });
      return found === undefined ? undefined : { [file]: { '': found.map(plainObject) } };
    },
  };
}

/** Adds a list to each record that a call of its own gives; where that failed the record has no such list. */
async function withLists(
  records: readonly RawRecord[],
  key: string,
  what: string,
  calls: OwnerCalls,
  call: (id: string) => AzureCall,
): Promise<readonly RawRecord[]> {
  const named = records.filter(({ id }) => typeof id === 'string');
  const lists = await calls.batch(named.map(({ id }) => call(encodeURIComponent(String(id)))));
  const byCode = new Map<string, number>();
  const first = new Map<string, Parameters<OwnerCalls['failed']>[1]>();
  const found = new Map<unknown, readonly RawRecord[]>();
  lists.forEach(({ items, failed }, at) => {
    if (failed === undefined) {
      found.set(named[at]?.['id'], items);
      return;
    }
    // One that was deleted in between has no list.
    byCode.set(failed.error, (byCode.get(failed.error) ?? 0) + 1);
    if (!first.has(failed.error)) first.set(failed.error, failed);
  });
  for (const [code, failed] of first) calls.failed(what, failed, byCode.get(code) ?? 1);
  return records.map((record) => {
    const list = found.get(record['id']);
    if (list === undefined) return record;
    return {
      ...record,
      [key]: list.map(({ id, '@odata.type': type }) => ({
        id,
        ...(type === undefined ? {} : { '@odata.type': type }),
      })),
    };
  });
}

const applications: AzureCollectPart = {
  name: 'applications',
  what: 'applications',
  owners: 'tenant',
  files: ['graph/applications.json', 'graph/federatedIdentityCredentials.json'],
  methods: [METHODS.applications, METHODS.applicationOwners, METHODS.applicationCredentials],
  run: async (calls) => {
    const path = `${V1}/applications?$top=999&${APPLICATION}`;
    const found = await calls.listed('applications', { method: METHODS.applications, path });
    if (found === undefined) return undefined;
    const owned = await withLists(found.map(plainObject), 'owners', 'owners of applications', calls, (id) => ({
      method: METHODS.applicationOwners,
      path: `${BETA}/applications/${id}/owners?$select=id`,
    }));
    const named = found.filter(({ id }) => typeof id === 'string');
    const lists = await calls.batch(
      named.map(({ id }) => ({
        method: METHODS.applicationCredentials,
        path: `${BETA}/applications/${encodeURIComponent(String(id))}/federatedIdentityCredentials`,
      })),
    );
    const credentials: RawRecord[] = [];
    const failures = lists.flatMap(({ failed }) => (failed === undefined ? [] : [failed]));
    const [failed] = failures;
    if (failed !== undefined) calls.failed('federated credentials of applications', failed, failures.length);
    lists.forEach(({ items, failed: problem }, at) => {
      if (problem === undefined && items.length > 0) {
        credentials.push({ parent: `applications/${String(named[at]?.['id'])}`, value: items });
      }
    });
    return {
      'graph/applications.json': { '': owned },
      'graph/federatedIdentityCredentials.json': { '': credentials },
    };
  },
};

const servicePrincipals: AzureCollectPart = {
  name: 'service-principals',
  what: 'service principals',
  owners: 'tenant',
  files: ['graph/servicePrincipals.json', 'graph/appRoleAssignments.json'],
  methods: [METHODS.servicePrincipals, METHODS.servicePrincipalOwners, METHODS.appRoleAssignments],
  run: async (calls) => {
    const path = `${V1}/servicePrincipals?$top=999&${SERVICE_PRINCIPAL}`;
    const found = await calls.listed('service principals', { method: METHODS.servicePrincipals, path });
    if (found === undefined) return undefined;
    const what = 'owners of service principals';
    const owned = await withLists(found.map(plainObject), 'owners', what, calls, (id) => ({
      method: METHODS.servicePrincipalOwners,
      path: `${BETA}/servicePrincipals/${id}/owners?$select=id`,
    }));
    // Few calls, of the APIs, in the place of one for each client.
    const apis = found.filter(
      ({ id, appRoles }) => typeof id === 'string' && Array.isArray(appRoles) && appRoles.length > 0,
    );
    const lists = await calls.batch(
      apis.map(({ id }) => ({
        method: METHODS.appRoleAssignments,
        path: `${V1}/servicePrincipals/${encodeURIComponent(String(id))}/appRoleAssignedTo?$top=999`,
      })),
    );
    const failures = lists.flatMap(({ failed }) => (failed === undefined ? [] : [failed]));
    const [failed] = failures;
    if (failed !== undefined) calls.failed('application permissions', failed, failures.length);
    const assignments = lists.flatMap(({ items }) => items);
    return {
      'graph/servicePrincipals.json': { '': owned },
      ...(failures.length > 0 && failures.length === lists.length
        ? {}
        : { 'graph/appRoleAssignments.json': { '': assignments } }),
    };
  },
};

const groups: AzureCollectPart = {
  name: 'groups',
  what: 'groups',
  owners: 'tenant',
  files: ['graph/groups.json', 'graph/groupEligibilityScheduleInstances.json'],
  methods: [METHODS.groups, METHODS.groupMembers, METHODS.groupOwners, METHODS.groupEligibilities],
  run: async (calls) => {
    const path = `${V1}/groups?$top=999&${GROUP}`;
    const found = await calls.listed('groups', { method: METHODS.groups, path });
    if (found === undefined) return undefined;
    const joined = await withLists(found, 'members', 'members of groups', calls, (id) => ({
      method: METHODS.groupMembers,
      path: `${BETA}/groups/${id}/members?$top=999&$select=id`,
    }));
    const owned = await withLists(joined, 'owners', 'owners of groups', calls, (id) => ({
      method: METHODS.groupOwners,
      path: `${BETA}/groups/${id}/owners?$top=999&$select=id`,
    }));
    // Of a group that manages nobody there is nothing to activate; the filter is required (azure.md 4.2).
    const lists = await calls.batch(
      found.map(({ id }) => ({
        method: METHODS.groupEligibilities,
        path: `${V1}/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances?$filter=groupId%20eq%20'${encodeURIComponent(String(id))}'`,
      })),
    );
    // A group that is not managed in this way is unknown there.
    const failures = lists.flatMap(({ failed }) =>
      failed === undefined || failed.kind === 'not-found' ? [] : [failed],
    );
    const [failed] = failures;
    if (failed !== undefined) calls.failed('eligible members of groups', failed, failures.length);
    return {
      'graph/groups.json': { '': owned },
      ...(failures.length > 0 && failures.length === lists.length
        ? {}
        : { 'graph/groupEligibilityScheduleInstances.json': { '': lists.flatMap(({ items }) => items) } }),
    };
  },
};

const administrativeUnits: AzureCollectPart = {
  name: 'administrative-units',
  what: 'administrative units',
  owners: 'tenant',
  files: ['graph/administrativeUnits.json'],
  methods: [METHODS.administrativeUnits, METHODS.unitMembers],
  run: async (calls) => {
    const path = `${V1}/directory/administrativeUnits`;
    const found = await calls.listed('administrative units', { method: METHODS.administrativeUnits, path });
    if (found === undefined) return undefined;
    const joined = await withLists(found, 'members', 'members of administrative units', calls, (id) => ({
      method: METHODS.unitMembers,
      path: `${V1}/directory/administrativeUnits/${id}/members?$select=id`,
    }));
    return { 'graph/administrativeUnits.json': { '': joined } };
  },
};

const ROLES = `${V1}/roleManagement/directory`;

const POLICIES = `${V1}/policies/roleManagementPolicyAssignments?$filter=scopeId%20eq%20'/'%20and%20scopeType%20eq%20'DirectoryRole'&$expand=policy($expand=rules)`;

/** Parts about the directory. */
export const DIRECTORY_PARTS: readonly AzureCollectPart[] = [
  applications,
  servicePrincipals,
  plain('users', 'users', 'graph/users.json', METHODS.users, `${V1}/users?$top=999&${USER}`),
  groups,
  administrativeUnits,
  plain(
    'directory-roles',
    'directory roles',
    'graph/roleDefinitions.json',
    METHODS.directoryRoles,
    `${ROLES}/roleDefinitions`,
  ),
  plain(
    'directory-role-assignments',
    'assignments of directory roles',
    'graph/roleAssignments.json',
    METHODS.directoryAssignments,
    `${ROLES}/roleAssignments`,
  ),
  plain(
    'eligible-directory-roles',
    'eligible directory roles',
    'graph/roleEligibilityScheduleInstances.json',
    METHODS.directoryEligibilities,
    `${ROLES}/roleEligibilityScheduleInstances`,
  ),
  plain(
    'active-directory-schedules',
    'active schedules of directory roles',
    'graph/roleAssignmentScheduleInstances.json',
    METHODS.directorySchedules,
    `${ROLES}/roleAssignmentScheduleInstances`,
  ),
  plain(
    'activation-rules',
    'activation rules of directory roles',
    'graph/roleManagementPolicyAssignments.json',
    METHODS.rolePolicies,
    POLICIES,
  ),
  plain(
    'delegated-permissions',
    'delegated permissions',
    'graph/oauth2PermissionGrants.json',
    METHODS.permissionGrants,
    `${V1}/oauth2PermissionGrants?$top=999`,
  ),
  plain(
    'service-principal-sign-ins',
    'last sign-ins of applications',
    'graph/reports/servicePrincipalSignInActivities.json',
    METHODS.servicePrincipalSignIns,
    `${BETA}/reports/servicePrincipalSignInActivities`,
  ),
  plain(
    'credential-sign-ins',
    'last sign-ins by credential',
    'graph/reports/appCredentialSignInActivities.json',
    METHODS.credentialSignIns,
    `${BETA}/reports/appCredentialSignInActivities`,
  ),
];
