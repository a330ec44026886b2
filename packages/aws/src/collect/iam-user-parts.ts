import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { AccountCalls, AwsReply, FailedCall } from './calls.ts';
import type { CollectContext, CollectPart } from './part.ts';
import { whyItFailed } from './part-calls.ts';

/** A list that IAM gives user by user. */
interface UserList {
  readonly name: string;
  readonly what: string;
  readonly file: string;
  /** `ListAccessKeys`; its action is `iam:` with the same name. */
  readonly command: string;
  /** Property of the reply with the list, or with the one thing there is. */
  readonly items: string;
  /** The error that says there is none. */
  readonly none?: string;
  /** Properties left out: large, and of no use. */
  readonly without?: readonly string[];
  /** What a further call says of each item. */
  readonly detail?: {
    readonly command: string;
    readonly input: (item: RawRecord) => RawRecord;
    readonly merge: (item: RawRecord, reply: AwsReply) => RawRecord;
  };
}

/** The lists of aws.md 3.2 that are asked for user by user. */
const USER_LISTS: readonly UserList[] = [
  {
    name: 'access-keys',
    what: 'access keys',
    file: 'iam/access-keys.json',
    command: 'ListAccessKeys',
    items: 'AccessKeyMetadata',
    detail: {
      command: 'GetAccessKeyLastUsed',
      input: ({ AccessKeyId }) => ({ AccessKeyId }),
      merge: (item, { AccessKeyLastUsed }) =>
        isRecord(AccessKeyLastUsed) ? { ...item, LastUsed: AccessKeyLastUsed } : item,
    },
  },
  {
    name: 'login-profiles',
    what: 'login profiles',
    file: 'iam/login-profiles.json',
    command: 'GetLoginProfile',
    items: 'LoginProfile',
    none: 'NoSuchEntityException',
  },
  {
    name: 'mfa-devices',
    what: 'MFA devices',
    file: 'iam/mfa-devices.json',
    command: 'ListMFADevices',
    items: 'MFADevices',
  },
  {
    name: 'signing-certificates',
    what: 'signing certificates',
    file: 'iam/signing-certificates.json',
    command: 'ListSigningCertificates',
    items: 'Certificates',
    without: ['CertificateBody'],
  },
  {
    name: 'ssh-public-keys',
    what: 'SSH public keys',
    file: 'iam/ssh-public-keys.json',
    command: 'ListSSHPublicKeys',
    items: 'SSHPublicKeys',
  },
];

/** Parts that ask every user of an account: keys, passwords, devices, certificates. */
export const IAM_USER_PARTS: readonly CollectPart[] = USER_LISTS.map((list) => ({
  name: list.name,
  what: list.what,
  file: list.file,
  actions: [
    ...new Set(['iam:ListUsers', ...[list.command, list.detail?.command ?? list.command].map((name) => `iam:${name}`)]),
  ].sort(),
  run: (calls, context) => collectUserList(list, calls, context),
}));

async function collectUserList(list: UserList, calls: AccountCalls, context: CollectContext): Promise<unknown> {
  const users = await context.users();
  if (users === undefined) return undefined;
  const failures = new UserFailures();
  const found = await calls.all(users.map((user) => () => itemsOfUser(list, user, calls, failures)));
  failures.tell(list.what, calls);
  const items = found.flatMap((one) => one ?? []);
  if (!found.includes(undefined)) return items;
  // A list that lacks somebody's says so; one of which nothing was read is no list.
  return found.every((one) => one === undefined) ? undefined : { [list.items]: items, IsTruncated: true };
}

/** Undefined: not all of them could be read. Items without what a further call says of them are whole. */
async function itemsOfUser(
  list: UserList,
  UserName: string,
  calls: AccountCalls,
  failures: UserFailures,
): Promise<readonly RawRecord[] | undefined> {
  const { replies, failed } = await calls.pages(
    { service: 'iam', command: list.command, action: `iam:${list.command}`, input: { UserName } },
    { reply: 'Marker', request: 'Marker' },
  );
  if (failed !== undefined && !isNone(failed, list)) {
    // A user who is gone has none; one whose list failed may have any.
    if (failed.kind === 'not-found') return [];
    failures.note(failed);
    return undefined;
  }
  const items: RawRecord[] = [];
  for (const reply of replies) {
    const value = reply[list.items];
    for (const item of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
      if (isRecord(item))
        items.push(await detailed(list, { UserName, ...without(item, list.without ?? []) }, calls, failures));
    }
  }
  return items;
}

async function detailed(
  { detail }: UserList,
  item: RawRecord,
  calls: AccountCalls,
  failures: UserFailures,
): Promise<RawRecord> {
  if (detail === undefined) return item;
  const { command } = detail;
  const result = await calls.send({ service: 'iam', command, action: `iam:${command}`, input: detail.input(item) });
  if (result.ok) return detail.merge(item, result.reply);
  failures.note(result.failed);
  return item;
}

function isNone({ error }: FailedCall, { none }: UserList): boolean {
  return none !== undefined && (error === none || error === none.replace(/Exception$/, ''));
}

function without(item: RawRecord, keys: readonly string[]): RawRecord {
  return Object.fromEntries(Object.entries(item).filter(([key]) => !keys.includes(key)));
}

/** Failures told together: one gap for each command and error. */
class UserFailures {
  readonly #failures = new Map<string, { readonly failed: FailedCall; count: number }>();

  note(failed: FailedCall): void {
    const key = `${failed.call.command} ${failed.error}`;
    const known = this.#failures.get(key);
    if (known === undefined) this.#failures.set(key, { failed, count: 1 });
    else known.count += 1;
  }

  tell(what: string, calls: AccountCalls): void {
    for (const key of [...this.#failures.keys()].sort()) {
      const { failed, count } = this.#failures.get(key) ?? {};
      if (failed === undefined) continue;
      const told = whyItFailed(failed);
      calls.gap({ what, ...told, why: count === 1 ? told.why : `${told.why}, ${count} times` });
    }
  }
}
