import {
  type Attachment,
  type Gap,
  type Graph,
  GraphIndex,
  type GraphNode,
  type Policy,
  type PolicyDocument,
} from '@keyreach/core/graph';
import { type AwsAccountObjects, awsInputFromObjects } from '../../bundle/input-from-objects.ts';
import { ABSENT } from '../../bundle/merge-inputs.ts';
import { normalizeAws } from '../normalize.ts';

/** The account most tests are about. */
export const A = '444455556666';
/** Its scope node. */
export const SCOPE = `arn:aws:account::${A}:account`;
export const NOW: string = '2026-06-02T00:00:00.000Z';

export const ALLOW_ALL = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

export const arn = (resource: string, account = A): string => `arn:aws:iam::${account}:${resource}`;

export function user(name: string, extra: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    UserName: name,
    Arn: arn(`user/${name}`),
    Path: '/',
    UserId: `AIDA${name.toUpperCase().padEnd(16, 'X')}`,
    ...extra,
  };
}

export function group(name: string, extra: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { GroupName: name, Arn: arn(`group/${name}`), Path: '/', ...extra };
}

export function role(
  name: string,
  principal: unknown,
  extra: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    RoleName: name,
    Arn: arn(`role/${name}`),
    Path: '/',
    RoleId: `AROA${name.toUpperCase().padEnd(16, 'X')}`,
    AssumeRolePolicyDocument: trust(principal),
    ...extra,
  };
}

export function trust(principal: unknown, condition?: unknown): Record<string, unknown> {
  const statement = { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' };
  return {
    Version: '2012-10-17',
    Statement: [condition === undefined ? statement : { ...statement, Condition: condition }],
  };
}

export function policy(name: string, document: unknown, owner = A): Record<string, unknown> {
  return {
    PolicyName: name,
    Arn: arn(`policy/${name}`, owner),
    DefaultVersionId: 'v1',
    PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: document }],
  };
}

export function details(lists: {
  readonly users?: readonly unknown[];
  readonly groups?: readonly unknown[];
  readonly roles?: readonly unknown[];
  readonly policies?: readonly unknown[];
}): Record<string, unknown> {
  return {
    UserDetailList: lists.users ?? [],
    GroupDetailList: lists.groups ?? [],
    RoleDetailList: lists.roles ?? [],
    Policies: lists.policies ?? [],
  };
}

/** A graph with what tests ask of it. */
export class Estate {
  readonly graph: Graph;
  readonly index: GraphIndex;

  constructor(graph: Graph) {
    this.graph = graph;
    this.index = new GraphIndex(graph);
  }

  node(id: string): GraphNode {
    const node = this.index.node(id);
    if (node === undefined) throw new Error(`no node ${id}`);
    return node;
  }

  /** Edges as `type from -> to`, with the certainty where it is not plain. */
  edges(...types: readonly string[]): readonly string[] {
    return this.graph.edges
      .filter(({ type }) => types.length === 0 || types.includes(type))
      .map(
        ({ type, from, to, certainty }) =>
          `${type} ${from} -> ${to}${certainty === undefined ? '' : ` (${certainty})`}`,
      );
  }

  policy(id: string): Policy {
    const found = this.graph.policies.find((candidate) => candidate.id === id);
    if (found === undefined) throw new Error(`no policy ${id}`);
    return found;
  }

  document(policyId: string): PolicyDocument {
    const id = this.policy(policyId).document;
    const found = this.graph.documents.find((candidate) => candidate.id === id);
    if (found === undefined) throw new Error(`no document ${id}`);
    return found;
  }

  /** In order of the policies' ids. */
  attachments(node: string): readonly Attachment[] {
    const attachments = this.graph.attachments.filter((attachment) => attachment.node === node);
    return attachments.sort((left, right) => (left.policy < right.policy ? -1 : 1));
  }

  /** Gaps other than those for files that are not there. */
  gaps(what?: string): readonly Gap[] {
    return this.graph.gaps.filter((gap) => gap.why !== ABSENT && (what === undefined || gap.what === what));
  }
}

/** What the graph builder tells of records that do not fit together; all other gaps say which kind they are. */
const OF_THE_BUILDER: ReadonlySet<string> = new Set(['duplicate id', 'duplicate policy id', 'scope']);

/** The graph of accounts given as objects, of account `A` where only its files are given. */
export function estate(
  accounts: Readonly<Record<string, AwsAccountObjects>> | AwsAccountObjects,
  more: { readonly organization?: unknown; readonly collectedAt?: string } = {},
): Estate {
  const byId = Object.keys(accounts).every((key) => /^\d{12}$/.test(key));
  const input = awsInputFromObjects({
    organization: { Organization: null },
    ...more,
    accounts: byId ? (accounts as Readonly<Record<string, AwsAccountObjects>>) : { [A]: accounts as AwsAccountObjects },
  });
  const graph = normalizeAws(input, { now: NOW });
  for (const { kind, what, why } of graph.gaps) {
    if (kind === undefined && !OF_THE_BUILDER.has(what)) throw new Error(`no kind: ${what}: ${why}`);
  }
  return new Estate(graph);
}
