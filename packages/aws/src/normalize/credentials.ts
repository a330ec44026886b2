import type { CredentialNode, LastUsed, NodeId, Timestamp } from '@keyreach/core/graph';
import type { Listed } from '@keyreach/core/input';
import type { AccessKey } from '../bundle/access-keys.ts';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import type { ReportedKey, ReportedUser } from '../bundle/credential-report.ts';
import { type AccountFileKey, accountFile } from '../bundle/input-files.ts';
import type { UserCredential } from '../bundle/user-credentials.ts';
import { AWS, accessKeyId, passwordId, reportedKeyId, userCredentialId } from './aws-ids.ts';
import { type NormalizeContext, scopeOf, seenUntil } from './normalize-context.ts';
import { addCredentialUse } from './recorded-use.ts';
import { reportedUsers } from './user-facts.ts';

/** Since when AWS keeps the last use of access keys (aws.md 4.1). */
const KEYS_TRACKED_SINCE = '2015-04-22T00:00:00.000Z';

/** Sign-ins between 3 and 23 May 2018 were not kept; only what came after them is covered without a hole (aws.md 4.1). */
const PASSWORDS_TRACKED_SINCE = '2018-05-24T00:00:00.000Z';

/** Adds the credentials of an account's users and of its root user: one node each, never with secret material. */
export function addCredentials(account: AwsAccountInput, context: NormalizeContext): void {
  new AccountCredentials(account, context).add();
}

/** A credential as far as it differs from one to the next. */
type CredentialFacts = Pick<CredentialNode, 'id' | 'type' | 'name' | 'status' | 'lastUsed'> &
  Pick<CredentialNode, 'session'> &
  Partial<Pick<CredentialNode, 'created' | 'expires' | 'publicId' | 'attributes'>>;

/** The kind of session a service-specific credential gives, by the endpoint it works on (aws.md 5.2). */
const SERVICE_SESSIONS: ReadonlyMap<string, string> = new Map([
  ['codecommit.amazonaws.com', 'codecommit-credential'],
  ['cassandra.amazonaws.com', 'keyspaces-credential'],
  ['bedrock.amazonaws.com', 'bedrock-api-key'],
  ['logs.amazonaws.com', 'logs-api-key'],
]);

class AccountCredentials {
  readonly #account: AwsAccountInput;
  readonly #context: NormalizeContext;
  readonly #rows: ReadonlyMap<NodeId, ReportedUser>;
  readonly #arns: ReadonlyMap<string, NodeId>;
  readonly #until: Timestamp | undefined;
  #keysOfUnknownUse = 0;

