import { awsInputFromObjects, normalizeAws } from '@keyreach/aws/offline';
import type {
  Attachment,
  CredentialNode,
  Graph,
  GraphEdge,
  GraphNode,
  NodeId,
  Policy,
  PolicyDocument,
} from '@keyreach/core/graph';
import fc from 'fast-check';
import { actionsByYield, practiceActions } from './practice-techniques.ts';

const main = '111111111111';
const management = '222222222222';
const time = '2026-01-01T00:00:00.000Z';

/** One of several, by weight. */
function weighted<T>(...options: readonly (readonly [number, fc.Arbitrary<T> | T])[]): fc.Arbitrary<T> {
  return fc.oneof(
    ...options.map(([weight, one]) => ({
      weight,
      arbitrary: one instanceof fc.Arbitrary ? (one as fc.Arbitrary<T>) : fc.constant(one),
    })),
  );
}

const arn = (account: string, kind: string, name: string): string => `arn:aws:iam::${account}:${kind}/${name}`;
const users = ['ann', 'bob', 'cy'] as const;
const roles = ['app', 'ops'] as const;
const groups = ['devs', 'leads'] as const;
const policies = ['p1', 'p2', 'cap'] as const;

/** Actions that are used together, so that what one takes is seldom missing by chance alone. */
const families: readonly (readonly string[])[] = [
  ['iam:CreateRole', 'iam:AttachRolePolicy'],
  ['iam:CreateUser', 'iam:AddUserToGroup'],
  ['iam:AttachUserPolicy', 'iam:AttachRolePolicy', 'iam:AttachGroupPolicy'],
  ['iam:PassRole', 'lambda:CreateFunction', 'lambda:InvokeFunction'],
  ['iam:PassRole', 'lambda:UpdateFunctionConfiguration'],
  ['sts:AssumeRole', 'sts:TagSession'],
  ['iam:PutUserPolicy', 'iam:DeleteUserPermissionsBoundary'],
  ['iam:DetachUserPolicy', 'iam:DeleteUserPolicy', 'iam:RemoveUserFromGroup'],
  ['iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion'],
  ['iam:CreatePolicy', 'iam:AttachUserPolicy'],
  ['iam:CreatePolicy', 'iam:CreateRole', 'iam:AttachRolePolicy'],
  ['organizations:DetachPolicy', 'organizations:UpdatePolicy'],
  ['iam:TagUser', 'iam:TagRole'],
  ['lambda:TagResource', 'lambda:UpdateFunctionCode'],
  ['s3:PutBucketPolicy', 'lambda:AddPermission'],
  ['s3:GetObject', 's3:ListBucket', 's3:PutAccessPointPolicy'],
  ['iam:CreateAccessKey', 'iam:EnableMFADevice'],
  ['sso:DetachManagedPolicyFromPermissionSet', 'sso:DeleteInlinePolicyFromPermissionSet'],
  ['sso:DeletePermissionsBoundaryFromPermissionSet', 'sso:CreateAccountAssignment'],
];

/** Stands for one or two of the few actions an estate speaks of. */
interface Pick {
  readonly pick: number;
}

const actions = weighted<readonly string[] | Pick>(
  [20, fc.nat().map((pick): readonly string[] | Pick => ({ pick }))],
  [2, fc.constantFrom<readonly string[] | Pick>(['iam:*'], ['lambda:*'], ['iam:Put*'], ['iam:De*'], ['s3:*'])],
  [1, fc.constant<readonly string[] | Pick>(['*'])],
);

/** What an estate speaks of: few actions, so that grants meet guards and denies, and nobody can be changed in many ways. */
const pool = fc
  .tuple(
    fc.subarray([...families], { minLength: 1, maxLength: 3 }),
    fc.subarray([...practiceActions], { minLength: 2, maxLength: 5 }),
  )
  .map(([some, more]) => [...some, ...more.map((one) => [one])]);

