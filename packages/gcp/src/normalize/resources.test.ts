import type { Graph, GraphNode } from '@keyreach/core/graph';
import type { RawRecord } from '@keyreach/core/input';
import { describe, expect, it } from 'vitest';
import type { GcpAsset, GcpInput } from '../bundle/gcp-input.ts';
import { serviceAccountId } from './gcp-ids.ts';
import { normalizeGcp } from './normalize.ts';

const now = '2026-06-01T00:00:00.000Z';
const PROJECT = '//cloudresourcemanager.googleapis.com/projects/12';
const ANCESTORS = ['projects/12', 'organizations/1'];
const APP = 'app@shop.iam.gserviceaccount.com';
const COMPUTE = '12-compute@developer.gserviceaccount.com';

const organization = asset(
  'cloudresourcemanager.googleapis.com/Organization',
  '//cloudresourcemanager.googleapis.com/organizations/1',
  { displayName: 'acme' },
  ['organizations/1'],
);
const project = asset('cloudresourcemanager.googleapis.com/Project', PROJECT, {
  projectId: 'shop',
  projectNumber: '12',
});

function asset(
  assetType: string,
  name: string,
  data: RawRecord | undefined,
  ancestors: readonly string[] = ANCESTORS,
): GcpAsset {
  return { name, assetType, ancestors, ...(data === undefined ? {} : { resource: { data } }) };
}

function inputOf(assets: readonly GcpAsset[], more: Partial<GcpInput> = {}): GcpInput {
  const items = [organization, project, ...assets];
  return {
    assets: {
      items,
      complete: true,
      hasResources: items.some(({ resource }) => resource !== undefined),
      hasPolicies: false,
      hasOrgPolicies: items.some(({ orgPolicies }) => orgPolicies !== undefined),
    },
    auditLogs: [],
    auditUsage: [],
    disabledServices: [],
    gaps: [],
    ...more,
  };
}

const graphOf = (...assets: readonly GcpAsset[]): Graph => normalizeGcp(inputOf(assets), { now });
const node = (graph: Graph, id: string): GraphNode | undefined => graph.nodes.find((one) => one.id === id);

function runsAs(graph: Graph, from: string): readonly string[] {
  return graph.edges
    .filter((edge) => edge.type === 'runs-as' && edge.from === from)
    .map(
      ({ to, certainty }) =>
        `${to.replace(serviceAccountId(''), '')}${certainty === undefined ? '' : ` (${certainty})`}`,
    );
}

const listed = (email: string): GcpAsset =>
  asset('iam.googleapis.com/ServiceAccount', `//iam.googleapis.com/projects/shop/serviceAccounts/${email}`, {
    email,
    uniqueId: '104500000000000000001',
  });

describe('addResources', () => {
  const instance = '//compute.googleapis.com/projects/shop/zones/z/instances/i';
  const INSTANCE = instance.replace('shop', '12');

  it('adds an asset under the number of its project, with what conditions read', () => {
    const graph = graphOf(
      listed(APP),
      asset('compute.googleapis.com/Instance', instance, {
        status: 'RUNNING',
        creationTimestamp: '2026-01-02T03:04:05.000-07:00',
        serviceAccounts: [{ email: APP, scopes: ['https://www.googleapis.com/auth/devstorage.read_only'] }],
      }),
    );
    expect(node(graph, INSTANCE)).toEqual({
      kind: 'resource',
      id: INSTANCE,
      provider: 'gcp',
      type: 'compute.googleapis.com/Instance',
      name: 'i',
      scope: PROJECT,
      created: '2026-01-02T10:04:05.000Z',
      attributes: {
        conditionAttributes: true,
        conditionName: 'projects/shop/zones/z/instances/i',
        conditionType: 'compute.googleapis.com/Instance',
        service: 'compute.googleapis.com',
        state: 'RUNNING',
        externalAddress: false,
        oauthScopes: 'limited',
        scopes: ['https://www.googleapis.com/auth/devstorage.read_only'],
      },
    });
  });

  it('makes no resources of accounts, keys, roles, tags and the hierarchy', () => {
    const graph = graphOf(
      listed(APP),
      asset(
        'iam.googleapis.com/ServiceAccountKey',
        `//iam.googleapis.com/projects/shop/serviceAccounts/${APP}/keys/k`,
        {},
      ),
      asset(
        'serviceusage.googleapis.com/Service',
        '//serviceusage.googleapis.com/projects/12/services/run.googleapis.com',
        {},
      ),
    );
    expect(graph.nodes.filter(({ kind }) => kind === 'resource')).toEqual([]);
  });
});

