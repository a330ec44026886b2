import { type AccessCatalogue, type AccessClass, accessClasses } from './access-class.ts';
import type { Technique } from './technique.ts';

/** A row that stands for one class of access to resources of one type, evaluated like any technique. */
export interface AccessTechnique {
  readonly technique: Technique;
  readonly class: AccessClass;
}

/** Rows for types of resource that the input lists, in the order of types and classes. */
export function accessTechniques(catalogue: AccessCatalogue, types: readonly string[]): readonly AccessTechnique[] {
  return rowsFor(catalogue, types, true);
}

/**
 * Rows for what the input does not list of some types. They are asked once a caller has opened it: before, access to what is not
 * listed is asked about whatever its type ({@link UnboundedAccess}).
 */
export function unlistedAccessTechniques(
  catalogue: AccessCatalogue,
  types: readonly string[],
): readonly AccessTechnique[] {
  return rowsFor(catalogue, types, false);
}

/** Whether a row stands for access to what the input does not list. */
export function isUnlistedAccess({ target }: Technique): boolean {
  return target.kind === 'resource' && target.listed === false;
}

function rowsFor(catalogue: AccessCatalogue, types: readonly string[], listed: boolean): readonly AccessTechnique[] {
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
          target: { kind: 'resource', types: [type], sameZone: !listed, listed },
          requires: {
            any: actions.map((row) =>
              row.on === '{target}' ? { allowed: row.action } : { allowed: row.action, on: row.on },
            ),
          },
          ...(passedOn && listed ? { passedOn } : {}),
          // Never read for access rows: the derivation gives them leaves of their own.
          yields: 'become-runtime',
        },
      });
    }
  }
  return rows;
}
