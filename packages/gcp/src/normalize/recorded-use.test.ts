import { unusedOf } from '@keyreach/core/analysis';
import { ActionCatalogue } from '@keyreach/core/authz';
import { GraphBuilder, GraphIndex } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import type { GcpAsset, GcpAuditCoverage, GcpAuditRow, GcpInput, GcpPolicy } from '../bundle/gcp-input.ts';
import { scopeId, serviceAccountId, serviceAccountKeyId } from './gcp-ids.ts';
import { addRecordedUse } from './recorded-use.ts';

const now = '2026-06-30T00:00:00.000Z';
const ci = 'ci@p.iam.gserviceaccount.com';
const app = 'app@p.iam.gserviceaccount.com';
const old = '2024-01-01T00:00:00.000Z';

const listed = <T>(...items: readonly T[]): { readonly items: readonly T[]; readonly complete: true } => ({
  items,
  complete: true,
});

const EMPTY: GcpInput = {
  auditLogs: [],
  auditUsage: [],
  disabledServices: [],
  gaps: [],
  hmacKeys: listed(),
  apiKeys: listed(),
};

const org = scopeId('organizations', '1');
const project = scopeId('projects', '10');

/** Organization, project, two service accounts with keys `a`, `b` (of ci) and `z` (of app), and a user. */
function graphOf(input: Partial<GcpInput>): GraphIndex {
  const builder = new GraphBuilder();
  const provider = 'gcp';
  builder.node({ kind: 'scope', id: org, provider, type: 'organization', name: 'org' });
  builder.node({ kind: 'scope', id: project, provider, type: 'project', name: 'p', scope: org });
  for (const [email, uniqueId, keys] of [
    [ci, '101', ['a', 'b']],
    [app, '102', ['z']],
  ] as const) {
    const id = serviceAccountId(email);
    const attributes = { email, uniqueId, oauth2ClientId: uniqueId };
    const type = 'service-account';
    builder.node({ kind: 'identity', id, provider, type, name: email, scope: project, created: old, attributes });
    for (const publicId of keys) {
      builder.node({
        kind: 'credential',
        id: serviceAccountKeyId(email, publicId),
        provider,
        type: 'service-account-key',
        name: publicId,
        scope: project,
        status: 'active',
        created: old,
        lastUsed: { state: 'unknown' },
        publicId,
        static: true,
      });
      builder.edge({ type: 'authenticates', from: serviceAccountKeyId(email, publicId), to: id });
    }
  }
  builder.node({ kind: 'identity', id: 'user:ann@x.io', provider, type: 'user', name: 'ann', created: old });
  addRecordedUse({ input: { ...EMPTY, ...input }, builder });
  return new GraphIndex(builder.build());
}

const row = (more: Partial<GcpAuditRow>): GcpAuditRow => ({
  principal: ci,
  delegators: [],
  permission: 'storage.objects.get',
  service: 'storage.googleapis.com',
  first: '2026-06-01T00:00:00Z',
  last: '2026-06-20T00:00:00Z',
  count: 2,
  refused: 0,
  ...more,
});

const used = (rows: readonly GcpAuditRow[]): GcpInput['auditUsage'] => [{ source: 'audit-logs', rows, coverage: [] }];