function withPool(value: unknown, from: readonly (readonly string[])[]): unknown {
  if (Array.isArray(value)) return value.map((one) => withPool(one, from));
  if (typeof value === 'string' && value.startsWith('{"')) return JSON.stringify(withPool(JSON.parse(value), from));
  if (typeof value !== 'object' || value === null) return value;
  if ('pick' in value) return from[(value as Pick).pick % from.length];
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withPool(one, from)]));
}

const targets = weighted<readonly string[]>(
  [8, ['*']],
  [
    5,
    fc.constantFrom(
      [arn(main, 'user', 'ann')],
      [arn(main, 'user', 'b*'), arn(main, 'role', '*')],
      [arn(main, 'user', '*')],
      [arn(main, 'role', 'app')],
      [arn(main, 'group', 'devs')],
      [arn(main, 'policy', 'cap'), arn(main, 'policy', 'p1')],
      [arn(main, 'policy', '*-b')],
      [`arn:aws:lambda:us-east-1:${main}:function:worker`],
      [arn(main, 'user', '${aws:username}')],
      [arn(main, 'user', '${aws:PrincipalTag/team}')],
    ),
  ],
);

const named = [
  arn(main, 'policy', 'p1'),
  arn(main, 'policy', 'p2'),
  arn(main, 'policy', 'cap'),
  arn(main, 'policy', 'ghost'),
  arn(main, 'policy', 'a-*'),
];
const condition = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<Record<string, Record<string, string>>>(
      { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } },
      { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
      { Null: { 'aws:TokenIssueTime': 'true' } },
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Record<string, Record<string, string>>>(
      { StringEquals: { 'aws:PrincipalTag/team': 'red' } },
      { StringNotEquals: { 'aws:PrincipalTag/team': 'red' } },
      { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } },
    ),
  },
  {
    weight: 5,
    arbitrary: fc.constantFrom(...named).map((value) => ({ ArnLike: { 'iam:PolicyARN': value } })),
  },
  {
    weight: 5,
    arbitrary: fc
      .constantFrom(...named.slice(2))
      .map((value) => ({ StringLike: { 'iam:PermissionsBoundary': value } })),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Record<string, Record<string, string>>>(
      { ArnLike: { 'aws:PrincipalArn': arn(main, 'user', 'a*') } },
      { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      { StringEquals: { 'aws:RequestTag/team': 'red' } },
    ),
  },
);

type Statement = Readonly<Record<string, unknown>>;

const statement = (allow: number, deny: number): fc.Arbitrary<Statement> =>
  fc
    .record({
      Effect: weighted<'Allow' | 'Deny'>([allow, 'Allow'], [deny, 'Deny']),
      Action: actions,
      Resource: targets,
      when: fc.option(condition, { freq: 2, nil: undefined }),
    })
    .map(({ when, ...rest }) => ({ ...rest, ...(when === undefined ? {} : { Condition: when }) }));

