import { evaluateRequest, preparePolicies, type SimulatedPolicies, type SimulatedRequest } from '@keyreach/aws/offline';

const account = '111111111111';
const now = Date.parse('2026-01-01T00:00:00Z');
const allow = (
  Action: string | readonly string[],
  Resource: string | readonly string[],
  Condition?: object,
): object => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});
const policy = (...Statement: readonly object[]): object => ({ Version: '2012-10-17', Statement });

/** Ten statements of the kinds real policies have, six of them with conditions, under SCPs on three levels and a boundary. */
const policies: SimulatedPolicies = {
  identity: [
    policy(
      allow(['s3:GetObject', 's3:ListBucket'], ['arn:aws:s3:::data', 'arn:aws:s3:::data/*']),
      allow('s3:Put*', 'arn:aws:s3:::home/${aws:username}/*', { Bool: { 'aws:SecureTransport': 'true' } }),
      allow('dynamodb:*', `arn:aws:dynamodb:*:${account}:table/app-*`),
      allow(['sqs:SendMessage', 'sqs:ReceiveMessage'], `arn:aws:sqs:eu-west-1:${account}:jobs`, {
        IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '192.0.2.0/24'] },
      }),
      allow('iam:PassRole', `arn:aws:iam::${account}:role/task-*`, {
        StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
      }),
      allow(['ec2:Describe*', 'ecs:Describe*'], '*'),
      {
        Effect: 'Allow',
        NotAction: ['iam:*', 'organizations:*', 'sts:*'],
        Resource: `arn:aws:logs:*:${account}:log-group:/app/*`,
      },
      { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::data/private/*' },
      allow('secretsmanager:GetSecretValue', `arn:aws:secretsmanager:eu-west-1:${account}:secret:app/*`, {
        StringLike: { 'secretsmanager:VersionStage': 'AWS*' },
      }),
      allow(['kms:Decrypt', 'kms:GenerateDataKey'], '*', { StringEquals: { 'aws:PrincipalTag/team': 'app' } }),
    ),
  ],
  boundary: policy(allow(['s3:*', 'dynamodb:*', 'sqs:*', 'logs:*', 'ec2:Describe*', 'kms:*', 'iam:PassRole'], '*')),
  scps: [
    [policy(allow('*', '*'))],
    [
      policy(allow('*', '*')),
      policy({
        Effect: 'Deny',
        NotAction: ['iam:*', 'sts:*', 's3:*'],
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } },
      }),
    ],
    [
      policy(allow('*', '*')),
      policy({
        Effect: 'Deny',
        Action: ['dynamodb:Delete*', 'kms:ScheduleKeyDeletion'],
        Resource: '*',
        Condition: { ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/admin-*` } },
      }),
    ],
  ],
};

const asked: readonly (readonly [string, string])[] = [
  ['s3:GetObject', 'arn:aws:s3:::data/report.csv'],
  ['s3:GetObject', 'arn:aws:s3:::data/private/key'],
  ['s3:PutObject', 'arn:aws:s3:::home/app/file'],
  ['dynamodb:GetItem', `arn:aws:dynamodb:eu-west-1:${account}:table/app-orders`],
  ['dynamodb:DeleteItem', `arn:aws:dynamodb:eu-west-1:${account}:table/app-orders`],
  ['sqs:SendMessage', `arn:aws:sqs:eu-west-1:${account}:jobs`],
  ['iam:PassRole', `arn:aws:iam::${account}:role/task-web`],
  ['ec2:DescribeInstances', '*'],
  ['logs:PutLogEvents', `arn:aws:logs:eu-west-1:${account}:log-group:/app/web:log-stream:x`],
  ['kms:Decrypt', `arn:aws:kms:eu-west-1:${account}:key/5b1d6d3c-0000-4000-8000-000000000000`],
];

const context = {
  'aws:RequestedRegion': 'eu-west-1',
  'aws:SourceIp': '10.1.2.3',
  'iam:PassedToService': 'ecs-tasks.amazonaws.com',
};

const requests: readonly SimulatedRequest[] = asked.map(([action, resource]) => ({
  principal: `arn:aws:iam::${account}:user/app`,
  action,
  resource,
  context,
  principalTags: { team: 'app' },
  now,
}));

/** Runs `once` for every request, `rounds` times; gives decisions a second and how many of one round were allowed. */
function measure(once: (request: SimulatedRequest) => string, rounds: number): string {
  for (let round = 0; round < rounds / 10; round += 1) for (const request of requests) once(request);
  let allowed = 0;
  const start = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    for (const request of requests) if (once(request) === 'allow') allowed += 1;
  }
  const seconds = (performance.now() - start) / 1000;
  const rate = Math.round((rounds * requests.length) / seconds).toLocaleString('en-US');
  return `${rate}/s (${allowed / rounds} of ${requests.length} allowed)`;
}

/** Simulated requests per second against one set of policies, one thread. Aim: above 500,000. */
export const simulate: { readonly name: string; readonly run: () => Promise<void> } = {
  name: 'simulate',
  run: async () => {
    const start = performance.now();
    const prepared = preparePolicies(policies);
    prepared.evaluate(requests[0]!);
    const first = (performance.now() - start).toFixed(1);
    const objects = 30_000;
    let at = 0;
    console.log(`  10 statements, 5 SCPs on 3 levels, a boundary; prepared and first verdict in ${first} ms`);
    console.log(`  prepared policies, verdict:       ${measure((request) => prepared.evaluate(request), 100_000)}`);
    console.log(
      `  evaluateRequest, verdict read:    ${measure((request) => evaluateRequest(request, policies).verdict, 100_000)}`,
    );
    console.log(
      `  verdict, ${objects.toLocaleString('en-US')} resources in turn: ${measure((request) => {
        at = (at + 1) % objects;
        return prepared.evaluate({ ...request, resource: `arn:aws:s3:::data/${at}` });
      }, 20_000)}`,
    );
    console.log(
      `  prepared policies, explained:     ${measure((request) => prepared.explain(request).verdict, 2_000)}`,
    );
    await Promise.resolve();
  },
};
