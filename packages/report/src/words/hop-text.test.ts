import type { Hop, HopChange } from '@keyreach/core/reach';
import { describe, expect, it } from 'vitest';
import { hopEndText, sessionText } from './hop-text.ts';
import type { Labels } from './labels.ts';

const labels: Labels = (id) => ({ name: id, type: id === 'admins' ? 'group' : id === 'mia' ? 'user' : '' });

function hop(change: HopChange | undefined, more: Partial<Hop> = {}): Hop {
  return {
    from: 'mia',
    to: 'mia',
    technique: 't',
    certainty: 'allow',
    evidence: [],
    ...(change === undefined ? {} : { change }),
    ...more,
  };
}

describe('hopEndText', () => {
  it.each<[HopChange, string]>([
    [{ change: 'grant' }, 'user mia, with every permission'],
    [{ change: 'grant', policies: ['p', 'q'] }, 'user mia, with policy p, policy q'],
    [{ change: 'guard' }, 'user mia, without its permissions boundary'],
    [{ change: 'guard', policy: 'wide' }, 'user mia, with policy wide as permissions boundary'],
    [{ change: 'drop', policies: [{ policy: 'p', node: 'admins' }] }, 'user mia, without policy p'],
    [{ change: 'replace', policy: 'p', by: 'v1' }, 'user mia, with policy p as it was in v1'],
    [{ change: 'retag' }, 'user mia, with tags of the caller’s choice'],
    [{ change: 'session', session: 'mfa-session' }, 'user mia, in sessions of kind mfa-session'],
    [{ change: 'join', groups: ['admins'] }, 'user mia, put into group admins'],
    [{ change: 'lift', policies: ['scp'] }, 'user mia, without policy scp around it'],
    [{ change: 'open', policies: ['scp'] }, 'user mia, with policy scp letting everything pass'],
    [{ change: 'leave-scopes' }, 'user mia, outside its organization and the policies of it'],
    [{ change: 'make', guard: 'cap' }, 'user mia, with every permission, up to boundary cap'],
    [{ change: 'make', groups: ['admins'] }, 'user mia, put into group admins'],
    [{ change: 'make', bare: true }, 'user mia, without any permission, by a name that nobody has'],
    [
      { change: 'open-resource', after: 'access-data-read' },
      'user mia, let in by a statement of the caller’s making, then access-data-read',
    ],
    [{ change: 'open-resource', instead: true }, 'user mia, with a policy of the caller’s making'],
    [
      { change: 'open-resource', instead: true, outsider: true, after: 'x' },
      'user mia, with a policy of the caller’s making, which lets in an account of the attacker’s own, then x',
    ],
    [{ change: 'retag-resource' }, 'user mia, with tags of the caller’s choice'],
    [{ change: 'retag-resource', after: 'x' }, 'user mia, with tags of the caller’s choice, then x'],
    [{ change: 'together' }, 'user mia, with every such change at once'],
  ])('tells %j', (change, text) => {
    expect(hopEndText(hop(change), labels)).toBe(text);
  });

  it('names what a change goes through, unless the change names it', () => {
    expect(hopEndText(hop({ change: 'grant' }, { via: ['admins'] }), labels)).toBe(
      'user mia, with every permission, by way of group admins',
    );
    expect(hopEndText(hop({ change: 'join', groups: ['admins'] }, { via: ['admins'] }), labels)).toBe(
      'user mia, put into group admins',
    );
    expect(hopEndText(hop(undefined), labels)).toBe('user mia');
  });
});

describe('sessionText', () => {
  it('says whether a session can do less than its identity', () => {
    expect(sessionText({ kind: 'ssh-public-key', limited: true })).toBe('limited to sessions of kind ssh-public-key');
    expect(sessionText({ kind: 'console' })).toBe('in sessions of kind console');
    expect(sessionText({ limited: true })).toBe('within the limits of the session');
  });
});
