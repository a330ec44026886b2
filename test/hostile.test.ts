import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandRun, keyreach } from './run-command.ts';

/**
 * Milliseconds after which a run counts as one that does not end. A fraction is usual; other tests may take the cores meanwhile.
 */
const patience = 45_000;
const account = '111122223333';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyreach-hostile-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Writes files of an input below a directory of its own and gives its path. */
function input(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(directory, 'input-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** Analyses an input in an empty directory with every kind of output asked for; no run may leave a part of one behind. */
async function analyze(
  ...inputs: readonly string[]
): Promise<CommandRun & { readonly cwd: string; readonly all: string }> {
  const cwd = mkdtempSync(join(directory, 'out-'));
  const run = await keyreach(['analyze', ...inputs, '--json', 'a.json', '--html', 'a.html'], cwd);
  expect(run.milliseconds).toBeLessThan(patience);
  expect(run.stderr).not.toMatch(/^\s+at |internal error|node:internal/m);
  const files = readdirSync(cwd).sort();
  expect(files).toEqual(run.code === 0 ? ['a.html', 'a.json'] : []);
  const all = [run.stdout, run.stderr, ...files.map((file) => readFileSync(join(cwd, file), 'utf8'))].join('\n');
  return { ...run, cwd, all };
}

function lines(stderr: string): readonly string[] {
  return stderr.split('\n').filter((line) => line !== '');
}

const details = `accounts/${account}/iam/account-authorization-details.json`;

function user(name: string, policies: readonly unknown[] = []): Record<string, unknown> {
  return {
    Path: '/',
    UserName: name,
    UserId: 'AIDAEXAMPLE',
    Arn: `arn:aws:iam::${account}:user/${name}`,
    CreateDate: '2026-01-01T00:00:00Z',
    UserPolicyList: policies.map((PolicyDocument, index) => ({ PolicyName: `inline-${index}`, PolicyDocument })),
    GroupList: [],
    AttachedManagedPolicies: [],
    Tags: [],
  };
}

function authorization(...users: readonly unknown[]): string {
  return JSON.stringify({ UserDetailList: users, GroupDetailList: [], RoleDetailList: [], Policies: [] });
}

function allow(Action: unknown, Resource: unknown): Record<string, unknown> {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] };
}

