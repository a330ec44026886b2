import type { IdentityNode, Json, NodeId } from '@keyreach/core/graph';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import type {
  IdentityCenter,
  IdentityStoreGroup,
  IdentityStoreUser,
  PermissionSet,
  PermissionSetBoundary,
} from '../bundle/identity-center.ts';
import { AWS, nameInArn } from './aws-ids.ts';
import { type NormalizeContext, scopeOf } from './normalize-context.ts';

/** Type of the node that an instance of Identity Center is. */
export const SSO_INSTANCE_TYPE = 'AWS::SSO::Instance';

/** Type of the node that a permission set is. */
export const PERMISSION_SET_TYPE = 'AWS::SSO::PermissionSet';

/** Type of a person in an identity store; such a person has no AWS identity before taking a role. */
export const IDENTITY_CENTER_USER = 'identity-center-user';

/**
 * Node id of a user of an identity store. Not an ARN: requests never carry one for the person, so that no policy about
 * principals may match it. A group goes by its ARN, which policies on `identitystore` actions name.
 */
export function identityStoreUserId(store: string, userId: string): NodeId {
  return `identity-store:${store}/user/${userId}`;
}

/** Node id of a group of an identity store: its ARN. */
export function identityStoreGroupId(groupId: string, partition: string): NodeId {
  return `arn:${partition}:identitystore:::group/${groupId}`;
}

/** Adds the instances of Identity Center in a file, in the account of the file. */
export function addInstances(
  { instances }: IdentityCenter,
  account: AwsAccountInput,
  { builder }: NormalizeContext,
): void {
  for (const { InstanceArn: id, IdentityStoreId, OwnerAccountId } of instances.items) {
    if (builder.has(id)) continue;
    builder.node({
      kind: 'resource',
      id,
      provider: AWS,
      type: SSO_INSTANCE_TYPE,
      name: nameInArn(id),
      scope: scopeOf(account),
      attributes: {
        ...(IdentityStoreId === undefined ? {} : { identityStoreId: IdentityStoreId }),
        ...(OwnerAccountId === undefined ? {} : { ownerAccount: OwnerAccountId }),
      },
    });
  }
}

/** Adds a permission set. What it gives is in the roles made from it; here stands which policies it names. */
export function addPermissionSet(set: PermissionSet, account: AwsAccountInput, { builder }: NormalizeContext): void {
  const { PermissionSetArn: id, Name: name, SessionDuration, Tags } = set;
  if (builder.has(id)) return;
  builder.node({
    kind: 'resource',
    id,
    provider: AWS,
    type: PERMISSION_SET_TYPE,
    name,
    scope: scopeOf(account),
    ...(Tags === undefined ? {} : { tags: Tags }),
    attributes: {
      ...(SessionDuration === undefined ? {} : { sessionDuration: SessionDuration }),
      ...(set.managedPolicies === undefined ? {} : { managedPolicies: set.managedPolicies }),
      ...(set.customerManagedPolicies === undefined
        ? {}
        : { customerManagedPolicies: set.customerManagedPolicies.map(pathAndName).sort() }),
      ...(set.hasInlinePolicy === undefined ? {} : { inlinePolicy: set.hasInlinePolicy }),
      ...(set.boundary === undefined ? {} : { boundary: boundaryFact(set.boundary) }),
    },
  });
}

function boundaryFact(boundary: PermissionSetBoundary | null): Json {
  if (boundary === null) return null;
  return 'arn' in boundary ? boundary.arn : pathAndName(boundary);
}

function pathAndName({ path, name }: { readonly path: string; readonly name: string }): string {
  return `${path.endsWith('/') ? path : `${path}/`}${name}`;
}

/** A user of an identity store; `user` undefined for one that only an assignment or a membership names. */
export function identityStoreUser(
  store: string,
  userId: string,
  user: IdentityStoreUser | undefined,
  account: AwsAccountInput,
): IdentityNode {
  return {
    kind: 'identity',
    id: identityStoreUserId(store, userId),
    provider: AWS,
    type: IDENTITY_CENTER_USER,
    name: user?.UserName ?? userId,
    scope: scopeOf(account),
    nature: 'human',
    attributes: {
      identityStoreId: store,
      identityStoreUserId: userId,
      ...(user?.enabled === undefined ? {} : { enabled: user.enabled }),
    },
  };
}

/** A group of an identity store; `group` undefined for one that only an assignment or a membership names. */
export function identityStoreGroup(
  store: string,
  groupId: string,
  group: IdentityStoreGroup | undefined,
  account: AwsAccountInput,
): IdentityNode {
  return {
    kind: 'identity',
    id: identityStoreGroupId(groupId, account.partition),
    provider: AWS,
    type: 'group',
    name: group?.DisplayName ?? groupId,
    scope: scopeOf(account),
    attributes: {
      identityStoreId: store,
      groupId,
      ...(group?.provisioned === undefined ? {} : { ownedByOutsideDirectory: group.provisioned }),
    },
  };
}
