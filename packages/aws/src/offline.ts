/**
 * `@keyreach/aws/offline`: everything of the AWS adapter that needs no cloud SDK.
 */
export { awsSemantics } from './authz/aws-semantics.ts';
export * from './bundle/index.ts';
export * from './normalize/index.ts';
export { awsTechniques } from './techniques/index.ts';
