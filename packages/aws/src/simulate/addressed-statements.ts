import type { GrantStrength, NodeId, PrincipalMatcher, PrincipalSelector, Statement } from '@keyreach/core/graph';
import { nameInArn, parseArn } from '../bundle/arn.ts';
import { accountScopeId, rootArn } from '../normalize/aws-ids.ts';
import type { ExternalIdentity } from '../normalize/principal-directory.ts';
import type { AccountCaller, Caller } from './caller.ts';

/** How a policy names the caller, or that nobody can tell whether it does. */
type Naming =
  | { readonly strength: GrantStrength; readonly sometimes?: true }
  | 'undecided'
  | 'undecided-account'
  | undefined;

/** Who a policy is read for. */
export interface Addressee {
  readonly caller: Caller;
  /** Id of the caller's node. */
  readonly node: NodeId;
  /** Whether the caller has a permissions boundary, which no `NotPrincipal` spares (aws.md 1.9). */
  readonly bounded: boolean;
}

/**
 * The statements of a policy on a resource as they speak to one caller: every principal they name becomes that caller's
 * node, with the strength that aws.md 1.4 gives this form of principal for this kind of caller, or falls away.
 * `externals`: what the policy's compilation tells of the identities it names.
 */
export function addressedStatements(
  statements: readonly Statement[],
  externals: readonly ExternalIdentity[],
  to: Addressee,
): readonly Statement[] {
  const providers = new Map<NodeId, Set<string>>();
  for (const { id, attributes } of externals) {
    const list = attributes?.['providers'];
    if (!Array.isArray(list)) continue;
    const known = providers.get(id) ?? new Set<string>();
    for (const provider of list as readonly unknown[]) if (typeof provider === 'string') known.add(provider);
    providers.set(id, known);
  }
  const naming = (matcher: PrincipalMatcher): Naming => namingOf(matcher, to.caller, providers);
  return statements.map((statement) => {
    if (statement.principals === undefined) return statement;
    const { excludes } = statement.principals;
    if (excludes === 'all-identities') return spared(statement, statement.principals, to, naming);
    const principals: PrincipalSelector = {
      include: readdressed(statement.principals.include, to.node, naming),
      exclude: readdressed(statement.principals.exclude, to.node, naming),
    };
    return { ...statement, principals };
  });
}

/**
 * The same for a policy that caps requests and grants nothing (a VPC endpoint's): what does not speak to the caller
 * falls away, what does needs no principals any more.
 */
export function cappingStatements(
  statements: readonly Statement[],
  externals: readonly ExternalIdentity[],
  to: Addressee,
): readonly Statement[] {
  return addressedStatements(statements, externals, to).flatMap(({ principals, ...statement }) => {
    if (principals === undefined) return [statement];
    if (principals.include.length === 0) return [];
    const sure = principals.exclude.length === 0 && principals.include.some(isSure);
    return [sure ? statement : { ...statement, undecidable: 'whether it names the caller cannot be told' }];
  });
}

function isSure(matcher: PrincipalMatcher): boolean {
  return matcher.match !== 'unresolved' && !(matcher.match === 'node' && matcher.certainty !== undefined);
}

function readdressed(
  matchers: readonly PrincipalMatcher[],
  node: NodeId,
  naming: (matcher: PrincipalMatcher) => Naming,
): readonly PrincipalMatcher[] {
  const found = new Map<string, PrincipalMatcher>();
  for (const matcher of matchers) {
    const named = naming(matcher);
    if (named === undefined) continue;
    const one = addressed(named, node);
    found.set(JSON.stringify(one), one);
  }
  return [...found.values()];
}

function addressed(named: Exclude<Naming, undefined>, node: NodeId): PrincipalMatcher {
  const perhaps = { match: 'unresolved', text: 'the caller, perhaps', dangling: false } as const;
  if (named === 'undecided') return perhaps;
  if (named === 'undecided-account') return { ...perhaps, strength: 'delegates' };
  const { strength, sometimes } = named;
  // There is no other principal in the estate, so whoever is named is anyone.
  return sometimes === true
    ? { match: 'node', id: node, strength, certainty: 'conditional' }
    : { match: 'anyone', strength };
}

