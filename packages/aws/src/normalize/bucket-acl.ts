import type { NodeId } from '@keyreach/core/graph';
import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import { type ListedResource, mayHave } from '../bundle/resource-list.ts';
import { type AccountBlocks, accountBlocks, orUnread } from './account-public-access-block.ts';
import type { NormalizeContext } from './normalize-context.ts';
import type { PolicyText } from './policy-register.ts';
import { valuesAt } from './property-path.ts';
import { idOfResource } from './resource-identity.ts';

/** Whom a grant of an access control list is for. */
type Grantee = 'everybody' | 'signed-in' | { readonly canonicalUser: string };

interface Grant {
  readonly to: Grantee;
  readonly permission: string;
}

/** S3 takes a hundred grants; a hostile list has more. */
const MOST_GRANTS = 1_000;

const BUCKET = 'AWS::S3::Bucket';

/** Actions on the bucket itself, and on its objects, that a permission of its list gives (S3 user guide, ACL overview). */
const ACTIONS: Readonly<Record<string, { readonly bucket: readonly string[]; readonly objects: readonly string[] }>> = {
  READ: {
    bucket: ['s3:ListBucket', 's3:ListBucketMultipartUploads', 's3:ListBucketVersions'],
    objects: [],
  },
  WRITE: { bucket: [], objects: ['s3:PutObject'] },
  READ_ACP: { bucket: ['s3:GetBucketAcl'], objects: [] },
  WRITE_ACP: { bucket: ['s3:PutBucketAcl'], objects: [] },
};

const ALL_PERMISSIONS = Object.keys(ACTIONS);

/** What the lists that a bucket is made with are called, with the grants in them; the others let in nobody but the owner. */
const CANNED: Readonly<Record<string, readonly Grant[]>> = {
  AuthenticatedRead: [{ to: 'signed-in', permission: 'READ' }],
  PublicRead: [{ to: 'everybody', permission: 'READ' }],
  PublicReadWrite: [
    { to: 'everybody', permission: 'READ' },
    { to: 'everybody', permission: 'WRITE' },
  ],
};

/**
 * Adds what the access control list of a bucket grants (aws.md 1.12): the list stands in its properties as `Grants` or under
 * `AccessControlList`, in the shape of GetBucketAcl, or by the name of a canned one in `AccessControl`. It counts only where
 * the owner has not taken over the objects, and what it grants to everybody not where public lists are ignored. Lists of
 * single objects are not collected.
 */
export function addBucketAcl(resource: ListedResource, account: AwsAccountInput, context: NormalizeContext): void {
  const { TypeName, Properties } = resource;
  if (TypeName !== BUCKET) return;
  if (valuesAt(Properties, 'OwnershipControls.Rules[].ObjectOwnership').includes('BucketOwnerEnforced')) return;
  const node = idOfResource(resource, account);
  const raw = [...valuesAt(Properties, 'Grants[]'), ...valuesAt(Properties, 'AccessControlList.Grants[]')];
  const [owner] = [...valuesAt(Properties, 'Owner.ID'), ...valuesAt(Properties, 'AccessControlList.Owner.ID')];
  const read = raw.slice(0, MOST_GRANTS).map((grant) => (isRecord(grant) ? grantOf(grant, owner) : undefined));
  const unread = raw.length - read.filter((grant) => grant !== undefined).length;
  if (unread > 0) {
    const why = `${unread} grants of the access control list do not say plainly who may do what`;
    context.builder.gap({ scope: node, what: 'bucket ACL', why, fix: 'aws s3api get-bucket-acl', kind: 'bad-input' });
  }
  const [canned] = valuesAt(Properties, 'AccessControl');
  const ofName = typeof canned === 'string' && Object.hasOwn(CANNED, canned) ? (CANNED[canned] ?? []) : [];
  const all = [...ofName, ...read].filter((grant): grant is Grant => grant !== undefined && grant !== 'nobody');
  const disabled = mayHave(resource, 'OwnershipControls') ? UNREAD_OWNERSHIP : undefined;
  if (disabled !== undefined && all.length > 0) {
    const fix = 'aws s3api get-bucket-ownership-controls';
    context.builder.gap({ scope: node, what: 'bucket ACL', why: disabled, fix, kind: 'not-collected' });
  }
  const ignored = all.some(isPublic) && publicIgnored(resource, node, account, context);
  const grants = ignored === true ? all.filter((grant) => !isPublic(grant)) : all;
  const undecided = typeof ignored === 'object' ? ignored.undecided : disabled;
  const signedIn = grants.filter(({ to }) => to === 'signed-in');
  const others = grants.filter(({ to }) => to !== 'signed-in');
  const open = undecided === undefined ? [] : others.filter(isPublic);
  const sure = undecided === undefined ? others : others.filter((grant) => !isPublic(grant));
  if (mayHave(resource, 'AccessControlList')) addUnreadList(node, account, context);
  addList(node, 'acl', sure, account, context, { undecided: disabled });
  addList(node, 'acl/everybody', open, account, context, { undecided });
  // Such a grant is for the accounts of the callers, which must give them leave themselves.
  addList(node, 'acl/signed-in', signedIn, account, context, { strength: 'delegates', undecided });
}

