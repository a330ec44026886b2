/** aws.md 1.6: replica keys and grants. */
import { describe } from 'vitest';
import {
  allow,
  deny,
  grant,
  HOME,
  home,
  type Json,
  MIA,
  resource,
  user,
  verdicts,
  WORKER,
  type World,
} from './rule-estate.ts';

describe('KMS', () => {
  const KEY = `arn:aws:kms:eu-west-1:${HOME}:key/mrk-1`;
  const replica = (principal: string, ...own: readonly Json[]): World =>
    home({
      users: [user('mia', own)],
      resources: [
        resource('AWS::KMS::ReplicaKey', KEY, { KeyPolicy: { Statement: [grant({ AWS: principal }, 'kms:*')] } }),
      ],
    });
  const grants = [{ GrantId: '1', KeyId: KEY, GranteePrincipal: MIA, Operations: ['Decrypt'] }];
  const granted = (...own: readonly Json[]): World =>
    home({
      users: [user('mia', own)],
      resources: [resource('AWS::KMS::Key', KEY, { KeyPolicy: { Statement: [] }, Grants: grants })],
    });
  verdicts('1.6', [
    ['a replica decides for itself', replica(WORKER, allow('*')), [MIA, 'kms:Decrypt', KEY], 'deny'],
    ['a replica that names the user', replica(MIA), [MIA, 'kms:Decrypt', KEY], 'allow'],
    ['a grant allows its operations', granted(), [MIA, 'kms:Decrypt', KEY], 'allow'],
    ['a grant allows no others', granted(), [MIA, 'kms:Encrypt', KEY], 'deny'],
    ['an explicit deny still wins', granted(deny('kms:*')), [MIA, 'kms:Decrypt', KEY], 'deny'],
  ]);
});
