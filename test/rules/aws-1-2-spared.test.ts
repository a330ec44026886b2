/**
 * Identities that are given every permission and then control their account: what administrators of their own making cannot
 * reach, and they can, since a guard rail spares them (aws.md 1.2, 2.3.1).
 */
import { expect, test } from 'vitest';
import {
  allow,
  ask,
  BEN,
  bucket,
  deny,
  HOME,
  iam,
  type Json,
  MIA,
  organization,
  role,
  trust,
  user,
  WORKER,
  type World,
} from './rule-estate.ts';

const DATA = 'arn:aws:s3:::data';

/** Mia may rewrite the policies of `worker`, or of ben, and act as them; a guard rail keeps from S3 whom it does not spare. */
function world(says: readonly Json[], rail: Json | undefined): World {
  return {
    organization: {
      ...organization(rail === undefined ? {} : { scps: { [HOME]: [rail] } }),
      // The account administers nothing for the organization.
      ...{ EnabledFeatures: [], AWSServiceAccess: [], DelegatedAdministrators: [], ResourcePolicy: null },
    },
    accounts: {
      [HOME]: {
        users: [user('mia', says), user('ben')],
        roles: [role('worker', [trust({ AWS: MIA })])],
        resources: bucket('data'),
        files: { accessKeys: [] },
      },
    },
  };
}
const overWorker = [allow('iam:PutRolePolicy', WORKER), allow('sts:AssumeRole', WORKER)];
const overBen = [allow(['iam:PutUserPolicy', 'iam:CreateAccessKey'], BEN)];
/** An account may leave the organization with its guard rails, unless they keep it from that. */
const KEPT = ['s3:*', 'organizations:LeaveOrganization'];
const unless = (arn: string): Json => deny(KEPT, '*', { ArnNotEquals: { 'aws:PrincipalArn': arn } });
const reached = (says: readonly Json[], rail?: Json): unknown => ask(world(says, rail)).reach(MIA)[DATA];

test('aws.md 1.2: what is given everything reaches all that its account holds', () => {
  expect(reached(overWorker)).toBe('allow');
  expect(reached(overBen)).toBe('allow');
  expect(reached([])).toBeUndefined();
});

test('aws.md 1.2: a guard rail that spares it by name is none for it, though it is one for administrators', () => {
  expect(reached(overWorker, unless(WORKER))).toBe('allow');
  expect(reached(overBen, unless(BEN))).toBe('allow');
  // The account of a user that may not be changed is not in the way.
  expect(
    ask(world(overWorker, unless(WORKER)))
      .radius(MIA)
      .admin.map(({ scope }) => scope),
  ).toEqual([`arn:aws:account::${HOME}:account`]);
});

test('aws.md 1.2: a guard rail that spares nobody, or nobody who can be, is one for all', () => {
  expect(reached(overWorker, deny(KEPT))).toBeUndefined();
  expect(reached(overBen, deny(KEPT))).toBeUndefined();
  expect(reached(overWorker, unless(iam('role/worker', '444455556666')))).toBeUndefined();
  // Whoever controls the account makes the role that is spared, if nobody has its name.
  expect(reached(overWorker, unless(iam('role/to-be-made')))).toBe('conditional');
});

test('aws.md 1.2: a guard rail on one action leaves the others as they are', () => {
  const rail = deny('s3:GetObject', '*', { ArnNotEquals: { 'aws:PrincipalArn': WORKER } });
  const access = (says: readonly Json[]): unknown =>
    ask(world(says, rail))
      .radius(MIA)
      .reaches.find(({ id }) => id === DATA)?.certainty;
  expect(access(overWorker)).toBe('allow');
  expect(access(overBen)).toBe('allow');
});
