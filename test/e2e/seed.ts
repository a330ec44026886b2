import { managementAccount } from './moto-server.ts';
import { SecretRegister } from './secret-register.ts';
import { type ShopKeys, seedPayments, seedSandbox, seedShop } from './seed-accounts.ts';
import { type SeedClients, type StaticCredentials, seedClients, sessionIn } from './seed-clients.ts';
import { type SeededOrganization, seedOrganization } from './seed-organization.ts';
import { seedTrail } from './seed-trail.ts';

/** What was seeded, for tests to look for. Plain data. */
export interface SeededEstate {
  /** Where moto answers. */
  readonly motoUrl: string;
  readonly management: string;
  readonly organization: SeededOrganization;
  readonly shop: ShopKeys;
  /** Key of the Sandbox account's user. */
  readonly player: string;
  /** Credentials the collector starts with: those of the management account. */
  readonly collector: StaticCredentials;
  /** Every secret with where it was planted. */
  readonly secrets: readonly (readonly [value: string, where: string])[];
}

/** Seeds a fresh moto server with an organization and the story of a leaked key. */
export async function seed(motoUrl: string): Promise<SeededEstate> {
  const secrets = new SecretRegister();
  // Moto takes an unknown key for one of the management account and keeps no "last used" of it, so that two
  // collections of the same estate see the same.
  const collector = {
    accessKeyId: ['AKIA', 'COLLECTOREXAMPLE'].join(''),
    secretAccessKey: secrets.plant('secret key of the collector'),
  };
  const management = seedClients(motoUrl, 'us-east-1', collector);
  const organization = await seedOrganization(management.organizations);
  const { Shop, Payments, Sandbox } = organization.accounts;
  const place = async (accountId: string) => {
    const credentials = await sessionIn(management, accountId, secrets);
    const clients: SeedClients = seedClients(motoUrl, 'us-east-1', credentials);
    return { accountId, clients, secrets, endpoint: motoUrl };
  };
  const shop = await seedShop(await place(Shop), Payments);
  await seedPayments(await place(Payments), Shop);
  const player = await seedSandbox(await place(Sandbox));
  const role = `arn:aws:iam::${Payments}:role/release`;
  await seedTrail(management, { accountId: Shop, deployer: shop.deployer, role }, secrets);
  const seeded = { motoUrl, management: managementAccount, organization, shop, player, collector };
  return { ...seeded, secrets: secrets.entries() };
}
