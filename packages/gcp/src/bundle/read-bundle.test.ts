import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Gap } from '@keyreach/core/graph';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { detectGcpInput } from './detect-input.ts';
import type { GcpInput } from './gcp-input.ts';
import { ASSET_LISTS, INPUT_FILES, type InputFileKey } from './input-files.ts';
import { gcpInputFromObjects } from './input-from-objects.ts';
import { ABSENT } from './merge-inputs.ts';
import { readGcpInput, readGcpInputs } from './read-bundle.ts';

const P = '//cloudresourcemanager.googleapis.com/projects/123';
const BINDINGS = [{ role: 'roles/viewer', members: ['user:a@x.example'] }];
const POLICY = {
  name: P,
  assetType: 'cloudresourcemanager.googleapis.com/Project',
  ancestors: ['projects/123', 'organizations/1'],
  iamPolicy: { bindings: BINDINGS },
};
const RESOURCE = {
  name: P,
  asset_type: 'cloudresourcemanager.googleapis.com/Project',
  update_time: '2026-01-01T00:00:00Z',
  ancestors: ['projects/123', 'organizations/1'],
  resource: { version: 'v1', data: { projectId: 'shop' } },
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

const lines = (...records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');
const present = (input: GcpInput): readonly Gap[] => input.gaps.filter(({ why }) => why !== ABSENT);
const absent = (input: GcpInput): readonly string[] =>
  input.gaps.filter(({ why }) => why === ABSENT).map(({ what }) => what);

/** One good value for each file, with fields nobody knows. */
const GOOD: Readonly<Record<InputFileKey, unknown>> = {
  roles: [{ name: 'roles/x', includedPermissions: ['a.b.c'], further: 1 }],
  denyPolicies: [
    { name: 'policies/cloudresourcemanager.googleapis.com%2Fprojects%2F1/denypolicies/d', rules: [], further: 1 },
  ],
  boundaries: { principalAccessBoundaryPolicies: [], policyBindings: [], further: 1 },
  groups: { 'group:a@x.example': ['user:b@x.example'] },
  serviceAccountKeys: [{ name: `projects/p/serviceAccounts/a@p.iam.gserviceaccount.com/keys/k`, further: 1 }],
  hmacKeys: [{ accessId: 'GOOG1EXAMPLE', further: 1 }],
  apiKeys: [{ name: 'projects/1/locations/global/keys/u', further: 1 }],
  pools: { pools: [{ name: 'projects/1/locations/global/workloadIdentityPools/ci', further: 1 }], providers: [] },
  activities: [{ fullResourceName: '//x', activityType: 'serviceAccountLastAuthentication', activity: {}, further: 1 }],
  insights: [{ name: 'x', insightSubtype: 'SERVICE_ACCOUNT_USAGE', content: {}, further: 1 }],
  authCounters: [{ metric: {}, further: 1 }],
  delegations: [{ clientId: '1', scopes: ['s'], further: 1 }],
  effectiveTags: [{ resource: P, effectiveTags: [{ tagValue: 'tagValues/1' }], further: 1 }],
  orgPolicies: [{ name: 'projects/1/policies/iam.disableServiceAccountKeyCreation', spec: {}, further: 1 }],
  disabledServices: [{ project: '1', service: 'run.googleapis.com', further: 1 }],
};

const isThere = (input: GcpInput, key: InputFileKey): boolean =>
  key === 'disabledServices' ? input.disabledServices.length > 0 : input[key] !== undefined;

describe('a bundle', () => {
  it('says for every file that is not there what is missing and how to get it', async () => {
    write('assets.ndjson', lines(POLICY));
    const input = await readGcpInput(directory);
    expect(absent(input)).toEqual(INPUT_FILES.filter(({ optional }) => optional !== true).map(({ what }) => what));
    for (const gap of input.gaps)
      expect(gap).toMatchObject({
        kind: 'missing-file',
        fix: expect.stringMatching(/\w+ \w+/),
        file: expect.any(String),
      });
  });

  it.each(INPUT_FILES.map(({ key, path }) => [path, key] as const))(
    'reads %s, packed or not, with fields nobody knows',
    async (path, key) => {
      write('assets.ndjson', lines(POLICY));
      write(path, GOOD[key]);
      const plain = await readGcpInput(directory);
      expect([isThere(plain, key), present(plain)]).toEqual([true, []]);
      rmSync(join(directory, path));
      write(`${path}.gz`, gzipSync(JSON.stringify(GOOD[key])));
      expect(await readGcpInput(directory)).toEqual(plain);
    },
  );

  it.each(
    [...INPUT_FILES, ...ASSET_LISTS].flatMap(({ path, what }) =>
      (
        [
          ['empty', ''],
          ['truncated', '[{"name": "x'],
          ['of the wrong shape', '7'],
          ['no text', new Uint8Array([0xff, 0xfe, 0xfd, 0x00, 0xd8])],
        ] as const
      ).map(([how, content]) => [path, how, what, content] as const),
    ),
  )('tells that %s is %s', async (path, _, what, content) => {
    write('assets.ndjson', lines(POLICY));
    write(path, content);
    const input = await readGcpInput(directory);
    expect(present(input)).toHaveLength(1);
    expect(present(input)[0]).toMatchObject({ what, file: path, kind: 'bad-input', fix: expect.any(String) });
    expect(absent(input)).not.toContain(what);
    expect(input.assets?.items).toHaveLength(1);
  });

  it('keeps the good elements of a list, and says which were not', async () => {
    write('assets.ndjson', lines(POLICY));
    write('roles.json', [...(GOOD.roles as readonly unknown[]), { name: 7 }]);
    const input = await readGcpInput(directory);
    expect(input.roles).toMatchObject({ items: [{ name: 'roles/x' }], complete: false });
    expect(present(input)[0]).toMatchObject({
      why: '[1].name: expected a string, not empty and of ordinary length',
      file: 'roles.json',
    });
  });

  it('does not take a page for all of a list', async () => {
    write('assets.ndjson', lines(POLICY));
    write('deny-policies.json', { policies: [], nextPageToken: 'x' });
    write('hmac-keys.json', {});
    write('api-keys.json', [{ keys: [{ name: 'projects/1/locations/global/keys/u' }] }, { keys: [] }]);
    const input = await readGcpInput(directory);
    expect(input.denyPolicies).toEqual({ items: [], complete: false });
    expect(input.hmacKeys).toEqual({ items: [], complete: true });
    expect(input.apiKeys?.items).toHaveLength(1);
  });

  it('does not take a list of roles without permissions for roles that grant nothing', async () => {
    write('assets.ndjson', lines(POLICY));
    write('roles.json', [{ name: 'roles/x', title: 'X' }]);
    const input = await readGcpInput(directory);
    expect(input.roles).toBeUndefined();
    expect(present(input)[0]?.why).toContain('view=FULL');
  });

  it('carries its own gaps and time, and files of logs', async () => {
    write('keyreach-bundle.json', {
      format: 'keyreach-bundle/1',
      provider: 'gcp',
      collectedAt: '2026-05-01T00:00:00Z',
      gaps: [{ scope: 'projects/1', what: 'API keys', why: 'access denied' }],
    });
    write('audit-logs/a/x.json.gz', gzipSync('[]'));
    write('audit-logs/readme.txt', 'no log');
    const input = await readGcpInput(directory);
    expect(input.collectedAt).toBe('2026-05-01T00:00:00.000Z');
    expect(input.gaps[0]).toMatchObject({ scope: 'projects/1', kind: 'not-collected' });
    expect(input.auditLogs.map(({ shown }) => shown)).toEqual(['audit-logs/a/x.json.gz']);
    expect(absent(input)).toContain('assets');
  });

  it('may lie with others in one directory', async () => {
    write('one/assets.ndjson', lines(POLICY));
    write('two/assets.ndjson', lines(RESOURCE));
    write('two/roles.json', GOOD.roles);
    const input = await readGcpInput(directory);
    expect(input.assets?.items).toMatchObject([{ iamPolicy: {}, resource: { data: { projectId: 'shop' } } }]);
    expect(absent(input)).not.toContain('roles');
    const apart = await readGcpInputs([join(directory, 'one'), join(directory, 'two')]);
    expect(apart.assets).toEqual(input.assets);
  });

  it('does not read what a link outside leads to', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'keyreach-'));
    writeFileSync(join(outside, 'a.ndjson'), lines(POLICY));
    write('deny-policies.json', []);
    symlinkSync(join(outside, 'a.ndjson'), join(directory, 'assets.ndjson'));
    const input = await readGcpInput(directory);
    rmSync(outside, { recursive: true });
    expect(input.assets?.items).toEqual([]);
    expect(present(input)[0]?.why).toContain('leads out of the bundle');
  });

  it('is the same for values in memory', async () => {
    write('assets.ndjson', lines(POLICY, RESOURCE));
    for (const { key, path } of INPUT_FILES) write(path, GOOD[key]);
    expect(gcpInputFromObjects({ assets: [POLICY, RESOURCE], ...GOOD })).toEqual(await readGcpInput(directory));
  });

  it('throws for what is not there, and for what is no Google Cloud input', async () => {
    await expect(readGcpInput(join(directory, 'none'))).rejects.toMatchObject({ code: 'cannot-read' });
    await expect(readGcpInput(directory)).rejects.toMatchObject({ code: 'not-gcp' });
    await expect(readGcpInput(write('x.json', { UserDetailList: [] }))).rejects.toMatchObject({ code: 'not-gcp' });
  });
});

