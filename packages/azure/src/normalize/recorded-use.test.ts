import { actionUseOf, unusedReport } from '@keyreach/core/analysis';
import { GraphIndex } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import type { AzureInput, AzureUseCoverage, AzureUseRow } from '../bundle/azure-input.ts';
import { attachmentCredentialId, credentialId, entraId } from './azure-ids.ts';
import { normalizeAzure } from './normalize.ts';
import { application, NOW, secret, servicePrincipal, TENANT, tenantInput, whole } from './testing/tenant.ts';

const GRAPH = '00000003-0000-0000-c000-000000000000';
const SUBSCRIPTION = '33333333-0000-4000-8000-000000000001';
const SCOPE = `/subscriptions/${SUBSCRIPTION}`;
const FROM = '2025-10-01T00:00:00Z';

const appRole = (id: string, value: string) => ({ id, value, allowedMemberTypes: ['Application'], isEnabled: true });

const estate: Partial<AzureInput> = {
  subscriptions: whole({ subscriptionId: SUBSCRIPTION, tenantId: TENANT, managedByTenants: [] }),
  managementGroups: whole({
    id: `/providers/Microsoft.Management/managementGroups/${TENANT}`,
    name: TENANT,
    children: [{ id: SCOPE, type: '/subscriptions' }],
  }),
  applications: whole(application('app', 'a', { credentials: whole(secret('k1'), secret('k2')) })),
  servicePrincipals: whole(
    servicePrincipal('sp', 'a'),
    servicePrincipal('graph', GRAPH, {
      appRoles: whole(appRole('r1', 'Mail.Send'), appRole('r2', 'User.Read.All'), appRole('r3', 'Directory.Read.All')),
    }),
  ),
  appRoleAssignments: whole(
    ...['r1', 'r2', 'r3'].map((appRoleId) => ({
      id: appRoleId,
      appRoleId,
      principalId: 'sp',
      principalType: 'ServicePrincipal',
      resourceId: 'graph',
    })),
  ),
  roleDefinitions: whole({
    id: `${SCOPE}/providers/Microsoft.Authorization/roleDefinitions/r`,
    roleName: 'Sites',
    roleType: 'CustomRole',
    assignableScopes: [SCOPE],
    permissions: whole({
      actions: ['Microsoft.Web/sites/write', 'Microsoft.Web/sites/delete', 'Microsoft.Web/sites/read'],
      notActions: [],
      dataActions: ['Microsoft.KeyVault/vaults/secrets/getSecret/action'],
      notDataActions: [],
    }),
  }),
  roleAssignments: whole({
    id: `${SCOPE}/providers/Microsoft.Authorization/roleAssignments/x`,
    scope: SCOPE,
    roleDefinitionId: `${SCOPE}/providers/Microsoft.Authorization/roleDefinitions/r`,
    principalId: 'sp',
    principalType: 'ServicePrincipal',
  }),
};

function graphOf(
  rows: readonly AzureUseRow[],
  coverage: readonly AzureUseCoverage[] = [],
  more: Partial<AzureInput> = {},
) {
  const recordedUse = [{ source: 'logs', rows, coverage }];
  return new GraphIndex(normalizeAzure(tenantInput({ ...estate, recordedUse, ...more }), { now: NOW }));
}

const seen = { first: '2025-12-01T00:00:00Z', last: '2025-12-20T00:00:00Z', count: 2, failed: 0 };

const sp = entraId(TENANT, 'sp');

const usesOf = (graph: GraphIndex) =>
  graph
    .usageOf(sp)
    .map(({ action, credential, otherCredential, perhaps }) => [action, credential, otherCredential, perhaps]);

/** Use of actions by the service principal, as an analysis tells it. */
const stateOf = (rows: readonly AzureUseRow[], coverage: readonly AzureUseCoverage[]) => {
  const graph = graphOf(rows, coverage);
  const use = actionUseOf(graph, graph.identity(sp)!, { now: NOW, windowDays: 90 });
  return (action: string) => use(action).state;
};

