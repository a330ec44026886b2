import { resolveId } from '@keyreach/core/analysis';
import { GraphBuilder, GraphIndex, mergeGraphs } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { azureInputFromObjects } from '../bundle/input-from-objects.ts';
import { azureNodeId } from './name-in-graph.ts';
import { normalizeAzure } from './normalize.ts';

const T = '11111111-0000-0000-0000-000000000001';
const OBJECT = '22222222-0000-0000-0000-000000000001';
const APP = '33333333-0000-0000-0000-000000000001';
const S = '44444444-0000-0000-0000-000000000001';
const own = (tenant: string, object: string, app: string) =>
  normalizeAzure(
    azureInputFromObjects({
      organizations: [{ id: tenant }],
      subscriptions: [{ subscriptionId: S, tenantId: tenant, displayName: 'Shop' }],
      servicePrincipals: [{ id: object, appId: app, displayName: 'deployer' }],
      applications: [{ id: '55555555-0000-0000-0000-000000000001', appId: app }],
      users: [{ id: `${object.slice(0, -1)}9`, userPrincipalName: 'Mia@contoso.com' }],
    }),
    { now: '2026-01-01T00:00:00.000Z' },
  );
const graph = new GraphIndex(own(T, OBJECT, APP));
const object = (id: string): string => `entra:${T}/${id}`;

describe('names people write', () => {
  it.each([
    [`/Subscriptions/${S}/resourceGroups/RG/`, `/subscriptions/${S}/resourcegroups/rg`],
    [`/providers/Microsoft.Subscription/subscriptions/${S}`, `/subscriptions/${S}`],
    [`subscriptions/${S}/resourceGroups/RG`, `/subscriptions/${S}/resourcegroups/rg`],
    [
      `/subscriptions/${S}/resourceGroups/RG/providers/Microsoft.KeyVault/vaults/V`,
      `/subscriptions/${S}/resourcegroups/rg/providers/microsoft.keyvault/vaults/v`,
    ],
    ['managementGroups/Root', '/providers/microsoft.management/managementgroups/root'],
    ['/providers/Microsoft.Management/managementGroups/Root', '/providers/microsoft.management/managementgroups/root'],
    [
      `/subscriptions/${S}/providers/Microsoft.Authorization/roleDefinitions/R`,
      '/providers/microsoft.authorization/roledefinitions/r',
    ],
    ['/', `azure:${T}/`],
    [T.toUpperCase(), `entra:${T}`],
    [OBJECT.toUpperCase(), object(OBJECT)],
    [APP.toUpperCase(), object(OBJECT)],
    ['mia@contoso.com', 'mia@contoso.com'],
    [S, S],
    ['Shop', 'Shop'],
    ['//storage.googleapis.com/b', '//storage.googleapis.com/b'],
    ['/aws/role', '/aws/role'],
    ['arn:aws:iam::1:user/a', 'arn:aws:iam::1:user/a'],
  ])('%s', (text, expected) => {
    expect(azureNodeId(graph, text)).toBe(expected);
  });

  it('find users by user principal name, subscriptions by name or id', () => {
    const kinds = ['resource', 'identity', 'scope'] as const;
    const find = (text: string) => resolveId(graph, azureNodeId(graph, text), kinds);
    expect(find('mia@CONTOSO.com')).toMatchObject({ kind: 'one', node: { type: 'user' } });
    for (const text of ['shop', S, S.toUpperCase()])
      expect(find(text)).toMatchObject({ node: { type: 'subscription' } });
  });

  it('are nobody in a graph without Azure', () => {
    const none = new GraphIndex(new GraphBuilder().build());
    expect(azureNodeId(none, '/Subscriptions/S')).toBe('/Subscriptions/S');
  });

  it('that two tenants have are left to be told apart', () => {
    const other = own('11111111-0000-0000-0000-000000000002', '22222222-0000-0000-0000-000000000003', APP);
    const both = new GraphIndex(mergeGraphs([own(T, OBJECT, APP), other]));
    expect(azureNodeId(both, '/')).toBe('/');
    expect(azureNodeId(both, APP)).toBe(APP);
    expect(azureNodeId(both, OBJECT)).toBe(object(OBJECT));
  });
});
