import { describe, expect, it } from 'vitest';
import { readWith } from './testing/report.ts';
import { readTrailSettings } from './trail-settings.ts';

const ARN = 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/main';
const TRAIL = { Name: 'main', TrailARN: ARN, HomeRegion: 'eu-west-1', IsMultiRegionTrail: true, S3BucketName: 'logs' };
const STATUS = { IsLogging: true, StartLoggingTime: 1767225600.123, LatestDeliveryTime: '2026-02-01T00:00:00Z' };
const ALL = {
  ReadWriteType: 'All',
  IncludeManagementEvents: true,
  DataResources: [],
  ExcludeManagementEventSources: [],
};

const read = (raw: unknown) => readWith((report) => readTrailSettings(raw, report));
const file = (trail: object, status: unknown = STATUS, selectors: unknown = { EventSelectors: [ALL] }): unknown => ({
  trailList: [{ ...TRAIL, ...trail }],
  Status: { [ARN]: status },
  EventSelectors: { [ARN]: selectors },
});

describe('trails.json', () => {
  it('tells what each trail records', () => {
    const { value, problems } = read(file({ IsOrganizationTrail: true, HasInsightSelectors: false }));
    expect(problems).toEqual([]);
    expect(value).toEqual([
      {
        arn: ARN,
        account: '111122223333',
        regions: '*',
        organization: true,
        logging: true,
        since: '2026-01-01T00:00:00.123Z',
        management: 'all',
        excluded: [],
        data: [],
      },
    ]);
  });

  it('tells of one region, of a trail that stands still, and of services without a region', () => {
    expect(read(file({ IsMultiRegionTrail: false, IncludeGlobalServiceEvents: false })).value).toMatchObject([
      {
        regions: ['eu-west-1'],
        excluded: [
          'account',
          'budgets',
          'ce',
          'cloudfront',
          'cur',
          'iam',
          'organizations',
          'route53',
          'route53domains',
          'shield',
          'sts',
          'waf',
        ].map((source) => `${source}.amazonaws.com`),
      },
    ]);
    expect(read(file({}, { IsLogging: false })).value).toMatchObject([{ logging: false }]);
    expect(read(file({}, {})).value).toMatchObject([{ logging: false }]);
  });

  it('takes only for recorded what selectors say is', () => {
    const selected = (selectors: unknown) => read(file({}, STATUS, selectors)).value;
    const objects = (values: readonly string[], fields: object = {}): object => ({
      EventSelectors: [{ ...ALL, DataResources: [{ Type: 'AWS::S3::Object', Values: values }], ...fields }],
    });
    expect(selected(objects(['arn:aws:s3']))).toMatchObject([{ data: ['AWS::S3::Object'], management: 'all' }]);
    expect(selected(objects(['arn:aws:s3:::data/']))).toMatchObject([{ data: [], management: 'all' }]);
    expect(selected(objects(['arn:aws:s3'], { ReadWriteType: 'WriteOnly' }))).toMatchObject([
      { data: [], management: 'write-only' },
    ]);
    expect(
      selected({ EventSelectors: [{ ...ALL, ExcludeManagementEventSources: ['kms.amazonaws.com'] }] }),
    ).toMatchObject([{ management: 'all', excluded: ['kms.amazonaws.com'] }]);
    const advanced = (...fields: readonly object[]): object => ({
      AdvancedEventSelectors: [{ FieldSelectors: fields }],
    });
    const data = { Field: 'eventCategory', Equals: ['Data'] };
    const type = { Field: 'resources.type', Equals: ['AWS::DynamoDB::Table'] };
    expect(selected(advanced(data, type))).toMatchObject([{ data: ['AWS::DynamoDB::Table'], management: 'none' }]);
    expect(selected(advanced(data, type, { Field: 'readOnly', Equals: ['false'] }))).toMatchObject([{ data: [] }]);
    expect(selected({})).toMatchObject([{ management: 'none', data: [] }]);
  });

  it('that lacks a reply says which, and takes nothing for recorded', () => {
    const { value, problems } = read({ trailList: [TRAIL], Status: {}, EventSelectors: [] });
    expect(value).toMatchObject([{ logging: false, management: 'none' }]);
    expect(problems).toEqual([
      'EventSelectors: expected an object of replies by the ARN of the trail',
      `Status[\`${ARN}\`]: expected the reply for this trail`,
      `EventSelectors[\`${ARN}\`]: expected the reply for this trail`,
    ]);
  });

  it('of another shape is a problem, and an empty list is not', () => {
    expect(read({ trailList: [], Status: {}, EventSelectors: {}, more: 1 })).toEqual({ value: [], problems: [] });
    for (const raw of [[], 'x', null, {}, { trailList: {} }, { trailList: [7] }]) {
      const { value, problems } = read(raw);
      expect(value).toBeUndefined();
      expect(problems.length).toBeGreaterThan(0);
    }
    const { value, problems } = read({
      ...(file({}) as object),
      trailList: [TRAIL, { TrailARN: 'x', HomeRegion: 'y' }],
    });
    expect(value).toHaveLength(1);
    expect(problems).toEqual(['trailList[1].TrailARN: expected the ARN of a trail']);
  });
});
