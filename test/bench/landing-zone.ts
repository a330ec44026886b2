import type { AwsInputObjects } from '@keyreach/aws/offline';
import { organizationFile } from './organization-file.ts';
import { policiesOfAws } from './policies-of-aws.ts';
import { seeded } from './synthetic-account.ts';
import { accountId } from './synthetic-organization.ts';

const CREATED = '2024-03-01T00:00:00Z';
const IDENTITIES = 100;
const REGIONS = ['eu-west-1', 'eu-central-1'];
const STAGES = ['dev', 'stage', 'prod'];

/** Accounts with a purpose of their own; all others hold the applications of teams. */
const PIPELINES = 1;
const SHARED = 2;

type Random = () => number;
type Statement = Readonly<Record<string, unknown>>;

interface Role {
  readonly name: string;
  readonly path?: string;
  readonly trust: unknown;
  /** Names of policies of AWS. */
  readonly managed?: readonly string[];
  readonly inline?: readonly Statement[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly profile?: boolean;
}

/** An application role with what it runs on. */
interface Workload {
  readonly role: Role;
  readonly resources: readonly unknown[];
}

const text = (...Statement: readonly unknown[]): unknown => ({ Version: '2012-10-17', Statement });
const allow = (Action: unknown, Resource: unknown = '*', rest: object = {}): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...rest,
});
const trust = (Principal: unknown, Action: unknown = 'sts:AssumeRole', Condition?: unknown): unknown =>
  text({ Effect: 'Allow', Principal, Action, ...(Condition === undefined ? {} : { Condition }) });
const service = (name: string): unknown => trust({ Service: `${name}.amazonaws.com` });

/**
 * An organization of `accounts` accounts with 100 identities each, built the way Control Tower, Identity Center and the CDK
 * build one: baseline roles that are alike everywhere, and for the rest one role for each function, task or instance, with an
 * inline policy of its own that names what the application owns. Three accounts each hold the stages of one application.
 */
export function landingZone(accounts: number): AwsInputObjects {
  const random = seeded(20_261_121);
  const files: Record<string, AwsInputObjects['accounts'][string]> = {};
  for (let index = 0; index < accounts; index += 1) files[accountId(index)] = accountFiles(index, random);
  return { organization: organizationFile(accounts, accountId), accounts: files, collectedAt: '2026-01-01T00:00:00Z' };
}

function accountFiles(index: number, random: Random): AwsInputObjects['accounts'][string] {
  const account = accountId(index);
  const baseline = baselineRoles(index);
  const users = usersOf(account, index);
  const app = `app${Math.floor(index / 3)}-${STAGES[index % 3]!}`;
  const workloads = Array.from({ length: IDENTITIES - baseline.length - users.length }, (_, number) =>
    workloadOf(app, account, number, random),
  );
  const roles = [...baseline, ...workloads.map(({ role }) => role)];
  return {
    authorizationDetails: {
      UserDetailList: users,
      GroupDetailList: [],
      RoleDetailList: roles.map((role, number) => roleDetail(role, account, index, number)),
      Policies: policiesOfAws(AWS_MANAGED),
    },
    accessKeys: users.map(({ UserName }, number) => ({
      UserName,
      AccessKeyId: `AKIA${code(index, number)}`,
      Status: 'Active',
      CreateDate: CREATED,
      LastUsed: { LastUsedDate: '2025-12-01T00:00:00Z', ServiceName: 's3', Region: 'eu-west-1' },
    })),
    identityProviders: {
      OpenIDConnectProviders: [
        {
          Arn: `arn:aws:iam::${account}:oidc-provider/${GITHUB}`,
          Url: GITHUB,
          ClientIDList: ['sts.amazonaws.com'],
        },
      ],
      SAMLProviders: [{ Arn: `arn:aws:iam::${account}:saml-provider/${SAML}` }],
    },
    resources: [
      ...REGIONS.flatMap((region) => bootstrapResources(account, region)),
      ...workloads.flatMap(({ resources }) => resources),
    ],
  };
}

