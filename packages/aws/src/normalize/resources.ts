import type { NodeId } from '@keyreach/core/graph';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import type { ListedResource } from '../bundle/resource-list.ts';
import { tagsOf } from '../bundle/tags.ts';
import { addAccessPointNetwork } from './access-point-network.ts';
import { ACCOUNT_BLOCK_TYPE } from './account-public-access-block.ts';
import { AWS } from './aws-ids.ts';
import { addBucketAcl } from './bucket-acl.ts';
import { addKeyGrants } from './kms-grants.ts';
import { addLambdaPermission, LAMBDA_PERMISSION } from './lambda-permission.ts';
import { addLayerPermission, LAYER_PERMISSION } from './layer-permission.ts';
import { type NormalizeContext, scopeOf } from './normalize-context.ts';
import { addPublicAccessBlock } from './public-access-block.ts';
import { resourceFacts, studioDomainModes } from './resource-facts.ts';
import { idOfResource, nameOfResource, regionOf } from './resource-identity.ts';
import { RESOURCE_POLICY_SOURCES } from './resource-policies.ts';
import { addResourcePolicies } from './resource-policy-grants.ts';
import { WorkloadRoles } from './runs-as.ts';
import { addUnlistedAccessPoints } from './unlisted-access-points.ts';

/** Types that are a policy of another resource and no resource of their own. */
const POLICY_TYPES: ReadonlySet<string> = new Set([
  ACCOUNT_BLOCK_TYPE,
  LAMBDA_PERMISSION,
  LAYER_PERMISSION,
  ...RESOURCE_POLICY_SOURCES.filter(({ appliesTo, optional }) => appliesTo !== undefined && optional !== true).map(
    ({ type }) => type,
  ),
]);

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
 * only what a table names, and ARNs of roles, get into the graph: the rest may hold secrets.
 */
export function addResources(account: AwsAccountInput, context: NormalizeContext): void {
  const resources = [...(account.resources?.items ?? [])].sort(compareResources);
  const names = identityNames(account);
  const modes = studioDomainModes(resources);
  const roles = new WorkloadRoles(resources, account, context);
  const seen = new Set<NodeId>();
  let regionless = 0;
  for (const resource of resources) {
    if (POLICY_TYPES.has(resource.TypeName) || IDENTITY_PARTS.has(resource.TypeName)) continue;
    const id = idOfResource(resource, account);
    if (IDENTITY_TYPES.has(resource.TypeName)) {
      if (names.has(`${resource.TypeName} ${resource.Identifier}`)) continue;
      const why = `\`${resource.TypeName}\` \`${resource.Identifier}\` is a listed resource and not in the authorization details`;
      context.builder.gap({ scope: scopeOf(account), what: 'authorization details', why, kind: 'bad-input' });
      continue;
    }
    if (seen.has(id)) {
      const why = 'it is listed again; the first is kept';
      context.builder.gap({ scope: id, what: 'duplicate resource', why, kind: 'bad-input' });
      continue;
    }
    seen.add(id);
    if (id.split(':', 4)[3] === '*') regionless += 1;
    addResource(resource, id, modes, account, context);
    roles.add(resource, id);
  }
  if (regionless > 0) {
    const count = regionless === 1 ? '1 resource comes' : `${regionless} resources come`;
    const why = `${count} without a region; whether policies that name a region speak of them is unknown`;
    const fix = 'add "Region" to each element of resources.json, or list the ARN';
    context.builder.gap({ scope: scopeOf(account), what: 'resource regions', why, fix, kind: 'not-collected' });
  }
  for (const resource of resources) {
    if (resource.TypeName === LAMBDA_PERMISSION) addLambdaPermission(resource, account, context);
    else if (resource.TypeName === LAYER_PERMISSION) addLayerPermission(resource, account, context);
    else addResourcePolicies(resource, account, context);
  }
  for (const resource of resources) {
    addKeyGrants(resource, account, context);
    addPublicAccessBlock(resource, account, context);
    addAccessPointNetwork(resource, account, context);
    addUnlistedAccessPoints(resource, account, context);
    addBucketAcl(resource, account, context);
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
    const facts = {
      ...(region === undefined ? {} : { region }),
      ...resourceFacts(resource, domainModes, account.partition),
    };
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
}

/** Tags stand in the properties where the type has any; a resource without them was not asked for its tags. */
function resourceTags(
  { Properties }: ListedResource,
  id: NodeId,
  { builder }: NormalizeContext,
): Record<string, string> | undefined {
  const raw = Properties['Tags'];
  if (raw === undefined || raw === null) return undefined;
  return tagsOf(raw, 'Tags', (_, expected) =>
    builder.gap({ scope: id, what: 'tags', why: `expected ${expected}`, kind: 'bad-input' }),
  );
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
