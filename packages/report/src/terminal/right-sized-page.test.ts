import type { ProposedPolicy, WithheldPolicy } from '@keyreach/core/analysis';
import { describe, expect, it } from 'vitest';
import { hostileNames } from '../testing/results.ts';
import { plainPalette } from './paint.ts';
import { rightSizedPage } from './right-sized-page.ts';

const view = {
  width: 100,
  palette: plainPalette,
  labels: (id: string) => ({ name: id, type: 'role' }),
};
const common = {
  schema: 'keyreach-right-sized-policy',
  schemaVersion: 1,
  now: '2026-06-02T00:00:00.000Z',
  windowDays: 90,
  unknown: 'keep',
  catalogue: { version: '1', date: '2026-05-01' },
} as const;

function proposal(name: string): ProposedPolicy {
  const from = { policy: name, policyName: name, statement: 1, through: name };
  const document = { Version: '2012-10-17', Statement: [] };
  return {
    ...common,
    outcome: 'proposed',
    identity: name,
    documents: [{ name, kind: 'inline', document, size: 120, limit: 10_240 }],
    tooLarge: name,
    replaces: [{ policy: name, name, type: 'managed', through: name }],
    keeps: [
      { places: [{ document: 0, statement: 0 }], effect: 'allow', from: [from], used: 1, unknown: 3 },
      { places: [{ document: 0, statement: 1 }], effect: 'deny', from: [from], used: 0, unknown: 0 },
    ],
    removes: [
      {
        kind: 'actions',
        from,
        why: 'unused',
        actions: [name],
        count: 7,
        lastUsed: '2026-01-05T00:00:00.000Z',
        sources: [name],
      },
      { kind: 'actions', from, why: 'unknown-dropped', actions: [name], count: 1, sources: [] },
      { kind: 'resources', from, why: 'unused', actions: [name], count: 2, resources: [name], sources: [name] },
    ],
    couldBreak: [{ what: name, why: name }],
    staysInForce: [{ what: name, why: name }],
  };
}

describe('the page of a right-sized policy', () => {
  it('says what is kept, what goes and why, and what could break', () => {
    const page = rightSizedPage(proposal('x'), { ...view, width: 300 });
    expect(page).toContain('inline policy x: 120 of 10240 characters');
    expect(page).toContain('keeps 1 used action and 3 of unknown use in 1 Allow, and 1 Deny');
    expect(page).toContain('7 actions of x, statement 2, unused, last used 2026-01-05 (x): x');
    expect(page).toContain('1 action of x, statement 2, nobody can tell whether they are used: x');
    expect(page).toContain('2 actions of x, statement 2, on x, where none of the calls was (x): x');
    expect(page).toContain('What could break\n  - x: x');
    expect(page).toContain('What stays in force\n  - x: x');
    expect(page).not.toContain('No policy is proposed');
  });

  it('says that nothing is removed, rather than nothing', () => {
    const page = rightSizedPage({ ...proposal('x'), removes: [], couldBreak: [], staysInForce: [] }, view);
    expect(page).toContain('no granted action is known to be unused');
    expect(page).not.toContain('What could break');
  });

  it('counts what a list is too long for', () => {
    const actions = Array.from({ length: 15 }, (_, index) => `s3:Action${index}`);
    const [first] = proposal('x').removes;
    const page = rightSizedPage({ ...proposal('x'), removes: [{ ...first!, actions, count: 15 }] }, view);
    expect(page).toContain('and 3 more');
    expect(page).not.toContain('s3:Action12');
  });

  it('says why no policy is proposed', () => {
    const withheld: WithheldPolicy = {
      ...common,
      outcome: 'withheld',
      identity: 'x',
      reasons: ['a policy is not known'],
    };
    const page = rightSizedPage(withheld, view);
    expect(page).toContain('No policy is proposed:\n  - a policy is not known');
    expect(page).not.toContain('What it removes');
  });

  it('lets no name reach the terminal as it is', () => {
    for (const name of hostileNames) {
      const page = rightSizedPage(proposal(name), view);
      expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }
  });
});
