export type { TechniqueAttribute } from './attributes.ts';
export { TECHNIQUE_ATTRIBUTES } from './attributes.ts';
export { gcpTechniques } from './gcp-techniques.ts';
export type { HelperTechnique } from './helper-techniques.ts';
export { helperTechniques } from './helper-techniques.ts';
export { techniquePermissions } from './technique-permissions.ts';
