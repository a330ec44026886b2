import { type Condition, type Graph, GraphBuilder, type PrincipalMatcher } from '@keyreach/core/graph';
import fc from 'fast-check';

/*
 * Small random estates in the shape that docs/graph-gcp.md describes: two folders, three projects, service accounts, groups of
 * which some were not read, workloads, and policies that mostly grant what techniques ask for.
 */

const CRM = '//cloudresourcemanager.googleapis.com';
const ORG = `${CRM}/organizations/1`;
const FOLDERS = [`${CRM}/folders/1`, `${CRM}/folders/2`];
const PROJECTS = [`${CRM}/projects/1`, `${CRM}/projects/2`, `${CRM}/projects/3`];
const ACCOUNTS = [0, 1, 2, 3, 4].map(
  (index) => `//iam.googleapis.com/projects/-/serviceAccounts/sa${index}@p${(index % 3) + 1}.iam.gserviceaccount.com`,
);
const USERS = ['user:ana@x.example', 'user:ben@x.example'];
const GROUPS = ['group:g0@x.example', 'group:g1@x.example', 'group:g2@x.example'];
const SET =
  'principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/attribute.repository/o/r';
const SUBJECT = 'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/subject/s';
const BUCKET = '//storage.googleapis.com/data';
const SECRET = '//secretmanager.googleapis.com/projects/2/secrets/db';
const MACHINE = '//compute.googleapis.com/projects/1/zones/z/instances/vm';
const SERVICE = '//run.googleapis.com/projects/2/locations/l/services/web';
const RING = '//cloudkms.googleapis.com/projects/2/locations/l/keyRings/r';
const KEY = `${RING}/cryptoKeys/k`;
const HIDDEN = `${PROJECTS[2]!}/uncollected-workload`;
const POOL = '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool';
const CUSTOM = '//iam.googleapis.com/projects/1/roles/custom';

/** Roles by the permissions they hold; every one of them is asked for by some technique, alone or with others. */
const ROLES: readonly (readonly [name: string, permissions: readonly string[], condition?: Condition])[] = [
  ['roles/token', ['iam.serviceAccounts.getAccessToken']],
  ['roles/actAs', ['iam.serviceAccounts.actAs']],
  ['roles/keys', ['iam.serviceAccountKeys.create']],
  ['roles/delegate', ['iam.serviceAccounts.implicitDelegation']],
  ['roles/accountPolicy', ['iam.serviceAccounts.setIamPolicy']],
  ['roles/run', ['run.services.create', 'run.services.update', 'run.jobs.create']],
  ['roles/compute', ['compute.instances.create', 'compute.disks.create', 'compute.subnetworks.use']],
  ['roles/metadata', ['compute.instances.setMetadata', 'compute.instances.reset']],
  ['roles/runAs', ['iam.serviceAccounts.actAs', 'run.services.update']],
  [
    'roles/jobs',
    ['run.jobs.run', 'run.jobs.runWithOverrides', 'run.workerPools.create', 'composer.environments.update'],
  ],
  ['roles/projectPolicy', ['resourcemanager.projects.setIamPolicy']],
  ['roles/folderPolicy', ['resourcemanager.folders.setIamPolicy']],
  ['roles/organizationPolicy', ['resourcemanager.organizations.setIamPolicy']],
  ['roles/storagePolicy', ['storage.buckets.setIamPolicy']],
  ['roles/ringPolicy', ['cloudkms.keyRings.setIamPolicy']],
  ['roles/decrypt', ['cloudkms.cryptoKeyVersions.useToDecrypt']],
  ['roles/read', ['storage.objects.get', 'secretmanager.versions.access']],
  ['roles/write', ['storage.objects.create', 'storage.objects.delete']],
  ['roles/roleAdmin', ['iam.roles.update']],
  ['roles/denyAdmin', ['iam.denypolicies.update', 'iam.denypolicies.delete']],
  ['roles/boundaryAdmin', ['iam.principalaccessboundarypolicies.update', 'iam.principalaccessboundarypolicies.delete']],
  [
    'roles/tags',
    [
      'resourcemanager.tagValueBindings.create',
      'resourcemanager.hierarchyNodes.createTagBinding',
      'storage.buckets.createTagBinding',
      'cloudkms.keyRings.createTagBinding',
    ],
  ],
  ['roles/pools', ['iam.googleapis.com/workloadIdentityPoolProviders.create']],
  // No role of Google Cloud has a condition in its text; those of other providers have.
  [
    'roles/limited',
    ['resourcemanager.projects.setIamPolicy', 'resourcemanager.folders.setIamPolicy'],
    givingOnly('roles/token', 'roles/chained'),
  ],
  ['roles/chained', ['resourcemanager.projects.setIamPolicy'], givingOnly('roles/decrypt', 'roles/read')],
  ['projects/1/roles/custom', ['pubsub.topics.publish']],
];

