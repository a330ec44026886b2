import { describe, expect, it } from 'vitest';
import { A, arn, details, estate, role, user } from './testing/estate.ts';

const VENDOR = '999900001111';
const OTHER = '777788889999';
const ID = { StringEquals: { 'sts:ExternalId': 'tenant-1' } };

const trusting = (...statements: readonly Readonly<Record<string, unknown>>[]) => ({
  AssumeRolePolicyDocument: {
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement })),
  },
});

function facts(...statements: readonly Readonly<Record<string, unknown>>[]) {
  const graph = estate({
    authorizationDetails: details({ roles: [role('vendor', '*', trusting(...statements))], users: [user('mia')] }),
  });
  return graph.node(arn('role/vendor')).attributes ?? {};
}
const outside = (...statements: readonly Readonly<Record<string, unknown>>[]) => facts(...statements)['trustsOutside'];
const named = { Principal: { AWS: VENDOR } };
const asked = (condition: Readonly<Record<string, unknown>>) => outside({ ...named, Condition: condition });
const WITHOUT = [{ account: VENDOR, externalId: false }];
const WITH = [{ account: VENDOR, externalId: true }];

describe('aws.md 5.5 accounts that a trust policy lets in from outside', () => {
  it.each([
    ['its root user', `arn:aws:iam::${VENDOR}:root`],
    ['a role of it', arn('role/scanner', VENDOR)],
    ['a user of it', arn('user/scanner', VENDOR)],
    ['a session of it', `arn:aws:sts::${VENDOR}:assumed-role/scanner/x`],
  ])('by %s', (_, AWS) => {
    expect(outside({ Principal: { AWS } })).toEqual(WITHOUT);
  });

  it('not the own account, a service, everybody, or an account that a Deny names', () => {
    expect(outside({ Principal: { AWS: A } })).toBeUndefined();
    expect(outside({ Principal: { AWS: arn('user/mia') } })).toBeUndefined();
    expect(outside({ Principal: { Service: 'ec2.amazonaws.com' } })).toBeUndefined();
    expect(outside({ Principal: '*' })).toBeUndefined();
    expect(outside({ ...named, Effect: 'Deny' })).toBeUndefined();
    expect(outside({ ...named, Action: 'sts:TagSession' })).toBeUndefined();
  });

  it('not an account of the input or of the organization', () => {
    const authorizationDetails = details({ roles: [role('vendor', { AWS: [OTHER, VENDOR] })] });
    const both = estate({ [A]: { authorizationDetails }, [OTHER]: { authorizationDetails: details({}) } });
    expect(both.node(arn('role/vendor')).attributes?.['trustsOutside']).toEqual(WITHOUT);
    const account = (Id: string) => ({
      Id,
      Name: Id,
      Arn: `arn:aws:organizations::${A}:account/o-1/${Id}`,
      ParentId: 'r-1',
    });
    const organization = (...ids: readonly string[]) => ({
      Organization: { Id: 'o-1', Arn: `arn:aws:organizations::${A}:organization/o-1`, MasterAccountId: A },
      Roots: [{ Id: 'r-1', Arn: `arn:aws:organizations::${A}:root/o-1/r-1`, Name: 'Root', PolicyTypes: [] }],
      OrganizationalUnits: [],
      Accounts: ids.map(account),
      Policies: [],
      PolicyAttachments: [],
    });
    const inside = estate({ authorizationDetails }, { organization: organization(A, OTHER) });
    expect(inside.node(arn('role/vendor')).attributes?.['trustsOutside']).toEqual(WITHOUT);
    // The organization of somebody else says nothing of whose account that is.
    const foreign = estate({ authorizationDetails }, { organization: organization(VENDOR, OTHER) });
    expect(foreign.node(arn('role/vendor')).attributes?.['trustsOutside']).toHaveLength(2);
  });

  it.each([
    ['StringEquals', ID, WITH],
    ['StringLike with text', { StringLike: { 'STS:ExternalId': ['tenant-*'] } }, WITH],
    ['StringLike with everything', { StringLike: { 'sts:ExternalId': ['tenant-1', '*'] } }, WITHOUT],
    ['StringEqualsIfExists', { StringEqualsIfExists: { 'sts:ExternalId': 'tenant-1' } }, WITHOUT],
    ['StringNotEquals', { StringNotEquals: { 'sts:ExternalId': 'tenant-1' } }, WITHOUT],
    ['ForAllValues', { 'ForAllValues:StringEquals': { 'sts:ExternalId': 'tenant-1' } }, WITHOUT],
    ['any at all', { Null: { 'sts:ExternalId': 'false' } }, WITHOUT],
    ['another key', { StringEquals: { 'aws:SourceAccount': A } }, WITHOUT],
  ])('an external id is asked for by %s', (_, condition, expected) => {
    expect(asked(condition)).toEqual(expected);
  });

  it('one way in without it is enough, and each account is told by itself', () => {
    expect(outside({ ...named, Condition: ID }, { Principal: { AWS: arn('role/scanner', VENDOR) } })).toEqual(WITHOUT);
    expect(outside({ ...named, Condition: ID }, { Principal: { AWS: OTHER } })).toEqual([
      { account: OTHER, externalId: false },
      ...WITH,
    ]);
  });
});

describe('aws.md 1.4 principals that are gone', () => {
  const USER = 'AIDAQWERTYUIOPASDFGH';
  const ROLE = 'AROAQWERTYUIOPASDFGH';
  const gone = [USER, ROLE].map((text) => ({ match: 'unresolved', text, dangling: true }));
  const policyFor = (AWS: unknown) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 's3:GetObject', Resource: '*' }],
  });

  it('are told on the role whose trust policy names them', () => {
    expect(facts({ Principal: { AWS: [ROLE, USER, arn('user/mia')] } })).toMatchObject({ trustsDeleted: [USER, ROLE] });
    expect(facts({ Principal: { AWS: [String(user('mia')['UserId']), arn('user/mia')] } })).not.toHaveProperty(
      'trustsDeleted',
    );
  });

  it('match nobody in a trust policy or a resource policy', () => {
    const graph = estate({
      authorizationDetails: details({ roles: [role('vendor', { AWS: [USER, ROLE] })], users: [user('mia')] }),
      resources: [
        {
          TypeName: 'AWS::S3::BucketPolicy',
          Identifier: 'data',
          Properties: { Bucket: 'data', PolicyDocument: policyFor([USER, ROLE]) },
        },
      ],
    });
    expect(graph.document(`${arn('role/vendor')}/trust`).statements[0]?.principals?.include).toEqual(gone);
    expect(graph.document('arn:aws:s3:::data/policy').statements[0]?.principals?.include).toEqual(gone);
  });
});
