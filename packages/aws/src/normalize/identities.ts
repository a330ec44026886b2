import type { IdentityNode, Json, NodeId } from '@keyreach/core/graph';
import type { Listed } from '@keyreach/core/input';
import type { GroupDetail, PrincipalDetail, RoleDetail, UserDetail } from '../bundle/authorization-details.ts';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import type { InlinePolicy } from '../bundle/iam-elements.ts';
import { AWS, accountScopeId, inlinePolicyId, parseArn, rootArn, trustPolicyId } from './aws-ids.ts';
import { referManagedPolicy } from './managed-policies.ts';
import { accountFacts, type NormalizeContext, scopeOf } from './normalize-context.ts';
import { insidersOf, trustFacts } from './outside-trust.ts';
import { TRUST_ACTIONS } from './trust-actions.ts';
import type { UserFacts } from './user-facts.ts';
import { INSTANCE_PROFILE_TYPE } from './workload-roles.ts';

/** Adds the users, groups and roles of an account with the policies they hold. */
export function addIdentities(account: AwsAccountInput, facts: UserFacts, context: NormalizeContext): void {
  const details = account.authorizationDetails;
  if (details === undefined) return;
  for (const group of details.groups.items) addGroup(group, account, context);
  const groups = new Map(details.groups.items.map(({ GroupName, Arn }) => [GroupName, Arn]));
  for (const user of details.users.items) addUser(user, groups, facts.get(user.Arn), account, context);
  const insiders = insidersOf(account.accountId, context.input);
  for (const role of details.roles.items) addRole(role, insiders, account, context);
}

function addGroup(group: GroupDetail, account: AwsAccountInput, context: NormalizeContext): void {
  const { GroupName: name, GroupId } = group;
  const attributes = {
    ...accountFacts(account),
    path: group.Path,
    ...(GroupId === undefined ? {} : { groupId: GroupId }),
  };
  context.builder.node(identityNode(group, 'group', name, account, attributes));
  addGrants(group, group.GroupPolicyList, account, context);
}

function addUser(
  user: UserDetail,
  groups: ReadonlyMap<string, NodeId>,
  facts: Readonly<Record<string, Json>> | undefined,
  account: AwsAccountInput,
  context: NormalizeContext,
): void {
  const { Arn, UserName, UserId, Tags, PermissionsBoundary } = user;
  const attributes = { ...principalFacts(user, UserId, PermissionsBoundary, account), ...facts };
  const node = identityNode(user, 'user', UserName, account, attributes);
  context.builder.node(Tags === undefined ? node : { ...node, tags: Tags });
  addGrants(user, user.UserPolicyList, account, context);
  addBoundary(Arn, PermissionsBoundary, account, context);
  const missing = user.GroupList.items.filter((name) => !groups.has(name));
  for (const name of user.GroupList.items) {
    const group = groups.get(name);
    if (group !== undefined) context.builder.edge({ type: 'member-of', from: Arn, to: group });
  }
  if (missing.length > 0 || !user.GroupList.complete) {
    const names = missing.length === 0 ? 'some of its groups' : `its groups \`${missing.sort().join('`, `')}\``;
    addUnread(Arn, 'groups', `${names} are not in the input; what they grant is unknown`, context);
  }
}

function addRole(
  role: RoleDetail,
  insiders: ReadonlySet<string>,
  account: AwsAccountInput,
  context: NormalizeContext,
): void {
  const { Arn, RoleName, RoleId, Path, Tags, PermissionsBoundary } = role;
  const { builder, policies } = context;
  const trust = policies.add({
    id: trustPolicyId(Arn),
    name: 'trust policy',
    type: 'trust',
    kind: 'trust',
    text: role.AssumeRolePolicyDocument,
    owner: Arn,
    partition: account.partition,
    gapScope: Arn,
  });
  const attributes = {
    ...principalFacts(role, RoleId, PermissionsBoundary, account),
    ...lastUsedFact(role),
    ...(Path.startsWith('/aws-reserved/') ? { reserved: true } : {}),
    ...trustFacts(trust, account, insiders),
  };
  const node: IdentityNode = {
    ...identityNode(role, 'role', RoleName, account, attributes),
    ...(Path.startsWith('/aws-service-role/') ? { providerManaged: true } : {}),
  };
  builder.node(Tags === undefined ? node : { ...node, tags: Tags });
  addGrants(role, role.RolePolicyList, account, context);
  addBoundary(Arn, PermissionsBoundary, account, context);
  policies.attach(trustPolicyId(Arn), Arn, 'resource-grant', TRUST_ACTIONS);
  for (const { Arn: id, InstanceProfileName: name, CreateDate } of role.InstanceProfileList.items) {
    const created = CreateDate === undefined ? {} : { created: CreateDate };
    const scope = scopeOf(account);
    builder.node({ kind: 'resource', id, provider: AWS, type: INSTANCE_PROFILE_TYPE, name, scope, ...created });
    builder.edge({ type: 'runs-as', from: id, to: Arn });
  }
}