/** Why nobody can tell whether the access control list of a bucket counts. */
const UNREAD_OWNERSHIP = 'whether the bucket still has an access control list is not in the input';

function publicIgnored(
  resource: ListedResource,
  node: NodeId,
  account: AwsAccountInput,
  context: NormalizeContext,
): AccountBlocks {
  if (valuesAt(resource.Properties, 'PublicAccessBlockConfiguration.IgnorePublicAcls').includes(true)) return true;
  return orUnread(resource, node, accountBlocks(account, 'IgnorePublicAcls', context), context);
}

/** A list that could not be read may let anybody in. */
function addUnreadList(node: NodeId, account: AwsAccountInput, { policies }: NormalizeContext): void {
  const id = `${node}/acl/unread`;
  policies.add({
    id,
    name: 'access control list',
    type: 'acl',
    kind: 'resource',
    text: undefined,
    owner: node,
    partition: account.partition,
    gapScope: node,
  });
  policies.attach(id, node, 'resource-grant');
}

function addList(
  node: NodeId,
  suffix: string,
  grants: readonly Grant[],
  account: AwsAccountInput,
  { policies }: NormalizeContext,
  how: Pick<PolicyText, 'strength' | 'undecided'> = {},
): void {
  if (grants.length === 0) return;
  const id = `${node}/${suffix}`;
  policies.add({
    id,
    name: 'access control list',
    type: 'acl',
    kind: 'resource',
    text: { Version: '2012-10-17', Statement: grants.flatMap((grant) => statementsOf(grant, node)) },
    owner: node,
    partition: account.partition,
    gapScope: node,
    ...how,
  });
  policies.attach(id, node, 'resource-grant');
}

/** `nobody`: a grant that lets in no caller beside the owner. */
function grantOf({ Grantee, Permission }: RawRecord, owner: unknown): Grant | 'nobody' | undefined {
  if (typeof Permission !== 'string' || !isRecord(Grantee)) return undefined;
  if (Permission !== 'FULL_CONTROL' && !Object.hasOwn(ACTIONS, Permission)) return undefined;
  const { URI: group, ID: id } = Grantee;
  if (typeof group === 'string') {
    switch (group.slice(group.lastIndexOf('/') + 1)) {
      case 'AllUsers':
        return { to: 'everybody', permission: Permission };
      case 'AuthenticatedUsers':
        return { to: 'signed-in', permission: Permission };
      case 'LogDelivery':
        return 'nobody';
      default:
        return undefined;
    }
  }
  if (typeof id !== 'string' || !/^[0-9A-Za-z]{1,128}$/.test(id)) return undefined;
  // The owner is the account of the bucket, whose own policies decide.
  return id === owner ? 'nobody' : { to: { canonicalUser: id }, permission: Permission };
}

function statementsOf({ to, permission }: Grant, node: NodeId): readonly RawRecord[] {
  const given = permission === 'FULL_CONTROL' ? ALL_PERMISSIONS : [permission];
  const who = {
    Effect: 'Allow',
    Principal: typeof to === 'object' ? { CanonicalUser: to.canonicalUser } : '*',
    // Whoever is signed in has an identity.
    ...(to === 'signed-in' ? { Condition: { Null: { 'aws:PrincipalArn': 'false' } } } : {}),
  };
  const of = (part: 'bucket' | 'objects'): readonly string[] => given.flatMap((name) => ACTIONS[name]?.[part] ?? []);
  return [
    { ...who, Action: of('bucket'), Resource: node },
    { ...who, Action: of('objects'), Resource: `${node}/*` },
  ].filter(({ Action }) => Action.length > 0);
}

function isPublic({ to }: Grant): boolean {
  return typeof to === 'string';
}
