import {
  awsAccess,
  awsInputFromObjects,
  awsSemantics,
  normalizeAws,
  type TrailRow,
  type TrailUsage,
  useToldBy,
} from '@keyreach/aws/offline';
import { grantedActions, grantedServices, type IdentityUse, unusedReport } from '@keyreach/core/analysis';
import { AuthorizationModel } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';

const account = '111122223333';
const now = '2026-06-02T00:00:00.000Z';
const created = '2024-01-01T00:00:00Z';
const builds = 'AKIAEXAMPLEBUILDS001';
const reports = 'AKIAEXAMPLEREPORTS02';
const ci = `arn:aws:iam::${account}:user/ci`;

interface Policies {
  readonly statements: readonly object[];
  readonly boundary?: readonly object[];
  /** ARN of a policy that is not in the input. */
  readonly attached?: string;
}

/** User `ci` with two keys and an inline policy, and whatever its account's trail recorded. */
function modelOf(
  { statements, boundary, attached }: Policies,
  trailUsage: readonly TrailUsage[] = [],
): AuthorizationModel {
  const document = (Statement: readonly object[]): object => ({ Version: '2012-10-17', Statement });
  const bound = `arn:aws:iam::${account}:policy/bound`;
  const input = awsInputFromObjects({
    accounts: {
      [account]: {
        accessKeys: [builds, reports].map((AccessKeyId) => ({
          UserName: 'ci',
          AccessKeyId,
          Status: 'Active',
          CreateDate: created,
        })),
        authorizationDetails: {
          UserDetailList: [
            {
              UserName: 'ci',
              Arn: ci,
              Path: '/',
              UserId: 'AIDAEXAMPLEUSERCI001',
              CreateDate: created,
              UserPolicyList: [{ PolicyName: 'work', PolicyDocument: document(statements) }],
              ...(attached === undefined
                ? {}
                : { AttachedManagedPolicies: [{ PolicyName: 'missing', PolicyArn: attached }] }),
              ...(boundary === undefined
                ? {}
                : { PermissionsBoundary: { PermissionsBoundaryArn: bound, PermissionsBoundaryType: 'Policy' } }),
            },
          ],
          GroupDetailList: [],
          RoleDetailList: [],
          Policies:
            boundary === undefined
              ? []
              : [
                  {
                    PolicyName: 'bound',
                    Arn: bound,
                    DefaultVersionId: 'v1',
                    PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: document(boundary) }],
                  },
                ],
        },
      },
    },
  });
  const graph = normalizeAws({ ...input, trailUsage }, { now });
  return new AuthorizationModel(new GraphIndex(graph), [awsSemantics]);
}

function useOf(model: AuthorizationModel): IdentityUse {
  const [use] = unusedReport(model.graph, {
    now,
    detail: 'actions',
    identities: model.graph.identities.filter(({ id }) => id === ci),
    grantedServices: (identity) => grantedServices(model, identity),
    grantedActions: (identity) => grantedActions(model, identity),
    access: [awsAccess],
    toldBy: useToldBy,
  }).identities;
  if (use === undefined) throw new Error('the estate has lost its user');
  return use;
}

/** Names of what the user is granted, from catalogue and beyond. */
function granted(policies: Policies): readonly string[] {
  const model = modelOf(policies);
  const identity = model.graph.identity(ci);
  const found = identity && grantedActions(model, identity);
  if (found === undefined) return ['nobody knows'];
  const names = found.catalogue.names.filter((_, index) => ((found.bits[index >>> 5]! >>> (index & 31)) & 1) === 1);
  return [...names, ...found.beyond];
}

const allow = (...Action: readonly string[]): object => ({ Effect: 'Allow', Action, Resource: '*' });
const deny = (...Action: readonly string[]): object => ({ Effect: 'Deny', Action, Resource: '*' });

