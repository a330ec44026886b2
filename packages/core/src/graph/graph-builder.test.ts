import { describe, expect, it } from 'vitest';
import { MAX_DEPTH } from './canonical-json.ts';
import { contentHash } from './content-hash.ts';
import { GraphBuilder } from './graph-builder.ts';
import { encodeGraph } from './graph-codec.ts';
import { validateGraphRecord } from './graph-validate.ts';
import type { Attachment, GraphEdge, IdentityNode, Json, ScopeNode, Statement } from './model.ts';

const user = (id: string, more: Partial<IdentityNode> = {}): IdentityNode => ({
  kind: 'identity',
  id,
  provider: 'aws',
  type: 'user',
  name: id,
  ...more,
});
const scope = (id: string, within?: string): ScopeNode => ({
  kind: 'scope',
  id,
  provider: 'aws',
  type: 'ou',
  name: id,
  ...(within === undefined ? {} : { scope: within }),
});
const statement = (sid: string): Statement => ({
  effect: 'allow',
  actions: { include: ['*'], exclude: [] },
  sid,
  index: 0,
});
const deep = (depth: number): Json => {
  let value: Json = [];
  for (let level = 1; level < depth; level += 1) value = [value];
  return value;
};

describe('nodes', () => {
  it('come once, in the order of ids by code units', () => {
    const builder = new GraphBuilder();
    for (const id of ['b', 'É', 'a', '\u{10000}', '\uffee', 'B', 'a']) builder.node(user(id));
    expect(builder.build().nodes.map(({ id }) => id)).toEqual(['B', 'a', 'b', 'É', '\u{10000}', '\uffee']);
    expect(builder.build().gaps).toEqual([]);
  });

  it('are the same whatever the order of their keys', () => {
    const builder = new GraphBuilder();
    builder.node(user('a', { tags: { x: '1', y: '2' } }));
    builder.node({ tags: { y: '2', x: '1' }, name: 'a', type: 'user', provider: 'aws', id: 'a', kind: 'identity' });
    expect(builder.build()).toMatchObject({ nodes: [{ id: 'a' }], gaps: [] });
  });

  it('keep the first of two contents under one id, with one gap', () => {
    const builder = new GraphBuilder();
    builder.node(user('a', { name: 'first' }));
    builder.node(user('a', { name: 'second', type: 'role' }));
    builder.node(user('a', { name: 'third' }));
    const graph = builder.build();
    expect(graph.nodes).toEqual([user('a', { name: 'first' })]);
    expect(graph.gaps).toEqual([
      {
        scope: 'a',
        what: 'duplicate id',
        why: 'means the user `first` and also the role `second`; the first is kept',
      },
    ]);
    expect(builder.has('a')).toBe(true);
    expect(builder.has('b')).toBe(false);
    expect(builder.get('a')?.name).toBe('first');
    expect(builder.get('b')).toBeUndefined();
  });

  it('lose attributes that nest too deep, and stay writable', () => {
    const builder = new GraphBuilder();
    const node = user('a', { attributes: { bad: deep(10_000), edge: deep(MAX_DEPTH - 2), over: deep(MAX_DEPTH - 1) } });
    builder.node(node);
    builder.node(node);
    const graph = builder.build();
    expect(graph.nodes).toEqual([user('a', { attributes: { edge: deep(MAX_DEPTH - 2) } })]);
    expect(graph.gaps.map(({ scope, what }) => [scope, what])).toEqual([
      ['a', 'attribute `bad`'],
      ['a', 'attribute `over`'],
    ]);
    expect([...encodeGraph(graph)]).toHaveLength(4);
  });
});

