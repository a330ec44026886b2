import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Gap } from '@keyreach/core/graph';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AzureInput } from './azure-input.ts';
import { INPUT_FILES, type InputFileKey } from './input-files.ts';
import { azureInputFromObjects } from './input-from-objects.ts';
import { ABSENT } from './merge-inputs.ts';
import { readAzureBundles, readAzureInput, readAzureInputs } from './read-bundle.ts';
import { azureTenantInputs } from './tenant-inputs.ts';
import { GOOD_FILES } from './testing/good-files.ts';

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

const present = (input: AzureInput): readonly Gap[] => input.gaps.filter(({ why }) => why !== ABSENT);
const absent = (input: AzureInput): readonly string[] =>
  input.gaps.filter(({ why }) => why === ABSENT).map(({ what }) => what);

/** What the file of a list holds with a value for the list. */
function fileOf(key: InputFileKey, value: unknown): { readonly path: string; readonly content: unknown } {
  const { path, list } = INPUT_FILES.find((file) => file.key === key)!;
  return { path, content: list === undefined ? value : { [list]: value, further: 1 } };
}

const MARK = { format: 'keyreach-bundle/1', provider: 'azure' };

describe('a bundle', () => {
  it('says for every file that is not there what is missing and how to get it', async () => {
    write('subscriptions.json', GOOD_FILES.subscriptions);
    const input = await readAzureInput(directory);
    const expected = INPUT_FILES.filter(({ key, optional }) => key !== 'subscriptions' && optional !== true);
    expect(absent(input)).toEqual(expected.map(({ what }) => what));
    for (const gap of input.gaps)
      expect(gap).toMatchObject({ kind: 'missing-file', fix: expect.stringMatching(/^az /), file: expect.any(String) });
  });

  it.each(INPUT_FILES.map(({ key }) => key))('reads %s, packed or not, with fields nobody knows', async (key) => {
    write('keyreach-bundle.json', MARK);
    const { path, content } = fileOf(key, GOOD_FILES[key]);
    write(path, content);
    const plain = await readAzureInput(directory);
    expect([plain[key]?.items.length, plain[key]?.complete, present(plain)]).toEqual([1, true, []]);
    rmSync(join(directory, path));
    write(`${path}.gz`, gzipSync(JSON.stringify(content)));
    expect(await readAzureInput(directory)).toEqual(plain);
  });

  it.each(INPUT_FILES.map(({ key }) => key))('reads %s as a reply or as pages of it', async (key) => {
    write('keyreach-bundle.json', MARK);
    const [element] = GOOD_FILES[key] as readonly unknown[];
    const reply = { '@odata.context': 'x', value: [element] };
    for (const [content, count, complete] of [
      [reply, 1, true],
      [
        [
          { value: [element], nextLink: 'https://x' },
          { data: [], count: 0 },
        ],
        1,
        true,
      ],
      [{ ...reply, '@odata.nextLink': 'https://x' }, 1, false],
      [{ data: [element], $skipToken: 'x', resultTruncated: 'false' }, 1, false],
      [[], 0, true],
      [{ value: [] }, 0, true],
    ] as const) {
      write(fileOf(key, content).path, fileOf(key, content).content);
      const listed = (await readAzureInput(directory))[key];
      expect([listed?.items.length, listed?.complete]).toEqual([count, complete]);
    }
  });

  it.each(
    INPUT_FILES.flatMap(({ key, what }) =>
      (
        [
          ['empty', ''],
          ['truncated', '[{"id": "x'],
          ['of the wrong shape', '7'],
          ['no text', new Uint8Array([0xff, 0xfe, 0xfd, 0x00, 0xd8])],
        ] as const
      ).map(([how, content]) => [key, how, what, content] as const),
    ),
  )('tells that the file of %s is %s', async (key, _, what, content) => {
    write('keyreach-bundle.json', MARK);
    const { path } = fileOf(key, []);
    write(path, content);
    const input = await readAzureInput(directory);
    expect(input[key]).toBeUndefined();
    expect(present(input)).toContainEqual(
      expect.objectContaining({ what, file: path, kind: 'bad-input', fix: expect.any(String) }),
    );
    expect(present(input)).toHaveLength(path === 'pim.json' ? 2 : 1);
    expect(absent(input)).not.toContain(what);
  });

  it.each(INPUT_FILES.map(({ key }) => key))('keeps the good elements of %s, and is not all of it', async (key) => {
    write('keyreach-bundle.json', MARK);
    const value = [...(GOOD_FILES[key] as readonly unknown[]), { id: 7, further: 'x' }, 'x'];
    const { path, content } = fileOf(key, value);
    write(path, content);
    const input = await readAzureInput(directory);
    expect([input[key]?.items.length, input[key]?.complete]).toEqual([1, false]);
    expect(present(input).length).toBeGreaterThanOrEqual(2);
    expect(JSON.stringify(present(input))).not.toContain('further');
  });

  it('does not take the list that pim.json lacks for an empty one', async () => {
    write('pim.json', { roleAssignmentScheduleInstances: [] });
    const input = await readAzureInput(directory);
    expect(input.roleSchedules).toEqual({ items: [], complete: true });
    expect(input.roleEligibilities).toBeUndefined();
    expect(absent(input)).toContain('eligible roles of Azure');
  });

  it('carries its own gaps and time, recorded use and files of logs', async () => {
    write('keyreach-bundle.json', {
      ...MARK,
      collectedAt: '2026-05-01T00:00:00Z',
      gaps: [{ scope: '/subscriptions/s', what: 'deny assignments', why: 'access denied' }],
    });
    write('activity-logs/a/x.json.gz', gzipSync('[]'));
    write('sign-in-logs/x.ndjson', '');
    write('graph-activity-logs/x.json', '[]');
    write('activity-logs/readme.txt', 'no log');
    symlinkSync('/etc/hostname', join(directory, 'activity-logs', 'link.json'));
    const row = { kind: 'arm', action: 'a', count: 0, failed: 1 };
    write('usage/x.json', { format: 'keyreach-azure-usage/1', source: 'x', rows: [row], coverage: [] });
    write('usage/y.json', '{');
    const input = await readAzureInput(directory);
    expect(input.collectedAt).toBe('2026-05-01T00:00:00.000Z');
    expect(input.gaps[0]).toMatchObject({ scope: '/subscriptions/s', kind: 'not-collected' });
    const logs = [input.activityLogs, input.signInLogs, input.graphActivityLogs];
    expect(logs.map((files) => files.map(({ shown }) => shown))).toEqual([
      ['activity-logs/a/x.json.gz'],
      ['sign-in-logs/x.ndjson'],
      ['graph-activity-logs/x.json'],
    ]);
    expect(input.recordedUse).toEqual([{ source: 'x', rows: [row], coverage: [] }]);
    expect(present(input).map(({ file }) => file)).toEqual([undefined, 'usage/y.json', 'activity-logs/link.json']);
  });

  it('does not read what a link outside leads to', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'keyreach-'));
    writeFileSync(join(outside, 'users.json'), JSON.stringify(GOOD_FILES.users));
    write('graph/groups.json', []);
    symlinkSync(join(outside, 'users.json'), join(directory, 'graph', 'users.json'));
    const input = await readAzureInput(directory);
    rmSync(outside, { recursive: true });
    expect(input.users).toBeUndefined();
    expect(present(input)[0]?.why).toContain('leads out of the bundle');
  });

  it('is the same for values in memory', async () => {
    for (const { key, path, list } of INPUT_FILES) if (list === undefined) write(path, GOOD_FILES[key]);
    write('pim.json', {
      roleEligibilityScheduleInstances: GOOD_FILES.roleEligibilities,
      roleAssignmentScheduleInstances: GOOD_FILES.roleSchedules,
    });
    expect(azureInputFromObjects(GOOD_FILES)).toEqual(await readAzureInput(directory));
  });

  it('may lie with others in one directory, of one tenant or several', async () => {
    const subscriptions = (id: string, tenantId: string): readonly unknown[] => [{ subscriptionId: id, tenantId }];
    write('one/subscriptions.json', subscriptions('S1', 'T1'));
    write('one/graph/users.json', GOOD_FILES.users);
    write('two/subscriptions.json', subscriptions('S2', 'T1'));
    write('three/subscriptions.json', subscriptions('S3', 'T0'));
    write('log/usage/x.json', { format: 'keyreach-azure-usage/1', source: 'x', rows: [], coverage: [] });
    write('log/keyreach-bundle.json', MARK);
    const bundles = await readAzureBundles(directory);
    expect(bundles).toHaveLength(4);
    const tenants = azureTenantInputs(bundles);
    const ids = tenants.map((input) => input.subscriptions?.items.map(({ subscriptionId }) => subscriptionId));
    expect(ids).toEqual([['S3'], ['S1', 'S2'], undefined]);
    expect(tenants[1]?.users?.complete).toBe(true);
    const joined = azureTenantInputs(bundles.filter((input) => input.subscriptions?.items[0]?.tenantId !== 'T0'));
    expect(joined.map((input) => [input.subscriptions?.items.length, input.recordedUse.length])).toEqual([[2, 1]]);
    const apart = await readAzureInputs([join(directory, 'one'), join(directory, 'two')]);
    expect(apart.subscriptions?.items).toHaveLength(2);
  });

  it('throws for what is not there, and for what is no Azure input', async () => {
    await expect(readAzureInput(join(directory, 'none'))).rejects.toMatchObject({ code: 'cannot-read' });
    await expect(readAzureInput(directory)).rejects.toMatchObject({ code: 'not-azure' });
    await expect(readAzureInput(write('x.json', { UserDetailList: [] }))).rejects.toMatchObject({ code: 'not-azure' });
  });
});

