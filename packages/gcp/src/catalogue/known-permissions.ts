import type { Statement } from '@keyreach/core/graph';
import type { PermissionKind } from './permission-kind.ts';
import { PERMISSION_TABLE } from './permission-table.ts';

/** A legacy basic role (gcp.md 1.6). */
export type BasicRole = 'roles/owner' | 'roles/editor' | 'roles/viewer';

/** A permission that rules of this adapter know by name. */
export interface KnownPermission {
  /** v1 name, as roles have it. */
  readonly name: string;
  /** Basic roles that have it. */
  readonly basicRoles: readonly BasicRole[];
  /** Absent: not known here. */
  readonly kind?: PermissionKind;
}

/** Permissions that documentation or old custom roles name and no predefined role has any more; who holds them is not known. */
export const LEGACY_PERMISSIONS: readonly string[] = ['serviceusage.apiKeys.create', 'serviceusage.apiKeys.list'];

const ROLES: readonly (readonly [letter: string, role: BasicRole])[] = [
  ['o', 'roles/owner'],
  ['e', 'roles/editor'],
  ['v', 'roles/viewer'],
];

/**
 * Every permission that Keyreach knows by itself, by name, case aside: those that techniques and access rows need, and every
 * `setIamPolicy`. An input that lists roles brings the rest.
 */
export const knownPermissions: readonly KnownPermission[] = PERMISSION_TABLE.map(([name, letters, kind]) => ({
  name,
  basicRoles: ROLES.filter(([letter]) => letters.includes(letter)).map(([, role]) => role),
  ...(kind === undefined ? {} : { kind }),
}));

const names: readonly string[] = knownPermissions.map(({ name }) => name);
const byRole: ReadonlyMap<string, readonly string[]> = new Map(
  ROLES.map(([, role]) => [
    role,
    knownPermissions.filter(({ basicRoles }) => basicRoles.includes(role)).map(({ name }) => name),
  ]),
);
const byName: ReadonlyMap<string, KnownPermission> = new Map(knownPermissions.map((one) => [one.name, one]));

/** What is known of a permission; undefined where it is not in the table. The name is a v1 name, case counts. */
export function knownPermission(name: string): KnownPermission | undefined {
  return byName.get(name);
}

/**
 * Known permissions of a basic role, for inputs that do not list roles; undefined for any other role, and for the newer basic
 * roles `roles/admin`, `roles/writer` and `roles/reader`, whose permissions are not published.
 */
export function basicRolePermissions(role: string): readonly string[] | undefined {
  return byRole.get(role);
}

/**
 * The statements of a basic role that the input does not list: its known permissions, and undecided every permission that is
 * not known here. For the newer basic roles everything is undecided; undefined for roles that are not basic.
 */
export function basicRoleStatements(role: string): readonly Statement[] | undefined {
  const known = byRole.get(role);
  const isNewer = role === 'roles/admin' || role === 'roles/writer' || role === 'roles/reader';
  if (known === undefined && !isNewer) return undefined;
  const rest: Omit<Statement, 'index'> = {
    effect: 'allow',
    actions: { include: ['*'], exclude: known === undefined ? [] : names },
    undecidable: `the input does not list the permissions of \`${role}\``,
  };
  if (known === undefined) return [{ ...rest, index: 0 }];
  return [
    { effect: 'allow', actions: { include: known, exclude: [] }, index: 0 },
    { ...rest, index: 1 },
  ];
}
