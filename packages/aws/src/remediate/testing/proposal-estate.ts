import type { ProposedPolicy, RightSizedPolicy } from '@keyreach/core/analysis';
import { GraphBuilder, GraphIndex, type Observation, type Usage } from '@keyreach/core/graph';
import { A, details, estate, group, NOW, policy, role, SCOPE, user } from '../../normalize/testing/estate.ts';
import { rightSizedPolicy } from '../right-sized-policy.ts';

/** A user or role `app` with policies, and what is known of its use. */
export interface ProposalEstate {
  readonly type?: 'user' | 'role';
  /** Texts of inline policies `inline-0`, `inline-1`, … */
  readonly inline?: readonly unknown[];
  /** Texts of managed policies `managed-0`, … */
  readonly managed?: readonly unknown[];
  /** Of a user: texts of the inline policies of its group `team`. */
  readonly group?: readonly unknown[];
  readonly boundary?: unknown;
  readonly extra?: Readonly<Record<string, unknown>>;
  /** As in `resources.json`. */
  readonly resources?: readonly unknown[];
  readonly usage?: readonly Partial<Usage>[];
  readonly observations?: readonly Partial<Observation>[];
}

export const WINDOW_DAYS = 90;
const CREATED = '2020-01-01T00:00:00Z';

/** So many days before `NOW`. */
export function ago(days: number): string {
  return new Date(Date.parse(NOW) - days * 86_400_000).toISOString();
}

/** A statement in a policy of its own. */
export function allow(Action: unknown, Resource: unknown = '*', Condition?: unknown): unknown {
  return {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) },
  };
}

/** A trail that saw these actions of everybody in the account for a year. */
export function watched(...include: readonly string[]): Partial<Observation> {
  return { actions: { include, exclude: [] } };
}

/** The graph of an estate, and the id of `app` in it. */
export function proposalGraph(given: ProposalEstate): { readonly graph: GraphIndex; readonly id: string } {
  const { type = 'role', inline = [], managed = [], usage = [], observations = [] } = given;
  const inlineList = (texts: readonly unknown[]) =>
    texts.map((PolicyDocument, index) => ({ PolicyName: `inline-${index}`, PolicyDocument }));
  const policies = managed.map((text, index) => policy(`managed-${index}`, text));
  const attached = policies.map(({ Arn, PolicyName }) => ({ PolicyArn: Arn, PolicyName }));
  const boundary = given.boundary === undefined ? [] : [policy('boundary', given.boundary)];
  const common = {
    CreateDate: CREATED,
    AttachedManagedPolicies: attached,
    ...(boundary[0] === undefined
      ? {}
      : { PermissionsBoundary: { PermissionsBoundaryArn: boundary[0]['Arn'], PermissionsBoundaryType: 'Policy' } }),
    ...given.extra,
  };
  const users = [
    user('app', {
      ...common,
      UserPolicyList: inlineList(inline),
      GroupList: given.group === undefined ? [] : ['team'],
    }),
    user('other', {
      GroupList: given.group === undefined ? [] : ['team'],
      UserPolicyList: [],
      AttachedManagedPolicies: [],
    }),
  ];
  const roles = [role('app', { Service: 'ec2.amazonaws.com' }, { ...common, RolePolicyList: inlineList(inline) })];
  const groups =
    given.group === undefined
      ? []
      : [group('team', { GroupPolicyList: inlineList(given.group), AttachedManagedPolicies: [] })];
  const built = estate({
    authorizationDetails: details({
      ...(type === 'user' ? { users, groups } : { roles }),
      policies: [...policies, ...boundary],
    }),
    ...(given.resources === undefined ? {} : { resources: given.resources }),
  });
  const id = `arn:aws:iam::${A}:${type}/app`;
  const builder = new GraphBuilder();
  const { nodes, edges, documents, policies: all, attachments, gaps } = built.graph;
  for (const node of nodes) builder.node(node);
  for (const edge of edges) builder.edge(edge);
  const documentIds = new Map<string, string>();
  for (const { id: known, ...content } of documents) documentIds.set(known, builder.document(content));
  for (const one of all) builder.policy({ ...one, document: documentIds.get(one.document)! });
  for (const attachment of attachments) builder.attachment(attachment);
  for (const gap of gaps) builder.gap(gap);
  for (const row of usage) {
    builder.usage({
      identity: id,
      action: 's3:GetObject',
      last: ago(10),
      count: 1,
      source: 'cloudtrail-files',
      ...row,
    });
  }
  for (const observation of observations) {
    builder.observation({
      subject: SCOPE,
      actions: { include: ['*'], exclude: [] },
      granularity: 'action',
      from: ago(365),
      to: NOW,
      source: 'cloudtrail-files',
      ...observation,
    });
  }
  return { graph: new GraphIndex(builder.build()), id };
}

/** What is made of an estate. */
export function rightSized(given: ProposalEstate, unknown?: 'keep' | 'drop'): RightSizedPolicy {
  const { graph, id } = proposalGraph(given);
  const identity = graph.identity(id)!;
  return rightSizedPolicy(graph, identity, {
    now: NOW,
    windowDays: WINDOW_DAYS,
    ...(unknown === undefined ? {} : { unknown }),
  });
}

/** The same, where a policy is proposed. */
export function proposed(given: ProposalEstate, unknown?: 'keep' | 'drop'): ProposedPolicy {
  const result = rightSized(given, unknown);
  if (result.outcome === 'withheld') throw new Error(result.reasons.join('; '));
  return result;
}

/** The statements of all documents. */
export function statementsOf({ documents }: ProposedPolicy): readonly unknown[] {
  return documents.flatMap(({ document }) => document['Statement'] as readonly unknown[]);
}
