import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Gap } from '@keyreach/core/graph';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AwsInput } from './aws-input.ts';
import { ACCOUNT_FILES } from './input-files.ts';
import { ABSENT } from './merge-inputs.ts';
import { readAwsInput, readAwsInputs } from './read-bundle.ts';

const SMALL = fileURLToPath(new URL('../../test-data/small-bundle', import.meta.url));
const A = '444455556666';
const SCOPE = `arn:aws:account::${A}:account`;
const USER = { UserName: 'a', Arn: `arn:aws:iam::${A}:user/a` };
const DETAILS = { UserDetailList: [USER], GroupDetailList: [], RoleDetailList: [], Policies: [] };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyreach-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function write(path: string, content: unknown): string {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content));
  return file;
}

/** Gaps other than those for files that are simply not there. */
const present = (input: AwsInput): readonly Gap[] => input.gaps.filter(({ why }) => why !== ABSENT);
const absent = (input: AwsInput, account = A): readonly string[] =>
  input.gaps.filter(({ why, scope }) => why === ABSENT && scope.includes(account)).map(({ what }) => what);

describe('a bundle', () => {
  it('is read whole, with its organization and its own gaps', async () => {
    const input = await readAwsInput(SMALL);
    expect(Object.keys(input.accounts)).toEqual(['111122223333', A]);
    expect(input.organizations).toHaveLength(1);
    expect(input.accounts[A]).toMatchObject({ collectedAt: '2026-06-01T00:00:00.000Z', partition: 'aws' });
    expect(present(input)).toEqual([
      { scope: SCOPE, what: 'KMS grants', why: 'access denied', fix: 'allow kms:ListGrants', kind: 'not-collected' },
    ]);
    expect(absent(input)).toEqual(['CloudTrail']);
    for (const { key } of ACCOUNT_FILES)
      expect([key, input.accounts[A]?.[key] === undefined]).toEqual([key, key === 'cloudTrail']);
  });

  it('says for every file that is not there what is missing and how to get it', async () => {
    write(`accounts/${A}/iam/account-authorization-details.json`, DETAILS);
    const input = await readAwsInput(directory);
    expect(absent(input)).toEqual(
      ACCOUNT_FILES.map(({ what }) => what).filter((what) => what !== 'authorization details'),
    );
    for (const gap of input.gaps)
      expect(gap).toMatchObject({
        scope: SCOPE,
        fix: expect.stringMatching(/^aws /),
        file: expect.any(String),
        kind: 'missing-file',
      });
  });

  it('takes packed files', async () => {
    write(`accounts/${A}/iam/account-authorization-details.json.gz`, gzipSync(JSON.stringify(DETAILS)));
    write(`accounts/${A}/iam/access-keys.json.gz`, gzipSync('[]'));
    write('organization.json.gz', gzipSync('{"Organization":null}'));
    const input = await readAwsInput(directory);
    expect(input.accounts[A]).toMatchObject({ standalone: true, accessKeys: { items: [], complete: true } });
    expect(present(input)).toEqual([]);
  });

  it('lists CloudTrail files without reading them', async () => {
    const log = write(`accounts/${A}/cloudtrail/2026/01/a.json.gz`, 'not even gzip');
    write(`accounts/${A}/cloudtrail/readme.txt`, 'x');
    const input = await readAwsInput(directory);
    expect(input.accounts[A]?.cloudTrail).toEqual([log]);
    expect(absent(input)).not.toContain('CloudTrail');
  });

  it('reports what is no account directory', async () => {
    write('accounts/production/iam/access-keys.json', []);
    const input = await readAwsInput(directory);
    expect(input.gaps).toEqual([
      { scope: 'accounts/production', what: 'account', why: 'expected an account id as the name', kind: 'bad-input' },
    ]);
  });

  it('keeps going past a manifest that is damaged or of another version', async () => {
    write(`accounts/${A}/iam/access-keys.json`, []);
    for (const manifest of [
      '',
      '{',
      '[]',
      '{"format":"keyreach-bundle/2","collectedAt":"x","gaps":[{}, 1]}',
      '{"format":"keyreach-bundle/1","gaps":{}}',
    ]) {
      write('keyreach-bundle.json', manifest);
      const gaps = present(await readAwsInput(directory));
      expect(gaps.length).toBeGreaterThan(0);
      for (const gap of gaps) expect(gap).toMatchObject({ what: 'bundle manifest', file: 'keyreach-bundle.json' });
    }
  });

  it('splits details that hold another account', async () => {
    const other = { UserName: 'b', Arn: 'arn:aws:iam::777788889999:user/b' };
    write(`accounts/${A}/iam/account-authorization-details.json`, { ...DETAILS, UserDetailList: [USER, other] });
    const input = await readAwsInput(directory);
    expect(
      Object.values(input.accounts).map(({ authorizationDetails }) => authorizationDetails?.users.items.length),
    ).toEqual([1, 1]);
    expect(present(input)).toEqual([
      {
        scope: SCOPE,
        what: 'authorization details',
        why: `ARNs of other accounts, \`777788889999\`, in a file of \`${A}\`; split by account`,
        file: `accounts/${A}/iam/account-authorization-details.json`,
        kind: 'bad-input',
      },
    ]);
  });
});

