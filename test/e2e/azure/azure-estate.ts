import { createHash } from 'node:crypto';
import type { SecretRegister } from '../secret-register.ts';

/** A record as an API gives it. */
export type Raw = Readonly<Record<string, unknown>>;

/** A tenant as the server knows it: what is placed where, and what each list of Graph holds. */
export interface AzureEstate {
  readonly tenant: string;
  readonly organization: Raw;
  /** Groups by name, with the name of the one around; subscriptions below them by id. */
  readonly managementGroups: Readonly<Record<string, { readonly parent?: string; readonly displayName: string }>>;
  readonly subscriptions: readonly (Raw & { readonly subscriptionId: string; readonly around: string })[];
  /** Of Resource Manager; what `properties.scope` names is where it is placed. */
  readonly roleAssignments: readonly Raw[];
  readonly roleDefinitions: readonly Raw[];
  readonly denyAssignments: readonly Raw[];
  readonly roleEligibilities: readonly Raw[];
  readonly roleSchedules: readonly Raw[];
  readonly resources: readonly Raw[];
  readonly resourceGroups: readonly Raw[];
  /** By path below the version, without the query: `users`, `groups/ID/members`. */
  readonly graph: Readonly<Record<string, readonly Raw[]>>;
  /** By path of the identity, in lower case. */
  readonly identityCredentials: Readonly<Record<string, readonly Raw[]>>;
}

/** A GUID for a word: `id('ci')`. */
export function id(word: string): string {
  return `aaaaaaaa-0000-4000-8000-${createHash('sha256').update(word).digest('hex').slice(0, 12)}`;
}

/** Ids that tests name. */
export const ids = {
  tenant: '11111111-2222-4333-8444-555555555555',
  shop: id('shop'),
  lab: id('lab'),
  graphApp: '00000003-0000-0000-c000-000000000000',
  roleManagement: '9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8',
} as const;

const ROOT = `/providers/Microsoft.Management/managementGroups/${ids.tenant}`;
const SHOP = `/subscriptions/${ids.shop}`;
const WEB = `${SHOP}/resourceGroups/web`;
const MANAGED = `${SHOP}/resourceGroups/managed`;
const IDENTITY = `${WEB}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/deployer`;

const builtIn = {
  owner: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
  contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  secrets: '4633458b-17de-408a-b874-0445c86b69e6',
} as const;

function role(name: string, roleName: string, permissions: Raw, more: Raw = {}): Raw {
  return {
    id: `/providers/Microsoft.Authorization/roleDefinitions/${name}`,
    name,
    type: 'Microsoft.Authorization/roleDefinitions',
    properties: {
      roleName,
      type: 'BuiltInRole',
      assignableScopes: ['/'],
      permissions: [{ actions: [], notActions: [], dataActions: [], notDataActions: [], ...permissions }],
      ...more,
    },
  };
}

function placed(kind: string, word: string, scope: string, properties: Raw): Raw {
  return {
    id: `${scope}/providers/Microsoft.Authorization/${kind}/${id(word)}`,
    name: id(word),
    type: `Microsoft.Authorization/${kind}`,
    properties: { scope, ...properties },
  };
}

function assignment(word: string, scope: string, roleName: string, principalId: string, more: Raw = {}): Raw {
  return placed('roleAssignments', word, scope, {
    roleDefinitionId: `${SHOP}/providers/Microsoft.Authorization/roleDefinitions/${roleName}`,
    principalId,
    principalType: 'ServicePrincipal',
    ...more,
  });
}

function resource(path: string, more: Raw = {}): Raw {
  const words = path.split('/providers/')[1]?.split('/') ?? [];
  return {
    id: path,
    name: path.slice(path.lastIndexOf('/') + 1),
    type: `${words[0]}/${words[1]}`.toLowerCase(),
    location: 'westeurope',
    properties: {},
    ...more,
  };
}

function principal(word: string, more: Raw = {}): Raw {
  return {
    id: id(word),
    appId: id(`${word}app`),
    displayName: word,
    servicePrincipalType: 'Application',
    appOwnerOrganizationId: ids.tenant,
    accountEnabled: true,
    createdDateTime: '2025-06-01T00:00:00Z',
    alternativeNames: [],
    appRoles: [],
    oauth2PermissionScopes: [],
    passwordCredentials: [],
    keyCredentials: [],
    tags: [],
    ...more,
  };
}