/**
 * `Deny` with `NotPrincipal` (aws.md 1.9): the caller is spared only where every one of its identities is listed; some
 * of them leave it undecided, and a caller with a permissions boundary is never spared.
 */
function spared(
  statement: Statement,
  { include, exclude }: PrincipalSelector,
  { caller, bounded }: Addressee,
  naming: (matcher: PrincipalMatcher) => Naming,
): Statement {
  const everybody: Statement = { ...statement, principals: { include, exclude: [] } };
  if (bounded) return everybody;
  const listed = capacities(caller).map((has) => exclude.some((matcher) => matcher.match === 'anyone' || has(matcher)));
  const undecided = exclude.some((matcher) => {
    const named = naming(matcher);
    return typeof named === 'string' || named?.sometimes === true;
  });
  if (listed.every((one) => one)) return { ...statement, principals: { include: [], exclude: [] } };
  if (!listed.includes(true) && !undecided) return everybody;
  return { ...everybody, undecidable: '`NotPrincipal` lists some of the identities of the caller and not all of them' };
}

/** The identities of a caller, each as a test whether a matcher names it. */
function capacities(caller: Caller): readonly ((matcher: PrincipalMatcher) => boolean)[] {
  const named = (id: string) => (matcher: PrincipalMatcher) => matcher.match === 'node' && matcher.id === id;
  switch (caller.kind) {
    case 'public':
      return [() => false];
    case 'service':
      return [(matcher) => matcher.match === 'service' && matcher.name === caller.name];
    case 'federated-subject':
      return [(matcher) => namingOf(matcher, caller, new Map()) !== undefined];
  }
  const scope = accountScopeId(caller.account, caller.partition);
  const account = (matcher: PrincipalMatcher) => matcher.match === 'scope' && matcher.id === scope;
  const unique = (matcher: PrincipalMatcher) =>
    matcher.match === 'unresolved' && caller.uniqueId !== undefined && matcher.text === caller.uniqueId;
  const entity = (id: string) => (matcher: PrincipalMatcher) => named(id)(matcher) || unique(matcher);
  switch (caller.kind) {
    case 'root':
      return [account];
    case 'user':
      return [entity(caller.arn), account];
    case 'role':
      // Its session is one of the identities, and which session it is nobody has said.
      return [() => false, entity(caller.arn), account];
    case 'role-session':
      return [named(caller.arn), (matcher) => roleNaming(matcher, caller) === 'yes' || unique(matcher), account];
    case 'federated-user':
      return [
        (matcher) => isText(matcher, caller.arn) || named(caller.arn)(matcher),
        caller.user === undefined ? () => false : entity(caller.user),
        account,
      ];
  }
}

function namingOf(
  matcher: PrincipalMatcher,
  caller: Caller,
  providers: ReadonlyMap<NodeId, ReadonlySet<string>>,
): Naming {
  switch (matcher.match) {
    case 'anyone':
      return { strength: matcher.strength };
    case 'service':
      return caller.kind === 'service' && caller.name === matcher.name ? { strength: matcher.strength } : undefined;
    case 'scope':
      return 'account' in caller && matcher.id === accountScopeId(caller.account, caller.partition)
        ? { strength: matcher.strength }
        : undefined;
    case 'node':
      if (caller.kind === 'federated-subject') return federatedNaming(matcher.id, caller.source, providers);
      return 'account' in caller ? nodeNaming(matcher.id, caller) : undefined;
    case 'unresolved':
      return 'account' in caller ? textNaming(matcher, caller) : undefined;
    // Of other providers: no policy of AWS compiles to one.
    case 'member':
    case 'types':
      return undefined;
  }
}

function federatedNaming(
  id: NodeId,
  { issuer, provider }: { readonly issuer: string; readonly provider?: string },
  providers: ReadonlyMap<NodeId, ReadonlySet<string>>,
): Naming {
  // The conditions of the statement say which subjects it means; here only the provider counts.
  if (!id.startsWith(`federated:${issuer}#`)) return undefined;
  const named = providers.get(id);
  if (provider !== undefined && named !== undefined && !named.has(provider)) return undefined;
  return { strength: 'bypasses-guards' };
}

