import { describe, expect, it } from 'vitest';
import { A, arn, details, estate, role, user } from './testing/estate.ts';

const KEY = `arn:aws:kms:eu-west-1:${A}:key/k`;
const POLICY = { Version: '2012-10-17', Statement: [] };

const withGrants = (...Grants: readonly unknown[]) =>
  estate({
    authorizationDetails: details({
      users: [user('ci')],
      roles: [role('app', { Service: 'ec2.amazonaws.com' })],
    }),
    resources: [{ TypeName: 'AWS::KMS::Key', Identifier: 'k', Properties: { Arn: KEY, KeyPolicy: POLICY, Grants } }],
  });
const grant = (extra: Readonly<Record<string, unknown>> = {}) => ({
  GrantId: 'abc',
  KeyId: KEY,
  GranteePrincipal: arn('role/app'),
  Operations: ['Decrypt', 'GenerateDataKey'],
  ...extra,
});

describe('grants of a key (aws.md 1.6)', () => {
  it('allow the grantee their operations, past its guards', () => {
    const graph = withGrants(grant());
    expect(graph.document(`${KEY}/grants`).statements).toEqual([
      {
        effect: 'allow',
        actions: { include: ['kms:Decrypt', 'kms:GenerateDataKey'], exclude: [] },
        resources: { include: ['*'], exclude: [] },
        principals: {
          include: [{ match: 'node', id: arn('role/app'), strength: 'bypasses-guards' }],
          exclude: [],
        },
        sid: 'abc',
        index: 0,
      },
    ]);
    expect(graph.attachments(KEY).map(({ policy, role: part }) => [policy, part])).toEqual([
      [`${KEY}/grants`, 'resource-grant'],
      [`${KEY}/policy`, 'resource-grant'],
    ]);
  });

  it('do not change what the key policy says to the same principal', () => {
    const graph = estate({
      authorizationDetails: details({ roles: [role('app', { Service: 'ec2.amazonaws.com' })] }),
      resources: [
        {
          TypeName: 'AWS::KMS::Key',
          Identifier: 'k',
          Properties: {
            Arn: KEY,
            KeyPolicy: {
              ...POLICY,
              Statement: { Effect: 'Allow', Principal: { AWS: arn('role/app') }, Action: 'kms:*', Resource: '*' },
            },
            Grants: [grant()],
          },
        },
      ],
    });
    expect(graph.document(`${KEY}/policy`).statements[0]?.principals?.include).toMatchObject([
      { strength: 'sufficient' },
    ]);
  });

  it('depend on their encryption context, and on nothing else', () => {
    const condition = (Constraints: unknown) =>
      withGrants(grant({ Constraints })).document(`${KEY}/grants`).statements[0]?.condition?.body;
    const block = { StringEquals: { 'kms:EncryptionContext:team': ['pay'] } };
    expect(condition({ EncryptionContextSubset: { team: 'pay' } })).toEqual({ version: '2012-10-17', block });
    expect(condition({ EncryptionContextEquals: { team: 'pay' } })).toEqual({ version: '2012-10-17', block });
    expect(condition({})).toBeUndefined();
    expect(condition(undefined)).toBeUndefined();
  });

  it('of a service are for the service', () => {
    const graph = withGrants(grant({ GranteePrincipal: 'dynamodb.eu-west-1.amazonaws.com' }));
    expect(graph.document(`${KEY}/grants`).statements[0]?.principals?.include).toMatchObject([
      { match: 'service', name: 'dynamodb.eu-west-1.amazonaws.com' },
    ]);
  });

  it.each([
    [{ GranteePrincipal: 7 }],
    [{ Operations: [] }],
    [{ Operations: ['Decrypt', '*'] }],
    [{ Constraints: 'x' }],
    [{ Constraints: { EncryptionContextSubset: { team: 7 } } }],
  ])('that cannot be read are a gap and allow nothing: %j', (extra) => {
    const graph = withGrants(grant(extra));
    expect(graph.gaps('KMS grants')).toHaveLength(1);
    expect(graph.graph.policies.some(({ id }) => id === `${KEY}/grants`)).toBe(false);
  });

  it('a key without any has no such policy', () => {
    expect(withGrants().graph.policies.some(({ id }) => id === `${KEY}/grants`)).toBe(false);
    expect(withGrants().gaps('KMS grants')).toEqual([]);
  });
});
