import { GraphIndex, type Usage } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { awsInputFromObjects } from '../bundle/input-from-objects.ts';
import type { TrailCoverage, TrailRow, TrailUsage } from '../usage/trail-usage.ts';
import { normalizeAws } from './normalize.ts';
import { A, arn, details, NOW, role, SCOPE, user } from './testing/estate.ts';

const KEYS = ['AKIAEXAMPLEONE000001', 'AKIAEXAMPLETWO000002'] as const;
const ECS = { Service: 'ec2.amazonaws.com' };
const FIRST = '2026-05-01T00:00:00.000Z';
const LAST = '2026-05-20T00:00:00.000Z';

const called = (eventSource: string, eventName: string, facts: Partial<TrailRow> = {}): TrailRow => ({
  principal: arn('user/ci'),
  eventSource,
  eventName,
  marks: [],
  roles: [],
  first: FIRST,
  last: LAST,
  count: 1,
  refused: 0,
  ...facts,
});

const covered = (facts: Partial<TrailCoverage> = {}): TrailCoverage => ({
  account: A,
  regions: '*',
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-06-01T00:00:00.000Z',
  management: 'all',
  excluded: [],
  data: [],
  ...facts,
});

/** User `ci` with two keys and a password, roles `deploy` (in instance profile `box`) and `/team/app`. */
function graphOf(rows: readonly TrailRow[], coverage: readonly TrailCoverage[] = []): GraphIndex {
  const files = {
    accessKeys: KEYS.map((AccessKeyId) => ({ UserName: 'ci', AccessKeyId, Status: 'Active' })),
    loginProfiles: [{ UserName: 'ci' }],
    authorizationDetails: details({
      users: [user('ci', { CreateDate: '2020-01-01T00:00:00Z' }), user('report')],
      roles: [
        role('deploy', ECS, {
          InstanceProfileList: [
            { InstanceProfileName: 'box', Arn: arn('instance-profile/box'), Roles: [{ Arn: arn('role/deploy') }] },
          ],
        }),
        role('app', ECS, { Arn: arn('role/team/app'), Path: '/team/' }),
      ],
    }),
  };
  const input = awsInputFromObjects({ accounts: { [A]: files } });
  const trailUsage: readonly TrailUsage[] = [{ source: 'cloudtrail-files', rows, coverage }];
  return new GraphIndex(normalizeAws({ ...input, trailUsage }, { now: NOW }));
}

const key = (index: 0 | 1): string => `${arn('user/ci')}/accesskey/${KEYS[index]}`;
const usage = (rows: readonly TrailRow[]): readonly Usage[] => graphOf(rows).graph.usage;
const gaps = (graph: GraphIndex): readonly { scope: string; why: string }[] =>
  graph.graph.gaps.filter(({ what }) => what === 'recorded use').map(({ scope, why }) => ({ scope, why }));

