import { KeyreachError } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { evaluateRequest } from './evaluate-request.ts';
import { preparePolicies } from './prepared-policies.ts';
import type { SimulatedPolicies } from './simulated-policies.ts';
import type { SimulatedRequest } from './simulated-request.ts';
import {
  A,
  ALL,
  allow,
  B,
  bare,
  deny,
  FROM_OFFICE,
  grant,
  KEY,
  NOW,
  policy,
  ROLE,
  SESSION,
  sends,
  USER,
} from './testing/policies.ts';

const verdict = (request: SimulatedRequest, policies: SimulatedPolicies) => evaluateRequest(request, policies).verdict;

describe('the result table (aws.md 1.1)', () => {
  it.each([
    ['an explicit deny that matches denies', [ALL, deny('sqs:*')], 'deny', 'explicit-deny'],
    ['a deny of something else does not', [ALL, deny('sns:*')], 'allow', 'allow'],
    ['no allow denies', [allow('sns:*')], 'deny', 'identity'],
    [
      'a deny that may match leaves it conditional',
      [ALL, deny('sqs:*', '*', FROM_OFFICE)],
      'conditional',
      'explicit-deny',
    ],
    [
      'a deny that may match does not rescue what nothing allows',
      [deny('sqs:*', '*', FROM_OFFICE)],
      'deny',
      'identity',
    ],
    ['an allow that may match is conditional', [allow('sqs:*', '*', FROM_OFFICE)], 'conditional', 'identity'],
    ['an allow that matches allows', [ALL], 'allow', 'allow'],
  ] as const)('aws.md 1.1: %s', (_, identity, expected, decidedBy) => {
    const result = evaluateRequest(sends(), bare({ identity }));
    expect([result.verdict, result.decidedBy]).toEqual([expected, decidedBy]);
  });

  it('aws.md 1.1: context decides what was open', () => {
    const policies = bare({ identity: [allow('sqs:*', '*', FROM_OFFICE)] });
    expect(verdict(sends({ context: { 'AWS:sourceip': '192.0.2.7' } }), policies)).toBe('allow');
    expect(verdict(sends({ context: { 'aws:SourceIp': '198.51.100.7' } }), policies)).toBe('deny');
    expect(verdict(sends({ context: { 'aws:SourceIp': null } }), policies)).toBe('deny');
  });

  it('aws.md 1.1: a policy that cannot be read makes unknown what it could decide, and says why', () => {
    const result = evaluateRequest(sends(), bare({ identity: [ALL, '{"Version":'] }));
    expect(result.verdict).toBe('unknown');
    expect(result.reasons).toContainEqual(
      expect.objectContaining({ effect: 'unreadable', policy: { part: 'identity', name: 'policy 2' } }),
    );
    expect(verdict(sends(), bare({ identity: [deny('sqs:*'), 'nonsense'] }))).toBe('deny');
  });

  it('aws.md 1.1: what is not given is not the same as what is known to be absent', () => {
    expect(evaluateRequest(sends(), { identity: [ALL] }).guardrails).toEqual({
      identity: 'evaluated',
      boundary: 'not given',
      session: 'not applicable',
      scps: 'not given',
      rcps: 'not given',
      resource: 'not given',
      vpcEndpoint: 'not given',
    });
    expect(evaluateRequest(sends(), bare({ identity: [] })).guardrails).toMatchObject({
      identity: 'none',
      boundary: 'none',
      scps: 'none',
      resource: 'none',
    });
  });

  it('aws.md 1.1: policies of the principal that are not given may allow, and are not taken to deny', () => {
    expect(verdict(sends(), {})).toBe('unknown');
    expect(verdict(sends(), { identity: [] })).toBe('deny');
    expect(verdict(sends(), { resource: grant({ AWS: USER }, 'sqs:SendMessage') })).toBe('allow');
  });
});

