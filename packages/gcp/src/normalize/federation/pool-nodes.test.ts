import { type Graph, GraphBuilder, type GraphNode } from '@keyreach/core/graph';
import type { RawRecord } from '@keyreach/core/input';
import { describe, expect, it } from 'vitest';
import type { GcpInput } from '../../bundle/gcp-input.ts';
import { linkFederation } from '../federation-links.ts';
import { serviceAccountId } from '../gcp-ids.ts';
import { NodeFacts } from '../node-facts.ts';
import { PoolDirectory } from './pool-directory.ts';
import { type PoolMember, poolMemberId, readPoolMember } from './pool-member.ts';
import { addPoolNodes, type PoolCluster } from './pool-nodes.ts';

const PROJECT = '//cloudresourcemanager.googleapis.com/projects/12';
const NAME = 'projects/12/locations/global/workloadIdentityPools/ci';
const POOL_ID = `//iam.googleapis.com/${NAME}`;
const SET = `principalSet://iam.googleapis.com/${NAME}`;
const SUBJECT = `principal://iam.googleapis.com/${NAME}/subject`;
const CLUSTERS = 'iam.googleapis.com/projects/12/locations/global/workloadIdentityPools/my-p.svc.id.goog';
const numberOf = (project: string): string | undefined => (project === 'my-p' ? '12' : undefined);

interface Estate {
  readonly pool?: RawRecord;
  readonly providers?: readonly RawRecord[];
  readonly members: readonly string[];
  readonly clusters?: readonly PoolCluster[];
  readonly others?: readonly GraphNode[];
}

function graphOf({ pool = { state: 'ACTIVE' }, providers = [], members, clusters = [], others = [] }: Estate): Graph {
  const input: GcpInput = {
    pools: {
      pools: { items: [{ name: NAME, ...pool }], complete: true },
      providers: { items: providers.map((one, at) => ({ name: `${NAME}/providers/p${at}`, ...one })), complete: true },
    },
    auditLogs: [],
    auditUsage: [],
    disabledServices: [],
    gaps: [],
  };
  const builder = new GraphBuilder();
  builder.node({ kind: 'scope', id: PROJECT, provider: 'gcp', type: 'project', name: 'my-p' });
  for (const node of others) builder.node(node);
  for (const { id } of clusters) {
    builder.node({ kind: 'resource', id, provider: 'gcp', type: 'container.googleapis.com/Cluster', name: id });
  }
  const named = new Map<string, PoolMember>();
  for (const text of members) {
    const member = readPoolMember(text, numberOf);
    if (member === undefined) throw new Error(`no member \`${text}\``);
    named.set(poolMemberId(member), member);
  }
  addPoolNodes({
    builder,
    nodes: new NodeFacts(builder),
    pools: new PoolDirectory(input, numberOf),
    members: named,
    clusters,
    scopeOf: (project) => (project === '12' || project === 'my-p' ? PROJECT : undefined),
    organizationOf: () => undefined,
  });
  return linkFederation(builder.build());
}

function edges(graph: Graph, type: string): readonly string[] {
  return graph.edges
    .filter((edge) => edge.type === type)
    .map(({ from, to, certainty }) => `${from} → ${to}${certainty === undefined ? '' : ` (${certainty})`}`);
}

const node = (graph: Graph, id: string): GraphNode | undefined => graph.nodes.find((one) => one.id === id);

const github = {
  oidc: { issuerUri: 'https://token.actions.githubusercontent.com' },
  attributeMapping: { 'google.subject': 'assertion.sub', 'attribute.repository': 'assertion.repository' },
};

