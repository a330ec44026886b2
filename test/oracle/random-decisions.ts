import fc from 'fast-check';
import type {
  RawAccount,
  RawDocument,
  RawEstate,
  RawGroup,
  RawHolder,
  RawInline,
  RawManaged,
  RawOrganization,
  RawPrincipal,
  RawRequest,
  RawResource,
  RawRole,
  RawStatement,
  RawUser,
} from './naive-decision.ts';

const main = '111111111111';
const other = '222222222222';
/** Named by policies and requests, and never collected. */
const third = '333333333333';
const time = '2024-01-01T00:00:00Z';

const userNames = ['ann', 'bob'];
const roleNames = ['app', 'ops'];
const groupNames = ['devs', 'admins'];
const policyNames = ['p1', 'p2', 'cap'];
const linkedRole = 'AWSServiceRoleForX';
const linkedPath = '/aws-service-role/x.amazonaws.com/';

const arn = (account: string, kind: string, name: string): string => `arn:aws:iam::${account}:${kind}/${name}`;
const linkedArn = (account: string): string => `arn:aws:iam::${account}:role${linkedPath}${linkedRole}`;
const uniqueId = (kind: string, account: string, name: string): string =>
  `${kind}${account}${name.toUpperCase().replaceAll('-', '')}`;
const keyArn = (account: string): string => `arn:aws:kms:us-east-1:${account}:key/k1`;
const bucketsOf = (account: string): readonly string[] => (account === main ? ['data', 'logs'] : ['far']);

