export type { BloodHoundEdge, BloodHoundParity } from './bloodhound-edges.ts';
export { BLOODHOUND_EDGES, bloodHoundEdges } from './bloodhound-edges.ts';
export { directoryPredicates } from './directory-predicates.ts';
export type { DirectoryTechnique } from './directory-row.ts';
export { entraTechniques } from './entra-techniques.ts';
export { graphTechniques } from './graph-techniques.ts';
export type { InertDirectoryTechnique } from './inert-directory-techniques.ts';
export { inertDirectoryTechniques } from './inert-directory-techniques.ts';