describe('granted actions', () => {
  it('are those of the catalogue that a statement names, and patterns that name none', () => {
    expect(granted({ statements: [allow('sts:Assume*', 'SQS:sendmessage', 'newservice:*', 's3:GetObjectt')] })).toEqual(
      [
        'sqs:SendMessage',
        'sts:AssumeRole',
        'sts:AssumeRoleWithSAML',
        'sts:AssumeRoleWithWebIdentity',
        'sts:AssumeRoot',
        'newservice:*',
        's3:getobjectt',
      ],
    );
  });

  it('are not those that a deny without a condition takes away, on every resource', () => {
    const conditional = { ...deny('sqs:SendMessage'), Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    const some = { ...deny('sns:Publish'), Resource: 'arn:aws:sns:*:*:one' };
    const statements = [allow('sqs:SendMessage', 'sns:Publish', 'kms:Decrypt', 'newservice:*', 'newer:Do')];
    expect(granted({ statements: [...statements, conditional, some, deny('kms:*', 'newservice:*')] })).toEqual([
      'sns:Publish',
      'sqs:SendMessage',
      'newer:do',
    ]);
  });

  it('are those that a boundary lets through', () => {
    const statements = [allow('sqs:SendMessage', 'sns:Publish', 'newservice:*', 'newer:*')];
    expect(granted({ statements, boundary: [allow('sqs:*', 'newer:*x', 'newservice:Get*')] })).toEqual([
      'sqs:SendMessage',
      'newer:*',
      'newservice:*',
    ]);
    expect(granted({ statements, boundary: [allow('sqs:*')] })).toEqual(['sqs:SendMessage']);
  });

  it('are not known where a policy cannot be read', () => {
    const statements = [allow('sqs:SendMessage')];
    expect(granted({ statements, attached: `arn:aws:iam::${account}:policy/missing` })).toEqual(['nobody knows']);
  });
});

describe('two keys of one user', () => {
  const row = (origin: string | undefined, eventSource: string, eventName: string, last: string): TrailRow => ({
    principal: ci,
    ...(origin === undefined ? {} : { origin }),
    eventSource,
    eventName,
    marks: [],
    roles: [],
    first: last,
    last,
    count: 1,
    refused: 0,
  });
  const rows = [
    row(builds, 'ecr', 'PutImage', '2026-05-30T00:00:00.000Z'),
    row(reports, 'athena', 'StartQueryExecution', '2026-05-29T00:00:00.000Z'),
    row(undefined, 'athena', 'ListWorkGroups', '2026-05-29T00:00:00.000Z'),
    row(reports, 'rds', 'DescribeDBInstances', '2025-12-01T00:00:00.000Z'),
  ];
  const trail: TrailUsage = {
    source: 'cloudtrail-files',
    rows,
    coverage: [
      {
        account,
        regions: '*',
        from: '2025-11-01T00:00:00.000Z',
        to: '2026-06-01T00:00:00.000Z',
        management: 'all',
        excluded: [],
        data: [],
      },
    ],
  };
  const statements = [
    allow(
      'ecr:PutImage',
      'athena:StartQueryExecution',
      'athena:ListWorkGroups',
      'rds:DescribeDBInstances',
      's3:GetObject',
    ),
  ];
  const states = (use: Pick<IdentityUse, 'actions'>): unknown =>
    Object.fromEntries(use.actions?.list?.map(({ permission, state }) => [permission, state]) ?? []);
  const named = (use: IdentityUse, key: string): unknown =>
    states(use.credentials.find(({ id }) => id.endsWith(key)) ?? {});

  it('get different answers where the trail shows that their use differs', () => {
    const use = useOf(modelOf({ statements }, [trail]));
    expect(states(use)).toEqual({
      'athena:ListWorkGroups': 'used',
      'athena:StartQueryExecution': 'used',
      'ecr:PutImage': 'used',
      'rds:DescribeDBInstances': 'unused',
      's3:GetObject': 'unknown',
    });
    expect(named(use, builds)).toEqual({
      'athena:ListWorkGroups': 'unknown',
      'athena:StartQueryExecution': 'unused',
      'ecr:PutImage': 'used',
      'rds:DescribeDBInstances': 'unused',
      's3:GetObject': 'unknown',
    });
    expect(named(use, reports)).toEqual({
      'athena:ListWorkGroups': 'unknown',
      'athena:StartQueryExecution': 'used',
      'ecr:PutImage': 'unused',
      'rds:DescribeDBInstances': 'unused',
      's3:GetObject': 'unknown',
    });
    expect(use.actions?.list?.at(-1)?.why).toBe(
      'no source in the input could have seen its use; CloudTrail data events of `AWS::S3::Object` over the whole window would tell',
    );
    expect(use.actions?.list?.find(({ state }) => state === 'unused')).toMatchObject({
      permission: 'rds:DescribeDBInstances',
      lastUsed: '2025-12-01T00:00:00.000Z',
      sources: ['cloudtrail-files'],
    });
  });

  it('get no answer where nobody knows what the trail would have shown', () => {
    const use = useOf(modelOf({ statements }, [{ ...trail, coverage: [] }]));
    expect(use.actions?.counts).toEqual({ granted: 5, used: 3, unused: 0, unknown: 2 });
    expect(use.credentials.map(({ actions }) => actions?.counts)).toEqual([
      { granted: 5, used: 1, unused: 0, unknown: 4 },
      { granted: 5, used: 1, unused: 0, unknown: 4 },
    ]);
  });
});
