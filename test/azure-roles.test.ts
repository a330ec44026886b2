import { readFileSync } from 'node:fs';
import {
  azureInputFromObjects,
  azureSemantics,
  azureTechniques,
  entraId,
  normalizeAzure,
  roleStatements,
} from '@keyreach/azure/offline';
import { analysisEngine, radiusOf } from '@keyreach/core/analysis';
import { ActionCatalogue, AuthorizationModel, FALSE, hasAction, UNKNOWN } from '@keyreach/core/authz';
import { GraphIndex, type IdentityNode, type Statement } from '@keyreach/core/graph';
import { deriveReach } from '@keyreach/core/reach';
import { describe, expect, it } from 'vitest';
import { EMPTY_DIRECTORY } from './empty-directory.ts';
import { sharedData } from './shared-data.ts';

interface BuiltInRole {
  readonly name: string;
  readonly roleName: string;
  readonly permissions: readonly {
    readonly actions: readonly string[];
    readonly notActions: readonly string[];
    readonly dataActions: readonly string[];
    readonly notDataActions: readonly string[];
    readonly condition: string | null;
    readonly conditionVersion: string | null;
  }[];
}

const file = sharedData('azure/built-in-roles.json');
const roles: readonly BuiltInRole[] = file === undefined ? [] : JSON.parse(readFileSync(file, 'utf8'));
const texts: ReadonlyMap<string, readonly Statement[]> = new Map(
  roles.map(({ roleName, permissions }) => [
    roleName,
    roleStatements({
      items: permissions.map(({ condition, conditionVersion, ...rest }) => ({
        ...rest,
        ...(condition === null ? {} : { condition }),
        ...(conditionVersion === null ? {} : { conditionVersion }),
      })),
      complete: true,
    }),
  ]),
);
const catalogue = new ActionCatalogue(azureSemantics.actions);
const principal: IdentityNode = { kind: 'identity', id: 'entra:t/u', provider: 'azure', type: 'user', name: 'u' };

/** Statements of a role that let its holder use an action on a subscription, whatever else the request carries. */
function allowing(statements: readonly Statement[], action: string): readonly Statement[] {
  return statements.filter(({ actions, condition, undecidable }) => {
    if (!hasAction(catalogue.select(actions), catalogue.ref(action))) return false;
    expect(undecidable).toBeUndefined();
    if (condition === undefined) return true;
    const truth = azureSemantics.conditions.compile(condition.body).evaluate({
      principal: { node: principal, scopes: [] },
      action,
      resource: { id: '/subscriptions/s', scopes: [] },
      context: new Map(),
      now: 0,
    });
    expect(truth).not.toBe(UNKNOWN);
    return truth !== FALSE;
  });
}

/** Roles by name with how many roles each lets its holder assign; `any` where nothing limits that. */
function givers(action: string): readonly string[] {
  const found: string[] = [];
  for (const [name, statements] of texts) {
    const given = allowing(statements, action).map(({ condition }) =>
      condition === undefined ? undefined : azureSemantics.conditions.handsOut?.([condition.body]),
    );
    if (given.length === 0) continue;
    const isFree = given.some((limit) => limit?.holdsFor(action) !== true);
    const count = new Set(given.flatMap((limit) => limit?.gives.flatMap(({ policies }) => policies ?? []) ?? [])).size;
    found.push(`${name}: ${isFree ? 'any' : count}`);
  }
  return found.sort();
}

