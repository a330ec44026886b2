import { describe, expect, it } from 'vitest';
import { awsSemantics } from '../authz/aws-semantics.ts';
import { arn, details, type Estate, estate, NOW, SCOPE, user } from './testing/estate.ts';

const HEADER =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated';
const NO_KEY = 'false,N/A,N/A,N/A,N/A';
const NO_CERT = 'false,N/A';

function report(...rows: readonly string[]): string {
  return [HEADER, ...rows].join('\n');
}

function row(
  name: string,
  facts: {
    readonly password?: string;
    readonly mfa?: string;
    readonly keys?: string;
    readonly certs?: string;
    readonly arn?: string;
  } = {},
): string {
  const password = facts.password ?? 'false,N/A,N/A';
  const keys = facts.keys ?? `${NO_KEY},${NO_KEY}`;
  return `${name},${facts.arn ?? arn(`user/${name}`)},2024-01-01T00:00:00Z,${password},${facts.mfa ?? 'false'},${keys},${facts.certs ?? `${NO_CERT},${NO_CERT}`}`;
}

const KEY = 'AKIAIOSFODNN7EXAMPLE';
const keyNode = (id = KEY, owner = arn('user/a')) => `${owner}/accesskey/${id}`;
const key = (extra = {}) => ({
  UserName: 'a',
  AccessKeyId: KEY,
  Status: 'Active',
  CreateDate: '2025-01-01T00:00:00Z',
  ...extra,
});
const ONE = { authorizationDetails: details({ users: [user('a')] }) };
const facts = (graph: Estate, id = arn('user/a')) => {
  const { accessKeys, passwordEnabled, mfaActive } = graph.node(id).attributes ?? {};
  return { accessKeys, passwordEnabled, mfaActive };
};

