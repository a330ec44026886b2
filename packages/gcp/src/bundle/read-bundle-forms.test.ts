import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Gap } from '@keyreach/core/graph';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GcpInput } from './gcp-input.ts';
import { ASSET_LISTS, INPUT_FILES } from './input-files.ts';
import { ABSENT } from './merge-inputs.ts';
import { readGcpInput, readGcpInputs } from './read-bundle.ts';

const CRM = 'cloudresourcemanager.googleapis.com';
const PROJECT = {
  name: `//${CRM}/projects/123`,
  assetType: `${CRM}/Project`,
  ancestors: ['projects/123', 'organizations/1'],
  resource: { version: 'v3', data: { name: 'projects/123', projectId: 'shop' } },
};
const BINDING = { role: 'roles/viewer', members: ['user:jane@example.com'] };
const BUCKET = {
  name: '//storage.googleapis.com/b',
  asset_type: 'storage.googleapis.com/Bucket',
  ancestors: ['projects/123', 'organizations/1'],
  iam_policy: { bindings: [BINDING] },
};

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyreach-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function write(path: string, content: unknown): string {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content));
  return file;
}

const ndjson = (...records: readonly unknown[]): string => records.map((one) => `${JSON.stringify(one)}\n`).join('');

/** Gaps other than those for files that are simply not there. */
const present = (input: GcpInput): readonly Gap[] => input.gaps.filter(({ why }) => why !== ABSENT);
const absent = (input: GcpInput): readonly string[] =>
  input.gaps.filter(({ why }) => why === ABSENT).map(({ what }) => what);
const names = (input: GcpInput): readonly string[] => (input.assets?.items ?? []).map(({ name }) => name);

