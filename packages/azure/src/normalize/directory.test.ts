import { describe, expect, it } from 'vitest';
import type { AzureInput, EntraRoleAssignment, EntraRoleDefinition } from '../bundle/azure-input.ts';
import { directoryRoleId, tenantId } from './azure-ids.ts';
import { normalizeAzure } from './normalize.ts';
import {
  group,
  NOW,
  object,
  part,
  servicePrincipal,
  TENANT,
  TenantGraph,
  tenantInput,
  user,
  whole,
} from './testing/tenant.ts';

const role = (id: string, own: Partial<EntraRoleDefinition> = {}): EntraRoleDefinition => ({
  id,
  templateId: id,
  displayName: id,
  isBuiltIn: true,
  rolePermissions: whole({ allowedResourceActions: [`microsoft.directory/${id}/update`], excludedResourceActions: [] }),
  inheritsFrom: [],
  ...own,
});
const given = (id: string, principalId: string, own: Partial<EntraRoleAssignment> = {}): EntraRoleAssignment => ({
  id,
  principalId,
  roleDefinitionId: 'admin',
  directoryScopeId: '/',
  ...own,
});
const members = (...ids: readonly string[]) => whole(...ids.map((id) => ({ id, odataType: 'user' })));
const facts = (graph: TenantGraph, id: string, ...names: readonly string[]): readonly unknown[] =>
  names.map((name) => graph.of(id).attributes?.[name]);
const without = (name: keyof AzureInput, own: Partial<AzureInput>): TenantGraph => {
  const { [name]: _, ...rest } = tenantInput(own);
  return new TenantGraph({ ...rest, [name]: undefined } as Partial<AzureInput>);
};

describe('groups', () => {
  const graph = new TenantGraph({
    users: whole(user('ann')),
    groups: whole(
      group('inner', { members: members('ANN') }),
      group('outer', {
        members: whole({ id: 'inner', odataType: 'group' }, { id: 'mail', odataType: 'orgContact' }, { id: 'x' }),
        groupTypes: ['DynamicMembership', 'Unified'],
        membershipRule: 'user.department -eq "x"',
        onPremisesSyncEnabled: true,
        isAssignableToRole: false,
        owners: whole('ann'),
      }),
      group('dark', { members: part({ id: 'ann' }) }),
    ),
    groupEligibilities: whole(
      { id: 'e1', principalId: 'ann', groupId: 'outer', accessId: 'member' },
      { id: 'e2', principalId: 'ann', groupId: 'inner', accessId: 'owner' },
      { id: 'e3', principalId: 'ann', groupId: 'gone', accessId: 'member', endDateTime: NOW },
    ),
  });

  it('hold their direct members, those who may join perhaps, and no contacts', () => {
    expect(graph.edgesOf('member-of')).toEqual([
      'ann → dark',
      'ann → inner',
      'ann → outer conditional',
      'inner → outer',
      'x → outer',
    ]);
    expect(graph.of('x')).toMatchObject({ type: 'unknown-principal', attributes: { unlisted: true } });
    expect(graph.node(object('gone'))).toBeUndefined();
  });

  it('tell what keeps others from changing them, and where their members are not all known', () => {
    expect(facts(graph, 'outer', 'dynamic', 'synced', 'unified', 'roleAssignable', 'membersUnread', 'owners')).toEqual([
      true,
      true,
      true,
      false,
      undefined,
      [object('ann')],
    ]);
    expect(facts(graph, 'inner', 'dynamic', 'synced', 'owners', 'eligibleOwners')).toEqual([
      false,
      undefined,
      [],
      [object('ann')],
    ]);
    expect(facts(graph, 'dark', 'membersUnread')).toEqual([true]);
    expect(graph.gapsAbout()).toEqual(['group members']);
  });

  it('are activated by people only, as members and as owners', () => {
    const activated = new TenantGraph({
      servicePrincipals: whole(servicePrincipal('robot', 'r')),
      users: whole(user('ann')),
      groups: whole(group('g')),
      groupEligibilities: whole(
        { id: '1', principalId: 'robot', groupId: 'g', accessId: 'owner' },
        { id: '2', principalId: 'robot', groupId: 'g', accessId: 'member' },
        { id: '3', principalId: 'ann', groupId: 'g', accessId: 'owner' },
        { id: '4', principalId: 'nobody-knows', groupId: 'g', accessId: 'owner' },
      ),
    });
    expect(facts(activated, 'g', 'eligibleOwners')).toEqual([[object('ann'), object('nobody-knows')]]);
    expect(activated.edgesOf('member-of')).toEqual([]);
  });

  it('that are named and not listed may have anybody in them', () => {
    const named = new TenantGraph({
      groups: whole(group('g', { members: whole({ id: 'lost', odataType: 'group' }) })),
    });
    expect(facts(named, 'lost', 'membersUnread', 'unlisted')).toEqual([true, true]);
    expect(named.of('lost').type).toBe('group');
  });
});

