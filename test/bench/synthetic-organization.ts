import type { AwsInputObjects } from '@keyreach/aws/offline';
import { organizationFile } from './organization-file.ts';
import { organizationPolicyTexts } from './organization-policy-texts.ts';
import { policiesOfAws } from './policies-of-aws.ts';
import { seeded } from './synthetic-account.ts';

/** Users and roles in every account; groups come on top. */
const USERS = 30;
const ROLES = 70;
const GROUPS = 6;
const BLUEPRINTS = 50;
const CREATED = '2024-03-01T00:00:00Z';

/** Accounts with a purpose of their own; all others belong to teams. */
const TOOLING = 1;
const SHARED = 2;
const SHARED_COUNT = 8;

/** Id of account `index`; 0 is the management account. */
export function accountId(index: number): string {
  return String(100_000_000_000 + index * 7_919);
}

type Random = () => number;

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
const code = (index: number, number: number): string =>
  `${String(index).padStart(5, '0')}${String(number).padStart(8, '0')}`;

/**
 * An organization of `accounts` accounts with 100 identities each, as the files a collector would write. Accounts follow
 * one of 50 blueprints, each with its own forty policy texts, so that there are 2,000 texts in all, and vary in who
 * holds what.
 */
export function syntheticOrganization(accounts: number): AwsInputObjects {
  const random = seeded(20_260_102);
  const texts = organizationPolicyTexts(BLUEPRINTS, random);
  const files: Record<string, AwsInputObjects['accounts'][string]> = {};
  for (let index = 0; index < accounts; index += 1) files[accountId(index)] = accountFiles(index, texts, random);
  return { organization: organizationFile(accounts, accountId), accounts: files, collectedAt: '2026-01-01T00:00:00Z' };
}

function accountFiles(
  index: number,
  texts: readonly (readonly unknown[])[],
  random: Random,
): AwsInputObjects['accounts'][string] {
  const account = accountId(index);
  const policies = texts[index % BLUEPRINTS]!.map((Document, number) => ({
    PolicyName: policyName(number),
    PolicyId: `ANPA${code(index, number)}`,
    Arn: `arn:aws:iam::${account}:policy/${policyName(number)}`,
    Path: '/',
    DefaultVersionId: 'v1',
    IsAttachable: true,
    CreateDate: CREATED,
    UpdateDate: CREATED,
    PolicyVersionList: [{ Document, VersionId: 'v1', IsDefaultVersion: true, CreateDate: CREATED }],
  }));
  const held = policies.slice(0, -1).map(({ PolicyName, Arn }) => ({ PolicyName, PolicyArn: Arn }));
  const boundary = {
    PermissionsBoundaryType: 'Policy',
    PermissionsBoundaryArn: policies[policies.length - 1]!.Arn,
  };
  const users = usersOf(index, held, boundary, random);
  const roles = rolesOf(index, held, boundary, random);
  return {
    authorizationDetails: {
      UserDetailList: users,
      GroupDetailList: groupsOf(index, held),
      RoleDetailList: roles,
      Policies: [...policies, ...policiesOfAws(AWS_MANAGED)],
    },
    accessKeys: users.flatMap(({ UserName }, number) =>
      number % 3 === 2
        ? []
        : [
            {
              UserName,
              AccessKeyId: `AKIA${code(index, number)}`,
              Status: number % 7 === 0 ? 'Inactive' : 'Active',
              CreateDate: CREATED,
              LastUsed: { LastUsedDate: '2025-12-01T00:00:00Z', ServiceName: 's3', Region: 'eu-west-1' },
            },
          ],
    ),
    identityProviders: {
      OpenIDConnectProviders: [
        {
          Arn: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
          Url: 'token.actions.githubusercontent.com',
          ClientIDList: ['sts.amazonaws.com'],
        },
      ],
      SAMLProviders: [{ Arn: `arn:aws:iam::${account}:saml-provider/AWSSSO_1a2b3c4d5e6f7a8b_DO_NOT_DELETE` }],
    },
    resources: resourcesOf(index),
  };
}

