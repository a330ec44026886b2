import { describe, expect, it } from 'vitest';
import { GraphBuilder } from './graph-builder.ts';
import { mergeGraphs } from './merge-graphs.ts';
import type { Graph, GraphNode, IdentityNode, Statement } from './model.ts';

const identity = (id: string, more: Partial<IdentityNode> = {}): IdentityNode => ({
  kind: 'identity',
  id,
  provider: 'aws',
  type: 'role',
  name: id,
  ...more,
});
const statement = (sid: string): Statement => ({
  effect: 'allow',
  actions: { include: ['*'], exclude: [] },
  sid,
  index: 0,
});

function graph(make: (builder: GraphBuilder) => void): Graph {
  const builder = new GraphBuilder();
  make(builder);
  return builder.build();
}

const policy = (id: string, type: string, document: string) => ({ id, provider: 'aws', name: id, type, document });

/** Another account's graph that knows the role by reference, with what may stand in for it. */
function withReference(role: GraphNode): Graph {
  return graph((builder) => {
    builder.node(role);
    builder.node(identity('bystander'));
    const synthetic = builder.document({ provider: 'aws', statements: [statement('may do anything')] });
    builder.policy(policy('stand-in', 'synthetic', synthetic));
    builder.policy(policy('shared-stand-in', 'synthetic', synthetic));
    builder.policy(policy('real', 'managed', builder.document({ provider: 'aws', statements: [] })));
    for (const id of ['stand-in', 'shared-stand-in', 'real']) {
      builder.attachment({ policy: id, node: role.id, role: 'identity-grant' });
    }
    builder.attachment({ policy: 'shared-stand-in', node: 'bystander', role: 'identity-grant' });
    builder.edge({ type: 'federates', from: role.id, to: 'bystander' });
  });
}

describe('mergeGraphs', () => {
  it('of nothing is empty, of one or the same is that one', () => {
    expect(mergeGraphs([]).nodes).toEqual([]);
    const one = withReference(identity('role', { external: true }));
    expect(mergeGraphs([one])).toEqual(one);
    expect(mergeGraphs([one, structuredClone(one)])).toEqual(one);
  });

  it('makes one node of what two providers know by reference, in either order', () => {
    const known = (provider: string, attributes: Readonly<Record<string, string>>): Graph =>
      graph((builder) => {
        builder.node(identity('subject', { provider, external: true, name: provider, attributes }));
        builder.node(identity(`of ${provider}`, { provider }));
        builder.edge({ type: 'federates', from: 'subject', to: `of ${provider}` });
      });
    const aws = known('aws', { issuer: 'i', claims: 'c' });
    const azure = known('azure', { issuer: 'other', subject: 's' });
    const merged = mergeGraphs([aws, azure]);
    expect(mergeGraphs([azure, aws])).toEqual(merged);
    expect(merged.gaps).toEqual([]);
    expect(merged.nodes.find(({ id }) => id === 'subject')).toMatchObject({
      provider: 'aws',
      name: 'aws',
      attributes: { issuer: 'i', claims: 'c', subject: 's' },
    });
    expect(merged.edges.map(({ to }) => to)).toEqual(['of aws', 'of azure']);
    const twice = mergeGraphs([aws, known('aws', { issuer: 'x' })]);
    expect(twice.gaps).toMatchObject([{ scope: 'subject', what: 'duplicate id' }]);
  });

  it.each<[string, GraphNode]>([
    ['an external identity', identity('role', { external: true, name: 'by reference' })],
    ['an uncollected node', { ...identity('role'), kind: 'resource', attributes: { collected: false } }],
  ])('lets %s give way to the collected node, in either order', (_, reference) => {
    const collected = graph((builder) => {
      builder.node(identity('role', { attributes: { path: '/' } }));
      builder.policy(policy('own', 'inline', builder.document({ provider: 'aws', statements: [statement('own')] })));
      builder.attachment({ policy: 'own', node: 'role', role: 'identity-grant' });
    });
    const merged = mergeGraphs([withReference(reference), collected]);
    expect(mergeGraphs([collected, withReference(reference)])).toEqual(merged);
    expect(merged.nodes).toEqual([identity('bystander'), identity('role', { attributes: { path: '/' } })]);
    expect(merged.gaps).toEqual([]);
    expect(merged.edges).toHaveLength(1);
    expect(merged.policies.map(({ id }) => id)).toEqual(['own', 'real', 'shared-stand-in', 'stand-in']);
    expect(merged.documents).toHaveLength(3);
    expect(merged.attachments.map(({ node, policy: id }) => `${node} ${id}`)).toEqual([
      'bystander shared-stand-in',
      'role own',
      'role real',
    ]);
  });

  it('keeps a reference that no graph has collected, with its stand-ins', () => {
    const reference = withReference(identity('role', { external: true }));
    expect(mergeGraphs([reference, graph((builder) => builder.node(identity('other')))])).toMatchObject({
      nodes: [{ id: 'bystander' }, { id: 'other' }, { id: 'role', external: true }],
      policies: [{ id: 'real' }, { id: 'shared-stand-in' }, { id: 'stand-in' }],
      gaps: [],
    });
  });

  it('keeps the first of two collected nodes that differ, with a gap', () => {
    const first = graph((builder) => builder.node(identity('role', { name: 'first' })));
    const second = graph((builder) => builder.node(identity('role', { name: 'second' })));
    expect(mergeGraphs([first, second])).toMatchObject({
      nodes: [{ name: 'first' }],
      gaps: [{ scope: 'role', what: 'duplicate id' }],
    });
  });

  it('finds in one graph what another misses', () => {
    const account = graph((builder) => {
      builder.node(identity('role', { scope: 'account' }));
      builder.attachment({ policy: 'shared', node: 'role', role: 'identity-grant' });
      builder.policy(policy('inline', 'inline', 'text'));
    });
    expect(account.gaps).toHaveLength(3);
    const organization = graph((builder) => {
      builder.node({ kind: 'scope', id: 'account', provider: 'aws', type: 'account', name: 'a' });
      builder.storedDocument({ id: 'text', provider: 'aws', statements: [statement('inline')] });
      builder.policy(
        policy('shared', 'managed', builder.document({ provider: 'aws', statements: [statement('shared')] })),
      );
    });
    const merged = mergeGraphs([account, organization]);
    expect(mergeGraphs([organization, account])).toEqual(merged);
    expect(merged.gaps).toEqual([]);
    expect(merged.documents.map(({ unreadable }) => unreadable)).toEqual([undefined, undefined]);
    expect(merged.policies.map(({ type }) => type)).toEqual(['inline', 'managed']);
    expect(mergeGraphs([account, account])).toEqual(account);
  });

  it('keeps two texts apart that two graphs gave the same name', () => {
    const numbered = (id: string, sid: string): Graph =>
      graph((builder) => {
        builder.storedDocument({ id: '1', provider: 'aws', statements: [statement(sid)] });
        builder.policy(policy(id, 'managed', '1'));
      });
    const merged = mergeGraphs([numbered('a', 'first'), numbered('b', 'second')]);
    const texts = new Map(merged.documents.map(({ id, statements }) => [id, statements[0]?.sid]));
    expect(merged.policies.map(({ document }) => texts.get(document))).toEqual(['first', 'second']);
    expect(merged.gaps).toEqual([]);
  });
});
