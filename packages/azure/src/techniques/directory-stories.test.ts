import { AuthorizationModel, CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { GraphIndex, type NodeId } from '@keyreach/core/graph';
import { deriveReach, reachNodeKinds, type ScopedTechnique, searchReach, startNode } from '@keyreach/core/reach';
import { describe, expect, test } from 'vitest';
import { azureSemantics } from '../authz/azure-semantics.ts';
import type { AzureInput, EntraRoleAssignment, EntraRoleDefinition } from '../bundle/azure-input.ts';
import type { GraphPermission } from '../catalogue/graph-permissions.ts';
import { MICROSOFT_GRAPH } from '../normalize/first-party.ts';
import { normalizeAzure } from '../normalize/normalize.ts';
import {
  application,
  group,
  NOW,
  object,
  part,
  servicePrincipal,
  tenantInput,
  user,
  whole,
} from '../normalize/testing/tenant.ts';
import { directoryPredicates } from './directory-predicates.ts';
import { entraTechniques } from './entra-techniques.ts';
import { graphTechniques } from './graph-techniques.ts';

const GLOBAL = '62e90394-69f5-4237-9190-012177145e10';
const HELPDESK = '729827e3-9c14-49f7-bb1b-9608f156bbb8';
const UNIT = 'aaaaaaaa-0000-0000-0000-00000000000a';

const ALL: readonly ScopedTechnique[] = [...entraTechniques, ...graphTechniques];
const DIRECTLY = ALL.filter(({ yields }) => yields !== 'control');

const role = (id: string, ...allowedResourceActions: readonly string[]): EntraRoleDefinition => ({
  id,
  templateId: id,
  displayName: id,
  isBuiltIn: id === GLOBAL || id === HELPDESK,
  rolePermissions: whole({ allowedResourceActions, excludedResourceActions: [] }),
  inheritsFrom: [],
});

const ROLES = whole(
  role(
    GLOBAL,
    'microsoft.directory/applications/allProperties/allTasks',
    'microsoft.directory/servicePrincipals/allProperties/allTasks',
    'microsoft.directory/groups/allProperties/allTasks',
    'microsoft.directory/groupsAssignableToRoles/allProperties/allTasks',
    'microsoft.directory/users/allProperties/allTasks',
    'microsoft.directory/roleAssignments/allProperties/allTasks',
  ),
  role(HELPDESK, 'microsoft.directory/users/password/update'),
  role(
    'app-admin',
    'microsoft.directory/applications/credentials/update',
    'microsoft.directory/servicePrincipals/credentials/update',
    'microsoft.directory/servicePrincipals/managePermissionGrantsForAll.microsoft-application-admin',
  ),
);

const given = (principalId: string, roleDefinitionId: string, directoryScopeId = '/'): EntraRoleAssignment => ({
  id: `${principalId} ${roleDefinitionId} ${directoryScopeId}`,
  principalId,
  roleDefinitionId,
  directoryScopeId,
});

/** Microsoft Graph in the tenant, and application permissions of it. */
function permissions(granted: Readonly<Record<string, GraphPermission>>): {
  readonly api: ReturnType<typeof servicePrincipal>;
  readonly assignments: NonNullable<AzureInput['appRoleAssignments']>;
} {
  const values = [...new Set(Object.values(granted))];
  return {
    api: servicePrincipal('graph', MICROSOFT_GRAPH, {
      appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
      appRoles: whole(...values.map((value) => ({ id: value, value, allowedMemberTypes: ['Application'] }))),
    }),
    assignments: whole(
      ...Object.entries(granted).map(([principalId, appRoleId]) => ({
        id: `${principalId} ${appRoleId}`,
        principalId,
        appRoleId,
        principalType: 'ServicePrincipal',
        resourceId: 'graph',
      })),
    ),
  };
}

/** How surely somebody comes to hold another identity of the tenant. */
function holds(
  from: string,
  to: string,
  own: Partial<AzureInput>,
  techniques: readonly ScopedTechnique[] = ALL,
): Truth {
  const graph = new GraphIndex(normalizeAzure(tenantInput({ directoryRoleDefinitions: ROLES, ...own }), { now: NOW }));
  const model = new AuthorizationModel(graph, [azureSemantics]);
  const catalogue = { provider: 'azure', home: 'resource-group', techniques, predicates: directoryPredicates };
  const reach = deriveReach(model, [catalogue], { now: Date.parse(NOW) });
  const goal: NodeId = object(to);
  expect(graph.identity(goal)?.id).toBe(goal);
  for (const least of [TRUE, CONDITIONAL, UNKNOWN] as const) {
    const { distance } = searchReach(reach.graph, startNode(reach, object(from))!, least);
    for (let node = 0; node < reach.graph.nodeCount; node += 1) {
      const ref = reach.graph.refs[node]!;
      if (distance[node] === -1 || ref === -1) continue;
      if (reachNodeKinds[reach.graph.kinds[node]!] === 'identity' && reach.identities[ref]!.id === goal) return least;
    }
  }
  return FALSE;
}

const ana = user('ana', { onPremisesSyncEnabled: false });
const boss = user('boss', { onPremisesSyncEnabled: false });
const staff = user('staff', { onPremisesSyncEnabled: false });
const open = {
  isEnabled: false,
  allProperties: false,
  credentialsWithUsageSign: false,
  credentialsWithUsageVerify: false,
};
const shop = { applications: whole(application('shop', 'shop-app', { lock: open })) };

describe('application administrators', () => {
  const { api, assignments } = permissions({ strong: 'RoleManagement.ReadWrite.Directory' });
  const base = {
    users: whole(ana, boss),
    ...shop,
    servicePrincipals: whole(
      servicePrincipal('shop-sp', 'shop-app'),
      servicePrincipal('mi', 'mi-app', { servicePrincipalType: 'ManagedIdentity' }),
      servicePrincipal('foreign', 'foreign-app', { appOwnerOrganizationId: '99999999-0000-0000-0000-000000000009' }),
      api,
    ),
    directoryRoleAssignments: whole(given('ana', 'app-admin'), given('boss', GLOBAL)),
  };

  test('sign in as any application of the tenant', () => {
    expect(holds('ana', 'shop-sp', base)).toBe(TRUE);
  });

  test('but not as managed identities nor as what is Microsoft’s; of foreign ones nobody sees the lock', () => {
    expect(holds('ana', 'mi', base)).toBe(FALSE);
    expect(holds('ana', 'graph', base)).toBe(FALSE);
    expect(holds('ana', 'foreign', base)).toBe(UNKNOWN);
  });

  test('cannot consent to permissions of Microsoft Graph, and have the directory where an application has', () => {
    expect(holds('ana', 'boss', base)).toBe(FALSE);
    const strong = {
      ...base,
      servicePrincipals: whole(servicePrincipal('strong', 'shop-app'), api),
      appRoleAssignments: assignments,
    };
    expect(holds('ana', 'boss', strong)).toBe(TRUE);
  });

  test('of one application have that one', () => {
    const scoped = { ...base, directoryRoleAssignments: whole(given('ana', 'app-admin', '/shop')) };
    expect(holds('ana', 'shop-sp', scoped)).toBe(TRUE);
    const other = { ...base, directoryRoleAssignments: whole(given('ana', 'app-admin', '/foreign')) };
    expect(holds('ana', 'shop-sp', other)).toBe(FALSE);
  });
});

describe('application permissions', () => {
  const estate = (holder: GraphPermission, owners: readonly string[] = []): Partial<AzureInput> => {
    const { api, assignments } = permissions({ robot: holder, strong: 'AppRoleAssignment.ReadWrite.All' });
    return {
      users: whole(boss),
      applications: whole(application('strong-app', 'strong-id', { lock: open, owners: whole(...owners) })),
      servicePrincipals: whole(servicePrincipal('robot', 'robot-id'), servicePrincipal('strong', 'strong-id'), api),
      appRoleAssignments: assignments,
      directoryRoleAssignments: whole(given('boss', GLOBAL)),
    };
  };

  test('over applications are as strong as the strongest application', () => {
    expect(holds('robot', 'strong', estate('Application.ReadWrite.All'))).toBe(TRUE);
    expect(holds('robot', 'boss', estate('Application.ReadWrite.All'))).toBe(TRUE);
    expect(holds('robot', 'boss', estate('Application.Read.All'))).toBe(FALSE);
  });

  test('over app roles are the directory', () => {
    const own = estate('AppRoleAssignment.ReadWrite.All');
    expect(holds('robot', 'boss', own)).toBe(TRUE);
    expect(holds('robot', 'boss', own, DIRECTLY)).toBe(FALSE);
  });

  test('over owned applications are for those it owns', () => {
    expect(holds('robot', 'strong', estate('Application.ReadWrite.OwnedBy', ['robot']))).toBe(TRUE);
    expect(holds('robot', 'strong', estate('Application.ReadWrite.OwnedBy', ['boss']))).toBe(FALSE);
  });
});

describe('groups that roles may be given to', () => {
  const estate = (own: Parameters<typeof group>[1]): Partial<AzureInput> => ({
    users: whole(ana, boss),
    groups: whole(group('admins', { isAssignableToRole: true, onPremisesSyncEnabled: false, ...own })),
    directoryRoleAssignments: whole(given('admins', GLOBAL)),
  });

  test('give their role to who owns them', () => {
    expect(holds('ana', 'boss', estate({ owners: whole('ana') }))).toBe(TRUE);
    expect(holds('ana', 'boss', estate({}))).toBe(FALSE);
  });

  test('but not in a restricted unit, nor to who may write other groups', () => {
    const restricted = estate({ owners: whole('ana'), isManagementRestricted: true });
    expect(holds('ana', 'boss', restricted)).toBe(FALSE);
    const { api, assignments } = permissions({ robot: 'Group.ReadWrite.All' });
    const written = {
      ...estate({}),
      servicePrincipals: whole(servicePrincipal('robot', 'robot-id'), api),
      appRoleAssignments: assignments,
    };
    expect(holds('robot', 'boss', written)).toBe(FALSE);
    const plain = { ...written, ...groupsOf(group('admins', { onPremisesSyncEnabled: false })) };
    expect(holds('robot', 'boss', plain)).toBe(TRUE);
    const synced = { ...written, ...groupsOf(group('admins', { onPremisesSyncEnabled: true })) };
    expect(holds('robot', 'boss', synced)).toBe(FALSE);
  });
});

function groupsOf(...groups: readonly ReturnType<typeof group>[]): Pick<AzureInput, 'groups'> {
  return { groups: whole(...groups) };
}

describe('ownership', () => {
  const estate = (own: Parameters<typeof application>[2]): Partial<AzureInput> => ({
    users: whole(ana, boss),
    applications: whole(application('shop', 'shop-app', { lock: open, ...own })),
    servicePrincipals: whole(
      servicePrincipal('shop-sp', 'shop-app'),
      servicePrincipal('locked', 'locked-app', { owners: whole('ana') }),
      servicePrincipal('mi', 'mi-app', { servicePrincipalType: 'ManagedIdentity', owners: whole('ana') }),
    ),
  });

  test('of an application is enough, of another thing is not', () => {
    expect(holds('ana', 'shop-sp', estate({ owners: whole('ana') }))).toBe(TRUE);
    expect(holds('boss', 'shop-sp', estate({ owners: whole('ana') }))).toBe(FALSE);
    expect(holds('ana', 'mi', estate({}))).toBe(FALSE);
  });

  test('that was not read is unknown', () => {
    expect(holds('boss', 'shop-sp', estate({ owners: part() }))).toBe(UNKNOWN);
  });

  test('of a service principal is stopped by the lock of its application', () => {
    const locked = { ...open, isEnabled: true, allProperties: true };
    const own = (lock: typeof open): Partial<AzureInput> => ({
      ...estate({}),
      applications: whole(application('locked-reg', 'locked-app', { lock })),
    });
    expect(holds('ana', 'locked', own(open))).toBe(TRUE);
    expect(holds('ana', 'locked', own(locked))).toBe(FALSE);
    expect(holds('ana', 'locked', estate({}))).toBe(UNKNOWN);
  });
});

describe('users', () => {
  const estate = (...assignments: readonly EntraRoleAssignment[]): Partial<AzureInput> => ({
    users: whole(ana, boss, staff),
    directoryRoleAssignments: whole(...assignments),
  });

  test('helpdesk resets staff and no administrator', () => {
    const own = estate(given('ana', HELPDESK), given('boss', GLOBAL));
    expect(holds('ana', 'staff', own)).toBe(TRUE);
    expect(holds('ana', 'boss', own)).toBe(FALSE);
    expect(holds('staff', 'ana', own)).toBe(FALSE);
  });

  test('synchronised users and guests take a new password perhaps', () => {
    const own = (extra: Parameters<typeof user>[1]) => ({
      ...estate(given('ana', HELPDESK)),
      users: whole(ana, user('staff', { onPremisesSyncEnabled: false, ...extra })),
    });
    expect(holds('ana', 'staff', own({ onPremisesSyncEnabled: true }))).toBe(UNKNOWN);
    expect(holds('ana', 'staff', own({ userType: 'Guest' }))).toBe(UNKNOWN);
    expect(holds('ana', 'staff', own({ accountEnabled: false }))).toBe(FALSE);
  });

  test('a restricted unit protects from global administrators, who need one more step', () => {
    const own = (...assignments: readonly EntraRoleAssignment[]): Partial<AzureInput> => ({
      ...estate(...assignments),
      administrativeUnits: whole({
        id: UNIT,
        isMemberManagementRestricted: true,
        members: whole({ id: 'staff', odataType: 'user' }),
      }),
    });
    expect(holds('boss', 'staff', own(given('boss', GLOBAL)), DIRECTLY)).toBe(FALSE);
    expect(holds('boss', 'ana', own(given('boss', GLOBAL)), DIRECTLY)).toBe(TRUE);
    expect(holds('boss', 'staff', own(given('boss', GLOBAL)))).toBe(TRUE);
    expect(holds('ana', 'staff', own(given('ana', HELPDESK)))).toBe(FALSE);
    // Who has a role over the unit reaches its members and nobody else.
    const ofUnit = own(given('ana', HELPDESK, `/administrativeUnits/${UNIT}`));
    expect(holds('ana', 'staff', ofUnit)).toBe(TRUE);
    expect(holds('ana', 'boss', ofUnit)).toBe(FALSE);
  });

  test('a permission to change units takes its members out first', () => {
    const estateOf = (...held: readonly GraphPermission[]): Partial<AzureInput> => {
      const { api } = permissions(Object.fromEntries(held.map((one) => [one, one])));
      return {
        users: whole(ana, user('staff', { onPremisesSyncEnabled: false, isManagementRestricted: true })),
        servicePrincipals: whole(servicePrincipal('robot', 'robot-id'), api),
        appRoleAssignments: whole(
          ...held.map((one) => ({ id: one, principalId: 'robot', appRoleId: one, resourceId: 'graph' })),
        ),
      };
    };
    const reset: GraphPermission = 'User-PasswordProfile.ReadWrite.All';
    expect(holds('robot', 'staff', estateOf(reset))).toBe(FALSE);
    expect(holds('robot', 'staff', estateOf('AdministrativeUnit.ReadWrite.All'))).toBe(FALSE);
    expect(holds('robot', 'staff', estateOf(reset, 'AdministrativeUnit.ReadWrite.All'))).toBe(TRUE);
  });
});
