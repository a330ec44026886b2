import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CollectOptions, type CollectResult, collectAws } from './collect-aws.ts';
import type { CollectPart } from './part.ts';
import { COLLECT_PARTS } from './parts.ts';
import { filesBelow, temporaryDirectory } from './testing/directory.ts';
import { awsError, FakeAws, fakeClock, MANAGEMENT, PAY, SHOP } from './testing/fake-aws.ts';

const PARTS = COLLECT_PARTS.filter(({ name }) => name !== 'resources');
const STATE = '.keyreach-collect.json';

function collect(aws: FakeAws, output: string, more: Partial<CollectOptions> = {}): Promise<CollectResult> {
  return collectAws({
    output,
    now: '2026-06-01T00:00:00.000Z',
    clients: aws.clients,
    clock: fakeClock(),
    parts: PARTS,
    ...more,
  });
}

const denied = (wanted: string, of?: string): FakeAws => {
  const aws = new FakeAws();
  aws.fault = ({ command, account }) =>
    command === wanted && (of === undefined || of === account) ? awsError('AccessDenied', 403) : undefined;
  return aws;
};

const asked = (aws: FakeAws, wanted: string): readonly string[] =>
  aws.calls.filter(({ command }) => command === wanted).map(({ account }) => account);

/** A directory whose collection lacks the access keys of one account. */
async function lackingKeys(): Promise<string> {
  const directory = temporaryDirectory();
  await collect(denied('ListAccessKeys', SHOP), directory);
  return directory;
}

describe('a directory whose state is lost', () => {
  it('or damaged does not pass for whole: what the manifest says is missing is read, and the rest where it must be', async () => {
    const lost = await lackingKeys();
    rmSync(join(lost, STATE));
    const aws = new FakeAws();
    await collect(aws, lost);
    expect(new Set(asked(aws, 'ListAccessKeys'))).toEqual(new Set([SHOP]));
    expect(existsSync(join(lost, `accounts/${SHOP}/iam/access-keys.json`))).toBe(true);

    const damaged = await lackingKeys();
    writeFileSync(join(damaged, STATE), readFileSync(join(damaged, STATE), 'utf8').slice(0, -20));
    const again = new FakeAws();
    await collect(again, damaged);
    expect(new Set(asked(again, 'ListAccessKeys'))).toEqual(new Set([MANAGEMENT, SHOP, PAY]));
  });
});

describe('a directory of somebody else', () => {
  const other = (): FakeAws =>
    new FakeAws({ 'sts GetCallerIdentity': () => ({ Account: PAY, Arn: `arn:aws:iam::${PAY}:user/eve` }) });

  it('is refused: of another caller, or with the organization of others', async () => {
    const directory = await lackingKeys();
    const before = filesBelow(directory);
    for (const refresh of [false, true]) {
      const aws = other();
      await expect(collect(aws, directory, { refresh })).rejects.toMatchObject({ code: 'other-collection' });
      expect(aws.calls.map(({ command }) => command)).toEqual(['GetCallerIdentity']);
    }
    expect(filesBelow(directory)).toEqual(before);

    const foreign = temporaryDirectory();
    const file = { Organization: { Id: 'o-elsewhere1' }, Accounts: [{ Id: '999999999999', Status: 'ACTIVE' }] };
    writeFileSync(join(foreign, 'organization.json'), JSON.stringify(file));
    const aws = new FakeAws();
    await expect(collect(aws, foreign)).rejects.toMatchObject({ code: 'other-collection' });
    expect(asked(aws, 'AssumeRole')).toEqual([]);
  });

  it('is the own one where another role of the same account goes on', async () => {
    const directory = await lackingKeys();
    const aws = new FakeAws({
      'sts GetCallerIdentity': () => ({ Account: MANAGEMENT, Arn: `arn:aws:sts::${MANAGEMENT}:assumed-role/x/y` }),
    });
    await collect(aws, directory);
    expect(new Set(asked(aws, 'ListAccessKeys'))).toEqual(new Set([SHOP]));
  });
});

describe('the organization', () => {
  it('is read again where its file is damaged, so that no account is lost', async () => {
    const directory = temporaryDirectory();
    await collect(new FakeAws(), directory);
    writeFileSync(join(directory, 'organization.json'), '{');
    const { accounts } = await collect(new FakeAws(), directory);
    expect(accounts).toEqual([MANAGEMENT, SHOP, PAY]);
  });

  it('that is not in the reply is a gap', async () => {
    const aws = new FakeAws({ 'organizations DescribeOrganization': () => ({}) });
    const { gaps } = await collect(aws, temporaryDirectory());
    expect(gaps).toMatchObject([{ what: 'organization' }]);
  });

  it('of an earlier run does not stand beside the gap of a later one', async () => {
    const directory = temporaryDirectory();
    await collect(new FakeAws(), directory);
    const { accounts } = await collect(denied('DescribeOrganization'), directory, { refresh: true });
    expect(accounts).toEqual([MANAGEMENT]);
    expect(existsSync(join(directory, 'organization.json'))).toBe(false);
  });
});

