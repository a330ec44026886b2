import type { Graph } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import type { GcpAsset, GcpInput } from '../bundle/gcp-input.ts';
import { normalizeGcp } from './normalize.ts';

const now = '2026-06-01T00:00:00.000Z';
const NAME = 'projects/12/locations/global/workloadIdentityPools/ci';
const SET = `principalSet://iam.googleapis.com/${NAME}/*`;
const BUCKET = '//storage.googleapis.com/b';

function inputOf(pool: Readonly<Record<string, unknown>>, reversed = false): GcpInput {
  const ancestors = ['projects/12', 'organizations/1'];
  const bindings = [{ role: 'roles/storage.objectViewer', members: [SET, 'serviceAccount:shop.svc.id.goog[web/app]'] }];
  const iamPolicy = { bindings: { items: bindings, complete: true }, auditConfigs: { items: [], complete: true } };
  const cluster = '//container.googleapis.com/projects/shop/locations/l/clusters/c';
  const items: readonly GcpAsset[] = [
    {
      name: '//cloudresourcemanager.googleapis.com/projects/12',
      assetType: 'cloudresourcemanager.googleapis.com/Project',
      ancestors,
      resource: { data: { projectId: 'shop', projectNumber: '12' } },
    },
    { name: BUCKET, assetType: 'storage.googleapis.com/Bucket', ancestors, resource: { data: {} }, iamPolicy },
    {
      name: cluster,
      assetType: 'container.googleapis.com/Cluster',
      ancestors,
      resource: { data: { workloadIdentityConfig: { workloadPool: 'shop.svc.id.goog' }, nodePools: [{ config: {} }] } },
    },
    {
      name: `${cluster}/k8s/namespaces/web/serviceaccounts/other`,
      assetType: 'k8s.io/ServiceAccount',
      ancestors,
      resource: { data: {} },
    },
  ];
  const providers = ['a', 'b'].map((id) => ({
    name: `${NAME}/providers/${id}`,
    oidc: { issuerUri: `https://${id}.example` },
    attributeMapping: { 'google.subject': 'assertion.sub' },
  }));
  const order = <T>(list: readonly T[]): readonly T[] => (reversed ? [...list].reverse() : list);
  return {
    assets: { items: order(items), complete: true, hasResources: true, hasPolicies: true, hasOrgPolicies: false },
    pools: {
      pools: { items: [{ name: NAME, ...pool }], complete: true },
      providers: { items: order(providers), complete: true },
    },
    auditLogs: [],
    auditUsage: [],
    disabledServices: [],
    gaps: [],
  };
}

const graphOf = (pool: Readonly<Record<string, unknown>>): Graph => normalizeGcp(inputOf(pool), { now });

function named(graph: Graph): readonly string[] {
  return graph.attachments
    .filter(({ node }) => node === BUCKET)
    .flatMap(({ principals }) => principals?.include ?? [])
    .map((one) => `${one.match} ${'id' in one ? one.id : 'text' in one ? one.text : ''}`);
}

describe('addPools', () => {
  it('lets a binding name the principals of a pool, and nobody of one that is disabled or deleted', () => {
    expect(named(graphOf({ state: 'ACTIVE' }))).toContain(`member ${SET}`);
    for (const pool of [{ state: 'ACTIVE', disabled: true }, { state: 'DELETED' }]) {
      expect(named(graphOf(pool))).toContain(`unresolved ${SET}`);
      expect(named(graphOf(pool))).not.toContain(`member ${SET}`);
    }
  });

  it('has pods that are named or listed vouched for by their cluster', () => {
    const from = '//container.googleapis.com/projects/12/locations/l/clusters/c';
    const pod = (name: string): string =>
      `principal://iam.googleapis.com/projects/12/locations/global/workloadIdentityPools/shop.svc.id.goog/subject/ns/web/sa/${name}`;
    const edges = graphOf({}).edges.filter((edge) => edge.type === 'vouches-for' && edge.from === from);
    expect(edges.map(({ to }) => to)).toEqual([pod('app'), pod('other')]);
  });

  it('gives the same graph whatever the order of the lists', () => {
    const text = (graph: Graph): string => JSON.stringify(graph);
    expect(text(normalizeGcp(inputOf({}, true), { now }))).toBe(text(graphOf({})));
  });
});
