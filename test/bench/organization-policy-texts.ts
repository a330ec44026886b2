/** Identity policy texts of every blueprint: forty each, the last one meant as a boundary. */
export function organizationPolicyTexts(blueprints: number, random: () => number): readonly (readonly unknown[])[] {
  return Array.from({ length: blueprints }, (_, blueprint) =>
    Array.from({ length: 40 }, (_, number) => ({
      Version: '2012-10-17',
      Statement: number === 39 ? boundary(blueprint) : statements(blueprint, number, random),
    })),
  );
}

const pick = <T>(random: () => number, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

function statements(blueprint: number, number: number, random: () => number): readonly unknown[] {
  const size = 2 + Math.floor(random() * 4);
  const found = Array.from({ length: size }, () => ordinary(`app-${blueprint}-${Math.floor(random() * 20)}`, random));
  // Two of the forty move identities: what makes an account worth deriving.
  if (number === 17 || number === 33) found.push(privileged(random));
  return found;
}

function ordinary(app: string, random: () => number): unknown {
  return pick(random, [
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:ListBucket'],
      Resource: ['arn:aws:s3:::data-*-2', 'arn:aws:s3:::data-*-2/*', `arn:aws:s3:::${app}/*`],
    },
    {
      Effect: 'Allow',
      Action: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem'],
      Resource: [`arn:aws:dynamodb:eu-west-1:*:table/${app}-*`, 'arn:aws:dynamodb:eu-west-1:*:table/app'],
    },
    {
      Effect: 'Allow',
      Action: ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'],
      Resource: `arn:aws:sqs:eu-west-1:*:${app}-*`,
    },
    {
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } },
    },
    { Effect: 'Allow', Action: ['logs:*', 'cloudwatch:PutMetricData'], Resource: '*' },
    { Effect: 'Allow', Action: ['ec2:Describe*', 'rds:Describe*', 'iam:Get*', 'iam:List*'], Resource: '*' },
    { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::*:role/role-2*' },
    {
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: '*',
      Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
    },
    {
      Effect: 'Allow',
      Action: ['lambda:InvokeFunction', 'lambda:UpdateFunctionCode'],
      Resource: [`arn:aws:lambda:eu-west-1:*:function:${app}-*`, 'arn:aws:lambda:eu-west-1:*:function:fn-1*'],
    },
    { Effect: 'Deny', Action: 's3:Delete*', Resource: `arn:aws:s3:::${app}/keep/*` },
  ]);
}

function privileged(random: () => number): unknown {
  return pick(random, [
    { Effect: 'Allow', Action: ['iam:PassRole', 'lambda:*'], Resource: '*' },
    { Effect: 'Allow', Action: 'iam:CreateAccessKey', Resource: 'arn:aws:iam::*:user/user-1*' },
    { Effect: 'Allow', Action: 'iam:PutRolePolicy', Resource: 'arn:aws:iam::*:role/role-1*' },
    { Effect: 'Allow', Action: 'iam:UpdateAssumeRolePolicy', Resource: '*' },
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

function boundary(blueprint: number): readonly unknown[] {
  return [
    {
      Effect: 'Allow',
      Action: ['s3:*', 'dynamodb:*', 'sqs:*', 'lambda:*', 'logs:*', 'ec2:*', 'iam:Get*', 'iam:PassRole', 'sts:*'],
      Resource: '*',
    },
    { Effect: 'Deny', Action: 's3:*', Resource: `arn:aws:s3:::blueprint-${blueprint}/*` },
  ];
}