/** Adds the root user of an account: it may do everything there, whatever the account's policies say (aws.md 1.7). */
export function addRootUser(account: AwsAccountInput, facts: UserFacts, context: NormalizeContext): void {
  const id = rootArn(account.accountId, account.partition);
  context.builder.node({
    kind: 'identity',
    id,
    provider: AWS,
    type: 'root',
    name: 'root user',
    scope: scopeOf(account),
    attributes: { ...accountFacts(account), userId: account.accountId, ...facts.get(id) },
  });
  grantEverything(id, context);
}

/**
 * Adds the root users of accounts that an organization lists and the input does not hold: the organization may act as
 * them (aws.md 1.7, 2.3.1). An account that policies name is there already, under the same ARN, as everybody in it. The
 * root user of an account that is suspended or closed cannot sign in.
 */
export function addUncollectedRootUsers(context: NormalizeContext): void {
  const { input, builder } = context;
  for (const organization of input.organizations) {
    const partition = parseArn(organization.Arn)?.partition ?? AWS;
    for (const { Id: accountId, Status } of organization.accounts.items) {
      const id = rootArn(accountId, partition);
      if (input.accounts[accountId] !== undefined || builder.has(id)) continue;
      if (Status !== undefined && Status !== 'ACTIVE') continue;
      builder.node({
        kind: 'identity',
        id,
        provider: AWS,
        type: 'root',
        name: 'root user',
        scope: accountScopeId(accountId, partition),
        external: true,
        attributes: { accountId, partition, userId: accountId },
      });
      grantEverything(id, context);
    }
  }
}

function grantEverything(id: NodeId, { policies }: NormalizeContext): void {
  const policy = 'synthetic:aws/root-user';
  if (!policies.has(policy)) {
    policies.add({
      id: policy,
      name: 'root user',
      type: 'synthetic',
      kind: 'identity',
      text: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
      partition: AWS,
      gapScope: policy,
    });
  }
  policies.attach(policy, id, 'identity-grant');
}

function identityNode(
  { Arn, CreateDate }: PrincipalDetail,
  type: 'user' | 'group' | 'role',
  name: string,
  account: AwsAccountInput,
  attributes: Readonly<Record<string, Json>>,
): IdentityNode {
  return {
    kind: 'identity',
    id: Arn,
    provider: AWS,
    type,
    name,
    scope: scopeOf(account),
    ...(CreateDate === undefined ? {} : { created: CreateDate }),
    attributes,
  };
}

function principalFacts(
  { Path }: PrincipalDetail,
  userId: string | undefined,
  boundary: string | null | undefined,
  account: AwsAccountInput,
): Readonly<Record<string, Json>> {
  return {
    ...accountFacts(account),
    path: Path,
    ...(userId === undefined ? {} : { userId }),
    ...(boundary === undefined ? {} : { boundary }),
  };
}

function lastUsedFact({ RoleLastUsed: used }: RoleDetail): Readonly<Record<string, Json>> {
  if (used === undefined) return {};
  if (used === null) return { lastUsed: { state: 'never' } };
  const region = used.Region === undefined ? {} : { region: used.Region };
  return { lastUsed: { state: 'used', at: used.LastUsedDate, ...region } };
}

function addGrants(
  { Arn, AttachedManagedPolicies }: PrincipalDetail,
  inline: Listed<InlinePolicy>,
  account: AwsAccountInput,
  context: NormalizeContext,
): void {
  const { policies } = context;
  for (const { PolicyArn } of AttachedManagedPolicies.items) {
    referManagedPolicy(PolicyArn, account, context);
    policies.attach(PolicyArn, Arn, 'identity-grant');
  }
  for (const { PolicyName: name, PolicyDocument: text } of inline.items) {
    const id = inlinePolicyId(Arn, name);
    policies.add({
      id,
      name,
      type: 'inline',
      kind: 'identity',
      text,
      owner: Arn,
      partition: account.partition,
      gapScope: Arn,
    });
    policies.attach(id, Arn, 'identity-grant');
  }
  if (!AttachedManagedPolicies.complete || !inline.complete) {
    addUnread(Arn, 'policies', 'some of its policies could not be read; what they say is unknown', context);
  }
}

function addBoundary(
  arn: NodeId,
  boundary: string | null | undefined,
  account: AwsAccountInput,
  context: NormalizeContext,
): void {
  if (boundary === null) return;
  if (boundary !== undefined) {
    referManagedPolicy(boundary, account, context);
    context.policies.attach(boundary, arn, 'identity-guard');
    return;
  }
  const id = `${arn}/unread-boundary`;
  const why = 'the permissions boundary could not be read';
  context.policies.addMissing({ id, name: 'unread boundary', type: 'boundary', why, owner: arn });
  context.policies.attach(id, arn, 'identity-guard');
}

/** Places a policy that may say anything on an identity, so that nothing about it counts as known to be absent. */
export function addUnread(arn: NodeId, what: string, why: string, { builder, policies }: NormalizeContext): void {
  const id = `${arn}/unread-${what}`;
  policies.addMissing({ id, name: `unread ${what}`, type: 'unread', why, owner: arn });
  policies.attach(id, arn, 'identity-grant');
  builder.gap({ scope: arn, what, why, kind: 'bad-input' });
}
