import { expect, it } from 'vitest';
import { gcpInputFromObjects } from '../bundle/input-from-objects.ts';
import { serviceAccountId } from './gcp-ids.ts';
import { normalizeGcp } from './normalize.ts';

const EMAIL = 'ci@shop.iam.gserviceaccount.com';

function since(keys: readonly object[], updateTime?: string): unknown {
  const account = {
    name: '//iam.googleapis.com/projects/shop/serviceAccounts/104',
    assetType: 'iam.googleapis.com/ServiceAccount',
    ancestors: ['projects/7'],
    ...(updateTime === undefined ? {} : { updateTime }),
    resource: { version: 'v1', data: { email: EMAIL, uniqueId: '104', projectId: 'shop' } },
  };
  const input = gcpInputFromObjects({ assets: [account], serviceAccountKeys: keys });
  const graph = normalizeGcp(input, { now: '2026-06-01T00:00:00.000Z' });
  return graph.nodes.find(({ id }) => id === serviceAccountId(EMAIL))?.attributes?.['knownSince'];
}

const key = (id: string, validAfterTime: string, keyOrigin: string): object => ({
  name: `projects/shop/serviceAccounts/${EMAIL}/keys/${id}`,
  keyType: 'USER_MANAGED',
  keyOrigin,
  validAfterTime,
});

it('tells since when an account is known to be there: its record was changed, or Google made a key for it', () => {
  const made = key('a1', '2025-01-01T00:00:00Z', 'GOOGLE_PROVIDED');
  const uploaded = key('b2', '2019-01-01T00:00:00Z', 'USER_PROVIDED');
  expect(since([])).toBeUndefined();
  expect(since([], '2026-01-01T00:00:00Z')).toBe('2026-01-01T00:00:00.000Z');
  expect(since([made, uploaded], '2026-01-01T00:00:00Z')).toBe('2025-01-01T00:00:00.000Z');
  expect(since([made], '2024-01-01T00:00:00Z')).toBe('2024-01-01T00:00:00.000Z');
  // A certificate may be older than the account it is uploaded to.
  expect(since([uploaded])).toBeUndefined();
});
