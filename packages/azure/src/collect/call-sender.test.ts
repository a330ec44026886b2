import type { CollectClock } from '@keyreach/core/collection';
import { describe, expect, it } from 'vitest';
import type { AzureMethod } from './azure-call.ts';
import { azureCloud, pathIn } from './azure-cloud.ts';
import type { WireRequest, WireResponse } from './azure-transport.ts';
import { CallSender } from './call-sender.ts';
import { logAnalyticsPart } from './parts/log-analytics-part.ts';
import { azurePermissionsRole, azureRequiredPermissions } from './required-permissions.ts';

const users: AzureMethod = { name: 'users', audience: 'graph', verb: 'GET', permission: 'User.Read.All' };

/** A sender whose wire answers as told, and the waits it made. */
function senderOf(answer: (request: WireRequest, count: number) => Partial<WireResponse>, random = 1) {
  const waits: number[] = [];
  const requests: WireRequest[] = [];
  const clock: CollectClock = {
    milliseconds: () => 0,
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
    },
  };
  let renewed = 0;
  const sender = new CallSender({
    transport: {
      renew: () => {
        renewed += 1;
      },
      send: async (request) => {
        requests.push(request);
        return { status: 200, text: '{}', ...answer(request, requests.length) };
      },
    },
    cloud: azureCloud(),
    concurrency: 4,
    clock,
    random: () => random,
    signal: new AbortController().signal,
  });
  return { sender, waits, requests, renewals: () => renewed };
}

const json = (value: unknown): string => JSON.stringify(value);

const sent = ({ body = '{}' }: WireRequest) =>
  (JSON.parse(body) as { readonly requests: readonly { readonly id: string; readonly url: string }[] }).requests;

const call = (id: number) => ({ method: users, path: `/beta/users/${id}/owners` });

describe('a batch', () => {
  it('has twenty requests at most, and gives the lists in the order of the calls', async () => {
    const { sender, requests } = senderOf((request) => ({
      text: json({
        responses: sent(request)
          .map(({ id, url }) => ({ id, status: 200, body: { value: [{ id: url }] } }))
          .reverse(),
      }),
    }));
    const lists = await sender.batch(Array.from({ length: 45 }, (_, at) => call(at)));
    expect(requests.map((request) => sent(request).length)).toEqual([20, 20, 5]);
    expect(lists.map(({ items }) => items[0]?.['id'])).toEqual(
      Array.from({ length: 45 }, (_, at) => `/users/${at}/owners`),
    );
  });

  it('asks again only for what was throttled, after the longest wait that is asked for', async () => {
    const { sender, requests, waits } = senderOf((request, count) => ({
      text: json({
        responses: sent(request).map(({ id }) => {
          if (count > 1 || id === '0') return { id, status: 200, body: { value: [] } };
          if (id === '3') return { id, status: 404, body: { error: { code: 'Request_ResourceNotFound' } } };
          return { id, status: 429, headers: { 'Retry-After': id === '1' ? '3' : '7' }, body: {} };
        }),
      }),
    }));
    const lists = await sender.batch([0, 1, 2, 3].map(call));
    expect(requests.map((request) => sent(request).map(({ id }) => id))).toEqual([
      ['0', '1', '2', '3'],
      ['1', '2'],
    ]);
    expect(waits).toEqual([7000]);
    expect(lists.map(({ failed }) => failed?.kind)).toEqual([undefined, undefined, undefined, 'not-found']);
  });

  it('that lacks a reply, or has one without a body, is no empty list', async () => {
    const { sender } = senderOf(() => ({ text: json({ responses: [{ id: '1', status: 200 }] }) }));
    const lists = await sender.batch([0, 1].map(call));
    expect(lists.map(({ failed }) => failed?.kind)).toEqual(['other', 'other']);
  });

  it('follows the pages of its lists', async () => {
    const { sender, requests } = senderOf((request) =>
      request.method === 'POST'
        ? {
            text: json({
              responses: [
                {
                  id: '0',
                  status: 200,
                  body: {
                    value: [{ id: 'a' }],
                    '@odata.nextLink': 'https://graph.microsoft.com/beta/users/0/owners?$skiptoken=x',
                  },
                },
              ],
            }),
          }
        : { text: json({ value: [{ id: 'b' }] }) },
    );
    const [list] = await sender.batch([call(0)]);
    expect(list?.items.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(requests[1]?.url).toBe('https://graph.microsoft.com/beta/users/0/owners?$skiptoken=x');
  });
});

describe('a call', () => {
  it.each([
    ['3', undefined, 3000],
    ['9999999', undefined, 300_000],
    ['Mon, 01 Jun 2026 00:00:10 GMT', 'Mon, 01 Jun 2026 00:00:00 GMT', 10_000],
    ['Mon, 01 Jun 2026 00:00:00 GMT', 'Mon, 01 Jun 2026 00:00:10 GMT', 0],
    ['soon', undefined, 1000],
    [undefined, undefined, 1000],
  ])('that is throttled waits as told (%s)', async (retryAfter, date, expected) => {
    const { sender, waits } = senderOf((_, count) =>
      count > 1
        ? {}
        : {
            status: 429,
            ...(retryAfter === undefined ? {} : { retryAfter }),
            ...(date === undefined ? {} : { date }),
          },
    );
    expect((await sender.send({ method: users, path: '/v1.0/users' })).ok).toBe(true);
    expect(waits).toEqual([expected]);
  });

  it('is given up after eight tries, with the code and no word of the message', async () => {
    const { sender, waits } = senderOf(() => ({
      status: 429,
      text: json({ error: { code: 'TooManyRequests', message: 'token abc' } }),
    }));
    const answer = await sender.send({ method: users, path: '/v1.0/users' });
    expect(answer).toEqual({ ok: false, failed: { method: users, kind: 'throttled', error: 'TooManyRequests' } });
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000]);
  });

  it('is sent once more with a fresh token, and then the collection ends', async () => {
    const once = senderOf((_, count) => (count === 1 ? { status: 401 } : {}));
    expect([(await once.sender.send({ method: users, path: '/v1.0/users' })).ok, once.renewals()]).toEqual([true, 1]);
    const never = senderOf(() => ({ status: 401 }));
    await expect(never.sender.send({ method: users, path: '/v1.0/users' })).rejects.toMatchObject({
      code: 'expired-credentials',
    });
  });

  it.each([
    [403, 'Authorization_RequestDenied', 'denied'],
    [400, 'AadPremiumLicenseRequired', 'unlicensed'],
    [403, 'Authentication_RequestFromNonPremiumTenantOrB2CTenant', 'unlicensed'],
    [404, 'Request_ResourceNotFound', 'not-found'],
    [400, 'BadRequest', 'invalid'],
    [418, 'Teapot', 'other'],
  ])('that ends with %s %s is %s', async (status, code, kind) => {
    const { sender } = senderOf(() => ({ status, text: json({ error: { code } }) }));
    expect(await sender.send({ method: users, path: '/v1.0/users' })).toMatchObject({ failed: { kind, error: code } });
  });
});

