/** aws.md 5.3: the policies by which AWS marks a user whose key was found exposed are signs, no containment. */
import { describe } from 'vitest';
import {
  allow,
  deny,
  document,
  HOME,
  home,
  type Json,
  MIA,
  role,
  TARGET,
  trust,
  user,
  verdicts,
  type World,
} from './rule-estate.ts';

const MARK = 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3';
const QUARANTINE: Json = {
  PolicyName: 'AWSCompromisedKeyQuarantineV3',
  Arn: MARK,
  DefaultVersionId: 'v1',
  PolicyVersionList: [
    {
      VersionId: 'v1',
      IsDefaultVersion: true,
      Document: document(deny(['iam:CreateAccessKey', 'iam:PassRole', 's3:GetObject', 'sts:GetSessionToken'])),
    },
  ],
};
const marked = (attached: readonly string[], policies: readonly Json[]): World =>
  home({
    users: [user('mia', [allow('*')], { attached })],
    roles: [role('target', [trust({ AWS: HOME })])],
    policies,
  });
const known = marked([MARK], [QUARANTINE]);
const unread = marked([MARK], []);
const FILE = 'arn:aws:s3:::exports/file';

describe('quarantine policies', () => {
  verdicts('5.3', [
    ['what they deny is denied', known, [MIA, 's3:GetObject', FILE], 'deny'],
    ['session tokens too', known, [MIA, 'sts:GetSessionToken', '*'], 'deny'],
    ['what they leave is still allowed', known, [MIA, 'sts:AssumeRole', TARGET], 'allow'],
    ['secrets are left too', known, [MIA, 'secretsmanager:ListSecrets', '*'], 'allow'],
    ['one without its text may deny anything', unread, [MIA, 's3:GetObject', FILE], 'unknown'],
    ['without a mark', marked([], [QUARANTINE]), [MIA, 's3:GetObject', FILE], 'allow'],
  ]);
});
