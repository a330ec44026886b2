import { CONDITIONAL, type ConditionRequest } from '@keyreach/core/authz';
import type { IdentityNode, Json } from '@keyreach/core/graph';
import { accountOf } from './account-of.ts';
import { arnSegments } from './arn-segments.ts';
import type { KeyReader } from './condition-key.ts';
import { ANY, NAME } from './glob-token.ts';
import { organizationReadings } from './organization-readings.ts';
import { type PrincipalKind, principalKind } from './principal-kind.ts';
import type { Reading } from './reading.ts';
import { readings } from './readings.ts';
import { tagValue } from './tag-value.ts';

const { absent, atRequest, presentAtRequest, uncollected, value } = readings;

/** Longest lifetimes of temporary credentials, milliseconds (aws.md 5.2). */
const ROLE_SESSION = 12 * 3_600_000;
const USER_SESSION = 36 * 3_600_000;

/** Keys without which AWS documents contradict themselves for anonymous callers: absent in one, `anonymous` in another. */
const ANONYMOUS: Reading = { state: 'either', readings: [absent, value('anonymous')], truth: CONDITIONAL };

/** Readers of the keys that the caller decides (aws.md 1.11 last table, 1.12 classes S and K). */
export const principalReadings: {
  readonly arn: KeyReader;
  readonly account: KeyReader;
  readonly type: KeyReader;
  readonly userId: KeyReader;
  readonly username: KeyReader;
  readonly tag: KeyReader;
  readonly organizationId: KeyReader;
  readonly organizationPaths: KeyReader;
  readonly isService: KeyReader;
  readonly serviceName: KeyReader;
  readonly tokenIssueTime: KeyReader;
  /** A fact about the resource on whose behalf a service calls: never in other calls. */
  readonly source: (attribute: string) => KeyReader;
  /** The same reading for every caller of a kind. */
  readonly byKind: (byKind: Partial<Record<PrincipalKind, Reading>>, otherwise: Reading) => KeyReader;
} = {
  arn: ({ principal }) => {
    const { node } = principal;
    switch (principalKind(node)) {
      case 'user':
      case 'role':
        return node.id.startsWith('arn:') ? value(node.id) : newIdentityArn(principal);
      case 'root':
      case 'federated-user':
        return node.id.startsWith('arn:') ? value(node.id) : uncollected;
      case 'role-session': {
        // The ARN of a session has the role's name, not its path.
        const session = sessionOf(node);
        return session === undefined ? uncollected : { state: 'pattern', tokens: [session.roles, ANY, session.role] };
      }
      case 'external-account': {
        // Some principal of the account: it can be given any name.
        const account = accountOf(node.id, node, principal.scopes);
        if (account === undefined) return atRequest;
        const partition = arnSegments(node.id)?.[1] ?? ANY;
        return { state: 'pattern', tokens: ['arn:', partition, ':', ANY, `::${account}:`, ANY] };
      }
      case 'service':
      case 'federated-subject':
      case 'public':
        return absent;
      case 'other':
        return node.id.startsWith('arn:') ? value(node.id) : uncollected;
    }
  },

  account: ({ principal }) => {
    const { node } = principal;
    switch (principalKind(node)) {
      case 'service':
      case 'federated-subject':
        return absent;
      case 'public':
        return ANONYMOUS;
      default: {
        const account = accountOf(node.id, node, principal.scopes);
        return account === undefined ? uncollected : value(account);
      }
    }
  },

  type: ({ principal }) => {
    switch (principalKind(principal.node)) {
      case 'user':
        return value('User');
      case 'role':
      case 'role-session':
        return value('AssumedRole');
      case 'root':
        return value('Account');
      case 'federated-user':
        return value('FederatedUser');
      case 'service':
      case 'federated-subject':
        return absent;
      case 'public':
        return { state: 'either', readings: [absent, value('Anonymous')], truth: CONDITIONAL };
      case 'external-account':
        return presentAtRequest;
      case 'other':
        return uncollected;
    }
  },

  userId: ({ principal }) => {
    const { node } = principal;
    const own = node.attributes?.['userId'];
    switch (principalKind(node)) {
      case 'user':
        return typeof own === 'string' ? value(own) : uncollected;
      case 'role':
        // Whoever starts the session picks its name.
        return typeof own === 'string' ? { state: 'pattern', tokens: [`${own}:`, ANY] } : uncollected;
      case 'role-session': {
        const session = sessionOf(node);
        return session === undefined ? uncollected : { state: 'pattern', tokens: [ANY, `:${session.name}`] };
      }
      case 'root': {
        const account = accountOf(node.id, node, principal.scopes);
        return account === undefined ? uncollected : value(account);
      }
      case 'federated-user': {
        const account = accountOf(node.id, node, principal.scopes);
        return account === undefined ? uncollected : value(`${account}:${node.name}`);
      }
      case 'service':
      case 'federated-subject':
        return absent;
      case 'public':
        return ANONYMOUS;
      case 'external-account':
        return presentAtRequest;
      case 'other':
        return uncollected;
    }
  },

  username: ({ principal }) => {
    switch (principalKind(principal.node)) {
      case 'user':
        return value(principal.node.name);
      case 'external-account':
        return atRequest;
      case 'other':
        return uncollected;
      default:
        return absent;
    }
  },

  tag: ({ principal }, part) => {
    const { node } = principal;
    if (principal.chosenTags === true) return atRequest;
    if (node.tags !== undefined) return tagValue(node.tags, part);
    switch (principalKind(node)) {
      case 'root':
      case 'public':
        return absent;
      case 'service':
        // Session tags come with the certificate or the pod (aws.md 2.1).
        return node.name === 'rolesanywhere.amazonaws.com' || node.name === 'pods.eks.amazonaws.com'
          ? atRequest
          : absent;
      case 'federated-subject':
      case 'external-account':
      case 'federated-user':
      case 'role-session':
        // Whoever runs the identity provider or the account sets the tags.
        return atRequest;
      default:
        return uncollected;
    }
  },

  organizationId: (request) => organizationOf(request)?.id ?? absent,
  organizationPaths: (request) => organizationOf(request)?.paths ?? absent,

  isService: ({ principal }) => {
    switch (principalKind(principal.node)) {
      case 'service':
        return value('true');
      case 'other':
        return uncollected;
      default:
        return value('false');
    }
  },

  serviceName: ({ principal }) => {
    switch (principalKind(principal.node)) {
      case 'service':
        return value(principal.node.name);
      case 'other':
        return uncollected;
      default:
        return absent;
    }
  },

  tokenIssueTime: ({ principal, now }) => {
    switch (principalKind(principal.node)) {
      case 'role':
      case 'role-session':
        return { state: 'between', from: now - ROLE_SESSION, to: now };
      case 'federated-user':
        return { state: 'between', from: now - USER_SESSION, to: now };
      case 'user':
      case 'root':
        // Access keys have none, sessions do.
        return {
          state: 'either',
          readings: [absent, { state: 'between', from: now - USER_SESSION, to: now }],
          truth: CONDITIONAL,
        };
      case 'service':
      case 'federated-subject':
      case 'public':
        return absent;
      case 'external-account':
        return atRequest;
      case 'other':
        return uncollected;
    }
  },

  source:
    (attribute) =>
    ({ principal }) => {
      const { node } = principal;
      switch (principalKind(node)) {
        case 'service':
          return jsonReading(node.attributes?.[attribute]);
        case 'other':
          return uncollected;
        default:
          return absent;
      }
    },

  byKind:
    (byKind, otherwise) =>
    ({ principal }) =>
      byKind[principalKind(principal.node)] ?? otherwise,
};

