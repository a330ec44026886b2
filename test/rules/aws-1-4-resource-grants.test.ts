/**
 * aws.md 1.4: what a grant on a resource of the same account carries past, by the form of its principal: identity
 * policy, boundary, explicit deny. Session policies and sessions of users are tested with the sessions.
 */
import { describe, expect, test } from 'vitest';
import {
  type Account,
  allow,
  ask,
  BEN,
  bucket,
  deny,
  grant,
  group,
  HOME,
  home,
  iam,
  type Json,
  MIA,
  OTHER,
  objectIn,
  PUBLIC,
  policy,
  ROOT,
  refuse,
  role,
  trust,
  user,
  verdicts,
  WORKER,
  type World,
} from './rule-estate.ts';

const GET = 's3:GetObject';
const FILE = objectIn('exports');
const CAP = iam('policy/cap');

interface Case {
  readonly grants: readonly Json[];
  /** What the caller's own policies say. */
  readonly own?: readonly Json[];
  readonly boundary?: readonly Json[];
}

function estate({ grants, own = [], boundary }: Case): World {
  const holds = boundary === undefined ? {} : { boundary: CAP };
  const account: Account = {
    users: [user('mia', own, holds), user('ben')],
    roles: [role('worker', [trust({ AWS: HOME })], own, holds)],
    policies: boundary === undefined ? [] : [policy('cap', boundary)],
    resources: bucket('exports', ...grants),
  };
  return home(account);
}

/** Principals of a grant, who it names, and what that caller still needs (table of 1.4). */
const FORMS: readonly {
  readonly form: string;
  readonly principal: unknown;
  readonly caller: string;
  readonly needsIdentityPolicy: boolean;
  readonly boundaryBlocks: boolean;
}[] = [
  { form: 'user ARN', principal: { AWS: MIA }, caller: MIA, needsIdentityPolicy: false, boundaryBlocks: false },
  {
    form: 'user id',
    principal: { AWS: 'AIDAMIAXXXXXXXXXXXXXX' },
    caller: MIA,
    needsIdentityPolicy: false,
    boundaryBlocks: false,
  },
  { form: 'role ARN', principal: { AWS: WORKER }, caller: WORKER, needsIdentityPolicy: false, boundaryBlocks: true },
  {
    form: 'role id',
    principal: { AWS: 'AROAWORKERXXXXXXXXXXX' },
    caller: WORKER,
    needsIdentityPolicy: false,
    boundaryBlocks: true,
  },
  { form: '*, a user', principal: '*', caller: MIA, needsIdentityPolicy: false, boundaryBlocks: false },
  { form: '*, a role', principal: '*', caller: WORKER, needsIdentityPolicy: false, boundaryBlocks: false },
  {
    form: 'AWS: *, a role',
    principal: { AWS: '*' },
    caller: WORKER,
    needsIdentityPolicy: false,
    boundaryBlocks: false,
  },
  { form: 'account id', principal: { AWS: HOME }, caller: MIA, needsIdentityPolicy: true, boundaryBlocks: true },
  { form: 'account root', principal: { AWS: ROOT }, caller: WORKER, needsIdentityPolicy: true, boundaryBlocks: true },
];

describe.each(FORMS)('$form', ({ principal, caller, needsIdentityPolicy, boundaryBlocks }) => {
  const grants = [grant(principal, GET)];
  const verdict = (one: Omit<Case, 'grants'>, more: readonly Json[] = []): string =>
    ask(estate({ grants: [...grants, ...more], ...one })).can(caller, GET, FILE);

  test('aws.md 1.4: without an identity policy', () => {
    expect(verdict({})).toBe(needsIdentityPolicy ? 'deny' : 'allow');
  });
  test('aws.md 1.4: with one', () => {
    expect(verdict({ own: [allow(GET)] })).toBe('allow');
  });
  test('aws.md 1.4: a boundary that does not allow it', () => {
    expect(verdict({ own: [allow(GET)], boundary: [allow('sqs:*')] })).toBe(
      // A bucket needs no delegation in its own account: without the grant the boundary would block.
      boundaryBlocks ? 'deny' : 'allow',
    );
  });
  test('aws.md 1.4: a boundary that allows it', () => {
    expect(verdict({ own: [allow(GET)], boundary: [allow('s3:*')] })).toBe('allow');
  });
  test('aws.md 1.4: an explicit deny of the boundary', () => {
    expect(verdict({ own: [allow(GET)], boundary: [allow('*'), deny(GET)] })).toBe('deny');
  });
  test('aws.md 1.4: an explicit deny of the identity policy', () => {
    expect(verdict({ own: [deny(GET)] })).toBe('deny');
  });
  test('aws.md 1.4: an explicit deny of the resource, by account', () => {
    expect(verdict({ own: [allow(GET)] }, [refuse({ AWS: ROOT }, GET)])).toBe('deny');
  });
  test('aws.md 1.4: the caller next to it', () => {
    const next = caller === MIA ? BEN : MIA;
    const everyone = principal === '*' || JSON.stringify(principal) === '{"AWS":"*"}';
    expect(ask(estate({ grants })).can(next, GET, FILE)).toBe(everyone ? 'allow' : 'deny');
  });
});

