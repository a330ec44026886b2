import type { Gap, NodeId } from '@keyreach/core/graph';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import type { ListedResource } from '../bundle/resource-list.ts';
import { isRecord } from '../bundle/shape.ts';
import { tagsOf } from '../bundle/tags.ts';
import { AWS, accountOf, nameInArn, parseArn, trustPolicyId } from './aws-ids.ts';
import { addKeyGrants } from './kms-grants.ts';
import { addLambdaPermission, LAMBDA_PERMISSION } from './lambda-permission.ts';
import { addLayerPermission, LAYER_PERMISSION } from './layer-permission.ts';
import { type NormalizeContext, scopeOf } from './normalize-context.ts';
import { valuesAt } from './property-path.ts';
import { addPublicAccessBlock } from './public-access-block.ts';
import { resourceFacts, studioDomainModes } from './resource-facts.ts';
import { idOfResource, nameOfResource, regionOf } from './resource-identity.ts';
import { RESOURCE_POLICY_SOURCES } from './resource-policies.ts';
import { addResourcePolicies } from './resource-policy-grants.ts';
import { serviceTrust } from './service-trust.ts';
import { type RoleProperty, WORKLOAD_TYPES } from './workload-roles.ts';

/** Types that are a policy of another resource and no resource of their own. */
const POLICY_TYPES: ReadonlySet<string> = new Set([
  LAMBDA_PERMISSION,
  LAYER_PERMISSION,
  ...RESOURCE_POLICY_SOURCES.filter(({ appliesTo, optional }) => appliesTo !== undefined && optional !== true).map(
    ({ type }) => type,
  ),
]);

const ROLE_PROPERTIES: ReadonlyMap<string, readonly RoleProperty[]> = new Map(
  WORKLOAD_TYPES.map(({ type, roles }) => [type, roles]),
);

/** Identities are read from the authorization details only: as a resource they would be without their policies. */
const IDENTITY_TYPES: ReadonlySet<string> = new Set(['AWS::IAM::Group', 'AWS::IAM::Role', 'AWS::IAM::User']);

/** Parts of identities that are nodes or policies of their own elsewhere. */
const IDENTITY_PARTS: ReadonlySet<string> = new Set([
  'AWS::IAM::AccessKey',
  'AWS::IAM::GroupPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::RolePolicy',
  'AWS::IAM::UserPolicy',
  'AWS::IAM::UserToGroupAddition',
]);

/**
 * Adds the listed resources of an account with their tags, the roles they run as and their policies. Of the properties
 * only those that a table names are read: the rest may hold secrets.
 */
export function addResources(account: AwsAccountInput, context: NormalizeContext): void {
  const resources = [...(account.resources?.items ?? [])].sort(compareResources);
  const names = identityNames(account);
  const modes = studioDomainModes(resources);
  const seen = new Set<NodeId>();
  let regionless = 0;
  for (const resource of resources) {
    if (POLICY_TYPES.has(resource.TypeName) || IDENTITY_PARTS.has(resource.TypeName)) continue;
    const id = idOfResource(resource, account);
    if (IDENTITY_TYPES.has(resource.TypeName)) {
      if (names.has(`${resource.TypeName} ${resource.Identifier}`)) continue;
      const why = `\`${resource.TypeName}\` \`${resource.Identifier}\` is a listed resource and not in the authorization details`;
      context.builder.gap({ scope: scopeOf(account), what: 'authorization details', why });
      continue;
    }
    if (seen.has(id)) {
      context.builder.gap({ scope: id, what: 'duplicate resource', why: 'it is listed again; the first is kept' });
      continue;
    }
    seen.add(id);
    if (id.split(':', 4)[3] === '*') regionless += 1;
    addResource(resource, id, modes, account, context);
  }
  if (regionless > 0) {
    const why = `${regionless} resources come without a region; whether policies that name a region speak of them is unknown`;
    const fix = 'add "Region" to each element of resources.json, or list the ARN';
    context.builder.gap({ scope: scopeOf(account), what: 'resource regions', why, fix });
  }
  for (const resource of resources) {
    if (resource.TypeName === LAMBDA_PERMISSION) addLambdaPermission(resource, account, context);
    else if (resource.TypeName === LAYER_PERMISSION) addLayerPermission(resource, account, context);
    else addResourcePolicies(resource, account, context);
  }
  for (const resource of resources) {
    addKeyGrants(resource, account, context);
    addPublicAccessBlock(resource, account, context);
  }
}

