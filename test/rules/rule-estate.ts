/**
 * Small AWS estates for the tests of single rules: short ways to write users, roles, policies and organizations as the
 * API gives them, and to ask for verdicts and reach.
 */
import {
  type AwsAccountObjects,
  awsAccess,
  awsInputFromObjects,
  awsSemantics,
  awsTechniques,
  normalizeAws,
} from '@keyreach/aws/offline';
import { analysisEngine, type Radius, radiusOf } from '@keyreach/core/analysis';
import {
  AuthorizationModel,
  can,
  type DecisionNeed,
  decideQuery,
  type RequestContext,
  serviceQuery,
  type Verdict,
  verdictOf,
  whoCan,
} from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import { deriveReach } from '@keyreach/core/reach';
import { expect, test } from 'vitest';

export type Json = Readonly<Record<string, unknown>>;

/** The management account, two member accounts, and one outside the organization. */
export const MANAGEMENT = '999999999999';
export const HOME = '111111111111';
export const OTHER = '222222222222';
export const OUTSIDE = '333333333333';

const NOW = '2026-06-01T00:00:00.000Z';

/** ARN of an IAM object. */
export const iam = (resource: string, account: string = HOME): string => `arn:aws:iam::${account}:${resource}`;

export const MIA: string = iam('user/mia');
export const BEN: string = iam('user/ben');
export const WORKER: string = iam('role/worker');
export const TARGET: string = iam('role/target');
export const ROOT: string = iam('root');
export const PUBLIC = 'public:aws';

export function statement(effect: 'Allow' | 'Deny', action: unknown, resource: unknown, more: Json = {}): Json {
  return { Effect: effect, Action: action, Resource: resource, ...more };
}
export const allow = (action: unknown, resource: unknown = '*', condition?: Json): Json =>
  statement('Allow', action, resource, condition === undefined ? {} : { Condition: condition });
export const deny = (action: unknown, resource: unknown = '*', condition?: Json): Json =>
  statement('Deny', action, resource, condition === undefined ? {} : { Condition: condition });
/** A statement of a resource policy. */
export const grant = (principal: unknown, action: unknown, resource: unknown = '*', condition?: Json): Json => ({
  ...allow(action, resource, condition),
  Principal: principal,
});
export const refuse = (principal: unknown, action: unknown, resource: unknown = '*', condition?: Json): Json => ({
  ...deny(action, resource, condition),
  Principal: principal,
});
/** A statement of a trust policy. */
export function trust(principal: unknown, condition?: Json, action: unknown = 'sts:AssumeRole'): Json {
  const plain = { Effect: 'Allow', Principal: principal, Action: action };
  return condition === undefined ? plain : { ...plain, Condition: condition };
}

export const document = (...statements: readonly Json[]): Json => ({ Version: '2012-10-17', Statement: statements });

interface Holds {
  /** ARN of the boundary. */
  readonly boundary?: string;
  readonly attached?: readonly string[];
  readonly groups?: readonly string[];
  readonly account?: string;
  readonly path?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

function holder(name: string, statements: readonly Json[], { attached = [], boundary, tags = {} }: Holds) {
  return {
    common: {
      Path: '/',
      CreateDate: '2020-01-01T00:00:00Z',
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      AttachedManagedPolicies: attached.map((arn) => ({
        PolicyName: arn.slice(arn.lastIndexOf('/') + 1),
        PolicyArn: arn,
      })),
      ...(boundary === undefined
        ? {}
        : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary } }),
    },
    inline: statements.length === 0 ? [] : [{ PolicyName: name, PolicyDocument: document(...statements) }],
  };
}

export function user(name: string, statements: readonly Json[] = [], holds: Holds = {}): Json {
  const { common, inline } = holder(name, statements, holds);
  return {
    ...common,
    UserName: name,
    UserId: `AIDA${name.toUpperCase().padEnd(17, 'X')}`,
    Arn: iam(`user/${name}`, holds.account),
    GroupList: holds.groups ?? [],
    UserPolicyList: inline,
  };
}

export function role(name: string, trusts: readonly Json[], statements: readonly Json[] = [], holds: Holds = {}): Json {
  const { common, inline } = holder(name, statements, holds);
  const path = holds.path ?? '/';
  return {
    ...common,
    Path: path,
    RoleName: name,
    RoleId: `AROA${name.toUpperCase().slice(0, 17).padEnd(17, 'X')}`,
    Arn: iam(`role${path}${name}`, holds.account),
    AssumeRolePolicyDocument: document(...trusts),
    RolePolicyList: inline,
    InstanceProfileList: [],
  };
}

