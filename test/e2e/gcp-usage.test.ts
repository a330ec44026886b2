import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { GcpAuditUsage } from '@keyreach/gcp/offline';
import { afterEach, describe, expect, it } from 'vitest';
import { gapsOf, jsonOf } from './bundle-on-disk.ts';
import { type AuditDataset, GoogleBigQuery } from './gcp/google-bigquery.ts';
import { type GoogleEstate, ids, type Raw } from './gcp/google-estate.ts';
import { type GoogleScene, openGoogleScene } from './gcp/google-scene.ts';

const GIB = 1024 ** 3;
const SINK = 'organizations/1001/sinks/audit';
const SOURCE = `bigquery,dataset=shop-1.audit,sink=${SINK}`;

let copies = 0;
function entry(log: 'activity' | 'data_access', timestamp: string, payload: Raw): Raw {
  copies += 1;
  return {
    logName: `projects/shop-1/logs/cloudaudit.googleapis.com%2F${log}`,
    timestamp,
    insertId: `e${copies}`,
    protoPayload: payload,
  };
}

function call(principalEmail: string, permission: string, resource: string, key?: string): Raw {
  const keyName =
    key === undefined
      ? {}
      : { serviceAccountKeyName: `//iam.googleapis.com/projects/lab-1/serviceAccounts/${principalEmail}/keys/${key}` };
  return {
    serviceName: `${permission.split('.')[0]}.googleapis.com`,
    methodName: 'm',
    authenticationInfo: { principalEmail, ...keyName },
    authorizationInfo: [{ resource, permission, granted: true }],
  };
}

const MINT = 'iam.serviceAccounts.getAccessToken';
const UPDATE = 'run.services.update';
const WEB = 'projects/shop-1/locations/europe-west1/services/web';

/** What the sink wrote: the CI key minted tokens, and the deployer changed the service. */
function dataset(more: Partial<AuditDataset> = {}): AuditDataset {
  const deployer = 'projects/-/serviceAccounts/103';
  return {
    name: 'shop-1.audit',
    bytes: 3 * GIB,
    entries: [
      entry('activity', '2026-03-10T00:00:00Z', call(ids.deployer, UPDATE, WEB)),
      entry('activity', '2026-05-20T10:00:00Z', call(ids.deployer, UPDATE, WEB)),
      entry('data_access', '2026-05-20T09:59:00Z', call(ids.ci, MINT, deployer, ids.ciKey)),
      entry('data_access', '2026-05-21T09:59:00Z', call(ids.ci, MINT, deployer, ids.ciKey)),
      // Before the window.
      entry('activity', '2025-12-01T00:00:00Z', call(ids.runner, UPDATE, WEB)),
    ],
    ...more,
  };
}

let scene: GoogleScene;
afterEach(async () => {
  expect(scene.leaks()).toEqual([]);
  await scene.close();
});

const usageOf = (bundle: string): readonly GcpAuditUsage[] => jsonOf(bundle, 'audit-usage.json');

/** State of one action of an identity, and why nobody knows it, as `unused` tells them. */
async function stateOf(email: string, action: string): Promise<readonly unknown[]> {
  const ran = await scene.run(['unused', email, scene.bundle, '--window', '80', '--json', '-', '--quiet']);
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  const { identities } = JSON.parse(ran.stdout) as { identities: readonly { actions: { list: readonly Raw[] } }[] };
  const found = identities[0]?.actions.list.find(({ permission }) => permission === action);
  return [found?.['state'], found?.['why'] ?? ''];
}

const SET_POLICY = 'resourcemanager.projects.setIamPolicy';

/** The usual estate with another sink. */
const withSink =
  (more: Raw) =>
  (estate: GoogleEstate): GoogleEstate => ({ ...estate, sinks: { [SINK]: { ...estate.sinks[SINK], ...more } } });

const queriesRun = (): number => scene.server.calls.filter(({ name }) => name === 'jobs.query').length;

