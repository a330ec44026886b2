import type { ServiceRule } from '@keyreach/core/authz';
import type { ScopeNode } from '@keyreach/core/graph';
import { arnSegments } from './arn-segments.ts';

/** What nobody can do to an AWS managed policy (aws.md 1.8), in lower case. */
const FIXED_POLICY: ReadonlySet<string> = new Set([
  'iam:createpolicyversion',
  'iam:deletepolicy',
  'iam:deletepolicyversion',
  'iam:setdefaultpolicyversion',
  'iam:tagpolicy',
  'iam:untagpolicy',
]);

/** What nobody can do to a service-linked or reserved role with IAM calls (aws.md 1.8), in lower case. */
const FIXED_ROLE: ReadonlySet<string> = new Set([
  'iam:attachrolepolicy',
  'iam:deleterole',
  'iam:deleterolepermissionsboundary',
  'iam:deleterolepolicy',
  'iam:detachrolepolicy',
  'iam:putrolepermissionsboundary',
  'iam:putrolepolicy',
  'iam:tagrole',
  'iam:untagrole',
  'iam:updateassumerolepolicy',
]);

/** What a role session can never call (aws.md 1.7), in lower case. */
const NOT_FOR_SESSIONS: ReadonlySet<string> = new Set(['sts:getfederationtoken', 'sts:getsessiontoken']);

/** What nobody can do to an alias of an AWS managed key (aws.md 1.6), in lower case. */
const FIXED_ALIAS: ReadonlySet<string> = new Set(['kms:createalias', 'kms:deletealias', 'kms:updatealias']);

/** What is called with the token of an identity provider and not signed by anybody (aws.md 1.5), in lower case. */
const BY_TOKEN: ReadonlySet<string> = new Set(['sts:assumerolewithsaml', 'sts:assumerolewithwebidentity']);

/** Callers that sign their requests: they have no such token in their own name. */
const SIGNING: ReadonlySet<string> = new Set([
  'external-account',
  'federated-user',
  'role',
  'role-session',
  'root',
  'user',
]);

/** What the root user can do to the policy of a bucket in its account, whatever that policy denies (aws.md 1.7). */
const OWN_BUCKET_POLICY: ReadonlySet<string> = new Set([
  's3:deletebucketpolicy',
  's3:getbucketpolicy',
  's3:putbucketpolicy',
]);

/** Every action that has a rule, in lower case. */
const RULED: ReadonlySet<string> = new Set([
  ...NOT_FOR_SESSIONS,
  ...BY_TOKEN,
  ...FIXED_ALIAS,
  ...FIXED_POLICY,
  ...FIXED_ROLE,
  ...OWN_BUCKET_POLICY,
  'dynamodb:describeendpoints',
  'iam:passrole',
  'sts:assumerole',
  'sts:assumeroot',
]);

/** Whether {@link serviceRule} has anything to say of an action; in lower case. */
export function hasServiceRule(action: string): boolean {
  return RULED.has(action);
}

/**
 * What services decide beside all policies (aws.md 1.3 step 0, 1.5-1.8). `zone`: the account of the principal; `of`: that
 * of the resource, where the input has it.
 */
export function serviceRule(
  action: string,
  principalType: string,
  resource: string,
  zone?: ScopeNode,
  of?: ScopeNode,
): ServiceRule | undefined {
  const name = action.toLowerCase();
  if (!hasServiceRule(name)) return undefined;
  if (NOT_FOR_SESSIONS.has(name) && (principalType === 'role' || principalType === 'role-session')) return 'never';
  if (BY_TOKEN.has(name)) return SIGNING.has(principalType) ? 'never' : undefined;
  // "Roles may not be assumed by root accounts", says the service itself.
  if (name === 'sts:assumerole' && principalType === 'root') return 'never';
  if (name === 'sts:assumeroot') return assumeRootRule(resource, zone, of);
  if (OWN_BUCKET_POLICY.has(name)) {
    return principalType === 'root' && isBucket(resource) ? 'past-own-denies' : undefined;
  }
  if (name === 'sts:getsessiontoken' && principalType === 'user') return 'no-grant-needed';
  if (name === 'dynamodb:describeendpoints') return 'no-grant-needed';
  if (FIXED_ALIAS.has(name)) return isAliasOfAws(resource) ? 'never' : undefined;
  if (FIXED_POLICY.has(name)) return isAwsManaged(resource) ? 'never' : undefined;
  if (name === 'iam:passrole') return isFixedRole(resource, 'role/aws-reserved/') ? 'never' : undefined;
  return FIXED_ROLE.has(name) && isFixedRole(resource, 'role/aws-service-role/', 'role/aws-reserved/')
    ? 'never'
    : undefined;
}

/** Root users of members are acted as from the management account or one that administers IAM for it (aws.md 1.7). */
function assumeRootRule(
  resource: string,
  zone: ScopeNode | undefined,
  of: ScopeNode | undefined,
): ServiceRule | undefined {
  const administers = administersRoots(zone);
  const isMember = isMemberOf(resource, zone, of);
  if (administers === false || isMember === false) return 'never';
  return administers === true && isMember === true ? undefined : 'undecided';
}

function administersRoots(zone: ScopeNode | undefined): boolean | undefined {
  const { managementAccount, delegatedServices, organizationId } = zone?.attributes ?? {};
  if (managementAccount === true) return true;
  if (organizationId === null) return false;
  if (!Array.isArray(delegatedServices)) return undefined;
  if (delegatedServices.includes('iam.amazonaws.com')) return true;
  return managementAccount === false ? false : undefined;
}

/** Whether the account of a root user is a member of the organization around `zone`, which its management account is not. */
function isMemberOf(resource: string, zone: ScopeNode | undefined, of: ScopeNode | undefined): boolean | undefined {
  const own = zone?.attributes ?? {};
  if (own['managementAccount'] === true && arnSegments(resource)?.[4] === own['accountId']) return false;
  const { managementAccount, organizationId, outsideOrganizations } = of?.attributes ?? {};
  if (managementAccount === true || organizationId === null) return false;
  const organization = own['organizationId'];
  if (typeof organization !== 'string') return undefined;
  if (Array.isArray(outsideOrganizations) && outsideOrganizations.includes(organization)) return false;
  if (typeof organizationId !== 'string') return undefined;
  if (organizationId !== organization) return false;
  return managementAccount === false ? true : undefined;
}

function isBucket(resource: string): boolean {
  const arn = arnSegments(resource);
  return arn !== undefined && arn[2] === 's3' && arn[4] === '' && !arn[5].includes('/');
}

function isAwsManaged(resource: string): boolean {
  const arn = arnSegments(resource);
  return arn !== undefined && arn[2] === 'iam' && arn[4] === 'aws';
}

function isAliasOfAws(resource: string): boolean {
  const arn = arnSegments(resource);
  return arn !== undefined && arn[2] === 'kms' && arn[5].startsWith('alias/aws/');
}

function isFixedRole(resource: string, ...paths: readonly string[]): boolean {
  const arn = arnSegments(resource);
  return arn !== undefined && arn[2] === 'iam' && paths.some((path) => arn[5].startsWith(path));
}