describe('pathIn', () => {
  it('takes links to the API it came from, and to no other host', () => {
    const cloud = azureCloud();
    expect(pathIn(cloud, 'graph', 'https://graph.microsoft.com/v1.0/users?$skiptoken=a')).toBe(
      '/v1.0/users?$skiptoken=a',
    );
    for (const link of [
      'https://management.azure.com/users',
      'https://graph.microsoft.com.evil.example/users',
      'http://graph.microsoft.com/users',
      'https://graph.microsoft.com:444/users',
      'nonsense',
    ]) {
      expect(pathIn(cloud, 'graph', link)).toBeUndefined();
    }
  });
});

describe('azureCloud', () => {
  it('takes endpoints on this machine only', () => {
    expect(azureCloud('public', 'http://127.0.0.1:80/').endpoint).toBe('http://127.0.0.1');
    for (const endpoint of ['http://10.0.0.1:80', 'https://127.0.0.1', 'http://127.0.0.1/path', 'x']) {
      expect(() => azureCloud('public', endpoint)).toThrow(/endpoint/);
    }
    expect(() => azureCloud('moon' as 'public')).toThrow(/no cloud/);
  });
});

describe('permissions', () => {
  it('are those of the calls, and read only', () => {
    const { actions, applicationPermissions } = azureRequiredPermissions();
    expect(actions).toContain('Microsoft.Authorization/denyAssignments/read');
    expect(actions.every((action) => action.endsWith('/read'))).toBe(true);
    expect(applicationPermissions).toContain('AuditLog.Read.All');
    expect(applicationPermissions.some((permission) => permission.includes('Write'))).toBe(false);
    expect(JSON.parse(azurePermissionsRole(azureRequiredPermissions()))).toMatchObject({
      Actions: actions,
      NotActions: [],
    });
    expect(actions.filter((action) => action.includes('OperationalInsights'))).toEqual([]);
  });

  it('of logs are those of the workspace and the tables', () => {
    const part = logAnalyticsPart({ workspace: '11111111-0000-4000-8000-000000000001' });
    const { actions, applicationPermissions } = azureRequiredPermissions([part]);
    const start = 'Microsoft.OperationalInsights/workspaces/';
    expect(actions.filter((action) => action.startsWith(start)).map((action) => action.slice(start.length))).toEqual([
      'query/AADManagedIdentitySignInLogs/read',
      'query/AADServicePrincipalSignInLogs/read',
      'query/AzureActivity/read',
      'query/MicrosoftGraphActivityLogs/read',
      'query/read',
      'read',
    ]);
    expect(applicationPermissions).not.toContain('AuditLog.Read.All');
  });
});
