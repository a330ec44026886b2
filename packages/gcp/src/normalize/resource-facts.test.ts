import { describe, expect, it } from 'vitest';
import { resourceFacts } from './resource-facts.ts';

describe('resourceFacts', () => {
  it('keeps what switches of metadata say and that a script is there, never a value', () => {
    const secret = 'hunter2-canary';
    const facts = resourceFacts('compute.googleapis.com/Instance', {
      status: 'RUNNING',
      labels: { team: 'a' },
      networkInterfaces: [{ accessConfigs: [{ natIP: '203.0.113.9' }] }],
      metadata: {
        items: [
          { key: 'enable-oslogin', value: 'TRUE' },
          { key: 'block-project-ssh-keys', value: 'false' },
          { key: 'serial-port-enable', value: secret },
          { key: 'startup-script', value: secret },
          { key: 'db-password', value: secret },
        ],
      },
    });
    expect(facts).toEqual({
      state: 'RUNNING',
      labels: { team: 'a' },
      osLogin: true,
      blockProjectSshKeys: false,
      startupScript: true,
      externalAddress: true,
    });
    expect(JSON.stringify(facts)).not.toContain(secret);
  });

  it('says nothing of switches that the metadata does not have', () => {
    const facts = resourceFacts('compute.googleapis.com/Instance', { metadata: { items: [] } });
    expect(facts).toEqual({ externalAddress: false });
  });

  it('asks the metadata of the project where an instance has no switch of its own', () => {
    const type = 'compute.googleapis.com/Instance';
    const ofProject = { commonInstanceMetadata: { items: [{ key: 'enable-oslogin', value: 'TRUE' }] } };
    const own = (value: string) => ({ metadata: { items: [{ key: 'enable-oslogin', value }] } });
    expect(resourceFacts(type, {}, ofProject)['osLogin']).toBe(true);
    expect(resourceFacts(type, own('FALSE'), ofProject)['osLogin']).toBe(false);
    expect(resourceFacts(type, own('strange'), ofProject)['osLogin']).toBeUndefined();
    expect(resourceFacts(type, {}, {})['osLogin']).toBe(false);
    expect(resourceFacts(type, {})['osLogin']).toBeUndefined();
  });

  it.each([
    [{ env: 'flex', runtime: 'python' }, true],
    [{ env: 'standard', runtime: 'python312' }, false],
    [{ runtime: 'python312' }, false],
    [{ runtime: 'python', vm: true }, true],
    [{}, undefined],
    [{ env: '', runtime: 'python' }, undefined],
  ])('knows the environment of a version of App Engine %j', (data, flexible) => {
    expect(resourceFacts('appengine.googleapis.com/Version', data)['flexible']).toBe(flexible);
  });

  it('knows the names of tags, and the key of a value', () => {
    const value = { name: 'tagValues/7', parent: 'tagKeys/9', shortName: 'prod', namespacedName: '1/env/prod' };
    expect(resourceFacts('cloudresourcemanager.googleapis.com/TagValue', value)).toEqual({
      namespacedName: '1/env/prod',
      tagKey: 'tagKeys/9',
    });
    const key = { name: 'tagKeys/9', parent: 'organizations/1', namespacedName: '1/env' };
    expect(resourceFacts('cloudresourcemanager.googleapis.com/TagKey', key)).toEqual({ namespacedName: '1/env' });
  });

  it.each([
    [{ cloudResource: { serviceAccountId: 'a@b' } }, 'resource'],
    [{ cloudSql: { database: 'd' } }, 'database'],
    [{ cloudSpanner: { database: 'd' } }, 'database'],
    [{ spark: {} }, 'spark'],
    [{ aws: { accessRole: {} } }, 'other'],
    [{ friendlyName: 'x' }, undefined],
    [{ spark: 'yes' }, undefined],
  ])('knows what a connection of BigQuery leads to %j', (data, kind) => {
    expect(resourceFacts('bigqueryconnection.googleapis.com/Connection', data)['connectionKind']).toBe(kind);
  });

  it('leaves the uniform access of a bucket open where its configuration is not told', () => {
    const type = 'storage.googleapis.com/Bucket';
    expect(resourceFacts(type, { iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } })).toEqual({
      bucketUniform: true,
    });
    expect(resourceFacts(type, { iamConfiguration: {} })).toEqual({ bucketUniform: false });
    expect(resourceFacts(type, {})).toEqual({});
  });

  it.each([
    ['run.googleapis.com/Service', { ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' }, 'internal'],
    ['run.googleapis.com/Service', { metadata: { annotations: { 'run.googleapis.com/ingress': 'all' } } }, 'all'],
    [
      'cloudfunctions.googleapis.com/CloudFunction',
      { ingressSettings: 'ALLOW_INTERNAL_AND_GCLB' },
      'internal-and-load-balancer',
    ],
    ['run.googleapis.com/Service', { ingress: 'SOMETHING_NEW' }, undefined],
  ])('reads from where a %s is called', (type, data, ingress) => {
    expect(resourceFacts(type, data)['ingress']).toBe(ingress);
  });

  it.each([
    [['GKE_METADATA', 'GKE_METADATA'], 'GKE_METADATA'],
    [['GKE_METADATA', 'GCE_METADATA'], 'mixed'],
    [['GCE_METADATA'], 'GCE_METADATA'],
    [[], undefined],
  ])('sums up the node pools of a cluster %j', (modes, expected) => {
    const nodePools = modes.map((mode) => ({ config: { workloadMetadataConfig: { mode } } }));
    expect(resourceFacts('container.googleapis.com/Cluster', { nodePools })['nodeMetadataMode']).toBe(expected);
  });

  it('is not misled by names that objects have of themselves', () => {
    expect(resourceFacts('constructor', {})).toEqual({});
    expect(resourceFacts('toString', JSON.parse('{"__proto__":{"state":"x"}}'))).toEqual({});
  });
});
