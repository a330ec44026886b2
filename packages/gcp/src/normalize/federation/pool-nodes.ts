import type { Certainty, GraphBuilder, Json, NodeId } from '@keyreach/core/graph';
import { GCP } from '../gcp-ids.ts';
import type { NodeFacts } from '../node-facts.ts';
import type { ClaimTruth } from './claim-value.ts';
import { canIssue, membershipsOf, openToStrangers } from './member-truths.ts';
import type { KnownPool, KnownProvider, PoolDirectory } from './pool-directory.ts';
import {
  kubernetesAccount,
  kubernetesProject,
  type PoolMember,
  type PoolName,
  poolMemberId,
  poolResourceId,
} from './pool-member.ts';

/** A cluster whose pods are principals of the pool of its project. */
export interface PoolCluster {
  readonly id: NodeId;
  /** The pool that its configuration names: `P.svc.id.goog`. */
  readonly workloadPool: string;
  /** As sets of clusters name it: `https://container.googleapis.com/v1/projects/P/locations/L/clusters/C`. */
  readonly url?: string;
}

/** What the nodes of pools are made of. */
export interface PoolFacts {
  readonly builder: GraphBuilder;
  readonly nodes: NodeFacts;
  readonly pools: PoolDirectory;
  /** Every member that is named anywhere, by the id of its node. */
  readonly members: ReadonlyMap<NodeId, PoolMember>;
  readonly clusters: readonly PoolCluster[];
  /** The scope node of a project, by id or number; undefined where it is not in the input. */
  readonly scopeOf: (project: string) => NodeId | undefined;
  /** The scope node of `organizations/O`. */
  readonly organizationOf: (name: string) => NodeId | undefined;
}

/** Comparisons of subjects with sets of one pool; real pools have hundreds. */
const MOST_PAIRS = 2_000_000;

/**
 * Adds pools, their providers and the members that are named anywhere (docs/graph-gcp.md, Identities): which set holds which
 * subject, which provider gives tokens of which of them, and who vouches for them.
 */
export function addPoolNodes(facts: PoolFacts): void {
  const byPool = new Map<string, PoolMember[]>();
  for (const [, member] of [...facts.members].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const key = JSON.stringify(member.pool);
    const of = byPool.get(key) ?? [];
    of.push(member);
    byPool.set(key, of);
  }
  for (const known of facts.pools.all) addPool(known, facts);
  for (const members of byPool.values()) addMembers(members, facts);
}

function addPool(known: KnownPool, facts: PoolFacts): void {
  const { pool, state, listed, displayName, providers } = known;
  const { pools } = facts;
  const id = poolResourceId(pool);
  if (id === undefined) return;
  const scope = scopeOfPool(pool, facts);
  facts.nodes.add({
    kind: 'resource',
    id,
    provider: GCP,
    type: pool.kind === 'workforce' ? 'iam.googleapis.com/WorkforcePool' : 'iam.googleapis.com/WorkloadIdentityPool',
    name: displayName ?? (pool.kind === 'workforce' || pool.kind === 'workload' ? pool.pool : id),
    ...(scope === undefined ? {} : { scope }),
    attributes: {
      conditionAttributes: true,
      ...(state === 'unknown' ? {} : { state }),
      ...(pools.complete && listed ? { providers: providers.length } : {}),
      ...(listed ? {} : { unlisted: true }),
    },
  });
  for (const provider of providers) addProvider(provider, known, scope, facts);
}

function addProvider(
  provider: KnownProvider,
  { pool, state: poolState }: KnownPool,
  scope: NodeId | undefined,
  { nodes }: PoolFacts,
): void {
  const off = poolState === 'disabled' || poolState === 'deleted' ? poolState : undefined;
  const state = off ?? (provider.state === 'unknown' ? poolState : provider.state);
  const attributes: Record<string, Json> = { kind: provider.kind, unconditional: provider.mapping.unconditional };
  if (provider.issuer !== undefined) attributes['issuer'] = provider.issuer;
  if (provider.awsAccountId !== undefined) attributes['awsAccountId'] = provider.awsAccountId;
  if (provider.allowedAudiences !== undefined) attributes['allowedAudiences'] = [...provider.allowedAudiences];
  attributes['attributeMapping'] = { ...provider.configured.attributeMapping };
  const { attributeCondition } = provider.configured;
  if (attributeCondition !== undefined) attributes['attributeCondition'] = attributeCondition;
  if (provider.ownKeys === true) attributes['ownKeys'] = true;
  const poolId = poolResourceId(pool);
  if (poolId !== undefined) attributes['pool'] = poolId;
  const open = openToStrangers(provider, { is: 'everyone', pool });
  if (open !== false) attributes['openToStrangers'] = open;
  if (state === 'disabled' || state === 'deleted')
    attributes['disableReason'] = off === undefined ? 'provider' : 'pool';
  nodes.add({
    kind: 'credential',
    id: providerId(provider),
    provider: GCP,
    type: 'workload-identity-provider',
    name: provider.name.slice(provider.name.lastIndexOf('/') + 1),
    ...(scope === undefined ? {} : { scope }),
    status: state === 'active' ? 'active' : state === 'unknown' ? 'unknown' : 'disabled',
    lastUsed: { state: 'unknown' },
    static: false,
    attributes,
  });
}

