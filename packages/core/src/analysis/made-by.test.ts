import { expect, it } from 'vitest';
import type { IdentityNode } from '../graph/model.ts';
import { madeBy } from './made-by.ts';
import { DAY } from './time.ts';

const now = Date.parse('2026-06-01T00:00:00Z');
const window = { now, length: 90 * DAY };
const ago = (days: number): string => new Date(now - days * DAY).toISOString();
const identity = (more: Partial<IdentityNode>): IdentityNode =>
  ({
    kind: 'identity',
    id: 'i',
    provider: 'gcp',
    type: 'service-account',
    name: 'i',
    nature: 'machine',
    ...more,
  }) as IdentityNode;

it('is when it was made, or a time it was there before any window', () => {
  expect(madeBy(identity({ created: ago(5) }), window)).toBe(ago(5));
  expect(madeBy(identity({ created: ago(5), attributes: { knownSince: ago(400) } }), window)).toBe(ago(5));
  expect(madeBy(identity({ attributes: { knownSince: ago(97) } }), window)).toBe(ago(97));
  expect(madeBy(identity({ attributes: { knownSince: ago(96) } }), window)).toBeUndefined();
  expect(madeBy(identity({ attributes: { knownSince: 'long ago' } }), window)).toBeUndefined();
  expect(madeBy(identity({ attributes: { knownSince: 7 } }), window)).toBeUndefined();
  expect(madeBy(identity({}), window)).toBeUndefined();
});
