import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fc, test } from '@fast-check/vitest';
import { canonicalJson, type Graph, validateGraphRecord } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { awsInputFromObjects } from '../bundle/input-from-objects.ts';
import { readAwsInput } from '../bundle/read-bundle.ts';
import { normalizeAws } from './normalize.ts';
import { A, ALLOW_ALL, arn, details, estate, NOW, policy, role, user } from './testing/estate.ts';
import { smallBundle } from './testing/small-bundle.ts';
import { PLACEHOLDER_TYPES } from './workload-roles.ts';

const SMALL = fileURLToPath(new URL('../../test-data/small-bundle', import.meta.url));
/** Public sample inputs kept beside the repository; absent where only the repository is. */
const EXAMPLE = fileURLToPath(
  new URL('../../../../../shared/data/aws/example-authorization-details.json', import.meta.url),
);

/** Every record as it would stand in a graph file. */
function validate(graph: Graph): void {
  const kinds = [
    ['node', graph.nodes],
    ['edge', graph.edges],
    ['document', graph.documents],
    ['policy', graph.policies],
    ['attachment', graph.attachments],
    ['usage', graph.usage],
    ['observation', graph.observations],
    ['gap', graph.gaps],
  ] as const;
  for (const [record, values] of kinds) {
    for (const value of values) validateGraphRecord({ record, ...value }, 1);
  }
}

/** Lists of the input whose order means nothing, in another order. Policy statements stay as they are. */
function shuffled(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => shuffled(item, random));
    for (let index = items.length - 1; index > 0; index -= 1) {
      const other = Math.floor(random() * (index + 1));
      [items[index], items[other]] = [items[other], items[index]];
    }
    return items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, child]) => [
    key,
    POLICIES.has(key) ? child : shuffled(child, random),
  ]);
  return Object.fromEntries(shuffledEntries(entries, random));
}

const POLICIES: ReadonlySet<string> = new Set([
  'Statement',
  'PolicyDocument',
  'Document',
  'AssumeRolePolicyDocument',
  'KeyPolicy',
  'Content',
]);

function shuffledEntries<T>(entries: readonly T[], random: () => number): readonly T[] {
  return entries
    .map((entry) => ({ entry, at: random() }))
    .sort((left, right) => left.at - right.at)
    .map(({ entry }) => entry);
}

describe('normalizeAws', () => {
  it('makes a valid graph of a bundle with one of each thing', async () => {
    const graph = normalizeAws(await readAwsInput(SMALL), { now: NOW });
    validate(graph);
    const types = new Set(graph.nodes.map(({ kind, type }) => `${kind} ${type}`));
    expect(types).toEqual(
      new Set([
        ...['account', 'organization', 'organizational-unit', 'root'].map((type) => `scope ${type}`),
        ...[
          'external-account',
          'federated-subject',
          'group',
          'identity-center-user',
          'public',
          'role',
          'root',
          'user',
        ].map((type) => `identity ${type}`),
        ...['access-key', 'password', 'service-specific-credential', 'signing-certificate', 'ssh-public-key'].map(
          (type) => `credential ${type}`,
        ),
        // One of the accounts has no list of resources: placeholders stand for its workloads.
        ...PLACEHOLDER_TYPES.map((type) => `resource ${type}`),
        ...[
          'IAM::InstanceProfile',
          'IAM::ManagedPolicy',
          'IAM::OIDCProvider',
          'IAM::SAMLProvider',
          'KMS::Key',
          'Lambda::Function',
          'Organizations::Policy',
        ].map((type) => `resource AWS::${type}`),
        ...['S3::Bucket', 'SQS::Queue', 'SSO::Instance', 'SSO::PermissionSet', 'SecretsManager::Secret'].map(
          (type) => `resource AWS::${type}`,
        ),
      ]),
    );
    expect(graph.gaps.filter(({ what }) => what === 'duplicate id' || what === 'duplicate policy id')).toEqual([]);
  });

  it('is the same for values in memory', async () => {
    const fromFiles = normalizeAws(await readAwsInput(SMALL), { now: NOW });
    const inMemory = normalizeAws(awsInputFromObjects(smallBundle()), { now: NOW });
    // Only the gap that the manifest carries comes from files alone.
    expect(inMemory.gaps).toEqual(fromFiles.gaps.filter(({ what }) => what !== 'KMS grants'));
    expect({ ...inMemory, gaps: [] }).toEqual({ ...fromFiles, gaps: [] });
  });

  test.prop([fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }))], { numRuns: 20 })(
    'is byte-equal whatever the order of the lists',
    (stream) => {
      const random = () => stream.next().value ?? 0;
      const small = smallBundle();
      const mixed = shuffled(small, random) as ReturnType<typeof smallBundle>;
      const text = (objects: typeof small) => canonicalJson(normalizeAws(awsInputFromObjects(objects), { now: NOW }));
      expect(text(mixed)).toBe(text(small));
    },
  );

  it('makes an empty graph of empty input', () => {
    const graph = normalizeAws(awsInputFromObjects({ accounts: {} }), { now: NOW });
    expect([graph.nodes, graph.gaps]).toEqual([[], []]);
  });

  it('works in other partitions', () => {
    const china = JSON.parse(JSON.stringify(smallBundle()).replaceAll('arn:aws:', 'arn:aws-cn:'));
    const graph = normalizeAws(awsInputFromObjects(china), { now: NOW });
    validate(graph);
    expect(graph.nodes.filter(({ id }) => id.startsWith('arn:aws:'))).toEqual([]);
  });
});

