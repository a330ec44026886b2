import { expect, it } from 'vitest';
import { EventIdSet, eventIdMemory } from './event-id-set.ts';

it('finds what was there before, in every view of its memory', () => {
  const memory = eventIdMemory(100_000);
  const [one, two] = [new EventIdSet(memory), new EventIdSet(memory)];
  const ids = Array.from(
    { length: 100_000 },
    (_, index) => `0f8fad5b-d9cb-469f-a165-${String(index).padStart(12, '0')}`,
  );
  expect(ids.filter((id, index) => !(index % 2 === 0 ? one : two).add(id))).toEqual([]);
  expect(ids.filter((id) => one.add(id))).toEqual([]);
  expect([one.isFull, two.add('another')]).toEqual([false, true]);
});

it('takes every id for a new one when it is full', () => {
  const set = new EventIdSet(eventIdMemory(1));
  for (let index = 0; index < 1024; index += 1) set.add(`id ${index}`);
  expect(set.isFull).toBe(true);
  expect(set.add('id 0')).toBe(true);
});

it('never takes more than 256 MiB', () => {
  expect(eventIdMemory(1e12).byteLength).toBeLessThanOrEqual(256 * 1024 * 1024 + 8);
});
