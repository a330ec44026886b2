/** aws.md 3.6: roles of resource types that no rule knows are inventory, and open nothing. */
import { expect, test } from 'vitest';
import { allow, ask, home, iam, MIA, resource, role, trust, user } from './rule-estate.ts';

const WORKER = iam('role/worker');
const POLICY = 'AWS::DLM::LifecyclePolicy:111111111111:backups';
const world = home({
  users: [user('mia', [allow(['dlm:*', 's3:*'])])],
  roles: [role('worker', [trust({ Service: ['dlm.amazonaws.com', 's3.amazonaws.com'] })], [allow('*')])],
  resources: [
    resource('AWS::DLM::LifecyclePolicy', 'backups', { ExecutionRoleArn: WORKER }),
    resource('AWS::S3::Bucket', 'copied', { ReplicationConfiguration: { Role: WORKER } }),
  ],
});

test('aws.md 3.6 generic scan: the graph says that they may run as the role', () => {
  const edges = ask(world).graph.incoming(WORKER, 'runs-as');
  expect(edges.map(({ from, certainty }) => [from, certainty])).toEqual([
    [POLICY, 'unknown'],
    ['arn:aws:s3:::copied', 'unknown'],
  ]);
});

test('aws.md 3.6 generic scan: who controls such a resource is not said to have the role', () => {
  const { admin, bounds, reaches } = ask(world).radius(MIA);
  expect(admin).toEqual([]);
  expect(bounds.identities).toEqual({ lo: 0, hi: 0 });
  expect(reaches.map(({ id }) => id)).not.toContain(WORKER);
});
