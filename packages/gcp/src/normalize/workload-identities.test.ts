import type { RawRecord } from '@keyreach/core/input';
import { describe, expect, it } from 'vitest';
import { identityInText, workloadIdentities } from './workload-identities.ts';
import { WORKLOAD_TYPES, type WorkloadType } from './workload-types.ts';

const EMAIL = 'app@my-p.iam.gserviceaccount.com';
const account = { is: 'account', email: EMAIL } as const;

function row(type: string): WorkloadType {
  const found = WORKLOAD_TYPES.find((one) => one.type === type);
  if (found === undefined) throw new Error(`no row \`${type}\``);
  return found;
}

/** Data in which the text stands at the path. */
function dataWith(path: string, text: string): RawRecord {
  return path.split('.').reduceRight<unknown>((inner, step) => {
    if (step.endsWith('[]')) return { [step.slice(0, -2)]: [inner] };
    if (step.endsWith('{}')) return { [step.slice(0, -2)]: { key: inner } };
    return { [step]: inner };
  }, text) as RawRecord;
}

const places = WORKLOAD_TYPES.flatMap((type) =>
  type.places.flatMap((place) =>
    place.paths.map((path) => ({ type, place, path: place.part === undefined ? path : `${place.part}.${path}` })),
  ),
);

describe('every row of the table of workloads', () => {
  it.each(places)('$type.type names an identity at $path', ({ type, path }) => {
    const { identities, unread } = workloadIdentities(type, dataWith(path, EMAIL));
    expect(unread).toEqual([]);
    expect(identities).toContainEqual({ identity: account, certainty: 'allow' });
  });

  it.each(places)('$type.type does not name a text beside $path', ({ type, path }) => {
    const { identities } = workloadIdentities(type, dataWith(`${path.replaceAll(/\[\]|\{\}/g, '')}Other`, EMAIL));
    expect(identities.filter(({ identity }) => identity.is === 'account')).toEqual([]);
  });

  it.each(places)('$type.type says so where the text at $path is no identity', ({ type, place, path }) => {
    const { unread } = workloadIdentities(type, dataWith(path, 'projects/p/other/x'));
    expect(unread.map((one) => (place.part === undefined ? one : `${place.part}.${one}`))).toContain(path);
  });

  it('has each type once, in order', () => {
    const types = WORKLOAD_TYPES.map(({ type }) => type);
    expect(types).toEqual([...new Set(types)].sort());
  });

  it.each(WORKLOAD_TYPES)('$type that names nothing has the default of its row', (type) => {
    const { identities } = workloadIdentities(type, {});
    const defaults = type.places.filter(({ part }) => part === undefined).map(({ whenEmpty }) => whenEmpty);
    expect(identities.map(({ identity }) => identity)).toEqual(defaults.filter(({ is }) => is !== 'none'));
  });
});

describe('workloadIdentities', () => {
  it('reads both versions of a shape, and no default beside', () => {
    const service = row('run.googleapis.com/Service');
    for (const data of [
      { spec: { template: { spec: { serviceAccountName: EMAIL } } } },
      { template: { serviceAccount: EMAIL } },
    ]) {
      expect(workloadIdentities(service, data).identities).toEqual([{ identity: account, certainty: 'allow' }]);
    }
  });

  it('gives each account of an instance its scopes, and an instance without any no identity', () => {
    const scopes = ['https://www.googleapis.com/auth/cloud-platform'];
    const instance = row('compute.googleapis.com/Instance');
    expect(workloadIdentities(instance, { serviceAccounts: [{ email: EMAIL, scopes }] }).identities).toEqual([
      { identity: account, certainty: 'allow', scopes },
    ]);
    expect(workloadIdentities(instance, { serviceAccounts: [] }).identities).toEqual([]);
  });

  it('reads every node pool by itself: the default where one names none, conditional behind the metadata server', () => {
    const data = {
      nodePools: [
        { config: { serviceAccount: EMAIL, workloadMetadataConfig: { mode: 'GKE_METADATA' } } },
        { config: { serviceAccount: 'default', workloadMetadataConfig: { mode: 'GCE_METADATA' } } },
        { config: {} },
      ],
    };
    expect(workloadIdentities(row('container.googleapis.com/Cluster'), data).identities).toEqual([
      { identity: account, certainty: 'conditional' },
      { identity: { is: 'compute' }, certainty: 'allow' },
      { identity: { is: 'compute' }, certainty: 'allow' },
    ]);
  });

  it('takes the account of the push, not the agent, where a subscription only pushes', () => {
    const type = row('pubsub.googleapis.com/Subscription');
    const push = { pushConfig: { oidcToken: { serviceAccountEmail: EMAIL } } };
    expect(workloadIdentities(type, push).identities).toEqual([{ identity: account, certainty: 'allow' }]);
    expect(workloadIdentities(type, { bigqueryConfig: {} }).identities).toEqual([
      { identity: { is: 'agent', producer: 'gcp-sa-pubsub' }, certainty: 'allow' },
    ]);
  });

  it('takes a person who owns a runtime for no identity of it', () => {
    const data = { accessConfig: { runtimeOwner: 'ada@example.com' } };
    expect(workloadIdentities(row('notebooks.googleapis.com/Runtime'), data)).toEqual({
      identities: [{ identity: { is: 'compute', certainty: 'unknown' }, certainty: 'unknown' }],
      unread: [],
    });
  });
});

describe('identityInText', () => {
  it.each([
    [EMAIL, account],
    [EMAIL.toUpperCase(), account],
    [`projects/my-p/serviceAccounts/${EMAIL}`, account],
    [`projects/-/serviceAccounts/${EMAIL}`, account],
    [`//iam.googleapis.com/projects/my-p/serviceAccounts/${EMAIL}`, account],
    [`serviceAccount:${EMAIL}`, account],
    ['projects/-/serviceAccounts/104857600000000000001', { is: 'unique-id', uniqueId: '104857600000000000001' }],
    ['default', { is: 'compute' }],
    [
      'service-12@gcp-sa-aiplatform-re.googleapis.com',
      { is: 'account', email: 'service-12@gcp-sa-aiplatform-re.iam.gserviceaccount.com' },
    ],
    [
      'agents.global.org-1.system.id.goog/resources/aiplatform/projects/2/locations/l/reasoningEngines/3',
      {
        is: 'subject',
        member:
          'principal://agents.global.org-1.system.id.goog/resources/aiplatform/projects/2/locations/l/reasoningEngines/3',
      },
    ],
    ['ada@example.com', 'user'],
    ['something', undefined],
    [`projects/my-p/keys/${EMAIL}`, undefined],
    [`${'a'.repeat(5000)}@p.iam.gserviceaccount.com`, undefined],
  ])('reads `%s`', (text, expected) => {
    expect(identityInText(text)).toEqual(expected);
  });
});
