import type { RequestContext } from '@keyreach/core/authz';
import { type IdentityNode, type NodeId, quoteText } from '@keyreach/core/graph';
import { isAccountId, nameInArn, parseArn } from '../bundle/arn.ts';
import { AWS, federatedSubjectId, PUBLIC_ID } from '../normalize/aws-ids.ts';
import { type FederatedSource, federatedSource } from '../normalize/federation.ts';
import type { FederatedPrincipal, NamedPrincipal, SimulatedPrincipal } from './simulated-request.ts';
import { simulationError } from './simulation-error.ts';

/** The principal of a request with everything its form tells. */
export type Caller =
  | AccountCaller
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'federated-subject'; readonly source: FederatedSource; readonly subject: string | undefined }
  | { readonly kind: 'public' };

/** A principal inside an account. */
export type AccountCaller = {
  /** ARN of the caller itself: of the session, where it is one. */
  readonly arn: NodeId;
  readonly account: string;
  readonly partition: string;
  readonly uniqueId: string | undefined;
} & (
  | { readonly kind: 'user' | 'root' }
  | { readonly kind: 'role' }
  /** One session of a role: `role` is its ARN, where the request tells it. */
  | {
      readonly kind: 'role-session';
      readonly role: string | undefined;
      readonly roleName: string;
      readonly session: string;
    }
  /** A session of GetFederationToken: `user` is who made it, where the request tells. */
  | { readonly kind: 'federated-user'; readonly user: string | undefined }
);

const FORMS = 'give the ARN of a user, role, session or root user, `{ service }`, `{ federated }` or `anonymous`';

/** Reads the principal of a request. Throws a `KeyreachError` `bad-principal` for a form that names none. */
export function readCaller(principal: SimulatedPrincipal): Caller {
  if (principal === 'anonymous') return { kind: 'public' };
  if (typeof principal === 'string') return namedCaller({ arn: principal });
  if (typeof principal === 'object' && principal !== null) {
    if ('arn' in principal && typeof principal.arn === 'string') return namedCaller(principal);
    if ('service' in principal && typeof principal.service === 'string') return serviceCaller(principal.service);
    if ('federated' in principal && typeof principal.federated === 'string') return federatedCaller(principal);
  }
  throw noForm();
}

function noForm(): Error {
  return simulationError('bad-principal', `the principal is of no known form; ${FORMS}`);
}

/** Text that tells principals apart without reading them. Throws like {@link readCaller} for what is no text inside. */
export function callerKey(principal: SimulatedPrincipal): string {
  if (typeof principal === 'string') return principal;
  if (typeof principal !== 'object' || principal === null) throw noForm();
  const { arn, role, user, uniqueId, service, federated, subject } = principal as Readonly<Record<string, unknown>>;
  return joinTexts([arn, role, user, uniqueId, service, federated, subject], noForm);
}

/** Texts as one, such that different lists of texts differ. `wrong`: the error for what is neither a text nor absent. */
export function joinTexts(texts: readonly unknown[], wrong: () => Error): string {
  let joined = '';
  for (const text of texts) {
    if (text === undefined) joined += '-';
    else if (typeof text === 'string') joined += `${text.length}:${text}`;
    else throw wrong();
  }
  return joined;
}

/** The caller as a node of a graph, without its scope. */
export function callerNode(caller: Caller): IdentityNode {
  const common = { kind: 'identity', provider: AWS } as const;
  switch (caller.kind) {
    case 'service':
      return { ...common, id: `service:${caller.name}`, type: 'service', name: caller.name };
    case 'public':
      return { ...common, id: PUBLIC_ID, type: 'public', name: 'anyone' };
    case 'federated-subject': {
      const { issuer, provider } = caller.source;
      const name = caller.subject ?? `a subject of ${issuer}`;
      const attributes = { issuer, claims: {}, ...(provider === undefined ? {} : { providers: [provider] }) };
      return { ...common, id: federatedSubjectId(issuer, 'caller'), type: 'federated-subject', name, attributes };
    }
    default: {
      const { arn: id, account, partition, kind, uniqueId } = caller;
      const userId = kind === 'root' ? account : uniqueId;
      const attributes = { accountId: account, partition, ...(userId === undefined ? {} : { userId }) };
      const managed = isServiceLinked(caller) ? { providerManaged: true } : {};
      return { ...common, id, type: kind, name: nameInArn(id), ...managed, attributes };
    }
  }
}

