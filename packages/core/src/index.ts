/** The identity graph, the authorization algebra, reach and analysis in one entry; each room has an entry of its own too. */
export * from './analysis/index.ts';
export * from './authz/index.ts';
export * from './graph/index.ts';
export * from './reach/index.ts';
