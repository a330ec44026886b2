import type { NodeId } from '@keyreach/core/graph';
import type { EntraGroup } from '../bundle/azure-input.ts';
import { AZURE, entraId, tenantId } from './azure-ids.ts';
import type { DirectoryFacts } from './directory-facts.ts';
import { distinctRecords } from './distinct-records.ts';
import { holdsNow } from './instants.ts';
import { nodesOfOwners } from './nodes-of-owners.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { typeOfReference } from './register-directory.ts';
import { toldFacts } from './told-facts.ts';

/** Most unread groups that the gap names. */
const MOST_NAMED = 100;

/** Adds groups with their direct members, and memberships that somebody may activate (azure.md 1.5, 1.6). */
export function addGroups(context: NormalizeContext, facts: DirectoryFacts): void {
  const { input, builder, tenant, principals } = context;
  const eligibleOwners = addEligible(context);
  const unread: string[] = [];
  for (const group of context.distinct.of(input.groups)) {
    const id = entraId(tenant, group.id);
    addGroup(group, facts, eligibleOwners.get(id), context);
    if (group.members?.complete !== true) unread.push(group.displayName ?? group.id);
    for (const member of group.members?.items ?? []) {
      const type = typeOfReference(member);
      if (type === null) continue;
      const from = principals.name(member.id, type === undefined ? {} : { type });
      if (from !== id) builder.edge({ type: 'member-of', from, to: id });
    }
  }
  if (unread.length === 0) return;
  unread.sort();
  const shown = unread.slice(0, MOST_NAMED).map((name) => `\`${name.slice(0, 300)}\``);
  const more = unread.length - shown.length;
  builder.gap({
    scope: tenantId(tenant),
    what: 'group members',
    why: `members of ${shown.join(', ')}${more === 0 ? '' : ` and ${more} more groups`} are not all in the input; everybody may be one`,
    fix: 'GroupMember.Read.All for the collector, or `members` of each group in graph/groups.json',
    kind: 'not-collected',
  });
}

function addGroup(
  group: EntraGroup,
  facts: DirectoryFacts,
  eligibleOwners: readonly NodeId[] | undefined,
  context: NormalizeContext,
): void {
  const types = new Set(group.groupTypes.map((type) => type.toLowerCase()));
  context.builder.node({
    kind: 'identity',
    id: entraId(context.tenant, group.id),
    provider: AZURE,
    type: 'group',
    name: group.displayName ?? group.id,
    scope: tenantId(context.tenant),
    attributes: toldFacts({
      objectId: group.id.toLowerCase(),
      membersUnread: group.members?.complete === true ? undefined : true,
      dynamic: types.has('dynamicmembership'),
      membershipRule: group.membershipRule,
      synced: group.onPremisesSyncEnabled,
      roleAssignable: group.isAssignableToRole,
      securityEnabled: group.securityEnabled,
      unified: types.has('unified'),
      ...nodesOfOwners(group.owners, context),
      eligibleOwners,
      ...facts.of(group.id, group.isManagementRestricted),
    }),
  });
}

/** Memberships that somebody may activate: they are perhaps; gives who may make itself an owner, by group. */
function addEligible({ input, builder, principals, now }: NormalizeContext): ReadonlyMap<NodeId, readonly NodeId[]> {
  const owners = new Map<NodeId, Set<NodeId>>();
  for (const schedule of distinctRecords(input.groupEligibilities?.items)) {
    if (holdsNow(schedule, now) === false) continue;
    const from = principals.name(schedule.principalId);
    const to = principals.name(schedule.groupId, { type: 'group' });
    // Nobody activates for a service principal (azure.md 1.6).
    if (isMachine(principals.typeOf(from))) continue;
    if (schedule.accessId === 'member') {
      if (from !== to) builder.edge({ type: 'member-of', from, to, certainty: 'conditional' });
      continue;
    }
    owners.set(to, (owners.get(to) ?? new Set()).add(from));
  }
  return new Map([...owners].map(([group, ids]) => [group, [...ids].sort()]));
}

function isMachine(type: string | undefined): boolean {
  return type === 'service-principal' || type === 'managed-identity' || type === 'agent';
}
