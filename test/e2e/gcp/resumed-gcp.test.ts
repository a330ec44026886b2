import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { contentOf, filesOf, gapsOf, jsonOf } from '../bundle-on-disk.ts';
import { type GoogleEstate, ids, type Raw } from './google-estate.ts';
import { type GoogleScene, openGoogleScene } from './google-scene.ts';
import type { GoogleFault } from './google-server.ts';

let plain: Readonly<Record<string, string>>;
let scene: GoogleScene;

beforeAll(async () => {
  scene = await openGoogleScene();
  expect((await scene.collect()).code).toBe(0);
  plain = contentOf(scene.bundle);
  await scene.close();
});
afterEach(async () => {
  expect(scene.leaks()).toEqual([]);
  await scene.close();
});

/** A scene whose estate changes between collections. */
async function openChanging(): Promise<(change: (estate: GoogleEstate) => Partial<GoogleEstate>) => void> {
  let estate: GoogleEstate | undefined;
  scene = await openGoogleScene({
    change: (given) => {
      estate = { ...given };
      return estate;
    },
  });
  return (change) => {
    if (estate !== undefined) Object.assign(estate, change(estate));
  };
}

const callsSince = (before: number, name: string): number =>
  scene.server.calls.slice(before).filter((call) => call.name === name).length;

describe('a collection that goes on', () => {
  it('with fresh credentials after the others have ended, and asks nothing twice', async () => {
    scene = await openGoogleScene({ faults: [{ from: 90, to: 90, effect: { kind: 'tokens-end', forGood: true } }] });
    const stopped = await scene.collect();
    expect([stopped.code, stopped.stderr]).toEqual([3, expect.stringContaining('sign in again')]);
    const good = new Set(scene.server.calls.filter(({ status }) => status === 200).map(({ request }) => request));
    expect((await scene.collect()).code).toBe(3);
    scene.server.signIn();
    const before = scene.server.calls.length;
    expect((await scene.collect()).code).toBe(0);
    expect(contentOf(scene.bundle)).toEqual(plain);
    const twice = scene.server.calls.slice(before).filter(({ request }) => good.has(request));
    // Parts that were under way, and the look at who is asking.
    expect(twice.length).toBeLessThan(good.size / 2);
  });

  it('reads the groups that policies name which were refused before', async () => {
    const denied: GoogleFault[] = ['assets.list', 'searchAllIamPolicies', 'getIamPolicy'].map((name) => ({
      name,
      to: name === 'assets.list' ? 3 : name === 'getIamPolicy' ? 6 : 1,
      effect: { kind: 'denied' },
    }));
    scene = await openGoogleScene({ faults: denied });
    expect((await scene.collect()).code).toBe(0);
    expect(Object.keys(jsonOf<object>(scene.bundle, 'groups.json'))).toEqual([]);
    expect((await scene.collect()).code).toBe(0);
    expect(contentOf(scene.bundle)).toEqual(plain);
  });

  it('begins anew where its notes are damaged', async () => {
    for (const [name, damage] of [
      ['collection.json', '{"format":"keyreach-gcp-coll'],
      ['hierarchy.json', '[]'],
      ['projects=3001/service-accounts.json', '\u0000'],
      ['all/groups.json', '{"format":"keyreach-gcp-part/1","gaps":7}'],
    ] as const) {
      scene = await openGoogleScene();
      expect((await scene.collect()).code).toBe(0);
      writeFileSync(join(scene.bundle, '.keyreach-parts', name), damage);
      const before = scene.server.calls.length;
      const ran = await scene.collect();
      expect([name, ran.code, scene.server.calls.length > before]).toEqual([name, 0, true]);
      expect(contentOf(scene.bundle)).toEqual(plain);
      if (name !== 'all/groups.json') await scene.close();
    }
  });

  it('reads an inventory again of which a page is gone', async () => {
    scene = await openGoogleScene();
    expect((await scene.collect()).code).toBe(0);
    const pages = join(scene.bundle, '.keyreach-parts/organizations=1001/assets-resource');
    rmSync(join(pages, readdirSync(pages)[0] ?? ''));
    expect((await scene.collect()).code).toBe(0);
    expect(contentOf(scene.bundle)).toEqual(plain);
  });
});

