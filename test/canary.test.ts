import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandRun, keyreach } from './run-command.ts';

/**
 * Secrets are in inputs in places where nobody needs them: environment variables of functions, passwords beside their
 * users, bodies of keys, fields that a hand-made export adds. Each place here holds one; none may come out anywhere.
 */
const marker = ['Zq', 'Canary', 'Zq'].join('');
let planted = 0;

/** A text that looks like a secret and can be found again. Put together at run time, so that no scanner finds it here. */
function secret(): string {
  planted += 1;
  return `${marker}${planted}${'wJa/lrX+UtnF'.repeat(2)}`;
}

const account = '111122223333';
const role = `arn:aws:iam::${account}:role/worker`;
let directory: string;
let bundle: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyreach-canary-'));
  bundle = join(directory, 'bundle');
  for (const [path, text] of Object.entries(bundleFiles())) {
    mkdirSync(dirname(join(bundle, path)), { recursive: true });
    writeFileSync(join(bundle, path), text);
  }
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** One bundle with a secret in every file, in fields beside those that are read and inside what is wrong. */
function bundleFiles(): Readonly<Record<string, string>> {
  const iam = `accounts/${account}/iam`;
  const json = (value: unknown): string => JSON.stringify(value);
  return {
    'keyreach-bundle.json': json({
      format: 'keyreach-bundle/1',
      provider: 'aws',
      collectedAt: '2026-01-01T00:00:00Z',
      token: secret(),
      gaps: [{ secret: secret() }],
    }),
    'organization.json': json({
      Organization: {
        Id: 'o-example0001',
        Arn: `arn:aws:organizations::${account}:organization/o-example0001`,
        MasterAccountId: account,
        Secret: secret(),
      },
      Roots: [{ Secret: secret() }],
      Accounts: [{ Id: secret(), Arn: secret() }],
    }),
    [`${iam}/account-authorization-details.json`]: json({
      UserDetailList: [
        {
          UserName: 'ana',
          UserId: 'AIDAEXAMPLE',
          Path: '/',
          Arn: `arn:aws:iam::${account}:user/ana`,
          CreateDate: '2025-01-01T00:00:00Z',
          Password: secret(),
          UserPolicyList: [
            {
              PolicyName: 'broken',
              PolicyDocument: encodeURIComponent(`{"Version":"2012-10-17","Statement":[{"Effect": ${secret()}`),
            },
            {
              PolicyName: 'odd',
              PolicyDocument: {
                Version: '2012-10-17',
                Secret: secret(),
                Statement: [{ Effect: secret(), Action: '*', Resource: '*' }],
              },
            },
            {
              PolicyName: 'fine',
              PolicyDocument: {
                Version: '2012-10-17',
                Comment: secret(),
                Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Note: secret() }],
              },
            },
          ],
          GroupList: [],
          AttachedManagedPolicies: [],
          Tags: [],
        },
        { UserName: secret(), Arn: 17 },
      ],
      GroupDetailList: [],
      RoleDetailList: [
        {
          RoleName: 'worker',
          RoleId: 'AROAEXAMPLE',
          Path: '/',
          Arn: role,
          CreateDate: '2025-01-01T00:00:00Z',
          Secret: secret(),
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: 'lambda.amazonaws.com' },
                Action: 'sts:AssumeRole',
                Secret: secret(),
              },
            ],
          },
          InstanceProfileList: [],
          RolePolicyList: [],
          AttachedManagedPolicies: [],
          Tags: [],
          RoleLastUsed: { LastUsedDate: secret() },
        },
      ],
      Policies: [],
      Secret: secret(),
    }),
    [`${iam}/credential-report.csv`]: `user,arn,password,password_enabled,mfa_active\nana,arn:aws:iam::${account}:user/ana,${secret()},${secret()},false\n"${secret()}`,
    [`${iam}/access-keys.json`]: json([
      {
        UserName: 'ana',
        AccessKeyId: ['AKIA', 'EXAMPLECANARY001'].join(''),
        SecretAccessKey: secret(),
        Status: 'Active',
        CreateDate: '2025-01-01T00:00:00Z',
        LastUsed: {},
      },
      { UserName: 'ana', AccessKeyId: secret(), Status: secret(), CreateDate: secret() },
    ]),
    [`${iam}/login-profiles.json`]: json([{ UserName: 'ana', Password: secret(), CreateDate: secret() }]),
    [`${iam}/mfa-devices.json`]: json([
      {
        UserName: 'ana',
        SerialNumber: `arn:aws:iam::${account}:mfa/ana`,
        Base32StringSeed: secret(),
        QRCodePNG: secret(),
      },
    ]),
    [`${iam}/signing-certificates.json`]: json([
      { UserName: 'ana', CertificateId: 'CERTIFICATEEXAMPLE', CertificateBody: secret(), Status: 'Active' },
    ]),
    [`${iam}/ssh-public-keys.json`]: json([
      { UserName: 'ana', SSHPublicKeyId: 'APKAEXAMPLE', SSHPublicKeyBody: secret(), Status: secret() },
    ]),
    [`${iam}/service-specific-credentials.json`]: json([
      {
        UserName: 'ana',
        ServiceSpecificCredentialId: 'ACCAEXAMPLE',
        ServicePassword: secret(),
        Status: 'Active',
        ServiceName: 'codecommit.amazonaws.com',
      },
    ]),
    [`${iam}/identity-providers.json`]: json({
      OpenIDConnectProviders: [
        {
          Arn: `arn:aws:iam::${account}:oidc-provider/example.com`,
          ClientSecret: secret(),
          ThumbprintList: [secret()],
        },
      ],
      SAMLProviders: [{ Arn: secret(), SAMLMetadataDocument: secret() }],
    }),
    [`${iam}/service-last-accessed.json`]: json({ [role]: { JobStatus: secret(), Secret: secret() }, [secret()]: {} }),
    [`accounts/${account}/identity-center.json`]: json({ Secret: secret() }),
    [`accounts/${account}/resources.json`]: json([
      {
        TypeName: 'AWS::Lambda::Function',
        Identifier: 'worker',
        Region: 'eu-central-1',
        Properties: {
          FunctionName: 'worker',
          Arn: `arn:aws:lambda:eu-central-1:${account}:function:worker`,
          Role: role,
          Environment: { Variables: { DB_PASSWORD: secret() } },
          Description: secret(),
        },
      },
      {
        TypeName: 'AWS::SecretsManager::Secret',
        Identifier: `arn:aws:secretsmanager:eu-central-1:${account}:secret:db-AbCdEf`,
        Properties: {
          Id: `arn:aws:secretsmanager:eu-central-1:${account}:secret:db-AbCdEf`,
          Name: 'db',
          SecretString: secret(),
          GenerateSecretString: secret(),
        },
      },
      {
        TypeName: 'AWS::EC2::Instance',
        Identifier: 'i-0example',
        Region: 'eu-central-1',
        Properties: { InstanceId: 'i-0example', UserData: secret() },
      },
      { TypeName: secret(), Identifier: secret(), Properties: secret() },
    ]),
    [`accounts/${account}/cloudtrail/2026/a.json`]: `{"Records":[{"eventName":"CreateAccessKey","responseElements":{"accessKey":{"secretAccessKey":"${secret()}"}}},`,
    [`accounts/${account}/notes.txt`]: secret(),
  };
}

