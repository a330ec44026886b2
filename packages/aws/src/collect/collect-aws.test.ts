import { setMaxListeners } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAwsInput } from '../bundle/read-bundle.ts';
import { type CollectOptions, type CollectResult, collectAws } from './collect-aws.ts';
import type { AwsCollectEvent, CollectPart } from './part.ts';
import { COLLECT_PARTS } from './parts.ts';
import { filesBelow, temporaryDirectory } from './testing/directory.ts';
import {
  awsError,
  FakeAws,
  type FakeCall,
  fakeClock,
  GONE,
  MANAGEMENT,
  PAY,
  SECRET,
  SHOP,
  WITH_IDENTITY_CENTER,
} from './testing/fake-aws.ts';

/** Resources have tests of their own. */
const PARTS = COLLECT_PARTS.filter(({ name }) => name !== 'resources');
const NOW = '2026-06-01T00:00:00.000Z';
const EXTERNAL_ID = 'externalidthatmustnotappear';

function collect(aws: FakeAws, output: string, more: Partial<CollectOptions> = {}): Promise<CollectResult> {
  return collectAws({
    output,
    now: NOW,
    externalId: EXTERNAL_ID,
    clients: aws.clients,
    clock: fakeClock(),
    parts: PARTS,
    ...more,
  });
}

/** Bundle files without what a collection keeps beside them for another run. */
function bundleOf(directory: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(filesBelow(directory)).filter(([path]) => !path.startsWith('.')));
}

function gapsIn(
  directory: string,
): readonly { readonly scope: string; readonly what: string; readonly why: string; readonly fix?: string }[] {
  return JSON.parse(filesBelow(directory)['keyreach-bundle.json'] ?? '{}').gaps;
}

const jsonIn = (directory: string, path: string): unknown => JSON.parse(filesBelow(directory)[path] ?? 'null');
const scopeOf = (id: string): string => `arn:aws:account::${id}:account`;
const iam = (id: string, name: string): string => `accounts/${id}/iam/${name}`;
const active = [MANAGEMENT, SHOP, PAY];

async function undisturbed(): Promise<Readonly<Record<string, string>>> {
  const directory = temporaryDirectory();
  await collect(new FakeAws(), directory);
  return bundleOf(directory);
}

