import { analysisEngine, type Radius, radiusOf } from '@keyreach/core/analysis';
import { AuthorizationModel } from '@keyreach/core/authz';
import { GraphIndex, type NodeId } from '@keyreach/core/graph';
import { deriveReach } from '@keyreach/core/reach';
import { describe, expect, test } from 'vitest';
import { azureAccess } from '../access/azure-access.ts';
import { azureSemantics } from '../authz/azure-semantics.ts';
import type { AzureInput, AzurePermissionBlock, AzureResource } from '../bundle/azure-input.ts';
import { normalizeAzure } from '../normalize/normalize.ts';
import { application, NOW, object, servicePrincipal, tenantInput, user, whole } from '../normalize/testing/tenant.ts';
import { azureTechniques } from './azure-techniques.ts';
import { type BloodHoundEdge, bloodHoundEdges } from './bloodhound-edges.ts';

const SUB = '/subscriptions/99999999-0000-0000-0000-000000000001';
const SHOP = `${SUB}/resourceGroups/shop`;
const TWIN = `${SUB}/resourceGroups/twin`;
const NODES = `${SUB}/resourceGroups/nodes`;

const block = (own: Partial<AzurePermissionBlock>): AzurePermissionBlock => ({
  actions: [],
  notActions: [],
  dataActions: [],
  notDataActions: [],
  ...own,
});

/** Built-in roles, without what does not matter here: reading, support, alerts. */
const ROLES: Readonly<Record<string, AzurePermissionBlock>> = {
  Owner: block({ actions: ['*'] }),
  Contributor: block({
    actions: ['*'],
    notActions: [
      'Microsoft.Authorization/*/Delete',
      'Microsoft.Authorization/*/Write',
      'Microsoft.Authorization/elevateAccess/Action',
      'Microsoft.Blueprint/blueprintAssignments/write',
    ],
  }),
  'User Access Administrator': block({ actions: ['*/read', 'Microsoft.Authorization/*', 'Microsoft.Support/*'] }),
  Reader: block({ actions: ['*/read'] }),
  'Virtual Machine Contributor': block({
    actions: [
      'Microsoft.Compute/virtualMachines/*',
      'Microsoft.Compute/virtualMachineScaleSets/*',
      'Microsoft.Compute/disks/write',
      'Microsoft.Network/networkInterfaces/*',
      'Microsoft.Network/virtualNetworks/subnets/join/action',
    ],
  }),
  'Avere Contributor': block({
    actions: ['Microsoft.Compute/virtualMachines/*', 'Microsoft.Storage/storageAccounts/*'],
    dataActions: ['Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write'],
  }),
  'Virtual Machine Administrator Login': block({
    actions: ['Microsoft.HybridConnectivity/endpoints/listCredentials/action'],
    dataActions: [
      'Microsoft.Compute/virtualMachines/login/action',
      'Microsoft.Compute/virtualMachines/loginAsAdmin/action',
    ],
  }),
  'Automation Contributor': block({ actions: ['Microsoft.Automation/automationAccounts/*'] }),
  'Automation Job Operator': block({ actions: ['Microsoft.Automation/automationAccounts/jobs/write'] }),
  'Logic App Contributor': block({ actions: ['Microsoft.Logic/*', 'Microsoft.Web/connections/*'] }),
  'Logic App Operator': block({ actions: ['Microsoft.Logic/*/read', 'Microsoft.Logic/workflows/enable/action'] }),
  'Website Contributor': block({ actions: ['Microsoft.Web/certificates/*', 'Microsoft.Web/sites/*'] }),
  'Web Plan Contributor': block({ actions: ['Microsoft.Web/serverFarms/*', 'Microsoft.Web/sites/read'] }),
  'Azure Kubernetes Service Contributor Role': block({ actions: ['Microsoft.ContainerService/managedClusters/*'] }),
  'Azure Kubernetes Service RBAC Reader': block({
    dataActions: ['Microsoft.ContainerService/managedClusters/pods/read'],
  }),
  'Key Vault Contributor': block({
    actions: ['Microsoft.KeyVault/*'],
    notActions: ['Microsoft.KeyVault/managedHsms/*'],
  }),
  'Key Vault Reader': block({
    actions: ['Microsoft.KeyVault/vaults/*/read'],
    dataActions: ['Microsoft.KeyVault/vaults/secrets/readMetadata/action'],
  }),
};