describe('hostile input', () => {
  it('takes names that mean something to JavaScript', () => {
    const graph = estate({
      authorizationDetails: details({
        users: [
          user('__proto__'),
          user('constructor', { GroupList: ['toString'], Tags: [{ Key: '__proto__', Value: 'x' }] }),
        ],
        roles: [role('hasOwnProperty', { AWS: 'AIDA__PROTO__' })],
      }),
      accessKeys: [{ UserName: '__proto__', AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Active' }],
      resources: [
        { TypeName: 'AWS::S3::Bucket', Identifier: '__proto__', Properties: JSON.parse('{"__proto__":{"Tags":[]}}') },
      ],
    });
    validate(graph.graph);
    expect(graph.node(arn('user/__proto__')).attributes).toMatchObject({ accessKeys: 1 });
    expect(Object.getOwnPropertyNames(graph.node(arn('user/constructor')).tags)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('takes wildcards by the thousand', () => {
    const pattern = `arn:aws:s3:::${'*?'.repeat(5000)}`;
    const graph = estate({
      authorizationDetails: details({
        policies: [
          policy('bomb', {
            Version: '2012-10-17',
            Statement: { Effect: 'Allow', Action: `s3:${'*'.repeat(5000)}`, Resource: pattern },
          }),
        ],
      }),
    });
    expect(graph.document(arn('policy/bomb')).statements[0]?.resources?.include).toEqual([pattern]);
  });

  it('turns a policy that nests too deep into one gap', () => {
    const deep = `{"Version":"2012-10-17","Statement":${'['.repeat(10_000)}`;
    const graph = estate({ authorizationDetails: details({ policies: [policy('deep', encodeURIComponent(deep))] }) });
    expect(graph.document(arn('policy/deep')).unreadable).toContain('nested too deep');
    expect(graph.gaps('policy text')).toHaveLength(1);
  });

  it('keeps one of two entities with one ARN', () => {
    const graph = estate({
      authorizationDetails: details({ users: [user('a', { Tags: [] }), user('a', { UserId: 'AIDAOTHER' })] }),
    });
    expect(graph.gaps('authorization details')).toHaveLength(1);
    expect(graph.gaps('duplicate id')).toEqual([]);
  });

  it('lists a hundred problems of a file and counts the others', () => {
    const graph = estate({ authorizationDetails: details({ users: Array.from({ length: 5000 }, () => 7) }) });
    const gaps = graph.gaps('authorization details');
    expect(gaps).toHaveLength(101);
    expect(gaps.map(({ why }) => why)).toContain('and 4900 more problems in this file');
  });

  const anything = fc.oneof(fc.anything({ maxDepth: 2 }), fc.constantFrom('*', '', arn('user/a'), A, null, 0, [], {}));
  test.prop([
    fc.array(
      fc.record({
        UserName: anything,
        RoleName: anything,
        Arn: fc.oneof(anything, fc.constant(arn('role/a'))),
        AssumeRolePolicyDocument: anything,
        GroupList: anything,
        RolePolicyList: anything,
        Tags: anything,
        InstanceProfileList: anything,
      }),
    ),
  ])('never throws, whatever stands in the lists', (list) => {
    const graph = estate({
      authorizationDetails: details({ users: list, roles: list, groups: list, policies: list }),
      accessKeys: list,
      loginProfiles: list,
      resources: list,
      identityProviders: { OpenIDConnectProviders: list, SAMLProviders: list },
      serviceLastAccessed: { [arn('role/a')]: { ServicesLastAccessed: list } },
    });
    validate(graph.graph);
  });
});

describe.skipIf(!existsSync(EXAMPLE))('the public sample account', () => {
  it('has 44 users and 78 roles, and says what it lacks', async () => {
    const graph = normalizeAws(await readAwsInput(EXAMPLE), { now: NOW });
    validate(graph);
    const own = graph.nodes.filter((node) => node.kind === 'identity' && node.external !== true);
    const count = (type: string) => own.filter((node) => node.type === type).length;
    expect([count('user'), count('role'), count('group'), count('root')]).toEqual([44, 78, 5, 2]);
    // The one role outside the input that is named is service-linked: whom it trusts is known.
    expect(graph.documents.flatMap(({ unreadable }) => unreadable ?? [])).toEqual([]);
    const whats = new Set(graph.gaps.map(({ what }) => what));
    for (const what of [
      'access keys',
      'credential report',
      'last used',
      'login profiles',
      'resources',
      'identity providers',
      'service last accessed',
      'CloudTrail',
      'organization',
    ]) {
      expect(whats).toContain(what);
    }
    expect(graph.gaps.find(({ why }) => why.includes('several accounts'))).toMatchObject({
      what: 'authorization details',
    });
  });

  it('names sessions by their role, and vendors as external', async () => {
    const graph = normalizeAws(await readAwsInput(EXAMPLE), { now: NOW });
    const conditional = graph.documents
      .flatMap(({ statements }) => statements.flatMap(({ principals }) => principals?.include ?? []))
      .filter((matcher) => matcher.match === 'node' && matcher.certainty === 'conditional');
    expect(conditional.length).toBeGreaterThan(0);
    const external = graph.nodes
      .filter((node) => node.kind === 'identity' && node.external === true)
      .map(({ id }) => id);
    expect(external).toContain('arn:aws:iam::072528804237:root');
  });
});

it('a document of everything is stored once', () => {
  const graph = estate({
    authorizationDetails: details({
      users: Array.from({ length: 50 }, (_, index) =>
        user(`u${index}`, { UserPolicyList: [{ PolicyName: 'p', PolicyDocument: ALLOW_ALL }] }),
      ),
    }),
  });
  expect(graph.graph.documents).toHaveLength(1);
  expect(graph.graph.policies).toHaveLength(51);
});
