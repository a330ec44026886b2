import { CONDITIONAL, FALSE, type PrincipalFacts, TRUE, UNKNOWN } from '@keyreach/core/authz';
import { describe, expect, test } from 'vitest';
import { awsResourceLanguage } from './arn-pattern.ts';
import { account, anyone, identity, organization, principal, role, root, service, user } from './testing/facts.ts';

const matches = (pattern: string, resource: string, who: PrincipalFacts | undefined = user('alice')) =>
  awsResourceLanguage.compile(pattern).matches(resource, who);

describe('aws.md 1.10: resources, segment by segment', () => {
  test.each([
    ['arn:aws:s3:::bucket/key', 'arn:aws:s3:::bucket/key'],
    ['arn:aws:s3:::bucket/*', 'arn:aws:s3:::bucket/a/b/c'],
    ['arn:aws:s3:::bucket/*', 'arn:aws:s3:::bucket/'],
    ['arn:aws:s3:::bucket*', 'arn:aws:s3:::bucket'],
    ['arn:aws:s3:::*', 'arn:aws:s3:::bucket/key'],
    ['arn:aws:s3:::*', 'arn:aws:s3:::'],
    ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket/1///test///object.jpg'],
    ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket//test/object.jpg'],
    ['arn:aws:s3:::b?cket', 'arn:aws:s3:::bucket'],
    ['arn:aws:s3:::b/*', 'arn:aws:s3:::b/with:colons:in:it'],
    ['arn:aws:s3:*:*:bucket', 'arn:aws:s3:::bucket'],
    ['arn:*:s3:::bucket', 'arn:aws-cn:s3:::bucket'],
    ['arn:aws:iam::123456789012:*', 'arn:aws:iam::123456789012:role/r'],
    ['arn:aws:iam::*:role/r', 'arn:aws:iam::123456789012:role/r'],
    ['arn:aws:iam::1234567890??:role/r', 'arn:aws:iam::123456789012:role/r'],
    ['arn:aws:lambda:*:123456789012:function:dev-*', 'arn:aws:lambda:eu-west-1:123456789012:function:dev-a:1'],
    ['arn:aws:lambda:us-*-1:123456789012:function:f', 'arn:aws:lambda:us-east-1:123456789012:function:f'],
    ['arn:aws:logs:*:*:log-group:/aws/*', 'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/x:*'],
    ['arn:aws:*:*:*:*', 'arn:aws:sqs:eu-west-1:123456789012:queue'],
  ])('%s matches %s', (pattern, resource) => {
    expect(matches(pattern, resource)).toBe(TRUE);
  });

  test.each([
    ['arn:aws:s3:::bucket/key', 'arn:aws:s3:::bucket/Key'],
    ['arn:aws:s3:::bucket/key', 'arn:aws:s3:::bucket/key2'],
    ['arn:aws:s3:::bucket/*', 'arn:aws:s3:::bucket'],
    ['arn:aws:s3:::bucket/*', 'arn:aws:s3:::bucket2/key'],
    ['arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/key'],
    ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket/1-test/object.jpg'],
    ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket/test/object.jpg'],
    ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket/1/2/test.jpg'],
    ['arn:aws:s3:::b?cket', 'arn:aws:s3:::bcket'],
    ['arn:aws:s3:::*', 'arn:aws:s3-outposts:::x'],
    ['arn:aws:s3:::*', 'arn:aws-cn:s3:::bucket'],
    ['arn:aws:iam::123456789012:*', 'arn:aws:iam::210987654321:role/r'],
    ['arn:aws:iam::*:role/r', 'arn:aws:iam::123456789012:role/path/r'],
    ['arn:aws:iam::1234567890??:role/r', 'arn:aws:iam::12345678901:role/r'],
    ['arn:aws:lambda:*:123456789012:function:dev-*', 'arn:aws:lambda:eu-west-1:210987654321:function:dev-a'],
    ['arn:aws:lambda:*:123456789012:function:dev-*', 'arn:aws:lambda:eu-west-1:123456789012:function:prod-a'],
    ['arn:aws:lambda:us-*-1:123456789012:function:f', 'arn:aws:lambda:us-east-2:123456789012:function:f'],
    // A wildcard inside a segment stays there.
    ['arn:aws:lambda:us-*-1:1:function:f', 'arn:aws:lambda:us-east-1:1:x-1:1:function:f'],
    ['arn:aws:sqs:eu-west-?:1:q', 'arn:aws:sqs:eu-west-::1:q'],
    ['arn:aws:*:*:*:*', 'bucket'],
    ['arn:aws:s3:::bucket', 's3:::bucket'],
    ['arn:aws:s3:::', 'arn:aws:s3:::bucket'],
    ['', 'arn:aws:s3:::bucket'],
  ])('%s does not match %s', (pattern, resource) => {
    expect(matches(pattern, resource)).toBe(FALSE);
  });

  test('a `*` that ends a segment may run past the colon: documented both ways, so unknown', () => {
    expect(matches('arn:aws:logs:*:log-group:/aws/*', 'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/x')).toBe(
      UNKNOWN,
    );
    expect(matches('arn:aws:logs:*:log-group:/aws/*', 'arn:aws:logs:eu-west-1:123456789012:log-group:/own/x')).toBe(
      FALSE,
    );
    expect(matches('arn:aws:sqs:*:111111111111:q', 'arn:aws:sqs:eu-west-1:222222222222:111111111111:q')).toBe(UNKNOWN);
    expect(matches('arn:aws:sqs:*:111111111111:q', 'arn:aws:sqs:eu-west-1:222222222222:q')).toBe(FALSE);
  });
});

