import fc from 'fast-check';

/** What `awsInputFromObjects` takes, as far as random estates use it. */
export interface RandomEstate {
  readonly accounts: Readonly<
    Record<
      string,
      { readonly authorizationDetails: unknown; readonly resources?: unknown; readonly accessKeys?: unknown }
    >
  >;
}

const main = '111111111111';
const other = '222222222222';

const iamActions = [
  'iam:*',
  'iam:Put*',
  'iam:CreateAccessKey',
  'iam:DeleteAccessKey',
  'iam:CreateLoginProfile',
  'iam:UpdateLoginProfile',
  'iam:AttachUserPolicy',
  'iam:PutUserPolicy',
  'iam:AttachRolePolicy',
  'iam:PutRolePolicy',
  'iam:AttachGroupPolicy',
  'iam:PutGroupPolicy',
  'iam:AddUserToGroup',
  'iam:CreatePolicyVersion',
  'iam:SetDefaultPolicyVersion',
  'iam:UpdateAssumeRolePolicy',
  'iam:DeleteUserPermissionsBoundary',
  'iam:DeleteRolePermissionsBoundary',
  'iam:CreateUser',
  'iam:CreateRole',
  'iam:PassRole',
  'IAM:passrole',
];
const otherActions = [
  '*',
  'sts:*',
  'sts:AssumeRole',
  'lambda:*',
  'lambda:CreateFunction',
  'lambda:InvokeFunction',
  'lambda:UpdateFunctionCode',
  'ec2:RunInstances',
  'cloudformation:CreateStack',
  's3:GetObject',
];

const action = fc.oneof(fc.constantFrom(...iamActions), fc.constantFrom(...otherActions));
const userNames = ['ann', 'bob', 'cy'];
const roleNames = ['app', 'ops', 'root-like'];
const groupNames = ['devs', 'admins'];
const policyNames = ['p1', 'p2', 'cap'];

const resource = fc.oneof(
  { weight: 4, arbitrary: fc.constant('*') },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      `arn:aws:iam::${main}:user/ann`,
      `arn:aws:iam::${main}:user/*`,
      `arn:aws:iam::${main}:user/b?b`,
      `arn:aws:iam::${main}:role/app`,
      `arn:aws:iam::${main}:role/*`,
      `arn:aws:iam::*:role/o*`,
      `arn:aws:iam::${other}:role/*`,
      `arn:aws:iam::${main}:group/*`,
      `arn:aws:iam::${main}:group/devs`,
      `arn:aws:iam::${main}:policy/p1`,
      `arn:aws:iam::${main}:policy/*`,
      `arn:aws:iam::${main}:user/\${aws:username}`,
      `arn:aws:lambda:*:${main}:function:*`,
      `arn:aws:lambda:us-east-1:${main}:function:worker`,
      'arn:aws:iam::aws:policy/*',
    ),
  },
);