export function group(name: string, statements: readonly Json[]): Json {
  const { common, inline } = holder(name, statements, {});
  return {
    GroupName: name,
    GroupId: `AGPA${name}`,
    Path: '/',
    Arn: iam(`group/${name}`),
    GroupPolicyList: inline,
    AttachedManagedPolicies: common.AttachedManagedPolicies,
  };
}

/** A customer managed policy of the home account. */
export function policy(name: string, statements: readonly Json[], versions = 1): Json {
  return {
    PolicyName: name,
    Arn: iam(`policy/${name}`),
    DefaultVersionId: `v${versions}`,
    PolicyVersionList: Array.from({ length: versions }, (_, index) => ({
      VersionId: `v${versions - index}`,
      IsDefaultVersion: index === 0,
      Document: document(...statements),
    })),
  };
}

export const resource = (TypeName: string, Identifier: string, Properties: Json = {}): Json => ({
  TypeName,
  Identifier,
  Properties,
});

/** A bucket with a policy on its objects; none where no statements are given. */
export function bucket(name: string, ...statements: readonly Json[]): readonly Json[] {
  const itself = resource('AWS::S3::Bucket', name);
  if (statements.length === 0) return [itself];
  return [itself, resource('AWS::S3::BucketPolicy', name, { Bucket: name, PolicyDocument: document(...statements) })];
}

/** What S3 blocks in a whole account. */
export const accountBlock = (settings: Json = {}): Json =>
  resource('AWS::S3::AccountPublicAccessBlock', 'account', settings);

export const objectIn = (name: string): string => `arn:aws:s3:::${name}/file`;

export interface Account {
  readonly users?: readonly Json[];
  readonly groups?: readonly Json[];
  readonly roles?: readonly Json[];
  readonly policies?: readonly Json[];
  readonly resources?: readonly Json[];
  /** What S3 blocks in the whole account: nothing by default; null where the input does not tell. */
  readonly blocks?: Json | null;
  readonly files?: AwsAccountObjects;
}

/** Statements of guard policies; the policies of AWS that allow everything are attached beside them. */
export interface Guards {
  /** Allow lists that take the place of `FullAWSAccess`, by target. */
  readonly only?: Readonly<Record<string, readonly Json[]>>;
  /** Service control policies beside `FullAWSAccess`, by target (`r-1`, `ou-1`, an account id). */
  readonly scps?: Readonly<Record<string, readonly Json[]>>;
  readonly rcps?: Readonly<Record<string, readonly Json[]>>;
  /** Policy types enabled on the root; both by default. */
  readonly enabled?: readonly string[];
}

export const SCP = 'SERVICE_CONTROL_POLICY';
export const RCP = 'RESOURCE_CONTROL_POLICY';
export const ORGANIZATION = 'o-example';

/** An organization: the root holds the management account and `ou-1`, which holds the two member accounts. */
export function organization({ only = {}, scps = {}, rcps = {}, enabled = [SCP, RCP] }: Guards = {}): Json {
  const arn = `arn:aws:organizations::${MANAGEMENT}`;
  const targets = ['r-1', 'ou-1', MANAGEMENT, HOME, OTHER];
  const policies: Json[] = [];
  const attachments: Json[] = [
    { PolicyId: 'p-FullAWSAccess', TargetIds: targets.filter((target) => only[target] === undefined) },
    { PolicyId: 'p-RCPFullAWSAccess', TargetIds: targets },
  ];
  const add = (Type: string, target: string, statements: readonly Json[]): void => {
    const Id = `p-${policies.length}`;
    const Arn = `${arn}:policy/${ORGANIZATION}/${Type.toLowerCase()}/${Id}`;
    policies.push({ Id, Arn, Name: Id, Type, Content: JSON.stringify(document(...statements)) });
    attachments.push({ PolicyId: Id, TargetIds: [target] });
  };
  for (const [target, statements] of Object.entries(only)) add(SCP, target, statements);
  for (const [target, statements] of Object.entries(scps)) add(SCP, target, statements);
  for (const [target, statements] of Object.entries(rcps)) {
    add(
      RCP,
      target,
      statements.map((one) => ({ ...one, Principal: '*' })),
    );
  }
  const account = (Id: string, ParentId: string): Json => ({
    Id,
    Arn: `${arn}:account/${ORGANIZATION}/${Id}`,
    Name: Id,
    ParentId,
    Status: 'ACTIVE',
  });
  return {
    Organization: { Id: ORGANIZATION, Arn: `${arn}:organization/${ORGANIZATION}`, MasterAccountId: MANAGEMENT },
    Roots: [
      {
        Id: 'r-1',
        Arn: `${arn}:root/${ORGANIZATION}/r-1`,
        Name: 'Root',
        PolicyTypes: enabled.map((Type) => ({ Type, Status: 'ENABLED' })),
      },
    ],
    OrganizationalUnits: [{ Id: 'ou-1', Arn: `${arn}:ou/${ORGANIZATION}/ou-1`, Name: 'Unit', ParentId: 'r-1' }],
    Accounts: [account(MANAGEMENT, 'r-1'), account(HOME, 'ou-1'), account(OTHER, 'ou-1')],
    Policies: policies,
    PolicyAttachments: attachments,
  };
}

