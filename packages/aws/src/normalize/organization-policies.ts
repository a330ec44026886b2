import type { AttachmentRole, NodeId } from '@keyreach/core/graph';
import { isAccountId } from '../bundle/arn.ts';
import type { OrganizationInput, OrganizationPolicy } from '../bundle/organization-file.ts';
import { AWS, accountOf, accountScopeId, parseArn } from './aws-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';

/** Organization policies that take part in authorization, and the part they play (design, section 4). */
const GUARDS: ReadonlyMap<string, { readonly kind: 'scp' | 'rcp'; readonly role: AttachmentRole }> = new Map([
  ['SERVICE_CONTROL_POLICY', { kind: 'scp', role: 'principal-scope-guard' }],
  ['RESOURCE_CONTROL_POLICY', { kind: 'rcp', role: 'resource-scope-guard' }],
]);

/** The two policies AWS attaches everywhere by default; their texts are fixed and often left out of exports. */
const AWS_MANAGED: ReadonlyMap<string, { readonly type: string; readonly text: unknown }> = new Map([
  [
    'p-FullAWSAccess',
    {
      type: 'SERVICE_CONTROL_POLICY',
      text: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
    },
  ],
  [
    'p-RCPFullAWSAccess',
    {
      type: 'RESOURCE_CONTROL_POLICY',
      text: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] },
    },
  ],
]);

/** Type of the node that a service or resource control policy of an organization is. */
export const ORGANIZATION_POLICY_TYPE = 'AWS::Organizations::Policy';

/** Adds the SCPs and RCPs of an organization and places them on the roots, units and accounts they are attached to. */
export function addOrganizationPolicies(organization: OrganizationInput, context: NormalizeContext): void {
  const enabled = enabledTypes(organization, context);
  const known = new Map(organization.policies.items.map((policy) => [policy.Id, policy]));
  const guarded = new Map<string, Set<NodeId>>([...GUARDS.keys()].map((type) => [type, new Set()]));
  const targets = targetNodes(organization, context);
  const added = new Set<string>();
  for (const { PolicyId, TargetIds } of organization.attachments.items) {
    const policy = known.get(PolicyId) ?? builtIn(PolicyId, organization);
    if (policy === undefined) {
      addUnknownPolicy(PolicyId, TargetIds.items, organization, targets, context);
      continue;
    }
    const guard = GUARDS.get(policy.Type);
    if (guard === undefined) continue;
    if (!added.has(policy.Arn)) addPolicy(policy, guard.kind, organization, context);
    added.add(policy.Arn);
    // A type that is not enabled on the root has no effect (aws.md 1.2).
    if (enabled?.has(policy.Type) === false) continue;
    for (const target of TargetIds.items) {
      const node = targets.get(target);
      if (node === undefined) {
        const why = `policy \`${policy.Name}\` is attached to \`${target}\`, which is not in organization.json`;
        context.builder.gap({ scope: organization.Arn, what: 'organization', why, kind: 'bad-input' });
        continue;
      }
      context.policies.attach(policy.Arn, node, guard.role);
      guarded.get(policy.Type)?.add(node);
    }
  }
  addDefaultResourcePolicy(organization, guarded.get('RESOURCE_CONTROL_POLICY') ?? new Set(), context);
  for (const policy of known.values()) {
    if (GUARDS.has(policy.Type)) addPolicyNode(policy, organization, context);
  }
  if (enabled?.has('SERVICE_CONTROL_POLICY') !== false) {
    reportUnguarded(organization, guarded.get('SERVICE_CONTROL_POLICY') ?? new Set(), targets, context);
  }
}

/**
 * AWS keeps `RCPFullAWSAccess` attached on every level, and nobody can detach it (aws.md 1.2): where a list leaves it out,
 * it is there all the same beside the policies that only deny.
 */
function addDefaultResourcePolicy(
  organization: OrganizationInput,
  guarded: ReadonlySet<NodeId>,
  context: NormalizeContext,
): void {
  const policy = builtIn('p-RCPFullAWSAccess', organization);
  if (policy === undefined || guarded.size === 0) return;
  if (!context.policies.has(policy.Arn)) addPolicy(policy, 'rcp', organization, context);
  for (const node of guarded) context.policies.attach(policy.Arn, node, 'resource-scope-guard');
}

/** Undefined where the input does not say: every type then counts as enabled. */
function enabledTypes(
  { Arn, roots }: OrganizationInput,
  { builder }: NormalizeContext,
): ReadonlySet<string> | undefined {
  const lists = roots.items.map(({ enabledTypes: types }) => types);
  const enabled = new Set<string>();
  for (const types of lists) for (const type of types ?? []) enabled.add(type);
  if (lists.length > 0 && lists.every((types) => types !== undefined)) return enabled;
  builder.gap({
    scope: Arn,
    what: 'policy types',
    why: 'the roots do not say which policy types are enabled; service and resource control policies count as enabled',
    fix: 'aws organizations list-roots',
    kind: 'not-collected',
  });
  return undefined;
}