describe('rows of CloudTrail records become use', () => {
  it('of the actions a call needed, by identity and credential, added up over events', () => {
    const rows = usage([
      called('s3', 'ListObjects', { origin: KEYS[0], resource: 'arn:aws:s3:::b', count: 2, refused: 1 }),
      called('s3', 'HeadBucket', {
        origin: KEYS[0],
        resource: 'arn:aws:s3:::b',
        first: '2026-04-01T00:00:00.000Z',
        last: '2026-04-02T00:00:00.000Z',
        count: 3,
      }),
      called('s3', 'ListObjects', { origin: KEYS[1], resource: 'arn:aws:s3:::b' }),
    ]);
    const one = { identity: arn('user/ci'), action: 's3:ListBucket', resource: 'arn:aws:s3:::b' };
    expect(rows).toEqual([
      {
        ...one,
        credential: key(0),
        first: '2026-04-01T00:00:00.000Z',
        last: LAST,
        count: 5,
        refused: 1,
        source: 'cloudtrail-files',
      },
      { ...one, credential: key(1), first: FIRST, last: LAST, count: 1, refused: 0, source: 'cloudtrail-files' },
    ]);
  });

  it('of iam:PassRole on the roles handed over, those within instance profiles too', () => {
    const roles = [arn('instance-profile/box'), arn('role/team/app')];
    const rows = usage([called('ec2', 'RunInstances', { roles, marks: ['instance-profile'] })]);
    expect(rows.filter(({ action }) => action === 'iam:PassRole').map(({ resource }) => resource)).toEqual([
      arn('role/deploy'),
      arn('role/team/app'),
    ]);
    const unknown = usage([
      called('ec2', 'RunInstances', { roles: [arn('instance-profile/gone')], marks: ['instance-profile'] }),
    ]);
    expect(unknown.find(({ action }) => action === 'iam:PassRole')).not.toHaveProperty('resource');
  });

  it('of roles by ARN, or by name where the records tell no more', () => {
    const rows = usage([
      called('s3', 'ListBuckets', { principal: `arn:aws:sts::${A}:assumed-role/app` }),
      called('s3', 'ListBuckets', { principal: arn('role/deploy'), origin: KEYS[1] }),
    ]);
    expect(rows.map(({ identity, credential }) => [identity, credential])).toEqual([
      [arn('role/deploy'), key(1)],
      [arn('role/team/app'), undefined],
    ]);
  });

  it('of credentials: a password for the console, none for a key that is gone, unknown where nobody tells', () => {
    const withOrigin = (origin: string | undefined, principal = arn('user/ci')): unknown => {
      const [row] = usage([called('s3', 'ListBuckets', { principal, ...(origin === undefined ? {} : { origin }) })]);
      return row?.credential ?? row?.otherCredential;
    };
    expect(withOrigin('console')).toBe(`${arn('user/ci')}/password`);
    expect(withOrigin('console', arn('user/report'))).toBeUndefined();
    expect(withOrigin('AKIAEXAMPLEGONE00003')).toBe(true);
    expect(withOrigin('federated', arn('role/deploy'))).toBeUndefined();
    expect(withOrigin('service:ec2.amazonaws.com', arn('role/deploy'))).toBeUndefined();
    expect(withOrigin(undefined)).toBeUndefined();
  });

  it('that was refused is none', () => {
    const { first: _, last: __, ...refused } = called('s3', 'ListBuckets', { count: 0, refused: 7 });
    expect(usage([refused])).toEqual([
      {
        identity: arn('user/ci'),
        action: 's3:ListAllMyBuckets',
        count: 0,
        refused: 7,
        source: 'cloudtrail-files',
      },
    ]);
  });

  it('of the identity alone where a call needs no action or none is known, with a gap for what is not known', () => {
    const graph = graphOf([
      called('sts', 'GetCallerIdentity', { origin: KEYS[0] }),
      called('s3', 'PonderObject', { count: 4 }),
      called('nowhere', 'Do', { count: 9 }),
    ]);
    expect(graph.graph.usage.map(({ action, credential, count }) => [action, credential, count])).toEqual([
      ['*', undefined, 13],
      ['*', key(0), 1],
    ]);
    expect(gaps(graph)).toEqual([
      {
        scope: 'cloudtrail-files',
        why: '13 recorded calls of 2 events that no IAM action is known for count as use of no action: `nowhere:Do` (9), `s3:PonderObject` (4)',
      },
    ]);
  });

  it('of what a call may have needed only perhaps', () => {
    const rows = usage([called('lambda', 'CreateFunction20150331', { marks: ['tags'], roles: [arn('role/deploy')] })]);
    expect(rows.find(({ action }) => action === 'lambda:CreateFunction')).not.toHaveProperty('perhaps');
    const perhaps = usage([called('s3', 'CopyObject', { marks: ['copy'], resource: 'arn:aws:s3:::b/k' })]).filter(
      (row) => row.perhaps === true,
    );
    expect(perhaps.length).toBeGreaterThan(0);
    for (const row of perhaps) expect(row).toMatchObject({ last: LAST });
  });

  it('of who had the name before is left out, and is not that of who has it now', () => {
    const before = { first: '2019-01-01T00:00:00.000Z', last: '2019-12-31T23:59:59.000Z' };
    const graph = graphOf([called('s3', 'ListBuckets', before)]);
    expect(graph.graph.usage).toEqual([]);
    expect(gaps(graph)).toHaveLength(1);
    const across = graphOf([called('s3', 'ListBuckets', { ...before, last: LAST })]);
    expect(across.graph.usage).toMatchObject([{ action: 's3:ListAllMyBuckets', last: LAST }]);
  });

  it('of principals that are not in the input is left out with a gap that counts them', () => {
    const graph = graphOf([
      called('s3', 'ListBuckets', { principal: arn('role/gone') }),
      called('s3', 'HeadBucket', { principal: arn('role/gone') }),
      called('s3', 'ListBuckets', { principal: `arn:aws:sts::${A}:assumed-role/gone` }),
      called('s3', 'ListBuckets', { principal: arn('user/other', '999988887777') }),
      called('s3', 'ListBuckets', { principal: 'nonsense' }),
    ]);
    expect(graph.graph.usage).toEqual([]);
    expect(gaps(graph)).toEqual([
      {
        scope: SCOPE,
        why: `2 principals of recorded calls are not in the input, and their use is left out: \`${arn('role/gone')}\`, \`arn:aws:sts::${A}:assumed-role/gone\``,
      },
      {
        scope: 'cloudtrail-files',
        why: '1 principal of recorded calls is not in the input, and its use is left out: `arn:aws:iam::999988887777:user/other`',
      },
      {
        scope: 'cloudtrail-files',
        why: '1 principal of recorded calls is not in the input, and its use is left out: `nonsense`',
      },
    ]);
  });
});

