import type { Json } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { gcpConditionLanguage } from './condition-language.ts';

const only = (...roles: readonly string[]): string =>
  `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([${roles.map((role) => `'${role}'`).join(', ')}])`;
const handsOut = (...bodies: readonly Json[]) => gcpConditionLanguage.handsOut?.(bodies);
/** Roles that can be given to everybody; undefined where anything can. */
const policies = (...bodies: readonly Json[]) =>
  handsOut(...bodies)?.gives.flatMap(({ policies: some, to }) => (to === undefined ? (some ?? ['any']) : ['to some']));

describe('handsOut', () => {
  it.each([
    ['resourcemanager.projects.setIamPolicy', true],
    ['storage.buckets.setIamPolicy', true],
    ['iam.googleapis.com/workloadIdentityPools.setIamPolicy', true],
    // Whether its service refuses the call is not known; that it gives away more is not so.
    ['pubsub.topics.setIamPolicy', true],
    ['bigquery.datasets.setIamPolicy', false],
    ['bigquery.datasets.update', false],
    ['privilegedaccessmanager.entitlements.create', false],
  ])('%s is held to the limit: %s', (action, expected) => {
    expect(handsOut({ cel: only('roles/a') })?.holdsFor(action)).toBe(expected);
  });

  it.each([
    [only('roles/b', 'roles/a'), ['roles/a', 'roles/b']],
    [only(), []],
    [`${only('roles/a')} && request.time < timestamp('2030-01-01T00:00:00Z')`, ['roles/a']],
    [`${only('roles/a')} || ${only('roles/b')}`, ['roles/a', 'roles/b']],
    [`${only('roles/a', 'roles/b')} && ${only('roles/b', 'roles/c')}`, ['roles/b']],
    [`${only('roles/a', 'roles/b')} && !${only('roles/b')}`, ['roles/a']],
    [`${only('roles/a')} || resource.matchTag('1/env', 'test')`, undefined],
    [`!${only('roles/owner')}`, undefined],
    [`${only('roles/a')} || true`, undefined],
    [`${only('roles/a')} || false`, ['roles/a']],
    ["resource.matchTag('1/env', 'test')", undefined],
    ['nonsense(', undefined],
  ])('%s', (cel, expected) => {
    expect(policies({ cel })).toEqual(expected);
  });

  it('limits by every part of several, and never by what lies below what', () => {
    const all = [{ cel: only('roles/a', 'roles/b') }, { cel: only('roles/b') }, { under: ['x'] }];
    expect(policies({ all })).toEqual(['roles/b']);
    expect(policies(...all)).toEqual(['roles/b']);
    expect(handsOut({ under: ['x'] })).toBeUndefined();
    expect(handsOut(null)).toBeUndefined();
  });
});