describe('rows of audit logs', () => {
  const keyA = serviceAccountKeyId(ci, 'a');

  it('are use of the account with the key that the entries name', () => {
    const graph = graphOf({ auditUsage: used([row({ keyId: 'a', resource: 'projects/_/buckets/b' })]) });
    expect(graph.usageOf(serviceAccountId(ci))).toEqual([
      {
        identity: serviceAccountId(ci),
        credential: keyA,
        action: 'storage.objects.get',
        resource: 'projects/_/buckets/b',
        first: '2026-06-01T00:00:00.000Z',
        last: '2026-06-20T00:00:00.000Z',
        count: 2,
        refused: 0,
        source: 'audit-logs',
      },
    ]);
  });

  it('are use with another key where a deleted one is named, and with any where none is', () => {
    const graph = graphOf({ auditUsage: used([row({ keyId: 'gone' }), row({ permission: 'storage.objects.list' })]) });
    expect(graph.usageOf(serviceAccountId(ci)).map(({ action, otherCredential }) => [action, otherCredential])).toEqual(
      [
        ['storage.objects.get', true],
        ['storage.objects.list', undefined],
      ],
    );
  });

  it('with a chain of delegation are use of whoever stands in it, with the key it began with', () => {
    const graph = graphOf({ auditUsage: used([row({ principal: app, delegators: [ci, 'x'], keyId: 'a' })]) });
    expect(graph.usageOf(serviceAccountId(app))).toMatchObject([
      { action: 'storage.objects.get', otherCredential: true },
    ]);
    const ofCaller = graph.usageOf(serviceAccountId(ci));
    expect(ofCaller.map(({ action, credential, perhaps }) => [action, credential, perhaps])).toEqual(
      expect.arrayContaining([
        ['*', undefined, undefined],
        ['*', keyA, undefined],
        ['iam.serviceAccounts.getAccessToken', undefined, true],
        ['iam.serviceAccounts.implicitDelegation', undefined, true],
      ]),
    );
    expect(ofCaller.some(({ action }) => action === 'storage.objects.get')).toBe(false);
  });

  it('of refused calls, of strangers and of earlier namesakes are no use', () => {
    const early = { first: '2023-01-01T00:00:00Z', last: '2023-02-01T00:00:00Z' };
    const { first: _, last: __, ...refused } = row({ count: 0, refused: 3 });
    const graph = graphOf({
      auditUsage: used([refused, row({ principal: 'who@else.io' }), row({ principal: app, ...early })]),
    });
    expect(graph.usageOf(serviceAccountId(ci))).toMatchObject([{ count: 0, refused: 3 }]);
    expect(graph.usageOf(serviceAccountId(app))).toEqual([]);
    expect(graph.graph.gaps).toMatchObject([
      { what: 'recorded use', why: expect.stringMatching(/^2 principals of recorded calls are not in the input/) },
    ]);
  });

  it('without a permission are use of the permission of the method, or of none', () => {
    const { permission: _, ...plain } = row({ service: 'iamcredentials.googleapis.com', method: 'SignJwt' });
    const graph = graphOf({ auditUsage: used([plain, { ...plain, method: 'Else' }]) });
    expect(graph.usageOf(serviceAccountId(ci)).map(({ action }) => action)).toEqual([
      '*',
      'iam.serviceAccounts.signJwt',
    ]);
  });
});

const PERMISSIONS = [
  'compute.disks.create',
  'iam.serviceAccounts.actAs',
  'iam.serviceAccounts.signJwt',
  'resourcemanager.projects.setIamPolicy',
  'storage.objects.get',
];

const policy = (auditConfigs: GcpPolicy['auditConfigs']['items'] = []): GcpPolicy => ({
  bindings: listed(),
  auditConfigs: listed(...auditConfigs),
});

const asset = (name: string, type: string, ancestors: readonly string[], iamPolicy?: GcpPolicy): GcpAsset => ({
  name,
  assetType: `cloudresourcemanager.googleapis.com/${type}`,
  ancestors,
  ...(iamPolicy === undefined ? {} : { iamPolicy }),
});

const assets = (items: readonly GcpAsset[]): NonNullable<GcpInput['assets']> => ({
  items,
  complete: true,
  hasResources: true,
  hasPolicies: true,
  hasOrgPolicies: false,
});

const ALL = ['ADMIN_READ', 'DATA_READ', 'DATA_WRITE'] as const;
const everything = (...exemptedMembers: readonly string[]): GcpPolicy['auditConfigs']['items'][number] => ({
  service: 'allServices',
  logs: ALL.map((type) => ({ type, exemptedMembers })),
});

const estate = (...orgConfigs: Parameters<typeof policy>[0] & object): NonNullable<GcpInput['assets']> =>
  assets([
    asset(org, 'Organization', ['organizations/1'], policy(orgConfigs)),
    asset(project, 'Project', ['projects/10', 'organizations/1']),
  ]);

const whole = { from: '2026-01-01T00:00:00Z', to: '2026-06-29T00:00:00Z' };
const coverage: readonly GcpAuditCoverage[] = [
  { container: 'organizations/1', log: 'activity', below: true, ...whole },
  { container: 'organizations/1', log: 'data_access', below: true, ...whole },
];