function addMembers(members: readonly PoolMember[], facts: PoolFacts): void {
  const { builder, pools, clusters } = facts;
  const [first] = members;
  if (first === undefined) return;
  const { pool } = first;
  for (const member of members) addMember(member, facts);
  const off = pools.isOff(pool);
  const known = pools.of(pool);
  const poolId = known === undefined ? undefined : poolResourceId(pool);
  const own = pool.kind === 'workload' ? clusters.filter(({ workloadPool }) => workloadPool === pool.pool) : [];
  for (const member of members) {
    const to = poolMemberId(member);
    if (poolId !== undefined) builder.edge({ type: 'vouches-for', from: poolId, to });
    if (off) continue;
    for (const { id, url } of own) {
      if (member.is === 'cluster' && url !== undefined && url !== member.cluster) continue;
      builder.edge({ type: 'vouches-for', from: id, to });
    }
    for (const provider of known?.providers ?? []) {
      const certainty = certaintyOf(canIssue(provider, member));
      if (certainty === undefined) continue;
      builder.edge({ type: 'authenticates', from: providerId(provider), to, ...certaintyField(certainty) });
    }
  }
  if (!off) addMemberships(members, own, facts);
}

function addMember(member: PoolMember, facts: PoolFacts): void {
  const { nodes, pools } = facts;
  const { pool } = member;
  const id = poolMemberId(member);
  const scope = scopeOfMember(member, facts);
  const poolId = poolResourceId(pool);
  const attributes: Record<string, Json> = {};
  if (poolId !== undefined) attributes['pool'] = poolId;
  if (pool.kind === 'agents') attributes['agent'] = true;
  if (kubernetesProject(pool) !== undefined) {
    attributes['kubernetes'] = true;
    const account = member.is === 'subject' ? kubernetesAccount(member.subject) : undefined;
    if (account !== undefined) Object.assign(attributes, { namespace: account.namespace, account: account.name });
  }
  if (pool.kind === 'workload' && scope === undefined) attributes['foreignProject'] = true;
  const known = pools.of(pool);
  if (known !== undefined && known.state !== 'active' && known.state !== 'unknown')
    attributes['poolState'] = known.state;
  addIssuers(member, attributes, facts);
  const subject = member.is === 'subject' || member.is === 'uid';
  const nature = pool.kind === 'workforce' ? 'human' : 'machine';
  nodes.add({
    kind: 'identity',
    id,
    provider: GCP,
    type: subject ? 'federated-subject' : 'principal-set',
    name: nameOf(member),
    ...(scope === undefined ? {} : { scope }),
    ...(subject ? { nature } : {}),
    external: true,
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
  });
}

/** Which providers give tokens of the member, of which issuers, and whether strangers can have one. */
function addIssuers(member: PoolMember, attributes: Record<string, Json>, { pools }: PoolFacts): void {
  if (pools.of(member.pool) === undefined) return;
  const { providers, complete } = pools.issuersOf(member.pool);
  const giving = providers.filter((provider) => canIssue(provider, member) !== 'no');
  if (complete || giving.length > 0) attributes['providers'] = giving.map(({ name }) => name);
  const issuers = giving.flatMap(({ issuer }) => (issuer === undefined ? [] : [issuer]));
  if (issuers.length > 0) attributes['issuers'] = [...new Set(issuers)].sort();
  const accounts = giving.flatMap(({ awsAccountId }) => (awsAccountId === undefined ? [] : [awsAccountId]));
  if (accounts.length > 0) attributes['awsAccounts'] = [...new Set(accounts)].sort();
  const open = pools.isOff(member.pool) ? [] : giving.map((provider) => openToStrangers(provider, member));
  if (open.includes(true)) attributes['openToStrangers'] = true;
  else if (open.includes('conditional')) attributes['openToStrangers'] = 'conditional';
}

