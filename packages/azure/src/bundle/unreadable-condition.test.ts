import { AuthorizationModel, can } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import { expect, it } from 'vitest';
import { azureSemantics } from '../authz/azure-semantics.ts';
import { normalizeAzure } from '../normalize/normalize.ts';
import { azureInputFromObjects } from './input-from-objects.ts';

const T = '11111111-0000-0000-0000-000000000001';
const SCOPE = '/subscriptions/44444444-0000-0000-0000-000000000001';

/** Whether somebody may write with a condition on the assignment of the role. */
function verdict(condition: unknown): string {
  const input = azureInputFromObjects({
    organizations: [{ id: T }],
    subscriptions: [{ subscriptionId: SCOPE.slice(15), tenantId: T }],
    servicePrincipals: [{ id: 'p', appId: 'a' }],
    roleDefinitions: [{ id: 'r', permissions: [{ actions: ['*'] }] }],
    roleAssignments: [{ id: 'x', scope: SCOPE, roleDefinitionId: 'r', principalId: 'p', condition }],
    denyAssignments: [],
  });
  const model = new AuthorizationModel(new GraphIndex(normalizeAzure(input, { now: '2026-01-01T00:00:00.000Z' })), [
    azureSemantics,
  ]);
  return can(model, {
    principal: `entra:${T}/p`,
    action: 'Microsoft.Compute/virtualMachines/write',
    resource: SCOPE,
    now: Date.parse('2026-01-01T00:00:00.000Z'),
  }).verdict;
}

it('a condition that is there and cannot be read decides nothing, either way', () => {
  expect([verdict(null), verdict({ text: 'x' }), verdict('x'.repeat(70_000))]).toEqual(['allow', 'unknown', 'unknown']);
});
