import type { Reason } from '@keyreach/core/authz';
import type { Hop } from '@keyreach/core/reach';
import { describe, expect, it } from 'vitest';
import { citationText, evidenceLines, firstCitation } from './evidence-text.ts';
import type { Labels } from './labels.ts';

const labels: Labels = (id) => ({ name: id, type: id === 'developers' ? 'group' : 'role', place: 'dev' });

function reason(changes: Partial<Reason>): Reason {
  return {
    layer: 'identity-grant',
    effect: 'allow',
    policy: 'p',
    policyName: 'workbench',
    policyType: 'managed',
    statement: 1,
    sid: 'PassRoles',
    on: 'ci',
    certainty: 'allow',
    dependsOn: [],
    ...changes,
  };
}

function hop(...reasons: readonly Reason[]): Hop {
  return hopBy('ci', ...reasons);
}

function hopBy(principal: string, ...reasons: readonly Reason[]): Hop {
  const permission = {
    kind: 'permission',
    action: 'iam:PassRole',
    resource: 'x',
    certainty: 'allow',
    principal,
    reasons,
  } as const;
  return { from: 'ci', to: 'b', technique: 't', certainty: 'allow', evidence: [permission] };
}

describe('citationText', () => {
  it.each<[Partial<Reason>, string]>([
    [{}, 'policy workbench, statement 2 "PassRoles"'],
    [{ policyType: 'inline' }, 'inline policy workbench, statement 2 "PassRoles"'],
    [{ policyType: 'trust' }, 'trust policy of role ci, statement 2 "PassRoles"'],
    [{ policyType: 'scp' }, 'service control policy workbench, statement 2 "PassRoles"'],
    [{ through: 'developers' }, 'policy workbench, statement 2 "PassRoles", through group developers'],
    [{ dependsOn: ['aws:sourceip'] }, 'policy workbench, statement 2 "PassRoles", depends on aws:sourceip'],
  ])('writes %j', (changes, text) => {
    expect(citationText(reason(changes), labels)).toBe(text);
  });

  it.each<[NonNullable<Reason['placement']>, string]>([
    [{ principals: ['developers'], principalCount: 1 }, 'role workbench given to group developers on role ci'],
    [{ principals: ['*'], principalCount: 1 }, 'role workbench given to everyone on role ci'],
    [
      { principals: ['developers'], principalCount: 3, condition: { language: 'gcp', body: 1 }, name: 'office hours' },
      'role workbench given to group developers and 2 more on role ci, under condition "office hours"',
    ],
    [
      { principals: ['developers'], principalCount: 1, condition: { language: 'gcp', body: 1 } },
      'role workbench given to group developers on role ci, under a condition',
    ],
  ])('tells to whom a role is given: %j', (placement, text) => {
    const { sid: _, ...binding } = reason({ policyType: 'predefined', placement });
    expect(citationText(binding, labels)).toBe(text);
  });

  it('leaves out what a policy without a readable text does not have', () => {
    const { statement: _, sid: __, ...unreadable } = reason({ effect: 'unreadable', note: 'not JSON' });
    expect(citationText(unreadable, labels)).toBe('policy workbench (not JSON)');
  });
});

describe('evidence of a hop', () => {
  it('tells who else acts: a service, or somebody from outside whom the caller lets in', () => {
    const by = (principal: string): readonly string[] => evidenceLines(hopBy(principal), labels);
    expect(by('ci')).toEqual(['iam:PassRole on x']);
    expect(by('service:lambda')).toEqual(['service:lambda may iam:PassRole on x']);
    expect(by('outsider:away')).toEqual(['outsider:away may iam:PassRole on x']);
  });

  it('cites what grants, and not what stands in for the world outside where a real policy speaks', () => {
    const trust = reason({ layer: 'resource-grant', policyType: 'trust', sid: 'Ci', statement: 0 });
    const outside = reason({ policyType: 'synthetic', policyName: 'grants held outside the input' });
    expect(firstCitation(hop(outside, trust), labels)).toBe('trust policy of role ci, statement 1 "Ci"');
    expect(firstCitation(hop(outside), labels)).toContain('grants held outside the input');
    expect(firstCitation(hop(), labels)).toBeUndefined();
  });

  it('names every permission with the statements that grant it, and no guard that merely lets it pass', () => {
    const guard = reason({ layer: 'principal-scope-guard', policyType: 'scp' });
    expect(evidenceLines(hop(reason({}), guard), labels)).toEqual([
      'iam:PassRole on x: policy workbench, statement 2 "PassRoles"',
    ]);
  });
});
