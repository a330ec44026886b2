import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { GraphIndex } from '../graph/graph-index.ts';
import type { GraphNode } from '../graph/model.ts';
import { resolveId, subjectKinds } from './resolve-subject.ts';

const provider = 'aws';
const all: readonly GraphNode['kind'][] = [...subjectKinds, 'scope', 'resource'];

const identity = (id: string, type: string, name: string, attributes = {}): GraphNode => {
  return { kind: 'identity', id, provider, type, name, attributes };
};

function graphOf(nodes: readonly GraphNode[]): GraphIndex {
  const builder = new GraphBuilder();
  for (const node of nodes) builder.node(node);
  return new GraphIndex(builder.build());
}

const graph = graphOf([
  identity('arn:aws:iam::1:user/alice', 'user', 'alice', { userId: 'AIDAALICE', accountId: '111122223333' }),
  identity('arn:aws:iam::1:role/deploy', 'role', 'deploy'),
  identity('arn:aws:iam::2:role/deploy', 'role', 'deploy'),
  identity('arn:aws:iam::1:user/deploy', 'user', 'deploy'),
  identity('arn:aws:iam::1:user/Ops', 'user', 'Ops'),
  identity('arn:aws:iam::1:user/ops', 'user', 'ops'),
  identity('serviceAccount:ci@p.iam.gserviceaccount.com', 'service-account', 'ci'),
  identity('//iam.googleapis.com/projects/p/serviceAccounts/run@p', 'service-account', 'run'),
  identity('entra:t/o1', 'service-principal', 'Billing App', { appId: '0f0f', email: 'billing@example.com' }),
  {
    kind: 'credential',
    id: 'arn:aws:iam::1:user/alice/accesskey/AKIAIOSFODNN7EXAMPLE',
    provider,
    type: 'access-key',
    name: 'AKIAIOSFODNN7EXAMPLE',
    publicId: 'AKIAIOSFODNN7EXAMPLE',
    status: 'active',
    lastUsed: { state: 'unknown' },
  },
  {
    kind: 'credential',
    id: 'arn:aws:iam::1:user/alice/password',
    provider,
    type: 'password',
    name: 'run',
    status: 'active',
    lastUsed: { state: 'unknown' },
  },
  {
    kind: 'scope',
    id: 'arn:aws:account::111122223333:account',
    provider,
    type: 'account',
    name: 'billing',
    attributes: { accountId: '111122223333' },
  },
  { kind: 'resource', id: 'arn:aws:s3:::logs', provider, type: 'AWS::S3::Bucket', name: 'logs' },
]);

function named(text: string, kinds?: readonly GraphNode['kind'][]): readonly string[] | string {
  const found = resolveId(graph, text, kinds);
  switch (found.kind) {
    case 'one':
      return found.node.id;
    case 'many':
      return found.candidates.map(({ id }) => id);
    case 'none':
      return `none: ${found.near.join(', ')}`;
    default:
      return found satisfies never;
  }
}

describe('resolveId', () => {
  it.each([
    ['arn:aws:iam::1:user/alice', 'arn:aws:iam::1:user/alice'],
    [' arn:aws:iam::1:user/alice\n', 'arn:aws:iam::1:user/alice'],
    ['alice', 'arn:aws:iam::1:user/alice'],
    ['ALICE', 'arn:aws:iam::1:user/alice'],
    ['AIDAALICE', 'arn:aws:iam::1:user/alice'],
    ['user/alice', 'arn:aws:iam::1:user/alice'],
    ['user/deploy', 'arn:aws:iam::1:user/deploy'],
    ['AKIAIOSFODNN7EXAMPLE', 'arn:aws:iam::1:user/alice/accesskey/AKIAIOSFODNN7EXAMPLE'],
    ['akiaiosfodnn7example', 'arn:aws:iam::1:user/alice/accesskey/AKIAIOSFODNN7EXAMPLE'],
    ['serviceAccount:ci@p.iam.gserviceaccount.com', 'serviceAccount:ci@p.iam.gserviceaccount.com'],
    ['ci@p.iam.gserviceaccount.com', 'serviceAccount:ci@p.iam.gserviceaccount.com'],
    ['CI@p.iam.gserviceaccount.com', 'serviceAccount:ci@p.iam.gserviceaccount.com'],
    ['run@p', '//iam.googleapis.com/projects/p/serviceAccounts/run@p'],
    ['0F0F', 'entra:t/o1'],
    ['billing@example.com', 'entra:t/o1'],
    ['billing app', 'entra:t/o1'],
    ['Ops', 'arn:aws:iam::1:user/Ops'],
    ['ops', 'arn:aws:iam::1:user/ops'],
  ])('finds %s', (text, id) => {
    expect(named(text)).toBe(id);
  });

  it('prefers an identity to a credential of the same name', () => {
    expect(named('run')).toBe('//iam.googleapis.com/projects/p/serviceAccounts/run@p');
    expect(named('password/run')).toBe('arn:aws:iam::1:user/alice/password');
  });

  it('lists the candidates of a name that several have', () => {
    expect(named('deploy')).toEqual([
      'arn:aws:iam::1:role/deploy',
      'arn:aws:iam::1:user/deploy',
      'arn:aws:iam::2:role/deploy',
    ]);
    expect(named('role/deploy')).toEqual(['arn:aws:iam::1:role/deploy', 'arn:aws:iam::2:role/deploy']);
    expect(named('OPS')).toEqual(['arn:aws:iam::1:user/Ops', 'arn:aws:iam::1:user/ops']);
  });

  it('looks at scopes and resources only where asked to', () => {
    expect(named('111122223333')).toBe('none: ');
    expect(named('111122223333', all)).toBe('arn:aws:account::111122223333:account');
    expect(named('billing', all)).toBe('arn:aws:account::111122223333:account');
    expect(named('arn:aws:s3:::logs')).toBe('none: ');
    expect(named('arn:aws:s3:::logs', all)).toBe('arn:aws:s3:::logs');
    expect(named('logs', all)).toBe('arn:aws:s3:::logs');
    expect(named('alice', ['scope'])).toBe('none: ');
  });

  it('names up to five alike where nothing fits', () => {
    expect(named('alcie')).toBe('none: alice');
    expect(named('deplyo')).toBe('none: deploy');
    expect(named('illing')).toBe('none: Billing App');
    expect(named('AKIAIOSFODNN7EXAMPLF')).toBe('none: AKIAIOSFODNN7EXAMPLE');
    expect(named('zzzzzz')).toBe('none: ');
    expect(named('')).toBe('none: ');
    const names = ['bob7', 'bob6', 'bob5', 'bob4', 'bob3', 'bob2', 'bob1'];
    const bobs = graphOf(names.map((name) => identity(name, 'user', name)));
    expect(resolveId(bobs, 'bob')).toEqual({ kind: 'none', near: ['bob1', 'bob2', 'bob3', 'bob4', 'bob5'] });
  });

  it('stays cheap whatever the text', () => {
    expect(named('a'.repeat(1_000_000))).toBe('none: ');
  });
});
