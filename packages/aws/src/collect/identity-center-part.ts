import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { AccountCalls, AwsCall, AwsReply, FailedCall } from './calls.ts';
import type { CollectPart } from './part.ts';

const WHAT = 'Identity Center assignments';
const PAGING = { reply: 'NextToken', request: 'NextToken' } as const;

/** Permission sets, who has them where, and the users and groups (aws.md 3.3): identity-center.json. */
export const IDENTITY_CENTER_PART: CollectPart = {
  name: 'identity-center',
  what: WHAT,
  file: 'identity-center.json',
  accounts: 'identity-center',
  regional: true,
  actions: [
    'identitystore:ListGroupMemberships',
    'identitystore:ListGroups',
    'identitystore:ListUsers',
    'sso:DescribePermissionSet',
    'sso:GetInlinePolicyForPermissionSet',
    'sso:GetPermissionsBoundaryForPermissionSet',
    'sso:ListAccountAssignments',
    'sso:ListAccountsForProvisionedPermissionSet',
    'sso:ListCustomerManagedPolicyReferencesInPermissionSet',
    'sso:ListInstances',
    'sso:ListManagedPoliciesInPermissionSet',
    'sso:ListPermissionSets',
  ],
  run: async (calls, { managementAccount, allRegions }) => {
    const lists = new Lists(calls);
    const owner = managementAccount ?? calls.accountId;
    for (const region of calls.regions) {
      const instances = await lists.read(
        'Instances',
        { service: 'sso-admin', command: 'ListInstances', action: 'sso:ListInstances', region },
        'Instances',
      );
      for (const instance of instances) {
        // Instances of single accounts have no permission sets.
        if (instance['OwnerAccountId'] !== undefined && instance['OwnerAccountId'] !== owner) continue;
        await readInstance(new InstanceCalls(calls, lists, region), instance, lists);
      }
    }
    if (!allRegions) {
      calls.gap({
        what: WHAT,
        why: `only ${calls.regions.join(', ')} were read; the instance may be in another region`,
      });
      if (lists.isEmpty('Instances')) return undefined;
    }
    return lists.file();
  },
};