/** What is granted within limits more often than not. */
const limited: fc.Arbitrary<Statement> = fc
  .tuple(
    fc.constantFrom<readonly [actions: readonly string[], key: string | undefined]>(
      [['iam:CreateRole', 'iam:AttachRolePolicy'], 'iam:PermissionsBoundary'],
      [['iam:CreateRole'], 'iam:PermissionsBoundary'],
      [['iam:AttachRolePolicy', 'iam:AttachUserPolicy'], 'iam:PolicyARN'],
      [['iam:AttachUserPolicy'], 'iam:PolicyARN'],
      [['iam:AddUserToGroup', 'iam:PutGroupPolicy'], undefined],
      [['iam:CreatePolicy'], undefined],
      [['iam:AttachGroupPolicy'], 'iam:PolicyARN'],
      [['iam:PutUserPermissionsBoundary'], 'iam:PermissionsBoundary'],
      [['iam:DetachUserPolicy', 'iam:DetachGroupPolicy'], 'iam:PolicyARN'],
      [['iam:CreateUser'], 'iam:PermissionsBoundary'],
      [['iam:CreateUser', 'iam:AddUserToGroup'], undefined],
      [['iam:AddUserToGroup', 'iam:UpdateGroup'], undefined],
      [['iam:DeleteUserPolicy', 'iam:DeleteGroupPolicy', 'iam:RemoveUserFromGroup'], undefined],
      [['organizations:DetachPolicy'], undefined],
      [['organizations:UpdatePolicy'], undefined],
      [['organizations:LeaveOrganization'], undefined],
      [['iam:SetDefaultPolicyVersion', 'iam:DetachUserPolicy'], undefined],
      [['iam:DetachGroupPolicy', 'iam:RemoveUserFromGroup'], undefined],
      [['sso:DetachManagedPolicyFromPermissionSet', 'sso:DeleteInlinePolicyFromPermissionSet'], undefined],
      [['sso:DeletePermissionsBoundaryFromPermissionSet', 'sso:PutInlinePolicyToPermissionSet'], undefined],
      [['s3:PutBucketPolicy', 'sso:CreateAccountAssignment'], undefined],
    ),
    fc.subarray(named, { minLength: 1, maxLength: 2 }),
    targets,
  )
  .map(([[Action, key], values, Resource]) => ({
    Effect: 'Allow',
    Action,
    Resource: key === undefined ? Resource : '*',
    ...(key === undefined ? {} : { Condition: { ArnLike: { [key]: values } } }),
  }));

const documentOf = (statements: readonly Statement[]): unknown => ({ Version: '2012-10-17', Statement: statements });
const document = fc
  .array(weighted<Statement>([1, statement(4, 1)], [1, limited]), { minLength: 1, maxLength: 2 })
  .map(documentOf);
const denying = statement(0, 1).map((one) => documentOf([one]));
const wide = weighted<unknown>(
  [2, documentOf([{ Effect: 'Allow', Action: '*', Resource: '*' }])],
  [1, documentOf([{ Effect: 'Allow', NotAction: ['iam:Put*', 'sts:AssumeRoot'], Resource: '*' }])],
  [1, documentOf([{ Effect: 'Allow', Action: ['iam:*', 'sts:*'], Resource: '*' }])],
);

const inline = weighted<unknown>([4, document], [2, denying], [3, undefined]);
const few = <T>(list: readonly T[], share: number): fc.Arbitrary<readonly T[]> =>
  fc
    .tuple(...list.map((one) => weighted<T | undefined>([share, one], [10 - share, undefined])))
    .map((all) => all.filter((one): one is T => one !== undefined));
const tags = fc.constantFrom(undefined, [], [{ Key: 'team', Value: 'red' }], [{ Key: 'team', Value: 'blue' }]);

const holdings = fc
  .record({
    inline,
    managed: few(policies.slice(0, 2), 4),
    boundary: weighted<string | undefined>([2, 'cap'], [1, 'p1'], [5, undefined]),
    tags,
  })
  .map((held) => ({
    inline: held.inline === undefined ? [] : [{ PolicyName: 'inline', PolicyDocument: held.inline }],
    rest: {
      AttachedManagedPolicies: held.managed.map((name) => ({ PolicyName: name, PolicyArn: arn(main, 'policy', name) })),
      ...(held.boundary === undefined
        ? {}
        : {
            PermissionsBoundary: {
              PermissionsBoundaryType: 'Policy',
              PermissionsBoundaryArn: arn(main, 'policy', held.boundary),
            },
          }),
      ...(held.tags === undefined ? {} : { Tags: held.tags }),
    },
  }));

