import { and, CONDITIONAL, FALSE, not, or, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { GraphIndex, GraphNode, Json } from '@keyreach/core/graph';
import type { ScopedPredicate } from '@keyreach/core/reach';
import {
  type DecidableDirectoryPrecondition,
  type DirectoryPredicateName,
  MOMENTARY_DIRECTORY_PRECONDITIONS,
  OPEN_DIRECTORY_QUESTIONS,
} from './directory-precondition-names.ts';

const decidable: Readonly<Record<DecidableDirectoryPrecondition, ScopedPredicate>> = {
  // Applications and service principals (azure.md 2).
  'gives-tokens': givesTokens,
  'signs-in': signsIn,
  'takes-credentials': takesCredentials,
  'runs-as-one-principal': (app, graph) => (graph.outgoing(app.id, 'runs-as').length > 1 ? UNKNOWN : TRUE),
  'single-tenant-application': (app) => {
    const audience = read(app, 'signInAudience');
    return typeof audience !== 'string' ? UNKNOWN : truth(audience.toLowerCase() === 'azureadmyorg');
  },
  // The normaliser marks every blueprint; whether rights over applications hold for one documentation does not say.
  'agent-blueprint': (app) => truth(read(app, 'blueprint') === true),
  'no-blueprint': (app) => (read(app, 'blueprint') === true ? UNKNOWN : TRUE),
  'owners-unread': (node) =>
    read(node, 'owners') === undefined || read(node, 'ownersUnread') === true ? UNKNOWN : FALSE,

  // Groups (azure.md 1.5).
  'assigned-membership': (group) => not(flag(group, 'dynamic')),
  'dynamic-membership': (group) => flag(group, 'dynamic'),
  'managed-in-cloud': (node) => not(flag(node, 'synced')),
  'role-assignable': (group) => flag(group, 'roleAssignable'),
  'not-role-assignable': (group) => not(flag(group, 'roleAssignable')),
  'unified-group': (group) => flag(group, 'unified'),
  'security-group': (group) => and(flag(group, 'securityEnabled'), not(flag(group, 'unified'))),
  'management-restricted': (node) => flag(node, 'managementRestricted'),
  'management-unrestricted': (node) => not(flag(node, 'managementRestricted')),
  'rule-looks-at-users': ruleLooksAtUsers,

  // Users (azure.md 1.4).
  person: (user) => (read(user, 'agentUser') === true ? FALSE : TRUE),
  'password-of-its-own': passwordOfItsOwn,
  synchronised: (user) => flag(user, 'synced'),
  'no-administrator': noAdministrator,
  'domain-can-be-federated': domainCanBeFederated,

  'custom-directory-role': (role) => not(flag(role, 'builtIn')),
  'one-tenant': (_, graph) => oneTenant(graph),
};

/** The preconditions that rows of the directory name. Each is total: an attribute that is absent leaves it `UNKNOWN`. */
export const directoryPredicates: Readonly<Record<DirectoryPredicateName, ScopedPredicate>> = {
  ...decidable,
  ...constants(MOMENTARY_DIRECTORY_PRECONDITIONS, CONDITIONAL),
  ...constants(OPEN_DIRECTORY_QUESTIONS, UNKNOWN),
};

function constants<Name extends DirectoryPredicateName>(
  names: readonly Name[],
  value: Truth,
): Readonly<Record<Name, ScopedPredicate>> {
  return Object.fromEntries(names.map((name) => [name, () => value])) as unknown as Readonly<
    Record<Name, ScopedPredicate>
  >;
}

function read(node: GraphNode, name: string): Json | undefined {
  const { attributes } = node;
  return attributes !== undefined && Object.hasOwn(attributes, name) ? attributes[name] : undefined;
}

function truth(value: boolean): Truth {
  return value ? TRUE : FALSE;
}

function flag(node: GraphNode, name: string): Truth {
  const value = read(node, name);
  return typeof value === 'boolean' ? truth(value) : UNKNOWN;
}

/** Nobody has tokens of an account that is switched off. */
function signsIn(identity: GraphNode): Truth {
  return flag(identity, 'accountEnabled');
}

/** What the application runs as: all of it signs in, none of it, or some of it. */
function givesTokens(application: GraphNode, graph: GraphIndex): Truth {
  const found = graph.outgoing(application.id, 'runs-as').map(({ to }) => {
    const node = graph.node(to);
    return node === undefined ? UNKNOWN : signsIn(node);
  });
  const [first = FALSE] = found;
  const common = found.every((one) => one === first) ? first : UNKNOWN;
  // Whether whoever writes credentials may also switch it on again is not known.
  return read(application, 'isDisabled') === true ? and(common, UNKNOWN) : common;
}

/** Microsoft's own refuse credentials, as do locked ones; the lock of a foreign one cannot be read (azure.md 2). */
function takesCredentials(principal: GraphNode): Truth {
  if (read(principal, 'firstParty') === true) return FALSE;
  if (principal.kind === 'identity' && principal.providerManaged === true) return FALSE;
  const open = not(flag(principal, 'locked'));
  // Credentials of a blueprint are on its application; whether its principal takes any is not documented.
  return read(principal, 'blueprintPrincipal') === true ? and(open, UNKNOWN) : open;
}

/** Whether a change of users may make them match the rule; which attributes it takes is not worked out. */
function ruleLooksAtUsers(group: GraphNode): Truth {
  const rule = read(group, 'membershipRule');
  if (typeof rule !== 'string') return UNKNOWN;
  return rule.toLowerCase().includes('user.') ? UNKNOWN : FALSE;
}

/** Guests sign in elsewhere, mostly; a synchronised user only takes a new password where it is written back. */
function passwordOfItsOwn(user: GraphNode): Truth {
  if (read(user, 'agentUser') === true) return FALSE;
  const guest = read(user, 'guest') === false ? TRUE : UNKNOWN;
  return and(guest, flag(user, 'synced') === FALSE ? TRUE : UNKNOWN);
}

/** A user without any directory role; of others documentation leaves open whether the permission reaches them. */
function noAdministrator(user: GraphNode): Truth {
  const roles = read(user, 'directoryRoles');
  return Array.isArray(roles) && roles.length === 0 && read(user, 'inRoleAssignableGroup') === false ? TRUE : UNKNOWN;
}

/** Domains of Microsoft cannot be federated; without an immutable id, which synchronised users have, no token names a user. */
function domainCanBeFederated(user: GraphNode): Truth {
  if (read(user, 'agentUser') === true) return FALSE;
  const name = read(user, 'userPrincipalName');
  if (typeof name !== 'string') return UNKNOWN;
  if (name.toLowerCase().endsWith('.onmicrosoft.com')) return FALSE;
  return or(flag(user, 'synced'), UNKNOWN);
}

const tenants = new WeakMap<GraphIndex, Truth>();

/** What is held on some tenant is held on the tenant of the target where there is only one. */
function oneTenant(graph: GraphIndex): Truth {
  let found = tenants.get(graph);
  if (found === undefined) {
    const count = graph.graph.nodes.filter(({ kind, type }) => kind === 'scope' && type === 'tenant').length;
    found = count === 1 ? TRUE : UNKNOWN;
    tenants.set(graph, found);
  }
  return found;
}
