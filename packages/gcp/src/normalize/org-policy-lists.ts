import { isRecord, type RawRecord } from '@keyreach/core/input';
import { constraintOf, type OrgPolicyNode } from './org-policies.ts';

/** The lists that techniques ask for, by name without `constraints/`; where nobody sets one, everything is allowed (gcp.md 1.8). */
export const ORG_POLICY_LISTS: readonly string[] = [
  'iam.workloadIdentityPoolAwsAccounts',
  'iam.workloadIdentityPoolProviders',
];

/** What a list constraint lets pass: all values or some, but for those it denies. Values are sorted, without `is:`. */
export interface OrgPolicyList {
  readonly allowed: 'all' | readonly string[];
  readonly denied: readonly string[];
}

const EVERYTHING: OrgPolicyList = { allowed: 'all', denied: [] };

/** What a policy of one node says; `default`: as if nobody had set anything. */
interface Said extends OrgPolicyList {
  readonly inherits: boolean;
}

/**
 * The effective value of the list constraints on every node: the policy nearest above counts, together with what is above it
 * where it says so (gcp.md 1.8). A list is left out where the input does not decide it, as in `effectiveOrgPolicies`.
 */
export function effectiveOrgPolicyLists(
  nodes: readonly OrgPolicyNode[],
): ReadonlyMap<string, Readonly<Record<string, OrgPolicyList>>> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const found = new Map<string, Record<string, OrgPolicyList>>();
  for (const name of ORG_POLICY_LISTS) {
    const said = new Map(nodes.map(({ id, policies }) => [id, saidBy(policies, name)]));
    for (const { id } of nodes) {
      const list = effective(id, byId, said);
      if (list === undefined) continue;
      const own = found.get(id) ?? {};
      own[name] = list;
      found.set(id, own);
    }
  }
  return found;
}

function effective(
  id: string,
  byId: ReadonlyMap<string, OrgPolicyNode>,
  said: ReadonlyMap<string, Said | 'default' | 'open' | undefined>,
): OrgPolicyList | undefined {
  const merged: Said[] = [];
  const seen = new Set<string>();
  for (let at: string | undefined = id; at !== undefined && !seen.has(at); at = byId.get(at)?.parent) {
    seen.add(at);
    const own = said.get(at);
    if (own === 'open') return undefined;
    if (own === 'default') return union(merged, EVERYTHING);
    if (own !== undefined) {
      merged.push(own);
      if (!own.inherits) return union(merged);
    }
    if (byId.get(at)?.root === true) return union(merged, ...(merged.length === 0 ? [EVERYTHING] : []));
  }
  return undefined;
}

function union(lists: readonly OrgPolicyList[], ...more: readonly OrgPolicyList[]): OrgPolicyList {
  const all = [...lists, ...more];
  const allowed = all.flatMap((one) => (one.allowed === 'all' ? [] : one.allowed));
  const denied = all.flatMap((one) => one.denied);
  return {
    allowed: all.some((one) => one.allowed === 'all') ? 'all' : sorted(allowed),
    denied: sorted(denied),
  };
}

function sorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

/** What the policies of a node say of a constraint; `open`: it cannot be decided, undefined: nothing. */
function saidBy(policies: readonly RawRecord[], name: string): Said | 'default' | 'open' | undefined {
  const own = policies.filter((policy) => constraintOf(policy) === name).map(listOf);
  const [first, ...others] = own;
  // Two policies of one constraint on one node that differ decide nothing.
  return others.some((one) => JSON.stringify(one) !== JSON.stringify(first)) ? 'open' : first;
}

function listOf(policy: RawRecord): Said | 'default' | 'open' {
  if (isRecord(policy['restoreDefault']) || isRecord(policy['restore_default'])) return 'default';
  const first = policy['listPolicy'] ?? policy['list_policy'];
  if (isRecord(first)) {
    const all = first['allValues'] ?? first['all_values'];
    return {
      ...ruleOf({
        allowAll: all === 'ALLOW' || all === 1,
        denyAll: all === 'DENY' || all === 2,
        values: first,
      }),
      inherits: isTrue(first['inheritFromParent'] ?? first['inherit_from_parent']),
    };
  }
  const { spec } = policy;
  if (!isRecord(spec)) return 'open';
  if (spec['reset'] === true) return 'default';
  const { rules } = spec;
  if (!Array.isArray(rules) || rules.length === 0) return 'open';
  const read: OrgPolicyList[] = [];
  for (const rule of rules as readonly unknown[]) {
    if (!isRecord(rule) || rule['condition'] !== undefined) return 'open';
    const { values } = rule;
    read.push(
      ruleOf({
        allowAll: isTrue(rule['allowAll']),
        denyAll: isTrue(rule['denyAll']),
        values: isRecord(values) ? values : {},
      }),
    );
  }
  return { ...union(read), inherits: isTrue(spec['inheritFromParent']) };
}

interface Rule {
  readonly allowAll: boolean;
  readonly denyAll: boolean;
  readonly values: RawRecord;
}

function ruleOf({ allowAll, denyAll, values }: Rule): OrgPolicyList {
  if (denyAll) return { allowed: [], denied: [] };
  const allowed = texts(values['allowedValues'] ?? values['allowed_values']);
  const denied = texts(values['deniedValues'] ?? values['denied_values']);
  // Where only denials are listed, everything else passes.
  return { allowed: allowAll || (allowed.length === 0 && denied.length > 0) ? 'all' : allowed, denied };
}

function texts(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return sorted(
    value
      .filter((one): one is string => typeof one === 'string')
      .map((one) => (one.startsWith('is:') ? one.slice('is:'.length) : one)),
  );
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === 'TRUE';
}
