import { and, CONDITIONAL, FALSE, not, or, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { GraphIndex, GraphNode, Json, PrincipalMatcher } from '@keyreach/core/graph';
import type { Predicate } from '@keyreach/core/reach';
import { parseArn } from '../bundle/arn.ts';
import { organizationPredicates } from './organization-predicates.ts';
import {
  type DecidablePrecondition,
  LINKED_SERVICES,
  NEEDED_RESOURCE_TYPES,
  OPEN_QUESTIONS,
  PRESENT_RESOURCE_TYPES,
  type PredicateName,
} from './precondition-names.ts';
import {
  serviceOfLinkedRole,
  zoneHas,
  zoneHasServiceLinkedRole,
  zoneMayHaveMore,
  zoneMayHideProfiles,
} from './resource-presence.ts';

/**
 * Preconditions that the input decides where it holds the facts. They read these attributes:
 *
 * - users: `accessKeys` (a count), `passwordEnabled`, `mfaActive`; users and roles: `boundary` (ARN or null);
 * - managed policies: `versions` (a count), `olderVersions` (whether there are any), `unreadVersions` (whether the texts of
 *   some are missing), `olderVersionPolicies` (ids of those that are not);
 * - buckets: `objectOwnership`; access points: `networkOrigin` (`Internet` or `VPC`);
 * - functions: `codeSigningConfig` (ARN or null); build projects: `batchBuilds` (whether configured);
 * - instances: `rootDeviceType` or `instanceType`, `commandAgentOnline` (whether Systems Manager sees it);
 * - EKS clusters: `authenticationMode`; ECS services: `deploymentController`; repositories: `imageTagMutability`;
 * - notebooks and clusters: `status`; Roles Anywhere profiles: `enabled`; Studio users: `authMode` of their domain.
 */
const decidable: Readonly<Record<DecidablePrecondition, Predicate>> = {
  // Access control lists have no effect where the owner of the bucket owns every object (aws.md 1.12, last paragraph).
  'access-control-lists-count': (bucket) => not(isOneOf(['BucketOwnerEnforced'], attribute(bucket, 'objectOwnership'))),
  // Nobody knows beforehand where a request comes from.
  'takes-requests-from-anywhere': (point) => fromAnywhere(attribute(point, 'networkOrigin')),
  // Groups of Identity Center are of the same kind to the graph, and none of IAM's calls is about them.
  'iam-group': (group) => (parseArn(group.id)?.service === 'iam' ? TRUE : FALSE),
  'names-a-credential': (resource, graph) => (graph.outgoing(resource.id, 'stores').length > 0 ? TRUE : FALSE),
  'fewer-than-ten-groups': (user, graph) => (graph.outgoing(user.id, 'member-of').length < 10 ? TRUE : FALSE),
  'has-a-member-in-ten-groups': hasMemberInTenGroups,
  'fewer-than-two-access-keys': (user) => isBelow(2, attribute(user, 'accessKeys')),
  'has-inactive-access-key': hasInactiveAccessKey,
  'has-service-credential': (user, graph) =>
    graph.credentialsOf(user.id).some(({ type }) => type === 'service-specific-credential') ? TRUE : UNKNOWN,
  'has-login-profile': (user) => isTrue(attribute(user, 'passwordEnabled')),
  'no-login-profile': (user) => not(isTrue(attribute(user, 'passwordEnabled'))),
  'no-mfa-device': (user) => not(isTrue(attribute(user, 'mfaActive'))),
  'has-boundary': (identity) => isSet(attribute(identity, 'boundary')),

  // Service-linked roles and those of Identity Center are changed and passed by AWS alone (aws.md 1.8).
  'mutable-role': (role) => (isOwnedByAws(role) ? FALSE : TRUE),
  'passable-role': (role) => (isOwnedByAws(role) ? FALSE : TRUE),
  'profile-without-role': (profile, graph) =>
    graph.outgoing(profile.id, 'runs-as').length > 0
      ? FALSE
      : profile.kind === 'resource' && profile.uncollected === true
        ? UNKNOWN
        : TRUE,
  // Profiles come with the roles that are in them, so that one without a role may be missing where not all was listed.
  'profiles-may-be-unlisted': (role, graph) => (zoneMayHideProfiles(role, graph) ? UNKNOWN : FALSE),
  'in-instance-profile': (role, graph) => runsIn('AWS::IAM::InstanceProfile', role, graph, () => TRUE),
  'in-roles-anywhere-profile': (role, graph) => runsIn('AWS::RolesAnywhere::Profile', role, graph, () => TRUE),
  'in-enabled-roles-anywhere-profile': (role, graph) =>
    runsIn('AWS::RolesAnywhere::Profile', role, graph, (profile) => isTrue(attribute(profile, 'enabled'))),
  'trusts-an-identity-pool': (role, graph) => trustsSubjectOf('cognito-identity.amazonaws.com', role, graph),
  'oidc-provider': (provider) => (provider.id.includes(':oidc-provider/') ? TRUE : FALSE),
  'saml-provider': (provider) => (provider.id.includes(':saml-provider/') ? TRUE : FALSE),

  // Policies of AWS have no account in their ARN (aws.md 1.8).
  'customer-managed-policy': (policy) => (parseArn(policy.id)?.account === 'aws' ? FALSE : TRUE),
  'fewer-than-five-versions': (policy) => isBelow(5, attribute(policy, 'versions')),
  'may-have-unread-versions': (policy) => (attribute(policy, 'unreadVersions') === false ? FALSE : UNKNOWN),

  'code-signing-not-enforced': (code) =>
    // A configuration may enforce signatures or only warn.
    attribute(code, 'codeSigningConfig') === null ? TRUE : UNKNOWN,
  // Rights of access entries count in these modes; in the third the cluster looks at its own map only.
  'access-entries-count': (cluster) => isOneOf(['API', 'API_AND_CONFIG_MAP'], attribute(cluster, 'authenticationMode')),
  'service-uses-external-deployments': (service) => isOneOf(['EXTERNAL'], attribute(service, 'deploymentController')),
  'tags-can-be-moved': (repository) => not(isOneOf(['IMMUTABLE'], attribute(repository, 'imageTagMutability'))),
  'ebs-root-volume': hasEbsRootVolume,
  'command-agent-online': (instance) => isTrue(attribute(instance, 'commandAgentOnline')),
  'notebook-in-service': (notebook) => isOneOf(['InService'], attribute(notebook, 'status')),
  'cluster-running': (cluster) =>
    isOneOf(['STARTING', 'BOOTSTRAPPING', 'RUNNING', 'WAITING'], attribute(cluster, 'status')),
  'batch-builds-configured': (project) => isTrue(attribute(project, 'batchBuilds')),
  'signs-in-with-iam': (user) => isOneOf(['IAM'], attribute(user, 'authMode')),
  ...organizationPredicates,
};

/** Every precondition that a row may name, by name. */
export const awsPredicates: Readonly<Record<PredicateName, Predicate>> = {
  ...decidable,
  ...named(
    OPEN_QUESTIONS,
    (question) => question,
    () => () => UNKNOWN,
  ),
  ...named(
    NEEDED_RESOURCE_TYPES,
    (type) => `may-be-unlisted:${type}` as const,
    (type) => (node, graph) => (zoneMayHaveMore(type, node, graph) ? UNKNOWN : FALSE),
  ),
  ...named(
    PRESENT_RESOURCE_TYPES,
    (type) => `zone-has:${type}` as const,
    (type) => (node, graph) => zoneHas(type, node, graph),
  ),
  ...named(
    LINKED_SERVICES,
    (service) => `service-linked-role:${service}` as const,
    (service) => (node, graph) => zoneHasServiceLinkedRole(service, node, graph),
  ),
};

function named<Item extends string, Name extends string>(
  items: readonly Item[],
  nameOf: (item: Item) => Name,
  predicateOf: (item: Item) => Predicate,
): Readonly<Record<Name, Predicate>> {
  return Object.fromEntries(items.map((item) => [nameOf(item), predicateOf(item)])) as Record<Name, Predicate>;
}

/** Undefined where the input does not tell. */
function attribute(node: GraphNode, key: string): Json | undefined {
  return node.attributes?.[key];
}

function isTrue(value: Json | undefined): Truth {
  return typeof value === 'boolean' ? (value ? TRUE : FALSE) : UNKNOWN;
}

function isSet(value: Json | undefined): Truth {
  return value === undefined ? UNKNOWN : value === null ? FALSE : TRUE;
}

function isOneOf(expected: readonly string[], value: Json | undefined): Truth {
  return typeof value === 'string' ? (expected.includes(value) ? TRUE : FALSE) : UNKNOWN;
}

function fromAnywhere(origin: Json | undefined): Truth {
  return origin === 'Internet' ? TRUE : origin === 'VPC' ? CONDITIONAL : UNKNOWN;
}

function isBelow(limit: number, value: Json | undefined): Truth {
  return typeof value === 'number' ? (value < limit ? TRUE : FALSE) : UNKNOWN;
}

function isOwnedByAws(role: GraphNode): boolean {
  if (role.kind === 'identity' && role.providerManaged === true) return true;
  return (
    attribute(role, 'reserved') === true ||
    role.id.includes(':role/aws-reserved/') ||
    serviceOfLinkedRole(role.id) !== undefined
  );
}

/** Whoever is in fewer groups may come to be in ten by joining several: that leaving one helps is not excluded then. */
function hasMemberInTenGroups(group: GraphNode, graph: GraphIndex): Truth {
  const members = graph.membersOf(group.id);
  if (members.some(({ id }) => graph.outgoing(id, 'member-of').length >= 10)) return TRUE;
  return members.length > 0 ? UNKNOWN : FALSE;
}

function hasInactiveAccessKey(user: GraphNode, graph: GraphIndex): Truth {
  const keys = graph.credentialsOf(user.id).filter(({ type }) => type === 'access-key');
  if (keys.some(({ status }) => status === 'disabled')) return TRUE;
  const count = attribute(user, 'accessKeys');
  const known = keys.filter(({ status }) => status !== 'unknown').length;
  return typeof count === 'number' && count <= known ? FALSE : UNKNOWN;
}

/** Whether resources of a type, of which `counts` says whether they will do, run as the role. */
function runsIn(
  type: 'AWS::IAM::InstanceProfile' | 'AWS::RolesAnywhere::Profile',
  role: GraphNode,
  graph: GraphIndex,
  counts: (resource: GraphNode) => Truth,
): Truth {
  let best: Truth = zoneMayHaveMore(type, role, graph) ? UNKNOWN : FALSE;
  for (const { from, certainty = 'allow' } of graph.incoming(role.id, 'runs-as')) {
    const resource = graph.node(from);
    if (resource?.type !== type) continue;
    best = or(best, certainty === 'allow' ? counts(resource) : and(UNKNOWN, counts(resource)));
  }
  return best;
}

/** What a trust policy may name besides principals that play no part here. */
type TrustedMatcher = PrincipalMatcher & { readonly match: 'node' | 'unresolved' };

/**
 * Whether the trust policy of a role lets in a principal that `counts`. The conditions of the statement are not looked at:
 * they say which tokens will do, not whom the role trusts.
 */
function trusts(role: GraphNode, graph: GraphIndex, counts: (matcher: TrustedMatcher) => boolean): Truth {
  let best: Truth = FALSE;
  for (const { policy, role: part } of graph.attachmentsOn(role.id)) {
    if (part !== 'resource-grant') continue;
    const document = graph.document(graph.policy(policy)?.document ?? '');
    if (document === undefined || document.unreadable !== undefined) best = or(best, UNKNOWN);
    for (const { effect, principals, undecidable } of document?.statements ?? []) {
      if (effect !== 'allow') continue;
      const named = (principals?.include ?? []).some(
        (matcher) => (matcher.match === 'node' || matcher.match === 'unresolved') && counts(matcher),
      );
      if (named) best = or(best, undecidable === undefined ? TRUE : UNKNOWN);
    }
  }
  return best;
}

function trustsSubjectOf(issuer: string, role: GraphNode, graph: GraphIndex): Truth {
  return trusts(role, graph, (matcher) => matcher.match === 'node' && matcher.id.startsWith(`federated:${issuer}#`));
}

/** The only families of instances that can start from an instance store; all others start from EBS (EC2 user guide). */
const INSTANCE_STORE_FAMILIES: readonly string[] = ['c1', 'c3', 'd2', 'i2', 'm1', 'm2', 'm3', 'r3', 'x1'];

function hasEbsRootVolume(instance: GraphNode): Truth {
  const root = attribute(instance, 'rootDeviceType');
  if (typeof root === 'string') return root === 'ebs' ? TRUE : FALSE;
  const type = attribute(instance, 'instanceType');
  if (typeof type !== 'string') return UNKNOWN;
  return INSTANCE_STORE_FAMILIES.includes(type.slice(0, type.indexOf('.'))) ? UNKNOWN : TRUE;
}