/** Condition keys that the form of the principal tells and its node does not (aws.md 1.11, 1.12). */
export function callerContext(caller: Caller): RequestContext {
  switch (caller.kind) {
    case 'role-session': {
      const context = new Map<string, readonly string[]>();
      if (caller.role !== undefined) context.set('aws:principalarn', [caller.role]);
      if (caller.uniqueId !== undefined) context.set('aws:userid', [`${caller.uniqueId}:${caller.session}`]);
      return context;
    }
    case 'federated-subject': {
      const { claimPrefix, subjectClaim } = caller.source;
      return caller.subject === undefined ? new Map() : new Map([[`${claimPrefix}:${subjectClaim}`, [caller.subject]]]);
    }
    default:
      return new Map();
  }
}

/** Service-linked roles: neither SCPs nor RCPs speak of their calls (aws.md 1.2). */
export function isServiceLinked(caller: AccountCaller): boolean {
  if (caller.kind === 'role') return caller.arn.includes(':role/aws-service-role/');
  if (caller.kind !== 'role-session') return false;
  return caller.role === undefined
    ? caller.roleName.startsWith('AWSServiceRoleFor')
    : caller.role.includes(':role/aws-service-role/');
}

function namedCaller({ arn, role, user, uniqueId }: NamedPrincipal): AccountCaller {
  const parts = parseArn(arn);
  if (parts === undefined || !isAccountId(parts.account)) throw noPrincipal(arn);
  const { partition, service, account, resource } = parts;
  const common = { arn, account, partition, uniqueId };
  // Names are printable, and a wildcard names nobody.
  if (!/^[!-)+->@-~]+$/.test(resource)) throw noPrincipal(arn);
  if (service === 'iam' && resource === 'root') return { ...common, kind: 'root' };
  if (service === 'iam' && resource.startsWith('user/') && nameInArn(arn) !== '') return { ...common, kind: 'user' };
  if (service === 'iam' && resource.startsWith('role/') && nameInArn(arn) !== '') return { ...common, kind: 'role' };
  const [type, name = '', session = ''] = resource.split('/');
  if (service === 'sts' && type === 'assumed-role' && name !== '' && session !== '') {
    if (role !== undefined && !isEntity(role, 'role', account, name)) throw notThat(role, 'role', arn);
    return { ...common, kind: 'role-session', role, roleName: name, session };
  }
  if (service === 'sts' && type === 'federated-user' && name !== '') {
    if (user !== undefined && !isEntity(user, 'user', account)) throw notThat(user, 'user', arn);
    return { ...common, kind: 'federated-user', user };
  }
  throw noPrincipal(arn);
}

function isEntity(arn: string, type: 'user' | 'role', account: string, name?: string): boolean {
  const parts = parseArn(arn);
  if (parts?.service !== 'iam' || parts.account !== account || !parts.resource.startsWith(`${type}/`)) return false;
  return name === undefined || nameInArn(arn) === name;
}

function serviceCaller(name: string): Caller {
  const lower = name.toLowerCase();
  if (!/^[a-z0-9.-]{1,256}\.[a-z]+$/.test(lower)) {
    throw simulationError(
      'bad-principal',
      `${quoteText(name)} is not the name of a service; give one like \`lambda.amazonaws.com\``,
    );
  }
  return { kind: 'service', name: lower };
}

function federatedCaller({ federated, subject }: FederatedPrincipal): Caller {
  const source = federatedSource(federated) ?? issuerSource(federated);
  if (source === undefined) {
    throw simulationError(
      'bad-principal',
      `${quoteText(federated)} is not an identity provider; give the ARN of an OIDC or SAML provider, or the host of an issuer`,
    );
  }
  return { kind: 'federated-subject', source, subject };
}

/** An OIDC issuer by its host, whatever account its provider object is in. */
function issuerSource(text: string): FederatedSource | undefined {
  const issuer = text.startsWith('https://') ? text.slice('https://'.length) : text;
  if (!/^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:\/[\w./~-]*)?$/.test(issuer) || issuer.length > 512) return undefined;
  return federatedSource(issuer) ?? { issuer, claimPrefix: issuer.toLowerCase(), subjectClaim: 'sub' };
}

function noPrincipal(arn: string): Error {
  return simulationError('bad-principal', `${quoteText(arn)} names no principal; ${FORMS}`);
}

function notThat(given: string, what: 'role' | 'user', arn: string): Error {
  return simulationError('bad-principal', `${quoteText(given)} is not the ARN of the ${what} behind ${quoteText(arn)}`);
}
