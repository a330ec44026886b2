import { describe, expect, it } from 'vitest';
import { eventsOfSelectors } from './event-selectors.ts';

const management = { Field: 'eventCategory', Equals: ['Management'] };
const data = { Field: 'eventCategory', Equals: ['Data'] };
const objects = { Field: 'resources.type', Equals: ['AWS::S3::Object'] };
const advanced = (...selectors: readonly (readonly object[])[]) =>
  eventsOfSelectors({ AdvancedEventSelectors: selectors.map((FieldSelectors) => ({ FieldSelectors })) });

describe('advanced event selectors', () => {
  it('tell all management events, those that change something, or none', () => {
    expect(advanced([management])).toEqual({ management: 'all', excluded: [], data: [] });
    expect(advanced([management, { Field: 'readOnly', Equals: ['false'] }]).management).toBe('write-only');
    expect(advanced([management, { Field: 'readOnly', Equals: ['true'] }]).management).toBe('none');
    expect(advanced().management).toBe('none');
    expect(eventsOfSelectors({}).management).toBe('none');
  });

  it('tell event sources that are left out, where every selector leaves them out', () => {
    const without = (...sources: readonly string[]) => [management, { Field: 'eventSource', NotEquals: sources }];
    expect(advanced(without('kms.amazonaws.com', 'a.amazonaws.com')).excluded).toEqual([
      'a.amazonaws.com',
      'kms.amazonaws.com',
    ]);
    expect(advanced(without('kms.amazonaws.com'), without('rdsdata.amazonaws.com')).excluded).toEqual([]);
    expect(advanced([management, { Field: 'eventSource', Equals: ['iam.amazonaws.com'] }]).management).toBe('none');
  });

  it('tell types of which all data events are there, and none with a condition', () => {
    expect(advanced([data, objects]).data).toEqual(['AWS::S3::Object']);
    expect(advanced([data, objects, { Field: 'readOnly', Equals: ['false'] }]).data).toEqual([]);
    expect(advanced([data, objects, { Field: 'resources.ARN', StartsWith: ['arn:aws:s3:::data/'] }]).data).toEqual([]);
    expect(advanced([data, { Field: 'resources.type', NotEquals: ['AWS::S3::Object'] }]).data).toEqual([]);
    expect(advanced([management, { Field: 'eventName', Equals: ['CreateUser'] }]).management).toBe('none');
    expect(advanced([management, { Field: 'readOnly', Equals: ['false'], NotEquals: [] }]).management).toBe(
      'write-only',
    );
    expect(advanced([data, objects, objects]).data).toEqual([]);
  });
});

describe('event selectors of the older kind', () => {
  const basic = (...EventSelectors: readonly object[]) => eventsOfSelectors({ EventSelectors });

  it('tell management events and what is left out of them', () => {
    expect(basic({ ReadWriteType: 'All', IncludeManagementEvents: true })).toEqual({
      management: 'all',
      excluded: [],
      data: [],
    });
    expect(basic({ ReadWriteType: 'WriteOnly', ExcludeManagementEventSources: ['kms.amazonaws.com'] })).toMatchObject({
      management: 'write-only',
      excluded: ['kms.amazonaws.com'],
    });
    expect(basic({ ReadWriteType: 'ReadOnly' }).management).toBe('none');
    expect(basic({ ReadWriteType: 'All', IncludeManagementEvents: false }).management).toBe('none');
    expect(basic({ ReadWriteType: 'WriteOnly' }, { ReadWriteType: 'All' }).management).toBe('all');
  });

  it.each([
    ['AWS::S3::Object', 'arn:aws:s3', 'arn:aws:s3:::data/'],
    ['AWS::S3::Object', 'arn:aws:s3:::', 'arn:aws:s3:::data'],
    ['AWS::Lambda::Function', 'arn:aws-cn:lambda', 'arn:aws-cn:lambda:cn-north-1:111111111111:function:a'],
    ['AWS::DynamoDB::Table', 'arn:aws:dynamodb', 'arn:aws:dynamodb:eu-west-1:111111111111:table/a'],
    ['AWS::Other::Thing', undefined, 'arn:aws'],
  ])('tell that all of %s is recorded, or only some', (Type, every, some) => {
    const of = (value: string, ReadWriteType = 'All') =>
      basic({ ReadWriteType, DataResources: [{ Type, Values: [value] }] }).data;
    if (every !== undefined) expect(of(every)).toEqual([Type]);
    if (every !== undefined) expect(of(every, 'WriteOnly')).toEqual([]);
    expect(of(some)).toEqual([]);
  });
});
