import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BundleWriter } from './bundle-writer.ts';
import { storable } from './storable.ts';
import { filesBelow, temporaryDirectory } from './testing/directory.ts';

it('writes whole files into directories it makes, and reads them again', async () => {
  const root = join(temporaryDirectory(), 'new', 'bundle');
  const writer = await BundleWriter.open(root);
  await writer.writeJson('accounts/1/x.json', { b: 1, a: [new Date(0)] });
  await writer.writeText('accounts/1/x.csv', 'a,b\n');
  expect(filesBelow(root)).toEqual({
    'accounts/1/x.csv': 'a,b\n',
    'accounts/1/x.json': '{\n "b": 1,\n "a": [\n  "1970-01-01T00:00:00.000Z"\n ]\n}\n',
  });
  expect(await writer.readJson('accounts/1/x.json')).toEqual({ b: 1, a: ['1970-01-01T00:00:00.000Z'] });
  expect(await writer.names('accounts/1')).toEqual(['x.csv', 'x.json']);
  expect([await writer.names('accounts/2'), await writer.readJson('none.json')]).toEqual([[], undefined]);
  expect([await writer.has('accounts/1/x.csv'), await writer.has('accounts/1'), await writer.has('y')]).toEqual([
    true,
    false,
    false,
  ]);
});

it.each(['../x', '/x', 'a/../../x', 'a//x', './x', 'a\\x', 'a/x\u0000', ''])('refuses the path `%s`', async (path) => {
  const writer = await BundleWriter.open(temporaryDirectory());
  await expect(writer.writeText(path, 'x')).rejects.toMatchObject({ code: 'bad-path' });
  await expect(writer.readJson(path)).rejects.toMatchObject({ code: 'bad-path' });
});

it('writes nothing through a link that leads out, and leaves no half file where it cannot write', async () => {
  const outside = temporaryDirectory();
  const root = temporaryDirectory();
  symlinkSync(outside, join(root, 'accounts'));
  const writer = await BundleWriter.open(root);
  await expect(writer.writeText('accounts/x.json', '1')).rejects.toMatchObject({ code: 'cannot-write' });
  expect(filesBelow(outside)).toEqual({});
  mkdirSync(join(root, 'taken.json'));
  await expect(writer.writeText('taken.json', '1')).rejects.toMatchObject({ code: 'cannot-write' });
  expect(Object.keys(filesBelow(root))).toEqual([]);
  writeFileSync(join(root, 'file'), '');
  await expect(BundleWriter.open(join(root, 'file'))).rejects.toMatchObject({ code: 'cannot-write' });
});

it('joins files in their order, and leaves what was there where one is missing', async () => {
  const root = temporaryDirectory();
  const writer = await BundleWriter.open(root);
  await writer.writeText('parts/1.ndjson', '1\n');
  await writer.writeText('parts/2.ndjson', '2\n');
  await writer.writeJoined('all.ndjson', ['parts/2.ndjson', 'parts/1.ndjson'], '3\n');
  await expect(writer.writeJoined('all.ndjson', ['parts/1.ndjson', 'parts/0.ndjson'])).rejects.toMatchObject({
    code: 'cannot-write',
  });
  await expect(writer.writeJoined('all.ndjson', ['../x'])).rejects.toMatchObject({ code: 'cannot-write' });
  expect(filesBelow(root)).toEqual({ 'all.ndjson': '2\n1\n3\n', 'parts/1.ndjson': '1\n', 'parts/2.ndjson': '2\n' });
});

it('removes a directory, and of a link nothing but the link', async () => {
  const root = temporaryDirectory();
  const outside = temporaryDirectory();
  writeFileSync(join(outside, 'x.json'), '1');
  const writer = await BundleWriter.open(root);
  await writer.writeText('parts/a/x.json', '1');
  await writer.writeText('y.json', '2');
  symlinkSync(outside, join(root, 'parts', 'out'));
  symlinkSync(outside, join(root, 'link'));
  await writer.removeAll('parts');
  await writer.removeAll('link');
  await writer.removeAll('none');
  await expect(writer.removeAll('..')).rejects.toMatchObject({ code: 'bad-path' });
  expect([filesBelow(root), filesBelow(outside)]).toEqual([{ 'y.json': '2' }, { 'x.json': '1' }]);
});

it('stores replies without secrets and metadata, with times and bytes as text', () => {
  const reply = {
    $metadata: { requestId: '1' },
    Credentials: { AccessKeyId: 'AKIA', SecretAccessKey: 's', SessionToken: 't' },
    items: [{ clientToken: 'c', at: new Date('2026-01-01T00:00:00Z'), bytes: new Uint8Array([104, 105]) }],
    SecretString: { said: 'about a secret' },
    oidc: { clientSecret: { value: { plainText: 'p', thumbprint: 'of it' } }, refreshToken: 'r' },
    Status: 'ok',
  };
  expect(storable(reply)).toEqual({
    Credentials: { AccessKeyId: 'AKIA' },
    items: [{ at: '2026-01-01T00:00:00.000Z', bytes: 'aGk=' }],
    SecretString: { said: 'about a secret' },
    oidc: { clientSecret: { value: { thumbprint: 'of it' } } },
    Status: 'ok',
  });
  let deep: unknown = 'end';
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  expect(JSON.stringify(storable(deep)).length).toBeLessThan(500);
});
