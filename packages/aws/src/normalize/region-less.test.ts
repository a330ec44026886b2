import { AuthorizationModel, can, type Verdict } from '@keyreach/core/authz';
import { describe, expect, test } from 'vitest';
import { awsSemantics } from '../authz/aws-semantics.ts';
import { A, arn, details, estate, NOW, user } from './testing/estate.ts';

/** The verdict on a function of unknown region, for a user whose policy names a resource. */
function verdict(pattern: string): Verdict {
  const graph = estate({
    authorizationDetails: details({
      users: [
        user('mia', {
          UserPolicyList: [
            {
              PolicyName: 'p',
              PolicyDocument: {
                Version: '2012-10-17',
                Statement: { Effect: 'Allow', Action: 'lambda:*', Resource: pattern },
              },
            },
          ],
        }),
      ],
    }),
    resources: [{ TypeName: 'AWS::Lambda::Function', Identifier: 'pay', Properties: { FunctionName: 'pay' } }],
  });
  const model = new AuthorizationModel(graph.index, [awsSemantics]);
  const resource = `arn:aws:lambda:*:${A}:function:pay`;
  expect(graph.node(resource)).toMatchObject({ name: 'pay' });
  return can(model, {
    principal: arn('user/mia'),
    action: 'lambda:InvokeFunction',
    resource,
    now: Date.parse(NOW),
  }).verdict;
}

describe('resources without a region (aws.md 1.10)', () => {
  test.each([
    ['every region', `arn:aws:lambda:*:${A}:function:pay`, 'allow'],
    ['everything', '*', 'allow'],
    ['one region', `arn:aws:lambda:eu-west-1:${A}:function:pay`, 'unknown'],
    ['some regions', `arn:aws:lambda:eu-*:${A}:function:*`, 'unknown'],
    ['another function of one region', `arn:aws:lambda:eu-west-1:${A}:function:other`, 'deny'],
    ['another account', 'arn:aws:lambda:*:777788889999:function:pay', 'deny'],
    ['another service', `arn:aws:sqs:eu-west-1:${A}:pay`, 'deny'],
  ])('a pattern for %s', (_, pattern, expected) => {
    expect(verdict(pattern)).toBe(expected);
  });
});