const condition = fc.constantFrom(
  { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
  { StringLike: { 'iam:PassedToService': 'ec2*' } },
  { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  { StringEquals: { 'aws:PrincipalTag/team': 'red' } },
  { StringNotEquals: { 'aws:PrincipalTag/team': 'red' } },
  { StringEquals: { 'aws:ResourceTag/team': 'red' } },
  { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } },
  { StringEquals: { 'sts:ExternalId': 'x1' } },
  { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${main}:user/a*` } },
  { Null: { 'iam:PermissionsBoundary': 'true' } },
  { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
);

const oneOrMore = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T | T[]> =>
  fc.oneof({ weight: 2, arbitrary: item }, { weight: 3, arbitrary: fc.array(item, { minLength: 1, maxLength: 3 }) });

const identityStatement = fc
  .record({
    Effect: fc.oneof({ weight: 4, arbitrary: fc.constant('Allow') }, { weight: 1, arbitrary: fc.constant('Deny') }),
    actions: oneOrMore(action),
    notAction: fc.boolean().map((value) => value),
    negateAction: fc.nat({ max: 7 }),
    resources: oneOrMore(resource),
    negateResource: fc.nat({ max: 9 }),
    condition: fc.option(condition, { freq: 4, nil: undefined }),
  })
  .map(({ Effect, actions, negateAction, resources, negateResource, condition: when }) => ({
    Effect,
    [negateAction === 0 ? 'NotAction' : 'Action']: actions,
    [negateResource === 0 ? 'NotResource' : 'Resource']: resources,
    ...(when === undefined ? {} : { Condition: when }),
  }));

const identityDocument = fc
  .array(identityStatement, { minLength: 1, maxLength: 3 })
  .map((Statement) => ({ Version: '2012-10-17', Statement }));

const principal = fc.oneof(
  fc.constant({ AWS: `arn:aws:iam::${main}:root` }),
  fc.constant({ AWS: `arn:aws:iam::${other}:root` }),
  fc.constant({ AWS: '*' }),
  fc.constantFrom(...userNames).map((name) => ({ AWS: `arn:aws:iam::${main}:user/${name}` })),
  fc.constantFrom(...roleNames).map((name) => ({ AWS: [`arn:aws:iam::${main}:role/${name}`, main] })),
  fc.constantFrom(...roleNames).map((name) => ({ AWS: `arn:aws:iam::${main}:role/${name}` })),
  fc.constant({ AWS: `arn:aws:sts::${main}:assumed-role/app/session` }),
  fc.constantFrom('lambda', 'ec2', 'cloudformation').map((name) => ({ Service: `${name}.amazonaws.com` })),
);

const trustDocument = fc
  .array(
    fc.record({
      Effect: fc.oneof({ weight: 6, arbitrary: fc.constant('Allow') }, { weight: 1, arbitrary: fc.constant('Deny') }),
      Principal: principal,
      Action: fc.constantFrom('sts:AssumeRole', 'sts:*', ['sts:AssumeRole', 'sts:TagSession']),
      condition: fc.option(condition, { freq: 4, nil: undefined }),
    }),
    { minLength: 1, maxLength: 2 },
  )
  .map((statements) => ({
    Version: '2012-10-17',
    Statement: statements.map(({ condition: when, ...rest }) => ({
      ...rest,
      ...(when === undefined ? {} : { Condition: when }),
    })),
  }));

const tags = fc.constantFrom([], [{ Key: 'team', Value: 'red' }], [{ Key: 'team', Value: 'blue' }]);
const arn = (account: string, kind: string, name: string): string => `arn:aws:iam::${account}:${kind}/${name}`;

function holdings(account: string): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .record({
      inline: fc.option(identityDocument, { nil: undefined }),
      managed: fc.subarray(policyNames),
      boundary: fc.option(fc.constantFrom(...policyNames, 'missing'), { freq: 5, nil: undefined }),
      tags,
    })
    .map(({ inline, managed, boundary, tags: own }) => ({
      inline: inline === undefined ? [] : [{ PolicyName: 'inline', PolicyDocument: inline }],
      AttachedManagedPolicies: managed.map((name) => ({ PolicyName: name, PolicyArn: arn(account, 'policy', name) })),
      ...(boundary === undefined
        ? {}
        : {
            PermissionsBoundary: {
              PermissionsBoundaryType: 'Policy',
              PermissionsBoundaryArn: arn(account, 'policy', boundary),
            },
          }),
      Tags: own,
    }));
}

function account(
  id: string,
): fc.Arbitrary<{ authorizationDetails: unknown; resources?: unknown; accessKeys?: unknown }> {
  const users = fc.tuple(
    ...userNames.map((name, index) =>
      fc
        .record({
          held: holdings(id),
          groups: fc.subarray(groupNames),
          there: index === 0 ? fc.constant(true) : fc.boolean(),
        })
        .map(({ held: { inline, ...held }, groups, there }) =>
          there
            ? {
                Path: '/',
                UserName: name,
                UserId: `AIDA${id.slice(0, 6)}${name.toUpperCase()}`,
                Arn: arn(id, 'user', name),
                CreateDate: '2024-01-01T00:00:00Z',
                UserPolicyList: inline,
                GroupList: groups,
                ...held,
              }
            : undefined,
        ),
    ),
  );
  const roles = fc.tuple(
    ...roleNames.map((name) =>
      fc
        .record({ held: holdings(id), trust: trustDocument, there: fc.boolean() })
        .map(({ held: { inline, ...held }, trust, there }) =>
          there
            ? {
                Path: '/',
                RoleName: name,
                RoleId: `AROA${id.slice(0, 6)}${name.toUpperCase()}`,
                Arn: arn(id, 'role', name),
                CreateDate: '2024-01-01T00:00:00Z',
                AssumeRolePolicyDocument: trust,
                InstanceProfileList: [],
                RolePolicyList: inline,
                RoleLastUsed: {},
                ...held,
              }
            : undefined,
        ),
    ),
  );
  const groups = fc.tuple(
    ...groupNames.map((name) =>
      fc
        .record({ inline: fc.option(identityDocument, { nil: undefined }), managed: fc.subarray(policyNames) })
        .map(({ inline, managed }) => ({
          Path: '/',
          GroupName: name,
          GroupId: `AGPA${id.slice(0, 6)}${name.toUpperCase()}`,
          Arn: arn(id, 'group', name),
          CreateDate: '2024-01-01T00:00:00Z',
          GroupPolicyList: inline === undefined ? [] : [{ PolicyName: 'inline', PolicyDocument: inline }],
          AttachedManagedPolicies: managed.map((one) => ({ PolicyName: one, PolicyArn: arn(id, 'policy', one) })),
        })),
    ),
  );
  const policies = fc.tuple(
    ...policyNames.map((name) =>
      identityDocument.map((document) => ({
        PolicyName: name,
        PolicyId: `ANPA${id.slice(0, 6)}${name.toUpperCase()}`,
        Arn: arn(id, 'policy', name),
        Path: '/',
        DefaultVersionId: 'v1',
        IsAttachable: true,
        CreateDate: '2024-01-01T00:00:00Z',
        UpdateDate: '2024-01-01T00:00:00Z',
        PolicyVersionList: [
          { Document: document, VersionId: 'v1', IsDefaultVersion: true, CreateDate: '2024-01-01T00:00:00Z' },
        ],
      })),
    ),
  );
  const workload = fc.constantFrom(...roleNames).map((role) => [
    {
      TypeName: 'AWS::Lambda::Function',
      Identifier: 'worker',
      Properties: {
        FunctionName: 'worker',
        Arn: `arn:aws:lambda:us-east-1:${id}:function:worker`,
        Role: arn(id, 'role', role),
      },
    },
  ]);
  return fc
    .record({
      users,
      roles,
      groups,
      policies,
      resources: fc.option(workload, { nil: undefined }),
      keys: fc.constantFrom(undefined, []),
    })
    .map(({ users: u, roles: r, groups: g, policies: p, resources, keys }) => ({
      authorizationDetails: {
        UserDetailList: u.filter((one) => one !== undefined),
        RoleDetailList: r.filter((one) => one !== undefined),
        GroupDetailList: g,
        Policies: p,
      },
      ...(resources === undefined ? {} : { resources }),
      ...(keys === undefined ? {} : { accessKeys: keys }),
    }));
}

/** Small estates with everything the derivation treats specially: groups, boundaries, denies, negations, wildcards, variables. */
export const randomEstate: fc.Arbitrary<RandomEstate> = fc
  .record({ first: account(main), second: fc.option(account(other), { freq: 3, nil: undefined }) })
  .map(({ first, second }) => ({
    accounts: second === undefined ? { [main]: first } : { [main]: first, [other]: second },
  }));