const usage = (more: Partial<GcpInput['auditUsage'][number]> = {}): GcpInput['auditUsage'] => [
  { source: 'audit-logs', rows: [], coverage, auditConfigChanges: [], ...more },
];

/** Use of each permission by an account, and with each of its keys. */
function states(input: Partial<GcpInput>, email: string = ci): Readonly<Record<string, string>> {
  const graph = graphOf(input);
  const catalogue = new ActionCatalogue(PERMISSIONS);
  const bits = catalogue.select({ include: ['*'], exclude: [] }).bits;
  const identity = graph.identity(serviceAccountId(email))!;
  const use = unusedOf(graph, identity, {
    now,
    windowDays: 90,
    grantedServices: [],
    grantedActions: { catalogue, bits, beyond: [] },
    detail: 'actions',
  });
  const lists = [
    ['', use.actions] as const,
    ...use.credentials.map(({ id, actions }) => [` with ${id.slice(-1)}`, actions] as const),
  ];
  return Object.fromEntries(
    lists.flatMap(([key, actions]) =>
      (actions?.list ?? []).map(({ permission, state }) => [`${permission}${key}`, state]),
    ),
  );
}

describe('what audit logs prove unused', () => {
  const ADMIN = ['compute.disks.create', 'resourcemanager.projects.setIamPolicy'];
  const DATA = ['iam.serviceAccounts.signJwt', 'storage.objects.get'];
  const unused = (found: Readonly<Record<string, string>>): readonly string[] =>
    PERMISSIONS.filter((permission) => found[permission] === 'unused');

  it('is what Admin Activity shows, and of Data Access what is switched on', () => {
    expect(unused(states({ auditUsage: usage(), assets: estate() }))).toEqual(ADMIN);
    expect(unused(states({ auditUsage: usage(), assets: estate(everything()) }))).toEqual([...ADMIN, ...DATA].sort());
    const storage = { service: 'storage.googleapis.com', logs: [{ type: 'DATA_READ', exemptedMembers: [] }] } as const;
    expect(unused(states({ auditUsage: usage(), assets: estate(storage) }))).toEqual([...ADMIN, 'storage.objects.get']);
  });

  it('is no data where somebody is exempted, a policy above is not in the input, or the list is not complete', () => {
    expect(unused(states({ auditUsage: usage(), assets: estate(everything('user:ann@x.io')) }))).toEqual(ADMIN);
    const lone = assets([asset(project, 'Project', ['projects/10', 'organizations/1'], policy([everything()]))]);
    expect(unused(states({ auditUsage: usage(), assets: lone }))).toEqual(ADMIN);
    const cut = { ...estate(everything()), complete: false };
    expect(unused(states({ auditUsage: usage(), assets: cut }))).toEqual(ADMIN);
  });

  it('is nothing where the logs of one place were not read: calls are logged where the resource is', () => {
    const elsewhere = coverage.map(({ below: _, ...one }) => one);
    expect(unused(states({ auditUsage: usage({ coverage: elsewhere }), assets: estate(everything()) }))).toEqual([]);
    const both = ['organizations/1', 'projects/10'].flatMap((container) =>
      elsewhere.map((one) => ({ ...one, container })),
    );
    expect(unused(states({ auditUsage: usage({ coverage: both }), assets: estate(everything()) })).length).toBe(4);
  });

  it('is no data since settings changed, as far as that is known', () => {
    const changed = usage({ auditConfigChanges: [{ container: 'organizations/1', at: '2026-05-01T00:00:00Z' }] });
    expect(unused(states({ auditUsage: changed, assets: estate(everything()) }))).toEqual(ADMIN);
    const long = usage({ auditConfigChanges: [{ container: 'organizations/1', at: '2026-02-01T00:00:00Z' }] });
    expect(unused(states({ auditUsage: long, assets: estate(everything()) })).length).toBe(4);
    const set = row({ principal: app, permission: 'resourcemanager.projects.setIamPolicy', service: 'x' });
    const [{ auditConfigChanges: _, ...unlooked }] = usage({ rows: [set] }) as [GcpInput['auditUsage'][number]];
    expect(unused(states({ auditUsage: [unlooked], assets: estate(everything()) }))).toEqual(ADMIN);
  });

  it('is nothing of a service that writes entries without permissions', () => {
    const { permission: _, ...untold } = row({ principal: app, method: 'x', service: 'compute.googleapis.com' });
    expect(unused(states({ auditUsage: usage({ rows: [untold] }), assets: estate() }))).toEqual([
      'resourcemanager.projects.setIamPolicy',
    ]);
  });

  it('is told with each key: used with one, unused with the other, unknown where no key is told', () => {
    const rows = [row({ keyId: 'a' }), row({ permission: 'compute.disks.create', service: 'compute.googleapis.com' })];
    const found = states({ auditUsage: usage({ rows }), assets: estate(everything()) });
    expect(found).toMatchObject({
      'storage.objects.get': 'used',
      'storage.objects.get with a': 'used',
      'storage.objects.get with b': 'unused',
      'compute.disks.create': 'used',
      'compute.disks.create with a': 'unknown',
      'iam.serviceAccounts.signJwt with b': 'unused',
      'iam.serviceAccounts.actAs': 'unknown',
    });
  });
});

