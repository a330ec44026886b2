import { AuthorizationModel, can, type Verdict } from '@keyreach/core/authz';
import { describe, expect, test } from 'vitest';
import { awsSemantics } from '../authz/aws-semantics.ts';
import { A, arn, details, estate, NOW, user } from './testing/estate.ts';

/** The verdict on a resource, for a user whose policy names one. */
function verdictOn(pattern: string, action: string, listed: object, resource: string): Verdict {
  const graph = estate({
    authorizationDetails: details({
      users: [
        user('mia', {
          UserPolicyList: [
            {
              PolicyName: 'p',
              PolicyDocument: {
                Version: '2012-10-17',
                Statement: { Effect: 'Allow', Action: action, Resource: pattern },
              },
            },
          ],
        }),
      ],
    }),
    resources: [listed],
  });
  const model = new AuthorizationModel(graph.index, [awsSemantics]);
  expect(graph.node(resource)).toBeDefined();
  return can(model, { principal: arn('user/mia'), action, resource, now: Date.parse(NOW) }).verdict;
}

/** The verdict on a function of unknown region. */
function verdict(pattern: string): Verdict {
  const listed = { TypeName: 'AWS::Lambda::Function', Identifier: 'pay', Properties: { FunctionName: 'pay' } };
  return verdictOn(pattern, 'lambda:InvokeFunction', listed, `arn:aws:lambda:*:${A}:function:pay`);
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

describe('scaling groups whose id is not known (aws.md 1.10)', () => {
  const groups = `arn:aws:autoscaling:eu-west-1:${A}:autoScalingGroup`;
  test.each([
    ['whatever its id', `${groups}:*:autoScalingGroupName/web`, 'allow'],
    ['everything of the kind', `${groups}:*`, 'allow'],
    ['one id', `${groups}:0f-1:autoScalingGroupName/web`, 'unknown'],
    ['one id and any name', `${groups}:0f-1:autoScalingGroupName/*`, 'unknown'],
    ['some ids', `${groups}:0f*:autoScalingGroupName/web`, 'unknown'],
    ['one id, in any region', `arn:aws:autoscaling:*:${A}:autoScalingGroup:0f-1:autoScalingGroupName/web`, 'unknown'],
    ['another name', `${groups}:0f-1:autoScalingGroupName/other`, 'deny'],
    ['another name, whatever its id', `${groups}:*:autoScalingGroupName/other`, 'deny'],
    ['another region', `arn:aws:autoscaling:us-east-1:${A}:autoScalingGroup:0f-1:autoScalingGroupName/web`, 'deny'],
  ])('a pattern for %s', (_, pattern, expected) => {
    const listed = {
      TypeName: 'AWS::AutoScaling::AutoScalingGroup',
      Identifier: 'web',
      Region: 'eu-west-1',
      Properties: { AutoScalingGroupName: 'web' },
    };
    const action = 'autoscaling:UpdateAutoScalingGroup';
    expect(verdictOn(pattern, action, listed, `${groups}:*:autoScalingGroupName/web`)).toBe(expected);
  });
});
