import { isAccountId, parseArn } from '../bundle/arn.ts';

export { accountScopeId, nameInArn, parseArn } from '../bundle/arn.ts';

/** Provider name of every record this adapter writes. */
export const AWS = 'aws';

/** Node id of the public: any caller, with or without AWS credentials. */
export const PUBLIC_ID = 'public:aws';

/** ARN of an account's root user. For an account outside the input it stands for everybody in that account. */
export function rootArn(accountId: string, partition: string): string {
  return `arn:${partition}:iam::${accountId}:root`;
}

/** Node id of an access key of a user, or of the root user where `owner` is its ARN. */
export function accessKeyId(owner: string, keyId: string): string {
  return `${owner}/accesskey/${keyId}`;
}

/** Node id of a key that only a credential report tells of: the report numbers keys 1 and 2 and has no key ids. */
export function reportedKeyId(owner: string, slot: number, root: boolean): string {
  return root ? `${owner}/accesskey/${slot}` : `${owner}/accesskey/report-${slot}`;
}

/** Node id of the console password of a user or of the root user. */
export function passwordId(owner: string): string {
  return `${owner}/password`;
}

/** Node id of another credential of a user: a signing certificate, an SSH public key, a service-specific credential. */
export function userCredentialId(owner: string, type: string, id: string): string {
  return `${owner}/${type}/${id}`;
}

/** Policy id of a policy written into a user, group or role. */
export function inlinePolicyId(owner: string, name: string): string {
  return `${owner}/inline/${name}`;
}

/** Policy id of a role's trust policy. */
export function trustPolicyId(role: string): string {
  return `${role}/trust`;
}

/** Policy id of the policy on a resource. */
export function resourcePolicyId(resource: string): string {
  return `${resource}/policy`;
}

/**
 * Node id of whoever holds a token of `issuer` (host and path of an OIDC issuer, ARN of a SAML provider) whose subject
 * matches `subject`; `*` for every subject.
 */
export function federatedSubjectId(issuer: string, subject: string): string {
  return `federated:${issuer}#${subject}`;
}

/** Node id of a resource whose ARN cannot be told. */
export function resourceId(type: string, accountId: string, identifier: string): string {
  return `${type}:${accountId}:${identifier}`;
}

/** Node id that stands for the resources of a type in an account that the input did not list. */
export function uncollectedId(type: string, accountId: string): string {
  return resourceId(type, accountId, '*');
}

/** Account id inside an ARN; undefined where the ARN has none. */
export function accountOf(arn: string): string | undefined {
  const account = parseArn(arn)?.account;
  return account !== undefined && isAccountId(account) ? account : undefined;
}
