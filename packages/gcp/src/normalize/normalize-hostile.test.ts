import { fc, test } from '@fast-check/vitest';
import { canonicalJson, type Graph, validateGraphRecord } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { type GcpInputObjects, gcpInputFromObjects } from '../bundle/input-from-objects.ts';
import { normalizeGcp } from './normalize.ts';
import {
  APP,
  account,
  BUCKET,
  CI,
  estate,
  FOLDER,
  LAB,
  NOW,
  ORG,
  OTHER_FOLDER,
  ROLES,
  records,
  SHOP,
} from './testing/estate.ts';

/** Every record as it would stand in a graph file. */
function validate(graph: Graph): void {
  const kinds = [
    ['node', graph.nodes],
    ['edge', graph.edges],
    ['document', graph.documents],
    ['policy', graph.policies],
    ['attachment', graph.attachments],
    ['gap', graph.gaps],
  ] as const;
  for (const [record, values] of kinds) for (const value of values) validateGraphRecord({ record, ...value }, 1);
}

/** An input with one of most things. */
function everything(): GcpInputObjects {
  const key = 'b'.repeat(40);
  return {
    assets: records(
      {
        [ORG]: [{ role: 'roles/owner', members: ['group:admins@example.com', 'user:root@example.com'] }],
        [FOLDER]: [{ role: 'roles/editor', members: ['domain:example.com', `serviceAccount:${CI}`] }],
        [SHOP]: [
          {
            role: 'roles/storage.objectViewer',
            members: ['user:b@x.example', 'user:a@x.example', 'allAuthenticatedUsers'],
          },
          {
            role: 'roles/unlisted',
            members: [`deleted:user:a@x.example?uid=1`, 'planet:mars'],
            condition: { title: 't', expression: 'true' },
          },
          { role: 'projects/shop/roles/own', members: [`serviceAccount:${APP}`] },
        ],
        [BUCKET]: [
          { role: 'roles/storage.objectViewer', members: ['projectViewer:shop', 'projectOwner:123', 'allUsers'] },
        ],
        [APP]: [
          {
            role: 'roles/iam.serviceAccountUser',
            members: ['principalSet://iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/ci/*'],
          },
        ],
      },
      [
        {
          name: '//cloudresourcemanager.googleapis.com/projects/shop',
          assetType: 'cloudresourcemanager.googleapis.com/Project',
          ancestors: ['projects/123', 'folders/9', 'organizations/1'],
          iamPolicy: { bindings: [{ role: 'roles/viewer', members: ['group:dark@example.com'] }] },
        },
        account('third@lab.iam.gserviceaccount.com', { uniqueId: '333', disabled: true }),
      ],
    ),
    roles: [...ROLES, { name: 'projects/shop/roles/own', includedPermissions: ['b.c.d', 'a.b.c'] }],
    denyPolicies: [
      {
        name: 'policies/cloudresourcemanager.googleapis.com%2Ffolders%2F9/denypolicies/d',
        rules: [
          {
            denyRule: {
              deniedPrincipals: ['principalSet://goog/public:all', 'principal://goog/subject/z@x.example'],
              exceptionPrincipals: ['principalSet://goog/group/admins@example.com'],
              deniedPermissions: ['iam.googleapis.com/roles.*', 'storage.googleapis.com/objects.get'],
            },
          },
        ],
      },
      { name: 'policies/cloudresourcemanager.googleapis.com%2Fprojects%2Flab/denypolicies/e', rules: [] },
    ],
    boundaries: {
      principalAccessBoundaryPolicies: [
        {
          name: 'organizations/1/locations/global/principalAccessBoundaryPolicies/b',
          details: {
            rules: [
              {
                resources: [
                  '//cloudresourcemanager.googleapis.com/projects/lab',
                  '//cloudresourcemanager.googleapis.com/folders/8',
                ],
                effect: 'ALLOW',
              },
            ],
          },
        },
      ],
      policyBindings: [
        {
          name: 'x/policyBindings/pb',
          target: { principalSet: '//cloudresourcemanager.googleapis.com/organizations/1' },
          policyKind: 'PRINCIPAL_ACCESS_BOUNDARY',
          policy: 'organizations/1/locations/global/principalAccessBoundaryPolicies/b',
        },
      ],
    },
    groups: {
      'group:admins@example.com': [
        { member: 'user:root@example.com', roles: ['OWNER'] },
        'group:inner@example.com',
        'domain:example.com',
      ],
      'group:inner@example.com': ['group:admins@example.com', `serviceAccount:${APP}`],
    },
    serviceAccountKeys: [
      { name: `projects/shop/serviceAccounts/${APP}/keys/${key}`, keyType: 'USER_MANAGED' },
      { name: `projects/lab/serviceAccounts/333/keys/${key}`, keyType: 'USER_MANAGED' },
    ],
    hmacKeys: [
      { accessId: 'GOOG1EXAMPLEB', serviceAccountEmail: CI, state: 'ACTIVE' },
      { accessId: 'GOOG1EXAMPLEA', serviceAccountEmail: APP, state: 'ACTIVE' },
    ],
    apiKeys: [
      { name: 'projects/123/locations/global/keys/u1', serviceAccountEmail: APP },
      { name: 'projects/123/locations/global/keys/u2' },
    ],
    delegations: [{ clientId: '1', scopes: ['b', 'a'] }],
  };
}

