import fc from 'fast-check';
import type { RawDocument, RawPrincipal, RawStatement } from '../oracle/naive-decision.ts';
import type { DocumentKind } from './estate.ts';
import { arn, main, other, roleNames, third, uniqueId, userNames } from './names.ts';

/** One of several generators, by weight. */
export const weighted = <T>(...choices: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> =>
  fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));

const oneOrMore = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T | T[]> =>
  weighted<T | T[]>([2, item], [2, fc.array(item, { minLength: 1, maxLength: 3 })]);

/** Patterns of actions that techniques and access need, with wildcards and letters of either case. */
const action = weighted(
  [3, fc.constant('*')],
  [
    12,
    fc.constantFrom(
      'iam:*',
      'iam:Put*',
      'iam:Attach*',
      'IAM:putuserpolicy',
      'iam:PutRolePolicy',
      'iam:CreateAccessKey',
      'iam:*AccessKey',
      'iam:CreateLoginProfile',
      'iam:UpdateLoginProfile',
      'iam:AddUserToGroup',
      'iam:PutGroupPolicy',
      'iam:CreatePolicyVersion',
      'iam:SetDefaultPolicyVersion',
      'iam:UpdateAssumeRolePolicy',
      'iam:Delete*PermissionsBoundary',
      'iam:Put*PermissionsBoundary',
      'iam:Create?ser',
      'iam:CreateRole',
      'iam:PassRole',
    ),
  ],
  [
    10,
    fc.constantFrom(
      'sts:AssumeRole',
      'sts:AssumeRole',
      'sts:*',
      'lambda:*',
      'lambda:Update*',
      'lambda:CreateFunction',
      'lambda:InvokeFunction',
      's3:*',
      's3:GetObject',
      's3:Put*',
      'kms:Decrypt',
      'kms:*',
      'secretsmanager:GetSecretValue',
      'secretsmanager:*',
    ),
  ],
);

const resource = weighted(
  [9, fc.constant('*')],
  [
    8,
    fc.constantFrom(
      arn(main, 'user', 'ann'),
      arn(main, 'user', 'b*'),
      arn(main, 'user', '${aws:username}'),
      arn('*', 'user', '*'),
      arn(main, 'role', 'app'),
      arn(main, 'role', 'o*'),
      arn(main, 'role', '*'),
      arn(other, 'role', '*'),
      arn(main, 'group', 'devs'),
      arn(main, 'group', '*'),
      arn(main, 'policy', 'p1'),
      arn(main, 'policy', '*'),
      'arn:aws:iam::aws:policy/*',
      `arn:aws:lambda:us-east-1:${main}:function:worker`,
      `arn:aws:lambda:*:*:function:*`,
      'arn:aws:s3:::data*',
      'arn:aws:s3:::data/*',
      'arn:aws:s3:::far',
      'arn:aws:s3:::*/${aws:PrincipalTag/team}/*',
      `arn:aws:kms:*:${main}:key/*`,
      `arn:aws:secretsmanager:us-east-1:*:secret:token-*`,
    ),
  ],
);

type RawCondition = NonNullable<RawStatement['Condition']>;

/** Conditions whose outcome is known only when a request is made (aws.md 1.12, class R). */
export const requestCondition: fc.Arbitrary<RawCondition> = fc.constantFrom<RawCondition>(
  { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
  { NotIpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '198.51.100.0/24'] } },
  { StringEquals: { 'aws:SourceVpce': 'vpce-1' } },
  { Null: { 'aws:SourceVpce': 'true' } },
  { StringLikeIfExists: { 'aws:UserAgent': 'tool/*' } },
);

