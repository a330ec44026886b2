import { type AccessCatalogue, type AccessClass, accessClasses } from './access-class.ts';
import type { Technique } from './technique.ts';

/** A row that stands for one class of access to resources of one type, evaluated like any technique. */
export interface AccessTechnique {
  readonly technique: Technique;
  readonly class: AccessClass;
}

/** Rows for the resource types that occur, in the order of types and classes. */
export function accessTechniques(catalogue: AccessCatalogue, types: readonly string[]): readonly AccessTechnique[] {
  const rows: AccessTechnique[] = [];
  for (const type of types) {
    const known = catalogue.rowsFor(type);
    for (const [accessClass, passedOn] of accessClasses.flatMap((one) => [
      [one, false] as const,
      [one, true] as const,
    ])) {
      const actions = known.filter((row) => row.class === accessClass && (row.passedOn === true) === passedOn);
      if (actions.length === 0) continue;
      rows.push({
        class: accessClass,
        technique: {
          id: `access-${accessClass}`,
          provider: catalogue.provider,
          title: `has ${accessClass} access to ${passedOn ? 'what stands behind the resource' : 'the resource'}`,
          reference: 'findings.md 3.1',
          attack: [],
          // Access to what the input does not list is told by the zone it lies in.
          target: { kind: 'resource', types: [type], sameZone: false, listed: true },
          requires: {
            any: actions.map((row) =>
              row.on === '{target}' ? { allowed: row.action } : { allowed: row.action, on: row.on },
            ),
          },
          ...(passedOn ? { passedOn } : {}),
          // Never read for access rows: the derivation gives them leaves of their own.
          yields: 'become-runtime',
        },
      });
    }
  }
  return rows;
}