describe('access keys', () => {
  it('are nodes that authenticate as their user, with their last use', () => {
    const LastUsed = { LastUsedDate: '2026-05-30T11:00:00Z', ServiceName: 's3', Region: 'eu-west-1' };
    const graph = estate({ ...ONE, accessKeys: [key({ LastUsed })] });
    expect(graph.node(keyNode())).toEqual({
      kind: 'credential',
      id: keyNode(),
      session: 'access-key',
      provider: 'aws',
      type: 'access-key',
      name: KEY,
      publicId: KEY,
      scope: SCOPE,
      created: '2025-01-01T00:00:00.000Z',
      status: 'active',
      static: true,
      lastUsed: { state: 'used', at: '2026-05-30T11:00:00.000Z', service: 's3', region: 'eu-west-1' },
    });
    expect(graph.edges('authenticates')).toEqual([`authenticates ${keyNode()} -> ${arn('user/a')}`]);
    expect(graph.graph.usage).toEqual([
      {
        identity: arn('user/a'),
        credential: keyNode(),
        action: 's3:*',
        last: '2026-05-30T11:00:00.000Z',
        source: 'access-key-last-used',
      },
    ]);
    expect(graph.graph.observations).toEqual([
      {
        subject: keyNode(),
        actions: { include: ['*'], exclude: [] },
        granularity: 'credential',
        from: '2025-01-01T00:00:00.000Z',
        to: '2026-05-30T11:00:00.000Z',
        source: 'access-key-last-used',
      },
    ]);
    expect(facts(graph)).toEqual({ accessKeys: 1, passwordEnabled: undefined, mfaActive: undefined });
  });

  it('know "never" from "unknown"', () => {
    const graph = estate({
      ...ONE,
      accessKeys: [
        key({ LastUsed: { ServiceName: 'N/A', Region: 'N/A' }, CreateDate: '2010-01-01' }),
        key({ AccessKeyId: 'AKIAIOSFODNN8EXAMPLE', Status: 'Inactive' }),
      ],
    });
    expect(graph.node(keyNode())).toMatchObject({ lastUsed: { state: 'never' } });
    expect(graph.node(keyNode('AKIAIOSFODNN8EXAMPLE'))).toMatchObject({
      lastUsed: { state: 'unknown' },
      status: 'disabled',
    });
    // AWS keeps the last use since 2015 only; of the key without one nothing was observed.
    expect(graph.graph.observations.map(({ subject, from }) => [subject, from])).toEqual([
      [keyNode(), '2015-04-22T00:00:00.000Z'],
    ]);
    expect(graph.gaps('last used')).toEqual([
      {
        scope: SCOPE,
        what: 'last used',
        why: '1 access keys come without their last use',
        kind: 'not-collected',
        fix: 'aws iam get-access-key-last-used --access-key-id ID for every key',
      },
    ]);
  });

  it('take their last use from the report where it tells which key it means', () => {
    const used = 'true,2025-01-01T00:00:00+00:00,2026-05-01T00:00:00+00:00,eu-west-1,s3';
    const graph = estate({
      ...ONE,
      accessKeys: [key()],
      credentialReport: report(row('a', { keys: `${used},${NO_KEY}` })),
    });
    expect(graph.node(keyNode())).toMatchObject({
      lastUsed: { state: 'used', at: '2026-05-01T00:00:00.000Z', service: 's3' },
    });
    const both = estate({
      ...ONE,
      accessKeys: [key()],
      credentialReport: report(row('a', { keys: `${used},${used}` })),
    });
    expect(both.node(keyNode())).toMatchObject({ lastUsed: { state: 'unknown' } });
  });

  it('are known without ids where only the report tells of them', () => {
    const used = 'true,2025-01-01T00:00:00Z,2026-05-01T00:00:00Z,N/A,N/A';
    const idle = 'false,2024-02-01T00:00:00Z,N/A,N/A,N/A';
    const graph = estate({ ...ONE, credentialReport: report(row('a', { keys: `${used},${idle}` })) });
    expect(graph.node(`${arn('user/a')}/accesskey/report-1`)).toMatchObject({
      type: 'access-key',
      status: 'active',
      created: '2025-01-01T00:00:00.000Z',
      lastUsed: { state: 'used', at: '2026-05-01T00:00:00.000Z' },
    });
    expect(graph.node(`${arn('user/a')}/accesskey/report-1`)).not.toHaveProperty('publicId');
    expect(graph.node(`${arn('user/a')}/accesskey/report-2`)).toMatchObject({
      status: 'disabled',
      lastUsed: { state: 'never' },
    });
    expect(facts(graph).accessKeys).toBe(2);
    expect(graph.graph.usage.map(({ action, source }) => [action, source])).toEqual([['*', 'credential-report']]);
  });

  it('of users that are not in the input are left out, with a gap', () => {
    const graph = estate({ ...ONE, accessKeys: [key({ UserName: 'b' })] });
    expect(graph.index.credentials).toEqual([]);
    expect(graph.gaps('access keys')).toEqual([
      {
        scope: SCOPE,
        what: 'access keys',
        why: `user \`b\` is not in the input; its credential \`${KEY}\` is left out`,
        kind: 'bad-input',
      },
    ]);
  });

  it('are counted only where the list is complete', () => {
    expect(facts(estate({ ...ONE, accessKeys: [] })).accessKeys).toBe(0);
    expect(facts(estate({ ...ONE, accessKeys: [key(), {}] })).accessKeys).toBeUndefined();
    expect(facts(estate(ONE)).accessKeys).toBeUndefined();
  });
});

describe('passwords', () => {
  it('come from login profiles and the report', () => {
    const graph = estate({
      ...ONE,
      loginProfiles: [{ UserName: 'a', CreateDate: '2025-02-01T00:00:00Z' }],
      credentialReport: report(row('a', { password: 'true,2026-05-31T08:00:00Z,2026-01-01T00:00:00Z', mfa: 'TRUE' })),
    });
    expect(graph.node(`${arn('user/a')}/password`)).toEqual({
      kind: 'credential',
      id: `${arn('user/a')}/password`,
      session: 'console',
      provider: 'aws',
      type: 'password',
      name: 'console password',
      scope: SCOPE,
      created: '2025-02-01T00:00:00.000Z',
      status: 'active',
      static: true,
      lastUsed: { state: 'used', at: '2026-05-31T08:00:00.000Z' },
      attributes: { changed: '2026-01-01T00:00:00.000Z' },
    });
    expect(facts(graph)).toEqual({ accessKeys: 0, passwordEnabled: true, mfaActive: true });
    expect(graph.graph.usage).toMatchObject([{ action: '*', source: 'credential-report' }]);
  });

  it('exist, do not, or are unknown', () => {
    const password = `${arn('user/a')}/password`;
    const none = estate({ ...ONE, loginProfiles: [] });
    expect([none.index.node(password), facts(none).passwordEnabled]).toEqual([undefined, false]);
    const reported = estate({
      ...ONE,
      credentialReport: report(row('a', { password: 'true,no_information,2024-01-01T00:00:00Z' })),
    });
    expect(reported.node(password)).toMatchObject({
      lastUsed: { state: 'never' },
      created: '2024-01-01T00:00:00.000Z',
    });
    // The list of the API is newer than the report.
    const gone = estate({
      ...ONE,
      loginProfiles: [],
      credentialReport: report(row('a', { password: 'true,N/A,N/A' })),
    });
    expect([gone.index.node(password), facts(gone).passwordEnabled]).toEqual([undefined, false]);
    const listed = estate({ ...ONE, loginProfiles: [{ UserName: 'a' }] });
    expect(listed.node(password)).toMatchObject({ lastUsed: { state: 'unknown' } });
    expect(listed.graph.observations).toEqual([]);
    expect(facts(estate(ONE)).passwordEnabled).toBeUndefined();
  });
});

