import { describe, expect, it } from 'vitest';
import { reducedRecord } from './reduced-record.ts';

describe('a record without what nobody needs', () => {
  it('keeps who, what, when, and the key that was given; no other text of request and reply', () => {
    const record = {
      eventID: 'e-1',
      eventName: 'AssumeRole',
      errorMessage: 'SECRET',
      userAgent: 'SECRET',
      sourceIPAddress: '192.0.2.1',
      userIdentity: { type: 'AssumedRole', arn: 'arn:x', sessionContext: { attributes: { a: 'SECRET' } } },
      requestParameters: {
        roleArn: 'arn:aws:iam::111111111111:role/app',
        externalId: 'SECRET',
        password: 'SECRET',
        key: 'SECRET',
        count: 3,
        none: null,
        environment: { variables: [{ name: 'SECRET', value: 'SECRET arn:aws:iam::111111111111:role/app' }] },
      },
      responseElements: {
        credentials: { accessKeyId: 'ASIA1', sessionToken: 'SECRET' },
        accessKey: { secretAccessKey: 'SECRET' },
      },
      additionalEventData: { x: 'SECRET' },
      serviceEventDetails: 'SECRET',
    };
    expect(reducedRecord(record)).toEqual({
      eventID: 'e-1',
      eventName: 'AssumeRole',
      userIdentity: { type: 'AssumedRole', arn: 'arn:x', sessionContext: {} },
      requestParameters: {
        roleArn: 'arn:aws:iam::111111111111:role/app',
        externalId: '',
        password: '',
        key: '',
        count: true,
        none: null,
        environment: { variables: [{ name: '', value: '' }] },
      },
      responseElements: { credentials: { accessKeyId: 'ASIA1' } },
    });
  });

  it('keeps bucket and object of requests to S3 alone', () => {
    const of = (eventSource: string) =>
      reducedRecord({ eventSource, requestParameters: { bucketName: 'data', key: 'a/b', inner: { key: 'a/b' } } });
    expect(of('s3.amazonaws.com')).toMatchObject({
      requestParameters: { bucketName: 'data', key: 'a/b', inner: { key: '' } },
    });
    expect(of('apigateway.amazonaws.com')).toMatchObject({ requestParameters: { bucketName: '', key: '' } });
  });

  it('is bounded in depth, and undefined for what is no record', () => {
    const deep: unknown = Array.from({ length: 5000 }).reduce((inner) => ({ inner }), {});
    expect(JSON.stringify(reducedRecord({ requestParameters: deep })).length).toBeLessThan(1000);
    expect(reducedRecord([])).toBeUndefined();
    expect(reducedRecord('text')).toBeUndefined();
    expect(reducedRecord(null)).toBeUndefined();
  });
});
