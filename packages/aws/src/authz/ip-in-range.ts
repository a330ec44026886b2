import type { IpRange } from './ip-range.ts';

/**
 * Whether every address of `inner` is in `range`. Addresses of different versions never are, also not a version 4
 * address written as one of version 6 (aws.md 1.11, `IpAddress`).
 */
export function ipInRange(inner: IpRange, range: IpRange): boolean {
  if (inner.version !== range.version || inner.bits < range.bits) return false;
  let bits = range.bits;
  for (let group = 0; bits > 0; group += 1, bits -= 16) {
    const mask = bits >= 16 ? 0xffff : (0xffff << (16 - bits)) & 0xffff;
    if ((inner.groups[group]! & mask) !== (range.groups[group]! & mask)) return false;
  }
  return true;
}
