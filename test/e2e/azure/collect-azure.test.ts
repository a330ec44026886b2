import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandRun } from '../../run-command.ts';
import { filesOf, gapsOf, jsonOf } from '../bundle-on-disk.ts';
import { id, ids, type Raw } from './azure-estate.ts';
import { type AzureScene, openAzureScene } from './azure-scene.ts';

/** What `radius --json` says, as far as these tests read it. */
interface Radius {
  readonly reaches: readonly {
    readonly id: string;
    readonly certainty: string;
    readonly access?: readonly { readonly class: string; readonly certainty: string }[];
  }[];
  readonly admin: readonly { readonly scope: string; readonly certainty: string }[];
}

/** What `unused --json` says, as far as these tests read it. */
interface Unused {
  readonly identities: readonly {
    readonly id: string;
    readonly state: string;
    readonly lastUsed?: string;
    readonly credentials: readonly {
      readonly id: string;
      readonly state: string;
      readonly lastUsed: { readonly at?: string };
    }[];
  }[];
}

let scene: AzureScene;
let ran: CommandRun;

beforeAll(async () => {
  scene = await openAzureScene();
  ran = await scene.collect();
});

afterAll(async () => {
  await scene.close();
});

const list = (file: string): readonly Raw[] => jsonOf(scene.bundle, file);

const idsOf = (file: string): readonly unknown[] => list(file).map((one) => one['id']);

async function radius(subject: string): Promise<Radius> {
  const { stdout } = await scene.run(['radius', subject, scene.bundle, '--json', '-']);
  return JSON.parse(stdout) as Radius;
}

const object = (word: string): string => `entra:${ids.tenant}/${id(word)}`;

describe('keyreach collect azure', () => {
  it('reads everything, and says so', () => {
    expect([ran.code, ran.stderr]).toEqual([0, expect.any(String)]);
    expect(gapsOf(scene.bundle)).toEqual([]);
    expect(scene.server.calls.filter(({ status }) => status !== 200).map(({ request }) => request)).toEqual([]);
    expect(scene.leaks()).toEqual([]);
    expect(Object.keys(filesOf(scene.bundle)).filter((path) => !path.startsWith('.'))).toEqual([
      'deny-assignments.json',
      'graph/administrativeUnits.json',
      'graph/appRoleAssignments.json',
      'graph/applications.json',
      'graph/federatedIdentityCredentials.json',
      'graph/groupEligibilityScheduleInstances.json',
      'graph/groups.json',
      'graph/oauth2PermissionGrants.json',
      'graph/organization.json',
      'graph/reports/appCredentialSignInActivities.json',
      'graph/reports/servicePrincipalSignInActivities.json',
      'graph/roleAssignmentScheduleInstances.json',
      'graph/roleAssignments.json',
      'graph/roleDefinitions.json',
      'graph/roleEligibilityScheduleInstances.json',
      'graph/roleManagementPolicyAssignments.json',
      'graph/servicePrincipals.json',
      'graph/users.json',
      'keyreach-bundle.json',
      'management-groups.json',
      'pim.json',
      'resources.json',
      'role-assignments.json',
      'role-definitions.json',
      'subscriptions.json',
    ]);
  });

  it('follows every page, and has what several scopes tell once', () => {
    expect(idsOf('role-assignments.json').map((one) => String(one).split('/').at(-1))).toEqual(
      expect.arrayContaining(['audit', 'deploy', 'run', 'read', 'vendor', 'gone'].map(id)),
    );
    expect(list('role-assignments.json')).toHaveLength(8);
    expect(list('role-definitions.json')).toHaveLength(6);
    expect(list('resources.json')).toHaveLength(9);
    expect(list('graph/servicePrincipals.json')).toHaveLength(8);
    expect(scene.server.calls.filter(({ name }) => name === 'resourceGraph').length).toBeGreaterThan(4);
  });

  it('adds owners and members, empty where there are none', () => {
    const [ci, manager] = list('graph/applications.json');
    expect([ci?.['owners'], manager?.['owners']]).toEqual([
      [{ id: id('ann'), '@odata.type': '#microsoft.graph.user' }],
      [],
    ]);
    const leads = list('graph/groups.json').find((one) => one['id'] === id('leads'));
    expect([leads?.['members'], leads?.['owners']]).toEqual([
      [
        { id: id('ann'), '@odata.type': '#microsoft.graph.user' },
        { id: id('runner-sp'), '@odata.type': '#microsoft.graph.servicePrincipal' },
      ],
      [{ id: id('bob'), '@odata.type': '#microsoft.graph.user' }],
    ]);
  });

  it('asks for batches of twenty, and for application permissions by their API', () => {
    expect(scene.server.calls.some(({ name }) => name === '$batch')).toBe(true);
    expect(scene.server.calls.filter(({ name }) => name === 'servicePrincipals/appRoleAssignedTo')).toHaveLength(1);
    expect(list('graph/appRoleAssignments.json').map((one) => one['principalId'])).toEqual([id('manager')]);
  });

  it('has federated credentials of applications and identities', () => {
    expect(list('graph/federatedIdentityCredentials.json').map(({ parent }) => parent)).toEqual([
      `applications/${id('managerobj')}`,
      expect.stringMatching(/userAssignedIdentities\/deployer$/),
    ]);
  });
});

