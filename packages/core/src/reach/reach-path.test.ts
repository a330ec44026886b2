import { describe, expect, it } from 'vitest';
import { AuthorizationModel } from '../authz/authorization-model.ts';
import { globMatch, literalPrefix } from '../authz/glob.ts';
import type { CompiledCondition, ProviderSemantics } from '../authz/semantics.ts';
import { FALSE, TRUE } from '../authz/truth.ts';
import { GraphIndex } from '../graph/graph-index.ts';
import type { Attachment, GraphEdge, GraphNode, PolicyDocument, Statement } from '../graph/model.ts';
import type { AccessCatalogue } from './access-class.ts';
import { deriveReach } from './derive.ts';
import { reachNodeKinds } from './reach-graph.ts';
import type { ReachModel } from './reach-model.ts';
import { type Hop, pathTo } from './reach-path.ts';
import { searchReach } from './reach-search.ts';
import type { Technique, TechniqueCatalogue } from './technique.ts';

/** A provider of a few actions: ids are paths, the first segment is the zone, resource policies govern what is below. */
const toy: ProviderSemantics = {
  provider: 'toy',
  actions: ['box:Read', 'job:Edit', 'role:Assume', 'role:Edit', 'team:Join', 'zone:Rule'],
  alwaysAllowed: [],
  resources: {
    compile: (pattern) => ({
      prefix: literalPrefix(pattern),
      all: pattern === '*',
      principalKeys: [],
      matches: (resource) => (globMatch(pattern, resource) ? TRUE : FALSE),
      glob: () => pattern,
    }),
  },
  conditions: {
    id: 'none',
    compile: (): CompiledCondition => {
      throw new RangeError('the toy has no conditions');
    },
    principalFact: () => '',
    freshValue: 'fresh',
  },
  requestTemplates: () => [['*']],
  zoneOf: (resource) => (resource.includes('/') ? resource.split('/')[0] : undefined),
  holdersOf: (resource) => [resource.split('/').slice(0, 3).join('/')],
  needsResourceGrant: () => false,
  serviceRule: () => undefined,
  creates: () => false,
  serviceContext: () => new Map(),
  takesOutsiders: () => false,
  listsAll: () => true,
  needsNoConsent: () => false,
  // A door leads to the box of its name.
  alsoGoverns: ({ node }) => (node?.type === 'door' ? { id: node.id.replace('/door/', '/box/') } : undefined),
  frontTypes: new Set(['door']),
  hasServiceRule: () => false,
  session: () => undefined,
};

const row = { provider: 'toy', reference: 'toy', attack: [] } as const;
const identities = { kind: 'identity', types: ['role', 'user'], sameZone: true } as const;
const techniques: readonly Technique[] = [
  {
    ...row,
    id: 'assume',
    title: 'assumes',
    target: identities,
    requires: { allowed: 'role:Assume' },
    yields: 'become',
  },
  { ...row, id: 'edit', title: 'edits', target: identities, requires: { allowed: 'role:Edit' }, yields: 'grant' },
  {
    ...row,
    id: 'join',
    title: 'joins',
    target: { kind: 'identity', types: ['group'], sameZone: true },
    requires: { allowed: 'team:Join' },
    yields: 'join',
  },
  {
    ...row,
    id: 'edit-job',
    title: 'edits a job',
    target: { kind: 'resource', types: ['job'], sameZone: true },
    requires: { allowed: 'job:Edit' },
    yields: 'become-runtime',
  },
  {
    ...row,
    id: 'rule',
    title: 'rules',
    target: { kind: 'zone' },
    requires: { allowed: 'zone:Rule', on: '{zone}' },
    yields: 'control-zone',
  },
];
const catalogue: TechniqueCatalogue = { provider: 'toy', techniques, predicates: {} };
const access: AccessCatalogue = {
  provider: 'toy',
  rowsFor: (type) => {
    const read = { class: 'data-read', action: 'box:Read', on: '{target}' } as const;
    return type === 'box' ? [read] : type === 'door' ? [{ ...read, passedOn: true }] : [];
  },
  classOf: () => 'control',
};