const resource = (group: string, type: string, properties: AzureResource['properties'] = {}): AzureResource => {
  const own = group.slice(group.lastIndexOf('/') + 1);
  const [, kind = ''] = type.toLowerCase().split('/');
  return {
    id: `${group}/providers/${type}/${kind}1`,
    type,
    name: `${kind}1`,
    properties,
    identity: { type: 'SystemAssigned', principalId: `${own}-${kind}`, userAssigned: [] },
  };
};

const isRunning = { extended: { instanceView: { powerState: { code: 'PowerState/running' } } } };
const resourcesIn = (group: string): readonly AzureResource[] => [
  resource(group, 'Microsoft.Compute/virtualMachines', isRunning),
  resource(group, 'Microsoft.Compute/virtualMachineScaleSets'),
  resource(group, 'Microsoft.Automation/automationAccounts'),
  resource(group, 'Microsoft.Logic/workflows'),
  resource(group, 'Microsoft.Web/sites'),
  resource(group, 'Microsoft.KeyVault/vaults', { enableRbacAuthorization: false, accessPolicies: [] }),
  resource(group, 'Microsoft.Storage/storageAccounts', { allowSharedKeyAccess: true }),
  resource(group, 'Microsoft.ContainerService/managedClusters', {
    nodeResourceGroup: 'nodes',
    identityProfile: { kubeletidentity: { objectId: `${group.slice(group.lastIndexOf('/') + 1)}-kubelet` } },
  }),
];

/** Id of the custom role that says the same. */
const custom = (role: string): string => `custom ${role}`;

interface Given {
  readonly role: string;
  readonly scope: string;
}

function estate(own: Partial<AzureInput>, ...assignments: readonly (Given & { readonly to?: string })[]): AzureInput {
  return tenantInput({
    subscriptions: whole({ subscriptionId: SUB.slice('/subscriptions/'.length), managedByTenants: [] }),
    resources: whole(...resourcesIn(SHOP), ...resourcesIn(TWIN)),
    users: whole(user('ana')),
    roleDefinitions: whole(
      ...Object.entries(ROLES).flatMap(([roleName, permissions]) => [
        {
          id: `/providers/Microsoft.Authorization/roleDefinitions/${roleName}`,
          roleName,
          roleType: 'BuiltInRole',
          assignableScopes: ['/'],
          permissions: whole(permissions),
        },
        {
          id: `${SUB}/providers/Microsoft.Authorization/roleDefinitions/${custom(roleName)}`,
          roleName: 'Team',
          roleType: 'CustomRole',
          assignableScopes: [SUB],
          permissions: whole(permissions),
        },
      ]),
    ),
    roleAssignments: whole(
      ...assignments.map(({ role, scope, to = 'ana' }) => ({
        id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${to}-${role}`,
        scope,
        roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${role}`,
        principalId: to,
      })),
    ),
    ...own,
  });
}

function radius(from: NodeId, input: AzureInput): Radius {
  const now = Date.parse(NOW);
  const model = new AuthorizationModel(new GraphIndex(normalizeAzure(input, { now: NOW })), [azureSemantics]);
  const reach = deriveReach(model, [azureTechniques], { now, access: [azureAccess] });
  return radiusOf(analysisEngine(reach), from, { now });
}

