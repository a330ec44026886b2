import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { contentOf, gapsOf, jsonOf } from '../bundle-on-disk.ts';
import { type GoogleScene, openGoogleScene } from './google-scene.ts';
import type { GoogleFault } from './google-server.ts';

const SEARCH = 'principalAccessBoundaryPolicies.searchPolicyBindings';

let plain: Readonly<Record<string, string>>;
let plainCalls: number;
let scene: GoogleScene;

beforeAll(async () => {
  scene = await openGoogleScene();
  expect((await scene.collect()).code).toBe(0);
  plain = contentOf(scene.bundle);
  plainCalls = scene.server.calls.length;
  await scene.close();
});
afterEach(async () => {
  // Whatever happened in the test: no secret came out.
  expect(scene.leaks()).toEqual([]);
  await scene.close();
});

describe('a collection that is stopped', () => {
  it.each([0.1, 0.5, 0.9])('by Ctrl-C after %d of its calls goes on where it stopped', async (part) => {
    let interrupt = (): void => undefined;
    const stopAt = Math.floor(plainCalls * part);
    scene = await openGoogleScene({ onCall: (_, count) => count === stopAt && interrupt() });
    const stopped = await scene.collect([], (press) => {
      interrupt = press;
    });
    expect(stopped.code).toBe(3);
    expect(stopped.stderr).not.toMatch(/^\s+at /m);
    expect(gapsOf(scene.bundle).some(({ why }) => why.includes('stopped before'))).toBe(true);
    const before = scene.server.calls.length;
    expect((await scene.collect()).code).toBe(0);
    expect(contentOf(scene.bundle)).toEqual(plain);
    // What was there is not asked again: a little was under way.
    if (part === 0.9) expect(scene.server.calls.length - before).toBeLessThan(plainCalls / 2);
  });

  it('by the end of its credentials says so, and goes on with fresh ones', async () => {
    scene = await openGoogleScene({ faults: [{ from: 30, to: 30, effect: { kind: 'tokens-end', forGood: true } }] });
    const stopped = await scene.collect();
    expect(stopped.code).not.toBe(0);
    expect(stopped.stderr).toMatch(/sign in again/);
  });
});