type Rule = readonly [on: string, action: string, resource: string];

/** An estate of one zone `z`: nodes by id and type, rules of identities (`action` on `resource`), and edges. */
function derive(
  types: Readonly<Record<string, string>>,
  rules: readonly Rule[],
  edges: readonly GraphEdge[] = [],
): ReachModel {
  const nodes: GraphNode[] = [{ kind: 'scope', id: 'z', provider: 'toy', type: 'zone', name: 'z', zone: true }];
  for (const [id, type] of Object.entries(types)) {
    const common = { id, provider: 'toy', type, name: id, scope: 'z' };
    nodes.push({ kind: ['box', 'door', 'job'].includes(type) ? 'resource' : 'identity', ...common });
  }
  const documents = rules.map(([, action, resource], at): PolicyDocument => {
    const statement: Statement = {
      effect: 'allow',
      actions: { include: [action], exclude: [] },
      resources: { include: [resource], exclude: [] },
      index: 0,
    };
    return { id: `d${at}`, provider: 'toy', statements: [statement] };
  });
  const policies = documents.map(({ id }, at) => ({
    id: `p${at}`,
    provider: 'toy',
    name: `policy ${at}`,
    type: 'inline',
    document: id,
  }));
  const attachments = rules.map(([on], at): Attachment => ({ policy: `p${at}`, node: on, role: 'identity-grant' }));
  nodes.sort((left, right) => (left.id < right.id ? -1 : 1));
  const graph = new GraphIndex({
    schema: 'keyreach-graph/1',
    nodes,
    edges,
    documents,
    policies,
    attachments,
    usage: [],
    observations: [],
    gaps: [],
  });
  return deriveReach(new AuthorizationModel(graph, [toy]), [catalogue], { now: 0, access: [access] });
}

function path(reach: ReachModel, from: string, to: number | undefined): readonly Hop[] {
  return pathTo(reach, searchReach(reach.graph, reach.nodeOf.get(from)!, 3), to!);
}

/** `from technique to`, and the policies that prove it. */
function told(hops: readonly Hop[]): readonly string[] {
  return hops.map(({ from, technique, to, evidence }) => {
    const proof = evidence.flatMap((one) =>
      one.kind === 'permission' ? one.reasons.map((reason) => reason.policy) : [],
    );
    return `${from} ${technique} ${to}${proof.length === 0 ? '' : ` by ${proof.join(', ')}`}`;
  });
}

/** The node of the only class of access to a resource. */
function accessNode(reach: ReachModel, resource: string): number {
  const { kinds, refs } = reach.graph;
  const ref = reach.accesses.findIndex((leaf) => leaf.resource === resource && leaf.class !== undefined);
  return refs.findIndex((one, node) => one === ref && reachNodeKinds[kinds[node]!] === 'access');
}

