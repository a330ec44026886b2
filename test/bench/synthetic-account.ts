/** A seeded generator, so that every run measures the same accounts (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const account = '111111111111';
const policyArn = (name: string): string => `arn:aws:iam::${account}:policy/${name}`;

/** One statement of an ordinary application policy. */
function ordinaryStatement(random: () => number): unknown {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const team = Math.floor(random() * 400);
  return pick([
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:ListBucket'],
      Resource: [`arn:aws:s3:::team-${team}`, `arn:aws:s3:::team-${team}/*`],
    },
    {
      Effect: 'Allow',
      Action: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem'],
      Resource: `arn:aws:dynamodb:eu-west-1:${account}:table/team-${team}-*`,
    },
    {
      Effect: 'Allow',
      Action: ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'],
      Resource: `arn:aws:sqs:eu-west-1:${account}:team-${team}-*`,
    },
    {
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: `arn:aws:secretsmanager:eu-west-1:${account}:secret:team-${team}/*`,
    },
    { Effect: 'Allow', Action: ['logs:*', 'cloudwatch:PutMetricData'], Resource: '*' },
    { Effect: 'Allow', Action: ['ec2:Describe*', 'rds:Describe*', 'iam:Get*', 'iam:List*'], Resource: '*' },
    { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: `arn:aws:iam::${account}:role/team-${team}-*` },
    {
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: '*',
      Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
    },
    {
      Effect: 'Allow',
      Action: ['lambda:InvokeFunction', 'lambda:UpdateFunctionCode'],
      Resource: `arn:aws:lambda:eu-west-1:${account}:function:team-${team}-*`,
    },
    { Effect: 'Deny', Action: 's3:Delete*', Resource: `arn:aws:s3:::team-${team}/keep/*` },
  ]);
}

/** One statement that moves identities: what makes an account worth deriving. */
function privilegedStatement(random: () => number): unknown {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const team = Math.floor(random() * 400);
  return pick([
    { Effect: 'Allow', Action: ['iam:PassRole', 'lambda:*'], Resource: '*' },
    { Effect: 'Allow', Action: 'iam:CreateAccessKey', Resource: `arn:aws:iam::${account}:user/team-${team}-*` },
    { Effect: 'Allow', Action: 'iam:PutRolePolicy', Resource: `arn:aws:iam::${account}:role/team-${team}-*` },
    { Effect: 'Allow', Action: 'iam:UpdateAssumeRolePolicy', Resource: `arn:aws:iam::${account}:role/*` },
    { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' },
    { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
    { Effect: 'Allow', Action: '*', Resource: '*' },
    {
      Effect: 'Allow',
      Action: ['iam:AttachUserPolicy', 'iam:AddUserToGroup'],
      Resource: '*',
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    },
  ]);
}

/** The authorization details of one account with `identities` users and roles that hold `sets` distinct policy sets. */
export function syntheticAccount(
  identities: number,
  sets: number,
): { readonly accounts: Readonly<Record<string, { readonly authorizationDetails: unknown }>> } {
  const random = seeded(20_260_101);
  const policyCount = Math.max(20, Math.floor(sets / 3));
  const policies = Array.from({ length: policyCount }, (_, index) => {
    const privileged = index % 50 === 0;
    const Statement = Array.from({ length: 2 + Math.floor(random() * 5) }, () => ordinaryStatement(random));
    if (privileged) Statement.push(privilegedStatement(random));
    return {
      PolicyName: `p${index}`,
      PolicyId: `ANPA${String(index).padStart(12, '0')}`,
      Arn: policyArn(`p${index}`),
      Path: '/',
      DefaultVersionId: 'v1',
      IsAttachable: true,
      CreateDate: '2024-01-01T00:00:00Z',
      UpdateDate: '2024-01-01T00:00:00Z',
      PolicyVersionList: [
        {
          Document: { Version: '2012-10-17', Statement },
          VersionId: 'v1',
          IsDefaultVersion: true,
          CreateDate: '2024-01-01T00:00:00Z',
        },
      ],
    };
  });
  const held = Array.from({ length: sets }, () => {
    const names = new Set<string>();
    const size = 2 + Math.floor(random() * 3);
    // Most sets hold ordinary policies only, as in a real account.
    while (names.size < size) {
      const index = Math.floor(random() * policyCount);
      if (index % 50 === 0 && random() > 0.2) continue;
      names.add(`p${index}`);
    }
    return [...names].sort().map((name) => ({ PolicyName: name, PolicyArn: policyArn(name) }));
  });
  const users: unknown[] = [];
  const roles: unknown[] = [];
  for (let index = 0; index < identities; index += 1) {
    const team = Math.floor(random() * 400);
    const AttachedManagedPolicies = held[Math.floor(random() * sets)]!;
    const name = `team-${team}-${index}`;
    if (index % 5 < 2) {
      users.push({
        Path: '/',
        UserName: name,
        UserId: `AIDA${String(index).padStart(12, '0')}`,
        Arn: `arn:aws:iam::${account}:user/${name}`,
        CreateDate: '2023-01-01T00:00:00Z',
        GroupList: [],
        AttachedManagedPolicies,
        Tags: [],
      });
      continue;
    }
    const kind = random();
    const Principal =
      kind < 0.5
        ? {
            Service: ['lambda.amazonaws.com', 'ec2.amazonaws.com', 'ecs-tasks.amazonaws.com'][Math.floor(random() * 3)],
          }
        : kind < 0.9
          ? { AWS: `arn:aws:iam::${account}:root` }
          : { AWS: `arn:aws:iam::${account}:role/team-${team}-${Math.max(2, index - (index % 5) - 3)}` };
    roles.push({
      Path: '/',
      RoleName: name,
      RoleId: `AROA${String(index).padStart(12, '0')}`,
      Arn: `arn:aws:iam::${account}:role/${name}`,
      CreateDate: '2023-01-01T00:00:00Z',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
      },
      InstanceProfileList: [],
      RoleLastUsed: {},
      AttachedManagedPolicies,
      Tags: [],
    });
  }
  return {
    accounts: {
      [account]: {
        authorizationDetails: { UserDetailList: users, RoleDetailList: roles, GroupDetailList: [], Policies: policies },
      },
    },
  };
}
