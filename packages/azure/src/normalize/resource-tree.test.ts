import { describe, expect, it } from 'vitest';
import type { AzureInput, AzurePermissionBlock, AzureResource } from '../bundle/azure-input.ts';
import { armScope } from './arm-scope.ts';
import { armRootId, managementGroupId, tenantId } from './azure-ids.ts';
import { part, TENANT, TenantGraph, whole } from './testing/tenant.ts';

const GUID = '99999999-0000-0000-0000-000000000001';
const SUB = `/subscriptions/${GUID}`;
const GROUP = `${SUB}/resourceGroups/Shop`;

const role = (id: string, roleName: string, block: Partial<AzurePermissionBlock>, roleType = 'BuiltInRole') => ({
  id: `/providers/Microsoft.Authorization/roleDefinitions/${id}`,
  roleName,
  roleType,
  assignableScopes: roleType === 'BuiltInRole' ? ['/'] : [GROUP],
  permissions: whole({ actions: [], notActions: [], dataActions: [], notDataActions: [], ...block }),
});
const OWNER = role('aaaaaaaa-0000-0000-0000-000000000001', 'Owner', { actions: ['*'] });

const resource = (id: string, type: string, own: Partial<AzureResource> = {}): AzureResource => ({
  id: `${GROUP}/providers/${type}/${id}`,
  type,
  name: id,
  properties: {},
  ...own,
});

