import type { Condition, NodeId, PrincipalMatcher, PrincipalSelector } from '@keyreach/core/graph';
import type { GcpAsset, GcpBinding, GcpPolicy } from '../bundle/gcp-input.ts';
import { conditionAttributes } from './condition-attributes.ts';
import { GCP } from './gcp-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { kindOf } from './project-directory.ts';
import { isResource } from './resources.ts';
import { SERVICE_ACCOUNT_TYPE } from './service-account-directory.ts';

/** Id of the policy that stands for bindings nobody could read. */
const UNREAD_POLICY = 'unread allow policy';

/** The same for whatever stands above resources of which nobody knows where they lie. */
const UNPLACED_POLICY = `${UNREAD_POLICY} above resources that are placed nowhere`;

/**
 * Adds bindings: each places a role on the node of its resource, for its members, under its condition (gcp.md 1.1, 1.5,
 * 1.7). What is above the collected part, and was not collected itself, may grant anything to anybody.
 */
export function addBindings(context: NormalizeContext): void {
  for (const asset of context.input.assets?.items ?? []) {
    if (asset.iamPolicy === undefined) continue;
    const node = nodeOf(asset, context);
    addPolicy(node, asset.iamPolicy, context);
  }
  addUnreadScopes(context);
  addUnplaced(context);
}

function addPolicy(node: NodeId, { bindings }: GcpPolicy, context: NormalizeContext): void {
  for (const binding of bindings.items) addBinding(node, binding, context);
  if (!bindings.complete) addUnread(node, 'a binding of the allow policy could not be read', context);
}

function addBinding(node: NodeId, { role, members, condition }: GcpBinding, context: NormalizeContext): void {
  const policy = context.roles.use(role);
  for (const named of rolesInCondition(condition?.expression)) context.roles.use(named);
  const include = distinct(members.flatMap((member) => context.members.matchers(member)));
  if (include.length === 0) return;
  context.builder.attachment({
    policy,
    node,
    role: 'resource-grant',
    principals: { include, exclude: [] },
    ...(condition === undefined ? {} : { condition: celCondition(condition.expression) }),
    ...(condition?.title === undefined ? {} : { name: condition.title }),
  });
}

/** A condition in the language of this adapter. */
export function celCondition(cel: string): Condition {
  return { language: GCP, body: { cel } };
}

/** Matchers in order of their text, each once. */
export function distinct(matchers: readonly PrincipalMatcher[]): readonly PrincipalMatcher[] {
  if (matchers.length === 1) return matchers;
  const keyed = new Map(matchers.map((matcher) => [JSON.stringify(matcher), matcher]));
  return [...keyed].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, matcher]) => matcher);
}