/** A user, role or session by its ARN, as the rows of aws.md 1.4 have it. */
function nodeNaming(id: NodeId, caller: AccountCaller): Naming {
  switch (caller.kind) {
    case 'user':
      return id === caller.arn ? { strength: 'bypasses-guards' } : undefined;
    case 'root':
      return id === rootArn(caller.account, caller.partition) ? { strength: 'delegates' } : undefined;
    case 'role':
      if (id === caller.arn) return { strength: 'sufficient' };
      return isSessionOf(id, caller.account, caller.partition, nameInArn(caller.arn))
        ? { strength: 'bypasses-guards', sometimes: true }
        : undefined;
    case 'role-session': {
      if (id === caller.arn) return { strength: 'bypasses-guards' };
      const role = roleNaming({ match: 'node', id, strength: 'sufficient' }, caller);
      return role === 'yes' ? { strength: 'sufficient' } : role === 'perhaps' ? 'undecided' : undefined;
    }
    case 'federated-user': {
      if (id === caller.arn) return { strength: 'bypasses-guards' };
      if (caller.user !== undefined) return id === caller.user ? { strength: 'sufficient' } : undefined;
      const parts = parseArn(id);
      return parts?.service === 'iam' && parts.account === caller.account && parts.resource.startsWith('user/')
        ? 'undecided'
        : undefined;
    }
  }
}

/**
 * Whether a matcher names the role of a session. Names of roles are unique in an account whatever the path, and AWS
 * stores no principal that does not exist; still, a policy may be a draft, so another path is only perhaps that role.
 */
function roleNaming(
  matcher: PrincipalMatcher,
  caller: AccountCaller & { readonly kind: 'role-session' },
): 'yes' | 'perhaps' | 'no' {
  if (matcher.match !== 'node') return 'no';
  if (caller.role !== undefined) return matcher.id === caller.role ? 'yes' : 'no';
  const parts = parseArn(matcher.id);
  const { account, partition, roleName } = caller;
  if (parts?.service !== 'iam' || parts.account !== account || parts.partition !== partition) return 'no';
  if (!parts.resource.startsWith('role/') || nameInArn(matcher.id) !== roleName) return 'no';
  return parts.resource === `role/${roleName}` ? 'yes' : 'perhaps';
}

function isSessionOf(id: NodeId, account: string, partition: string, role: string): boolean {
  return id.startsWith(`arn:${partition}:sts::${account}:assumed-role/${role}/`);
}

/** What the compiler could not place: unique ids, sessions of GetFederationToken, canonical ids. */
function textNaming(
  { text, dangling, strength }: Extract<PrincipalMatcher, { readonly match: 'unresolved' }>,
  caller: AccountCaller,
): Naming {
  if (/^A(?:IDA|ROA)[A-Z0-9]{8,124}$/.test(text)) return uniqueNaming(text, caller);
  const parts = parseArn(text);
  if (parts?.service === 'sts' && parts.resource.startsWith('federated-user/')) {
    return text === caller.arn ? { strength: 'bypasses-guards' } : undefined;
  }
  // Groups are no principals (aws.md 1.4).
  if (parts?.service === 'iam' && parts.resource.startsWith('group/')) return undefined;
  if (dangling) return undefined;
  // A canonical id is that of an account, which only delegates.
  return strength === 'delegates' ? 'undecided-account' : 'undecided';
}

function uniqueNaming(id: string, caller: AccountCaller): Naming {
  const isUser = id.startsWith('AIDA');
  switch (caller.kind) {
    case 'root':
      return undefined;
    case 'user':
      if (!isUser) return undefined;
      break;
    case 'federated-user':
      if (!isUser) return undefined;
      break;
    case 'role':
    case 'role-session':
      if (isUser) return undefined;
      break;
  }
  if (caller.uniqueId === undefined) return 'undecided';
  if (caller.uniqueId !== id) return undefined;
  return { strength: caller.kind === 'user' ? 'bypasses-guards' : 'sufficient' };
}

function isText(matcher: PrincipalMatcher, text: string): boolean {
  return matcher.match === 'unresolved' && matcher.text === text;
}
