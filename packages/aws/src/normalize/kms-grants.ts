import type { NodeId } from '@keyreach/core/graph';
import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import { type ListedResource, mayHave } from '../bundle/resource-list.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { valuesAt } from './property-path.ts';
import { idOfResource } from './resource-identity.ts';

/** Types of keys that have grants. */
const KEY_TYPES: ReadonlySet<string> = new Set(['AWS::KMS::Key', 'AWS::KMS::ReplicaKey']);

/** Most grants read for one key; its quota is 50,000. */
const MOST_GRANTS = 50_000;

/**
 * Adds the grants of a key, which stand in its properties as `Grants`, in the shape of ListGrants. A grant allows its
 * operations whatever the key policy and the grantee's own policies say; its only condition is the encryption context
 * (aws.md 1.6). An explicit Deny still wins.
 */
export function addKeyGrants(resource: ListedResource, account: AwsAccountInput, context: NormalizeContext): void {
  if (!KEY_TYPES.has(resource.TypeName)) return;
  const grants = valuesAt(resource.Properties, 'Grants[]');
  const node = idOfResource(resource, account);
  // A list of grants that could not be read may let anybody in.
  if (mayHave(resource, 'Grants')) addGrants(`${node}/grants/unread`, node, undefined, account, context);
  if (grants.length === 0) return;
  const statements = grants.slice(0, MOST_GRANTS).map((grant) => (isRecord(grant) ? statementOf(grant) : undefined));
  const read = statements.filter((statement) => statement !== undefined);
  const unread = grants.length - read.length;
  if (unread > 0) {
    const why = `${unread} grants of the key do not say plainly who may do what`;
    const fix = 'aws kms list-grants --key-id ID';
    context.builder.gap({ scope: node, what: 'KMS grants', why, fix, kind: 'bad-input' });
  }
  if (read.length === 0) return;
  addGrants(`${node}/grants`, node, { Version: '2012-10-17', Statement: read }, account, context);
}

function addGrants(id: string, node: NodeId, text: unknown, account: AwsAccountInput, context: NormalizeContext): void {
  context.policies.add({
    id,
    name: 'grants',
    type: 'grant',
    kind: 'resource',
    text,
    owner: node,
    partition: account.partition,
    gapScope: node,
    strength: 'bypasses-guards',
  });
  context.policies.attach(id, node, 'resource-grant');
}

function statementOf(grant: RawRecord): RawRecord | undefined {
  const { GranteePrincipal: grantee, Operations: operations, GrantId: id } = grant;
  if (typeof grantee !== 'string' || grantee === '' || !Array.isArray(operations) || operations.length === 0) {
    return undefined;
  }
  if (!operations.every((name) => typeof name === 'string' && /^[A-Za-z]{1,64}$/.test(name))) return undefined;
  const condition = encryptionContext(grant['Constraints']);
  if (condition === undefined) return undefined;
  return {
    ...(typeof id === 'string' && /^[0-9A-Za-z-]{1,128}$/.test(id) ? { Sid: id } : {}),
    Effect: 'Allow',
    Principal: /^[\w.-]+\.amazonaws\.com(?:\.cn)?$/.test(grantee) ? { Service: grantee } : { AWS: grantee },
    Action: operations.map((name) => `kms:${String(name)}`),
    Resource: '*',
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
}

/** `EncryptionContextEquals` allows no further pairs, which is known at request time only; undefined where unreadable. */
function encryptionContext(constraints: unknown): RawRecord | undefined {
  if (constraints === undefined || constraints === null) return {};
  if (!isRecord(constraints)) return undefined;
  const keys: Record<string, string> = {};
  for (const kind of ['EncryptionContextSubset', 'EncryptionContextEquals']) {
    const pairs = constraints[kind];
    if (pairs === undefined || pairs === null) continue;
    if (!isRecord(pairs)) return undefined;
    for (const [key, value] of Object.entries(pairs)) {
      if (typeof value !== 'string') return undefined;
      keys[`kms:EncryptionContext:${key}`] = value;
    }
  }
  return Object.keys(keys).length === 0 ? {} : { StringEquals: keys };
}
