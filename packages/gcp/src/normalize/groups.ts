import type { NodeId } from '@keyreach/core/graph';
import type { GcpGroupMember } from '../bundle/gcp-input.ts';
import { GCP } from './gcp-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';

/** Most unread groups that the gap names. */
const MOST_NAMED = 100;

/**
 * Adds groups with their members, and those that are named only: nobody knows who is in them, so everybody is, perhaps
 * (gcp.md 1.1, 1.5). Call once everybody is named; members of groups are named here.
 */
export function addGroups(context: NormalizeContext): void {
  const { input, members, builder } = context;
  const read = [...(input.groups ?? new Map())].sort(([left], [right]) => (left < right ? -1 : 1));
  for (const [key, listed] of read) {
    const id = members.group(key.slice(key.indexOf(':') + 1));
    const managers: NodeId[] = [];
    let complete = listed.complete;
    for (const member of listed.items) {
      const ids = memberIds(member, context);
      if (ids === undefined) complete = false;
      for (const from of ids ?? []) {
        if (from !== id) builder.edge({ type: 'member-of', from, to: id });
        if (isManager(member)) managers.push(from);
      }
    }
    addGroup(id, complete, managers, context);
  }
  const unread = [...members.groups].filter((email) => input.groups?.has(`group:${email}`) !== true).sort();
  for (const email of unread) addGroup(`group:${email}`, false, [], context);
  if (unread.length === 0) return;
  const shown = unread.slice(0, MOST_NAMED).map((email) => `\`${email.slice(0, 300)}\``);
  const more = unread.length - shown.length;
  builder.gap({
    scope: 'groups',
    what: 'group members',
    why: `members of ${shown.join(', ')}${more === 0 ? '' : ` and ${more} more groups`} are not in the input; everybody may be one`,
    fix: 'gcloud identity groups memberships search-transitive-memberships --group-email=GROUP --format=json for each of them, as groups.json',
    kind: 'not-collected',
  });
}

function addGroup(id: NodeId, complete: boolean, managers: readonly NodeId[], { nodes }: NormalizeContext): void {
  nodes.add({
    kind: 'identity',
    id,
    provider: GCP,
    type: 'group',
    name: id.slice('group:'.length),
    attributes: {
      email: id.slice('group:'.length),
      ...(complete ? {} : { membersUnread: true }),
      ...(managers.length === 0 ? {} : { managers: [...new Set(managers)].sort() }),
    },
  });
}

function isManager({ roles }: GcpGroupMember): boolean {
  return roles?.some((role) => role === 'OWNER' || role === 'MANAGER') === true;
}

/** Nodes of a member; undefined where nobody can tell who is meant. */
function memberIds({ member }: GcpGroupMember, { members }: NormalizeContext): readonly NodeId[] | undefined {
  const ids: NodeId[] = [];
  for (const matcher of members.matchers(member)) {
    if (matcher.match === 'node' || matcher.match === 'member') ids.push(matcher.id);
    else if (matcher.match !== 'unresolved' || !matcher.dangling) return undefined;
  }
  return ids;
}
