import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { contentOf, gapsOf, jsonOf } from '../bundle-on-disk.ts';
import { id, ids } from './azure-estate.ts';
import { type AzureScene, openAzureScene } from './azure-scene.ts';
import type { AzureFault } from './azure-server.ts';

let plain: Readonly<Record<string, string>>;
let scene: AzureScene;

beforeAll(async () => {
  const first = await openAzureScene();
  await first.collect();
  plain = contentOf(first.bundle);
  await first.close();
});

afterEach(async () => {
  expect(scene.leaks()).toEqual([]);
  await scene.close();
});

async function collected(...faults: AzureFault[]): Promise<number | null> {
  scene = await openAzureScene({ faults });
  return (await scene.collect()).code;
}

describe('a collection that is disturbed for a while', () => {
  it.each<[string, AzureFault]>([
    ['throttled with seconds', { from: 3, to: 5, effect: { kind: 'throttled', retryAfter: 1 } }],
    ['throttled until a time', { from: 6, to: 7, effect: { kind: 'throttled', retryAfter: 'date' } }],
    ['throttled without a time', { from: 9, to: 9, effect: { kind: 'throttled' } }],
    ['out of service', { from: 4, to: 4, effect: { kind: 'unavailable' } }],
    ['cut off', { name: 'roleAssignments', to: 1, effect: { kind: 'dropped' } }],
    ['given half of a reply', { name: 'users', to: 1, effect: { kind: 'cut' } }],
    ['throttled in a batch', { name: 'groups/members', to: 1, effect: { kind: 'throttled', retryAfter: 1 } }],
    ['throttled in Resource Graph', { name: 'resourceGraph', to: 1, effect: { kind: 'throttled', retryAfter: 1 } }],
    ['left with tokens that have ended', { from: 8, to: 8, effect: { kind: 'tokens-end' } }],
  ])('gives the same when it is %s', async (_, fault) => {
    expect(await collected(fault)).toBe(0);
    expect(contentOf(scene.bundle)).toEqual(plain);
  });
});

describe('a collection that stops', () => {
  it('goes on where it was interrupted, and comes to the same bytes', async () => {
    let stop: (() => void) | undefined;
    scene = await openAzureScene({
      onCall: (_, count) => {
        if (count === 12) stop?.();
      },
    });
    const ran = await scene.collect([], (interrupt) => {
      stop = interrupt;
    });
    expect(ran.code).not.toBe(0);
    expect(gapsOf(scene.bundle).map(({ why }) => why)).toContainEqual(expect.stringMatching(/stopped before/));
    stop = undefined;
    expect((await scene.collect()).code).toBe(0);
    expect(contentOf(scene.bundle)).toEqual(plain);
  });

  it('ends where no fresh token works', async () => {
    expect(await collected({ from: 20, effect: { kind: 'tokens-end', forGood: true } })).not.toBe(0);
    expect(gapsOf(scene.bundle).length).toBeGreaterThan(0);
  });

  it('asks only for what it lacks', async () => {
    expect(await collected({ name: 'groups', to: 1, effect: { kind: 'denied' } })).toBe(0);
    const before = scene.server.calls.length;
    expect((await scene.collect()).code).toBe(0);
    expect(contentOf(scene.bundle)).toEqual(plain);
    const names = scene.server.calls.slice(before).map(({ name }) => name);
    expect(names).not.toContain('users');
    expect(names).toContain('groups');
  });

  it('refuses another tenant, and other scopes', async () => {
    let other = false;
    scene = await openAzureScene({
      change: (estate) => ({
        ...estate,
        get organization() {
          return other ? { id: id('other'), displayName: 'Other' } : estate.organization;
        },
      }),
    });
    expect((await scene.collect()).code).toBe(0);
    const scopes = await scene.collect(['--subscription', ids.shop]);
    expect([scopes.code, scopes.stderr]).toEqual([2, expect.stringContaining('--refresh')]);
    other = true;
    const refused = await scene.collect(['--refresh']);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('another directory')]);
    other = false;
    expect(contentOf(scene.bundle)).toEqual(plain);
    expect((await scene.collect(['--refresh', '--subscription', ids.shop])).code).toBe(0);
    expect(jsonOf<readonly unknown[]>(scene.bundle, 'subscriptions.json')).toHaveLength(1);
  });
});