/** The lists of the file. One of which a part could not be read is left out: it would pass for all there is. */
class Lists {
  readonly #calls: AccountCalls;
  readonly #lists = new Map<string, RawRecord[]>(
    ['Instances', 'PermissionSets', 'AccountAssignments', 'Users', 'Groups', 'GroupMemberships'].map((key) => [
      key,
      [],
    ]),
  );
  readonly #incomplete = new Set<string>();
  readonly #told = new Set<string>();

  constructor(calls: AccountCalls) {
    this.#calls = calls;
  }

  /** All pages of a call; the list `key` is incomplete where it failed. */
  async read(key: string, call: AwsCall, items: string): Promise<readonly RawRecord[]> {
    const { replies, failed } = await this.#calls.pages(call, PAGING);
    // A region without the service has no instance; an instance whose lists are not to be had may have anything.
    const isNone = key === 'Instances' && failed?.kind === 'not-available';
    if (failed !== undefined && !isNone) this.lacks(key, failed);
    return replies.flatMap((reply) => recordsIn(reply, items));
  }

  add(key: string, items: readonly RawRecord[]): void {
    this.#lists.get(key)?.push(...items);
  }

  /** Notes that a list is not whole; each command and error is told once. */
  lacks(key: string | undefined, failed: FailedCall): void {
    if (key !== undefined) this.#incomplete.add(key);
    const told = `${failed.call.command} ${failed.error} ${failed.call.region ?? ''}`;
    if (!this.#told.has(told)) this.#calls.failed(WHAT, failed);
    this.#told.add(told);
  }

  /** A list of which a part is known to be missing. */
  leaveOut(key: string): void {
    this.#incomplete.add(key);
  }

  isEmpty(key: string): boolean {
    return this.#lists.get(key)?.length === 0;
  }

  file(): unknown {
    const whole = [...this.#lists].filter(([key]) => !this.#incomplete.has(key) && !this.#incomplete.has('Instances'));
    return whole.length === 0 ? undefined : Object.fromEntries(whole);
  }
}

/** Calls about one instance, in its region. */
class InstanceCalls {
  readonly calls: AccountCalls;
  readonly #lists: Lists;
  readonly #region: string;

  constructor(calls: AccountCalls, lists: Lists, region: string) {
    this.calls = calls;
    this.#lists = lists;
    this.#region = region;
  }

  list(
    key: string,
    service: 'sso-admin' | 'identitystore',
    command: string,
    input: RawRecord,
    items: string,
  ): Promise<readonly RawRecord[]> {
    return this.#lists.read(key, this.#call(service, command, input), items);
  }

  /** Pages of a call about a permission set; undefined, after a gap, where it failed. */
  async property(command: string, input: RawRecord): Promise<readonly AwsReply[] | undefined> {
    const { replies, failed } = await this.calls.pages(this.#call('sso-admin', command, input), PAGING);
    if (failed === undefined) return replies;
    this.#lists.lacks(undefined, failed);
    return undefined;
  }

  /** The boundary of a permission set; null: there is none; undefined: not known. */
  async boundary(input: RawRecord): Promise<unknown> {
    const result = await this.calls.send(this.#call('sso-admin', 'GetPermissionsBoundaryForPermissionSet', input));
    if (result.ok) return result.reply['PermissionsBoundary'] ?? null;
    if (result.failed.error === 'ResourceNotFoundException') return null;
    this.#lists.lacks(undefined, result.failed);
    return undefined;
  }

  #call(service: 'sso-admin' | 'identitystore', command: string, input: RawRecord): AwsCall {
    const prefix = service === 'sso-admin' ? 'sso' : service;
    return { service, command, action: `${prefix}:${command}`, region: this.#region, input };
  }
}

async function readInstance(instance: InstanceCalls, listed: RawRecord, lists: Lists): Promise<void> {
  const { InstanceArn, IdentityStoreId } = listed;
  lists.add('Instances', [listed]);
  const { calls } = instance;
  const setArns = await permissionSetArns(instance, { InstanceArn }, lists);
  lists.add(
    'PermissionSets',
    (
      await calls.all(
        setArns.map((PermissionSetArn) => () => permissionSet(instance, { InstanceArn, PermissionSetArn })),
      )
    ).flat(),
  );
  const assignments = await calls.all(
    setArns.map((PermissionSetArn) => () => assignmentsOf(instance, { InstanceArn, PermissionSetArn }, lists)),
  );
  lists.add('AccountAssignments', assignments.flat());
  if (typeof IdentityStoreId !== 'string') {
    for (const key of ['Users', 'Groups', 'GroupMemberships']) lists.leaveOut(key);
    calls.gap({ what: WHAT, why: 'sso-admin ListInstances gave no identity store' });
    return;
  }
  const store = { IdentityStoreId };
  const users = await instance.list('Users', 'identitystore', 'ListUsers', store, 'Users');
  lists.add(
    'Users',
    users.map((user) => only(user, ['UserId', 'UserName', 'UserStatus', 'ExternalIds', 'IdentityStoreId'])),
  );
  const groups = await instance.list('Groups', 'identitystore', 'ListGroups', store, 'Groups');
  lists.add('Groups', groups);
  const members = await calls.all(
    groups.map(
      ({ GroupId }) =>
        () =>
          instance.list(
            'GroupMemberships',
            'identitystore',
            'ListGroupMemberships',
            { ...store, GroupId },
            'GroupMemberships',
          ),
    ),
  );
  lists.add('GroupMemberships', members.flat());
}

async function permissionSetArns(instance: InstanceCalls, input: RawRecord, lists: Lists): Promise<readonly string[]> {
  const replies = await instance.property('ListPermissionSets', input);
  if (replies !== undefined) return replies.flatMap((reply) => stringsIn(reply, 'PermissionSets'));
  for (const key of ['PermissionSets', 'AccountAssignments']) lists.leaveOut(key);
  return [];
}

/** A property that could not be read is left out, and then unknown. */
async function permissionSet(instance: InstanceCalls, input: RawRecord): Promise<readonly RawRecord[]> {
  const described = await instance.property('DescribePermissionSet', input);
  const set = described?.[0]?.['PermissionSet'];
  const managed = await instance.property('ListManagedPoliciesInPermissionSet', input);
  const inline = await instance.property('GetInlinePolicyForPermissionSet', input);
  const customer = await instance.property('ListCustomerManagedPolicyReferencesInPermissionSet', input);
  const boundary = await instance.boundary(input);
  return [
    {
      PermissionSetArn: input['PermissionSetArn'],
      ...(isRecord(set) ? set : {}),
      ...(managed === undefined
        ? {}
        : { AttachedManagedPolicies: managed.flatMap((reply) => recordsIn(reply, 'AttachedManagedPolicies')) }),
      ...(inline === undefined ? {} : { InlinePolicy: inline[0]?.['InlinePolicy'] ?? '' }),
      ...(customer === undefined
        ? {}
        : {
            CustomerManagedPolicyReferences: customer.flatMap((reply) =>
              recordsIn(reply, 'CustomerManagedPolicyReferences'),
            ),
          }),
      ...(boundary === undefined ? {} : { PermissionsBoundary: boundary }),
    },
  ];
}

async function assignmentsOf(instance: InstanceCalls, input: RawRecord, lists: Lists): Promise<readonly RawRecord[]> {
  const replies = await instance.property('ListAccountsForProvisionedPermissionSet', input);
  if (replies === undefined) {
    lists.leaveOut('AccountAssignments');
    return [];
  }
  const accounts = replies.flatMap((reply) => stringsIn(reply, 'AccountIds'));
  const found = await instance.calls.all(
    accounts.map(
      (AccountId) => () =>
        instance.list(
          'AccountAssignments',
          'sso-admin',
          'ListAccountAssignments',
          { ...input, AccountId },
          'AccountAssignments',
        ),
    ),
  );
  return found.flat();
}

function only(item: RawRecord, keys: readonly string[]): RawRecord {
  return Object.fromEntries(keys.flatMap((key) => (item[key] === undefined ? [] : [[key, item[key]]])));
}

function recordsIn(reply: AwsReply, key: string): readonly RawRecord[] {
  const list = reply[key];
  return Array.isArray(list) ? (list as readonly unknown[]).filter(isRecord) : [];
}

function stringsIn(reply: AwsReply, key: string): readonly string[] {
  const list = reply[key];
  return Array.isArray(list) ? (list as readonly unknown[]).filter((one) => typeof one === 'string') : [];
}