function application(word: string, more: Raw = {}): Raw {
  return {
    id: id(`${word}obj`),
    appId: id(`${word}app`),
    displayName: word,
    signInAudience: 'AzureADMyOrg',
    passwordCredentials: [],
    keyCredentials: [],
    requiredResourceAccess: [],
    appRoles: [],
    ...more,
  };
}

const secret = (word: string, secrets: SecretRegister): Raw => ({
  keyId: id(word),
  displayName: word,
  startDateTime: '2026-01-01T00:00:00Z',
  endDateTime: '2027-01-01T00:00:00Z',
  // The API never gives it; nothing may come of it if one did.
  secretText: secrets.plant(`secret ${word}`),
});

/** The tenant of these tests. Values that look secret are planted wherever a reply could hold one. */
export function azureEstate(secrets: SecretRegister): AzureEstate {
  const password = (word: string): Raw => secret(word, secrets);
  const vm = (name: string, powerState: string): Raw =>
    resource(`${WEB}/providers/Microsoft.Compute/virtualMachines/${name}`, {
      identity: {
        type: 'UserAssigned',
        // Providers write the same id with other letters.
        userAssignedIdentities: {
          [IDENTITY.toUpperCase()]: { principalId: id('deployer'), clientId: id('deployerapp') },
        },
      },
      properties: {
        osProfile: { adminPassword: secrets.plant(`password of ${name}`) },
        extended: { instanceView: { powerState: { code: `PowerState/${powerState}` } } },
      },
    });
  return {
    tenant: ids.tenant,
    organization: {
      id: ids.tenant,
      displayName: 'Shop',
      verifiedDomains: [{ name: 'shop.example', isDefault: true, isInitial: true }],
    },
    managementGroups: {
      [ids.tenant]: { displayName: 'Tenant Root Group' },
      production: { parent: ids.tenant, displayName: 'Production' },
      sandbox: { parent: ids.tenant, displayName: 'Sandbox' },
    },
    subscriptions: [
      {
        subscriptionId: ids.shop,
        around: 'production',
        id: SHOP,
        tenantId: ids.tenant,
        displayName: 'shop',
        state: 'Enabled',
      },
      {
        subscriptionId: ids.lab,
        around: 'sandbox',
        id: `/subscriptions/${ids.lab}`,
        tenantId: ids.tenant,
        displayName: 'lab',
        state: 'Enabled',
        managedByTenants: null,
      },
    ],
    roleDefinitions: [
      role(builtIn.owner, 'Owner', { actions: ['*'] }),
      role(builtIn.contributor, 'Contributor', {
        actions: ['*'],
        notActions: [
          'Microsoft.Authorization/*/Delete',
          'Microsoft.Authorization/*/Write',
          'Microsoft.Authorization/elevateAccess/Action',
        ],
      }),
      role(builtIn.reader, 'Reader', { actions: ['*/read'] }),
      role(builtIn.secrets, 'Key Vault Secrets User', {
        dataActions: ['Microsoft.KeyVault/vaults/secrets/getSecret/action'],
      }),
      role(
        id('runner'),
        'Runner',
        { actions: ['Microsoft.Compute/virtualMachines/runCommand/action', 'Microsoft.Compute/virtualMachines/read'] },
        { type: 'CustomRole', assignableScopes: [SHOP] },
      ),
      role(
        id('giver'),
        'Giver',
        { actions: ['Microsoft.Authorization/roleAssignments/write'] },
        { type: 'CustomRole', assignableScopes: [`/subscriptions/${ids.lab}`] },
      ),
    ],
    roleAssignments: [
      assignment('audit', ROOT, builtIn.reader, id('auditors'), { principalType: 'Group' }),
      assignment('deploy', WEB, builtIn.contributor, id('deployer')),
      assignment('run', WEB, id('runner'), id('runner-sp')),
      assignment('read', `${WEB}/providers/Microsoft.KeyVault/vaults/roles`, builtIn.secrets, id('ci')),
      assignment('vendor', `/subscriptions/${ids.lab}`, builtIn.reader, id('vendor')),
      assignment('gone', SHOP, builtIn.reader, id('deleted')),
      ...['dan', 'keeper'].map((word) =>
        assignment(`${word}-gives`, `/subscriptions/${ids.lab}`, id('giver'), id(word), {
          principalType: word === 'dan' ? 'User' : 'ServicePrincipal',
          condition:
            "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEqualsIgnoreCase 'ServicePrincipal'))",
          conditionVersion: '2.0',
        }),
      ),
    ],
    denyAssignments: [
      placed('denyAssignments', 'managed', MANAGED, {
        denyAssignmentName: 'managed application',
        permissions: [{ actions: ['*'], notActions: ['*/read'], dataActions: [], notDataActions: [] }],
        principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }],
        excludePrincipals: [{ id: id('vendor'), type: 'ServicePrincipal' }],
        doNotApplyToChildScopes: false,
        isSystemProtected: true,
      }),
    ],
    roleEligibilities: [
      placed('roleEligibilityScheduleInstances', 'bob', SHOP, {
        roleDefinitionId: `${SHOP}/providers/Microsoft.Authorization/roleDefinitions/${builtIn.owner}`,
        principalId: id('bob'),
        principalType: 'User',
        status: 'Provisioned',
        startDateTime: '2026-01-01T00:00:00Z',
        endDateTime: null,
        memberType: 'Direct',
      }),
    ],
    roleSchedules: [],
    resourceGroups: [WEB, MANAGED].map((path) => ({
      id: path.toLowerCase(),
      name: path.slice(path.lastIndexOf('/') + 1),
      type: 'microsoft.resources/subscriptions/resourcegroups',
      location: 'westeurope',
      properties: {},
    })),
    resources: [
      vm('one', 'running'),
      vm('two', 'deallocated'),
      resource(IDENTITY, {
        properties: { principalId: id('deployer'), clientId: id('deployerapp'), tenantId: ids.tenant },
      }),
      resource(`${WEB}/providers/Microsoft.KeyVault/vaults/roles`, {
        properties: { enableRbacAuthorization: true, accessPolicies: [], vaultUri: 'https://roles.vault.azure.net/' },
      }),
      resource(`${WEB}/providers/Microsoft.KeyVault/vaults/policies`, {
        properties: {
          enableRbacAuthorization: false,
          accessPolicies: [
            { tenantId: ids.tenant, objectId: id('runner-sp'), permissions: { secrets: ['Get', 'list'], keys: null } },
          ],
        },
      }),
      resource(`${WEB}/providers/Microsoft.Storage/storageAccounts/shopdata`, {
        properties: { allowSharedKeyAccess: true, keys: [{ keyName: 'key1', value: secrets.plant('storage key') }] },
      }),
      resource(`${WEB}/providers/Microsoft.Web/sites/front`, {
        properties: { siteConfig: { appSettings: [{ name: 'DB', value: secrets.plant('setting') }] } },
      }),
    ],
    identityCredentials: {
      [IDENTITY.toLowerCase()]: [
        {
          id: `${IDENTITY}/federatedIdentityCredentials/main`,
          name: 'main',
          properties: {
            issuer: 'https://token.actions.githubusercontent.com',
            subject: 'repo:shop/web:ref:refs/heads/main',
            audiences: ['api://AzureADTokenExchange'],
          },
        },
      ],
    },
    graph: {
      applications: [
        application('ci', { passwordCredentials: [password('ci-secret')] }),
        application('manager', { servicePrincipalLockConfiguration: null }),
        application('sealed', {
          servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true },
          signInAudience: 'AzureADMultipleOrgs',
        }),
      ],
      [`applications/${id('ciobj')}/owners`]: [{ '@odata.type': '#microsoft.graph.user', id: id('ann') }],
      [`applications/${id('managerobj')}/federatedIdentityCredentials`]: [
        {
          id: id('fic'),
          name: 'github',
          issuer: 'https://token.actions.githubusercontent.com',
          subject: 'repo:shop/admin:environment:prod',
          audiences: ['api://AzureADTokenExchange'],
          claimsMatchingExpression: null,
        },
      ],
      servicePrincipals: [
        principal('ci', { passwordCredentials: [password('ci-own-secret')] }),
        principal('manager'),
        principal('sealed'),
        principal('vendor', { appOwnerOrganizationId: id('vendortenant') }),
        principal('runner-sp'),
        principal('keeper'),
        principal('deployer', {
          servicePrincipalType: 'ManagedIdentity',
          alternativeNames: ['isExplicit=True', IDENTITY],
        }),
        principal('graph', {
          appId: ids.graphApp,
          displayName: 'Microsoft Graph',
          appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
          appRoles: [
            {
              id: ids.roleManagement,
              value: 'RoleManagement.ReadWrite.Directory',
              displayName: 'Read and write role assignments',
              allowedMemberTypes: ['Application'],
              isEnabled: true,
            },
          ],
        }),
      ],
      [`servicePrincipals/${id('graph')}/appRoleAssignedTo`]: [
        {
          id: 'b3du',
          appRoleId: ids.roleManagement,
          principalId: id('manager'),
          principalType: 'ServicePrincipal',
          resourceId: id('graph'),
          createdDateTime: '2026-01-02T00:00:00Z',
        },
      ],
      users: ['ann', 'bob', 'cat', 'dan'].map((name) => ({
        id: id(name),
        displayName: name,
        userPrincipalName: `${name}@shop.example`,
        accountEnabled: true,
        userType: 'Member',
        onPremisesSyncEnabled: null,
      })),
      groups: [
        {
          id: id('auditors'),
          displayName: 'auditors',
          securityEnabled: true,
          mailEnabled: false,
          groupTypes: [],
          isAssignableToRole: null,
        },
        {
          id: id('leads'),
          displayName: 'leads',
          securityEnabled: true,
          mailEnabled: false,
          groupTypes: [],
          isAssignableToRole: true,
        },
      ],
      [`groups/${id('auditors')}/members`]: [{ '@odata.type': '#microsoft.graph.group', id: id('leads') }],
      [`groups/${id('leads')}/members`]: [
        { '@odata.type': '#microsoft.graph.user', id: id('ann') },
        { '@odata.type': '#microsoft.graph.servicePrincipal', id: id('runner-sp') },
      ],
      [`groups/${id('leads')}/owners`]: [{ '@odata.type': '#microsoft.graph.user', id: id('bob') }],
      'directory/administrativeUnits': [{ id: id('unit'), displayName: 'Sales', isMemberManagementRestricted: false }],
      [`directory/administrativeUnits/${id('unit')}/members`]: [
        { '@odata.type': '#microsoft.graph.user', id: id('bob') },
      ],
      'roleManagement/directory/roleDefinitions': [
        {
          id: id('approle'),
          templateId: id('approle'),
          displayName: 'Application keeper',
          isBuiltIn: false,
          isEnabled: true,
          resourceScopes: ['/'],
          rolePermissions: [
            {
              allowedResourceActions: [
                'microsoft.directory/applications/credentials/update',
                'microsoft.directory/servicePrincipals/credentials/update',
              ],
              condition: null,
            },
          ],
        },
      ],
      'roleManagement/directory/roleAssignments': [
        { id: 'assigned', principalId: id('ci'), roleDefinitionId: id('approle'), directoryScopeId: '/' },
      ],
      'roleManagement/directory/roleEligibilityScheduleInstances': [
        {
          id: 'eligible-instance',
          principalId: id('cat'),
          roleDefinitionId: id('approle'),
          directoryScopeId: '/',
          memberType: 'Direct',
        },
      ],
      'roleManagement/directory/roleAssignmentScheduleInstances': [
        {
          id: 'assigned-instance',
          principalId: id('ci'),
          roleDefinitionId: id('approle'),
          directoryScopeId: '/',
          assignmentType: 'Assigned',
          memberType: 'Direct',
        },
      ],
      'policies/roleManagementPolicyAssignments': [],
      oauth2PermissionGrants: [
        {
          id: 'grant',
          clientId: id('vendor'),
          consentType: 'AllPrincipals',
          principalId: null,
          resourceId: id('graph'),
          scope: 'User.Read',
        },
      ],
      'reports/servicePrincipalSignInActivities': [
        {
          id: 'c2ln',
          appId: id('ciapp'),
          lastSignInActivity: { lastSignInDateTime: '2026-05-30T00:00:00Z' },
          applicationAuthenticationClientSignInActivity: { lastSignInDateTime: '2026-05-30T00:00:00Z' },
        },
      ],
      'reports/appCredentialSignInActivities': [
        {
          id: 'Y3JlZA',
          appId: id('ciapp'),
          appObjectId: id('ciobj'),
          servicePrincipalObjectId: id('ci'),
          keyId: id('ci-secret'),
          keyType: 'clientSecret',
          credentialOrigin: 'application',
          signInActivity: { lastSignInDateTime: '2026-05-30T00:00:00Z' },
        },
      ],
    },
  };
}
