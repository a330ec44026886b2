import { expect, it } from 'vitest';
import { A, arn, details, estate, SCOPE } from '../normalize/testing/estate.ts';
import { listsAll } from './lists-all.ts';

function asked(resources: unknown): (resource: string) => boolean {
  const { index } = estate({ authorizationDetails: details({}), ...(resources === undefined ? {} : { resources }) });
  const scope = index.node(SCOPE);
  return (resource) => scope?.kind === 'scope' && listsAll(resource, scope, (id) => index.node(id) !== undefined);
}

const queue = `arn:aws:sqs:eu-west-1:${A}:jobs`;
const topic = `arn:aws:sns:eu-west-1:${A}:news`;
const stateMachine = `arn:aws:states:eu-west-1:${A}:stateMachine:pay`;

it('holds for what a full list has, and without a list for what comes with the identities', () => {
  expect(asked([])(queue)).toBe(true);
  expect(asked(undefined)(queue)).toBe(false);
  expect(asked(undefined)(arn('role/a'))).toBe(true);
});

it('holds for services of which no type is missing', () => {
  const lists = asked({ ResourceDescriptions: [], IncompleteTypes: ['AWS::EMRServerless::JobRun', 'AWS::SQS::Queue'] });
  expect(lists(queue)).toBe(false);
  expect(lists(topic)).toBe(true);
  expect(lists(`arn:aws:emr-serverless:eu-west-1:${A}:/applications/a/jobruns/b`)).toBe(false);
  expect(lists(arn('role/a'))).toBe(true);
  expect(asked({ ResourceDescriptions: [], IncompleteTypes: ['AWS::StepFunctions::StateMachine'] })(stateMachine)).toBe(
    false,
  );
});

it('holds for nothing where a type may have ARNs of any service, nor for profiles of which some are missing', () => {
  expect(asked({ ResourceDescriptions: [], IncompleteTypes: ['AWS::Nowhere::Thing'] })(topic)).toBe(false);
  const profiles = asked({ ResourceDescriptions: [], IncompleteTypes: ['AWS::IAM::InstanceProfile'] });
  expect(profiles(arn('instance-profile/web'))).toBe(false);
  expect(profiles(topic)).toBe(true);
});
