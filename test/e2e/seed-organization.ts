import {
  AttachPolicyCommand,
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  MoveAccountCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';

/** Ids of the seeded organization. */
export interface SeededOrganization {
  readonly id: string;
  readonly rootId: string;
  /** Organizational units by name. */
  readonly units: Readonly<Record<'Production' | 'Payments' | 'Sandbox', string>>;
  /** Accounts by name; `Closed` is not active. */
  readonly accounts: Readonly<Record<'Shop' | 'Payments' | 'Sandbox' | 'Closed', string>>;
  readonly sandboxPolicyId: string;
}

/**
 * Makes the organization: `Production` (account Shop) with `Payments` inside (account Payments), and `Sandbox` (account
 * Sandbox), where a service control policy leaves nothing but listing buckets. Account Closed has been closed.
 */
export async function seedOrganization(client: OrganizationsClient): Promise<SeededOrganization> {
  const { Organization } = await client.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  const { Roots } = await client.send(new ListRootsCommand({}));
  const rootId = known(Roots?.[0]?.Id);
  await client.send(new EnablePolicyTypeCommand({ RootId: rootId, PolicyType: 'SERVICE_CONTROL_POLICY' }));

  const unit = async (Name: string, ParentId: string): Promise<string> => {
    const made = await client.send(new CreateOrganizationalUnitCommand({ Name, ParentId }));
    return known(made.OrganizationalUnit?.Id);
  };
  const Production = await unit('Production', rootId);
  const units = { Production, Payments: await unit('Payments', Production), Sandbox: await unit('Sandbox', rootId) };

  const account = async (AccountName: string, unitId: string): Promise<string> => {
    const Email = `${AccountName.toLowerCase()}@example.com`;
    const made = await client.send(new CreateAccountCommand({ AccountName, Email }));
    const AccountId = known(made.CreateAccountStatus?.AccountId);
    const move = { AccountId, SourceParentId: rootId, DestinationParentId: unitId };
    await client.send(new MoveAccountCommand(move));
    return AccountId;
  };
  const accounts = {
    Shop: await account('Shop', units.Production),
    Payments: await account('Payments', units.Payments),
    Sandbox: await account('Sandbox', units.Sandbox),
    Closed: await account('Closed', units.Sandbox),
  };
  await client.send(new CloseAccountCommand({ AccountId: accounts.Closed }));

  const document = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', NotAction: ['s3:ListAllMyBuckets'], Resource: '*' }],
  };
  const policy = await client.send(
    new CreatePolicyCommand({
      Name: 'SandboxOnlyLists',
      Description: 'nothing but listing buckets',
      Type: 'SERVICE_CONTROL_POLICY',
      Content: JSON.stringify(document),
    }),
  );
  const sandboxPolicyId = known(policy.Policy?.PolicySummary?.Id);
  await client.send(new AttachPolicyCommand({ PolicyId: sandboxPolicyId, TargetId: units.Sandbox }));
  return { id: known(Organization?.Id), rootId, units, accounts, sandboxPolicyId };
}

/** A value that a reply must hold. Throws where it does not. */
export function known<T>(value: T | null | undefined): T {
  if (value === undefined || value === null) throw new Error('a reply lacks a value');
  return value;
}
