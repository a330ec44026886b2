import { describe, expect, it } from 'vitest';
import { normalizeGcp } from '../normalize/normalize.ts';
import { gcpInputFromObjects } from './input-from-objects.ts';
import { withoutSecrets } from './scrub.ts';

const CANARY = 'CANARY-3f9a1c77';
const asset = (type: string, data: object): object => ({
  name: `//${type.split('/')[0]}/projects/shop/x/${type.split('/')[1]}`,
  assetType: type,
  ancestors: ['projects/123'],
  resource: { data },
});

describe('secrets', () => {
  it.each([
    ['key material', { privateKeyData: CANARY, private_key: CANARY, keyString: CANARY, secret: CANARY }],
    ['passwords', { rootPassword: CANARY, masterAuth: { password: CANARY, clientKey: { privateKey: CANARY } } }],
    [
      'metadata',
      {
        metadata: {
          items: [
            { key: 'startup-script', value: CANARY },
            { key: 'enable-oslogin', value: CANARY },
          ],
        },
      },
    ],
    ['annotations', { metadata: { annotations: { note: CANARY } } }],
    [
      'variables of a container',
      { template: { containers: [{ env: [{ name: 'A', value: CANARY }], args: [CANARY], command: [CANARY] }] } },
    ],
    [
      'variables of a function',
      { environmentVariables: { A: CANARY }, buildConfig: { environmentVariables: { B: { c: CANARY } } } },
    ],
    [
      'steps of a build',
      {
        steps: [{ name: 'docker', args: ['-c', CANARY], env: [`T=${CANARY}`], script: CANARY }],
        substitutions: { _A: CANARY },
      },
    ],
    ['sources', { sourceContents: CANARY, userData: CANARY }],
    [
      'headers and bodies of calls',
      { httpTarget: { headers: { Authorization: CANARY }, body: CANARY, uri: 'https://x' } },
    ],
    ['a secret of a client', { oidc: { clientSecret: { value: { plainText: CANARY, thumbprint: CANARY } } } }],
    ['what looks like a key anywhere', { description: `-----BEGIN RSA PRIVATE KEY-----${CANARY}` }],
    ['what looks like a token in a list', { notes: [`x ya29.${'a'.repeat(30)}${CANARY}`] }],
  ])('of %s are not kept', (_, data) => {
    expect(JSON.stringify(withoutSecrets(data))).not.toContain(CANARY);
  });

  it('leave what analyses read', () => {
    const data = {
      name: 'x',
      serviceAccount: 'a@p.iam.gserviceaccount.com',
      oidcToken: { serviceAccountEmail: 'b@p.iam.gserviceaccount.com' },
      metadata: {
        items: [{ key: 'enable-oslogin', value: 'TRUE' }],
        annotations: { 'run.googleapis.com/ingress': 'internal' },
      },
      state: 'ACTIVE',
      nested: [{ labels: { team: 'a' }, disabled: false, count: 3 }],
    };
    expect(withoutSecrets(data)).toEqual(data);
  });

  it('are in nothing that is read, said or made of an input', () => {
    const input = gcpInputFromObjects({
      assets: [
        asset('compute.googleapis.com/Instance', {
          metadata: { items: [{ key: 'k', value: CANARY }] },
          serviceAccounts: [{ email: 'a@p.iam.gserviceaccount.com' }],
        }),
        asset('run.googleapis.com/Service', {
          template: { containers: [{ env: [{ name: CANARY.slice(0, 3), value: CANARY }] }] },
        }),
        { name: 7, assetType: CANARY, resource: CANARY },
      ],
      serviceAccountKeys: [
        {
          name: 'projects/p/serviceAccounts/a@p.iam.gserviceaccount.com/keys/k',
          privateKeyData: CANARY,
          keyType: 'USER_MANAGED',
        },
        { name: CANARY },
      ],
      hmacKeys: [{ accessId: 'GOOG1EXAMPLE', secret: CANARY }, { accessId: `${CANARY}/+lower` }],
      apiKeys: [{ name: 'projects/1/locations/global/keys/u', keyString: CANARY }, { name: CANARY }],
      pools: { pools: [], providers: [{ name: 'x', oidc: { clientSecret: { value: { plainText: CANARY } } } }] },
    });
    const graph = normalizeGcp(input, { now: '2026-01-01T00:00:00.000Z' });
    const everything = JSON.stringify([input, graph], (_, value) => (value instanceof Map ? [...value] : value));
    expect(everything).not.toContain(CANARY);
    expect(input.gaps.length).toBeGreaterThan(3);
  });

  it('do not hide in depth', () => {
    let data: Record<string, unknown> = { password: CANARY };
    for (let depth = 0; depth < 5000; depth += 1) data = { inner: data };
    expect(JSON.stringify(withoutSecrets(data))).not.toContain(CANARY);
  });
});
