import { and, FALSE, not, or, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { GraphIndex, GraphNode, Json, NodeId } from '@keyreach/core/graph';
import type { Predicate } from '@keyreach/core/reach';
import { parseArn } from '../bundle/arn.ts';
import type { DecidablePrecondition } from './precondition-names.ts';

/** Preconditions about organizations and Identity Center. */
type OrganizationPrecondition = Extract<
  DecidablePrecondition,
  | 'administers-identity-center'
  | 'administers-member-roots'
  | 'administers-stack-sets'
  | 'attached-to-units-only'
  | 'directory-group'
  | 'directory-is-unlisted'
  | 'enabled-in-the-directory'
  | 'gives-everything'
  | 'management-account'
  | 'member-account'
  | 'not-provisioned-in-the-management-account'
  | 'root-sessions-enabled'
  | 'stack-sets-are-trusted'
>;

/** How AWS Organizations names CloudFormation stack sets where they reach member accounts. */
const STACK_SETS = 'member.org.stacksets.cloudformation.amazonaws.com';

const PERMISSION_SET = 'AWS::SSO::PermissionSet';

/**
 * Preconditions about organizations and Identity Center (aws.md 1.7, 2.3.4). They read these attributes:
 *
 * - accounts: `organizationId` (null outside any), `managementAccount`, `delegatedServices`, `collected`;
 * - organizations: `rootSessions`, `trustedServices`;
 * - groups of the identity store: `ownedByOutsideDirectory`; people in it: `enabled`;
 * - permission sets: `managedPolicies`, `inlinePolicy`, `customerManagedPolicies`, `boundary`.
 */
export const organizationPredicates: Readonly<Record<OrganizationPrecondition, Predicate>> = {
  'administers-identity-center': (account, graph) =>
    and(administers('sso.amazonaws.com', account), hasIdentityCenter(account, graph)),
  'administers-member-roots': (account) => administers('iam.amazonaws.com', account),
  'administers-stack-sets': (account) => administers(STACK_SETS, account),
  'management-account': isManagementAccount,
  'member-account': (account) =>
    attribute(account, 'organizationId') === null ? FALSE : not(isManagementAccount(account)),
  'root-sessions-enabled': (account, graph) => isTrue(attribute(organizationOf(account, graph), 'rootSessions')),
  'stack-sets-are-trusted': (account, graph) =>
    isListed([STACK_SETS], attribute(organizationOf(account, graph), 'trustedServices')),
  'attached-to-units-only': attachedToUnitsOnly,
  // Groups that another directory owns are written over by it; IAM's own groups are no groups of a directory.
  'directory-group': (group) =>
    parseArn(group.id)?.service === 'identitystore' ? not(isTrue(attribute(group, 'ownedByOutsideDirectory'))) : FALSE,
  'directory-is-unlisted': (account, graph) =>
    graph.resources.some(({ id, type }) => type === PERMISSION_SET && graph.zoneOf(id)?.id === account.id)
      ? FALSE
      : UNKNOWN,
  'enabled-in-the-directory': (person) => isTrue(attribute(person, 'enabled')),
  'gives-everything': givesEverything,
  'not-provisioned-in-the-management-account': notInManagementAccount,
};

function attribute(node: GraphNode | undefined, key: string): Json | undefined {
  return node?.attributes?.[key];
}

function isTrue(value: Json | undefined): Truth {
  return typeof value === 'boolean' ? (value ? TRUE : FALSE) : UNKNOWN;
}

function isListed(expected: readonly string[], value: Json | undefined): Truth {
  if (!Array.isArray(value)) return UNKNOWN;
  return expected.every((one) => value.includes(one)) ? TRUE : FALSE;
}

function isManagementAccount(account: GraphNode): Truth {
  if (attribute(account, 'organizationId') === null) return FALSE;
  return isTrue(attribute(account, 'managementAccount'));
}

/** Whether an account speaks for the organization in a service: the management account, and those it delegated that to. */
function administers(service: string, account: GraphNode): Truth {
  if (attribute(account, 'organizationId') === null) return FALSE;
  return or(isManagementAccount(account), isListed([service], attribute(account, 'delegatedServices')));
}

function organizationOf(account: GraphNode, graph: GraphIndex): GraphNode | undefined {
  return graph.scopesOf(account.id).find(({ type }) => type === 'organization');
}

/** Whether the organization uses Identity Center: known where the input holds an instance or a permission set of it. */
function hasIdentityCenter(account: GraphNode, graph: GraphIndex): Truth {
  let places = identityCenters.get(graph);
  if (places === undefined) {
    places = new Set();
    for (const { id, type } of graph.resources) {
      if (type !== PERMISSION_SET && type !== 'AWS::SSO::Instance') continue;
      const zone = graph.zoneOf(id);
      if (zone === undefined) continue;
      places.add(zone.id);
      places.add(organizationOf(zone, graph)?.id);
    }
    identityCenters.set(graph, places);
  }
  return places.has(account.id) || places.has(organizationOf(account, graph)?.id) ? TRUE : UNKNOWN;
}

/** Accounts that hold something of Identity Center, and the organizations around them; undefined for none. */
const identityCenters: WeakMap<GraphIndex, Set<NodeId | undefined>> = new WeakMap();

/** Whether an account that moves elsewhere in the tree leaves a policy behind: all, some or none of its attachments. */
function attachedToUnitsOnly(policy: GraphNode, graph: GraphIndex): Truth {
  const places = graph.attachmentsOf(policy.id).map(({ node }) => graph.node(node)?.type);
  const units = places.filter((type) => type === 'organizational-unit').length;
  if (units === 0) return FALSE;
  return units === places.length ? TRUE : UNKNOWN;
}

/** Whether the set gives every permission: the policy for administrators, with nothing beside it that may take some away. */
function givesEverything(set: GraphNode): Truth {
  const managed = attribute(set, 'managedPolicies');
  if (!Array.isArray(managed)) return UNKNOWN;
  const administrator = managed.some(
    (arn) => typeof arn === 'string' && arn.endsWith(':iam::aws:policy/AdministratorAccess'),
  );
  const others = attribute(set, 'customerManagedPolicies');
  const plain =
    managed.length === 1 &&
    attribute(set, 'boundary') === null &&
    attribute(set, 'inlinePolicy') === false &&
    Array.isArray(others) &&
    others.length === 0;
  if (administrator) return plain ? TRUE : UNKNOWN;
  // What policies of one's own allow, the set does not say.
  return attribute(set, 'inlinePolicy') === false && Array.isArray(others) && others.length === 0 ? FALSE : UNKNOWN;
}

/** A delegated administrator cannot touch sets that are provisioned in the management account (aws.md 2.3.4). */
function notInManagementAccount(set: GraphNode, graph: GraphIndex): Truth {
  for (const { to } of graph.outgoing(set.id, 'provisions')) {
    const account = graph.zoneOf(to);
    if (account !== undefined && isManagementAccount(account) === TRUE) return FALSE;
  }
  const home = graph.zoneOf(set.id);
  const organization = home === undefined ? undefined : organizationOf(home, graph)?.id;
  const management = graph.scopes.find(
    (scope) => isManagementAccount(scope) === TRUE && organizationOf(scope, graph)?.id === organization,
  );
  // Roles of a set are found among those of the account.
  return management !== undefined && attribute(management, 'collected') === true ? TRUE : UNKNOWN;
}
