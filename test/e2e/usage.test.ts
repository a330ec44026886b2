import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { CommandRun } from '../run-command.ts';
import { filesOf, gapsOf, jsonOf } from './bundle-on-disk.ts';
import type { TrailEvent } from './own-answers.ts';
import { answeredTwice, openScene, type Scene } from './scene.ts';
import { SecretRegister } from './secret-register.ts';

const estate = inject('estate');
const { Shop, Payments } = estate.organization.accounts;
const deployer = `arn:aws:iam::${Shop}:user/deployer`;
const release = `arn:aws:iam::${Payments}:role/release`;
const store = `arn:aws:cloudtrail:us-east-1:${Shop}:eventdatastore/0233062b-51c6-4d18-8dec-0dcb8f5b4a3f`;
const planted = new SecretRegister();
const hour = 3600;
const now = Math.floor(Date.now() / 1000);

/** Events of an hour each, newest first, as `deployer` assumes its role with one of its two keys. */
const events: readonly TrailEvent[] = Array.from({ length: 120 }, (_, index) => {
  const at = now - (index + 1) * hour;
  const EventId = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const record = {
    eventVersion: '1.11',
    eventID: EventId,
    eventTime: new Date(at * 1000).toISOString().replace('.000Z', 'Z'),
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    eventType: 'AwsApiCall',
    eventCategory: 'Management',
    managementEvent: true,
    awsRegion: 'us-east-1',
    recipientAccountId: Shop,
    sourceIPAddress: '198.51.100.7',
    userIdentity: {
      type: 'IAMUser',
      arn: deployer,
      accountId: Shop,
      userName: 'deployer',
      accessKeyId: estate.shop.deployer,
    },
    requestParameters: {
      roleArn: release,
      roleSessionName: 'release',
      externalId: planted.plant('external id of an event'),
    },
    responseElements: {
      credentials: {
        accessKeyId: `ASIA${'EXAMPLEEVENT'}0001`,
        sessionToken: planted.plant('session token of an event'),
      },
    },
  };
  return { EventId, EventTime: at, EventName: 'AssumeRole', CloudTrailEvent: JSON.stringify(record) };
});

const lakeRow = (name: string): Readonly<Record<string, string>> => ({
  principal: `arn:aws:iam::${Shop}:user/${name}`,
  origin: '',
  event_source: 'sts',
  event_name: 'AssumeRole',
  marks: '',
  roles: release,
  resource: '',
  first_call: '2026-10-01T00:00:00Z',
  last_call: '2026-10-02T00:00:00Z',
  calls: '2',
  refused_calls: '0',
});

const LastAuthenticated = '2026-10-31T12:00:00Z';
const lastAccessed = ['iam', 's3', 'sts'].map((ServiceNamespace) => ({
  ServiceName: ServiceNamespace,
  ServiceNamespace,
  TotalAuthenticatedEntities: ServiceNamespace === 'sts' ? 1 : 0,
  ...(ServiceNamespace === 'sts' ? { LastAuthenticated, LastAuthenticatedEntity: deployer } : {}),
}));

let scene: Scene;
let collected: CommandRun;
beforeAll(async () => {
  const names = ['deployer', 'auditor', 'builder', 'staff-01'];
  scene = await openScene(estate, {
    own: {
      regions: ['us-east-1'],
      events: { [`${Shop} us-east-1`]: events },
      lakeRows: names.map(lakeRow),
      lastAccessed: { [deployer]: lastAccessed },
    },
    faults: [
      { calls: { action: 'LookupEvents', from: 2, to: 2 }, effect: { kind: 'problem', problem: 'throttled' } },
      { calls: { action: 'StartQuery', to: 1 }, effect: { kind: 'problem', problem: 'throttled' } },
    ],
  });
  for (const [value, where] of planted.entries()) scene.secrets.keep(where, value);
  const lake = `lake,store=${store},days=60`;
  const credentials = estate.collector;
  collected = await scene.collect(['--accounts', Shop, '--usage', 'lookup-events,days=30', '--usage', lake], {
    credentials,
  });
});
afterAll(() => scene?.close());

describe('recorded use', () => {
  it('is collected without a call that is made twice', () => {
    expect([collected.code, collected.stderr]).toEqual([0, expect.not.stringContaining('rror')]);
    expect(answeredTwice(scene.server.calls)).toEqual([]);
    const aboutUse = gapsOf(scene.bundle).filter(({ scope, what }) => scope.includes(Shop) && what.includes('use'));
    expect(aboutUse).toEqual([]);
  });

  it('is every event of the history, each once', () => {
    const pages = Object.entries(filesOf(scene.bundle)).filter(([path]) =>
      path.startsWith(`accounts/${Shop}/cloudtrail/lookup-events/us-east-1/`),
    );
    expect(pages.length).toBe(3);
    const ids = pages.flatMap(([, text]) => (JSON.parse(text) as { readonly Events: readonly TrailEvent[] }).Events);
    expect(ids.map(({ EventId }) => EventId)).toEqual(events.map(({ EventId }) => EventId));
  });

  it('is the rows of the query, of every page of its result', () => {
    const { rows } = jsonOf<{ readonly rows: readonly { readonly principal: string; readonly count: number }[] }>(
      scene.bundle,
      'usage/cloudtrail-lake.json',
    );
    const users = ['auditor', 'builder', 'deployer', 'staff-01'].map((name) => `arn:aws:iam::${Shop}:user/${name}`);
    expect(rows.map(({ principal }) => principal)).toEqual(users);
  });

  it('is the report of every principal, of every page of it', () => {
    const reports = jsonOf<
      Readonly<Record<string, { readonly JobStatus: string; readonly ServicesLastAccessed: readonly object[] }>>
    >(scene.bundle, `accounts/${Shop}/iam/service-last-accessed.json`);
    expect(Object.values(reports).map(({ JobStatus }) => JobStatus)).not.toContain('IN_PROGRESS');
    expect(
      reports[deployer]?.ServicesLastAccessed.map(
        (service) => Object.assign({ ServiceNamespace: '' }, service).ServiceNamespace,
      ),
    ).toEqual(['iam', 's3', 'sts']);
    expect(Object.keys(reports)).toContain(`arn:aws:iam::${Shop}:role/build`);
  });

  it('is read by the analysis, and the bundle gives no secret away', async () => {
    const ran = await scene.run(['unused', deployer, scene.bundle, '--json', '-', '--quiet']);
    expect(ran.code).toBe(0);
    expect(scene.secrets.size).toBeGreaterThan(events.length);
    expect(scene.leaks()).toEqual([]);
  });
});