describe('the inventory', () => {
  const kinds: readonly (readonly [string, string])[] = [
    ['one a line', lines(POLICY, RESOURCE)],
    ['one over several lines', `${JSON.stringify(POLICY, null, 2)}\n${JSON.stringify(RESOURCE, null, 2)}`],
    ['a list', JSON.stringify([POLICY, RESOURCE])],
    ['replies of assets.list', JSON.stringify({ readTime: 'x', assets: [POLICY, RESOURCE], nextPageToken: '' })],
    ['replies one after another', lines({ assets: [POLICY] }, { readTime: 'x' }, { assets: [RESOURCE] })],
  ];

  it.each(kinds)('is read as %s, of any name, packed or not', async (_, text) => {
    const plain = await readGcpInput(write('whatever.json', text));
    expect(plain.assets).toMatchObject({
      complete: true,
      hasResources: true,
      hasPolicies: true,
      hasOrgPolicies: false,
    });
    expect(plain.assets?.items).toEqual([
      {
        name: P,
        assetType: 'cloudresourcemanager.googleapis.com/Project',
        ancestors: ['projects/123', 'organizations/1'],
        updateTime: '2026-01-01T00:00:00.000Z',
        resource: { version: 'v1', data: { projectId: 'shop' } },
        iamPolicy: { bindings: { items: BINDINGS, complete: true }, auditConfigs: { items: [], complete: true } },
      },
    ]);
    const packed = await readGcpInput(write('packed', gzipSync(text)));
    expect(packed.assets).toEqual(plain.assets);
  });

  it('is read from searches of policies', async () => {
    const result = {
      resource: '//cloudresourcemanager.googleapis.com/projects/shop',
      assetType: POLICY.assetType,
      project: 'projects/123',
      folders: ['folders/9'],
      organization: 'organizations/1',
      policy: { bindings: BINDINGS },
    };
    const input = await readGcpInput(write('search.json', { results: [result] }));
    expect(input.assets?.items).toMatchObject([
      {
        name: '//cloudresourcemanager.googleapis.com/projects/shop',
        ancestors: ['projects/123', 'folders/9', 'organizations/1'],
        iamPolicy: { bindings: { items: BINDINGS } },
      },
    ]);
    expect(input.assets).toMatchObject({ hasResources: false, hasPolicies: true });
  });

  it('has audit configuration with types of logs as names or numbers', async () => {
    const audit = {
      service: 'allServices',
      audit_log_configs: [
        { log_type: 1 },
        { log_type: 2, exempted_members: ['user:a@x.example'] },
        { log_type: 'DATA_READ' },
      ],
    };
    const input = await readGcpInput(write('a.ndjson', lines({ ...RESOURCE, iam_policy: { audit_configs: [audit] } })));
    expect(input.assets?.items[0]?.iamPolicy?.auditConfigs.items).toEqual([
      {
        service: 'allServices',
        logs: [
          { type: 'ADMIN_READ', exemptedMembers: [] },
          { type: 'DATA_WRITE', exemptedMembers: ['user:a@x.example'] },
          { type: 'DATA_READ', exemptedMembers: [] },
        ],
      },
    ]);
  });

  it('may be several files, and exports of one file a type', async () => {
    write('assets.ndjson', lines(POLICY));
    write('assets-resources.ndjson.gz', gzipSync(lines(RESOURCE)));
    write(
      'assets/run.googleapis.com/Service/0',
      lines({ ...RESOURCE, name: '//run.googleapis.com/x', asset_type: 'run.googleapis.com/Service' }),
    );
    expect((await readGcpInput(directory)).assets?.items).toHaveLength(2);
    rmSync(join(directory, 'assets.ndjson'));
    rmSync(join(directory, 'assets-resources.ndjson.gz'));
    expect(await detectGcpInput(directory, undefined)).toBe(true);
    expect((await readGcpInput(directory)).assets?.items).toHaveLength(1);
  });

  it.each([
    [
      'a damaged line',
      `${lines(POLICY)}{"name": "//x\n${lines({ ...RESOURCE, name: '//storage.googleapis.com/b' })}`,
      2,
    ],
    ['a record that is none', lines(POLICY, { hello: 1 }), 1],
    ['an end that is missing', `${lines(POLICY)}${JSON.stringify(RESOURCE).slice(0, 50)}`, 1],
  ])('goes on after %s, and does not pass for complete', async (_, text, count) => {
    const input = await readGcpInput(write('a.ndjson', text));
    expect(input.assets?.items).toHaveLength(count);
    expect(input.assets?.complete).toBe(false);
    expect(present(input)).toMatchObject([{ what: 'assets', file: 'a.ndjson', kind: 'bad-input' }]);
    expect(present(input)[0]?.why).toMatch(/record 2|byte \d+/);
  });

  it('is told where it is empty or truncated in a bundle', async () => {
    write('deny-policies.json', []);
    write('assets.ndjson', '');
    expect(present(await readGcpInput(directory))[0]).toMatchObject({ what: 'assets', why: 'an empty file' });
    write(
      'assets.ndjson',
      gzipSync(
        lines(...Array.from({ length: 500 }, (_, index) => ({ ...POLICY, name: `//x/${index * 7919}` }))),
      ).subarray(0, 900),
    );
    const cut = await readGcpInput(directory);
    expect(cut.assets?.complete).toBe(false);
    expect(present(cut)[0]).toMatchObject({ what: 'assets', file: 'assets.ndjson' });
  });

  it('counts the newer of two records of one name, whatever their order', async () => {
    const older = { ...RESOURCE, update_time: '2025-01-01T00:00:00Z', resource: { data: { projectId: 'old' } } };
    for (const order of [lines(older, RESOURCE), lines(RESOURCE, older)]) {
      const input = await readGcpInput(write('a.ndjson', order));
      expect(input.assets?.items[0]?.resource?.data).toEqual({ projectId: 'shop' });
    }
  });
});