const weighted = <T>(...choices: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> =>
  fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
const oneOrMore = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T | T[]> =>
  weighted<T | T[]>([3, item], [2, fc.array(item, { minLength: 1, maxLength: 3 })]);

/** Patterns of actions, in every case and with wildcards in every place. */
const actionPattern = fc.constantFrom(
  '*',
  '*',
  '*',
  '*',
  's3:*',
  's3:*',
  's3:Get*',
  'S3:getobject',
  's3:?etObject',
  's3:*Object*',
  's3:ListBucket',
  's3:NotInTheCatalogue',
  'iam:*',
  'iam:PassRole',
  'IAM:PASS*',
  'iam:Get*',
  'iam:ListUsers',
  'sts:*',
  'sts:AssumeRole',
  'sts:Assume*',
  'kms:*',
  'kms:Decrypt',
  'kms:d?crypt',
  'acme:DoThing',
);

const resourcePattern = weighted(
  [8, fc.constant('*')],
  [
    8,
    fc.constantFrom(
      'arn:aws:s3:::*',
      'arn:aws:s3:::data',
      'arn:aws:s3:::data*',
      'arn:aws:s3:::data/*',
      'arn:aws:s3:::DATA/*',
      'arn:aws:s3:::data/?',
      'arn:aws:s3:::*/ann/*',
      'arn:aws:s3:::data/${aws:username}/*',
      'arn:aws:s3:::*/${aws:PrincipalTag/team}/*',
      'arn:aws:s3:::far/*',
      'arn:aws:s3:*',
      'arn:aws:*',
      `arn:aws:iam::${main}:user/ann`,
      `arn:aws:iam::${main}:user/*`,
      `arn:aws:iam::${main}:user/\${aws:username}`,
      `arn:aws:iam::${main}:role/app`,
      `arn:aws:iam::${main}:role/*`,
      `arn:aws:iam::*:role/a?p`,
      `arn:aws:iam::${other}:role/*`,
      `arn:aws:iam::2222222222??:*`,
      `arn:aws:iam::${third}:role/*`,
      keyArn(main),
      `arn:aws:kms:*:${other}:key/*`,
      'arn:aws:kms:us-*:*:key/*',
      'arn:aws:kms:*:*:key/k?',
    ),
  ],
);

type RawCondition = NonNullable<RawStatement['Condition']>;

const stringOperator = fc.constantFrom(
  'StringEquals',
  'StringLike',
  'StringNotEquals',
  'StringEqualsIfExists',
  'StringLikeIfExists',
  'StringNotEqualsIfExists',
);
const stringTest = fc
  .record({
    operator: stringOperator,
    pair: fc.constantFrom<readonly [string, string | readonly string[]]>(
      ['aws:PrincipalTag/team', 'red'],
      ['aws:PrincipalTag/Team', ['red', 'blue']],
      ['aws:ResourceTag/team', 'red'],
      ['aws:ResourceTag/team', ['r*', 'blue']],
      ['aws:ResourceTag/team', '${aws:PrincipalTag/team}'],
      ['aws:PrincipalArn', arn(main, 'user', 'ann')],
      ['aws:PrincipalArn', `arn:aws:iam::${main}:user/a*`],
      ['AWS:principalarn', [arn(main, 'role', 'app'), 'arn:aws:iam::*:role/o*']],
      ['aws:username', ['ann', 'b?b']],
      ['iam:PassedToService', 'lambda.amazonaws.com'],
      ['iam:PassedToService', ['ec2*', 'lambda.amazonaws.com']],
      ['iam:PassedToService', 'ec2.amazonaws.com'],
      ['aws:RequestedRegion', 'us-east-1'],
      ['aws:RequestedRegion', ['eu-west-1', 'us-east-1']],
      ['aws:RequestedRegion', 'eu-*'],
    ),
  })
  .map(({ operator, pair: [key, value] }): RawCondition => ({ [operator]: { [key]: value } }));
const nullTest = fc
  .record({
    key: fc.constantFrom(
      'aws:PrincipalTag/team',
      'aws:ResourceTag/team',
      'aws:username',
      'iam:PassedToService',
      'aws:MultiFactorAuthPresent',
      'aws:RequestedRegion',
    ),
    value: fc.constantFrom('true', 'false'),
  })
  .map(({ key, value }): RawCondition => ({ Null: { [key]: value } }));
const mfaTest = fc
  .record({ operator: fc.constantFrom('Bool', 'BoolIfExists'), value: fc.constantFrom('true', 'false') })
  .map(({ operator, value }): RawCondition => ({ [operator]: { 'aws:MultiFactorAuthPresent': value } }));
const oneTest = weighted([4, stringTest], [1, nullTest], [4, mfaTest]);
const condition = weighted<RawCondition>(
  [4, oneTest],
  [1, fc.tuple(oneTest, oneTest).map(([left, right]): RawCondition => ({ ...left, ...right }))],
);

interface Shape {
  readonly allow: number;
  readonly deny: number;
  readonly action: fc.Arbitrary<string>;
  readonly resource: fc.Arbitrary<string> | undefined;
  readonly principal: fc.Arbitrary<RawPrincipal> | undefined;
  readonly negations: boolean;
}

function statement({ allow, deny, action, resource, principal, negations }: Shape): fc.Arbitrary<RawStatement> {
  return fc
    .record({
      Effect: weighted([allow, fc.constant('Allow')], [deny, fc.constant('Deny')]),
      actions: oneOrMore(action),
      negateAction: fc.nat({ max: 7 }),
      resources: resource === undefined ? fc.constant(undefined) : oneOrMore(resource),
      negateResource: fc.nat({ max: 9 }),
      who: principal ?? fc.constant(undefined),
      when: weighted<RawCondition | undefined>([1, fc.constant(undefined)], [1, condition]),
    })
    .map(({ Effect, actions, negateAction, resources, negateResource, who, when }) => ({
      Effect,
      ...(who === undefined ? {} : { Principal: who }),
      [negations && negateAction === 0 ? 'NotAction' : 'Action']: actions,
      ...(resources === undefined
        ? {}
        : { [negations && negateResource === 0 ? 'NotResource' : 'Resource']: resources }),
      ...(when === undefined ? {} : { Condition: when }),
    }));
}

function document(one: fc.Arbitrary<RawStatement>, maxLength: number): fc.Arbitrary<RawDocument> {
  return fc
    .record({
      statements: fc.array(one, { minLength: 1, maxLength }),
      Version: weighted<string | undefined>(
        [6, fc.constant('2012-10-17')],
        [1, fc.constantFrom('2008-10-17', undefined)],
      ),
    })
    .map(({ statements, Version }) => ({
      ...(Version === undefined ? {} : { Version }),
      // A single statement may stand without a list.
      Statement: statements.length === 1 ? statements[0]! : statements,
    }));
}

const identityStatement = statement({
  allow: 5,
  deny: 1,
  action: actionPattern,
  resource: resourcePattern,
  principal: undefined,
  negations: true,
});
const identityDocument = document(identityStatement, 3);

/** Every form of principal, matching and not (aws.md 1.4). */
const awsPrincipal = weighted(
  [2, fc.constantFrom(main, other, `arn:aws:iam::${main}:root`, `arn:aws:iam::${other}:root`)],
  [1, fc.constant('*')],
  [
    3,
    fc
      .tuple(fc.constantFrom(main, main, other), fc.constantFrom(...userNames))
      .chain(([account, name]) => fc.constantFrom(arn(account, 'user', name), uniqueId('AIDA', account, name))),
  ],
  [
    3,
    fc
      .tuple(fc.constantFrom(main, main, other), fc.constantFrom(...roleNames))
      .chain(([account, name]) =>
        fc.constantFrom(
          arn(account, 'role', name),
          uniqueId('AROA', account, name),
          `arn:aws:sts::${account}:assumed-role/${name}/session`,
        ),
      ),
  ],
  [
    1,
    fc.constantFrom(
      linkedArn(main),
      // Nobody: wildcards are literal, the unique id is of somebody gone, the case is wrong, the account is elsewhere.
      `arn:aws:iam::${main}:user/*`,
      'AIDAGONEGONEGONE',
      `arn:aws:iam::${main}:user/ANN`,
      arn(third, 'user', 'ann'),
    ),
  ],
);
const principal = weighted<RawPrincipal>(
  [6, awsPrincipal.map((AWS) => ({ AWS }))],
  [3, fc.array(awsPrincipal, { minLength: 2, maxLength: 3 }).map((AWS) => ({ AWS }))],
  [1, fc.constant<RawPrincipal>('*')],
  [1, fc.constant<RawPrincipal>({ Service: 'lambda.amazonaws.com', AWS: arn(main, 'user', 'ann') })],
  [1, fc.constant<RawPrincipal>({ Service: ['ec2.amazonaws.com'] })],
);

const trustDocument = document(
  statement({
    allow: 6,
    deny: 1,
    action: fc.constantFrom('sts:AssumeRole', 'sts:AssumeRole', 'STS:assume*', 'sts:*', 'sts:TagSession'),
    resource: undefined,
    principal,
    negations: false,
  }),
  2,
);
const bucketDocument = document(
  statement({
    allow: 5,
    deny: 1,
    action: fc.constantFrom('s3:*', 's3:*', 's3:GetObject', 'S3:get*', 's3:PutObject', 's3:ListBucket'),
    resource: fc.constantFrom(
      'arn:aws:s3:::*',
      'arn:aws:s3:::data',
      'arn:aws:s3:::data*',
      'arn:aws:s3:::data/*',
      'arn:aws:s3:::far*',
      'arn:aws:s3:::*/${aws:username}/*',
    ),
    principal,
    negations: true,
  }),
  2,
);
const keyDocument = document(
  statement({
    allow: 5,
    deny: 1,
    action: fc.constantFrom('kms:*', 'kms:*', 'kms:Decrypt', 'KMS:D*'),
    resource: fc.constant('*'),
    principal,
    negations: false,
  }),
  2,
);

const tags = fc.constantFrom<RawHolder['Tags']>([], [{ Key: 'team', Value: 'red' }], [{ Key: 'Team', Value: 'blue' }]);
const someInline = fc
  .array(identityDocument, { maxLength: 2 })
  .map((documents): RawInline[] =>
    documents.map((PolicyDocument, index) => ({ PolicyName: `inline-${index}`, PolicyDocument })),
  );
const attachedIn = (account: string): fc.Arbitrary<RawHolder['AttachedManagedPolicies']> =>
  weighted<readonly string[]>([8, fc.subarray(policyNames, { maxLength: 2 })], [1, fc.constant(['missing'])]).map(
    (names) => names.map((name) => ({ PolicyName: name, PolicyArn: arn(account, 'policy', name) })),
  );

const boundaryOf = (account: string, name: string): NonNullable<RawHolder['PermissionsBoundary']> => ({
  PermissionsBoundaryType: 'Policy',
  PermissionsBoundaryArn: arn(account, 'policy', name),
});

function holder(
  account: string,
): fc.Arbitrary<Pick<RawHolder, 'AttachedManagedPolicies' | 'PermissionsBoundary' | 'Tags'>> {
  return fc
    .record({
      AttachedManagedPolicies: attachedIn(account),
      boundary: weighted<string | undefined>(
        [5, fc.constant(undefined)],
        [3, fc.constantFrom(...policyNames)],
        [1, fc.constant('missing')],
      ),
      Tags: tags,
    })
    .map(({ boundary, ...rest }) => ({
      ...rest,
      ...(boundary === undefined ? {} : { PermissionsBoundary: boundaryOf(account, boundary) }),
    }));
}

function user(account: string, name: string): fc.Arbitrary<RawUser> {
  return fc
    .record({ held: holder(account), UserPolicyList: someInline, GroupList: fc.subarray(groupNames) })
    .map(({ held, ...rest }) => ({
      Path: '/',
      UserName: name,
      UserId: uniqueId('AIDA', account, name),
      Arn: arn(account, 'user', name),
      CreateDate: time,
      ...rest,
      ...held,
    }));
}

function role(account: string, name: string): fc.Arbitrary<RawRole> {
  return fc
    .record({ held: holder(account), AssumeRolePolicyDocument: trustDocument, RolePolicyList: someInline })
    .map(({ held, ...rest }) => ({
      Path: '/',
      RoleName: name,
      RoleId: uniqueId('AROA', account, name),
      Arn: arn(account, 'role', name),
      CreateDate: time,
      InstanceProfileList: [],
      ...rest,
      ...held,
    }));
}

/** A service-linked role has no boundary (aws.md 1.2). */
function serviceLinkedRole(account: string): fc.Arbitrary<RawRole> {
  return role(account, linkedRole).map(({ PermissionsBoundary: _, ...rest }) => ({
    ...rest,
    Path: linkedPath,
    Arn: linkedArn(account),
  }));
}

function group(account: string, name: string): fc.Arbitrary<RawGroup> {
  return fc.record({ GroupPolicyList: someInline, AttachedManagedPolicies: attachedIn(account) }).map((held) => ({
    Path: '/',
    GroupName: name,
    GroupId: uniqueId('AGPA', account, name),
    Arn: arn(account, 'group', name),
    CreateDate: time,
    ...held,
  }));
}

function managedPolicy(account: string, name: string): fc.Arbitrary<RawManaged> {
  return identityDocument.map((Document) => ({
    PolicyName: name,
    PolicyId: uniqueId('ANPA', account, name),
    Arn: arn(account, 'policy', name),
    Path: '/',
    DefaultVersionId: 'v1',
    CreateDate: time,
    UpdateDate: time,
    PolicyVersionList: [{ Document, VersionId: 'v1', IsDefaultVersion: true, CreateDate: time }],
  }));
}

function bucket(name: string): fc.Arbitrary<readonly RawResource[]> {
  return fc
    .record({
      PolicyDocument: fc.option(bucketDocument, { freq: 4, nil: undefined }),
      Tags: fc.option(tags, { nil: undefined }),
      Region: fc.constantFrom('eu-west-1', 'us-east-1', 'us-east-1', undefined),
    })
    .map(({ PolicyDocument, Tags, Region }) => [
      {
        TypeName: 'AWS::S3::Bucket',
        Identifier: name,
        ...(Region === undefined ? {} : { Region }),
        Properties: Tags === undefined ? {} : { Tags },
      },
      ...(PolicyDocument === undefined
        ? []
        : [{ TypeName: 'AWS::S3::BucketPolicy', Identifier: name, Properties: { Bucket: name, PolicyDocument } }]),
    ]);
}

/** A key always has a policy; without one in the input it is unknown. */
const key: fc.Arbitrary<RawResource> = fc
  .record({ KeyPolicy: fc.option(keyDocument, { freq: 5, nil: undefined }), Tags: fc.option(tags, { nil: undefined }) })
  .map(({ KeyPolicy, Tags }) => ({
    TypeName: 'AWS::KMS::Key',
    Identifier: 'k1',
    Region: 'us-east-1',
    Properties: { ...(KeyPolicy === undefined ? {} : { KeyPolicy }), ...(Tags === undefined ? {} : { Tags }) },
  }));

function account(id: string): fc.Arbitrary<RawAccount> {
  return fc
    .record({
      users: fc.tuple(...userNames.map((name) => user(id, name))),
      roles: fc.tuple(...roleNames.map((name) => role(id, name))),
      linked: fc.option(serviceLinkedRole(id), { freq: 2, nil: undefined }),
      groups: fc.tuple(...groupNames.map((name) => group(id, name))),
      policies: fc.tuple(...policyNames.map((name) => managedPolicy(id, name))),
      buckets: fc.tuple(...bucketsOf(id).map((name) => bucket(name))),
      keys: fc.tuple(key),
    })
    .map(({ users, roles, linked, groups, policies, buckets, keys }) => ({
      authorizationDetails: {
        UserDetailList: users,
        RoleDetailList: linked === undefined ? roles : [...roles, linked],
        GroupDetailList: groups,
        Policies: policies,
      },
      resources: [...buckets.flat(), ...keys, blocksNothing],
    }));
}

/** S3 blocks no public access in the whole account. */
const blocksNothing: RawResource = {
  TypeName: 'AWS::S3::AccountPublicAccessBlock',
  Identifier: 'account',
  Properties: {},
};

const management = '999999999999';
const organizationArn = `arn:aws:organizations::${management}`;
const fullAccess: RawStatement = { Effect: 'Allow', Action: '*', Resource: '*' };

const organizationPolicy = (Id: string, Type: string, content: RawDocument): RawOrganization['Policies'][number] => ({
  Id,
  Arn: `${organizationArn}:policy/o-1/${Type.toLowerCase()}/${Id}`,
  Name: Id,
  Type,
  Content: JSON.stringify(content),
});

const scpDocument = document(
  statement({
    allow: 2,
    deny: 2,
    action: actionPattern,
    resource: resourcePattern,
    principal: undefined,
    negations: true,
  }),
  2,
);
const rcpDocument = document(
  statement({
    allow: 0,
    deny: 1,
    action: fc.constantFrom('*', 's3:*', 's3:GetObject', 'sts:AssumeRole', 'kms:*', 'KMS:decrypt'),
    resource: resourcePattern,
    principal: fc.constant<RawPrincipal>('*'),
    negations: false,
  }),
  2,
);

const noOrganization: RawOrganization = {
  Organization: null,
  Roots: [],
  OrganizationalUnits: [],
  Accounts: [],
  Policies: [],
  PolicyAttachments: [],
};

const scpType = 'SERVICE_CONTROL_POLICY';
const rcpType = 'RESOURCE_CONTROL_POLICY';

/** An organization of a root, a unit in it, and accounts below either; every level has at least one policy of a type. */
const organization: fc.Arbitrary<RawOrganization> = fc
  .record({
    manages: fc.constantFrom(management, management, management, main),
    members: fc.subarray([other, third]),
    parents: fc.tuple(fc.constantFrom('r-1', 'ou-1'), fc.constantFrom('r-1', 'ou-1')),
    scps: fc.tuple(scpDocument, scpDocument),
    rcp: rcpDocument,
    // Where each of the two SCPs is attached, where the RCP is, and the levels that do without full access.
    attachments: fc.tuple(
      fc.subarray(['r-1', 'ou-1', main, other]),
      fc.subarray(['r-1', 'ou-1', main, other]),
      weighted<readonly string[]>([2, fc.constant([])], [1, fc.subarray(['r-1', 'ou-1', main, other, third])]),
    ),
    strict: fc.subarray(['r-1', 'ou-1', main, other]),
    enabled: fc.constantFrom([scpType, rcpType], [scpType, rcpType], [scpType, rcpType], [rcpType], [scpType]),
  })
  .map(({ manages, members, parents, scps, rcp, attachments: [first, second, third_], strict, enabled }) => {
    const ids = [main, ...members, ...(manages === management ? [management] : [])];
    const levels = ['r-1', 'ou-1', ...ids];
    const there = (targets: readonly string[]): readonly string[] => targets.filter((one) => levels.includes(one));
    const covered = [...first, ...second];
    const lenient = levels.filter((one) => !strict.includes(one) || !covered.includes(one));
    return {
      Organization: { Id: 'o-1', Arn: `${organizationArn}:organization/o-1`, MasterAccountId: manages },
      Roots: [
        {
          Id: 'r-1',
          Arn: `${organizationArn}:root/o-1/r-1`,
          Name: 'Root',
          PolicyTypes: enabled.map((Type) => ({ Type, Status: 'ENABLED' })),
        },
      ],
      OrganizationalUnits: [{ Id: 'ou-1', Arn: `${organizationArn}:ou/o-1/ou-1`, Name: 'Unit', ParentId: 'r-1' }],
      Accounts: ids.map((Id) => ({
        Id,
        Arn: `${organizationArn}:account/o-1/${Id}`,
        Name: Id,
        Status: 'ACTIVE',
        ParentId: Id === main ? parents[0] : Id === other ? parents[1] : 'r-1',
      })),
      Policies: [
        organizationPolicy('p-FullAWSAccess', scpType, { Version: '2012-10-17', Statement: fullAccess }),
        organizationPolicy('p-RCPFullAWSAccess', rcpType, {
          Version: '2012-10-17',
          Statement: { ...fullAccess, Principal: '*' },
        }),
        ...scps.map((content, index) => organizationPolicy(`p-scp${index}`, scpType, content)),
        organizationPolicy('p-rcp', rcpType, rcp),
      ],
      PolicyAttachments: [
        { PolicyId: 'p-FullAWSAccess', TargetIds: lenient },
        { PolicyId: 'p-RCPFullAWSAccess', TargetIds: levels },
        { PolicyId: 'p-scp0', TargetIds: there(first) },
        { PolicyId: 'p-scp1', TargetIds: there(second) },
        { PolicyId: 'p-rcp', TargetIds: there(third_) },
      ],
    };
  });

/** Small estates of one or two accounts, with or without an organization. */
const randomEstate: fc.Arbitrary<RawEstate> = fc
  .record({
    first: account(main),
    second: fc.option(account(other), { freq: 2, nil: undefined }),
    organization: weighted([3, organization], [1, fc.constant(noOrganization)]),
  })
  .map(({ first, second, organization: theirs }) => ({
    organization: theirs,
    accounts: second === undefined ? { [main]: first } : { [main]: first, [other]: second },
  }));

/** Who an estate can be asked about: users, roles and root users. */
export function callersOf(estate: RawEstate): readonly string[] {
  return Object.entries(estate.accounts).flatMap(([id, { authorizationDetails: details }]) => [
    ...details.UserDetailList.map((one) => one.Arn),
    ...details.RoleDetailList.map((one) => one.Arn),
    `arn:aws:iam::${id}:root`,
  ]);
}

/** Actions with the resources they are about; `*` for those that have none. */
function questionsOf(
  estate: RawEstate,
): readonly { readonly actions: readonly string[]; readonly on: readonly string[] }[] {
  const accounts = Object.keys(estate.accounts);
  const buckets = accounts.flatMap(bucketsOf);
  return [
    {
      actions: ['s3:GetObject', 's3:GetObject', 'S3:PUTOBJECT', 's3:NotInTheCatalogue'],
      on: buckets.flatMap((name) => [
        `arn:aws:s3:::${name}/x`,
        `arn:aws:s3:::${name}/ann/y`,
        `arn:aws:s3:::${name}/red/z`,
      ]),
    },
    { actions: ['s3:ListBucket', 's3:PutBucketPolicy'], on: buckets.map((name) => `arn:aws:s3:::${name}`) },
    {
      actions: ['sts:AssumeRole', 'sts:AssumeRole', 'sts:TagSession', 'iam:PassRole', 'iam:passrole', 'iam:GetRole'],
      on: [
        ...accounts.flatMap((id) => estate.accounts[id]!.authorizationDetails.RoleDetailList.map((one) => one.Arn)),
        arn(third, 'role', 'app'),
      ],
    },
    {
      actions: ['iam:GetUser'],
      on: [...accounts.flatMap((id) => userNames.map((name) => arn(id, 'user', name))), arn(third, 'user', 'ann')],
    },
    { actions: ['kms:Decrypt'], on: [...accounts, third].map(keyArn) },
    {
      actions: ['iam:ListUsers', 'kms:ListKeys', 'acme:DoThing', 'sts:GetCallerIdentity', 'sts:GetSessionToken'],
      on: ['*'],
    },
    { actions: ['kms:ListKeys'], on: [...accounts, third].map(keyArn) },
  ];
}

const context = fc
  .record(
    {
      'iam:passedtoservice': fc.constantFrom(['lambda.amazonaws.com'], ['ec2.amazonaws.com'], null),
      'aws:multifactorauthpresent': fc.constantFrom(['true'], ['false'], null),
      'aws:resourcetag/team': fc.constantFrom(['red'], ['blue'], null),
    },
    { requiredKeys: [] },
  )
  .map((given): RawRequest['context'] => given);

function requestsOf(estate: RawEstate, count: number): fc.Arbitrary<RawRequest[]> {
  const request = fc
    .record({
      principal: fc.constantFrom(...callersOf(estate)),
      question: fc.constantFrom(...questionsOf(estate)),
      at: fc.tuple(fc.nat(), fc.nat()),
      context: weighted([2, fc.constant<RawRequest['context']>({})], [1, context]),
    })
    .map(({ principal: who, question: { actions, on }, at: [first, second], context: given }) => ({
      principal: who,
      action: actions[first % actions.length]!,
      resource: on[second % on.length]!,
      context: given,
    }))
    // Root credentials cannot assume roles (aws.md 1.5).
    .filter(({ principal: who, action }) => !(who.endsWith(':root') && action.startsWith('sts:')));
  return fc.array(request, { minLength: count, maxLength: count });
}

/** An estate with what to ask of it. */
export interface Asked {
  readonly estate: RawEstate;
  readonly requests: readonly RawRequest[];
}

/** Random estates, each with `count` requests. */
export const askedEstates = (count: number): fc.Arbitrary<Asked> =>
  randomEstate.chain((estate) => requestsOf(estate, count).map((requests) => ({ estate, requests })));

/** A change that gives or takes: what to add, and to which user or role. */
export interface Change {
  readonly allow: RawStatement;
  readonly deny: RawStatement;
  readonly boundary: RawDocument;
}

/** Statements and policies to add to an estate. */
export const randomChange: fc.Arbitrary<Change> = fc.record({
  allow: identityStatement.map((one) => ({ ...one, Effect: 'Allow' })),
  deny: identityStatement.map((one) => ({ ...one, Effect: 'Deny' })),
  boundary: identityDocument,
});

const added = (one: RawStatement): RawInline => ({
  PolicyName: 'added',
  PolicyDocument: { Version: '2012-10-17', Statement: [one] },
});

function withAccounts(estate: RawEstate, change: (account: RawAccount, id: string) => RawAccount): RawEstate {
  const accounts = Object.entries(estate.accounts).map(([id, files]) => [id, change(files, id)] as const);
  return { ...estate, accounts: Object.fromEntries(accounts) };
}

/** The estate with a statement in a new policy of every user, role and group. */
export function withIdentityStatement(estate: RawEstate, one: RawStatement): RawEstate {
  return withAccounts(estate, ({ authorizationDetails: details, ...rest }) => ({
    ...rest,
    authorizationDetails: {
      ...details,
      UserDetailList: details.UserDetailList.map((user) => ({
        ...user,
        UserPolicyList: [...user.UserPolicyList, added(one)],
      })),
      RoleDetailList: details.RoleDetailList.map((role) => ({
        ...role,
        RolePolicyList: [...role.RolePolicyList, added(one)],
      })),
      GroupDetailList: details.GroupDetailList.map((group) => ({
        ...group,
        GroupPolicyList: [...group.GroupPolicyList, added(one)],
      })),
    },
  }));
}

/** The estate with one more SCP on the root; the same estate where there is no organization. */
export function withScpStatement(estate: RawEstate, one: RawStatement): RawEstate {
  const { organization: theirs } = estate;
  if (theirs.Organization === null) return estate;
  const policy = organizationPolicy('p-added', scpType, { Version: '2012-10-17', Statement: [one] });
  return {
    ...estate,
    organization: {
      ...theirs,
      Policies: [...theirs.Policies, policy],
      PolicyAttachments: [...theirs.PolicyAttachments, { PolicyId: policy.Id, TargetIds: ['r-1'] }],
    },
  };
}

/** The estate with a boundary on every user and role that has none and may have one. */
export function withBoundary(estate: RawEstate, text: RawDocument): RawEstate {
  const name = 'added-boundary';
  const bound = <T extends RawHolder>(one: T, id: string): T =>
    one.PermissionsBoundary !== undefined || one.Path.startsWith('/aws-service-role/')
      ? one
      : { ...one, PermissionsBoundary: boundaryOf(id, name) };
  return withAccounts(estate, ({ authorizationDetails: details, ...rest }, id) => ({
    ...rest,
    authorizationDetails: {
      ...details,
      UserDetailList: details.UserDetailList.map((one) => bound(one, id)),
      RoleDetailList: details.RoleDetailList.map((one) => bound(one, id)),
      Policies: [
        ...details.Policies,
        {
          ...details.Policies[0]!,
          PolicyName: name,
          PolicyId: uniqueId('ANPA', id, name),
          Arn: arn(id, 'policy', name),
          PolicyVersionList: [{ Document: text, VersionId: 'v1', IsDefaultVersion: true, CreateDate: time }],
        },
      ],
    },
  }));
}

const statementsOf = ({ Statement }: RawDocument): readonly RawStatement[] =>
  Array.isArray(Statement) ? (Statement as readonly RawStatement[]) : [Statement as RawStatement];

/** The estate with every policy document rewritten. */
export function withDocuments(estate: RawEstate, change: (document: RawDocument) => RawDocument): RawEstate {
  const inline = (policies: readonly RawInline[]): readonly RawInline[] =>
    policies.map((one) => ({ ...one, PolicyDocument: change(one.PolicyDocument) }));
  const { organization: theirs } = estate;
  const changed = withAccounts(estate, ({ authorizationDetails: details, resources }) => ({
    authorizationDetails: {
      UserDetailList: details.UserDetailList.map((one) => ({ ...one, UserPolicyList: inline(one.UserPolicyList) })),
      RoleDetailList: details.RoleDetailList.map(({ AssumeRolePolicyDocument: trust, ...one }) => ({
        ...one,
        RolePolicyList: inline(one.RolePolicyList),
        ...(trust === undefined ? {} : { AssumeRolePolicyDocument: change(trust) }),
      })),
      GroupDetailList: details.GroupDetailList.map((one) => ({ ...one, GroupPolicyList: inline(one.GroupPolicyList) })),
      Policies: details.Policies.map((one) => ({
        ...one,
        PolicyVersionList: one.PolicyVersionList.map((version) => ({ ...version, Document: change(version.Document) })),
      })),
    },
    resources: resources.map((one) => {
      const { PolicyDocument, KeyPolicy, ...rest } = one.Properties;
      return {
        ...one,
        Properties: {
          ...rest,
          ...(PolicyDocument === undefined ? {} : { PolicyDocument: change(PolicyDocument) }),
          ...(KeyPolicy === undefined ? {} : { KeyPolicy: change(KeyPolicy) }),
        },
      };
    }),
  }));
  const policies = theirs.Policies.map((one) => ({
    ...one,
    Content: JSON.stringify(change(JSON.parse(one.Content) as RawDocument)),
  }));
  return { ...changed, organization: { ...theirs, Policies: policies } };
}

/** Statements in the opposite order. */
export const reordered = (document: RawDocument): RawDocument => ({
  ...document,
  Statement: [...statementsOf(document)].reverse(),
});

/** Statements with other names. */
export const renamed = (document: RawDocument): RawDocument => ({
  ...document,
  Statement: statementsOf(document).map((one, index) => ({ ...one, Sid: `Renamed${index}` })),
});

const swapCase = (text: string): string =>
  [...text].map((char) => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase())).join('');
