import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson } from '@keyreach/core/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandRun, keyreach, sampleEstate, sampleTime } from './run-command.ts';
import { sharedData } from './shared-data.ts';

const key = 'AKIAEXAMPLEDEVKEY001';
const at = ['--at', sampleTime];
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyreach-cli-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const run = (...args: readonly string[]): Promise<CommandRun> => keyreach(args, directory);

/** JSON of a run that may print nothing else on standard output. */
async function json(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await run(...args, '--json', '-', '--quiet');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe.concurrent('keyreach demo', () => {
  it('opens with the one thing to act on and writes the report', async () => {
    const { code, stdout, stderr } = await run('demo');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toBe(
      'Act: access key AKIAEXAMPLEDEVKEY001 of mia.keller, 912 days old, gives full control of account shop-prod over up to 2 other identities',
    );
    for (const part of ['Ranking', 'What is missing', 'report.html']) expect(stdout).toContain(part);
    expect(readFileSync(join(directory, 'report.html'), 'utf8')).toContain('<h1>Keyreach report</h1>');
  });

  it('says the same every time', async () => {
    const first = await run('demo', '--html', 'first.html', '--json', '-');
    const second = await run('demo', '--html', 'second.html', '--json', '-');
    expect(second.stdout).toBe(first.stdout);
    expect(readFileSync(join(directory, 'second.html'))).toEqual(readFileSync(join(directory, 'first.html')));
  });
});

describe.concurrent('keyreach analyze', () => {
  it('writes JSON and HTML files and leaves standard output to people', async () => {
    const { code, stdout } = await run('analyze', sampleEstate, ...at, '--json', 'a.json', '--html', 'a.html');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Act: /);
    const analysis = JSON.parse(readFileSync(join(directory, 'a.json'), 'utf8')) as Record<string, unknown>;
    expect(analysis).toMatchObject({ schema: 'keyreach-analysis', schemaVersion: 1, now: '2026-11-01T06:00:00.000Z' });
    expect(readFileSync(join(directory, 'a.html'), 'utf8')).toContain('What this report cannot know');
  });

  it('gives equal bytes for equal input and time', async () => {
    const first = await run('analyze', sampleEstate, ...at, '--json', '--quiet');
    const second = await run('analyze', '--json', sampleEstate, ...at, '--quiet');
    expect(first.stdout.length).toBeGreaterThan(1000);
    expect(second.stdout).toBe(first.stdout);
  });

  it('prints JSON alone on standard output, with the text on standard error', async () => {
    const { stdout, stderr } = await run('analyze', sampleEstate, ...at, '--json', '-');
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'keyreach-analysis' });
    expect(stderr).toMatch(/^Act: /);
  });

  it.each([
    ['act', 1],
    ['attend', 1],
    ['track-star', 1],
    ['track', 1],
  ])('fails the gate --fail-on %s', async (gate, expected) => {
    const { code, stderr } = await run('analyze', sampleEstate, ...at, '--fail-on', gate, '--quiet');
    expect(code).toBe(expected);
    expect(stderr).toMatch(/^keyreach: gate failed: \d+ of \d+ at /);
  });

  it('passes a gate that nothing proven reaches', async () => {
    const harmless = join(directory, 'harmless.json');
    writeFileSync(
      harmless,
      JSON.stringify({ UserDetailList: [userNamed('nobody')], GroupDetailList: [], RoleDetailList: [], Policies: [] }),
    );
    expect((await run('analyze', harmless, '--fail-on', 'act', '--quiet')).code).toBe(0);
  });

  it('tells an incomplete collection under --strict, after the gate', async () => {
    expect((await run('analyze', sampleEstate, ...at, '--strict', '--quiet')).code).toBe(3);
    expect((await run('analyze', sampleEstate, ...at, '--strict', '--fail-on', 'act', '--quiet')).code).toBe(1);
  });

  it('says nothing with --quiet', async () => {
    expect(await run('analyze', sampleEstate, ...at, '--quiet')).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });
});

describe.concurrent('keyreach import', () => {
  it.each(['estate.ndjson', 'estate.ndjson.gz'])('writes %s, which says what the bundle says', async (name) => {
    const imported = await run('import', sampleEstate, ...at, '-o', name);
    expect(imported).toMatchObject({ code: 0, stderr: '' });
    const fromBundle = await run('analyze', sampleEstate, ...at, '--json', '-', '--quiet');
    const fromGraph = await run('analyze', name, ...at, '--json', '-', '--quiet');
    // A graph file sorts the keys of what it holds; the values are the same.
    expect(canonicalJson(JSON.parse(fromGraph.stdout)) === canonicalJson(JSON.parse(fromBundle.stdout))).toBe(true);
  });

  it('tells what it wrote', async () => {
    expect(await json('import', sampleEstate, ...at, '-o', 'x.ndjson')).toMatchObject({ schema: 'keyreach-import' });
  });
});