describe('detection', () => {
  it('knows bundles, inventories and logs, and nothing of other providers', async () => {
    const head = (text: string): Uint8Array => new TextEncoder().encode(text);
    const log = { logName: 'projects/p/logs/cloudaudit.googleapis.com%2Factivity', protoPayload: {} };
    expect(await detectGcpInput('x', head(lines(POLICY)))).toBe(true);
    expect(await detectGcpInput('x', gzipSync(lines(RESOURCE)))).toBe(true);
    expect(await detectGcpInput('x', head(lines(log)))).toBe(true);
    for (const other of [
      { UserDetailList: [] },
      { Records: [{ eventVersion: '1' }] },
      { name: 'a', id: '/subscriptions/1', type: 't' },
    ])
      expect(await detectGcpInput('x', head(JSON.stringify(other)))).toBe(false);
    expect(await detectGcpInput(directory, undefined)).toBe(false);
    write('keyreach-bundle.json', { format: 'keyreach-bundle/1', provider: 'aws' });
    write('assets.ndjson', lines(POLICY));
    expect(await detectGcpInput(directory, undefined)).toBe(true);
    write('keyreach-bundle.json', { format: 'keyreach-bundle/1', provider: 'gcp' });
    expect(await detectGcpInput(directory, undefined)).toBe(true);
    expect(await detectGcpInput(join(directory, 'none'), undefined)).toBe(false);
    const lone = await readGcpInput(write('log.json', lines(log)));
    expect(lone.auditLogs).toHaveLength(1);
  });
});