const CONDITIONS: readonly (Condition | undefined)[] = [
  ...Array.from({ length: 8 }, () => undefined),
  cel('request.time < timestamp("2027-01-01T00:00:00Z")'),
  cel('request.time < timestamp("2025-01-01T00:00:00Z")'),
  cel('request.time.getHours("UTC") > 8'),
  cel('resource.matchTag("1/env", "prod")'),
  cel('!resource.matchTag("1/env", "prod")'),
  cel('resource.name.startsWith("projects/_/buckets/data")'),
  cel('resource.type == "storage.googleapis.com/Bucket"'),
  givingOnly('roles/token', 'roles/read'),
  givingOnly('roles/limited', 'roles/chained'),
  cel('this is no expression'),
];

function givingOnly(...roles: readonly string[]): Condition {
  return cel(`api.getAttribute("iam.googleapis.com/modifiedGrantsByRole", []).hasOnly(${JSON.stringify(roles)})`);
}

function cel(text: string): Condition {
  return { language: 'gcp', body: { cel: text } };
}

const node = fc.constantFrom(
  ORG,
  ...FOLDERS,
  ...PROJECTS,
  ...PROJECTS,
  ...ACCOUNTS,
  ...ACCOUNTS,
  BUCKET,
  RING,
  KEY,
  SECRET,
  MACHINE,
  SERVICE,
  POOL,
  CUSTOM,
);
const scope = fc.constantFrom(ORG, ...FOLDERS, ...PROJECTS);

const matcher: fc.Arbitrary<PrincipalMatcher> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(...ACCOUNTS, ...USERS, SUBJECT)
      .map((id) => ({ match: 'node', id, strength: 'sufficient' }) as const),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(...GROUPS, SET).map((id) => ({ match: 'member', id, strength: 'sufficient' }) as const),
  },
  { weight: 1, arbitrary: fc.constant({ match: 'anyone', strength: 'sufficient' } as const) },
  {
    weight: 1,
    arbitrary: scope.map(
      (id) => ({ match: 'types', types: ['service-account'], scope: id, strength: 'sufficient' }) as const,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant({ match: 'unresolved', text: 'deleted:user:x@x?uid=1', dangling: true } as const),
  },
);

const binding = fc.record({
  role: fc.nat(ROLES.length - 1),
  node,
  include: fc.array(matcher, { minLength: 1, maxLength: 2 }),
  condition: fc.constantFrom(...CONDITIONS),
});

const denial = fc.record({
  node: scope,
  include: fc.array(matcher, { minLength: 1, maxLength: 2 }),
  exclude: fc.array(matcher, { maxLength: 1 }),
  roles: fc.array(fc.nat(ROLES.length - 1), { minLength: 1, maxLength: 4 }),
  condition: fc.constantFrom(undefined, undefined, undefined, cel('resource.matchTag("1/env", "prod")')),
});

const boundary = fc.record({
  on: fc.oneof(scope, fc.constantFrom(SET)),
  below: fc.array(scope, { minLength: 1, maxLength: 2 }),
  free: fc.array(fc.nat(ROLES.length - 1), { maxLength: 4 }),
  version: fc.constantFrom(undefined, '1', '3'),
});

const certainty = fc.constantFrom(undefined, undefined, undefined, 'conditional' as const, 'unknown' as const);