describe('administrative units', () => {
  const units = whole(
    { id: 'Vault', isMemberManagementRestricted: true, members: members('ann') },
    { id: 'open', isMemberManagementRestricted: false, members: members('ann', 'bob') },
  );

  it('are told on their members, and which of them are restricted', () => {
    const graph = new TenantGraph({ users: whole(user('ann'), user('bob'), user('cid')), administrativeUnits: units });
    const names = ['administrativeUnits', 'managementRestricted'];
    expect(facts(graph, 'ann', ...names)).toEqual([['open', 'vault'], true]);
    expect(facts(graph, 'bob', ...names)).toEqual([['open'], false]);
    expect(facts(graph, 'cid', ...names)).toEqual([[], false]);
    expect(graph.of('vault').type).toBe('administrative-unit');
  });

  it('leave it open who is in them where they were not read, but not what an object says itself', () => {
    const own = { users: whole(user('ann'), user('bob', { isManagementRestricted: true })) };
    for (const graph of [
      without('administrativeUnits', own),
      new TenantGraph({ ...own, administrativeUnits: part() }),
      new TenantGraph({ ...own, administrativeUnits: whole({ id: 'u' }) }),
    ]) {
      expect(facts(graph, 'ann', 'administrativeUnits', 'managementRestricted')).toEqual([undefined, undefined]);
      expect(facts(graph, 'bob', 'managementRestricted')).toEqual([true]);
    }
  });
});

