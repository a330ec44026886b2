/** A range of addresses of one version, or a single address as a range of one. */
export interface IpRange {
  readonly version: 4 | 6;
  /** First address, 16-bit groups: two for version 4, eight for version 6. */
  readonly groups: readonly number[];
  /** How many leading bits of an address must be those of `groups`. */
  readonly bits: number;
}

/**
 * Reads an address or a CIDR range (aws.md 1.11, `IpAddress`); an address alone is the range of itself. Undefined for
 * malformed text: leading zeros, a prefix that is too long, zone ids.
 *
 * @example
 * ipRange('203.0.113.0/24')?.bits; // 24
 */
export function ipRange(text: string): IpRange | undefined {
  // The longest form is a version 6 address that ends in a version 4 one, with a prefix.
  if (text.length > 49) return undefined;
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const version = address.includes(':') ? 6 : 4;
  const groups = version === 4 ? version4(address) : version6(address);
  if (groups === undefined) return undefined;
  const most = version === 4 ? 32 : 128;
  const bits = slash < 0 ? most : small(text.slice(slash + 1), 3, most);
  return bits === undefined ? undefined : { version, groups, bits };
}

/** A decimal number of at most `digits` digits, without leading zeros, up to `most`. */
function small(text: string, digits: number, most: number): number | undefined {
  if (text.length === 0 || text.length > digits || (text.length > 1 && text[0] === '0') || !/^\d+$/.test(text)) {
    return undefined;
  }
  const value = Number(text);
  return value <= most ? value : undefined;
}

function version4(text: string): readonly number[] | undefined {
  const parts = text.split('.').map((part) => small(part, 3, 255));
  const [a, b, c, d] = parts;
  if (parts.length !== 4 || a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
  return [a * 256 + b, c * 256 + d];
}

function version6(text: string): readonly number[] | undefined {
  const gap = text.indexOf('::');
  if (gap < 0) {
    const groups = groupsOf(text);
    return groups?.length === 8 ? groups : undefined;
  }
  if (text.includes('::', gap + 1)) return undefined;
  const before = gap === 0 ? [] : groupsOf(text.slice(0, gap));
  const after = gap + 2 === text.length ? [] : groupsOf(text.slice(gap + 2));
  if (before === undefined || after === undefined) return undefined;
  const missing = 8 - before.length - after.length;
  // `::` stands for at least one group; it ends the part before it, which then cannot end in a version 4 address.
  if (missing < 1 || text.slice(0, gap).includes('.')) return undefined;
  return [...before, ...Array.from({ length: missing }, () => 0), ...after];
}

function groupsOf(text: string): number[] | undefined {
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1 && part.includes('.')) {
      const embedded = version4(part);
      if (embedded === undefined) return undefined;
      groups.push(...embedded);
    } else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}