describe('runs-as', () => {
  const service = '//run.googleapis.com/projects/shop/locations/l/services/s';
  const SERVICE = service.replace('shop', '12');
  // Accounts are nodes once something lists them.
  const accounts = [
    listed(APP),
    asset('iam.googleapis.com/ServiceAccount', `//iam.googleapis.com/projects/shop/serviceAccounts/${COMPUTE}`, {
      email: COMPUTE,
    }),
  ];
  const edgesOf = (type: string, name: string, data: RawRecord, ...others: readonly GcpAsset[]): readonly string[] => {
    const input = inputOf([...accounts, asset(type, name, data), ...others]);
    return runsAs(normalizeGcp(input, { now }), name.replace('/projects/shop/', '/projects/12/'));
  };

  it('leads to the account that a service names, by e-mail or unique id', () => {
    expect(edgesOf('run.googleapis.com/Service', service, { template: { serviceAccount: APP } })).toEqual([APP]);
    expect(
      edgesOf('workflows.googleapis.com/Workflow', '//workflows.googleapis.com/projects/shop/locations/l/workflows/w', {
        serviceAccount: 'projects/-/serviceAccounts/104500000000000000001',
      }),
    ).toEqual([APP]);
  });

  it('leads to the default account of the project where a service names none', () => {
    expect(edgesOf('run.googleapis.com/Service', service, {})).toEqual([COMPUTE]);
  });

  it('leads a build to both accounts it may have by default, uncertain', () => {
    const build = '//cloudbuild.googleapis.com/projects/shop/locations/l/triggers/t';
    expect(edgesOf('cloudbuild.googleapis.com/BuildTrigger', build, {})).toEqual([
      `${COMPUTE} (unknown)`,
      '12@cloudbuild.gserviceaccount.com (unknown)',
    ]);
    expect(
      edgesOf('cloudbuild.googleapis.com/BuildTrigger', build, {
        serviceAccount: `projects/shop/serviceAccounts/${APP}`,
      }),
    ).toEqual([APP]);
  });

  it('leads a manager of instances to the account of its template, not of another', () => {
    const template = (name: string, email: string): GcpAsset =>
      asset(
        'compute.googleapis.com/InstanceTemplate',
        `//compute.googleapis.com/projects/shop/global/instanceTemplates/${name}`,
        {
          properties: { serviceAccounts: [{ email, scopes: ['https://www.googleapis.com/auth/cloud-platform'] }] },
        },
      );
    const manager = '//compute.googleapis.com/projects/shop/zones/z/instanceGroupManagers/m';
    const data = { instanceTemplate: 'https://www.googleapis.com/compute/v1/projects/shop/global/instanceTemplates/a' };
    expect(
      edgesOf('compute.googleapis.com/InstanceGroupManager', manager, data, template('a', APP), template('b', COMPUTE)),
    ).toEqual([APP]);
    const graph = graphOf(asset('compute.googleapis.com/InstanceGroupManager', manager, data));
    expect(graph.gaps).toContainEqual(
      expect.objectContaining({ scope: manager.replace('shop', '12'), what: 'service account' }),
    );
  });

  it('leads agents to what they are in effect', () => {
    const engine = '//aiplatform.googleapis.com/projects/12/locations/l/reasoningEngines/7';
    const type = 'aiplatform.googleapis.com/ReasoningEngine';
    const agent = `principal://agents.global.org-1.system.id.goog/resources/aiplatform/projects/12/locations/l/reasoningEngines/7`;
    expect(edgesOf(type, engine, { spec: {} })).toEqual(['service-12@gcp-sa-aiplatform-re.iam.gserviceaccount.com']);
    expect(edgesOf(type, engine, { spec: { identityType: 'SERVICE_ACCOUNT', serviceAccount: APP } })).toEqual([APP]);
    expect(edgesOf(type, engine, { spec: { identityType: 'AGENT_IDENTITY' } })).toEqual([agent]);
    expect(edgesOf(type, engine, { spec: { effectiveIdentity: agent.replace('principal://', '') } })).toEqual([agent]);
  });

  it('leads a pod to its Kubernetes account where the cluster has a pool, and nowhere else', () => {
    const cluster = '//container.googleapis.com/projects/shop/locations/l/clusters/c';
    const pod = `${cluster}/k8s/namespaces/web/pods/p`;
    const withPool = asset('container.googleapis.com/Cluster', cluster, {
      workloadIdentityConfig: { workloadPool: 'shop.svc.id.goog' },
    });
    const data = { spec: { serviceAccountName: 'front' } };
    const principal =
      'principal://iam.googleapis.com/projects/12/locations/global/workloadIdentityPools/shop.svc.id.goog/subject/ns/web/sa/front';
    expect(edgesOf('k8s.io/Pod', pod, data, withPool)).toEqual([principal]);
    expect(edgesOf('k8s.io/Pod', pod, data, asset('container.googleapis.com/Cluster', cluster, {}))).toEqual([]);
  });

  it('leads a bucket of DAGs to the account of its environment, and no other bucket', () => {
    const environment = asset(
      'composer.googleapis.com/Environment',
      '//composer.googleapis.com/projects/shop/locations/l/environments/e',
      {
        config: { dagGcsPrefix: 'gs://dags-1/dags', nodeConfig: { serviceAccount: APP } },
      },
    );
    const bucket = (name: string): GcpAsset =>
      asset('storage.googleapis.com/Bucket', `//storage.googleapis.com/${name}`, {});
    const graph = graphOf(...accounts, environment, bucket('dags-1'), bucket('dags-2'));
    expect(runsAs(graph, '//storage.googleapis.com/dags-1')).toEqual([APP]);
    expect(runsAs(graph, '//storage.googleapis.com/dags-2')).toEqual([]);
    expect(node(graph, '//storage.googleapis.com/dags-1')?.attributes?.['dagBucket']).toBe(true);
    expect(node(graph, '//storage.googleapis.com/dags-2')?.attributes?.['dagBucket']).toBeUndefined();
  });

  it('puts a placeholder into a project without inventory: whatever runs there, as whichever of its accounts', () => {
    const id = `uncollected-workload:${PROJECT}`;
    const graph = graphOf(...accounts);
    expect(node(graph, id)).toMatchObject({ type: 'uncollected-workload', uncollected: true, scope: PROJECT });
    expect(runsAs(graph, id)).toEqual([`${COMPUTE} (unknown)`, `${APP} (unknown)`]);
    expect(node(graphOf(...accounts, asset('run.googleapis.com/Service', service, {})), id)).toBeUndefined();
    // Its policy is there, its data is not.
    const dataless = asset('run.googleapis.com/Service', service, undefined);
    const other = asset('pubsub.googleapis.com/Topic', '//pubsub.googleapis.com/projects/shop/topics/t', {});
    expect(node(graphOf(...accounts, other, dataless), id)).toBeDefined();
    expect(runsAs(graphOf(...accounts, other, dataless), SERVICE)).toEqual([]);
  });
});

