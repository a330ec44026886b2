import { type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { GraphNode, Json, ScopeNode } from '@keyreach/core/graph';
import type { Reading } from './reading.ts';
import { readings } from './readings.ts';

/** Where something stands in AWS Organizations, as `aws:*OrgID` and `aws:*OrgPaths` say it. */
export interface OrganizationReadings {
  readonly id: Reading;
  readonly paths: Reading;
}

const NONE: OrganizationReadings = { id: readings.absent, paths: readings.absent };
const UNCOLLECTED: OrganizationReadings = { id: readings.uncollected, paths: readings.uncollected };

/**
 * Reads the organization around a node from its scopes, nearest first, or from its own attributes where it is known by
 * reference only (aws.md 1.12, `aws:PrincipalOrgID`): `organizationId` on an organization, `organizationPath` on an
 * account, `organizationId: null` or `organization: "none"` on one that is in none. `outsideOrganizations` lists organizations an account
 * is known not to be in. Nothing of this: the organization was not collected, which is not the same as none.
 */
export function organizationReadings(node: GraphNode | undefined, scopes: readonly ScopeNode[]): OrganizationReadings {
  let id: string | undefined;
  let path: string | undefined;
  let none = false;
  let outside: readonly string[] | undefined;
  const look = (holder: GraphNode): void => {
    const attributes = holder.attributes;
    if (attributes === undefined) return;
    id ??= text(attributes['organizationId']);
    path ??= text(attributes['organizationPath']);
    if (attributes['organizationId'] === null || attributes['organization'] === 'none') none = true;
    outside ??= texts(attributes['outsideOrganizations']);
  };
  for (const scope of scopes) if (scope.type === 'account' || scope.type === 'organization') look(scope);
  if (node !== undefined) look(node);

  id ??= path?.split('/')[0];
  if (id !== undefined) {
    return { id: readings.value(id), paths: path === undefined ? readings.uncollected : readings.value(path) };
  }
  if (none) return NONE;
  if (outside === undefined || outside.length === 0) return UNCOLLECTED;
  return { id: outsideOf(outside), paths: outsideOf(outside.map((one) => `${one}/`)) };
}

/** In no organization, or in one that is not among these. */
function outsideOf(prefixes: readonly string[]): Reading {
  const truth: Truth = UNKNOWN;
  return { state: 'either', readings: [readings.absent, { state: 'outside', prefixes }], truth };
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function texts(value: Json | undefined): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string' && one !== '') : undefined;
}
