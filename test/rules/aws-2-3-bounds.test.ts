/** Bounds and kinds of guards that changes of groups, tags and policies of resources run into (aws.md 2.3.1, 2.3.5). */
import { expect, test } from 'vitest';
import {
  allow,
  ask,
  BEN,
  bucket,
  deny,
  group,
  HOME,
  home,
  iam,
  type Json,
  MIA,
  organization,
  policy,
  ROOT,
  resource,
  role,
  TARGET,
  trust,
  user,
} from './rule-estate.ts';

const GROUP = iam('group/team');
const SECRET = `arn:aws:secretsmanager:eu-west-1:${HOME}:secret:s-AbCdEf`;
const accessOf = (estate: Parameters<typeof ask>[0], id: string, wanted: string): string | undefined =>
  ask(estate)
    .radius(MIA)
    .reaches.find((one) => one.id === id)
    ?.access?.find((one) => one.class === wanted)?.certainty;

test('aws.md 2.3.1 iam-add-user-to-group: each of many changes of the group is followed by itself', () => {
  const numbers = Array.from({ length: 12 }, (_, at) => at);
  const roles = numbers.map((at) => role(`r${at}`, [trust({ AWS: ROOT })]));
  const policies = numbers.map((at) => policy(`p${at}`, [deny('sts:AssumeRole', iam(`role/r${at}`))]));
  const attached = numbers.map((at) => ({ PolicyName: `p${at}`, PolicyArn: iam(`policy/p${at}`) }));
  const groups = [{ ...group('team', [allow('sts:AssumeRole')]), AttachedManagedPolicies: attached }];
  const users = [user('mia', [allow('iam:AddUserToGroup', GROUP), allow('iam:DetachGroupPolicy', GROUP)])];
  const reached = ask(home({ users, groups, policies, roles, files: { accessKeys: [] } })).reach(MIA);
  expect(numbers.map((at) => reached[iam(`role/r${at}`)])).toEqual(numbers.map(() => 'allow'));
});

test('aws.md 2.3.1 iam-add-user-to-group: any two of several changes of the group go together', () => {
  const numbers = Array.from({ length: 5 }, (_, at) => at);
  const pairs = numbers.flatMap((one) => numbers.filter((two) => two > one).map((two) => [one, two] as const));
  const name = (pair: readonly number[]): string => `r${pair.join('')}`;
  const roles = pairs.map((pair) => role(name(pair), [trust({ AWS: ROOT })]));
  // Each policy denies every role of a pair it is one of: both must be taken off for it.
  const policies = numbers.map((at) =>
    policy(`p${at}`, [
      deny(
        'sts:AssumeRole',
        pairs.filter((pair) => pair.includes(at)).map((pair) => iam(`role/${name(pair)}`)),
      ),
    ]),
  );
  const attached = numbers.map((at) => ({ PolicyName: `p${at}`, PolicyArn: iam(`policy/p${at}`) }));
  const groups = [{ ...group('team', [allow('sts:AssumeRole')]), AttachedManagedPolicies: attached }];
  const reachOf = (action: string): Readonly<Record<string, string>> => {
    const users = [user('mia', [allow('iam:AddUserToGroup', GROUP), allow(action, GROUP)])];
    return ask(home({ users, groups, policies, roles, files: { accessKeys: [] } })).reach(MIA);
  };
  const detaching = reachOf('iam:DetachGroupPolicy');
  expect(pairs.map((pair) => detaching[iam(`role/${name(pair)}`)])).toEqual(pairs.map(() => 'allow'));
  const deleting = reachOf('iam:DeleteGroupPolicy');
  expect(pairs.filter((pair) => deleting[iam(`role/${name(pair)}`)] !== undefined)).toEqual([]);
});