/** Every list in another order. */
function shuffled(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) {
    // Ancestors are a path: their order is what they say.
    const path =
      value.length > 0 &&
      value.every((item) => typeof item === 'string' && /^(?:projects|folders|organizations)\/\w+$/.test(item));
    const items = value.map((item) => shuffled(item, random));
    for (let index = path ? 0 : items.length - 1; index > 0; index -= 1) {
      const other = Math.floor(random() * (index + 1));
      [items[index], items[other]] = [items[other], items[index]];
    }
    return items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, child]) => ({
    entry: [name, shuffled(child, random)] as const,
    at: random(),
  }));
  return Object.fromEntries(entries.sort((left, right) => left.at - right.at).map(({ entry }) => entry));
}

const text = (objects: GcpInputObjects): string =>
  canonicalJson(normalizeGcp(gcpInputFromObjects(objects), { now: NOW }));

describe('an input with one of most things', () => {
  it('makes a valid graph, each node once', () => {
    const graph = normalizeGcp(gcpInputFromObjects(everything()), { now: NOW });
    validate(graph);
    expect(
      graph.gaps.filter(({ what }) => what.startsWith('duplicate') || what.endsWith(' edge') || what === 'attachment'),
    ).toEqual([]);
    const types = new Set(graph.nodes.map(({ kind, type }) => `${kind} ${type}`));
    for (const type of [
      ...['organization', 'folder', 'project'].map((one) => `scope ${one}`),
      ...['service-account', 'user', 'group', 'domain', 'convenience', 'public', 'principal-set'].map(
        (one) => `identity ${one}`,
      ),
      ...['service-account-key', 'hmac-key', 'api-key'].map((one) => `credential ${one}`),
      'resource iam.googleapis.com/Role',
      'resource storage.googleapis.com/Bucket',
    ]) {
      expect(types).toContain(type);
    }
    expect(graph.attachments.filter(({ node }) => node === SHOP)).toHaveLength(4);
    expect(graph.nodes.map(({ id }) => id)).toContain(LAB);
    expect(graph.nodes.map(({ id }) => id)).toContain(OTHER_FOLDER);
  });

  test.prop([fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }))], { numRuns: 25 })(
    'is byte-equal whatever the order of the lists',
    (stream) => {
      const random = (): number => stream.next().value ?? 0;
      const mixed = shuffled(everything(), random) as GcpInputObjects;
      expect(text(mixed)).toBe(text(everything()));
    },
  );

  it('is empty for empty input', () => {
    const graph = normalizeGcp(gcpInputFromObjects({}), { now: NOW });
    expect([graph.nodes, graph.gaps]).toEqual([[], []]);
  });
});

