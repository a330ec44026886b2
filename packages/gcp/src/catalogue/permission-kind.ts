/** First letters of the basic roles that have a permission. */
export type BasicRoleLetters = '' | 'o' | 'e' | 'v' | 'oe' | 'ov' | 'ev' | 'oev';

/** Which audit log records a use: `ADMIN_WRITE` always, the others where Data Access logging is on (gcp.md 5). */
export type PermissionKind = 'ADMIN_READ' | 'ADMIN_WRITE' | 'DATA_READ' | 'DATA_WRITE';
