import { canonicalJson } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { storedKeyIds } from './stored-key-places.ts';
import { A, arn, details, estate, user } from './testing/estate.ts';

/** Decodes to account 999900001111 (aws.md 5.1). */
const FOREIGN_ACCOUNT = '999900001111';
const SECRET = ['wJalrXUtnFEMI', 'K7MDENG', 'bPxRfiCYKEYKEYKEY'].join('/');

/** A key id that names an account: the account in the first 48 of 80 bits, base32 (aws.md 5.1). */
function keyOf(account: string, tail = 'ABCDEF'): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = BigInt(account) << 39n;
  let text = '';
  for (let at = 0; at < 16; at += 1) {
    text = (alphabet[Number(bits & 31n)] ?? '') + text;
    bits >>= 5n;
  }
  return `AKIA${text.slice(0, 10)}${tail}`;
}
const OWN = keyOf(A);
const GONE = keyOf(A, 'GONEAB');
const FOREIGN = keyOf(FOREIGN_ACCOUNT);
const encoded = (text: string): string => btoa(text);

const FUNCTION = `arn:aws:lambda:eu-west-1:${A}:function:f`;
const functionWith = (Variables: unknown) => ({
  TypeName: 'AWS::Lambda::Function',
  Identifier: FUNCTION,
  Properties: { Environment: { Variables } },
});
const stores = (variables: unknown, extra: Readonly<Record<string, unknown>> = {}) =>
  estate({
    authorizationDetails: details({ users: [user('ci')] }),
    accessKeys: [{ UserName: 'ci', AccessKeyId: OWN, Status: 'Active' }],
    credentialReport: `user,arn,access_key_1_active,access_key_2_active\n<root_account>,${arn('root')},false,false`,
    resources: [functionWith(variables)],
    ...extra,
  });

