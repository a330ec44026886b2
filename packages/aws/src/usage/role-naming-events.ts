/** Services whose requests speak of roles without handing one to a service. */
const SERVICES: ReadonlySet<string> = new Set(
  'access-analyzer auditmanager iam identitystore inspector2 kms license-manager organizations ram resource-explorer-2 securityhub sso sso-directory sts tag'.split(
    ' ',
  ),
);

/** Beginnings of such events, in lower case. */
const BEGINNINGS: readonly string[] = [
  'batchgrant',
  'batchrevoke',
  'delete',
  'deregister',
  'disassociate',
  'grant',
  'remove',
  'revoke',
  'tag',
  'untag',
];

/** Endings of such events, in lower case: policies, permissions and access entries name roles as callers. */
const ENDINGS: readonly string[] = [
  'accessentry',
  'accesspolicy',
  'grant',
  'permission',
  'permissions',
  'policy',
  'policystatement',
  'tagging',
  'tags',
];

/**
 * Whether a role in the request of this event, which is not known to hand one over, is only spoken of: as a principal of a
 * policy, a grantee, something tagged or removed. Other changing calls may hand the role over (aws.md 4.3, row 70).
 *
 * @param prefix action prefix of the service
 * @param name name of the event in lower case
 */
export function namesRoleOnly(prefix: string, name: string): boolean {
  return (
    SERVICES.has(prefix) ||
    BEGINNINGS.some((beginning) => name.startsWith(beginning)) ||
    ENDINGS.some((ending) => name.endsWith(ending))
  );
}
