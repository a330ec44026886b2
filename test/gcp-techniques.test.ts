import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { gcpTechniques, helperTechniques, LEGACY_PERMISSIONS, techniquePermissions } from '@keyreach/gcp/offline';
import { describe, expect, test } from 'vitest';
import { sharedData } from './shared-data.ts';

const roles = sharedData('gcp/roles.json.gz');
const facts = sharedData('../domain/gcp.md');

/** Names of the rows of section 3. */
function slugsIn(text: string): readonly string[] {
  const start = text.indexOf('\n## 3.');
  const section = text.slice(start, text.indexOf('\n## ', start + 5));
  return section
    .split('\n')
    .map((line) => /^\|([a-z][a-z0-9-]+)\|/.exec(line)?.[1])
    .filter((slug): slug is string => slug !== undefined && slug !== 'slug');
}

describe('the tables of techniques of Google Cloud', () => {
  test.skipIf(roles === undefined)('name permissions that some predefined role has', () => {
    const list = JSON.parse(gunzipSync(readFileSync(roles ?? '')).toString('utf8')) as readonly {
      readonly includedPermissions?: readonly string[];
    }[];
    const known = new Set([
      ...list.flatMap(({ includedPermissions = [] }) => includedPermissions),
      ...LEGACY_PERMISSIONS,
    ]);
    expect(techniquePermissions.filter((name) => !known.has(name))).toEqual([]);
  });

  test.skipIf(facts === undefined)('have every row of the domain page exactly once', () => {
    const slugs = slugsIn(readFileSync(facts ?? '', 'utf8'));
    expect(slugs.length).toBeGreaterThan(120);
    const techniques = gcpTechniques.techniques.map((row) => ('slug' in row ? String(row.slug) : ''));
    const built = new Set([...techniques, ...helperTechniques.map(({ slug }) => slug)]);
    expect(slugs.filter((slug) => !built.has(slug))).toEqual([]);
    expect([...built].filter((slug) => !slugs.includes(slug))).toEqual([]);
  });
});
