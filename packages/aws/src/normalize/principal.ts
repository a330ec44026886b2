import type { PrincipalMatcher } from '@keyreach/core/graph';
import { isRecord } from '@keyreach/core/input';
import { isAccountId } from '../bundle/arn.ts';
import { accountScopeId, nameInArn, PUBLIC_ID, parseArn, rootArn } from './aws-ids.ts';
import type { ConditionBlock } from './condition-block.ts';
import { compileFederated } from './federation.ts';
import { Invalid } from './invalid.ts';
import type { CompiledPrincipals, ExternalIdentity, PrincipalDirectory } from './principal-directory.ts';

const ANYONE: CompiledPrincipals = {
  matchers: [{ match: 'anyone', strength: 'bypasses-guards' }],
  externals: [{ id: PUBLIC_ID, type: 'public', name: 'anyone' }],
};

/** Compiles a `Principal` element, in the forms of aws.md 1.4, with the conditions of its statement (for federation). */
export function compilePrincipals(
  raw: unknown,
  block: ConditionBlock,
  directory: PrincipalDirectory,
): CompiledPrincipals | Invalid {
  if (raw === '*') return ANYONE;
  if (!isRecord(raw)) return new Invalid('a principal must be `*` or an object');
  const matchers: PrincipalMatcher[] = [];
  const externals: ExternalIdentity[] = [];
  for (const [kind, value] of Object.entries(raw)) {
    for (const text of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
      if (typeof text !== 'string') return new Invalid('a principal must be a string');
      const compiled = compilePrincipal(kind, text, block, directory);
      if (compiled instanceof Invalid) return compiled;
      matchers.push(...compiled.matchers);
      externals.push(...compiled.externals);
    }
  }
  return { matchers, externals };
}

function compilePrincipal(
  kind: string,
  text: string,
  block: ConditionBlock,
  directory: PrincipalDirectory,
): CompiledPrincipals | Invalid {
  switch (kind) {
    case 'AWS':
      return compileAwsPrincipal(text, directory);
    case 'Service':
      return only({ match: 'service', name: text.toLowerCase(), strength: 'sufficient' });
    case 'Federated':
      return compileFederated(text, block, directory);
    case 'CanonicalUser':
      // The canonical id of an account is not in the input, so which account this is cannot be told; like an account it
      // only delegates (aws.md 1.4).
      return only({ match: 'unresolved', text, dangling: false, strength: 'delegates', zoned: true });
    default:
      return new Invalid('a principal must be of the kind `AWS`, `Service`, `Federated` or `CanonicalUser`');
  }
}

function compileAwsPrincipal(text: string, directory: PrincipalDirectory): CompiledPrincipals {
  if (text === '*') return ANYONE;
  if (isAccountId(text)) return accountPrincipal(text, directory.partition, directory);
  if (/^A(IDA|ROA)[A-Z0-9]{12,}$/.test(text)) {
    // AWS shows the unique id only once the entity is gone; it never matches again (aws.md 1.4).
    const id = directory.withUniqueId(text);
    const strength = text.startsWith('AIDA') ? 'bypasses-guards' : 'sufficient';
    if (id !== undefined) return only({ match: 'node', id, strength });
    // It may be the id of one whose id the input does not tell.
    const unknown = directory
      .withoutUniqueId(text.startsWith('AIDA') ? 'user' : 'role')
      .map((arn): PrincipalMatcher => ({ match: 'node', id: arn, strength, certainty: 'unknown' }));
    return { matchers: [{ match: 'unresolved', text, dangling: true }, ...unknown], externals: [] };
  }
  const arn = parseArn(text);
  if (arn === undefined) return unresolved(text, false);
  const { partition, service, account, resource } = arn;
  // No wildcards inside a principal: such a text names nothing (aws.md 1.4).
  if (text.includes('*') || text.includes('?')) return unresolved(text, true);
  if (service === 'iam' && resource === 'root' && isAccountId(account)) {
    return accountPrincipal(account, partition, directory);
  }
  if (service === 'iam' && (resource.startsWith('user/') || resource.startsWith('role/'))) {
    return entityPrincipal(text, resource.startsWith('user/') ? 'user' : 'role', directory);
  }
  // Groups, instance profiles and policies are never principals (aws.md 1.4).
  if (service === 'iam' && resource.includes('/')) return unresolved(text, true);
  if (service === 'sts' && resource.startsWith('assumed-role/')) return sessionPrincipal(text, directory);
  if (service === 'sts' && resource.startsWith('federated-user/') && isAccountId(account)) {
    return federatedSessionPrincipal(text, directory);
  }
  return unresolved(text, false);
}