it('MFA is known from devices or the report', () => {
  expect(facts(estate({ ...ONE, mfaDevices: [{ UserName: 'a', SerialNumber: 'x' }] })).mfaActive).toBe(true);
  expect(facts(estate({ ...ONE, mfaDevices: [] })).mfaActive).toBe(false);
  expect(facts(estate({ ...ONE, mfaDevices: [{}] })).mfaActive).toBeUndefined();
  expect(facts(estate({ ...ONE, credentialReport: report(row('a')) })).mfaActive).toBe(false);
});

describe('the root user', () => {
  const root = (password: string, keys = `${NO_KEY},${NO_KEY}`) =>
    estate({
      ...ONE,
      accessKeys: [],
      credentialReport: report(row('<root_account>', { arn: arn('root'), password, keys, mfa: 'true' })),
    });

  it('has keys and a password as far as the report tells', () => {
    const graph = root(
      'not_supported,2025-12-24T18:00:00Z,not_supported',
      `true,2020-01-01T00:00:00Z,N/A,N/A,N/A,${NO_KEY}`,
    );
    expect(graph.node(`${arn('root')}/accesskey/1`)).toMatchObject({
      status: 'active',
      session: 'root-access-key',
      lastUsed: { state: 'never' },
    });
    expect(graph.node(`${arn('root')}/password`)).toMatchObject({
      status: 'unknown',
      session: 'root-console',
      lastUsed: { state: 'used' },
    });
    expect(facts(graph, arn('root'))).toEqual({ accessKeys: 1, passwordEnabled: undefined, mfaActive: true });
    expect(graph.edges('authenticates')).toContain(`authenticates ${arn('root')}/accesskey/1 -> ${arn('root')}`);
  });

  it('has no password where it was taken away', () => {
    expect(root('false,N/A,N/A').index.node(`${arn('root')}/password`)).toBeUndefined();
    expect(root('true,N/A,N/A').node(`${arn('root')}/password`)).toMatchObject({ status: 'active' });
  });

  it('has unknown credentials without a report', () => {
    expect(facts(estate(ONE), arn('root'))).toEqual({
      accessKeys: undefined,
      passwordEnabled: undefined,
      mfaActive: undefined,
    });
  });
});

