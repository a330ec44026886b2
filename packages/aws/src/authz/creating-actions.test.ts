import { describe, expect, test } from 'vitest';
import { isCreatingAction } from './creating-actions.ts';

describe('isCreatingAction', () => {
  test.each(['iam:CreateRole', 'iam:CreateUser', 'lambda:CreateFunction', 'codebuild:CreateProject', 'glue:CreateJob'])(
    '%s makes what it is checked against',
    (name) => {
      expect(isCreatingAction(name)).toBe(true);
    },
  );

  test.each([
    'iam:CreateAccessKey',
    'iam:CreateLoginProfile',
    'iam:CreatePolicyVersion',
    'iam:PutRolePolicy',
    'x:CreateY',
  ])('%s does not', (name) => {
    expect(isCreatingAction(name)).toBe(false);
  });
});
