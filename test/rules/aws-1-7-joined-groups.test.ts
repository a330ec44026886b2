/** aws.md 1.7, 1.12 class K: what a key can do by way of policies that its user does not hold yet. */
import { expect, test } from 'vitest';
import { allow, ask, group, home, type Json, MIA, user } from './rule-estate.ts';

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
