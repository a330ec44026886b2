/** aws.md 1.7, 1.12 class K: what a key can do by way of policies that its user does not hold yet. */
import { awsSemantics, awsTechniques } from '@keyreach/aws/offline';
import { AuthorizationModel } from '@keyreach/core/authz';
import { deriveReach } from '@keyreach/core/reach';
import { expect, test } from 'vitest';
import { allow, ask, bucket, group, home, type Json, MIA, role as roleOf, trust, user } from './rule-estate.ts';

const KEY = 'AKIAEXAMPLEMIAKEY001';
const WITH_MFA = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };

/** How surely an access key of somebody without MFA device, who may join a group, controls the account. */
function controls(condition?: Json): readonly string[] {
  const { graph, radius } = ask(
    home({
      users: [user('mia', [allow('iam:AddUserToGroup')])],
      groups: [group('admins', [allow('*', '*', condition)])],
      resources: [],
      files: {
        accessKeys: [{ UserName: 'mia', AccessKeyId: KEY, Status: 'Active', CreateDate: '2024-01-01T00:00:00Z' }],
        mfaDevices: [],
        loginProfiles: [],
      },
    }),
  );
  const key = graph.credentials.find(({ type }) => type === 'access-key')!;
  expect(graph.outgoing(key.id, 'authenticates').map(({ to }) => to)).toEqual([MIA]);
  return radius(key.id).admin.map(({ certainty }) => certainty);
}

test('aws.md 1.7: a group that asks for MFA gives nothing to an access key of its new member', () => {
  expect(controls(WITH_MFA)).toEqual([]);
});

test('aws.md 1.7: one that does not, or asks for no MFA, gives what it allows', () => {
  expect(controls()).toEqual(['allow']);
  expect(controls({ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } })).toEqual(['allow']);
});

test('aws.md 1.8: of a hundred groups each is followed by itself, and what takes two of them is unknown', () => {
  const role = 'arn:aws:iam::111111111111:role/target';
  const groups = [
    group('passes', [allow('iam:PassRole', role)]),
    group('makes', [allow(['lambda:CreateFunction', 'lambda:InvokeFunction'])]),
    ...Array.from({ length: 100 }, (_, at) => group(`reads${at}`, [allow('s3:GetObject', `arn:aws:s3:::b${at}/*`)])),
  ];
  const target = roleOf('target', [trust({ Service: 'lambda.amazonaws.com' })]);
  const buckets = Array.from({ length: 100 }, (_, at) => bucket(`b${at}`)).flat();
  const { reach, graph } = ask(
    home({ users: [user('mia', [allow('iam:AddUserToGroup')])], groups, roles: [target], resources: buckets }),
  );
  const found = reach(MIA);
  expect(found['arn:aws:s3:::b99']).toBe('allow');
  expect(found[role]).toBe('unknown');
  const model = new AuthorizationModel(graph, [awsSemantics]);
  // Pairs of groups would be five thousand.
  expect(deriveReach(model, [awsTechniques], { now: 0 }).elevations.length).toBeLessThan(500);
});
