import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretRegister } from '../secret-register.ts';
import { azureEstate, id, ids, type Raw } from './azure-estate.ts';
import { type AzureServer, startAzureServer } from './azure-server.ts';

/** The server is as strict as the APIs are: what it lets pass in the other tests, they would. */

let server: AzureServer;
const tokens = { arm: '', graph: '' };

beforeAll(async () => {
  const secrets = new SecretRegister();
  server = await startAzureServer({ estate: azureEstate(secrets), secrets });
  for (const [audience, host] of [
    ['arm', 'https://management.azure.com'],
    ['graph', 'https://graph.microsoft.com'],
  ] as const) {
    const reply = await fetch(`${server.url}/msi/token?resource=${host}`, {
      headers: { 'x-identity-header': server.header },
    });
    tokens[audience] = ((await reply.json()) as { readonly access_token: string }).access_token;
  }
});

afterAll(() => server.close());

interface Reply {
  readonly status: number;
  readonly body: Raw & { readonly error?: { readonly code: string }; readonly value?: readonly Raw[] };
}

async function ask(audience: 'arm' | 'graph', path: string, sent?: object): Promise<Reply> {
  const headers = { authorization: `Bearer ${tokens[audience]}` };
  const reply = await fetch(
    `${server.url}${path}`,
    sent === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(sent) },
  );
  return { status: reply.status, body: (await reply.json()) as Reply['body'] };
}

const refusal = async (...args: Parameters<typeof ask>): Promise<readonly unknown[]> => {
  const { status, body } = await ask(...args);
  return [status, body.error?.code];
};

const ROLES = `/subscriptions/${ids.shop}/providers/Microsoft.Authorization/roleAssignments`;
const QUERY = '/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01';

describe('the server of Azure', () => {
  it('takes tokens only for the host they are for', async () => {
    expect((await ask('arm', '/subscriptions?api-version=2022-12-01')).status).toBe(200);
    expect(await refusal('graph', '/subscriptions?api-version=2022-12-01')).toEqual([
      401,
      'ExpiredAuthenticationToken',
    ]);
    expect((await ask('graph', '/v1.0/users')).status).toBe(200);
    expect(await refusal('arm', '/v1.0/users')).toEqual([401, 'InvalidAuthenticationToken']);
  });

  it('gives no token without the header of the identity', async () => {
    expect((await fetch(`${server.url}/msi/token?resource=https://graph.microsoft.com`)).status).toBe(400);
  });

  it('refuses versions that a list does not have', async () => {
    expect((await ask('arm', `${ROLES}?api-version=2022-04-01`)).status).toBe(200);
    expect(await refusal('arm', ROLES)).toEqual([400, 'MissingApiVersionParameter']);
    expect(await refusal('arm', `${ROLES}?api-version=2022-12-01`)).toEqual([400, 'InvalidApiVersionParameter']);
  });

  it('has reports in the preview only', async () => {
    const path = 'reports/servicePrincipalSignInActivities';
    expect((await ask('graph', `/beta/${path}`)).status).toBe(200);
    expect((await ask('graph', `/v1.0/${path}`)).status).toBe(404);
  });

  it('gives what is selected, and the kind of an object', async () => {
    const users = await ask('graph', '/v1.0/users?$select=id,accountEnabled');
    expect(users.body.value).toContainEqual({ id: id('ann'), accountEnabled: true });
    const members = await ask('graph', `/beta/groups/${id('leads')}/members?$select=id`);
    expect(members.body.value).toContainEqual({ '@odata.type': '#microsoft.graph.user', id: id('ann') });
    const next = new URL(String(users.body['@odata.nextLink'] ?? 'https://graph.microsoft.com/'));
    expect(next.origin).toBe('https://graph.microsoft.com');
  });

  it('tells what is missing from what is empty', async () => {
    expect((await ask('graph', `/beta/groups/${id('auditors')}/owners`)).body.value).toEqual([]);
    expect(await refusal('graph', `/beta/groups/${id('nobody')}/owners`)).toEqual([404, 'Request_ResourceNotFound']);
  });

  it('takes twenty requests in a batch, and no more', async () => {
    const requests = Array.from({ length: 21 }, (_, index) => ({ id: String(index), method: 'GET', url: '/users' }));
    expect((await ask('graph', '/v1.0/$batch', { requests: requests.slice(1) })).body['responses']).toHaveLength(20);
    expect((await refusal('graph', '/v1.0/$batch', { requests }))[0]).toBe(400);
  });

  it('refuses queries that it does not know, and those that could not be paged', async () => {
    expect((await ask('arm', QUERY, { query: 'resources | project id', options: {} })).status).toBe(200);
    expect(await refusal('arm', QUERY, { query: 'elsewhere | project id', options: {} })).toEqual([400, 'BadRequest']);
    expect(await refusal('arm', QUERY, { query: 'resources | count', options: {} })).toEqual([400, 'BadRequest']);
  });
});