describe('keys in configuration (aws.md 2.3.5)', () => {
  it('a resource that names the id of a key stores it, probably', () => {
    const graph = stores({ KEY: OWN, SECRET });
    expect(graph.edges('stores')).toEqual([`stores ${FUNCTION} -> ${arn('user/ci')}/accesskey/${OWN} (conditional)`]);
    expect(canonicalJson(graph.graph)).not.toContain(SECRET);
  });

  it('finds it inside other text, and not in text that only looks alike', () => {
    const ids = (text: string) => storedKeyIds('AWS::Lambda::Function', { Environment: { Variables: { X: text } } });
    expect(ids(`url=s3://${OWN}:${SECRET}@bucket;other="${GONE}"`)).toEqual([OWN, GONE].sort());
    expect(ids(OWN.toLowerCase())).toEqual([]);
    expect(ids(`${OWN}X`)).toEqual([]);
    expect(ids(`x${OWN}`)).toEqual([]);
    expect(ids(OWN.slice(0, -1))).toEqual([]);
    expect(ids(OWN.replace('AKIA', 'ASIA'))).toEqual([]);
  });

  it.each([
    ['AWS::ECS::TaskDefinition', { ContainerDefinitions: [{ Environment: [{ Name: 'K', Value: OWN }] }] }],
    ['AWS::ECS::TaskDefinition', { containerDefinitions: [{ environment: [{ name: 'K', value: OWN }] }] }],
    [
      'AWS::CodeBuild::Project',
      { Environment: { EnvironmentVariables: [{ Name: 'K', Value: OWN, Type: 'PLAINTEXT' }] } },
    ],
    ['AWS::CodeBuild::Project', { Environment: { EnvironmentVariables: [{ Name: 'K', Value: OWN }] } }],
    ['AWS::EC2::Instance', { UserData: encoded(`#!/bin/sh\nexport AWS_ACCESS_KEY_ID=${OWN}\n`) }],
    ['AWS::EC2::Instance', { UserData: `#!/bin/sh\nexport AWS_ACCESS_KEY_ID=${OWN}\n` }],
    ['AWS::EC2::LaunchTemplate', { LaunchTemplateData: { UserData: encoded(OWN) } }],
    ['AWS::SSM::Parameter', { Type: 'String', Value: OWN }],
    ['AWS::CloudFormation::Stack', { Parameters: [{ ParameterKey: 'K', ParameterValue: OWN }] }],
    ['AWS::CloudFormation::Stack', { Parameters: { K: OWN } }],
    ['AWS::CloudFormation::Stack', { Outputs: [{ OutputKey: 'K', OutputValue: OWN }] }],
    ['AWS::Glue::Job', { DefaultArguments: { '--key': OWN } }],
    [
      'AWS::AppRunner::Service',
      {
        SourceConfiguration: {
          ImageRepository: { ImageConfiguration: { RuntimeEnvironmentVariables: [{ Name: 'K', Value: OWN }] } },
        },
      },
    ],
    ['AWS::Batch::JobDefinition', { ContainerProperties: { Environment: [{ Name: 'K', Value: OWN }] } }],
  ])('reads %s where its configuration holds text: %j', (type, properties) => {
    expect(storedKeyIds(type, properties)).toEqual([OWN]);
  });

  it.each([
    [
      'AWS::CodeBuild::Project',
      { Environment: { EnvironmentVariables: [{ Name: 'K', Value: OWN, Type: 'SECRETS_MANAGER' }] } },
    ],
    ['AWS::Lambda::Function', { Description: OWN, Tags: [{ Key: 'k', Value: OWN }] }],
    ['AWS::EC2::Instance', { UserData: encoded(encoded(OWN)) }],
    ['AWS::EC2::Instance', { UserData: 7 }],
    ['AWS::S3::Bucket', { Value: OWN }],
  ])('does not read %s elsewhere: %j', (type, properties) => {
    expect(storedKeyIds(type, properties)).toEqual([]);
  });

  it('a key that the full list of its account lacks is gone', () => {
    const graph = stores({ KEY: GONE });
    expect(graph.edges('stores')).toEqual([]);
    expect(graph.index.credentials.flatMap(({ publicId }) => publicId ?? [])).toEqual([OWN]);
  });

  it('a key that no list would hold may be there, and nobody knows whose it is', () => {
    const id = arn(`accesskey/${GONE}`);
    for (const graph of [
      stores({ KEY: GONE }, { accessKeys: undefined }),
      // The root user may have keys: the report does not say.
      stores({ KEY: GONE }, { credentialReport: undefined }),
    ]) {
      expect(graph.edges('stores')).toEqual([`stores ${FUNCTION} -> ${id} (conditional)`]);
      expect(graph.node(id)).toMatchObject({
        kind: 'credential',
        type: 'access-key',
        status: 'unknown',
        publicId: GONE,
        static: true,
      });
      expect(graph.edges('authenticates').filter((edge) => edge.includes(id))).toEqual([]);
    }
  });

  it('a key of an account outside the input stands in that account', () => {
    const graph = stores({ KEY: FOREIGN });
    const id = `arn:aws:iam::${FOREIGN_ACCOUNT}:accesskey/${FOREIGN}`;
    expect(graph.node(id).scope).toBe(`arn:aws:account::${FOREIGN_ACCOUNT}:account`);
    expect(graph.edges('stores')).toEqual([`stores ${FUNCTION} -> ${id} (conditional)`]);
  });

  it('the ids of the documentation, and texts that are no ids, are nobody’s', () => {
    const graph = stores({ A: 'AKIAIOSFODNN7EXAMPLE', B: 'AKIA0000000000000000', C: 'AKIA' });
    expect(graph.edges('stores')).toEqual([]);
    expect(graph.index.scopes).toHaveLength(1);
  });

  it('a key stored in two places, or twice in one, is one edge for each place', () => {
    const other = { ...functionWith({ KEY: OWN }), Identifier: FUNCTION.replace(':f', ':g') };
    const graph = stores({}, { resources: [functionWith({ A: OWN, B: OWN }), other] });
    expect(graph.edges('stores')).toHaveLength(2);
  });
});
