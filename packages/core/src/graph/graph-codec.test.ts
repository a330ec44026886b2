import { describe, expect, it } from 'vitest';
import { GraphBuilder } from './graph-builder.ts';
import { decodeGraph, encodeGraph } from './graph-codec.ts';

const header = '{"record":"header","schema":"keyreach-graph/1"}';
const node = (id: string): string =>
  `{"record":"node","kind":"identity","id":"${id}","provider":"aws","type":"user","name":"${id}"}`;

async function failure(lines: readonly string[]): Promise<string> {
  try {
    await decodeGraph(lines);
  } catch (error) {
    expect(error).toMatchObject({ name: 'KeyreachError', code: 'bad-graph' });
    return error instanceof Error ? error.message : '';
  }
  return 'valid';
}

describe('encodeGraph', () => {
  it('writes the header, then records in order with sorted keys', () => {
    const builder = new GraphBuilder();
    builder.gap({ why: 'y', what: 'w', scope: 'a' });
    builder.edge({ to: 'b', from: 'a', type: 'member-of' });
    for (const id of ['b', 'a']) builder.node({ kind: 'identity', id, provider: 'aws', type: 'user', name: id });
    expect([...encodeGraph(builder.build())]).toEqual([
      '{"record":"header","records":4,"schema":"keyreach-graph/1"}',
      '{"record":"node","id":"a","kind":"identity","name":"a","provider":"aws","type":"user"}',
      '{"record":"node","id":"b","kind":"identity","name":"b","provider":"aws","type":"user"}',
      '{"record":"edge","from":"a","to":"b","type":"member-of"}',
      '{"record":"gap","scope":"a","what":"w","why":"y"}',
    ]);
  });
});

describe('decodeGraph', () => {
  it('takes records in any order, blank lines and unknown fields', async () => {
    const edge = '{"record":"edge","type":"member-of","from":"a","to":"b","since":2020}';
    const graph = await decodeGraph([header, '', edge, node('b'), '  ', node('a'), node('a'), '']);
    expect(graph.nodes.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(graph.edges).toEqual([{ type: 'member-of', from: 'a', to: 'b', since: 2020 }]);
    expect(graph.gaps).toEqual([]);
    expect([...encodeGraph(graph)].at(-1)).toBe(
      '{"record":"edge","from":"a","since":2020,"to":"b","type":"member-of"}',
    );
  });

  it('takes lines that arrive over time', async () => {
    const arriving = (async function* () {
      yield header;
      yield node('a');
    })();
    expect((await decodeGraph(arriving)).nodes).toHaveLength(1);
  });

  it('keeps one object for principals and conditions that many placements share', async () => {
    const binding = (on: string, member: string): string =>
      `{"record":"attachment","policy":"p","node":"${on}","role":"resource-grant","condition":{"language":"gcp","body":1},"principals":{"include":[{"match":"member","id":"${member}","strength":"sufficient"}],"exclude":[]}}`;
    const { attachments } = await decodeGraph([
      header,
      node('a'),
      node('b'),
      binding('a', 'x'),
      binding('b', 'x'),
      binding('b', 'y'),
    ]);
    expect(attachments).toHaveLength(3);
    const [first, second, other] = attachments;
    expect(second?.principals).toBe(first?.principals);
    expect(second?.condition).toBe(first?.condition);
    expect(other?.condition).toBe(first?.condition);
    expect(other?.principals).not.toEqual(first?.principals);
  });

  it('turns what does not fit together into gaps', async () => {
    const graph = await decodeGraph([
      header,
      node('a'),
      node('a').replace('"user"', '"role"'),
      '{"record":"edge","type":"member-of","from":"a","to":"x"}',
      '{"record":"usage","identity":"a","credential":"k","action":"a:b","source":"log"}',
    ]);
    expect(graph.gaps.map(({ what }) => what)).toEqual(['credential', 'duplicate id', 'member-of edge']);
    expect(graph.usage).toEqual([{ identity: 'a', action: 'a:b', source: 'log' }]);
  });

  const wanted = 'expected the header `{"record":"header","schema":"keyreach-graph/1"}`';
  it.each<[string, readonly string[], string]>([
    ['nothing', [], `line 1: there is nothing here; ${wanted}`],
    ['blank lines', ['', ''], `line 2: there is nothing here; ${wanted}`],
    ['no header', [node('a')], `line 1: not a graph file; ${wanted}`],
    ['another JSON file', ['{'], `line 1: not a graph file; ${wanted}`],
    ['a list', ['[]'], `line 1: not a graph file; ${wanted}`],
    ['null', ['null'], `line 1: not a graph file; ${wanted}`],
    ['a header without version', ['{"record":"header"}'], 'line 1: header: `schema` is missing'],
    [
      'a version from the future',
      [header.replace('/1', '/2')],
      'line 1: header: `schema` is `keyreach-graph/2`, this version reads `keyreach-graph/1` only; update keyreach',
    ],
    [
      'two headers',
      [header, node('a'), header],
      'line 3: a second header; merge graphs instead of joining their files',
    ],
    [
      'a line cut off',
      [header, node('a'), node('b').slice(0, 40)],
      'line 3: not valid JSON; the file is cut off or damaged, write it again',
    ],
    ['a bad record', [header, '', '{"record":"edge"}'], 'line 3: edge: `type` is missing'],
    [
      'too few records',
      ['{"record":"header","records":2,"schema":"keyreach-graph/1"}', node('a')],
      'line 2: the header promises `2` records, the file holds `1`; it was cut off or edited, write it again',
    ],
    [
      'one document id for two texts',
      [
        header,
        '{"record":"document","id":"d","provider":"aws","statements":[]}',
        '{"record":"document","id":"d","provider":"gcp","statements":[]}',
      ],
      'line 3: a second document `d` with other content',
    ],
    [
      'nesting without end',
      [header, `${node('a').slice(0, -1)},"attributes":{"x":${'['.repeat(10_000)}${']'.repeat(10_000)}}}`],
      'line 2: node `a`: `attributes` nests deeper than `256` levels',
    ],
  ])('refuses %s', async (_, lines, message) => {
    expect(await failure(lines)).toBe(message);
  });
});
