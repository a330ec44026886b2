import { describe, expect, it } from 'vitest';
import { A, details, estate } from './testing/estate.ts';

const BUCKET = 'arn:aws:s3:::data';
const group = (name: string) => ({ Type: 'Group', URI: `http://acs.amazonaws.com/groups/global/${name}` });
const OWNER = { Type: 'CanonicalUser', ID: '0a0a' };
const OTHER = { Type: 'CanonicalUser', ID: '0b0b' };
const grant = (Grantee: unknown, Permission: unknown) => ({ Grantee, Permission });
const bucket = (Properties: Readonly<Record<string, unknown>>) => ({
  TypeName: 'AWS::S3::Bucket',
  Identifier: 'data',
  Properties,
});
const accountBlock = (Properties: Readonly<Record<string, unknown>>) => ({
  TypeName: 'AWS::S3::AccountPublicAccessBlock',
  Identifier: A,
  Properties,
});
const graphOf = (...resources: readonly unknown[]) => estate({ authorizationDetails: details({}), resources });

/** What the lists of the bucket grant: `who: actions`. */
function granted(...resources: readonly unknown[]): readonly string[] {
  const graph = graphOf(...resources);
  return graph.attachments(BUCKET).flatMap(({ policy }) =>
    graph.document(policy).statements.map(({ actions, principals, resources: on }) => {
      const [matcher] = principals?.include ?? [];
      const who = matcher?.match === 'anyone' ? `anyone ${matcher.strength}` : matcher?.match;
      return `${who}: ${actions.include.join(' ')} on ${on?.include.join(' ')}`;
    }),
  );
}
const listed = (...grants: readonly unknown[]) => granted(bucket({ Owner: OWNER, Grants: grants }));

const LIST = 's3:ListBucket s3:ListBucketMultipartUploads s3:ListBucketVersions';
const PUT = `s3:PutObject on ${BUCKET}/*`;

describe('aws.md 1.12 access control lists of buckets', () => {
  it('permissions are actions on the bucket and its objects', () => {
    const everybody = group('AllUsers');
    expect(listed(grant(everybody, 'READ'))).toEqual([`anyone bypasses-guards: ${LIST} on ${BUCKET}`]);
    expect(listed(grant(everybody, 'WRITE'))).toEqual([`anyone bypasses-guards: ${PUT}`]);
    expect(listed(grant(everybody, 'WRITE_ACP'))).toEqual([`anyone bypasses-guards: s3:PutBucketAcl on ${BUCKET}`]);
    expect(listed(grant(everybody, 'FULL_CONTROL'))).toEqual([
      `anyone bypasses-guards: ${LIST} s3:GetBucketAcl s3:PutBucketAcl on ${BUCKET}`,
      `anyone bypasses-guards: ${PUT}`,
    ]);
  });

  it('no permission of a bucket reads its objects', () => {
    expect(listed(grant(group('AllUsers'), 'FULL_CONTROL')).join(' ')).not.toContain('GetObject');
  });

  it('those who are signed in need leave of their own account, and other accounts are not told', () => {
    expect(listed(grant(group('AuthenticatedUsers'), 'READ'))).toEqual([`anyone delegates: ${LIST} on ${BUCKET}`]);
    expect(listed(grant(OTHER, 'WRITE'))).toEqual([`unresolved: ${PUT}`]);
  });

  it('the owner and log delivery are nobody else', () => {
    expect(
      listed(
        grant(OWNER, 'FULL_CONTROL'),
        grant({ ...group('x'), URI: 'http://acs.amazonaws.com/groups/s3/LogDelivery' }, 'WRITE'),
      ),
    ).toEqual([]);
  });

  it('stand where GetBucketAcl puts them, below a name, or by the name of a canned list', () => {
    const list = { Owner: OWNER, Grants: [grant(group('AllUsers'), 'READ')] };
    const expected = [`anyone bypasses-guards: ${LIST} on ${BUCKET}`];
    expect(granted(bucket(list))).toEqual(expected);
    expect(granted(bucket({ AccessControlList: list }))).toEqual(expected);
    expect(granted(bucket({ AccessControl: 'PublicRead' }))).toEqual(expected);
    expect(granted(bucket({ AccessControl: 'Private' }))).toEqual([]);
    expect(granted(bucket({ AccessControl: 'constructor' }))).toEqual([]);
  });

  it('count only where the owner has not taken over the objects', () => {
    const owned = (ObjectOwnership: string) =>
      granted(bucket({ AccessControl: 'PublicRead', OwnershipControls: { Rules: [{ ObjectOwnership }] } }));
    expect(owned('BucketOwnerEnforced')).toEqual([]);
    expect(owned('BucketOwnerPreferred')).toHaveLength(1);
    expect(owned('ObjectWriter')).toHaveLength(1);
  });

  it('are not for everybody where public lists are ignored, on the bucket or in the account', () => {
    const grants = [
      grant(group('AllUsers'), 'READ'),
      grant(group('AuthenticatedUsers'), 'READ'),
      grant(OTHER, 'WRITE'),
    ];
    const open = { Owner: OWNER, Grants: grants };
    const block = { IgnorePublicAcls: true };
    expect(granted(bucket(open))).toHaveLength(3);
    expect(granted(bucket({ ...open, PublicAccessBlockConfiguration: block }))).toEqual([`unresolved: ${PUT}`]);
    expect(granted(bucket(open), accountBlock(block))).toEqual([`unresolved: ${PUT}`]);
    expect(granted(bucket(open), accountBlock({ PublicAccessBlockConfiguration: block }))).toEqual([
      `unresolved: ${PUT}`,
    ]);
    expect(granted(bucket(open), accountBlock({ IgnorePublicAcls: false, BlockPublicAcls: true }))).toHaveLength(3);
  });

  it('that are not readable are a gap', () => {
    const graph = graphOf(
      bucket({ Grants: [grant(group('Friends'), 'READ'), grant(OTHER, 'OWN'), 7, { Grantee: 'x' }] }),
    );
    expect(graph.attachments(BUCKET)).toEqual([]);
    expect(graph.gaps('bucket ACL').map(({ why }) => why)).toEqual([
      '4 grants of the access control list do not say plainly who may do what',
    ]);
  });
});

describe('aws.md 3.4 settings of a whole account', () => {
  it('restrict every bucket with a public policy, and are no resource', () => {
    const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${BUCKET}/*` };
    const policy = {
      TypeName: 'AWS::S3::BucketPolicy',
      Identifier: 'data',
      Properties: { Bucket: 'data', PolicyDocument: { Version: '2012-10-17', Statement: statement } },
    };
    const blocks = (properties: Readonly<Record<string, unknown>>) =>
      graphOf(bucket({}), policy, accountBlock(properties))
        .attachments(BUCKET)
        .some(({ policy: id }) => id === `${BUCKET}/public-access-block`);
    expect(blocks({ RestrictPublicBuckets: true })).toBe(true);
    expect(blocks({ RestrictPublicBuckets: false, BlockPublicPolicy: true })).toBe(false);
    expect(graphOf(accountBlock({ RestrictPublicBuckets: true })).index.resources).toEqual([]);
  });
});