describe('scopes', () => {
  const built = (...nodes: readonly (ScopeNode | IdentityNode)[]) => {
    const builder = new GraphBuilder();
    for (const node of nodes) builder.node(node);
    const graph = builder.build();
    return {
      around: Object.fromEntries(graph.nodes.map((node) => [node.id, node.scope])),
      gaps: graph.gaps.map((gap) => `${gap.scope} ${gap.what}: ${gap.why}`),
    };
  };

  it.each([
    [[scope('b', 'c'), scope('c', 'a'), scope('a', 'b'), scope('z', 'c')]],
    [[scope('z', 'c'), scope('c', 'a'), scope('b', 'c'), scope('a', 'b')]],
  ])('that run in a circle are cut at the smallest id', (nodes) => {
    const { around, gaps } = built(...nodes);
    expect(around).toEqual({ a: undefined, b: 'c', c: 'a', z: 'c' });
    expect(gaps).toEqual(['a scope: it lies inside itself by way of other scopes; the circle is cut here']);
  });

  it('that contain themselves stand alone', () => {
    expect(built(scope('a', 'a'))).toMatchObject({
      around: { a: undefined },
      gaps: [expect.stringContaining('a scope')],
    });
  });

  it('that are not in the graph stay named', () => {
    const { around, gaps } = built(user('a', { scope: 'far' }), scope('b', 'far'));
    expect(around).toEqual({ a: 'far', b: 'far' });
    expect(gaps).toHaveLength(2);
    expect(gaps[0]).toBe('a scope: `far` is not in the graph; what it grants and denies is unknown');
  });

  it('that are no scopes are dropped', () => {
    const { around, gaps } = built(user('a', { scope: 'b' }), user('b'));
    expect(around).toEqual({ a: undefined, b: undefined });
    expect(gaps).toEqual(['a scope: `b` is not a scope']);
  });

  it('that nest without end are cut', () => {
    const chain = Array.from({ length: 250 }, (_, depth) => {
      const id = String(depth).padStart(3, '0');
      return depth === 0 ? scope(id) : scope(id, String(depth - 1).padStart(3, '0'));
    });
    const { around, gaps } = built(...chain);
    expect(
      Object.keys(around)
        .filter((id) => around[id] === undefined)
        .sort(),
    ).toEqual(['000', '100', '200']);
    expect(gaps).toHaveLength(2);
    expect(built(...chain.toReversed())).toEqual({ around, gaps });
  });
});

describe('edges', () => {
  const built = (...edges: readonly GraphEdge[]) => {
    const builder = new GraphBuilder();
    for (const edge of edges) builder.edge(edge);
    for (const id of ['b', 'a', 'c']) builder.node(user(id));
    return builder.build();
  };

  it('come once, in order, the surest of parallel ones', () => {
    const { edges, gaps } = built(
      { type: 'member-of', from: 'b', to: 'c', certainty: 'unknown' },
      { type: 'member-of', from: 'b', to: 'c', certainty: 'conditional' },
      { type: 'runs-as', from: 'a', to: 'c', certainty: 'unknown' },
      { type: 'runs-as', from: 'a', to: 'c', certainty: 'allow' },
      { type: 'runs-as', from: 'a', to: 'c' },
      { type: 'contains', from: 'a', to: 'c' },
      { type: 'runs-as', from: 'a', to: 'b' },
      { type: 'runs-as', from: 'a', to: 'b' },
    );
    expect(edges).toEqual([
      { type: 'runs-as', from: 'a', to: 'b' },
      { type: 'contains', from: 'a', to: 'c' },
      { type: 'runs-as', from: 'a', to: 'c' },
      { type: 'member-of', from: 'b', to: 'c', certainty: 'conditional' },
    ]);
    expect(gaps).toEqual([]);
  });

  it('to nowhere become gaps', () => {
    const { edges, gaps } = built(
      { type: 'member-of', from: 'a', to: 'x' },
      { type: 'member-of', from: 'y', to: 'a' },
      { type: 'member-of', from: 'y', to: 'x' },
    );
    expect(edges).toEqual([]);
    expect(gaps).toEqual([
      { scope: 'a', what: 'member-of edge', why: 'from `a` to `x`: `x` is not in the graph' },
      { scope: 'a', what: 'member-of edge', why: 'from `y` to `a`: `y` is not in the graph' },
      { scope: 'x', what: 'member-of edge', why: 'from `y` to `x`: `y` is not in the graph' },
    ]);
  });
});