describe('aws.md 1.10: a resource whose region nothing tells', () => {
  const regionless = 'arn:aws:lambda:*:1:function:f';
  test.each([
    ['arn:aws:lambda:*:1:function:f', TRUE],
    ['arn:aws:lambda:*:1:*', TRUE],
    ['*', TRUE],
    ['arn:aws:lambda:*', TRUE],
    ['arn:aws:lambda:eu-west-1:1:function:f', UNKNOWN],
    ['arn:aws:lambda:eu-west-1:1:function:*', UNKNOWN],
    ['arn:aws:lambda:eu-*:*:function:f', UNKNOWN],
    ['arn:aws:lambda:*-west-1:1:function:f', UNKNOWN],
    ['arn:aws:lambda:eu-west-1:*', UNKNOWN],
    ['arn:aws:lambda:eu-*', UNKNOWN],
    ['arn:aws:lambda:eu-west-1:${aws:PrincipalAccount}:function:f', FALSE],
    ['arn:aws:lambda:eu-west-1:1:function:${aws:username}', UNKNOWN],
    ['arn:aws:lambda:eu-west-1:1:function:g', FALSE],
    ['arn:aws:lambda:eu-west-1:2:function:f', FALSE],
    ['arn:aws:lambda::1:function:f', FALSE],
    ['arn:aws:sns:eu-west-1:1:f', FALSE],
  ])('%s', (pattern, expected) => {
    const compiled = awsResourceLanguage.compile(pattern);
    expect(compiled.matches(regionless, user('f'))).toBe(expected);
    // The engine looks for ids by their beginnings.
    const found = [compiled.prefix, compiled.otherPrefix].filter(
      (prefix) => prefix !== undefined && regionless.startsWith(prefix),
    );
    if (expected !== FALSE) expect(found).toHaveLength(1);
    expect(found.length).toBeLessThan(2);
  });

  test('one with a region is matched as ever', () => {
    const compiled = awsResourceLanguage.compile('arn:aws:lambda:eu-west-1:1:function:f');
    expect(compiled.matches('arn:aws:lambda:eu-west-1:1:function:f', undefined)).toBe(TRUE);
    expect(compiled.matches('arn:aws:lambda:us-east-1:1:function:f', undefined)).toBe(FALSE);
    expect(compiled.exact).toBe('arn:aws:lambda:eu-west-1:1:function:f');
  });
});

