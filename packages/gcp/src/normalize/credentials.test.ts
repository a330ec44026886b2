import type { CredentialNode } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { serviceAccountId, serviceAccountKeyId } from './gcp-ids.ts';
import { hmacKeyId } from './hmac-keys.ts';
import { APP, account, BUCKET, CI, type Estate, estate, NOW, ORG, records, SHOP } from './testing/estate.ts';

const KEY = 'a'.repeat(40);
const name = (email = APP, id = KEY): string => `projects/shop/serviceAccounts/${email}/keys/${id}`;
const key = (extra: object = {}): object => ({
  name: name(),
  keyType: 'USER_MANAGED',
  keyOrigin: 'GOOGLE_PROVIDED',
  ...extra,
});
const keyed = (...keys: readonly object[]): Estate => estate({ assets: records(), serviceAccountKeys: keys });
const credential = (made: Estate, id = serviceAccountKeyId(APP, KEY)): CredentialNode =>
  made.node(id) as CredentialNode;

describe('keys of service accounts', () => {
  it('authenticate their account, with its scope', () => {
    const made = keyed(key({ validAfterTime: '2026-01-01T00:00:00Z', validBeforeTime: '9999-12-31T23:59:59Z' }));
    expect(credential(made)).toMatchObject({
      type: 'service-account-key',
      publicId: KEY,
      static: true,
      status: 'active',
      created: '2026-01-01T00:00:00.000Z',
      scope: SHOP,
      attributes: { keyOrigin: 'GOOGLE_PROVIDED' },
    });
    expect(credential(made)).not.toHaveProperty('expires');
    expect(made.edges('authenticates')).toEqual([
      `authenticates ${serviceAccountKeyId(APP, KEY)} -> ${serviceAccountId(APP)}`,
    ]);
  });

  it('prove the age of their account only where Google made them', () => {
    const mark = (extra: object) => credential(keyed(key(extra))).attributes?.['perhapsOlder'];
    expect(mark({})).toBeUndefined();
    expect(mark({ keyOrigin: 'USER_PROVIDED' })).toBe(true);
    expect(mark({ keyOrigin: undefined })).toBe(true);
  });

  it('that Google keeps are left out', () => {
    const { graph } = keyed(key({ keyType: 'SYSTEM_MANAGED' }));
    expect(graph.nodes.filter(({ kind }) => kind === 'credential')).toEqual([]);
  });

  it.each([
    [
      { disabled: true, disableReason: 'SERVICE_ACCOUNT_KEY_DISABLE_REASON_USER_INITIATED' },
      'disabled',
      'USER_INITIATED',
      undefined,
    ],
    [{ disabled: true, disableReason: 'SERVICE_ACCOUNT_KEY_DISABLE_REASON_EXPOSED' }, 'disabled', 'EXPOSED', true],
    [
      { extendedStatus: [{ key: 'SERVICE_ACCOUNT_KEY_EXTENDED_STATUS_KEY_EXPOSED', value: 'x' }] },
      'active',
      undefined,
      true,
    ],
    [{ extendedStatus: [{ key: 'SOMETHING_ELSE', value: 'x' }] }, 'active', undefined, undefined],
    [{ validBeforeTime: NOW }, 'expired', undefined, undefined],
    [{ validBeforeTime: '2026-06-02T00:00:01Z' }, 'active', undefined, undefined],
  ])('with %j', (fields, status, reason, exposed) => {
    const node = credential(keyed(key(fields)));
    expect(node.status).toBe(status);
    expect([node.attributes?.['disableReason'], node.attributes?.['exposed']]).toEqual([reason, exposed]);
  });

  it('of a disabled account, or one in a project that is being deleted, do not work', () => {
    const disabled = estate({
      assets: records({}, [account('off@shop.iam.gserviceaccount.com', { disabled: true })]),
      serviceAccountKeys: [key({ name: name('off@shop.iam.gserviceaccount.com') })],
    });
    const off = credential(disabled, serviceAccountKeyId('off@shop.iam.gserviceaccount.com', KEY));
    expect([off.status, off.attributes?.['disableReason']]).toEqual(['disabled', 'SERVICE_ACCOUNT_DISABLED']);
    const assets = JSON.parse(JSON.stringify(records()).replaceAll('"ACTIVE"', '"DELETE_REQUESTED"'));
    const gone = credential(estate({ assets, serviceAccountKeys: [key()] }));
    expect([gone.status, gone.attributes?.['disableReason']]).toEqual(['disabled', 'PROJECT_DELETE_REQUESTED']);
  });

  it('are one where the list and the inventory, by e-mail and by unique id, tell of them', () => {
    const asset = {
      name: `//iam.googleapis.com/projects/shop/serviceAccounts/111/keys/${KEY}`,
      assetType: 'iam.googleapis.com/ServiceAccountKey',
      ancestors: ['projects/123'],
      resource: { data: { keyType: 'USER_MANAGED', privateKeyData: 'SECRET' } },
    };
    const { graph } = estate({ assets: records({}, [asset]), serviceAccountKeys: [key()] });
    expect(graph.nodes.filter(({ kind }) => kind === 'credential').map(({ id }) => id)).toEqual([
      serviceAccountKeyId(APP, KEY),
    ]);
    const alone = estate({ assets: records({}, [asset]) });
    expect(credential(alone).static).toBe(true);
    expect(JSON.stringify(alone.graph)).not.toContain('SECRET');
  });

  it('tell when they were last used', () => {
    const activities = [
      {
        fullResourceName: `//iam.googleapis.com/${name()}`,
        activityType: 'serviceAccountKeyLastAuthentication',
        observationPeriod: { startTime: '2026-01-01T00:00:00Z', endTime: '2026-06-01T00:00:00Z' },
        activity: { lastAuthenticatedTime: '2026-05-01T00:00:00Z' },
      },
    ];
    const made = estate({ assets: records(), serviceAccountKeys: [key()], activities });
    expect(credential(made).lastUsed).toEqual({ state: 'used', at: '2026-05-01T00:00:00.000Z' });
  });
});

