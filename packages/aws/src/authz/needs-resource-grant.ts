import { arnSegments } from './arn-segments.ts';

/** KMS actions that name no key, decided by identity policies alone (aws.md 1.6). */
const KEYLESS: ReadonlySet<string> = new Set([
  'kms:connectcustomkeystore',
  'kms:createcustomkeystore',
  'kms:createkey',
  'kms:deletecustomkeystore',
  'kms:describecustomkeystores',
  'kms:disconnectcustomkeystore',
  'kms:generaterandom',
  'kms:listaliases',
  'kms:listkeys',
  'kms:updatecustomkeystore',
]);

/** What a role's trust policy must allow (aws.md 1.5). */
const TRUST: ReadonlySet<string> = new Set([
  'sts:assumerole',
  'sts:assumerolewithsaml',
  'sts:assumerolewithwebidentity',
  'sts:setsourceidentity',
  'sts:tagsession',
]);

/**
 * Whether the resource itself must allow the action, or delegate to the caller's account, before the caller's own
 * policies count: role trust (aws.md 1.3 step 5c, 1.5) and KMS keys (1.6). An alias is no key: it has no policy.
 */
export function needsResourceGrant(action: string, resource: string): boolean {
  const name = action.toLowerCase();
  const trust = TRUST.has(name);
  if (!trust && (!name.startsWith('kms:') || KEYLESS.has(name))) return false;
  const arn = arnSegments(resource);
  if (arn === undefined) return false;
  return trust ? arn[2] === 'iam' && arn[5].startsWith('role/') : arn[2] === 'kms' && arn[5].startsWith('key/');
}
