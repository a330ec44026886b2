import { athenaUsagePart, lakeUsagePart, lookupEventsPart, trailDownloadPart } from '@keyreach/aws';
import { describe, expect, it, vi } from 'vitest';
import { UsageError } from './usage-error.ts';
import { USAGE_SOURCES, usagePart } from './usage-source.ts';

const parts = { athenaUsagePart, lakeUsagePart, lookupEventsPart, trailDownloadPart };
const store = 'arn:aws:cloudtrail:eu-west-1:111111111111:eventdatastore/0233062b-51c6-4d18-8dec-0dcb8f5b4a3f';

describe('a source of use', () => {
  it.each([
    ['lookup-events', 'lookupEventsPart', {}],
    ['lookup-events,days=30', 'lookupEventsPart', { days: 30 }],
    [
      `lake,store=${store},accounts=111111111111;222222222222`,
      'lakeUsagePart',
      { eventDataStore: store, accounts: ['111111111111', '222222222222'] },
    ],
    ['athena,table=logs.trail,region=eu-west-1', 'athenaUsagePart', { table: 'logs.trail', region: 'eu-west-1' }],
    [
      'athena,table=logs.trail,region=eu-west-1,workgroup=audit,output=s3://b/a=b,day=timestamp,account-column=account,trail=arn:x',
      'athenaUsagePart',
      {
        table: 'logs.trail',
        region: 'eu-west-1',
        workGroup: 'audit',
        outputLocation: 's3://b/a=b',
        trail: 'arn:x',
        partitions: { account: 'account', day: { column: 'timestamp', format: 'yyyy/MM/dd' } },
      },
    ],
    [
      'files,bucket=logs,region=eu-west-1,accounts=111111111111,prefix=a/b,organization=o-abc,days=7',
      'trailDownloadPart',
      {
        bucket: 'logs',
        region: 'eu-west-1',
        accounts: ['111111111111'],
        prefix: 'a/b',
        organizationId: 'o-abc',
        days: 7,
      },
    ],
  ] as const)('%s is read', (text, name, options) => {
    const spied = { ...parts, [name]: vi.fn(parts[name]) };
    expect(usagePart(text, spied).actions.length).toBeGreaterThan(0);
    expect(spied[name]).toHaveBeenCalledExactlyOnceWith(options);
  });

  it.each([
    '',
    'lookup',
    'lookup-events,days=0',
    'lookup-events,days=ten',
    'lookup-events,day=3',
    'lookup-events,days=3,days=4',
    'lookup-events,days',
    'lake',
    'athena,table=logs.trail',
    'athena,table=logs.trail,region=eu-west-1,format=yyyy/MM/dd',
    'athena,table=logs.trail,region=eu-west-1,day=d,format=yyyyMMdd',
    'files,bucket=logs,region=eu-west-1',
  ])('%s is none', (text) => {
    expect(() => usagePart(text, parts)).toThrow(UsageError);
  });

  it.each([
    ['lake,store=x', 'bad-event-data-store'],
    ["athena,table=logs.trail' --,region=eu-west-1", 'bad-table'],
    ['files,bucket=logs,region=eu-west-1,accounts=..', 'bad-account'],
  ])('%s names what is none', (text, code) => {
    expect(() => usagePart(text, parts)).toThrow(expect.objectContaining({ code }));
  });

  it('is written in help as it is read', () => {
    expect(USAGE_SOURCES.map((line) => line.split(/[[,]/)[0])).toEqual(['lookup-events', 'lake', 'athena', 'files']);
  });
});