describe('service agents', () => {
  it('are of Google, and serve what their e-mail says', () => {
    const members = [
      'serviceAccount:service-12@gcp-sa-pubsub.iam.gserviceaccount.com',
      'serviceAccount:service-99@gcp-sa-pubsub.iam.gserviceaccount.com',
    ];
    const policy = {
      bindings: { items: [{ role: 'roles/viewer', members }], complete: true },
      auditConfigs: { items: [], complete: true },
    };
    const graph = normalizeGcp(
      inputOf([], {
        assets: {
          items: [organization, { ...project, iamPolicy: policy }],
          complete: true,
          hasResources: true,
          hasPolicies: true,
          hasOrgPolicies: false,
        },
      }),
      { now },
    );
    const own = node(graph, serviceAccountId('service-12@gcp-sa-pubsub.iam.gserviceaccount.com'));
    expect(own).toMatchObject({ type: 'service-agent', providerManaged: true, scope: PROJECT });
    expect(own?.attributes).toEqual({
      email: 'service-12@gcp-sa-pubsub.iam.gserviceaccount.com',
      producer: 'gcp-sa-pubsub',
      service: 'pubsub.googleapis.com',
    });
    const foreign = node(graph, serviceAccountId('service-99@gcp-sa-pubsub.iam.gserviceaccount.com'));
    expect(foreign?.attributes?.['foreignProject']).toBe(true);
    expect(foreign?.scope).toBeUndefined();
  });
});

