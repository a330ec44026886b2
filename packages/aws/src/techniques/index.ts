export { awsTechniques } from './aws-techniques.ts';
export { NEEDED_RESOURCE_TYPES, type NeededResourceType } from './precondition-names.ts';
