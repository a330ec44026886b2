/**
 * Tags that one identity chooses and another one, held as well, makes use of (aws.md 2.3.1, resource-tag-abac): who may assume a
 * role, or read a secret, by its tag.
 */
import { describe, expect, test } from 'vitest';
import {
  allow,
  ask,
  BEN,
  deny,
  grant,
  HOME,
  home,
  iam,
  type Json,
  MIA,
  ROOT,
  resource,
  role,
  TARGET,
  trust,
  user,
  type World,
} from './rule-estate.ts';

const SECRET = `arn:aws:secretsmanager:eu-west-1:${HOME}:secret:s-AbCdEf`;
const red: Json = { StringEquals: { 'aws:ResourceTag/team': 'red' } };
const BLUE_SECRET = resource('AWS::SecretsManager::Secret', SECRET, { Tags: [{ Key: 'team', Value: 'blue' }] });
const KEY_OF_BEN = allow('iam:CreateAccessKey', BEN);

/** Mia comes to be Ben by a key of his. */
const world = (mia: readonly Json[], ben: readonly Json[], more: Json = {}): World =>
  home({
    users: [user('mia', mia), user('ben', ben)],
    roles: [role('target', [trust({ AWS: ROOT })])],
    resources: [BLUE_SECRET],
    files: { accessKeys: [] },
    ...more,
  });

const reachOf = (estate: World, id: string): string | undefined => ask(estate).reach(MIA)[id];

describe('a role that one tags and another one assumes by its tag', () => {
  const tags = allow('iam:TagRole', TARGET);
  const assumes = allow('sts:AssumeRole', '*', red);

  test('is reached', () => expect(reachOf(world([KEY_OF_BEN, tags], [assumes]), TARGET)).toBe('allow'));
  test('also where the other one tags', () =>
    expect(reachOf(world([KEY_OF_BEN, assumes], [tags]), TARGET)).toBe('allow'));
  test('not where nobody tags it', () => expect(reachOf(world([KEY_OF_BEN], [assumes]), TARGET)).toBeUndefined());
  test('not where another role is tagged', () =>
    expect(reachOf(world([KEY_OF_BEN, allow('iam:TagRole', iam('role/other'))], [assumes]), TARGET)).toBeUndefined());
  test('not where the other one is not held', () => expect(reachOf(world([tags], [assumes]), TARGET)).toBeUndefined());
  test('not where the other one asks for what is no tag', () => {
    const inOrg = allow('sts:AssumeRole', '*', { StringEquals: { 'aws:ResourceOrgID': 'o-other' } });
    expect(reachOf(world([KEY_OF_BEN, tags], [inOrg]), TARGET)).toBeUndefined();
  });
  test('not where only another value can be chosen', () => {
    const blue = { StringEquals: { 'aws:RequestTag/team': 'blue' } };
    const estate = world([KEY_OF_BEN, allow('iam:TagRole', TARGET, blue)], [assumes]);
    expect(reachOf(estate, TARGET)).not.toBe('allow');
  });
  test('not where a deny keeps it from being assumed', () =>
    expect(reachOf(world([KEY_OF_BEN, tags], [assumes, deny('sts:AssumeRole', TARGET)]), TARGET)).toBeUndefined());
  test('not where the trust is in somebody else', () => {
    const roles = [role('target', [trust({ Service: 'ec2.amazonaws.com' })])];
    expect(reachOf(world([KEY_OF_BEN, tags], [assumes], { roles }), TARGET)).toBeUndefined();
  });
  test('as surely as the tag is chosen', () => {
    const withMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
    const tagged = allow('iam:TagRole', TARGET, withMfa);
    expect(reachOf(world([KEY_OF_BEN, tagged], [assumes]), TARGET)).toBe('conditional');
  });

  test('the path tells who chooses the tags, and then who makes use of them', () => {
    const path = ask(world([KEY_OF_BEN, tags], [assumes]))
      .radius(MIA)
      .reaches.find(({ id }) => id === TARGET)?.path;
    expect(path?.map(({ from, technique, to, change }) => [from, technique, to, change?.change])).toEqual([
      [MIA, 'iam-create-access-key', BEN, undefined],
      [MIA, 'resource-tag-abac/iam-role', TARGET, 'retag-resource'],
      [BEN, 'sts-assume-role', TARGET, undefined],
    ]);
    const last = path?.at(-1)?.evidence.find((one) => one.kind === 'permission');
    expect(last).toMatchObject({ action: 'sts:AssumeRole', onceChanged: 'tags', certainty: 'allow' });
  });
});

describe('a secret that one tags and another one reads by its tag', () => {
  const tags = allow('secretsmanager:TagResource', SECRET);
  const reads = allow('secretsmanager:GetSecretValue', '*', red);
  const readOf = (estate: World): string | undefined =>
    ask(estate)
      .radius(MIA)
      .reaches.find(({ id }) => id === SECRET)
      ?.access?.find((one) => one.class === 'secret-read')?.certainty;

  test('is read', () => expect(readOf(world([KEY_OF_BEN, tags], [reads]))).toBe('allow'));
  test('not where it is not tagged', () => expect(readOf(world([KEY_OF_BEN], [reads]))).toBeUndefined());
  test('not where tags do not matter', () =>
    expect(
      readOf(
        world([KEY_OF_BEN, tags], [allow('secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:*:*:secret:t-*')]),
      ),
    ).toBeUndefined());
  test('also where its own policy lets Ben in by its tag', () => {
    const resources = [
      BLUE_SECRET,
      resource('AWS::SecretsManager::ResourcePolicy', SECRET, {
        SecretId: SECRET,
        ResourcePolicy: {
          Version: '2012-10-17',
          Statement: [grant({ AWS: BEN }, 'secretsmanager:GetSecretValue', '*', red)],
        },
      }),
    ];
    expect(readOf(world([KEY_OF_BEN, tags], [], { resources }))).toBe('allow');
    expect(readOf(world([KEY_OF_BEN], [], { resources }))).toBeUndefined();
    expect(readOf(world([tags], [], { resources }))).toBeUndefined();
  });
});
