/**
 * `@keyreach/aws/offline`: everything of the AWS adapter that needs no cloud SDK.
 */
export { awsAccess } from './access/aws-access.ts';
export { awsAccountFromKeyId } from './authz/account-id.ts';
export { awsSemantics } from './authz/aws-semantics.ts';
export * from './bundle/index.ts';
export { type AwsCatalogue, awsCatalogue } from './catalogue/action-catalogue.ts';
export * from './normalize/index.ts';
export * from './remediate/index.ts';
export * from './simulate/index.ts';
export { awsTechniques } from './techniques/index.ts';
export * from './usage/index.ts';