/** Conditions on what the graph tells, what the caller chooses, and what neither decides. */
const condition = weighted<RawCondition>(
  [
    6,
    fc.constantFrom<RawCondition>(
      { StringEquals: { 'aws:PrincipalTag/team': 'red' } },
      { StringNotEquals: { 'aws:PrincipalTag/team': 'red' } },
      { StringLikeIfExists: { 'aws:ResourceTag/team': 'r*' } },
      { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } },
      { ArnLike: { 'aws:PrincipalArn': arn(main, 'user', 'a*') } },
      { ArnNotLike: { 'aws:PrincipalArn': arn('*', 'role', 'app') } },
      { StringEquals: { 'aws:PrincipalAccount': main } },
      { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
      { StringNotEquals: { 'aws:ResourceOrgID': 'o-1' } },
      { StringEquals: { 'aws:username': ['ann', 'zoe'] } },
      { StringLike: { 'aws:userid': `${uniqueId('AIDA', main, 'ann')}*` } },
    ),
  ],
  [
    4,
    fc.constantFrom<RawCondition>(
      { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
      { StringNotEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
      { StringEquals: { 'sts:ExternalId': 'x1' } },
      { StringNotEquals: { 'sts:ExternalId': ['x1', 'x2'] } },
      { Null: { 'sts:ExternalId': 'true' } },
      { ArnEquals: { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/ReadOnlyAccess' } },
      { StringLike: { 'sts:RoleSessionName': '${aws:username}' } },
      { Null: { 'iam:PermissionsBoundary': 'true' } },
      { StringEquals: { 'iam:PermissionsBoundary': arn(main, 'policy', 'cap') } },
    ),
  ],
  [
    2,
    fc.constantFrom<RawCondition>(
      { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
    ),
  ],
  [4, requestCondition],
);

const awsPrincipal = weighted(
  [3, fc.constantFrom(main, `arn:aws:iam::${main}:root`, `arn:aws:iam::${other}:root`)],
  [1, fc.constantFrom('*', third, arn(third, 'role', 'vendor'))],
  [
    5,
    fc
      .tuple(fc.constantFrom(main, main, other), fc.constantFrom(...userNames))
      .chain(([account, name]) => fc.constantFrom(arn(account, 'user', name), uniqueId('AIDA', account, name))),
  ],
  [
    5,
    fc
      .tuple(fc.constantFrom(main, main, other), fc.constantFrom(...roleNames))
      .chain(([account, name]) =>
        fc.constantFrom(
          arn(account, 'role', name),
          arn(account, 'role', name),
          uniqueId('AROA', account, name),
          `arn:aws:sts::${account}:assumed-role/${name}/session`,
        ),
      ),
  ],
);

const principal = weighted<RawPrincipal>(
  [8, awsPrincipal.map((AWS) => ({ AWS }))],
  [2, fc.array(awsPrincipal, { minLength: 2, maxLength: 2 }).map((AWS) => ({ AWS }))],
  [1, fc.constant<RawPrincipal>('*')],
);

const service = fc
  .constantFrom('lambda', 'lambda', 'ec2', 'cloudformation')
  .map((name): RawPrincipal => ({ Service: `${name}.amazonaws.com` }));

interface Parts {
  readonly action: fc.Arbitrary<string>;
  readonly resource?: fc.Arbitrary<string>;
  readonly principal?: fc.Arbitrary<RawPrincipal>;
  readonly negations: boolean;
}

const shapes: Readonly<Record<DocumentKind, Parts>> = {
  identity: { action, resource, negations: true },
  scp: { action, resource, negations: true },
  rcp: {
    action: fc.constantFrom('*', 's3:*', 's3:GetObject', 'sts:AssumeRole', 'kms:Decrypt', 'secretsmanager:*'),
    resource,
    principal: fc.constant<RawPrincipal>('*'),
    negations: false,
  },
  trust: {
    action: fc.constantFrom('sts:AssumeRole', 'sts:AssumeRole', 'STS:assume*', 'sts:*', 'sts:TagSession'),
    principal: weighted([4, principal], [2, service]),
    negations: false,
  },
  bucket: {
    action: fc.constantFrom('s3:*', 's3:GetObject', 'S3:get*', 's3:PutObject', 's3:ListBucket'),
    resource: fc.constantFrom('arn:aws:s3:::*', 'arn:aws:s3:::data', 'arn:aws:s3:::data/*', 'arn:aws:s3:::far*'),
    principal,
    negations: true,
  },
  key: {
    action: fc.constantFrom('kms:*', 'kms:Decrypt', 'KMS:D*'),
    resource: fc.constant('*'),
    principal,
    negations: false,
  },
};

/** A statement of one effect that may stand in a document of a kind. */
export function randomStatement(kind: DocumentKind, Effect: 'Allow' | 'Deny'): fc.Arbitrary<RawStatement> {
  const shape = shapes[kind];
  return fc
    .record({
      actions: oneOrMore(shape.action),
      negateAction: fc.nat({ max: 9 }),
      resources: shape.resource === undefined ? fc.constant(undefined) : oneOrMore(shape.resource),
      negateResource: fc.nat({ max: 9 }),
      who: shape.principal ?? fc.constant(undefined),
      when: weighted<RawCondition | undefined>([3, fc.constant(undefined)], [2, condition]),
    })
    .map(({ actions, negateAction, resources, negateResource, who, when }) => ({
      Effect,
      ...(who === undefined ? {} : { Principal: who }),
      [shape.negations && negateAction === 0 ? 'NotAction' : 'Action']: actions,
      ...(resources === undefined
        ? {}
        : { [shape.negations && negateResource === 0 ? 'NotResource' : 'Resource']: resources }),
      ...(when === undefined ? {} : { Condition: when }),
    }));
}

/** A document of a kind, mostly of what grants. */
export function randomDocument(kind: DocumentKind, maxLength: number = 3): fc.Arbitrary<RawDocument> {
  const allow = randomStatement(kind, 'Allow');
  const deny = randomStatement(kind, 'Deny');
  const one = kind === 'rcp' ? deny : weighted([6, allow], [1, deny]);
  return fc
    .record({
      statements: fc.array(one, { minLength: 1, maxLength }),
      Version: weighted([9, fc.constant('2012-10-17')], [1, fc.constant('2008-10-17')]),
    })
    .map(({ statements, Version }) => ({
      Version,
      // A single statement may stand without a list.
      Statement: statements.length === 1 ? statements[0]! : statements,
    }));
}
