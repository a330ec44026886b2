import { describe, expect, it } from 'vitest';
import type { OrgPolicyNode } from './org-policies.ts';
import { effectiveOrgPolicyLists, type OrgPolicyList } from './org-policy-lists.ts';

const NAME = 'iam.workloadIdentityPoolProviders';
const GITHUB = 'https://token.actions.githubusercontent.com';
const OWN = 'https://issuer.example.com';

type Policies = Readonly<Record<string, readonly Record<string, unknown>[]>>;

function onProject(policies: Policies, root = true): OrgPolicyList | undefined {
  const nodes: OrgPolicyNode[] = [
    { id: 'project', parent: 'folder', root: false, policies: policies['project'] ?? [] },
    { id: 'folder', parent: 'top', root: false, policies: policies['folder'] ?? [] },
    { id: 'top', root, policies: policies['top'] ?? [] },
  ];
  return effectiveOrgPolicyLists(nodes).get('project')?.[NAME];
}

const first = (listPolicy: object) => ({ constraint: `constraints/${NAME}`, listPolicy });
const second = (spec: object) => ({ name: `organizations/1/policies/${NAME}`, spec });
const allow = (...allowedValues: readonly string[]) => second({ rules: [{ values: { allowedValues } }] });

describe('effectiveOrgPolicyLists', () => {
  it('allows everything where nobody set anything, and does not know where that cannot be seen', () => {
    expect(onProject({})).toEqual({ allowed: 'all', denied: [] });
    expect(onProject({}, false)).toBeUndefined();
  });

  it.each([
    ['version 1', first({ allowedValues: [`is:${OWN}`] }), { allowed: [OWN], denied: [] }],
    ['version 1, nothing', first({ allValues: 'DENY' }), { allowed: [], denied: [] }],
    ['version 1, everything', first({ allValues: 'ALLOW' }), { allowed: 'all', denied: [] }],
    ['version 1, all but some', first({ deniedValues: [OWN] }), { allowed: 'all', denied: [OWN] }],
    ['version 2', allow(OWN, GITHUB), { allowed: [OWN, GITHUB].sort(), denied: [] }],
    ['version 2, nothing', second({ rules: [{ denyAll: true }] }), { allowed: [], denied: [] }],
    ['version 2, everything', second({ rules: [{ allowAll: true }] }), { allowed: 'all', denied: [] }],
    ['version 2, on tags', second({ rules: [{ denyAll: true, condition: { expression: 'x' } }] }), undefined],
    ['version 2, no rules', second({ rules: [] }), undefined],
    ['reset', second({ reset: true }), { allowed: 'all', denied: [] }],
  ])('reads %s', (_, policy, expected) => {
    expect(onProject({ top: [policy] })).toEqual(expected);
  });

  it('lets the nearest policy count, with what is above where it says so', () => {
    expect(onProject({ top: [allow(GITHUB)], folder: [allow(OWN)] })).toEqual({ allowed: [OWN], denied: [] });
    const merged = second({ inheritFromParent: true, rules: [{ values: { allowedValues: [OWN] } }] });
    expect(onProject({ top: [allow(GITHUB)], folder: [merged] })).toEqual({
      allowed: [OWN, GITHUB].sort(),
      denied: [],
    });
    expect(onProject({ folder: [merged] }, false)).toBeUndefined();
    expect(onProject({ top: [allow(GITHUB)], project: [second({ reset: true })] })).toEqual({
      allowed: 'all',
      denied: [],
    });
  });

  it('does not decide a node on which policies of one constraint differ', () => {
    expect(onProject({ folder: [allow(OWN), allow(GITHUB)] })).toBeUndefined();
    expect(onProject({ folder: [allow(OWN), allow(OWN)] })).toEqual({ allowed: [OWN], denied: [] });
  });
});
