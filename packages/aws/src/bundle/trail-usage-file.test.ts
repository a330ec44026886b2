import { expect, it } from 'vitest';
import { readWith } from './testing/report.ts';
import { readTrailUsage } from './trail-usage-file.ts';

const ROW = {
  principal: 'arn:aws:iam::111122223333:user/ann',
  origin: 'AKIAAAAAAAAAAAAAAAAA',
  eventSource: 's3',
  eventName: 'GetObject',
  marks: ['version'],
  roles: [],
  resource: 'arn:aws:s3:::data/a',
  first: '2026-02-01T00:00:00.000Z',
  last: '2026-05-01T00:00:00.000Z',
  count: 3,
  refused: 1,
};
const COVERAGE = {
  account: '111122223333',
  regions: '*',
  from: '2026-02-01T00:00:00.000Z',
  to: '2026-05-01T00:00:00.000Z',
  management: 'all',
  excluded: ['kms.amazonaws.com'],
  data: ['AWS::S3::Object'],
};
const FILE = { format: 'keyreach-trail-usage/1', source: 'athena', rows: [ROW], coverage: [COVERAGE] };

const read = (raw: unknown) => readWith((report) => readTrailUsage(raw, report));

it('reads rows and coverage as they stand, and sorts the rows', () => {
  const { format: _, ...usage } = FILE;
  expect(read({ ...FILE, more: 1 })).toEqual({ value: usage, problems: [] });
  const refused = { ...ROW, principal: 'arn:aws:iam::111122223333:user/aa', count: 0, refused: 2 };
  const { first: _first, last: _last, ...never } = refused;
  expect(read({ ...FILE, rows: [ROW, never] })).toEqual({ value: { ...usage, rows: [never, ROW] }, problems: [] });
  expect(read({ ...FILE, coverage: [{ ...COVERAGE, regions: ['eu-west-1'] }] }).value?.coverage[0]?.regions).toEqual([
    'eu-west-1',
  ]);
  expect(read({ ...FILE, rows: [], coverage: [] })).toEqual({
    value: { ...usage, rows: [], coverage: [] },
    problems: [],
  });
});

it('leaves out rows it cannot read, and then nothing is covered', () => {
  const bad = [
    7,
    { ...ROW, principal: 'ann' },
    { ...ROW, eventName: '' },
    { ...ROW, marks: ['other'] },
    { ...ROW, marks: 'version' },
    { ...ROW, roles: [7] },
    { ...ROW, count: -1 },
    { ...ROW, count: '3' },
    { ...ROW, refused: 0.5 },
    { ...ROW, first: undefined },
    { ...ROW, last: '2025-01-01T00:00:00.000Z' },
  ];
  for (const row of bad) {
    const { value, problems } = read({ ...FILE, rows: [ROW, row] });
    expect([row, value?.rows.length, value?.coverage]).toEqual([row, 1, []]);
    expect(problems.length).toBeGreaterThan(0);
  }
});

it('leaves out coverage it cannot read', () => {
  const bad = [
    7,
    { ...COVERAGE, account: '1' },
    { ...COVERAGE, management: 'some' },
    { ...COVERAGE, from: undefined },
    { ...COVERAGE, from: COVERAGE.to, to: COVERAGE.from },
    { ...COVERAGE, excluded: [7] },
    { ...COVERAGE, excluded: 'kms.amazonaws.com' },
  ];
  for (const one of bad) {
    const { value, problems } = read({ ...FILE, coverage: [one, COVERAGE] });
    expect([one, value?.rows.length, value?.coverage]).toEqual([one, 1, [COVERAGE]]);
    expect(problems.length).toBeGreaterThan(0);
  }
});

it('of another shape is a problem', () => {
  for (const raw of [[], 'x', null, {}, { ...FILE, format: 'keyreach-trail-usage/2' }, { ...FILE, source: 7 }]) {
    const { value, problems } = read(raw);
    expect(value).toBeUndefined();
    expect(problems).toHaveLength(1);
  }
  expect(read({ ...FILE, rows: undefined })).toMatchObject({
    value: { rows: [], coverage: [] },
    problems: ['rows: expected an array'],
  });
});