describe.concurrent('broken files', () => {
  const good = authorization(user('ana'));

  it('a truncated file alone is an error with its position', async () => {
    const run = await analyze(input({ [details]: good.slice(0, -40) }));
    expect(run.code).toBe(2);
    expect(lines(run.stderr)).toEqual([
      expect.stringMatching(
        /account-authorization-details\.json: line 1 column \d+: unexpected end of file, expected /,
      ),
    ]);
  });

  it('a truncated file among others is a problem and a gap, and the rest is read', async () => {
    const keys = `accounts/${account}/iam/access-keys.json`;
    const run = await analyze(input({ [details]: good, [keys]: '[{"UserName":"ana",' }));
    expect(run.code).toBe(0);
    expect(lines(run.stderr)).toEqual([expect.stringContaining(`${keys}: line 1 column 20`)]);
    expect(run.stdout).toContain('access keys');
    expect(run.all).toContain('"name": "ana"');
  });

  it('a missing input among others is a problem and a gap', async () => {
    const run = await analyze(input({ [details]: good }), join(directory, 'nowhere'));
    expect(run.code).toBe(0);
    expect(lines(run.stderr)).toEqual([expect.stringMatching(/nowhere`: no such file/)]);
    expect(run.all).toContain('"scope": "nowhere"');
  });

  it('a policy with a syntax error makes decisions unknown, not empty', async () => {
    const broken = encodeURIComponent(
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*" "Resource":"*"}]}',
    );
    const estate = input({ [details]: authorization(user('ana', [broken])) });
    const run = await analyze(estate);
    expect(run.code).toBe(0);
    expect(lines(run.stderr)).toEqual([
      expect.stringMatching(/inline policy `inline-0`: the policy is not JSON: .*line 1 column 72/),
    ]);
    const verdict = await keyreach(
      ['can', 'ana', 's3:GetObject', 'arn:aws:s3:::x/y', estate, '--json', '-', '--quiet'],
      directory,
    );
    expect(JSON.parse(verdict.stdout)).toMatchObject({ verdict: 'unknown' });
  });

  it('an ARN that is listed twice counts once', async () => {
    const run = await analyze(input({ [details]: authorization(user('ana'), user('ana', [allow('*', '*')])) }));
    expect(run.code).toBe(0);
    expect(lines(run.stderr)).toEqual([
      expect.stringContaining(`\`arn:aws:iam::${account}:user/ana\` is listed again`),
    ]);
  });

  it('a credential report without a column says which one is missing', async () => {
    const report = `user,arn,password_enabled\nana,arn:aws:iam::${account}:user/ana,true\n`;
    const run = await analyze(input({ [details]: good, [`accounts/${account}/iam/credential-report.csv`]: report }));
    expect(run.code).toBe(0);
    expect(lines(run.stderr)).toEqual([
      expect.stringMatching(/credential-report\.csv: line 1: expected the columns `user_creation_time`/),
    ]);
  });

  it.each([
    ['an empty file', ''],
    ['a text', 'hello'],
    ['binary data', '\u0000\u0001\u0002\ufffd'],
    ['other JSON', '{"hello":[1,2,3]}'],
    ['a graph file cut off', '{"record":"header","schema":"keyreach-graph/1"}\n{"record":"node","kind":"iden'],
    ['a graph of the future', '{"record":"header","schema":"keyreach-graph/99"}\n'],
  ])('%s is refused in one line', async (_name, text) => {
    const run = await analyze(join(input({ 'x.json': text }), 'x.json'));
    expect({ code: run.code, stdout: run.stdout, lines: lines(run.stderr).length }).toEqual({
      code: 2,
      stdout: '',
      lines: 1,
    });
    expect(run.stderr).toContain('x.json');
    expect(run.stderr).toMatch(/expected|cut off|update keyreach/);
  });
});

describe.concurrent('files made to exhaust', () => {
  it('40 MB on one line', async () => {
    const policy = JSON.stringify(allow('s3:GetObject', 'x'.repeat(40_000_000)));
    const run = await analyze(input({ [details]: authorization(user('ana', [policy])) }));
    expect(run.code).toBe(0);
    expect(lines(run.stderr).length).toBe(1);
    expect(run.stderr.length).toBeLessThan(1000);
  });

  it('40 MB on one line of a graph', async () => {
    const file = join(
      input({ 'x.ndjson': `{"record":"header","schema":"keyreach-graph/1"}\n{"x":"${'x'.repeat(40_000_000)}"}\n` }),
      'x.ndjson',
    );
    const run = await analyze(file);
    expect({ code: run.code, lines: lines(run.stderr).length }).toEqual({ code: 2, lines: 1 });
    expect(run.stderr.length).toBeLessThan(1000);
  });

  it('10,000 arrays inside one another', async () => {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const run = await analyze(
      input({ [details]: authorization(user('ana')), [`accounts/${account}/resources.json`]: deep }),
    );
    expect(run.code).toBe(0);
    expect(lines(run.stderr)).toEqual([
      expect.stringMatching(/resources\.json: line 1 column \d+: nested too deep, expected at most \d+ levels/),
    ]);
    const policy = `{"Version":"2012-10-17","Statement":${deep}}`;
    const inside = await analyze(input({ [details]: authorization(user('ana', [policy])) }));
    expect(inside.code).toBe(0);
    expect(lines(inside.stderr)).toEqual([expect.stringContaining('nested too deep')]);
  });

  it('wildcards that would blow up a regular expression', async () => {
    const bomb = `${'*a'.repeat(3000)}*c`;
    const text = `s3:${'a'.repeat(6000)}b`;
    const estate = input({
      [details]: authorization(
        user('ana', [allow(`s3:${bomb}`, `arn:aws:s3:::${bomb}`)]),
        user('bo', [allow('*', bomb)]),
      ),
    });
    expect((await analyze(estate)).code).toBe(0);
    const verdict = await keyreach(
      ['can', 'ana', text, `arn:aws:s3:::${'a'.repeat(6000)}b`, estate, '--json', '-', '--quiet'],
      directory,
    );
    expect(verdict.milliseconds).toBeLessThan(patience);
    // The input lists no resources, so the bucket may have a policy that lets ana in (aws.md 1.1).
    expect(JSON.parse(verdict.stdout)).toMatchObject({ verdict: 'unknown' });
  });

  it('thousands of statements and names', async () => {
    const many = {
      Version: '2012-10-17',
      Statement: Array.from({ length: 12_000 }, (_, index) => ({
        Effect: 'Allow',
        Action: `s3:Get${index}*`,
        Resource: '*',
      })),
    };
    const run = await analyze(input({ [details]: authorization(user('ana', [many])) }));
    expect(run.code).toBe(0);
    expect(lines(run.stderr)).toEqual([expect.stringContaining('more than 10000 statements')]);
  });
});

