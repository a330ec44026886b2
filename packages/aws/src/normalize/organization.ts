import type { GraphNode, Json, NodeId } from '@keyreach/core/graph';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import type { OrganizationAccount, OrganizationInput } from '../bundle/organization-file.ts';
import { AWS, accountScopeId, parseArn } from './aws-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { addOrganizationPolicies, homeOf } from './organization-policies.ts';
import { OrganizationTree } from './organization-tree.ts';

/** What the organizations of the input say of one account. */
interface Membership {
  readonly account: OrganizationAccount;
  readonly organization: OrganizationInput;
  readonly tree: OrganizationTree;
}

/**
 * Adds organizations with their roots and units, every account of the input or of an organization, and the
 * organization's guard policies (aws.md 1.2, 3.1).
 */
export function addScopes(context: NormalizeContext): void {
  const { input, builder } = context;
  const members = new Map<string, Membership>();
  for (const organization of input.organizations) {
    const tree = new OrganizationTree(organization);
    addTree(organization, tree, context);
    for (const account of organization.accounts.items) members.set(account.Id, { account, organization, tree });
  }
  for (const { accountId, partition, standalone } of Object.values(input.accounts)) {
    const member = members.get(accountId);
    addAccount(accountId, partition, true, member, context, standalone === true);
    if (member !== undefined || standalone === true) continue;
    builder.gap({
      scope: accountScopeId(accountId, partition),
      what: 'organization',
      why: 'the input does not say which organization the account is in; its service and resource control policies are unknown',
      fix: 'aws organizations describe-organization, list-roots, list-accounts, list-policies and list-targets-for-policy into organization.json',
      kind: 'not-collected',
    });
  }
  for (const [accountId, member] of members) {
    if (input.accounts[accountId] !== undefined) continue;
    const partition = parseArn(member.organization.Arn)?.partition ?? 'aws';
    addAccount(accountId, partition, false, member, context, false);
    builder.gap({
      scope: accountScopeId(accountId, partition),
      what: 'account',
      why: 'the organization lists it, and the input holds none of its files',
      fix: 'aws iam get-account-authorization-details with credentials for the account',
      kind: 'not-collected',
    });
  }
  for (const organization of input.organizations) {
    addOrganizationPolicies(organization, context);
    addDelegation(organization, context);
  }
}

/**
 * The resource policy of an organization lets principals of its member accounts call the organization's own API (aws.md
 * 3.1). It stands on the organization's home account, where those calls act, and speaks of nothing but that API.
 */
function addDelegation(organization: OrganizationInput, context: NormalizeContext): void {
  const { Arn, features } = organization;
  const text = features.resourcePolicy;
  if (text === undefined || text === null) return;
  const id = `${Arn}/resource-policy`;
  const partition = parseArn(Arn)?.partition ?? 'aws';
  context.policies.add({
    id,
    name: 'delegation policy',
    type: 'resource',
    kind: 'resource',
    text,
    owner: Arn,
    partition,
    gapScope: Arn,
  });
  context.policies.attach(id, homeOf(organization, context), 'resource-grant');
}

function addTree(organization: OrganizationInput, tree: OrganizationTree, { builder }: NormalizeContext): void {
  const { Id, Arn, roots, units, features } = organization;
  const { rootFeatures, trustedServices } = features;
  const attributes = {
    organizationId: Id,
    // Whether root users of members can be acted as, and their credentials removed, from the organization (aws.md 1.7).
    ...(rootFeatures === undefined
      ? {}
      : {
          rootSessions: rootFeatures.includes('RootSessions'),
          rootCredentialsManagement: rootFeatures.includes('RootCredentialsManagement'),
        }),
    ...(trustedServices === undefined ? {} : { trustedServices }),
  };
  builder.node({ kind: 'scope', id: Arn, provider: AWS, type: 'organization', name: Id, attributes });
  for (const { Arn: id, Name: name } of roots.items) {
    builder.node({ kind: 'scope', id, provider: AWS, type: 'root', name, scope: Arn });
  }
  for (const { Arn: id, Name: name, ParentId } of units.items) {
    const scope = tree.node(ParentId) ?? tree.onlyRoot();
    builder.node({
      kind: 'scope',
      id,
      provider: AWS,
      type: 'organizational-unit',
      name,
      ...(scope === undefined ? {} : { scope }),
    });
    if (tree.node(ParentId) === undefined)
      builder.gap({ scope: id, what: 'organization', why: BROKEN_CHAIN, kind: 'bad-input' });
  }
}