/**
 * A session of GetFederationToken by its name (aws.md 1.4, third row). Any user of the account can make one of that name, so
 * which user is behind it is not written anywhere; nobody else is.
 */
function federatedSessionPrincipal(arn: string, directory: PrincipalDirectory): CompiledPrincipals {
  const { account = '', partition = '', resource = '' } = parseArn(arn) ?? {};
  const type = 'federated-user';
  if (directory.hasAccount(account)) {
    const scope = accountScopeId(account, partition);
    return only({ match: 'unresolved', text: arn, dangling: false, strength: 'bypasses-guards', scope, type });
  }
  return {
    matchers: [{ match: 'node', id: arn, strength: 'bypasses-guards' }],
    externals: [{ id: arn, type, name: resource.slice(`${type}/`.length), accountId: account, partition }],
  };
}

/** The account as a whole: lets the grants of its own principals count. */
function accountPrincipal(accountId: string, partition: string, directory: PrincipalDirectory): CompiledPrincipals {
  const matchers: PrincipalMatcher[] = [
    { match: 'scope', id: accountScopeId(accountId, partition), strength: 'delegates' },
  ];
  if (directory.hasAccount(accountId)) return { matchers, externals: [] };
  const id = rootArn(accountId, partition);
  return { matchers, externals: [{ id, type: 'external-account', name: accountId, accountId, partition }] };
}

function entityPrincipal(arn: string, kind: 'user' | 'role', directory: PrincipalDirectory): CompiledPrincipals {
  const strength = kind === 'user' ? 'bypasses-guards' : 'sufficient';
  const matcher: PrincipalMatcher = { match: 'node', id: arn, strength };
  if (directory.has(arn)) return only(matcher);
  const { account = '', partition = '' } = parseArn(arn) ?? {};
  // Not an account: an identity of an AWS service, such as a CloudFront origin access identity.
  if (!isAccountId(account)) {
    return { matchers: [matcher], externals: [{ id: arn, type: 'service-identity', name: nameInArn(arn) }] };
  }
  if (directory.listsAll(account, kind)) return unresolved(arn, true);
  return {
    matchers: [matcher],
    externals: [{ id: arn, type: kind, name: nameInArn(arn), accountId: account, partition }],
  };
}

/** One session of a role. Who holds the role picks the session name, but whether this is it nobody can tell. */
function sessionPrincipal(arn: string, directory: PrincipalDirectory): CompiledPrincipals {
  const { account = '', partition = '', resource = '' } = parseArn(arn) ?? {};
  const [, name = ''] = resource.split('/');
  const role = directory.role(account, name);
  if (role !== undefined) {
    return only({ match: 'node', id: role, strength: 'bypasses-guards', certainty: 'conditional' });
  }
  if (directory.listsAll(account, 'role')) return unresolved(arn, true);
  if (!isAccountId(account)) return unresolved(arn, false);
  const session: ExternalIdentity = {
    id: arn,
    type: 'role-session',
    name: resource.slice('assumed-role/'.length),
    accountId: account,
    partition,
  };
  return { matchers: [{ match: 'node', id: arn, strength: 'bypasses-guards' }], externals: [session] };
}

function only(matcher: PrincipalMatcher): CompiledPrincipals {
  return { matchers: [matcher], externals: [] };
}

function unresolved(text: string, dangling: boolean): CompiledPrincipals {
  return only({ match: 'unresolved', text, dangling });
}
