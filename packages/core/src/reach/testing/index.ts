/** What tests outside the room need beyond its public face; not published. */

export { intersectGlobs } from '../../authz/glob-intersection.ts';
export { chooseResources, chooseWithin } from '../caller-choice.ts';
export { contextOf, inZone, resourceOn } from '../requirement.ts';