const trusted = fc.oneof(
  fc.constant({ AWS: `arn:aws:iam::${main}:root` }),
  fc.constant({ AWS: `arn:aws:iam::${management}:root` }),
  fc.constant({ AWS: '*' }),
  fc.constantFrom(...users).map((name) => ({ AWS: arn(main, 'user', name) })),
  fc.constant({ AWS: arn(main, 'role', 'app') }),
  fc.constant({ Service: 'lambda.amazonaws.com' }),
  fc.constant({ Federated: arn(main, 'saml-provider', 'idp') }),
);
const trust = fc
  .array(
    fc.record({
      Effect: weighted<'Allow' | 'Deny'>([8, 'Allow'], [1, 'Deny']),
      Principal: trusted,
      Action: fc.constantFrom(['sts:AssumeRole'], ['sts:AssumeRole', 'sts:TagSession'], ['sts:*']),
      when: fc.option(condition, { freq: 3, nil: undefined }),
    }),
    { minLength: 1, maxLength: 2 },
  )
  .map((statements) =>
    documentOf(
      statements.map(({ when, ...rest }) => ({ ...rest, ...(when === undefined ? {} : { Condition: when }) })),
    ),
  );

/** What an access point or a bucket says. */
const shared = fc
  .array(
    fc.record({
      Effect: weighted<'Allow' | 'Deny'>([5, 'Allow'], [1, 'Deny']),
      Principal: trusted,
      Action: fc.constantFrom(['s3:GetObject'], ['s3:GetObject', 's3:PutObject'], ['s3:ListBucket'], ['s3:*']),
      Resource: fc.constantFrom('*', 'arn:aws:s3:::store/*', 'arn:aws:s3:::store/shared/*', 'arn:aws:s3:::store'),
      when: fc.option(
        fc.oneof(
          condition,
          fc.constantFrom(main, management).map((id) => ({ StringEquals: { 's3:DataAccessPointAccount': id } })),
        ),
        { freq: 2, nil: undefined },
      ),
    }),
    { minLength: 1, maxLength: 2 },
  )
  .map((statements) =>
    documentOf(
      statements.map(({ when, ...rest }) => ({ ...rest, ...(when === undefined ? {} : { Condition: when }) })),
    ),
  );

const account = fc
  .record({
    users: fc.tuple(
      ...users.map((name, at) =>
        fc.record({
          name: fc.constant(name),
          held: holdings,
          groups: few(groups, 3),
          there: weighted<boolean>([3, true], [at === 0 ? 0 : 2, false]),
        }),
      ),
    ),
    roles: fc.tuple(
      ...roles.map((name) =>
        fc.record({ name: fc.constant(name), held: holdings, trust, there: weighted<boolean>([2, true], [1, false]) }),
      ),
    ),
    groups: fc.tuple(
      ...groups.map((name) =>
        fc.record({ name: fc.constant(name), inline, managed: few(policies.slice(0, 2), 2), there: fc.boolean() }),
      ),
    ),
    policies: fc.tuple(
      document,
      weighted<unknown>([1, document], [3, denying], [1, wide]),
      weighted<unknown>([3, wide], [2, document]),
    ),
    functions: weighted<readonly string[] | undefined>(
      [1, undefined],
      [6, fc.constantFrom(...roles).map((role) => [role])],
    ),
  })
  .map((given) => {
    const present = given.groups.filter((one) => one.there).map((one) => one.name as string);
    return {
      authorizationDetails: {
        UserDetailList: given.users
          .filter((one) => one.there)
          .map(({ name, held, groups: in_ }) => ({
            Path: '/',
            UserName: name,
            UserId: `AIDA${name.toUpperCase()}`,
            Arn: arn(main, 'user', name),
            CreateDate: '2024-01-01T00:00:00Z',
            UserPolicyList: held.inline,
            GroupList: in_.filter((one) => present.includes(one)),
            ...held.rest,
          })),
        RoleDetailList: given.roles
          .filter((one) => one.there)
          .map(({ name, held, trust: AssumeRolePolicyDocument }) => ({
            Path: '/',
            RoleName: name,
            RoleId: `AROA${name.toUpperCase()}`,
            Arn: arn(main, 'role', name),
            CreateDate: '2024-01-01T00:00:00Z',
            AssumeRolePolicyDocument,
            InstanceProfileList: [],
            RolePolicyList: held.inline,
            RoleLastUsed: {},
            ...held.rest,
          })),
        GroupDetailList: given.groups
          .filter((one) => one.there)
          .map(({ name, inline: own, managed }) => ({
            Path: '/',
            GroupName: name,
            GroupId: `AGPA${name.toUpperCase()}`,
            Arn: arn(main, 'group', name),
            CreateDate: '2024-01-01T00:00:00Z',
            GroupPolicyList: own === undefined ? [] : [{ PolicyName: 'inline', PolicyDocument: own }],
            AttachedManagedPolicies: managed.map((one) => ({ PolicyName: one, PolicyArn: arn(main, 'policy', one) })),
          })),
        Policies: policies.map((name, at) => ({
          PolicyName: name,
          PolicyId: `ANPA${name.toUpperCase()}`,
          Arn: arn(main, 'policy', name),
          Path: '/',
          DefaultVersionId: 'v1',
          IsAttachable: true,
          CreateDate: '2024-01-01T00:00:00Z',
          UpdateDate: '2024-01-01T00:00:00Z',
          PolicyVersionList: [
            {
              Document: given.policies[at],
              VersionId: 'v1',
              IsDefaultVersion: true,
              CreateDate: '2024-01-01T00:00:00Z',
            },
          ],
        })),
      },
      ...(given.functions === undefined
        ? {}
        : {
            resources: given.functions.map((role) => ({
              TypeName: 'AWS::Lambda::Function',
              Identifier: 'worker',
              Properties: {
                FunctionName: 'worker',
                Arn: `arn:aws:lambda:us-east-1:${main}:function:worker`,
                Role: arn(main, 'role', role),
              },
            })),
          }),
    };
  });