describe('use added up by BigQuery', () => {
  it('is planned, paid once, written, and read again', async () => {
    const bigQuery = new GoogleBigQuery(dataset());
    const old = (estate: GoogleEstate): GoogleEstate => ({
      ...estate,
      assets: estate.assets.map((asset) =>
        JSON.stringify(asset['resource']).includes(`"email":"${ids.runner}"`)
          ? { ...asset, updateTime: '2025-02-01T00:00:00Z' }
          : asset,
      ),
    });
    scene = await openGoogleScene({ bigQuery, change: old });
    const ran = await scene.collect(['--usage', SOURCE]);
    expect([ran.code, bigQuery.runs]).toEqual([0, 1]);
    expect(ran.stdout).toContain('queries over 3.0 GiB');
    const [usage, ...others] = usageOf(scene.bundle);
    expect(others).toEqual([]);
    expect(
      usage?.rows.map(({ principal, permission, keyId, count, last }) => [principal, permission, keyId, count, last]),
    ).toEqual([
      [ids.ci, MINT, ids.ciKey, 2, '2026-05-21T09:59:00Z'],
      [ids.deployer, UPDATE, undefined, 2, '2026-05-20T10:00:00Z'],
    ]);
    expect(usage?.coverage).toEqual(
      ['activity', 'data_access'].map((log) => ({
        container: 'organizations/1001',
        log,
        from: '2026-03-10T00:00:00.000Z',
        to: '2026-06-02T00:00:00.000Z',
        below: true,
      })),
    );
    expect(await stateOf(ids.deployer, UPDATE)).toEqual(['used', '']);
    // Admin Activity would have shown it; that somebody read something it would not.
    expect(await stateOf(ids.runner, SET_POLICY)).toEqual(['unused', '']);
    expect((await stateOf(ids.runner, 'resourcemanager.projects.get'))[1]).toContain('no source');

    const before = queriesRun();
    expect((await scene.collect(['--usage', SOURCE])).stdout).not.toContain('queries over');
    expect(queriesRun()).toBe(before);
  });

  it('proves nothing by silence where the sink keeps something back, or none is named', async () => {
    scene = await openGoogleScene({
      bigQuery: new GoogleBigQuery(dataset()),
      change: withSink({ exclusions: [{ name: 'x', filter: 'severity<WARNING' }] }),
    });
    expect((await scene.collect(['--usage', SOURCE])).code).toBe(0);
    expect(usageOf(scene.bundle).map(({ rows, coverage }) => [rows.length, coverage])).toEqual([[2, []]]);
    expect(await stateOf(ids.deployer, UPDATE)).toEqual(['used', '']);
    expect(await stateOf(ids.runner, SET_POLICY)).toEqual(['unknown', expect.stringContaining('no source')]);
    const told = gapsOf(scene.bundle).filter(({ what }) => what === 'what audit logs did not record');
    expect(told.map(({ why }) => why)).toEqual(['the sink excludes some entries, so that it proves nothing']);
  });

  it('asks the one log that there are tables of', async () => {
    const { entries, ...rest } = dataset();
    const activity = entries.filter(({ logName }) => String(logName).endsWith('activity'));
    scene = await openGoogleScene({ bigQuery: new GoogleBigQuery({ ...rest, entries: activity }) });
    expect((await scene.collect(['--usage', SOURCE])).code).toBe(0);
    expect(usageOf(scene.bundle)[0]?.coverage.map(({ log }) => log)).toEqual(['activity']);
  });

  it('is not run where it would cost more than it may, and is once it may', async () => {
    const bigQuery = new GoogleBigQuery(dataset());
    scene = await openGoogleScene({ bigQuery });
    expect((await scene.collect(['--usage', `${SOURCE},most-gib=2`])).code).toBe(0);
    expect([bigQuery.runs, existsSync(join(scene.bundle, 'audit-usage.json'))]).toEqual([0, false]);
    const [gap] = gapsOf(scene.bundle).filter(({ what }) => what.startsWith('use recorded by audit logs'));
    expect(gap?.why).toContain('would read 3.0 GiB, and may read 2.0');
    expect((await scene.collect(['--usage', `${SOURCE},most-gib=3`])).code).toBe(0);
    expect([bigQuery.runs, usageOf(scene.bundle).length]).toEqual([1, 1]);
  });

  it('is paid once though Ctrl-C stops it while it runs', async () => {
    const bigQuery = new GoogleBigQuery(dataset());
    let interrupt = (): void => undefined;
    let isStopped = false;
    scene = await openGoogleScene({
      bigQuery,
      onCall: ({ name }) => {
        if (name !== 'jobs.getQueryResults' || isStopped) return;
        isStopped = true;
        interrupt();
      },
    });
    const stopped = await scene.collect(['--usage', SOURCE], (press) => {
      interrupt = press;
    });
    expect([stopped.code, bigQuery.runs]).toEqual([3, 1]);
    expect((await scene.collect(['--usage', SOURCE])).code).toBe(0);
    expect([bigQuery.runs, usageOf(scene.bundle)[0]?.rows.length]).toEqual([1, 2]);
  });

  it('names what is missing where it is refused, and asks again', async () => {
    const bigQuery = new GoogleBigQuery(dataset());
    scene = await openGoogleScene({
      bigQuery,
      faults: [
        { name: 'jobs.query', from: 1, to: 1, effect: { kind: 'denied' } },
        { name: 'sinks.get', from: 1, to: 1, effect: { kind: 'denied' } },
      ],
    });
    const fixes = () => gapsOf(scene.bundle).flatMap(({ fix = '' }) => (/bigquery|logging/.test(fix) ? [fix] : []));
    expect((await scene.collect(['--usage', SOURCE])).code).toBe(0);
    expect(fixes()).toEqual(['allow `bigquery.jobs.create` and `bigquery.tables.getData`']);
    expect((await scene.collect(['--usage', SOURCE])).code).toBe(0);
    expect(fixes()).toEqual(['allow `logging.sinks.get`, for example by `roles/logging.viewer`']);
    expect(usageOf(scene.bundle)[0]?.coverage).toEqual([]);
    expect((await scene.collect(['--usage', SOURCE])).code).toBe(0);
    expect([fixes(), usageOf(scene.bundle)[0]?.coverage.length, bigQuery.runs]).toEqual([[], 2, 1]);
  });

  it('tells what it needs, and where', async () => {
    scene = await openGoogleScene();
    const args = ['collect', 'gcp', '--usage', SOURCE, '--print-permissions'];
    const { grants, permissions } = JSON.parse((await scene.run([...args, 'json'])).stdout) as Record<
      string,
      unknown[]
    >;
    expect(grants).toEqual([
      { on: 'projects/shop-1', role: 'roles/bigquery.jobUser', permissions: ['bigquery.jobs.create'] },
      { on: 'dataset shop-1.audit', role: 'roles/bigquery.dataViewer', permissions: ['bigquery.tables.getData'] },
    ]);
    expect(permissions).toContain('logging.sinks.get');
    // Nobody gives the right to read all data of the organization for it.
    expect(permissions?.filter((one) => String(one).startsWith('bigquery'))).toEqual([]);
    expect((await scene.run([...args, 'yaml'])).stdout).toContain(
      '# Also grant roles/bigquery.jobUser on projects/shop-1.',
    );
  });
});