const BROKEN_CHAIN = 'its parent is not in organization.json; guard policies between it and the root are unknown';

function addAccount(
  accountId: string,
  partition: string,
  collected: boolean,
  member: Membership | undefined,
  { input, builder }: NormalizeContext,
  standalone: boolean,
): void {
  const id = accountScopeId(accountId, partition);
  const facts = member === undefined ? outsideFacts(input.organizations, standalone) : memberFacts(member);
  const scope = member === undefined ? undefined : parentOf(member);
  const node: GraphNode = {
    kind: 'scope',
    id,
    provider: AWS,
    type: 'account',
    name: member?.account.Name ?? accountId,
    ...(scope === undefined ? {} : { scope }),
    ...(member?.account.Tags === undefined ? {} : { tags: member.account.Tags }),
    zone: true,
    attributes: { accountId, partition, collected, ...unlistedTypes(input.accounts[accountId]), ...facts },
  };
  builder.node(node);
  if (member !== undefined && member.tree.node(member.account.ParentId) === undefined) {
    builder.gap({ scope: id, what: 'organization', why: BROKEN_CHAIN, kind: 'bad-input' });
  }
}

/** Types of which the input may lack some resources of an account that has a list; said only where it has all of others. */
function unlistedTypes(account: AwsAccountInput | undefined): Readonly<Record<string, Json>> {
  const types = account?.resources?.complete === true ? account.resources.incompleteTypes : [];
  return types.length === 0 ? {} : { unlistedTypes: types };
}

/** Policies on the root apply wherever below it the account is, so that is where an account of unknown parent goes. */
function parentOf({ account, tree }: Membership): NodeId | undefined {
  return tree.node(account.ParentId) ?? tree.onlyRoot();
}

function memberFacts({ account, organization, tree }: Membership): Readonly<Record<string, Json>> {
  const path = tree.path(account.ParentId);
  const { managementAccountId } = organization;
  const management = managementAccountId === undefined ? undefined : account.Id === managementAccountId;
  return {
    organizationId: organization.Id,
    ...(path === undefined ? {} : { organizationPath: path }),
    ...(management === undefined ? {} : { managementAccount: management }),
    // Neither SCPs for its principals nor RCPs for its resources (aws.md 1.2).
    ...(management === true ? { exemptFromScopeGuards: true } : {}),
    ...(account.Status === undefined ? {} : { status: account.Status }),
    ...delegationFacts(account.Id, organization.features),
  };
}

/** Services that the account administers for the organization; an account that a full list lacks administers none. */
function delegationFacts(
  accountId: string,
  { delegatedAdministrators }: OrganizationInput['features'],
): Readonly<Record<string, Json>> {
  const found = delegatedAdministrators?.items.find(({ Id }) => Id === accountId);
  if (found !== undefined) return found.services.complete ? { delegatedServices: found.services.items } : {};
  return delegatedAdministrators?.complete === true ? { delegatedServices: [] } : {};
}

/** Null says that an account is known to be in no organization; otherwise only those it is not in are known. */
function outsideFacts(
  organizations: readonly OrganizationInput[],
  standalone: boolean,
): Readonly<Record<string, Json>> {
  if (standalone) return { organizationId: null, organizationPath: null };
  const outside = organizations.filter(({ accounts }) => accounts.complete).map(({ Id }) => Id);
  return outside.length === 0 ? {} : { outsideOrganizations: outside };
}

/** Adds the scope of an account that only principals or roles name. */
export function addForeignAccount(accountId: string, partition: string, context: NormalizeContext): void {
  if (context.builder.has(accountScopeId(accountId, partition))) return;
  addAccount(accountId, partition, false, undefined, context, false);
}
