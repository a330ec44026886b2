/** Small AWS estates for questions that `keyreach can --explain` answers, and the page it prints for them. */
import { awsInputFromObjects, awsSemantics, normalizeAws } from '@keyreach/aws/offline';
import { type AccessAnswer, AuthorizationModel, can } from '@keyreach/core/authz';
import { type Graph, GraphIndex, type Statement } from '@keyreach/core/graph';
import { labelsOfGraph, plainPalette, verdictPage } from '@keyreach/report';

export const HOME = '111111111111';
export const OTHER = '222222222222';
const MANAGEMENT = '999999999999';
export const NOW = '2026-06-01T00:00:00.000Z';

/** Any JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** The parts of an account, as the APIs give them. */
export interface Account {
  readonly users?: readonly Json[];
  readonly groups?: readonly Json[];
  readonly roles?: readonly Json[];
  readonly policies?: readonly Json[];
  readonly keys?: readonly Json[];
  /** Null: not in the input. */
  readonly resources?: readonly Json[] | null;
  readonly serviceCredentials?: readonly Json[];
}

/** What an estate consists of beside the home account. */
export interface Around {
  readonly other?: Account;
  /** Undefined: in no organization; null: not in the input. */
  readonly organization?: Json | null;
}

export const arn = (resource: string, account = HOME): string => `arn:aws:iam::${account}:${resource}`;

/** A statement of an identity policy. */
export function rule(
  effect: 'Allow' | 'Deny',
  action: string | readonly string[],
  resource: string | readonly string[] = '*',
  condition?: Json,
  more: Json = {},
): Json {
  return {
    Effect: effect,
    Action: action,
    Resource: resource,
    ...(condition === undefined ? {} : { Condition: condition }),
    ...more,
  };
}

/** A statement of a policy on a resource. */
export function grant(principal: unknown, action: string, resource = '*', condition?: Json, effect = 'Allow'): Json {
  return {
    Effect: effect,
    Principal: principal,
    Action: action,
    Resource: resource,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

export const text = (...statements: readonly Json[]): Json => ({ Version: '2012-10-17', Statement: statements });

export interface Holds {
  readonly boundary?: string;
  readonly attached?: readonly string[];
  readonly groups?: readonly string[];
  readonly account?: string;
  readonly path?: string;
  readonly tags?: Json;
}

const common = (name: string, { boundary, attached = [], path = '/', tags = {} }: Holds): Json => ({
  Path: path,
  CreateDate: '2020-01-01T00:00:00Z',
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  AttachedManagedPolicies: attached.map((one) => ({ PolicyName: one.slice(one.lastIndexOf('/') + 1), PolicyArn: one })),
  ...(boundary === undefined
    ? {}
    : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary } }),
  name,
});

export function user(name: string, statements: readonly Json[] = [], holds: Holds = {}): Json {
  const { name: _, ...rest } = common(name, holds);
  return {
    ...rest,
    UserName: name,
    UserId: `AIDA${name.toUpperCase().padEnd(17, 'X')}`,
    Arn: arn(`user/${name}`, holds.account),
    GroupList: holds.groups ?? [],
    UserPolicyList:
      statements.length === 0 ? [] : [{ PolicyName: `${name}-inline`, PolicyDocument: text(...statements) }],
  };
}

export function role(name: string, trusts: readonly Json[], statements: readonly Json[] = [], holds: Holds = {}): Json {
  const { name: _, ...rest } = common(name, holds);
  return {
    ...rest,
    RoleName: name,
    RoleId: `AROA${name.toUpperCase().slice(0, 17).padEnd(17, 'X')}`,
    Arn: arn(`role${holds.path ?? '/'}${name}`, holds.account),
    AssumeRolePolicyDocument: text(...trusts.map(({ Resource: __, ...trust }) => trust)),
    RolePolicyList:
      statements.length === 0 ? [] : [{ PolicyName: `${name}-inline`, PolicyDocument: text(...statements) }],
    InstanceProfileList: [],
  };
}

export function group(name: string, statements: readonly Json[]): Json {
  return {
    GroupName: name,
    GroupId: `AGPA${name.toUpperCase().padEnd(17, 'X')}`,
    Path: '/',
    Arn: arn(`group/${name}`),
    GroupPolicyList: [{ PolicyName: `${name}-inline`, PolicyDocument: text(...statements) }],
    AttachedManagedPolicies: [],
  };
}

export function policy(name: string, document: unknown): Json {
  return {
    PolicyName: name,
    Arn: arn(`policy/${name}`),
    DefaultVersionId: 'v1',
    PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: document }],
  };
}

export const resource = (TypeName: string, Identifier: string, Properties: Json = {}): Json => ({
  TypeName,
  Identifier,
  Properties,
});

export const bucket = (name: string, tags: Json = {}): Json =>
  resource('AWS::S3::Bucket', name, {
    BucketName: name,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  });

export const bucketPolicy = (name: string, ...statements: readonly Json[]): Json =>
  resource('AWS::S3::BucketPolicy', name, { Bucket: name, PolicyDocument: text(...statements) });

