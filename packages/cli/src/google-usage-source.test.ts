import { bigQueryUsagePart, logAnalyticsUsagePart } from '@keyreach/gcp';
import { describe, expect, it, vi } from 'vitest';
import { GOOGLE_USAGE_SOURCES, googleUsagePart } from './google-usage-source.ts';
import { UsageError } from './usage-error.ts';

const parts = { bigQueryUsagePart, logAnalyticsUsagePart };

describe('a source of use of Google Cloud', () => {
  it.each([
    ['bigquery,dataset=shop.logs', 'bigQueryUsagePart', { dataset: 'shop.logs' }],
    [
      'bigquery,dataset=shop.logs,tables=daily,sink=organizations/1/sinks/audit,project=audit-1,location=EU,days=30,most-gib=2048',
      'bigQueryUsagePart',
      {
        dataset: 'shop.logs',
        sharded: true,
        sink: 'organizations/1/sinks/audit',
        project: 'audit-1',
        location: 'EU',
        days: 30,
        mostGiB: 2048,
      },
    ],
    ['bigquery,dataset=shop.logs,tables=partitioned', 'bigQueryUsagePart', { dataset: 'shop.logs' }],
    [
      'log-analytics,view=shop.linked._AllLogs,days=7',
      'logAnalyticsUsagePart',
      { view: 'shop.linked._AllLogs', days: 7 },
    ],
  ] as const)('%s is read', (text, name, options) => {
    const spied = { ...parts, [name]: vi.fn(parts[name]) };
    expect(googleUsagePart(text, spied).files).toEqual(['audit-usage.json']);
    expect(spied[name]).toHaveBeenCalledExactlyOnceWith(options);
  });

  it.each([
    '',
    'bigquery',
    'bigquery,dataset=',
    'bigquery,dataset=shop.logs,days=0',
    'bigquery,dataset=shop.logs,most-gib=1.5',
    'bigquery,dataset=shop.logs,tables=hourly',
    'bigquery,dataset=shop.logs,dataset=shop.more',
    'log-analytics,dataset=shop.logs',
    'log-analytics,view=shop.linked._AllLogs,sink=organizations/1/sinks/audit',
  ])('%s is none', (text) => {
    expect(() => googleUsagePart(text, parts)).toThrow(UsageError);
  });

  it.each([
    ['bigquery,dataset=logs', 'bad-table'],
    ['bigquery,dataset=shop.logs` WHERE 1,days=3', 'bad-table'],
    ['bigquery,dataset=shop.logs,sink=audit', 'bad-option'],
    ['bigquery,dataset=shop.logs,sink=organizations/1/sinks/..', 'bad-option'],
    ['bigquery,dataset=shop.logs,project=../x', 'bad-option'],
    ['bigquery,dataset=shop.logs,location=E U', 'bad-option'],
    ['bigquery,dataset=shop.logs,days=9999', 'bad-option'],
  ])('%s names what is none', (text, code) => {
    expect(() => googleUsagePart(text, parts)).toThrow(expect.objectContaining({ code }));
  });

  it('is written in help as it is read, and is another part for another window', () => {
    expect(GOOGLE_USAGE_SOURCES.map((line) => line.split(/[[,]/)[0])).toEqual(['bigquery', 'log-analytics']);
    const names = [
      'bigquery,dataset=shop.logs',
      'bigquery,dataset=shop.logs,days=30',
      'bigquery,dataset=shop.more',
    ].map((text) => googleUsagePart(text, parts).name);
    expect(new Set(names).size).toBe(3);
  });
});
