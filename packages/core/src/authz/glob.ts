const STAR = 42;
const QUESTION = 63;

/**
 * Whether `text` matches a glob of `*` (any text, also none) and `?` (exactly one character).
 *
 * Two pointers with one point of return, so the cost is bounded by the product of both lengths whatever the wildcards;
 * nothing is ever compiled to a regular expression. Both arguments are compared as given: fold case before.
 */
export function globMatch(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let starAt = -1;
  let resumeAt = 0;
  const patternLength = pattern.length;
  const textLength = text.length;
  while (t < textLength) {
    const code = p < patternLength ? pattern.charCodeAt(p) : -1;
    if (code === STAR) {
      starAt = p;
      resumeAt = t;
      p += 1;
    } else if (code === QUESTION || (code !== -1 && code === text.charCodeAt(t))) {
      p += 1;
      t += 1;
    } else if (starAt !== -1) {
      p = starAt + 1;
      resumeAt += 1;
      t = resumeAt;
    } else {
      return false;
    }
  }
  while (p < patternLength && pattern.charCodeAt(p) === STAR) p += 1;
  return p === patternLength;
}

/** The literal text before the first wildcard of a glob; the whole glob where it has none. */
export function literalPrefix(glob: string): string {
  for (let at = 0; at < glob.length; at += 1) {
    const code = glob.charCodeAt(at);
    if (code === STAR || code === QUESTION) return glob.slice(0, at);
  }
  return glob;
}

/** Index of the first element of a sorted list (by code units) that is not below `value`. */
export function lowerBound(sorted: readonly string[], value: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The half-open range of a sorted list whose elements begin with `prefix`. */
export function prefixRange(sorted: readonly string[], prefix: string): readonly [number, number] {
  if (prefix === '') return [0, sorted.length];
  const start = lowerBound(sorted, prefix);
  let low = start;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]!.startsWith(prefix)) low = middle + 1;
    else high = middle;
  }
  return [start, low];
}