test('aws.md 2.3.1 resource-tag-abac: an RCP that looks at tags is passed by whoever chooses them, or by another one', () => {
  const notRed = { StringNotEquals: { 'aws:ResourceTag/team': 'red' } };
  const tags = allow('secretsmanager:TagResource', SECRET);
  const reads = allow('secretsmanager:GetSecretValue', SECRET);
  const readOf = (mia: readonly Json[], ben: readonly Json[]): string | undefined => {
    const users = [user('mia', mia), user('ben', ben)];
    const resources = [resource('AWS::SecretsManager::Secret', SECRET, { Tags: [{ Key: 'team', Value: 'blue' }] })];
    const rcps = { [HOME]: [deny('secretsmanager:GetSecretValue', '*', notRed)] };
    const estate = { ...home({ users, resources, files: { accessKeys: [] } }), organization: organization({ rcps }) };
    return accessOf(estate, SECRET, 'secret-read');
  };
  const keyOfBen = allow('iam:CreateAccessKey', BEN);
  expect(readOf([tags, reads], [])).toBe('allow');
  expect(readOf([keyOfBen, tags], [reads])).toBe('allow');
  expect(readOf([keyOfBen], [reads])).toBeUndefined();
});

test('aws.md 2.3.5: a key in the configuration of a function is read from outside as well', () => {
  const F = `arn:aws:lambda:eu-west-1:${HOME}:function:f`;
  const Environment = { Variables: { K: 'AKIAIOSFODNN7EXAMPLE' } };
  const reach = (...says: readonly Json[]): string | undefined =>
    ask(
      home({
        users: [user('mia', [...says, deny('lambda:GetFunction*')]), user('ben')],
        resources: [resource('AWS::Lambda::Function', F, { FunctionName: 'f', Environment })],
        files: { accessKeys: [{ UserName: 'ben', AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Active' }] },
      }),
    ).reach(MIA)[BEN];
  expect(reach(allow('lambda:AddPermission', F))).toBe('conditional');
  expect(reach(allow('lambda:TagResource', F))).toBeUndefined();
});

test('aws.md 2.3.5: an RCP that lets in organizations of partners keeps an account of the attacker’s own out', () => {
  const StringNotEqualsIfExists = { 'aws:PrincipalOrgID': ['o-example', 'o-partner'] };
  const rcps = { [HOME]: [deny('s3:*', '*', { StringNotEqualsIfExists })] };
  const users = [user('mia', [allow('s3:PutBucketPolicy'), deny(['s3:GetObject*', 's3:ListBucket*'])])];
  const estate = home({ users, resources: bucket('one'), files: { accessKeys: [] } });
  expect(
    accessOf({ ...estate, organization: organization({ rcps }) }, 'arn:aws:s3:::one', 'data-read'),
  ).toBeUndefined();
  expect(accessOf(estate, 'arn:aws:s3:::one', 'data-read')).toBe('allow');
});

test('aws.md 2.3.5: the account of the attacker’s own is none of the input, whatever numbers that uses', () => {
  const account = '000000000000';
  const says = [allow('s3:PutBucketPolicy'), deny(['s3:GetObject*', 's3:ListBucket*'])];
  const users = [user('mia', says, { account })];
  const asked = ask({ accounts: { [account]: { users, resources: bucket('one'), files: { accessKeys: [] } } } });
  const [reached] = asked.radius(iam('user/mia', account)).reaches;
  expect(reached?.access?.find((one) => one.class === 'data-read')?.certainty).toBe('allow');
});

test('aws.md 2.3.1: where no policy can be made at all, nothing comes of names that nobody knows', () => {
  const named = { ArnLike: { 'iam:PolicyARN': iam(`policy/\${aws:SourceIp}-*`) } };
  const reach = (...says: readonly Json[]): string | undefined =>
    ask(
      home({
        users: [
          user('mia', [
            allow('iam:AttachUserPolicy', MIA, named),
            allow('iam:CreatePolicy', iam('policy/mia-*')),
            ...says,
          ]),
        ],
        roles: [role('target', [trust({ AWS: ROOT })])],
        files: { accessKeys: [] },
      }),
    ).reach(MIA)[TARGET];
  expect(reach()).toBe('conditional');
  expect(reach(deny('iam:CreatePolicy'))).toBeUndefined();
});
