import type { NodeId } from '@keyreach/core/graph';
import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { GcpInput, GcpInsight } from '../bundle/gcp-input.ts';
import { ProjectNames } from './project-names.ts';
import type { RecordedPrincipals } from './recorded-principals.ts';
import type { RecordedUseContext } from './recorded-use-context.ts';
import { periodBefore, sharedTime } from './seen-time.ts';

const SOURCE = 'permission-insights';

/** What one insight tells of one binding. */
interface BindingInsight {
  readonly identity: NodeId;
  readonly member: string;
  /** Canonical resource, role and condition. */
  readonly binding: string;
  readonly role: string;
  readonly resource: string;
  readonly exercised: readonly string[];
  readonly inferred: readonly string[];
  readonly from: string;
  readonly to: string;
}

/**
 * Adds which permissions of a binding were exercised (insights `PERMISSIONS_USAGE`, gcp.md 5). When within the observation
 * period is not told. Permissions that are only inferred were perhaps used. No use of the rest is proven where every binding
 * that names the account and has the permission has such an insight, and no group it is in is granted the permission.
 */
export function addPermissionInsights(context: RecordedUseContext, principals: RecordedPrincipals): void {
  const { input, builder } = context;
  const given = (input.insights?.items ?? []).filter(({ insightSubtype }) => insightSubtype === 'PERMISSIONS_USAGE');
  if (given.length === 0) return;
  const names = new ProjectNames(input);
  const byMember = new Map<string, BindingInsight[]>();
  for (const insight of given) {
    const one = read(insight, names, principals);
    if (one === undefined) continue;
    const { identity, resource, from } = one;
    // Use at some time after `first`: until when is not told.
    for (const action of one.exercised) {
      builder.usage({ identity, action, resource, first: from, count: 1, source: SOURCE });
    }
    for (const action of one.inferred) {
      builder.usage({ identity, action, resource, first: from, count: 1, perhaps: true, source: SOURCE });
    }
    const known = byMember.get(one.member);
    if (known === undefined) byMember.set(one.member, [one]);
    else known.push(one);
  }
  const granted = new GrantedToMembers(input, names, new Set(byMember.keys()));
  for (const [member, insights] of byMember) {
    const [first] = insights;
    if (first === undefined) continue;
    const include = granted.watched(member, insights);
    if (include.length === 0) continue;
    const { from, to } = sharedTime(insights);
    if (from >= to) continue;
    const actions = { include, exclude: [] };
    builder.observation({ subject: first.identity, actions, granularity: 'action', from, to, source: SOURCE });
  }
}

function read(
  { content, lastRefreshTime, observationPeriod, targetResources }: GcpInsight,
  names: ProjectNames,
  principals: RecordedPrincipals,
): BindingInsight | undefined {
  const { role, member } = content;
  const [target] = targetResources;
  const seen = periodBefore(lastRefreshTime, observationPeriod);
  if (typeof role !== 'string' || typeof member !== 'string' || target === undefined || seen === undefined) {
    return undefined;
  }
  // What a group did is not told of one of its members.
  if (!/^(?:serviceAccount|user|principal):/.test(member)) return undefined;
  const identity = principals.identity(member);
  if (identity === undefined) return undefined;
  const resource = names.canonical(target);
  return {
    identity,
    member: member.toLowerCase(),
    binding: JSON.stringify([resource, role, conditionOf(content['condition'])]),
    role,
    resource,
    exercised: permissionsIn(content['exercisedPermissions']),
    inferred: permissionsIn(content['inferredPermissions']),
    ...seen,
  };
}

function conditionOf(value: unknown): string {
  const expression = isRecord(value) ? value['expression'] : undefined;
  return typeof expression === 'string' ? expression : '';
}

function permissionsIn(value: unknown): readonly string[] {
  const elements: readonly RawRecord[] = Array.isArray(value) ? value.slice(0, MOST_PERMISSIONS).filter(isRecord) : [];
  const found = elements.flatMap(({ permission }) =>
    typeof permission === 'string' && permission !== '' && permission.length < 200 ? [permission] : [],
  );
  return [...new Set(found)].sort();
}

const MOST_PERMISSIONS = 50_000;

/** Bindings of the members that insights speak of, and of the groups around them. */
class GrantedToMembers {
  readonly #permissions: ReadonlyMap<string, readonly string[]>;
  /** Binding → role, by member in lower case. */
  readonly #bindings = new Map<string, Map<string, string>>();
  readonly #groups: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #complete: boolean;

  constructor(input: GcpInput, names: ProjectNames, members: ReadonlySet<string>) {
    this.#permissions = new Map(
      (input.roles?.items ?? []).map(({ name, includedPermissions }) => [name, includedPermissions]),
    );
    this.#groups = groupsAround(input, members);
    const around = new Set([...this.#groups.values()].flatMap((groups) => [...groups]));
    let complete = input.assets?.complete === true && input.assets.hasPolicies;
    for (const { name, iamPolicy } of input.assets?.items ?? []) {
      if (iamPolicy === undefined) continue;
      complete &&= iamPolicy.bindings.complete;
      const resource = names.canonical(name);
      for (const { role, members: named, condition } of iamPolicy.bindings.items) {
        for (const raw of named) {
          const member = raw.toLowerCase();
          if (!members.has(member) && !around.has(member)) continue;
          const held = this.#bindings.get(member) ?? new Map<string, string>();
          this.#bindings.set(member, held);
          held.set(JSON.stringify([resource, role, condition?.expression ?? '']), role);
        }
      }
    }
    this.#complete = complete;
  }

  /** Permissions of which every binding of a member is watched, sorted. */
  watched(member: string, insights: readonly BindingInsight[]): readonly string[] {
    if (!this.#complete) return [];
    const seen = new Set(insights.map(({ binding }) => binding));
    const watched = new Set(insights.flatMap(({ role }) => this.#permissions.get(role) ?? []));
    const take = (role: string): boolean => {
      const permissions = this.#permissions.get(role);
      // A role that nobody knows may have any of them.
      if (permissions === undefined) return false;
      for (const permission of permissions) watched.delete(permission);
      return true;
    };
    for (const [binding, role] of this.#bindings.get(member) ?? []) if (!seen.has(binding) && !take(role)) return [];
    for (const group of this.#groups.get(member) ?? []) {
      for (const role of (this.#bindings.get(group) ?? new Map<string, string>()).values()) if (!take(role)) return [];
    }
    return [...watched].sort();
  }
}

/** Groups that members are in, directly or by way of others; all in lower case. */
function groupsAround(input: GcpInput, members: ReadonlySet<string>): ReadonlyMap<string, ReadonlySet<string>> {
  const parents = new Map<string, string[]>();
  for (const [group, { items }] of input.groups ?? []) {
    for (const { member } of items) {
      const known = parents.get(member.toLowerCase());
      if (known === undefined) parents.set(member.toLowerCase(), [group]);
      else known.push(group);
    }
  }
  const around = new Map<string, ReadonlySet<string>>();
  for (const member of members) {
    const found = new Set<string>(parents.get(member) ?? []);
    for (const group of found) for (const parent of parents.get(group) ?? []) found.add(parent);
    around.set(member, found);
  }
  return around;
}
