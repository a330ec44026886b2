import { FALSE, TRUE, UNKNOWN } from '@keyreach/core/authz';
import { expect, it } from 'vitest';
import { A, details, estate, SCOPE } from '../normalize/testing/estate.ts';
import { zoneHas, zoneMayHaveMore, zoneMayHideProfiles } from './resource-presence.ts';

const cluster = { TypeName: 'AWS::ECS::Cluster', Identifier: `arn:aws:ecs:eu-west-1:${A}:cluster/c`, Properties: {} };

function presence(resources: unknown) {
  const { index, node } = ((found) => ({ index: found.index, node: found.node(SCOPE) }))(
    estate({ authorizationDetails: details({}), ...(resources === undefined ? {} : { resources }) }),
  );
  return {
    has: (type: string) => zoneHas(type, node, index),
    mayHaveMore: (type: string) => zoneMayHaveMore(type, node, index),
    mayHideProfiles: zoneMayHideProfiles(node, index),
  };
}

it('is decided for the types that a list has in full, and unknown for the others', () => {
  const zone = presence({ ResourceDescriptions: [cluster], IncompleteTypes: ['AWS::SSM::Document'] });
  expect(zone.has('AWS::ECS::Cluster')).toBe(TRUE);
  expect(zone.mayHaveMore('AWS::ECS::Cluster')).toBe(false);
  expect(zone.has('AWS::SageMaker::Domain')).toBe(FALSE);
  expect(zone.has('AWS::SSM::Document')).toBe(UNKNOWN);
  expect(zone.mayHaveMore('AWS::IAM::InstanceProfile')).toBe(false);
  expect(zone.mayHideProfiles).toBe(false);
});

it('hides profiles without a role where their own list was not read', () => {
  const zone = presence({ ResourceDescriptions: [], IncompleteTypes: ['AWS::IAM::InstanceProfile'] });
  expect(zone.mayHideProfiles).toBe(true);
  // Those with a role come with the roles.
  expect(zone.mayHaveMore('AWS::IAM::InstanceProfile')).toBe(false);
});

it('is unknown for every type but those of IAM without a list', () => {
  const zone = presence(undefined);
  expect(zone.has('AWS::SageMaker::Domain')).toBe(UNKNOWN);
  expect(zone.mayHaveMore('AWS::IAM::InstanceProfile')).toBe(false);
  expect(zone.mayHideProfiles).toBe(true);
});

it('is decided for every type with a full list', () => {
  const zone = presence([cluster]);
  expect(zone.has('AWS::SageMaker::Domain')).toBe(FALSE);
  expect(zone.mayHideProfiles).toBe(false);
});
