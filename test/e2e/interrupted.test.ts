import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { contentOf, filesOf, gapsOf } from './bundle-on-disk.ts';
import { plainCollection } from './plain-collection.ts';
import { openScene, type Scene } from './scene.ts';
import type { CountedCall } from './wire-server.ts';

const estate = inject('estate');
const { Shop, Payments } = estate.organization.accounts;

/** Two of the accounts, which is enough here. */
const two = ['--accounts', `${Shop},${Payments}`];

let plain: Readonly<Record<string, string>>;
let plainCalls: number;
let scene: Scene;

beforeAll(async () => {
  const { content, calls } = await plainCollection(estate, two);
  plain = content;
  plainCalls = calls;
});
afterEach(async () => {
  // Whatever happened in the test: no secret came out.
  expect(scene.leaks()).toEqual([]);
  await scene.close();
});

/** The call that fills a file: once the file is there, it is not made again. */
const fills: readonly (readonly [file: string, action: string])[] = [
  ['iam/account-authorization-details.json', 'GetAccountAuthorizationDetails'],
  ['iam/access-keys.json', 'ListAccessKeys'],
  ['iam/credential-report.csv', 'GetCredentialReport'],
  ['iam/identity-providers.json', 'ListOpenIDConnectProviders'],
  ['iam/mfa-devices.json', 'ListMFADevices'],
  ['iam/login-profiles.json', 'GetLoginProfile'],
];

/** Calls that fill files which were there before. */
function filledAgain(before: Readonly<Record<string, string>>, calls: readonly CountedCall[]): readonly string[] {
  return calls
    .filter(({ account, action }) =>
      fills.some(([file, call]) => call === action && before[`accounts/${account}/${file}`] !== undefined),
    )
    .map(({ account, action }) => `${account} ${action}`);
}

describe('a collection that is stopped', () => {
  it.each([0.1, 0.5, 0.9])('by Ctrl-C after %d of its calls goes on where it stopped', async (part) => {
    let interrupt = (): void => undefined;
    const stopAt = Math.floor(plainCalls * part);
    scene = await openScene(estate, { onCall: (_, count) => count === stopAt && interrupt() });
    const stopped = await scene.collect(two, {
      onStart: (press) => {
        interrupt = press;
      },
    });
    expect(stopped.code).toBe(3);
    expect(stopped.stderr).not.toMatch(/^\s+at /m);
    const before = filesOf(scene.bundle);
    // What is there is whole: only the manifest tells that it is not all.
    for (const [path, text] of Object.entries(contentOf(scene.bundle))) {
      if (path !== 'keyreach-bundle.json') expect([path, text]).toEqual([path, plain[path]]);
    }
    expect(gapsOf(scene.bundle).length).toBeGreaterThan(0);

    const callsBefore = scene.server.calls.length;
    expect((await scene.collect(two)).code).toBe(0);
    expect(contentOf(scene.bundle)).toEqual(plain);
    expect(filledAgain(before, scene.server.calls.slice(callsBefore))).toEqual([]);
  });

  it('by the end of the credentials it was started with goes on with fresh ones', async () => {
    scene = await openScene(estate, {
      faults: [{ calls: { account: estate.management, from: 12, to: 12 }, effect: { kind: 'session-ends' } }],
    });
    const stopped = await scene.collect(two);
    expect(stopped.code).not.toBe(0);
    expect(stopped.stderr).toMatch(/expired/);
    const before = filesOf(scene.bundle);
    const callsBefore = scene.server.calls.length;
    const fresh = {
      accessKeyId: ['AKIA', 'COLLECTORSECOND1'].join(''),
      secretAccessKey: scene.secrets.plant('fresh key'),
    };
    expect((await scene.collect(two, { credentials: fresh })).code).toBe(0);
    expect(contentOf(scene.bundle)).toEqual(plain);
    expect(filledAgain(before, scene.server.calls.slice(callsBefore))).toEqual([]);
  });

  it('asks nothing again where everything is there', async () => {
    scene = await openScene(estate);
    await scene.collect(two);
    const callsBefore = scene.server.calls.length;
    expect((await scene.collect(two)).code).toBe(0);
    expect(contentOf(scene.bundle)).toEqual(plain);
    const again = scene.server.calls.slice(callsBefore).filter(({ service }) => service !== 'sts');
    expect(again.map(({ service, action }) => `${service} ${action}`)).toEqual([]);
  });
});
