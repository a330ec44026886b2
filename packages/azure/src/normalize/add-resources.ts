import type { Json, NodeId } from '@keyreach/core/graph';
import type { AzureResource } from '../bundle/azure-input.ts';
import { isResourceGroup } from './add-scopes.ts';
import { addAttachedIdentities, attachedIdentities } from './attached-identities.ts';
import { AZURE, entraId } from './azure-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { resourceFacts } from './resource-facts.ts';
import { toldFacts } from './told-facts.ts';

/**
 * Adds resources of Azure Resource Manager with their facts and the identities they run as, and those that only assignments name, so that
 * what is placed on them has a node.
 */
export function addResources(context: NormalizeContext): void {
  const { input, builder, tenant, scopes } = context;
  const listed = new Set<NodeId>();
  const identities = userAssigned(context);
  const facts = factsOfResources(context);
  for (const resource of context.distinct.of(input.resources)) {
    const scope = scopes.of(resource.id);
    if (scope === undefined || isResourceGroup(resource.type)) {
      if (scope === undefined) addUnread(resource, context);
      continue;
    }
    listed.add(scope.id);
    const attached = attachedIdentities(resource, scope.id, identities);
    builder.node({
      kind: 'resource',
      id: scope.id,
      provider: AZURE,
      type: resource.type.toLowerCase(),
      name: resource.name,
      ...(scope.around === undefined ? {} : { scope: scope.around }),
      ...(resource.tags === undefined ? {} : { tags: resource.tags }),
      attributes: toldFacts({
        ...sharedFacts(scope.id, facts),
        ...toldFacts(facts.get(scope.id) ?? resourceFacts(resource)),
        controlIdentity: attached.control === undefined ? undefined : entraId(tenant, attached.control),
      }),
    });
    addAttachedIdentities(scope.id, attached, context);
  }
  for (const [id, scope] of context.named) {
    if (scope.kind !== 'resource' || listed.has(id) || builder.has(id)) continue;
    builder.node({
      kind: 'resource',
      id,
      provider: AZURE,
      type: scope.type!,
      name: id.slice(id.lastIndexOf('/') + 1),
      scope: scope.around!,
      attributes: toldFacts({ unlisted: true, ...sharedFacts(id, facts) }),
    });
  }
  addPlaceholders(identities, context);
}

type Facts = Readonly<Record<string, Json | undefined>>;

/** Facts of listed resources, by id; where one is listed twice those that come first. */
function factsOfResources({ input, scopes, distinct }: NormalizeContext): ReadonlyMap<NodeId, Facts> {
  const found = new Map<NodeId, Facts>();
  for (const resource of distinct.of(input.resources)) {
    const id = scopes.of(resource.id)?.id;
    if (id !== undefined && !found.has(id)) found.set(id, resourceFacts(resource));
  }
  return found;
}

/** Facts that hold of everything in a resource: how a vault decides, whether keys of an account or a namespace work. */
const SHARED = ['rbac', 'sharedKey', 'localAuth', 'hns'] as const;

/** What resources around one tell of it, the nearest first; a resource of an extension is no part of what it extends. */
function sharedFacts(id: NodeId, facts: ReadonlyMap<NodeId, Facts>): Facts {
  const found: Record<string, Json | undefined> = {};
  const parts = id.split('/');
  const provider = parts.lastIndexOf('providers');
  for (let end = parts.length - 2; end >= provider + 4; end -= 2) {
    const around = facts.get(parts.slice(0, end).join('/'));
    for (const name of SHARED) found[name] ??= around?.[name];
  }
  return found;
}

/** Object ids of user-assigned identities by their resource ids, lower case. */
function userAssigned({ input }: NormalizeContext): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const note = (id: string, principalId: string | undefined): void => {
    const key = id.toLowerCase();
    if (principalId === undefined) return;
    const known = found.get(key);
    if (known === undefined || principalId.toLowerCase() < known) found.set(key, principalId.toLowerCase());
  };
  for (const { id, type, identity, properties } of input.resources?.items ?? []) {
    if (type.toLowerCase() === 'microsoft.managedidentity/userassignedidentities') {
      const own = properties['principalId'];
      note(id, typeof own === 'string' ? own : undefined);
    }
    for (const one of identity?.userAssigned ?? []) note(one.id, one.principalId);
  }
  return found;
}

/** Where resources were not all listed, what runs in a subscription may run as any managed identity that lies in it. */
function addPlaceholders(
  identities: ReadonlyMap<string, string>,
  { input, builder, tenant, principals, scopes }: NormalizeContext,
): void {
  if (input.resources?.complete === true) return;
  const bySubscription = new Map<NodeId, Set<NodeId>>();
  const note = (resource: string, identity: NodeId): void => {
    const subscription = scopes.of(resource)?.subscription;
    if (subscription === undefined) return;
    const own = `/subscriptions/${subscription}`;
    bySubscription.set(own, (bySubscription.get(own) ?? new Set()).add(identity));
  };
  for (const [resource, objectId] of identities) note(resource, entraId(tenant, objectId));
  for (const { id, servicePrincipalType, alternativeNames } of input.servicePrincipals?.items ?? []) {
    if (servicePrincipalType?.toLowerCase() !== 'managedidentity') continue;
    for (const name of alternativeNames) if (name.startsWith('/')) note(name, principals.name(id));
  }
  for (const [subscription, held] of [...bySubscription].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const group = `${subscription}/resourcegroups/(none)`;
    if (!builder.has(group)) continue;
    const id = `${group}/uncollected`;
    builder.node({
      kind: 'resource',
      id,
      provider: AZURE,
      type: 'uncollected-workload',
      name: 'resources that were not listed',
      scope: group,
      uncollected: true,
    });
    for (const to of [...held].sort()) builder.edge({ type: 'runs-as', from: id, to, certainty: 'unknown' });
  }
}

function addUnread({ id }: AzureResource, { builder }: NormalizeContext): void {
  builder.gap({
    scope: 'resources.json',
    what: 'resource',
    why: `\`${id.slice(0, 300)}\` is no id of a resource; it is left out`,
    kind: 'bad-input',
  });
}
