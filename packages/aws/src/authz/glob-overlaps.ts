import { ANY_CODE, globCodes, NAME_CODE, ONE_CODE } from './glob-codes.ts';
import type { ValueToken } from './glob-token.ts';

/** Beyond this many steps two globs are taken to overlap, which leaves the answer open. */
const MOST_STEPS = 4_000_000;

const COLON = ':'.charCodeAt(0);

/** Whether some text matches both globs. Exact, except that very long pairs are taken to overlap. */
export function globOverlaps(left: readonly ValueToken[], right: readonly ValueToken[]): boolean {
  const a = globCodes(left);
  const b = globCodes(right);
  if ((a.length + 1) * (b.length + 1) > MOST_STEPS) return true;
  // reachable[j]: the first i codes of `a` and the first j codes of `b` have a text in common.
  let previous = new Uint8Array(b.length + 1);
  previous[0] = 1;
  for (let j = 0; j < b.length && isText(b[j]!); j += 1) previous[j + 1] = 1;
  for (const code of a) {
    const current = new Uint8Array(b.length + 1);
    current[0] = isText(code) ? previous[0]! : 0;
    for (let j = 0; j < b.length; j += 1) {
      const other = b[j]!;
      if (isText(code) || isText(other)) {
        current[j + 1] = (stopsAt(other, code) ? 0 : previous[j + 1]!) | (stopsAt(code, other) ? 0 : current[j]!);
      } else if (code === other || code === ONE_CODE || other === ONE_CODE) current[j + 1] = previous[j]!;
    }
    previous = current;
  }
  return previous[b.length] === 1;
}

function isText(code: number): boolean {
  return code === ANY_CODE || code === NAME_CODE;
}

/** A name cannot take up a colon of the other glob. */
function stopsAt(code: number, other: number): boolean {
  return code === NAME_CODE && other === COLON;
}
