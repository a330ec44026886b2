export { type ArnParts, accountIdInKeyId, accountScopeId, isAccountId, nameInArn, parseArn } from './arn.ts';
export type { AwsAccountFiles, AwsAccountInput, AwsInput } from './aws-input.ts';
export { detectAwsInput } from './detect-input.ts';
export { type AwsAccountObjects, type AwsInputObjects, awsInputFromObjects } from './input-from-objects.ts';
export { type JsonOptions, type JsonProblem, MAX_JSON_DEPTH, type ParsedJson, parseJson } from './json-input.ts';
export { mergeAwsInputs } from './merge-inputs.ts';
export { readAwsInput, readAwsInputs } from './read-bundle.ts';
export { readTimestamp } from './timestamp.ts';