describe('HMAC keys', () => {
  const hmac = (state: string, extra: object = {}): object => ({
    accessId: 'GOOG1EXAMPLE',
    state,
    serviceAccountEmail: APP,
    ...extra,
  });

  it('act as their account on Cloud Storage only', () => {
    const made = estate({ assets: records(), hmacKeys: [hmac('ACTIVE')] });
    expect(credential(made, hmacKeyId('GOOG1EXAMPLE'))).toMatchObject({
      status: 'active',
      publicId: 'GOOG1EXAMPLE',
      static: true,
    });
    const [guard] = made.attachments(hmacKeyId('GOOG1EXAMPLE'));
    expect(guard?.role).toBe('identity-guard');
    expect(made.document(guard?.policy ?? '').statements[0]?.actions.include).toEqual(['storage.*']);
  });

  it('that are inactive do not work, and deleted ones are not there', () => {
    const off = estate({ assets: records(), hmacKeys: [hmac('INACTIVE')] });
    expect(credential(off, hmacKeyId('GOOG1EXAMPLE')).status).toBe('disabled');
    const gone = estate({ assets: records(), hmacKeys: [hmac('DELETED')] });
    expect(gone.index.node(hmacKeyId('GOOG1EXAMPLE'))).toBeUndefined();
  });
});

