import { expect, it } from 'vitest';
import { listsAllOf, mayHave, readResources } from './resource-list.ts';
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
    incompleteTypes: [],
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
  expect(value).toEqual({ items: [], complete: false, incompleteTypes: [] });
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

it('takes the types of which it may lack some, sorted and once', () => {
  const IncompleteTypes = ['AWS::SQS::Queue', 'AWS::KMS::Key', 'AWS::SQS::Queue'];
  const { value, problems } = read({ ResourceDescriptions: [], IncompleteTypes });
  expect(problems).toEqual([]);
  expect(value).toEqual({ items: [], complete: true, incompleteTypes: ['AWS::KMS::Key', 'AWS::SQS::Queue'] });
  expect(listsAllOf('AWS::SNS::Topic', value)).toBe(true);
  expect(listsAllOf('AWS::SQS::Queue', value)).toBe(false);
});

it('is whole for no type where the names of those that are not cannot be read, or there is no list', () => {
  for (const IncompleteTypes of ['AWS::SQS::Queue', [7]]) {
    const { value, problems } = read({ ResourceDescriptions: [], IncompleteTypes });
    expect(listsAllOf('AWS::SNS::Topic', value)).toBe(false);
    expect(problems).toHaveLength(1);
  }
  expect(listsAllOf('AWS::SNS::Topic', undefined)).toBe(false);
});

it('keeps what of a resource could not be read, and nothing of one that does not say it plainly', () => {
  const bucket = { TypeName: 'AWS::S3::Bucket', Identifier: 'a', Properties: {} };
  const [first] = read([{ ...bucket, Unknown: ['OwnershipControls'] }]).value?.items ?? [];
  expect(first).toMatchObject({ Unknown: ['OwnershipControls'] });
  if (first === undefined) return;
  expect(mayHave(first, 'OwnershipControls.Rules[].ObjectOwnership')).toBe(true);
  expect(mayHave(first, 'OwnershipControls')).toBe(true);
  expect(mayHave(first, 'OwnershipControlsOther')).toBe(false);
  expect(mayHave(first, 'Grants')).toBe(false);
  expect(read([{ ...bucket, Unknown: [{}] }]).value).toMatchObject({ items: [], complete: false });
});