/** Somebody in the management account, who is there for the guards of the organization. */
const bossSays = weighted<unknown>(
  [2, document],
  [1, fc.constant(documentOf([{ Effect: 'Allow', Action: 'organizations:DetachPolicy', Resource: '*' }]))],
  [1, fc.constant(documentOf([{ Effect: 'Allow', Action: 'organizations:UpdatePolicy', Resource: '*' }]))],
  [1, fc.constant(documentOf([{ Effect: 'Allow', Action: 'sts:AssumeRoot', Resource: '*' }]))],
);

const boss = fc.record({ says: bossSays }).map(({ says }) => ({
  authorizationDetails: {
    UserDetailList: [
      {
        Path: '/',
        UserName: 'dee',
        UserId: 'AIDADEE',
        Arn: arn(management, 'user', 'dee'),
        CreateDate: '2024-01-01T00:00:00Z',
        UserPolicyList: [{ PolicyName: 'inline', PolicyDocument: says }],
        GroupList: [],
        AttachedManagedPolicies: [],
        Tags: [],
      },
    ],
    RoleDetailList: [],
    GroupDetailList: [],
    Policies: [],
  },
  resources: [],
}));

const organizationArn = `arn:aws:organizations::${management}`;
const SCP = 'SERVICE_CONTROL_POLICY';
const RCP = 'RESOURCE_CONTROL_POLICY';
const full = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const scpText = weighted<unknown>([3, denying], [2, wide]);

