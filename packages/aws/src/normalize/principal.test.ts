import { describe, expect, it } from 'vitest';
import { Invalid } from './invalid.ts';
import { compilePrincipals } from './principal.ts';
import { NO_DIRECTORY, type PrincipalDirectory } from './principal-directory.ts';

const OWN = '444455556666';
const FOREIGN = '999900001111';
const arn = (resource: string, account = OWN) => `arn:aws:iam::${account}:${resource}`;

/** Knows all users and roles of one account: user `ci` and the role `deploy` below a path. */
const DIRECTORY: PrincipalDirectory = {
  partition: 'aws',
  withUniqueId: (id) => ({ AIDACIXXXXXXXXXXXXXX: arn('user/ci'), AROADEPLOYXXXXXXXXXX: arn('role/ops/deploy') })[id],
  withoutUniqueId: (kind) => (kind === 'role' ? [arn('role/unmarked')] : []),
  role: (account, name) => (account === OWN && name === 'deploy' ? arn('role/ops/deploy') : undefined),
  has: (id) => id === arn('user/ci') || id === arn('role/ops/deploy'),
  hasAccount: (account) => account === OWN,
  listsAll: (account) => account === OWN,
  providerKnownMissing: (id) => id.includes('missing'),
  servesGuests: () => undefined,
};

function compile(principal: unknown, directory = DIRECTORY) {
  const compiled = compilePrincipals(principal, {}, directory);
  if (compiled instanceof Invalid) throw new Error(compiled.reason);
  return compiled;
}

describe('principals of the input (aws.md 1.4)', () => {
  it('takes a unique id that nobody is known to have for that of somebody whose id is not told', () => {
    const nobody = (text: string) => ({ match: 'unresolved', text, dangling: true });
    expect(compile({ AWS: 'AROAGONEXXXXXXXXXXXX' }).matchers).toEqual([
      nobody('AROAGONEXXXXXXXXXXXX'),
      { match: 'node', id: arn('role/unmarked'), strength: 'sufficient', certainty: 'unknown' },
    ]);
    expect(compile({ AWS: 'AIDAGONEXXXXXXXXXXXX' }).matchers).toEqual([nobody('AIDAGONEXXXXXXXXXXXX')]);
  });

  it.each([
    ['user ARN', { AWS: arn('user/ci') }, { match: 'node', id: arn('user/ci'), strength: 'bypasses-guards' }],
    [
      'role ARN',
      { AWS: arn('role/ops/deploy') },
      { match: 'node', id: arn('role/ops/deploy'), strength: 'sufficient' },
    ],
    [
      'unique id of a user',
      { AWS: 'AIDACIXXXXXXXXXXXXXX' },
      { match: 'node', id: arn('user/ci'), strength: 'bypasses-guards' },
    ],
    [
      'unique id of a role',
      { AWS: 'AROADEPLOYXXXXXXXXXX' },
      { match: 'node', id: arn('role/ops/deploy'), strength: 'sufficient' },
    ],
    [
      'session of a role',
      { AWS: `arn:aws:sts::${OWN}:assumed-role/deploy/me` },
      { match: 'node', id: arn('role/ops/deploy'), strength: 'bypasses-guards', certainty: 'conditional' },
    ],
    [
      'account root',
      { AWS: arn('root') },
      { match: 'scope', id: `arn:aws:account::${OWN}:account`, strength: 'delegates' },
    ],
    ['account id', { AWS: OWN }, { match: 'scope', id: `arn:aws:account::${OWN}:account`, strength: 'delegates' }],
    [
      'service',
      { Service: 'Lambda.amazonaws.com' },
      { match: 'service', name: 'lambda.amazonaws.com', strength: 'sufficient' },
    ],
    [
      'deleted user, by unique id',
      { AWS: 'AIDAGONEXXXXXXXXXXXX' },
      { match: 'unresolved', text: 'AIDAGONEXXXXXXXXXXXX', dangling: true },
    ],
    [
      'user that does not exist',
      { AWS: arn('user/gone') },
      { match: 'unresolved', text: arn('user/gone'), dangling: true },
    ],
    [
      'role at another path',
      { AWS: arn('role/deploy') },
      { match: 'unresolved', text: arn('role/deploy'), dangling: true },
    ],
    [
      'session of a role that does not exist',
      { AWS: `arn:aws:sts::${OWN}:assumed-role/gone/me` },
      { match: 'unresolved', text: `arn:aws:sts::${OWN}:assumed-role/gone/me`, dangling: true },
    ],
    [
      'session of GetFederationToken',
      { AWS: `arn:aws:sts::${OWN}:federated-user/bob` },
      {
        match: 'unresolved',
        text: `arn:aws:sts::${OWN}:federated-user/bob`,
        dangling: false,
        strength: 'bypasses-guards',
        scope: `arn:aws:account::${OWN}:account`,
        type: 'federated-user',
      },
    ],
    [
      'instance profile',
      { AWS: arn('instance-profile/a') },
      { match: 'unresolved', text: arn('instance-profile/a'), dangling: true },
    ],
    [
      'canonical user',
      { CanonicalUser: 'abc' },
      { match: 'unresolved', text: 'abc', dangling: false, strength: 'delegates', zoned: true },
    ],
    ['wildcard inside an ARN', { AWS: arn('role/*') }, { match: 'unresolved', text: arn('role/*'), dangling: true }],
    [
      'group, never a principal',
      { AWS: arn('group/g') },
      { match: 'unresolved', text: arn('group/g'), dangling: true },
    ],
    ['other text', { AWS: 'somebody' }, { match: 'unresolved', text: 'somebody', dangling: false }],
  ])('%s', (_, principal, matcher) => {
    expect(compile(principal)).toEqual({ matchers: [matcher], externals: [] });
  });

  it('takes anyone in each spelling', () => {
    for (const principal of ['*', { AWS: '*' }, { AWS: ['*'] }]) {
      expect(compile(principal)).toEqual({
        matchers: [{ match: 'anyone', strength: 'bypasses-guards' }],
        externals: [{ id: 'public:aws', type: 'public', name: 'anyone' }],
      });
    }
  });

  it('takes several of several kinds', () => {
    const { matchers } = compile({
      AWS: [OWN, arn('user/ci')],
      Service: ['ec2.amazonaws.com', 'lambda.amazonaws.com'],
    });
    expect(matchers.map(({ match }) => match)).toEqual(['scope', 'node', 'service', 'service']);
    expect(compile({ AWS: [] }).matchers).toEqual([]);
  });
});