  constructor(account: AwsAccountInput, context: NormalizeContext) {
    this.#account = account;
    this.#context = context;
    this.#rows = reportedUsers(account);
    this.#until = seenUntil(account, context.now);
    const reported = [...this.#rows.values()]
      .filter(({ root }) => !root)
      .map(({ user, arn }): [string, NodeId] => [user, arn]);
    const listed = (account.authorizationDetails?.users.items ?? []).map(({ UserName, Arn }): [string, NodeId] => [
      UserName,
      Arn,
    ]);
    this.#arns = new Map([...reported, ...listed]);
  }

  add(): void {
    const { accessKeys, signingCertificates, sshPublicKeys, serviceSpecificCredentials } = this.#account;
    if (accessKeys !== undefined) this.#addAccessKeys(accessKeys);
    for (const row of this.#rows.values()) {
      if (row.root || accessKeys === undefined) this.#addReportedKeys(row);
      if (row.root || signingCertificates === undefined) this.#addReportedCertificates(row);
    }
    this.#addPasswords();
    this.#addOthers(signingCertificates, 'signing-certificate', 'signingCertificates');
    this.#addOthers(sshPublicKeys, 'ssh-public-key', 'sshPublicKeys');
    this.#addOthers(serviceSpecificCredentials, 'service-specific-credential', 'serviceSpecificCredentials');
    this.#reportUnknownUse();
  }

  #addAccessKeys({ items }: Listed<AccessKey>): void {
    for (const key of items) {
      const owner = this.#owner(key.UserName, 'accessKeys', key.AccessKeyId);
      if (owner === undefined) continue;
      const id = accessKeyId(owner, key.AccessKeyId);
      const lastUsed = keyLastUsed(key) ?? this.#reportedUse(owner, key) ?? { state: 'unknown' };
      this.#addCredential(owner, {
        id,
        type: 'access-key',
        name: key.AccessKeyId,
        publicId: key.AccessKeyId,
        session: 'access-key',
        status: key.Status === undefined ? 'unknown' : key.Status === 'Active' ? 'active' : 'disabled',
        lastUsed,
        ...(key.CreateDate === undefined ? {} : { created: key.CreateDate }),
      });
      this.#addKeyUse(owner, id, lastUsed, key.CreateDate, 'access-key-last-used');
    }
  }

  /** The report has no key ids; a key created the second the report says one was rotated is that one. */
  #reportedUse(owner: NodeId, { CreateDate }: AccessKey): LastUsed | undefined {
    const second = CreateDate?.slice(0, 19);
    const rows = this.#rows
      .get(owner)
      ?.keys?.filter(({ rotated }) => second !== undefined && rotated?.slice(0, 19) === second);
    const [only] = rows ?? [];
    return only !== undefined && rows?.length === 1 ? reportedLastUsed(only) : undefined;
  }

  #addReportedKeys(row: ReportedUser): void {
    for (const key of row.keys ?? []) {
      const id = reportedKeyId(row.arn, key.slot, row.root);
      const lastUsed = reportedLastUsed(key);
      this.#addCredential(row.arn, {
        id,
        type: 'access-key',
        name: `access key ${key.slot}`,
        session: row.root ? 'root-access-key' : 'access-key',
        status: statusOf(key.active),
        lastUsed,
        ...(key.rotated === undefined ? {} : { created: key.rotated }),
      });
      this.#addKeyUse(row.arn, id, lastUsed, key.rotated, 'credential-report');
    }
  }

  #addReportedCertificates(row: ReportedUser): void {
    for (const { slot, active, rotated } of row.certificates ?? []) {
      this.#addCredential(row.arn, {
        id: userCredentialId(row.arn, 'signing-certificate', `report-${slot}`),
        type: 'signing-certificate',
        name: `signing certificate ${slot}`,
        session: 'signing-certificate',
        status: statusOf(active),
        lastUsed: { state: 'unknown' },
        ...(rotated === undefined ? {} : { created: rotated }),
      });
    }
  }

  #addPasswords(): void {
    const profiles = new Map<NodeId, Timestamp | undefined>();
    for (const { UserName, CreateDate } of this.#account.loginProfiles?.items ?? []) {
      const owner = this.#owner(UserName, 'loginProfiles', 'password');
      if (owner !== undefined) profiles.set(owner, CreateDate);
    }
    const owners = new Set(profiles.keys());
    const notReported = this.#account.loginProfiles?.complete !== true;
    for (const { arn, root, passwordEnabled } of this.#rows.values()) {
      // The report does not tell whether a root user has a password: it has, unless it was taken away centrally.
      if (root ? passwordEnabled !== false : passwordEnabled === true && notReported) owners.add(arn);
    }
    for (const owner of owners) this.#addPassword(owner, profiles.get(owner));
  }

  #addPassword(owner: NodeId, created: Timestamp | undefined): void {
    const row = this.#rows.get(owner);
    const id = passwordId(owner);
    const used = row?.passwordLastUsed;
    const lastUsed: LastUsed =
      used === undefined ? { state: 'unknown' } : used === null ? { state: 'never' } : { state: 'used', at: used };
    const since = created ?? row?.passwordChanged;
    this.#addCredential(owner, {
      id,
      type: 'password',
      name: 'console password',
      session: row?.root === true ? 'root-console' : 'console',
      status: row?.root === true && row.passwordEnabled === undefined ? 'unknown' : 'active',
      lastUsed,
      ...(since === undefined ? {} : { created: since }),
      ...(row?.passwordChanged === undefined ? {} : { attributes: { changed: row.passwordChanged } }),
    });
    if (lastUsed.state === 'unknown' || this.#until === undefined) return;
    const from = latest(PASSWORDS_TRACKED_SINCE, row?.created);
    addCredentialUse(
      { identity: owner, credential: id, lastUsed, from, to: this.#until, source: 'credential-report' },
      this.#context,
    );
  }

  #addOthers(list: Listed<UserCredential> | undefined, type: string, file: AccountFileKey): void {
    for (const { UserName, id, Status, created, expires, ServiceName } of list?.items ?? []) {
      const owner = this.#owner(UserName, file, id);
      if (owner === undefined) continue;
      const expired = expires !== undefined && expires <= this.#context.now;
      this.#addCredential(owner, {
        id: userCredentialId(owner, type, id),
        type,
        name: id,
        publicId: id,
        session: type === 'service-specific-credential' ? (SERVICE_SESSIONS.get(ServiceName ?? '') ?? type) : type,
        status:
          expired || Status === 'Expired'
            ? 'expired'
            : statusOf(Status === undefined ? undefined : Status === 'Active'),
        lastUsed: { state: 'unknown' },
        ...(created === undefined ? {} : { created }),
        ...(expires === undefined ? {} : { expires }),
        ...(ServiceName === undefined ? {} : { attributes: { service: ServiceName } }),
      });
    }
  }

  #addCredential(owner: NodeId, facts: CredentialFacts): void {
    const { builder } = this.#context;
    builder.node({ kind: 'credential', provider: AWS, scope: scopeOf(this.#account), static: true, ...facts });
    builder.edge({ type: 'authenticates', from: facts.id, to: owner });
  }

  #addKeyUse(owner: NodeId, id: NodeId, lastUsed: LastUsed, created: Timestamp | undefined, source: string): void {
    if (lastUsed.state === 'unknown') {
      this.#keysOfUnknownUse += 1;
      return;
    }
    if (this.#until === undefined) return;
    const from = latest(KEYS_TRACKED_SINCE, created);
    addCredentialUse({ identity: owner, credential: id, lastUsed, from, to: this.#until, source }, this.#context);
  }

  #owner(userName: string, file: AccountFileKey, credential: string): NodeId | undefined {
    const owner = this.#arns.get(userName);
    if (owner === undefined) {
      const why = `user \`${userName}\` is not in the input; its credential \`${credential}\` is left out`;
      this.#context.builder.gap({
        scope: scopeOf(this.#account),
        what: accountFile(file).what,
        why,
        kind: 'bad-input',
      });
    }
    return owner;
  }

  #reportUnknownUse(): void {
    const nothing = this.#account.accessKeys === undefined && this.#account.credentialReport === undefined;
    if (!nothing && this.#keysOfUnknownUse === 0) return;
    const why = nothing
      ? 'neither access keys nor a credential report are in the input'
      : `${this.#keysOfUnknownUse} access keys come without their last use`;
    const fix = 'aws iam get-access-key-last-used --access-key-id ID for every key';
    this.#context.builder.gap({ scope: scopeOf(this.#account), what: 'last used', why, fix, kind: 'not-collected' });
  }
}

function statusOf(active: boolean | undefined): CredentialNode['status'] {
  return active === undefined ? 'unknown' : active ? 'active' : 'disabled';
}

function keyLastUsed({ LastUsed: used }: AccessKey): LastUsed | undefined {
  if (used === undefined) return undefined;
  return used === null ? { state: 'never' } : usedAt(used.LastUsedDate, used.ServiceName, used.Region);
}

function reportedLastUsed({ lastUsed, service, region }: ReportedKey): LastUsed {
  if (lastUsed === undefined) return { state: 'unknown' };
  return lastUsed === null ? { state: 'never' } : usedAt(lastUsed, service, region);
}

function usedAt(at: Timestamp, service: string | undefined, region: string | undefined): LastUsed {
  return {
    state: 'used',
    at,
    ...(service === undefined ? {} : { service }),
    ...(region === undefined ? {} : { region }),
  };
}

function latest(first: Timestamp, second: Timestamp | undefined): Timestamp {
  return second !== undefined && second > first ? second : first;
}