describe('sign-ins', () => {
  it('are use of the credential that they name, and of another where it is gone', () => {
    const row: AzureUseRow = { kind: 'sign-in', principalId: 'sp', appId: 'a', action: 'sign-in', ...seen };
    expect(usesOf(graphOf([{ ...row, credentialId: 'k1' }]))).toEqual([
      ['*', credentialId(TENANT, 'app', 'k1'), undefined, undefined],
    ]);
    expect(usesOf(graphOf([{ ...row, credentialId: 'gone' }]))).toEqual([['*', undefined, true, undefined]]);
    expect(usesOf(graphOf([row]))).toEqual([['*', undefined, undefined, undefined]]);
  });

  it('of a managed identity are use of the resource it is attached to', () => {
    const vm = `${SCOPE}/resourcegroups/web/providers/microsoft.compute/virtualmachines/one`;
    const graph = graphOf(
      [{ kind: 'sign-in', principalId: 'mi', attachedResource: vm, action: 'sign-in', ...seen }],
      [],
      {
        servicePrincipals: whole(servicePrincipal('mi', 'm', { servicePrincipalType: 'ManagedIdentity' })),
        resources: whole({
          id: vm,
          type: 'microsoft.compute/virtualmachines',
          name: 'one',
          tags: {},
          properties: {},
          identity: { type: 'SystemAssigned', principalId: 'mi', tenantId: TENANT, userAssigned: [] },
        }),
      },
    );
    const [use] = graph.usageOf(entraId(TENANT, 'mi'));
    expect(use?.credential).toBe(attachmentCredentialId(TENANT, 'mi', vm));
    expect(graph.node(use?.credential ?? '')).toMatchObject({ lastUsed: { state: 'used' } });
  });

  it('that failed are use of the credential and of no permission', () => {
    const { first: _, last: __, ...failed } = { ...seen, count: 0, failed: 3 };
    const graph = graphOf([
      { kind: 'sign-in', principalId: 'sp', credentialId: 'k1', action: 'sign-in', ...failed },
      { kind: 'arm', principalId: 'sp', action: 'microsoft.web/sites/write', ...failed },
    ]);
    expect(graph.usageOf(sp).map(({ action, count, refused }) => [action, count, refused])).toEqual([['*', 0, 3]]);
  });
});

describe('reports', () => {
  it('tell the last sign-in of an application, and nothing of those they do not name', () => {
    const graph = graphOf([], [], {
      servicePrincipalSignIns: whole({
        appId: 'A',
        raw: { lastSignInActivity: { lastSignInDateTime: '2025-11-01T00:00:00Z' } },
      }),
    } as Partial<AzureInput>);
    expect(graph.usageOf(sp)).toMatchObject([{ action: '*', last: '2025-11-01T00:00:00.000Z' }]);
    expect(graph.usageOf(entraId(TENANT, 'graph'))).toEqual([]);
    expect(graph.graph.observations).toEqual([]);
  });

  it('without a row are no proof, and logs would tell', () => {
    const why = (reports: Partial<AzureInput>) => {
      const graph = graphOf([], [], reports);
      const use = unusedReport(graph, { now: NOW }).identities.find(({ id }) => id === sp);
      return use?.credentials.map((one) => [one.state, one.why])[0];
    };
    const report = 'the report of last sign-ins by credential (appCredentialSignInActivities)';
    const other = {
      keyId: 'other',
      raw: { credentialOrigin: 'application', signInActivity: { lastSignInDateTime: '2025-12-01T00:00:00Z' } },
    };
    expect(why({ credentialSignIns: whole(other) })).toEqual([
      'unknown',
      `${report} has no row for it, which is no proof that it is unused; sign-in logs of the whole window would tell`,
    ]);
    expect(why({})).toEqual(['unknown', `no source in the input could have seen its use; ${report} would tell`]);
  });

  it('tell of a service principal that they do not name that they do not', () => {
    const stated = (appId: string) =>
      graphOf([], [], { servicePrincipalSignIns: whole({ appId, raw: {} }) }).node(sp)?.attributes?.['lastUsed'];
    expect(stated('b')).toMatchObject({ state: 'unknown', silent: expect.stringContaining('servicePrincipalSignIn') });
    expect(stated('A')).toBeUndefined();
    expect(graphOf([]).node(sp)?.attributes?.['lastUsed']).toBeUndefined();
  });
});

