import type { AccessCatalogue, AccessRow } from '@keyreach/core/reach';
import { knownActions } from '../catalogue/known-actions.ts';
import { AZURE } from '../normalize/azure-ids.ts';
import { accessClassOf } from './access-class.ts';
import { RESOURCE_ACCESS } from './resource-access.ts';

const rows: Map<string, readonly AccessRow[]> = new Map();

/** How resources of Azure can be accessed: by the actions that this adapter knows by name. */
export const azureAccess: AccessCatalogue = {
  provider: AZURE,
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
  return knownActions
    .filter((name) => starts.some((start) => name.toLowerCase().startsWith(start)))
    .map((action) => ({ class: accessClassOf(action), action, on: '{target}' }));
}
