import { expect, it } from 'vitest';
import { readResources } from './resource-list.ts';
import { readWith } from './testing/report.ts';

const read = (raw: unknown) => readWith((report) => readResources(raw, report));

it('reads properties as an object and as the JSON text of the API', () => {
  const { value, problems } = read([
    { TypeName: 'AWS::S3::Bucket', Identifier: 'a', Properties: { BucketName: 'a' }, Extra: 1 },
    { TypeName: 'AWS::S3::Bucket', Identifier: 'b', Properties: '{"BucketName":"b"}', Region: 'eu-west-1' },
  ]);
  expect(problems).toEqual([]);
  expect(value).toEqual({
    complete: true,
    items: [
      { TypeName: 'AWS::S3::Bucket', Identifier: 'a', Properties: { BucketName: 'a' } },
      { TypeName: 'AWS::S3::Bucket', Identifier: 'b', Region: 'eu-west-1', Properties: { BucketName: 'b' } },
    ],
  });
});

it('leaves out what it cannot use', () => {
  const { value, problems } = read([
    { TypeName: 'Bucket', Identifier: 'a', Properties: {} },
    { TypeName: 'AWS::S3::Bucket', Properties: {} },
    { TypeName: 'AWS::S3::Bucket', Identifier: 'a' },
    { TypeName: 'AWS::S3::Bucket', Identifier: 'a', Properties: '{' },
    { TypeName: 'AWS::S3::Bucket', Identifier: 'a', Properties: '['.repeat(10_000) },
  ]);
  expect(value).toEqual({ items: [], complete: false });
  expect(problems).toEqual([
    '[0].TypeName: expected a CloudFormation type name',
    '[1].Identifier: expected a string, not empty and of ordinary length',
    '[2].Properties: expected an object, or its JSON text',
    '[3].Properties: expected an object, or its JSON text',
    '[4].Properties: expected an object, or its JSON text',
  ]);
});

it('refuses another shape', () => {
  expect(read({ resources: [] }).problems).toEqual([': expected an array, or an object with `ResourceDescriptions`']);
});
