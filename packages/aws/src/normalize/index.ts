export {
  AWS,
  accessKeyId,
  accountOf,
  federatedSubjectId,
  inlinePolicyId,
  PUBLIC_ID,
  passwordId,
  reportedKeyId,
  resourceId,
  resourcePolicyId,
  rootArn,
  trustPolicyId,
  uncollectedId,
  userCredentialId,
} from './aws-ids.ts';
export { type NormalizeOptions, normalizeAws } from './normalize.ts';
export { type CompiledPolicy, compilePolicyDocument, PolicyCompiler } from './policy-document.ts';
export type { PolicyKind } from './policy-statement.ts';
export {
  type CompiledPrincipals,
  type ExternalIdentity,
  NO_DIRECTORY,
  type PrincipalDirectory,
} from './principal-directory.ts';
