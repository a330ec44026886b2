import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandRun } from '../../run-command.ts';
import { filesOf, gapsOf, jsonOf } from '../bundle-on-disk.ts';
import { ids } from './google-estate.ts';
import { type GoogleScene, openGoogleScene } from './google-scene.ts';

/** What `radius --json` says, as far as these tests read it. */
interface Radius {
  readonly reaches: readonly { readonly id: string; readonly certainty: string }[];
  readonly admin: readonly { readonly scope: string; readonly certainty: string }[];
}

interface Named {
  readonly name: string;
}

let scene: GoogleScene;
let collected: CommandRun;
beforeAll(async () => {
  scene = await openGoogleScene();
  collected = await scene.collect();
});
afterAll(() => scene?.close());

const accountId = (email: string): string => `//iam.googleapis.com/projects/-/serviceAccounts/${email}`;
const SHOP = '//cloudresourcemanager.googleapis.com/projects/3001';

async function radius(key: string): Promise<Radius> {
  const ran = await scene.run(['radius', key, scene.bundle, '--json', '-', '--quiet']);
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  return JSON.parse(ran.stdout) as Radius;
}

const sure = (list: readonly { readonly id: string; readonly certainty: string }[]): readonly string[] =>
  list.filter(({ certainty }) => certainty === 'allow').map(({ id }) => id);

const names = (file: string): readonly string[] => jsonOf<readonly Named[]>(scene.bundle, file).map(({ name }) => name);

