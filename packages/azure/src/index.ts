/** The Azure and Entra ID adapter. For embedding without any cloud SDK there is `@keyreach/azure/offline`. */
export * from './collect/index.ts';
export * from './offline.ts';