const organization = fc
  .record({
    scps: fc.array(scpText, { minLength: 1, maxLength: 2 }),
    atRoot: fc.boolean(),
    onlyThese: weighted<boolean>([1, true], [3, false]),
  })
  .map(({ scps, atRoot, onlyThese }) => {
    const policy = (Id: string, Type: string, Content: unknown) => ({
      Id,
      Arn: `${organizationArn}:policy/o-1/${Type.toLowerCase()}/${Id}`,
      Name: Id,
      Type,
      Content: JSON.stringify(Content),
    });
    const everywhere = ['r-1', main, management];
    return {
      Organization: { Id: 'o-1', Arn: `${organizationArn}:organization/o-1`, MasterAccountId: management },
      Roots: [
        {
          Id: 'r-1',
          Arn: `${organizationArn}:root/o-1/r-1`,
          Name: 'Root',
          PolicyTypes: [SCP, RCP].map((Type) => ({ Type, Status: 'ENABLED' })),
        },
      ],
      OrganizationalUnits: [],
      Accounts: [main, management].map((Id) => ({
        Id,
        Arn: `${organizationArn}:account/o-1/${Id}`,
        Name: Id,
        Status: 'ACTIVE',
        ParentId: 'r-1',
      })),
      Policies: [
        policy('p-FullAWSAccess', SCP, full),
        policy('p-RCPFullAWSAccess', RCP, {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
        }),
        ...scps.map((content, at) => policy(`p-scp${at}`, SCP, content)),
      ],
      PolicyAttachments: [
        {
          PolicyId: 'p-FullAWSAccess',
          TargetIds: onlyThese ? everywhere.filter((id) => id !== (atRoot ? 'r-1' : main)) : everywhere,
        },
        { PolicyId: 'p-RCPFullAWSAccess', TargetIds: everywhere },
        ...scps.map((_, at) => ({ PolicyId: `p-scp${at}`, TargetIds: [atRoot ? 'r-1' : main] })),
      ],
    };
  });

/** What a bundle cannot say, or not yet, added to the graph made of it. */
interface Additions {
  readonly keys: readonly {
    readonly of: string;
    readonly kind: string | undefined;
    readonly status: CredentialNode['status'];
    readonly guarded: boolean;
  }[];
  readonly stored: boolean;
  readonly vouches: readonly string[];
  readonly assigned: readonly string[];
  readonly assignedGroup: boolean;
  readonly provisions: readonly string[];
  readonly olderVersion: boolean;
  readonly bucket: boolean;
  readonly nested: boolean;
}

const additions: fc.Arbitrary<Additions> = fc.record({
  keys: fc.array(
    fc.record({
      of: fc.constantFrom(...users),
      kind: fc.constantFrom('access-key', 'practice-mfa', 'practice-limited', undefined),
      status: weighted<CredentialNode['status']>([4, 'active'], [1, 'disabled'], [1, 'unknown']),
      guarded: weighted<boolean>([1, true], [3, false]),
    }),
    { maxLength: 2 },
  ),
  stored: fc.boolean(),
  vouches: few(roles, 5),
  assigned: few(roles, 3),
  assignedGroup: fc.boolean(),
  provisions: few(roles, 4),
  olderVersion: fc.boolean(),
  bucket: fc.boolean(),
  nested: weighted<boolean>([1, true], [5, false]),
});