describe('calls of Microsoft Graph', () => {
  const row = (action: string, roles?: readonly string[]): AzureUseRow => ({
    kind: 'graph',
    principalId: 'sp',
    action,
    ...seen,
    ...(roles === undefined ? {} : { roles }),
  });

  it('are use of the permission that alone allows them', () => {
    expect(
      usesOf(graphOf([row('POST /users/{id}/sendmail')])).map(([action, , , perhaps]) => [action, perhaps]),
    ).toEqual([
      ['*', undefined],
      ['graph:Mail.Send', undefined],
    ]);
  });

  it('are perhaps use of each that allows them, and of any where nobody knows the call', () => {
    const perhaps = (action: string, roles?: readonly string[]) =>
      usesOf(graphOf([row(action, roles)]))
        .filter(([, , , may]) => may === true)
        .map(([name]) => name)
        .sort();
    expect(perhaps('GET /users/{id}')).toEqual(['graph:Directory.Read.All', 'graph:User.Read.All']);
    expect(perhaps('GET /unheard/of')).toEqual(['graph:Directory.Read.All', 'graph:Mail.Send', 'graph:User.Read.All']);
    expect(perhaps('GET /unheard/of', ['Mail.Send'])).toEqual(['graph:Mail.Send']);
  });
});

describe('silence', () => {
  const arm: AzureUseCoverage = { kind: 'arm', scope: SCOPE, from: FROM, to: NOW };

  it('of the Activity Log of every subscription speaks of writes, and not of reads or data', () => {
    const graph = graphOf([], [arm]);
    expect(graph.graph.observations).toMatchObject([
      { granularity: 'action', actions: { include: ['*'], exclude: expect.arrayContaining(['*/read', 'data:*']) } },
    ]);
  });

  it('of one subscription of two says nothing', () => {
    const two = whole(
      { subscriptionId: SUBSCRIPTION, tenantId: TENANT, managedByTenants: [] },
      { subscriptionId: '33333333-0000-4000-8000-000000000002', tenantId: TENANT, managedByTenants: [] },
    );
    expect(graphOf([], [arm], { subscriptions: two }).graph.observations).toEqual([]);
  });

  it('of no source says nothing', () => {
    expect(graphOf([]).graph.observations).toEqual([]);
  });

  it('decides which actions of an identity are unused', () => {
    const rows: AzureUseRow[] = [
      { kind: 'arm', principalId: 'sp', action: 'microsoft.web/sites/write', resource: SCOPE, ...seen },
    ];
    const state = stateOf(rows, [arm]);
    expect([
      state('Microsoft.Web/sites/write'),
      state('Microsoft.Web/sites/delete'),
      state('Microsoft.Web/sites/read'),
      state('data:Microsoft.KeyVault/vaults/secrets/getSecret/action'),
      state('graph:Mail.Send'),
    ]).toEqual(['used', 'unused', 'unknown', 'unknown', 'unknown']);
  });

  it('proves nothing where it is shorter than what is asked about', () => {
    expect(stateOf([], [{ ...arm, from: '2025-12-15T00:00:00Z' }])('Microsoft.Web/sites/delete')).toBe('unknown');
  });

  it('of calls of Microsoft Graph speaks of its permissions, but for those that a call may have needed', () => {
    const all: AzureUseCoverage = { kind: 'graph', scope: TENANT, from: FROM, to: NOW };
    const row: AzureUseRow = { kind: 'graph', principalId: 'sp', action: 'GET /users/{id}', ...seen };
    const state = stateOf([row], [all]);
    expect(['Mail.Send', 'User.Read.All', 'Directory.Read.All'].map((name) => state(`graph:${name}`))).toEqual([
      'unused',
      'unknown',
      'unknown',
    ]);
  });
});
