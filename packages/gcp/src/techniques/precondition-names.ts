/** Preconditions that the graph decides where it holds the facts; see `predicates.ts`. */
export const DECIDABLE_PRECONDITIONS = [
  'enabled',
  'disabled',
  'has-disabled-key',
  'has-user-key',
  'has-inactive-hmac-key',
  'keys-may-be-created',
  'keys-may-be-uploaded',
  'api-keys-may-be-bound',
  'usable-across-projects',
  'full-token-scopes',
  'runs-as-one-identity',
  'os-login-not-required',
  'os-login-on',
  'honours-project-ssh-keys',
  'startup-script-there',
  'no-startup-script',
  'os-config-agent',
  'flexible-environment',
  'nodes-give-their-token',
  'has-provider',
  'pool-usable',
  'pool-not-deleted',
  'is-workload-pool',
  'issuers-within-reach-allowed',
  'is-streaming',
  'connects-databases',
  'connects-resources',
  'connects-spark',
  'holds-workflows',
  'pulls-code-from-here',
  'default-build-account',
  'is-cloud-services-account',
  'runs-reasoning-engines',
  'runs-vertex-code',
  'entitlement-service-is-set-up',
  'tag-values-lie-below',
  'tag-is-looked-at',
  'trigger-is-on',
] as const;

/** A precondition of {@link DECIDABLE_PRECONDITIONS}. */
export type DecidablePrecondition = (typeof DECIDABLE_PRECONDITIONS)[number];

/** Preconditions that depend on what only the moment of the request tells: `conditional`. */
export const MOMENTARY_PRECONDITIONS = [
  'code-in-use-can-be-steered',
  'event-sets-it-off',
  'hostile-build-is-pending',
  'network-path',
  'next-deploy-loads-it',
  'something-is-running-there',
] as const;

/** Preconditions that no input of Keyreach tells, or whose rule documentation leaves open: `unknown`. */
export const OPEN_QUESTIONS = ['agent-has-tools', 'rights-inside-the-cluster', 'unverified'] as const;

/** Name of a predicate of this adapter's catalogue. */
export type PredicateName =
  | DecidablePrecondition
  | (typeof MOMENTARY_PRECONDITIONS)[number]
  | (typeof OPEN_QUESTIONS)[number];
