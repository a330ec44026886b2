import { expect, it } from 'vitest';
import type { IdentityNode } from '../graph/model.ts';
import { ownerState } from './owner.ts';

const state = (facts: Partial<IdentityNode>): string =>
  ownerState({ kind: 'identity', id: 'i', provider: 'azure', type: 'service-principal', name: 'i', ...facts });

it('has no owner where tags, or the directory, name none', () => {
  expect(state({ tags: {} })).toBe('no');
  expect(state({ tags: { owner: 'TBD' } })).toBe('no');
  expect(state({ attributes: { ownerless: true } })).toBe('no');
});

it('has one nobody can vouch for where tags name one, and an unknown one where nothing was collected', () => {
  expect(state({ tags: { 'Service-Owner': 'shop' } })).toBe('unknown');
  expect(state({ tags: { owner: 'shop' }, attributes: { ownerless: true } })).toBe('unknown');
  expect(state({})).toBe('unknown');
  expect(state({ attributes: { owners: ['x'] } })).toBe('unknown');
});