describe.concurrent('keyreach radius', () => {
  it('tells the way from the key to the production account', async () => {
    const { code, stdout } = await run('radius', key, sampleEstate, ...at);
    expect(code).toBe(0);
    const text = stdout.replace(/\s+/g, ' ');
    expect(text).toContain('user mia.keller (shop-dev) —lambda-create-invoke→ role release-runner (shop-dev)');
    expect(text).toContain('(policy developer-workbench, statement 2 "PassFunctionRoles", through group developers)');
    expect(text).toContain('role release-runner (shop-dev) —sts-assume-role→ role shop-deploy (shop-prod)');
    expect(text).toContain('shop-prod: proven, through 2 other identities');
  });

  it('gives the same as JSON, for the id of the node and for a name', async () => {
    const id = `arn:aws:iam::222222222222:user/people/mia.keller/accesskey/${key}`;
    const byKey = await json('radius', key, sampleEstate, ...at);
    expect(byKey).toEqual(await json('radius', id, sampleEstate, ...at));
    expect(byKey).toMatchObject({ schema: 'keyreach-radius', subject: { id }, action: { lo: 'Act' } });
    const byName = await json('radius', 'mia.keller', sampleEstate, ...at);
    expect(byName).toMatchObject({ subject: { id: 'arn:aws:iam::222222222222:user/people/mia.keller' } });
  });

  it('does not reach what a boundary really stops', async () => {
    const radius = await json('radius', 'lena.fischer', sampleEstate, ...at);
    expect(JSON.stringify(radius['reaches'])).not.toContain('role/release-runner');
    expect(radius['admin']).toEqual([]);
  });

  it('lists the candidates of an ambiguous name, and names like an unknown one', async () => {
    const several = await run('radius', 'platform-admin', sampleEstate, ...at);
    expect(several).toMatchObject({ code: 2, stdout: '' });
    expect(several.stderr).toContain('arn:aws:iam::111111111111:role/platform-admin');
    expect(several.stderr).toContain('arn:aws:iam::222222222222:role/platform-admin');
    const near = await run('radius', 'mia.keler', sampleEstate, ...at);
    expect(near.code).toBe(2);
    expect(near.stderr).toBe(
      'keyreach: no credential or identity `mia.keler` in the input; did you mean `mia.keller`?\n',
    );
    const group = await run('radius', 'developers', sampleEstate, ...at);
    expect(group).toMatchObject({ code: 2, stdout: '' });
  });
});

