/**
 * A value in the evaluation of an attribute mapping of which perhaps only a part is known. Texts are lists of known parts and
 * holes: the name of a session, say, in the middle of an ARN.
 */
export type ClaimValue =
  | { readonly is: 'text'; readonly parts: readonly TextPart[] }
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'boolean'; readonly value: boolean }
  | { readonly is: 'null' }
  | { readonly is: 'list'; readonly items: readonly ClaimValue[] }
  /** `open`: there may be keys beside those known. */
  | { readonly is: 'map'; readonly entries: ReadonlyMap<string, ClaimValue>; readonly open: boolean }
  /** The input does not tell. */
  | { readonly is: 'unknown' }
  /** What CEL calls an error: a missing key, a wrong type. */
  | { readonly is: 'error' };

/**
 * A known part of a text, or a hole. `word` holds no slash and no colon, and whoever asks for the token may choose it. `fresh`
 * is a name without slash and colon that nobody in the input has: no text that is written anywhere equals it, though it may
 * begin like one.
 */
export type TextPart = string | { readonly hole: 'word' | 'any' | 'fresh' };

export const UNKNOWN_CLAIM: ClaimValue = { is: 'unknown' };
export const CLAIM_ERROR: ClaimValue = { is: 'error' };

/** A known text. */
export function textClaim(text: string): ClaimValue {
  return { is: 'text', parts: text === '' ? [] : [text] };
}

/** A text of parts; neighbouring known parts are joined. */
export function textOfParts(parts: readonly TextPart[]): ClaimValue {
  const joined: TextPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part;
    else if (part !== '') joined.push(part);
  }
  return { is: 'text', parts: joined };
}

export function booleanClaim(value: boolean): ClaimValue {
  return { is: 'boolean', value };
}

/** A map of claims. `open`: it may have others. */
export function claimMap(entries: Readonly<Record<string, ClaimValue>>, open: boolean): ClaimValue {
  return { is: 'map', entries: new Map(Object.entries(entries)), open };
}

/** The text, where all of it is known. */
export function knownText(value: ClaimValue): string | undefined {
  if (value.is !== 'text') return undefined;
  if (value.parts.length === 0) return '';
  const [only, ...more] = value.parts;
  return typeof only === 'string' && more.length === 0 ? only : undefined;
}

/** How sure it is that a text comes out: `conditional` where whoever asks for the token may choose it so. */
export type ClaimTruth = 'yes' | 'conditional' | 'unknown' | 'no';

/** Whether a value is the text. */
export function claimIs(value: ClaimValue, text: string): ClaimTruth {
  switch (value.is) {
    case 'unknown':
      return 'unknown';
    case 'text': {
      const known = knownText(value);
      if (known !== undefined) return known === text ? 'yes' : 'no';
      if (value.parts.some((part) => typeof part !== 'string' && part.hole === 'fresh')) return 'no';
      if (!fits(value.parts, text)) return 'no';
      return value.parts.some((part) => typeof part !== 'string' && part.hole === 'any') ? 'unknown' : 'conditional';
    }
    default:
      return 'no';
  }
}

/** Whether a value is a list that holds the text, or the text itself. */
export function claimHolds(value: ClaimValue, text: string): ClaimTruth {
  if (value.is !== 'list') return claimIs(value, text);
  return surest(value.items.map((item) => claimIs(item, text)));
}

const ORDER: readonly ClaimTruth[] = ['no', 'unknown', 'conditional', 'yes'];

/** The surest of several ways. */
export function surest(truths: readonly ClaimTruth[]): ClaimTruth {
  return ORDER[Math.max(0, ...truths.map((truth) => ORDER.indexOf(truth)))] ?? 'no';
}

/** As sure as the least sure of several needs. */
export function leastSure(truths: readonly ClaimTruth[]): ClaimTruth {
  return ORDER[Math.min(ORDER.length - 1, ...truths.map((truth) => ORDER.indexOf(truth)))] ?? 'no';
}

/** Whether a text can be made by filling the holes; linear for each hole, the last literal decides where a hole ends. */
function fits(parts: readonly TextPart[], text: string): boolean {
  let starts: ReadonlySet<number> = new Set([0]);
  for (const part of parts) {
    const ends = new Set<number>();
    if (typeof part === 'string') {
      for (const start of starts) if (text.startsWith(part, start)) ends.add(start + part.length);
    } else {
      const first = Math.min(...starts);
      for (let end = first; end <= text.length; end += 1) {
        if (starts.has(end) || ends.has(end - 1)) {
          const previous = text[end - 1];
          const grows = ends.has(end - 1) && (part.hole === 'any' || (previous !== '/' && previous !== ':'));
          if (starts.has(end) || grows) ends.add(end);
        }
      }
    }
    if (ends.size === 0) return false;
    starts = ends;
  }
  return starts.has(text.length);
}
