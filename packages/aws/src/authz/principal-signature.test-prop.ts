import { fc, test } from '@fast-check/vitest';
import type { Json } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { awsConditionLanguage } from './condition-language.ts';
import { sessionRules } from './sessions.ts';
import { compile } from './testing/evaluate.ts';
import { anyone, federated, organization, request, resource, role, root, service, user } from './testing/facts.ts';

const principals = [
  user('alice', { tags: { team: 'a' } }),
  user('bob', { tags: { team: 'a' } }),
  user('carol', { tags: { team: 'b' } }),
  user('dave'),
  role('alice', { tags: {} }),
  role('app-one', { tags: { team: 'a' } }, [organization]),
  role('app-two', { tags: { team: 'b' } }, [organization]),
  { ...role('app-two', { tags: { team: 'b' } }, [organization]), chosenTags: true as const },
  root(),
  service('s3.amazonaws.com'),
  anyone,
  federated('gitlab.com', { sub: 'a*' }),
  federated('gitlab.com', { sub: 'a' }),
];
const operator = fc.constantFrom(
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'StringNotLike',
  'StringEqualsIfExists',
  'ForAnyValue:StringLike',
  'ArnLike',
  'ArnNotLike',
  'DateLessThan',
  'Bool',
  'Null',
);
const key = fc.constantFrom(
  'aws:PrincipalArn',
  'aws:PrincipalTag/team',
  'aws:PrincipalOrgID',
  'aws:PrincipalType',
  'aws:PrincipalIsAWSService',
  'aws:username',
  'aws:userid',
  'aws:TokenIssueTime',
  'aws:MultiFactorAuthPresent',
  'aws:ResourceTag/team',
  'aws:RequestTag/team',
  'gitlab.com:sub',
  'aws:SourceVpc',
);
const value = fc.constantFrom(
  'a',
  'a*',
  'true',
  'o-aaaaaaaaaa',
  '2026-01-01',
  'arn:aws:iam::*:role/app-*',
  'arn:aws:iam::111122223333:user/${aws:username}',
  '${aws:PrincipalTag/team}',
  '${aws:PrincipalTag/team, "none"}',
);
const block = fc
  .array(fc.tuple(operator, key, fc.array(value, { minLength: 1, maxLength: 3 })), { minLength: 1, maxLength: 3 })
  .map((lines) => {
    const result: Record<string, Record<string, Json>> = {};
    for (const [name, of, values] of lines) result[name] = { ...result[name], [of]: values };
    return result;
  });
const context = fc.dictionary(
  fc.constantFrom('aws:principaltag/team', 'aws:username', 'aws:principalarn', 'aws:requesttag/team', 'aws:sourcevpc'),
  fc.constantFrom<string | null>('a', 'b', 'arn:aws:iam::111122223333:user/alice', null),
  { maxKeys: 2 },
);
const target = fc.constantFrom(
  resource('arn:aws:s3:::a', { tags: { team: 'a' } }),
  resource('arn:aws:s3:::b', { tags: {} }),
);
const when = fc.constantFrom(Date.UTC(2025, 0, 1), Date.UTC(2026, 10, 22));
const action = fc.constantFrom('s3:GetObject', 'iam:CreateUser', 'ec2:RunInstances');

const signature = (body: Record<string, Record<string, Json>>, index: number): string =>
  awsConditionLanguage.principalSignature!(compile(body), principals[index]!);

describe('aws.md 1.12: what conditions tell principals apart by', () => {
  test.prop([block, context, target, action, when], { numRuns: 400 })(
    'principals with one signature are judged alike in every request',
    (body, given, on, asked, now) => {
      const condition = compile(body);
      const judged = new Map<string, number>();
      for (const principal of principals) {
        const text = awsConditionLanguage.principalSignature!(condition, principal);
        const truth = condition.evaluate(request({ principal, resource: on, action: asked, context: given, now }));
        expect(judged.get(text) ?? truth).toBe(truth);
        judged.set(text, truth);
      }
    },
  );

  it('an exception by ARN tells those it names from the others, and no two of the others', () => {
    const body = { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/app-*' } };
    expect(signature(body, 0)).toBe(signature(body, 2));
    expect(signature(body, 5)).toBe(signature(body, 6));
    expect(signature(body, 0)).not.toBe(signature(body, 5));
  });

  it('a variable tells principals apart by its value', () => {
    const body = { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } };
    expect(signature(body, 0)).toBe(signature(body, 1));
    expect(signature(body, 0)).not.toBe(signature(body, 2));
  });

  it('tags the caller chooses are not the tags it has', () => {
    const body = { StringEquals: { 'aws:PrincipalTag/team': 'a' } };
    expect(signature(body, 6)).not.toBe(signature(body, 7));
  });
});

describe('aws.md 1.12: keys that all principals of one type in one account share', () => {
  const shared = [...(awsConditionLanguage.sharedKeys ?? [])];
  const KINDS = ['access-key', 'console', 'mfa-session', 'federation-token', 'role-session', 'web-identity-session'];
  const read = (key: string, principal: (typeof principals)[number]): string =>
    awsConditionLanguage.principalFact(key, principal);
  const inside = { tags: { team: 'z' }, attributes: { userId: 'AROAZ' } };

  it('read the same of each of them, whatever its name, tags and id', () => {
    expect(shared.length).toBeGreaterThan(0);
    for (const key of shared) {
      expect(read(key, user('zoe', inside))).toBe(read(key, user('alice')));
      expect(read(key, role('z', inside, [organization]))).toBe(read(key, role('app-one', {}, [organization])));
    }
  });

  it('are read anew in no session', () => {
    for (const kind of KINDS) expect(sessionRules(kind)?.keys.filter((key) => shared.includes(key))).toEqual([]);
  });

  it('are not those that tell one principal from another', () => {
    for (const key of [
      'aws:principalarn',
      'aws:principaltag/team',
      'aws:userid',
      'aws:username',
      'aws:principaltype',
    ]) {
      expect(shared).not.toContain(key);
    }
  });
});