describe('a collection of an organization', () => {
  it('ends well, knows every call it makes, and makes none twice', () => {
    expect([collected.code, collected.stderr]).toEqual([0, expect.not.stringMatching(/error|warning/i)]);
    expect(scene.server.calls.filter(({ name }) => name === '').map(({ request }) => request)).toEqual([]);
    const good = scene.server.calls.filter(({ status }) => status === 200).map(({ request }) => request);
    expect(good.filter((request, index) => good.indexOf(request) !== index)).toEqual([]);
  });

  it('writes the tree, every page of it, and asks a project that is being deleted nothing', () => {
    expect(names('projects.json')).toEqual(['projects/3001', 'projects/3002', 'projects/3003', 'projects/3004']);
    expect(names('folders.json')).toEqual(['folders/2001', 'folders/2002']);
    expect(scene.server.calls.filter(({ request }) => /gone-1|projects(?:\/|%2F)3004/.test(request))).toEqual([]);
  });

  it('writes every service account and its keys, roles with permissions, and deny policies with rules', () => {
    const accounts = jsonOf<readonly { readonly email: string }[]>(scene.bundle, 'service-accounts.json');
    expect(accounts.length).toBe(235);
    expect(new Set(accounts.map(({ email }) => email)).size).toBe(235);
    const keys = names('service-account-keys.json').map((name) => name.split('/').at(-1));
    expect([...keys].sort()).toEqual([ids.ciKey, ids.internKey, ids.tempKey].sort());
    const roles = jsonOf<readonly { readonly includedPermissions: readonly string[] }[]>(scene.bundle, 'roles.json');
    expect(roles.map(({ includedPermissions }) => includedPermissions.length > 0)).toEqual(Array(8).fill(true));
    // Of the organization and a project, one that was deleted among them.
    expect(
      names('roles.json')
        .filter((name) => !name.startsWith('roles/'))
        .sort(),
    ).toEqual(['organizations/1001/roles/auditor', 'projects/shop-1/roles/gone', 'projects/shop-1/roles/reader']);
    const deny = jsonOf<readonly { readonly rules: readonly unknown[] }[]>(scene.bundle, 'deny-policies.json');
    expect(deny.map(({ rules }) => rules.length)).toEqual([1]);
    expect(scene.server.calls.some(({ request }) => request.includes('%252F'))).toBe(false);
  });

  it('writes pools of workloads and of the workforce with their providers, and what services tell of use', async () => {
    const { pools, providers } = jsonOf<Readonly<Record<string, readonly Named[]>>>(
      scene.bundle,
      'workload-identity-pools.json',
    );
    expect(pools?.map(({ name }) => name.split('/').slice(-2).join('/')).sort()).toEqual([
      'workforcePools/staff',
      'workloadIdentityPools/old-ci',
      'workloadIdentityPools/old-ci-deleted',
    ]);
    expect(providers?.map(({ name }) => name.split('/').at(-1)).sort()).toEqual(['github', 'okta']);
    expect(names('insights.json').map((name) => name.split('/').at(-1))).toEqual(['i1', 'i2']);
    const series = jsonOf<readonly { readonly metric: { readonly labels: object } }[]>(
      scene.bundle,
      'auth-counters.json',
    );
    expect(series.map(({ metric }) => metric.labels)).toEqual([{ key_id: ids.internKey }]);
    const ran = await scene.run(['unused', scene.bundle, '--json', '-', '--quiet', '--top', '500']);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    const { identities } = JSON.parse(ran.stdout) as {
      readonly identities: readonly { readonly name: string; readonly lastUsed?: string }[];
    };
    const used = identities.filter(({ lastUsed }) => lastUsed !== undefined);
    expect(Object.fromEntries(used.map(({ name, lastUsed }) => [name, lastUsed?.slice(0, 10)]))).toEqual({
      [ids.ci]: '2026-05-30',
      [ids.deployer]: expect.any(String),
      [ids.intern]: '2026-05-31',
      [ids.temp]: '2026-01-15',
    });
  });

  it('reads boundaries and their bindings by the client of Google', () => {
    const pab = jsonOf<Readonly<Record<string, readonly { readonly policy?: string; readonly details?: unknown }[]>>>(
      scene.bundle,
      'pab.json',
    );
    expect(pab['principalAccessBoundaryPolicies']?.[0]?.details).toEqual({
      enforcementVersion: '3',
      rules: [
        {
          description: 'everything',
          effect: 'ALLOW',
          resources: ['//cloudresourcemanager.googleapis.com/organizations/1001'],
        },
      ],
    });
    expect(pab['policyBindings']?.map(({ policy }) => policy)).toEqual([
      'organizations/1001/locations/global/principalAccessBoundaryPolicies/all',
    ]);
  });

  it('reads groups in groups once, and tells of one that nobody may read', () => {
    const groups = jsonOf<Readonly<Record<string, readonly unknown[]>>>(scene.bundle, 'groups.json');
    expect(Object.keys(groups)).toEqual(['group:everyone@example.com', 'group:inner@example.com']);
    expect(groups['group:inner@example.com']).toEqual([
      { member: 'group:everyone@example.com', roles: ['MEMBER'] },
      { member: `serviceAccount:${ids.ci}`, roles: ['MEMBER'] },
    ]);
    const told = gapsOf(scene.bundle).filter(({ what }) => what.includes('secret@example.com'));
    expect(told.map(({ fix }) => fix)).toEqual([expect.stringContaining('Groups Reader')]);
  });

  it('tells which services are switched off, and which types the inventory lacks', () => {
    expect(jsonOf(scene.bundle, 'disabled-services.json')).toEqual([
      { project: 'empty-1', service: 'apikeys.googleapis.com' },
      { project: 'empty-1', service: 'monitoring.googleapis.com' },
    ]);
    // Off in the one project: the list of the others is whole.
    expect(names('api-keys.json')).toEqual(['projects/3001/locations/global/keys/web']);
    const types = gapsOf(scene.bundle).flatMap(({ what }) => /^resources of type (.+)$/.exec(what)?.[1] ?? []);
    expect(types.sort()).toEqual([
      'config.googleapis.com/Deployment',
      'k8s.io/ServiceAccount',
      'tpu.googleapis.com/Node',
    ]);
    const lines = filesOf(scene.bundle)['assets.ndjson'] ?? '';
    expect(lines).toContain('run.googleapis.com/Service');
    expect(lines).toContain('"DB_PASSWORD"');
  });

  it('finds that the CI key falls the shop, by the deployer and the service', async () => {
    const { reaches, admin } = await radius(ids.ciKey);
    expect(sure(reaches)).toEqual(expect.arrayContaining([accountId(ids.deployer), accountId(ids.runner)]));
    expect(admin.filter(({ certainty }) => certainty === 'allow').map(({ scope }) => scope)).toContain(SHOP);
  });

  it('does not find what a deny policy, an expired condition or a disabled pool keeps back', async () => {
    for (const key of [ids.internKey, ids.tempKey]) {
      const { reaches, admin } = await radius(key);
      expect(sure(reaches).filter((id) => id === accountId(ids.deployer) || id === accountId(ids.runner))).toEqual([]);
      expect(admin.filter(({ certainty }) => certainty === 'allow')).toEqual([]);
    }
    const ran = await scene.run([
      'who-can',
      'iam.serviceAccounts.getAccessToken',
      accountId(ids.deployer),
      scene.bundle,
      '--json',
      '-',
    ]);
    const { principals } = JSON.parse(ran.stdout) as {
      readonly principals: readonly { readonly id: string; readonly certainty: string }[];
    };
    const found = sure(principals);
    expect(found).toContain(accountId(ids.ci));
    expect(found.filter((id) => id.includes('old-ci') || id.includes(ids.intern))).toEqual([]);
  });

  it('is analysed as a whole', async () => {
    const ran = await scene.run(['analyze', scene.bundle, '--json', '-', '--quiet']);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    const { subjects } = JSON.parse(ran.stdout) as { readonly subjects: readonly unknown[] };
    expect(subjects.length).toBeGreaterThan(0);
  });

  it('lets no secret out', () => {
    expect(scene.secrets.size).toBeGreaterThan(4);
    expect(scene.leaks()).toEqual([]);
  });
});