describe.concurrent('keyreach can and who-can', () => {
  const object = 'arn:aws:s3:::shop-customer-exports/2026/orders.csv';

  it('cites the explicit deny that wins', async () => {
    const { code, stdout } = await run('can', 'support-readonly', 's3:GetObject', object, sampleEstate, ...at);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^DENY {2}role support-readonly/);
    expect(stdout).toContain('policy support-read, statement 2 "NoCustomerExports"');
  });

  it('names the boundary that stops an escalation', async () => {
    const { stdout } = await run('can', 'lena.fischer', 'iam:PutUserPolicy', 'user/lena.fischer', sampleEstate, ...at);
    expect(stdout).toMatch(/^DENY /);
    expect(stdout).toContain('permissions boundary (developer-boundary) does not allow it');
  });

  it('answers with the context it is given, and says what it depends on without', async () => {
    const question = [
      'can',
      'sven.olsen',
      'sts:AssumeRole',
      'arn:aws:iam::111111111111:role/platform-admin',
      sampleEstate,
      ...at,
    ];
    expect(await json(...question)).toMatchObject({ schema: 'keyreach-verdict', verdict: 'conditional' });
    expect((await run(...question)).stdout).toContain('allowed only if aws:MultiFactorAuthPresent is true');
    const known = ['--context', 'aws:MultiFactorAuthPresent=true'];
    expect(await json(...question, ...known)).toMatchObject({ verdict: 'allow' });
    const refused = ['--context', 'aws:MultiFactorAuthPresent=false'];
    expect(await json(...question, ...refused)).toMatchObject({ verdict: 'deny' });
  });

  it('answers for a credential as for its identity, and notes an action nobody knows', async () => {
    expect(
      await json(
        'can',
        key,
        'lambda:CreateFunction',
        'arn:aws:lambda:eu-central-1:222222222222:function:x',
        sampleEstate,
        ...at,
      ),
    ).toMatchObject({
      principal: 'arn:aws:iam::222222222222:user/people/mia.keller',
      verdict: 'allow',
    });
    const { code, stderr } = await run('can', key, 'lambda:CreateFnction', '*', sampleEstate, ...at, '--quiet');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'keyreach: `lambda:CreateFnction` is no action the catalogue knows; only wildcards can cover it\n',
    });
  });

  it('explains in full on demand, and in JSON always', async () => {
    const question = ['can', 'support-readonly', 's3:GetObject', object, sampleEstate, ...at];
    const short = await run(...question);
    expect(short.stdout.trimEnd().split('\n')).toHaveLength(2);
    const full = await run(...question, '--explain');
    expect(full.stdout.startsWith(short.stdout.trimEnd())).toBe(true);
    for (const part of ['Because', 'It would take']) expect(full.stdout).toContain(`\n${part}\n`);
    const result = await json(...question);
    expect(result).toMatchObject({
      verdict: 'deny',
      reasons: expect.any(Array),
      layers: expect.arrayContaining([expect.objectContaining({ layer: 'explicit-deny', outcome: 'deny' })]),
      needs: [{ need: 'no-deny', by: { policyName: 'support-read', statement: 1 } }],
      zones: { cross: false },
    });
    expect(result).not.toHaveProperty('credential');
  });

  it('decides for a credential, and tells its status', async () => {
    const bucket = 'arn:aws:s3:::shop-dev-scratch/x';
    const asked = await json('can', key, 's3:GetObject', bucket, sampleEstate, ...at);
    const id = `arn:aws:iam::222222222222:user/people/mia.keller/accesskey/${key}`;
    expect(asked).toMatchObject({ credential: { id, status: 'active', ifActive: 'allow' }, verdict: 'allow' });
  });

  it.each([
    [['GetObject', 'arn:aws:s3:::x'], '`GetObject` is no action; expected the name of one, perhaps `s3:GetObject`'],
    [
      ['s3:Get*', 'arn:aws:s3:::x'],
      '`s3:Get*` has wildcards; ask about one action, such as s3:GetObject, storage.objects.get or Microsoft.Compute/virtualMachines/write',
    ],
    [['s3:GetObject', 'no-such-bucket/x'], 'no resource `no-such-bucket/x` in the input'],
  ])('refuses %j', async ([action = '', resource = ''], line) => {
    for (const question of [
      ['can', key, action, resource],
      ['who-can', action, resource],
    ]) {
      const { code, stdout, stderr } = await run(...question, sampleEstate, ...at);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(`keyreach: ${line}`);
    }
  });

  it('says what those depend on who only may, with --explain', async () => {
    const question = [
      'who-can',
      'sts:AssumeRole',
      'arn:aws:iam::111111111111:role/platform-admin',
      sampleEstate,
      ...at,
    ];
    expect((await run(...question)).stdout).not.toContain('allowed only if');
    expect((await run(...question, '--explain')).stdout).toContain(
      'allowed only if aws:MultiFactorAuthPresent is true',
    );
    const { principals } = await json(...question, '--explain');
    expect(principals).toContainEqual(
      expect.objectContaining({
        certainty: 'conditional',
        dependsOn: expect.arrayContaining([
          expect.objectContaining({ conditions: [expect.objectContaining({ key: 'aws:MultiFactorAuthPresent' })] }),
        ]),
      }),
    );
  });

  it('lists who can, strongest first', async () => {
    const { principals } = await json('who-can', 's3:GetObject', object, sampleEstate, ...at);
    const ids = (principals as readonly { id: string; certainty: string }[])
      .filter((one) => one.certainty === 'allow')
      .map(({ id }) => id);
    expect(ids).toContain('arn:aws:iam::111111111111:role/shop-exports-lambda');
    expect(ids).not.toContain('arn:aws:iam::111111111111:role/support-readonly');
    const { stdout } = await run('who-can', 's3:GetObject', object, sampleEstate, ...at);
    expect(stdout).toContain('shop-exports-lambda');
  });
});

