import { describe, expect, it } from 'vitest';
import { type CompiledPolicy, compilePolicyDocument, PolicyCompiler } from './policy-document.ts';
import type { PolicyKind } from './policy-statement.ts';
import { NO_DIRECTORY } from './principal-directory.ts';

const compile = (raw: unknown, kind: PolicyKind = 'identity'): CompiledPolicy =>
  compilePolicyDocument(raw, kind, NO_DIRECTORY);

function statements(raw: unknown, kind?: PolicyKind) {
  const compiled = compile(raw, kind);
  if ('unreadable' in compiled) throw new Error(compiled.unreadable);
  return compiled.statements;
}

function reason(raw: unknown, kind?: PolicyKind): string {
  const compiled = compile(raw, kind);
  return 'unreadable' in compiled ? compiled.unreadable : 'readable';
}

const V = { Version: '2012-10-17' };
const READ = {
  ...V,
  Statement: [{ Sid: 'Read', Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::b/*'] }],
};
const COMPILED_READ = {
  effect: 'allow',
  actions: { include: ['s3:GetObject'], exclude: [] },
  resources: { include: ['arn:aws:s3:::b/*'], exclude: [] },
  sid: 'Read',
  index: 0,
};

describe('document forms (aws.md 1.10)', () => {
  it.each([
    ['an object', READ],
    ['a JSON string', JSON.stringify(READ)],
    ['a JSON string with white space', `\n ${JSON.stringify(READ, null, 2)}`],
    ['an encoded string', encodeURIComponent(JSON.stringify(READ))],
    ['an encoded string with white space', encodeURIComponent(`\n${JSON.stringify(READ, null, 2)}`)],
    [
      'scalars',
      { ...V, Statement: { Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' } },
    ],
    ['unknown elements', { ...READ, Id: 'x', Statement: [{ ...READ.Statement[0], Comment: 'x' }] }],
    ['repeated patterns', { ...V, Statement: [{ ...READ.Statement[0], Action: ['s3:GetObject', 's3:GetObject'] }] }],
  ])('reads %s', (_, raw) => {
    expect(statements(raw)).toEqual([COMPILED_READ]);
  });

  it('decodes percent signs once', () => {
    const raw = { ...V, Statement: { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::b/100%25 ü+' } };
    expect(statements(encodeURIComponent(JSON.stringify(raw)))[0]?.resources?.include).toEqual([
      'arn:aws:s3:::b/100%25 ü+',
    ]);
    expect(statements(JSON.stringify(raw))[0]?.resources?.include).toEqual(['arn:aws:s3:::b/100%25 ü+']);
  });

  it('reads complements as everything without', () => {
    expect(statements({ ...V, Statement: { Effect: 'Deny', NotAction: 'iam:*', NotResource: ['a', 'b'] } })).toEqual([
      {
        effect: 'deny',
        actions: { include: ['*'], exclude: ['iam:*'] },
        resources: { include: ['*'], exclude: ['a', 'b'] },
        index: 0,
      },
    ]);
  });

  it('writes `*:*` as `*`', () => {
    expect(
      statements({ ...V, Statement: { Effect: 'Allow', Action: '*:*', Resource: '*' } })[0]?.actions.include,
    ).toEqual(['*']);
  });

  it('keeps conditions with their version, values as lists of text', () => {
    const Condition = {
      StringEquals: { 'aws:PrincipalTag/team': ['a', 'b'], 'aws:username': 'c' },
      Bool: { 'aws:SecureTransport': false },
      NumericLessThan: { 's3:max-keys': 10 },
      StringLike: {},
    };
    const [statement] = statements({ ...V, Statement: { Effect: 'Allow', Action: '*', Resource: '*', Condition } });
    expect(statement?.condition).toEqual({
      language: 'aws',
      body: {
        version: '2012-10-17',
        block: {
          StringEquals: { 'aws:PrincipalTag/team': ['a', 'b'], 'aws:username': ['c'] },
          Bool: { 'aws:SecureTransport': ['false'] },
          NumericLessThan: { 's3:max-keys': ['10'] },
        },
      },
    });
  });

  it('takes an empty condition block for none', () => {
    const Statement = { Effect: 'Allow', Action: '*', Resource: '*', Condition: {} };
    expect(statements({ ...V, Statement })[0]).not.toHaveProperty('condition');
  });

  it('reads variables as text in documents of the first version', () => {
    const Statement = {
      Effect: 'Allow',
      Action: '*',
      Resource: `arn:aws:s3:::\${aws:username}/*`,
      Condition: { Null: { 'aws:x': 'true' } },
    };
    for (const Version of [undefined, '2008-10-17']) {
      const [statement] = statements({ ...(Version === undefined ? {} : { Version }), Statement });
      expect(statement?.resources?.include).toEqual([`arn:aws:s3:::\${$}{aws:username}/*`]);
      expect(statement?.condition?.body).toMatchObject({ version: '2008-10-17' });
    }
    expect(statements({ ...V, Statement })[0]?.resources?.include).toEqual([`arn:aws:s3:::\${aws:username}/*`]);
  });

  it('takes no statements for a policy that says nothing', () => {
    expect(statements({ ...V, Statement: [] })).toEqual([]);
  });
});

describe('elements by kind of policy', () => {
  const principal = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' };
  const plain = { Effect: 'Allow', Action: 's3:*', Resource: '*' };

  it('identity, boundary and service control policies have resources and no principals', () => {
    for (const kind of ['identity', 'boundary', 'scp'] as const) {
      expect(statements({ ...V, Statement: plain }, kind)[0]).not.toHaveProperty('principals');
      expect(reason({ ...V, Statement: { ...plain, Principal: '*' } }, kind)).toBe(
        'statement 1: `Principal` is not allowed in a policy of this kind',
      );
      expect(reason({ ...V, Statement: { Effect: 'Allow', Action: '*' } }, kind)).toBe(
        'statement 1: `Resource` or `NotResource` is missing',
      );
    }
  });

  it('trust policies have principals and no resources', () => {
    const [statement] = statements({ ...V, Statement: principal }, 'trust');
    expect(statement).toMatchObject({
      principals: { include: [{ match: 'anyone', strength: 'bypasses-guards' }], exclude: [] },
    });
    expect(statement).not.toHaveProperty('resources');
    expect(reason({ ...V, Statement: { ...principal, Resource: '*' } }, 'trust')).toBe(
      'statement 1: `Resource` is not allowed in a policy of this kind',
    );
    expect(reason({ ...V, Statement: { Effect: 'Allow', Action: '*' } }, 'trust')).toBe(
      'statement 1: `Principal` is missing',
    );
  });

  it('resource policies have principals, and resources where they differ from what they stand on', () => {
    expect(statements({ ...V, Statement: principal }, 'resource')[0]).not.toHaveProperty('resources');
    expect(statements({ ...V, Statement: { ...principal, Resource: 'x' } }, 'resource')[0]).toHaveProperty('resources');
  });

  it('`NotPrincipal` names everybody else: a Deny by every capacity of the caller, an Allow is not decided', () => {
    const raw = (Effect: string) => ({
      ...V,
      Statement: { Effect, NotPrincipal: { AWS: 'arn:aws:iam::111122223333:user/a' }, Action: '*' },
    });
    for (const kind of ['resource', 'trust'] as const) {
      const principals = {
        include: [{ match: 'anyone', strength: 'bypasses-guards' }],
        exclude: [{ match: 'node', id: 'arn:aws:iam::111122223333:user/a', strength: 'bypasses-guards' }],
      };
      const denied = compile(raw('Deny'), kind);
      expect(denied).toMatchObject({
        statements: [{ principals: { ...principals, excludes: 'all-identities' } }],
        problems: [],
      });
      expect(compile(raw('Allow'), kind)).toMatchObject({
        statements: [{ principals, undecidable: expect.stringContaining('NotPrincipal') }],
        problems: [expect.stringContaining('statement 1: ')],
      });
    }
  });

  it('resource control policies speak to everybody, and their denies only to services that support them', () => {
    const deny = (Action: unknown, more = {}) =>
      statements({ ...V, Statement: { Effect: 'Deny', Principal: '*', Action, Resource: '*', ...more } }, 'rcp')[0];
    const all = deny('*');
    expect(all).not.toHaveProperty('principals');
    expect(all?.actions.include).toContain('s3:*');
    expect(all?.actions.include).toContain('sts:*');
    expect(all?.actions.include).not.toContain('iam:*');
    expect(all?.actions.exclude).toEqual(['kms:RetireGrant']);
    expect(deny(['S3:GetObject', 'iam:PassRole', 'kms:*'])?.actions.include).toEqual(['S3:GetObject', 'kms:*']);
    expect(
      statements(
        { ...V, Statement: { Effect: 'Allow', Principal: { AWS: '*' }, Action: '*', Resource: '*' } },
        'rcp',
      )[0]?.actions,
    ).toEqual({
      include: ['*'],
      exclude: [],
    });
    expect(
      reason(
        { ...V, Statement: { Effect: 'Deny', Principal: { AWS: '111122223333' }, Action: '*', Resource: '*' } },
        'rcp',
      ),
    ).toBe('statement 1: `Principal` must be `*` in a resource control policy');
  });
});

describe('what AWS would not have stored is unreadable, with the place', () => {
  const statement = { Sid: 'Two', Effect: 'Allow', Action: '*', Resource: '*' };
  const at2 = (change: Readonly<Record<string, unknown>>) => ({
    ...V,
    Statement: [statement, { ...statement, ...change }],
  });

  it.each([
    [at2({ Effect: undefined }), 'statement 2 (`Two`): `Effect` must be `Allow` or `Deny`'],
    [at2({ Effect: 'allow' }), 'statement 2 (`Two`): `Effect` must be `Allow` or `Deny`'],
    [at2({ NotAction: 'x' }), 'statement 2 (`Two`): both `Action` and `NotAction` are given'],
    [at2({ NotResource: 'x' }), 'statement 2 (`Two`): both `Resource` and `NotResource` are given'],
    [at2({ Action: undefined }), 'statement 2 (`Two`): `Action` or `NotAction` is missing'],
    [at2({ Action: 7 }), 'statement 2 (`Two`): `Action` must be a string or a list of strings, not empty'],
    [at2({ Action: ['s3:*', null] }), 'statement 2 (`Two`): `Action` must be a string or a list of strings, not empty'],
    [at2({ Resource: [] }), 'statement 2 (`Two`): `Resource` must be a string or a list of strings, not empty'],
    [at2({ Resource: {} }), 'statement 2 (`Two`): `Resource` must be a string or a list of strings, not empty'],
    [at2({ Condition: [] }), 'statement 2 (`Two`): `Condition` must be an object'],
    [at2({ Condition: { StringEquals: 'x' } }), 'statement 2 (`Two`): an operator of `Condition` must be an object'],
    [
      at2({ Condition: { StringEquals: { 'aws:x': { y: 1 } } } }),
      'statement 2 (`Two`): the values of a condition key must be strings, numbers or booleans',
    ],
    [at2({ Sid: 7 }), 'statement 2: `Sid` must be a string'],
    [at2({ Sid: '`\u001b[31m', Effect: 1 }), 'statement 2: `Effect` must be `Allow` or `Deny`'],
    [{ ...V, Statement: ['x'] }, 'statement 1: a statement must be an object'],
    [{ ...V }, 'the policy has no `Statement`'],
    [{ Version: '2025-01-01', Statement: [] }, '`Version` must be `2012-10-17` or `2008-10-17`'],
    ['{"Version":', 'the policy is not JSON: policy: line 1 column 12: unexpected end of file, expected a value'],
    ['%7B%ZZ', 'the policy is not valid URL-encoded text (RFC 3986)'],
    ['%5B%5D', 'the policy is not a JSON object'],
    ['', 'the policy is not JSON: policy: line 1 column 1: unexpected end of file, expected a value'],
    [[], 'the policy is neither an object nor a string'],
    [7, 'the policy is neither an object nor a string'],
    [undefined, 'the input does not hold the policy text'],
    [null, 'the input does not hold the policy text'],
  ])('%j', (raw, expected) => {
    expect(reason(raw)).toBe(expected);
  });

  it.each([
    ['arn:aws:iam::111122223333:root', 'statement 1: a principal must be `*` or an object'],
    [{ AWS: 7 }, 'statement 1: a principal must be a string'],
    [{ Robot: 'x' }, 'statement 1: a principal must be of the kind `AWS`, `Service`, `Federated` or `CanonicalUser`'],
  ])('principal %j', (Principal, expected) => {
    expect(reason({ ...V, Statement: { Effect: 'Allow', Action: '*', Principal } }, 'trust')).toBe(expected);
  });

  it('both kinds of principal', () => {
    const raw = { ...V, Statement: { Effect: 'Allow', Action: '*', Principal: '*', NotPrincipal: '*' } };
    expect(reason(raw, 'resource')).toBe('statement 1: both `Principal` and `NotPrincipal` are given');
  });
});

describe('hostile documents', () => {
  it('of any depth take one line', () => {
    expect(reason('{"Statement":'.repeat(10_000))).toContain('nested too deep');
    let deep: unknown = {};
    for (let level = 0; level < 100_000; level += 1) deep = { Statement: deep };
    expect(reason(deep)).toBe('the policy is not plain JSON');
    const circle: Record<string, unknown> = {};
    circle['Statement'] = circle;
    expect(reason(circle)).toBe('the policy is not plain JSON');
  });

  it('of any size are refused', () => {
    const many = Array.from({ length: 10_001 }, (_, index) => `s3:Action${index}`);
    expect(reason({ ...V, Statement: { Effect: 'Allow', Action: many, Resource: '*' } })).toBe(
      'the policy has more than 10000 patterns and values',
    );
    const empty = { Effect: 'Allow', Action: '*', Resource: '*' };
    expect(reason({ ...V, Statement: Array.from({ length: 10_001 }, () => empty) })).toBe(
      'the policy has more than 10000 statements',
    );
    expect(reason({ ...V, Statement: { ...empty, Resource: 'x'.repeat(1_000_001) } })).toBe(
      'the policy is longer than 1000000 characters',
    );
    expect(reason(`{"x":"${'x'.repeat(1_000_000)}"}`)).toBe('the policy is longer than 1000000 characters');
  });

  it('with many wildcards pass through', () => {
    const pattern = `arn:aws:s3:::${'*a'.repeat(2000)}`;
    expect(
      statements({ ...V, Statement: { Effect: 'Allow', Action: `s3:${'*'.repeat(2000)}`, Resource: pattern } })[0],
    ).toMatchObject({
      resources: { include: [pattern] },
    });
  });

  it('cannot reach a prototype', () => {
    const raw = JSON.parse(
      '{"Version":"2012-10-17","__proto__":{"x":1},"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"__proto__":"x"},"__proto__":{"a":"b"}}}}',
    );
    const [statement] = statements(raw);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    expect(JSON.stringify(statement?.condition?.body)).toBe(
      '{"version":"2012-10-17","block":{"StringEquals":{"__proto__":["x"]},"__proto__":{"a":["b"]}}}',
    );
  });
});

describe('PolicyCompiler', () => {
  it('compiles each distinct text once', () => {
    const compiler = new PolicyCompiler(NO_DIRECTORY);
    const first = compiler.compile(READ, 'identity');
    expect(compiler.compile({ ...READ }, 'identity')).toBe(first);
    expect(compiler.compile(JSON.stringify(READ), 'identity')).toBe(first);
    expect(compiler.compile(READ, 'resource')).not.toBe(first);
    expect(compiler.compile(undefined, 'identity')).toEqual({ unreadable: 'the input does not hold the policy text' });
  });
});