describe('directory roles', () => {
  it('are placed by scope, for direct members of groups, each once', () => {
    const graph = new TenantGraph({
      users: whole(user('ann')),
      servicePrincipals: whole(servicePrincipal('sp', 'app')),
      directoryRoleDefinitions: whole(role('admin')),
      directoryRoleAssignments: whole(
        given('a1', 'ann'),
        given('a2', 'ann', { directoryScopeId: '/administrativeUnits/U1' }),
        given('a3', 'ann', { directoryScopeId: '/sp' }),
        given('a4', 'ann', { directoryScopeId: '/lost' }),
        given('a5', 'ann', { condition: 'x' }),
      ),
    });
    const placed = graph.attachments().map(({ name, node, condition }) => [name, node, condition?.body]);
    expect(placed).toEqual(
      [
        ['a1', tenantId(TENANT), { directory: '/' }],
        ['a2', tenantId(TENANT), { directory: '/administrativeUnits/u1' }],
        ['a4', tenantId(TENANT), { unknown: 'the object it is given on is not in the input' }],
        ['a5', tenantId(TENANT), { all: [{ directory: '/' }, { unknown: 'a condition' }] }],
        ['a3', object('sp'), { directory: '/' }],
      ].sort((left, right) => orderIn(placed, left) - orderIn(placed, right)),
    );
    for (const { principals, policy } of graph.attachments()) {
      expect(principals?.include).toEqual([
        { match: 'member', id: object('ann'), strength: 'sufficient', direct: true },
      ]);
      expect(policy).toBe(directoryRoleId(TENANT, 'admin'));
    }
    expect(graph.gapsAbout()).toEqual(['scope of a directory role']);
  });

  it('that were activated, or may be, are told apart from standing ones', () => {
    const graph = new TenantGraph({
      users: whole(user('ann')),
      directoryRoleDefinitions: whole(role('admin')),
      directoryRoleAssignments: whole(given('a', 'ann'), given('b', 'bob')),
      directoryRoleSchedules: whole(
        given('s1', 'ann', { assignmentType: 'Activated', endDateTime: '2026-01-02T00:00:00Z' }),
        given('s2', 'bob', { assignmentType: 'Assigned' }),
        given('s3', 'cid', { assignmentType: 'activated' }),
        given('s4', 'dan', { assignmentType: 'Activated', endDateTime: '2025-12-31T00:00:00Z' }),
      ),
      directoryRoleEligibilities: whole(
        given('e', 'eve'),
        given('old', 'eve', { endDateTime: '2025-01-01T00:00:00Z' }),
      ),
      rolePolicies: whole({
        scopeId: '/',
        scopeType: 'DirectoryRole',
        roleDefinitionId: 'ADMIN',
        approvalRequired: true,
        approvers: ['zoe'],
        enabledRules: [],
      }),
    });
    expect(
      graph
        .attachments()
        .map(({ name, condition }) => [name, condition?.body])
        .sort(),
    ).toEqual([
      ['activated: a', { directory: '/' }],
      ['activated: s3', { directory: '/' }],
      ['b', { directory: '/' }],
      ['eligible: e', { all: [{ eligible: { approval: true } }, { directory: '/' }] }],
    ]);
    const node = graph.node(directoryRoleId(TENANT, 'admin'));
    expect(node?.attributes).toMatchObject({ approvalRequired: true, approvers: [object('zoe')] });
    expect(facts(graph, 'ann', 'directoryRoles')).toEqual([['admin']]);
  });

  it('hold what they inherit, in a circle too; what is missing may be anything of the directory', () => {
    const graph = new TenantGraph({
      directoryRoleDefinitions: whole(
        role('one', { inheritsFrom: ['two'] }),
        role('two', { inheritsFrom: ['ONE'] }),
        role('three', { inheritsFrom: ['lost'] }),
      ),
      directoryRoleAssignments: whole(given('a', 'ann', { roleDefinitionId: 'unknown' })),
    });
    const said = (id: string): readonly unknown[] =>
      graph
        .statements(directoryRoleId(TENANT, id))
        .map(({ actions, index, undecidable }) => [index, actions.include[0], undecidable !== undefined]);
    expect(said('one')).toEqual([
      [0, 'microsoft.directory/one/update', false],
      [1, 'microsoft.directory/two/update', false],
    ]);
    expect(said('three')).toEqual([
      [0, 'microsoft.directory/three/update', false],
      [1, 'microsoft.directory/*', true],
    ]);
    expect(said('unknown')).toEqual([[0, 'microsoft.directory/*', true]]);
    expect(graph.gapsAbout()).toEqual(['role definition']);
  });

  it('of synchronisation have more than their definition tells', () => {
    const sync = 'D29B2B05-8046-44ba-8758-1e26182fcf32';
    const graph = new TenantGraph({
      directoryRoleDefinitions: whole(role('sync', { templateId: sync }), role(`${sync}-other`)),
    });
    const said = (id: string): readonly unknown[] =>
      graph.statements(directoryRoleId(TENANT, id)).map(({ actions, index }) => [index, actions.include]);
    expect(said('sync')).toEqual([
      [0, ['microsoft.directory/sync/update']],
      [1, ['microsoft.directory/onPremisesSynchronization/basic/update']],
    ]);
    expect(said(`${sync}-other`)).toHaveLength(1);
  });

  it('that were not all read may be held by anybody', () => {
    const own = { users: whole(user('ann')), directoryRoleSchedules: part<EntraRoleAssignment>() };
    for (const graph of [
      without('directoryRoleAssignments', own),
      new TenantGraph({ ...own, directoryRoleAssignments: part() }),
    ]) {
      const [placed] = graph.attachments();
      expect(placed?.principals?.include[0]).toMatchObject({ match: 'types' });
      expect(graph.statements(placed?.policy ?? '')).toMatchObject([{ undecidable: expect.any(String) }]);
      expect(facts(graph, 'ann', 'directoryRoles', 'inRoleAssignableGroup')).toEqual([undefined, undefined]);
    }
    expect(new TenantGraph(own).attachments()).toEqual([]);
  });
});