describe('pathTo', () => {
  it('is empty at the source', () => {
    const reach = derive({ 'z/user/a': 'user' }, []);
    expect(path(reach, 'z/user/a', reach.nodeOf.get('z/user/a'))).toEqual([]);
  });

  it('tells hop by hop who becomes whom, citing the policy of whoever is held at that point', () => {
    const reach = derive({ 'z/role/b': 'role', 'z/role/c': 'role', 'z/user/a': 'user' }, [
      ['z/user/a', 'role:Assume', 'z/role/b'],
      ['z/role/b', 'role:Assume', 'z/role/c'],
    ]);
    expect(told(path(reach, 'z/user/a', reach.nodeOf.get('z/role/c')))).toEqual([
      'z/user/a assume z/role/b by p0',
      'z/role/b assume z/role/c by p1',
    ]);
  });

  it('takes the shorter of two ways', () => {
    const reach = derive({ 'z/role/b': 'role', 'z/role/c': 'role', 'z/user/a': 'user' }, [
      ['z/user/a', 'role:Assume', '*'],
      ['z/role/b', 'role:Assume', 'z/role/c'],
    ]);
    expect(told(path(reach, 'z/user/a', reach.nodeOf.get('z/role/c')))).toEqual(['z/user/a assume z/role/c by p0']);
  });

  it('goes through a workload to what it runs as', () => {
    const reach = derive(
      { 'z/job/j': 'job', 'z/role/b': 'role', 'z/user/a': 'user' },
      [['z/user/a', 'job:Edit', 'z/job/j']],
      [{ type: 'runs-as', from: 'z/job/j', to: 'z/role/b' }],
    );
    expect(told(path(reach, 'z/user/a', reach.nodeOf.get('z/role/b')))).toEqual([
      'z/user/a edit-job z/job/j by p0',
      'z/job/j runs-as z/role/b',
    ]);
  });

  it('tells both halves of what needs an identity and permissions added to it', () => {
    const reach = derive({ 'z/role/b': 'role', 'z/user/a': 'user' }, [
      ['z/user/a', 'role:Assume', 'z/role/b'],
      ['z/user/a', 'role:Edit', 'z/role/b'],
    ]);
    const hops = path(reach, 'z/user/a', reach.zoneControl.get('z'));
    expect(told(hops)).toEqual([
      'z/user/a assume z/role/b by p0',
      'z/user/a edit z/role/b by p1',
      'z/role/b rule z by added',
    ]);
  });

  it('follows a group that is joined', () => {
    const reach = derive({ 'z/group/g': 'group', 'z/role/b': 'role', 'z/user/a': 'user' }, [
      ['z/user/a', 'team:Join', 'z/group/g'],
      ['z/group/g', 'role:Assume', 'z/role/b'],
    ]);
    expect(told(path(reach, 'z/user/a', reach.nodeOf.get('z/role/b')))[0]).toBe('z/user/a join z/user/a by p0');
    expect(path(reach, 'z/user/a', reach.nodeOf.get('z/role/b')).at(-1)).toMatchObject({ technique: 'assume' });
  });

  it('ends at access to a resource', () => {
    const reach = derive({ 'z/box/x': 'box', 'z/user/a': 'user' }, [['z/user/a', 'box:Read', 'z/box/*']]);
    expect(told(path(reach, 'z/user/a', accessNode(reach, 'z/box/x')))).toEqual([
      'z/user/a access-data-read z/box/x by p0',
    ]);
  });

  it('leads by way of a resource to what stands behind it, and tells which', () => {
    const types = { 'z/user/a': 'user', 'z/door/x': 'door', 'z/box/x': 'box', 'z/box/y': 'box' };
    const reach = derive(types, [['z/user/a', 'box:Read', 'z/door/x']]);
    const hops = path(reach, 'z/user/a', accessNode(reach, 'z/box/x'));
    expect(told(hops)).toEqual(['z/user/a access-data-read z/box/x by p0']);
    expect(hops[0]?.via).toEqual(['z/door/x']);
    expect(hops[0]?.evidence.at(-1)).toEqual({
      kind: 'structure',
      relation: 'stands-before',
      from: 'z/door/x',
      to: 'z/box/x',
      certainty: 'allow',
    });
    expect(told(path(reach, 'z/user/a', accessNode(reach, 'z/door/x')))).toEqual([
      'z/user/a access-data-read z/door/x by p0',
    ]);
    const { distance } = searchReach(reach.graph, reach.nodeOf.get('z/user/a')!, 1);
    expect(distance[accessNode(reach, 'z/box/y')] ?? -1).toBe(-1);
  });

  it('leads to the resource itself, unknown, where what stands behind it is not in the input', () => {
    const reach = derive({ 'z/user/a': 'user', 'z/door/x': 'door' }, [['z/user/a', 'box:Read', 'z/door/x']]);
    const source = reach.nodeOf.get('z/user/a')!;
    const reached = (least: number): number =>
      searchReach(reach.graph, source, least).distance[accessNode(reach, 'z/door/x')]!;
    expect([reached(1), reached(2)]).toEqual([0, -1]);
    expect(reach.accesses.map(({ resource }) => resource)).not.toContain('z/box/x');
  });
});