describe('what a result tells', () => {
  it('aws.md 1.1: names the statement, its policy and its Sid', () => {
    const document = policy(
      { Effect: 'Allow', Action: 'sns:*', Resource: '*' },
      { Sid: 'Send', Effect: 'Allow', Action: 'sqs:Send*', Resource: '*' },
    );
    const { reasons } = evaluateRequest(sends(), bare({ identity: [{ name: 'jobs', document }] }));
    expect(reasons).toEqual([
      {
        layer: 'identity',
        effect: 'allow',
        policy: { part: 'identity', name: 'jobs' },
        statement: 1,
        sid: 'Send',
        certainty: 'allow',
        dependsOn: [],
      },
    ]);
  });

  it('aws.md 1.2: names the level of an SCP that denies', () => {
    const { reasons, decidedBy } = evaluateRequest(
      sends(),
      bare({ identity: [ALL], scps: [[ALL], [ALL, { name: 'no-queues', document: deny('sqs:*') }], [ALL]] }),
    );
    expect(decidedBy).toBe('explicit-deny');
    expect(reasons.filter(({ effect }) => effect === 'deny').map((reason) => reason.policy)).toEqual([
      { part: 'scps', name: 'no-queues', level: 1 },
    ]);
  });

  it('aws.md 1.4: cites a session policy by its own name and place', () => {
    const { reasons } = evaluateRequest(
      sends({ principal: `arn:aws:sts::${A}:assumed-role/R/s` }),
      bare({ identity: [ALL], session: [allow('sns:*'), { name: 'only-jobs', document: allow('sqs:*') }] }),
    );
    expect(reasons.find(({ layer }) => layer === 'session-policy')).toMatchObject({
      policy: { part: 'session', name: 'only-jobs' },
      statement: 0,
    });
  });

  it('aws.md 1.12: lists the keys that would decide, as the policies write them, and none that is decided', () => {
    const policies = bare({
      identity: [
        allow('sqs:*', '*', {
          Condition: {
            Bool: { 'aws:MultiFactorAuthPresent': 'true' },
            StringEquals: { 'aws:PrincipalAccount': A, 'aws:PrincipalTag/Team': '${aws:ResourceTag/Team}' },
          },
        }),
      ],
    });
    expect(evaluateRequest(sends(), policies).missingContext).toEqual([
      'aws:MultiFactorAuthPresent',
      'aws:PrincipalTag/Team',
      'aws:ResourceTag/Team',
    ]);
    const told = sends({
      principalTags: { team: 'red' },
      resourceTags: { team: 'red' },
      context: { 'aws:MultiFactorAuthPresent': true },
    });
    const result = evaluateRequest(told, policies);
    expect([result.verdict, result.missingContext]).toEqual(['allow', []]);
    expect(verdict({ ...told, resourceTags: { team: 'blue' } }, policies)).toBe('deny');
    expect(verdict({ ...told, resourceTags: {} }, policies)).toBe('deny');
  });

  it.each([
    ['an SCP, past a grant that needs no identity policy', { scps: [[allow('sns:*')]] }, ['scp']],
    [
      'an SCP, past a boundary that such a grant goes past',
      { scps: [[allow('sns:*')]], boundary: allow('sns:*') },
      ['scp'],
    ],
    ['a deny, past both', { boundary: allow('sns:*'), scps: [[ALL, deny('sqs:*')]] }, ['explicit-deny']],
    [
      'identity and boundary, where the resource only delegates',
      { resource: grant({ AWS: A }, 'sqs:*'), boundary: allow('sns:*') },
      ['identity', 'boundary'],
    ],
  ])('aws.md 1.4: what blocks is %s', (_, given, blockedBy) => {
    const policies = bare({ identity: [], resource: grant({ AWS: USER }, 'sqs:*'), ...given });
    expect(evaluateRequest(sends(), policies)).toMatchObject({ verdict: 'deny', decidedBy: blockedBy[0], blockedBy });
  });

  it('aws.md 1.4: a grant of the resource that is conditional is what a missing identity policy leaves', () => {
    const policies = bare({ identity: [], resource: grant({ AWS: USER }, 'sqs:*', FROM_OFFICE) });
    expect(evaluateRequest(sends(), policies)).toMatchObject({
      verdict: 'conditional',
      blockedBy: ['resource-policy'],
    });
  });

  it.each([
    [
      'the grant to one session, where only that one goes past the boundary',
      [ROLE, SESSION],
      allow('sns:*'),
      'conditional',
      ['resource-policy'],
    ],
    ['the boundary, where every session needs it', [ROLE], allow('sns:*'), 'deny', ['boundary']],
    [
      'the boundary, where it lets pass as much as the grant to one session',
      [ROLE, SESSION],
      allow('sqs:*', '*', FROM_OFFICE),
      'conditional',
      ['boundary'],
    ],
  ])('aws.md 1.4: what blocks a role is %s', (_, AWS, boundary, expected, blockedBy) => {
    const policies = bare({ identity: [], resource: grant({ AWS }, 'sqs:*'), boundary });
    expect(evaluateRequest(sends({ principal: ROLE }), policies)).toMatchObject({
      verdict: expected,
      decidedBy: blockedBy[0],
      blockedBy,
    });
  });

  it('says what it took for granted', () => {
    const bucket = sends({ action: 's3:GetObject', resource: 'arn:aws:s3:::data/x' });
    expect(evaluateRequest(bucket, { identity: [ALL] }).assumptions).toEqual([
      `\`arn:aws:s3:::data/x\` names no account; it is taken to belong to that of the principal, \`${A}\``,
    ]);
    expect(evaluateRequest({ ...bucket, resourceAccount: B }, { identity: [ALL] })).toMatchObject({
      verdict: 'unknown',
      assumptions: [],
    });
    expect(
      evaluateRequest(sends({ context: { 'iam:PassedToService': 'x' } }), { identity: [ALL] }).assumptions,
    ).toEqual(['AWS does not send `iam:PassedToService` with `sqs:SendMessage`: it is read as absent']);
  });

  it('is plain data as JSON, the same as from prepared policies', () => {
    const policies = bare({ identity: [ALL], scps: [[allow('sns:*')]] });
    const plain = preparePolicies(policies).explain(sends());
    expect(JSON.parse(JSON.stringify(evaluateRequest(sends(), policies)))).toEqual(plain);
    expect(plain).toMatchObject({ verdict: 'deny', decidedBy: 'scp', blockedBy: ['scp'] });
  });
});