export interface World {
  readonly accounts: Readonly<Record<string, Account>>;
  /** What organization.json holds; stated to be no organization by default, null where there is no such file. */
  readonly organization?: Json | null;
}

/** One account of its own. */
export const home = (account: Account): World => ({ accounts: { [HOME]: account } });

/** What can be asked of a world. */
export interface Asked {
  readonly can: (principal: string, action: string, on: string, context?: Json) => Verdict;
  /** What would have to change for a denied request. */
  readonly needs: (principal: string, action: string, on: string) => readonly DecisionNeed[];
  /** A service acting as itself. */
  readonly service: (name: string, action: string, on: string, context?: Json) => Verdict;
  readonly whoCan: (action: string, on: string) => Readonly<Record<string, string>>;
  /** What an identity or credential reaches, by id. */
  readonly reach: (subject: string) => Readonly<Record<string, string>>;
  readonly radius: (subject: string) => Radius;
  readonly graph: GraphIndex;
}

export function ask({ accounts, organization: file = { Organization: null } }: World): Asked {
  const objects = Object.fromEntries(
    Object.entries(accounts).map(
      ([id, { users = [], groups = [], roles = [], policies = [], resources = [], blocks = {}, files }]) => [
        id,
        {
          authorizationDetails: {
            UserDetailList: users,
            GroupDetailList: groups,
            RoleDetailList: roles,
            Policies: policies,
          },
          resources: blocks === null ? resources : [...resources, accountBlock(blocks)],
          ...files,
        },
      ],
    ),
  );
  const input = awsInputFromObjects({
    ...(file === null ? {} : { organization: file }),
    collectedAt: NOW,
    accounts: objects,
  });
  const now = Date.parse(NOW);
  const graph = new GraphIndex(normalizeAws(input, { now: NOW }));
  const model = new AuthorizationModel(graph, [awsSemantics]);
  let engine: ReturnType<typeof analysisEngine> | undefined;
  const radius = (subject: string): Radius => {
    engine ??= analysisEngine(deriveReach(model, [awsTechniques], { now, access: [awsAccess] }));
    return radiusOf(engine, subject, { now });
  };
  return {
    graph,
    can: (principal, action, on, context) =>
      can(model, { principal, action, resource: on, now, context: contextOf(context) }).verdict,
    needs: (principal, action, on) => can(model, { principal, action, resource: on, now }).needs,
    service: (name, action, on, context) =>
      verdictOf(
        decideQuery(
          model,
          serviceQuery(model, 'aws', name, { action, resource: on, now, context: contextOf(context) }),
        ),
      ),
    whoCan: (action, on) =>
      Object.fromEntries(whoCan(model, { action, resource: on, now }).map(({ id, certainty }) => [id, certainty])),
    reach: (subject) => Object.fromEntries(radius(subject).reaches.map(({ id, certainty }) => [id, certainty])),
    radius,
  };
}

function contextOf(context: Json = {}): RequestContext {
  return new Map(
    Object.entries(context).map(([key, value]): [string, readonly string[] | null] => {
      if (value === null) return [key.toLowerCase(), null];
      return [key.toLowerCase(), Array.isArray(value) ? value.map(String) : [String(value)]];
    }),
  );
}

/** One verdict: name, the world, who does what on what, and what must come out. */
export type Row = readonly [
  name: string,
  world: World,
  request: readonly [principal: string, action: string, on: string, context?: Json],
  expected: Verdict,
];

/** A test for each row. */
export function verdicts(section: string, rows: readonly Row[]): void {
  for (const [name, world, [principal, action, on, context], expected] of rows) {
    test(`aws.md ${section}: ${name}`, () => {
      const asked = ask(world);
      const verdict = principal.endsWith('.amazonaws.com')
        ? asked.service(principal, action, on, context)
        : asked.can(principal, action, on, context);
      expect(verdict).toBe(expected);
    });
  }
}