describe('collectAws', () => {
  it('asks an aggregator of AWS Config once for all accounts, and takes from it what it has', async () => {
    const alias = (account: string) =>
      JSON.stringify({
        accountId: account,
        awsRegion: 'eu-west-1',
        configuration: { RoleAlias: 'camera', RoleArn: `arn:aws:iam::${account}:role/camera` },
        tags: [],
      });
    const recorder = { name: 'default', recording: true, lastStatus: 'SUCCESS' };
    const aws = new FakeAws({
      'config-service SelectAggregateResourceConfig': ({ Expression }) => ({
        Results: String(Expression).includes("'AWS::IoT::RoleAlias'") ? [alias(SHOP), alias(PAY)] : [],
      }),
      'config-service DescribeConfigurationRecorderStatus': () => ({ ConfigurationRecordersStatus: [recorder] }),
      'config-service DescribeConfigurationRecorders': () => ({
        ConfigurationRecorders: [{ name: 'default', recordingGroup: { allSupported: true } }],
      }),
    });
    const directory = temporaryDirectory();
    const configAggregator = { name: 'all', region: 'eu-west-1' };
    await collect(aws, directory, { parts: COLLECT_PARTS, regions: ['eu-west-1'], configAggregator });
    const queries = aws.calls.filter(({ command }) => command === 'SelectAggregateResourceConfig');
    expect(new Set(queries.map(({ account }) => account))).toEqual(new Set([MANAGEMENT]));
    expect(new Set(queries.map(({ input }) => input['Expression'])).size).toBe(queries.length);
    for (const [account, count] of [
      [SHOP, 1],
      [PAY, 1],
      [MANAGEMENT, 0],
    ] as const) {
      const { ResourceDescriptions: listed } = jsonIn(directory, `accounts/${account}/resources.json`) as {
        readonly ResourceDescriptions: readonly { readonly TypeName: string }[];
      };
      expect(listed.filter(({ TypeName }) => TypeName === 'AWS::IoT::RoleAlias')).toHaveLength(count);
      const asked = aws.calls.filter(
        (call) => call.account === account && call.input['TypeName'] === 'AWS::IoT::RoleAlias',
      );
      expect(asked.length > 0).toBe(count === 0);
    }
  });

  it('takes no aggregator that could be none', async () => {
    const bad = { configAggregator: { name: "a' OR '1", region: 'eu-west-1' } };
    await expect(collect(new FakeAws(), temporaryDirectory(), bad)).rejects.toMatchObject({ code: 'bad-option' });
  });

  it('writes every page of an organization and its active accounts, and makes no call twice', async () => {
    const aws = new FakeAws();
    const directory = temporaryDirectory();
    const { accounts, gaps } = await collect(aws, directory);
    expect(accounts).toEqual(active);
    expect(aws.twice()).toEqual([]);
    expect(gaps).toEqual([
      {
        scope: scopeOf(GONE),
        what: 'account',
        why: 'its state is `SUSPENDED`; only active accounts can be read',
        kind: 'not-collected',
      },
    ]);
    const organization = jsonIn(directory, 'organization.json') as Readonly<Record<string, readonly unknown[]>>;
    expect(organization['Accounts']?.length).toBe(4);
    expect(organization['PolicyAttachments']).toEqual([{ PolicyId: 'p-1', TargetIds: ['ou-1', 'r-1'] }]);
    expect(organization['ResourcePolicy']).toBeNull();
    for (const id of active) {
      const { UserDetailList, Policies } = jsonIn(directory, iam(id, 'account-authorization-details.json')) as Readonly<
        Record<string, readonly Readonly<Record<string, unknown>>[]>
      >;
      expect(UserDetailList?.map(({ UserName }) => UserName)).toEqual(['ada', 'bob', 'eve']);
      expect(Policies?.map(({ Arn }) => Arn)).toEqual([`arn:aws:iam::${id}:policy/edge`]);
      const keys = jsonIn(directory, iam(id, 'access-keys.json')) as readonly Readonly<Record<string, unknown>>[];
      expect(keys.map(({ AccessKeyId }) => AccessKeyId)).toEqual(['AKIAAAAAAAAAAAAAAAA1', 'AKIAAAAAAAAAAAAAAAA2']);
      expect(keys[0]?.['LastUsed']).toEqual({
        LastUsedDate: '2026-03-01T00:00:00.000Z',
        ServiceName: 's3',
        Region: 'us-east-1',
      });
      expect(jsonIn(directory, iam(id, 'login-profiles.json'))).toEqual([
        { UserName: 'bob', CreateDate: '2026-01-02T00:00:00.000Z' },
      ]);
    }
    expect(aws.calls.filter(({ account, input }) => account === GONE || JSON.stringify(input).includes(GONE))).toEqual(
      [],
    );
  });

  it('is read without a problem', async () => {
    const directory = temporaryDirectory();
    await collect(new FakeAws(WITH_IDENTITY_CENTER), directory);
    const { gaps, accounts } = await readAwsInput(directory);
    expect(gaps.filter(({ kind }) => kind === 'bad-input')).toEqual([]);
    expect(accounts[SHOP]?.accessKeys?.complete).toBe(true);
    expect(accounts[SHOP]?.credentialReport?.items.length).toBe(4);
    expect(accounts[MANAGEMENT]?.identityCenter?.assignments.items.length).toBe(2);
    expect(accounts[MANAGEMENT]?.identityCenter?.permissionSets.items[0]?.boundary).toBeNull();
    expect(accounts[SHOP]?.identityCenter).toBeUndefined();
  });

  it('keeps every secret to itself', async () => {
    const directory = temporaryDirectory();
    const aws = new FakeAws();
    aws.fault = ({ command }) => (command === 'GetOpenIDConnectProvider' ? awsError('AccessDenied', 403) : undefined);
    const result = await collect(aws, directory);
    const text = JSON.stringify([filesBelow(directory), result]);
    expect(text).toContain('AccessDenied');
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(EXTERNAL_ID);
  });

  it('names the permission that was missing in one account, and reads the others', async () => {
    const plain = await undisturbed();
    const directory = temporaryDirectory();
    const aws = new FakeAws();
    aws.fault = ({ command, account }) =>
      command === 'ListAccessKeys' && account === SHOP ? awsError('AccessDenied', 403) : undefined;
    await collect(aws, directory);
    const { [iam(SHOP, 'access-keys.json')]: _, 'keyreach-bundle.json': __, ...others } = plain;
    const { 'keyreach-bundle.json': ___, ...here } = bundleOf(directory);
    expect(here).toEqual(others);
    expect(gapsIn(directory).filter(({ scope }) => scope !== scopeOf(GONE))).toEqual([
      {
        scope: scopeOf(SHOP),
        what: 'access keys',
        why: 'iam ListAccessKeys failed: AccessDenied, 3 times',
        fix: 'allow `iam:ListAccessKeys`',
        kind: 'not-collected',
      },
    ]);
  });

  it('says of a list that it lacks somebody', async () => {
    const directory = temporaryDirectory();
    const aws = new FakeAws();
    aws.fault = ({ command, input, account }) =>
      command === 'ListMFADevices' && input['UserName'] === 'ada' && account === PAY
        ? awsError('AccessDenied')
        : undefined;
    await collect(aws, directory);
    expect(jsonIn(directory, iam(PAY, 'mfa-devices.json'))).toMatchObject({
      MFADevices: [{ UserName: 'eve' }],
      IsTruncated: true,
    });
    const { accounts } = await readAwsInput(directory);
    expect([accounts[PAY]?.mfaDevices?.complete, accounts[SHOP]?.mfaDevices?.complete]).toEqual([false, true]);
  });

  it('reads nothing of an account whose role it may not assume, and says what to allow', async () => {
    const directory = temporaryDirectory();
    const aws = new FakeAws();
    aws.fault = ({ command, input }) =>
      command === 'AssumeRole' && String(input['RoleArn']).includes(PAY) ? awsError('AccessDenied', 403) : undefined;
    await collect(aws, directory);
    expect(Object.keys(bundleOf(directory)).filter((path) => path.includes(PAY))).toEqual([]);
    const told = gapsIn(directory).filter(({ scope }) => scope === scopeOf(PAY));
    expect(told).toMatchObject([{ what: 'account', why: 'sts AssumeRole failed: AccessDenied' }]);
    expect(told[0]?.fix).toContain('`sts:AssumeRole`');
    expect(Object.keys(bundleOf(directory)).filter((path) => path.includes(SHOP)).length).toBeGreaterThan(5);
  });

  it('stops a reply whose pages never end', async () => {
    const directory = temporaryDirectory();
    const aws = new FakeAws({
      'iam ListServiceSpecificCredentials': () => ({ ServiceSpecificCredentials: [], Marker: 'again' }),
    });
    await collect(aws, directory, { accounts: [MANAGEMENT] });
    expect(gapsIn(directory).map(({ why }) => why)).toContain(
      'iam ListServiceSpecificCredentials failed: RepeatedToken',
    );
    expect(jsonIn(directory, iam(MANAGEMENT, 'service-specific-credentials.json'))).toMatchObject({
      IsTruncated: true,
    });
  });

  it('tells how far it is', async () => {
    const events: AwsCollectEvent[] = [];
    await collect(new FakeAws(), temporaryDirectory(), { onProgress: (event) => events.push(event) });
    const last = events.at(-1);
    expect([last?.done, last?.total]).toEqual([PARTS.length * 3 - 2, PARTS.length * 3 - 2]);
    expect(last?.callsMade).toBeGreaterThan(50);
    expect(last?.millisecondsLeft).toBe(0);
  });

  it.each([
    [{ accounts: ['12'] }, 'bad-option'],
    [{ regions: ['Europe'] }, 'bad-option'],
    [{ concurrency: 0 }, 'bad-option'],
    [{ now: 'yesterday' }, 'bad-option'],
    [{ parts: [...PARTS, ...PARTS] }, 'bad-option'],
    [{ roleName: 'a b' }, 'bad-option'],
  ] as const)('refuses %o', async (options, code) => {
    await expect(collect(new FakeAws(), temporaryDirectory(), options)).rejects.toMatchObject({ code });
  });

  it('says that there are no credentials, or no network', async () => {
    const aws = new FakeAws();
    for (const [name, code] of [
      ['CredentialsProviderError', 'no-credentials'],
      ['InvalidClientTokenId', 'no-credentials'],
      ['ENOTFOUND', 'cannot-connect'],
    ]) {
      aws.fault = () => awsError(name ?? '');
      await expect(collect(aws, temporaryDirectory())).rejects.toMatchObject({ code });
    }
  });
});

