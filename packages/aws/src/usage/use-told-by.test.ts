import { expect, it } from 'vitest';
import { useToldBy } from './use-told-by.ts';

it.each([
  ['iam:CreateUser', 'CloudTrail management events of `iam` over the whole window'],
  ['S3:getobject', 'CloudTrail data events of `AWS::S3::Object` over the whole window'],
  ['iam:PassRole', 'nothing that AWS records'],
  ['rds-db:connect', 'nothing that AWS records'],
  ['newservice:*', 'nothing that AWS records'],
])('%s: %s', (action, source) => {
  expect(useToldBy(action)).toBe(source);
});