describe('hostile input', () => {
  it('ends where folders and groups contain one another', () => {
    const folder = (number: number, parent: number): object => ({
      name: `//cloudresourcemanager.googleapis.com/folders/${number}`,
      assetType: 'cloudresourcemanager.googleapis.com/Folder',
      ancestors: [],
      resource: { data: { name: `folders/${number}`, parent: `folders/${parent}` } },
      iamPolicy: { bindings: [{ role: 'roles/viewer', members: ['group:a@x.example', 'user:u@x.example'] }] },
    });
    const groups = {
      'group:a@x.example': ['group:b@x.example'],
      'group:b@x.example': ['group:a@x.example', 'group:b@x.example'],
    };
    const made = estate({ assets: [folder(1, 2), folder(2, 1), folder(3, 3)], groups });
    validate(made.graph);
    expect(
      made.can('user:u@x.example', 'resourcemanager.projects.get', '//cloudresourcemanager.googleapis.com/folders/3'),
    ).toBe('allow');
  });

  it('takes names that mean something to JavaScript', () => {
    const groups = JSON.parse(
      '{"group:__proto__@x.example":["user:constructor@x.example"],"__proto__":["user:u@x.example"]}',
    );
    const extra = JSON.parse(
      '[{"name":"//storage.googleapis.com/__proto__","assetType":"storage.googleapis.com/Bucket","ancestors":["projects/__proto__"],"resource":{"data":{"__proto__":{"x":1},"labels":{"__proto__":"x"}}},"iamPolicy":{"bindings":[{"role":"__proto__","members":["group:__proto__@x.example","toString","user:hasOwnProperty"]}]}}]',
    );
    const made = estate({ assets: records({}, extra), groups });
    validate(made.graph);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    expect(made.edges('member-of')).toContain('member-of user:constructor@x.example -> group:__proto__@x.example');
  });

  it('takes names of any length', () => {
    const long = 'x'.repeat(200_000);
    const made = estate({
      assets: records({
        [SHOP]: [
          { role: 'roles/viewer', members: [`user:${long}`, `principalSet://${long}`, `deleted:${long}`] },
          { role: `roles/${long}`, members: ['user:u@x.example'] },
        ],
      }),
      groups: { [`group:${long}@x`]: ['user:u@x.example'] },
    });
    validate(made.graph);
    expect(made.graph.nodes.every(({ id }) => id.length < 10_000)).toBe(true);
  });

  const anything = fc.oneof(
    fc.anything({ maxDepth: 2 }),
    fc.constantFrom(
      '*',
      '',
      '//',
      'projects/1',
      'organizations/1',
      'user:a@x.example',
      null,
      0,
      [],
      {},
      [{}],
      { data: {} },
      { bindings: [{}] },
    ),
  );
  const list = fc.array(
    fc.record(
      {
        name: fc.oneof(
          anything,
          fc.constantFrom(SHOP, `//iam.googleapis.com/projects/p/serviceAccounts/1`, 'projects/p/roles/r'),
        ),
        assetType: fc.oneof(
          anything,
          fc.constantFrom('cloudresourcemanager.googleapis.com/Project', 'iam.googleapis.com/ServiceAccount'),
        ),
        ancestors: anything,
        resource: anything,
        iamPolicy: anything,
        includedPermissions: anything,
        rules: anything,
        restrictions: anything,
        accessId: anything,
        email: anything,
      },
      { requiredKeys: [] },
    ),
    { maxLength: 6 },
  );
  test.prop([list, anything])('never throws, whatever stands in the lists', (items, value) => {
    const graph = normalizeGcp(
      gcpInputFromObjects({
        assets: items,
        roles: items,
        denyPolicies: items,
        boundaries: { principalAccessBoundaryPolicies: items, policyBindings: items },
        groups: value,
        serviceAccountKeys: items,
        hmacKeys: items,
        apiKeys: items,
        pools: { pools: items, providers: items },
        activities: items,
        insights: items,
        delegations: items,
        projects: items,
        serviceAccounts: items,
        effectiveTags: items,
        orgPolicies: items,
        disabledServices: items,
        auditUsage: value,
      }),
      { now: NOW },
    );
    validate(graph);
  });
});