function addMemberships(members: readonly PoolMember[], clusters: readonly PoolCluster[], facts: PoolFacts): void {
  const { builder, pools } = facts;
  const sets = members.filter(({ is }) => is !== 'subject' && is !== 'uid');
  const subjects = members.filter((member) => member.is === 'subject' || member.is === 'uid');
  const everyone = sets.filter(({ is }) => is === 'everyone');
  const tooMany = subjects.length * sets.length > MOST_PAIRS;
  if (tooMany) {
    const [first] = members;
    const scope = first === undefined ? GCP : (poolResourceId(first.pool) ?? GCP);
    const why = `${subjects.length} subjects and ${sets.length} sets are named; which is in which was not worked out`;
    builder.gap({ scope, what: 'principal sets', why, kind: 'bad-input' });
  }
  for (const subject of subjects) {
    const from = poolMemberId(subject);
    const isIn = subject.is === 'subject' ? membershipsOf(subject, pools) : undefined;
    for (const set of tooMany ? everyone : sets) {
      // Of a pod that is named by uid only the pool is known.
      let truth = isIn?.(set) ?? (set.is === 'everyone' ? 'yes' : 'unknown');
      if (set.is === 'cluster') truth = inCluster(set.cluster, clusters);
      const certainty = certaintyOf(truth);
      if (certainty === undefined) continue;
      builder.edge({ type: 'member-of', from, to: poolMemberId(set), ...certaintyField(certainty) });
    }
  }
  for (const set of sets) {
    if (set.is === 'everyone') continue;
    for (const { pool } of everyone) {
      builder.edge({ type: 'member-of', from: poolMemberId(set), to: poolMemberId({ is: 'everyone', pool }) });
    }
  }
}

/** Clusters of a project share its pool: only where there is one alone is every pod in it. */
function inCluster(url: string, clusters: readonly PoolCluster[]): ClaimTruth {
  const [only, ...more] = clusters;
  return only !== undefined && more.length === 0 && only.url === url ? 'yes' : 'unknown';
}

function certaintyOf(truth: ClaimTruth): Certainty | undefined {
  if (truth === 'no') return undefined;
  return truth === 'yes' ? 'allow' : truth;
}

function certaintyField(certainty: Certainty): { readonly certainty?: Certainty } {
  return certainty === 'allow' ? {} : { certainty };
}

/** Id of the credential that stands for tokens let in by a provider. */
export function providerId({ name }: KnownProvider): NodeId {
  return `//iam.googleapis.com/${name}`;
}

/** Agents of an organization live in projects. */
function scopeOfMember(member: PoolMember, facts: PoolFacts): NodeId | undefined {
  const path = member.is === 'subject' && member.pool.kind === 'agents' ? member.subject : '';
  const project = /^resources\/[^/]+\/projects\/([^/]+)\//.exec(path)?.[1];
  return (project === undefined ? undefined : facts.scopeOf(project)) ?? scopeOfPool(member.pool, facts);
}

function scopeOfPool(pool: PoolName, { scopeOf, organizationOf, pools }: PoolFacts): NodeId | undefined {
  switch (pool.kind) {
    case 'workload':
    case 'resources':
      return scopeOf(pool.project);
    case 'workforce': {
      const parent = pools.of(pool)?.parent;
      return parent === undefined ? undefined : organizationOf(parent);
    }
    case 'agents': {
      const [, kind, number = ''] = /^agents\.global\.(org|proj)-(\d+)\./.exec(pool.trustDomain) ?? [];
      if (kind === 'proj') return scopeOf(number);
      return kind === 'org' ? organizationOf(`organizations/${number}`) : undefined;
    }
    default:
      return pool satisfies never;
  }
}

function nameOf(member: PoolMember): string {
  switch (member.is) {
    case 'subject':
      return member.subject;
    case 'uid':
      return member.uid;
    case 'everyone': {
      const { pool } = member;
      return `everyone of ${'pool' in pool ? pool.pool : 'trustDomain' in pool ? pool.trustDomain : pool.service}`;
    }
    case 'group':
      return member.group;
    case 'attribute':
      return `${member.attribute}/${member.value}`;
    case 'namespace':
      return member.namespace;
    case 'cluster':
      return member.cluster.slice(member.cluster.lastIndexOf('/') + 1);
    case 'selection':
      return member.selection;
    default:
      return member satisfies never;
  }
}