describe('what is collected, analysed', () => {
  it('leads from the secret of the pipeline to the whole tenant', async () => {
    const { reaches, admin } = await radius(id('ci-secret'));
    expect(reaches.find((one) => one.id === object('manager'))?.certainty).toBe('allow');
    expect(admin.map(({ scope, certainty }) => [scope, certainty])).toContainEqual([`entra:${ids.tenant}`, 'allow']);
  });

  it('leads from a custom role that runs commands to the identity of the machines, and no further', async () => {
    const { reaches, admin } = await radius('runner-sp');
    expect(reaches.find((one) => one.id === object('deployer'))?.certainty).toBe('allow');
    expect(reaches.map((one) => one.id)).not.toContain(object('manager'));
    expect(admin.filter(({ certainty }) => certainty === 'allow')).toEqual([]);
  });

  it('gives the foreign application what its tenant was given, and nothing by it', async () => {
    const { reaches, admin } = await radius('vendor');
    expect(reaches.filter(({ certainty }) => certainty === 'allow')).toEqual([]);
    expect(admin.filter(({ certainty }) => certainty === 'allow')).toEqual([]);
  });

  it('does not take an eligible owner for a standing one', async () => {
    const { admin } = await radius('bob@shop.example');
    const shop = admin.filter(({ scope }) => scope.toLowerCase().includes(ids.shop));
    expect(shop.map(({ certainty }) => certainty)).not.toContain('allow');
    expect(shop.map(({ certainty }) => certainty)).toContain('conditional');
  });

  it('tells to whom a condition lets roles be given', async () => {
    const certaintyOf = async (subject: string): Promise<readonly string[]> => {
      const { admin } = await radius(subject);
      return admin.filter(({ scope }) => scope.includes(ids.lab)).map(({ certainty }) => certainty);
    };
    expect(await certaintyOf('keeper')).toEqual(['allow']);
    // Whether he can have an application of his own nobody tells.
    expect(await certaintyOf('dan@shop.example')).toEqual(['unknown']);
  });

  it('takes a role of the directory that somebody may activate for conditional', async () => {
    const { reaches, admin } = await radius('cat@shop.example');
    expect(reaches.find((one) => one.id === object('manager'))?.certainty).toBe('conditional');
    expect(admin.map(({ scope, certainty }) => [scope, certainty])).toEqual([[`entra:${ids.tenant}`, 'conditional']]);
  });

  it('tells vaults of the two modes apart, and finds the keys of a storage account', async () => {
    const classesOf = async (subject: string, name: string): Promise<readonly string[]> => {
      const { reaches } = await radius(subject);
      const found = reaches.find((one) => one.id.toLowerCase().endsWith(`/${name}`));
      return found?.access?.map((one) => `${one.class} ${one.certainty}`) ?? [];
    };
    expect(await classesOf('runner-sp', 'vaults/policies')).toContain('secret-read allow');
    expect(await classesOf('vendor', 'vaults/policies')).toEqual([]);
    const deployer = await radius('deployer');
    const keys = deployer.reaches.filter((one) => one.id.endsWith('/storageaccounts/shopdata#sharedkey'));
    expect(keys.map(({ certainty }) => certainty)).toEqual(['allow']);
    expect(await classesOf('deployer', 'storageaccounts/shopdata')).toContain('data-read allow');
  });

  it('dates a credential by its last sign-in, and does not say of one without a record that nobody used it', async () => {
    const { stdout } = await scene.run(['unused', 'ci', scene.bundle, '--json', '-']);
    const { identities } = JSON.parse(stdout) as Unused;
    expect(identities.map(({ id: one, state, lastUsed }) => [one, state, lastUsed])).toEqual([
      [object('ci'), 'used', '2026-05-30T00:00:00.000Z'],
    ]);
    const states = identities[0]?.credentials.map((one) => [one.id.split(':').at(-1), one.state, one.lastUsed.at]);
    expect(new Map(states?.map(([key, ...rest]) => [key, rest]))).toEqual(
      new Map([
        [id('ci-secret'), ['used', '2026-05-30T00:00:00.000Z']],
        [id('ci-own-secret'), ['unknown', undefined]],
      ]),
    );
  });

  it('lets no secret out', () => {
    expect(scene.secrets.size).toBeGreaterThan(5);
    expect(scene.leaks()).toEqual([]);
  });
});
