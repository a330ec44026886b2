/** Right-sized roles in the place of every built-in role of Azure. */
import { readFileSync } from 'node:fs';
import {
  azureInputFromObjects,
  azureSemantics,
  entraId,
  normalizeAzure,
  rightSizedAssignments,
  roleStatements,
} from '@keyreach/azure/offline';
import type { ProposedBindings, UseState } from '@keyreach/core/analysis';
import { AuthorizationModel, hasAction } from '@keyreach/core/authz';
import { GraphIndex, type Statement } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { sharedData } from './shared-data.ts';

const TENANT = '11111111-0000-0000-0000-000000000001';
const GROUP = '/subscriptions/bbbbbbbb-0000-0000-0000-000000000001/resourceGroups/g';
const file = sharedData('azure/built-in-roles.json');
const raw: readonly { readonly name: string }[] = file === undefined ? [] : JSON.parse(readFileSync(file, 'utf8'));

const graph = new GraphIndex(
  normalizeAzure(
    azureInputFromObjects({
      organizations: [{ id: TENANT, displayName: 'x', verifiedDomains: [] }],
      roleDefinitions: raw,
      servicePrincipals: [{ id: 'sp', appId: 'app', displayName: 'ci', servicePrincipalType: 'Application' }],
      roleAssignments: raw.map(({ name }) => ({
        id: `${GROUP}/providers/Microsoft.Authorization/roleAssignments/${name}`,
        scope: GROUP,
        roleDefinitionId: name,
        principalId: 'sp',
        principalType: 'ServicePrincipal',
      })),
    }),
    { now: '2026-01-01T00:00:00.000Z' },
  ),
);
const model = new AuthorizationModel(graph, [azureSemantics]);
const { catalogue } = model.provider('azure')!;

function proposed(stateOf: (permission: string) => UseState): ProposedBindings {
  const proposal = rightSizedAssignments(model, graph.identity(entraId(TENANT, 'sp'))!, {
    now: '2026-01-01T00:00:00.000Z',
    windowDays: 90,
    useOf: (permission) => ({ permission, state: stateOf(permission), sources: [] }),
  });
  if (proposal.outcome !== 'proposed') throw new Error(proposal.reasons.join());
  return proposal;
}

/** Known actions that statements name, whatever their conditions. */
function named(statements: readonly Statement[]): ReadonlySet<string> {
  const sets = statements.map(({ actions }) => catalogue.select(actions));
  return new Set(catalogue.names.filter((name) => sets.some((set) => hasAction(set, catalogue.ref(name)))));
}

describe.skipIf(file === undefined)('in the place of built-in roles', () => {
  it('nothing stands where nobody can tell of anything', () => {
    const { bindings, roles } = proposed(() => 'unknown');
    expect(bindings.length).toBeGreaterThan(900);
    expect(bindings.filter(({ change, why }) => change !== 'keep' || why !== undefined)).toEqual([]);
    expect(roles).toEqual([]);
  });

  it('nothing stands where everything is unused', () => {
    const { bindings } = proposed(() => 'unused');
    expect(bindings.filter(({ change }) => change !== 'remove').map(({ roleName }) => roleName)).toEqual([]);
  });

  it('stand exactly the reads and data actions where a source tells of all else', () => {
    const isOpen = (name: string): boolean => name.startsWith('data:') || !/\/(?:write|delete|action)$/i.test(name);
    const { bindings, roles } = proposed((name) => (isOpen(name) ? 'unknown' : 'unused'));
    const replaced = bindings.filter(({ change }) => change === 'replace');
    expect(replaced.length).toBeGreaterThan(300);
    for (const { role, with: by, alternative } of replaced) {
      const before = named(graph.document(graph.policy(role)?.document ?? '')?.statements ?? []);
      const made = JSON.parse(roles.find(({ name }) => name === by)?.text ?? '') as Record<string, readonly string[]>;
      const block = {
        actions: made['Actions'] ?? [],
        notActions: made['NotActions'] ?? [],
        dataActions: made['DataActions'] ?? [],
        notDataActions: made['NotDataActions'] ?? [],
      };
      const after = named(roleStatements({ items: [block], complete: true }));
      expect([role, [...after]]).toEqual([role, [...before].filter(isOpen)]);
      if (alternative === undefined) continue;
      const other = named(graph.document(graph.policy(alternative.role)?.document ?? '')?.statements ?? []);
      const lacking = [...after].filter((name) => !other.has(name));
      const beyond = [...other].filter((name) => !before.has(name));
      expect([role, lacking, beyond]).toEqual([role, [], []]);
      expect([role, other.size]).toEqual([role, after.size + alternative.more]);
    }
  });
});
