import { CONDITIONAL, FALSE, TRUE, UNKNOWN } from '@keyreach/core/authz';
import type { Json } from '@keyreach/core/graph';
import { describe, expect, test } from 'vitest';
import { awsConditionLanguage } from './condition-language.ts';
import { compile, evaluate } from './testing/evaluate.ts';
import {
  account,
  identity,
  organization,
  principal,
  type RequestFields,
  request,
  resource,
  role,
  user,
} from './testing/facts.ts';

describe('aws.md 1.11: variables in condition values', () => {
  const same = { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } };
  const queue = (tags: Readonly<Record<string, string>>) => resource('arn:aws:sqs:eu-west-1:111122223333:q', { tags });

  test('are substituted', () => {
    expect(evaluate(same, { principal: user('a', { tags: { team: 'red' } }), resource: queue({ team: 'red' }) })).toBe(
      TRUE,
    );
    expect(evaluate(same, { principal: user('a', { tags: { team: 'red' } }), resource: queue({ team: 'blue' }) })).toBe(
      FALSE,
    );
    expect(
      evaluate(
        { StringLike: { 's3:prefix': 'home/${aws:username}/*' } },
        { action: 's3:ListBucket', context: { 's3:prefix': 'home/alice/x' } },
      ),
    ).toBe(TRUE);
    expect(
      evaluate(
        { StringLike: { 's3:prefix': 'home/${aws:username}/*' } },
        { action: 's3:ListBucket', context: { 's3:prefix': 'home/bob/x' } },
      ),
    ).toBe(FALSE);
    expect(
      evaluate(
        { StringEqualsIgnoreCase: { 'k:a': '${aws:PrincipalTag/Team}' } },
        { principal: user('a', { tags: { team: 'Red' } }), context: { 'k:a': 'rED' } },
      ),
    ).toBe(TRUE);
    expect(
      evaluate(
        { Bool: { 'k:a': '${aws:PrincipalTag/admin}' } },
        { principal: user('a', { tags: { admin: 'TRUE' } }), context: { 'k:a': 'true' } },
      ),
    ).toBe(TRUE);
  });

  test('an ARN may have its account from one', () => {
    const own = { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::${aws:ResourceAccount}:role/*' } };
    expect(evaluate(own, { principal: role('r'), resource: queue({}) })).toBe(TRUE);
    expect(
      evaluate(own, { principal: role('r'), resource: { id: 'arn:aws:sqs:eu-west-1:444455556666:q', scopes: [] } }),
    ).toBe(FALSE);
  });

  test('a key that is absent, without default: positive operators fail, negated ones pass', () => {
    const absent = user('a', { tags: {} });
    expect(evaluate(same, { principal: absent, resource: queue({ team: 'red' }) })).toBe(FALSE);
    const other = { StringNotEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } };
    expect(evaluate(other, { principal: absent, resource: queue({ team: 'red' }) })).toBe(TRUE);
    expect(evaluate(other, { principal: user('a', { tags: { team: 'red' } }), resource: queue({ team: 'red' }) })).toBe(
      FALSE,
    );
    const withDefault = { StringEquals: { 'aws:ResourceTag/team': "${aws:PrincipalTag/team, 'none'}" } };
    expect(evaluate(withDefault, { principal: absent, resource: queue({ team: 'none' }) })).toBe(TRUE);
    expect(evaluate(withDefault, { principal: absent, resource: queue({ team: 'red' }) })).toBe(FALSE);
  });

  test('one value may match though another has no value', () => {
    const block = { StringEquals: { 'k:a': ['${aws:PrincipalTag/team}', 'x'] } };
    expect(evaluate(block, { context: { 'k:a': 'x' } })).toBe(TRUE);
  });

  test('a value that is not known leaves open only what it could match', () => {
    const block = { StringEquals: { 'k:a': 'team-${aws:PrincipalTag/team}' } };
    expect(evaluate(block, { principal: user('a'), context: { 'k:a': 'team-red' } })).toBe(UNKNOWN);
    expect(evaluate(block, { principal: user('a'), context: { 'k:a': 'red' } })).toBe(FALSE);
    const vpc = { StringLike: { 'k:a': '${aws:SourceVpc}/*' } };
    expect(evaluate(vpc, { context: { 'k:a': 'vpc-1/x' } })).toBe(CONDITIONAL);
    expect(evaluate(vpc, { context: { 'k:a': 'x' } })).toBe(FALSE);
    expect(evaluate(vpc, { context: { 'k:a': 'vpc-1/x', 'aws:sourcevpc': 'vpc-1' } })).toBe(TRUE);
    expect(evaluate({ StringEquals: { 'k:a': '${aws:username' } }, { context: { 'k:a': 'alice' } })).toBe(UNKNOWN);
    const issued = { StringLike: { 'k:a': 'at-${aws:TokenIssueTime}' } };
    expect(evaluate(issued, { principal: role('r'), context: { 'k:a': 'at-2026' } })).toBe(CONDITIONAL);
    expect(evaluate(issued, { principal: user('a'), context: { 'k:a': 'at-2026' } })).toBe(CONDITIONAL);
    expect(evaluate(issued, { principal: user('a'), context: { 'k:a': 'x' } })).toBe(FALSE);
    expect(evaluate({ StringEquals: { 'k:a': '${k:b}' } }, { context: { 'k:a': 'x', 'k:b': ['x', 'y'] } })).toBe(FALSE);
    // What is known of both is not enough for more.
    expect(evaluate({ StringLike: { 'aws:userid': '${aws:userid}' } }, { principal: role('r') })).toBe(CONDITIONAL);
  });

  test('values of keys with several values are no variables', () => {
    const member = user('a', {}, [account({ organizationPath: 'o-1/r-1/' }), organization]);
    expect(
      evaluate(
        { StringEquals: { 'k:a': '${aws:PrincipalOrgPaths}' } },
        { principal: member, context: { 'k:a': 'o-1/r-1/' } },
      ),
    ).toBe(FALSE);
  });

  test('wildcards in values are text', () => {
    const star = user('a', { tags: { team: '*' } });
    expect(
      evaluate({ StringLike: { 'k:a': '${aws:PrincipalTag/team}' } }, { principal: star, context: { 'k:a': 'red' } }),
    ).toBe(FALSE);
    expect(
      evaluate({ StringLike: { 'k:a': '${aws:PrincipalTag/team}' } }, { principal: star, context: { 'k:a': '*' } }),
    ).toBe(TRUE);
    expect(evaluate({ StringLike: { 'k:a': 'a${*}' } }, { context: { 'k:a': 'a*' } })).toBe(TRUE);
    expect(evaluate({ StringLike: { 'k:a': 'a${*}' } }, { context: { 'k:a': 'ab' } })).toBe(FALSE);
  });

  test('are text in numbers, dates and addresses', () => {
    expect(
      evaluate(
        { NumericEquals: { 'k:a': '${aws:PrincipalTag/n}' } },
        { principal: user('a', { tags: { n: '5' } }), context: { 'k:a': '5' } },
      ),
    ).toBe(FALSE);
  });

  test('are text in policies of 2008-10-17, as wildcards still are not', () => {
    const old = (block: Json, value: string) =>
      compile(block, '2008-10-17').evaluate(request({ context: { 'k:a': value } }));
    expect(old({ StringEquals: { 'k:a': '${aws:username}' } }, '${aws:username}')).toBe(TRUE);
    expect(old({ StringEquals: { 'k:a': '${aws:username}' } }, 'alice')).toBe(FALSE);
    expect(old({ StringLike: { 'k:a': '${aws:username}*' } }, '${aws:username}x')).toBe(TRUE);
    expect(compile({ StringEquals: { 'k:a': '${aws:username}' } }, '2008-10-17').principalKeys).toEqual([]);
  });
});

describe('explicit context', () => {
  test('wins over the graph', () => {
    const block = { StringEquals: { 'aws:PrincipalTag/team': 'red' } };
    const red = user('a', { tags: { team: 'red' } });
    expect(evaluate(block, { principal: red, context: { 'aws:principaltag/team': 'blue' } })).toBe(FALSE);
    expect(evaluate(block, { principal: red, context: { 'aws:principaltag/team': null } })).toBe(FALSE);
    expect(evaluate(block, { principal: user('a'), context: { 'aws:principaltag/team': 'red' } })).toBe(TRUE);
    expect(evaluate({ Bool: { 'aws:SecureTransport': 'true' } }, { context: { 'aws:securetransport': 'false' } })).toBe(
      FALSE,
    );
    expect(
      evaluate(
        { DateLessThan: { 'aws:CurrentTime': '2020' } },
        { context: { 'aws:currenttime': '2019-01-01T00:00:00Z' } },
      ),
    ).toBe(TRUE);
  });
});

describe('what the engine asks of a condition', () => {
  test('principal keys are those that make a difference between principals', () => {
    expect(
      compile({
        StringEquals: {
          'aws:PrincipalTag/Team': 'x',
          'aws:SourceVpc': 'x',
          'aws:ResourceTag/x': '${aws:username}',
          'sts:ExternalId': 'x',
        },
        ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' },
        DateLessThan: { 'aws:TokenIssueTime': '2026-01-01T00:00:00Z', 'aws:CurrentTime': '2027-01-01T00:00:00Z' },
        NumericLessThan: { 'k:n': '${aws:PrincipalAccount}' },
        Null: { 'gitlab.com:sub': 'true' },
      }).principalKeys,
    ).toEqual(['aws:principalarn', 'aws:principaltag/team', 'aws:tokenissuetime', 'aws:username', 'gitlab.com:sub']);
  });

  test('whether the target makes a difference', () => {
    expect(compile({ StringEquals: { 'aws:ResourceTag/x': 'y' } }).readsResource).toBe(true);
    expect(compile({ StringEquals: { 'k:a': '${aws:ResourceAccount}' } }).readsResource).toBe(true);
    expect(compile({ ArnEquals: { 'iam:PermissionsBoundary': 'x' } }).readsResource).toBe(true);
    expect(compile({ StringEquals: { 'aws:PrincipalTag/x': 'y' } }).readsResource).toBe(false);
  });

  test('keys known at request time', () => {
    expect(
      compile({
        StringEquals: { 'aws:SourceVpc': 'x', 'future:Key': 'x', 'aws:PrincipalTag/a': '${ec2:SourceInstanceArn}' },
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      }).requestKeys,
    ).toEqual(['aws:multifactorauthpresent', 'aws:sourcevpc', 'ec2:sourceinstancearn', 'future:key']);
  });

  test('a principal fact is the same text for principals that conditions cannot tell apart', () => {
    const fact = (key: string, who = user('a', { tags: { Team: 'red' } })) =>
      awsConditionLanguage.principalFact(key, who);
    expect(fact('aws:principaltag/team')).toBe(fact('AWS:PrincipalTag/TEAM', user('b', { tags: { team: 'red' } })));
    expect(fact('aws:principaltag/team')).not.toBe(
      fact('aws:principaltag/team', user('a', { tags: { team: 'blue' } })),
    );
    expect(fact('aws:principaltag/team', user('a', { tags: {} }))).not.toBe(fact('aws:principaltag/team', user('a')));
    expect(fact('aws:username')).not.toBe(fact('aws:username', user('b')));
    expect(fact('aws:tokenissuetime', role('r'))).toBe(fact('aws:tokenissuetime', role('s')));
    expect(fact('aws:tokenissuetime', role('r'))).not.toBe(fact('aws:tokenissuetime', user('r')));
    expect(fact('aws:userid', role('r'))).not.toBe(fact('aws:userid', role('r', { attributes: { userId: 'AROAX' } })));
  });
});

describe('aws.md 1.12, C: values worth trying', () => {
  const fresh = awsConditionLanguage.freshValue;

  test.each<[block: Json, key: string, values: readonly string[], patterns?: readonly string[]]>([
    [{ StringEquals: { 'sts:ExternalId': ['b', 'a'] } }, 'sts:externalid', ['a', 'b']],
    [
      { StringLike: { 'aws:RequestTag/Team': ['red-*', 'b?ue'] } },
      'aws:requesttag/team',
      ['b\u{e001}ue', `red-${fresh}`],
      ['b?ue', 'red-*'],
    ],
    [{ StringEqualsIgnoreCase: { 'sts:ExternalId': 'Ab' } }, 'sts:externalid', ['AB', 'Ab', 'ab']],
    [{ StringNotEquals: { 's3:prefix': 'eu-west-1' } }, 's3:prefix', ['eu-west-1']],
    [
      { ArnLike: { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/*' } },
      'iam:policyarn',
      [`arn:aws:iam::aws:policy/${fresh}`],
      ['arn:aws:iam::aws:policy/*'],
    ],
    [{ NumericLessThan: { 'sts:DurationSeconds': '900' } }, 'sts:durationseconds', ['899', '900', '901']],
    [{ NumericLessThan: { 'sts:DurationSeconds': 'x' } }, 'sts:durationseconds', []],
    [
      { DateLessThan: { 'aws:RequestTag/until': '2026-01-01' } },
      'aws:requesttag/until',
      ['2025-12-31T23:59:59.000Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.000Z'],
    ],
    [{ Bool: { 'aws:RequestTag/x': 'true' } }, 'aws:requesttag/x', ['false', 'true']],
    [{ Null: { 'aws:RequestTag/x': 'true' } }, 'aws:requesttag/x', []],
    [{ StringEquals: { 'aws:RequestTag/x': '${aws:username}' } }, 'aws:requesttag/x', []],
    [{ StringEquals: { 'sts:ExternalId': 'a' }, StringLike: { 'sts:externalid': 'b' } }, 'sts:externalid', ['a', 'b']],
    [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } }, 'aws:tagkeys', ['a', 'b']],
    [{ IpAddress: { 'aws:RequestTag/ip': '10.0.0.0/8' } }, 'aws:requesttag/ip', ['10.0.0.0']],
    [{ BinaryEquals: { 'aws:RequestTag/b': 'QQ==' } }, 'aws:requesttag/b', ['QQ==']],
  ])('%j', (block, key, values, patterns) => {
    const several = key === 'aws:tagkeys' ? { multivalued: true, lists: 'aws:requesttag/' } : {};
    const globs = patterns === undefined ? {} : { patterns };
    expect(compile(block).chosen).toEqual([{ key, values, ...globs, ...several }]);
  });

  test('only for keys the caller chooses, or may choose with the tags of principal or resource', () => {
    expect(
      compile({ StringEquals: { 'aws:PrincipalTag/x': 'a', 'aws:SourceVpc': 'b', 'ec2:ResourceTag/X': 'c' } }).chosen,
    ).toEqual([
      { key: 'aws:principaltag/x', values: ['a'], when: 'principal-tags' },
      { key: 'aws:resourcetag/x', values: ['c'], when: 'resource-tags' },
    ]);
    expect(compile({ StringEquals: { 'aws:PrincipalTag/x': '${aws:RequestTag/x}' } }).chosen).toEqual([
      { key: 'aws:principaltag/x', values: [], when: 'principal-tags' },
      { key: 'aws:requesttag/x', values: [] },
    ]);
  });

  test('values with variables are proposed for each request', () => {
    const proposed = (block: Json, fields: RequestFields) => compile(block).propose?.(request(fields));
    const blue = { principal: user('alice', { tags: { team: 'blue' } }) };
    expect(proposed({ StringEquals: { 'aws:RequestTag/x': '${aws:username}' } }, blue)).toEqual([
      { key: 'aws:requesttag/x', value: 'alice' },
    ]);
    const same: Json = { StringEquals: { 'aws:RequestTag/x': '${aws:PrincipalTag/team}' } };
    expect(proposed(same, blue)).toEqual([{ key: 'aws:requesttag/x', value: 'blue' }]);
    // Where what the variable stands for is not known, some value may do.
    expect(proposed({ StringEquals: { 'aws:RequestTag/x': '${aws:SourceIp}' } }, blue)).toEqual([
      { key: 'aws:requesttag/x' },
    ]);
    // Absent: nothing to propose.
    expect(proposed(same, {})).toEqual([]);
    // The other way round: what the variable must stand for.
    const inside: Json = { StringLike: { 'aws:PrincipalTag/team': 'b${aws:RequestTag/x}e' } };
    expect(proposed(inside, blue)).toEqual([{ key: 'aws:requesttag/x', value: 'lu' }]);
    expect(compile({ StringEquals: { 'aws:RequestTag/x': 'a' } }).propose).toBeUndefined();
  });

  test('one of the values satisfies a positive condition', () => {
    const blocks: Json[] = [
      { StringLike: { 'sts:ExternalId': 'a*b?c' } },
      { NumericLessThan: { 'sts:ExternalId': '5' } },
      { NumericGreaterThanEquals: { 'sts:ExternalId': '-5.5' } },
      { DateGreaterThan: { 'sts:ExternalId': '2026-01-01T00:00:00Z' } },
      { Bool: { 'sts:ExternalId': 'true' } },
      { IpAddress: { 'sts:ExternalId': '2001:db8::/32' } },
      { ArnLike: { 'sts:ExternalId': 'arn:*:s3:::*' } },
    ];
    for (const block of blocks) {
      const values = compile(block).chosen[0]!.values;
      const outcomes = values.map((value) =>
        evaluate(block, { action: 'sts:AssumeRole', context: { 'sts:externalid': value } }),
      );
      expect([block, outcomes.includes(TRUE)]).toEqual([block, true]);
    }
  });

  test('their number is bounded', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => `v${index}`);
    const [chosen] = compile({ StringEquals: { 'sts:ExternalId': many } }).chosen;
    expect(chosen!.values.length).toBeLessThan(64);
    expect(chosen!.partial).toBe(true);
  });
});

describe('input that cannot be understood is undecidable and never throws', () => {
  test.each<[body: Json]>([
    [null],
    ['x'],
    [[]],
    [{}],
    [{ version: '2012-10-17' }],
    [{ version: '2012-10-17', block: null }],
    [{ version: '2012-10-17', block: [] }],
    [{ version: '2012-10-17', block: { StringEquals: 'x' } }],
    [{ version: '2012-10-17', block: { StringEquals: ['x'] } }],
    [{ version: '2012-10-17', block: { StringEquals: { 'k:a': null } } }],
    [{ version: '2012-10-17', block: { StringEquals: { 'k:a': { b: 'c' } } } }],
    [{ version: '2012-10-17', block: { StringEquals: { 'k:a': ['x', ['y']] } } }],
    [{ version: '2012-10-17', block: { StringEquals: { 'k:a': [null] } } }],
    [{ version: '2013-10-17', block: {} }],
    [{ version: ['2012-10-17'], block: {} }],
    [{ block: { StringEquals: { 'k:a': 'b' } } }],
  ])('%j', (body) => {
    const condition = awsConditionLanguage.compile(body);
    expect(condition.undecidable).toMatch(/./);
    expect(condition.evaluate(request())).toBe(UNKNOWN);
  });

  test('the reason quotes input on one short line', () => {
    const reason = compile({ [`A\n${'x'.repeat(1_000)}`]: { 'k:a': 'b' } }).undecidable!;
    expect(reason).toMatch(/^the condition operator `A\\nx+…` is not known$/);
    expect(reason.length).toBeLessThan(150);
  });

  test('deep nesting', () => {
    let deep: Json = 'x';
    for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
    expect(compile({ StringEquals: { 'k:a': deep } }).undecidable).toBeDefined();
    expect(awsConditionLanguage.compile({ version: deep, block: {} }).undecidable).toBeDefined();
  });

  test('many values', () => {
    const values = Array.from({ length: 50_000 }, (_, index) => `value-${index}`);
    const condition = compile({ StringEquals: { 'k:a': values } });
    const start = performance.now();
    for (let run = 0; run < 1_000; run += 1) condition.evaluate(request({ context: { 'k:a': 'value-49999' } }));
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  test('principals without attributes, with odd attributes', () => {
    for (const attributes of [
      {},
      {
        accountId: 5,
        userId: [],
        claims: 'x',
        issuer: {},
        sourceAccount: {},
        organization: [],
        outsideOrganizations: 'x',
      },
    ]) {
      for (const type of ['user', 'role', 'root', 'service', 'federated-subject', 'external-account', 'public', 'x']) {
        const who = principal(identity(type, { id: 'x', attributes }), []);
        for (const key of [
          'aws:PrincipalArn',
          'aws:PrincipalAccount',
          'aws:userid',
          'aws:SourceAccount',
          'aws:PrincipalOrgID',
          'gitlab.com:sub',
          'aws:PrincipalTag/x',
        ]) {
          evaluate({ StringLike: { [key]: '*' } }, { principal: who });
          awsConditionLanguage.principalFact(key, who);
        }
      }
    }
  });
});