const swapCases = (texts: string | readonly string[]): string | readonly string[] =>
  typeof texts === 'string' ? swapCase(texts) : texts.map(swapCase);

/** Actions in the opposite case. */
export const recased = (document: RawDocument): RawDocument => ({
  ...document,
  Statement: statementsOf(document).map(({ Action, NotAction, ...rest }) => ({
    ...rest,
    ...(Action === undefined ? {} : { Action: swapCases(Action) }),
    ...(NotAction === undefined ? {} : { NotAction: swapCases(NotAction) }),
  })),
});

/** Every inline policy, bucket policy and SCP in as many policies as it has statements. */
export function split(estate: RawEstate): RawEstate {
  const parts = (document: RawDocument): readonly RawDocument[] =>
    statementsOf(document).map((one) => ({ ...document, Statement: [one] }));
  const inline = (policies: readonly RawInline[]): readonly RawInline[] =>
    policies.flatMap(({ PolicyName, PolicyDocument }) =>
      parts(PolicyDocument).map((one, index) => ({ PolicyName: `${PolicyName}-${index}`, PolicyDocument: one })),
    );
  const { organization: theirs } = estate;
  const pieces = theirs.Policies.map((one) => ({
    id: one.Id,
    pieces:
      one.Type === scpType
        ? parts(JSON.parse(one.Content) as RawDocument).map((part, index) =>
            organizationPolicy(`${one.Id}-${index}`, one.Type, part),
          )
        : [one],
  }));
  return {
    ...withAccounts(estate, ({ authorizationDetails: details, resources }) => ({
      authorizationDetails: {
        ...details,
        UserDetailList: details.UserDetailList.map((one) => ({ ...one, UserPolicyList: inline(one.UserPolicyList) })),
        RoleDetailList: details.RoleDetailList.map((one) => ({ ...one, RolePolicyList: inline(one.RolePolicyList) })),
        GroupDetailList: details.GroupDetailList.map((one) => ({
          ...one,
          GroupPolicyList: inline(one.GroupPolicyList),
        })),
      },
      resources: resources.flatMap((one): readonly RawResource[] => {
        const { PolicyDocument, ...rest } = one.Properties;
        if (PolicyDocument === undefined) return [one];
        return parts(PolicyDocument).map((part, index) => ({
          ...one,
          Identifier: `${one.Identifier}-${index}`,
          Properties: { ...rest, PolicyDocument: part },
        }));
      }),
    })),
    organization: {
      ...theirs,
      Policies: pieces.flatMap((one) => one.pieces),
      PolicyAttachments: theirs.PolicyAttachments.flatMap(({ PolicyId, TargetIds }) =>
        (pieces.find(({ id }) => id === PolicyId)?.pieces ?? []).map(({ Id }) => ({ PolicyId: Id, TargetIds })),
      ),
    },
  };
}

