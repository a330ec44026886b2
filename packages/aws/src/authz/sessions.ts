import type { RequestContext, SessionRules } from '@keyreach/core/authz';
import type { Statement } from '@keyreach/core/graph';
import {
  bedrockKeyGuard,
  federationTokenGuard,
  mfaSessionGuard,
  notFromSessions,
  onlyActions,
  sessionTokenGuard,
  taskPolicyGuards,
  undecidedGuard,
} from './session-guards.ts';
import {
  assumeRootReadings,
  consoleReadings,
  federatedSessionReadings,
  federationTokenReadings,
  identityCenterReadings,
  longTermReadings,
  mfaSessionReadings,
  roleSessionReadings,
  type SessionReadings,
  serviceSessionReadings,
  sessionTokenReadings,
} from './session-readings.ts';

/** A kind of session: what conditions see of it, and what caps it. */
interface SessionKind {
  readonly readings: SessionReadings;
  readonly guard?: readonly Statement[];
  readonly needs?: string;
  readonly separate?: string;
}

/** Names of kinds come from input: no more than these are remembered. */
const MOST_KINDS = 1_000;

const NO_CONTEXT: RequestContext = new Map();
const NO_READINGS: SessionReadings = new Map();

const GIT = ['codecommit:GitPull', 'codecommit:GitPush'] as const;

/** Kinds of session that AWS tells apart (aws.md 1.7, 1.12 class K, 5.2). */
const SESSIONS: Readonly<Record<string, SessionKind>> = {
  // Long-term keys (5.2): the whole identity.
  'access-key': { readings: longTermReadings },
  'root-access-key': { readings: longTermReadings },
  // Sign-in with a password (5.2).
  console: { readings: consoleReadings, guard: notFromSessions },
  'root-console': { readings: consoleReadings, guard: notFromSessions },
  // Tokens of users (1.7).
  'mfa-session': { readings: mfaSessionReadings, guard: mfaSessionGuard },
  'session-token': { readings: sessionTokenReadings, guard: sessionTokenGuard },
  'federation-token': { readings: federationTokenReadings, guard: federationTokenGuard, separate: 'federated-user' },
  // Sessions of roles (1.7, 1.12). What no role session can call is a rule of the service, whatever starts the session.
  'role-session': { readings: roleSessionReadings },
  'service-role-session': { readings: serviceSessionReadings(undefined) },
  'web-identity-session': { readings: federatedSessionReadings },
  'saml-session': { readings: federatedSessionReadings },
  'identity-center-session': { readings: identityCenterReadings },
  // Credentials that work with one service (5.2).
  'ssh-public-key': { readings: longTermReadings, guard: onlyActions(...GIT) },
  'codecommit-credential': { readings: longTermReadings, guard: onlyActions(...GIT) },
  'keyspaces-credential': { readings: longTermReadings, guard: onlyActions('cassandra:*') },
  'bedrock-api-key': {
    readings: longTermReadings,
    guard: bedrockKeyGuard,
    needs: 'bedrock:CallWithBearerToken',
  },
  'logs-api-key': { readings: longTermReadings, guard: onlyActions('logs:*'), needs: 'logs:CallWithBearerToken' },
  'service-specific-credential': {
    readings: longTermReadings,
    guard: undecidedGuard('which service this service-specific credential works with is not in the input'),
  },
  'signing-certificate': {
    readings: longTermReadings,
    guard: undecidedGuard('AWS does not say which requests it still takes signed with such a certificate'),
  },
};

const kinds: Map<string, SessionKind | undefined> = new Map();

function sessionKind(kind: string): SessionKind | undefined {
  if (kinds.has(kind)) return kinds.get(kind);
  const found = Object.hasOwn(SESSIONS, kind) ? SESSIONS[kind] : derivedKind(kind);
  if (kinds.size < MOST_KINDS) kinds.set(kind, found);
  return found;
}

/** Kinds with a name in them: `assume-root:<task policy>`, `service-role-session:<service>`. */
function derivedKind(kind: string): SessionKind | undefined {
  const colon = kind.indexOf(':');
  const rest = kind.slice(colon + 1);
  switch (kind.slice(0, Math.max(colon, 0))) {
    case 'assume-root':
      return {
        readings: assumeRootReadings,
        guard:
          taskPolicyGuards.get(rest) ?? undecidedGuard('what the task policy of this session lets pass is not known'),
      };
    case 'service-role-session':
      return { readings: serviceSessionReadings(rest) };
    default:
      return undefined;
  }
}

const rules: Map<string, SessionRules> = new Map();

/**
 * What a kind of session means; undefined for a kind AWS does not have. Kinds are those of `CredentialNode.session`, with
 * the name of the task policy or the service where one is part of it: `assume-root:S3UnlockBucketPolicy`,
 * `service-role-session:ec2.amazonaws.com`.
 */
export function sessionRules(kind: string): SessionRules | undefined {
  const known = rules.get(kind);
  if (known !== undefined) return known;
  const found = sessionKind(kind);
  if (found === undefined) return undefined;
  const { guard, needs, separate } = found;
  const created: SessionRules = {
    kind,
    context: NO_CONTEXT,
    keys: [...found.readings.keys()].sort(),
    ...(guard === undefined ? {} : { guard }),
    ...(needs === undefined ? {} : { needs }),
    ...(separate === undefined ? {} : { separate }),
  };
  if (rules.size < MOST_KINDS) rules.set(kind, created);
  return created;
}

/** What conditions read in a session: key in lower case → reader; keys not listed read as they do without a session. */
export function sessionReadings(kind: string): SessionReadings {
  return sessionKind(kind)?.readings ?? NO_READINGS;
}
