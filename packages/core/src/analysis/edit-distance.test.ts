import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance } from './edit-distance.ts';

describe('editDistance', () => {
  it.each<[string, string, number | undefined]>([
    ['', '', 0],
    ['deploy', 'deploy', 0],
    ['deploy', 'deply', 1],
    ['deploy', 'depoly', 1],
    ['deploy', 'Deploys', 2],
    ['', 'ab', 2],
    ['abc', 'xyz', undefined],
    ['a', 'abcd', undefined],
  ])('%s, %s', (left, right, distance) => {
    expect(editDistance(left, right, 2)).toBe(distance);
    expect(editDistance(right, left, 2)).toBe(distance);
  });

  it('agrees with the whole matrix', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, fc.nat(4), (left, right, most) => {
        const distance = wholeMatrix(left, right);
        expect(editDistance(left, right, most)).toBe(distance > most ? undefined : distance);
      }),
      { numRuns: 1000 },
    );
  });
});

/** Optimal string alignment, plainly. */
function wholeMatrix(left: string, right: string): number {
  const cells: number[][] = [];
  for (let row = 0; row <= left.length; row += 1) {
    cells.push([]);
    for (let column = 0; column <= right.length; column += 1) {
      const at = (r: number, c: number): number => cells[r]?.[c] ?? 0;
      if (row === 0 || column === 0) {
        cells[row]?.push(row + column);
        continue;
      }
      const replaced = at(row - 1, column - 1) + (left[row - 1] === right[column - 1] ? 0 : 1);
      let cost = Math.min(replaced, at(row - 1, column) + 1, at(row, column - 1) + 1);
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1])
        cost = Math.min(cost, at(row - 2, column - 2) + 1);
      cells[row]?.push(cost);
    }
  }
  return cells[left.length]?.[right.length] ?? 0;
}
