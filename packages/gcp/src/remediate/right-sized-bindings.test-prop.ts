import type { PermissionUse, UseState } from '@keyreach/core/analysis';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { serviceAccountId } from '../normalize/gcp-ids.ts';
import { rightSizedBindings } from './right-sized-bindings.ts';
import { BoundEstate, bucket, ci, folder, organization, project } from './testing/bound-estate.ts';

const permissions = ['a.b.c', 'a.b.d', 'e.f.g', 'resourcemanager.folders.get', 'storage.objects.get'];
const roleNames = ['roles/editor', 'roles/x', 'roles/y', 'projects/p/roles/z'];
const nodes = [organization, folder, project, bucket];
const conditions = [undefined, undefined, "resource.type == 'x'", 'request.time < timestamp("2027-01-01T00:00:00Z")'];

const roles = fc.array(fc.subarray(permissions), { minLength: roleNames.length, maxLength: roleNames.length });
const bindings = fc.array(
  fc.record({
    role: fc.constantFrom(...roleNames),
    node: fc.constantFrom(...nodes),
    condition: fc.constantFrom(...conditions),
  }),
  { maxLength: 6 },
);
const legacy = fc.subarray(permissions);
const states = fc.array(fc.constantFrom<UseState>('used', 'unused', 'unknown'), { minLength: 5, maxLength: 5 });

/** What bindings grant, as `node condition permission`. */
type Granted = Set<string>;

const granted = (node: string, condition: string | undefined, permission: string): string =>
  JSON.stringify([node, condition ?? null, permission]);

it('keep every permission that is used where it was, and grant nothing that was not granted there', () => {
  let replaced = 0;
  fc.assert(
    fc.property(
      roles,
      bindings,
      legacy,
      states,
      fc.constantFrom('keep', 'drop'),
      (texts, bound, byTheWay, uses, unknown) => {
        const estate = new BoundEstate();
        for (const [index, role] of roleNames.entries()) estate.role(role, texts[index]!);
        estate.role('roles/legacy', byTheWay).bind('roles/legacy', bucket, 'projectEditor:p');
        const isEditor = bound.some(({ role, node }) => role === 'roles/editor' && node !== bucket);
        if (isEditor) estate.builder.edge({ type: 'member-of', from: serviceAccountId(ci), to: 'projectEditor:p' });
        for (const { role, node, condition } of bound) estate.bind(role, node, serviceAccountId(ci), condition);
        const stateOf = (permission: string): UseState => uses[permissions.indexOf(permission)]!;
        const model = estate.model();
        const found = rightSizedBindings(model, model.graph.identity(serviceAccountId(ci))!, {
          now: '2026-06-30T00:00:00.000Z',
          windowDays: 90,
          unknown: unknown as 'keep' | 'drop',
          useOf: (permission): PermissionUse => ({ permission, state: stateOf(permission), sources: [] }),
        });
        if (found.outcome !== 'proposed') throw new Error('withheld');

        const before: Granted = new Set();
        for (const { role, node, condition } of bound) {
          for (const permission of texts[roleNames.indexOf(role)]!) before.add(granted(node, condition, permission));
        }
        if (isEditor) for (const permission of byTheWay) before.add(granted(bucket, undefined, permission));
        const contents = new Map<string, readonly string[]>([
          ...roleNames.map((role, index) => [role, texts[index]!] as const),
          ['roles/legacy', byTheWay],
          ...found.roles.map(({ name, permissions: of }) => [name, of] as const),
        ]);
        const after: Granted = new Set();
        for (const { change, node, role, condition, with: by } of found.bindings) {
          if (change === 'remove') continue;
          for (const permission of contents.get(by ?? role)!) after.add(granted(node, condition, permission));
          if (change === 'replace') replaced += 1;
        }
        // Whoever keeps a basic role as a whole keeps what it gives by the way.
        const staysEditor = found.bindings.some(
          ({ change, role, node }) => change === 'keep' && role === 'roles/editor' && node !== bucket,
        );
        if (isEditor && staysEditor)
          for (const permission of byTheWay) after.add(granted(bucket, undefined, permission));

        for (const one of after) expect(before).toContain(one);
        for (const one of before) {
          const state = stateOf((JSON.parse(one) as string[])[2]!);
          if (state === 'used' || (state === 'unknown' && unknown === 'keep')) expect(after).toContain(one);
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(replaced).toBeGreaterThan(50);
});