describe('coverage of CloudTrail records says what would have been seen', () => {
  const seen = (facts: Partial<TrailCoverage>): ReadonlySet<string> =>
    new Set(graphOf([], [covered(facts)]).graph.observations.flatMap(({ actions }) => actions.include));

  it('once for the account, with sources that tell credentials', () => {
    const { observations } = graphOf([], [covered()]).graph;
    expect(observations).toMatchObject([
      {
        subject: SCOPE,
        granularity: 'action',
        byCredential: true,
        from: '2026-01-01T00:00:00.000Z',
        to: '2026-06-01T00:00:00.000Z',
        source: 'cloudtrail-files',
      },
    ]);
    expect(observations[0]?.actions.exclude).toEqual([]);
    expect(graphOf([], [covered({ account: '999988887777' })]).graph.observations).toEqual([]);
    expect(graphOf([], [covered({ to: '2025-01-01T00:00:00.000Z' })]).graph.observations).toEqual([]);
  });

  it('management events, never data or what no record shows', () => {
    const all = seen({});
    for (const action of ['iam:CreateUser', 'ec2:DescribeInstances', 's3:CreateBucket']) expect(all).toContain(action);
    for (const action of ['s3:GetObject', 'iam:PassRole', 'rds-db:connect', 'sts:TagSession']) {
      expect(all).not.toContain(action);
    }
  });

  it('only what changes something, where only that is recorded', () => {
    const some = seen({ management: 'write-only' });
    expect(some).toContain('iam:CreateUser');
    expect(some).not.toContain('ec2:DescribeInstances');
    expect(seen({ management: 'none' })).toEqual(new Set());
  });

  it('without sources that are left out', () => {
    const some = seen({ excluded: ['kms.amazonaws.com'] });
    expect(some).not.toContain('kms:CreateKey');
    expect(some).toContain('iam:CreateUser');
    expect(seen({})).toContain('kms:CreateKey');
  });

  it('data events where those of every resource of a type are recorded', () => {
    const some = seen({ data: ['AWS::S3::Object'], management: 'none' });
    expect(some).toContain('s3:GetObject');
    expect(some).not.toContain('dynamodb:GetItem');
    expect(some).not.toContain('s3:CreateBucket');
  });

  it('of global services only, where some regions are missing', () => {
    const some = seen({ regions: ['us-east-1'], data: ['AWS::S3::Object'] });
    expect(some).toContain('iam:CreateUser');
    expect(some).not.toContain('ec2:DescribeInstances');
    expect(some).not.toContain('s3:GetObject');
    expect(some).not.toContain('support:CreateCase');
    expect(seen({ regions: ['eu-west-1'] })).toEqual(new Set());
  });

  it('by one selector for all that have the same settings', () => {
    const [one, two] = graphOf([], [covered(), covered({ from: '2026-02-01T00:00:00.000Z' })]).graph.observations;
    expect(two?.actions).toBe(one?.actions);
  });
});
