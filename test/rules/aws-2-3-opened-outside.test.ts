/**
 * Whoever may write the policy of a resource may let in an account of the attacker's own, which nothing keeps back that keeps the
 * caller back itself (aws.md 2.3.5; 1.3 step 6): only what guards the resource does.
 */
import { describe, expect, test } from 'vitest';
import {
  allow,
  ask,
  BEN,
  bucket,
  deny,
  grant,
  HOME,
  home,
  iam,
  type Json,
  MIA,
  organization,
  policy,
  refuse,
  resource,
  role,
  TARGET,
  trust,
  user,
  type World,
} from './rule-estate.ts';

const BUCKET = 'arn:aws:s3:::one';
const WRITES = allow('s3:PutBucketPolicy', BUCKET);
const KEPT_BACK = deny(['s3:GetObject*', 's3:ListBucket*']);
const outsideOrganization = {
  StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-example' },
  BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
};

function readOf(estate: World, more: (estate: World) => World = (one) => one): string | undefined {
  const reached = ask(more(estate))
    .radius(MIA)
    .reaches.find(({ id }) => id === BUCKET);
  return reached?.access?.find((one) => one.class === 'data-read')?.certainty;
}

const world = (says: readonly Json[], resources = bucket('one')): World =>
  home({ users: [user('mia', says)], resources, files: { accessKeys: [] } });
const within =
  (guards: Parameters<typeof organization>[0]) =>
  (estate: World): World => ({
    ...estate,
    organization: organization(guards),
  });

describe('where the caller is kept from reading', () => {
  test('by a deny of its own', () => {
    expect(readOf(world([WRITES, KEPT_BACK]))).toBe('allow');
    expect(readOf(world([KEPT_BACK]))).toBeUndefined();
    expect(readOf(world([WRITES, deny('s3:*')]))).toBeUndefined();
  });
  test('by its boundary', () => {
    const bound = policy('bound', [allow('s3:Put*')]);
    const bounded = (says: readonly Json[]): World =>
      home({
        users: [user('mia', says, { boundary: iam('policy/bound') })],
        policies: [bound],
        resources: bucket('one'),
        files: { accessKeys: [] },
      });
    expect(readOf(bounded([WRITES]))).toBe('allow');
    expect(readOf(bounded([allow('s3:GetObject')]))).toBeUndefined();
  });
  test('by a guard of its account', () => {
    const scps = { [HOME]: [deny(['s3:GetObject*', 's3:ListBucket*'])] };
    expect(readOf(world([WRITES]), within({ scps }))).toBe('allow');
    expect(readOf(world([allow('s3:GetObject')]), within({ scps }))).toBeUndefined();
  });

  test('not where a guard of the resources lets in the organization only', () => {
    const rcps = { [HOME]: [deny('s3:*', '*', outsideOrganization)] };
    expect(readOf(world([WRITES, KEPT_BACK]), within({ rcps }))).toBeUndefined();
    expect(
      readOf(world([WRITES, KEPT_BACK]), within({ rcps: { [HOME]: [deny('sqs:*', '*', outsideOrganization)] } })),
    ).toBe('allow');
    // The caller itself is of the organization.
    expect(readOf(world([WRITES]), within({ rcps }))).toBe('allow');
  });

  test('a list of grants leaves what the policy denies', () => {
    const acl = allow(['s3:PutBucketAcl', 's3:PutObjectAcl'], [BUCKET, `${BUCKET}/*`]);
    const lists = { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }] } };
    const listed = (...statements: readonly Json[]): readonly Json[] =>
      bucket('one', ...statements).map((one) =>
        one['TypeName'] === 'AWS::S3::Bucket' ? { ...one, Properties: lists } : one,
      );
    const refused = refuse('*', 's3:*', [BUCKET, `${BUCKET}/*`], { StringNotEquals: { 'aws:PrincipalAccount': HOME } });
    const noise = grant({ AWS: MIA }, 's3:GetBucketTagging', BUCKET);
    expect(readOf(world([acl, KEPT_BACK], listed(noise)))).toBe('allow');
    expect(readOf(world([acl, KEPT_BACK], listed(noise, refused)))).toBeUndefined();
  });
});

