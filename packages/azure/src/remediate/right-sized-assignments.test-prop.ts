import type { BindingChange, PermissionUse, ProposedBindings, UseState } from '@keyreach/core/analysis';
import { AuthorizationModel, accessQuery, decideQuery, globMatch, type Truth } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { azureSemantics } from '../authz/azure-semantics.ts';
import type { AzureInput, AzureRoleAssignment, AzureRoleDefinition } from '../bundle/azure-input.ts';
import { azureInputFromObjects } from '../bundle/input-from-objects.ts';
import { armRootId } from '../normalize/azure-ids.ts';
import { normalizeAzure } from '../normalize/normalize.ts';
import { NOW, object, TENANT, whole } from '../normalize/testing/tenant.ts';
import { rightSizedAssignments } from './right-sized-assignments.ts';
import { assigned, block, CI, RG, ROOT_GROUP, role, SUBSCRIPTION, sizedInput, VAULT } from './testing/sized-tenant.ts';

const control = [
  'Microsoft.A/b/read',
  'Microsoft.A/b/write',
  'Microsoft.A/c/d/action',
  'microsoft.a/c/delete',
  'Microsoft.KeyVault/vaults/write',
  'Microsoft.B/odd',
];
const data = [
  'Microsoft.A/b/read',
  'Microsoft.A/c/x/write',
  'Microsoft.KeyVault/vaults/secrets/getSecret/action',
  'Microsoft.KeyVault/vaults/secrets/delete',
];
const wild = [
  '*',
  '*/read',
  'Microsoft.A/*',
  'Microsoft.A/*/write',
  'Microsoft.A/c/*',
  'Microsoft.*',
  'Microsoft.A/*/d/*',
];
const wildData = ['*', 'Microsoft.A/*', 'Microsoft.KeyVault/vaults/*', 'Microsoft.A/*/read'];
/** Actions that records name, and others that nobody knows. */
const recorded = [...control, ...data.map((name) => `data:${name}`)];
const fresh = [
  'Microsoft.A/new/read',
  'Microsoft.A/new/write',
  'Microsoft.New/x/delete',
  'data:Microsoft.A/new/action',
];
const scopes = ['/', ROOT_GROUP, SUBSCRIPTION, RG, VAULT];
const conditions = [undefined, undefined, undefined, "@Resource[Microsoft.A/b:c] StringEquals 'd'"];

/** Built-in roles that may cover what stays of others. */
const smaller = [
  role('reader', block({ actions: ['*/read'] })),
  role('a', block({ actions: ['Microsoft.A/*'] })),
  role('a-reader', block({ actions: ['Microsoft.A/*/read', 'Microsoft.A/b/write'] })),
  role(
    'a-both',
    block({ actions: ['Microsoft.A/*'], notActions: ['Microsoft.A/*/delete'], dataActions: ['Microsoft.A/*'] }),
  ),
  role('most', block({ actions: ['*'], notActions: ['Microsoft.KeyVault/*'] })),
];

const blocks = fc.record({
  actions: fc.subarray([...control, ...wild], { maxLength: 4 }),
  notActions: fc.subarray([...control, 'Microsoft.A/*', '*/write', 'Microsoft.A/*/d/action'], { maxLength: 2 }),
  dataActions: fc.subarray([...data, ...wildData], { maxLength: 3 }),
  notDataActions: fc.subarray([...data, 'Microsoft.KeyVault/vaults/*', '*/read'], { maxLength: 1 }),
  condition: fc.constantFrom(...conditions),
});
const roles = fc.array(fc.array(blocks, { minLength: 1, maxLength: 2 }), { minLength: 4, maxLength: 4 });
const placed = fc.array(
  fc.record({
    role: fc.integer({ min: 0, max: 3 }),
    scope: fc.constantFrom(...scopes),
    condition: fc.constantFrom(...conditions),
  }),
  { minLength: 1, maxLength: 4 },
);
const state = fc.constantFrom<UseState>('used', 'unused', 'unknown');
const rest = fc.constantFrom<UseState>('unused', 'unknown');
const uses = fc.record({
  recorded: fc.array(state, { minLength: recorded.length, maxLength: recorded.length }),
  read: rest,
  change: rest,
  data: rest,
});

/** What the input tells of use, as {@link rightSizedAssignments} asks: a pattern is unused where all it may name is. */
function useOf(use: {
  readonly recorded: readonly UseState[];
  readonly read: UseState;
  readonly change: UseState;
  readonly data: UseState;
}): (permission: string) => PermissionUse {
  const rests = ['a/read', 'a/write', 'a/delete', 'a/action', 'data:a/read'] as const;
  const restOf = (name: string): UseState =>
    name.startsWith('data:') ? use.data : name.endsWith('/read') ? use.read : use.change;
  return (permission) => {
    const at = recorded.findIndex((name) => name.toLowerCase() === permission.toLowerCase());
    const ends = rests.filter((name) => globMatch(permission.replace(/.*\*/, '*'), name));
    const states = permission.startsWith('data:') ? [use.data] : ends.map(restOf);
    const found = !permission.includes('*') ? restOf(permission) : states.includes('unknown') ? 'unknown' : 'unused';
    return { permission, state: at >= 0 ? use.recorded[at]! : found, sources: [] };
  };
}

