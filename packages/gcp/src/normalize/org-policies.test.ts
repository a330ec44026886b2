import { describe, expect, it } from 'vitest';
import { effectiveOrgPolicies, type OrgPolicyNode } from './org-policies.ts';

const KEYS = 'iam.disableServiceAccountKeyCreation';
const CROSS = 'iam.disableCrossProjectServiceAccountUsage';

function tree(
  policies: Readonly<Record<string, readonly Record<string, unknown>[]>>,
  { root = true, managed = false } = {},
): (id: string) => Readonly<Record<string, boolean>> | undefined {
  const nodes: OrgPolicyNode[] = [
    { id: 'project', parent: 'folder', root: false, policies: policies['project'] ?? [] },
    { id: 'folder', parent: 'top', root: false, policies: policies['folder'] ?? [] },
    { id: 'top', root, policies: policies['top'] ?? [] },
  ];
  const effective = effectiveOrgPolicies(nodes, managed);
  return (id) => effective.get(id);
}

const first = (enforced?: boolean) => ({
  constraint: `constraints/${KEYS}`,
  booleanPolicy: enforced === undefined ? {} : { enforced },
});
const second = (...rules: readonly Record<string, unknown>[]) => ({
  name: `organizations/1/policies/${KEYS}`,
  spec: { rules },
});
const condition = { expression: "resource.matchTag('1/env', 'prod')" };

describe('effectiveOrgPolicies', () => {
  it('hands a policy down, in both versions', () => {
    for (const policy of [
      first(true),
      { constraint: `constraints/${KEYS}`, boolean_policy: { enforced: true } },
      second({ enforce: true }),
    ]) {
      const of = tree({ top: [policy] });
      expect(of('project')?.[KEYS]).toBe(true);
      expect(of('top')?.[KEYS]).toBe(true);
    }
  });

  it('lets the nearest policy count', () => {
    const of = tree({ top: [first(true)], folder: [first()] });
    expect(of('project')?.[KEYS]).toBe(false);
    expect(of('top')?.[KEYS]).toBe(true);
  });

  it('goes back to the default where a policy says so', () => {
    const on = { constraint: `constraints/${CROSS}`, booleanPolicy: {} };
    expect(tree({ top: [on] })('project')?.[CROSS]).toBe(false);
    expect(
      tree({ top: [on], folder: [{ constraint: `constraints/${CROSS}`, restoreDefault: {} }] })('project')?.[CROSS],
    ).toBe(true);
    expect(
      tree({ top: [on], folder: [{ name: `folders/2/policies/${CROSS}`, spec: { reset: true } }] })('project')?.[CROSS],
    ).toBe(true);
  });

  it('knows that an account works in its own project only, unless somebody lifted it', () => {
    expect(tree({})('project')?.[CROSS]).toBe(true);
  });

  it('knows nothing of what is set above the input', () => {
    const of = tree({ folder: [first(true)] }, { root: false });
    expect(of('project')?.[KEYS]).toBe(true);
    expect(of('top')).toEqual({});
    expect(of('project')?.[CROSS]).toBeUndefined();
  });

  it('does not decide rules with conditions on tags, unless all rules say the same', () => {
    expect(
      tree({ folder: [second({ enforce: true, condition }, { enforce: false })] })('project')?.[KEYS],
    ).toBeUndefined();
    expect(tree({ folder: [second({ enforce: true, condition })] })('project')?.[KEYS]).toBeUndefined();
    expect(tree({ folder: [second({ enforce: true, condition }, { enforce: true })] })('project')?.[KEYS]).toBe(true);
  });

  it('does not decide a node on which policies of one constraint differ', () => {
    expect(tree({ folder: [first(true), first(false)] })('project')?.[KEYS]).toBeUndefined();
  });

  it('knows defaults of managed constraints only where the input would show them', () => {
    const name = 'iam.managed.disableServiceAccountApiKeyCreation';
    expect(tree({})('project')?.[name]).toBeUndefined();
    expect(tree({}, { managed: true })('project')?.[name]).toBe(true);
    const off = { name: `projects/1/policies/${name}`, spec: { rules: [{ enforce: false }] } };
    expect(tree({ project: [off] })('project')?.[name]).toBe(false);
  });

  it('ends in a circle', () => {
    const nodes: OrgPolicyNode[] = [
      { id: 'a', parent: 'b', root: false, policies: [] },
      { id: 'b', parent: 'a', root: false, policies: [first(true)] },
    ];
    expect(effectiveOrgPolicies(nodes, false).get('b')?.[KEYS]).toBe(true);
  });
});
