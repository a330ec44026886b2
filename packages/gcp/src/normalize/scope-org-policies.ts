import type { NodeId } from '@keyreach/core/graph';
import type { RawRecord } from '@keyreach/core/input';
import type { NormalizeContext } from './normalize-context.ts';
import { constraintOf, effectiveOrgPolicies, isSecondVersion, type OrgPolicyNode } from './org-policies.ts';
import { effectiveOrgPolicyLists } from './org-policy-lists.ts';

const POLICY = 'orgpolicy.googleapis.com/Policy';

/** Notes the organization policies in force on every scope, as `orgPolicies` and `orgPolicyLists` (gcp.md 1.8). */
export function addOrgPolicies({ input, nodes, directory }: NormalizeContext): void {
  const set = new Map<NodeId, RawRecord[]>();
  let second = false;
  const add = (scope: NodeId | undefined, policies: readonly RawRecord[]): void => {
    if (scope === undefined) return;
    const of = set.get(scope) ?? [];
    of.push(...policies);
    set.set(scope, of);
    second ||= policies.some(isSecondVersion);
  };
  for (const { name, assetType, orgPolicies, resource } of input.assets?.items ?? []) {
    if (orgPolicies !== undefined) add(directory.scopeIdOf(name), orgPolicies);
    if (assetType === POLICY && resource !== undefined) add(scopeOfPolicy(name, directory), [resource.data]);
  }
  for (const policy of input.orgPolicies?.items ?? []) {
    const { name } = policy;
    if (typeof name === 'string') add(scopeOfPolicy(name, directory), [policy]);
  }
  const collected = input.assets?.hasOrgPolicies === true || input.orgPolicies !== undefined || set.size > 0;
  if (!collected) return;
  // A list that is cut off may lack what is set anywhere; then only what is set is known.
  const complete = input.assets?.complete === true && input.orgPolicies?.complete !== false;
  const tree = [...directory.scopes].map(({ id, kind, parent }): OrgPolicyNode => {
    const policies = set.get(id) ?? [];
    const root = kind === 'organizations' && complete;
    // Something nearer may be missing from a list that is cut off, so that nothing is handed down.
    return { id, root, policies, ...(parent === undefined || !complete ? {} : { parent }) };
  });
  for (const [id, switches] of effectiveOrgPolicies(tree, second)) {
    if (Object.keys(switches).length > 0) nodes.note(id, { attributes: { orgPolicies: { ...switches } } });
  }
  for (const [id, lists] of effectiveOrgPolicyLists(tree)) {
    const told = Object.entries(lists).map(([name, { allowed, denied }]) => [name, { allowed, denied }] as const);
    nodes.note(id, { attributes: { orgPolicyLists: Object.fromEntries(told) } });
  }
}

/** `//orgpolicy.googleapis.com/projects/N/policies/CONSTRAINT` belongs to `projects/N`. */
function scopeOfPolicy(name: string, directory: NormalizeContext['directory']): NodeId | undefined {
  if (constraintOf({ name }) === undefined) return undefined;
  const [, scope] = /^(?:\/\/[^/]+\/)?((?:projects|folders|organizations)\/[^/]+)\/policies\//.exec(name) ?? [];
  return scope === undefined ? undefined : directory.scopeIdOf(scope);
}