describe('aws.md 1.10: patterns of fewer than six segments match as a whole', () => {
  test.each([
    ['*', 'anything'],
    ['**', 'arn:aws:s3:::bucket'],
    ['arn:*', 'arn:aws:s3:::bucket'],
    ['arn:aws:*', 'arn:aws:iam::123456789012:role/r'],
    ['arn:aws:s3:*', 'arn:aws:s3:::bucket/key'],
    ['arn:aws:s3*', 'arn:aws:s3:::bucket'],
    ['*:role/r', 'arn:aws:iam::123456789012:role/r'],
    ['*/key', 'arn:aws:s3:::bucket/key'],
    ['arn:aws:sns:*:topic', 'arn:aws:sns:eu-west-1:123456789012:topic'],
  ])('%s matches %s', (pattern, resource) => {
    expect(matches(pattern, resource)).toBe(TRUE);
  });

  test.each([
    ['arn:aws:s3:*', 'arn:aws:sns:eu-west-1:123456789012:topic'],
    ['arn:aws:*', 'arn:aws-cn:s3:::bucket'],
    ['*:role/r', 'arn:aws:iam::123456789012:role/r2'],
    ['arn:aws:sns:*:topic', 'arn:aws:sns:eu-west-1:123456789012:topic2'],
    ['bucket', 'arn:aws:s3:::bucket'],
  ])('%s does not match %s', (pattern, resource) => {
    expect(matches(pattern, resource)).toBe(FALSE);
  });

  test('a shorter ARN without `*` at its end: what is missing is unverified', () => {
    expect(matches('arn:aws:s3', 'arn:aws:s3:::bucket')).toBe(UNKNOWN);
    expect(matches('arn:aws:sqs:eu-west-1', 'arn:aws:sqs:eu-west-1:123456789012:queue')).toBe(UNKNOWN);
    expect(matches('arn:aws:sqs:eu-west-1', 'arn:aws:sqs:eu-west-2:123456789012:queue')).toBe(FALSE);
    expect(awsResourceLanguage.compile('arn:aws:s3').exact).toBeUndefined();
  });
});

describe('aws.md 1.10: the request resource `*` of actions without resource types', () => {
  test('only the pattern `*` matches it', () => {
    expect(matches('*', '*')).toBe(TRUE);
    for (const pattern of ['arn:*', 'arn:aws:s3:::*', '?', '*:*', '${*}', '${aws:username}', '?*', '']) {
      expect([pattern, matches(pattern, '*')]).toEqual([pattern, FALSE]);
    }
  });
});