describe('organization policies and tags', () => {
  it('stand on every scope and resource they hold on', () => {
    const policy = {
      constraint: 'constraints/iam.disableServiceAccountKeyCreation',
      booleanPolicy: { enforced: true },
    };
    const tag = (type: string, data: RawRecord): GcpAsset =>
      asset(
        `cloudresourcemanager.googleapis.com/${type}`,
        `//cloudresourcemanager.googleapis.com/${String(data['name'])}`,
        data,
        [],
      );
    const items = [
      { ...organization, orgPolicies: [policy] },
      project,
      tag('TagKey', { name: 'tagKeys/5', namespacedName: '1/env' }),
      tag('TagValue', { name: 'tagValues/6', parent: 'tagKeys/5', namespacedName: '1/env/prod' }),
      tag('TagBinding', { name: 'tagBindings/x', parent: PROJECT, tagValue: 'tagValues/6' }),
      asset('storage.googleapis.com/Bucket', '//storage.googleapis.com/b', {}),
    ];
    const graph = normalizeGcp(
      inputOf([], { assets: { items, complete: true, hasResources: true, hasPolicies: false, hasOrgPolicies: true } }),
      { now },
    );
    expect(node(graph, PROJECT)).toMatchObject({
      tags: { '1/env': 'prod' },
      attributes: {
        orgPolicies: { 'iam.disableServiceAccountKeyCreation': true },
        tagKeys: ['tagKeys/5'],
        tagValues: ['tagValues/6'],
      },
    });
    expect(node(graph, '//storage.googleapis.com/b')).toMatchObject({ tags: { '1/env': 'prod' } });
    expect(node(graph, '//cloudresourcemanager.googleapis.com/organizations/1')?.tags).toEqual({});
  });

  it('are absent where the input has none of their kind', () => {
    const graph = graphOf();
    expect(node(graph, PROJECT)?.tags).toBeUndefined();
    expect(node(graph, PROJECT)?.attributes?.['orgPolicies']).toBeUndefined();
  });
});

describe('API keys', () => {
  const key = '//apikeys.googleapis.com/projects/12/locations/global/keys/k1';
  const keys = (serviceAccountEmail: string | undefined, deleteTime?: string): Graph => {
    const one = {
      name: 'projects/12/locations/global/keys/k1',
      uid: 'k1',
      ...(serviceAccountEmail === undefined ? {} : { serviceAccountEmail }),
      ...(deleteTime === undefined ? {} : { deleteTime }),
    };
    return normalizeGcp(inputOf([listed(APP)], { apiKeys: { items: [one], complete: true } }), { now });
  };

  it('are stored by the resource their string is read from, which runs as the account they are bound to', () => {
    const graph = keys(APP);
    expect(node(graph, `${key}/keyString`)).toMatchObject({
      kind: 'resource',
      scope: PROJECT,
      attributes: { bound: true },
    });
    expect(graph.edges).toContainEqual({ type: 'stores', from: `${key}/keyString`, to: key });
    expect(runsAs(graph, `${key}/keyString`)).toEqual([APP]);
  });

  it('lead nowhere where they are bound to nobody, and are not there once deleted', () => {
    expect(runsAs(keys(undefined), `${key}/keyString`)).toEqual([]);
    expect(node(keys(undefined), `${key}/keyString`)?.attributes?.['bound']).toBe(false);
    expect(node(keys(APP, '2026-05-01T00:00:00Z'), `${key}/keyString`)).toBeUndefined();
  });
});
