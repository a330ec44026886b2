import type { Json, ScopeNode, Timestamp } from '@keyreach/core/graph';
import { readTimestamp } from '@keyreach/core/input';
import { fieldText } from './field-values.ts';
import { GCP } from './gcp-ids.ts';
import { hasInventory } from './inventory.ts';
import type { NormalizeContext } from './normalize-context.ts';
import type { KnownScope, ScopeKind } from './project-directory.ts';

const TYPES: Readonly<Record<ScopeKind, string>> = {
  projects: 'project',
  folders: 'folder',
  organizations: 'organization',
};

/** Adds organizations, folders and projects (docs/graph-gcp.md, Scopes). */
export function addScopes(context: NormalizeContext): void {
  const { input, nodes, directory } = context;
  for (const scope of directory.scopes) {
    const topmost = directory.chainOf(scope.id).length === 1;
    const attributes: Record<string, Json> = { ...scopeFacts(scope) };
    if (topmost && !hasInventory(input)) attributes['resourcesUnlisted'] = true;
    // What is above and not in the input may have policies of which no file tells.
    const isTop = scope.listed && scope.parentTold && scope.parent === undefined;
    if (topmost && !(isTop && input.denyPolicies?.complete === true)) attributes['denyUnread'] = true;
    if (topmost && !(isTop && boundariesComplete(context))) attributes['boundariesUnread'] = true;
    nodes.add(scopeNode(scope, attributes));
  }
}

function boundariesComplete({ input }: NormalizeContext): boolean {
  return input.boundaries?.policies.complete === true && input.boundaries.bindings.complete;
}

function scopeNode(scope: KnownScope, attributes: Readonly<Record<string, Json>>): ScopeNode {
  const { id, kind, key, data, parent, projectId } = scope;
  const name = fieldText(data, 'projectId') ?? projectId ?? fieldText(data, 'displayName') ?? key;
  const created = createdAt(data);
  return {
    kind: 'scope',
    id,
    provider: GCP,
    type: TYPES[kind],
    name,
    ...(parent === undefined ? {} : { scope: parent }),
    ...(created === undefined ? {} : { created }),
    attributes,
  };
}

function createdAt(data: KnownScope['data']): Timestamp | undefined {
  return readTimestamp(fieldText(data, 'createTime', 'creationTime'));
}

function scopeFacts({ kind, key, data, projectId, projectNumber }: KnownScope): Readonly<Record<string, Json>> {
  const facts: Record<string, Json> = {};
  const state = fieldText(data, 'lifecycleState', 'state');
  if (state !== undefined) facts['state'] = state;
  if (kind === 'projects') {
    if (projectId !== undefined) facts['projectId'] = projectId;
    if (projectNumber !== undefined) facts['projectNumber'] = projectNumber;
  }
  if (kind === 'organizations') {
    const customer = fieldText(data, 'directoryCustomerId', 'owner.directoryCustomerId');
    if (customer !== undefined) facts['customerId'] = customer;
    facts['organizationNumber'] = key;
  }
  const displayName = fieldText(data, 'displayName', 'name');
  if (displayName !== undefined && !displayName.includes('/')) facts['displayName'] = displayName;
  return facts;
}
