import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BundleFile } from '@keyreach/core/input';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GcpInput } from '../bundle/gcp-input.ts';
import { withAuditUsage } from '../bundle/with-audit-usage.ts';
import { readAuditFiles } from './audit-files.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyreach-audit-files-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function file(name: string, content: string | Buffer | object): BundleFile {
  const path = join(directory, name);
  writeFileSync(path, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  return { path, shown: `audit-logs/${name}` };
}

const entry = (insertId: string, more: object = {}, payload: object = {}): object => ({
  logName: 'projects/p/logs/cloudaudit.googleapis.com%2Factivity',
  timestamp: '2026-02-01T10:00:00.123456789Z',
  insertId,
  protoPayload: {
    serviceName: 'compute.googleapis.com',
    methodName: 'v1.compute.disks.insert',
    authenticationInfo: { principalEmail: 'ci@p.iam.gserviceaccount.com' },
    authorizationInfo: [{ permission: 'compute.disks.create', resource: 'projects/p/zones/z/disks/d', granted: true }],
    ...payload,
  },
  ...more,
});

describe('files of audit logs', () => {
  it('give the rows of their entries, each entry once, and the times that were seen', async () => {
    const lines = [entry('1'), entry('2', { timestamp: '2026-02-03T00:00:00Z' })];
    const files = [
      file('a.json', lines.map((one) => JSON.stringify(one)).join('\n')),
      file('b.json.gz', gzipSync(JSON.stringify([entry('1')]))),
      file('c.json', { logName: 'projects/p/logs/app', timestamp: 'x', textPayload: 'not an audit log' }),
    ];
    const { rows, seen, gaps, coverage } = await readAuditFiles(files);
    expect(rows).toEqual([
      {
        principal: 'ci@p.iam.gserviceaccount.com',
        delegators: [],
        permission: 'compute.disks.create',
        resource: 'projects/p/zones/z/disks/d',
        service: 'compute.googleapis.com',
        first: '2026-02-01T10:00:00Z',
        last: '2026-02-03T00:00:00Z',
        count: 2,
        refused: 0,
      },
    ]);
    expect([...seen]).toEqual([
      ['projects/p activity', { first: '2026-02-01T10:00:00Z', last: '2026-02-03T00:00:00Z' }],
    ]);
    expect([gaps, coverage]).toEqual([[], []]);
  });

  it('tell changes of audit settings', async () => {
    const changed = (auditConfigDeltas: readonly object[]): object => ({
      serviceData: { policyDelta: { auditConfigDeltas, bindingDeltas: [{}] } },
    });
    const { auditConfigChanges } = await readAuditFiles([
      file('a.json', [entry('1', {}, changed([{ action: 'REMOVE' }])), entry('2', {}, changed([]))]),
    ]);
    expect(auditConfigChanges).toEqual([{ container: 'projects/p', at: '2026-02-01T10:00:00Z' }]);
  });

  it('tell what is damaged, without its text, and read the rest', async () => {
    const secret = 'ya29.secret';
    const files = [
      file('cut.json.gz', gzipSync(JSON.stringify([entry('1'), entry('2')])).subarray(0, 60)),
      file('odd.json', `${JSON.stringify(entry('3'))}\n{"logName":"${secret}\n${JSON.stringify(entry('4'))}`),
      file('less.json', entry('5', { timestamp: secret })),
    ];
    const { rows, damaged, gaps } = await readAuditFiles(files);
    expect(rows).toMatchObject([{ count: 2 }]);
    expect(damaged).toEqual(['audit-logs/cut.json.gz', 'audit-logs/less.json', 'audit-logs/odd.json']);
    expect(gaps.map(({ file: of, kind }) => [of, kind])).toEqual(damaged.map((name) => [name, 'bad-input']));
    expect(JSON.stringify(gaps)).not.toContain(secret);
  });

  it('are hostile without harm', async () => {
    const deep = `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`;
    const names = ['__proto__', 'constructor', 'x'.repeat(5000)];
    const odd = names.map((name, index) =>
      entry(`${index}`, {}, { authenticationInfo: { principalEmail: name }, authorizationInfo: { permission: name } }),
    );
    const { rows, gaps } = await readAuditFiles([file('a.json', deep), file('b.json', odd), file('c.json', 'null')]);
    expect(rows.map(({ principal }) => principal)).toEqual(['__proto__', 'constructor']);
    expect(gaps.length).toBe(2);
  });

  it('stop where they are told to', async () => {
    const files = [file('a.json', [entry('1')]), file('b.json', [entry('2')])];
    const stop = new AbortController();
    const read = readAuditFiles(files, { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) });
    await expect(read).rejects.toThrow('enough');
  });
});

describe('an input with files of audit logs', () => {
  const input = (auditLogs: readonly BundleFile[], more: Partial<GcpInput> = {}): GcpInput => ({
    auditLogs,
    auditUsage: [],
    disabledServices: [],
    gaps: [],
    ...more,
  });
  const coverage = [
    { container: 'projects/p', log: 'activity', from: '2026-01-01T00:00:00Z', to: '2026-03-01T00:00:00Z' },
  ] as const;

  it('proves nothing by their silence unless it says what they cover', async () => {
    const files = [file('a.json', [entry('1')])];
    const silent = await withAuditUsage(input(files));
    expect(silent.auditUsage).toMatchObject([{ source: 'audit-logs', coverage: [], rows: [{ count: 1 }] }]);
    expect(silent.gaps.map(({ what }) => what)).toEqual(['audit logs']);
    const declared = await withAuditUsage(input(files, { auditUsage: [{ source: 'audit-logs', rows: [], coverage }] }));
    expect(declared.auditUsage).toMatchObject([{ source: 'audit-logs', coverage, rows: [{ count: 1 }] }]);
    expect(declared.gaps).toEqual([]);
  });

  it('proves nothing where a file is damaged, and stays as it is without files', async () => {
    const damaged = await withAuditUsage(input([file('a.json', '{')]), { coverage });
    expect(damaged.auditUsage).toMatchObject([{ coverage: [], rows: [] }]);
    const none = input([]);
    expect(await withAuditUsage(none)).toBe(none);
  });
});