const allow = (Action: unknown, rest: object = {}): unknown => ({ Effect: 'Allow', Action, Resource: '*', ...rest });
const text = (...Statement: readonly unknown[]): unknown => ({ Version: '2012-10-17', Statement });

/** Policies of AWS that the roles of a landing zone hold, shortened where they are long lists of services. */
const AWS_MANAGED: Readonly<Record<string, unknown>> = {
  AdministratorAccess: text(allow('*')),
  PowerUserAccess: text(
    { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
    allow(['iam:CreateServiceLinkedRole', 'iam:DeleteServiceLinkedRole', 'iam:ListRoles', 'organizations:Describe*']),
  ),
  ReadOnlyAccess: text(
    allow(
      ['dynamodb', 'ec2', 'ecs', 'iam', 'kms', 'lambda', 'logs', 's3', 'sqs', 'secretsmanager', 'tag'].flatMap(
        (service) =>
          [`${service}:Get*`, `${service}:List*`, `${service}:Describe*`].filter(
            (name) => name !== 'secretsmanager:Get*',
          ),
      ),
    ),
  ),
  SecurityAudit: text(
    allow(['iam:Get*', 'iam:List*', 's3:GetBucket*', 's3:ListAllMyBuckets', 'kms:Describe*', 'ec2:Describe*']),
  ),
  'aws-service-role/AWSSupportServiceRolePolicy': text(
    allow(['ec2:Describe*', 'lambda:List*', 's3:GetBucketLocation']),
  ),
};

/** The last text of a blueprint serves as the boundary. */
function policyName(number: number): string {
  return `policy-${number}`;
}

interface HeldPolicy {
  readonly PolicyName: string;
  readonly PolicyArn: string;
}

/** Four in five identities hold one of a dozen usual combinations; the others were put together by hand. */
function policySet(held: readonly HeldPolicy[], random: Random): readonly HeldPolicy[] {
  const usual = random() < 0.8;
  const first = Math.floor(random() * (usual ? 12 : held.length));
  const numbers = usual ? [first, (first + 12) % held.length, (first + 24) % held.length] : [first];
  if (!usual) for (let more = 0; more < 2; more += 1) numbers.push(Math.floor(random() * held.length));
  return [...new Set(numbers)].sort((left, right) => left - right).map((number) => held[number]!);
}

function groupsOf(index: number, held: readonly HeldPolicy[]): readonly unknown[] {
  return Array.from({ length: GROUPS }, (_, number) => ({
    Path: '/',
    GroupName: `group-${number}`,
    GroupId: `AGPA${code(index, number)}`,
    Arn: `arn:aws:iam::${accountId(index)}:group/group-${number}`,
    CreateDate: CREATED,
    GroupPolicyList: [],
    AttachedManagedPolicies: [held[number * 5]!, held[number * 5 + 3]!],
  }));
}

function usersOf(
  index: number,
  held: readonly HeldPolicy[],
  boundary: unknown,
  random: Random,
): readonly { readonly UserName: string }[] {
  return Array.from({ length: USERS }, (_, number) => {
    const UserName = `user-${number}`;
    const groups = new Set([Math.floor(random() * GROUPS), Math.floor(random() * GROUPS)]);
    return {
      Path: '/',
      UserName,
      UserId: `AIDA${code(index, number)}`,
      Arn: `arn:aws:iam::${accountId(index)}:user/${UserName}`,
      CreateDate: CREATED,
      GroupList: [...groups].sort().map((group) => `group-${group}`),
      AttachedManagedPolicies: random() < 0.3 ? policySet(held, random) : [],
      UserPolicyList: [],
      Tags: random() < 0.3 ? [{ Key: 'team', Value: `team-${Math.floor(random() * 5)}` }] : [],
      ...(random() < 0.1 ? { PermissionsBoundary: boundary } : {}),
    };
  });
}

const SERVICES = ['lambda', 'ec2', 'ecs-tasks', 'states', 'codebuild', 'glue', 'events', 'sagemaker'];

function rolesOf(index: number, held: readonly HeldPolicy[], boundary: unknown, random: Random): readonly unknown[] {
  const account = accountId(index);
  const managed = (name: string): HeldPolicy => ({ PolicyName: name, PolicyArn: `arn:aws:iam::aws:policy/${name}` });
  const trust = (Principal: unknown, Action: unknown = 'sts:AssumeRole', Condition?: unknown): unknown => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action, ...(Condition === undefined ? {} : { Condition }) }],
  });
  const saml = trust(
    { Federated: `arn:aws:iam::${account}:saml-provider/AWSSSO_1a2b3c4d5e6f7a8b_DO_NOT_DELETE` },
    ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
    { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
  );
  const github = (team: number): unknown =>
    trust(
      { Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com` },
      'sts:AssumeRoleWithWebIdentity',
      {
        StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
        StringLike: { 'token.actions.githubusercontent.com:sub': `repo:example/team-${team}:*` },
      },
    );
  const sso = (set: string): { readonly path: string; readonly name: string } => ({
    path: '/aws-reserved/sso.amazonaws.com/eu-west-1/',
    name: `AWSReservedSSO_${set}_0123456789abcdef`,
  });
  const fixed: readonly {
    readonly name: string;
    readonly path?: string;
    readonly trust: unknown;
    readonly policies: readonly HeldPolicy[];
    readonly bounded?: boolean;
  }[] = [
    {
      name: 'OrganizationAccountAccessRole',
      trust: trust({ AWS: `arn:aws:iam::${accountId(0)}:root` }),
      policies: [managed('AdministratorAccess')],
    },
    {
      name: 'deploy',
      trust: trust({ AWS: `arn:aws:iam::${accountId(TOOLING)}:role/pipeline-${index % 10}` }),
      policies: [held[0]!, held[7]!, held[20]!],
      bounded: true,
    },
    {
      name: 'security-audit',
      trust: trust({ AWS: `arn:aws:iam::${accountId(SHARED)}:root` }, 'sts:AssumeRole', {
        StringEquals: { 'sts:ExternalId': 'audit' },
      }),
      policies: [managed('SecurityAudit')],
    },
    { name: 'ci', trust: github(index % 40), policies: [held[1]!, held[2]!] },
    { ...sso('AdministratorAccess'), trust: saml, policies: [managed('AdministratorAccess')] },
    { ...sso('PowerUserAccess'), trust: saml, policies: [managed('PowerUserAccess')] },
    { ...sso('ReadOnlyAccess'), trust: saml, policies: [managed('ReadOnlyAccess')] },
    {
      path: '/aws-service-role/support.amazonaws.com/',
      name: 'AWSServiceRoleForSupport',
      trust: trust({ Service: 'support.amazonaws.com' }),
      policies: [managed('aws-service-role/AWSSupportServiceRolePolicy')],
    },
    ...(index === TOOLING
      ? Array.from({ length: 10 }, (_, number) => ({
          name: `pipeline-${number}`,
          trust: trust({ Service: 'codebuild.amazonaws.com' }),
          policies: [held[3]!, held[number]!],
        }))
      : []),
  ];
  return Array.from({ length: ROLES }, (_, number) => {
    const own = fixed[number];
    // The roles of the functions and instances below.
    const used = number >= 20 && number < 28 ? 'lambda' : number === 60 || number === 61 ? 'ec2' : undefined;
    const service = used ?? pick(random, SERVICES);
    const kind = random();
    const Principal =
      used !== undefined || kind < 0.85
        ? { Service: `${service}.amazonaws.com` }
        : kind < 0.95
          ? { AWS: `arn:aws:iam::${account}:root` }
          : { AWS: `arn:aws:iam::${account}:role/role-${ROLES - 1}` };
    const RoleName = own?.name ?? `role-${number}`;
    const Path = own?.path ?? '/';
    const AttachedManagedPolicies = own?.policies ?? policySet(held, random);
    const isBounded = own === undefined ? random() < 0.1 : own.bounded === true;
    const profile = `arn:aws:iam::${account}:instance-profile/${RoleName}`;
    return {
      Path,
      RoleName,
      RoleId: `AROA${code(index, number)}`,
      Arn: `arn:aws:iam::${account}:role${Path}${RoleName}`,
      CreateDate: CREATED,
      AssumeRolePolicyDocument: own?.trust ?? trust(Principal),
      InstanceProfileList:
        own === undefined && service === 'ec2'
          ? [
              {
                Path: '/',
                InstanceProfileName: RoleName,
                InstanceProfileId: `AIPA${code(index, number)}`,
                Arn: profile,
                CreateDate: CREATED,
                Roles: [],
              },
            ]
          : [],
      RoleLastUsed: number % 4 === 0 ? {} : { LastUsedDate: '2025-11-01T00:00:00Z', Region: 'eu-west-1' },
      AttachedManagedPolicies,
      RolePolicyList: [],
      Tags: random() < 0.3 ? [{ Key: 'team', Value: `team-${Math.floor(random() * 5)}` }] : [],
      ...(isBounded ? { PermissionsBoundary: boundary } : {}),
    };
  });
}

function resourcesOf(index: number): readonly unknown[] {
  const account = accountId(index);
  const role = (number: number): string => `arn:aws:iam::${account}:role/role-${number}`;
  const tags = (number: number): unknown => [{ Key: 'team', Value: `team-${number % 5}` }];
  const resource = (TypeName: string, Identifier: string, Properties: object): unknown => ({
    TypeName,
    Identifier,
    Region: 'eu-west-1',
    Properties,
  });
  const statement = (Principal: unknown, Action: unknown, Resource: unknown, Condition?: unknown): unknown => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action, Resource, ...(Condition === undefined ? {} : { Condition }) }],
  });
  const isShared = index >= SHARED && index < SHARED + SHARED_COUNT;
  const wholeOrganization = { StringEquals: { 'aws:PrincipalOrgID': 'o-example1234' } };
  const bucket = (number: number): string => `data-${account}-${number}`;
  const inBucket = (number: number): readonly string[] => [
    `arn:aws:s3:::${bucket(number)}`,
    `arn:aws:s3:::${bucket(number)}/*`,
  ];
  return [
    ...Array.from({ length: 4 }, (_, number) =>
      resource('AWS::S3::Bucket', bucket(number), { BucketName: bucket(number), Tags: tags(number) }),
    ),
    resource('AWS::S3::BucketPolicy', bucket(0), {
      Bucket: bucket(0),
      PolicyDocument: isShared
        ? statement('*', ['s3:GetObject', 's3:ListBucket'], inBucket(0), wholeOrganization)
        : statement({ AWS: role(20) }, 's3:*', inBucket(0)),
    }),
    resource('AWS::S3::BucketPolicy', bucket(1), {
      Bucket: bucket(1),
      PolicyDocument: statement({ AWS: `arn:aws:iam::${accountId(SHARED)}:root` }, 's3:GetObject', inBucket(1)),
    }),
    ...Array.from({ length: 8 }, (_, number) =>
      resource('AWS::Lambda::Function', `fn-${number}`, {
        FunctionName: `fn-${number}`,
        Role: role(20 + number),
        Tags: tags(number),
      }),
    ),
    ...Array.from({ length: 2 }, (_, number) =>
      resource('AWS::KMS::Key', `1234abcd-0000-4000-8000-00000000000${number}`, {
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: `arn:aws:iam::${account}:root` },
              Action: 'kms:*',
              Resource: '*',
            },
            ...(number === 0
              ? [{ Effect: 'Allow', Principal: { AWS: role(21) }, Action: 'kms:Decrypt', Resource: '*' }]
              : []),
          ],
        },
      }),
    ),
    ...Array.from({ length: 2 }, (_, number) =>
      resource(
        'AWS::SecretsManager::Secret',
        `arn:aws:secretsmanager:eu-west-1:${account}:secret:app/${number}-AbCdEf`,
        {
          Name: `app/${number}`,
          Tags: tags(number),
        },
      ),
    ),
    ...Array.from({ length: 2 }, (_, number) =>
      resource('AWS::EC2::Instance', `i-0${code(index, number)}`, {
        IamInstanceProfile: `role-${60 + number}`,
        Tags: tags(number),
      }),
    ),
    resource('AWS::DynamoDB::Table', 'app', { TableName: 'app' }),
    resource('AWS::SQS::Queue', `https://sqs.eu-west-1.amazonaws.com/${account}/jobs`, { QueueName: 'jobs' }),
  ];
}
