import { awsInputFromObjects, normalizeAws } from '@keyreach/aws/offline';
import type { Graph, GraphEdge, GraphNode, NodeId, Statement } from '@keyreach/core/graph';
import { time } from './derivation-agrees.ts';

/** The account that small accounts are, and its scope. */
export const account = '111111111111';
export const zone: NodeId = `arn:aws:account::${account}:account`;

/** ARN of something in IAM of the account. */
export function arn(kind: 'user' | 'role' | 'group' | 'policy', name: string): string {
  return `arn:aws:iam::${account}:${kind}/${name}`;
}

type RawStatement = Readonly<Record<string, unknown>>;

/** An Allow statement of a policy. */
export function allow(
  actions: string | readonly string[],
  resource: string = '*',
  condition?: Readonly<Record<string, unknown>>,
): RawStatement {
  const when = condition === undefined ? {} : { Condition: condition };
  return { Effect: 'Allow', Action: actions, Resource: resource, ...when };
}

/** A Deny statement of a policy, on everything. */
export function deny(actions: string | readonly string[]): RawStatement {
  return { Effect: 'Deny', Action: actions, Resource: '*' };
}

/** A user, role or group: its inline policy, and what else it holds. */
export interface SmallIdentity {
  readonly says?: readonly RawStatement[];
  readonly managed?: readonly string[];
  readonly groups?: readonly string[];
  readonly boundary?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Trust policy of a role; EC2 without one. */
  readonly trust?: RawStatement;
}

