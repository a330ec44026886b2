import type { Report } from '@keyreach/core/input';
import { describe, expect, it } from 'vitest';
import { readAllowPolicy } from './allow-policy.ts';
import { readApiKeys } from './api-keys.ts';
import { readBoundaries } from './boundaries-file.ts';
import { readDenyPolicies } from './deny-policies.ts';
import { readGroups } from './groups-file.ts';
import { readHierarchy, readServiceAccounts } from './hierarchy-lists.ts';
import { readHmacKeys } from './hmac-keys.ts';
import { readActivities, readDelegations, readDisabledServices, readInsights, readPools } from './raw-lists.ts';
import { readRoles } from './roles-file.ts';
import { readServiceAccountKeys } from './service-account-keys.ts';
import { readWith } from './testing/report.ts';

/** What a reader gives, and whether it said that something is wrong. */
function read<T>(
  reader: (raw: unknown, report: Report) => T,
  raw: unknown,
): { readonly value: T; readonly told: boolean } {
  const { value, problems } = readWith((report) => reader(raw, report));
  return { value, told: problems.length > 0 };
}

const policy = (raw: Readonly<Record<string, unknown>>) =>
  read((value, report) => readAllowPolicy(value as typeof raw, '', report), raw);

const KEY = 'projects/p/serviceAccounts/a@p.iam.gserviceaccount.com/keys/1';
const API_KEY = 'projects/1/locations/global/keys/k';

describe('allow policies', () => {
  const binding = { role: 'roles/viewer', members: ['user:a@x'] };

  it.each([
    [
      'auditConfigs',
      { auditConfigs: [{ service: 's', auditLogConfigs: [{ logType: 'DATA_READ', exemptedMembers: ['user:a@x'] }] }] },
    ],
    [
      'audit_configs',
      {
        audit_configs: [
          { service: 's', audit_log_configs: [{ log_type: 'DATA_READ', exempted_members: ['user:a@x'] }] },
        ],
      },
    ],
    [
      'numbers',
      { audit_configs: [{ service: 's', audit_log_configs: [{ log_type: 3, exempted_members: ['user:a@x'] }] }] },
    ],
  ])('have audit configurations as %s', (_form, raw) => {
    const { value, told } = policy(raw);
    expect(told).toBe(false);
    expect(value.auditConfigs).toEqual({
      items: [{ service: 's', logs: [{ type: 'DATA_READ', exemptedMembers: ['user:a@x'] }] }],
      complete: true,
    });
  });

  it('number the other types as the API does', () => {
    const logs = [1, 2, 3].map((log_type) => ({ log_type }));
    const { value } = policy({ audit_configs: [{ service: 's', audit_log_configs: logs }] });
    expect(value.auditConfigs.items[0]?.logs.map(({ type }) => type)).toEqual([
      'ADMIN_READ',
      'DATA_WRITE',
      'DATA_READ',
    ]);
  });

  it.each([
    ['absent', {}, {}],
    ['null', { condition: null }, {}],
    ['empty as tables have it', { condition: { title: '', expression: '' } }, {}],
    [
      'there',
      { condition: { title: 't', expression: 'true', location: '' } },
      { condition: { title: 't', expression: 'true' } },
    ],
  ])('may have a condition that is %s', (_form, more, expected) => {
    const { value, told } = policy({ bindings: [{ ...binding, ...more }] });
    expect({ told, bindings: value.bindings }).toEqual({
      told: false,
      bindings: { items: [{ ...binding, ...expected }], complete: true },
    });
  });

  it.each([
    ['a condition of another shape', { ...binding, condition: 'true' }],
    ['a condition without expression', { ...binding, condition: { title: 't' } }],
    ['an empty object as condition', { ...binding, condition: {} }],
    ['a condition beyond measure', { ...binding, condition: { expression: 'x'.repeat(70_000) } }],
    ['members that are no list', { ...binding, members: 'user:a@x' }],
    ['a member that is none', { ...binding, members: ['user:a@x', 1] }],
    ['no role', { members: ['user:a@x'] }],
    ['another shape', 7],
  ])('are not whole with %s', (_form, bad) => {
    const { value, told } = policy({ bindings: [binding, bad] });
    expect({ told, bindings: value.bindings }).toEqual({ told: true, bindings: { items: [binding], complete: false } });
  });
});