const assignment = (id: string, scope: string, principalId: string, own: object = {}) => ({
  id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${id}`,
  scope,
  roleDefinitionId: `${SUB}/providers${OWNER.id.slice('/providers'.length).toUpperCase()}`,
  principalId,
  ...own,
});

/** A subscription below a management group, everything read whole, but for what is given. */
const estate = (own: Partial<AzureInput> = {}): TenantGraph =>
  new TenantGraph({
    managementGroups: whole({ id: managementGroupId(TENANT), name: TENANT }),
    subscriptions: whole({
      subscriptionId: GUID.toUpperCase(),
      displayName: 'shop',
      state: 'Enabled',
      managementGroups: [TENANT],
      managedByTenants: [],
    }),
    resources: whole(),
    roleDefinitions: whole(OWNER),
    roleAssignments: whole(),
    denyAssignments: whole(),
    roleEligibilities: whole(),
    roleSchedules: whole(),
    ...own,
  });

const placed = (graph: TenantGraph): readonly string[] =>
  graph.graph.attachments.map(
    ({ node, policy, name, condition }) =>
      `${node.slice(node.lastIndexOf('/') + 1)} ${policy.slice(policy.lastIndexOf('/') + 1)} ${name?.slice(name.lastIndexOf('/') + 1) ?? ''} ${JSON.stringify(condition?.body ?? {})}`,
  );
const gapsAbout = (graph: TenantGraph): readonly string[] => graph.graph.gaps.map(({ what }) => what);

describe('armScope', () => {
  it.each([
    ['/', 'root', armRootId(TENANT)],
    ['/SUBSCRIPTIONS/A/', 'subscription', '/subscriptions/a'],
    ['/providers/Microsoft.Subscription/subscriptions/A', 'subscription', '/subscriptions/a'],
    ['/providers/Microsoft.Management/managementGroups/Root', 'management-group', managementGroupId('root')],
    ['/subscriptions/a/resourceGroups/B', 'resource-group', '/subscriptions/a/resourcegroups/b'],
    [
      '/subscriptions/a/resourceGroups/b/providers/N/t/x/u/y',
      'resource',
      '/subscriptions/a/resourcegroups/b/providers/n/t/x/u/y',
    ],
    ['/subscriptions/a/providers/N/t/x', 'resource', '/subscriptions/a/providers/n/t/x'],
    ['/providers/N/t/x', 'resource', '/providers/n/t/x'],
  ])('%s is a %s', (text, kind, id) => {
    expect(armScope(text, TENANT)).toMatchObject({ kind, id });
  });

  it.each(['', 'subscriptions/a', '/subscriptions/a/resourceGroups/b/providers/N/t', '/x/y', '/subscriptions//x'])(
    '%s is none',
    (text) => {
      expect(armScope(text, TENANT)).toBeUndefined();
    },
  );

  it('takes the type from the last provider of a name', () => {
    expect(armScope(`${GROUP}/providers/A/b/c/providers/D/e/f/g/h`, TENANT)).toMatchObject({
      type: 'd/e/g',
      around: GROUP.toLowerCase(),
    });
  });
});

describe('scopes', () => {
  it('nest as parents, children and chains tell', () => {
    const group = (name: string, more: object = {}) => ({ id: managementGroupId(name), name, ...more });
    const graph = estate({
      managementGroups: whole(
        group(TENANT),
        group('a', { parentId: managementGroupId(TENANT).toUpperCase() }),
        group('b', { children: [{ id: managementGroupId('C') }] }),
        group('c', { children: [{ id: SUB.toUpperCase() }] }),
      ),
      subscriptions: whole({ subscriptionId: GUID, managedByTenants: [] }),
    });
    expect(graph.scopesOf(SUB).map(({ id }) => id)).toEqual([
      managementGroupId('c'),
      managementGroupId('b'),
      managementGroupId(TENANT),
      armRootId(TENANT),
      tenantId(TENANT),
    ]);
    expect(gapsAbout(graph)).toEqual([]);
  });

  it('come out of a circle below the root, with a gap', () => {
    const graph = estate({
      managementGroups: whole(
        { id: managementGroupId(TENANT), name: TENANT },
        { id: managementGroupId('a'), name: 'a', parentId: managementGroupId('b') },
        { id: managementGroupId('b'), name: 'b', parentId: managementGroupId('a') },
      ),
    });
    expect(graph.of(managementGroupId('a')).scope).toBe(managementGroupId(TENANT));
    expect(gapsAbout(graph)).toEqual(['parent of a management group', 'parent of a management group']);
  });

  it('have a group to create in, whatever was listed', () => {
    expect(estate().of(`${SUB}/resourcegroups/(none)`).attributes).toEqual({ synthetic: true });
    const graph = estate({ resources: whole(resource('v', 'Microsoft.KeyVault/vaults')) });
    expect(graph.node(`${SUB}/resourcegroups/(none)`)).toBeUndefined();
    expect(graph.of(GROUP.toLowerCase()).scope).toBe(SUB);
  });

  it('grant perhaps where assignments or the tree were not read', () => {
    expect(placed(estate())).toEqual([]);
    const alone = whole({ subscriptionId: GUID, managedByTenants: [] });
    const unread = (own: Partial<AzureInput>): readonly string[] => {
      const { attachments, gaps } = estate({ subscriptions: alone, ...own }).graph;
      return [...attachments.map(({ node }) => node), ...gaps.map(({ what }) => what)];
    };
    expect(unread({ roleAssignments: part() })).toEqual([armRootId(TENANT), 'role assignments']);
    expect(unread({ managementGroups: part() })).toEqual([armRootId(TENANT), 'management groups']);
    const both = unread({ roleAssignments: part(), managementGroups: part() });
    expect(both).toEqual([armRootId(TENANT), 'role assignments and management groups']);
  });
});

describe('resources', () => {
  const uami = resource('deployer', 'Microsoft.ManagedIdentity/userAssignedIdentities', {
    properties: { principalId: 'P1', clientId: 'c1' },
  });
  const vm = (name: string): AzureResource =>
    resource(name, 'Microsoft.Compute/virtualMachines', {
      identity: { type: 'UserAssigned', userAssigned: [{ id: uami.id.toUpperCase() }] },
    });

  it('run as a user-assigned identity that two machines have, each attachment a credential', () => {
    const graph = estate({ resources: whole(vm('vm1'), vm('vm2'), uami) });
    expect(graph.edgesOf('runs-as')).toHaveLength(3);
    const attachments = graph.credentialNodes().filter(({ type }) => type === 'managed-identity-attachment');
    expect(attachments.map(({ name, static: isStatic }) => `${name} ${String(isStatic)}`)).toEqual([
      'vm1 false',
      'vm2 false',
    ]);
    expect(graph.of('P1')).toMatchObject({ type: 'managed-identity', attributes: { assignment: 'user', appId: 'c1' } });
  });

  it('tell of an attached identity whose object id nobody knows', () => {
    const graph = estate({ resources: whole(vm('vm1')) });
    expect(graph.edgesOf('runs-as')).toEqual([]);
    expect(gapsAbout(graph)).toEqual(['attached identity']);
  });

  it('of a cluster run as what its nodes have, not as what manages it', () => {
    const graph = estate({
      resources: whole(
        resource('aks', 'Microsoft.ContainerService/managedClusters', {
          identity: { type: 'SystemAssigned', principalId: 'control', userAssigned: [] },
          properties: {
            identityProfile: { kubeletIdentity: { objectId: 'kubelet', resourceId: uami.id } },
            addonProfiles: { omsagent: { identity: { objectId: 'addon' } } },
          },
        }),
      ),
    });
    const to = graph.graph.edges
      .filter(({ type }) => type === 'runs-as')
      .map(({ to: id, certainty }) => `${id.slice(id.lastIndexOf('/') + 1)} ${certainty ?? 'allow'}`);
    expect(to).toEqual(['addon conditional', 'kubelet allow']);
  });

  it('that only an assignment names have a node', () => {
    const graph = estate({
      roleAssignments: whole(assignment('1', `${GROUP}/providers/Microsoft.KeyVault/vaults/V`, 'p')),
    });
    const id = `${GROUP}/providers/microsoft.keyvault/vaults/v`.toLowerCase();
    expect(graph.of(id)).toMatchObject({
      type: 'microsoft.keyvault/vaults',
      scope: GROUP.toLowerCase(),
      attributes: { unlisted: true },
    });
  });

  it('not listed may run as the identities of the subscription', () => {
    const graph = estate({ resources: part(uami) });
    const from = graph.graph.edges.filter(({ certainty }) => certainty === 'unknown');
    expect(from.map(({ type, from: id }) => `${type} ${id.slice(id.lastIndexOf('/') + 1)}`)).toEqual([
      'runs-as uncollected',
    ]);
    expect(graph.of(SUB).attributes?.['resourcesUnlisted']).toBe(true);
  });
});

describe('role assignments', () => {
  it('are placed where they are made, once, whatever the form of ids', () => {
    const one = assignment('1', GROUP, 'p', { principalType: 'ServicePrincipal' });
    const schedule = { ...one, id: 'schedule', assignmentType: 'Activated', memberType: 'Direct' };
    const graph = estate({
      roleAssignments: whole(one, { ...one, id: one.id.toUpperCase() }),
      roleSchedules: whole(schedule),
    });
    expect(graph.graph.attachments).toHaveLength(1);
    expect(graph.graph.attachments[0]?.name).toMatch(/^activated: /);
    expect(graph.of('p').type).toBe('service-principal');
  });

  it('of an eligible owner hold once activated, and not where the time is over', () => {
    const eligible = assignment('e', SUB, 'p', { principalType: 'User', memberType: 'Direct' });
    const over = { ...eligible, id: 'over', endDateTime: '2025-01-01T00:00:00Z' };
    const graph = estate({ roleEligibilities: whole(eligible, over) });
    expect(graph.graph.attachments.map(({ condition }) => condition?.body)).toEqual([{ eligible: {} }]);
  });

  it('of a role that nobody lists may be anything, with what to run', () => {
    const graph = estate({ roleDefinitions: whole(), roleAssignments: whole(assignment('1', SUB, 'p')) });
    const [document] = graph.graph.documents.filter(({ unreadable }) => unreadable !== undefined);
    expect(document?.mayDeny).toBe(false);
    expect(graph.graph.gaps[0]?.fix).toContain('az role definition list');
  });

  it('of a custom role leave it to be changed', () => {
    const custom = role('bbbbbbbb-0000-0000-0000-000000000002', 'Own', { actions: ['a/b/read'] }, 'CustomRole');
    const graph = estate({ roleDefinitions: whole(OWNER, custom) });
    const nodes = graph.graph.nodes.filter(({ type }) => type === 'microsoft.authorization/roledefinitions');
    expect(nodes.map(({ name, scope }) => `${name} ${scope ?? ''}`)).toEqual([`Own ${GROUP.toLowerCase()}`]);
  });
});

describe('deny assignments', () => {
  const deny = (own: object = {}) => ({
    id: `${GROUP}/providers/Microsoft.Authorization/denyAssignments/d`,
    denyAssignmentName: 'managed application',
    scope: GROUP,
    permissions: whole({ actions: ['*/write'], notActions: [], dataActions: [], notDataActions: [] }),
    doNotApplyToChildScopes: false,
    principals: whole({ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }),
    excludePrincipals: whole({ id: 'publisher', type: 'ServicePrincipal' }),
    ...own,
  });

  it('of a managed application deny everybody but its publisher', () => {
    const [attachment] = estate({ denyAssignments: whole(deny()) }).graph.attachments;
    expect(attachment?.principals?.include).toEqual([{ match: 'anyone', strength: 'sufficient' }]);
    expect(attachment?.principals?.exclude).toMatchObject([
      { match: 'member' },
      { match: 'types', types: ['shared-key'] },
    ]);
    expect(attachment?.condition).toBeUndefined();
  });

  it('may be of that very scope', () => {
    const [attachment] = estate({ denyAssignments: whole(deny({ doNotApplyToChildScopes: true })) }).graph.attachments;
    expect(attachment?.condition?.body).toEqual({ exactly: GROUP.toLowerCase() });
  });

  it('of which those spared were not all read spare perhaps', () => {
    const [attachment] = estate({ denyAssignments: whole(deny({ excludePrincipals: part() })) }).graph.attachments;
    expect(attachment?.principals?.exclude).toMatchObject([
      { match: 'unresolved', dangling: false },
      { match: 'types', types: ['shared-key'] },
    ]);
  });
});

describe('vaults and keys', () => {
  it('of a vault with access policies come from those', () => {
    const graph = estate({
      resources: whole(
        resource('v', 'Microsoft.KeyVault/vaults', {
          properties: {
            enableRbacAuthorization: null,
            accessPolicies: [
              { tenantId: TENANT, objectId: 'app', permissions: { secrets: ['Get'], keys: [] } },
              { tenantId: TENANT, objectId: 'app', applicationId: 'x', permissions: { keys: ['all'] } },
            ],
          },
        }),
      ),
    });
    expect(graph.of(`${GROUP}/providers/microsoft.keyvault/vaults/v`.toLowerCase()).attributes?.['rbac']).toBe(false);
    expect(graph.graph.attachments.map(({ condition }) => condition?.body)).toEqual([
      { vault: 'policies' },
      { all: [{ vault: 'policies' }, { unknown: 'only by way of the application x' }] },
    ]);
    const gets = graph.graph.documents.map(({ statements }) => statements[0]?.actions.include);
    expect(gets).toContainEqual([
      'data:Microsoft.KeyVault/vaults/secrets/getSecret/action',
      'data:Microsoft.KeyVault/vaults/secrets/readMetadata/action',
    ]);
  });

  it('of a vault that asks roles come from none', () => {
    const properties = { enableRbacAuthorization: true };
    const graph = estate({ resources: whole(resource('v', 'Microsoft.KeyVault/vaults', { properties })) });
    expect(graph.graph.attachments).toEqual([]);
    expect(gapsAbout(graph)).toEqual([]);
  });

  it('of a vault and an account hold for what lies in them, and for nothing beside', () => {
    const nested = (parent: string, type: string, id: string): AzureResource => ({
      ...resource(id, type),
      id: `${GROUP}/providers/${parent}/${id}`,
    });
    const graph = estate({
      resources: whole(
        resource('v', 'Microsoft.KeyVault/vaults', { properties: { enableRbacAuthorization: true } }),
        nested('Microsoft.KeyVault/vaults/v/secrets', 'Microsoft.KeyVault/vaults/secrets', 's'),
        nested('Microsoft.KeyVault/vaults/w/secrets', 'Microsoft.KeyVault/vaults/secrets', 's'),
        resource('a', 'Microsoft.Storage/storageAccounts', {
          properties: { allowSharedKeyAccess: false, isHnsEnabled: true },
        }),
      ),
      roleAssignments: whole(
        assignment(
          '1',
          `${GROUP}/providers/Microsoft.Storage/storageAccounts/a/blobServices/default/containers/c`,
          'p',
        ),
        assignment('2', `${GROUP}/providers/Microsoft.KeyVault/vaults/v/providers/Microsoft.Insights/settings/x`, 'p'),
      ),
    });
    const of = (path: string): unknown => graph.of(`${GROUP}/providers/${path}`.toLowerCase()).attributes;
    expect(of('Microsoft.KeyVault/vaults/v/secrets/s')).toMatchObject({ rbac: true });
    expect(of('Microsoft.KeyVault/vaults/w/secrets/s')).not.toHaveProperty('rbac');
    expect(of('Microsoft.Storage/storageAccounts/a/blobServices/default/containers/c')).toEqual({
      unlisted: true,
      sharedKey: false,
      hns: true,
    });
    expect(of('Microsoft.KeyVault/vaults/v/providers/Microsoft.Insights/settings/x')).toEqual({ unlisted: true });
  });

  it('of a vault of which nobody read the policies may be given to anybody', () => {
    const graph = estate({ resources: whole(resource('v', 'Microsoft.KeyVault/vaults')) });
    expect(graph.graph.attachments).toHaveLength(1);
    expect(gapsAbout(graph)).toEqual(['access policies']);
  });

  it('of a storage account are two credentials, of no use where keys are off', () => {
    const account = (allowSharedKeyAccess: boolean) =>
      resource('data', 'Microsoft.Storage/storageAccounts', { properties: { allowSharedKeyAccess } });
    const keys = (on: boolean): readonly string[] =>
      estate({ resources: whole(account(on)) })
        .credentialNodes()
        .map(({ name, status, static: isStatic }) => `${name} ${status} ${String(isStatic)}`);
    expect(keys(true)).toEqual(['key1 of data active true', 'key2 of data active true']);
    expect(keys(false)).toEqual(['key1 of data disabled true', 'key2 of data disabled true']);
  });
});