describe('every file of an account', () => {
  const bad: readonly (readonly [string, string])[] = [
    ['empty', ''],
    ['truncated', '{"a": [{"b"'],
    ['of the wrong shape', '"text"'],
    ['nested too deep', '['.repeat(10_000)],
  ];
  for (const { key, path, what, fix } of ACCOUNT_FILES) {
    if (key === 'cloudTrail') continue;
    for (const [how, content] of bad) {
      it(`is a gap and not "none" where it is ${how}: ${path}`, async () => {
        cpSync(SMALL, directory, { recursive: true });
        write(`accounts/${A}/${path}`, content);
        const input = await readAwsInput(directory);
        const gaps = input.gaps.filter((gap) => gap.scope === SCOPE && gap.what === what);
        expect(gaps.length).toBeGreaterThan(0);
        for (const gap of gaps) {
          expect(gap.file).toBe(`accounts/${A}/${path}`);
          expect(gap.fix).toBe(fix);
          expect(gap.why).not.toBe(ABSENT);
          expect(gap.why).not.toContain('\n');
        }
        expect(input.accounts[A]?.[key]).toBeUndefined();
        expect(Object.keys(input.accounts)).toHaveLength(2);
      });
    }

    it(`is a gap where it is absent: ${path}`, async () => {
      cpSync(SMALL, directory, { recursive: true });
      rmSync(join(directory, `accounts/${A}/${path}`));
      expect(absent(await readAwsInput(directory))).toContain(what);
    });
  }

  for (const [how, content] of bad) {
    it(`organization.json ${how} is a gap`, async () => {
      cpSync(SMALL, directory, { recursive: true });
      write('organization.json', content);
      const input = await readAwsInput(directory);
      expect(input.organizations).toEqual([]);
      expect(present(input).filter(({ what }) => what === 'organization')).toEqual([
        {
          scope: 'organization.json',
          what: 'organization',
          why: expect.any(String),
          file: 'organization.json',
          kind: 'bad-input',
        },
      ]);
    });
  }
});

describe('links and odd files', () => {
  it('does not follow a link out of the bundle', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'keyreach-outside-'));
    writeFileSync(join(outside, 'keys.json'), '[]');
    mkdirSync(join(outside, 'accounts', '777788889999'), { recursive: true });
    write(`accounts/${A}/iam/account-authorization-details.json`, DETAILS);
    symlinkSync(join(outside, 'keys.json'), join(directory, `accounts/${A}/iam/access-keys.json`));
    symlinkSync(join(outside, 'accounts/777788889999'), join(directory, 'accounts/777788889999'));
    const input = await readAwsInput(directory);
    expect(Object.keys(input.accounts)).toEqual([A]);
    expect(present(input)).toEqual([
      {
        scope: SCOPE,
        what: 'access keys',
        why: 'a symbolic link that leads out of the bundle',
        fix: expect.stringMatching(/^aws iam list-access-keys/),
        file: `accounts/${A}/iam/access-keys.json`,
        kind: 'bad-input',
      },
    ]);
    rmSync(outside, { recursive: true });
  });

  it('follows a link inside the bundle', async () => {
    write(`accounts/${A}/iam/account-authorization-details.json`, DETAILS);
    write('shared/keys.json', []);
    symlinkSync('../../../shared/keys.json', join(directory, `accounts/${A}/iam/access-keys.json`));
    expect((await readAwsInput(directory)).accounts[A]?.accessKeys).toEqual({ items: [], complete: true });
  });

  it('reports a directory or a dangling link in the place of a file', async () => {
    mkdirSync(join(directory, `accounts/${A}/iam/access-keys.json`), { recursive: true });
    symlinkSync('nowhere', join(directory, `accounts/${A}/iam/login-profiles.json`));
    const gaps = present(await readAwsInput(directory));
    expect(gaps.map(({ what, why }) => [what, why])).toEqual([
      ['access keys', 'not a plain file'],
      ['login profiles', 'cannot be read (`ENOENT`); check that it exists and its permissions'],
    ]);
    expect(JSON.stringify(gaps)).not.toContain(directory);
  });
});

