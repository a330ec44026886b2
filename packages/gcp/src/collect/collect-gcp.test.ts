import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { collectGcp, type GcpCollectOptions, type GcpCollectResult } from './collect-gcp.ts';
import { METHODS } from './methods.ts';
import type { GcpCollectPart } from './part.ts';
import { GCP_COLLECT_PARTS } from './parts/index.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'keyreach-collect-gcp-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const none = async () => ({ items: [] });

/** Collects one project with some parts; `answer` gives the reply to a path, `{}` where it gives none. */
function collect(
  name: string,
  parts: readonly GcpCollectPart[],
  answer: (path: string, query: URLSearchParams) => object | undefined,
  more: Partial<GcpCollectOptions> = {},
): Promise<GcpCollectResult> {
  return collectGcp({
    output: join(root, name),
    now: '2026-06-01T00:00:00.000Z',
    projects: ['shop'],
    parts,
    transport: {
      send: async ({ url }) => {
        const { pathname, searchParams } = new URL(url);
        const project = { name: 'projects/7', projectId: 'shop', state: 'ACTIVE', parent: 'folders/5' };
        const reply = pathname === '/v3/projects/shop' ? project : (answer(pathname, searchParams) ?? {});
        return { status: 200, text: JSON.stringify(reply) };
      },
      renew: () => undefined,
    },
    boundaries: { policies: none, bindings: none, bindingsOf: none },
    ...more,
  });
}

const read = (name: string, file: string): string => readFileSync(join(root, name, file), 'utf8');

const partOf = (name: string): readonly GcpCollectPart[] => GCP_COLLECT_PARTS.filter((part) => part.name === name);

it.each([
  ['a record that is none', { assets: [{ name: '//a', assetType: 't' }, 7] }],
  ['no list', { assets: { name: '//a' } }],
])('an inventory with %s is not taken for all there is', async (_, reply) => {
  const policies = partOf('assets-iam-policy');
  const { gaps } = await collect('odd', policies, () => reply, { refresh: true });
  expect(gaps.map(({ what }) => what)).toContain('records of the inventory');
  expect(read('odd', 'assets.ndjson').trimEnd().split('\n').at(-1)).toBe('{"unread":"a part of the inventory"}');
});

it('an inventory that refuses each type is one that was not read', async () => {
  let now = 0;
  const { gaps } = await collect('refused', partOf('assets-resource'), () => undefined, {
    transport: {
      send: async ({ url }) =>
        url.includes('/assets?')
          ? { status: 400, text: '{"error":{"code":400,"status":"INVALID_ARGUMENT"}}' }
          : { status: 200, text: '{"name":"projects/7","projectId":"shop","parent":"folders/5"}' },
      renew: () => undefined,
    },
    clock: {
      milliseconds: () => now,
      sleep: async (milliseconds) => {
        now += milliseconds;
      },
    },
  });
  expect(gaps.filter(({ what }) => what === 'resources').map(({ why }) => why)).toEqual([
    'cloudasset.googleapis.com assets.list failed: INVALID_ARGUMENT',
  ]);
  expect(gaps.filter(({ what }) => what.startsWith('resources of type'))).toEqual([]);
});

it('a part makes the calls it declares, so that the permissions it prints are those it needs', async () => {
  const part: GcpCollectPart = {
    name: 'sly',
    what: 'keys',
    owners: 'projects',
    files: ['api-keys.json'],
    methods: [METHODS.apiKeys],
    run: async (calls) => {
      await calls.listed(
        'keys',
        { method: METHODS.serviceAccounts, path: '/v1/projects/shop/serviceAccounts' },
        'keys',
      );
      return undefined;
    },
  };
  await expect(collect('sly', [part], () => undefined)).rejects.toThrow('does not declare the method');
});

it('a project that was asked for alone has no boundaries but those that are bound in it, and not all of them', async () => {
  const part = partOf('principal-access-boundaries');
  const binding = { name: 'projects/7/locations/global/policyBindings/b', policy: 'organizations/1/…/p' };
  const bound = { policies: none, bindings: none, bindingsOf: async () => ({ items: [binding] }) };
  await collect('bound', part, () => undefined, { boundaries: bound });
  expect(JSON.parse(read('bound', 'pab.json'))).toEqual({
    principalAccessBoundaryPolicies: [{}],
    policyBindings: [binding, {}],
  });
  await collect('unbound', part, () => undefined);
  expect(() => read('unbound', 'pab.json')).toThrow('ENOENT');
});
