import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecordSplitter } from './record-splitter.ts';

/** Pieces as values, with problems as texts, from a text cut at random places. */
function split(text: string, cuts: readonly number[]): readonly unknown[] {
  const found: unknown[] = [];
  const splitter = new RecordSplitter(
    {
      piece: ({ kind, bytes, at }) => {
        const piece = Buffer.from(bytes).toString('utf8');
        // Where it says it is, it is.
        expect(
          Buffer.from(text)
            .subarray(at, at + bytes.length)
            .toString('utf8'),
        ).toBe(piece);
        found.push([kind, JSON.parse(piece)]);
      },
      problem: (_, why) => found.push(why),
    },
    { bytes: 1_000_000, depth: 1000 },
    ['Records', 'Events'],
  );
  const bytes = Buffer.from(text);
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((left, right) => left - right);
  let from = 0;
  for (const place of places) {
    splitter.push(bytes.subarray(from, place));
    from = place;
  }
  splitter.end();
  return found;
}

const element = fc.dictionary(
  fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('Records', 'Events', '"Records":[', 'a\\')),
  fc.jsonValue({ stringUnit: 'binary' }),
);
const cuts = fc.array(fc.nat(), { maxLength: 12 });
const space = fc.constantFrom(undefined, 1, '\t');

it('cuts a list of records wherever it comes in parts', () => {
  fc.assert(
    fc.property(
      fc.array(element),
      fc.constantFrom('Records', 'Events'),
      cuts,
      space,
      fc.boolean(),
      (list, name, at, indent, late) => {
        const other = { x: '"Records": [', 'Records ': { Records: [{}] } };
        const file = late ? { ...other, [name]: list } : { [name]: list, ...other };
        expect(split(JSON.stringify(file, undefined, indent), at)).toEqual(list.map((one) => [name, one]));
        expect(split(JSON.stringify(list, undefined, indent), at)).toEqual(list.map((one) => ['element', one]));
      },
    ),
    { numRuns: 300 },
  );
});

it('cuts values one after another', () => {
  const value = element.filter((one) => !Array.isArray(one['Records']) && !Array.isArray(one['Events']));
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1 }),
      cuts,
      fc.constantFrom('\n', '', '\r\n', ' '),
      (list, at, between) => {
        const text = list.map((one) => JSON.stringify(one)).join(between);
        expect(split(text, at)).toEqual(list.map((one) => ['value', one]));
      },
    ),
    { numRuns: 300 },
  );
});

it('ends with whatever bytes, and finds the same in whatever parts', () => {
  const bracketed = fc.array(
    fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '\n', 'a', '"Records"', '{"a":1}'),
  );
  fc.assert(
    fc.property(bracketed, cuts, (pieces, at) => {
      const text = pieces.join('');
      const outline = (places: readonly number[]): readonly unknown[] => {
        const found: unknown[] = [];
        const sink = {
          piece: ({ at: place, bytes }: { readonly at: number; readonly bytes: Uint8Array }) =>
            found.push([place, bytes.length]),
          problem: (place: number, why: string) => found.push([place, why]),
        };
        const splitter = new RecordSplitter(sink, { bytes: 1000, depth: 5 }, ['Records']);
        const bytes = Buffer.from(text);
        let from = 0;
        for (const place of [...places, bytes.length]) {
          splitter.push(bytes.subarray(from, place));
          from = place;
        }
        splitter.end();
        return found;
      };
      const sorted = at.map((cut) => cut % (text.length + 1)).sort((left, right) => left - right);
      expect(outline(sorted)).toEqual(outline([]));
    }),
    { numRuns: 500 },
  );
});
