import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contentHash } from './content-hash.ts';

describe('contentHash', () => {
  it.each(['', 'abc', 'é日本\u{1f511}', 'x'.repeat(1000)])('is the first half of the SHA-256 of %j', (text) => {
    expect(contentHash(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 32));
  });
});
