import type { RawRecord } from '@keyreach/core/input';
import { withoutSecrets } from '../../bundle/scrub.ts';
import { METHODS } from '../methods.ts';
import type { GcpCollectPart } from '../part.ts';

const ACCOUNTS: GcpCollectPart = {
  name: 'service-accounts',
  what: 'service accounts',
  owners: 'projects',
  files: ['service-accounts.json', 'service-account-keys.json'],
  methods: [METHODS.serviceAccounts, METHODS.serviceAccountKeys],
  run: async (calls, { projectId }) => {
    const path = `/v1/projects/${projectId ?? ''}/serviceAccounts`;
    const call = { method: METHODS.serviceAccounts, path, query: { pageSize: '100' } };
    const accounts = await calls.listed('service accounts', call, 'accounts');
    if (accounts === undefined) return undefined;
    const keys = await Promise.all(
      accounts.map(async ({ email }): Promise<readonly RawRecord[]> => {
        if (typeof email !== 'string') {
          calls.unread({ what: 'service account keys', why: 'a service account was listed without an e-mail' });
          return [];
        }
        const { items, failed } = await calls.list(
          {
            method: METHODS.serviceAccountKeys,
            path: `${path}/${encodeURIComponent(email)}/keys`,
            query: { keyTypes: 'USER_MANAGED' },
          },
          'keys',
        );
        // One that was deleted since has no keys.
        if (failed !== undefined && failed.kind !== 'not-found') calls.failed(`keys of ${email}`, failed);
        return items;
      }),
    );
    return {
      'service-accounts.json': { '': accounts },
      'service-account-keys.json': { '': keys.flat().map(withoutSecrets) },
    };
  },
};

const HMAC: GcpCollectPart = {
  name: 'hmac-keys',
  what: 'HMAC keys',
  owners: 'projects',
  files: ['hmac-keys.json'],
  methods: [METHODS.hmacKeys],
  run: async (calls, { projectId }) => {
    const path = `/storage/v1/projects/${projectId ?? ''}/hmacKeys`;
    const keys = await calls.listed(
      'HMAC keys',
      { method: METHODS.hmacKeys, path, query: { maxResults: '250' } },
      'items',
    );
    return keys && { 'hmac-keys.json': { '': keys.map(withoutSecrets) } };
  },
};

/** API keys; their strings are never asked for, and never kept (gcp.md 4.1). */
const API_KEYS: GcpCollectPart = {
  name: 'api-keys',
  what: 'API keys',
  owners: 'projects',
  files: ['api-keys.json'],
  methods: [METHODS.apiKeys],
  run: async (calls, { projectId }) => {
    const path = `/v2/projects/${projectId ?? ''}/locations/global/keys`;
    const keys = await calls.listed('API keys', { method: METHODS.apiKeys, path, query: { pageSize: '300' } }, 'keys');
    return keys && { 'api-keys.json': { '': keys.map(withoutSecrets) } };
  },
};

const POOLS: GcpCollectPart = {
  name: 'workload-identity-pools',
  what: 'workload identity pools',
  owners: 'projects',
  files: ['workload-identity-pools.json'],
  methods: [METHODS.pools, METHODS.providers],
  run: async (calls, { projectId }) => {
    const path = `/v1/projects/${projectId ?? ''}/locations/global/workloadIdentityPools`;
    const query = { showDeleted: 'true', pageSize: '1000' };
    const pools = await calls.listed(
      'workload identity pools',
      { method: METHODS.pools, path, query },
      'workloadIdentityPools',
    );
    if (pools === undefined) return undefined;
    const providers: RawRecord[] = [];
    for (const { name } of pools) {
      if (typeof name !== 'string') continue;
      const call = {
        method: METHODS.providers,
        path: `${path}/${encodeURIComponent(name.split('/').at(-1) ?? '')}/providers`,
        query: { showDeleted: 'true', pageSize: '100' },
      };
      for (const one of (await calls.listed(`providers of ${name}`, call, 'workloadIdentityPoolProviders')) ?? [])
        providers.push(one);
    }
    return {
      'workload-identity-pools.json': { pools: pools.map(withoutSecrets), providers: providers.map(withoutSecrets) },
    };
  },
};

const WORKFORCE: GcpCollectPart = {
  name: 'workforce-pools',
  what: 'workforce pools',
  owners: 'organizations',
  files: ['workload-identity-pools.json'],
  methods: [METHODS.workforcePools, METHODS.workforceProviders],
  run: async (calls, { name: parent }) => {
    const path = '/v1/locations/global/workforcePools';
    const query = { parent, showDeleted: 'true', pageSize: '100' };
    const pools = await calls.listed(
      'workforce pools',
      { method: METHODS.workforcePools, path, query },
      'workforcePools',
    );
    if (pools === undefined) return undefined;
    const providers: RawRecord[] = [];
    for (const { name } of pools) {
      if (typeof name !== 'string') continue;
      const call = {
        method: METHODS.workforceProviders,
        path: `${path}/${encodeURIComponent(name.split('/').at(-1) ?? '')}/providers`,
        query: { showDeleted: 'true', pageSize: '100' },
      };
      for (const one of (await calls.listed(`providers of ${name}`, call, 'workforcePoolProviders')) ?? [])
        providers.push(one);
    }
    return {
      'workload-identity-pools.json': { pools: pools.map(withoutSecrets), providers: providers.map(withoutSecrets) },
    };
  },
};

/** Service accounts, their credentials, and pools that others sign in through. */
export const CREDENTIAL_PARTS: readonly GcpCollectPart[] = [ACCOUNTS, HMAC, API_KEYS, POOLS, WORKFORCE];