function withAdditions(graph: Graph, more: Additions): Graph {
  // Root users and guards that let everything pass would make everything else count for little.
  const without = (id: NodeId): boolean => /:root$|:aws:policy\/|\/p-(RCP)?FullAWSAccess$/.test(id);
  const nodes: GraphNode[] = graph.nodes.filter((node) => node.kind === 'scope' || !without(node.id));
  const edges: GraphEdge[] = graph.edges.filter(({ from, to }) => !without(from) && !without(to));
  const attachments: Attachment[] = graph.attachments.filter(
    ({ node }) => node.startsWith('arn:aws:organizations:') || !without(node),
  );
  const found: Policy[] = [...graph.policies];
  const documents: PolicyDocument[] = [...graph.documents];
  const has = (id: NodeId): boolean => nodes.some((node) => node.id === id);
  const link = (type: GraphEdge['type'], from: NodeId, to: NodeId, certainty?: GraphEdge['certainty']): void => {
    if (has(from) && has(to)) edges.push({ type, from, to, ...(certainty === undefined ? {} : { certainty }) });
  };
  const zone = nodes.find((node) => node.kind === 'scope' && node.zone === true && node.id.includes(main))!.id;
  const resource = (id: NodeId, type: string, scope: NodeId = zone): void => {
    if (!has(id)) nodes.push({ kind: 'resource', id, provider: 'aws', type, name: id.split(/[:/]/).at(-1)!, scope });
  };
  const worker = `arn:aws:lambda:us-east-1:${main}:function:worker`;
  const session = {
    effect: 'allow',
    actions: { include: ['iam:Put*', 'lambda:*'], exclude: [] },
    resources: { include: ['*'], exclude: [] },
    index: 0,
  } as const;
  for (const [at, { of, kind, status, guarded }] of more.keys.entries()) {
    const owner = arn(main, 'user', of);
    if (!has(owner)) continue;
    const id = `${owner}/credential/${at}`;
    nodes.push({
      kind: 'credential',
      id,
      provider: 'aws',
      type: 'access-key',
      name: id,
      status,
      lastUsed: { state: 'unknown' },
      ...(kind === undefined ? {} : { session: kind }),
    });
    link('authenticates', id, owner);
    if (more.stored) link('stores', worker, id, at === 1 ? 'unknown' : undefined);
    if (guarded) {
      if (!documents.some((one) => one.id === 'document:session')) {
        documents.push({ id: 'document:session', provider: 'aws', statements: [session] });
        found.push({
          id: 'policy:session',
          provider: 'aws',
          name: 'session',
          type: 'session',
          document: 'document:session',
        });
      }
      attachments.push({ policy: 'policy:session', node: id, role: 'identity-guard' });
    }
  }
  const provider = arn(main, 'saml-provider', 'idp');
  resource(provider, 'AWS::IAM::SAMLProvider');
  for (const role of more.vouches) link('vouches-for', provider, arn(main, 'role', role));
  const person = 'identity-store:d-1/user/eve';
  const team = 'arn:aws:identitystore:::group/team';
  nodes.push({ kind: 'identity', id: person, provider: 'aws', type: 'identity-center-user', name: 'eve', scope: zone });
  nodes.push({ kind: 'identity', id: team, provider: 'aws', type: 'group', name: 'team', scope: zone });
  for (const [at, role] of more.assigned.entries()) {
    link(
      'federates',
      more.assignedGroup ? team : person,
      arn(main, 'role', role),
      at === 1 ? 'conditional' : undefined,
    );
  }
  if (more.nested) {
    link('member-of', arn(main, 'group', 'devs'), arn(main, 'group', 'leads'));
  }
  const template = 'arn:aws:sso:::permissionSet/ssoins-1/ps-1';
  resource(template, 'AWS::SSO::PermissionSet');
  for (const [at, role] of more.provisions.entries())
    link('provisions', template, arn(main, 'role', role), at === 1 ? 'unknown' : undefined);
  for (const policy of graph.policies) {
    if (policy.type === 'scp' && policy.id.includes('/p-scp')) {
      const home = nodes.find((node) => node.kind === 'scope' && node.zone === true && node.id.includes(management));
      if (home !== undefined) resource(policy.id, 'AWS::Organizations::Policy', home.id);
    }
  }
  for (const name of policies) resource(arn(main, 'policy', name), 'AWS::IAM::ManagedPolicy');
  if (more.olderVersion) {
    const p1 = graph.policies.find((policy) => policy.id === arn(main, 'policy', 'p1'));
    const p2 = graph.policies.find((policy) => policy.id === arn(main, 'policy', 'p2'));
    if (p1 !== undefined && p2 !== undefined)
      found.push({ ...p1, id: `${p1.id}#v0`, type: 'managed-version', document: p2.document });
  }
  if (more.bucket) resource('arn:aws:s3:::data', 'AWS::S3::Bucket');
  return { ...graph, nodes, edges, attachments, policies: found, documents };
}

/** What somebody may do in any case, so that no yield is left to chance alone. */
const focus = fc.constantFrom(...actionsByYield.filter((some) => some.length > 0));

type Users = { readonly UserName: string; readonly UserPolicyList: readonly unknown[] }[];

