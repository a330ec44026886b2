import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { keyreach } from './run-command.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyreach-collect-'));
  // No credentials from anywhere.
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent/config');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent/credentials');
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

describe.concurrent('keyreach collect aws', () => {
  it('prints the policies it needs, and those of what is asked for beside', async () => {
    const plain = await keyreach(['collect', 'aws', '--print-permissions'], directory);
    expect([plain.code, plain.stderr]).toEqual([0, '']);
    const policies = JSON.parse(plain.stdout) as Readonly<Record<string, unknown>>;
    expect(Object.keys(policies)[0]).toBe('KeyreachAudit');
    expect(plain.stdout).toContain('"iam:GetAccountAuthorizationDetails"');
    expect(plain.stdout).not.toContain('config:SelectAggregateResourceConfig');
    const args = ['collect', 'aws', '--config-aggregator', 'eu-west-1/all', '--print-permissions', 'json'];
    expect((await keyreach(args, directory)).stdout).toContain('config:SelectAggregateResourceConfig');
  });

  it('prints a template with the role', async () => {
    const args = ['collect', 'aws', '--role', 'Reader', '--print-permissions', 'cloudformation'];
    const { code, stdout } = await keyreach(args, directory);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).Parameters.RoleName.Default).toBe('Reader');
  });

  it.each([
    [[], /--output/],
    [['-o', 'bundle', '--accounts', '12'], /`12` is no account id/],
    [['-o', 'bundle', '--regions', 'Europe'], /`Europe` is no region/],
    [['-o', 'bundle', '--config-aggregator', 'all'], /region/],
    [['--print-permissions', 'yaml'], /yaml/],
    [['-o', 'bundle'], /no valid AWS credentials/],
  ] as const)('says in one line what is wrong with %j', async (args, message) => {
    const { code, stdout, stderr } = await keyreach(['collect', 'aws', ...args], directory);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.split('\n').filter((line) => line.startsWith('keyreach: ')).length).toBe(1);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(readdirSync(directory).filter((name) => name !== 'bundle')).toEqual([]);
  });
});

describe.concurrent('keyreach collect gcp', () => {
  it('prints the roles and the permissions it needs, and a role of its own', async () => {
    const json = await keyreach(['collect', 'gcp', '--print-permissions'], directory);
    expect([json.code, json.stderr]).toEqual([0, '']);
    const { roles, permissions } = JSON.parse(json.stdout) as Readonly<Record<string, readonly string[]>>;
    expect(roles).toContain('roles/cloudasset.viewer');
    expect(permissions).toContain('iam.denypolicies.get');
    const yaml = await keyreach(['collect', 'gcp', '--print-permissions', 'yaml'], directory);
    expect(yaml.stdout).toMatch(/^includedPermissions:\n {2}- apikeys\.keys\.list$/m);
  });

  it('says what is missing: a directory, a scope that is one', async () => {
    const none = await keyreach(['collect', 'gcp'], directory);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('--output')]);
    const odd = await keyreach(['collect', 'gcp', '-o', 'odd', '--organization', 'example.com'], directory);
    expect([odd.code, odd.stderr]).toEqual([2, expect.stringContaining('no number of an organization')]);
  });
});
