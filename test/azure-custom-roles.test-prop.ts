/** What a role lets its holder reach follows from its permissions, whatever it is called. */
import { readFileSync } from 'node:fs';
import {
  azureAccess,
  azureInputFromObjects,
  azureSemantics,
  azureTechniques,
  entraId,
  normalizeAzure,
} from '@keyreach/azure/offline';
import { analysisEngine, type Radius, radiusOf } from '@keyreach/core/analysis';
import { AuthorizationModel } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import { deriveReach } from '@keyreach/core/reach';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_DIRECTORY } from './empty-directory.ts';
import { sharedData } from './shared-data.ts';

const TENANT = '11111111-0000-0000-0000-000000000001';
const NOW = '2026-01-01T00:00:00.000Z';
const now = Date.parse(NOW);
const ROOT = `/providers/Microsoft.Management/managementGroups/${TENANT}`;
const SUB = '/subscriptions/99999999-0000-0000-0000-000000000001';
const SHOP = `${SUB}/resourceGroups/shop`;
const BANK = `${SUB}/resourceGroups/bank`;

interface RawRole {
  readonly name: string;
  readonly roleName: string;
}

const file = sharedData('azure/built-in-roles.json');
const roles: readonly RawRole[] = file === undefined ? [] : JSON.parse(readFileSync(file, 'utf8'));
const byName = new Map(roles.map((role) => [role.roleName, role]));
const twinId = (index: number): string => `cccccccc-0000-0000-0000-${String(index).padStart(12, '0')}`;
/** The same permissions under another id and name, as a role of the customer. */
const twins = roles.map((role, index) => ({
  ...role,
  name: twinId(index),
  id: `${SUB}/providers/Microsoft.Authorization/roleDefinitions/${twinId(index)}`,
  roleName: `Team ${index}`,
  roleType: 'CustomRole',
  assignableScopes: [ROOT],
}));
const twinOf = new Map(roles.map(({ name }, index) => [name, twinId(index)]));

const TYPES = [
  ...new Set(azureTechniques.techniques.flatMap(({ target }) => (target.kind === 'resource' ? target.types : []))),
]
  .filter((type) => type.includes('/') && !type.startsWith('microsoft.authorization/') && type.split('/').length === 2)
  .sort();

const ID = 'microsoft.managedidentity/userassignedidentities';
const resources = [SHOP, BANK].flatMap((group) =>
  TYPES.map((type, index) => ({
    id: `${group}/providers/${type}/r${index}`,
    type,
    name: `r${index}`,
    properties: type === ID ? { principalId: `${group.slice(-4)}-uami` } : {},
    ...(type === ID ? {} : { identity: { type: 'SystemAssigned', principalId: `${group.slice(-4)}-r${index}` } }),
  })),
);

interface Assigned {
  readonly role: string;
  readonly scope: string;
  readonly principalId: string;
  readonly eligible?: boolean;
}

/** Radii in an estate, by principal; `renamed`: custom roles stand for the built-in ones. */
function radii(principals: readonly string[], assigned: readonly Assigned[], renamed: boolean): readonly object[] {
  const records = assigned.map(({ role, scope, principalId }, index) => ({
    id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${index}`,
    scope,
    roleDefinitionId: renamed ? twinOf.get(role) : role,
    principalId,
  }));
  const input = azureInputFromObjects({
    organizations: [{ id: TENANT, displayName: 'x', verifiedDomains: [] }],
    managementGroups: [{ id: ROOT, name: TENANT }],
    subscriptions: [{ subscriptionId: SUB.slice('/subscriptions/'.length), displayName: 's', state: 'Enabled' }],
    resources,
    denyAssignments: [],
    roleDefinitions: [...roles, ...twins],
    roleAssignments: records.filter((_, index) => assigned[index]?.eligible !== true),
    pim: { eligibilities: [] },
    roleEligibilities: records.filter((_, index) => assigned[index]?.eligible === true),
    ...EMPTY_DIRECTORY,
    users: principals.map((id) => ({ id, userPrincipalName: `${id}@example.com`, accountEnabled: true })),
  });
  const model = new AuthorizationModel(new GraphIndex(normalizeAzure(input, { now: NOW })), [azureSemantics]);
  // A custom role can be rewritten, a built-in one cannot: that alone may differ.
  const techniques = azureTechniques.techniques.filter(({ id }) => id !== 'azure-arm-role-def-edit');
  const reach = deriveReach(model, [{ ...azureTechniques, techniques }], { now, access: [azureAccess] });
  const engine = analysisEngine(reach);
  return principals.map((id) => withoutPaths(radiusOf(engine, entraId(TENANT, id), { now, paths: 0 })));
}

function withoutPaths({ reaches, admin, bounds, unbounded }: Radius): object {
  const bare = <T extends { readonly path: unknown }>({ path: _, ...rest }: T): Omit<T, 'path'> => rest;
  return { reaches: reaches.map(bare), admin: admin.map(bare), unbounded: unbounded.map(bare), bounds };
}

const STRONG = [
  'Owner',
  'Contributor',
  'User Access Administrator',
  'Role Based Access Control Administrator',
  'Key Vault Data Access Administrator',
  'Managed Identity Operator',
  'Virtual Machine Contributor',
  'Azure Sphere Owner',
];

describe.skipIf(file === undefined)('built-in roles that are given other names and ids', () => {
  it('let everybody reach the same, each role by itself', () => {
    // All of them take their time; the other test draws from all.
    const some = roles.filter(({ roleName }, index) => index % 8 === 0 || STRONG.includes(roleName));
    const principals = some.map((_, index) => `u${index}`);
    const assigned = some.map(({ name }, index) => ({ role: name, scope: SHOP, principalId: `u${index}` }));
    const [before, after] = [radii(principals, assigned, false), radii(principals, assigned, true)];
    expect(after).toEqual(before);
    const reaching = before.filter((one) => (one as Pick<Radius, 'reaches'>).reaches.length > 0).length;
    expect(reaching).toBeGreaterThan(20);
  });

  it('let everybody reach the same, some together', () => {
    const role = fc.oneof(
      fc.constantFrom(...STRONG.map((name) => byName.get(name)?.name ?? name)),
      fc.constantFrom(...roles.map(({ name }) => name)),
    );
    const one = fc.record({
      role,
      scope: fc.constantFrom('/', ROOT, SUB, SHOP, BANK, ...resources.map(({ id }) => id)),
      principalId: fc.constantFrom('a', 'b', 'c', 'shop-uami', 'bank-r3'),
      eligible: fc.boolean(),
    });
    const names = ['a', 'b', 'c'];
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 6 }), (assigned) => {
        expect(radii(names, assigned, true)).toEqual(radii(names, assigned, false));
      }),
      { numRuns: 8 },
    );
  });
});