describe('records of the inventory', () => {
  const forms: readonly (readonly [string, string, string | Uint8Array])[] = [
    ['one a line', 'assets.ndjson', ndjson(PROJECT, BUCKET)],
    ['packed', 'assets.ndjson.gz', gzipSync(ndjson(PROJECT, BUCKET))],
    ['a list', 'assets.json', JSON.stringify([PROJECT, BUCKET])],
    ['a list over many lines', 'assets.json', JSON.stringify([PROJECT, BUCKET], null, 2)],
    ['a reply', 'assets.json', JSON.stringify({ readTime: '2026-01-01T00:00:00Z', assets: [PROJECT, BUCKET] })],
    ['several replies', 'assets.ndjson', ndjson({ assets: [PROJECT], nextPageToken: 'x' }, {}, { assets: [BUCKET] })],
  ];

  it.each(forms)('come as %s', async (_form, path, text) => {
    write(path, text);
    const input = await readGcpInput(directory);
    expect(names(input)).toEqual([PROJECT.name, BUCKET.name]);
    expect(input.assets).toMatchObject({
      complete: true,
      hasResources: true,
      hasPolicies: true,
      hasOrgPolicies: false,
    });
    expect(input.assets?.items[1]).toMatchObject({
      assetType: 'storage.googleapis.com/Bucket',
      iamPolicy: { bindings: { items: [BINDING], complete: true } },
    });
    expect(present(input)).toEqual([]);
  });

  it.each(forms)('come alone as %s, under any name', async (_form, _path, text) => {
    const input = await readGcpInput(write('dump', text));
    expect(names(input)).toEqual([PROJECT.name, BUCKET.name]);
    expect(present(input)).toEqual([]);
    expect(absent(input)).toEqual(INPUT_FILES.filter(({ optional }) => optional !== true).map(({ what }) => what));
  });

  it('of one name are joined, whichever file holds them', async () => {
    write('assets-resources.ndjson', ndjson({ ...PROJECT, ancestors: [] }));
    write('assets/policies/0', ndjson({ ...PROJECT, resource: undefined, iamPolicy: { bindings: [BINDING] } }));
    write('assets/policies/.DS_Store', '\u0000\u0001');
    const input = await readGcpInput(write('assets.ndjson', '') && directory);
    expect(input.assets?.items).toHaveLength(1);
    expect(input.assets?.items[0]).toMatchObject({
      ancestors: PROJECT.ancestors,
      resource: { version: 'v3' },
      iamPolicy: { bindings: { items: [BINDING] } },
    });
    expect(present(input)).toMatchObject([{ file: 'assets.ndjson', why: 'an empty file' }]);
    expect(input.assets?.complete).toBe(false);
  });

  it('of searches have ids, with the number beside them', async () => {
    write(
      'assets.json',
      JSON.stringify({
        results: [
          {
            resource: `//${CRM}/projects/shop`,
            assetType: `${CRM}/Project`,
            project: 'projects/123',
            folders: ['folders/9'],
            organization: 'organizations/1',
            policy: { bindings: [BINDING] },
          },
        ],
      }),
    );
    const input = await readGcpInput(directory);
    expect(input.assets?.items).toMatchObject([
      {
        name: `//${CRM}/projects/shop`,
        ancestors: ['projects/123', 'folders/9', 'organizations/1'],
        iamPolicy: { bindings: { items: [BINDING] } },
      },
    ]);
    expect(input.assets).toMatchObject({ hasResources: false, hasPolicies: true });
  });

  it('exported to a prefix are found whatever the directory is called', async () => {
    write('out/compute.googleapis.com/Disk/0', ndjson(PROJECT));
    write('out/storage.googleapis.com/Bucket/17', ndjson(BUCKET));
    write('out/notes.md', 'nothing');
    expect(names(await readGcpInput(directory))).toEqual([PROJECT.name, BUCKET.name]);
  });

  const damaged: readonly (readonly [string, string | Uint8Array, number])[] = [
    ['an empty file', '', 0],
    ['a truncated file', ndjson(PROJECT, BUCKET).slice(0, -20), 1],
    ['a truncated packed file', gzipSync(ndjson(PROJECT, BUCKET)).subarray(0, -30), 1],
    ['a damaged line', `${ndjson(PROJECT)}{"name": oops}\n${ndjson(BUCKET)}`, 2],
    ['a line that is no asset', ndjson(PROJECT, { hello: 1 }, BUCKET), 2],
    ['a name that is none', ndjson(PROJECT, { ...BUCKET, name: 'b' }), 1],
    ['an asset without a type', ndjson(PROJECT, { name: '//x/y' }), 1],
    ['a page that is not the last', `{"assets":[${JSON.stringify(PROJECT)}],"nextPageToken":"abc"}`, 1],
    ['binary data', new Uint8Array([0, 1, 2, 3]), 0],
    ['a policy in the wrong place', ndjson({ ...PROJECT, orgPolicy: 'x' }), 1],
    ['ancestors that are cut', ndjson({ ...PROJECT, ancestors: ['projects/123', 7] }), 1],
  ];

  it.each(damaged)('%s proves what is in it only', async (_form, text, kept) => {
    write('assets.ndjson', text);
    write('roles.json', []);
    write('pab.json', {});
    const input = await readGcpInput(directory);
    expect(input.assets?.complete).toBe(false);
    expect(input.assets?.items).toHaveLength(kept);
    const gaps = present(input).filter(({ what }) => what === 'assets');
    expect(gaps.length).toBeGreaterThan(0);
    for (const gap of gaps) expect(gap).toMatchObject({ file: 'assets.ndjson', kind: 'bad-input' });
    expect(JSON.stringify(gaps)).not.toContain('oops');
  });

  it('fields that nobody knows are ignored', async () => {
    write('assets.ndjson', ndjson({ ...PROJECT, future: { deep: [1] }, relatedAssets: {} }));
    const input = await readGcpInput(directory);
    expect(present(input)).toEqual([]);
    expect(input.assets?.complete).toBe(true);
  });

  it('a policy that cannot be read says nothing, and is not none', async () => {
    write('assets.ndjson', ndjson({ ...PROJECT, iamPolicy: 'x' }, { ...BUCKET, iam_policy: { bindings: 7 } }));
    const input = await readGcpInput(directory);
    expect(input.assets?.items.map(({ iamPolicy }) => iamPolicy?.bindings)).toEqual([
      { items: [], complete: false },
      { items: [], complete: false },
    ]);
  });
});

