import { awsInputFromObjects, awsSemantics, normalizeAws } from '@keyreach/aws/offline';
import { AuthorizationModel, can, type Verdict, whoCan } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decideNaively,
  type RawDocument,
  type RawEstate,
  type RawRequest,
  type RawStatement,
  words,
} from './oracle/naive-decision.ts';
import {
  type Asked,
  askedEstates,
  callersOf,
  guardedBy,
  randomChange,
  recased,
  renamed,
  reordered,
  type SmallEstate,
  smallEstate,
  split,
  withBoundary,
  withDocuments,
  withIdentityStatement,
  withScpStatement,
} from './oracle/random-decisions.ts';

const time = '2026-01-01T00:00:00.000Z';
const now = Date.parse(time);

function modelOf(estate: RawEstate): AuthorizationModel {
  return new AuthorizationModel(new GraphIndex(normalizeAws(awsInputFromObjects(estate), { now: time })), [
    awsSemantics,
  ]);
}

const query = ({ principal, action, resource, context }: RawRequest): Parameters<typeof can>[1] => ({
  principal,
  action,
  resource,
  context: new Map(Object.entries(context)),
  now,
});

const verdict = (model: AuthorizationModel, request: RawRequest): Verdict => can(model, query(request)).verdict;
const strength = (one: Verdict): number => words.indexOf(one);

/** Verdicts on the requests before and after a change of the estate. */
function beforeAndAfter(
  { estate, requests }: Asked,
  changed: RawEstate,
): readonly { readonly request: RawRequest; readonly before: Verdict; readonly after: Verdict }[] {
  const [old, next] = [modelOf(estate), modelOf(changed)];
  return requests.map((request) => ({ request, before: verdict(old, request), after: verdict(next, request) }));
}