describe('files of an earlier run', () => {
  const keys = `accounts/${SHOP}/iam/access-keys.json`;

  it('do not stand beside the gaps of one that begins anew; what somebody put there does', async () => {
    const directory = temporaryDirectory();
    await collect(new FakeAws(), directory);
    await collect(denied('ListAccessKeys', SHOP), directory, { refresh: true });
    expect(existsSync(join(directory, keys))).toBe(false);

    writeFileSync(join(directory, keys), '[]');
    await collect(denied('ListAccessKeys', SHOP), directory);
    expect(readFileSync(join(directory, keys), 'utf8')).toBe('[]');
  });

  it('that lie in the regions of one that somebody put there are left as they are', async () => {
    const directory = temporaryDirectory();
    let runs = 0;
    const part: CollectPart = {
      name: 'regional',
      what: 'regional',
      file: 'regional.json',
      actions: [],
      regional: true,
      run: async () => {
        runs += 1;
        return [];
      },
    };
    const options = { accounts: [MANAGEMENT], parts: [part] };
    await collect(new FakeAws(), directory, options);
    rmSync(join(directory, STATE));
    rmSync(join(directory, 'keyreach-bundle.json'));
    await collect(new FakeAws(), directory, options);
    await collect(new FakeAws(), directory, options);
    expect(runs).toBe(1);
  });

  it('are not enough where a part is asked for something else', async () => {
    const directory = temporaryDirectory();
    const runs: number[] = [];
    const run = (days: number) => {
      const part: CollectPart = {
        name: 'use',
        what: 'use',
        asked: { days },
        actions: [],
        run: async () => {
          runs.push(days);
          return undefined;
        },
      };
      return collect(new FakeAws(), directory, { accounts: [MANAGEMENT], parts: [part] });
    };
    for (const days of [30, 30, 90]) await run(days);
    expect(runs).toEqual([30, 90]);
  });

  it('that lack a report which was not ready are asked for again', async () => {
    const directory = temporaryDirectory();
    let failing = true;
    const aws = () =>
      new FakeAws({
        'iam GetServiceLastAccessedDetails': () =>
          failing
            ? { JobStatus: 'FAILED', Error: { Code: 'X', Message: 'later' } }
            : { JobStatus: 'COMPLETED', JobCompletionDate: new Date(0), ServicesLastAccessed: [], IsTruncated: false },
      });
    const { gaps } = await collect(aws(), directory, { accounts: [MANAGEMENT] });
    expect(gaps.some(({ why }) => why.includes('`FAILED`'))).toBe(true);
    failing = false;
    const again = await collect(aws(), directory, { accounts: [MANAGEMENT] });
    expect(again.gaps.some(({ why }) => why.includes('`FAILED`'))).toBe(false);
  });

  it('that name some of the principals only do not stand for all of them', async () => {
    const aws = new FakeAws({
      'iam ListRoles': () => ({ Roles: [{ RoleName: 'late', Arn: `arn:aws:iam::${MANAGEMENT}:role/late` }] }),
    });
    aws.fault = ({ command, input }) =>
      command === 'GetAccountAuthorizationDetails' && input['Marker'] === '2' ? awsError('ServiceFailure') : undefined;
    await collect(aws, temporaryDirectory(), { accounts: [MANAGEMENT] });
    const wanted = aws.calls.filter(({ command }) => command === 'GenerateServiceLastAccessedDetails');
    expect(wanted.map(({ input }) => input['Arn'])).toContain(`arn:aws:iam::${MANAGEMENT}:role/late`);
  });

  it('of accounts that are not read this time keep their gaps', async () => {
    const directory = temporaryDirectory();
    const aws = () => {
      const made = new FakeAws();
      made.fault = ({ command, account }) =>
        command === 'DescribeOrganization' || (command === 'ListAccessKeys' && account === SHOP)
          ? awsError('AccessDenied', 403)
          : undefined;
      return made;
    };
    await collect(aws(), directory, { accounts: [SHOP] });
    const { gaps } = await collect(aws(), directory, { accounts: [PAY] });
    expect(gaps.map(({ fix }) => fix)).toContain('allow `iam:ListAccessKeys`');
    const { gaps: whole } = await collect(aws(), directory, { accounts: [SHOP] });
    expect(whole.filter(({ what }) => what === 'access keys')).toHaveLength(1);
  });

  it('of a run that is killed say that it did not end', async () => {
    const directory = temporaryDirectory();
    const seen: unknown[] = [];
    const part: CollectPart = {
      name: 'slow',
      what: 'slow things',
      file: 'slow.json',
      actions: [],
      run: async () => {
        seen.push(JSON.parse(readFileSync(join(directory, 'keyreach-bundle.json'), 'utf8')).gaps);
        return [];
      },
    };
    await collect(new FakeAws(), directory, { accounts: [MANAGEMENT], parts: [part] });
    expect(JSON.stringify(seen)).toContain('the collection stopped before it was read');
  });
});