/** Runs a command in a directory of its own and gives everything it said and wrote. */
async function everything(...args: readonly string[]): Promise<{ readonly run: CommandRun; readonly text: string }> {
  const cwd = mkdtempSync(join(directory, 'out-'));
  const run = await keyreach(args, cwd);
  const files = readdirSync(cwd).map((name) => {
    const bytes = readFileSync(join(cwd, name));
    return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  });
  return { run, text: [run.stdout, run.stderr, ...files].join('\n') };
}

describe.concurrent('a secret in every input file', () => {
  it('plants them', () => {
    expect(planted).toBeGreaterThan(40);
    const found = readFileSync(join(bundle, `accounts/${account}/resources.json`), 'utf8');
    expect(found).toContain(marker);
  });

  it.each([
    [['analyze'], ['--json', 'a.json', '--html', 'a.html']],
    [['import'], ['-o', 'a.ndjson']],
    [['import'], ['-o', 'a.ndjson.gz', '--json', 'a.json']],
    [
      ['radius', 'worker'],
      ['--explain', '--json', 'a.json'],
    ],
    [['radius', 'ana'], ['--explain']],
    [['unused'], ['--json', 'a.json']],
    [
      ['can', 'ana', 's3:GetObject', '*'],
      ['--explain', '--json', 'a.json'],
    ],
    [
      ['who-can', 's3:GetObject', '*'],
      ['--json', 'a.json'],
    ],
  ])('comes out of nothing that %j says or writes', async (command, options) => {
    const { run, text } = await everything(...command, bundle, ...options);
    expect(run.code).toBe(0);
    expect(text).toContain('ana');
    expect(text).not.toContain(marker);
  });

  it('nor out of what is refused', async () => {
    const broken = join(directory, 'broken.json');
    writeFileSync(broken, `{"UserDetailList":[{"Password":"${secret()}"} ${secret()}`);
    const { run, text } = await everything('analyze', broken);
    expect(run.code).toBe(2);
    expect(text).not.toContain(marker);
  });
});
