import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { normalizeGcp } from '../normalize/normalize.ts';
import { ASSET_LISTS, ASSETS_FILE, INPUT_FILES } from './input-files.ts';
import { gcpInputFromObjects } from './input-from-objects.ts';

const page = readFileSync(fileURLToPath(new URL('../../../../docs/bundles-gcp.md', import.meta.url)), 'utf8');

/** The text of the example of a file on the page. */
function example(file: string): string {
  const start = page.indexOf('```json\n', page.indexOf(`<!-- read as ${file} -->`)) + '```json\n'.length;
  return page.slice(start, page.indexOf('\n```', start));
}

describe('docs/bundles-gcp.md', () => {
  it('names every file of a bundle', () => {
    const rows = [...page.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell = '']) => cell.split(', '));
    const known = [ASSETS_FILE, ...INPUT_FILES, ...ASSET_LISTS].map(({ path }) => `\`${path}\``);
    const forms = ['`assets-*.ndjson`', '`assets.json`', '`assets/`'];
    const others = ['`keyreach-bundle.json`', '`audit-logs/`', '`audit-usage.json`'];
    expect(rows.toSorted()).toEqual([...known, ...forms, ...others].toSorted());
  });

  it('has examples that are read as they stand', () => {
    const input = gcpInputFromObjects({
      assets: example('assets.ndjson')
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
      roles: JSON.parse(example('roles.json')),
      denyPolicies: JSON.parse(example('deny-policies.json')),
      boundaries: JSON.parse(example('pab.json')),
      groups: JSON.parse(example('groups.json')),
    });
    expect(input.gaps.filter(({ kind }) => kind !== 'missing-file')).toEqual([]);
    expect(input.assets?.items).toHaveLength(3);
    const graph = normalizeGcp(input, { now: '2026-01-01T00:00:00.000Z' });
    const project = '//cloudresourcemanager.googleapis.com/projects/720000000001';
    expect(graph.attachments.filter(({ node }) => node === project)).toMatchObject([
      { policy: expect.stringContaining('denypolicies/no-keys') },
      { policy: 'roles/run.admin', name: 'until summer' },
    ]);
    expect(graph.edges.filter(({ type }) => type === 'member-of').map(({ from, to }) => `${from} ${to}`)).toEqual(
      expect.arrayContaining([
        'group:on-call@example.com group:admins@example.com',
        'user:joe@example.com group:on-call@example.com',
        'user:mia@example.com group:admins@example.com',
      ]),
    );
  });
});