describe('aws.md 1.11: variables in resources', () => {
  const home = 'arn:aws:s3:::home/${aws:username}/*';

  test('the value of the caller is substituted', () => {
    expect(matches(home, 'arn:aws:s3:::home/alice/x')).toBe(TRUE);
    expect(matches(home, 'arn:aws:s3:::home/bob/x')).toBe(FALSE);
    expect(matches(home, 'arn:aws:s3:::home/bob/x', user('bob'))).toBe(TRUE);
    expect(matches('arn:aws:iam::*:user/${AWS:UserName}', 'arn:aws:iam::111122223333:user/alice')).toBe(TRUE);
    expect(matches('arn:aws:iam::*:user/${AWS:UserName}', 'arn:aws:iam::111122223333:user/alice2')).toBe(FALSE);
  });

  test('the value is text, its wildcards are not', () => {
    const star = user('x', { tags: { team: '*' } });
    expect(matches('arn:aws:s3:::${aws:PrincipalTag/team}/k', 'arn:aws:s3:::*/k', star)).toBe(TRUE);
    expect(matches('arn:aws:s3:::${aws:PrincipalTag/team}/k', 'arn:aws:s3:::red/k', star)).toBe(FALSE);
    expect(awsResourceLanguage.compile('arn:aws:s3:::${aws:PrincipalTag/team}/k').glob(star)).toBe('arn:aws:s3:::?/k');
  });

  test('`${*}`, `${?}` and `${$}` are the characters', () => {
    expect(matches('arn:aws:s3:::b/${*}', 'arn:aws:s3:::b/*')).toBe(TRUE);
    expect(matches('arn:aws:s3:::b/${*}', 'arn:aws:s3:::b/x')).toBe(FALSE);
    expect(matches('arn:aws:s3:::b/${?}', 'arn:aws:s3:::b/x')).toBe(FALSE);
    // A policy of 2008-10-17: its `${` was written as `${$}{`.
    expect(matches('arn:aws:s3:::b/${$}{aws:username}', 'arn:aws:s3:::b/${aws:username}')).toBe(TRUE);
    expect(matches('arn:aws:s3:::b/${$}{aws:username}', 'arn:aws:s3:::b/alice')).toBe(FALSE);
  });

  test('an absent key matches nothing, or the default', () => {
    expect(matches(home, 'arn:aws:s3:::home/alice/x', role('alice'))).toBe(FALSE);
    expect(matches(home, 'arn:aws:s3:::home//x', root())).toBe(FALSE);
    expect(awsResourceLanguage.compile(home).glob(role('r'))).toBeUndefined();
    const withDefault = "arn:aws:s3:::home-${aws:PrincipalTag/team, 'company-wide'}";
    expect(matches(withDefault, 'arn:aws:s3:::home-company-wide', user('x', { tags: {} }))).toBe(TRUE);
    expect(matches(withDefault, 'arn:aws:s3:::home-red', user('x', { tags: {} }))).toBe(FALSE);
    expect(matches(withDefault, 'arn:aws:s3:::home-red', user('x', { tags: { Team: 'red' } }))).toBe(TRUE);
    expect(matches(withDefault, 'arn:aws:s3:::home-company-wide', user('x', { tags: { team: 'red' } }))).toBe(FALSE);
  });

  test('a fact that was not collected is unknown where some value would match', () => {
    const pattern = 'arn:aws:s3:::home/${aws:PrincipalTag/team}/*';
    expect(matches(pattern, 'arn:aws:s3:::home/red/x', user('x'))).toBe(UNKNOWN);
    expect(matches(pattern, 'arn:aws:s3:::other/red/x', user('x'))).toBe(FALSE);
    expect(matches(pattern, 'arn:aws:s3:::home/red/x', undefined)).toBe(UNKNOWN);
    expect(awsResourceLanguage.compile(pattern).glob(user('x'))).toBe('arn:aws:s3:::home/*/*');
  });

  test('what only the request tells is conditional where some value would match', () => {
    expect(matches('arn:aws:s3:::b/${aws:SourceVpc}/*', 'arn:aws:s3:::b/vpc-1/x')).toBe(CONDITIONAL);
    expect(matches('arn:aws:s3:::b/${aws:SourceVpc}/*', 'arn:aws:s3:::c/vpc-1/x')).toBe(FALSE);
    expect(matches('arn:aws:s3:::b/${aws:CurrentTime}', 'arn:aws:s3:::b/2026')).toBe(CONDITIONAL);
    expect(matches('arn:aws:s3:::b/${aws:ResourceTag/x}', 'arn:aws:s3:::b/1')).toBe(UNKNOWN);
    // The caller picks the name of the session, not the id of the role.
    expect(matches('arn:aws:s3:::b/${aws:userid}', 'arn:aws:s3:::b/AROAEXAMPLEROLE:me', role('r'))).toBe(CONDITIONAL);
    expect(matches('arn:aws:s3:::b/${aws:userid}', 'arn:aws:s3:::b/AROAOTHERROLE:me', role('r'))).toBe(FALSE);
    expect(matches('arn:aws:s3:::b/${aws:userid}', 'arn:aws:s3:::b/AIDAEXAMPLEUSER')).toBe(TRUE);
  });

  test('keys with several values cannot be variables', () => {
    const inOrganization = user('x', {}, [account({ organizationPath: 'o-aaaaaaaaaa/r-1/' }), organization]);
    expect(matches('arn:aws:s3:::b/${aws:PrincipalOrgPaths}', 'arn:aws:s3:::b/o-aaaaaaaaaa/r-1/', inOrganization)).toBe(
      FALSE,
    );
    expect(matches('arn:aws:s3:::b/${aws:PrincipalOrgID}', 'arn:aws:s3:::b/o-aaaaaaaaaa', inOrganization)).toBe(TRUE);
  });

  test('before the fifth colon variables have no documented effect', () => {
    const pattern = 'arn:aws:iam::${aws:PrincipalAccount}:role/r';
    expect(matches(pattern, 'arn:aws:iam::111122223333:role/r')).toBe(UNKNOWN);
    expect(matches(pattern, 'arn:aws:iam::444455556666:role/r')).toBe(FALSE);
    expect(matches('${aws:PrincipalTag/arn}', 'arn:aws:s3:::b', user('x', { tags: { arn: 'arn:aws:s3:::b' } }))).toBe(
      UNKNOWN,
    );
  });

  test('malformed variables have no documented effect either', () => {
    expect(matches('arn:aws:s3:::b/${aws:username', 'arn:aws:s3:::b/alice')).toBe(UNKNOWN);
    expect(matches('arn:aws:s3:::b/${}/x', 'arn:aws:s3:::b/alice/y')).toBe(FALSE);
  });

  test('several variables', () => {
    const pattern = 'arn:aws:s3:::${aws:PrincipalTag/a}/${aws:PrincipalTag/b}';
    const both = user('x', { tags: { a: '1', b: '2' } });
    expect(matches(pattern, 'arn:aws:s3:::1/2', both)).toBe(TRUE);
    expect(matches(pattern, 'arn:aws:s3:::2/1', both)).toBe(FALSE);
    expect(matches(pattern, 'arn:aws:s3:::1/2', user('x', { tags: { a: '1' } }))).toBe(FALSE);
    // A value with a colon does not move the segments.
    expect(
      matches('arn:aws:sqs:*:*:${aws:PrincipalTag/a}', 'arn:aws:sqs:r:1:a:b', user('x', { tags: { a: 'a:b' } })),
    ).toBe(TRUE);
  });

  test('callers without the key', () => {
    for (const who of [anyone, service('ec2.amazonaws.com'), role('r'), root()]) {
      expect(matches('arn:aws:s3:::home/${aws:username}', 'arn:aws:s3:::home/x', who)).toBe(FALSE);
    }
    expect(matches('arn:aws:s3:::home/${aws:username}', 'arn:aws:s3:::home/x', principal(identity('martian')))).toBe(
      UNKNOWN,
    );
  });
});