describe('a collection that is begun anew', () => {
  it('asks everything again with --refresh, and without it what it has stays', async () => {
    const change = await openChanging();
    expect((await scene.collect()).code).toBe(0);
    change(({ keys }) => ({ keys: { ...keys, [ids.temp]: [] } }));
    const keyNames = () => jsonOf<readonly Raw[]>(scene.bundle, 'service-account-keys.json').length;
    expect([(await scene.collect()).code, keyNames()]).toEqual([0, 3]);
    const before = scene.server.calls.length;
    expect([(await scene.collect(['--refresh'])).code, keyNames()]).toEqual([0, 2]);
    expect(callsSince(before, 'serviceAccounts.list')).toBeGreaterThan(2);
  });

  it('leaves the old bundle where it is refused at the door', async () => {
    scene = await openGoogleScene({ faults: [] });
    expect((await scene.collect()).code).toBe(0);
    scene.server.signOut();
    expect((await scene.collect(['--refresh'])).code).toBe(3);
    expect(contentOf(scene.bundle)).toEqual(plain);
  });

  it('refuses other scopes and another organization, and takes them with --refresh, without anything of the first', async () => {
    const change = await openChanging();
    expect((await scene.collect()).code).toBe(0);
    const other = await scene.collect(['--project', 'shop-1']);
    expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(/everything the caller saw.*--refresh/)]);

    change(({ organization, projects }) => ({
      organization: { ...organization, name: 'organizations/1002' },
      folders: [],
      projects: projects.slice(0, 1).map((project) => ({ ...project, parent: 'organizations/1002' })),
    }));
    const refused = await scene.collect();
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('the caller sees `organizations/1002`'),
    ]);
    expect(contentOf(scene.bundle)).toEqual(plain);

    expect((await scene.collect(['--refresh', '--project', 'shop-1'])).code).toBe(0);
    const files = filesOf(scene.bundle);
    expect(jsonOf<readonly Raw[]>(scene.bundle, 'projects.json').length).toBe(1);
    // Of an organization only.
    expect(Object.keys(files)).not.toContain('pab.json');
    expect(
      Object.entries(files)
        .filter(([, text]) => text.includes('organizations/1001/'))
        .map(([path]) => path),
    ).toEqual([]);
    expect(Object.keys(files).filter((path) => path.includes('lab-1') || path.includes('3002'))).toEqual([]);
  });

  it('does not touch a bundle of another provider', async () => {
    scene = await openGoogleScene();
    expect((await scene.collect()).code).toBe(0);
    const manifest = join(scene.bundle, 'keyreach-bundle.json');
    writeFileSync(manifest, JSON.stringify({ format: 'keyreach-bundle/1', provider: 'aws', gaps: [] }));
    const before = filesOf(scene.bundle);
    const ran = await scene.collect(['--refresh']);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('another provider')]);
    expect(filesOf(scene.bundle)).toEqual(before);
  });
});

describe('where the usual call is refused', () => {
  it('asks each node for its allow policy, and says that those of resources are missing', async () => {
    const faults: GoogleFault[] = ['assets.list', 'searchAllIamPolicies'].map((name) => ({
      name,
      effect: { kind: 'denied' },
    }));
    scene = await openGoogleScene({ faults });
    expect((await scene.collect()).code).toBe(0);
    const records = (filesOf(scene.bundle)['assets.ndjson'] ?? '')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Raw);
    expect(records.map(({ name }) => String(name).split('/').slice(-2).join('/'))).toEqual([
      'organizations/1001',
      'folders/2001',
      'folders/2002',
      'projects/3001',
      'projects/3002',
      'projects/3003',
      'undefined',
    ]);
    expect(JSON.stringify(records[3])).toContain('2020-01-01T00:00:00Z');
    expect(gapsOf(scene.bundle).map(({ what }) => what)).toContain('allow policies of resources');
    const ran = await scene.run([
      'who-can',
      'run.services.update',
      '//cloudresourcemanager.googleapis.com/projects/3001',
      scene.bundle,
      '--json',
      '-',
    ]);
    const { principals } = JSON.parse(ran.stdout) as {
      readonly principals: readonly { id: string; certainty: string }[];
    };
    expect(principals.find(({ id }) => id.includes(ids.deployer))?.certainty).toBe('allow');
  });

  it('searches for everybody in a group where its members may not be listed', async () => {
    scene = await openGoogleScene({ faults: [{ name: 'memberships.list', effect: { kind: 'denied' } }] });
    expect((await scene.collect()).code).toBe(0);
    expect(jsonOf(scene.bundle, 'groups.json')).toEqual({
      'group:everyone@example.com': [
        { member: 'group:inner@example.com', roles: ['MEMBER'] },
        { member: 'user:jane@example.com', roles: ['OWNER'] },
        { member: `serviceAccount:${ids.ci}`, roles: ['MEMBER'] },
      ],
      'group:inner@example.com': [
        { member: 'group:everyone@example.com', roles: ['MEMBER'] },
        { member: `serviceAccount:${ids.ci}`, roles: ['MEMBER'] },
        // Owner of the group around it, and no more than a member of this one.
        { member: 'user:jane@example.com', roles: ['MEMBER'] },
      ],
    });
  });
});

describe('a pool', () => {
  const mint = async (pool: Raw): Promise<readonly string[]> => {
    const change = await openChanging();
    change(({ pools }) => ({ pools: { 'shop-1': [{ ...pools['shop-1']?.[0], ...pool }] } }));
    expect((await scene.collect()).code).toBe(0);
    const account = `//iam.googleapis.com/projects/-/serviceAccounts/${ids.deployer}`;
    // The deny policy of the estate names everybody but one.
    rmSync(join(scene.bundle, 'deny-policies.json'));
    const ran = await scene.run([
      'who-can',
      'iam.serviceAccounts.getAccessToken',
      account,
      scene.bundle,
      '--json',
      '-',
    ]);
    const { principals } = JSON.parse(ran.stdout) as {
      readonly principals: readonly { id: string; certainty: string }[];
    };
    return principals.filter(({ id }) => id.includes('old-ci')).map(({ certainty }) => certainty);
  };

  it('that is disabled gives no tokens', async () => {
    expect(await mint({ disabled: true })).toEqual([]);
  });

  it('that is enabled gives them to whoever its provider lets in', async () => {
    expect(await mint({ disabled: false })).toContain('allow');
  });
});
