import { EMPTY_LIST, isRecord, type Listed, type RawRecord, type Report } from '@keyreach/core/input';
import type { GcpGroupMember } from './gcp-input.ts';

type Groups = ReadonlyMap<string, Listed<GcpGroupMember>>;

const MOST_NAME = 1000;

/**
 * Reads groups.json: `{ "group:a@x": ["user:…", …] }` or, with roles, `{ "group:a@x": [{ "member": "user:…", "roles": ["OWNER"] }] }`.
 * Replies of the memberships API, `{ memberships: [...] }`, are taken too. A group that is no key is unread; one with an element
 * that cannot be read may have more members (gcp.md 1.5, 4.2).
 */
export function readGroups(raw: unknown, report: Report): Groups | undefined {
  if (!isRecord(raw)) {
    report('', 'an object of lists of members by `group:EMAIL`');
    return undefined;
  }
  const groups = new Map<string, Listed<GcpGroupMember>>();
  for (const [index, [name, value]] of Object.entries(raw).entries()) {
    const email = name.startsWith('group:') ? name.slice('group:'.length) : name;
    if (!email.includes('@') || email.length > MOST_NAME) {
      report(`entry ${index + 1}`, 'a name such as `group:EMAIL`');
      continue;
    }
    const key = `group:${email.toLowerCase()}`;
    const known = groups.get(key);
    const read = readMembers(value, `entry ${index + 1}`, report);
    groups.set(key, known === undefined ? read : both(known, read));
  }
  return groups;
}

/** One group under two spellings of its address. */
function both(left: Listed<GcpGroupMember>, right: Listed<GcpGroupMember>): Listed<GcpGroupMember> {
  return { items: [...left.items, ...right.items], complete: left.complete && right.complete };
}

function readMembers(raw: unknown, where: string, report: Report): Listed<GcpGroupMember> {
  // `{}` is how an empty list comes (gcp.md 4.1).
  if (isRecord(raw) && Object.keys(raw).length === 0) return EMPTY_LIST;
  const list = isRecord(raw) && Array.isArray(raw['memberships']) ? raw['memberships'] : raw;
  if (!Array.isArray(list)) {
    report(where, 'an array of members');
    return { items: [], complete: false };
  }
  const items: GcpGroupMember[] = [];
  let complete = !(isRecord(raw) && typeof raw['nextPageToken'] === 'string' && raw['nextPageToken'] !== '');
  if (!complete) report(`${where}.nextPageToken`, 'all pages merged into one list');
  for (const [index, element] of list.entries()) {
    const member = readMember(element);
    if (member !== undefined) items.push(member);
    else {
      report(`${where}[${index}]`, 'a member such as `user:EMAIL`');
      complete = false;
    }
  }
  return { items, complete };
}

function readMember(raw: unknown): GcpGroupMember | undefined {
  if (typeof raw === 'string') return isMember(raw) ? { member: raw } : undefined;
  if (!isRecord(raw)) return undefined;
  const told = typeof raw['member'] === 'string' && isMember(raw['member']) ? raw['member'] : memberOfKey(raw);
  if (told === undefined) return undefined;
  const roles = rolesOf(raw['roles']);
  // A role that cannot be read may be that of an owner.
  if (roles === 'damaged') return undefined;
  return { member: told, ...(roles === undefined ? {} : { roles }) };
}

/** `preferredMemberKey` is one key of direct memberships, a list of transitive ones; the type tells what it names. */
function memberOfKey(raw: RawRecord): string | undefined {
  const keys: unknown = raw['preferredMemberKey'];
  const key: unknown = Array.isArray(keys) ? keys[0] : keys;
  const id = isRecord(key) ? key['id'] : undefined;
  if (typeof id !== 'string' || !id.includes('@') || id.length > MOST_NAME) return undefined;
  if (id.toLowerCase().endsWith('.gserviceaccount.com')) return `serviceAccount:${id}`;
  switch (raw['type']) {
    case 'USER':
      return `user:${id}`;
    case 'GROUP':
      return `group:${id}`;
    case 'SERVICE_ACCOUNT':
      return `serviceAccount:${id}`;
    default:
      // Of transitive memberships the name tells users from groups.
      return typeof raw['member'] === 'string' && raw['member'].startsWith('groups/') ? `group:${id}` : undefined;
  }
}

function rolesOf(raw: unknown): readonly string[] | 'damaged' | undefined {
  if (raw === undefined || raw === null) return undefined;
  if (!Array.isArray(raw)) return 'damaged';
  const roles = raw.map((role: unknown) => (isRecord(role) ? (role['name'] ?? role['role']) : role));
  const told = roles.filter((role): role is string => typeof role === 'string' && role.length <= MOST_NAME);
  return told.length === roles.length ? told : 'damaged';
}

function isMember(text: string): boolean {
  return (
    text.length <= MOST_NAME && /^(?:deleted:)?(?:user|serviceAccount|group|domain|principal|principalSet):./.test(text)
  );
}