describe('files of a bundle', () => {
  it('that are not there are gaps with what to run, and never "none"', async () => {
    write('assets.ndjson', ndjson(PROJECT));
    const input = await readGcpInput(directory);
    expect(absent(input)).toEqual(INPUT_FILES.filter(({ optional }) => optional !== true).map(({ what }) => what));
    for (const { key } of INPUT_FILES) {
      if (key !== 'disabledServices') expect([key, input[key]]).toEqual([key, undefined]);
    }
    for (const gap of input.gaps) {
      expect(gap).toMatchObject({ fix: expect.stringMatching(/\S/), file: expect.any(String), kind: 'missing-file' });
    }
  });

  it.each(
    [...INPUT_FILES, ...ASSET_LISTS].flatMap(({ path, what }) =>
      (
        [
          ['is empty', ''],
          ['is truncated', '[{"name": "x'],
          ['is of another shape', '"hello"'],
          ['is of another shape inside', '{"hello": [1, 2]}'],
          ['is no text', new Uint8Array([0xff, 0xd8, 0xff, 0x00])],
          ['is damaged where it is packed', gzipSync('[]').subarray(0, 12)],
        ] as const
      ).map(([how, content]) => ({ path, what, how, content })),
    ),
  )('$path that $how is a gap, and nothing of it is known', async ({ path, what, content }) => {
    write('assets.ndjson', ndjson(PROJECT));
    write(path, content);
    const input = await readGcpInput(directory);
    const gaps = present(input).filter((gap) => gap.what === what);
    expect(gaps).not.toEqual([]);
    for (const gap of gaps) expect(gap).toMatchObject({ file: path, kind: 'bad-input' });
    expect(absent(input)).not.toContain(what);
    const key = INPUT_FILES.find((file) => file.path === path)?.key;
    const read = key === undefined ? input.assets : input[key];
    // Groups that are no keys are unread, and services that are not listed may be on.
    if (key === 'groups' && read instanceof Map) expect(read.size).toBe(0);
    else if (key === 'disabledServices') expect(read).toEqual([]);
    else expect(JSON.stringify(read ?? { complete: false })).toContain('"complete":false');
  });

  it.each([...INPUT_FILES, ...ASSET_LISTS].filter(({ key }) => !['boundaries', 'groups', 'pools'].includes(key)))(
    '$path may be an empty list, an empty reply, or packed',
    async ({ key, path }) => {
      for (const [name, content] of [
        [path, '[]'],
        [path, '{}'],
        [path, '[{}, {}]'],
        [`${path}.gz`, gzipSync('[]')],
      ] as const) {
        rmSync(join(directory, path), { force: true });
        write('assets.ndjson', ndjson(PROJECT));
        write(name, content);
        const input = await readGcpInput(directory);
        expect(present(input)).toEqual([]);
        const file = INPUT_FILES.find((one) => one.key === key);
        if (file === undefined) expect(input.assets?.complete).toBe(true);
        else if (file.key !== 'disabledServices') expect(input[file.key]).toEqual({ items: [], complete: true });
      }
    },
  );

  it('bring a time, gaps of the collector and logs', async () => {
    write('keyreach-bundle.json', {
      format: 'keyreach-bundle/1',
      provider: 'gcp',
      collectedAt: '2026-01-31T00:00:00Z',
      gaps: [{ scope: 'projects/123', what: 'HMAC keys', why: 'access denied' }],
    });
    const log = write('audit-logs/cloudaudit.googleapis.com/activity/2026/01/01/00_S0.json', '{}');
    write('audit-logs/readme.txt', 'x');
    const input = await readGcpInput(directory);
    expect(input.collectedAt).toBe('2026-01-31T00:00:00.000Z');
    expect(present(input)).toMatchObject([{ scope: 'projects/123', what: 'HMAC keys', kind: 'not-collected' }]);
    expect(input.auditLogs.map(({ path }) => path)).toEqual([log]);
    expect(absent(input)).toContain('assets');
  });
});

describe('links', () => {
  it('out of the bundle are not followed', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'keyreach-outside-'));
    try {
      writeFileSync(join(outside, 'x'), ndjson(PROJECT));
      mkdirSync(join(directory, 'assets'));
      write('roles.json', []);
      symlinkSync(join(outside, 'x'), join(directory, 'assets.ndjson'));
      symlinkSync(join(outside, 'x'), join(directory, 'assets/0'));
      symlinkSync(join(outside, 'x'), join(directory, 'pab.json'));
      const input = await readGcpInput(directory);
      expect(input.assets).toMatchObject({ items: [], complete: false });
      expect(input.boundaries).toBeUndefined();
      expect(present(input).map(({ file }) => file)).toEqual(['assets.ndjson', 'assets/0', 'pab.json']);
      // What is named on the command line is meant.
      symlinkSync(join(outside, 'x'), join(directory, 'named'));
      expect(names(await readGcpInput(join(directory, 'named')))).toEqual([PROJECT.name]);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });
});

describe('what is no input', () => {
  it('is refused', async () => {
    await expect(readGcpInput(join(directory, 'nowhere'))).rejects.toMatchObject({ code: 'cannot-read' });
    await expect(readGcpInput(directory)).rejects.toMatchObject({ code: 'not-gcp' });
    await expect(readGcpInput(write('x.json', '{"hello":1}'))).rejects.toMatchObject({ code: 'not-gcp' });
  });
});

describe('several inputs', () => {
  it('in sub-directories are read each', async () => {
    write('one/assets.ndjson', ndjson(PROJECT));
    write('two/assets.ndjson', ndjson(BUCKET));
    write('aws/accounts/1/resources.json', []);
    expect(names(await readGcpInput(directory))).toEqual([PROJECT.name, BUCKET.name]);
  });

  it('add up: exported assets beside a bundle of the same organization lack nothing', async () => {
    write('one/assets.ndjson', ndjson(PROJECT));
    write('one/deny-policies.json', []);
    const input = await readGcpInputs([join(directory, 'one'), write('more', ndjson(BUCKET))]);
    expect(names(input)).toEqual([PROJECT.name, BUCKET.name]);
    expect(input.denyPolicies).toEqual({ items: [], complete: true });
    expect(present(input)).toEqual([]);
  });
});
