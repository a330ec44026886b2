import { describe, expect, it } from 'vitest';
import { azureSemantics } from './azure-semantics.ts';
import { resourceHolders } from './resource-holders.ts';

const GROUP = '/subscriptions/s/resourcegroups/g';
const VAULT = `${GROUP}/providers/microsoft.keyvault/vaults/v`;

describe('resourceHolders', () => {
  it.each([
    [VAULT, [VAULT]],
    [`${VAULT}/secrets/s`, [`${VAULT}/secrets/s`, VAULT]],
    [`${VAULT}/secrets/s/versions/1`, [`${VAULT}/secrets/s/versions/1`, `${VAULT}/secrets/s`, VAULT]],
    [`${VAULT}/providers/a.b/locks/l`, [`${VAULT}/providers/a.b/locks/l`, VAULT]],
    [GROUP, [GROUP]],
    ['/providers/microsoft.management/managementgroups/m', ['/providers/microsoft.management/managementgroups/m']],
    ['entra:t/o', ['entra:t/o']],
  ])('%s', (id, expected) => {
    expect(resourceHolders(id)).toEqual(expected);
  });

  it('ends on ids of any shape', () => {
    for (const id of ['/providers/', '/providers/x', `/providers${'/providers'.repeat(300)}`, '/a'.repeat(10_000)])
      expect(resourceHolders(id).length).toBeLessThan(2_000);
  });
});

describe('azureSemantics', () => {
  it('names its own resources', () => {
    for (const id of [VAULT, 'entra:t/o', 'azure:t/']) expect(azureSemantics.names?.(id)).toBe(true);
    for (const id of ['arn:aws:s3:::b', '//storage.googleapis.com/b', 'federated:x#y'])
      expect(azureSemantics.names?.(id)).toBe(false);
  });

  it('knows each action once, sorted, of every kind', () => {
    const folded = azureSemantics.actions.map((name) => name.toLowerCase());
    expect(folded).toEqual([...new Set(folded)].sort());
    for (const name of ['graph:Application.ReadWrite.All', 'microsoft.directory/applications/credentials/update'])
      expect(azureSemantics.actions).toContain(name);
  });
});
