import { analysisEngine, radiusOf } from '@keyreach/core/analysis';
import { AuthorizationModel } from '@keyreach/core/authz';
import { GraphIndex, type NodeId } from '@keyreach/core/graph';
import type { Listed } from '@keyreach/core/input';
import { deriveReach, type Hop } from '@keyreach/core/reach';
import { azureAccess } from '../../access/azure-access.ts';
import { azureSemantics } from '../../authz/azure-semantics.ts';
import type {
  AzureInput,
  AzureResource,
  AzureRoleAssignment,
  AzureRoleDefinition,
  AzureSubscription,
} from '../../bundle/azure-input.ts';
import { normalizeAzure } from '../../normalize/normalize.ts';
import { NOW, short, tenantInput, whole } from '../../normalize/testing/tenant.ts';
import { azureTechniques } from '../../techniques/azure-techniques.ts';

/** Id of the subscription of stories. */
export const SUB = '/subscriptions/99999999-0000-0000-0000-000000000001';

/** Two resource groups of it. */
export const SHOP = `${SUB}/resourceGroups/shop`;
export const TWIN = `${SUB}/resourceGroups/twin`;

/** The subscription, listed. */
export const subscriptions: Listed<AzureSubscription> = whole({
  subscriptionId: SUB.slice('/subscriptions/'.length),
  managedByTenants: [],
});

/** A custom role; actions that begin with `data:` are data actions. */
export function role(name: string, ...actions: readonly string[]): AzureRoleDefinition {
  const isData = (action: string): boolean => action.startsWith('data:');
  return {
    id: `/providers/Microsoft.Authorization/roleDefinitions/${name}`,
    roleName: name,
    roleType: 'CustomRole',
    assignableScopes: [SUB],
    permissions: whole({
      actions: actions.filter((one) => !isData(one)),
      notActions: [],
      dataActions: actions.filter(isData).map((one) => one.slice('data:'.length)),
      notDataActions: [],
    }),
  };
}

/** A role given to somebody. */
export function assigned(principalId: string, name: string, scope: string): AzureRoleAssignment {
  return {
    id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${principalId}-${name}`,
    scope,
    roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${name}`,
    principalId,
  };
}

/** A resource of a resource group, such as `Microsoft.KeyVault/vaults/v`. */
export function resource(group: string, path: string, own: Partial<AzureResource> = {}): AzureResource {
  const [namespace = '', ...rest] = path.split('/');
  return {
    id: `${group}/providers/${path}`,
    type: [namespace, ...rest.filter((_, index) => index % 2 === 0)].join('/'),
    name: rest.at(-1)!,
    properties: {},
    ...own,
  };
}

/** What is in reach, and how. */
export interface Story {
  /** Identities and resources, as `id certainty`, resources with their classes of access. */
  readonly reaches: readonly string[];
  /** Scopes under full control, as `id certainty`. */
  readonly admin: readonly string[];
  /** Techniques on the way to each of both, by id. */
  readonly ways: Readonly<Record<string, string>>;
  /** Policies and placements cited on the way to each, by id. */
  readonly cites: Readonly<Record<string, readonly string[]>>;
}

/** The whole way from input to the radius of a credential or an identity. */
export function storyOf(own: Partial<AzureInput>, subject: NodeId): Story {
  const graph = new GraphIndex(normalizeAzure(tenantInput({ subscriptions, ...own }), { now: NOW }));
  const now = Date.parse(NOW);
  const model = new AuthorizationModel(graph, [azureSemantics]);
  const reach = deriveReach(model, [azureTechniques], { now, access: [azureAccess] });
  const radius = radiusOf(analysisEngine(reach), subject, { now });
  const told = [
    ...radius.reaches.map(({ id, path }) => [named(id), path] as const),
    ...radius.admin.map(({ scope, path }) => [named(scope), path] as const),
  ];
  return {
    reaches: radius.reaches.map(({ id, certainty, access }) =>
      access === undefined
        ? `${named(id)} ${certainty}`
        : `${named(id)} ${access.map((one) => `${one.class} ${one.certainty}`).join(', ')}`,
    ),
    admin: radius.admin.map(({ scope, certainty }) => `${named(scope)} ${certainty}`),
    ways: Object.fromEntries(told.map(([id, path]) => [id, wayOf(path)])),
    cites: Object.fromEntries(told.map(([id, path]) => [id, citesOf(path)])),
  };
}

/** An id without what all of a story have in common. */
function named(id: string): string {
  return short(id).replace(SUB.toLowerCase(), '').replace('/resourcegroups/', '').replace('/providers/', ' ');
}

function wayOf(path: readonly Hop[]): string {
  return path.map(({ technique }) => technique).join(' > ');
}

function citesOf(path: readonly Hop[]): readonly string[] {
  const found = path.flatMap(({ evidence }) => JSON.stringify(evidence).match(/roleAssignments\/[\w-]+/gi) ?? []);
  return [...new Set(found.map((one) => one.slice('roleAssignments/'.length).toLowerCase()))].sort();
}
