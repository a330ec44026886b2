import { describe, expect, test } from 'vitest';
import { knownPermission, knownPermissions, LEGACY_PERMISSIONS } from '../catalogue/known-permissions.ts';
import { gcpTechniqueRows, gcpTechniques } from './gcp-techniques.ts';
import { helperTechniques } from './helper-techniques.ts';
import { inertPolicies } from './inert-policies.ts';
import { gcpPredicates } from './predicates.ts';
import { permissionsIn, techniquePermissions } from './technique-permissions.ts';
import type { PermissionName } from './technique-row.ts';

describe('techniques of Google Cloud', () => {
  test('ids are unique, and made of the name of the row', () => {
    const ids = gcpTechniqueRows.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const { id, slug } of gcpTechniqueRows) {
      expect(id === `gcp-${slug}` || id.startsWith(`gcp-${slug}-`)).toBe(true);
    }
  });

  test('no row is both a technique and beside them', () => {
    const slugs = new Set(gcpTechniqueRows.map(({ slug }) => slug));
    expect(helperTechniques.filter(({ slug }) => slugs.has(slug))).toEqual([]);
    const helpers = helperTechniques.map(({ slug }) => slug);
    expect(helpers).toEqual([...new Set(helpers)]);
  });

  test('every permission to change a policy has a row, or a reason why it leads nowhere', () => {
    const rows = new Set(gcpTechniqueRows.flatMap(({ requires }) => permissionsIn(requires)));
    const inert = inertPolicies.flatMap(({ permissions }) => permissions);
    const all = knownPermissions.map(({ name }) => name).filter((name) => name.endsWith('.setIamPolicy'));
    expect(all.length).toBeGreaterThan(300);
    expect(all.filter((name) => !rows.has(name as PermissionName) && !inert.includes(name as PermissionName))).toEqual(
      [],
    );
    expect(inert.filter((name) => rows.has(name) || !all.includes(name))).toEqual([]);
    expect(inert).toEqual([...new Set(inert)]);
    for (const { reason } of inertPolicies) expect(reason).not.toBe('');
  });

  test('every predicate is named by a row, and the catalogue has every one', () => {
    const named = new Set(JSON.stringify(gcpTechniqueRows).match(/(?<="holds":")[^"]+/g));
    expect([...named].toSorted()).toEqual(Object.keys(gcpPredicates).toSorted());
    expect(gcpTechniques.predicates).toBe(gcpPredicates);
  });

  test.each(gcpTechniqueRows.map((row) => [row.id, row] as const))(
    '%s has a title, a source and ATT&CK ids',
    (_, row) => {
      expect(row.title).toMatch(/^[A-Z][^.]*[^.]$/);
      expect(row.reference).toMatch(/^gcp\.md 3\.[A-G]$/);
      expect(row.attack.length).toBeGreaterThan(0);
      expect(row.target.types.length).toBeGreaterThan(0);
    },
  );

  test('the table of known permissions has every permission that rows name', () => {
    const missing = techniquePermissions.filter(
      (name) => knownPermission(name) === undefined && !LEGACY_PERMISSIONS.includes(name),
    );
    expect(missing).toEqual([]);
  });
});
