/** What tests outside the room need beyond its public face; not published. */
export { chooseResources } from '../caller-choice.ts';
export { contextOf, resourceOn } from '../requirement.ts';