describe('a collection that is disturbed', () => {
  const passing: readonly (readonly [string, readonly GoogleFault[]])[] = [
    ['quotas', [{ name: 'serviceAccounts.list', from: 1, to: 2, effect: { kind: 'throttled' } }]],
    ['quotas that say when', [{ name: 'assets.list', from: 1, to: 2, effect: { kind: 'throttled', retryAfter: 1 } }]],
    ['servers that fail now and then', [{ name: 'roles.list', from: 2, to: 2, effect: { kind: 'unavailable' } }]],
    ['a broken connection', [{ name: 'denypolicies.get', from: 1, to: 1, effect: { kind: 'dropped' } }]],
    [
      'quotas of another client',
      [{ name: 'principalAccessBoundaryPolicies.list', to: 2, effect: { kind: 'throttled' } }],
    ],
    ['a token that ends for another client', [{ name: 'policyBindings.list', to: 1, effect: { kind: 'tokens-end' } }]],
    ['a search for bindings that is refused', [{ name: SEARCH, effect: { kind: 'denied' } }]],
    ['lists of bindings that are refused', [{ name: 'policyBindings.list', effect: { kind: 'denied' } }]],
    ['a token that ends', [{ from: 40, to: 40, effect: { kind: 'tokens-end' } }]],
  ];

  it.each(passing)('by %s gives the same bundle', async (_, faults) => {
    scene = await openGoogleScene({ faults });
    expect((await scene.collect()).code).toBe(0);
    expect(contentOf(scene.bundle)).toEqual(plain);
  });

  it('by a missing permission tells the permission and the role, and asks again once it is there', async () => {
    scene = await openGoogleScene({
      faults: [{ name: 'denypolicies.list', project: 'lab-1', from: 1, to: 1, effect: { kind: 'denied' } }],
    });
    expect((await scene.collect(['--strict'])).code).toBe(3);
    const [gap] = gapsOf(scene.bundle).filter(({ what }) => what === 'deny policies');
    expect(gap).toEqual({
      scope: '//cloudresourcemanager.googleapis.com/projects/3002',
      what: 'deny policies',
      why: 'iam.googleapis.com denypolicies.list failed: PERMISSION_DENIED (IAM_PERMISSION_DENIED)',
      fix: 'allow `iam.denypolicies.list`, for example by `roles/iam.denyReviewer`',
      kind: 'not-collected',
    });
    // The file says that it is not all.
    expect(jsonOf<{ readonly nextPageToken?: string }>(scene.bundle, 'deny-policies.json').nextPageToken).toBeDefined();
    expect((await scene.collect()).code).toBe(0);
    expect(contentOf(scene.bundle)).toEqual(plain);
  });

  it('by an inventory that may not be listed takes the search, and says that audit settings are missing', async () => {
    const inventory: GoogleFault = { name: 'assets.list', effect: { kind: 'denied' } };
    scene = await openGoogleScene({ faults: [inventory] });
    expect((await scene.collect()).code).toBe(0);
    const lines = contentOf(scene.bundle)['assets.ndjson'] ?? '';
    expect(lines).toContain('roles/resourcemanager.projectIamAdmin');
    expect(lines).toContain('projects/shop-1');
    expect(lines.trimEnd().split('\n').at(-1)).toBe('{"unread":"a part of the inventory"}');
  });

  it('by bindings of boundaries that nobody may read in either way says so', async () => {
    scene = await openGoogleScene({
      faults: [
        { name: SEARCH, effect: { kind: 'denied' } },
        { name: 'policyBindings.list', project: 'lab-1', effect: { kind: 'denied' } },
      ],
    });
    expect((await scene.collect()).code).toBe(0);
    const fixes = gapsOf(scene.bundle).flatMap(({ what, fix }) => (what.startsWith('bindings of') ? [fix] : []));
    expect(fixes.sort()).toEqual([
      expect.stringContaining('`iam.policybindings.list`'),
      expect.stringContaining('`iam.principalaccessboundarypolicies.searchPolicyBindings`'),
    ]);
    // The list has a record that no reader takes for whole.
    expect(jsonOf<{ policyBindings: readonly object[] }>(scene.bundle, 'pab.json').policyBindings.at(-1)).toEqual({});
  });

  it('by an API of policies that is switched off knows nothing of what it governs', async () => {
    scene = await openGoogleScene({
      change: (estate) => ({
        ...estate,
        projects: estate.projects.map((project) =>
          project.projectId === 'empty-1'
            ? {
                ...project,
                disabled: ['iam.googleapis.com', 'cloudresourcemanager.googleapis.com', 'apikeys.googleapis.com'],
              }
            : project,
        ),
      }),
    });
    expect((await scene.collect()).code).toBe(0);
    // Keys of an API are not there without it; accounts, roles and deny policies are.
    expect(jsonOf(scene.bundle, 'disabled-services.json')).toEqual([
      { project: 'empty-1', service: 'apikeys.googleapis.com' },
    ]);
    const token = (file: string) => jsonOf<{ readonly nextPageToken?: string }>(scene.bundle, file).nextPageToken;
    for (const file of ['deny-policies.json', 'roles.json', 'service-accounts.json', 'effective-tags.json'])
      expect([file, token(file)]).toEqual([file, 'not-read']);
    expect(token('api-keys.json')).toBeUndefined();
    const tags = jsonOf<{ resources: readonly { resource: string }[] }>(scene.bundle, 'effective-tags.json').resources;
    expect(tags.some(({ resource }) => resource.endsWith('/projects/3003'))).toBe(false);
    const fixes = gapsOf(scene.bundle).flatMap(({ what, fix }) => (what === 'deny policies' ? [fix] : []));
    expect(fixes).toEqual([expect.stringMatching(/^switch iam\.googleapis\.com on in project `3003`/)]);
  });

  it('reads one project alone, and says that no organization was read', async () => {
    scene = await openGoogleScene();
    expect((await scene.collect(['--project', 'shop-1'])).code).toBe(0);
    expect(jsonOf<readonly unknown[]>(scene.bundle, 'projects.json').length).toBe(1);
    expect(scene.server.calls.filter(({ request }) => request.includes('lab-1'))).toEqual([]);
    expect(gapsOf(scene.bundle).some(({ fix }) => fix?.includes('--organization') === true)).toBe(true);
  });
});
