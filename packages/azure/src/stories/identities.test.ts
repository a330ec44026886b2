import { describe, expect, it } from 'vitest';
import type { AzureInput, AzureResource, AzureRoleAssignment } from '../bundle/azure-input.ts';
import { attachmentCredentialId, sharedKeyIdentityId, tenantId } from '../normalize/azure-ids.ts';
import {
  application,
  group,
  object,
  part,
  servicePrincipal,
  TENANT,
  user,
  whole,
} from '../normalize/testing/tenant.ts';
import { assigned, resource, role, SHOP, SUB, storyOf, TWIN } from './testing/story.ts';

describe('two who are assigned the same role at the same scope', () => {
  const vm = resource(SHOP, 'Microsoft.Compute/virtualMachines/vm', {
    identity: { type: 'SystemAssigned', principalId: 'vm-id', userAssigned: [] },
    properties: { extended: { instanceView: { powerState: { code: 'PowerState/running' } } } },
  });
  const estate = (...roleAssignments: readonly AzureRoleAssignment[]): Partial<AzureInput> => ({
    users: whole(user('ana'), user('bob')),
    servicePrincipals: whole(servicePrincipal('vm-id', 'vm-app', { servicePrincipalType: 'ManagedIdentity' })),
    resources: whole(vm),
    roleDefinitions: whole(
      role('run', 'Microsoft.Compute/virtualMachines/runCommand/action'),
      role('same', 'Microsoft.Compute/virtualMachines/runCommand/action'),
      role('all', '*'),
    ),
    roleAssignments: whole(...roleAssignments, assigned('vm-id', 'all', TWIN)),
  });

  it('reach the same, each by the assignment of its own', () => {
    const both = estate(assigned('ana', 'run', SHOP), assigned('bob', 'run', SHOP));
    const [ana, bob] = [storyOf(both, object('ana')), storyOf(both, object('bob'))];
    expect([bob.reaches, bob.admin, bob.ways]).toEqual([ana.reaches, ana.admin, ana.ways]);
    expect(ana.admin).toEqual(['twin allow']);
    expect([ana.cites['vm-id'], bob.cites['vm-id']]).toEqual([['ana-run'], ['bob-run']]);
  });

  it('are told apart by the role, by the scope and by what else one has', () => {
    const other = estate(assigned('ana', 'run', SHOP), assigned('bob', 'same', SHOP));
    expect(storyOf(other, object('bob')).cites['vm-id']).toEqual(['bob-same']);
    const elsewhere = estate(assigned('ana', 'run', SHOP), assigned('bob', 'run', TWIN));
    expect(storyOf(elsewhere, object('bob'))).toMatchObject({ reaches: [], admin: [] });
    const more = estate(assigned('ana', 'run', SHOP), assigned('ana', 'all', TWIN), assigned('bob', 'run', SHOP));
    expect(storyOf(more, object('bob')).ways['twin']).toBe('azure-arm-vm-run > runs-as > azure-arm-role-assign');
    expect(storyOf(more, object('ana')).ways['twin']).toBe('azure-arm-role-assign');
  });
});

