import type { NodeId } from '@keyreach/core/graph';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import type { AccountAssignment, IdentityCenter } from '../bundle/identity-center.ts';
import { accountFile } from '../bundle/input-files.ts';
import { coversAccount, type Memberships, membershipsOf } from '../bundle/merge-inputs.ts';
import { AWS, accountScopeId } from './aws-ids.ts';
import { addInstances, addPermissionSet, identityStoreGroup, identityStoreUser } from './identity-center-nodes.ts';
import { type NormalizeContext, scopeOf } from './normalize-context.ts';
import { addForeignAccount } from './organization.ts';
import { TRUST_ACTIONS } from './trust-actions.ts';

/** Where Identity Center puts the roles it makes (aws.md 2.1). */
const ROLE_PATH = '/aws-reserved/sso.amazonaws.com/';

/** A role of a permission set, as AWS names it: the set's name, and sixteen hex digits. */
const ROLE_NAME = /^AWSReservedSSO_(.{1,64})_[0-9a-f]{16}$/;

/** `account set name` → the roles made from a set of that name. */
type SetRoles = ReadonlyMap<string, readonly NodeId[]>;

/**
 * Adds Identity Center (aws.md 2.1, 3.3): permission sets, the people and groups of the identity store, and who may use
 * which role. That follows from the account assignments: the trust policy of such a role names only the provider that
 * Identity Center signs with, not whom it signs for. Comes after all identities, since one file speaks of many accounts.
 */
export function addIdentityCenters(context: NormalizeContext): void {
  const { input } = context;
  const roles = rolesOfSets(input.accounts);
  const memberships = membershipsOf(input.organizations);
  for (const account of Object.values(input.accounts)) {
    const { identityCenter } = account;
    if (identityCenter !== undefined) addIdentityCenter(identityCenter, account, roles, memberships, context);
  }
  for (const account of Object.values(input.accounts)) reportUnknownUsers(account, memberships, context);
}

function rolesOfSets(accounts: Readonly<Record<string, AwsAccountInput>>): SetRoles {
  const roles = new Map<string, NodeId[]>();
  for (const { accountId, authorizationDetails } of Object.values(accounts)) {
    for (const { Arn, Path, RoleName } of authorizationDetails?.roles.items ?? []) {
      const set = Path.startsWith(ROLE_PATH) ? ROLE_NAME.exec(RoleName)?.[1] : undefined;
      if (set === undefined) continue;
      const key = `${accountId} ${set}`;
      roles.set(key, [...(roles.get(key) ?? []), Arn].sort());
    }
  }
  return roles;
}

function addIdentityCenter(
  center: IdentityCenter,
  account: AwsAccountInput,
  roles: SetRoles,
  memberships: Memberships,
  context: NormalizeContext,
): void {
  addInstances(center, account, context);
  for (const set of center.permissionSets.items) {
    addPermissionSet(set, account, context);
    addProvisions(set, account, roles, memberships, context);
  }
  const directory = new StoreDirectory(center, account, context);
  directory.addAll();
  new Assignments(center, account, roles, directory, context).add();
}

/** Roles made from a set, in every account that the file speaks for. */
function addProvisions(
  { PermissionSetArn: from, Name }: IdentityCenter['permissionSets']['items'][number],
  home: AwsAccountInput,
  roles: SetRoles,
  memberships: Memberships,
  { builder, input }: NormalizeContext,
): void {
  for (const accountId of Object.keys(input.accounts)) {
    if (!coversAccount(home.accountId, accountId, memberships)) continue;
    const made = roles.get(`${accountId} ${Name}`) ?? [];
    for (const to of made) builder.edge({ type: 'provisions', from, to, ...oneOf(made) });
  }
}

/** Where a name has several roles, one may be left from an earlier instance, and which is not told. */
function oneOf(roles: readonly NodeId[]): { readonly certainty?: 'unknown' } {
  return roles.length > 1 ? { certainty: 'unknown' } : {};
}

