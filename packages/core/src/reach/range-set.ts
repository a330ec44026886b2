/**
 * A set of indices as sorted, disjoint, non-adjacent half-open ranges `[from, to, from, to, …]`. Everything is one
 * range, and so is what a prefix pattern names in a sorted list, whatever the size. Values are immutable.
 */
export type RangeSet = readonly number[];

/** The set without members. */
export const EMPTY: RangeSet = [];

/** All of `0 … size - 1`. */
export function fullSet(size: number): RangeSet {
  return size === 0 ? EMPTY : [0, size];
}

/** The set of the given indices, ascending. */
export function setOf(ascending: readonly number[]): RangeSet {
  const ranges: number[] = [];
  for (const index of ascending) {
    if (ranges.length > 0 && ranges[ranges.length - 1] === index) ranges[ranges.length - 1] = index + 1;
    else if (ranges.length === 0 || ranges[ranges.length - 1]! < index) ranges.push(index, index + 1);
  }
  return ranges;
}

/** How many members a set has. */
export function sizeOf(set: RangeSet): number {
  let size = 0;
  for (let at = 0; at < set.length; at += 2) size += set[at + 1]! - set[at]!;
  return size;
}

/** Whether an index is a member. */
export function contains(set: RangeSet, index: number): boolean {
  const range = firstEndingAfter(set, index);
  return range < set.length && set[range]! <= index;
}

/** Whether two sets have a member in common. */
export function overlap(left: RangeSet, right: RangeSet): boolean {
  const [few, many] = left.length <= right.length ? [left, right] : [right, left];
  for (let at = 0; at < few.length; at += 2) {
    const range = firstEndingAfter(many, few[at]!);
    if (range < many.length && many[range]! < few[at + 1]!) return true;
  }
  return false;
}

/** Where the first range begins that has anything from an index on; the length of the set where none has. */
function firstEndingAfter(set: RangeSet, index: number): number {
  let low = 0;
  let high = set.length >>> 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (set[2 * middle + 1]! <= index) low = middle + 1;
    else high = middle;
  }
  return 2 * low;
}

/** Calls `visit` for every member, ascending. */
export function forEachMember(set: RangeSet, visit: (index: number) => void): void {
  for (let at = 0; at < set.length; at += 2) {
    for (let index = set[at]!; index < set[at + 1]!; index += 1) visit(index);
  }
}

/** Whether a set of a single range holds all of another; the common case of "everything", decided without a merge. */
function covers(single: RangeSet, other: RangeSet): boolean {
  return single.length === 2 && single[0]! <= other[0]! && single[1]! >= other[other.length - 1]!;
}

/** Members of either set. */
export function union(left: RangeSet, right: RangeSet): RangeSet {
  if (left.length === 0 || left === right || covers(right, left)) return right;
  if (right.length === 0 || covers(left, right)) return left;
  const out: number[] = [];
  let last = -1;
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const takeLeft = r >= right.length || (l < left.length && left[l]! <= right[r]!);
    const from = takeLeft ? left[l]! : right[r]!;
    const to = takeLeft ? left[l + 1]! : right[r + 1]!;
    if (takeLeft) l += 2;
    else r += 2;
    if (last >= from) {
      if (to > last) {
        last = to;
        out[out.length - 1] = to;
      }
    } else {
      out.push(from, to);
      last = to;
    }
  }
  return out;
}

/** Members of any of some sets. */
export function unionOf(sets: readonly RangeSet[]): RangeSet {
  const parts = sets.filter((set) => set.length > 0);
  if (parts.length <= 2) return union(parts[0] ?? EMPTY, parts[1] ?? EMPTY);
  const middle = parts.length >>> 1;
  return union(unionOf(parts.slice(0, middle)), unionOf(parts.slice(middle)));
}

/** Members of both sets. */
export function intersection(left: RangeSet, right: RangeSet): RangeSet {
  if (left.length === 0 || right.length === 0) return EMPTY;
  if (left === right || covers(right, left)) return left;
  if (covers(left, right)) return right;
  const out: number[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) {
    const from = Math.max(left[l]!, right[r]!);
    const to = Math.min(left[l + 1]!, right[r + 1]!);
    if (from < to) out.push(from, to);
    if (left[l + 1]! < right[r + 1]!) l += 2;
    else r += 2;
  }
  return out.length === 0 ? EMPTY : out;
}

/** Members of `0 … size - 1` that are not in the set. */
export function complement(set: RangeSet, size: number): RangeSet {
  const out: number[] = [];
  let at = 0;
  for (let range = 0; range < set.length; range += 2) {
    if (set[range]! > at) out.push(at, set[range]!);
    at = set[range + 1]!;
  }
  if (at < size) out.push(at, size);
  return out.length === 0 ? EMPTY : out;
}

/** Members of `left` that are not in `right`. */
export function difference(left: RangeSet, right: RangeSet): RangeSet {
  if (left.length === 0 || right.length === 0) return left;
  if (left === right || covers(right, left)) return EMPTY;
  const out: number[] = [];
  let r = 0;
  for (let l = 0; l < left.length; l += 2) {
    let from = left[l]!;
    const to = left[l + 1]!;
    while (r < right.length && right[r + 1]! <= from) r += 2;
    let next = r;
    while (next < right.length && right[next]! < to) {
      if (right[next]! > from) out.push(from, right[next]!);
      from = Math.max(from, right[next + 1]!);
      next += 2;
    }
    if (from < to) out.push(from, to);
  }
  return out.length === 0 ? EMPTY : out;
}

/** Whether two sets have the same members. */
export function sameSet(left: RangeSet, right: RangeSet): boolean {
  if (left === right) return true;
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at += 1) if (left[at] !== right[at]) return false;
  return true;
}

const keys: WeakMap<RangeSet, string> = new WeakMap();

/** Text that is equal for equal sets, for interning; kept for long sets, which are shared between many callers. */
export function setKey(set: RangeSet): string {
  if (set.length <= 8) return set.join(',');
  let key = keys.get(set);
  if (key === undefined) {
    key = set.join(',');
    keys.set(set, key);
  }
  return key;
}