describe('documents', () => {
  it('of equal content are one, named by their hash', () => {
    const builder = new GraphBuilder();
    const statements = [statement('s')];
    const id = builder.document({ provider: 'aws', statements });
    expect(builder.document({ provider: 'aws', statements })).toBe(id);
    expect(builder.document({ statements: [statement('s')], provider: 'aws' })).toBe(id);
    expect(builder.document({ provider: 'gcp', statements })).not.toBe(id);
    expect(builder.document({ provider: 'aws', statements })).toBe(id);
    expect(id).toBe(
      contentHash(
        '{"provider":"aws","statements":[{"actions":{"exclude":[],"include":["*"]},"effect":"allow","index":0,"sid":"s"}]}',
      ),
    );
    expect(builder.build().documents.find((document) => document.id === id)).toEqual({
      id,
      provider: 'aws',
      statements,
    });
    expect(builder.build().documents).toHaveLength(2);
  });

  it('differ by what is unreadable', () => {
    const builder = new GraphBuilder();
    const statements: readonly Statement[] = [];
    const ids = [
      builder.document({ provider: 'aws', statements }),
      builder.document({ provider: 'aws', statements, unreadable: 'no text' }),
      builder.document({ provider: 'aws', statements, unreadable: 'no text', mayDeny: false }),
      builder.document({ provider: 'aws', statements, unreadable: 'no text', mayDeny: true }),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(builder.document({ provider: 'aws', statements })).toBe(ids[0]);
  });

  it('that nest too deep are unreadable', () => {
    const builder = new GraphBuilder();
    const body = { StringEquals: deep(10_000) };
    const id = builder.document({
      provider: 'aws',
      statements: [{ ...statement('s'), condition: { language: 'aws', body } }],
    });
    const graph = builder.build();
    expect(graph.documents).toEqual([
      {
        id,
        provider: 'aws',
        statements: [],
        unreadable: 'the policy is nested deeper than `256` levels; flatten the value',
      },
    ]);
    expect([...encodeGraph(graph)]).toHaveLength(2);
  });

  it('that are given a name keep it, unless it names other content', () => {
    const builder = new GraphBuilder();
    const first = { id: 'd', provider: 'aws', statements: [statement('1')] };
    const second = { id: 'd', provider: 'aws', statements: [statement('2')] };
    expect(builder.storedDocument(first)).toBe('d');
    expect(builder.storedDocument({ ...first })).toBe('d');
    const other = builder.storedDocument(second);
    expect(other).not.toBe('d');
    expect(builder.storedDocument(second)).toBe(other);
    expect(builder.build().documents).toHaveLength(2);
  });

  it('cannot pass for the text whose hash they claim as their name', () => {
    const honest = { provider: 'aws', statements: [statement('deny')] };
    const hash = new GraphBuilder().document(honest);
    const builder = new GraphBuilder();
    const lie = { id: hash, provider: 'aws', statements: [statement('allow everything')] };
    expect(builder.storedDocument(lie)).toBe(hash);
    const id = builder.document(honest);
    expect(id).toBe(`${hash}~2`);
    expect(builder.document({ ...honest, statements: [statement('deny')] })).toBe(id);
    expect(builder.storedDocument({ id: hash, ...honest })).toBe(id);
    expect(builder.build().documents).toEqual([lie, { id, ...honest }]);
  });
});

describe('policies and attachments', () => {
  const policy = { id: 'p', provider: 'aws', name: 'read', type: 'managed', document: 'd' };

  it('keep the first of two contents under one id, with one gap', () => {
    const builder = new GraphBuilder();
    builder.storedDocument({ id: 'd', provider: 'aws', statements: [] });
    builder.policy(policy);
    builder.policy({ ...policy });
    builder.policy({ ...policy, name: 'write', type: 'inline' });
    builder.policy({ ...policy, name: 'other' });
    expect(builder.build()).toMatchObject({
      policies: [policy],
      gaps: [
        {
          scope: 'p',
          what: 'duplicate policy id',
          why: 'means the managed policy `read` and also the inline policy `write`; the first is kept',
        },
      ],
    });
  });

  it('count as unreadable where the document is missing', () => {
    const builder = new GraphBuilder();
    builder.policy({ ...policy, owner: 'o' });
    const graph = builder.build();
    expect(graph.policies).toEqual([{ ...policy, owner: 'o' }]);
    expect(graph.documents).toEqual([
      { id: 'd', provider: 'aws', statements: [], unreadable: 'the text is not in the input' },
    ]);
    expect(graph.gaps).toEqual([
      { scope: 'o', what: 'policy text', why: '`d` is not in the graph; what `p` says counts as unknown' },
    ]);
  });

  it('count as unreadable where the policy is missing', () => {
    const builder = new GraphBuilder();
    builder.attachment({ policy: 'p', node: 'b', role: 'identity-grant' });
    builder.attachment({ policy: 'p', node: 'a', role: 'identity-grant' });
    builder.node(user('a', { provider: 'gcp' }));
    builder.node(user('b'));
    const graph = builder.build();
    expect(graph.attachments.map(({ node }) => node)).toEqual(['a', 'b']);
    expect(graph.policies).toEqual([{ id: 'p', provider: 'gcp', name: 'p', type: 'missing', document: 'missing:p' }]);
    expect(graph.documents).toEqual([
      { id: 'missing:p', provider: 'gcp', statements: [], unreadable: 'the text is not in the input' },
    ]);
    expect(graph.gaps).toEqual([
      { scope: 'a', what: 'policy', why: '`p` is not in the graph; what it says counts as unknown' },
      { scope: 'b', what: 'policy', why: '`p` is not in the graph; what it says counts as unknown' },
    ]);
  });

  it('are dropped where the node is missing', () => {
    const builder = new GraphBuilder();
    builder.attachment({ policy: 'p', node: 'x', role: 'identity-guard' });
    expect(builder.build()).toMatchObject({
      attachments: [],
      policies: [],
      gaps: [{ scope: 'x', what: 'attachment', why: 'policy `p` as identity-guard: `x` is not in the graph' }],
    });
  });

  it('come once, in order', () => {
    const builder = new GraphBuilder();
    builder.node(user('a'));
    builder.storedDocument({ id: 'd', provider: 'aws', statements: [] });
    builder.policy(policy);
    const exclusiveFor = { include: ['sts:AssumeRole'], exclude: [] };
    builder.attachment({ policy: 'p', node: 'a', role: 'resource-grant', exclusiveFor });
    builder.attachment({ policy: 'p', node: 'a', role: 'identity-grant' });
    builder.attachment({ policy: 'p', node: 'a', role: 'identity-grant' });
    builder.attachment({ exclusiveFor: { ...exclusiveFor }, role: 'resource-grant', node: 'a', policy: 'p' });
    builder.attachment({ policy: 'p', node: 'a', role: 'resource-grant' });
    expect(builder.build().attachments).toEqual([
      { policy: 'p', node: 'a', role: 'identity-grant' },
      { policy: 'p', node: 'a', role: 'resource-grant', exclusiveFor },
      { policy: 'p', node: 'a', role: 'resource-grant' },
    ]);
  });
});

describe('placements of one policy on one node', () => {
  const placed = (member: string, when?: Json): Attachment => ({
    policy: 'p',
    node: 'a',
    role: 'resource-grant',
    principals: { include: [{ match: 'member', id: member, strength: 'sufficient' }], exclude: [] },
    ...(when === undefined ? {} : { condition: { language: 'gcp', body: when } }),
  });
  const built = (...attachments: readonly Attachment[]) => {
    const builder = new GraphBuilder();
    builder.node(user('a'));
    builder.storedDocument({ id: 'd', provider: 'aws', statements: [] });
    builder.policy({ id: 'p', provider: 'aws', name: 'p', type: 'predefined', document: 'd' });
    for (const one of attachments) builder.attachment(one);
    return builder.build();
  };

  it('are all kept that differ in principals, condition or name, equal ones once, whatever the order', () => {
    const all = [placed('x'), placed('y'), placed('x', 1), placed('x', 2), { ...placed('x', 2), name: 'office' }];
    const graph = built(...all, structuredClone(all[3]!));
    expect(graph.attachments).toHaveLength(5);
    expect(graph.attachments).toEqual(expect.arrayContaining(all));
    expect(built(...all.toReversed())).toEqual(graph);
  });

  it('may name who is not in the graph', () => {
    const graph = built(placed('nobody'));
    expect(graph.attachments).toEqual([placed('nobody')]);
    expect(graph.gaps).toEqual([]);
  });

  it('stay under a condition where it nests too deep, one that nobody can decide', () => {
    const graph = built(placed('x', deep(MAX_DEPTH - 2)), placed('y', deep(MAX_DEPTH - 1)));
    expect(graph.attachments.map(({ condition }) => condition?.language).sort()).toEqual(['gcp', 'unread']);
    expect(graph.gaps.map(({ scope, what }) => [scope, what])).toEqual([['a', 'condition']]);
    for (const line of encodeGraph(graph)) validateGraphRecord(JSON.parse(line), 1);
  });
});

describe('use and observations', () => {
  it('of identities outside the graph become gaps; a credential outside does not hide the use', () => {
    const builder = new GraphBuilder();
    builder.node(user('a'));
    builder.usage({ identity: 'x', action: 'a:b', source: 'log' });
    builder.usage({ identity: 'x', action: 'a:c', source: 'log' });
    builder.usage({ identity: 'a', credential: 'key', action: 'a:b', source: 'log', count: 2 });
    builder.usage({ identity: 'a', action: 'a:b', source: 'log', count: 2 });
    const seen = { actions: { include: ['*'], exclude: [] }, granularity: 'action', source: 'log' } as const;
    const window = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
    builder.observation({ subject: 'y', ...seen, ...window });
    builder.observation({ subject: 'a', ...seen, ...window });
    builder.observation({ subject: 'a', ...seen, ...window });
    const graph = builder.build();
    expect(graph.usage).toEqual([{ identity: 'a', action: 'a:b', source: 'log', count: 2 }]);
    expect(graph.observations).toHaveLength(1);
    expect(graph.gaps).toEqual([
      { scope: 'a', what: 'credential', why: '`key` is not in the graph; its use counts for `a` only' },
      { scope: 'x', what: 'usage', why: '`x` is not in the graph; its use is left out' },
      { scope: 'y', what: 'observation', why: '`y` is not in the graph; what `log` saw of it is left out' },
    ]);
  });
});

describe('build', () => {
  it('can be asked again, and earlier graphs do not change', () => {
    const builder = new GraphBuilder();
    builder.edge({ type: 'member-of', from: 'a', to: 'b' });
    builder.node(user('a'));
    const before = builder.build();
    const copy = structuredClone(before);
    builder.node(user('b'));
    builder.gap({ scope: 'b', what: 'w', why: 'y' });
    expect(before).toEqual(copy);
    expect(builder.build()).toMatchObject({ edges: [{ from: 'a' }], gaps: [{ scope: 'b' }] });
  });

  it('orders by code units, never by locale', () => {
    const builder = new GraphBuilder();
    for (const scope of ['a', 'É', '\u{10000}', 'B', 'ab', '\uffee', 'a-', 'b'])
      builder.gap({ scope, what: 'w', why: 'y' });
    expect(builder.build().gaps.map((gap) => gap.scope)).toEqual([
      'B',
      'a',
      'a-',
      'ab',
      'b',
      'É',
      '\u{10000}',
      '\uffee',
    ]);
  });

  it('removes gaps that repeat', () => {
    const builder = new GraphBuilder();
    for (const fix of ['2', '1', '2']) builder.gap({ scope: 'a', what: 'w', why: 'y', fix });
    builder.gap({ scope: 'a', what: 'w', why: 'y' });
    expect(builder.build().gaps.map(({ fix }) => fix)).toEqual(['1', '2', undefined]);
  });

  it('takes a hundred thousand nodes in no order within seconds', () => {
    const builder = new GraphBuilder();
    const count = 100_000;
    for (let index = 0; index < count; index += 1) {
      const id = `node-${(index * 7919) % count}`;
      builder.node(user(id));
      builder.edge({ type: 'member-of', from: id, to: `node-${(index * 104_729) % count}` });
    }
    const start = Date.now();
    const graph = builder.build();
    expect(graph.nodes).toHaveLength(count);
    expect(Date.now() - start).toBeLessThan(10_000);
  });
});