describe('addPoolNodes', () => {
  const main = `${SUBJECT}/repo:acme/app:ref:refs/heads/main`;
  const app = `${SET}/attribute.repository/acme/app`;
  const other = `${SET}/attribute.repository/acme/other`;

  it('puts a subject into the sets it is in, and the sets into the set of everybody', () => {
    const graph = graphOf({ providers: [github], members: [main, app, other, `${SET}/*`] });
    expect(edges(graph, 'member-of')).toEqual(
      [`${main} → ${SET}/*`, `${main} → ${app}`, `${app} → ${SET}/*`, `${other} → ${SET}/*`].sort(),
    );
    expect(edges(graph, 'vouches-for')).toContain(`${POOL_ID} → ${main}`);
    expect(node(graph, main)).toMatchObject({
      type: 'federated-subject',
      nature: 'machine',
      scope: PROJECT,
      external: true,
      attributes: {
        pool: POOL_ID,
        issuers: ['token.actions.githubusercontent.com'],
        providers: [`${NAME}/providers/p0`],
      },
    });
  });

  it('marks what strangers can be, and nothing else', () => {
    const graph = graphOf({ providers: [github], members: [main, app, `${SET}/*`] });
    expect(node(graph, `${SET}/*`)?.attributes?.['openToStrangers']).toBe(true);
    expect(node(graph, app)?.attributes?.['openToStrangers']).toBeUndefined();
    const closed = graphOf({
      providers: [{ ...github, attributeCondition: "assertion.repository_owner == 'acme'" }],
      members: [`${SET}/*`],
    });
    expect(node(closed, `${SET}/*`)?.attributes?.['openToStrangers']).toBeUndefined();
  });

  it('lets a provider authenticate what it can give tokens of', () => {
    const actor = `${SET}/attribute.actor/ada`;
    const graph = graphOf({ providers: [github], members: [app, actor, `${SET}/*`] });
    const credential = `${POOL_ID}/providers/p0`;
    expect(edges(graph, 'authenticates')).toEqual([`${credential} → ${SET}/*`, `${credential} → ${app} (unknown)`]);
    expect(node(graph, credential)).toMatchObject({ status: 'active', static: false });
  });

  it('lets nobody be a principal of a disabled pool, and gives no new tokens by a disabled provider', () => {
    const off = graphOf({
      pool: { state: 'ACTIVE', disabled: true },
      providers: [github],
      members: [main, `${SET}/*`],
    });
    // Whoever may enable the pool makes its principals of use again.
    expect(off.edges.map(({ type }) => type)).toEqual(['vouches-for', 'vouches-for']);
    expect(node(off, main)?.attributes?.['poolState']).toBe('disabled');
    expect(node(off, `${POOL_ID}/providers/p0`)).toMatchObject({
      status: 'disabled',
      attributes: { disableReason: 'pool' },
    });

    const provider = graphOf({ providers: [{ ...github, disabled: true }], members: [main, `${SET}/*`] });
    expect(node(provider, `${POOL_ID}/providers/p0`)).toMatchObject({
      status: 'disabled',
      attributes: { disableReason: 'provider' },
    });
    expect(edges(provider, 'member-of')).toEqual([`${main} → ${SET}/*`]);
    expect(node(provider, main)?.attributes?.['providers']).toEqual([]);
  });

  it('makes one principal of a Kubernetes account, vouched for by the clusters of its project alone', () => {
    const pod = `principal://${CLUSTERS}/subject/ns/web/sa/app`;
    const url = 'https://container.googleapis.com/v1/projects/my-p/locations/l/clusters/c';
    const set = `principalSet://${CLUSTERS}/kubernetes.cluster/${url}`;
    const clusters = [
      { id: '//container.googleapis.com/projects/12/locations/l/clusters/c', workloadPool: 'my-p.svc.id.goog', url },
      { id: '//container.googleapis.com/projects/13/locations/l/clusters/d', workloadPool: 'else.svc.id.goog' },
    ];
    const graph = graphOf({ members: ['serviceAccount:my-p.svc.id.goog[web/app]', pod, set], clusters });
    expect(edges(graph, 'vouches-for')).toEqual([`${clusters[0]?.id} → ${pod}`, `${clusters[0]?.id} → ${set}`]);
    expect(edges(graph, 'member-of')).toEqual([`${pod} → ${set}`]);
    expect(node(graph, pod)?.attributes).toMatchObject({ kubernetes: true, namespace: 'web', account: 'app' });

    const second = {
      id: '//container.googleapis.com/projects/12/locations/l/clusters/e',
      workloadPool: 'my-p.svc.id.goog',
      url: `${url}e`,
    };
    const two = graphOf({ members: [pod, set], clusters: [...clusters, second] });
    expect(edges(two, 'member-of')).toEqual([`${pod} → ${set} (unknown)`]);
    expect(edges(two, 'vouches-for')).not.toContain(`${second.id} → ${set}`);
  });

  it('knows a pool of a project that is not in the input as foreign', () => {
    const foreign = 'principalSet://iam.googleapis.com/projects/99/locations/global/workloadIdentityPools/x/*';
    const graph = graphOf({ members: [foreign] });
    expect(node(graph, foreign)?.attributes).toMatchObject({ foreignProject: true });
    expect(node(graph, foreign)?.scope).toBeUndefined();
  });
});