function builtIn(id: string, { Arn }: OrganizationInput): OrganizationPolicy | undefined {
  const known = AWS_MANAGED.get(id);
  if (known === undefined) return undefined;
  const partition = parseArn(Arn)?.partition ?? 'aws';
  const arn = `arn:${partition}:organizations::aws:policy/${known.type.toLowerCase()}/${id}`;
  return { Id: id, Arn: arn, Name: id.slice('p-'.length), Type: known.type, Content: undefined };
}

function addPolicy(
  { Id, Arn, Name, Content }: OrganizationPolicy,
  kind: 'scp' | 'rcp',
  organization: OrganizationInput,
  { policies }: NormalizeContext,
): void {
  policies.add({
    id: Arn,
    name: Name,
    type: kind,
    kind,
    text: Content ?? AWS_MANAGED.get(Id)?.text,
    ...(accountOf(Arn) === undefined ? {} : { owner: Arn }),
    partition: parseArn(organization.Arn)?.partition ?? 'aws',
    gapScope: Arn,
  });
}

/**
 * A control policy of the organization's own is a node of its management account as well: whoever may change or detach
 * it lifts what it keeps others from (aws.md 2.3.4). AWS's two policies allow everything and cannot be changed.
 */
function addPolicyNode(
  { Arn: id, Name: name, Type }: OrganizationPolicy,
  organization: OrganizationInput,
  context: NormalizeContext,
): void {
  if (accountOf(id) === undefined) return;
  context.builder.node({
    kind: 'resource',
    id,
    provider: AWS,
    type: ORGANIZATION_POLICY_TYPE,
    name,
    scope: homeOf(organization, context),
    attributes: { policyType: Type, organizationId: organization.Id },
  });
}

/** The management account, where the organization lists it; all calls of the organization's API are made there. */
export function homeOf({ Arn, managementAccountId }: OrganizationInput, { builder, input }: NormalizeContext): NodeId {
  if (managementAccountId === undefined) return Arn;
  const partition = input.accounts[managementAccountId]?.partition ?? parseArn(Arn)?.partition ?? 'aws';
  const home = accountScopeId(managementAccountId, partition);
  return builder.has(home) ? home : Arn;
}

/** An attachment of a policy that is not listed: with a full list it is of a type that was not asked for. */
function addUnknownPolicy(
  policyId: string,
  targetIds: readonly string[],
  organization: OrganizationInput,
  targets: ReadonlyMap<string, NodeId>,
  { builder, policies }: NormalizeContext,
): void {
  if (organization.policies.complete) return;
  const why = `policy \`${policyId}\` is attached, and the input does not hold it`;
  const fix = `aws organizations describe-policy --policy-id ${policyId}`;
  builder.gap({ scope: organization.Arn, what: 'policy text', why, fix, kind: 'not-collected' });
  const id = `${organization.Arn}/policy/${policyId}`;
  // Its type is unknown too; a service control policy is the kind that could cap the most.
  policies.addMissing({ id, name: policyId, type: 'scp', why: 'the text of the policy is not in the input' });
  for (const target of targetIds) {
    const node = targets.get(target);
    if (node !== undefined) policies.attach(id, node, 'principal-scope-guard');
  }
}

function targetNodes(
  { Arn, roots, units, accounts }: OrganizationInput,
  { input }: NormalizeContext,
): ReadonlyMap<string, NodeId> {
  const partition = parseArn(Arn)?.partition ?? 'aws';
  const nodes = new Map<string, NodeId>();
  for (const { Id, Arn: node } of [...roots.items, ...units.items]) nodes.set(Id, node);
  for (const { Id } of accounts.items) {
    if (isAccountId(Id)) nodes.set(Id, accountScopeId(Id, input.accounts[Id]?.partition ?? partition));
  }
  return nodes;
}

/** AWS keeps at least one SCP on every level; a level without one is a level whose policies were not read. */
function reportUnguarded(
  { attachments }: OrganizationInput,
  guarded: ReadonlySet<NodeId>,
  targets: ReadonlyMap<string, NodeId>,
  { builder }: NormalizeContext,
): void {
  const fix = 'aws organizations list-targets-for-policy --policy-id ID for every policy';
  if (!attachments.complete && guarded.size === 0) return;
  for (const scope of targets.values()) {
    if (guarded.has(scope)) continue;
    const why = 'no service control policy is listed for it, and AWS keeps at least one';
    builder.gap({ scope, what: 'service control policies', why, fix, kind: 'not-collected' });
  }
}