describe('a single file', () => {
  it('is taken under any name, and its ARNs tell the account', async () => {
    const input = await readAwsInput(write('dump-of-monday', DETAILS));
    expect(Object.keys(input.accounts)).toEqual([A]);
    expect(present(input)).toEqual([]);
    expect(absent(input)).toContain('credential report');
  });

  it('with several accounts is split, and a gap says so', async () => {
    const other = { UserName: 'b', Arn: 'arn:aws:iam::777788889999:user/b' };
    const input = await readAwsInput(write('x.json', { ...DETAILS, UserDetailList: [USER, other] }));
    expect(Object.keys(input.accounts)).toEqual([A, '777788889999']);
    expect(present(input)).toEqual([
      {
        scope: 'x.json',
        what: 'authorization details',
        why: `ARNs of several accounts, \`${A}\`, \`777788889999\`; split by account`,
        file: 'x.json',
        kind: 'bad-input',
      },
    ]);
  });

  it('that tells no account is a gap', async () => {
    const input = await readAwsInput(write('x.json', { ...DETAILS, UserDetailList: [] }));
    expect(input.accounts).toEqual({});
    expect(input.gaps).toEqual([
      expect.objectContaining({ why: 'no ARN in the file tells its account, expected a user, group, role or policy' }),
    ]);
  });

  it('that is damaged is one line', async () => {
    const input = await readAwsInput(write('x.json', '{"UserDetailList": ['));
    expect(input.gaps).toEqual([
      {
        scope: 'x.json',
        what: 'authorization details',
        why: 'x.json: line 1 column 21: unexpected end of file, expected a value or `]`',
        fix: 'aws iam get-account-authorization-details',
        file: 'x.json',
        kind: 'bad-input',
      },
    ]);
    expect((await readAwsInput(write('y.json', ''))).gaps).toEqual([expect.objectContaining({ why: 'an empty file' })]);
  });

  it('is joined with others given beside it', async () => {
    const details = write('details.json', DETAILS);
    const keys = write('keys.json', [{ UserName: 'a', AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Active' }]);
    const report = write('report.csv', `user,arn,password_enabled\na,arn:aws:iam::${A}:user/a,true\n`);
    const input = await readAwsInputs([keys, report, details]);
    expect(Object.keys(input.accounts)).toEqual([A]);
    expect(input.accounts[A]?.accessKeys?.items).toHaveLength(1);
    expect(input.accounts[A]?.credentialReport?.items).toHaveLength(1);
    expect(absent(input)).not.toContain('access keys');
    expect(absent(input)).not.toContain('credential report');
  });

  it('that is too large is refused unread', async () => {
    const file = write('x.json', '');
    truncateSync(file, 513 * 1024 * 1024);
    expect((await readAwsInput(file)).gaps).toMatchObject([
      { why: 'larger than `536870912` bytes, expected a smaller file', file: 'x.json' },
    ]);
  });

  it('that does not exist is an error with a code', async () => {
    await expect(readAwsInput(join(directory, 'nowhere'))).rejects.toMatchObject({ code: 'cannot-read' });
    await expect(readAwsInput(directory)).rejects.toMatchObject({ code: 'not-aws' });
  });
});

it('a directory may hold several bundles and single files', async () => {
  cpSync(SMALL, join(directory, 'one'), { recursive: true });
  write('two/accounts/777788889999/iam/access-keys.json', []);
  write('azure/keyreach-bundle.json', { format: 'keyreach-bundle/1', provider: 'azure' });
  write('azure/organization.json', { Organization: {} });
  write('other.json', { ...DETAILS, UserDetailList: [{ UserName: 'c', Arn: 'arn:aws-cn:iam::999900001111:user/c' }] });
  write('unrelated.json', { hello: 'world' });
  const input = await readAwsInput(directory);
  expect(Object.keys(input.accounts)).toEqual(['111122223333', A, '777788889999', '999900001111']);
  expect(input.accounts['999900001111']?.partition).toBe('aws-cn');
  expect(absent(input, '777788889999')).not.toContain('access keys');
});
