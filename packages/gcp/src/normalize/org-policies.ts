import { isRecord, type RawRecord } from '@keyreach/core/input';

/** What holds of a constraint that nobody has set (gcp.md 1.8); `undefined`: it depends on what the input does not tell. */
type Default = boolean | undefined;

/** The switches that techniques ask for, by name without `constraints/`, with their defaults (gcp.md 1.8). */
export const ORG_POLICY_SWITCHES: ReadonlyMap<string, Default> = new Map<string, Default>([
  ['cloudbuild.disableCreateDefaultServiceAccount', false],
  ['cloudbuild.useBuildServiceAccount', undefined],
  ['cloudbuild.useComputeServiceAccount', undefined],
  ['compute.disableSerialPortAccess', false],
  ['compute.requireOsLogin', false],
  // Enforced in organizations made since May 2024.
  ['iam.automaticIamGrantsForDefaultServiceAccounts', undefined],
  ['iam.disableCrossProjectServiceAccountUsage', true],
  ['iam.disableServiceAccountCreation', false],
  ['iam.disableServiceAccountKeyCreation', false],
  ['iam.disableServiceAccountKeyUpload', false],
  ['iam.disableWorkloadIdentityClusterCreation', false],
  ['iam.managed.disableServiceAccountApiKeyCreation', true],
  ['iam.managed.disableServiceAccountCreation', false],
  ['iam.managed.disableServiceAccountKeyCreation', false],
  ['iam.managed.disableServiceAccountKeyUpload', false],
  ['iam.managed.preventPrivilegedBasicRolesForDefaultServiceAccounts', undefined],
  ['storage.publicAccessPrevention', false],
  ['storage.uniformBucketLevelAccess', false],
]);

/** Constraints whose default changed for organizations made since May 2024, so that nobody can tell it. */
const SINCE_2024: ReadonlySet<string> = new Set([
  'iam.disableServiceAccountKeyCreation',
  'iam.disableServiceAccountKeyUpload',
  'iam.managed.disableServiceAccountKeyCreation',
  'iam.managed.disableServiceAccountKeyUpload',
]);

/** A node of the hierarchy with the policies that are set on it. */
export interface OrgPolicyNode {
  readonly id: string;
  /** Id of the node above; absent on the topmost. */
  readonly parent?: string;
  /** The topmost node is an organization, so nothing above it can set anything. */
  readonly root: boolean;
  readonly policies: readonly RawRecord[];
}

/**
 * The effective values of the switches on every node: the policy nearest above counts (gcp.md 1.8). A switch is left out
 * where the input does not decide it: a rule has a condition on tags, or what is above is not in the input.
 *
 * `managed`: whether the input would show policies of managed constraints (`iam.managed.*`), which only lists in the shape of
 * version 2 do.
 */
export function effectiveOrgPolicies(
  nodes: readonly OrgPolicyNode[],
  managed: boolean,
): ReadonlyMap<string, Readonly<Record<string, boolean>>> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const set = new Map(nodes.map(({ id, policies }) => [id, switchesOf(policies)]));
  const known = new Map<string, ReadonlyMap<string, boolean | undefined>>();

  const effective = (node: OrgPolicyNode): ReadonlyMap<string, boolean | undefined> => {
    const chain: OrgPolicyNode[] = [];
    const seen = new Set<string>();
    let current: OrgPolicyNode | undefined = node;
    while (current !== undefined && !known.has(current.id) && !seen.has(current.id)) {
      seen.add(current.id);
      chain.push(current);
      current = current.parent === undefined ? undefined : byId.get(current.parent);
    }
    let inherited = current === undefined ? undefined : known.get(current.id);
    for (const one of chain.reverse()) {
      const own = set.get(one.id);
      const values = new Map<string, boolean | undefined>();
      for (const [name, standard] of ORG_POLICY_SWITCHES) {
        const given = own?.get(name);
        if (given === 'default') values.set(name, SINCE_2024.has(name) ? undefined : standard);
        else if (own?.has(name) === true) values.set(name, given);
        else if (inherited !== undefined) values.set(name, inherited.get(name));
        else values.set(name, one.root ? defaultOf(name, standard, managed) : undefined);
      }
      known.set(one.id, values);
      inherited = values;
    }
    return known.get(node.id) ?? new Map();
  };

  return new Map(
    nodes.map((node) => {
      const values = [...effective(node)].filter((entry): entry is [string, boolean] => entry[1] !== undefined);
      return [node.id, Object.fromEntries(values)] as const;
    }),
  );
}

function defaultOf(name: string, standard: Default, managed: boolean): Default {
  return name.startsWith('iam.managed.') && !managed ? undefined : standard;
}

/** What policies set on one node; `default`: they restore the default, undefined: it cannot be decided. */
function switchesOf(policies: readonly RawRecord[]): ReadonlyMap<string, boolean | 'default' | undefined> {
  const found = new Map<string, boolean | 'default' | undefined>();
  for (const policy of policies) {
    const name = constraintOf(policy);
    if (name === undefined || !ORG_POLICY_SWITCHES.has(name)) continue;
    const value = switchOf(policy);
    // Two policies of one constraint on one node that differ decide nothing.
    found.set(name, found.has(name) && found.get(name) !== value ? undefined : value);
  }
  return found;
}

/** Name of the constraint of a policy of version 1 or 2, without `constraints/`. */
export function constraintOf(policy: RawRecord): string | undefined {
  const { constraint, name } = policy;
  if (typeof constraint === 'string') return constraint.replace(/^constraints\//, '');
  if (typeof name !== 'string') return undefined;
  const at = name.lastIndexOf('/policies/');
  return at < 0 ? undefined : name.slice(at + '/policies/'.length);
}

/** True for a policy in the shape of version 2. */
export function isSecondVersion(policy: RawRecord): boolean {
  return isRecord(policy['spec']) || (typeof policy['name'] === 'string' && policy['name'].includes('/policies/'));
}

function switchOf(policy: RawRecord): boolean | 'default' | undefined {
  if (isRecord(policy['restoreDefault']) || isRecord(policy['restore_default'])) return 'default';
  const first = policy['booleanPolicy'] ?? policy['boolean_policy'];
  // False is left out of what APIs give.
  if (isRecord(first)) return isTrue(first['enforced']);
  const { spec } = policy;
  if (!isRecord(spec)) return undefined;
  if (spec['reset'] === true) return 'default';
  const { rules } = spec;
  if (!Array.isArray(rules) || rules.length === 0) return undefined;
  const values = rules.map((rule: unknown) => (isRecord(rule) ? isTrue(rule['enforce']) : undefined));
  const [value] = values;
  if (value === undefined || values.some((one) => one !== value)) return undefined;
  // Where all rules have conditions, none of them may apply, and then what is above counts.
  return rules.some((rule: unknown) => isRecord(rule) && rule['condition'] === undefined) ? value : undefined;
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === 'TRUE';
}
