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

it('stores replies without secrets and metadata, with times and bytes as text', () => {
  const reply = {
    $metadata: { requestId: '1' },
    Credentials: { AccessKeyId: 'AKIA', SecretAccessKey: 's', SessionToken: 't' },
    items: [{ clientToken: 'c', at: new Date('2026-01-01T00:00:00Z'), bytes: new Uint8Array([104, 105]) }],
    SecretString: { said: 'about a secret' },
    Status: 'ok',
  };
  expect(storable(reply)).toEqual({
    Credentials: { AccessKeyId: 'AKIA' },
    items: [{ at: '2026-01-01T00:00:00.000Z', bytes: 'aGk=' }],
    SecretString: { said: 'about a secret' },
    Status: 'ok',
  });
  let deep: unknown = 'end';
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  expect(JSON.stringify(storable(deep)).length).toBeLessThan(500);
});
