import { describe, expect, it } from 'vitest';
import type { GoogleRequest } from './audit-query.ts';
import { queryAuditUsage } from './bigquery-usage.ts';
import { sinkCoverage } from './sink-coverage.ts';

const window = { from: '2026-01-01T00:00:00Z', to: '2026-04-01T00:00:00Z' };
const logs = { engine: 'bigquery', dataset: 'p.logs', ...window } as const;

const columns = [
  'principal',
  'key_id',
  'delegators',
  'service',
  'permission',
  'method',
  'resource',
  'calls',
  'refused_calls',
  'first_call',
  'last_call',
];
const cells = (...values: readonly (string | null)[]): object => ({ f: values.map((v) => ({ v })) });
const row = (permission: string): object =>
  cells(
    'ci@p',
    '',
    '',
    's.googleapis.com',
    permission,
    '',
    '',
    '2',
    '0',
    '2026-01-02T00:00:00Z',
    '2026-01-03T00:00:00Z',
  );
const job = { jobReference: { projectId: 'q', jobId: 'j 1', location: 'EU' } };
const destination = 'bigquery.googleapis.com/projects/p/datasets/logs';
const schema = { fields: columns.map((name) => ({ name, type: 'STRING' })) };

const planOf = (gib: number) => ({ jobComplete: true, totalBytesProcessed: String(gib * 1024 ** 3), schema });
const plan = planOf(2);
const started = { jobComplete: false, ...job };
const options = { logs, project: 'q', mostBytes: 10 * 1024 ** 3 };

/** Answers requests in order, and remembers them; a number is a failure with that status. */
function server(...replies: readonly unknown[]) {
  const asked: string[] = [];
  const bodies: Readonly<Record<string, unknown>>[] = [];
  const request: GoogleRequest = async ({ method, url, body }) => {
    asked.push(`${method} ${url}${body === undefined ? '' : ` ${Object.keys(body).sort().join()}`}`);
    if (body !== undefined) bodies.push({ ...body });
    const reply = replies[asked.length - 1];
    if (typeof reply === 'number') throw Object.assign(new Error('refused'), { status: reply });
    return reply;
  };
  return { request, asked, bodies };
}

