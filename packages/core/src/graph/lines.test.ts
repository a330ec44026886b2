import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_LINE_LENGTH, splitLines } from './lines.ts';

async function* chunksOf(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function linesOf(chunks: AsyncIterable<Uint8Array>): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const batch of splitLines(chunks)) lines.push(...batch);
  return lines;
}

const encoder = new TextEncoder();

describe('splitLines', () => {
  it.each<[string, readonly string[]]>([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\nb', ['a', 'b']],
    ['\n\na\n', ['', '', 'a']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['\ufeffa\nb', ['a', 'b']],
    ['é\n日本\n\u{1f511}', ['é', '日本', '\u{1f511}']],
  ])('splits %j', async (text, lines) => {
    for (const size of [1, 2, 3, 1000]) expect(await linesOf(chunksOf(encoder.encode(text), size))).toEqual(lines);
  });

  it('does not depend on the chunks', async () => {
    const text = fc
      .array(fc.constantFrom('a', 'é', '\u{1f511}', '\n', '"'), { maxLength: 40 })
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (value, size) => {
        const bytes = encoder.encode(value);
        expect(await linesOf(chunksOf(bytes, size))).toEqual(await linesOf(chunksOf(bytes, 1000)));
      }),
    );
  });

  it.each([[[0x61, 0x0a, 0xff, 0x0a]], [[0x61, 0x0a, 0xe6, 0x97]]])(
    'refuses bytes that are not UTF-8: %j',
    async (bytes) => {
      await expect(linesOf(chunksOf(Uint8Array.from(bytes), 2))).rejects.toMatchObject({
        code: 'not-utf8',
        fields: { line: 2 },
      });
    },
  );

  it('refuses a line without end before memory runs out', async () => {
    let given = 0;
    const chunk = new Uint8Array(1_048_576).fill(0x61);
    const endless = (async function* () {
      yield Uint8Array.of(0x0a);
      for (;;) {
        given += chunk.length;
        yield chunk;
      }
    })();
    await expect(linesOf(endless)).rejects.toMatchObject({
      code: 'line-too-long',
      message: 'line 2: longer than `67108864` characters',
    });
    expect(given).toBeLessThanOrEqual(MAX_LINE_LENGTH + chunk.length);
  });

  it('passes errors of the source on', async () => {
    const broken = (async function* (): AsyncIterable<Uint8Array> {
      yield encoder.encode('a\n');
      throw new Error('disk');
    })();
    await expect(linesOf(broken)).rejects.toThrow('disk');
  });
});