describe('authentications', () => {
  const observed = { startTime: '2025-06-01T07:00:00Z', endTime: '2026-06-28T07:00:00Z' };
  const ofAccount = (more: object = {}): object => ({
    fullResourceName: '//iam.googleapis.com/projects/p/serviceAccounts/101',
    activityType: 'serviceAccountLastAuthentication',
    observationPeriod: observed,
    ...more,
  });
  const ofKey = (key: string, more: object = {}): object => ({
    fullResourceName: `//iam.googleapis.com/projects/p/serviceAccounts/${ci}/keys/${key}`,
    activityType: 'serviceAccountKeyLastAuthentication',
    observationPeriod: observed,
    ...more,
  });
  const use = (input: Partial<GcpInput>): { readonly state: string; readonly keys: readonly string[] } => {
    const graph = graphOf(input);
    const identity = graph.identity(serviceAccountId(ci))!;
    const found = unusedOf(graph, identity, { now, windowDays: 90, grantedServices: [] });
    return { state: found.state, keys: found.credentials.map(({ state }) => state) };
  };
  const activities = (...items: readonly object[]): Partial<GcpInput> => ({
    activities: listed(...items) as NonNullable<GcpInput['activities']>,
  });

  it('tell accounts and keys apart', () => {
    const last = { lastAuthenticatedTime: '2026-06-01T07:00:00Z' };
    expect(use(activities(ofAccount(), ofKey('a'), ofKey('b')))).toEqual({
      state: 'unused',
      keys: ['unused', 'unused'],
    });
    expect(use(activities(ofAccount(last), ofKey('a', last), ofKey('b')))).toEqual({
      state: 'used',
      keys: ['used', 'unused'],
    });
    expect(use(activities(ofAccount({ lastAuthenticatedTime: '2025-12-01T07:00:00Z' })))).toEqual({
      state: 'unused',
      keys: ['unused', 'unused'],
    });
    expect(use(activities())).toEqual({ state: 'unknown', keys: ['unknown', 'unknown'] });
    expect(use(activities(ofKey('a')))).toEqual({ state: 'unknown', keys: ['unused', 'unknown'] });
  });

  it('prove nothing of an account with keys that they do not see', () => {
    const hmac = { accessId: 'GOOG1X', serviceAccountEmail: ci, state: 'ACTIVE' };
    const silent = activities(ofAccount(), ofKey('a'), ofKey('b'));
    expect(use({ ...silent, hmacKeys: listed(hmac) }).state).toBe('unknown');
    expect(use({ ...silent, hmacKeys: listed({ ...hmac, state: 'INACTIVE' }) }).state).toBe('unused');
    expect(use({ ...silent, hmacKeys: listed({ ...hmac, serviceAccountEmail: app }) }).state).toBe('unused');
    expect(use({ ...silent, apiKeys: listed({ name: 'k', serviceAccountEmail: ci }) }).state).toBe('unknown');
    const { hmacKeys: _, ...unlisted } = EMPTY;
    const builder = new GraphBuilder();
    builder.node({ kind: 'identity', id: serviceAccountId(ci), provider: 'gcp', type: 'service-account', name: ci });
    addRecordedUse({ input: { ...unlisted, ...silent }, builder });
    expect(builder.build().observations.filter(({ granularity }) => granularity === 'identity')).toEqual([]);
  });

  it('prove nothing of keys that may act for users of the Workspace', () => {
    const silent = activities(ofAccount(), ofKey('a'), ofKey('b'));
    expect(use({ ...silent, delegations: listed({ clientId: '101', scopes: [] }) })).toEqual({
      state: 'unknown',
      keys: ['unknown', 'unknown'],
    });
    expect(use({ ...silent, delegations: listed({ clientId: '102', scopes: [] }) }).state).toBe('unused');
  });

  it('are counted: a series of zeros is no use', () => {
    const point = (day: string, value: string): object => ({
      interval: { startTime: `2026-${day}T00:00:00Z`, endTime: `2026-${day}T12:00:00Z` },
      value: { int64Value: value },
    });
    const series = (...points: readonly object[]): Partial<GcpInput> => ({
      authCounters: listed({
        metric: { type: 'iam.googleapis.com/service_account/key/authn_events_count', labels: { key_id: 'a' } },
        resource: { type: 'iam_service_account', labels: { project_id: 'p', unique_id: '101' } },
        points,
      }),
    });
    const states = (input: Partial<GcpInput>): readonly string[] => {
      const graph = graphOf(input);
      return unusedOf(graph, graph.identity(serviceAccountId(ci))!, {
        now,
        windowDays: 30,
        grantedServices: [],
      }).credentials.map(({ state }) => state);
    };
    expect(states(series(point('05-20', '0'), point('06-29', '0')))).toEqual(['unused', 'unknown']);
    expect(states(series(point('05-20', '0'), point('06-20', '3'), point('06-29', '0')))).toEqual(['used', 'unknown']);
  });
});

