import { describe, expect, it } from 'vitest';
import { normalizeGcp } from '../normalize/normalize.ts';
import { NOW, records } from '../normalize/testing/estate.ts';
import type { GcpInput } from './gcp-input.ts';
import { type GcpInputObjects, gcpInputFromObjects } from './input-from-objects.ts';
import { ABSENT, ABSENT_OF_SOME, mergeGcpInputs } from './merge-inputs.ts';

const CRM = 'cloudresourcemanager.googleapis.com';
const JANE = { role: 'roles/viewer', members: ['user:jane@example.com'] };

/** A project of an organization, with a policy. */
function project(organization: number, number: number, content: object = { iamPolicy: { bindings: [JANE] } }): object {
  return {
    name: `//${CRM}/projects/${number}`,
    assetType: `${CRM}/Project`,
    ancestors: [`projects/${number}`, `organizations/${organization}`],
    ...content,
  };
}

const input = (objects: GcpInputObjects): GcpInput => gcpInputFromObjects(objects);
const reasons = (merged: GcpInput, what: string): readonly string[] =>
  merged.gaps.filter((gap) => gap.what === what).map(({ why }) => why);

describe('mergeGcpInputs', () => {
  it('of one organization: what one has the other need not', () => {
    const merged = mergeGcpInputs([
      input({ assets: [project(1, 1), project(1, 2)], denyPolicies: [], roles: [] }),
      input({
        assets: [project(1, 2, { resource: { data: { projectId: 'p' } } })],
        boundaries: undefined,
        hmacKeys: [],
      }),
    ]);
    expect(merged.assets?.items).toHaveLength(2);
    expect(merged.denyPolicies).toEqual({ items: [], complete: true });
    expect(merged.hmacKeys).toEqual({ items: [], complete: true });
    expect(merged.assets).toMatchObject({ hasPolicies: true, hasResources: true, complete: true });
    expect(reasons(merged, 'deny policies')).toEqual([]);
    expect(reasons(merged, 'principal access boundaries')).toEqual([ABSENT]);
  });

  it('of two organizations: a list of one says nothing of the other', () => {
    const one = input({
      assets: [project(1, 1)],
      denyPolicies: [],
      boundaries: { principalAccessBoundaryPolicies: [], policyBindings: [] },
      orgPolicies: [],
    });
    const other = input({ assets: [project(2, 2, { resource: { data: {} } })] });
    for (const merged of [mergeGcpInputs([one, other]), mergeGcpInputs([other, one])]) {
      expect(merged.denyPolicies).toEqual({ items: [], complete: false });
      expect(merged.orgPolicies).toEqual({ items: [], complete: false });
      expect(merged.boundaries).toEqual({
        policies: { items: [], complete: false },
        bindings: { items: [], complete: false },
      });
      expect(merged.assets).toMatchObject({ hasPolicies: false, hasResources: false, complete: true });
      expect(reasons(merged, 'deny policies')).toEqual([ABSENT_OF_SOME]);
    }
    const both = mergeGcpInputs([one, input({ assets: [project(2, 2)], denyPolicies: [] })]);
    expect(both.denyPolicies).toEqual({ items: [], complete: true });
    expect(both.assets?.hasPolicies).toBe(true);
  });

  it('a group has the members of all, and was read if one of them read it', () => {
    const merged = mergeGcpInputs([
      input({ groups: { 'group:a@x.io': ['user:b@x.io', 7] } }),
      input({ groups: { 'group:A@x.io': ['user:c@x.io'], 'group:z@x.io': [1] } }),
    ]);
    expect([...(merged.groups ?? [])]).toEqual([
      ['group:a@x.io', { items: [{ member: 'user:b@x.io' }, { member: 'user:c@x.io' }], complete: true }],
      ['group:z@x.io', { items: [], complete: false }],
    ]);
  });

  it('a damaged file of one is told, though the other has it', () => {
    const merged = mergeGcpInputs([
      input({ assets: [project(1, 1)], denyPolicies: 'x' }),
      input({ assets: [project(2, 1)], denyPolicies: [] }),
    ]);
    expect(merged.denyPolicies?.complete).toBe(false);
    expect(reasons(merged, 'deny policies').length).toBe(2);
  });

  it('the oldest part tells when the whole was collected', () => {
    const merged = mergeGcpInputs([
      input({ roles: [], collectedAt: '2026-02-01T00:00:00Z' }),
      input({ roles: [], collectedAt: '2026-01-01T00:00:00Z' }),
    ]);
    expect(merged.collectedAt).toBe('2026-01-01T00:00:00.000Z');
  });

  it('the same twice is the same, in whatever order', () => {
    const one = input({
      assets: records({ [`//${CRM}/projects/123`]: [JANE] }),
      roles: [{ name: 'roles/viewer', includedPermissions: ['storage.buckets.list'] }],
      groups: { 'group:a@x.io': ['user:b@x.io'] },
      serviceAccountKeys: [
        { name: 'projects/shop/serviceAccounts/app@shop.iam.gserviceaccount.com/keys/1', keyType: 'USER_MANAGED' },
      ],
      denyPolicies: [],
    });
    const reversed: GcpInput = {
      ...one,
      ...(one.assets && { assets: { ...one.assets, items: one.assets.items.toReversed() } }),
    };
    const graph = JSON.stringify(normalizeGcp(one, { now: NOW }));
    expect(JSON.stringify(normalizeGcp(mergeGcpInputs([one, one]), { now: NOW }))).toBe(graph);
    expect(JSON.stringify(normalizeGcp(mergeGcpInputs([reversed, one]), { now: NOW }))).toBe(graph);
    expect(JSON.stringify(normalizeGcp(mergeGcpInputs([one]), { now: NOW }))).toBe(graph);
  });

  it('of nothing is nothing', () => {
    expect(mergeGcpInputs([])).toEqual({ auditLogs: [], auditUsage: [], disabledServices: [], gaps: [] });
  });
});
