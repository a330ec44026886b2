import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { decodeInput } from './input-text.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it('reads plain and packed text', () => {
  expect(decodeInput(bytes('{"ä":1}'))).toEqual({ ok: true, text: '{"ä":1}' });
  expect(decodeInput(gzipSync('{"ä":1}'))).toEqual({ ok: true, text: '{"ä":1}' });
});

it('drops a byte order mark, packed or not', () => {
  const marked = new Uint8Array([0xef, 0xbb, 0xbf, ...bytes('{}')]);
  expect(decodeInput(marked)).toEqual({ ok: true, text: '{}' });
  expect(decodeInput(gzipSync(marked))).toEqual({ ok: true, text: '{}' });
});

it('reads UTF-16 as shells write it', () => {
  expect(decodeInput(new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]))).toEqual({ ok: true, text: '{}' });
});

it('stops unpacking at the limit', () => {
  const bomb = gzipSync(new Uint8Array(20_000_000));
  expect(bomb.length).toBeLessThan(100_000);
  expect(decodeInput(bomb, 1_000_000)).toEqual({
    ok: false,
    problem: 'unpacks to more than `1000000` bytes, expected a smaller file',
  });
});

it('refuses what is too large, damaged or not text', () => {
  expect(decodeInput(bytes('12345'), 4)).toEqual({
    ok: false,
    problem: 'larger than `4` bytes, expected a smaller file',
  });
  expect(decodeInput(gzipSync('{"a":"b"}').subarray(0, 15))).toEqual({
    ok: false,
    problem: 'damaged or truncated gzip data, expected a complete gzip file',
  });
  expect(decodeInput(new Uint8Array([0x1f, 0x8b, 1, 2, 3]))).toMatchObject({ ok: false });
  expect(decodeInput(new Uint8Array([0xc3, 0x28]))).toEqual({ ok: false, problem: 'not text, expected UTF-8' });
});
