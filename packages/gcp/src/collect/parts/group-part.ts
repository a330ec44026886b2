import { isRecord, type RawRecord } from '@keyreach/core/input';
import { METHODS } from '../methods.ts';
import type { GcpCollectPart, ScopeCalls } from '../part.ts';

/** Groups that are read at most, nested ones among them; those beyond are a gap. */
const MOST_GROUPS = 50_000;

/** Members of the groups that policies name, and of the groups in them; a group that cannot be read is no key of the file. */
export const GROUP_PART: GcpCollectPart = {
  name: 'groups',
  what: 'groups',
  owners: 'last',
  files: ['groups.json'],
  methods: [METHODS.groupLookup, METHODS.memberships, METHODS.transitiveMemberships],
  run: async (calls, _owner, { groups: named }) => {
    const read = new Map<string, readonly unknown[]>();
    const asked = new Set<string>();
    let next = named;
    while (next.length > 0) {
      const fresh = [...new Set(next)].filter((group) => !asked.has(group)).sort();
      const wave = fresh.slice(0, MOST_GROUPS - asked.size);
      if (wave.length < fresh.length) calls.gap({ what: 'groups', why: `more than ${MOST_GROUPS} groups` });
      for (const group of wave) asked.add(group);
      const members = await Promise.all(wave.map((group) => membersOf(group, calls)));
      next = [];
      for (const [index, group] of wave.entries()) {
        const found = members[index];
        if (found === undefined) continue;
        read.set(group, found);
        for (const { member } of found) {
          if (typeof member === 'string' && member.startsWith('group:') && asked.size < MOST_GROUPS)
            next = [...next, member];
        }
      }
    }
    const entries = [...read].sort(([left], [right]) => (left < right ? -1 : 1));
    return { 'groups.json': Object.fromEntries(entries) };
  },
};

async function membersOf(group: string, calls: ScopeCalls): Promise<readonly RawRecord[] | undefined> {
  const query = { 'groupKey.id': group.slice('group:'.length) };
  const found = await calls.send({ method: METHODS.groupLookup, path: '/v1/groups:lookup', query });
  if (!found.ok) {
    calls.failed(`members of ${group}`, found.failed);
    return undefined;
  }
  const { name } = found.reply;
  if (typeof name !== 'string' || !/^groups\/[\w-]{1,100}$/.test(name)) {
    calls.unread({ what: `members of ${group}`, why: 'groups.lookup gave no name' });
    return undefined;
  }
  const direct = await calls.list(
    { method: METHODS.memberships, path: `/v1/${name}/memberships`, query: { view: 'FULL', pageSize: '500' } },
    'memberships',
  );
  if (direct.failed === undefined) return direct.items.map(memberOf);
  // Everyone in it, however deep, where one may search but not list.
  const all = await calls.list(
    {
      method: METHODS.transitiveMemberships,
      path: `/v1/${name}/memberships:searchTransitiveMemberships`,
      query: { pageSize: '1000' },
    },
    'memberships',
  );
  if (all.failed === undefined) return all.items.map(memberOf);
  calls.failed(`members of ${group}`, direct.failed);
  return undefined;
}

const KINDS: Readonly<Record<string, string>> = { GROUP: 'group', SERVICE_ACCOUNT: 'serviceAccount', USER: 'user' };

/** Of transitive memberships the name of the member tells what it is. */
const NAMES: readonly (readonly [string, string])[] = [
  ['groups/', 'group'],
  ['users/', 'user'],
];

/** As groups.json has it; one whose kind is not known stays without `member`, and the list counts as incomplete. */
function memberOf({ preferredMemberKey, type, member, roles, relationType }: RawRecord): RawRecord {
  const key: unknown = Array.isArray(preferredMemberKey)
    ? (preferredMemberKey as readonly unknown[])[0]
    : preferredMemberKey;
  const id = isRecord(key) ? key['id'] : undefined;
  if (typeof id !== 'string') return {};
  const named = typeof member === 'string' ? NAMES.find(([start]) => member.startsWith(start))?.[1] : undefined;
  const kind =
    (typeof type === 'string' ? KINDS[type] : undefined) ??
    (id.endsWith('.gserviceaccount.com') ? 'serviceAccount' : named);
  if (kind === undefined) return { id };
  // Who is in it by way of another group only is an owner of that one at most.
  const names = relationType === 'INDIRECT' ? ['MEMBER'] : roleNames(roles);
  return { member: `${kind}:${id.toLowerCase()}`, ...(names.length === 0 ? {} : { roles: names }) };
}

/** `{ name }` of direct memberships, `{ role }` of transitive ones; sorted. */
function roleNames(roles: unknown): readonly string[] {
  const list = Array.isArray(roles) ? (roles as readonly unknown[]).filter(isRecord) : [];
  return list.flatMap(({ name, role }) => [name, role].filter((one) => typeof one === 'string')).sort();
}
