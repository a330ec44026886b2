/** Who can make a credential of a service principal: on it, or on the application that it is an instance of. */
import {
  azureInputFromObjects,
  azureSemantics,
  azureTechniques,
  credentialId,
  entraId,
  normalizeAzure,
} from '@keyreach/azure/offline';
import { analysisEngine, radiusOf } from '@keyreach/core/analysis';
import { AuthorizationModel } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import { deriveReach } from '@keyreach/core/reach';
import { describe, expect, it } from 'vitest';

const TENANT = '11111111-0000-0000-0000-000000000001';
const time = '2026-01-01T00:00:00.000Z';
const SUBSCRIPTION = '/subscriptions/99999999-0000-0000-0000-000000000001';
const MACHINE = `${SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/m`;
const person = (id: string): object => ({
  id,
  userPrincipalName: `${id}@x.io`,
  accountEnabled: true,
  userType: 'Member',
});
const directoryRole = (id: string, action: string): object => ({
  id,
  displayName: id,
  isEnabled: true,
  rolePermissions: [{ allowedResourceActions: [`microsoft.directory/${action}`] }],
});
const given = (principalId: string): object => ({
  id: `given-${principalId}`,
  principalId,
  roleDefinitionId: `role-${principalId}`,
  directoryScopeId: '/',
});

const graph = new GraphIndex(
  normalizeAzure(
    azureInputFromObjects({
      organizations: [{ id: TENANT, displayName: 'x', verifiedDomains: [] }],
      users: ['maker', 'reader', 'owner', 'runner'].map(person),
      applications: [
        {
          id: 'app',
          appId: 'a1',
          displayName: 'app',
          signInAudience: 'AzureADMyOrg',
          passwordCredentials: [
            { keyId: 'key', startDateTime: '2025-01-01T00:00:00Z', endDateTime: '2027-01-01T00:00:00Z' },
          ],
          keyCredentials: [],
          owners: [{ id: 'owner' }],
        },
      ],
      servicePrincipals: [
        {
          id: 'sp',
          appId: 'a1',
          displayName: 'sp',
          servicePrincipalType: 'Application',
          appOwnerOrganizationId: TENANT,
          accountEnabled: true,
          passwordCredentials: [],
          keyCredentials: [],
          owners: [],
        },
        {
          id: 'mi',
          appId: 'a2',
          displayName: 'mi',
          servicePrincipalType: 'ManagedIdentity',
          accountEnabled: true,
          owners: [],
        },
      ],
      directoryRoleDefinitions: [
        directoryRole('role-maker', 'applications/credentials/update'),
        directoryRole('role-reader', 'applications/standard/read'),
      ],
      directoryRoleAssignments: [given('maker'), given('reader')],
      appRoleAssignments: [],
      groups: [],
      administrativeUnits: [],
      managementGroups: [],
      subscriptions: [{ subscriptionId: SUBSCRIPTION.slice(15), state: 'Enabled', managementGroupAncestorsChain: [] }],
      resources: [
        {
          id: MACHINE,
          type: 'Microsoft.Compute/virtualMachines',
          name: 'm',
          identity: { type: 'SystemAssigned', principalId: 'mi', tenantId: TENANT },
          properties: {},
        },
      ],
      roleDefinitions: [
        {
          id: '/providers/Microsoft.Authorization/roleDefinitions/run',
          roleName: 'run',
          roleType: 'BuiltInRole',
          assignableScopes: ['/'],
          permissions: [{ actions: ['Microsoft.Compute/virtualMachines/runCommand/action'] }],
        },
      ],
      roleAssignments: [
        {
          id: `${SUBSCRIPTION}/x`,
          scope: SUBSCRIPTION,
          roleDefinitionId: 'run',
          principalId: 'runner',
          principalType: 'User',
        },
      ],
    }),
    { now: time },
  ),
);
const model = new AuthorizationModel(graph, [azureSemantics]);
const engine = analysisEngine(deriveReach(model, [azureTechniques], { now: Date.parse(time) }));

function makersOf(id: string): readonly string[] {
  return radiusOf(engine, id, { now: Date.parse(time) })
    .obtainers.filter(({ certainty }) => certainty === 'allow')
    .map(({ id: maker }) => maker.slice(maker.lastIndexOf('/') + 1));
}

describe('a credential can be made', () => {
  it('by who may add one to the application, and who owns it, and by nobody else', () => {
    expect(makersOf(credentialId(TENANT, 'app', 'key'))).toEqual(['maker', 'owner']);
    expect(makersOf(entraId(TENANT, 'sp'))).toEqual(['maker', 'owner']);
  });

  it('not by who runs code where a managed identity is attached: that makes none', () => {
    const reached = radiusOf(engine, entraId(TENANT, 'runner'), { now: Date.parse(time) }).reaches.map(({ id }) => id);
    expect(reached).toContain(entraId(TENANT, 'mi'));
    expect(makersOf(entraId(TENANT, 'mi'))).toEqual([]);
  });

  it('is what the maker reaches', () => {
    const { bounds } = radiusOf(engine, entraId(TENANT, 'maker'), { now: Date.parse(time) });
    expect(bounds.secretsFanout.lo).toBe(1);
    const other = radiusOf(engine, entraId(TENANT, 'reader'), { now: Date.parse(time) });
    expect(other.bounds.secretsFanout.lo).toBe(0);
  });
});