describe('roles', () => {
  const full = { name: 'roles/a', includedPermissions: ['x.y.z'] };

  it('without permissions are marks where others of the list have some', () => {
    const { value, told } = read(readRoles, [full, { name: 'roles/mark', etag: 'x', stage: 'GA' }]);
    expect({ told, complete: value?.complete, count: value?.items.length }).toEqual({
      told: false,
      complete: true,
      count: 2,
    });
  });

  it('of the basic view are not roles without permissions', () => {
    const basic = [{ name: 'roles/b' }, { name: 'roles/c' }];
    expect(read(readRoles, basic)).toEqual({ value: undefined, told: true });
    expect(read(readRoles, [full, ...basic])).toMatchObject({ told: true, value: { complete: false, items: [full] } });
    // Custom roles are a list of their own.
    const mixed = [full, { name: 'projects/p/roles/r' }];
    expect(read(readRoles, mixed)).toMatchObject({ told: true, value: { complete: false, items: [full] } });
  });

  it('may say that they have none, or be deleted', () => {
    const { value, told } = read(readRoles, [
      { name: 'projects/p/roles/r', includedPermissions: [] },
      { name: 'projects/q/roles/r', deleted: true },
    ]);
    expect({ told, complete: value?.complete, count: value?.items.length }).toEqual({
      told: false,
      complete: true,
      count: 2,
    });
  });

  it('with a permission that is none are unknown', () => {
    const { value, told } = read(readRoles, [full, { name: 'roles/b', includedPermissions: ['x', 1] }]);
    expect({ told, value }).toEqual({ told: true, value: { items: [full], complete: false } });
  });
});

describe('deny policies', () => {
  const name = 'policies/cloudresourcemanager.googleapis.com%2Fprojects%2F1/denypolicies/d';
  const rule = { denyRule: { deniedPrincipals: ['principalSet://goog/public:all'], deniedPermissions: ['s/a.b'] } };

  it('of a list have no rules, which are unknown', () => {
    const { value, told } = read(readDenyPolicies, { policies: [{ name, uid: 'u' }] });
    expect({ told, rules: value?.items[0]?.rules }).toEqual({ told: true, rules: { items: [], complete: false } });
  });

  it.each([
    ['principals that are no list', { denyRule: { ...rule.denyRule, deniedPrincipals: 'x' } }],
    ['an exception that is none', { denyRule: { ...rule.denyRule, exceptionPrincipals: [1] } }],
    ['a condition without expression', { denyRule: { ...rule.denyRule, denialCondition: { title: 'x' } } }],
    ['no rule', { description: 'x' }],
  ])('with %s are known in part', (_form, bad) => {
    const { value, told } = read(readDenyPolicies, [{ name, rules: [rule, bad] }]);
    expect({ told, complete: value?.items[0]?.rules.complete, count: value?.items[0]?.rules.items.length }).toEqual({
      told: true,
      complete: false,
      count: 1,
    });
  });

  it('that were deleted deny nothing', () => {
    const deleted = { name, rules: [rule], deleteTime: '2026-01-01T00:00:00Z' };
    expect(read(readDenyPolicies, [deleted])).toEqual({ value: { items: [], complete: true }, told: false });
    expect(read(readDenyPolicies, [{ name, rules: [rule] }]).value?.items).toHaveLength(1);
  });
});

describe('boundaries', () => {
  const name = 'organizations/1/locations/global/principalAccessBoundaryPolicies/p';
  const of = (details: unknown) =>
    read(readBoundaries, { principalAccessBoundaryPolicies: [{ name, details }], policyBindings: [] });

  it('have rules and a version', () => {
    const rules = [{ resources: ['//x'], effect: 'ALLOW' }];
    for (const enforcementVersion of ['2', 2]) {
      expect(of({ rules, enforcementVersion })).toMatchObject({
        told: false,
        value: {
          policies: { complete: true, items: [{ enforcementVersion: '2', rules: { items: rules, complete: true } }] },
        },
      });
    }
  });

  it.each([
    ['no rules', {}],
    ['a version that is none', { rules: [], enforcementVersion: { x: 1 } }],
    ['an effect that is none', { rules: [{ resources: ['//x'], effect: 1 }] }],
    ['resources that are none', { rules: [{ resources: [1], effect: 'ALLOW' }] }],
    ['another shape', 'x'],
  ])('with %s may stop anything', (_form, details) => {
    const { value, told } = of(details);
    expect({ told, complete: value?.policies.items[0]?.rules.complete }).toEqual({ told: true, complete: false });
  });

  it('of which one list is missing are known in part', () => {
    const { value, told } = read(readBoundaries, { principalAccessBoundaryPolicies: [] });
    expect({ told, value }).toEqual({
      told: true,
      value: { policies: { items: [], complete: true }, bindings: { items: [], complete: false } },
    });
  });
});