describe('a single file', () => {
  const flat = {
    id: '/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/a',
    scope: '/subscriptions/s',
    roleDefinitionId: '/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/r',
    principalId: 'p',
    principalType: 'ServicePrincipal',
    type: 'Microsoft.Authorization/roleAssignments',
  };

  it('is read whatever it is called', async () => {
    const input = await readAzureInput(write('whatever', gzipSync(JSON.stringify([flat], null, 2))));
    expect(input.roleAssignments?.items).toMatchObject([{ scope: '/subscriptions/s', principalId: 'p' }]);
    expect(absent(input)).toContain('role definitions');
  });

  it('of logs is left to the step that reads logs, in a directory too', async () => {
    const record = { eventTimestamp: '2026-01-01T00:00:00Z', operationName: { value: 'x' }, caller: 'y' };
    expect((await readAzureInput(write('log.json', [record]))).activityLogs).toMatchObject([{ shown: 'log.json' }]);
    const sign = { createdDateTime: '2026-01-01T00:00:00Z', servicePrincipalCredentialKeyId: 'k' };
    write('y=2026/m=01/PT1H.json', sign);
    const input = await readAzureInput(directory);
    expect([input.activityLogs.length, input.signInLogs.map(({ shown }) => shown)]).toEqual([
      1,
      ['y=2026/m=01/PT1H.json'],
    ]);
  });

  it('that is damaged is told', async () => {
    const input = await readAzureInput(write('x.json', `${JSON.stringify([flat]).slice(0, -1)},`));
    expect(present(input)).toMatchObject([{ what: 'role assignments', file: 'x.json', kind: 'bad-input' }]);
  });
});