describe('a decision', () => {
  test('is what reading the policies one by one says', () => {
    const seen = new Map<string, number>(words.map((word) => [word, 0]));
    fc.assert(
      fc.property(askedEstates(20), ({ estate, requests }) => {
        const model = modelOf(estate);
        for (const request of requests) {
          const expected = words[decideNaively(estate, request)];
          expect(verdict(model, request), JSON.stringify(request)).toBe(expected);
          seen.set(expected, seen.get(expected)! + 1);
        }
      }),
      { numRuns: 350 },
    );
    // The estates must be worth asking about.
    for (const word of words) expect(seen.get(word), word).toBeGreaterThan(100);
  });

  test('is the same for everybody asked at once and one by one', () => {
    fc.assert(
      fc.property(askedEstates(4), ({ estate, requests }) => {
        const model = modelOf(estate);
        const everybody = model.graph.identities.filter((one) => one.type !== 'group').map((one) => one.id);
        expect(everybody).toEqual(expect.arrayContaining([...callersOf(estate)]));
        for (const { action, resource, context } of requests) {
          const found = whoCan(model, { action, resource, context: new Map(Object.entries(context)), now });
          const listed = Object.fromEntries(found.map(({ id, certainty }) => [id, certainty]));
          const asked = everybody
            .map((principal) => [principal, verdict(model, { principal, action, resource, context })] as const)
            .filter(([, answer]) => answer !== 'deny');
          expect(listed).toEqual(Object.fromEntries(asked));
          const order = found.map(({ certainty }) => strength(certainty));
          expect(order).toEqual([...order].sort((left, right) => right - left));
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('a change of policies', () => {
  test('that adds an Allow never takes away, and one that adds a Deny, an SCP deny or a boundary never gives', () => {
    let moved = 0;
    fc.assert(
      fc.property(askedEstates(12), randomChange, (asked, { allow, deny, boundary }) => {
        for (const { request, before, after } of beforeAndAfter(asked, withIdentityStatement(asked.estate, allow))) {
          expect(strength(after), `allow: ${JSON.stringify(request)}`).toBeGreaterThanOrEqual(strength(before));
          if (before !== after) moved += 1;
        }
        const takes = {
          deny: withIdentityStatement(asked.estate, deny),
          scp: withScpStatement(asked.estate, deny),
          boundary: withBoundary(asked.estate, boundary),
        };
        for (const [what, changed] of Object.entries(takes)) {
          for (const { request, before, after } of beforeAndAfter(asked, changed)) {
            expect(strength(after), `${what}: ${JSON.stringify(request)}`).toBeLessThanOrEqual(strength(before));
            if (before !== after) moved += 1;
          }
        }
      }),
      // Enough estates that the count below holds whatever the seed: 60 moved 82 verdicts once.
      { numRuns: 150 },
    );
    expect(moved).toBeGreaterThan(100);
  });

  test('that only rewrites them changes nothing', () => {
    const rewritings: Readonly<Record<string, (estate: RawEstate) => RawEstate>> = {
      reordered: (estate) => withDocuments(estate, reordered),
      renamed: (estate) => withDocuments(estate, renamed),
      recased: (estate) => withDocuments(estate, recased),
      split,
    };
    fc.assert(
      fc.property(askedEstates(12), (asked) => {
        for (const [how, rewrite] of Object.entries(rewritings)) {
          for (const { request, before, after } of beforeAndAfter(asked, rewrite(asked.estate))) {
            expect(after, `${how}: ${JSON.stringify(request)}`).toBe(before);
          }
        }
      }),
      { numRuns: 70 },
    );
  });
});

test('a key of the request, once known, leaves what was decided as it was', () => {
  const key = 'aws:multifactorauthpresent';
  let settled = 0;
  fc.assert(
    fc.property(askedEstates(15), ({ estate, requests }) => {
      const model = modelOf(estate);
      for (const request of requests) {
        const { [key]: _, ...context } = request.context;
        const open = verdict(model, { ...request, context });
        for (const value of [['true'], ['false'], null]) {
          const known = verdict(model, { ...request, context: { ...context, [key]: value } });
          if (open === 'allow' || open === 'deny') expect(known, JSON.stringify(request)).toBe(open);
          if (open === 'conditional' && known !== open) settled += 1;
        }
      }
    }),
    { numRuns: 120 },
  );
  expect(settled).toBeGreaterThan(20);
});

/** Rules of aws.md that random estates leave alone, or meet seldom. */
describe('a rule of its own', () => {
  const ann = 'arn:aws:iam::111111111111:user/ann';
  const app = 'arn:aws:iam::111111111111:role/app';
  const linked = 'arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX';
  const document = (...Statement: readonly RawStatement[]): RawDocument => ({ Version: '2012-10-17', Statement });
  const allow = (Action: string, Resource = '*'): RawStatement => ({ Effect: 'Allow', Action, Resource });
  const inline = (...statements: readonly RawStatement[]) => [
    { PolicyName: 'inline', PolicyDocument: document(...statements) },
  ];
  const everybody: RawDocument = document({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' });
  const bucket = (...statements: readonly RawStatement[]) => [
    { TypeName: 'AWS::S3::Bucket', Identifier: 'data', Properties: {} },
    {
      TypeName: 'AWS::S3::BucketPolicy',
      Identifier: 'data',
      Properties: { Bucket: 'data', PolicyDocument: document(...statements) },
    },
  ];
  const denyOthers = (...AWS: readonly string[]): RawStatement => ({
    Effect: 'Deny',
    NotPrincipal: { AWS },
    Action: 's3:*',
    Resource: '*',
  });
  const get = { principal: ann, action: 's3:GetObject', resource: 'arn:aws:s3:::data/x', context: {} };
  const on = (action: string, resource = '*', principal = ann): RawRequest => ({
    principal,
    action,
    resource,
    context: {},
  });
  const passing = (service: string): RawStatement => ({
    ...allow('iam:PassRole'),
    Condition: { StringEquals: { 'iam:PassedToService': service } },
  });
  const capped = {
    PermissionsBoundary: {
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: 'arn:aws:iam::111111111111:policy/cap',
    },
  };
  const reader = inline(allow('s3:*'));

  const rules: readonly (readonly [rule: string, estate: SmallEstate, request: RawRequest, answer: Verdict])[] = [
    [
      '1.10: wildcards in the service of an action match nothing',
      { user: { UserPolicyList: inline(allow('s*:GetObject')) }, resources: bucket() },
      get,
      'deny',
    ],
    [
      '1.12: a role is passed to one service, not to two at once',
      {
        user: { UserPolicyList: inline(passing('lambda.amazonaws.com')), ...capped },
        policies: { cap: document(passing('ec2.amazonaws.com')) },
        roles: [{ AssumeRolePolicyDocument: everybody }],
      },
      on('iam:PassRole', app),
      'deny',
    ],
    [
      '1.12: no service that a role is passed to has a wildcard in its name',
      {
        user: { UserPolicyList: inline(passing('ec2*')) },
        roles: [{ AssumeRolePolicyDocument: everybody }],
      },
      on('iam:PassRole', app),
      'deny',
    ],
    [
      '1.12: an action that no reference lists is sent no other services than `iam:PassRole`',
      {
        user: { UserPolicyList: inline({ ...passing('ec2*'), Action: 's3:NotInTheCatalogue' }) },
        resources: bucket(),
      },
      on('s3:NotInTheCatalogue', get.resource),
      'deny',
    ],
    [
      '1.2: resource control policies do not apply to calls of service-linked roles',
      {
        roles: [
          {
            Path: '/aws-service-role/x.amazonaws.com/',
            RoleName: 'AWSServiceRoleForX',
            Arn: linked,
            AssumeRolePolicyDocument: everybody,
            RolePolicyList: reader,
          },
        ],
        resources: bucket(),
        organization: guardedBy(document({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' })),
      },
      { ...get, principal: linked },
      'allow',
    ],
    [
      '1.9: a deny with `NotPrincipal` that lists nothing of the caller denies',
      { user: { UserPolicyList: reader }, resources: bucket(denyOthers(app)) },
      get,
      'deny',
    ],
    [
      '1.9: a deny with `NotPrincipal` that lists user and account spares the user',
      { user: { UserPolicyList: reader }, resources: bucket(denyOthers(ann, '111111111111')) },
      get,
      'allow',
    ],
    [
      '1.9: a deny with `NotPrincipal` that lists the user without the account is undecided',
      { user: { UserPolicyList: reader }, resources: bucket(denyOthers(ann)) },
      get,
      'unknown',
    ],
    [
      '1.9: a deny with `NotPrincipal` that lists the account without the user is undecided',
      { user: { UserPolicyList: reader }, resources: bucket(denyOthers('111111111111')) },
      get,
      'unknown',
    ],
    [
      '1.9: a deny with `NotPrincipal` denies who has a boundary, whoever is listed',
      {
        user: { UserPolicyList: reader, ...capped },
        policies: { cap: document(allow('*')) },
        resources: bucket(denyOthers(ann, '111111111111')),
      },
      get,
      'deny',
    ],
    ['1.3: an IAM user needs no Allow for sts:GetSessionToken', {}, on('sts:GetSessionToken'), 'allow'],
    ['1.3: dynamodb:DescribeEndpoints needs no Allow', {}, on('dynamodb:DescribeEndpoints'), 'allow'],
    [
      '1.3: what needs no Allow can be denied',
      { user: { UserPolicyList: inline({ ...allow('sts:*'), Effect: 'Deny' }) } },
      on('sts:GetSessionToken'),
      'deny',
    ],
    [
      '1.7: a role session gets no sts:GetSessionToken',
      { roles: [{ AssumeRolePolicyDocument: everybody, RolePolicyList: inline(allow('*')) }] },
      on('sts:GetSessionToken', '*', app),
      'deny',
    ],
    [
      '1.10: arn:aws:s3:::* grants s3:ListAllMyBuckets',
      { user: { UserPolicyList: inline(allow('s3:*', 'arn:aws:s3:::*')) } },
      on('s3:ListAllMyBuckets'),
      'allow',
    ],
    [
      '1.5: a trust policy that could not be read leaves other actions on the role alone',
      { user: { UserPolicyList: inline(allow('iam:*')) }, roles: [{}] },
      on('iam:GetRole', app),
      'allow',
    ],
    [
      '1.5: a trust policy that could not be read grants no other actions on the role',
      { roles: [{}] },
      on('iam:GetRole', app),
      'deny',
    ],
    [
      '1.8: AWS managed policies cannot be changed',
      { user: { UserPolicyList: inline(allow('*')) } },
      on('iam:CreatePolicyVersion', 'arn:aws:iam::aws:policy/ReadOnlyAccess'),
      'deny',
    ],
    [
      '1.8: service-linked roles cannot be changed',
      {
        user: { UserPolicyList: inline(allow('*')) },
        roles: [
          {
            Path: '/aws-service-role/x.amazonaws.com/',
            RoleName: 'AWSServiceRoleForX',
            Arn: linked,
            AssumeRolePolicyDocument: everybody,
          },
        ],
      },
      on('iam:AttachRolePolicy', linked),
      'deny',
    ],
    [
      '1.12: a tag of the session stands in resource patterns too',
      {
        user: { UserPolicyList: inline(allow('s3:*', 'arn:aws:s3:::data/${aws:PrincipalTag/team}')) },
        resources: bucket(),
      },
      { ...get, context: { 'aws:principaltag/team': ['x'] } },
      'allow',
    ],
  ];

  test.each(rules)('%s', (_, estate, request, answer) => {
    expect(verdict(modelOf(smallEstate(estate)), request)).toBe(answer);
  });
});
