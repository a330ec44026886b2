import { afterEach, describe, expect, it } from 'vitest';
import { filesOf, gapsOf, jsonOf } from '../bundle-on-disk.ts';
import { id, ids } from './azure-estate.ts';
import { type AzureScene, openAzureScene } from './azure-scene.ts';
import type { AzureFault } from './azure-server.ts';

/** What `unused --actions --json` says of an identity, as far as these tests read it. */
interface Used {
  readonly actions: { readonly list: readonly { readonly permission: string; readonly state: string }[] };
}

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

describe('logs of a workspace', () => {
  const workspace = id('workspace');
  const usage = `log-analytics,workspace=${workspace},days=90,covers=/`;

  it('are added up there, and tell what is used and what is not', async () => {
    scene = await openAzureScene();
    expect((await scene.collect(['--usage', usage])).code).toBe(0);
    const { coverage, rows } = jsonOf<{ readonly coverage: readonly object[]; readonly rows: readonly object[] }>(
      scene.bundle,
      'usage/log-analytics.json',
    );
    expect([coverage, rows.length]).toEqual([
      ['arm', 'graph', 'sign-in'].map((kind) => ({
        kind,
        scope: '/',
        from: '2026-03-04T00:00:00Z',
        to: '2026-06-02T00:00:00Z',
      })),
      3,
    ]);
    const { stdout } = await scene.run(['unused', 'deployer', scene.bundle, '--actions', '--json', '-']);
    const [deployer] = (JSON.parse(stdout) as { readonly identities: readonly Used[] }).identities;
    const states = new Map(deployer?.actions.list.map(({ permission, state }) => [permission, state]));
    expect(
      ['Microsoft.Web/sites/write', 'Microsoft.AAD/domainServices/write', 'Microsoft.Compute/virtualMachines/read'].map(
        (action) => states.get(action),
      ),
    ).toEqual(['used', 'unused', 'unknown']);
  });

  it('that may not be queried are a gap', async () => {
    scene = await openAzureScene({ faults: [{ name: 'logAnalytics', effect: { kind: 'denied' } }] });
    expect((await scene.collect(['--usage', usage])).code).toBe(0);
    expect(gapsOf(scene.bundle).map(({ fix }) => fix)).toContainEqual(expect.stringContaining('workspaces/query/read'));
    expect(Object.keys(filesOf(scene.bundle))).not.toContain('usage/log-analytics.json');
  });

  it('in other words are refused', async () => {
    scene = await openAzureScene();
    for (const wrong of ['log-analytics', 'log-analytics,workspace=x', `${usage},more=1`, 'bigquery,dataset=x']) {
      expect((await scene.collect(['--usage', wrong])).code).toBe(2);
    }
  });
});