describe('groups', () => {
  const members = (raw: unknown) => {
    const { value, told } = read(readGroups, { 'group:A@x.io': raw });
    return { told, ...value?.get('group:a@x.io') };
  };

  it.each([
    ['names', ['user:b@x.io', 'group:c@x.io'], [{ member: 'user:b@x.io' }, { member: 'group:c@x.io' }]],
    ['names with roles', [{ member: 'user:b@x.io', roles: ['OWNER'] }], [{ member: 'user:b@x.io', roles: ['OWNER'] }]],
    [
      'memberships',
      { memberships: [{ preferredMemberKey: { id: 'b@x.io' }, type: 'USER', roles: [{ name: 'MANAGER' }] }] },
      [{ member: 'user:b@x.io', roles: ['MANAGER'] }],
    ],
    ['an empty list', [], []],
    ['an empty reply', {}, []],
  ])('have members as %s', (_form, raw, items) => {
    expect(members(raw)).toEqual({ told: false, items, complete: true });
  });

  it.each([
    ['a member that is none', ['user:b@x.io', 7]],
    ['a member without kind', ['user:b@x.io', 'b@x.io']],
    ['roles that are none', ['user:b@x.io', { member: 'user:c@x.io', roles: [1] }]],
    ['a page that is not the last', { memberships: [{ member: 'user:b@x.io' }], nextPageToken: 'x' }],
  ])('with %s may have more', (_form, raw) => {
    expect(members(raw)).toEqual({ told: true, items: [{ member: 'user:b@x.io' }], complete: false });
  });

  it('of another shape have members that nobody knows', () => {
    for (const raw of ['x', null, 7, { error: { code: 403 } }]) {
      expect(members(raw)).toEqual({ told: true, items: [], complete: false });
    }
  });

  it('spelled in two ways are one', () => {
    const { value } = read(readGroups, { 'group:A@x.io': ['user:b@x.io'], 'group:a@X.io': ['user:c@x.io', 1] });
    expect([...(value ?? [])]).toEqual([
      ['group:a@x.io', { items: [{ member: 'user:b@x.io' }, { member: 'user:c@x.io' }], complete: false }],
    ]);
  });

  it('that are no keys are unread', () => {
    expect(read(readGroups, { __proto__x: [], 'group:nobody': [] })).toEqual({ value: new Map(), told: true });
    expect(read(readGroups, JSON.parse('{"__proto__": ["user:b@x.io"]}'))).toEqual({ value: new Map(), told: true });
  });
});

describe('credentials', () => {
  it('keys of service accounts keep no material', () => {
    const { value, told } = read(readServiceAccountKeys, {
      keys: [
        {
          name: KEY,
          keyType: 'USER_MANAGED',
          validBeforeTime: '9999-12-31T23:59:59Z',
          disabled: true,
          disableReason: 'R',
          extendedStatus: [{ key: 'k', value: 'v' }],
          privateKeyData: 'x',
          publicKeyData: 'y',
        },
      ],
    });
    expect({ told, items: value?.items }).toEqual({
      told: false,
      items: [
        {
          name: KEY,
          keyType: 'USER_MANAGED',
          validBeforeTime: '9999-12-31T23:59:59.000Z',
          disabled: true,
          disableReason: 'R',
          extendedStatus: [{ key: 'k', value: 'v' }],
        },
      ],
    });
  });

  it.each([
    ['a key without the name of one', readServiceAccountKeys, { name: 'x' }],
    ['a key of which nobody can tell whether it is disabled', readServiceAccountKeys, { name: KEY, disabled: 'true' }],
    ['an HMAC key with a secret for its id', readHmacKeys, { accessId: 'abc/def+ghi' }],
    ['an API key without the name of one', readApiKeys, { name: 'x' }],
    ['an API key bound to nobody can tell whom', readApiKeys, { name: API_KEY, serviceAccountEmail: 7 }],
    ['an API key with restrictions of another shape', readApiKeys, { name: API_KEY, restrictions: 'none' }],
    ['an API key deleted nobody can tell when', readApiKeys, { name: API_KEY, deleteTime: 'yesterday' }],
  ] as const)('%s leaves the list incomplete', (_form, reader, bad) => {
    expect(read<{ readonly complete: boolean } | undefined>(reader, [bad])).toEqual({
      told: true,
      value: { items: [], complete: false },
    });
  });

  it('an API key may be bound, restricted and deleted', () => {
    const restrictions = { apiTargets: [{ service: 'aiplatform.googleapis.com' }] };
    const { value, told } = read(readApiKeys, [
      { name: API_KEY, serviceAccountEmail: 'a@p', restrictions, deleteTime: '2026-01-01T00:00:00Z', keyString: 'x' },
    ]);
    expect({ told, items: value?.items }).toEqual({
      told: false,
      items: [{ name: API_KEY, serviceAccountEmail: 'a@p', restrictions, deleteTime: '2026-01-01T00:00:00.000Z' }],
    });
  });
});