/**
 * The ARN of a user or role that somebody has yet to make in an account, who gives it a name and a path that nobody has
 * (aws.md 1.12).
 */
function newIdentityArn({ node, scopes, isTaken }: ConditionRequest['principal']): Reading {
  const account = accountOf(node.id, node, scopes);
  if (account === undefined) return uncollected;
  const scope = scopes.find(({ type }) => type === 'account');
  const partition = (scope === undefined ? undefined : arnSegments(scope.id)?.[1]) ?? ANY;
  const named = (type: 'role' | 'user'): Reading => ({
    state: 'pattern',
    tokens: ['arn:', partition, `:iam::${account}:${type}/`, NAME],
    isTaken,
  });
  return { state: 'either', readings: [named('role'), named('user')], truth: CONDITIONAL };
}

interface Session {
  /** ARN of the role up to its path. */
  readonly roles: string;
  readonly role: string;
  readonly name: string;
}

/** What `arn:aws:sts::123456789012:assumed-role/<role>/<session>` says. */
function sessionOf(node: IdentityNode): Session | undefined {
  const arn = arnSegments(node.id);
  const [type, role, name] = arn?.[5].split('/', 3) ?? [];
  if (arn === undefined || type !== 'assumed-role' || role === undefined || name === undefined) return undefined;
  return { roles: `arn:${arn[1]}:iam::${arn[4]}:role/`, role, name };
}

function organizationOf({
  principal,
}: ConditionRequest): { readonly id: Reading; readonly paths: Reading } | undefined {
  switch (principalKind(principal.node)) {
    case 'service':
    case 'federated-subject':
    case 'public':
      return undefined;
    default:
      return organizationReadings(principal.node, principal.scopes);
  }
}

/** An attribute that carries a key's value: a text or texts; null is known to be absent. */
function jsonReading(json: Json | undefined): Reading {
  if (json === null) return absent;
  if (typeof json === 'string') return value(json);
  if (Array.isArray(json) && json.length > 0 && json.every((one): one is string => typeof one === 'string')) {
    return { state: 'values', values: json };
  }
  return atRequest;
}