describe('the organization', () => {
  it('of an account in none is null, and the account is read alone', async () => {
    const directory = temporaryDirectory();
    const aws = new FakeAws();
    aws.fault = ({ service }) =>
      service === 'organizations' ? awsError('AWSOrganizationsNotInUseException') : undefined;
    const { accounts, gaps } = await collect(aws, directory);
    expect([jsonIn(directory, 'organization.json'), accounts, gaps]).toEqual([
      { Organization: null },
      [MANAGEMENT],
      [],
    ]);
  });

  it('that nobody may list is unknown but for its id, and only the own account is read', async () => {
    const directory = temporaryDirectory();
    const aws = new FakeAws();
    aws.fault = ({ service, command }) =>
      service === 'organizations' && command !== 'DescribeOrganization' ? awsError('AccessDeniedException') : undefined;
    const { accounts } = await collect(aws, directory);
    expect(accounts).toEqual([MANAGEMENT]);
    expect(Object.keys(jsonIn(directory, 'organization.json') as object)).toEqual(['Organization']);
    expect(gapsIn(directory).map(({ fix }) => fix)).toContain('allow `organizations:ListRoots`');
  });

  it('that nobody may describe has no file', async () => {
    const directory = temporaryDirectory();
    const aws = new FakeAws();
    aws.fault = ({ service }) => (service === 'organizations' ? awsError('AccessDeniedException') : undefined);
    const { accounts } = await collect(aws, directory, { accounts: [SHOP] });
    expect(accounts).toEqual([SHOP]);
    expect(existsSync(join(directory, 'organization.json'))).toBe(false);
    expect(gapsIn(directory)).toMatchObject([
      { what: 'organization', fix: 'allow `organizations:DescribeOrganization`' },
    ]);
  });

  it('with units that go in depth without end has no list of them', async () => {
    const directory = temporaryDirectory();
    let units = 0;
    const aws = new FakeAws({
      'organizations ListOrganizationalUnitsForParent': () => {
        units += 1;
        return { OrganizationalUnits: [{ Id: `ou-${units}`, Name: 'x' }] };
      },
    });
    await collect(aws, directory);
    expect(units).toBeLessThan(20);
    const file = jsonIn(directory, 'organization.json') as object;
    expect(Object.keys(file)).not.toEqual(expect.arrayContaining(['OrganizationalUnits']));
    expect(Object.keys(file)).not.toEqual(expect.arrayContaining(['Accounts']));
    expect(gapsIn(directory).map(({ why }) => why)).toContain('units nest more than 10 levels deep');
  });

  it('leaves out a list of which a page is missing', async () => {
    const directory = temporaryDirectory();
    const aws = new FakeAws();
    aws.fault = ({ command, input }) =>
      command === 'ListTargetsForPolicy' && input['NextToken'] === '2' ? awsError('ServiceException') : undefined;
    await collect(aws, directory);
    const file = jsonIn(directory, 'organization.json') as object;
    expect(Object.keys(file)).not.toContain('PolicyAttachments');
    expect(Object.keys(file)).toContain('Policies');
    expect(gapsIn(directory).map(({ what }) => what)).toContain('organization: PolicyAttachments');
  });
});

