import { GraphIndex } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { sampleAnalysis } from '../testing/results.ts';
import { labelsOfAnalysis, labelsOfGraph, labelText, typeText } from './labels.ts';

describe('labelText', () => {
  it.each([
    [{ name: 'ci', type: 'role', place: 'prod' }, 'role ci (prod)'],
    [{ name: 'MyRole', type: 'role' }, 'role MyRole'],
    [{ name: 'root user', type: 'root', place: 'prod' }, 'root user (prod)'],
    [{ name: 'console password', type: 'password', owner: 'ana', place: 'dev' }, 'console password of ana (dev)'],
    [{ name: 'x', type: '' }, 'x'],
  ])('writes %j', (label, text) => {
    expect(labelText(label)).toBe(text);
  });
});

describe('typeText', () => {
  it('puts types of any provider into words', () => {
    expect(typeText('access-key')).toBe('access key');
    expect(typeText('AWS::S3::Bucket')).toBe('S3 bucket');
    expect(typeText('AWS::IAM::SAMLProvider')).toBe('IAM saml provider');
    expect(typeText('AWS::ECS::TaskDefinition')).toBe('ECS task definition');
  });
});

describe('labels', () => {
  it('of a graph know owner and account', () => {
    const common = { provider: 'aws', name: 'dev' };
    const labels = labelsOfGraph(
      new GraphIndex({
        schema: 'keyreach-graph/1',
        nodes: [
          { ...common, kind: 'scope', id: 'account', type: 'account', zone: true },
          { ...common, kind: 'identity', id: 'ana', type: 'user', name: 'ana', scope: 'account' },
          {
            ...common,
            kind: 'credential',
            id: 'key',
            type: 'access-key',
            name: 'K1',
            scope: 'account',
            status: 'active',
            lastUsed: { state: 'never' },
          },
        ],
        edges: [{ type: 'authenticates', from: 'key', to: 'ana' }],
        documents: [],
        policies: [],
        attachments: [],
        usage: [],
        observations: [],
        gaps: [],
      }),
    );
    expect(labelText(labels('key'))).toBe('access key K1 of ana (dev)');
    expect(labelText(labels('account'))).toBe('account dev');
    expect(labelText(labels('arn:aws:iam::111122223333:role/elsewhere'))).toBe('elsewhere');
    expect(labelText(labels('outsider:arn:aws:account::000000000000:account'))).toBe(
      'an account of the attacker’s own',
    );
  });

  it('of an analysis know what it tells, and a part of the id for the rest', () => {
    const labels = labelsOfAnalysis(sampleAnalysis('ci'));
    expect(labelText(labels('key:ci'))).toBe('access key ci of ci (ci)');
    expect(labelText(labels('role:ci'))).toBe('role ci (ci)');
    expect(labelText(labels('x/y:z'))).toBe('z');
  });
});