describe('use added up by BigQuery', () => {
  it('asks what the query costs, waits for it, and reads all pages', async () => {
    const { request, asked, bodies } = server(
      plan,
      started,
      { jobComplete: false, ...job },
      { jobComplete: true, ...job, schema, rows: [row('a.b.c')], pageToken: 'next' },
      { jobComplete: true, ...job, schema, rows: [row('a.b.d')] },
    );
    const jobs: unknown[] = [];
    const { usage, bytes, silence } = await queryAuditUsage(request, {
      ...options,
      location: 'EU',
      requestId: 'r1',
      onStart: (query) => {
        jobs.push(query);
      },
    });
    expect(usage.rows.map(({ permission, count }) => [permission, count])).toEqual([
      ['a.b.c', 2],
      ['a.b.d', 2],
    ]);
    expect([usage.source, usage.coverage, bytes]).toEqual(['bigquery', [], 2 * 1024 ** 3]);
    expect(silence).toBe('no sink was named that fills the tables');
    const base = 'https://bigquery.googleapis.com/bigquery/v2/projects/q/queries';
    expect(asked).toEqual([
      `POST ${base} dryRun,location,query,useLegacySql`,
      `POST ${base} location,maxResults,maximumBytesBilled,query,requestId,timeoutMs,useLegacySql`,
      `GET ${base}/j%201?timeoutMs=50000&maxResults=10000&location=EU`,
      `GET ${base}/j%201?timeoutMs=50000&maxResults=10000&location=EU`,
      `GET ${base}/j%201?timeoutMs=50000&maxResults=10000&location=EU&pageToken=next`,
    ]);
    expect(bodies[1]).toMatchObject({ maximumBytesBilled: String(10 * 1024 ** 3), requestId: 'r1', maxResults: 0 });
    expect(jobs).toEqual([{ job: 'j 1', location: 'EU', logs: ['activity', 'data_access'], bytes: 2 * 1024 ** 3 }]);
  });

  it('does not run a query that reads more than it may, nor one that was started already', async () => {
    const dear = server(planOf(11));
    await expect(queryAuditUsage(dear.request, options)).rejects.toMatchObject({ code: 'too-costly' });
    expect(dear.asked.length).toBe(1);
    const untold = server({ jobComplete: true });
    await expect(queryAuditUsage(untold.request, options)).rejects.toMatchObject({ code: 'bad-reply' });
    const earlier = server({ jobComplete: true, ...job, schema, rows: [row('a.b.c')] });
    const running = { job: 'j0', logs: ['activity'], bytes: 5 } as const;
    const { bytes } = await queryAuditUsage(earlier.request, { ...options, running });
    expect([bytes, earlier.asked.length, earlier.bodies.length]).toEqual([5, 1, 0]);
    expect(earlier.asked[0]).toContain('/queries/j0?');
  });

  it('asks the log that there are tables of, where the sink has made none of the other', async () => {
    const whole = { destination, filter: '', createTime: '2025-01-01T00:00:00Z' };
    const result = { jobComplete: true, ...job, schema, rows: [row('a.b.c')] };
    const { request, bodies } = server(404, plan, started, result, whole);
    const { usage } = await queryAuditUsage(request, { ...options, sink: 'organizations/1/sinks/s' });
    expect(bodies.map(({ query }) => /_data_access`/.test(String(query)))).toEqual([true, false, false]);
    expect(usage.coverage.map(({ log }) => log)).toEqual(['activity']);
    const none = server(404, 400, 404);
    await expect(queryAuditUsage(none.request, options)).rejects.toThrow('refused');
    expect(none.asked.length).toBe(3);
    const refused = server(403);
    await expect(queryAuditUsage(refused.request, options)).rejects.toThrow('refused');
    expect(refused.asked.length).toBe(1);
  });

  it('gives no rows for none, and fails for replies of another form', async () => {
    const none = server(plan, started, { jobComplete: true, ...job, schema, totalRows: '0' });
    expect((await queryAuditUsage(none.request, options)).usage.rows).toEqual([]);
    const page = { jobComplete: true, ...job, schema, rows: [row('a.b.c')], pageToken: 'same' };
    const wrong: readonly (readonly unknown[])[] = [
      [plan, 'x'],
      [plan, { jobComplete: true }],
      [plan, started, 'x'],
      [plan, started, page, page],
      [plan, started, { jobComplete: true, ...job, schema, rows: [cells('ci@p')] }],
      [plan, started, ...Array.from({ length: 80 }, () => started)],
    ];
    for (const replies of wrong) {
      const { request } = server(...replies);
      await expect(queryAuditUsage(request, options)).rejects.toThrow(/BigQuery/);
    }
  });

  it('asks the sink what the tables hold', async () => {
    const result = { jobComplete: true, ...job, schema, rows: [row('a.b.c')] };
    const sink = { name: 's', destination, filter: '', includeChildren: true, updateTime: '2026-01-01T12:00:00Z' };
    const { request, asked } = server(plan, started, result, sink);
    const { usage, silence } = await queryAuditUsage(request, { ...options, sink: 'organizations/1/sinks/s' });
    expect(asked[3]).toBe('GET https://logging.googleapis.com/v2/organizations/1/sinks/s');
    expect(usage.coverage).toEqual(
      ['activity', 'data_access'].map((log) => ({
        container: 'organizations/1',
        log,
        from: '2026-01-02T00:00:00.000Z',
        to: '2026-04-01T00:00:00.000Z',
        below: true,
      })),
    );
    expect(silence).toBeUndefined();
    const unread = server(plan, started, result, 403);
    const rows = await queryAuditUsage(unread.request, { ...options, sink: 'organizations/1/sinks/s' });
    expect([rows.usage.rows.length, rows.usage.coverage, rows.silence]).toEqual([1, [], 'the sink could not be read']);
  });
});

describe('what a sink lets pass', () => {
  const whole = { destination, filter: 'logName:"cloudaudit.googleapis.com"', createTime: '2025-01-01T00:00:00Z' };
  const tables = { dataset: 'p.logs', logs: ['activity', 'data_access'], first: window.from, ...window } as const;
  const of = (more: object, name = 'projects/p/sinks/s'): number =>
    sinkCoverage(name, { ...whole, ...more }, tables).coverage.length;

  it('is everything only without exclusions, switched on, into these tables, with a filter that takes all audit logs', () => {
    expect(of({})).toBe(2);
    expect(of({ filter: '' })).toBe(2);
    for (const more of [
      { disabled: true },
      { destination: 'bigquery.googleapis.com/projects/p/datasets/other' },
      { destination: undefined },
      { exclusions: [{ filter: 'x' }] },
      { filter: 'logName:"cloudaudit.googleapis.com" AND severity>=ERROR' },
      { filter: 'NOT logName:"cloudaudit.googleapis.com"' },
      { updateTime: '2026-05-01T00:00:00Z' },
      { createTime: undefined },
    ]) {
      expect(of(more)).toBe(0);
    }
    expect(of({}, 'projects/p/sinks/s/../x')).toBe(0);
    const late = { ...tables, first: '2026-03-01T00:00:00Z' };
    expect(sinkCoverage('projects/p/sinks/s', whole, late).coverage[0]?.from).toBe('2026-03-01T00:00:00.000Z');
    expect(sinkCoverage('projects/p/sinks/s', whole, { ...tables, first: undefined }).coverage).toEqual([]);
    expect(sinkCoverage('projects/p/sinks/s', null, tables).coverage).toEqual([]);
  });
});