/** A random estate; see above. */
export const randomProjects: fc.Arbitrary<Graph> = fc
  .record({
    homes: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2)),
    nested: fc.boolean(),
    members: fc.array(
      fc.tuple(fc.constantFrom(...ACCOUNTS, ...USERS, ...GROUPS), fc.constantFrom(...GROUPS), certainty),
      { maxLength: 5 },
    ),
    unread: fc.array(fc.constantFrom(...GROUPS), { maxLength: 1 }),
    managers: fc.constantFrom(undefined, undefined, ...ACCOUNTS, ...USERS, GROUPS[0]!),
    inSet: fc.boolean(),
    runsAs: fc.tuple(fc.constantFrom(...ACCOUNTS), fc.constantFrom(...ACCOUNTS), certainty),
    tags: fc.array(fc.constantFrom(undefined, {}, { '1/env': 'prod' }, { '1/env': 'dev' }), {
      minLength: 5,
      maxLength: 5,
    }),
    bindings: fc.array(binding, { minLength: 3, maxLength: 12 }),
    denials: fc.array(denial, { maxLength: 2 }),
    boundaries: fc.array(boundary, { maxLength: 2 }),
    federates: fc.boolean(),
    guards: fc.array(fc.constantFrom(undefined, true, false), { minLength: 3, maxLength: 3 }),
  })
  .map((seed) => {
    const builder = new GraphBuilder();
    const provider = 'gcp';
    let tagged = 0;
    const tags = (): { readonly tags?: Readonly<Record<string, string>> } => {
      const given = seed.tags[tagged % seed.tags.length];
      tagged += 1;
      return given === undefined ? {} : { tags: given as Readonly<Record<string, string>> };
    };
    const common = (id: string): { readonly id: string; readonly provider: string; readonly name: string } => ({
      id,
      provider,
      name: id,
    });
    builder.node({ kind: 'scope', ...common(ORG), type: 'organization', ...tags() });
    builder.node({ kind: 'scope', ...common(FOLDERS[0]!), type: 'folder', scope: ORG, ...tags() });
    builder.node({
      kind: 'scope',
      ...common(FOLDERS[1]!),
      type: 'folder',
      scope: seed.nested ? FOLDERS[0]! : ORG,
      ...tags(),
    });
    PROJECTS.forEach((id, index) => {
      const crossProject = seed.guards[index];
      builder.node({
        kind: 'scope',
        ...common(id),
        type: 'project',
        scope: [ORG, ...FOLDERS][seed.homes[index]!]!,
        ...tags(),
        attributes: {
          projectId: `p${index + 1}`,
          projectNumber: String(index + 1),
          ...(crossProject === undefined
            ? {}
            : {
                orgPolicies: {
                  'iam.disableCrossProjectServiceAccountUsage': crossProject,
                  'iam.disableServiceAccountKeyCreation': crossProject,
                },
              }),
        },
      });
    });
    ACCOUNTS.forEach((id, index) => {
      const email = id.slice(id.lastIndexOf('/') + 1);
      builder.node({
        kind: 'identity',
        ...common(id),
        type: 'service-account',
        nature: 'machine',
        scope: PROJECTS[index % 3]!,
        attributes: { email },
      });
    });
    for (const id of USERS) builder.node({ kind: 'identity', ...common(id), type: 'user', nature: 'human' });
    for (const id of GROUPS) {
      builder.node({
        kind: 'identity',
        ...common(id),
        type: 'group',
        attributes: {
          ...(seed.unread.includes(id) ? { membersUnread: true } : {}),
          ...(seed.managers === undefined ? {} : { managers: [seed.managers] }),
        },
      });
    }
    builder.node({ kind: 'identity', ...common(SET), type: 'principal-set', external: true });
    builder.node({ kind: 'identity', ...common(SUBJECT), type: 'federated-subject', external: true });
    if (seed.inSet) builder.edge({ type: 'member-of', from: SUBJECT, to: SET });
    for (const [from, to, sure] of seed.members) {
      if (from !== to)
        builder.edge({ type: 'member-of', from, to, ...(sure === undefined ? {} : { certainty: sure }) });
    }
    const resource = (
      id: string,
      type: string,
      scopeOf: string,
      attributes: Readonly<Record<string, string | boolean>> = {},
    ): void => {
      builder.node({ kind: 'resource', ...common(id), type, scope: scopeOf, ...tags(), attributes });
    };
    resource(BUCKET, 'storage.googleapis.com/Bucket', PROJECTS[0]!, {
      conditionAttributes: true,
      conditionName: 'projects/_/buckets/data',
      conditionType: 'storage.googleapis.com/Bucket',
      service: 'storage.googleapis.com',
    });
    resource(SECRET, 'secretmanager.googleapis.com/Secret', PROJECTS[1]!);
    resource(RING, 'cloudkms.googleapis.com/KeyRing', PROJECTS[1]!);
    resource(KEY, 'cloudkms.googleapis.com/CryptoKey', PROJECTS[1]!);
    resource(MACHINE, 'compute.googleapis.com/Instance', PROJECTS[0]!);
    resource(SERVICE, 'run.googleapis.com/Service', PROJECTS[1]!);
    resource(POOL, 'iam.googleapis.com/WorkloadIdentityPool', PROJECTS[0]!);
    resource(CUSTOM, 'iam.googleapis.com/Role', PROJECTS[0]!, { role: 'projects/1/roles/custom' });
    builder.node({
      kind: 'resource',
      ...common(HIDDEN),
      type: 'uncollected-workload',
      scope: PROJECTS[2]!,
      uncollected: true,
    });
    builder.edge({
      type: 'runs-as',
      from: MACHINE,
      to: seed.runsAs[0],
      ...(seed.runsAs[2] === undefined ? {} : { certainty: seed.runsAs[2] }),
    });
    builder.edge({ type: 'runs-as', from: SERVICE, to: seed.runsAs[1] });
    builder.edge({ type: 'runs-as', from: HIDDEN, to: ACCOUNTS[2]!, certainty: 'unknown' });
    builder.edge({ type: 'vouches-for', from: POOL, to: SUBJECT });
    builder.edge({ type: 'vouches-for', from: POOL, to: SET });
    if (seed.federates) builder.edge({ type: 'federates', from: USERS[1]!, to: SUBJECT });
    if (seed.federates) builder.edge({ type: 'federates', from: ACCOUNTS[2]!, to: SUBJECT });
    for (const [name, include, condition] of ROLES) {
      const document = builder.document({
        provider,
        statements: [
          {
            effect: 'allow',
            actions: { include, exclude: [] },
            ...(condition === undefined ? {} : { condition }),
            index: 0,
          },
        ],
      });
      builder.policy({ id: name, provider, name, type: 'custom', document });
    }
    for (const { role, node: on, include, condition } of seed.bindings) {
      builder.attachment({
        policy: ROLES[role]![0],
        node: on,
        role: 'resource-grant',
        principals: { include, exclude: [] },
        ...(condition === undefined ? {} : { condition }),
      });
    }
    seed.denials.forEach(({ node: on, include, exclude, roles, condition }, index) => {
      const document = builder.document({
        provider,
        statements: [
          {
            effect: 'deny',
            actions: { include: roles.flatMap((role) => ROLES[role]![1]), exclude: [] },
            principals: { include, exclude },
            ...(condition === undefined
              ? {}
              : { condition: { ...condition, body: { ...(condition.body as object), for: 'deny' } } }),
            index: 0,
          },
        ],
      });
      builder.policy({ id: `deny-${index}`, provider, name: `deny-${index}`, type: 'deny', document });
      builder.attachment({ policy: `deny-${index}`, node: on, role: 'resource-grant' });
    });
    seed.boundaries.forEach(({ on, below, free, version }, index) => {
      const statements = [
        ...(free.length === 0
          ? []
          : [
              {
                effect: 'allow' as const,
                actions: { include: free.flatMap((role) => ROLES[role]![1]), exclude: [] },
                resources: { include: ['*'], exclude: [] },
                index: 0,
              },
            ]),
        {
          effect: 'allow' as const,
          actions: { include: ['*'], exclude: [] },
          resources: { include: ['*'], exclude: [] },
          condition: { language: 'gcp', body: { under: below } },
          index: 1,
        },
      ];
      const document = builder.document({ provider, statements });
      builder.policy({
        id: `pab-${index}`,
        provider,
        name: `pab-${index}`,
        type: 'principal-access-boundary',
        document,
      });
      builder.attachment({
        policy: `pab-${index}`,
        node: on,
        role: on === SET ? 'identity-guard' : 'principal-scope-guard',
        union: true,
        ...(version === undefined ? {} : { condition: { language: 'gcp', body: { blockableBy: version } } }),
      });
    });
    return builder.build();
  });