/** A trust that lets in whoever of the account is allowed to. */
export const trustsAccount: RawStatement = { Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:*' };
/** A trust that lets functions in. */
export const trustsLambda: RawStatement = {
  Effect: 'Allow',
  Principal: { Service: 'lambda.amazonaws.com' },
  Action: 'sts:AssumeRole',
};
const trustsInstances: RawStatement = { ...trustsLambda, Principal: { Service: 'ec2.amazonaws.com' } };

/** One account. */
export interface SmallAccount {
  readonly users?: Readonly<Record<string, SmallIdentity>>;
  readonly roles?: Readonly<Record<string, SmallIdentity>>;
  readonly groups?: Readonly<Record<string, SmallIdentity>>;
  readonly policies?: Readonly<Record<string, readonly RawStatement[]>>;
  /** Name of the role of a function. */
  readonly functionOf?: string;
  /** What no bundle says, added to the graph. */
  readonly more?: Partial<Pick<Graph, 'nodes' | 'edges' | 'documents' | 'policies' | 'attachments'>>;
  /** A guard of the account, as a policy that can be lifted. */
  readonly guard?: readonly Statement[];
}

const created = '2024-01-01T00:00:00Z';
const documentOf = (statements: readonly RawStatement[]): unknown => ({ Version: '2012-10-17', Statement: statements });

function held({ managed = [], boundary, tags = {} }: SmallIdentity): Readonly<Record<string, unknown>> {
  return {
    AttachedManagedPolicies: managed.map((name) => ({ PolicyName: name, PolicyArn: arn('policy', name) })),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    ...(boundary === undefined
      ? {}
      : {
          PermissionsBoundary: {
            PermissionsBoundaryType: 'Policy',
            PermissionsBoundaryArn: arn('policy', boundary),
          },
        }),
  };
}

function inline({ says }: SmallIdentity): readonly unknown[] {
  return says === undefined ? [] : [{ PolicyName: 'inline', PolicyDocument: documentOf(says) }];
}

/** The graph of a small account. */
export function graphOf({ users, roles, groups, policies, functionOf, more, guard }: SmallAccount): Graph {
  const entries = <T>(of: Readonly<Record<string, T>> | undefined): readonly [string, T][] => Object.entries(of ?? {});
  const details = {
    UserDetailList: entries(users).map(([name, user]) => ({
      Path: '/',
      UserName: name,
      UserId: `AIDA${name.toUpperCase()}`,
      Arn: arn('user', name),
      CreateDate: created,
      UserPolicyList: inline(user),
      GroupList: user.groups ?? [],
      ...held(user),
    })),
    RoleDetailList: entries(roles).map(([name, role]) => ({
      Path: '/',
      RoleName: name,
      RoleId: `AROA${name.toUpperCase()}`,
      Arn: arn('role', name),
      CreateDate: created,
      AssumeRolePolicyDocument: documentOf([role.trust ?? trustsInstances]),
      InstanceProfileList: [],
      RolePolicyList: inline(role),
      RoleLastUsed: {},
      ...held(role),
    })),
    GroupDetailList: entries(groups).map(([name, group]) => ({
      Path: '/',
      GroupName: name,
      GroupId: `AGPA${name.toUpperCase()}`,
      Arn: arn('group', name),
      CreateDate: created,
      GroupPolicyList: inline(group),
      AttachedManagedPolicies: held(group)['AttachedManagedPolicies'],
    })),
    Policies: entries(policies).map(([name, says]) => ({
      PolicyName: name,
      PolicyId: `ANPA${name.toUpperCase()}`,
      Arn: arn('policy', name),
      Path: '/',
      DefaultVersionId: 'v1',
      IsAttachable: true,
      CreateDate: created,
      UpdateDate: created,
      PolicyVersionList: [{ Document: documentOf(says), VersionId: 'v1', IsDefaultVersion: true, CreateDate: created }],
    })),
  };
  const worker = `arn:aws:lambda:us-east-1:${account}:function:worker`;
  const resources =
    functionOf === undefined
      ? []
      : [
          {
            TypeName: 'AWS::Lambda::Function',
            Identifier: 'worker',
            Properties: { FunctionName: 'worker', Arn: worker, Role: arn('role', functionOf) },
          },
        ];
  const input = awsInputFromObjects({ accounts: { [account]: { authorizationDetails: details, resources } } });
  const graph = normalizeAws(input, { now: time });
  const root = '111111111111-root';
  const guarded: GraphNode[] = [
    { kind: 'scope', id: root, provider: 'aws', type: 'root', name: root },
    { kind: 'resource', id: 'guard', provider: 'aws', type: 'AWS::Organizations::Policy', name: 'guard', scope: zone },
  ];
  const document = { id: 'guard-text', provider: 'aws', statements: guard ?? [] };
  const policy = { id: 'guard', provider: 'aws', name: 'guard', type: 'scp', document: document.id };
  const attachment = { policy: policy.id, node: zone, role: 'principal-scope-guard' } as const;
  return {
    ...graph,
    nodes: [
      ...graph.nodes.map((node) => (guard !== undefined && node.id === zone ? { ...node, scope: root } : node)),
      ...(guard === undefined ? [] : guarded),
      ...(more?.nodes ?? []),
    ],
    edges: [...graph.edges, ...(more?.edges ?? [])],
    documents: [...graph.documents, ...(guard === undefined ? [] : [document]), ...(more?.documents ?? [])],
    policies: [...graph.policies, ...(guard === undefined ? [] : [policy]), ...(more?.policies ?? [])],
    attachments: [...graph.attachments, ...(guard === undefined ? [] : [attachment]), ...(more?.attachments ?? [])],
  };
}

/** A statement of a text that no bundle holds. */
export function statement(effect: 'allow' | 'deny', actions: readonly string[], index: number): Statement {
  return {
    effect,
    actions: { include: actions, exclude: [] },
    resources: { include: ['*'], exclude: [] },
    index,
  };
}

/** A credential of a user, `key`, acting in sessions of a kind, capped by a text where one is given. */
export function keyOf(user: string, session: string, cap?: readonly Statement[]): NonNullable<SmallAccount['more']> {
  const key: GraphNode = {
    kind: 'credential',
    id: 'key',
    provider: 'aws',
    type: 'access-key',
    name: 'key',
    status: 'active',
    lastUsed: { state: 'unknown' },
    session,
  };
  const edge: GraphEdge = { type: 'authenticates', from: 'key', to: arn('user', user) };
  if (cap === undefined) return { nodes: [key], edges: [edge] };
  return {
    nodes: [key],
    edges: [edge],
    documents: [{ id: 'cap-text', provider: 'aws', statements: cap }],
    policies: [{ id: 'cap', provider: 'aws', name: 'cap', type: 'session', document: 'cap-text' }],
    attachments: [{ policy: 'cap', node: 'key', role: 'identity-guard' }],
  };
}

/** A person of an identity store, or a group of such. */
export function subject(id: NodeId, type: 'identity-center-user' | 'group'): GraphNode {
  return { kind: 'identity', id, provider: 'aws', type, name: id, scope: zone };
}