describe('a user-assigned identity of two machines', () => {
  const uami = resource(SHOP, 'Microsoft.ManagedIdentity/userAssignedIdentities/u', {
    properties: { principalId: 'u-id', clientId: 'u-app' },
  });
  const attached = { type: 'UserAssigned', userAssigned: [{ id: uami.id, principalId: 'u-id', clientId: 'u-app' }] };
  const machine = (name: string, own: Partial<AzureResource> = {}): AzureResource =>
    resource(SHOP, `Microsoft.Compute/virtualMachines/${name}`, {
      properties: { extended: { instanceView: { powerState: { code: 'PowerState/running' } } } },
      ...own,
    });
  const [one, two, bare] = [
    machine('one', { identity: attached }),
    machine('two', { identity: attached }),
    machine('bare'),
  ];
  const RUN = 'Microsoft.Compute/virtualMachines/runCommand/action';
  const estate = (actions: readonly string[], scope: string): Partial<AzureInput> => ({
    users: whole(user('ana')),
    servicePrincipals: whole(
      servicePrincipal('u-id', 'u-app', {
        servicePrincipalType: 'ManagedIdentity',
        alternativeNames: ['isExplicit=True', uami.id],
      }),
    ),
    resources: whole(uami, one, two, bare),
    roleDefinitions: whole(role('run', ...actions), role('all', '*')),
    roleAssignments: whole(assigned('ana', 'run', scope), assigned('u-id', 'all', TWIN)),
  });

  it('is run as by a command on either, and what it holds is theirs', () => {
    for (const [at, name] of [
      [one, 'one'],
      [two, 'two'],
    ] as const) {
      const story = storyOf(estate([RUN], at.id), object('ana'));
      expect(story.reaches).toEqual([`shop microsoft.compute/virtualmachines/${name} control allow`, 'u-id allow']);
      expect(story.admin).toEqual(['twin allow']);
      expect(story.ways['u-id']).toBe('azure-arm-vm-run > runs-as');
      expect(story.ways['twin']).toBe('azure-arm-vm-run > runs-as > azure-arm-role-assign');
      expect(story.cites['u-id']).toEqual(['ana-run']);
      expect(story.cites['twin']).toContain('u-id-all');
    }
  });

  it('is not by one on a machine without it, nor without the permission', () => {
    expect(storyOf(estate([RUN], bare.id), object('ana'))).toMatchObject({
      reaches: ['shop microsoft.compute/virtualmachines/bare control allow'],
      admin: [],
    });
    expect(storyOf(estate(['Microsoft.Compute/virtualMachines/read'], SHOP), object('ana'))).toMatchObject({
      reaches: [],
      admin: [],
    });
    expect(storyOf(estate([RUN], TWIN), object('ana'))).toMatchObject({ reaches: [], admin: [] });
  });

  it('has a credential on each of them', () => {
    for (const { id } of [one, two]) {
      const story = storyOf(estate([RUN], SHOP), attachmentCredentialId(TENANT, 'u-id', id.toLowerCase()));
      expect([story.reaches, story.admin]).toEqual([[], ['twin allow']]);
    }
    expect(() => storyOf(estate([RUN], SHOP), attachmentCredentialId(TENANT, 'u-id', bare.id.toLowerCase()))).toThrow(
      RangeError,
    );
  });

  it('is attached to a machine by who may write that and assign it, and is theirs with a command on it', () => {
    const [write, assign] = [
      'Microsoft.Compute/virtualMachines/write',
      'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
    ];
    const reaches = (...actions: readonly string[]): readonly string[] =>
      storyOf({ ...estate(actions, SHOP), resources: whole(uami, bare) }, object('ana')).reaches;
    expect(reaches(write, assign, RUN)).toContain('u-id allow');
    expect(reaches(write, assign)).toEqual(['shop microsoft.compute/virtualmachines/bare control allow']);
    expect(reaches(assign, RUN)).toEqual(['shop microsoft.compute/virtualmachines/bare control allow']);
    expect(reaches(assign)).toEqual([]);
  });
});

