import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { contentOf, filesOf, gapsOf } from './bundle-on-disk.ts';
import { plainCollection } from './plain-collection.ts';
import { answeredTwice, openScene, type Scene } from './scene.ts';
import type { WireFault } from './wire-fault.ts';

const estate = inject('estate');
const { Shop, Payments } = estate.organization.accounts;

/** Two of the accounts, which is enough here. */
const two = ['--accounts', `${Shop},${Payments}`];

let plain: Readonly<Record<string, string>>;
let scene: Scene;

beforeAll(async () => {
  plain = (await plainCollection(estate, two)).content;
});
afterEach(async () => {
  // Whatever happened in the test: no secret came out.
  expect(scene.leaks()).toEqual([]);
  await scene.close();
});

const problem = (name: 'throttled' | 'denied' | 'unavailable', retryAfterSeconds?: number): WireFault['effect'] => ({
  kind: 'problem',
  problem: name,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});
const gapsFor = (account: string) => gapsOf(scene.bundle).filter(({ scope }) => scope.includes(account));

describe('a collection that is disturbed', () => {
  it('is throttled, cut off and answered late, and loses nothing', async () => {
    scene = await openScene(estate, {
      faults: [
        {
          calls: { service: 'iam', action: 'GetAccountAuthorizationDetails', account: Shop, from: 2, to: 3 },
          effect: problem('throttled'),
        },
        { calls: { service: 'organizations', from: 4, to: 4 }, effect: problem('throttled', 1) },
        { calls: { service: 'lambda', to: 1 }, effect: problem('throttled') },
        { calls: { service: 's3', to: 1 }, effect: problem('throttled') },
        { calls: { service: 'iam', action: 'ListAccessKeys', from: 3, to: 3 }, effect: { kind: 'dropped' } },
        { calls: { service: 'iam', action: 'ListMFADevices', to: 1 }, effect: { kind: 'slow', milliseconds: 1500 } },
        { calls: { service: 'iam', action: 'ListMFADevices', from: 4, to: 4 }, effect: problem('unavailable') },
      ],
    });
    expect((await scene.collect(two)).code).toBe(0);
    expect(contentOf(scene.bundle)).toEqual(plain);
    expect(answeredTwice(scene.server.calls)).toEqual([]);
    expect(scene.server.calls.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
  });

  it('opens a new session where one ends halfway, and goes on', async () => {
    scene = await openScene(estate, {
      faults: [{ calls: { account: Shop, from: 20, to: 20 }, effect: { kind: 'session-ends' } }],
    });
    expect((await scene.collect(two)).code).toBe(0);
    expect(contentOf(scene.bundle)).toEqual(plain);
    expect(answeredTwice(scene.server.calls)).toEqual([]);
    const opened = scene.server.calls.filter(
      ({ action, request }) => action === 'AssumeRole' && request.includes(Shop),
    );
    expect(opened.length).toBe(2);
  });

  it('names the account it was not let into, and reads the others', async () => {
    const roleOf = (account: string): string => `arn:aws:iam::${account}:role/`;
    scene = await openScene(estate, {
      faults: [{ calls: { action: 'AssumeRole', holding: roleOf(Payments) }, effect: problem('denied') }],
    });
    expect((await scene.collect(two)).code).toBe(0);
    const here = contentOf(scene.bundle);
    for (const [path, text] of Object.entries(plain)) {
      if (path === 'keyreach-bundle.json') continue;
      expect([path, here[path]]).toEqual([path, path.startsWith(`accounts/${Payments}/`) ? undefined : text]);
    }
    const told = gapsFor(Payments).map(({ why, fix }) => `${why} ${fix ?? ''}`);
    expect(told.filter((text) => text.includes('sts:AssumeRole'))).not.toEqual([]);
    expect(scene.server.calls.filter(({ account }) => account === Payments)).toEqual([]);
    const strict = await scene.collect([...two, '--strict']);
    expect(strict.code).toBe(3);
  });

  it('names the permission that was missing in one account, and keeps what it was given', async () => {
    scene = await openScene(estate, {
      faults: [{ calls: { service: 'iam', action: 'ListAccessKeys', account: Shop }, effect: problem('denied') }],
    });
    expect((await scene.collect(two)).code).toBe(0);
    const told = gapsFor(Shop).filter(({ fix }) => fix?.includes('`iam:ListAccessKeys`'));
    expect(told).not.toEqual([]);
    const here = filesOf(scene.bundle);
    const details = `accounts/${Shop}/iam/account-authorization-details.json`;
    expect(here[details]).toBe(plain[details]);
    const keys = `accounts/${Payments}/iam/access-keys.json`;
    expect(here[keys]).toBe(plain[keys]);
    expect(gapsFor(Payments).filter(({ fix }) => fix?.includes('`iam:ListAccessKeys`'))).toEqual([]);
    // Keys that nobody listed are not "no keys".
    expect(here[`accounts/${Shop}/iam/access-keys.json`]).toBeUndefined();
  });

  it('names the region it may not read, and reads the other', async () => {
    scene = await openScene(estate, {
      faults: [{ calls: { service: 'lambda', region: 'eu-west-1' }, effect: problem('denied') }],
    });
    expect((await scene.collect(two)).code).toBe(0);
    const told = gapsFor(Payments).filter(({ fix }) => fix?.includes('`lambda:ListFunctions`'));
    expect(told.map((gap) => JSON.stringify(gap)).filter((text) => text.includes('eu-west-1'))).not.toEqual([]);
    const resources = filesOf(scene.bundle)[`accounts/${Payments}/resources.json`] ?? '';
    expect(resources).toContain('settle');
    expect(resources).not.toContain('archive');
  });
});
