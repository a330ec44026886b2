export { type RightSizedOptions, rightSizedPolicy } from './right-sized-policy.ts';
