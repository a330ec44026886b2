import { describe, expect, it } from 'vitest';
import type { AzureInput } from '../bundle/azure-input.ts';
import { tenantId } from './azure-ids.ts';
import { MICROSOFT_GRAPH } from './first-party.ts';
import { group, object, part, servicePrincipal, TENANT, TenantGraph, whole } from './testing/tenant.ts';

const graphApi = servicePrincipal('graph', MICROSOFT_GRAPH, {
  appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
  appRoles: whole({ id: 'R1', value: 'Application.ReadWrite.All', allowedMemberTypes: ['Application'] }),
});
const ownApi = servicePrincipal('api', 'API', {
  appRoles: whole(
    { id: 'r2', value: 'Orders.Write', allowedMemberTypes: ['User'] },
    { id: 'r3', displayName: 'no value', allowedMemberTypes: ['User'] },
  ),
});
const given = (id: string, appRoleId: string, resourceId: string, principalId = 'client', principalType?: string) => ({
  id,
  appRoleId,
  resourceId,
  principalId,
  ...(principalType === undefined ? {} : { principalType }),
});
const tenant = (own: Partial<AzureInput>): TenantGraph =>
  new TenantGraph({ servicePrincipals: whole(graphApi, ownApi, servicePrincipal('client', 'c')), ...own });

describe('app roles', () => {
  const graph = tenant({
    groups: whole(group('team')),
    appRoleAssignments: whole(
      given('1', 'r1', 'GRAPH', 'client', 'ServicePrincipal'),
      given('2', 'r2', 'api', 'team', 'Group'),
      given('3', '00000000-0000-0000-0000-000000000000', 'api'),
      given('4', 'r3', 'api'),
      given('5', 'r9', 'graph'),
      given('6', 'r9', 'lost'),
    ),
  });
  const placed = new Map(graph.attachments().map((one) => [one.name, one]));
  const saidBy = (name: string): readonly unknown[] =>
    graph
      .statements(placed.get(name)?.policy ?? '')
      .map(({ actions, undecidable }) => [actions.include, undecidable !== undefined]);

  it('of Microsoft Graph are placed on the tenant, of other APIs on the API', () => {
    expect(placed.get('1')).toMatchObject({
      policy: `app-role:${MICROSOFT_GRAPH}/r1`,
      node: tenantId(TENANT),
      condition: { body: { directory: 'graph' } },
      principals: { include: [{ match: 'member', id: object('client'), direct: true }] },
    });
    expect(saidBy('1')).toEqual([[['graph:Application.ReadWrite.All'], false]]);
    expect(placed.get('2')).toMatchObject({ policy: 'app-role:api/r2', node: object('api') });
    expect(placed.get('2')?.condition).toBeUndefined();
    expect(saidBy('2')).toEqual([[['app:api/Orders.Write'], false]]);
  });

  it('give nothing where they are default access or have no value', () => {
    expect(placed.has('3')).toBe(false);
    expect(saidBy('4')).toEqual([]);
  });

  it('that the input does not define may give anything of their API, and of any API where that is not known', () => {
    expect(saidBy('5')).toEqual([[['graph:*'], true]]);
    expect(saidBy('6')).toEqual([[['graph:*', 'app:*'], true]]);
    expect(graph.gapsAbout()).toEqual(['app role', 'app role']);
  });

  it('of Microsoft Graph are known by their ids, of other APIs are not', () => {
    const id = '9E3F62CF-CA93-4989-B6CE-BF83C28F9FE8';
    const known = tenant({
      appRoleAssignments: whole(given('1', id, 'graph'), given('2', id, 'api'), given('3', id, 'lost')),
    });
    const includes = known
      .attachments()
      .map(({ policy }) => known.statements(policy).map(({ actions }) => actions.include));
    expect(includes.flat().toSorted()).toEqual([
      ['app:api/*'],
      ['graph:*', 'app:*'],
      ['graph:RoleManagement.ReadWrite.Directory'],
    ]);
  });

  it('that were not all read may be held by anybody', () => {
    const [unread] = tenant({ appRoleAssignments: part() }).attachments();
    expect(unread).toMatchObject({ node: tenantId(TENANT), principals: { include: [{ match: 'types' }] } });
  });
});

describe('delegated grants', () => {
  it('are facts that are placed on nobody', () => {
    const graph = tenant({
      permissionGrants: whole({ id: 'g', clientId: 'client', resourceId: 'graph', scopes: ['User.Read', 'Mail.Read'] }),
    });
    expect(graph.attachments()).toEqual([]);
    expect(graph.policies('delegated-grant')).toMatchObject([
      { id: `delegated-grant:${TENANT}/g`, name: 'Mail.Read User.Read', owner: object('client') },
    ]);
    expect(graph.statements(`delegated-grant:${TENANT}/g`)[0]?.actions.include).toEqual([
      `app:${MICROSOFT_GRAPH}/delegated/Mail.Read`,
      `app:${MICROSOFT_GRAPH}/delegated/User.Read`,
    ]);
  });
});
