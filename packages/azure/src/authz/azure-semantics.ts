import { type Givable, type ProviderSemantics, withoutZones } from '@keyreach/core/authz';
import type { GraphIndex, IdentityNode } from '@keyreach/core/graph';
import { knownActions } from '../catalogue/known-actions.ts';
import { AZURE } from '../normalize/azure-ids.ts';
import type { ActionMatching } from './abac/action-matching.ts';
import { guid } from './abac/compare-values.ts';
import { azureConditionLanguage } from './condition-language.ts';
import { outsiderOf } from './outsider.ts';
import { resourceHolders } from './resource-holders.ts';
import { azureResourceLanguage } from './resource-language.ts';

/** Identities that a group of Entra ID can have among its members. */
const MEMBERS: ReadonlySet<string> = new Set([
  'user',
  'group',
  'service-principal',
  'managed-identity',
  'agent',
  'device',
  'unknown-principal',
]);

const semantics: Omit<ProviderSemantics, 'conditions'> = {
  ...withoutZones,
  provider: AZURE,
  actions: knownActions,
  actionsOf: actionsNamed,
  outsider: outsiderOf,
  mayBeMember: ({ type }) => MEMBERS.has(type),
  // Roles are given to what groups can have as members (azure.md 1.1): to static keys, or tenants and subjects from elsewhere, none are.
  mayBeGranted: ({ type }) => MEMBERS.has(type),
  givable: givableIn,
  resources: azureResourceLanguage,
  holdersOf: resourceHolders,
  // Names of Google Cloud begin with two slashes.
  names: (id) => /^(?:\/(?!\/)|entra:|azure:)/.test(id),
};

/**
 * What Azure and Entra ID add to the authorization algebra: actions, conditions, and what contains what. Grants are inherited
 * down from the directory over management groups and subscriptions to resources; there are no zones (azure.md 1.2).
 *
 * @example
 * azureSemantics.names('arn:aws:s3:::bucket'); // false
 */
export const azureSemantics: ProviderSemantics = azureSemanticsWith({});

/** What may be set about the semantics of Azure. */
export interface AzureSemanticsOptions {
  /** How `ActionMatches` of conditions matches. Default `roles`, as permissions of roles do, which is what is documented. */
  readonly actionMatching?: ActionMatching;
}

/**
 * The same with options.
 *
 * @example
 * azureSemanticsWith({ actionMatching: 'segments' }).provider; // 'azure'
 */
export function azureSemanticsWith({ actionMatching = 'roles' }: AzureSemanticsOptions): ProviderSemantics {
  return { ...semantics, conditions: azureConditionLanguage(actionMatching) };
}

/** Roles, and principals by their object ids, which conditions write without dashes. */
function givableIn(graph: GraphIndex): Givable {
  let byObject: Map<string, IdentityNode> | undefined;
  return {
    policies: graph.graph.policies.filter(({ type }) => type === 'role-definition').map(({ id }) => id),
    isComplete: graph.scopes.some(
      ({ type, attributes }) => type === 'arm-root' && attributes?.['rolesListed'] === true,
    ),
    identity: (objectId) => {
      byObject ??= new Map(
        graph.identities
          .filter(({ provider }) => provider === AZURE)
          .map((identity) => [guid(identity.id.slice(identity.id.indexOf('/') + 1)), identity]),
      );
      return byObject.get(objectId);
    },
  };
}

/** Actions that role definitions of the graph name without wildcards, each once. */
function actionsNamed(graph: GraphIndex): readonly string[] {
  const found = new Set<string>();
  for (const { provider, statements } of graph.graph.documents) {
    if (provider !== AZURE) continue;
    for (const { effect, actions } of statements) {
      if (effect === 'deny') continue;
      // With a wildcard segment missing, a pattern names what may be no action at all.
      const shortened = new Set<string>();
      for (const name of actions.include) if (name.includes('/*/')) shortened.add(name.replaceAll('/*/', '/'));
      for (const name of actions.include) if (!name.includes('*') && !shortened.has(name)) found.add(name);
    }
  }
  return [...found].sort();
}
