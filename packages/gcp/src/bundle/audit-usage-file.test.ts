import { expect, it } from 'vitest';
import { readAuditUsage } from './audit-usage-file.ts';

const row = {
  principal: 'ci@p.iam.gserviceaccount.com',
  delegators: [],
  permission: 'storage.objects.get',
  service: 'storage.googleapis.com',
  first: '2026-01-01T00:00:00Z',
  last: '2026-01-02T00:00:00Z',
  count: 2,
  refused: 0,
};
const coverage = { container: 'projects/p', log: 'activity', from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
const file = { format: 'keyreach-audit-usage/1', source: 'bigquery', rows: [row], coverage: [coverage] };

function read(raw: unknown): {
  readonly found: ReturnType<typeof readAuditUsage>;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const found = readAuditUsage(raw, (where) => problems.push(where));
  return { found, problems };
}

it('reads rows, coverage and changes of settings', () => {
  const { found, problems } = read({ ...file, auditConfigChanges: [], extra: 1 });
  expect(problems).toEqual([]);
  expect(found).toMatchObject({ source: 'bigquery', rows: [{ count: 2 }], coverage: [{ container: 'projects/p' }] });
  expect(found?.auditConfigChanges).toEqual([]);
  expect(read(file).found).not.toHaveProperty('auditConfigChanges');
});

it('has no coverage where a row cannot be read, and reads the others', () => {
  const { found, problems } = read({ ...file, rows: [row, { ...row, count: -1 }, { ...row, first: undefined }] });
  expect(found).toMatchObject({ rows: [{ count: 2 }], coverage: [] });
  expect(problems).toEqual(['rows[1].count', 'rows[2]']);
});

it('leaves out coverage that cannot be read', () => {
  const odd = [
    { ...coverage, container: 'p' },
    { ...coverage, log: 'policy' },
    { ...coverage, from: undefined },
  ];
  expect(read({ ...file, coverage: odd }).found).toMatchObject({ rows: [{}], coverage: [] });
});

it('is nothing where it is of another form', () => {
  for (const raw of [null, [], 'x', {}, { ...file, format: 'keyreach-trail-usage/1' }, { ...file, source: 1 }]) {
    const { found, problems } = read(raw);
    expect([found, problems.length]).toEqual([undefined, 1]);
  }
});
