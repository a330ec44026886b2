import { type ProviderSemantics, withoutZones } from '@keyreach/core/authz';
import type { GraphIndex } from '@keyreach/core/graph';
import { knownPermissions, LEGACY_PERMISSIONS } from '../catalogue/known-permissions.ts';
import { GCP } from '../normalize/gcp-ids.ts';
import { gcpConditionLanguage } from './condition-language.ts';
import { outsiderOf } from './outsider.ts';
import { resourceHolders } from './resource-holders.ts';
import { gcpResourceLanguage } from './resource-language.ts';

let names: readonly string[] | undefined;

/** Identities that a Google group can have among its members. */
const MEMBERS: ReadonlySet<string> = new Set(['user', 'service-account', 'service-agent', 'group', 'domain']);

/**
 * What Google Cloud adds to the authorization algebra: permissions by their v1 names, conditions, and what contains what.
 * Grants are inherited down the tree of organization, folders and projects; there are no zones (gcp.md 1.1).
 *
 * @example
 * gcpSemantics.holdersOf('//storage.googleapis.com/b/objects/o'); // [the object, '//storage.googleapis.com/b']
 */
export const gcpSemantics: ProviderSemantics = {
  ...withoutZones,
  provider: GCP,
  get actions() {
    names ??= [...knownPermissions.map(({ name }) => name), ...LEGACY_PERMISSIONS].sort((left, right) =>
      left.toLowerCase() < right.toLowerCase() ? -1 : 1,
    );
    return names;
  },
  actionsOf: permissionsNamed,
  mayBeMember: ({ type }) => MEMBERS.has(type),
  resources: gcpResourceLanguage,
  conditions: gcpConditionLanguage,
  holdersOf: resourceHolders,
  // ARNs and paths of Azure name what is elsewhere.
  names: (id) => !id.toLowerCase().startsWith('arn:') && !/^\/[^/]/.test(id),
  outsider: outsiderOf,
};

/** Permissions that role definitions of the graph name, each once. */
function permissionsNamed(graph: GraphIndex): readonly string[] {
  const found = new Set<string>();
  for (const { provider, statements } of graph.graph.documents) {
    if (provider !== GCP) continue;
    for (const { effect, actions, sid } of statements) {
      // Texts of boundaries name their statements, roles do not; those of deny policies use names of their own.
      if (effect === 'deny' || sid !== undefined) continue;
      for (const name of actions.include) if (!name.includes('*')) found.add(name);
    }
  }
  return [...found].sort();
}