/** Roles that a condition lets its holder give away only: they are policies even where nothing grants them. */
function rolesInCondition(expression: string | undefined): readonly string[] {
  if (expression?.includes('modifiedGrantsByRole') !== true) return [];
  const names = expression.matchAll(/["']((?:(?:projects|organizations)\/[^"'/]{1,100}\/)?roles\/[^"']{1,200})["']/g);
  return [...names].map(([, name = '']) => name);
}

/** The node a policy is set on; a resource that nothing else tells of gets one. */
function nodeOf(asset: GcpAsset, context: NormalizeContext): NodeId {
  const { assetType, name } = asset;
  const { builder, directory, accounts, members, nodes } = context;
  if (assetType === SERVICE_ACCOUNT_TYPE) {
    const account = accounts.read(name);
    if (account !== undefined) return members.serviceAccount(account.email);
  }
  const id = directory.canonicalId(name);
  if (kindOf(assetType) !== undefined || builder.has(id)) return id;
  const scope = directory.scopeOfAsset(asset);
  const project = scope === undefined ? undefined : directory.scope(scope);
  nodes.add({
    kind: 'resource',
    id,
    provider: GCP,
    type: assetType,
    name: name.slice(name.lastIndexOf('/') + 1),
    ...(scope === undefined ? {} : { scope }),
    attributes: conditionAttributes(assetType, name, {
      ...(project?.projectId === undefined ? {} : { id: project.projectId }),
      ...(project?.projectNumber === undefined ? {} : { number: project.projectNumber }),
    }),
  });
  return id;
}

/** Scopes above everything that has a policy in the input: nobody knows what is granted there. */
function addUnreadScopes(context: NormalizeContext): void {
  const { input, directory, builder } = context;
  for (const { id, kind, key } of directory.scopes) {
    if (directory.chainOf(id).length > 1) continue;
    const why = unreadReason(id, context);
    if (why === undefined) continue;
    addUnread(id, why, context);
    if (input.assets?.complete === false) continue;
    builder.gap({
      scope: id,
      what: 'allow policy',
      why: `${why}; whether it grants anything is unknown`,
      fix: `gcloud asset search-all-iam-policies --scope=${kind}/${key} --format=json, as assets.ndjson`,
      kind: 'not-collected',
    });
  }
}

/** Resources of which nobody knows where they lie: what is granted above them is unknown, not nothing. */
function addUnplaced(context: NormalizeContext): void {
  const { input, directory, builder } = context;
  const why = 'the input does not tell where the resource lies';
  let count = 0;
  let first: NodeId | undefined;
  for (const asset of input.assets?.items ?? []) {
    const id = directory.canonicalId(asset.name);
    if (!isResource(asset) || !builder.has(id) || directory.scopeOfAsset(asset) !== undefined) continue;
    // One text for all of them: there may be many.
    if (first === undefined) addUnreadPolicy(UNPLACED_POLICY, why, context);
    builder.attachment({ policy: UNPLACED_POLICY, node: id, role: 'resource-grant', principals: ANYBODY });
    first ??= id;
    count += 1;
  }
  if (first === undefined) return;
  builder.gap({
    scope: 'assets',
    what: 'ancestors',
    why: `${why}, of \`${first}\`${count === 1 ? '' : ` and ${count - 1} more`}; what is granted above is unknown`,
    fix: 'gcloud asset export --content-type=resource, whose records have `ancestors`',
    kind: 'not-collected',
  });
}

function unreadReason(id: NodeId, { input, policySet }: NormalizeContext): string | undefined {
  if (!policySet.has(id)) return `the allow policy of \`${id}\` is not in the input`;
  return input.assets?.complete === true ? undefined : 'some records of assets could not be read';
}

/** Places a text that may grant anything to anybody. */
function addUnread(node: NodeId, why: string, context: NormalizeContext): void {
  const policy = `${UNREAD_POLICY} of ${node}`;
  addUnreadPolicy(policy, why, context, node);
  context.builder.attachment({ policy, node, role: 'resource-grant', principals: ANYBODY });
}

function addUnreadPolicy(id: string, why: string, { builder }: NormalizeContext, owner?: NodeId): void {
  const document = builder.document({ provider: GCP, statements: [], unreadable: why, mayDeny: false });
  const policy = { id, provider: GCP, name: 'allow policy', type: 'resource', document };
  builder.policy(owner === undefined ? policy : { ...policy, owner });
}

const ANYBODY: PrincipalSelector = { include: [{ match: 'anyone', strength: 'sufficient' }], exclude: [] };

/** Scopes whose allow policy is in the input. */
export function scopesWithPolicy(
  { assets }: NormalizeContext['input'],
  scopeIdOf: (name: string) => NodeId | undefined,
): ReadonlySet<NodeId> {
  const found = new Set<NodeId>();
  for (const { assetType, name, iamPolicy } of assets?.items ?? []) {
    if (iamPolicy === undefined || kindOf(assetType) === undefined) continue;
    const id = scopeIdOf(name);
    if (id !== undefined) found.add(id);
  }
  return found;
}
