import { CONDITIONAL, FALSE, TRUE, type Truth } from '@keyreach/core/authz';
import type { Json, PrincipalMatcher } from '@keyreach/core/graph';
import { describe, expect, test } from 'vitest';
import { type Asking, BUCKET, DecisionEstate, type EstateFields, type Rule, USER } from './testing/decision-estate.ts';

const ACTION = 's3:GetBucketAcl';
const TAGGED: Asking = { chosenTags: true };
const RETAGS: Asking = { chosenResourceTags: true };

function ask(fields: EstateFields, asking: Asking = {}, resource: string = BUCKET, action: string = ACTION): Truth {
  return new DecisionEstate(fields).decide(action, resource, asking);
}

const when = (condition: Json, more: Rule = {}): Rule => ({ ...more, condition });

describe('aws.md 1.12: aws:PrincipalTag where the caller chooses its tags', () => {
  const blue = when({ StringEquals: { 'aws:PrincipalTag/team': 'blue' } });

  test('values that policies name are chosen; without the choice tags are facts', () => {
    expect(ask({ grants: [blue] })).toBe(FALSE);
    expect(ask({ grants: [blue], identity: { ...USER, tags: { team: 'blue' } } })).toBe(TRUE);
    expect(ask({ grants: [blue] }, TAGGED)).toBe(TRUE);
    // The value in place does not bind somebody who may change it.
    expect(ask({ grants: [blue], identity: { ...USER, tags: { team: 'red' } } }, TAGGED)).toBe(TRUE);
  });

  test('one value has to serve a grant, a guard and a deny at once', () => {
    const red = when({ StringEquals: { 'aws:PrincipalTag/team': 'red' } });
    expect(ask({ grants: [blue], boundary: [red] }, TAGGED)).toBe(FALSE);
    expect(ask({ grants: [blue], boundary: [blue] }, TAGGED)).toBe(TRUE);
    expect(ask({ grants: [blue, { ...blue, effect: 'deny' }] }, TAGGED)).toBe(FALSE);
    expect(ask({ grants: [blue, { ...red, effect: 'deny' }] }, TAGGED)).toBe(TRUE);
  });

  test('a tag can be taken off, or have a value nobody names', () => {
    const absent = when({ Null: { 'aws:PrincipalTag/team': 'true' } });
    expect(ask({ grants: [absent], identity: { ...USER, tags: { team: 'red' } } })).toBe(FALSE);
    expect(ask({ grants: [absent], identity: { ...USER, tags: { team: 'red' } } }, TAGGED)).toBe(TRUE);
    const other = when({ StringNotEquals: { 'aws:PrincipalTag/team': ['red', 'blue'] } });
    expect(
      ask({ grants: [other, when({ Null: { 'aws:PrincipalTag/team': 'true' } }, { effect: 'deny' })] }, TAGGED),
    ).toBe(TRUE);
  });

  test('the tag of the resource is worth trying where the two are compared', () => {
    const same = when({ StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } });
    expect(ask({ grants: [same], bucketTags: { team: 'green' } })).toBe(FALSE);
    expect(ask({ grants: [same], bucketTags: { team: 'green' } }, TAGGED)).toBe(TRUE);
    expect(ask({ grants: [same], bucketTags: {} }, TAGGED)).toBe(FALSE);
    const reversed = when({ StringEquals: { 'aws:PrincipalTag/team': '${aws:ResourceTag/team}' } });
    expect(ask({ grants: [reversed], bucketTags: { team: 'green' } }, TAGGED)).toBe(TRUE);
    const inside = when({ StringLike: { 'aws:ResourceTag/team': 'x-${aws:PrincipalTag/team}-*' } });
    expect(ask({ grants: [inside], bucketTags: { team: 'x-green-1' } }, TAGGED)).toBe(TRUE);
    expect(ask({ grants: [inside], bucketTags: { team: 'y-green-1' } }, TAGGED)).toBe(FALSE);
    // Tags cannot have every value.
    expect(ask({ grants: [same], bucketTags: { team: 'a,b' } }, TAGGED)).toBe(FALSE);
  });

  test('so are the parts of the resource that a pattern puts the tag in', () => {
    const home: Rule = {
      resources: ['arn:aws:s3:::home-${aws:PrincipalTag/team}/*', 'arn:aws:s3:::${aws:PrincipalTag/b}'],
    };
    expect(ask({ grants: [home] }, TAGGED, 'arn:aws:s3:::home-green/a', 's3:GetObject')).toBe(TRUE);
    expect(ask({ grants: [home] }, {}, 'arn:aws:s3:::home-green/a', 's3:GetObject')).toBe(FALSE);
    expect(ask({ grants: [home] }, TAGGED, 'arn:aws:s3:::away-green/a', 's3:GetObject')).toBe(TRUE);
    expect(
      ask({ grants: [{ resources: [home.resources![0]!] }] }, TAGGED, 'arn:aws:s3:::away-green/a', 's3:GetObject'),
    ).toBe(FALSE);
    expect(ask({ grants: [home] }, TAGGED, BUCKET)).toBe(TRUE);
    // The same tag has to fit both places.
    const twice: Rule = { resources: ['arn:aws:s3:::${aws:PrincipalTag/t}/${aws:PrincipalTag/t}'] };
    expect(ask({ grants: [twice] }, TAGGED, 'arn:aws:s3:::x/x', 's3:GetObject')).toBe(TRUE);
    expect(ask({ grants: [twice] }, TAGGED, 'arn:aws:s3:::x/y', 's3:GetObject')).toBe(FALSE);
  });

  test('policies on the resource and guards on its scopes are asked with the same choice', () => {
    const anyone: PrincipalMatcher = { match: 'anyone', strength: 'bypasses-guards' };
    const onBucket: Rule = { ...blue, who: [anyone], actions: [ACTION] };
    expect(ask({ bucketPolicy: [onBucket] }, TAGGED)).toBe(TRUE);
    expect(ask({ bucketPolicy: [onBucket] })).toBe(FALSE);
    const rcp: Rule = when({ StringNotEquals: { 'aws:PrincipalTag/team': 'red' } }, { effect: 'deny', who: [anyone] });
    expect(ask({ grants: [{}], rcp: [{ who: [anyone] }, rcp] }, TAGGED)).toBe(TRUE);
    expect(ask({ bucketPolicy: [onBucket], rcp: [{ who: [anyone] }, rcp] }, TAGGED)).toBe(FALSE);
  });

  test('classes: tags that are chosen are the same for all who choose', () => {
    const estate = new DecisionEstate({ grants: [blue], identity: { ...USER, tags: { team: 'red' } } });
    const base = estate.model.classOf({ ...USER, tags: { team: 'red' } });
    expect(estate.model.classFor(estate.facts(TAGGED), [])).not.toBe(base);
    const blind = new DecisionEstate({ grants: [{}] });
    expect(blind.model.classFor(blind.facts(TAGGED), [])).toBe(blind.model.classOf(USER));
  });
});

