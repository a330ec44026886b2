/** The Google Cloud adapter. For embedding without any cloud SDK there is `@keyreach/gcp/offline`. */
export * from './collect/index.ts';
export * from './collect/usage/index.ts';
export * from './offline.ts';
