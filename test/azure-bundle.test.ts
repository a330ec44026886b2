import { readFileSync } from 'node:fs';
import { azureInputFromObjects } from '@keyreach/azure/offline';
import { describe, expect, it } from 'vitest';
import { sharedData } from './shared-data.ts';

const file = sharedData('azure/built-in-roles.json');

describe.skipIf(file === undefined)('the built-in roles of Azure', () => {
  it('are all read as `az role definition list` prints them', () => {
    const raw = JSON.parse(readFileSync(file!, 'utf8')) as readonly unknown[];
    const { roleDefinitions, gaps } = azureInputFromObjects({ roleDefinitions: raw });
    expect([roleDefinitions?.items.length, roleDefinitions?.complete]).toEqual([raw.length, true]);
    expect(gaps.filter(({ kind }) => kind === 'bad-input')).toEqual([]);
    const blocks = roleDefinitions?.items.flatMap(({ permissions }) => permissions.items) ?? [];
    expect(blocks.length).toBeGreaterThan(raw.length);
    expect(blocks.filter(({ condition }) => condition !== undefined).length).toBeGreaterThan(25);
  });
});
