import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ReadGraphFileOptions, readGraphFile, writeGraphFile } from './codec-file.ts';
import { GraphBuilder } from './graph-builder.ts';
import { encodeGraph } from './graph-codec.ts';
import type { Graph } from './model.ts';

let root: string;
let directory: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'keyreach-codec-'));
});
beforeEach(async () => {
  directory = await mkdtemp(join(root, 'test-'));
});
afterAll(() => rm(root, { recursive: true }));

function graphOfSize(count: number): Graph {
  const builder = new GraphBuilder();
  for (let index = 0; index < count; index += 1) {
    builder.node({ kind: 'identity', id: `node-${index}`, provider: 'aws', type: 'user', name: `名 ${index * 7919}` });
  }
  return builder.build();
}

async function failure(path: string, options?: ReadGraphFileOptions): Promise<string> {
  try {
    await readGraphFile(path, options);
  } catch (error) {
    expect(error).toMatchObject({ name: 'KeyreachError', fields: { file: path } });
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message.replace(`\`${path}\``, 'FILE')}`;
  }
  return 'valid';
}

describe('a graph file', () => {
  it.each(['estate.ndjson', 'estate.ndjson.gz'])(
    '%s reads back equal, and is written twice to equal bytes',
    async (name) => {
      const graph = graphOfSize(20_000);
      await writeGraphFile(join(directory, name), graph);
      await writeGraphFile(join(directory, `second-${name}`), graph);
      expect(await readGraphFile(join(directory, name))).toEqual(graph);
      const first = await readFile(join(directory, name));
      expect(first.equals(await readFile(join(directory, `second-${name}`)))).toBe(true);
      const text = [...encodeGraph(graph), ''].join('\n');
      expect((name.endsWith('.gz') ? gunzipSync(first) : first).toString()).toBe(text);
      expect(await readdir(directory)).toHaveLength(2);
    },
  );

  it('says nothing of time or system when compressed', async () => {
    const path = join(directory, 'x.gz');
    await writeGraphFile(path, graphOfSize(1));
    const bytes = await readFile(path);
    expect([...bytes.subarray(0, 4), ...bytes.subarray(4, 8), bytes[9]]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 255]);
  });

  it('is recognised by content, not by name', async () => {
    const text = [...encodeGraph(graphOfSize(3))].join('\n');
    await writeFile(join(directory, 'plain.gz'), text);
    await writeFile(join(directory, 'packed.ndjson'), gzipSync(text));
    await writeFile(
      join(directory, 'members.gz'),
      Buffer.concat([gzipSync(text.slice(0, 50)), gzipSync(text.slice(50))]),
    );
    for (const name of await readdir(directory)) {
      expect(await readGraphFile(join(directory, name))).toEqual(graphOfSize(3));
    }
  });
});

describe('readGraphFile', () => {
  it('takes a line of forty megabytes', async () => {
    const list = `[${'"0123456789012345678901234567890123456789",'.repeat(1_000_000)}"end"]`;
    const line = `{"record":"node","kind":"resource","id":"r","provider":"x","type":"t","name":"r","attributes":{"list":${list}}}`;
    expect(line.length).toBeGreaterThan(40_000_000);
    const path = join(directory, 'long');
    await writeFile(path, `{"record":"header","schema":"keyreach-graph/1"}\n${line}\n`);
    const [node] = (await readGraphFile(path)).nodes;
    expect(node?.attributes?.['list']).toHaveLength(1_000_001);
  });

  it('refuses a line that does not end', async () => {
    const path = join(directory, 'bomb.gz');
    await writeFile(path, gzipSync(Buffer.alloc(100_000_000, 0x20), { level: 1 }));
    expect(await failure(path)).toBe('line-too-long: FILE: line 1: longer than `67108864` characters');
  });

  it('refuses more data than allowed', async () => {
    const path = join(directory, 'large.gz');
    await writeGraphFile(path, graphOfSize(1000));
    expect(await failure(path, { maxBytes: 10_000 })).toBe(
      'too-large: FILE: larger than `10000` bytes when unpacked; raise `maxBytes` if meant',
    );
  });

  it('gives one clear error for compressed data that is cut off, wherever it is', async () => {
    const packed = gzipSync([...encodeGraph(graphOfSize(500))].join('\n'));
    const path = join(directory, 'cut.gz');
    for (const length of [2, 9, 10, 20, packed.length >> 1, packed.length - 8, packed.length - 1]) {
      await writeFile(path, packed.subarray(0, length));
      expect(await failure(path)).toBe(
        'bad-gzip: FILE: the compressed data ends too early; the file was cut off, copy or write it again',
      );
    }
  });

  it('gives one clear error for compressed data that is damaged', async () => {
    const packed = gzipSync([...encodeGraph(graphOfSize(500))].join('\n'));
    packed[packed.length - 6] = (packed.at(-6) ?? 0) ^ 1;
    const path = join(directory, 'damaged.gz');
    await writeFile(path, packed);
    expect(await failure(path)).toBe('bad-gzip: FILE: the compressed data is damaged; copy or write the file again');
  });

  it('names file, line and reason of bad content', async () => {
    const lines = [...encodeGraph(graphOfSize(3))];
    const path = join(directory, 'bad');
    const header = '`{"record":"header","schema":"keyreach-graph/1"}`';
    const cases: readonly [content: string | Uint8Array, message: string][] = [
      ['', `bad-graph: FILE: line 1: there is nothing here; expected the header ${header}`],
      ['x', `bad-graph: FILE: line 1: not a graph file; expected the header ${header}`],
      [lines.slice(1).join('\n'), `bad-graph: FILE: line 1: not a graph file; expected the header ${header}`],
      [
        lines.join('\n').slice(0, -10),
        'bad-graph: FILE: line 4: not valid JSON; the file is cut off or damaged, write it again',
      ],
      [
        lines.slice(0, -1).join('\n'),
        'bad-graph: FILE: line 3: the header promises `3` records, the file holds `2`; it was cut off or edited, write it again',
      ],
      [
        lines.join('\n').replace('"user"', '7'),
        'bad-graph: FILE: line 2: node `node-0`: `type` must be text that is not empty, not `7`',
      ],
      [
        Uint8Array.of(0x7b, 0xff),
        'not-utf8: FILE: line 1 or one soon after: not UTF-8 text; convert the file to UTF-8',
      ],
    ];
    for (const [content, message] of cases) {
      await writeFile(path, content);
      expect(await failure(path)).toBe(message);
    }
  });

  it('says why the system refuses', async () => {
    expect(await failure(join(directory, 'none'))).toBe('cannot-read: cannot read FILE: no such file or directory');
    expect(await failure(directory)).toBe('cannot-read: cannot read FILE: it is a directory');
  });
});

describe('writeGraphFile', () => {
  const unwritable = (): Graph => {
    const attributes = { bad: Number.NaN };
    return { ...graphOfSize(50_000), gaps: [{ scope: 'a', what: 'w', why: 'y', ...{ attributes } }] };
  };

  it.each(['x.ndjson', 'x.ndjson.gz'])('leaves %s as it was, and nothing beside it, when it fails', async (name) => {
    const path = join(directory, name);
    await writeFile(path, 'before');
    await expect(writeGraphFile(path, unwritable())).rejects.toMatchObject({ code: 'not-json' });
    expect(await readFile(path, 'utf8')).toBe('before');
    expect(await readdir(directory)).toEqual([name]);
  });

  it('does not touch temporary files of others', async () => {
    const path = join(directory, 'x');
    await writeFile(`${path}.1.tmp`, 'mine');
    await symlink('/nowhere', `${path}.2.tmp`);
    await writeGraphFile(path, graphOfSize(1));
    expect((await readdir(directory)).sort()).toEqual(['x', 'x.1.tmp', 'x.2.tmp']);
    expect(await readFile(`${path}.1.tmp`, 'utf8')).toBe('mine');
  });

  it('replaces files only', async () => {
    await mkdir(join(directory, 'taken'));
    await expect(writeGraphFile(join(directory, 'taken'), graphOfSize(1))).rejects.toMatchObject({
      code: 'cannot-write',
      message: expect.stringMatching(/^cannot write `.*taken`: it is a directory; name a file$/),
    });
    await expect(writeGraphFile('/dev/null', graphOfSize(1))).rejects.toMatchObject({
      message: 'cannot write `/dev/null`: it is not a regular file; name a file',
    });
    expect(await readdir(directory)).toEqual(['taken']);
  });

  it('says why the system refuses', async () => {
    const path = join(directory, 'none', 'x');
    await expect(writeGraphFile(path, graphOfSize(1))).rejects.toMatchObject({
      code: 'cannot-write',
      message: `cannot write \`${path}\`: no such file or directory`,
    });
  });
});