describe('aws.md 1.12: aws:ResourceTag where the caller chooses the tags of the resource', () => {
  test('values that policies name are chosen, under any spelling of the key', () => {
    for (const key of ['aws:ResourceTag/team', 's3:ResourceTag/Team', 'iam:ResourceTag/team']) {
      const blue = when({ StringEquals: { [key]: 'blue' } });
      expect(ask({ grants: [blue], bucketTags: {} })).toBe(FALSE);
      expect(ask({ grants: [blue], bucketTags: {} }, RETAGS)).toBe(TRUE);
      expect(ask({ grants: [blue], bucketTags: {} }, TAGGED)).toBe(FALSE);
    }
  });

  test('all spellings are one tag', () => {
    const block = { StringEquals: { 'aws:ResourceTag/team': 'blue', 's3:ResourceTag/team': 'red' } };
    expect(ask({ grants: [when(block)] }, RETAGS)).toBe(FALSE);
    const same = { StringEquals: { 'aws:ResourceTag/team': 'blue', 's3:ResourceTag/team': ['red', 'blue'] } };
    expect(ask({ grants: [when(same)] }, RETAGS)).toBe(TRUE);
  });

  test('it can be made what the caller is, or has', () => {
    const owner = when({ StringEquals: { 'aws:ResourceTag/owner': '${aws:username}' } });
    expect(ask({ grants: [owner], bucketTags: {} }, RETAGS)).toBe(TRUE);
    expect(ask({ grants: [owner], bucketTags: {} })).toBe(FALSE);
    const team = when({ StringEquals: { 'aws:PrincipalTag/team': '${aws:ResourceTag/team}' } });
    expect(ask({ grants: [team], identity: { ...USER, tags: { team: 'green' } } }, RETAGS)).toBe(TRUE);
    expect(ask({ grants: [team], identity: { ...USER, tags: {} } }, RETAGS)).toBe(FALSE);
    expect(ask({ grants: [team] }, { ...RETAGS, ...TAGGED })).toBe(TRUE);
  });
});