describe('linkFederation', () => {
  const account = '111122223333';
  const role = (name: string, accountId = account): GraphNode => ({
    kind: 'identity',
    id: `arn:aws:iam::${accountId}:role/team/${name}`,
    provider: 'aws',
    type: 'role',
    name,
    attributes: { accountId, partition: 'aws' },
  });
  const deploy = role('deploy');
  const arn = (name: string): string => `arn:aws:sts::${account}:assumed-role/${name}`;
  const byRole = `${SET}/attribute.aws_role/${arn('deploy')}`;
  const aws = { aws: { accountId: account } };
  const others = [deploy, role('other'), role('deploy', '999999999999')];

  it('leads a role to the set of its sessions, not other roles, not the role of another account', () => {
    const graph = graphOf({ providers: [aws], members: [byRole], others });
    expect(edges(graph, 'federates')).toEqual([`${deploy.id} → ${byRole}`]);
  });

  it('leads a role to one session only if the caller names it so', () => {
    const session = `${SUBJECT}/${arn('deploy')}/ci`;
    const graph = graphOf({ providers: [aws], members: [session, `${SUBJECT}/${arn('third')}/ci`], others });
    expect(edges(graph, 'federates')).toEqual([`${deploy.id} → ${session} (conditional)`]);
  });

  it('asks the condition of the provider', () => {
    const condition = (attributeCondition: string): readonly string[] =>
      edges(graphOf({ providers: [{ ...aws, attributeCondition }], members: [byRole], others }), 'federates');
    expect(condition(`assertion.arn.startsWith('${arn('deploy')}/')`)).toEqual([`${deploy.id} → ${byRole}`]);
    expect(condition(`assertion.arn.startsWith('${arn('other')}/')`)).toEqual([]);
    expect(condition("assertion.userid == 'x'")).toEqual([`${deploy.id} → ${byRole} (unknown)`]);
    expect(condition("attribute.aws_role.endsWith('/deploy')")).toEqual([`${deploy.id} → ${byRole}`]);
  });

  it('leads nobody to a pool or through a provider that is disabled', () => {
    expect(edges(graphOf({ providers: [{ ...aws, disabled: true }], members: [byRole], others }), 'federates')).toEqual(
      [],
    );
    expect(
      edges(graphOf({ pool: { disabled: true }, providers: [aws], members: [byRole], others }), 'federates'),
    ).toEqual([]);
  });

  const service = (uniqueId: string | undefined): GraphNode => ({
    kind: 'identity',
    id: serviceAccountId('app@my-p.iam.gserviceaccount.com'),
    provider: 'gcp',
    type: 'service-account',
    name: 'app',
    attributes: { email: 'app@my-p.iam.gserviceaccount.com', ...(uniqueId === undefined ? {} : { uniqueId }) },
  });

  it('leads a service account to the subject of a pool that trusts Google', () => {
    const google = {
      oidc: { issuerUri: 'https://accounts.google.com' },
      attributeMapping: { 'google.subject': 'assertion.sub' },
    };
    const members = [`${SUBJECT}/104`, `${SUBJECT}/105`];
    const from = service('104').id;
    expect(edges(graphOf({ providers: [google], members, others: [service('104')] }), 'federates')).toEqual([
      `${from} → ${SUBJECT}/104`,
    ]);
    expect(edges(graphOf({ providers: [github], members, others: [service('104')] }), 'federates')).toEqual([]);
    expect(edges(graphOf({ providers: [google], members, others: [service(undefined)] }), 'federates')).toEqual([
      `${from} → ${SUBJECT}/104 (unknown)`,
      `${from} → ${SUBJECT}/105 (unknown)`,
    ]);
  });

  it('leads a machine of Entra ID to the subject that is its object id, where the pool trusts its tenant', () => {
    const tenant = '11111111-0000-0000-0000-000000000001';
    const entra = (own: Record<string, boolean> = {}): GraphNode => ({
      kind: 'identity',
      id: `entra:${tenant}/oid`,
      provider: 'azure',
      type: 'managed-identity',
      name: 'mi',
      scope: `entra:${tenant}`,
      attributes: { objectId: 'oid', appId: 'app', ...own },
    });
    const provider = (issuer: string): RawRecord => ({
      state: 'ACTIVE',
      oidc: { issuerUri: issuer },
      attributeMapping: { 'google.subject': 'assertion.sub' },
    });
    const members = [`${SUBJECT}/oid`, `${SUBJECT}/other`];
    const linked = (issuer: string, other = entra()): readonly string[] =>
      edges(graphOf({ providers: [provider(issuer)], members, others: [other] }), 'federates');
    expect(linked(`https://sts.windows.net/${tenant}/`)).toEqual([`entra:${tenant}/oid → ${SUBJECT}/oid`]);
    expect(linked(`https://login.microsoftonline.com/${tenant}/v2.0`)).toEqual([
      `entra:${tenant}/oid → ${SUBJECT}/oid`,
    ]);
    expect(linked(`https://sts.windows.net/2${tenant.slice(1)}/`)).toEqual([]);
    expect(linked(`https://sts.windows.net/${tenant}/`, entra({ accountEnabled: false }))).toEqual([]);
  });

  it('leads a service account to a subject of AWS that is its unique id, with an audience it has', () => {
    const subject = (pattern: string, claims: Record<string, string>): GraphNode => ({
      kind: 'identity',
      id: `federated:accounts.google.com#${pattern}`,
      provider: 'aws',
      type: 'federated-subject',
      name: pattern,
      external: true,
      attributes: { issuer: 'accounts.google.com', claims },
    });
    const linked = (pattern: string, claims: Record<string, string> = {}): readonly string[] =>
      edges(graphOf({ members: [], others: [service('104'), subject(pattern, claims)] }), 'federates');
    const edge = `${service('104').id} → federated:accounts.google.com#104`;
    expect(linked('104')).toEqual([edge]);
    expect(linked('104', { aud: '104', oaud: 'mine' })).toEqual([edge]);
    expect(linked('104', { aud: 'client-of-another' })).toEqual([]);
    expect(linked('105')).toEqual([]);
  });
});
