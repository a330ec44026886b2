import { afterEach, describe, expect, it } from 'vitest';
import { filesOf, gapsOf, jsonOf } from '../bundle-on-disk.ts';
import { ids } from './azure-estate.ts';
import { type AzureScene, openAzureScene } from './azure-scene.ts';
import type { AzureFault } from './azure-server.ts';

let scene: AzureScene;

afterEach(async () => {
  expect(scene.leaks()).toEqual([]);
  await scene.close();
});

async function collected(...faults: AzureFault[]): Promise<number | null> {
  scene = await openAzureScene({ faults });
  return (await scene.collect()).code;
}

describe('a collection that is disturbed', () => {
  it.each<[string, AzureFault, string, string]>([
    [
      'one subscription',
      { name: 'roleAssignments', scope: ids.lab, effect: { kind: 'denied' } },
      `/subscriptions/${ids.lab}`,
      'Microsoft.Authorization/roleAssignments/read',
    ],
    [
      'deny assignments',
      { name: 'denyAssignments', effect: { kind: 'denied' } },
      `/subscriptions/${ids.shop}`,
      'Microsoft.Authorization/denyAssignments/read',
    ],
    [
      'reports',
      { name: 'reports/appCredentialSignInActivities', effect: { kind: 'denied' } },
      'azure',
      'AuditLog.Read.All',
    ],
    ['members of groups', { name: 'groups/members', effect: { kind: 'denied' } }, 'azure', 'GroupMember.Read.All'],
    ['the directory', { name: 'servicePrincipals', effect: { kind: 'denied' } }, 'azure', 'Application.Read.All'],
  ])('names the permission it lacks where %s may not be read', async (_, fault, scope, permission) => {
    expect(await collected(fault)).toBe(0);
    const fixes = gapsOf(scene.bundle).filter((one) => one.scope === scope);
    expect(fixes.map(({ fix }) => fix)).toContainEqual(expect.stringContaining(permission));
    expect((await scene.run(['analyze', scene.bundle, '--json', '-'])).code).toBe(0);
  });

  it('does not take a list of which a scope is missing for all there is', async () => {
    await collected({ name: 'roleAssignments', scope: ids.lab, effect: { kind: 'denied' } });
    expect(jsonOf(scene.bundle, 'role-assignments.json')).toMatchObject({ nextLink: 'not-read' });
  });

  it('leaves members out where they were refused, and does not say there are none', async () => {
    await collected({ name: 'groups/members', effect: { kind: 'denied' } });
    const groups = jsonOf<{ readonly value: readonly object[] }>(scene.bundle, 'graph/groups.json');
    expect(groups.value.map((group) => ['members' in group, 'owners' in group])).toEqual([
      [false, true],
      [false, true],
    ]);
  });

  it('says that the tenant has no licence', async () => {
    await collected({ name: 'roleEligibilityScheduleInstances', effect: { kind: 'unlicensed' } });
    expect(gapsOf(scene.bundle).map(({ why }) => why)).toContainEqual(expect.stringMatching(/no licence/));
  });

  it.each<[string, AzureFault]>([
    ['repeats', { name: 'users', effect: { kind: 'repeats' } }],
    ['repeats', { name: 'roleAssignments', effect: { kind: 'repeats' } }],
    ['leads to another host', { name: 'users', effect: { kind: 'leads-away' } }],
    ['leads to another host', { name: 'roleAssignments', effect: { kind: 'leads-away' } }],
  ])('gives up a list whose next page %s', async (_, fault) => {
    expect(await collected(fault)).toBe(0);
    expect(gapsOf(scene.bundle).map(({ why }) => why)).toContainEqual(expect.stringMatching(/next page/));
  });

  it('takes the groups around subscriptions from Resource Graph where management groups may not be read', async () => {
    await collected({ name: 'managementGroups', effect: { kind: 'denied' } });
    expect(Object.keys(filesOf(scene.bundle))).not.toContain('management-groups.json');
    const told = jsonOf<readonly { readonly managementGroupAncestorsChain?: readonly { readonly name: string }[] }[]>(
      scene.bundle,
      'subscriptions.json',
    );
    expect(told.map((one) => one.managementGroupAncestorsChain?.map(({ name }) => name))).toContainEqual([
      'production',
      ids.tenant,
    ]);
  });
});