describe('aws.md 1.12, C: choices that need more than one text', () => {
  const run = (...rules: readonly Rule[]) => ask({ grants: rules }, {}, '*', 'ec2:RunInstances');
  const capped = (grant: Json, guard: Json): Truth =>
    ask({ grants: [when(grant)], boundary: [when(guard)] }, {}, '*', 'ec2:RunInstances');

  test('a value may be what the caller is', () => {
    const role = 'arn:aws:iam::444455556666:role/x';
    const name = when({ StringEquals: { 'sts:RoleSessionName': '${aws:username}' } });
    expect(ask({ grants: [name] }, {}, role, 'sts:AssumeRole')).not.toBe(FALSE);
    const own = when({ StringEquals: { 'aws:RequestTag/owner': '${aws:username}' } });
    expect(run(own)).toBe(TRUE);
    expect(run(own, when({ StringEquals: { 'aws:RequestTag/owner': 'alice' } }, { effect: 'deny' }))).toBe(FALSE);
    expect(run(own, when({ StringEquals: { 'aws:RequestTag/owner': 'bob' } }, { effect: 'deny' }))).toBe(TRUE);
  });

  test('a value has to fit the patterns of grant and guard at once', () => {
    const like = (pattern: string): Json => ({ StringLike: { 'aws:RequestTag/name': pattern } });
    expect(capped(like('team-*'), like('*-prod'))).toBe(TRUE);
    expect(capped(like('*a*'), like('*b*'))).toBe(TRUE);
    expect(capped(like('team-*'), like('prod-*'))).toBe(FALSE);
    expect(capped(like('team-?'), like('*1'))).toBe(TRUE);
    expect(capped(like('team-??'), like('team-?'))).toBe(FALSE);
    // One character of the caller's choice is not the one a deny names.
    expect(run(when(like('team-?')), when(like('team-x'), { effect: 'deny' }))).toBe(TRUE);
    expect(run(when(like('team-?')), when(like('team-*'), { effect: 'deny' }))).toBe(FALSE);
  });

  test('a key with several values takes those of grant and guard together', () => {
    const any = (...values: readonly string[]) => ({
      'ForAnyValue:StringEquals': { 'aws:TagKeys': [...values] },
    });
    const only = (...values: readonly string[]) => ({
      'ForAllValues:StringEquals': { 'aws:TagKeys': [...values] },
    });
    expect(capped(any('a'), any('b'))).toBe(TRUE);
    const both = { ...any('a'), ...only('a', 'b') };
    expect(capped(both, any('b'))).toBe(TRUE);
    expect(capped(both, any('c'))).toBe(FALSE);
    const notC = when(any('c'), { effect: 'deny' });
    expect(ask({ grants: [when(any('a')), notC], boundary: [when(any('b'))] }, {}, '*', 'ec2:RunInstances')).toBe(TRUE);
    // Present, but with none of the values named.
    const other = { 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': ['a'] } };
    expect(run(when({ ...other, ...any('a') }))).toBe(TRUE);
  });

  test('what is too much to try is not denied for sure', () => {
    const many = Array.from({ length: 60 }, (_, index) => `v${index}`);
    const one = (values: readonly string[]): Json => ({ StringEquals: { 'aws:RequestTag/x': [...values] } });
    expect(capped(one(many), one(['v59']))).toBe(TRUE);
    expect(capped(one(many), one(['w']))).toBe(CONDITIONAL);
    expect(capped(one(many.slice(0, 20)), one(['w']))).toBe(FALSE);
    // Six of eight must be there together.
    const together = many.slice(0, 6).map(
      (value): Rule => ({
        effect: 'deny',
        condition: { 'ForAllValues:StringNotEquals': { 'aws:TagKeys': [value] } },
      }),
    );
    const notWhole = when({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['v6'] } }, { effect: 'deny' });
    expect(run({}, ...together, notWhole)).toBe(CONDITIONAL);
  });
});