/** What a small estate of one account, {@link main}, holds besides its defaults. */
export interface SmallEstate {
  readonly user?: Partial<RawUser>;
  readonly roles?: readonly Partial<RawRole>[];
  readonly policies?: Readonly<Record<string, RawDocument>>;
  readonly resources?: readonly RawResource[];
  readonly organization?: RawOrganization;
}

/** One account with the user `ann`, roles and policies as given, for rules that random estates leave alone. */
export function smallEstate(given: SmallEstate): RawEstate {
  const user: RawUser = {
    Path: '/',
    UserName: 'ann',
    UserId: uniqueId('AIDA', main, 'ann'),
    Arn: arn(main, 'user', 'ann'),
    CreateDate: time,
    UserPolicyList: [],
    GroupList: [],
    AttachedManagedPolicies: [],
    Tags: [],
    ...given.user,
  };
  const roles = (given.roles ?? []).map(
    (role): RawRole => ({
      Path: '/',
      RoleName: 'app',
      RoleId: uniqueId('AROA', main, 'app'),
      Arn: arn(main, 'role', 'app'),
      CreateDate: time,
      InstanceProfileList: [],
      RolePolicyList: [],
      AttachedManagedPolicies: [],
      Tags: [],
      ...role,
    }),
  );
  const policies = Object.entries(given.policies ?? {}).map(
    ([name, Document]): RawManaged => ({
      PolicyName: name,
      PolicyId: uniqueId('ANPA', main, name),
      Arn: arn(main, 'policy', name),
      Path: '/',
      DefaultVersionId: 'v1',
      CreateDate: time,
      UpdateDate: time,
      PolicyVersionList: [{ Document, VersionId: 'v1', IsDefaultVersion: true, CreateDate: time }],
    }),
  );
  return {
    organization: given.organization ?? noOrganization,
    accounts: {
      [main]: {
        authorizationDetails: {
          UserDetailList: [user],
          RoleDetailList: roles,
          GroupDetailList: [],
          Policies: policies,
        },
        resources: [...(given.resources ?? []), blocksNothing],
      },
    },
  };
}

/** An organization whose root has full access and one resource control policy, with {@link main} as a member. */
export function guardedBy(rcp: RawDocument): RawOrganization {
  const levels = ['r-1', main];
  return {
    Organization: { Id: 'o-1', Arn: `${organizationArn}:organization/o-1`, MasterAccountId: management },
    Roots: [
      {
        Id: 'r-1',
        Arn: `${organizationArn}:root/o-1/r-1`,
        Name: 'Root',
        PolicyTypes: [scpType, rcpType].map((Type) => ({ Type, Status: 'ENABLED' })),
      },
    ],
    OrganizationalUnits: [],
    Accounts: [
      { Id: main, Arn: `${organizationArn}:account/o-1/${main}`, Name: main, Status: 'ACTIVE', ParentId: 'r-1' },
    ],
    Policies: [organizationPolicy('p-rcp', rcpType, rcp)],
    PolicyAttachments: [
      { PolicyId: 'p-FullAWSAccess', TargetIds: levels },
      { PolicyId: 'p-RCPFullAWSAccess', TargetIds: levels },
      { PolicyId: 'p-rcp', TargetIds: ['r-1'] },
    ],
  };
}