/** What ana comes to hold, or may do as she likes with: ` conditional` where that depends on something. */
function gains(...given: readonly Given[]): readonly string[] {
  const { reaches } = radius(object('ana'), estate({}, ...given));
  const found = reaches.flatMap(({ id, kind, certainty, access = [] }) => {
    const isOpen =
      kind === 'identity' || access.some((one) => one.class === 'secret-read' || one.class === 'data-read');
    return isOpen ? [`${id.slice(id.lastIndexOf('/') + 1)}${certainty === 'allow' ? '' : ` ${certainty}`}`] : [];
  });
  return [...new Set(found)].sort();
}

const VM = `${SHOP}/providers/Microsoft.Compute/virtualMachines/virtualmachines1`;
const SET = `${SHOP}/providers/Microsoft.Compute/virtualMachineScaleSets/virtualmachinescalesets1`;
const ACCOUNT = `${SHOP}/providers/Microsoft.Automation/automationAccounts/automationaccounts1`;
const WORKFLOW = `${SHOP}/providers/Microsoft.Logic/workflows/workflows1`;
const SITE = `${SHOP}/providers/Microsoft.Web/sites/sites1`;
const VAULT = `${SHOP}/providers/Microsoft.KeyVault/vaults/vaults1`;
const STORE = `${SHOP}/providers/Microsoft.Storage/storageAccounts/storageaccounts1`;
const CLUSTER = `${SHOP}/providers/Microsoft.ContainerService/managedClusters/managedclusters1`;

/** Role, object, what it leads to from there alone, and the nearest role that leads to nothing there. */
const CASES: readonly (readonly [BloodHoundEdge, string, string, readonly string[], string])[] = [
  [
    'AZAKSContributor',
    'Azure Kubernetes Service Contributor Role',
    CLUSTER,
    ['managedclusters1', 'shop-kubelet'],
    'Azure Kubernetes Service RBAC Reader',
  ],
  [
    'AZAutomationContributor',
    'Automation Contributor',
    ACCOUNT,
    ['automationaccounts1', 'shop-automationaccounts'],
    'Reader',
  ],
  ['AZAvereContributor', 'Avere Contributor', VM, ['shop-virtualmachines'], 'Reader'],
  ['AZContributor', 'Contributor', SITE, ['shop-sites', 'sites1'], 'Reader'],
  ['AZContributor', 'Contributor', STORE, ['storageaccounts1', 'storageaccounts1#sharedkey'], 'Reader'],
  ['AZKeyVaultContributor', 'Key Vault Contributor', VAULT, ['vaults1'], 'Key Vault Reader'],
  ['AZLogicAppContributor', 'Logic App Contributor', WORKFLOW, ['shop-workflows'], 'Logic App Operator'],
  ['AZOwner', 'Owner', VM, ['shop-virtualmachines'], 'Reader'],
  ['AZUserAccessAdministrator', 'User Access Administrator', VM, ['shop-virtualmachines'], 'Reader'],
  ['AZVMAdminLogin', 'Virtual Machine Administrator Login', VM, ['shop-virtualmachines conditional'], 'Reader'],
  ['AZVMContributor', 'Virtual Machine Contributor', VM, ['shop-virtualmachines'], 'Reader'],
  ['AZVMContributor', 'Virtual Machine Contributor', SET, ['shop-virtualmachinescalesets'], 'Reader'],
  ['AZWebsiteContributor', 'Website Contributor', SITE, ['shop-sites', 'sites1'], 'Web Plan Contributor'],
];