describe('where the organization keeps out whoever is not of it, for somebody else who is held', () => {
  const rcps = { [HOME]: [deny('s3:*', '*', outsideOrganization)] };
  const keyOfBen = allow('iam:CreateAccessKey', BEN);
  const two = (mia: readonly Json[], ben: readonly Json[]): World =>
    within({ rcps })(
      home({
        users: [user('mia', mia), user('ben', ben)],
        resources: bucket('one'),
        files: { accessKeys: [] },
      }),
    );

  test('whom nothing keeps back', () => {
    expect(readOf(two([WRITES, KEPT_BACK, keyOfBen], []))).toBe('allow');
    expect(readOf(two([KEPT_BACK, keyOfBen], [WRITES]))).toBe('allow');
  });
  test('not who is kept back as well', () =>
    expect(readOf(two([WRITES, KEPT_BACK, keyOfBen], [KEPT_BACK]))).toBeUndefined());
  test('not who is not held', () => expect(readOf(two([WRITES, KEPT_BACK], []))).toBeUndefined());
  test('not where nobody may write the policy', () => expect(readOf(two([KEPT_BACK, keyOfBen], []))).toBeUndefined());
});

describe('a function that one opens and another one, who is held, rewrites', () => {
  const FUNCTION = `arn:aws:lambda:eu-west-1:${HOME}:function:f`;
  const opens = allow('lambda:AddPermission', FUNCTION);
  const keptBack = deny(['lambda:UpdateFunction*', 'lambda:InvokeFunction*']);
  const estate = (mia: readonly Json[], ben: readonly Json[]): World =>
    home({
      users: [user('mia', mia), user('ben', ben)],
      roles: [role('target', [trust({ Service: 'lambda.amazonaws.com' })])],
      resources: [resource('AWS::Lambda::Function', 'f', { FunctionName: 'f', Arn: FUNCTION, Role: TARGET })],
      files: { accessKeys: [] },
    });
  const keyOfBen = allow('iam:CreateAccessKey', BEN);
  const pathOf = (mia: readonly Json[], ben: readonly Json[]) =>
    ask(estate(mia, ben))
      .radius(MIA)
      .reaches.find(({ id }) => id === TARGET)?.path;

  test('gives what it runs as; the path tells who opens it, and then who makes use of it', () => {
    const path = pathOf([opens, keptBack, keyOfBen], []);
    expect(path?.map(({ from, technique, to, change }) => [from, technique, to, change])).toEqual([
      [MIA, 'iam-create-access-key', BEN, undefined],
      [MIA, 'lambda-add-permission', FUNCTION, { change: 'open-resource' }],
      [BEN, 'lambda-update-code', FUNCTION, undefined],
      [FUNCTION, 'runs-as', TARGET, undefined],
    ]);
    expect(path?.[2]?.evidence[0]).toMatchObject({ onceChanged: 'policy', certainty: 'allow', principal: BEN });
  });
  test('not where both are kept back', () => expect(pathOf([opens, keptBack, keyOfBen], [keptBack])).toBeUndefined());
  test('not where nobody opens it', () => expect(pathOf([keptBack, keyOfBen], [])).toBeUndefined());
  test('not where the other one is not held', () => expect(pathOf([opens, keptBack], [])).toBeUndefined());
});

test('buckets that nobody lists may be opened so too', () => {
  const of = (says: readonly Json[]): readonly (string | undefined)[] => {
    const { unbounded } = ask(
      home({ users: [user('mia', says)], blocks: null, files: { resources: undefined } }),
    ).radius(MIA);
    return ['data-read', 'data-write'].map((wanted) => unbounded.find((one) => one.class === wanted)?.certainty);
  };
  expect(of([allow('s3:PutBucketPolicy'), KEPT_BACK])).toEqual(['unknown', 'unknown']);
  expect(of([allow('s3:PutBucketPolicy'), deny('s3:*')])).toEqual([undefined, undefined]);
});

test('the path tells that it is an account of the attacker’s own, and the words do', () => {
  const others = { Effect: 'Deny', NotAction: 's3:PutBucketPolicy', Resource: '*' };
  const pathOf = (...says: readonly Json[]) =>
    ask(world(says))
      .radius(MIA)
      .reaches.find(({ id }) => id === BUCKET)!.path;
  const [hop] = pathOf(WRITES, others);
  expect(hop?.change).toMatchObject({ change: 'open-resource', instead: true, outsider: true });
  const [first, second] = hop!.evidence;
  expect(first).toMatchObject({ action: 's3:PutBucketPolicy', principal: MIA });
  expect(second).toMatchObject({ principal: expect.stringMatching(/^outsider:/), certainty: 'allow' });
  expect(pathOf(WRITES)[0]?.change).not.toHaveProperty('outsider');
});
