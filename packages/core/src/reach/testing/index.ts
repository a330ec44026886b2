/** What tests outside the room need beyond its public face; not published. */
export { chooseResources, chooseWithin } from '../caller-choice.ts';
export { contextOf, inZone, resourceOn } from '../requirement.ts';
