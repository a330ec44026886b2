import { expect, it } from 'vitest';
import type { AzureRecordedUse } from './azure-input.ts';
import { readRecordedUse, recordedUseText } from './recorded-use-file.ts';
import { readWith } from './testing/report.ts';

const USE: AzureRecordedUse = {
  source: 'log-analytics/w',
  rows: [
    {
      kind: 'sign-in',
      principalId: 'p',
      credentialId: 'k',
      action: 'sign-in',
      resource: 's',
      first: '2026-01-01T00:00:00.000Z',
      last: '2026-02-01T00:00:00.000Z',
      count: 3,
      failed: 1,
    },
    {
      kind: 'graph',
      appId: 'a',
      action: 'GET /users/{id}',
      first: '2026-01-01T00:00:00.000Z',
      last: '2026-01-01T00:00:00.000Z',
      count: 1,
      failed: 0,
      roles: ['User.Read.All', 'Application.Read.All'],
    },
    { kind: 'arm', principalId: 'p', action: 'x/write', resource: '/subscriptions/s', count: 0, failed: 2 },
  ],
  coverage: [
    { kind: 'sign-in', scope: 't', from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' },
    { kind: 'arm', scope: '/subscriptions/s', from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' },
  ],
};

const read = (value: unknown) => readWith((report) => readRecordedUse(value, report));

it('comes back as it was written, in one order', () => {
  const text = recordedUseText(USE);
  const { value, problems } = read(JSON.parse(text));
  expect(problems).toEqual([]);
  expect(value?.rows.map(({ kind }) => kind)).toEqual(['arm', 'graph', 'sign-in']);
  expect(value?.rows[1]?.roles).toEqual(['Application.Read.All', 'User.Read.All']);
  expect(recordedUseText(value!)).toBe(text);
  const turned = { ...USE, rows: [...USE.rows].reverse(), coverage: [...USE.coverage].reverse() };
  expect(recordedUseText(turned)).toBe(text);
});

it('covers nothing where a row cannot be read', () => {
  const file = JSON.parse(recordedUseText(USE)) as { rows: object[] };
  for (const change of [{ count: -1 }, { kind: 'x' }, { count: 2, first: 'x' }, { action: '' }, { roles: [7] }]) {
    const { value, problems } = read({ ...file, rows: [{ ...file.rows[0], ...change }, file.rows[1]] });
    expect([value?.rows.length, value?.coverage, problems.length > 0]).toEqual([1, [], true]);
  }
});

it.each([
  ['no object', 7],
  ['another format', { format: 'keyreach-audit-usage/1', source: 'x', rows: [], coverage: [] }],
  ['no source', { format: 'keyreach-azure-usage/1', rows: [], coverage: [] }],
])('is not read from %s', (_, raw) => {
  const { value, problems } = read(raw);
  expect([value, problems.length]).toEqual([undefined, 1]);
});
