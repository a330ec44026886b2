import {
  type Listed,
  optionalString,
  type RawRecord,
  type Report,
  readNestedStrings,
  requiredString,
} from '@keyreach/core/input';
import type { GcpRole } from './gcp-input.ts';
import { readPages } from './pages.ts';

/**
 * Reads roles.json: predefined and custom roles with their permissions (gcp.md 1.6, 4.1). Lists of the basic view name roles without
 * permissions, which says nothing of what they grant; some roles really have none, and then the field is left out as well. So a role
 * without the field is believed to have none only where at least as many roles of its container have some, or it is deleted.
 */
export function readRoles(raw: unknown, report: Report): Listed<GcpRole> | undefined {
  const listed = readPages(raw, 'roles', report, readRole);
  if (listed === undefined) return undefined;
  const balance = new Map<string, number>();
  for (const { role, told } of listed.items) {
    const container = containerOf(role);
    balance.set(container, (balance.get(container) ?? 0) + (told ? 1 : -1));
  }
  const items = listed.items
    .filter(({ role, told }) => told || role.deleted === true || (balance.get(containerOf(role)) ?? -1) >= 0)
    .map(({ role }) => role);
  const unread = listed.items.length - items.length;
  if (unread > 0) report('', `roles with \`includedPermissions\` (view=FULL); ${unread} without are left out`);
  if (items.length === 0 && unread > 0) return undefined;
  return { items, complete: listed.complete && unread === 0 };
}

/** `projects/P`, `organizations/O`; nothing for predefined roles. Each is listed by a call of its own. */
function containerOf({ name }: GcpRole): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('roles/')));
}

function readRole(
  raw: RawRecord,
  where: string,
  report: Report,
): { readonly role: GcpRole; readonly told: boolean } | undefined {
  const name = requiredString(raw, 'name', where, report);
  const permissions = readNestedStrings(raw, 'includedPermissions', where, report);
  if (name === undefined || !permissions.complete) return undefined;
  const title = optionalString(raw, 'title', where, report);
  const stage = optionalString(raw, 'stage', where, report);
  const role: GcpRole = {
    name,
    ...(title === undefined ? {} : { title }),
    includedPermissions: permissions.items,
    ...(stage === undefined ? {} : { stage }),
    ...(raw['deleted'] === true ? { deleted: true } : {}),
  };
  return { role, told: Array.isArray(raw['includedPermissions']) };
}