describe('sessions', () => {
  it('that end halfway are opened again once, and nothing is lost', async () => {
    const plain = await undisturbed();
    for (const name of ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'InvalidClientTokenId']) {
      const directory = temporaryDirectory();
      const aws = new FakeAws();
      let calls = 0;
      aws.fault = ({ account, session }) => {
        if (account !== SHOP || session !== 1) return undefined;
        calls += 1;
        return calls > 12 ? awsError(name, 403) : undefined;
      };
      await collect(aws, directory);
      expect(bundleOf(directory)).toEqual(plain);
      expect(aws.twice()).toEqual([]);
      const opened = aws.calls.filter(
        ({ command, input }) => command === 'AssumeRole' && String(input['RoleArn']).includes(SHOP),
      );
      expect(opened.length).toBe(2);
    }
  });

  it('that end again and again are a gap', async () => {
    const directory = temporaryDirectory();
    const aws = new FakeAws();
    aws.fault = ({ account, command }) =>
      account === SHOP && command === 'ListSAMLProviders' ? awsError('ExpiredToken', 403) : undefined;
    await collect(aws, directory);
    expect(gapsIn(directory).filter(({ scope }) => scope === scopeOf(SHOP))).toMatchObject([
      {
        what: 'identity providers',
        why: 'iam ListSAMLProviders failed: ExpiredToken',
        fix: 'run the same command again',
      },
    ]);
  });

  it('are replaced before they end', async () => {
    const directory = temporaryDirectory();
    const aws = new FakeAws();
    const clock = fakeClock();
    aws.fault = ({ account, command }) => {
      if (account === SHOP && command === 'ListSAMLProviders') void clock.sleep(56 * 60_000);
      return undefined;
    };
    await collect(aws, directory, { clock });
    expect(aws.calls.some(({ account, session }) => account === SHOP && session === 2)).toBe(true);
    expect(aws.calls.some(({ account, session }) => account === SHOP && session === 3)).toBe(false);
  });

  it('of the caller that have ended stop the collection, which goes on with fresh ones', async () => {
    const plain = await undisturbed();
    const directory = temporaryDirectory();
    const aws = new FakeAws();
    aws.fault = ({ account }, count) =>
      account === MANAGEMENT && count > 60 ? awsError('ExpiredToken', 403) : undefined;
    await expect(collect(aws, directory)).rejects.toMatchObject({ code: 'expired-credentials' });
    expect(gapsIn(directory).map(({ why }) => why)).toContain('the collection stopped before it was read');
    const before = bundleOf(directory);
    const fresh = new FakeAws();
    await collect(fresh, directory);
    expect(bundleOf(directory)).toEqual(plain);
    expect(filledAgain(before, fresh.calls)).toEqual([]);
  });
});