describe('other credentials', () => {
  it('are nodes of their own type', () => {
    const graph = estate({
      ...ONE,
      signingCertificates: [
        { UserName: 'a', CertificateId: 'TA7SMP42TDN5Z26OBPJE7EXAMPLE', Status: 'Active', UploadDate: '2024-01-01' },
      ],
      sshPublicKeys: [{ UserName: 'a', SSHPublicKeyId: 'APKAEIVFHP46CEXAMPLE', Status: 'Inactive' }],
      serviceSpecificCredentials: [
        {
          UserName: 'a',
          ServiceSpecificCredentialId: 'ACCAEXAMPLE123EXAMPLE',
          Status: 'Active',
          ServiceName: 'bedrock.amazonaws.com',
          ExpirationDate: '2026-01-01',
        },
        {
          UserName: 'b',
          ServiceSpecificCredentialId: 'ACCAEXAMPLE124EXAMPLE',
          Status: 'Active',
          ServiceName: 'codecommit.amazonaws.com',
        },
      ],
    });
    expect(
      graph.index.credentials.map(({ id, type, status, session }) => [
        id.slice(arn('user/a').length),
        type,
        status,
        session,
      ]),
    ).toEqual([
      [
        '/service-specific-credential/ACCAEXAMPLE123EXAMPLE',
        'service-specific-credential',
        'expired',
        'bedrock-api-key',
      ],
      ['/signing-certificate/TA7SMP42TDN5Z26OBPJE7EXAMPLE', 'signing-certificate', 'active', 'signing-certificate'],
      ['/ssh-public-key/APKAEIVFHP46CEXAMPLE', 'ssh-public-key', 'disabled', 'ssh-public-key'],
    ]);
    expect(graph.node(`${arn('user/a')}/service-specific-credential/ACCAEXAMPLE123EXAMPLE`)).toMatchObject({
      expires: '2026-01-01T00:00:00.000Z',
      attributes: { service: 'bedrock.amazonaws.com' },
    });
    expect(graph.gaps('service-specific credentials')).toHaveLength(1);
  });

  it.each([
    ['codecommit.amazonaws.com', 'codecommit-credential'],
    ['cassandra.amazonaws.com', 'keyspaces-credential'],
    ['bedrock.amazonaws.com', 'bedrock-api-key'],
    ['logs.amazonaws.com', 'logs-api-key'],
    ['new.amazonaws.com', 'service-specific-credential'],
    [undefined, 'service-specific-credential'],
  ])('aws.md 5.2: a credential for %s gives a session of the kind %s', (ServiceName, session) => {
    const graph = estate({
      ...ONE,
      serviceSpecificCredentials: [
        {
          UserName: 'a',
          ServiceSpecificCredentialId: 'ACCAEXAMPLE123EXAMPLE',
          ...(ServiceName === undefined ? {} : { ServiceName }),
        },
      ],
    });
    expect(graph.index.credentials.map((one) => one.session)).toEqual([session]);
    expect(awsSemantics.session(session)?.kind).toBe(session);
  });

  it('certificates are known from the report where their list is missing', () => {
    const csv = report(row('a', { certs: `true,2022-01-01T00:00:00Z,${NO_CERT}` }));
    expect(
      estate({ ...ONE, credentialReport: csv }).node(`${arn('user/a')}/signing-certificate/report-1`),
    ).toMatchObject({ status: 'active' });
    expect(estate({ ...ONE, credentialReport: csv, signingCertificates: [] }).index.credentials).toEqual([]);
  });
});

describe('users that only the report knows', () => {
  it('exist with their credentials, and may do anything', () => {
    const graph = estate({
      ...ONE,
      credentialReport: report(row('new', { keys: `true,2026-05-01T00:00:00Z,N/A,N/A,N/A,${NO_KEY}` })),
    });
    expect(graph.node(arn('user/new'))).toMatchObject({ type: 'user', name: 'new', attributes: { accessKeys: 1 } });
    expect(graph.node(arn('user/new')).attributes).not.toHaveProperty('boundary');
    expect(graph.document(graph.attachments(arn('user/new'))[0]?.policy ?? '').unreadable).toContain(
      'not in the authorization details',
    );
    expect(graph.edges('authenticates')).toHaveLength(1);
  });

  it('are all there is without authorization details', () => {
    const graph = estate({ credentialReport: report(row('a')) });
    expect(graph.index.identities.map(({ id }) => id)).toEqual([arn('root'), arn('user/a')]);
    expect(graph.graph.gaps.map(({ what }) => what)).toContain('authorization details');
  });
});

it('nothing was seen after the files were collected', () => {
  const graph = estate({ ...ONE, accessKeys: [key({ LastUsed: {} })] }, { collectedAt: '2026-01-31T00:00:00Z' });
  expect(graph.graph.observations.map(({ to }) => to)).toEqual(['2026-01-31T00:00:00.000Z']);
  const later = estate({ ...ONE, accessKeys: [key({ LastUsed: {} })] }, { collectedAt: '2027-01-31T00:00:00Z' });
  expect(later.graph.observations.map(({ to }) => to)).toEqual([NOW]);
});
