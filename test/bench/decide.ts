import { awsInputFromObjects, awsSemantics, normalizeAws } from '@keyreach/aws/offline';
import { AuthorizationModel, decideQuery } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';

const account = '111111111111';
const time = '2026-01-01T00:00:00.000Z';

/** Ten statements of the kinds real policies have: exact and wildcard actions, prefixes, a deny, a negation, a condition. */
const statements: readonly unknown[] = [
  {
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:ListBucket'],
    Resource: ['arn:aws:s3:::data', 'arn:aws:s3:::data/*'],
  },
  { Effect: 'Allow', Action: 's3:Put*', Resource: 'arn:aws:s3:::upload/*' },
  { Effect: 'Allow', Action: 'dynamodb:*', Resource: `arn:aws:dynamodb:*:${account}:table/app-*` },
  {
    Effect: 'Allow',
    Action: ['sqs:SendMessage', 'sqs:ReceiveMessage'],
    Resource: `arn:aws:sqs:eu-west-1:${account}:jobs`,
  },
  {
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: `arn:aws:iam::${account}:role/task-*`,
    Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
  },
  { Effect: 'Allow', Action: ['ec2:Describe*', 'ecs:Describe*'], Resource: '*' },
  {
    Effect: 'Allow',
    NotAction: ['iam:*', 'organizations:*', 'sts:*'],
    Resource: `arn:aws:logs:*:${account}:log-group:/app/*`,
  },
  { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::data/private/*' },
  {
    Effect: 'Allow',
    Action: 'secretsmanager:GetSecretValue',
    Resource: `arn:aws:secretsmanager:eu-west-1:${account}:secret:app/*`,
  },
  {
    Effect: 'Allow',
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalTag/team': 'app' } },
  },
];

const requests: readonly (readonly [string, string])[] = [
  ['s3:GetObject', 'arn:aws:s3:::data/report.csv'],
  ['s3:GetObject', 'arn:aws:s3:::data/private/key'],
  ['s3:PutObject', 'arn:aws:s3:::upload/2026/01/file'],
  ['dynamodb:GetItem', `arn:aws:dynamodb:eu-west-1:${account}:table/app-orders`],
  ['dynamodb:GetItem', `arn:aws:dynamodb:eu-west-1:${account}:table/other`],
  ['sqs:SendMessage', `arn:aws:sqs:eu-west-1:${account}:jobs`],
  ['iam:CreateUser', `arn:aws:iam::${account}:user/new`],
  ['ec2:DescribeInstances', '*'],
  ['logs:PutLogEvents', `arn:aws:logs:eu-west-1:${account}:log-group:/app/web:log-stream:x`],
  ['kms:Decrypt', `arn:aws:kms:eu-west-1:${account}:key/5b1d6d3c-0000-4000-8000-000000000000`],
];

/** Decisions per second on a ten-statement identity policy, one thread, evidence off. Aim: above 500,000. */
export const decide: { readonly name: string; readonly run: () => Promise<void> } = {
  name: 'decide',
  run: async () => {
    const user = {
      Path: '/',
      UserName: 'app',
      UserId: 'AIDAEXAMPLE',
      Arn: `arn:aws:iam::${account}:user/app`,
      CreateDate: '2024-01-01T00:00:00Z',
      GroupList: [],
      AttachedManagedPolicies: [],
      Tags: [{ Key: 'team', Value: 'app' }],
      UserPolicyList: [{ PolicyName: 'app', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    };
    const input = awsInputFromObjects({
      accounts: {
        [account]: {
          authorizationDetails: { UserDetailList: [user], RoleDetailList: [], GroupDetailList: [], Policies: [] },
        },
      },
    });
    const model = new AuthorizationModel(new GraphIndex(normalizeAws(input, { now: time })), [awsSemantics]);
    const identity = model.graph.identity(user.Arn)!;
    const provider = model.provider('aws')!;
    const queries = requests.map(([action, resource]) => ({
      principal: model.factsOf(identity),
      class: model.classOf(identity),
      action: provider.catalogue.ref(action),
      resource: model.resourceFacts(resource, provider),
      provider,
      context: new Map<string, readonly string[] | null>(),
      now: Date.parse(time),
    }));
    const rounds = 200_000;
    for (let round = 0; round < 20_000; round += 1) for (const query of queries) decideQuery(model, query);
    const start = performance.now();
    let allowed = 0;
    for (let round = 0; round < rounds; round += 1)
      for (const query of queries) if (decideQuery(model, query) === 3) allowed += 1;
    const seconds = (performance.now() - start) / 1000;
    const count = rounds * queries.length;
    console.log(
      `  ${statements.length} statements, ${queries.length} requests: ${Math.round(count / seconds).toLocaleString('en-US')} decisions/s (${allowed / rounds} of ${queries.length} allowed)`,
    );
    await Promise.resolve();
  },
};