describe('edges of BloodHound about Azure Resource Manager', () => {
  test.each(CASES)('%s: %s on %s', (_, role, scope, expected, nearest) => {
    expect(gains({ role, scope })).toEqual(expected);
    expect(gains({ role: nearest, scope })).toEqual([]);
    // What a role is called decides nothing.
    expect(gains({ role: custom(role), scope })).toEqual(expected);
    // What is inherited counts as well, there only from the very object.
    const inherited = gains({ role, scope: SHOP });
    for (const one of expected) expect(inherited).toContain(one);
    expect(inherited.filter((one) => one.startsWith('twin-'))).toEqual([]);
  });

  test('an operator of automation starts what is there, and does not write it', () => {
    expect(gains({ role: 'Automation Job Operator', scope: ACCOUNT })).toEqual(['shop-automationaccounts conditional']);
  });

  test('AZNodeResourceGroup: what the identity of the cluster may do in the group of its nodes, from its assignments', () => {
    const machine = resource(NODES, 'Microsoft.Compute/virtualMachineScaleSets');
    const resources = whole(...resourcesIn(SHOP), machine);
    const control = { role: 'Contributor', scope: NODES, to: 'shop-managedclusters' };
    const held = (input: AzureInput): readonly NodeId[] =>
      radius(object('shop-managedclusters'), input)
        .reaches.filter(({ kind }) => kind === 'identity')
        .map(({ id }) => id);
    expect(held(estate({ resources }, control))).toEqual([object('nodes-virtualmachinescalesets')]);
    expect(held(estate({ resources }))).toEqual([]);
    // The identity by which the cluster manages itself is none that its pods have.
    const graph = new GraphIndex(normalizeAzure(estate({ resources }, control), { now: NOW }));
    const cluster = graph.node(CLUSTER.toLowerCase());
    expect(cluster?.attributes?.['controlIdentity']).toBe(object('shop-managedclusters'));
    expect(graph.outgoing(CLUSTER.toLowerCase(), 'runs-as').map(({ to }) => to)).toEqual([object('shop-kubelet')]);
  });

  test('AZManagedIdentity and AZRunsAs: what a resource or application runs as', () => {
    const graph = new GraphIndex(
      normalizeAzure(
        estate({
          applications: whole(application('app', 'app-id'), application('other', 'other-id')),
          servicePrincipals: whole(servicePrincipal('sp', 'app-id')),
        }),
        { now: NOW },
      ),
    );
    expect(graph.outgoing(VM.toLowerCase(), 'runs-as').map(({ to }) => to)).toEqual([object('shop-virtualmachines')]);
    expect(graph.outgoing(object('app'), 'runs-as').map(({ to }) => to)).toEqual([object('sp')]);
    expect(graph.outgoing(object('other'), 'runs-as').map(({ to }) => to)).not.toContain(object('sp'));
  });

  test('AZAuthenticatesTo: subjects that applications and user-assigned identities trust', () => {
    const issuer = 'https://issuer.example.com';
    const identity = 'Microsoft.ManagedIdentity/userAssignedIdentities';
    const graph = new GraphIndex(
      normalizeAzure(
        estate({
          applications: whole(application('app', 'app-id')),
          servicePrincipals: whole(servicePrincipal('sp', 'app-id')),
          resources: whole({
            id: `${SHOP}/providers/${identity}/uami`,
            type: identity,
            name: 'uami',
            properties: { principalId: 'uami-sp', clientId: 'uami-app' },
          }),
          federatedCredentials: whole(
            { parent: 'applications/app', id: 'f1', issuer, subject: 'one', audiences: ['api://AzureADTokenExchange'] },
            {
              parent: `${SHOP}/providers/${identity}/uami`,
              id: 'f2',
              issuer,
              subject: 'two',
              audiences: ['api://AzureADTokenExchange'],
            },
          ),
        }),
        { now: NOW },
      ),
    );
    const trusting = (subject: string): readonly NodeId[] =>
      graph.outgoing(`federated:issuer.example.com#${subject}`, 'federates').map(({ to }) => to);
    expect([trusting('one'), trusting('two')]).toEqual([[object('sp')], [object('uami-sp')]]);
  });
});

describe('the table of BloodHound', () => {
  test('has an estate here for every edge that a role on an object makes', () => {
    const shown = new Set<string>(CASES.map(([edge]) => edge));
    const effective = [...bloodHoundEdges].filter(([, { rule }]) => rule.startsWith('from what the grants allow'));
    expect(effective.map(([edge]) => edge).filter((edge) => !shown.has(edge))).toEqual([]);
    expect(effective.length).toBeGreaterThan(10);
  });
});