describe('an Owner', () => {
  const owner = role('owner', '*');
  const base: Partial<AzureInput> = {
    users: whole(user('ana'), user('bob')),
    groups: whole(group('team', { members: whole({ id: 'ana', odataType: 'user' }) })),
    servicePrincipals: whole(servicePrincipal('robot', 'r')),
    roleDefinitions: whole(owner),
  };
  const instance = (principalId: string) => ({ ...assigned(principalId, 'owner', SUB), memberType: 'Direct' });
  const admin = (own: Partial<AzureInput>, who = 'ana'): readonly string[] =>
    storyOf({ ...base, ...own }, object(who)).admin;

  it('who is eligible has nothing standing: it depends on activation', () => {
    const story = storyOf({ ...base, roleEligibilities: whole(instance('ana')) }, object('ana'));
    expect([story.admin, story.reaches]).toEqual([[' conditional'], []]);
    expect(story.ways['']).toBe('azure-arm-role-assign');
    expect(admin({ roleEligibilities: whole(instance('team')) })).toEqual([' conditional']);
    expect(admin({ roleEligibilities: whole(instance('ana')) }, 'bob')).toEqual([]);
  });

  it('who is a service principal activates nothing', () => {
    expect(admin({ roleEligibilities: whole(instance('robot')) }, 'robot')).toEqual([]);
    expect(admin({ roleAssignments: whole(assigned('robot', 'owner', SUB)) }, 'robot')).toEqual([' allow']);
  });

  it('who activated it, or has it for good, has it', () => {
    expect(admin({ roleSchedules: whole({ ...instance('ana'), assignmentType: 'Activated' }) })).toEqual([' allow']);
    expect(admin({ roleSchedules: whole({ ...instance('ana'), assignmentType: 'Assigned' }) })).toEqual([' allow']);
    expect(admin({ roleAssignments: whole(assigned('ana', 'owner', SUB)) })).toEqual([' allow']);
  });
});

describe('who controls the directory', () => {
  const GRANT = 'microsoft.directory/roleAssignments/allProperties/allTasks';
  const account = resource(SHOP, 'Microsoft.Storage/storageAccounts/s', {
    properties: { allowSharedKeyAccess: false },
  });
  const own = { id: 'd', principalId: 'ana', roleDefinitionId: 'giver', directoryScopeId: '/' };
  const story = (given: Partial<AzureInput>, allowed: string = GRANT) =>
    storyOf(
      {
        users: whole(user('ana'), user('bob')),
        administrativeUnits: whole({ id: 'unit', members: whole({ id: 'bob', odataType: 'user' }) }),
        resources: whole(account),
        directoryRoleDefinitions: whole({
          id: 'giver',
          rolePermissions: whole({ allowedResourceActions: [allowed], excludedResourceActions: [] }),
          inheritsFrom: [],
        }),
        ...given,
      },
      object('ana'),
    );
  const account1 = (certainty: string): string =>
    `shop microsoft.storage/storageaccounts/s ${['control', 'data-read', 'data-write', 'delete', 'secret-read']
      .map((one) => `${one} ${certainty}`)
      .join(', ')}`;

  it('controls all subscriptions: it elevates itself to the root of Azure', () => {
    const { admin, reaches, ways } = story({ directoryRoleAssignments: whole(own) });
    expect(admin).toEqual([`${tenantId(TENANT)} allow`]);
    expect(reaches).toContain(account1('allow'));
    expect(ways['shop microsoft.storage/storageaccounts/s']).toBe(
      'azure-entra-role-assign > controls > access-secret-read',
    );
  });

  it('does once it activates the role, where it is eligible', () => {
    const { admin, reaches } = story({ directoryRoleEligibilities: whole(own) });
    expect(admin).toEqual([`${tenantId(TENANT)} conditional`]);
    expect(reaches).toContain(account1('conditional'));
  });

  it('controls none where it is a unit that it controls, or where it only reads', () => {
    const inUnit = { ...own, directoryScopeId: '/administrativeUnits/unit' };
    expect(story({ directoryRoleAssignments: whole(inUnit) }).reaches).toEqual([]);
    const reads = story({ directoryRoleAssignments: whole(own) }, 'microsoft.directory/roleAssignments/standard/read');
    expect([reads.admin, reads.reaches]).toEqual([[], []]);
  });
});

