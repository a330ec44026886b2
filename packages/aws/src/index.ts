/** The AWS adapter. For embedding without any cloud SDK there is `@keyreach/aws/offline`. */
export * from './collect/index.ts';
export * from './offline.ts';
