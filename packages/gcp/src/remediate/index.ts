export { type RightSizedBindingsOptions, rightSizedBindings } from './right-sized-bindings.ts';