describe('who may assign all roles but privileged ones', () => {
  const [OWNER, GIVER, PLAIN, RUNNER] = [
    '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
    'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
    'bbbbbbbb-0000-0000-0000-000000000002',
    'cccccccc-0000-0000-0000-000000000003',
  ];
  const ASSIGN = 'Microsoft.Authorization/roleAssignments/write';
  const but = (...refused: readonly string[]): string =>
    `((!(ActionMatches{'${ASSIGN}'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ` +
    `ForAnyOfAllValues:GuidNotEquals {${refused.join(', ')}}))`;
  const machine = resource(SHOP, 'Microsoft.Compute/virtualMachines/vm', {
    identity: { type: 'SystemAssigned', principalId: 'vm-id', userAssigned: [] },
    properties: { extended: { instanceView: { powerState: { code: 'PowerState/running' } } } },
  });
  const story = (condition: string | undefined, own: Partial<AzureInput> = {}) =>
    storyOf(
      {
        users: whole(user('ana')),
        resources: whole(machine),
        roleDefinitions: whole(
          role(OWNER, '*'),
          role(GIVER, ASSIGN),
          role(PLAIN, '*/read'),
          role(RUNNER, 'Microsoft.Compute/virtualMachines/runCommand/action'),
        ),
        roleAssignments: whole({
          ...assigned('ana', GIVER, SUB),
          ...(condition === undefined ? {} : { condition, conditionVersion: '2.0' }),
        }),
        ...own,
      },
      object('ana'),
    );
  const RUN = ['shop microsoft.compute/virtualmachines/vm control allow', 'vm-id allow'];

  it('has what those give, and no scope', () => {
    const limited = story(but(OWNER, GIVER));
    expect([limited.reaches, limited.admin]).toEqual([RUN, []]);
    const none = story(but(OWNER, GIVER, RUNNER));
    expect([none.reaches, none.admin]).toEqual([[], []]);
  });

  it('has the scope where a privileged one is left', () => {
    expect(story(but(GIVER)).admin).toEqual([' allow']);
    expect(story(but(PLAIN)).admin).toEqual([' allow']);
    expect(story(undefined).admin).toEqual([' allow']);
  });

  it('may have it where not all roles are known', () => {
    const roles = part(role(GIVER, ASSIGN), role(RUNNER, 'Microsoft.Compute/virtualMachines/runCommand/action'));
    const perhaps = story(but(OWNER, GIVER), { roleDefinitions: roles });
    expect(perhaps.admin).toEqual([' unknown']);
    expect(perhaps.reaches).toEqual([`${RUN[0]}, data-write unknown`, RUN[1]]);
  });
});

describe('who may assign any role, but to some only', () => {
  const GIVER = 'f58310d9-a9f6-439a-9e8d-f62e7b41a168';
  const ANA = 'aaaaaaaa-0000-0000-0000-000000000001';
  const TEAM = 'aaaaaaaa-0000-0000-0000-000000000002';
  const ROBOT = 'aaaaaaaa-0000-0000-0000-000000000003';
  const of = (attribute: string, operator: string, values: string): string =>
    `@Request[Microsoft.Authorization/roleAssignments:${attribute}] ForAnyOfAnyValues:${operator} {${values}}`;
  const story = (condition: string, own: Partial<AzureInput> = {}) => {
    const { admin, ways, cites } = storyOf(
      {
        users: whole(user(ANA), user('bob')),
        groups: whole(group(TEAM)),
        applications: whole(application('app', 'a')),
        servicePrincipals: whole(servicePrincipal(ROBOT, 'a')),
        roleDefinitions: whole(role('owner', '*'), role(GIVER, 'Microsoft.Authorization/roleAssignments/write')),
        roleAssignments: whole({ ...assigned(ANA, GIVER, SUB), condition, conditionVersion: '2.0' }),
        ...own,
      },
      object(ANA),
    );
    return { admin, way: ways[''] ?? '', cites: cites[''] ?? [] };
  };
  const toMachines = of('PrincipalType', 'StringEqualsIgnoreCase', "'ServicePrincipal'");
  const toTeam = of('PrincipalId', 'GuidEquals', TEAM);

  it('has nothing by what goes to machines, but by one that it owns', () => {
    expect(story(toMachines)).toMatchObject({ admin: [' unknown'] });
    const owner = story(toMachines, { applications: whole(application('app', 'a', { owners: whole(ANA) })) });
    expect(owner.admin).toEqual([' allow']);
    expect(owner.way).toBe('azure-own-app > runs-as > azure-arm-role-assign > azure-arm-role-assign');
    expect(owner.cites).toContain(`${ANA}-${GIVER}`);
    const another = story(toMachines, { applications: whole(application('app', 'a', { owners: whole('bob') })) });
    expect(another.admin).toEqual([' unknown']);
  });

  it('has what goes to a group that it is in, or owns, and nothing by another', () => {
    expect(story(toTeam).admin).toEqual([]);
    const inTeam = story(toTeam, { groups: whole(group(TEAM, { members: whole({ id: ANA }) })) });
    expect(inTeam.admin).toEqual([' allow']);
    const cloudOnly = { onPremisesSyncEnabled: false, isAssignableToRole: false, mailEnabled: false };
    const owner = story(toTeam, { groups: whole(group(TEAM, { owners: whole(ANA), ...cloudOnly })) });
    expect(owner.admin).toEqual([' allow']);
    expect(owner.way).toContain('azure-own-group');
    expect(story(toTeam, { groups: whole(group(TEAM, { members: whole({ id: 'bob' }) })) }).admin).toEqual([]);
  });

  it('has nothing where each condition names others', () => {
    const both = story(`${toTeam} && ${toMachines}`, { groups: whole(group(TEAM, { members: whole({ id: ANA }) })) });
    expect(both.admin).toEqual([]);
  });
});