describe('ARNs that are no principals', () => {
  const named = (AWS: string): World =>
    home({ users: [user('mia')], groups: [group('team', [])], resources: bucket('exports', grant({ AWS }, GET)) });
  verdicts('1.4 principals', [
    ['groups', named(iam('group/team')), [MIA, GET, FILE], 'deny'],
    ['instance profiles', named(iam('instance-profile/x')), [MIA, GET, FILE], 'deny'],
    ['a user is one', named(MIA), [MIA, GET, FILE], 'allow'],
  ]);
});

describe('who a principal matches', () => {
  const to = (principal: unknown, own: readonly Json[] = []): World => estate({ grants: [grant(principal, GET)], own });
  verdicts('1.4 matching', [
    ['everyone: anonymous', to('*'), [PUBLIC, GET, FILE], 'allow'],
    [
      'everyone, narrowed to a principal by a condition: that one',
      estate({ grants: [grant('*', GET, '*', { ArnEquals: { 'aws:PrincipalArn': WORKER } })] }),
      [WORKER, GET, FILE],
      'allow',
    ],
    [
      'that one, whatever its boundary',
      estate({
        grants: [grant('*', GET, '*', { ArnEquals: { 'aws:PrincipalArn': WORKER } })],
        boundary: [allow('sqs:*')],
      }),
      [WORKER, GET, FILE],
      'allow',
    ],
    [
      'not another',
      estate({ grants: [grant('*', GET, '*', { ArnEquals: { 'aws:PrincipalArn': WORKER } })] }),
      [MIA, GET, FILE],
      'deny',
    ],
    [
      'not anonymous callers',
      estate({ grants: [grant('*', GET, '*', { ArnEquals: { 'aws:PrincipalArn': WORKER } })] }),
      [PUBLIC, GET, FILE],
      'deny',
    ],
    ['names of users are case-sensitive', to({ AWS: iam('user/Mia') }), [MIA, GET, FILE], 'deny'],
    ['an ARN is matched whole: no wildcards', to({ AWS: iam('user/*') }), [MIA, GET, FILE], 'deny'],
    [
      'one session of a role: which one only the request tells',
      to({ AWS: `arn:aws:sts::${HOME}:assumed-role/worker/ci` }),
      [WORKER, GET, FILE],
      'conditional',
    ],
    [
      'one session of another role',
      to({ AWS: `arn:aws:sts::${HOME}:assumed-role/other/ci` }),
      [WORKER, GET, FILE],
      'deny',
    ],
    [
      'one session, whatever the boundary',
      estate({
        grants: [grant({ AWS: `arn:aws:sts::${HOME}:assumed-role/worker/ci` }, GET)],
        boundary: [allow('sqs:*')],
      }),
      [WORKER, GET, FILE],
      'conditional',
    ],
    ['a unique id that is gone matches nothing', to({ AWS: 'AIDAGONEXXXXXXXXXXXXX' }), [MIA, GET, FILE], 'deny'],
    ['nor does the id of another kind', to({ AWS: 'AROAMIAXXXXXXXXXXXXXX' }), [MIA, GET, FILE], 'deny'],
    ['a service is no user', to({ Service: 'logs.amazonaws.com' }), [MIA, GET, FILE], 'deny'],
    ['a federated principal is no user', to({ Federated: 'accounts.google.com' }), [MIA, GET, FILE], 'deny'],
    ['another account', to({ AWS: OTHER }), [MIA, GET, FILE], 'deny'],
    ['the root user by its account', to({ AWS: ROOT }), [ROOT, GET, FILE], 'allow'],
    [
      'a deny on a role ARN matches every session of it',
      estate({ grants: [refuse({ AWS: WORKER }, GET)], own: [allow(GET)] }),
      [WORKER, GET, FILE],
      'deny',
    ],
    [
      'and nobody else',
      estate({ grants: [refuse({ AWS: WORKER }, GET)], own: [allow(GET)] }),
      [MIA, GET, FILE],
      'allow',
    ],
    [
      'a deny on one session leaves the others',
      estate({ grants: [refuse({ AWS: `arn:aws:sts::${HOME}:assumed-role/worker/ci` }, GET)], own: [allow(GET)] }),
      [WORKER, GET, FILE],
      'conditional',
    ],
    [
      'a deny on a unique id that is gone stops nobody',
      estate({ grants: [refuse({ AWS: 'AIDAGONEXXXXXXXXXXXXX' }, GET)], own: [allow(GET)] }),
      [MIA, GET, FILE],
      'allow',
    ],
  ]);

  const reader = (path: string): World =>
    home({
      roles: [role('reader', [trust({ AWS: HOME })], [], { path: '/team/' })],
      resources: bucket('exports', grant({ AWS: iam(`role${path}reader`) }, GET)),
    });
  verdicts('1.4 matching', [
    ['the ARN of a role includes its path', reader('/team/'), [iam('role/team/reader'), GET, FILE], 'allow'],
    ['without the path it is another role', reader('/'), [iam('role/team/reader'), GET, FILE], 'deny'],
    [
      'the ARN of a session does not',
      home({
        roles: [role('reader', [trust({ AWS: HOME })], [], { path: '/team/' })],
        resources: bucket('exports', grant({ AWS: `arn:aws:sts::${HOME}:assumed-role/reader/x` }, GET)),
      }),
      [iam('role/team/reader'), GET, FILE],
      'conditional',
    ],
  ]);

  test('aws.md 1.4: an ARN in a condition is not converted: the name decides, also when it is new', () => {
    const byName = { ArnEquals: { 'aws:PrincipalArn': BEN } };
    const asked = ask(estate({ grants: [grant({ AWS: HOME }, GET, '*', byName)] }));
    expect(asked.can(BEN, GET, FILE)).toBe('deny');
    expect(ask(estate({ grants: [grant('*', GET, '*', byName)] })).can(BEN, GET, FILE)).toBe('allow');
  });
});

