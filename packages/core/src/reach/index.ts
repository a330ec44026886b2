export * from './access-class.ts';
export * from './derive.ts';
export type * from './evidence.ts';
export * from './reach-graph.ts';
export * from './reach-path.ts';
export * from './reach-search.ts';
export * from './reachability.ts';
export type * from './technique.ts';