const GITHUB = 'token.actions.githubusercontent.com';
const SAML = 'AWSSSO_1a2b3c4d5e6f7a8b_DO_NOT_DELETE';

const code = (index: number, number: number): string =>
  `${String(index).padStart(5, '0')}${String(number).padStart(8, '0')}`;

function roleDetail(role: Role, account: string, index: number, number: number): unknown {
  const path = role.path ?? '/';
  return {
    Path: path,
    RoleName: role.name,
    RoleId: `AROA${code(index, number)}`,
    Arn: `arn:aws:iam::${account}:role${path}${role.name}`,
    CreateDate: CREATED,
    AssumeRolePolicyDocument: role.trust,
    InstanceProfileList:
      role.profile === true
        ? [
            {
              Path: '/',
              InstanceProfileName: role.name,
              InstanceProfileId: `AIPA${code(index, number)}`,
              Arn: `arn:aws:iam::${account}:instance-profile/${role.name}`,
              CreateDate: CREATED,
              Roles: [],
            },
          ]
        : [],
    RoleLastUsed: number % 4 === 0 ? {} : { LastUsedDate: '2025-11-01T00:00:00Z', Region: 'eu-west-1' },
    AttachedManagedPolicies: (role.managed ?? []).map((name) => ({
      PolicyName: name.slice(name.lastIndexOf('/') + 1),
      PolicyArn: `arn:aws:iam::aws:policy/${name}`,
    })),
    RolePolicyList: role.inline === undefined ? [] : [{ PolicyName: 'inline', PolicyDocument: text(...role.inline) }],
    Tags: Object.entries(role.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
  };
}

/** Policies of AWS, shortened where they are long lists of services. */
const AWS_MANAGED: Readonly<Record<string, unknown>> = {
  AdministratorAccess: text(allow('*')),
  PowerUserAccess: text(
    { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
    allow(['iam:CreateServiceLinkedRole', 'iam:DeleteServiceLinkedRole', 'iam:ListRoles', 'organizations:Describe*']),
  ),
  ReadOnlyAccess: text(
    allow(
      ['dynamodb', 'ec2', 'ecs', 'iam', 'kms', 'lambda', 'logs', 's3', 'sqs', 'tag'].flatMap((name) =>
        ['Get*', 'List*', 'Describe*'].map((verb) => `${name}:${verb}`),
      ),
    ),
  ),
  SecurityAudit: text(
    allow(['iam:Get*', 'iam:List*', 's3:GetBucket*', 's3:ListAllMyBuckets', 'kms:Describe*', 'ec2:Describe*']),
  ),
  'job-function/Billing': text(allow(['aws-portal:*', 'budgets:*', 'ce:*', 'cur:*'])),
  AmazonSSMManagedInstanceCore: text(
    allow(['ssm:UpdateInstanceInformation', 'ssm:GetParameter', 'ssm:GetParameters', 'ssmmessages:*', 'ec2messages:*']),
  ),
  'service-role/AWSLambdaBasicExecutionRole': text(
    allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']),
  ),
  'service-role/AmazonECSTaskExecutionRolePolicy': text(
    allow(['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'logs:CreateLogStream', 'logs:PutLogEvents']),
  ),
  'aws-service-role/AWSSupportServiceRolePolicy': text(
    allow(['ec2:Describe*', 'lambda:List*', 's3:GetBucketLocation', 'iam:ListRoles']),
  ),
  'aws-service-role/AutoScalingServiceRolePolicy': text(
    allow(['ec2:RunInstances', 'ec2:TerminateInstances', 'ec2:Describe*', 'ec2:CreateTags']),
    allow('iam:PassRole', '*', { Condition: { StringLike: { 'iam:PassedToService': 'ec2.amazonaws.com*' } } }),
  ),
};

const LINKED = [
  ['support', 'Support', 'AWSSupportServiceRolePolicy'],
  ['trustedadvisor', 'TrustedAdvisor', 'AWSSupportServiceRolePolicy'],
  ['sso', 'SSO', 'AWSSupportServiceRolePolicy'],
  ['organizations', 'Organizations', 'AWSSupportServiceRolePolicy'],
  ['config', 'ConfigService', 'AWSSupportServiceRolePolicy'],
  ['cloudtrail', 'CloudTrail', 'AWSSupportServiceRolePolicy'],
  ['autoscaling', 'AutoScaling', 'AutoScalingServiceRolePolicy'],
  ['ecs', 'ECS', 'AWSSupportServiceRolePolicy'],
  ['elasticloadbalancing', 'ElasticLoadBalancing', 'AWSSupportServiceRolePolicy'],
] as const;

/** What every account has: roles of the organization, of Identity Center, of services, of the CDK and of the pipelines. */
function baselineRoles(index: number): readonly Role[] {
  const account = accountId(index);
  const management = accountId(0);
  const administrators = trust({ AWS: `arn:aws:iam::${management}:root` });
  const saml = trust(
    { Federated: `arn:aws:iam::${account}:saml-provider/${SAML}` },
    ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
    { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
  );
  const set = (name: string, managed: readonly string[], inline?: readonly Statement[]): Role => ({
    name: `AWSReservedSSO_${name}_0123456789abcdef`,
    path: '/aws-reserved/sso.amazonaws.com/eu-west-1/',
    trust: saml,
    managed,
    ...(inline === undefined ? {} : { inline }),
  });
  return [
    { name: 'OrganizationAccountAccessRole', trust: administrators, managed: ['AdministratorAccess'] },
    { name: 'AWSControlTowerExecution', trust: administrators, managed: ['AdministratorAccess'] },
    {
      name: 'stacksets-exec-0a1b2c3d',
      trust: trust({
        AWS: `arn:aws:iam::${management}:role/aws-service-role/stacksets.cloudformation.amazonaws.com/AWSServiceRoleForCloudFormationStackSetsOrgAdmin`,
      }),
      managed: ['AdministratorAccess'],
    },
    {
      name: 'security-audit',
      trust: trust({ AWS: `arn:aws:iam::${accountId(SHARED)}:role/auditor` }),
      managed: ['SecurityAudit'],
    },
    {
      name: 'posture-vendor',
      trust: trust({ AWS: 'arn:aws:iam::999999999999:root' }, 'sts:AssumeRole', {
        StringEquals: { 'sts:ExternalId': `customer-${index}` },
      }),
      managed: ['SecurityAudit', 'ReadOnlyAccess'],
    },
    set('AdministratorAccess', ['AdministratorAccess']),
    set('PowerUserAccess', ['PowerUserAccess']),
    set('ReadOnlyAccess', ['ReadOnlyAccess']),
    set('Billing', ['job-function/Billing']),
    set(
      'Developer',
      ['ReadOnlyAccess'],
      [
        allow(['lambda:InvokeFunction', 'states:StartExecution', 'ssm:StartSession', 'logs:*', 'cloudwatch:*']),
        allow('sts:AssumeRole', 'arn:aws:iam::*:role/cdk-*'),
      ],
    ),
    ...LINKED.map(
      ([name, title, policy]): Role => ({
        name: `AWSServiceRoleFor${title}`,
        path: `/aws-service-role/${name}.amazonaws.com/`,
        trust: service(name),
        managed: [`aws-service-role/${policy}`],
      }),
    ),
    ...REGIONS.flatMap((region) => bootstrapRoles(account, region)),
    {
      name: 'github-deploy',
      trust: trust({ Federated: `arn:aws:iam::${account}:oidc-provider/${GITHUB}` }, 'sts:AssumeRoleWithWebIdentity', {
        StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com' },
        StringLike: { [`${GITHUB}:sub`]: `repo:example/app${Math.floor(index / 3)}:*` },
      }),
      inline: [allow('sts:AssumeRole', `arn:aws:iam::${account}:role/cdk-*`)],
    },
    ...(index === PIPELINES
      ? [
          {
            name: 'pipeline',
            trust: service('codebuild'),
            inline: [allow('sts:AssumeRole', 'arn:aws:iam::*:role/cdk-*')],
          },
        ]
      : []),
    ...(index === SHARED
      ? [
          {
            name: 'auditor',
            trust: service('lambda'),
            inline: [allow('sts:AssumeRole', 'arn:aws:iam::*:role/security-audit')],
          },
        ]
      : []),
  ];
}

/** The roles of `cdk bootstrap`; pipelines elsewhere may use those that deploy. */
function bootstrapRoles(account: string, region: string): readonly Role[] {
  const name = (kind: string): string => `cdk-hnb659fds-${kind}-role-${account}-${region}`;
  const assets = `arn:aws:s3:::cdk-hnb659fds-assets-${account}-${region}`;
  const here = trust({ AWS: [`arn:aws:iam::${account}:root`, `arn:aws:iam::${accountId(PIPELINES)}:root`] });
  return [
    { name: name('cfn-exec'), trust: service('cloudformation'), managed: ['AdministratorAccess'] },
    {
      name: name('deploy'),
      trust: here,
      inline: [
        allow([
          'cloudformation:CreateChangeSet',
          'cloudformation:ExecuteChangeSet',
          'cloudformation:CreateStack',
          'cloudformation:UpdateStack',
          'cloudformation:Describe*',
        ]),
        allow(['s3:GetObject*', 's3:GetBucket*', 's3:List*'], [assets, `${assets}/*`]),
        allow('iam:PassRole', `arn:aws:iam::${account}:role/${name('cfn-exec')}`),
        allow('ssm:GetParameter', `arn:aws:ssm:${region}:${account}:parameter/cdk-bootstrap/*`),
      ],
    },
    {
      name: name('file-publishing'),
      trust: here,
      inline: [allow(['s3:GetObject*', 's3:PutObject*', 's3:List*', 's3:DeleteObject*'], [assets, `${assets}/*`])],
    },
    {
      name: name('image-publishing'),
      trust: here,
      inline: [allow(['ecr:PutImage', 'ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:GetAuthorizationToken'])],
    },
    { name: name('lookup'), trust: here, managed: ['ReadOnlyAccess'] },
  ];
}

function bootstrapResources(account: string, region: string): readonly unknown[] {
  const bucket = `cdk-hnb659fds-assets-${account}-${region}`;
  return [
    resource('AWS::S3::Bucket', bucket, { BucketName: bucket }, region),
    resource(
      'AWS::S3::BucketPolicy',
      bucket,
      {
        Bucket: bucket,
        PolicyDocument: text({
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      },
      region,
    ),
  ];
}

function usersOf(account: string, index: number): readonly { readonly UserName: string }[] {
  return ['break-glass', 'legacy-ci', 'smtp'].map((UserName, number) => ({
    Path: '/',
    UserName,
    UserId: `AIDA${code(index, number)}`,
    Arn: `arn:aws:iam::${account}:user/${UserName}`,
    CreateDate: CREATED,
    GroupList: [],
    AttachedManagedPolicies:
      number === 0
        ? [{ PolicyName: 'AdministratorAccess', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }]
        : [],
    UserPolicyList:
      number === 0
        ? []
        : [
            {
              PolicyName: 'inline',
              PolicyDocument: text(
                number === 1
                  ? allow('sts:AssumeRole', `arn:aws:iam::${account}:role/cdk-*`)
                  : allow(['ses:SendRawEmail', 'ses:SendEmail']),
              ),
            },
          ],
    Tags: [],
  }));
}

function resource(TypeName: string, Identifier: string, Properties: object, Region: string = REGIONS[0]!): unknown {
  return { TypeName, Identifier, Region, Properties };
}

const WORDS = ['orders', 'billing', 'search', 'export', 'notify', 'ingest', 'report', 'session', 'catalog', 'audit'];

/** One application role with the function, task, instance or state machine it is for, and what that owns. */
function workloadOf(app: string, account: string, number: number, random: Random): Workload {
  const suffix = Math.floor(random() * 2 ** 32)
    .toString(36)
    .toUpperCase();
  const part = `${WORDS[number % WORDS.length]!}${Math.floor(number / WORDS.length)}`;
  const name = `${app}-${part}-ServiceRole-${suffix}`;
  const arn = (kind: string, rest: string): string => `arn:aws:${kind}:${REGIONS[0]!}:${account}:${rest}`;
  const role = `arn:aws:iam::${account}:role/${name}`;
  const table = `${app}-${part}`;
  const bucket = `${app}-${part}-${suffix.toLowerCase()}`;
  const inline: Statement[] = [];
  const resources: unknown[] = [];
  if (random() < 0.5) {
    inline.push(
      allow(
        ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
        [arn('dynamodb', `table/${table}`), arn('dynamodb', `table/${table}/index/*`)],
      ),
    );
    resources.push(resource('AWS::DynamoDB::Table', table, { TableName: table }));
  }
  if (random() < 0.3) {
    inline.push(
      allow(['s3:GetObject*', 's3:PutObject', 's3:List*'], [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`]),
    );
    resources.push(resource('AWS::S3::Bucket', bucket, { BucketName: bucket }));
  }
  if (random() < 0.3) {
    inline.push(allow(['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'], arn('sqs', table)));
    resources.push(
      resource('AWS::SQS::Queue', `https://sqs.${REGIONS[0]!}.amazonaws.com/${account}/${table}`, { QueueName: table }),
    );
  }
  if (random() < 0.25) {
    const secret = arn('secretsmanager', `secret:${app}/${part}-AbCdEf`);
    inline.push(allow('secretsmanager:GetSecretValue', secret));
    resources.push(resource('AWS::SecretsManager::Secret', secret, { Name: `${app}/${part}` }));
  }
  if (random() < 0.15) {
    const key = `1234abcd-0000-4000-8000-${String(number).padStart(12, '0')}`;
    inline.push(allow(['kms:Decrypt', 'kms:GenerateDataKey'], arn('kms', `key/${key}`)));
    resources.push(
      resource('AWS::KMS::Key', key, {
        KeyPolicy: text(allowTo({ AWS: `arn:aws:iam::${account}:root` }, 'kms:*')),
      }),
    );
  }
  if (random() < 0.1) inline.push(allow(['events:PutEvents', 'xray:PutTraceSegments', 'xray:PutTelemetryRecords']));
  if (random() < 0.1) inline.push(allow('lambda:InvokeFunction', arn('lambda', `function:${app}-*`)));
  if (random() < 0.03) inline.push(allow('sts:AssumeRole', `arn:aws:iam::${accountId(SHARED)}:role/auditor`));
  const kind = number % 10;
  const base = { name, inline, tags: { application: app, part } };
  if (kind < 6) {
    const FunctionName = `${app}-${part}`;
    return {
      role: { ...base, trust: service('lambda'), managed: ['service-role/AWSLambdaBasicExecutionRole'] },
      resources: [...resources, resource('AWS::Lambda::Function', FunctionName, { FunctionName, Role: role })],
    };
  }
  if (kind < 8) {
    const family = `${app}-${part}`;
    return {
      role: {
        ...base,
        trust: service('ecs-tasks'),
        managed: kind === 6 ? ['service-role/AmazonECSTaskExecutionRolePolicy'] : [],
      },
      resources: [
        ...resources,
        resource('AWS::ECS::TaskDefinition', arn('ecs', `task-definition/${family}:3`), {
          Family: family,
          TaskRoleArn: role,
        }),
      ],
    };
  }
  if (kind === 8) {
    return {
      role: { ...base, trust: service('ec2'), managed: ['AmazonSSMManagedInstanceCore'], profile: true },
      resources: [
        ...resources,
        resource('AWS::EC2::Instance', `i-0${suffix}${String(number).padStart(4, '0')}`, { IamInstanceProfile: name }),
      ],
    };
  }
  return { role: { ...base, trust: service('states') }, resources };
}

const allowTo = (Principal: unknown, Action: unknown): unknown => ({
  Effect: 'Allow',
  Principal,
  Action,
  Resource: '*',
});
