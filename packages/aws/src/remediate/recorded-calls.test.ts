import { GraphIndex } from '@keyreach/core/graph';
import { describe, expect, test } from 'vitest';
import { awsInputFromObjects } from '../bundle/input-from-objects.ts';
import { normalizeAws } from '../normalize/normalize.ts';
import { A, arn, details, NOW, role, user } from '../normalize/testing/estate.ts';
import type { TrailCoverage, TrailRow } from '../usage/trail-usage.ts';
import { rightSizedPolicy } from './right-sized-policy.ts';
import { statementsOf } from './testing/proposal-estate.ts';

const called = (eventSource: string, eventName: string, facts: Partial<TrailRow> = {}): TrailRow => ({
  principal: arn('user/ci'),
  eventSource,
  eventName,
  marks: [],
  roles: [],
  ...(facts.count === 0 ? {} : { first: '2026-05-01T00:00:00.000Z', last: '2026-05-20T00:00:00.000Z' }),
  count: 1,
  refused: 0,
  ...facts,
});

const calls: readonly TrailRow[] = [
  called('s3', 'GetObject', { resource: 'arn:aws:s3:::data/a.csv' }),
  called('ec2', 'DescribeVpcs', { count: 0, refused: 4 }),
  called('ec2', 'RunInstances', { roles: [arn('role/deploy')], marks: ['instance-profile'] }),
];

const statements = [
  { Effect: 'Allow', Action: 's3:GetObject', Resource: ['arn:aws:s3:::data/*', 'arn:aws:s3:::logs/*'] },
  { Effect: 'Allow', Action: ['ec2:DescribeVpcs', 'ec2:RunInstances', 'ec2:TerminateInstances'], Resource: '*' },
  { Effect: 'Allow', Action: 'iam:PassRole', Resource: arn('role/*') },
];

/** A user whose calls a trail recorded that covers `facts`. */
function graphOf(facts: Partial<TrailCoverage>): GraphIndex {
  const inline = { PolicyName: 'ci', PolicyDocument: { Version: '2012-10-17', Statement: statements } };
  const lists = {
    CreateDate: '2020-01-01T00:00:00Z',
    UserPolicyList: [inline],
    AttachedManagedPolicies: [],
    GroupList: [],
  };
  const authorizationDetails = details({
    users: [user('ci', lists)],
    roles: [role('deploy', { Service: 'ec2.amazonaws.com' })],
  });
  const coverage: TrailCoverage = {
    account: A,
    regions: '*',
    from: '2026-01-01T00:00:00.000Z',
    to: '2026-06-01T00:00:00.000Z',
    management: 'all',
    excluded: [],
    data: [],
    ...facts,
  };
  const input = awsInputFromObjects({ accounts: { [A]: { authorizationDetails } } });
  const trailUsage = [{ source: 'cloudtrail-files', rows: calls, coverage: [coverage] }];
  return new GraphIndex(normalizeAws({ ...input, trailUsage }, { now: NOW }));
}

function proposedFor(facts: Partial<TrailCoverage>, unknown: 'keep' | 'drop') {
  const graph = graphOf(facts);
  const identity = graph.identity(arn('user/ci'))!;
  const proposal = rightSizedPolicy(graph, identity, { now: NOW, windowDays: 90, unknown });
  if (proposal.outcome === 'withheld') throw new Error(proposal.reasons.join());
  return proposal;
}

const passRole = { Effect: 'Allow', Action: 'iam:PassRole', Resource: arn('role/*') };

describe('issue 4: a right-sized policy from recorded calls', () => {
  test('a trail with data events tells actions and resources; refused calls are no use', () => {
    const proposal = proposedFor({ data: ['AWS::S3::Object'] }, 'keep');
    expect(statementsOf(proposal)).toEqual([
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' },
      { Effect: 'Allow', Action: 'ec2:RunInstances', Resource: '*' },
      passRole,
    ]);
    expect(proposal.removes).toMatchObject([
      { kind: 'resources', resources: ['arn:aws:s3:::logs/*'] },
      { kind: 'actions', why: 'unused', actions: ['ec2:DescribeVpcs', 'ec2:TerminateInstances'] },
    ]);
  });

  test('one without them tells no resource of an object, and of one region no regional action', () => {
    expect(statementsOf(proposedFor({}, 'keep'))[0]).toEqual(statements[0]);
    expect(statementsOf(proposedFor({ regions: ['eu-west-1'] }, 'keep'))).toEqual([
      statements[0],
      { ...statements[1], Action: ['ec2:DescribeVpcs', 'ec2:RunInstances', 'ec2:TerminateInstances'] },
      passRole,
    ]);
  });

  test('what no log shows is dropped only where asked to, and says what would tell', () => {
    const proposal = proposedFor({ management: 'none' }, 'drop');
    expect(statementsOf(proposal)).toEqual([statements[0], { ...statements[1], Action: 'ec2:RunInstances' }, passRole]);
    const remarks = proposal.couldBreak.map(({ what, why }) => `${what}: ${why}`);
    expect(remarks.some((text) => text.includes('`ec2:DescribeVpcs`') && text.includes('CloudTrail'))).toBe(true);
  });
});