describe.skipIf(file === undefined)('the built-in roles of Azure', () => {
  it('all load, and all their conditions are understood', () => {
    expect(roles).toHaveLength(928);
    let conditions = 0;
    for (const { permissions } of roles) conditions += permissions.filter(({ condition }) => condition !== null).length;
    expect(conditions).toBe(31);
    expect(texts.size).toBe(928);
    for (const { roleName, permissions } of roles) {
      const statements = texts.get(roleName) ?? [];
      const grants = permissions.some(({ actions, dataActions }) => actions.length + dataActions.length > 0);
      expect(statements.length > 0).toBe(grants);
      for (const { condition, undecidable } of statements) {
        expect(undecidable).toBeUndefined();
        if (condition !== undefined)
          expect(azureSemantics.conditions.compile(condition.body).undecidable).toBeUndefined();
      }
    }
  });

  it('let these assign roles, from permissions and conditions alone', () => {
    expect(givers('Microsoft.Authorization/roleAssignments/write')).toMatchInlineSnapshot(`
      [
        "Azure Container Storage Contributor: 1",
        "Azure Container Storage Owner: 1",
        "Azure File Sync Administrator: 3",
        "Azure IoT Operations Onboarding: 2",
        "Azure Local Migrate Execute Expert: 2",
        "Azure Local Migrate Owner: 5",
        "Azure Migrate Execute Expert: 2",
        "Azure Migrate Owner: 5",
        "Azure Resilience Management Drills Administrator: 23",
        "Azure Resilience Management Drills Assets Administrator: 23",
        "Azure Resilience Management Drills Target Resource Administrator: 23",
        "Azure Resilience Management Goals Administrator: 5",
        "Azure Resilience Management Recovery Administrator: 9",
        "Azure Sphere Owner: 6",
        "Azure Stack HCI Administrator: 12",
        "Defender CSPM Storage Scanner Operator: 3",
        "Defender for Storage Scanner Operator: 4",
        "DevCenter Owner: 2",
        "Foundry Account Owner: 5",
        "Foundry Owner: 5",
        "Foundry Project Manager: 2",
        "Key Vault Data Access Administrator: 8",
        "Microsoft Discovery Platform Administrator (Preview): 4",
        "Owner: any",
        "Role Based Access Control Administrator: any",
        "Storage Actions Task Assignment Contributor: 1",
        "User Access Administrator: any",
        "Virtual Machine Data Access Administrator (preview): 2",
      ]
    `);
  });

  it('let these assign roles by other ways, which no condition limits', () => {
    expect(givers('Microsoft.Authorization/roleAssignmentScheduleRequests/write')).toMatchInlineSnapshot(`
      [
        "Owner: any",
        "User Access Administrator: any",
      ]
    `);
    expect(givers('Microsoft.Authorization/roleDefinitions/write')).toMatchInlineSnapshot(`
      [
        "Owner: any",
        "User Access Administrator: any",
      ]
    `);
  });

  it('keep the planes apart', () => {
    const read = 'data:Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read';
    const names = [...texts].filter(([, statements]) => allowing(statements, read).length > 0).map(([name]) => name);
    expect(names).toContain('Storage Blob Data Reader');
    expect(names).not.toContain('Owner');
    expect(names).not.toContain('Contributor');
  });

  it('make these full administrators of where they are assigned, and no others', () => {
    const scope = '/subscriptions/99999999-0000-0000-0000-000000000001';
    const input = azureInputFromObjects({
      ...EMPTY_DIRECTORY,
      denyAssignments: [],
      resources: [],
      organizations: [{ id: 't', displayName: 'x', verifiedDomains: [] }],
      managementGroups: [{ id: '/providers/Microsoft.Management/managementGroups/t', name: 't' }],
      subscriptions: [{ subscriptionId: scope.slice('/subscriptions/'.length), displayName: 's', state: 'Enabled' }],
      roleDefinitions: roles,
      roleAssignments: roles.map(({ name }) => ({
        id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
        scope,
        roleDefinitionId: name,
        principalId: `holder-${name}`,
      })),
      pim: { eligibilities: [] },
      users: roles.map(({ name }) => ({ id: `holder-${name}`, userPrincipalName: name, accountEnabled: true })),
    });
    const now = '2026-01-01T00:00:00.000Z';
    const model = new AuthorizationModel(new GraphIndex(normalizeAzure(input, { now })), [azureSemantics]);
    const reach = deriveReach(model, [azureTechniques], { now: Date.parse(now) });
    const engine = analysisEngine(reach);
    const found = roles.flatMap(({ name, roleName }) =>
      radiusOf(engine, entraId('t', `holder-${name}`), { now: Date.parse(now), paths: 0 }).admin.map(
        ({ scope: of, certainty }) => `${roleName}: ${of === scope ? '' : of}${certainty}`,
      ),
    );
    // Roles whose conditions let them give some roles give none of these, whatever the roles that they give let give in turn.
    expect(found.sort()).toEqual([
      'Blueprint Operator: unknown',
      'Owner: allow',
      'Role Based Access Control Administrator: allow',
      'User Access Administrator: allow',
    ]);
  });
});
