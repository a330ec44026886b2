import type { AwsAccountInput, AwsInput } from '../bundle/aws-input.ts';
import { accountOf, nameInArn } from './aws-ids.ts';
import type { PrincipalDirectory } from './principal-directory.ts';
import { valuesAt } from './property-path.ts';
import { INSTANCE_PROFILE_TYPE } from './workload-roles.ts';

/** Everything the input says about which identities and identity providers exist, for looking principals up. */
export class EstateDirectory {
  readonly #accounts: Readonly<Record<string, AwsAccountInput>>;
  readonly #byUniqueId = new Map<string, string>();
  readonly #withoutUniqueId: Readonly<Record<'user' | 'role', string[]>> = { user: [], role: [] };
  readonly #arns = new Set<string>();
  /** `account name` → ARN. */
  readonly #roles = new Map<string, string>();
  readonly #profiles = new Map<string, readonly string[]>();
  readonly #providers = new Set<string>();
  /** Id of an identity pool → whether it serves guests. */
  readonly #pools = new Map<string, boolean>();

  constructor(input: AwsInput) {
    this.#accounts = input.accounts;
    for (const account of Object.values(input.accounts)) {
      const { accountId, authorizationDetails, identityProviders } = account;
      for (const { Arn, UserId } of authorizationDetails?.users.items ?? []) {
        this.#arns.add(Arn);
        if (UserId !== undefined) this.#byUniqueId.set(UserId, Arn);
        else this.#withoutUniqueId.user.push(Arn);
      }
      for (const { Arn, RoleId, RoleName, InstanceProfileList } of authorizationDetails?.roles.items ?? []) {
        this.#arns.add(Arn);
        if (RoleId !== undefined) this.#byUniqueId.set(RoleId, Arn);
        else this.#withoutUniqueId.role.push(Arn);
        this.#roles.set(`${accountId} ${RoleName}`, Arn);
        for (const profile of InstanceProfileList.items) {
          this.#addProfile(profile.Arn, Arn);
          this.#addProfile(`${accountId} ${profile.InstanceProfileName}`, Arn);
        }
      }
      for (const { Arn } of identityProviders?.oidc.items ?? []) this.#providers.add(Arn);
      for (const { Arn } of identityProviders?.saml.items ?? []) this.#providers.add(Arn);
      this.#addListedProfiles(account);
      this.#addPools(account);
    }
    for (const arns of Object.values(this.#withoutUniqueId)) arns.sort();
  }

  /** ARN of the role of this name in the account. */
  role(accountId: string, name: string): string | undefined {
    return this.#roles.get(`${accountId} ${name}`);
  }

  /** Whether the user or role is in the input. */
  has(arn: string): boolean {
    return this.#arns.has(arn);
  }

  /** ARNs of the roles in an instance profile, by its ARN or by its name in the account. */
  rolesOfProfile(accountId: string, nameOrArn: string): readonly string[] | undefined {
    return this.#profiles.get(nameOrArn) ?? this.#profiles.get(`${accountId} ${nameOrArn}`);
  }

  #addListedProfiles({ accountId, resources }: AwsAccountInput): void {
    for (const { TypeName, Identifier, Properties } of resources?.items ?? []) {
      if (TypeName !== INSTANCE_PROFILE_TYPE) continue;
      const { Arn, InstanceProfileName } = Properties;
      for (const name of valuesAt(Properties, 'Roles[]')) {
        const role = typeof name === 'string' ? this.role(accountId, nameInArn(name)) : undefined;
        if (role === undefined) continue;
        if (typeof Arn === 'string') this.#addProfile(Arn, role);
        this.#addProfile(
          `${accountId} ${typeof InstanceProfileName === 'string' ? InstanceProfileName : Identifier}`,
          role,
        );
      }
    }
  }

  #addPools({ resources }: AwsAccountInput): void {
    for (const { TypeName, Identifier, Properties } of resources?.items ?? []) {
      if (TypeName !== 'AWS::Cognito::IdentityPool') continue;
      const [guests] = valuesAt(Properties, 'AllowUnauthenticatedIdentities');
      if (typeof guests === 'boolean') this.#pools.set(Identifier.slice(Identifier.lastIndexOf('/') + 1), guests);
    }
  }

  /** Adds a role to what is known of an instance profile: profiles are also listed as resources. */
  #addProfile(key: string, role: string): void {
    const known = this.#profiles.get(key) ?? [];
    if (!known.includes(role)) this.#profiles.set(key, [...known, role]);
  }

  /** Whether the input lists every identity of that kind in the account. */
  listsAll(accountId: string, kind: 'user' | 'role'): boolean {
    const details = this.#accounts[accountId]?.authorizationDetails;
    return (kind === 'user' ? details?.users : details?.roles)?.complete === true;
  }

  /** The directory as principals of policies in one partition are resolved with. */
  forPartition(partition: string): PrincipalDirectory {
    return {
      partition,
      withUniqueId: (id) => this.#byUniqueId.get(id),
      withoutUniqueId: (kind) => this.#withoutUniqueId[kind],
      role: (accountId, name) => this.role(accountId, name),
      has: (arn) => this.has(arn),
      hasAccount: (accountId) => this.#accounts[accountId] !== undefined,
      listsAll: (accountId, kind) => this.listsAll(accountId, kind),
      providerKnownMissing: (arn) => this.#providerKnownMissing(arn),
      servesGuests: (pool) => this.#pools.get(pool),
    };
  }

  #providerKnownMissing(arn: string): boolean {
    const providers = this.#accounts[accountOf(arn) ?? '']?.identityProviders;
    const list = arn.includes(':saml-provider/') ? providers?.saml : providers?.oidc;
    return list?.complete === true && !this.#providers.has(arn);
  }
}