/** Calls for files that were there. */
function filledAgain(before: Readonly<Record<string, string>>, calls: readonly FakeCall[]): readonly string[] {
  const fills: readonly (readonly [string, string])[] = [
    ['account-authorization-details.json', 'GetAccountAuthorizationDetails'],
    ['access-keys.json', 'ListAccessKeys'],
    ['credential-report.csv', 'GetCredentialReport'],
    ['mfa-devices.json', 'ListMFADevices'],
  ];
  const again = calls.filter(({ command, account }) =>
    fills.some(([file, call]) => call === command && before[iam(account, file)] !== undefined),
  );
  const organization = calls.filter(
    ({ service }) => service === 'organizations' && before['organization.json'] !== undefined,
  );
  return [...again, ...organization].map(({ account, command }) => `${account} ${command}`);
}

describe('a collection that is cancelled', () => {
  it.each([1, 5, 20, 60, 120])(
    'after %i calls goes on where it stopped: nothing lost, nothing twice',
    async (stopAt) => {
      const plain = await undisturbed();
      const directory = temporaryDirectory();
      const aws = new FakeAws();
      const stop = new AbortController();
      setMaxListeners(0, stop.signal);
      aws.fault = (_, count) => {
        if (count === stopAt) stop.abort();
        return undefined;
      };
      await expect(collect(aws, directory, { signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
      const before = bundleOf(directory);
      for (const [path, text] of Object.entries(before)) {
        if (path !== 'keyreach-bundle.json') expect([path, text]).toEqual([path, plain[path]]);
      }
      if (stopAt > 1) expect(gapsIn(directory).length).toBeGreaterThan(0);
      const again = new FakeAws();
      await collect(again, directory, { now: '2026-06-02T00:00:00.000Z' });
      // The time of the collection is that of its beginning: what came later may be missing.
      const began = stopAt === 1 ? '2026-06-02T00:00:00.000Z' : NOW;
      expect(bundleOf(directory)).toEqual({
        ...plain,
        'keyreach-bundle.json': plain['keyreach-bundle.json']?.replace(NOW, began),
      });
      expect(again.twice()).toEqual([]);
      expect(filledAgain(before, again.calls)).toEqual([]);
    },
  );

  it('before it began makes no call', async () => {
    const aws = new FakeAws();
    await expect(collect(aws, temporaryDirectory(), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(aws.calls).toEqual([]);
  });
});

describe('another run', () => {
  it('asks nothing but who the caller is, where everything is there', async () => {
    const directory = temporaryDirectory();
    await collect(new FakeAws(), directory);
    const before = bundleOf(directory);
    const aws = new FakeAws();
    const { gaps } = await collect(aws, directory);
    expect(aws.calls.map(({ command }) => command)).toEqual(['GetCallerIdentity']);
    expect(bundleOf(directory)).toEqual(before);
    expect(gaps.length).toBe(1);
  });

  it('asks again for what was refused, throttled or cut off, and its gap is gone', async () => {
    const plain = await undisturbed();
    for (const name of ['AccessDenied', 'ThrottlingException', 'ECONNRESET', 'StrangeException']) {
      const directory = temporaryDirectory();
      const aws = new FakeAws();
      aws.fault = ({ command, account }) =>
        command === 'ListMFADevices' && account === SHOP ? awsError(name) : undefined;
      await collect(aws, directory);
      expect(gapsIn(directory).length).toBe(2);
      const again = new FakeAws();
      await collect(again, directory);
      expect(bundleOf(directory)).toEqual(plain);
      const asked = new Set(again.calls.map(({ account, command }) => `${account} ${command}`));
      expect([...asked].sort()).toEqual([
        `${MANAGEMENT} AssumeRole`,
        `${MANAGEMENT} GetCallerIdentity`,
        `${SHOP} ListMFADevices`,
      ]);
    }
  });

  it('collects a file again that was lost', async () => {
    const directory = temporaryDirectory();
    await collect(new FakeAws(), directory);
    const before = bundleOf(directory);
    rmSync(join(directory, iam(PAY, 'ssh-public-keys.json')));
    const aws = new FakeAws();
    await collect(aws, directory);
    expect(bundleOf(directory)).toEqual(before);
    expect(aws.calls.some(({ account, command }) => account === PAY && command === 'ListMFADevices')).toBe(false);
  });

  it('leaves files alone that somebody else put there', async () => {
    const directory = temporaryDirectory();
    await collect(new FakeAws(), directory);
    rmSync(join(directory, '.keyreach-collect.json'));
    const aws = new FakeAws();
    await collect(aws, directory);
    expect(new Set(aws.calls.map(({ command }) => command))).toEqual(new Set(['GetCallerIdentity']));
  });

  it('begins anew where that is asked for, also when it is interrupted', async () => {
    const directory = temporaryDirectory();
    await collect(new FakeAws(), directory);
    const stop = new AbortController();
    const aws = new FakeAws();
    aws.fault = (_, count) => {
      if (count === 60) stop.abort();
      return undefined;
    };
    const later = '2026-07-01T00:00:00.000Z';
    await expect(collect(aws, directory, { refresh: true, now: later, signal: stop.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    const again = new FakeAws();
    await collect(again, directory);
    const made = [...aws.calls, ...again.calls].filter(({ answered }) => answered);
    for (const id of active) {
      const details = made.filter(
        ({ account, command }) => account === id && command === 'GetAccountAuthorizationDetails',
      );
      expect(details.length).toBeGreaterThanOrEqual(3);
    }
    expect(jsonIn(directory, 'keyreach-bundle.json')).toMatchObject({ collectedAt: later });
  });

  it('reads a part again for other regions', async () => {
    const asked: (readonly string[])[] = [];
    const part: CollectPart = {
      name: 'regional',
      what: 'regional',
      file: 'regional.json',
      actions: [],
      regional: true,
      run: async ({ regions }, { allRegions }) => {
        asked.push([...regions, String(allRegions)]);
        return [];
      },
    };
    const directory = temporaryDirectory();
    const run = (more: Partial<CollectOptions>) =>
      collect(new FakeAws(), directory, { accounts: [MANAGEMENT], parts: [part], ...more });
    await run({ regions: ['eu-west-1'] });
    await run({ regions: ['eu-west-1'] });
    await run({ regions: ['us-east-1', 'eu-west-1'] });
    await run({});
    await run({});
    expect(asked).toEqual([
      ['eu-west-1', 'false'],
      ['eu-west-1', 'us-east-1', 'false'],
      ['eu-west-1', 'us-east-1', 'true'],
    ]);
  });
});

describe('regions', () => {
  const part: CollectPart = {
    name: 'regional',
    what: 'regional',
    file: 'regional.json',
    actions: [],
    regional: true,
    run: async (calls) => {
      for (const region of calls.regions) {
        const result = await calls.send({
          service: 'codebuild',
          command: 'ListProjects',
          action: 'codebuild:ListProjects',
          region,
        });
        if (!result.ok && result.failed.kind !== 'not-available') calls.failed('projects', result.failed);
      }
      return [...calls.regions];
    },
  };
  const run = async (fault: FakeAws['fault'], answers: ConstructorParameters<typeof FakeAws>[0] = {}) => {
    const directory = temporaryDirectory();
    const aws = new FakeAws({ 'codebuild ListProjects': () => ({ projects: [] }), ...answers });
    aws.fault = fault;
    const { gaps } = await collect(aws, directory, { accounts: [SHOP], parts: [part] });
    const told = gaps.filter(({ why }) => !/asked for|SUSPENDED/.test(why));
    return [jsonIn(directory, `accounts/${SHOP}/regional.json`), told.map(({ what, why }) => `${what}: ${why}`)];
  };

  it('come from EC2 where the account service does not say', async () => {
    const answers = { 'ec2 DescribeRegions': () => ({ Regions: [{ RegionName: 'eu-north-1' }] }) };
    const denied = await run(
      ({ service }) => (service === 'account' ? awsError('AccessDeniedException') : undefined),
      answers,
    );
    expect(denied).toEqual([['eu-north-1'], []]);
  });

  it('are a gap where nobody says', async () => {
    const [regions, gaps] = await run(({ service }) =>
      service === 'account' || service === 'ec2' ? awsError('AccessDeniedException') : undefined,
    );
    expect([regions, gaps]).toEqual([[], ['regions: ec2 DescribeRegions failed: AccessDeniedException']]);
  });

  it('without a service have nothing of it; without a network nobody knows', async () => {
    const lacking = await run(({ service, region }) =>
      service === 'codebuild' && region === 'eu-west-1' ? awsError('ENOTFOUND') : undefined,
    );
    expect(lacking).toEqual([['eu-west-1', 'us-east-1'], []]);
    const offline = await run(({ region }) => (region === 'eu-west-1' ? awsError('ENOTFOUND') : undefined));
    expect(offline).toEqual([
      ['eu-west-1', 'us-east-1'],
      ['projects: codebuild ListProjects failed in eu-west-1: ENOTFOUND'],
    ]);
  });
});

describe('Identity Center', () => {
  const file = async (fault: FakeAws['fault'], answers: ConstructorParameters<typeof FakeAws>[0] = {}) => {
    const directory = temporaryDirectory();
    const aws = new FakeAws({ ...WITH_IDENTITY_CENTER, ...answers });
    aws.fault = fault;
    await collect(aws, directory, { accounts: [MANAGEMENT] });
    const told = gapsIn(directory).filter(({ scope }) => scope === scopeOf(MANAGEMENT));
    const read = jsonIn(directory, `accounts/${MANAGEMENT}/identity-center.json`);
    return { read: read as Readonly<Record<string, readonly unknown[]>>, told: told.map(({ fix }) => fix) };
  };

  it('keeps no more of people than their names and states', async () => {
    const { read, told } = await file(() => undefined);
    expect(told).toEqual([]);
    expect(read['Users']).toEqual([
      { UserId: 'user-1', UserName: 'ada', UserStatus: 'ENABLED', IdentityStoreId: 'd-1111111111' },
    ]);
    expect(read['Instances']?.length).toBe(1);
  });

  it('tells a boundary that was refused from one that is not there', async () => {
    const { read, told } = await file(({ command }) =>
      command === 'GetPermissionsBoundaryForPermissionSet' ? awsError('AccessDeniedException') : undefined,
    );
    expect(told).toEqual(['allow `sso:GetPermissionsBoundaryForPermissionSet`']);
    expect(Object.keys(read['PermissionSets']?.[0] ?? {})).not.toContain('PermissionsBoundary');
    const { read: whole } = await file(() => undefined);
    expect(whole['PermissionSets']?.[0]).toMatchObject({ PermissionsBoundary: null, InlinePolicy: '' });
  });

  it('leaves out the list of which a part was refused, and keeps the others', async () => {
    const { read, told } = await file(({ command, input }) =>
      command === 'ListAccountAssignments' && input['AccountId'] === PAY
        ? awsError('AccessDeniedException')
        : undefined,
    );
    expect(told).toEqual(['allow `sso:ListAccountAssignments`']);
    expect(Object.keys(read).sort()).toEqual(['GroupMemberships', 'Groups', 'Instances', 'PermissionSets', 'Users']);
  });

  it('has no list that a service did not give: of users, or of an instance without a store', async () => {
    const { read, told } = await file(({ command }) =>
      command === 'ListUsers' ? awsError('UnsupportedOperationException') : undefined,
    );
    expect(Object.keys(read)).not.toContain('Users');
    expect(told.length).toBe(1);
    const { read: bare, told: more } = await file(() => undefined, {
      'sso-admin ListInstances': (_, __, region) => ({
        Instances: region === 'us-east-1' ? [{ InstanceArn: 'arn:aws:sso:::instance/ssoins-1111111111111111' }] : [],
      }),
    });
    expect(Object.keys(bare).sort()).toEqual(['AccountAssignments', 'Instances', 'PermissionSets']);
    expect(more.length).toBe(1);
  });

  it('is read where the caller administers it for the organization', async () => {
    const directory = temporaryDirectory();
    const aws = new FakeAws({
      ...WITH_IDENTITY_CENTER,
      'sts GetCallerIdentity': () => ({ Account: SHOP, Arn: `arn:aws:iam::${SHOP}:user/x` }),
      'organizations ListDelegatedServicesForAccount': () => ({
        DelegatedServices: [{ ServicePrincipal: 'sso.amazonaws.com' }],
      }),
    });
    await collect(aws, directory);
    const paths = Object.keys(bundleOf(directory)).filter((path) => path.endsWith('identity-center.json'));
    expect(paths).toEqual([`accounts/${SHOP}/identity-center.json`]);
  });
});
