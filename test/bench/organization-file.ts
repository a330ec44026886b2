const ORGANIZATION = 'o-example1234';

/** Organizational units as paths from the root; accounts other than the management account go into the deepest ones. */
const UNITS: readonly string[] = [
  'Security',
  'Infrastructure',
  'Infrastructure/Tooling',
  'Infrastructure/Shared',
  'Workloads',
  ...['Production', 'Staging', 'Development'].flatMap((stage) => [
    `Workloads/${stage}`,
    ...[1, 2, 3, 4, 5, 6].map((team) => `Workloads/${stage}/Team${team}`),
  ]),
  'Sandbox',
];

interface PolicyRow {
  readonly id: string;
  readonly type: 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY';
  readonly content: unknown;
  /** Paths of units, `''` for the root. */
  readonly on: readonly string[];
}

const policy = (...Statement: readonly unknown[]): unknown => ({ Version: '2012-10-17', Statement });
const deny = (Action: unknown, Resource: unknown, Condition?: unknown): unknown => ({
  Effect: 'Deny',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

/** Who the guard rails make an exception for. */
const EXCEPT_PLATFORM = {
  ArnNotLike: {
    'aws:PrincipalArn': ['arn:aws:iam::*:role/OrganizationAccountAccessRole', 'arn:aws:iam::*:role/deploy'],
  },
};

/** Guard rails of the kinds that published landing zones have. */
const POLICIES: readonly PolicyRow[] = [
  {
    id: 'p-regions',
    type: 'SERVICE_CONTROL_POLICY',
    on: [''],
    content: policy({
      Effect: 'Deny',
      NotAction: ['iam:*', 'organizations:*', 'sts:*', 'support:*', 'cloudfront:*', 'route53:*', 'budgets:*'],
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } },
    }),
  },
  {
    id: 'p-foundation',
    type: 'SERVICE_CONTROL_POLICY',
    on: [''],
    content: policy(
      deny(['organizations:LeaveOrganization', 'account:CloseAccount'], '*'),
      deny(['cloudtrail:StopLogging', 'cloudtrail:DeleteTrail', 'config:DeleteConfigurationRecorder'], '*'),
      deny(
        ['iam:UpdateAssumeRolePolicy', 'iam:PutRolePolicy', 'iam:AttachRolePolicy', 'iam:DeleteRole'],
        ['arn:aws:iam::*:role/OrganizationAccountAccessRole', 'arn:aws:iam::*:role/aws-reserved/*'],
        EXCEPT_PLATFORM,
      ),
    ),
  },
  {
    id: 'p-no-users',
    type: 'SERVICE_CONTROL_POLICY',
    on: ['Workloads/Production'],
    content: policy(deny(['iam:CreateUser', 'iam:CreateAccessKey', 'iam:CreateLoginProfile'], '*', EXCEPT_PLATFORM)),
  },
  {
    id: 'p-no-root',
    type: 'SERVICE_CONTROL_POLICY',
    on: ['Workloads', 'Security', 'Infrastructure'],
    content: policy(deny('*', '*', { StringLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' } })),
  },
  {
    id: 'p-bounded-roles',
    type: 'SERVICE_CONTROL_POLICY',
    on: ['Workloads/Staging', 'Workloads/Production'],
    content: policy(
      deny(['iam:CreateRole', 'iam:PutRolePermissionsBoundary'], '*', {
        StringNotLike: { 'iam:PermissionsBoundary': 'arn:aws:iam::*:policy/policy-39' },
      }),
      deny(['iam:DeleteRolePermissionsBoundary', 'iam:DeleteUserPermissionsBoundary'], '*', EXCEPT_PLATFORM),
    ),
  },
  {
    id: 'p-sandbox',
    type: 'SERVICE_CONTROL_POLICY',
    on: ['Sandbox'],
    content: policy({
      Effect: 'Allow',
      Action: ['s3:*', 'lambda:*', 'dynamodb:*', 'ec2:*', 'iam:*', 'sts:*', 'logs:*', 'secretsmanager:*'],
      Resource: '*',
    }),
  },
  {
    id: 'p-perimeter',
    type: 'RESOURCE_CONTROL_POLICY',
    on: [''],
    content: policy({
      Effect: 'Deny',
      Principal: '*',
      Action: ['s3:*', 'sts:AssumeRole', 'sqs:*', 'kms:*', 'secretsmanager:*'],
      Resource: '*',
      Condition: {
        StringNotEqualsIfExists: { 'aws:PrincipalOrgID': ORGANIZATION },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
      },
    }),
  },
];

/** Accounts that administer services for the organization, by number: one for tooling, one for security. */
const DELEGATED: Readonly<Record<string, readonly string[]>> = {
  1: ['member.org.stacksets.cloudformation.amazonaws.com'],
  2: ['iam.amazonaws.com', 'guardduty.amazonaws.com', 'config.amazonaws.com'],
};

const arn = (management: string, rest: string): string => `arn:aws:organizations::${management}:${rest}`;

/** organization.json of `accounts` accounts, the first of them the management account. */
export function organizationFile(accounts: number, accountId: (index: number) => string): unknown {
  const management = accountId(0);
  const unitId = (path: string): string =>
    path === '' ? 'r-root' : `ou-root-${String(UNITS.indexOf(path)).padStart(8, '0')}`;
  const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));
  const leaves = UNITS.filter((path) => !UNITS.some((other) => parentOf(other) === path));
  const ids = Array.from({ length: accounts }, (_, index) => accountId(index));
  return {
    Organization: {
      Id: ORGANIZATION,
      Arn: arn(management, `organization/${ORGANIZATION}`),
      FeatureSet: 'ALL',
      MasterAccountId: management,
    },
    Roots: [
      {
        Id: 'r-root',
        Arn: arn(management, `root/${ORGANIZATION}/r-root`),
        Name: 'Root',
        PolicyTypes: ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'].map((Type) => ({ Type, Status: 'ENABLED' })),
      },
    ],
    OrganizationalUnits: UNITS.map((path) => ({
      Id: unitId(path),
      Arn: arn(management, `ou/${ORGANIZATION}/${unitId(path)}`),
      Name: path.slice(path.lastIndexOf('/') + 1),
      ParentId: unitId(parentOf(path)),
    })),
    Accounts: ids.map((Id, index) => ({
      Id,
      Arn: arn(management, `account/${ORGANIZATION}/${Id}`),
      Name: `account-${index}`,
      Status: 'ACTIVE',
      ParentId: index === 0 ? 'r-root' : unitId(leaves[index % leaves.length]!),
      Tags: [],
    })),
    Policies: POLICIES.map(({ id, type, content }) => ({
      Id: id,
      Arn: arn(management, `policy/${ORGANIZATION}/${type.toLowerCase()}/${id}`),
      Name: id,
      Type: type,
      AwsManaged: false,
      Content: content,
    })),
    PolicyAttachments: [
      ...POLICIES.map(({ id, on }) => ({ PolicyId: id, TargetIds: on.map(unitId) })),
      ...['p-FullAWSAccess', 'p-RCPFullAWSAccess'].map((PolicyId) => ({
        PolicyId,
        TargetIds: ['r-root', ...UNITS.filter((path) => path !== 'Sandbox').map(unitId), ...ids],
      })),
    ],
    EnabledFeatures: ['RootCredentialsManagement'],
    AWSServiceAccess: Object.values(DELEGATED)
      .flat()
      .map((ServicePrincipal) => ({ ServicePrincipal })),
    DelegatedAdministrators: Object.entries(DELEGATED)
      .filter(([index]) => Number(index) < accounts)
      .map(([index, services]) => ({
        Id: accountId(Number(index)),
        DelegatedServices: services.map((ServicePrincipal) => ({ ServicePrincipal })),
      })),
    ResourcePolicy: null,
  };
}