export const accessKey = (UserName: string, Status = 'Active'): Json => ({
  UserName,
  AccessKeyId: `AKIA${UserName.toUpperCase()}`.padEnd(20, '0'),
  Status,
  CreateDate: '2020-01-01T00:00:00Z',
});

const CONTROL = `arn:aws:organizations::${MANAGEMENT}`;

/** An organization with the root, the unit `Prod` with the home account, and the other account at the root. */
export function organization(
  policies: readonly {
    readonly name: string;
    readonly on: readonly string[];
    readonly statements: readonly Json[];
    readonly kind?: 'RESOURCE';
  }[] = [],
  full: readonly string[] = ['r-1', 'ou-1', HOME, OTHER, MANAGEMENT],
  management: string = MANAGEMENT,
): Json {
  return {
    Organization: { Id: 'o-1', Arn: `${CONTROL}:organization/o-1`, MasterAccountId: management, FeatureSet: 'ALL' },
    Roots: [
      {
        Id: 'r-1',
        Arn: `${CONTROL}:root/o-1/r-1`,
        Name: 'Root',
        PolicyTypes: ['SERVICE', 'RESOURCE'].map((kind) => ({ Type: `${kind}_CONTROL_POLICY`, Status: 'ENABLED' })),
      },
    ],
    OrganizationalUnits: [{ Id: 'ou-1', Arn: `${CONTROL}:ou/o-1/ou-1`, Name: 'Prod', ParentId: 'r-1' }],
    Accounts: [
      [HOME, 'shop', 'ou-1'],
      [OTHER, 'tools', 'r-1'],
      [MANAGEMENT, 'payer', 'r-1'],
    ].map(([Id, Name, ParentId]) => ({ Id, Arn: `${CONTROL}:account/o-1/${Id}`, Name, Status: 'ACTIVE', ParentId })),
    Policies: policies.map(({ name, statements, kind = 'SERVICE' }) => ({
      Id: `p-${name}`,
      Arn: `${CONTROL}:policy/o-1/${kind.toLowerCase()}_control_policy/p-${name}`,
      Name: name,
      Type: `${kind}_CONTROL_POLICY`,
      Content: JSON.stringify(text(...statements)),
    })),
    PolicyAttachments: [
      { PolicyId: 'p-FullAWSAccess', TargetIds: full },
      { PolicyId: 'p-RCPFullAWSAccess', TargetIds: ['r-1', 'ou-1', HOME, OTHER, MANAGEMENT] },
      ...policies.map(({ name, on }) => ({ PolicyId: `p-${name}`, TargetIds: on })),
    ],
  };
}

function files({
  users = [],
  groups = [],
  roles = [],
  policies = [],
  keys = [],
  resources = [],
  serviceCredentials = [],
}: Account): Json {
  return {
    authorizationDetails: { UserDetailList: users, GroupDetailList: groups, RoleDetailList: roles, Policies: policies },
    accessKeys: keys,
    serviceSpecificCredentials: serviceCredentials,
    ...(resources === null ? {} : { resources }),
  };
}

/** A question and its answer, as data and as the two pages; runs of spaces and line ends are one space. */
export interface Asked {
  readonly answer: AccessAnswer;
  readonly full: string;
  readonly short: string;
  /** The page as it is printed. */
  readonly page: string;
}

/** The graph of an estate. */
export function graphOf(home: Account, { other, organization: tree }: Around = {}): Graph {
  const input = awsInputFromObjects({
    ...(tree === null ? {} : { organization: tree ?? { Organization: null } }),
    collectedAt: NOW,
    accounts: { [HOME]: files(home), ...(other === undefined ? {} : { [OTHER]: files(other) }) },
  });
  return normalizeAws(input, { now: NOW });
}

/** What is known of a request beside who does what. */
export interface Asking {
  readonly context?: ReadonlyMap<string, readonly string[]>;
  readonly credential?: string;
  /** A statement placed on the credential as its session policy. */
  readonly sessionPolicy?: Statement;
}

/** Asks one question of an estate. */
export function ask(
  home: Account,
  [principal, action, target]: readonly [string, string, string],
  around: Around = {},
  { sessionPolicy, ...more }: Asking = {},
): Asked {
  const plain = graphOf(home, around);
  const id = 'session-policy';
  const held = { id, provider: 'aws', name: 'office-hours', type: 'session-policy', document: id };
  const graph =
    sessionPolicy === undefined || more.credential === undefined
      ? plain
      : {
          ...plain,
          documents: [...plain.documents, { id, provider: 'aws', statements: [sessionPolicy] }],
          policies: [...plain.policies, held],
          attachments: [...plain.attachments, { policy: id, node: more.credential, role: 'identity-guard' as const }],
        };
  const model = new AuthorizationModel(new GraphIndex(graph), [awsSemantics]);
  const answer = can(model, { principal, action, resource: target, now: Date.parse(NOW), ...more });
  const view = { width: 120, palette: plainPalette, labels: labelsOfGraph(model.graph) };
  const subject = { principal, action, resource: target, answer };
  const page = verdictPage(subject, view, { everything: true });
  const flat = (shown: string): string => shown.replace(/\s+/g, ' ').trim();
  return { answer, page, full: flat(page), short: flat(verdictPage(subject, view, { everything: false })) };
}
