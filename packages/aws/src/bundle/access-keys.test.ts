import { expect, it } from 'vitest';
import { readAccessKeys } from './access-keys.ts';
import { readWith } from './testing/report.ts';

const read = (raw: unknown) => readWith((report) => readAccessKeys(raw, report));
const KEY = {
  UserName: 'ci',
  AccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  Status: 'Active',
  CreateDate: '2023-03-09T10:42:00Z',
};

it('reads keys with their last use', () => {
  const { value, problems } = read([
    { ...KEY, LastUsed: { LastUsedDate: '2026-05-30T11:00:00Z', ServiceName: 'lambda', Region: 'eu-central-1' } },
    {
      ...KEY,
      AccessKeyId: 'AKIAI44QH8DHBEXAMPLE',
      Status: 'Inactive',
      LastUsed: { ServiceName: 'N/A', Region: 'N/A' },
    },
    { ...KEY, AccessKeyId: 'AKIAIOSFODNN8EXAMPLE', AccessKeyLastUsed: { LastUsedDate: 'N/A' } },
    {
      ...KEY,
      AccessKeyId: 'AKIAIOSFODNN9EXAMPLE',
      LastUsed: { LastUsedDate: 1678358505, ServiceName: 's3', Region: 'N/A' },
    },
    { ...KEY, AccessKeyId: 'AKIAIOSFODNN6EXAMPLE' },
  ]);
  expect(problems).toEqual([]);
  expect(value?.complete).toBe(true);
  expect(value?.items.map(({ LastUsed }) => LastUsed)).toEqual([
    { LastUsedDate: '2026-05-30T11:00:00.000Z', ServiceName: 'lambda', Region: 'eu-central-1' },
    null,
    null,
    { LastUsedDate: '2023-03-09T10:41:45.000Z', ServiceName: 's3' },
    undefined,
  ]);
});

it('reads the reply of the command line as well', () => {
  expect(read({ AccessKeyMetadata: [KEY] }).value?.items).toHaveLength(1);
  const { value, problems } = read({ AccessKeyMetadata: [KEY], IsTruncated: true });
  expect(value?.complete).toBe(false);
  expect(problems).toEqual(['IsTruncated: expected all pages merged into one file']);
});

it('refuses another shape', () => {
  for (const raw of [undefined, null, {}, 'x', { AccessKeyMetadata: {} }]) {
    expect(read(raw).value).toBeUndefined();
    expect(read(raw).problems).toEqual([': expected an array, or an object with `AccessKeyMetadata`']);
  }
});

it('never takes a secret for an id', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  const { value, problems } = read([{ ...KEY, AccessKeyId: secret, SecretAccessKey: secret }, KEY]);
  expect(value?.items.map(({ AccessKeyId }) => AccessKeyId)).toEqual(['AKIAIOSFODNN7EXAMPLE']);
  expect(JSON.stringify([value, problems])).not.toContain(secret);
});

it('reports bad parts and keeps what is sure', () => {
  const { value, problems } = read([
    { ...KEY, Status: 'active', CreateDate: 'then', LastUsed: 7 },
    { ...KEY, UserName: '' },
    KEY,
    { ...KEY, AccessKeyId: 'AKIAIOSFODNN6EXAMPLE', LastUsed: { LastUsedDate: 'soon' } },
  ]);
  expect(value?.complete).toBe(false);
  expect(value?.items).toEqual([
    { UserName: 'ci', AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: undefined, LastUsed: undefined },
    expect.objectContaining({ AccessKeyId: 'AKIAIOSFODNN6EXAMPLE', LastUsed: undefined }),
  ]);
  expect(problems).toEqual([
    '[0].Status: expected `Active` or `Inactive`',
    '[0].CreateDate: expected a date',
    '[0].LastUsed: expected an object',
    '[1].UserName: expected a string, not empty and of ordinary length',
    '[3].LastUsed.LastUsedDate: expected a date',
    ': expected each key once, `AKIAIOSFODNN7EXAMPLE` is listed again; the first is kept',
  ]);
});