describe.concurrent('keyreach unused', () => {
  it('keeps unused and unknown apart', async () => {
    const report = await json('unused', sampleEstate, ...at);
    const identities = report['identities'] as readonly {
      name: string;
      state: string;
      counts: Record<string, number>;
    }[];
    const named = (name: string) => identities.find((one) => one.name === name);
    expect(named('shop-deploy')).toMatchObject({ state: 'unused' });
    expect(named('shop-exports-lambda')).toMatchObject({ state: 'used', counts: { unused: 2 } });
    expect(named('thumbnail-lambda')).toMatchObject({ state: 'used', counts: { unused: 0, unknown: 2 } });
  });

  it('answers for one identity, and with another window', async () => {
    const one = await json('unused', 'shop-exports-lambda', sampleEstate, ...at, '--window', '30');
    expect(one).toMatchObject({
      schema: 'keyreach-unused',
      windowDays: 30,
      identities: [{ name: 'shop-exports-lambda' }],
    });
    expect((await run('unused', 'shop-exports-lambda', sampleEstate, ...at)).stdout).toContain('ses:*, sqs:*');
  });

  it('counts actions, and lists them for one identity or where asked', async () => {
    const identities = async (...args: readonly string[]) => {
      const { identities: found } = await json('unused', ...args, sampleEstate, ...at);
      return found as readonly {
        name: string;
        actions: { counts: object; list?: readonly { permission: string }[] };
      }[];
    };
    const [one] = await identities('shop-deploy');
    const { counts, list } = one?.actions ?? {};
    expect(counts).toEqual({ granted: 11, used: 0, unused: 11, unknown: 0 });
    expect(list).toHaveLength(11);
    expect(list?.[0]).toMatchObject({ class: 'control', state: 'unused', sources: ['service-last-accessed'] });
    const { stdout } = await run('unused', 'shop-deploy', sampleEstate, ...at);
    expect(stdout).toContain('11 actions granted, 0 used, 11 unused, 0 unknown; share unused 100 %');
    expect(stdout).toContain('    unused, permission-admin: iam:');
    const [counted] = await identities('shop-deploy', '--no-actions');
    expect(counted?.actions).toEqual({ ...one?.actions, list: undefined });
    const all = await identities();
    expect(all.every(({ actions }) => actions.list === undefined)).toBe(true);
    const listed = await identities('--actions');
    expect(listed.find(({ name }) => name === 'shop-deploy')?.actions).toEqual(one?.actions);
  });
});

describe.concurrent('the command line', () => {
  it('has help with examples everywhere', async () => {
    for (const command of ['demo', 'analyze', 'radius', 'unused', 'can', 'who-can', 'import']) {
      const { code, stdout } = await run(command, '--help');
      expect(code).toBe(0);
      expect(stdout).toContain('Examples:');
      expect(stdout).toContain('--json');
    }
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Exit codes:');
    expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['analyze']],
    [['nonsense']],
    [[]],
    [['analyze', 'x', '--bogus']],
    [['analyze', 'x', '--fail-on', 'never']],
    [['analyze', 'x', '--top', '-1']],
    [['--at', 'yesterday', 'demo']],
    [['can', 'a', 'b', 'c', 'd', '--context', 'novalue']],
    [['import', sampleEstate]],
    [['analyze', 'there-is-no-such-file']],
    [['radius', key]],
  ])('ends %j with 2 and no result', async (args) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('refuses to write over a file that is no output of its own, and leaves nothing half written', async () => {
    const alone = mkdtempSync(join(directory, 'alone-'));
    const file = join(alone, 'precious.txt');
    writeFileSync(file, 'mine');
    expect((await keyreach(['analyze', sampleEstate, `--json=${file}`], alone)).code).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    for (const target of ['no-such-directory/x.html', '.']) {
      const { code, stderr } = await keyreach(['analyze', sampleEstate, ...at, '--html', target, '--quiet'], alone);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^keyreach: cannot write `.*`: [^\n]+\n$/);
    }
    expect(readdirSync(alone)).toEqual(['precious.txt']);
  });
});

const details = sharedData('aws/example-authorization-details.json');

describe.skipIf(details === undefined)('a lone account-authorization-details file', () => {
  it('is analysed with nothing else, and says what is missing', async () => {
    const { code, stdout, stderr } = await run('analyze', details ?? '', ...at, '--json', '-', '--quiet');
    expect(code).toBe(0);
    // The file names a second account; that is a problem of the input, said in one line.
    expect(stderr).toMatch(/^keyreach: [^\n]*ARNs of several accounts[^\n]*\n$/);
    const analysis = JSON.parse(stdout) as Record<string, unknown>;
    expect((analysis['subjects'] as readonly unknown[]).length).toBeGreaterThan(50);
    const missing = (analysis['coverage'] as readonly { what: string; state: string }[]).filter(
      ({ state }) => state === 'missing',
    );
    expect(missing.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['access keys', 'credential report', 'organization', 'resources']),
    );
  });
});

function userNamed(name: string): unknown {
  return {
    Path: '/',
    UserName: name,
    UserId: 'AIDAEXAMPLE',
    Arn: `arn:aws:iam::111122223333:user/${name}`,
    CreateDate: '2026-01-01T00:00:00Z',
    GroupList: [],
    AttachedManagedPolicies: [],
    Tags: [],
  };
}