describe('what use sources say', () => {
  const activity = {
    fullResourceName: `//iam.googleapis.com/${KEY}`,
    activityType: 'serviceAccountKeyLastAuthentication',
  };

  it('"not authenticated" needs an activity that can be read', () => {
    const seen = { ...activity, activity: { lastAuthenticatedTime: '2026-01-01T07:00:00Z' } };
    expect(read(readActivities, { activities: [{ ...activity, activity: {} }, seen] })).toMatchObject({
      told: false,
      value: { complete: true, items: [{}, { lastAuthenticatedTime: '2026-01-01T07:00:00.000Z' }] },
    });
    for (const bad of [
      activity,
      { ...activity, activity: 'x' },
      { ...activity, activity: { lastAuthenticatedTime: 'x' } },
    ]) {
      expect(read(readActivities, [bad])).toEqual({ told: true, value: { items: [], complete: false } });
    }
  });

  it('insights have a period in seconds and counts as text', () => {
    const insight = {
      name: 'i',
      insightSubtype: 'PERMISSIONS_USAGE',
      content: { role: 'roles/editor', currentTotalPermissionsCount: '37' },
      observationPeriod: '7776000s',
      targetResources: ['//x'],
    };
    expect(read(readInsights, [insight])).toMatchObject({
      told: false,
      value: { items: [{ observationPeriod: 7_776_000, content: insight.content }] },
    });
    expect(read(readInsights, [{ ...insight, content: 'x' }])).toEqual({
      told: true,
      value: { items: [], complete: false },
    });
  });
});

describe('other lists', () => {
  it('projects come in both shapes of the API', () => {
    const projects = readHierarchy('projects', 'cloudresourcemanager.googleapis.com/Project');
    for (const raw of [
      [{ name: 'projects/1', projectId: 'p' }],
      { projects: [{ projectNumber: '1', projectId: 'p', name: 'My project' }] },
      [{ projectNumber: 1, projectId: 'p' }],
    ]) {
      expect(read(projects, raw)).toMatchObject({
        told: false,
        value: {
          items: [{ name: '//cloudresourcemanager.googleapis.com/projects/1', resource: { data: { projectId: 'p' } } }],
        },
      });
    }
    expect(read(projects, [{ name: 'folders/1' }])).toMatchObject({ told: true, value: { complete: false } });
  });

  it('pages follow one another, and the last one says whether it is', () => {
    const of = (...pages: readonly object[]) => read(readServiceAccounts, pages);
    const page = { accounts: [{ email: 'a@p', projectId: 'p' }] };
    expect(of({ ...page, nextPageToken: 't' }, {}, page)).toMatchObject({ told: false, value: { complete: true } });
    expect(of(page, { ...page, nextPageToken: 't' })).toMatchObject({ told: true, value: { complete: false } });
    expect(read(readServiceAccounts, [page.accounts, page.accounts])).toMatchObject({
      told: false,
      value: { complete: true, items: [{}, {}] },
    });
    expect(read(readServiceAccounts, { error: { code: 403 } })).toEqual({ told: true, value: undefined });
  });

  it('pools keep attribute mappings, whatever their attributes are called', () => {
    const provider = {
      name: 'p',
      attributeMapping: { 'attribute.job_token': 'assertion.sub' },
      oidc: { clientSecret: 'x' },
    };
    expect(read(readPools, { pools: [], workloadIdentityPoolProviders: [provider] })).toMatchObject({
      told: false,
      value: { providers: { complete: true, items: [{ attributeMapping: provider.attributeMapping, oidc: {} }] } },
    });
    expect(read(readPools, { pools: [] })).toMatchObject({ told: true, value: { providers: { complete: false } } });
  });

  it('delegations and services that are off', () => {
    expect(read(readDelegations, [{ clientId: 117, scopes: ['s'] }])).toMatchObject({
      told: false,
      value: { items: [{ clientId: '117', scopes: ['s'] }] },
    });
    expect(read(readDelegations, [{ clientId: '117', scopes: 's' }])).toMatchObject({
      told: true,
      value: { items: [] },
    });
    expect(read(readDisabledServices, [{ project: 'projects/p', service: 's' }])).toMatchObject({
      value: { items: [{ project: 'p', service: 's' }] },
    });
  });
});
