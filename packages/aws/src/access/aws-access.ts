import type { AccessCatalogue, AccessRow } from '@keyreach/core/reach';
import { accessClassOf } from '../catalogue/access-class.ts';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';
import { resourceAccess } from './resource-access.ts';

const rows: Map<string, readonly AccessRow[]> = new Map();

/**
 * What access to AWS resources means (findings 3.1): every action of the catalogue that takes a resource of the type,
 * with its access class. Types without a row in the table have none, and count as reached only as workloads.
 */
export const awsAccess: AccessCatalogue = {
  provider: 'aws',
  rowsFor: (type) => {
    const known = rows.get(type);
    if (known !== undefined) return known;
    const found = rowsOf(type);
    rows.set(type, found);
    return found;
  },
  classOf: (action) => {
    const known = awsCatalogue().action(action);
    return known === undefined ? 'control' : accessClassOf(known);
  },
};

function rowsOf(type: string): readonly AccessRow[] {
  const places = resourceAccess[type] ?? [];
  const found: AccessRow[] = [];
  for (const { service, resourceType, on, passedOn } of places) {
    for (const action of awsCatalogue().service(service)?.actions ?? []) {
      if (!action.resourceTypes.some((one) => one.type === resourceType)) continue;
      const isPassedOn = passedOn?.(action.name) === true;
      found.push({ class: accessClassOf(action), action: action.name, on, ...(isPassedOn ? { passedOn: true } : {}) });
    }
  }
  return found;
}
