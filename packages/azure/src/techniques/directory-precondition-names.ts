/** Preconditions of rows of the directory that the graph decides where it holds the facts; see `directory-predicates.ts`. */
export const DECIDABLE_DIRECTORY_PRECONDITIONS = [
  'agent-blueprint',
  'assigned-membership',
  'domain-can-be-federated',
  'custom-directory-role',
  'dynamic-membership',
  'gives-tokens',
  'managed-in-cloud',
  'management-restricted',
  'management-unrestricted',
  'no-administrator',
  'no-blueprint',
  'one-tenant',
  'owners-unread',
  'password-of-its-own',
  'person',
  'role-assignable',
  'not-role-assignable',
  'rule-looks-at-users',
  'runs-as-one-principal',
  'security-group',
  'signs-in',
  'single-tenant-application',
  'synchronised',
  'takes-credentials',
  'unified-group',
] as const;

/** Preconditions that depend on what only the moment tells: `conditional`. */
export const MOMENTARY_DIRECTORY_PRECONDITIONS = ['activates-it', 'controls-a-user', 'user-signs-in-there'] as const;

/** Preconditions that no input of Keyreach tells, or whose rule documentation leaves open: `unknown`. */
export const OPEN_DIRECTORY_QUESTIONS = [
  'certificate-sign-in-on',
  'controls-the-other-directory',
  'in-a-catalogue-within-reach',
  'passes-on',
  'pipelines-act-as-it',
  'sign-in-by-that-method-on',
  'unverified-path',
  'uses-a-managed-device',
] as const;

/** A precondition of {@link DECIDABLE_DIRECTORY_PRECONDITIONS}. */
export type DecidableDirectoryPrecondition = (typeof DECIDABLE_DIRECTORY_PRECONDITIONS)[number];

/** Name of a predicate of rows of the directory. */
export type DirectoryPredicateName =
  | DecidableDirectoryPrecondition
  | (typeof MOMENTARY_DIRECTORY_PRECONDITIONS)[number]
  | (typeof OPEN_DIRECTORY_QUESTIONS)[number];
