import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { normalizeAzure } from '../normalize/normalize.ts';
import { INPUT_FILES, LOG_DIRECTORIES } from './input-files.ts';
import { azureInputFromObjects } from './input-from-objects.ts';

const page = readFileSync(fileURLToPath(new URL('../../../../docs/bundles-azure.md', import.meta.url)), 'utf8');

/** The example of a file on the page. */
function example(file: string): unknown {
  const start = page.indexOf('```json\n', page.indexOf(`<!-- read as ${file} -->`)) + '```json\n'.length;
  return JSON.parse(page.slice(start, page.indexOf('\n```', start)));
}

describe('docs/bundles-azure.md', () => {
  it('names every file of a bundle', () => {
    const rows = [...page.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell = '']) => cell.split(', '));
    const files = [...new Set(INPUT_FILES.map(({ path }) => `\`${path}\``))];
    const logs = LOG_DIRECTORIES.map(({ path }) => `\`${path}/\``);
    const others = ['`keyreach-bundle.json`', '`usage/`'];
    expect(rows.toSorted()).toEqual([...files, ...logs, ...others].toSorted());
  });

  it('has examples that are read as they stand', () => {
    const input = azureInputFromObjects({
      resources: example('resources.json'),
      roleAssignments: example('role-assignments.json'),
      roleDefinitions: example('role-definitions.json'),
      applications: example('graph/applications.json'),
      federatedCredentials: example('graph/federatedIdentityCredentials.json'),
      recordedUse: [example('usage/')],
    });
    expect(input.gaps.filter(({ kind }) => kind !== 'missing-file')).toEqual([]);
    expect([input.recordedUse[0]?.rows.length, input.recordedUse[0]?.coverage.length]).toEqual([1, 1]);
    const graph = normalizeAzure(input, { now: '2026-01-01T00:00:00.000Z' });
    expect(graph.policies.filter(({ name }) => name === 'Reader')).toHaveLength(1);
    const credentials = graph.nodes.filter(({ kind }) => kind === 'credential').map(({ type }) => type);
    expect(credentials.toSorted()).toEqual([
      'client-secret',
      'federated-identity-credential',
      'managed-identity-attachment',
    ]);
  });
});