describe('canonical users', () => {
  const shared = (...own: readonly Json[]): World =>
    home({
      users: [user('mia', own)],
      resources: [...bucket('exports', grant({ CanonicalUser: 'c0ffee' }, GET)), ...bucket('open', grant('*', GET))],
    });
  verdicts('1.4 canonical user', [
    [
      'like an account it only delegates: nothing of its own allows',
      shared(allow('s3:ListBucket')),
      [MIA, GET, FILE],
      'deny',
    ],
    [
      'and what is allowed in the account of the bucket needs no delegation',
      shared(allow(GET)),
      [MIA, GET, FILE],
      'allow',
    ],
    ['it is never an anonymous caller', shared(), [PUBLIC, GET, FILE], 'deny'],
    ['nor a service', shared(), ['logs.amazonaws.com', GET, FILE], 'deny'],
  ]);
});

describe('principals that match nobody here', () => {
  const named = (AWS: string): World =>
    home({
      users: [user('mia')],
      groups: [group('team', [])],
      resources: [...bucket('exports', grant({ AWS }, GET)), ...bucket('open', grant('*', GET))],
    });
  const session = `arn:aws:sts::${HOME}:federated-user/x`;
  verdicts('1.4 principals', [
    ['a federated session is no anonymous caller', named(session), [PUBLIC, GET, FILE], 'deny'],
    ['a federated session is no service', named(session), ['logs.amazonaws.com', GET, FILE], 'deny'],
    ['a federated session is no user', named(session), [MIA, GET, FILE], 'deny'],
  ]);
});

describe('sessions of GetFederationToken outside the input', () => {
  test('aws.md 1.4: one of an account that is not in the input is an identity of its own', () => {
    const session = `arn:aws:sts::${OTHER}:federated-user/x`;
    const asked = ask(home({ users: [user('mia')], resources: bucket('exports', grant({ AWS: session }, GET)) }));
    expect(asked.can(session, GET, FILE)).toBe('allow');
    expect(asked.can(MIA, GET, FILE)).toBe('deny');
  });
});