function addResource(
  resource: ListedResource,
  id: NodeId,
  domainModes: ReadonlyMap<string, string>,
  account: AwsAccountInput,
  context: NormalizeContext,
): void {
  const { builder } = context;
  // IAM entities and instance profiles come with the authorization details, which say more.
  if (!builder.has(id)) {
    const tags = resourceTags(resource, id, context);
    const region = regionOf(resource);
    const facts = { ...(region === undefined ? {} : { region }), ...resourceFacts(resource, domainModes) };
    builder.node({
      kind: 'resource',
      id,
      provider: AWS,
      type: resource.TypeName,
      name: nameOfResource(resource, id),
      scope: scopeOf(account),
      ...(tags === undefined ? {} : { tags }),
      ...(Object.keys(facts).length === 0 ? {} : { attributes: facts }),
    });
  }
  for (const property of ROLE_PROPERTIES.get(resource.TypeName) ?? []) {
    for (const value of valuesAt(resource.Properties, property.path)) addRunsAs(id, property, value, account, context);
  }
}

/** Tags stand in the properties where the type has any; a resource without them was not asked for its tags. */
function resourceTags(
  { Properties }: ListedResource,
  id: NodeId,
  { builder }: NormalizeContext,
): Record<string, string> | undefined {
  const raw = Properties['Tags'];
  if (raw === undefined || raw === null) return undefined;
  return tagsOf(raw, 'Tags', (_, expected) => builder.gap({ scope: id, what: 'tags', why: `expected ${expected}` }));
}

function addRunsAs(
  workload: NodeId,
  { path, names, service }: RoleProperty,
  value: unknown,
  account: AwsAccountInput,
  context: NormalizeContext,
): void {
  // An object with an ARN in it is read by a path of its own.
  if (isRecord(value) && ('Arn' in value || 'arn' in value)) return;
  const roles = typeof value === 'string' ? resolve(value, names, account, context) : undefined;
  if (roles === undefined) context.builder.gap(unresolvedRole(workload, path, names, value));
  for (const to of roles ?? []) {
    const trust = context.policies.compiled(trustPolicyId(to));
    // AWS asked for the trust when the role was passed; a text that is not in the input says nothing against it.
    const readable = trust !== undefined && !('unreadable' in trust);
    const certainty = service === undefined || !readable ? 'allow' : serviceTrust(trust, [service]);
    if (certainty !== undefined) {
      context.builder.edge({
        type: 'runs-as',
        from: workload,
        to,
        ...(certainty === 'allow' ? {} : { certainty }),
      });
    }
    if (certainty === 'allow') continue;
    const why = `the trust policy of \`${to}\` does not let \`${service}.amazonaws.com\` in`;
    context.builder.gap({ scope: workload, what: 'role', why });
  }
}

function resolve(
  text: string,
  names: RoleProperty['names'],
  account: AwsAccountInput,
  { directory, policies }: NormalizeContext,
): readonly NodeId[] | undefined {
  if (names === 'instance-profile') return directory.rolesOfProfile(account.accountId, text);
  const arn = parseArn(text);
  if (arn === undefined) {
    const role = directory.role(account.accountId, nameInArn(text));
    return role === undefined ? undefined : [role];
  }
  if (directory.has(text)) return [text];
  const accountId = accountOf(text);
  if (arn.service !== 'iam' || !arn.resource.startsWith('role/') || accountId === undefined) return undefined;
  if (directory.listsAll(accountId, 'role')) return undefined;
  policies.external({ id: text, type: 'role', name: nameInArn(text), accountId, partition: arn.partition });
  return [text];
}

function unresolvedRole(workload: NodeId, path: string, names: RoleProperty['names'], value: unknown): Gap {
  const what = names === 'role' ? 'role' : 'instance profile';
  // Only an ARN is sure to be a name and nothing secret.
  const named = typeof value === 'string' && parseArn(value) !== undefined ? `, \`${value}\`,` : '';
  return { scope: workload, what, why: `the ${what} in \`${path}\`${named} is not in the input` };
}

/** Names of the account's identities as resources.json would list them. */
function identityNames({ authorizationDetails: details }: AwsAccountInput): ReadonlySet<string> {
  return new Set([
    ...(details?.groups.items.map(({ GroupName }) => `AWS::IAM::Group ${GroupName}`) ?? []),
    ...(details?.roles.items.map(({ RoleName }) => `AWS::IAM::Role ${RoleName}`) ?? []),
    ...(details?.users.items.map(({ UserName }) => `AWS::IAM::User ${UserName}`) ?? []),
  ]);
}

function compareResources(left: ListedResource, right: ListedResource): number {
  const [leftKey, rightKey] = [`${left.TypeName} ${left.Identifier}`, `${right.TypeName} ${right.Identifier}`];
  return leftKey === rightKey ? 0 : leftKey < rightKey ? -1 : 1;
}
