/**
 * Number of single characters to insert, remove, replace or swap with their neighbour to make `left` of `right`;
 * undefined past `most`. Costs `most` × length, whatever the texts.
 */
export function editDistance(left: string, right: string, most: number): number | undefined {
  if (Math.abs(left.length - right.length) > most) return undefined;
  const far = most + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => Math.min(column, far));
  for (let row = 1; row <= left.length; row += 1) {
    const current = new Array<number>(right.length + 1).fill(far);
    if (row <= most) current[0] = row;
    let best = current[0] ?? far;
    const end = Math.min(right.length, row + most);
    for (let column = Math.max(1, row - most); column <= end; column += 1) {
      const same = left.charCodeAt(row - 1) === right.charCodeAt(column - 1);
      let cost = Math.min(
        (last[column - 1] ?? far) + (same ? 0 : 1),
        (last[column] ?? far) + 1,
        (current[column - 1] ?? far) + 1,
      );
      const swapped =
        row > 1 &&
        column > 1 &&
        left.charCodeAt(row - 1) === right.charCodeAt(column - 2) &&
        left.charCodeAt(row - 2) === right.charCodeAt(column - 1);
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? far) + 1);
      current[column] = Math.min(cost, far);
      best = Math.min(best, cost);
    }
    if (best > most) return undefined;
    beforeLast = last;
    last = current;
  }
  const distance = last[right.length] ?? far;
  return distance > most ? undefined : distance;
}