describe('principals outside the input', () => {
  it('an account stands for everybody in it', () => {
    for (const text of [FOREIGN, arn('root', FOREIGN)]) {
      expect(compile({ AWS: text })).toEqual({
        matchers: [{ match: 'scope', id: `arn:aws:account::${FOREIGN}:account`, strength: 'delegates' }],
        externals: [
          { id: arn('root', FOREIGN), type: 'external-account', name: FOREIGN, accountId: FOREIGN, partition: 'aws' },
        ],
      });
    }
  });

  it('users and roles are known by their ARN', () => {
    expect(compile({ AWS: arn('user/a/b', FOREIGN) })).toEqual({
      matchers: [{ match: 'node', id: arn('user/a/b', FOREIGN), strength: 'bypasses-guards' }],
      externals: [{ id: arn('user/a/b', FOREIGN), type: 'user', name: 'b', accountId: FOREIGN, partition: 'aws' }],
    });
    expect(compile({ AWS: arn('role/r', FOREIGN) })).toEqual({
      matchers: [{ match: 'node', id: arn('role/r', FOREIGN), strength: 'sufficient' }],
      externals: [{ id: arn('role/r', FOREIGN), type: 'role', name: 'r', accountId: FOREIGN, partition: 'aws' }],
    });
  });

  it('a session is an identity of its own: the path of its role is unknown', () => {
    const id = `arn:aws:sts::${FOREIGN}:assumed-role/deploy/me`;
    expect(compile({ AWS: id })).toEqual({
      matchers: [{ match: 'node', id, strength: 'bypasses-guards' }],
      externals: [{ id, type: 'role-session', name: 'deploy/me', accountId: FOREIGN, partition: 'aws' }],
    });
  });

  it('an identity of an AWS service has no account', () => {
    const id = 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1';
    expect(compile({ AWS: id })).toEqual({
      matchers: [{ match: 'node', id, strength: 'bypasses-guards' }],
      externals: [{ id, type: 'service-identity', name: 'CloudFront Origin Access Identity E1' }],
    });
  });

  it('an entity of an account whose list is not complete may exist', () => {
    const partial: PrincipalDirectory = { ...DIRECTORY, listsAll: () => false };
    expect(compile({ AWS: arn('user/gone') }, partial).matchers).toEqual([
      { match: 'node', id: arn('user/gone'), strength: 'bypasses-guards' },
    ]);
  });

  it('a bare account id is of the partition of the policy', () => {
    const china: PrincipalDirectory = { ...NO_DIRECTORY, partition: 'aws-cn' };
    expect(compile({ AWS: FOREIGN }, china).externals[0]?.id).toBe(`arn:aws-cn:iam::${FOREIGN}:root`);
  });
});
