import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { ipInRange } from './ip-in-range.ts';
import { ipRange } from './ip-range.ts';

describe('aws.md 1.11: addresses and ranges', () => {
  test.each([
    ['1.2.3.4', 4, 32, [0x102, 0x304]],
    ['1.2.3.4/8', 4, 8, [0x102, 0x304]],
    ['0.0.0.0/0', 4, 0, [0, 0]],
    ['::', 6, 128, [0, 0, 0, 0, 0, 0, 0, 0]],
    ['::1', 6, 128, [0, 0, 0, 0, 0, 0, 0, 1]],
    ['1::', 6, 128, [1, 0, 0, 0, 0, 0, 0, 0]],
    ['2001:DB8::a/32', 6, 32, [0x2001, 0xdb8, 0, 0, 0, 0, 0, 10]],
    ['1:2:3:4:5:6:7:8', 6, 128, [1, 2, 3, 4, 5, 6, 7, 8]],
    ['1:2:3:4:5:6:1.2.3.4', 6, 128, [1, 2, 3, 4, 5, 6, 0x102, 0x304]],
    ['::ffff:1.2.3.4', 6, 128, [0, 0, 0, 0, 0, 0xffff, 0x102, 0x304]],
    ['1:2:3:4:5:6:7::', 6, 128, [1, 2, 3, 4, 5, 6, 7, 0]],
  ])('%s', (text, version, bits, groups) => {
    expect(ipRange(text)).toEqual({ version, bits, groups });
  });

  test.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4/33',
    '1.2.3.4/',
    '1.2.3.4/08',
    '1.2.3.4/8/8',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1.2.3.-4',
    '1:2',
    ':1',
    '1:',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
    '::1.2.3',
    '1.2.3.4::',
    '::1/129',
    'fe80::1%eth0',
    '*',
  ])('malformed: %s', (text) => {
    expect(ipRange(text)).toBeUndefined();
  });

  const byte = fc.integer({ min: 0, max: 255 });
  const address = fc.tuple(byte, byte, byte, byte);
  const number = ([a, b, c, d]: readonly [number, number, number, number]) => ((a * 256 + b) * 256 + c) * 256 + d;

  propertyTest.prop([address, address, fc.integer({ min: 0, max: 32 })])(
    'agree with arithmetic on version 4',
    (value, base, bits) => {
      const size = 2 ** (32 - bits);
      const expected = Math.floor(number(value) / size) === Math.floor(number(base) / size);
      expect(ipInRange(ipRange(value.join('.'))!, ipRange(`${base.join('.')}/${bits}`)!)).toBe(expected);
    },
  );
});
