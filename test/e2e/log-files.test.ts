import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { CommandRun } from '../run-command.ts';
import { filesOf, gapsOf, jsonOf } from './bundle-on-disk.ts';
import { answeredTwice, openScene, type Scene } from './scene.ts';
import { TRAIL_BUCKET } from './seed-trail.ts';

const estate = inject('estate');
const { Shop, Payments } = estate.organization.accounts;
const deployer = `arn:aws:iam::${Shop}:user/deployer`;
const release = `arn:aws:iam::${Payments}:role/release`;
const trail = `arn:aws:cloudtrail:us-east-1:${estate.management}:trail/organization`;
const now = Math.floor(Date.now() / 1000);

/** An organization trail that has recorded all management events of every region for years. */
const organizationTrail = {
  trail: {
    Name: 'organization',
    TrailARN: trail,
    HomeRegion: 'us-east-1',
    S3BucketName: TRAIL_BUCKET,
    IsMultiRegionTrail: true,
    IsOrganizationTrail: true,
    IncludeGlobalServiceEvents: true,
  },
  status: { IsLogging: true, StartLoggingTime: now - 1000 * 86_400, LatestDeliveryTime: now - 600 },
  selectors: {
    TrailARN: trail,
    EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [] }],
  },
};

const athenaRow = (name: string, calls: string): Readonly<Record<string, string>> => ({
  principal: `arn:aws:iam::${Shop}:user/${name}`,
  origin: '',
  event_source: 'sts',
  event_name: 'AssumeRole',
  marks: '',
  roles: '',
  resource: release,
  first_call: '2026-10-01T00:00:00Z',
  last_call: '2026-10-02T00:00:00Z',
  calls,
  refused_calls: '0',
});

interface UseOfKeys {
  readonly identities: readonly {
    readonly credentials: readonly {
      readonly id: string;
      readonly actions: { readonly list: readonly { readonly permission: string; readonly state: string }[] };
    }[];
  }[];
}

let scene: Scene;
let collected: CommandRun;
beforeAll(async () => {
  scene = await openScene(estate, {
    own: {
      regions: ['us-east-1'],
      trails: [organizationTrail],
      athenaRows: ['deployer', 'auditor', 'builder', 'staff-01'].map((name, index) =>
        athenaRow(name, String(index + 1)),
      ),
    },
  });
  const accounts = `${Shop},${estate.management}`;
  const files = `files,bucket=${TRAIL_BUCKET},region=us-east-1,accounts=${Shop},days=120`;
  const athena = `athena,table=logs.cloudtrail,region=us-east-1,trail=${trail},accounts=${Shop}`;
  collected = await scene.collect(['--accounts', accounts, '--usage', files, '--usage', athena]);
});
afterAll(() => scene?.close());

describe('log files of a trail in S3', () => {
  it('are fetched, each once and without digests', () => {
    expect([collected.code, collected.stderr]).toEqual([0, expect.not.stringContaining('rror')]);
    // What a trail records is asked of each account, and again for the table that it fills; a query until it is done.
    const again = ['GetTrailStatus', 'GetEventSelectors', 'GetQueryExecution'];
    const once = scene.server.calls.filter(({ action }) => !again.includes(action));
    expect(answeredTwice(once)).toEqual([]);
    const logs = Object.keys(filesOf(scene.bundle)).filter((path) => path.startsWith(`accounts/${Shop}/cloudtrail/`));
    expect(logs.filter((path) => path.endsWith('.json.gz'))).toHaveLength(3);
    const told = jsonOf<object>(scene.bundle, `accounts/${Shop}/cloudtrail/trail-files.json`);
    expect(told).toMatchObject({ complete: true, all: true });
    expect(gapsOf(scene.bundle).filter(({ what }) => what.includes('use'))).toEqual([]);
  });

  it('tell two keys of one user apart: with one an action was used, with the other never', async () => {
    for (const file of ['account-authorization-details.json', 'access-keys.json']) {
      // Seeded a minute ago, and nobody can say of what is new that it is unused.
      const path = join(scene.bundle, 'accounts', Shop, 'iam', file);
      const text = readFileSync(path, 'utf8');
      writeFileSync(path, text.replaceAll(/"CreateDate": *"[^"]+"/g, '"CreateDate": "2020-01-01T00:00:00Z"'));
    }
    const ran = await scene.run(['unused', deployer, scene.bundle, '--json', '-', '--quiet']);
    expect(ran.code).toBe(0);
    const [use] = (JSON.parse(ran.stdout) as UseOfKeys).identities;
    const stateWith = (key: string) =>
      use?.credentials
        .find(({ id }) => id.endsWith(key))
        ?.actions.list.map(({ permission, state }) => `${permission} ${state}`);
    expect(stateWith(estate.shop.deployer)).toEqual(['s3:ListAllMyBuckets unused', 'sts:AssumeRole used']);
    expect(stateWith(estate.shop.deployerSpare)).toEqual(['s3:ListAllMyBuckets unused', 'sts:AssumeRole unused']);
  });
});

describe('a query of Athena', () => {
  it('gives the rows of every page, and what the trail that fills the table records', () => {
    const { rows, coverage } = jsonOf<{
      readonly rows: readonly { readonly principal: string; readonly count: number }[];
      readonly coverage: readonly { readonly account: string; readonly management: string }[];
    }>(scene.bundle, 'usage/athena.json');
    expect(rows.map(({ principal, count }) => [principal.split('/')[1], count])).toEqual([
      ['auditor', 2],
      ['builder', 3],
      ['deployer', 1],
      ['staff-01', 4],
    ]);
    expect(coverage).toMatchObject([{ account: Shop, management: 'all' }]);
  });

  it('leaves no secret of a record in the bundle', () => {
    expect(scene.leaks()).toEqual([]);
  });
});
