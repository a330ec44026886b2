export {
  type JsonOptions,
  type JsonProblem,
  MAX_JSON_DEPTH,
  type ParsedJson,
  parseJson,
  readTimestamp,
} from '@keyreach/core/input';
export { type ArnParts, accountIdInKeyId, accountScopeId, isAccountId, nameInArn, parseArn } from './arn.ts';
export type { AwsAccountFiles, AwsAccountInput, AwsInput } from './aws-input.ts';
export { detectAwsInput } from './detect-input.ts';
export { type AwsAccountObjects, type AwsInputObjects, awsInputFromObjects } from './input-from-objects.ts';
export { mergeAwsInputs } from './merge-inputs.ts';
export { readAwsInput, readAwsInputs } from './read-bundle.ts';
export type { TrailSettings } from './trail-settings.ts';
export { TRAIL_USAGE_FORMAT } from './trail-usage-file.ts';
export { withTrailUsage } from './with-trail-usage.ts';