/** The input after a proposal was followed; `alternative`: with built-in roles where there is one. */
function followed(input: AzureInput, { bindings, roles: made }: ProposedBindings, alternative: boolean): AzureInput {
  const read = azureInputFromObjects({
    roleDefinitions: made.map(({ text }, index) => {
      const { Name, Actions, NotActions, DataActions, NotDataActions, AssignableScopes } = JSON.parse(text) as Record<
        string,
        unknown
      >;
      const permissions = {
        actions: Actions,
        notActions: NotActions,
        dataActions: DataActions,
        notDataActions: NotDataActions,
      };
      const common = { roleName: Name, roleType: 'CustomRole', assignableScopes: AssignableScopes };
      return { id: `made-${index}`, ...common, permissions: [permissions] };
    }),
  });
  expect(read.gaps.filter(({ file }) => file === 'role-definitions.json' && made.length > 0)).toEqual([]);
  const idOf = (change: BindingChange): string => {
    const by = alternative && change.alternative !== undefined ? change.alternative.role : change.with!;
    const index = made.findIndex(({ name }) => name === by);
    return index < 0 ? by : `made-${index}`;
  };
  const assignments = input.roleAssignments!.items.flatMap((one): readonly AzureRoleAssignment[] => {
    const change = bindings.find(({ binding }) => binding === one.id);
    if (change === undefined || change.change === 'keep') return [one];
    return change.change === 'remove' ? [] : [{ ...one, roleDefinitionId: idOf(change) }];
  });
  const definitions = [...input.roleDefinitions!.items, ...(read.roleDefinitions?.items ?? [])];
  return { ...input, roleDefinitions: whole(...definitions), roleAssignments: whole(...assignments) };
}

function modelWith(input: AzureInput): AuthorizationModel {
  const usage = recorded.map((action) => ({ identity: object(CI), action, count: 1, source: 's' }));
  return new AuthorizationModel(new GraphIndex({ ...normalizeAzure(input, { now: NOW }), usage }), [azureSemantics]);
}

const targets = [armRootId(TENANT), ROOT_GROUP, SUBSCRIPTION, RG, VAULT];

function decided(model: AuthorizationModel): ReadonlyMap<string, Truth> {
  const found = new Map<string, Truth>();
  for (const action of [...recorded, ...fresh]) {
    for (const resource of targets) {
      const request = { principal: object(CI), action, resource, now: Date.parse(NOW) };
      found.set(`${action} ${resource}`, decideQuery(model, accessQuery(model, request)));
    }
  }
  return found;
}

it('keep every action that is used where it was, and grant nothing that was not granted there', () => {
  const seen = { replaced: 0, removed: 0, alternatives: 0, kept: 0 };
  fc.assert(
    fc.property(roles, placed, uses, fc.constantFrom<'keep' | 'drop'>('keep', 'drop'), (texts, where, use, unknown) => {
      const definitions: readonly AzureRoleDefinition[] = texts.map((own, index) =>
        role(
          index < 2 ? `built-in-${index}` : `custom-${index}`,
          ...own.map(({ condition, ...patterns }) =>
            block({ ...patterns, ...(condition === undefined ? {} : { condition }) }),
          ),
        ),
      );
      const input = sizedInput({
        roleDefinitions: whole(...definitions, ...smaller),
        roleAssignments: whole(
          ...where.map(({ role: at, scope, condition }, index) => ({
            ...assigned(definitions[at]!.roleName!, scope, condition === undefined ? {} : { condition }),
            id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${index}`,
          })),
        ),
      });
      const ask = useOf(use);
      const model = modelWith(input);
      const identity = model.graph.identity(object(CI))!;
      const options = { now: NOW, windowDays: 90, unknown, useOf: ask };
      const proposal = rightSizedAssignments(model, identity, options);
      if (proposal.outcome !== 'proposed') throw new Error('withheld');
      for (const { change, alternative } of proposal.bindings) {
        if (change === 'replace') seen.replaced += 1;
        if (change === 'remove') seen.removed += 1;
        if (change === 'keep') seen.kept += 1;
        if (alternative !== undefined) seen.alternatives += 1;
      }
      const before = decided(model);
      for (const alternative of [false, true]) {
        const after = decided(modelWith(followed(input, proposal, alternative)));
        for (const [question, truth] of before) {
          const { state: told } = ask(question.slice(0, question.lastIndexOf(' ')));
          const stays = told === 'used' || (told === 'unknown' && unknown === 'keep');
          if (stays) expect([question, after.get(question)]).toEqual([question, truth]);
          else expect([question, after.get(question)! <= truth]).toEqual([question, true]);
        }
      }
    }),
    { numRuns: 100 },
  );
  expect(Math.min(seen.replaced, seen.removed, seen.kept)).toBeGreaterThan(10);
  expect(seen.alternatives).toBeGreaterThan(2);
});
