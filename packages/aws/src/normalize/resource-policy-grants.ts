import type { NodeId } from '@keyreach/core/graph';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import { type ListedResource, mayHave } from '../bundle/resource-list.ts';
import { AWS, nameInArn, parseArn, resourcePolicyId } from './aws-ids.ts';
import { type NormalizeContext, scopeOf } from './normalize-context.ts';
import { valuesAt } from './property-path.ts';
import { arnOfIdentifier, idOfResource, regionOf } from './resource-identity.ts';
import { RESOURCE_POLICY_SOURCES, type ResourcePolicySource } from './resource-policies.ts';

/** Adds the policies that a listed resource has, or is. A resource listed without one has none. */
export function addResourcePolicies(
  resource: ListedResource,
  account: AwsAccountInput,
  context: NormalizeContext,
): void {
  for (const source of RESOURCE_POLICY_SOURCES) {
    if (source.type !== resource.TypeName) continue;
    const [found] = valuesAt(resource.Properties, source.document);
    const mayLack = source.appliesTo === undefined || source.optional === true;
    if (found === undefined && mayLack && source.always !== true && !mayHave(resource, source.document)) continue;
    const text = source.statement === true && found !== undefined ? { Version: '2012-10-17', Statement: found } : found;
    for (const node of targetsOf(resource, source, account, context)) {
      addResourcePolicy(node, text, source, account, context);
    }
  }
}

function targetsOf(
  resource: ListedResource,
  { appliesTo }: ResourcePolicySource,
  account: AwsAccountInput,
  context: NormalizeContext,
): readonly NodeId[] {
  if (appliesTo === undefined) return [idOfResource(resource, account)];
  if (appliesTo.path === undefined) {
    const region = regionOf(resource);
    return (account.resources?.items ?? [])
      .filter((one) => one.TypeName === appliesTo.type && (region === undefined || regionOf(one) === region))
      .map((one) => idOfResource(one, account));
  }
  const named = valuesAt(resource.Properties, appliesTo.path);
  const nodes: NodeId[] = [];
  for (const value of named) {
    const id =
      typeof value === 'string'
        ? (arnOfIdentifier(appliesTo.type, value, regionOf(resource), account) ??
          listedIds(account).get(`${appliesTo.type} ${value}`))
        : undefined;
    if (id !== undefined) nodes.push(ensureResource(id, appliesTo.type, account, context));
  }
  if (nodes.length < named.length || named.length === 0) {
    const why = `a policy of type \`${resource.TypeName}\` does not say plainly, in \`${appliesTo.path}\`, to which resource it applies`;
    context.builder.gap({ scope: scopeOf(account), what: 'resource policy', why, kind: 'bad-input' });
  }
  return nodes;
}

const listed = new WeakMap<AwsAccountInput, ReadonlyMap<string, NodeId>>();

/** `type identifier` → node id of the listed resources of an account. */
function listedIds(account: AwsAccountInput): ReadonlyMap<string, NodeId> {
  let ids = listed.get(account);
  if (ids === undefined) {
    ids = new Map(
      (account.resources?.items ?? []).map((resource) => [
        `${resource.TypeName} ${resource.Identifier}`,
        idOfResource(resource, account),
      ]),
    );
    listed.set(account, ids);
  }
  return ids;
}

/** The node of a resource that is known by its policy, added where the list of resources lacks it. */
export function ensureResource(
  id: NodeId,
  type: string,
  account: AwsAccountInput,
  { builder }: NormalizeContext,
): NodeId {
  if (builder.has(id)) return id;
  const region = parseArn(id)?.region ?? '';
  const attributes = region === '' ? {} : { attributes: { region } };
  builder.node({
    kind: 'resource',
    id,
    provider: AWS,
    type,
    name: nameInArn(id),
    scope: scopeOf(account),
    ...attributes,
  });
  return id;
}

function addResourcePolicy(
  node: NodeId,
  text: unknown,
  { exclusiveFor }: ResourcePolicySource,
  account: AwsAccountInput,
  { policies }: NormalizeContext,
): void {
  // A resource has one policy; where the input holds several, all of them count.
  let id = resourcePolicyId(node);
  for (let next = 2; policies.has(id); next += 1) id = `${resourcePolicyId(node)}/${next}`;
  const partition = account.partition;
  policies.add({
    id,
    name: 'resource policy',
    type: 'resource',
    kind: 'resource',
    text,
    owner: node,
    partition,
    gapScope: node,
  });
  policies.attach(id, node, 'resource-grant', exclusiveFor);
}
