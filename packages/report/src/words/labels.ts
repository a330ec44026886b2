import type { EstateAnalysis, Radius } from '@keyreach/core/analysis';
import { isOutsider } from '@keyreach/core/authz';
import type { GraphIndex, GraphNode, NodeId } from '@keyreach/core/graph';
import { zoneOfMade } from '@keyreach/core/reach';

/** What a node is called in a report. */
export interface Label {
  readonly name: string;
  /** In words: `access key`, `role`, `S3 bucket`; empty where the result does not tell. */
  readonly type: string;
  /** For a credential: the name of the identity it authenticates as. */
  readonly owner?: string;
  /** Name of the account, project or subscription it lies in. */
  readonly place?: string;
}

/** Finds the label of a node. Knows an answer for every id, if only a part of the id. */
export type Labels = (id: NodeId) => Label;

/** Labels with everything the graph knows. */
export function labelsOfGraph(graph: GraphIndex): Labels {
  const kept = new Map<NodeId, Label>();
  return (id) => {
    const known = kept.get(id);
    if (known !== undefined) return known;
    const node = graph.node(id);
    const label = node === undefined ? unknownLabel(id, (zone) => graph.node(zone)?.name) : graphLabel(node, graph);
    kept.set(id, label);
    return label;
  };
}

/** Labels from a result alone, for those who have no graph at hand. */
export function labelsOfAnalysis({ subjects, stories, unused }: EstateAnalysis): Labels {
  const labels = new Map<NodeId, Label>();
  const scopes = new Map<NodeId, string>();
  for (const story of stories) for (const { scope, name } of story.admin) scopes.set(scope, name);
  const add = (id: NodeId, name: string, type: string, scope?: NodeId, owner?: string): void => {
    if (labels.has(id)) return;
    labels.set(id, {
      name,
      type: typeText(type),
      ...(owner === undefined ? {} : { owner }),
      ...(scope === undefined ? {} : { place: scopes.get(scope) ?? scopeTail(scope) }),
    });
  };
  for (const { scope, name } of scopesOf(stories)) add(scope, name, '');
  for (const { id, name, type } of unused) add(id, name, type);
  for (const story of stories) for (const { id, name, type, scope } of story.reaches) add(id, name, type, scope);
  for (const { id, kind, name, type, scope, identity } of [...subjects, ...stories.map(({ subject }) => subject)]) {
    add(id, name, type, scope, kind === 'credential' ? (labels.get(identity)?.name ?? tailOf(identity)) : undefined);
  }
  return (id) => labels.get(id) ?? unknownLabel(id, (zone) => scopes.get(zone));
}

/** What is not in the result: an identity made on the way, or anything else by a part of its id. */
function unknownLabel(id: NodeId, nameOf: (scope: NodeId) => string | undefined): Label {
  if (isOutsider(id)) return { name: 'an account of the attacker’s own', type: '' };
  const zone = zoneOfMade(id);
  if (zone === undefined) return { name: tailOf(id), type: '' };
  return { name: 'a new identity', type: '', place: nameOf(zone) ?? scopeTail(zone) };
}

/** A label on one line: `access key AKIA… of mia.keller (shop-dev)`. */
export function labelText({ name, type, owner, place }: Label): string {
  const what = saysItself(name, type) ? name : `${type} ${name}`;
  return `${what}${owner === undefined ? '' : ` of ${owner}`}${place === undefined ? '' : ` (${place})`}`;
}

/** Whether a name names its type: `root user`, `console password`. */
function saysItself(name: string, type: string): boolean {
  return type === '' || name.toLowerCase().split(' ').includes(type.toLowerCase());
}

/** A node type in words: `access-key` is an access key, `AWS::S3::Bucket` an S3 bucket. */
export function typeText(type: string): string {
  if (!type.includes('::')) return type.replaceAll('-', ' ');
  const [, service = '', ...rest] = type.split('::');
  return `${service} ${rest
    .join(' ')
    .replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, ' ')
    .toLowerCase()}`.trim();
}

function graphLabel(node: GraphNode, graph: GraphIndex): Label {
  const place = node.kind === 'scope' ? undefined : (graph.zoneOf(node.id) ?? graph.scopesOf(node.id)[0])?.name;
  const owner = node.kind === 'credential' ? graph.outgoing(node.id, 'authenticates')[0]?.to : undefined;
  return {
    name: node.name,
    type: typeText(node.type),
    ...(owner === undefined ? {} : { owner: graph.node(owner)?.name ?? tailOf(owner) }),
    ...(place === undefined ? {} : { place }),
  };
}

function scopesOf(stories: readonly Radius[]): readonly { readonly scope: NodeId; readonly name: string }[] {
  return stories.flatMap(({ admin }) => admin);
}

/** The last part of an id, which most providers make the name. */
function tailOf(id: NodeId): string {
  return id.slice(Math.max(id.lastIndexOf('/'), id.lastIndexOf('#'), id.lastIndexOf(':')) + 1) || id;
}

/** The last part of a scope's id that holds a digit: account ids and project numbers do, words do not. */
function scopeTail(id: NodeId): string {
  const parts = id.split(/[:/]/);
  return parts.findLast((part) => /\d/.test(part)) ?? tailOf(id);
}
