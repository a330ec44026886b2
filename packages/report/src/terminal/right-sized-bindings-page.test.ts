import type { ProposedBindings } from '@keyreach/core/analysis';
import { describe, expect, it } from 'vitest';
import { hostileNames } from '../testing/results.ts';
import { plainPalette } from './paint.ts';
import { rightSizedBindingsPage } from './right-sized-bindings-page.ts';

const view = { width: 200, palette: plainPalette, labels: (id: string) => ({ name: id, type: 'service-account' }) };
const common = {
  schema: 'keyreach-right-sized-bindings',
  schemaVersion: 1,
  identity: 'ci',
  now: '2026-06-02T00:00:00.000Z',
  windowDays: 90,
  unknown: 'keep',
} as const;

const proposal = (name: string): ProposedBindings => ({
  ...common,
  outcome: 'proposed',
  roles: [{ name, permissions: [name], text: name, file: name, command: `gcloud iam roles create ${name}` }],
  bindings: [
    {
      change: 'replace',
      node: name,
      role: name,
      condition: name,
      with: name,
      used: 1,
      unused: 2,
      unknown: 3,
      removes: [name],
      roleName: name,
      keptUnknown: [name],
      alternative: { role: name, roleName: name, more: 2, commands: [name] },
      commands: [name],
    },
    { change: 'keep', node: name, role: name, used: 1, unused: 0, unknown: 0, removes: [], why: name, commands: [] },
    { change: 'remove', node: name, role: name, used: 0, unused: 4, unknown: 0, removes: ['a', 'b'], commands: [name] },
    {
      change: 'add',
      node: name,
      role: name,
      with: name,
      used: 1,
      unused: 0,
      unknown: 0,
      removes: [],
      commands: [name],
    },
  ],
  couldBreak: [{ what: name, why: 'a reason' }],
  staysInForce: [{ what: name, why: 'others have it' }],
});

describe('the page of right-sized bindings', () => {
  it('tells each binding, the commands in order, and what to look at', () => {
    const page = rightSizedBindingsPage(proposal('roles/x'), view);
    expect(page).toContain('put roles/x in place of roles/x on');
    expect(page).toContain('1 used, 2 unused, 3 unknown');
    expect(page).toContain('without a, b');
    expect(page).toContain('with roles/x, of which nobody can tell');
    expect(page).toContain('or roles/x, a role of the provider, with 2 actions beyond what stays');
    expect(page.indexOf('gcloud iam roles create')).toBeLessThan(page.indexOf('What could break'));
    expect(page).toContain('roles/x: others have it');
  });

  it('tells why there is none', () => {
    const page = rightSizedBindingsPage({ ...common, outcome: 'withheld', reasons: ['Google manages it'] }, view);
    expect(page).toContain('  - Google manages it');
  });

  it.each(hostileNames)('lets no name do anything to the terminal: %j', (name) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(rightSizedBindingsPage(proposal(name), view)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });
});