describe('what a reset of a password depends on', () => {
  const names = ['directoryRoles', 'inRoleAssignableGroup'] as const;
  const users = whole(user('ann'), user('bob'), user('cid'));

  it('is told by own roles, and by groups that roles may be given to', () => {
    const graph = new TenantGraph({
      users,
      groups: whole(group('rag', { isAssignableToRole: true, members: members('bob'), owners: whole('cid') })),
      directoryRoleDefinitions: whole(role('admin', { templateId: 'T-admin' })),
      directoryRoleAssignments: whole(given('a', 'ann'), given('b', 'rag')),
    });
    expect(facts(graph, 'ann', ...names)).toEqual([['t-admin'], false]);
    expect(facts(graph, 'bob', ...names)).toEqual([['t-admin'], true]);
    expect(facts(graph, 'cid', ...names)).toEqual([[], true]);
  });

  it('is open for everybody else where members of such a group are not known', () => {
    const graph = new TenantGraph({
      users,
      groups: whole(group('rag', { isAssignableToRole: true, members: part({ id: 'bob' }) })),
      directoryRoleAssignments: whole(given('b', 'rag')),
    });
    expect(facts(graph, 'ann', ...names)).toEqual([undefined, undefined]);
    expect(facts(graph, 'bob', ...names)).toEqual([undefined, true]);
  });

  it('stays known where only other groups are not', () => {
    const graph = new TenantGraph({ users, groups: whole(group('g', { members: part({ id: 'bob' }) })) });
    expect(facts(graph, 'ann', ...names)).toEqual([[], false]);
  });

  it('is open where groups are missing and a holder may be one', () => {
    const own = { users, directoryRoleAssignments: whole(given('a', 'who')) };
    expect(facts(without('groups', own), 'ann', ...names)).toEqual([undefined, undefined]);
    expect(facts(new TenantGraph(own), 'ann', ...names)).toEqual([[], false]);
    const sure = { users, directoryRoleAssignments: whole(given('a', 'bob')) };
    expect(facts(without('groups', sure), 'ann', ...names)).toEqual([[], undefined]);
  });

  it('protects who has a role over a restricted unit', () => {
    const unit = { id: 'u', isMemberManagementRestricted: true, members: members('cid') };
    const over = whole(given('a', 'ann', { directoryScopeId: '/administrativeUnits/U' }));
    const graph = new TenantGraph({ users, administrativeUnits: whole(unit), directoryRoleAssignments: over });
    expect(facts(graph, 'ann', ...names)).toEqual([['admin'], true]);
    expect(facts(graph, 'bob', ...names)).toEqual([[], false]);
    const open = whole({ ...unit, isMemberManagementRestricted: false });
    const other = new TenantGraph({ users, administrativeUnits: open, directoryRoleAssignments: over });
    expect(facts(other, 'ann', ...names)).toEqual([['admin'], false]);
  });
});

describe('the tenant', () => {
  it('is told by subscriptions where its directory is not in the input, and is a gap where nothing tells', () => {
    const { organizations: _, ...rest } = tenantInput();
    const told = normalizeAzure(
      { ...rest, subscriptions: whole({ subscriptionId: 's', tenantId: 'T-2', managedByTenants: [] }) },
      { now: NOW },
    );
    expect(told.nodes.some(({ id }) => id === 'entra:t-2')).toBe(true);
    const untold = normalizeAzure(rest, { now: NOW });
    expect(untold.gaps.map(({ what }) => what)).toEqual(['tenant']);
  });

  it('gives an equal graph whatever the order of the lists', () => {
    const lists = {
      users: [user('ann'), user('bob'), user('ann', { accountEnabled: false })],
      groups: [group('g', { members: members('ann') }), group('h', { owners: whole('bob', 'ann') })],
      directoryRoleAssignments: [given('a', 'ann'), given('b', 'g')],
    };
    const graph = (turn: <T>(items: readonly T[]) => readonly T[]): string =>
      JSON.stringify(
        normalizeAzure(
          tenantInput({
            users: whole(...turn(lists.users)),
            groups: whole(...turn(lists.groups)),
            directoryRoleAssignments: whole(...turn(lists.directoryRoleAssignments)),
          }),
          { now: NOW },
        ),
      );
    expect(graph((items) => [...items].reverse())).toBe(graph((items) => items));
  });
});

function orderIn(placed: readonly (readonly unknown[])[], one: readonly unknown[]): number {
  return placed.findIndex(([name]) => name === one[0]);
}