describe('a deny assignment of a managed application', () => {
  const MANAGED = `${SUB}/resourceGroups/managed`;
  const account = (at: string, name: string): AzureResource =>
    resource(at, `Microsoft.Storage/storageAccounts/${name}`, { properties: { allowSharedKeyAccess: true } });
  const [inside, beside] = [account(MANAGED, 's'), account(SHOP, 't')];
  const estate = (scope = MANAGED, roleAssignments: readonly AzureRoleAssignment[] = []): Partial<AzureInput> => ({
    users: whole(user('ana')),
    servicePrincipals: whole(servicePrincipal('vendor', 'v')),
    roleDefinitions: whole(role('owner', '*')),
    resources: whole(inside, beside),
    roleAssignments: whole(assigned('ana', 'owner', SUB), assigned('vendor', 'owner', MANAGED), ...roleAssignments),
    denyAssignments: whole({
      id: `${scope}/providers/Microsoft.Authorization/denyAssignments/d`,
      scope,
      permissions: whole({ actions: ['*'], notActions: ['*/read'], dataActions: ['*'], notDataActions: [] }),
      doNotApplyToChildScopes: false,
      principals: whole({ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }),
      excludePrincipals: whole({ id: 'vendor', type: 'ServicePrincipal' }),
      isSystemProtected: true,
    }),
  });
  const everything = 'control allow, data-read allow, data-write allow, delete allow, secret-read allow';
  const all = (at: string, name: string): readonly string[] => [
    `${at} microsoft.storage/storageaccounts/${name} ${everything}`,
    `${at} microsoft.storage/storageaccounts/${name}#sharedkey allow`,
  ];

  it('wins over an Owner of the subscription, in the managed group only', () => {
    const story = storyOf(estate(), object('ana'));
    expect(story.reaches).toEqual(all('shop', 't'));
    expect(story.admin).toEqual([' allow']);
    expect(story.cites['shop microsoft.storage/storageaccounts/t']).toEqual(['ana-owner']);
    const elsewhere = storyOf(estate(TWIN), object('ana'));
    expect(elsewhere.reaches).toEqual([...all('managed', 's'), ...all('shop', 't')].sort(bySort(elsewhere.reaches)));
  });

  it('spares whom it excludes', () => {
    const story = storyOf(estate(), object('vendor'));
    expect(story.reaches).toEqual(all('managed', 's'));
    expect(story.admin).toEqual(['managed allow']);
  });

  it('is nothing to who holds a key of an account', () => {
    const story = storyOf(estate(), sharedKeyIdentityId(inside.id.toLowerCase()));
    expect(story.reaches).toEqual([
      'managed microsoft.storage/storageaccounts/s data-read allow, data-write allow, delete allow',
    ]);
  });
});

/** The order of another list. */
function bySort(list: readonly string[]): (left: string, right: string) => number {
  return (left, right) => list.indexOf(left) - list.indexOf(right);
}