describe.concurrent('names made to deceive', () => {
  const names = [
    '\u001b[2J\u001b]0;owned\u0007',
    'a\u202egnp\u2066',
    '<script>alert(1)</script>',
    '__proto__',
    'constructor',
    'line\nbreak',
    '=HYPERLINK("x")',
  ];

  it('no control character of the input reaches an output', async () => {
    const users = names.map((name) => user(name, [allow('iam:*', '*')]));
    const estate = input({ [details]: authorization(...users) });
    const run = await analyze(estate);
    expect(run.code).toBe(0);
    for (const text of [run.stdout, run.stderr]) {
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }
    expect(readFileSync(join(run.cwd, 'a.html'), 'utf8')).not.toContain('<script');
    for (const name of names) {
      const radius = await keyreach(['radius', `user/${name}`, estate, '--json', '-'], directory);
      expect({ name, code: radius.code }).toEqual({ name, code: 0 });
      expect(JSON.parse(radius.stdout)).toMatchObject({ subject: { name } });
      expect(radius.stderr.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }
  });

  it('nor one of the command line', async () => {
    for (const args of [
      ['analyze', '\u001b[2Jx'],
      ['\u001b[2J'],
      ['analyze', 'x', '--\u001b[2J'],
      ['radius', '\u001b[2J', input({ [details]: authorization(user('ana')) })],
    ]) {
      const run = await keyreach(args, directory);
      expect(run.code).toBe(2);
      expect(run.stderr.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }
  });
});

describe.concurrent('Google Cloud input made to harm', () => {
  const project = {
    name: '//cloudresourcemanager.googleapis.com/projects/123',
    asset_type: 'cloudresourcemanager.googleapis.com/Project',
    ancestors: ['projects/123'],
    resource: { data: { projectId: 'shop' } },
    iam_policy: { bindings: [{ role: 'roles/viewer', members: ['user:jane@example.com'] }] },
  };
  const ndjson = (...records: readonly unknown[]): string => records.map((one) => `${JSON.stringify(one)}\n`).join('');
  const bucket = (name: string, members: readonly string[] = []): unknown => ({
    ...project,
    name: `//storage.googleapis.com/${name}`,
    asset_type: 'storage.googleapis.com/Bucket',
    resource: { data: {} },
    iam_policy: { bindings: [{ role: 'roles/viewer', members }] },
  });

  it('a damaged line is a problem with its place, and the rest is read', async () => {
    const run = await analyze(
      input({ 'assets.ndjson': `${ndjson(project)}{"name": "x\u0000\n${ndjson(bucket('b'))}` }),
    );
    expect(run.code).toBe(0);
    expect(lines(run.stderr)).toEqual([expect.stringMatching(/assets\.ndjson.*byte \d+/)]);
    expect(run.all).toContain('jane@example.com');
  });

  it('10,000 arrays inside one another, in every file', async () => {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const files = ['roles', 'deny-policies', 'pab', 'groups', 'api-keys', 'insights', 'audit-usage', 'projects'];
    const run = await analyze(
      input({
        'assets.ndjson': `${ndjson(project)}{"name":"//a/b","asset_type":"a.googleapis.com/B","resource":{"data":{"x":${deep}}}}\n`,
        ...Object.fromEntries(files.map((name) => [`${name}.json`, deep])),
        'audit-logs/a.json': deep,
      }),
    );
    expect(run.code).toBe(0);
    expect(lines(run.stderr).length).toBeGreaterThan(files.length);
    for (const line of lines(run.stderr)) expect(line.length).toBeLessThan(400);
    expect(run.all).toContain('jane@example.com');
  });

  it('a record, a name and a condition of many megabytes', async () => {
    const huge = 'x'.repeat(20_000_000);
    const run = await analyze(
      input({
        'assets.ndjson': ndjson(project, { ...project, resource: { data: { huge } } }, bucket('y'.repeat(5_000_000)), {
          ...project,
          iam_policy: {
            bindings: [
              {
                role: 'roles/owner',
                members: ['user:bo@example.com'],
                condition: { expression: 'a'.repeat(5_000_000) },
              },
            ],
          },
        }),
      }),
    );
    expect(run.code).toBe(0);
    expect(run.stderr.length).toBeLessThan(2000);
  });

  it('a hundred thousand small records, and as many of one name', async () => {
    const many = Array.from({ length: 100_000 }, (_, index) =>
      JSON.stringify({ name: `//x.googleapis.com/${index % 2 === 0 ? index : 1}`, asset_type: 'x.googleapis.com/Y' }),
    ).join('\n');
    const run = await analyze(input({ 'assets.ndjson': `${ndjson(project)}${many}\n` }));
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('names that objects have, and control characters', async () => {
    const names = [
      '__proto__',
      'constructor',
      '\u001b[2J',
      'a\u202eb',
      '<script>alert(1)</script>',
      'line\nbreak',
      'nul\u0000',
    ];
    const run = await analyze(
      input({
        'assets.ndjson': ndjson(
          project,
          ...names.map((name) => bucket(name, [`user:${name}@example.com`, name])),
          ...names.map((name) => ({ name: `//a/${name}`, assetType: name, ancestors: [name], __proto__x: name })),
        ),
        'groups.json': `{"__proto__":["user:a@example.com"],${names
          .map(
            (name) => `${JSON.stringify(`group:${name}@example.com`)}:${JSON.stringify([`user:${name}@example.com`])}`,
          )
          .join(',')}}`,
        'roles.json': JSON.stringify(names.map((name) => ({ name: `roles/${name}`, includedPermissions: [name] }))),
      }),
    );
    expect(run.code).toBe(0);
    for (const text of [run.stdout, run.stderr]) {
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }
    expect(readFileSync(join(run.cwd, 'a.html'), 'utf8')).not.toContain('<script');
  });

  it('groups and folders that contain one another', async () => {
    const folder = (id: number, parent: number): unknown => ({
      name: `//cloudresourcemanager.googleapis.com/folders/${id}`,
      asset_type: 'cloudresourcemanager.googleapis.com/Folder',
      ancestors: [`folders/${id}`, `folders/${parent}`, `folders/${id}`],
      resource: { data: { parent: `folders/${parent}` } },
    });
    const run = await analyze(
      input({
        'assets.ndjson': ndjson(project, folder(1, 2), folder(2, 1), bucket('b', ['group:a@example.com'])),
        'groups.json': JSON.stringify({
          'group:a@example.com': ['group:b@example.com'],
          'group:b@example.com': ['group:a@example.com', 'user:jane@example.com'],
        }),
      }),
    );
    expect(run.code).toBe(0);
    expect(run.all).toContain('jane@example.com');
  });

  it('a packed file that unpacks without end is cut off', async () => {
    const root = input({ 'pab.json': JSON.stringify({ principalAccessBoundaryPolicies: [], policyBindings: [] }) });
    writeFileSync(join(root, 'assets.ndjson'), ndjson(project));
    writeFileSync(join(root, 'roles.json.gz'), gzipSync(Buffer.alloc(600 * 1024 * 1024, 0x20)));
    const run = await analyze(root);
    expect(run.code).toBe(0);
    expect(lines(run.stderr)).toEqual([expect.stringMatching(/roles\.json\.gz: unpacks to more than/)]);
  });
});
