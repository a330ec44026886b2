import {
  GenerateServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsCommand,
  ListRolesCommand,
  ListServiceSpecificCredentialsCommand,
  paginateGetAccountAuthorizationDetails,
} from '@aws-sdk/client-iam';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListAccountsCommand, paginateListAccounts } from '@aws-sdk/client-organizations';
import { GetBucketPolicyCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { SecretRegister } from './secret-register.ts';
import { staff } from './seed-accounts.ts';
import { type SeedClients, seedClients, sessionIn } from './seed-clients.ts';
import type { WireFault } from './wire-fault.ts';
import { startWireServer, type WireServer, type WireServerOptions } from './wire-server.ts';

const estate = inject('estate');
const { Shop, Payments } = estate.organization.accounts;
const secrets = new SecretRegister();
let server: WireServer;
afterEach(() => server.close());

async function start(faults: readonly WireFault[] = [], more: Partial<WireServerOptions> = {}): Promise<SeedClients> {
  server = await startWireServer({ motoUrl: estate.motoUrl, secrets, faults, ...more });
  return seedClients(server.url, 'us-east-1', estate.collector);
}

async function inAccount(management: SeedClients, account: string, region = 'us-east-1'): Promise<SeedClients> {
  return seedClients(server.url, region, await sessionIn(management, account, secrets));
}

const answered = (action: string): number => server.calls.filter((call) => call.action === action).length;

describe('the wire server', () => {
  it('answers as the account of the session, and counts by it', async () => {
    const management = await start();
    const shop = await inAccount(management, Shop);
    expect((await shop.sts.send(new GetCallerIdentityCommand({}))).Account).toBe(Shop);
    expect((await management.sts.send(new GetCallerIdentityCommand({}))).Account).toBe(estate.management);
    const identity = server.calls.filter(({ action }) => action === 'GetCallerIdentity');
    expect(identity.map(({ account }) => account)).toEqual([Shop, estate.management]);
    expect(secrets.foundIn(JSON.stringify(await shop.iam.config.credentials()))).not.toEqual([]);
  });

  it('cuts lists into pages, one of them empty, and loses nothing', async () => {
    const shop = await inAccount(await start(), Shop);
    const users: string[] = [];
    const roles: string[] = [];
    const policies: string[] = [];
    let pages = 0;
    for await (const page of paginateGetAccountAuthorizationDetails({ client: shop.iam }, {})) {
      pages += 1;
      users.push(...(page.UserDetailList ?? []).map(({ UserName }) => UserName ?? ''));
      roles.push(...(page.RoleDetailList ?? []).map(({ RoleName }) => RoleName ?? ''));
      policies.push(...(page.Policies ?? []).map(({ PolicyName }) => PolicyName ?? ''));
      if (pages === 2) expect([page.UserDetailList, page.IsTruncated]).toEqual([[], true]);
    }
    expect(pages).toBeGreaterThan(4);
    expect(users.sort()).toEqual(['auditor', 'builder', 'deployer', ...staff]);
    expect(roles.sort()).toEqual(['OrganizationAccountAccessRole', 'build']);
    expect(policies.sort()).toEqual(['AmazonS3ReadOnlyAccess', 'ListBuckets']);
  });

  it('cuts lists of JSON into pages as well', async () => {
    const { organizations } = await start([], { pageSize: 2 });
    const sizes: number[] = [];
    for await (const page of paginateListAccounts({ client: organizations }, {}))
      sizes.push(page.Accounts?.length ?? -1);
    expect(sizes).toEqual([2, 0, 2, 1]);
  });

  it('throttles the calls of the table in the words of each service, and the SDK tries again', async () => {
    const throttled = (service: string, retryAfterSeconds?: number): WireFault => ({
      calls: { service, to: 1 },
      effect: {
        kind: 'problem',
        problem: 'throttled',
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      },
    });
    const names = ['iam', 'organizations', 's3', 'lambda', 'sqs'] as const;
    const clients = await start(names.map((name) => throttled(name, name === 'lambda' ? 1 : undefined)));
    await clients.iam.send(new ListRolesCommand({}));
    await clients.organizations.send(new ListAccountsCommand({}));
    await clients.s3.send(new ListBucketsCommand({}));
    await clients.lambda.send(new ListFunctionsCommand({}));
    await clients.sqs.send(new ListQueuesCommand({}));
    for (const name of names) {
      const statuses = server.calls.filter(({ service }) => service === name).map(({ status }) => status);
      expect([name, statuses.length, statuses[0]! >= 400, statuses[1]]).toEqual([name, 2, true, 200]);
    }
  });

  it('denies one account or one region and leaves the others', async () => {
    const denied = { kind: 'problem', problem: 'denied' } as const;
    const management = await start([
      { calls: { service: 'iam', account: Shop }, effect: denied },
      { calls: { service: 'lambda', region: 'eu-west-1' }, effect: denied },
    ]);
    const shop = await inAccount(management, Shop);
    await expect(shop.iam.send(new ListRolesCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    const payments = await inAccount(management, Payments);
    expect((await payments.iam.send(new ListRolesCommand({}))).Roles?.length).toBeGreaterThan(0);
    expect((await payments.lambda.send(new ListFunctionsCommand({}))).Functions?.length).toBe(2);
    const west = await inAccount(management, Payments, 'eu-west-1');
    await expect(west.lambda.send(new ListFunctionsCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  it('ends a session for good, and not the next one', async () => {
    const management = await start([
      { calls: { service: 'iam', account: Shop, from: 2, to: 2 }, effect: { kind: 'session-ends' } },
    ]);
    const shop = await inAccount(management, Shop);
    await shop.iam.send(new ListRolesCommand({}));
    await expect(shop.iam.send(new ListRolesCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' });
    await expect(shop.s3.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' });
    const again = await inAccount(management, Shop);
    expect((await again.iam.send(new ListRolesCommand({}))).Roles?.length).toBe(2);
  });

  it('drops a connection, which the SDK takes for a reason to try again', async () => {
    const { iam } = await start([{ calls: { action: 'ListRoles', to: 1 }, effect: { kind: 'dropped' } }]);
    await iam.send(new ListRolesCommand({}));
    expect(answered('ListRoles')).toBe(2);
  });

  it('answers what moto lacks: jobs that take their time and are read by the session that began them', async () => {
    const Arn = `arn:aws:iam::${Shop}:user/deployer`;
    const services = ['s3', 'sts', 'sqs'].map((ServiceNamespace) => ({
      ServiceName: ServiceNamespace,
      ServiceNamespace,
    }));
    const management = await start([], { own: { lastAccessed: { [Arn]: services } } });
    const { iam } = await inAccount(management, Shop);
    const { JobId } = await iam.send(
      new GenerateServiceLastAccessedDetailsCommand({ Arn, Granularity: 'ACTION_LEVEL' }),
    );
    const get = (Marker?: string) => iam.send(new GetServiceLastAccessedDetailsCommand({ JobId, Marker }));
    expect((await get()).JobStatus).toBe('IN_PROGRESS');
    const first = await get();
    expect([first.JobStatus, first.IsTruncated]).toEqual(['COMPLETED', true]);
    const second = await get(first.Marker);
    const seen = [...(first.ServicesLastAccessed ?? []), ...(second.ServicesLastAccessed ?? [])];
    expect(seen.map(({ ServiceNamespace }) => ServiceNamespace)).toEqual(['s3', 'sts', 'sqs']);
    const other = await inAccount(management, Shop);
    const read = other.iam.send(new GetServiceLastAccessedDetailsCommand({ JobId }));
    await expect(read).rejects.toMatchObject({ name: 'NoSuchEntityException' });
    expect((await iam.send(new ListServiceSpecificCredentialsCommand({}))).ServiceSpecificCredentials).toEqual([]);
  });

  it('hands the rest to moto as it is', async () => {
    const shop = await inAccount(await start(), Shop);
    const { Policy } = await shop.s3.send(new GetBucketPolicyCommand({ Bucket: `shop-orders-${Shop}` }));
    expect(JSON.parse(Policy ?? '{}')).toMatchObject({ Statement: [{ Action: 's3:GetObject' }] });
    expect(server.calls.filter(({ unanswered }) => unanswered)).toEqual([]);
  });
});