describe('forms of policies (aws.md 1.10)', () => {
  it.each([
    ['an object', ALL],
    ['JSON', JSON.stringify(ALL)],
    ['URL-encoded JSON', encodeURIComponent(JSON.stringify(ALL))],
    ['a name with an object', { name: 'all', document: ALL }],
    ['a name with JSON', { name: 'all', document: JSON.stringify(ALL) }],
  ])('aws.md 1.10: %s', (_, given) => {
    expect(verdict(sends(), bare({ identity: [given] }))).toBe('allow');
    expect(verdict(sends(), bare({ identity: [given], boundary: allow('sns:*') }))).toBe('deny');
  });

  it('reads the same object of policies once, and again when a part of it is another', () => {
    const identity = [allow('sns:*')];
    const policies: { identity: object[]; boundary?: object } = { identity };
    expect(verdict(sends(), policies)).toBe('deny');
    identity.push(ALL);
    expect(verdict(sends(), policies)).toBe('allow');
    policies.boundary = allow('sns:*');
    expect(verdict(sends(), policies)).toBe('deny');
  });

  it('lists what cannot be read or decided', () => {
    const { problems } = preparePolicies({
      identity: [{ name: 'broken', document: '{' }],
      scps: [[ALL], [policy({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' })]],
    });
    expect(problems.map(({ part, name, level }) => ({ part, name, level }))).toEqual([
      { part: 'identity', name: 'broken', level: undefined },
      { part: 'scps', name: 'policy 1 of level 2', level: 1 },
    ]);
    expect(preparePolicies({ identity: [ALL], resource: grant('*', 'sqs:*') }).problems).toEqual([]);
  });
});

describe('questions that cannot be asked', () => {
  it.each([
    ['bad-principal', { principal: 'ci' }],
    ['bad-principal', { principal: `arn:aws:iam::${A}:group/g` }],
    ['bad-principal', { principal: `arn:aws:iam::${A}:user/*` }],
    ['bad-principal', { principal: 'arn:aws:s3:::bucket' }],
    ['bad-principal', { principal: { service: 'lambda' } }],
    ['bad-principal', { principal: { federated: 'nobody' } }],
    ['bad-principal', { principal: { arn: `arn:aws:sts::${A}:assumed-role/R/s`, role: USER } }],
    ['bad-principal', { principal: {} as never }],
    ['bad-principal', { principal: { arn: USER, uniqueId: {} } as never }],
    ['bad-principal', { principal: 7 as never }],
    ['bad-context', { context: null as never }],
    ['bad-context', { context: ['x'] as never }],
    ['bad-context', { principalOrganization: 'o-1' as never }],
    ['bad-context', { principalOrganization: { id: 7 } as never }],
    ['bad-session', { session: {} as never }],
    ['bad-action', { action: 'SendMessage' }],
    ['bad-action', { action: 'sqs:*' }],
    ['bad-resource', { resource: 'jobs' }],
    ['bad-resource', { resourceAccount: 'mine' }],
    ['bad-resource', { resourceAccount: B }],
    ['bad-context', { context: { 'aws:SourceIp': { not: 'a value' } as never } }],
    ['bad-context', { context: { 'aws:MultiFactorAuthAge': Number.NaN } }],
    ['bad-time', { now: undefined }],
    ['bad-time', { now: 'tomorrow' }],
    ['bad-time', { now: Number.NaN }],
    ['bad-time', { now: new Date('nonsense') }],
    ['bad-session', { session: 'seance' }],
    ['bad-session', { principal: { service: 'lambda.amazonaws.com' }, session: 'access-key' }],
  ] as const)('%s: %j', (code, given) => {
    const ask = () => evaluateRequest(sends(given as Partial<SimulatedRequest>), { identity: [ALL] });
    expect(ask).toThrow(KeyreachError);
    expect(ask).toThrow(expect.objectContaining({ code }));
  });

  it('bad-request: something that is no request', () => {
    expect(() => evaluateRequest(null as never, {})).toThrow(expect.objectContaining({ code: 'bad-request' }));
  });

  it('keeps principals apart whatever their texts are made of', () => {
    const prepared = preparePolicies({ identity: [ALL] });
    expect(prepared.evaluate(sends({ session: 'access-key' }))).toBe('allow');
    for (const principal of [`${USER}\naccess-key`, `${USER.length}:${USER}10:access-key`]) {
      expect(() => prepared.explain(sends({ principal })).verdict).toThrow(KeyreachError);
    }
  });

  it.each([
    ['a list', []],
    ['an unknown part', { trust: ALL }],
    ['SCPs without levels', { scps: [ALL] }],
    ['one policy for a list', { identity: ALL }],
    ['a number for a policy', { identity: [7] }],
    ['a name without a text', { identity: [{ name: 'x', document: 7 }] }],
  ])('bad-policies: %s', (_, policies) => {
    expect(() => evaluateRequest(sends(), policies as SimulatedPolicies)).toThrow(
      expect.objectContaining({ code: 'bad-policies' }),
    );
  });

  it('takes the time from the context where it is told there', () => {
    const policies = bare({
      identity: [allow('sqs:*', '*', { Condition: { DateLessThan: { 'aws:CurrentTime': '2026-06-01T00:00:00Z' } } })],
    });
    expect(verdict(sends({ now: NOW }), policies)).toBe('allow');
    expect(verdict(sends({ now: new Date('2026-07-01T00:00:00Z') }), policies)).toBe('deny');
    expect(verdict(sends({ now: '2026-07-01T00:00:00Z' }), policies)).toBe('deny');
    const told = { now: undefined, context: { 'aws:CurrentTime': '2026-07-01T00:00:00Z' } };
    expect(verdict(sends(told), policies)).toBe('deny');
    expect(verdict(sends({ now: undefined, context: { 'aws:EpochTime': 1_767_225_600 } }), policies)).toBe('allow');
  });

  it('hostile texts in the question come back quoted and cut', () => {
    const ask = () => evaluateRequest(sends({ resource: `x\u001b[31m${'y'.repeat(5000)}` }), {});
    expect(ask).toThrow(/^`x\\u\{1b\}\[31my+…` is not a resource/);
    const long = `arn:aws:iam::${A}:user/${'*'.repeat(50_000)}`;
    expect(() => evaluateRequest(sends({ principal: long }), {})).toThrow(KeyreachError);
    expect(
      verdict(sends({ resource: KEY, action: 'kms:Decrypt' }), bare({ identity: [allow('*', '*?'.repeat(2000))] })),
    ).toBe('deny');
  });
});
