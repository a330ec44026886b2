export { type RightSizedAssignmentsOptions, rightSizedAssignments } from './right-sized-assignments.ts';