describe('what the engine asks of a pattern', () => {
  test.each([
    ['*', { all: true, prefix: '', principalKeys: [] }],
    ['arn:aws:s3:::b', { all: false, prefix: 'arn:aws:s3:::b', exact: 'arn:aws:s3:::b' }],
    ['arn:aws:s3:::b/*', { all: false, prefix: 'arn:aws:s3:::b/' }],
    ['arn:aws:sqs:*:1:q', { prefix: 'arn:aws:sqs:' }],
    [
      'arn:aws:s3:::b/${aws:username}/${aws:PrincipalTag/Team}',
      { prefix: 'arn:aws:s3:::b/', principalKeys: ['aws:principaltag/team', 'aws:username'] },
    ],
    ['arn:aws:s3:::b/${aws:SourceVpc}', { prefix: 'arn:aws:s3:::b/', principalKeys: [] }],
  ])('%s', (pattern, expected) => {
    expect(awsResourceLanguage.compile(pattern)).toMatchObject(expected);
  });

  test('a glob for overlap with request templates', () => {
    expect(awsResourceLanguage.compile('arn:aws:s3:::b/*').glob(undefined)).toBe('arn:aws:s3:::b/*');
    expect(awsResourceLanguage.compile('*').glob(undefined)).toBe('*');
    expect(awsResourceLanguage.compile('arn:aws:s3:::b/${*}?').glob(undefined)).toBe('arn:aws:s3:::b/??');
    expect(awsResourceLanguage.compile('arn:aws:s3:::b/${aws:username}').glob(user('al'))).toBe('arn:aws:s3:::b/al');
    expect(awsResourceLanguage.compile('arn:aws:s3').glob(undefined)).toBe('arn:aws:s3:*:*:*');
  });
});
