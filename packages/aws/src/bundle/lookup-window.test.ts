import { expect, it } from 'vitest';
import { readLookupWindow } from './lookup-window.ts';
import { readWith } from './testing/report.ts';

const WINDOW = {
  regions: ['us-east-1', 'eu-west-1'],
  from: '2026-02-01T00:00:00Z',
  to: '2026-05-01T00:00:00Z',
  complete: true,
};
const read = (raw: unknown) => readWith((report) => readLookupWindow(raw, report));

it('tells what LookupEvents pages show', () => {
  expect(read({ ...WINDOW, more: 1 })).toEqual({
    value: {
      regions: ['eu-west-1', 'us-east-1'],
      from: '2026-02-01T00:00:00.000Z',
      to: '2026-05-01T00:00:00.000Z',
      complete: true,
    },
    problems: [],
  });
});

it('is complete only where it says so', () => {
  for (const complete of [undefined, false, 'true', null]) {
    expect(read({ ...WINDOW, complete }).value?.complete).toBe(false);
  }
  expect(read({ ...WINDOW, regions: ['us-east-1', 7] })).toMatchObject({ value: { complete: false } });
});

it('of another shape is a problem', () => {
  const bad = [
    [],
    'x',
    null,
    {},
    { ...WINDOW, regions: [] },
    { ...WINDOW, from: WINDOW.to, to: WINDOW.from },
    { ...WINDOW, to: 'x' },
  ];
  for (const raw of bad) {
    const { value, problems } = read(raw);
    expect(value).toBeUndefined();
    expect(problems.length).toBeGreaterThan(0);
  }
});
