import type { NodeId } from '@keyreach/core/graph';
import { accountIdInKeyId } from '../bundle/arn.ts';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import { AWS, accessKeyId, accountScopeId, rootArn } from './aws-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { addForeignAccount } from './organization.ts';
import { idOfResource } from './resource-identity.ts';
import { storedKeyIds } from './stored-key-places.ts';
import { reportedUsers } from './user-facts.ts';

/**
 * Adds an edge from each listed resource to the access keys that its configuration names: whoever reads the one most
 * likely has the other (aws.md 2.3.5). Only the id is proven to be there, so the edge is conditional. Comes after the
 * credentials of all accounts.
 *
 * A key of an account whose keys are not all listed is added without an owner: it may exist and be anybody's. One that
 * a full list lacks is gone.
 */
export function addStoredKeys(context: NormalizeContext): void {
  const { input, builder } = context;
  const known = knownKeys(context);
  for (const account of Object.values(input.accounts)) {
    for (const resource of account.resources?.items ?? []) {
      const ids = storedKeyIds(resource.TypeName, resource.Properties);
      if (ids.length === 0) continue;
      const from = idOfResource(resource, account);
      if (!builder.has(from)) continue;
      for (const keyId of ids) {
        const to = known.get(keyId) ?? unownedKey(keyId, account, context);
        if (to !== undefined) builder.edge({ type: 'stores', from, to, certainty: 'conditional' });
      }
    }
  }
}

/** Key id → node, for the keys of every account. */
function knownKeys({ input, builder }: NormalizeContext): ReadonlyMap<string, NodeId> {
  const known = new Map<string, NodeId>();
  for (const account of Object.values(input.accounts)) {
    const owners = new Map<string, NodeId>();
    for (const { user, arn } of reportedUsers(account).values()) owners.set(user, arn);
    for (const { UserName, Arn } of account.authorizationDetails?.users.items ?? []) owners.set(UserName, Arn);
    for (const { UserName, AccessKeyId } of account.accessKeys?.items ?? []) {
      const owner = owners.get(UserName);
      const id = owner === undefined ? undefined : accessKeyId(owner, AccessKeyId);
      if (id !== undefined && builder.has(id)) known.set(AccessKeyId, id);
    }
  }
  return known;
}

/** A key of which only the id and, written into it, the account are known (aws.md 5.1). */
function unownedKey(keyId: string, home: AwsAccountInput, context: NormalizeContext): NodeId | undefined {
  // The ids that AWS's documentation uses stand in many configurations, and nobody has their secrets.
  const accountId = keyId.endsWith('EXAMPLE') ? undefined : accountIdInKeyId(keyId);
  if (accountId === undefined) return undefined;
  const { builder, input } = context;
  const owner = input.accounts[accountId];
  const partition = owner?.partition ?? home.partition;
  if (owner?.accessKeys?.complete === true && !rootMayHaveKeys(accountId, partition, context)) return undefined;
  const id = `arn:${partition}:iam::${accountId}:accesskey/${keyId}`;
  if (builder.has(id)) return id;
  addForeignAccount(accountId, partition, context);
  builder.node({
    kind: 'credential',
    id,
    provider: AWS,
    type: 'access-key',
    name: keyId,
    scope: accountScopeId(accountId, partition),
    status: 'unknown',
    lastUsed: { state: 'unknown' },
    publicId: keyId,
    static: true,
  });
  return id;
}

/** The lists of access keys are about users: a key of the root user is in none of them. */
function rootMayHaveKeys(accountId: string, partition: string, { builder }: NormalizeContext): boolean {
  return builder.get(rootArn(accountId, partition))?.attributes?.['accessKeys'] !== 0;
}
