import { isRecord } from '@keyreach/core/input';
import { describe, expect, it } from 'vitest';
import { FEEDING_ROWS } from '../normalize/feeding-buckets.ts';
import { fieldTexts } from '../normalize/field-values.ts';
import { resourceFacts } from '../normalize/resource-facts.ts';
import { WORKLOAD_TYPES } from '../normalize/workload-types.ts';
import { withoutSecrets } from './scrub.ts';

/** Data with a text at a path, as rows of tables write paths: `a.b[].c`, `a{}`. */
function dataAt(path: string, text: string): Readonly<Record<string, unknown>> {
  const build = (parts: readonly string[]): unknown => {
    const [first, ...rest] = parts;
    if (first === undefined) return text;
    if (first.endsWith('[]')) return { [first.slice(0, -2)]: [build(rest)] };
    if (first.endsWith('{}')) return { [first.slice(0, -2)]: { 'jane@example.com': build(rest) } };
    return { [first]: build(rest) };
  };
  const data = build(path.split('.'));
  return isRecord(data) ? data : {};
}

const MAIL = 'app@p.iam.gserviceaccount.com';

describe('withoutSecrets', () => {
  const paths = [
    ...WORKLOAD_TYPES.flatMap(({ places }) =>
      places.flatMap(({ part, paths: own, scopes, metadataMode }) =>
        [...own, scopes, metadataMode].flatMap((path) =>
          path === undefined ? [] : [part === undefined ? path : `${part}.${path}`],
        ),
      ),
    ),
    ...FEEDING_ROWS.map(({ path }) => path),
    'email',
    'uniqueId',
    'oauth2ClientId',
    'instanceTemplate',
    'versions[].instanceTemplate',
    'spec.effectiveIdentity',
    'workloadIdentityConfig.workloadPool',
    'oidc.issuerUri',
    'oidc.jwksJson',
    'oidc.allowedAudiences[]',
    'aws.accountId',
    'attributeCondition',
    'tagValue',
    'tagKey',
    'namespacedTagKey',
    'directoryCustomerId',
    'includedPermissions[]',
  ];

  it.each([...new Set(paths)])('keeps %s, which the graph is made of', (path) => {
    const data = dataAt(path, MAIL);
    expect(fieldTexts(data, path)).toEqual([MAIL]);
    expect(fieldTexts(withoutSecrets(data), path)).toEqual([MAIL]);
  });

  it.each([
    [
      'compute.googleapis.com/Instance',
      {
        metadata: {
          items: [
            { key: 'enable-oslogin', value: 'TRUE' },
            { key: 'startup-script', value: 'x' },
          ],
        },
      },
    ],
    ['appengine.googleapis.com/Version', { env: 'flexible', runtime: 'nodejs' }],
    ['appengine.googleapis.com/Version', { env: 'standard', runtime: 'nodejs' }],
    ['run.googleapis.com/Service', { metadata: { annotations: { 'run.googleapis.com/ingress': 'internal' } } }],
    ['run.googleapis.com/Service', { ingress: 'INGRESS_TRAFFIC_ALL', labels: { team: 'a' } }],
    ['storage.googleapis.com/Bucket', { iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } }],
    ['dataflow.googleapis.com/Job', { type: 'JOB_TYPE_STREAMING', currentState: 'JOB_STATE_RUNNING' }],
  ])('leaves the facts of a %s as they are', (type, data) => {
    expect(resourceFacts(type, withoutSecrets(data))).toEqual(resourceFacts(type, data));
  });

  const secret = ['Zq', 'Canary'].join('');
  it.each([
    ['variables', { template: { containers: [{ env: [{ name: 'A', value: secret }] }] } }],
    ['variables by name', { serviceConfig: { environmentVariables: { A: secret } } }],
    [
      'build variables',
      { buildConfig: { environmentVariables: { A: secret } }, buildEnvironmentVariables: { B: secret } },
    ],
    ['metadata', { metadata: { items: [{ key: 'password', value: secret }] } }],
    ['a switch that is none', { metadata: { items: [{ key: 'enable-oslogin', value: secret }] } }],
    ['a startup script', { metadata: { items: [{ key: 'startup-script', value: secret }] } }],
    ['annotations', { metadata: { annotations: { note: secret, 'kubectl.kubernetes.io/last-applied': secret } } }],
    ['annotations of a secret', { annotations: { note: secret } }],
    ['arguments', { spec: { containers: [{ args: [secret], command: [secret] }] } }],
    ['substitutions', { substitutions: { _TOKEN: secret } }],
    ['steps of a build', { build: { steps: [{ args: [secret], script: secret, env: [`A=${secret}`] }] } }],
    ['headers and body', { httpTarget: { headers: { Authorization: secret }, body: secret } }],
    ['key material', { privateKeyData: secret, keyString: secret, privateKey: secret, secret: secret }],
    ['master authentication', { masterAuth: { password: secret, clientKey: secret } }],
    ['a password of a database', { rootPassword: secret, settings: { password: secret } }],
    ['a connection', { cloudSql: { credential: { username: 'x', password: secret } } }],
    ['a client secret', { oidc: { clientSecret: { value: { plainText: secret } } } }],
    ['a workflow', { sourceContents: secret }],
    ['private keys anywhere', { anything: `-----BEGIN RSA ${'PRIVATE KEY'}-----${secret}` }],
  ])('drops %s', (_what, data) => {
    expect(JSON.stringify(data)).toContain(secret);
    expect(JSON.stringify(withoutSecrets(data))).not.toContain(secret);
  });

  it('takes names that objects have, and any depth', () => {
    const data = JSON.parse('{"__proto__": {"polluted": "x"}, "constructor": "c", "toString": "t"}');
    const clean = withoutSecrets(data);
    expect(Object.keys(clean)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
    let deep: unknown = 'x';
    for (let level = 0; level < 5000; level += 1) deep = level % 2 === 0 ? { a: deep } : [deep];
    expect(JSON.stringify(withoutSecrets({ deep })).length).toBeLessThan(1000);
  });
});