function focused<T extends { readonly authorizationDetails: { readonly UserDetailList: Users } }>(
  of: T,
  may: readonly string[],
): T {
  const policy = {
    PolicyName: 'focus',
    PolicyDocument: documentOf([{ Effect: 'Allow', Action: may, Resource: '*' }]),
  };
  const [first, ...others] = of.authorizationDetails.UserDetailList;
  if (first === undefined) return of;
  const user = { ...first, UserPolicyList: [...first.UserPolicyList, policy] };
  return { ...of, authorizationDetails: { ...of.authorizationDetails, UserDetailList: [user, ...others] } };
}

const door = fc.record({
  /** Where the access point and the bucket behind it are: in the account of everybody, or in the other one. */
  door: weighted<string>([3, main], [1, management]),
  store: weighted<string>([3, main], [1, management]),
  leadsTo: weighted<string | undefined>([8, 'store'], [1, 'elsewhere'], [1, undefined]),
  network: weighted<Record<string, unknown>>([4, {}], [1, { NetworkOrigin: 'VPC' }]),
  says: fc.option(shared, { freq: 4, nil: undefined }),
  storeSays: fc.option(shared, { freq: 3, nil: undefined }),
});

type Resources = readonly { readonly TypeName: string; readonly Identifier: string; readonly Properties: unknown }[];

/** A bucket and an access point to it, where the accounts list their resources. */
function withDoor<T extends { readonly accounts: Readonly<Record<string, { readonly resources?: Resources }>> }>(
  estate: T,
  { door: at, store, leadsTo, network, says, storeSays }: ValueOf<typeof door>,
): T {
  const more: Record<string, Resources[number][]> = {};
  const add = (account: string, ...resources: Resources): void => {
    const home = estate.accounts[account]?.resources === undefined ? main : account;
    more[home] = [...(more[home] ?? []), ...resources];
  };
  add(store, { TypeName: 'AWS::S3::Bucket', Identifier: 'store', Properties: { BucketName: 'store' } });
  if (storeSays !== undefined) {
    const Properties = { Bucket: 'store', PolicyDocument: storeSays };
    add(store, { TypeName: 'AWS::S3::BucketPolicy', Identifier: 'store', Properties });
  }
  const Properties = {
    Arn: `arn:aws:s3:us-east-1:${at}:accesspoint/door`,
    ...(leadsTo === undefined ? {} : { Bucket: leadsTo }),
    ...(says === undefined ? {} : { Policy: says }),
    ...network,
  };
  add(at, { TypeName: 'AWS::S3::AccessPoint', Identifier: 'door', Properties });
  const accounts = Object.entries(estate.accounts).map(([id, one]) => {
    const listed = one.resources;
    return [id, listed === undefined ? one : { ...one, resources: [...listed, ...(more[id] ?? [])] }] as const;
  });
  return { ...estate, accounts: Object.fromEntries(accounts) };
}

type ValueOf<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never;

/** Small estates in which everything that a technique can yield is worth something to somebody. */
export const practiceEstates: fc.Arbitrary<Graph> = fc
  .record({
    first: account,
    from: pool,
    may: focus,
    boss,
    organization: fc.option(organization, { freq: 2, nil: undefined }),
    more: additions,
    leading: fc.option(door, { freq: 2, nil: undefined }),
  })
  .map(({ first, from, may, boss: second, organization: theirs, more, leading }) => {
    const estate = {
      accounts: {
        [main]: focused(first, may),
        ...(theirs === undefined
          ? {}
          : {
              [management]: focused(
                second,
                may
                  .filter((one) => /^organizations:|^sts:AssumeRoot/.test(one))
                  .slice(0, 1)
                  .concat('sts:GetCallerIdentity'),
              ),
            }),
      },
      ...(theirs === undefined ? {} : { organization: theirs }),
    };
    const whole = leading === undefined ? estate : withDoor(estate, leading);
    const input = awsInputFromObjects(withPool(whole, from) as typeof estate);
    return withAdditions(normalizeAws(input, { now: time }), more);
  });