/** The people and groups of the identity store that one file speaks of. */
class StoreDirectory {
  readonly #center: IdentityCenter;
  readonly #account: AwsAccountInput;
  readonly #context: NormalizeContext;
  readonly #users: ReadonlyMap<string, IdentityCenter['users']['items'][number]>;
  readonly #groups: ReadonlyMap<string, IdentityCenter['groups']['items'][number]>;
  readonly #store: string;

  constructor(center: IdentityCenter, account: AwsAccountInput, context: NormalizeContext) {
    this.#center = center;
    this.#account = account;
    this.#context = context;
    this.#users = new Map(center.users.items.map((user) => [user.UserId, user]));
    this.#groups = new Map(center.groups.items.map((group) => [group.GroupId, group]));
    const stores = [
      ...new Set(
        [...center.instances.items, ...center.users.items, ...center.groups.items].flatMap(
          ({ IdentityStoreId }) => IdentityStoreId ?? [],
        ),
      ),
    ].sort();
    // Ids of users are unique by themselves; without the store's id that of the account keeps stores apart.
    this.#store = stores[0] ?? account.accountId;
  }

  /** Adds every listed user and group, with the memberships. */
  addAll(): void {
    for (const { UserId } of this.#center.users.items) this.user(UserId);
    for (const { GroupId } of this.#center.groups.items) this.group(GroupId);
    let gone = 0;
    for (const { GroupId, UserId } of this.#center.memberships.items) {
      const from = this.user(UserId);
      const to = this.group(GroupId);
      if (from === undefined || to === undefined) gone += 1;
      else if (this.#users.get(UserId)?.enabled !== false) this.#context.builder.edge({ type: 'member-of', from, to });
    }
    if (gone > 0) this.#report(`${gone} group memberships name users or groups that the identity store does not list`);
  }

  /** Node of a user; undefined for one that the full list of users lacks. */
  user(id: string): NodeId | undefined {
    const user = this.#users.get(id);
    if (user === undefined && this.#center.users.complete) return undefined;
    const node = identityStoreUser(user?.IdentityStoreId ?? this.#store, id, user, this.#account);
    if (!this.#context.builder.has(node.id)) this.#context.builder.node(node);
    return node.id;
  }

  /** Node of a group; undefined for one that the full list of groups lacks. */
  group(id: string): NodeId | undefined {
    const group = this.#groups.get(id);
    if (group === undefined && this.#center.groups.complete) return undefined;
    const node = identityStoreGroup(group?.IdentityStoreId ?? this.#store, id, group, this.#account);
    if (!this.#context.builder.has(node.id)) this.#context.builder.node(node);
    return node.id;
  }

  /** Whether a user is known not to be able to sign in. */
  isDisabled(id: string): boolean {
    return this.#users.get(id)?.enabled === false;
  }

  #report(why: string): void {
    const what = accountFile('identityCenter').what;
    this.#context.builder.gap({ scope: scopeOf(this.#account), what, why, kind: 'bad-input' });
  }
}

/** The account assignments of one file. */
class Assignments {
  readonly #center: IdentityCenter;
  readonly #account: AwsAccountInput;
  readonly #roles: SetRoles;
  readonly #directory: StoreDirectory;
  readonly #context: NormalizeContext;
  readonly #setNames: ReadonlyMap<string, string>;
  /** Account → names of sets that are assigned there and have no role in the input. */
  readonly #withoutRole = new Map<string, Set<string>>();
  #withoutSet = 0;
  #withoutPrincipal = 0;

  constructor(
    center: IdentityCenter,
    account: AwsAccountInput,
    roles: SetRoles,
    directory: StoreDirectory,
    context: NormalizeContext,
  ) {
    this.#center = center;
    this.#account = account;
    this.#roles = roles;
    this.#directory = directory;
    this.#context = context;
    this.#setNames = new Map(center.permissionSets.items.map((set) => [set.PermissionSetArn, set.Name]));
  }

  add(): void {
    for (const assignment of this.#center.assignments.items) this.#addAssignment(assignment);
    this.#report();
  }

  #addAssignment({ AccountId, PermissionSetArn, PrincipalType, PrincipalId }: AccountAssignment): void {
    const set = this.#setNames.get(PermissionSetArn);
    if (set === undefined) {
      this.#withoutSet += 1;
      return;
    }
    const isUser = PrincipalType === 'USER';
    const from = isUser ? this.#directory.user(PrincipalId) : this.#directory.group(PrincipalId);
    if (from === undefined) {
      // AWS keeps the assignments of a deleted user or group; nobody can use them.
      this.#withoutPrincipal += 1;
      return;
    }
    const { builder } = this.#context;
    const roles = this.#roles.get(`${AccountId} ${set}`) ?? this.#unlistedRoles(AccountId, set);
    for (const to of roles) {
      builder.edge({ type: 'provisions', from: PermissionSetArn, to, ...oneOf(roles) });
      if (isUser && this.#directory.isDisabled(PrincipalId)) continue;
      builder.edge({ type: 'federates', from, to, ...oneOf(roles) });
    }
  }

  /** The role of a set in an account whose roles are not in the input: it is there, and what it may do is unknown. */
  #unlistedRoles(accountId: string, set: string): readonly NodeId[] {
    const { builder, directory, input, policies } = this.#context;
    this.#withoutRole.set(accountId, (this.#withoutRole.get(accountId) ?? new Set()).add(set));
    if (directory.listsAll(accountId, 'role')) return [];
    const partition = input.accounts[accountId]?.partition ?? this.#account.partition;
    const name = `AWSReservedSSO_${set}`;
    const id = `arn:${partition}:iam::${accountId}:role${ROLE_PATH}${name}`;
    if (builder.has(id)) return [id];
    addForeignAccount(accountId, partition, this.#context);
    builder.node({
      kind: 'identity',
      id,
      provider: AWS,
      type: 'role',
      name,
      scope: accountScopeId(accountId, partition),
      external: true,
      attributes: { accountId, partition, path: ROLE_PATH, reserved: true },
    });
    const why = 'the role of a permission set in an account whose roles are not in the input';
    for (const role of ['identity-grant', 'resource-grant'] as const) {
      const policy = `${id}/unread-${role}`;
      policies.addMissing({ id: policy, name: `unread ${role}`, type: 'unread', why, owner: id });
      policies.attach(policy, id, role, ...(role === 'resource-grant' ? [TRUST_ACTIONS] : []));
    }
    return [id];
  }

  #report(): void {
    const { builder, input } = this.#context;
    const what = accountFile('identityCenter').what;
    const scope = scopeOf(this.#account);
    if (this.#withoutSet > 0) {
      const why = `${this.#withoutSet} assignments name permission sets that the file does not hold; whom they let in is unknown`;
      builder.gap({ scope, what, why, kind: 'bad-input' });
    }
    if (this.#withoutPrincipal > 0) {
      const why = `${this.#withoutPrincipal} assignments name users or groups that the identity store does not list; they are left out`;
      builder.gap({ scope, what, why, kind: 'bad-input' });
    }
    for (const [accountId, sets] of this.#withoutRole) {
      const partition = input.accounts[accountId]?.partition ?? this.#account.partition;
      const why = `permission sets are assigned, and the input has no role of theirs: \`${[...sets].sort().join('`, `')}\``;
      const fix = 'aws iam get-account-authorization-details with credentials for the account';
      builder.gap({ scope: accountScopeId(accountId, partition), what, why, fix, kind: 'not-collected' });
    }
  }
}

/** Roles that Identity Center made, in an account whose assignments nobody lists: who may use them is unknown. */
function reportUnknownUsers(
  account: AwsAccountInput,
  memberships: Memberships,
  { builder, input }: NormalizeContext,
): void {
  const made = (account.authorizationDetails?.roles.items ?? []).filter(({ Path }) => Path.startsWith(ROLE_PATH));
  if (made.length === 0) return;
  const told = Object.values(input.accounts).some(
    ({ accountId, identityCenter }) =>
      identityCenter?.assignments.complete === true && coversAccount(accountId, account.accountId, memberships),
  );
  if (told) return;
  const { what, fix } = accountFile('identityCenter');
  const why = `who may use the roles of permission sets in this account, ${made.length} of them, is not in the input`;
  builder.gap({ scope: scopeOf(account), what, why, fix, kind: 'not-collected' });
}
