import { CONDITIONAL, FALSE, TRUE, type Truth } from '@keyreach/core/authz';
import { GraphIndex, type Json, type ScopeNode } from '@keyreach/core/graph';
import { describe, expect, test } from 'vitest';
import { awsConditionLanguage } from './condition-language.ts';
import { outsiderOf } from './outsider.ts';

const organization: ScopeNode = {
  kind: 'scope',
  id: 'arn:aws:organizations::111111111111:organization/o-1',
  provider: 'aws',
  type: 'organization',
  name: 'o-1',
  attributes: { organizationId: 'o-1' },
};
const graph = (...nodes: readonly ScopeNode[]): GraphIndex =>
  new GraphIndex({
    schema: 'keyreach-graph/1',
    nodes,
    edges: [],
    documents: [],
    policies: [],
    attachments: [],
    usage: [],
    observations: [],
    gaps: [],
  });

function judged(block: Json, of: GraphIndex = graph(organization), context: readonly [string, string][] = []): Truth {
  return awsConditionLanguage.compile({ version: '2012-10-17', block }).evaluate({
    principal: outsiderOf(of),
    action: 's3:GetObject',
    resource: { id: 'arn:aws:s3:::one/file', scopes: [] },
    context: new Map(context.map(([key, value]) => [key, [value]])),
    now: 0,
  });
}

describe('aws.md 1.12: an account of the attacker’s own, as conditions see it', () => {
  test('is in no organization, and in no account that a rule names', () => {
    expect(judged({ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } })).toBe(FALSE);
    expect(judged({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } })).toBe(TRUE);
    expect(judged({ StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } })).toBe(TRUE);
    expect(judged({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-1/*' } })).toBe(FALSE);
    expect(judged({ StringEquals: { 'aws:PrincipalAccount': '111111111111' } })).toBe(FALSE);
    expect(judged({ StringNotEquals: { 'aws:PrincipalAccount': '111111111111' } })).toBe(TRUE);
  });

  test('nor in a partner’s', () => {
    expect(judged({ StringEquals: { 'aws:PrincipalOrgID': ['o-1', 'o-2'] } })).toBe(FALSE);
    expect(judged({ StringNotEqualsIfExists: { 'aws:PrincipalOrgID': ['o-1', 'o-2'] } })).toBe(TRUE);
    expect(judged({ 'ForAnyValue:StringNotLike': { 'aws:PrincipalOrgPaths': 'o-2/*' } }, graph())).toBe(FALSE);
  });

  test('nor in one of the input, whatever its number', () => {
    const emulated: ScopeNode = {
      ...organization,
      id: 'arn:aws:account::000000000000:account',
      type: 'account',
      zone: true,
    };
    expect(outsiderOf(graph(emulated)).scopes[0]?.id).toBe('arn:aws:account::000000000001:account');
  });

  test('has the name and the tags that the attacker chooses', () => {
    expect(judged({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/deploy' } })).toBe(CONDITIONAL);
    expect(judged({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/deploy' } })).toBe(FALSE);
    const red = { StringEquals: { 'aws:PrincipalTag/team': 'red' } };
    expect(judged(red)).toBe(CONDITIONAL);
    expect(judged(red, graph(organization), [['aws:principaltag/team', 'red']])).toBe(TRUE);
  });

  test('is no service', () => expect(judged({ Bool: { 'aws:PrincipalIsAWSService': 'false' } })).toBe(TRUE));
});