describe('insights about permissions', () => {
  const insight = (content: object): NonNullable<GcpInput['insights']> =>
    listed({
      name: 'i',
      insightSubtype: 'PERMISSIONS_USAGE',
      content: { role: 'roles/x', member: `serviceAccount:${ci}`, ...content },
      observationPeriod: 7_776_000,
      lastRefreshTime: '2026-06-29T00:00:00Z',
      targetResources: ['//cloudresourcemanager.googleapis.com/projects/p'],
    });
  const content = {
    exercisedPermissions: [{ permission: 'storage.objects.get' }],
    inferredPermissions: [{ permission: 'compute.disks.create' }],
  };
  const roles = listed({ name: 'roles/x', includedPermissions: PERMISSIONS });
  const bound = (...more: GcpAsset[]): NonNullable<GcpInput['assets']> =>
    assets([
      {
        ...asset(project, 'Project', ['projects/10', 'organizations/1'], {
          bindings: listed({ role: 'roles/x', members: [`serviceAccount:${ci}`] }),
          auditConfigs: listed(),
        }),
        resource: { data: { projectId: 'p', projectNumber: '10' } },
      },
      ...more,
    ]);

  it('tell what was used, what perhaps was, and that the rest was not', () => {
    expect(states({ insights: insight(content), roles, assets: bound() })).toMatchObject({
      'storage.objects.get': 'used',
      'compute.disks.create': 'unknown',
      'iam.serviceAccounts.signJwt': 'unused',
      'storage.objects.get with a': 'unknown',
    });
  });

  it('prove nothing where another binding, which nobody watched, has the permission', () => {
    const other = asset(org, 'Organization', ['organizations/1'], {
      bindings: listed({ role: 'roles/y', members: [`serviceAccount:${ci}`] }),
      auditConfigs: listed(),
    });
    const more = listed(...roles.items, { name: 'roles/y', includedPermissions: ['iam.serviceAccounts.signJwt'] });
    expect(states({ insights: insight(content), roles: more, assets: bound(other) })).toMatchObject({
      'iam.serviceAccounts.signJwt': 'unknown',
      'resourcemanager.projects.setIamPolicy': 'unused',
    });
    expect(states({ insights: insight(content), roles, assets: bound(other) })).toMatchObject({
      'resourcemanager.projects.setIamPolicy': 'unknown',
    });
    expect(states({ insights: insight({ ...content, member: 'group:g@x.io' }), roles, assets: bound() })).toMatchObject(
      { 'storage.objects.get': 'unknown', 'iam.serviceAccounts.signJwt': 'unknown' },
    );
  });
});