describe('API keys', () => {
  const id = '//apikeys.googleapis.com/projects/123/locations/global/keys/u1';
  const api = (extra: object): Estate =>
    estate({ assets: records(), apiKeys: [{ name: 'projects/shop/locations/global/keys/u1', uid: 'u1', ...extra }] });
  const allowed = (made: Estate): unknown => made.document(made.attachments(id)[0]?.policy ?? '').statements;

  it('that are unbound are no principal', () => {
    const made = api({ restrictions: { apiTargets: [{ service: 'maps-backend.googleapis.com' }] } });
    expect(credential(made, id)).toMatchObject({
      scope: SHOP,
      attributes: { unbound: true, apis: ['maps-backend.googleapis.com'] },
    });
    expect(made.edges('authenticates')).toEqual([]);
  });

  it('that are bound act as the account, on what takes bound keys', () => {
    const made = api({ serviceAccountEmail: APP });
    expect(made.edges('authenticates')).toEqual([`authenticates ${id} -> ${serviceAccountId(APP)}`]);
    expect(allowed(made)).toMatchObject([{ effect: 'allow', actions: { include: ['aiplatform.*'] } }]);
    expect(credential(made, id).attributes).toMatchObject({ anyApi: true });
  });

  it('that are for other APIs give nothing, and for some methods nobody knows', () => {
    const other = [{ service: 'translate.googleapis.com' }];
    expect(allowed(api({ serviceAccountEmail: APP, restrictions: { apiTargets: other } }))).toEqual([]);
    const some = [{ service: 'aiplatform.googleapis.com', methods: ['google.x.Predict'] }];
    expect(allowed(api({ serviceAccountEmail: APP, restrictions: { apiTargets: some } }))).toMatchObject([
      { undecidable: expect.any(String) },
    ]);
  });

  it('that are deleted do not work', () => {
    expect(credential(api({ deleteTime: '2026-05-31T00:00:00Z' }), id)).toMatchObject({
      status: 'disabled',
      attributes: { disableReason: 'DELETED' },
    });
  });
});

describe('service accounts', () => {
  it('carry what the input tells, and delegation where it was told', () => {
    const delegations = [{ clientId: '42', scopes: ['https://www.googleapis.com/auth/gmail.readonly'] }];
    const assets = records({}, [
      account('dwd@shop.iam.gserviceaccount.com', { oauth2ClientId: '42' }),
      account('plain@shop.iam.gserviceaccount.com', { oauth2ClientId: '43' }),
    ]);
    const made = estate({ assets, delegations });
    expect(made.account('dwd@shop.iam.gserviceaccount.com')).toMatchObject({
      type: 'service-account',
      nature: 'machine',
      scope: SHOP,
      attributes: { disabled: false, delegatedScopes: ['https://www.googleapis.com/auth/gmail.readonly'] },
    });
    expect(made.account('plain@shop.iam.gserviceaccount.com').attributes).toMatchObject({ delegatedScopes: [] });
  });

  it('that are only named are outside, or in the project of their e-mail', () => {
    const members = [
      'serviceAccount:x@elsewhere.iam.gserviceaccount.com',
      'serviceAccount:new@shop.iam.gserviceaccount.com',
      'serviceAccount:123-compute@developer.gserviceaccount.com',
    ];
    const made = estate({ assets: records({ [ORG]: [{ role: 'roles/viewer', members }] }) });
    expect(made.account('x@elsewhere.iam.gserviceaccount.com')).toMatchObject({ external: true });
    expect(made.account('x@elsewhere.iam.gserviceaccount.com')).not.toHaveProperty('scope');
    expect(made.account('new@shop.iam.gserviceaccount.com')).toMatchObject({ external: true, scope: SHOP });
    expect(made.account('123-compute@developer.gserviceaccount.com')).toMatchObject({
      type: 'service-account',
      scope: SHOP,
    });
  });

  it('of Google are agents that nobody can steal', () => {
    const agent = 'service-123@compute-system.iam.gserviceaccount.com';
    const made = estate({
      assets: records({ [SHOP]: [{ role: 'roles/viewer', members: [`serviceAccount:${agent}`] }] }),
    });
    expect(made.account(agent)).toMatchObject({ type: 'service-agent', providerManaged: true, scope: SHOP });
  });

  it('are one by whatever name a policy has', () => {
    const policy = {
      name: '//iam.googleapis.com/projects/lab/serviceAccounts/222',
      assetType: 'iam.googleapis.com/ServiceAccount',
      ancestors: ['projects/456'],
      iamPolicy: { bindings: [{ role: 'roles/iam.serviceAccountUser', members: ['user:jane@example.com'] }] },
    };
    const made = estate({ assets: records({}, [policy]) });
    expect(made.attachments(serviceAccountId(CI))).toHaveLength(1);
    expect(made.can('user:jane@example.com', 'iam.serviceAccounts.actAs', serviceAccountId(CI))).toBe('allow');
    expect(made.can('user:jane@example.com', 'storage.objects.get', BUCKET)).toBe('deny');
  });
});
