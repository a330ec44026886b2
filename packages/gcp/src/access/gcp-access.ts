import type { AccessCatalogue, AccessRow } from '@keyreach/core/reach';
import { knownPermissions } from '../catalogue/known-permissions.ts';
import { GCP } from '../normalize/gcp-ids.ts';
import { accessClassOf } from './access-class.ts';
import { RESOURCE_ACCESS } from './resource-access.ts';

const rows: Map<string, readonly AccessRow[]> = new Map();

/** How resources of Google Cloud can be accessed: by the permissions that this adapter knows by name. */
export const gcpAccess: AccessCatalogue = {
  provider: GCP,
  rowsFor: (type) => {
    let found = rows.get(type);
    if (found === undefined) {
      found = rowsOf(type);
      rows.set(type, found);
    }
    return found;
  },
  classOf: accessClassOf,
};

function rowsOf(type: string): readonly AccessRow[] {
  // A type comes from the input, and may be called like what every object has.
  const starts = Object.hasOwn(RESOURCE_ACCESS, type) ? RESOURCE_ACCESS[type] : undefined;
  if (starts === undefined) return [];
  return knownPermissions
    .filter(({ name }) => starts.some((start) => name.startsWith(start)))
    .map(({ name }) => ({ class: accessClassOf(name), action: name, on: '{target}' }));
}
