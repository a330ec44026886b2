import {
  booleanClaim,
  CLAIM_ERROR,
  type ClaimValue,
  claimIs,
  knownText,
  type TextPart,
  textClaim,
  textOfParts,
  UNKNOWN_CLAIM,
} from './claim-value.ts';

type Text = Extract<ClaimValue, { readonly is: 'text' }>;

/** Longer results are of no use, and could be made to grow without end. */
const LONGEST = 20_000;

/** Two texts after each other. */
export function concatenated(left: Text, right: Text): ClaimValue {
  const parts = [...left.parts, ...right.parts];
  return lengthOf(parts) > LONGEST ? UNKNOWN_CLAIM : textOfParts(parts);
}

/** Whether two values are equal; undefined where it is not known. */
export function equalClaims(left: ClaimValue, right: ClaimValue): boolean | undefined {
  if (left.is === 'unknown' || right.is === 'unknown') return undefined;
  if (left.is !== right.is) return false;
  if (left.is === 'text' && right.is === 'text') {
    const [known, other] = knownText(left) === undefined ? [knownText(right), left] : [knownText(left), right];
    if (known === undefined) return undefined;
    const truth = claimIs(other, known);
    return truth === 'yes' ? true : truth === 'no' ? false : undefined;
  }
  if ((left.is === 'number' && right.is === 'number') || (left.is === 'boolean' && right.is === 'boolean')) {
    return left.value === right.value;
  }
  return left.is === 'null' ? true : undefined;
}

/** A method of a text by its name in CEL, in so far as it can be decided. */
export function textMethod(name: string, text: Text, args: readonly ClaimValue[]): ClaimValue {
  const whole = knownText(text);
  const [first, second] = args.map(knownText);
  switch (name) {
    case 'contains':
      return first === undefined ? UNKNOWN_CLAIM : truth(contains(text, first));
    case 'startsWith':
      return first === undefined ? UNKNOWN_CLAIM : truth(startsWith(text, first));
    case 'endsWith':
      return first === undefined ? UNKNOWN_CLAIM : truth(endsWith(text, first));
    case 'extract':
      return first === undefined ? UNKNOWN_CLAIM : extracted(text, first);
    case 'lowerAscii':
      return whole === undefined ? UNKNOWN_CLAIM : textClaim(whole.toLowerCase());
    case 'upperAscii':
      return whole === undefined ? UNKNOWN_CLAIM : textClaim(whole.toUpperCase());
    case 'trim':
      return whole === undefined ? UNKNOWN_CLAIM : textClaim(whole.trim());
    case 'size':
      return whole === undefined ? UNKNOWN_CLAIM : { is: 'number', value: [...whole].length };
    case 'replace': {
      if (args.length !== 2 || whole === undefined || first === undefined || second === undefined || first === '') {
        return UNKNOWN_CLAIM;
      }
      const pieces = whole.split(first);
      if (whole.length + pieces.length * second.length > LONGEST) return UNKNOWN_CLAIM;
      return textClaim(pieces.join(second));
    }
    case 'split':
      if (args.length !== 1 || first === undefined || first === '') return UNKNOWN_CLAIM;
      return whole === undefined ? splitAtHoles(text, first) : { is: 'list', items: whole.split(first).map(textClaim) };
    default:
      // `matches` is among them: expressions from input are never run.
      return UNKNOWN_CLAIM;
  }
}

function truth(value: boolean | undefined): ClaimValue {
  return value === undefined ? UNKNOWN_CLAIM : booleanClaim(value);
}

function contains({ parts }: Text, wanted: string): boolean | undefined {
  if (parts.some((part) => typeof part === 'string' && part.includes(wanted))) return true;
  return parts.every((part) => typeof part === 'string') ? false : undefined;
}

function startsWith({ parts }: Text, wanted: string): boolean | undefined {
  const [head, next] = parts;
  const known = typeof head === 'string' ? head : '';
  if (known.startsWith(wanted)) return true;
  const open = parts.some((part) => typeof part !== 'string');
  if (!open || !wanted.startsWith(known)) return false;
  const hole = typeof head === 'string' ? next : head;
  const rest = wanted.slice(known.length);
  // A whole name in what is wanted is somebody's.
  if (typeof hole === 'object' && hole.hole === 'fresh' && (rest.includes('/') || rest.includes(':'))) return false;
  return undefined;
}

function endsWith({ parts }: Text, wanted: string): boolean | undefined {
  const tail = parts.at(-1);
  const known = typeof tail === 'string' ? tail : '';
  if (known.endsWith(wanted)) return true;
  const open = parts.some((part) => typeof part !== 'string');
  return open && wanted.endsWith(known) ? undefined : false;
}

/**
 * `extract('before{name}after')`: what stands between the first `before` and the next `after`; empty where there is no match
 * (gcp.md 1.7).
 */
function extracted(text: Text, template: string): ClaimValue {
  const open = template.indexOf('{');
  const close = template.indexOf('}', open + 1);
  if (open < 0 || close < 0) return CLAIM_ERROR;
  const before = template.slice(0, open);
  const after = template.slice(close + 1);
  const [head, ...rest] = text.parts;
  const known = typeof head === 'string' ? head : '';
  const tail: readonly TextPart[] = typeof head === 'string' ? rest : text.parts;
  const at = known.indexOf(before);
  if (at < 0) return tail.length === 0 ? textClaim('') : UNKNOWN_CLAIM;
  const from = known.slice(at + before.length);
  if (after === '') return textOfParts([from, ...tail]);
  const end = from.indexOf(after);
  if (end >= 0) return textClaim(from.slice(0, end));
  return tail.length === 0 ? textClaim('') : UNKNOWN_CLAIM;
}

/** Pieces of a text with holes: a hole that cannot hold the separator stays within its piece. */
function splitAtHoles({ parts }: Text, separator: string): ClaimValue {
  if (separator !== '/' && separator !== ':') return UNKNOWN_CLAIM;
  let current: TextPart[] = [];
  const pieces: ClaimValue[] = [];
  for (const part of parts) {
    if (typeof part !== 'string') {
      if (part.hole === 'any') return UNKNOWN_CLAIM;
      current.push(part);
      continue;
    }
    const [head = '', ...others] = part.split(separator);
    current.push(head);
    for (const other of others) {
      pieces.push(textOfParts(current));
      current = [other];
    }
  }
  return { is: 'list', items: [...pieces, textOfParts(current)] };
}

function lengthOf(parts: readonly TextPart[]): number {
  return parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 1), 0);
}
