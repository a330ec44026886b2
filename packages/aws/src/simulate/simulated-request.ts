/**
 * Who makes a simulated request (aws.md 1.2, 1.4, 1.7):
 *
 * - an ARN: a user, a role (in a session of any name), a session `arn:…:sts::…:assumed-role/R/S` or
 *   `arn:…:sts::…:federated-user/N`, the root user `arn:…:iam::…:root`;
 * - an ARN with what it does not tell, see {@link NamedPrincipal};
 * - a service as itself, a caller of `AssumeRoleWithSAML` or `AssumeRoleWithWebIdentity`, or nobody in particular.
 */
export type SimulatedPrincipal =
  | string
  | NamedPrincipal
  | { readonly service: string }
  | FederatedPrincipal
  | 'anonymous';

/** A principal by its ARN, with facts that the ARN does not tell. */
export interface NamedPrincipal {
  readonly arn: string;
  /**
   * Of a role session: the ARN of the role, with its path. Without it the path is not known, and what depends on it
   * (`aws:PrincipalArn`, a policy that names the role below a path) stays undecided.
   */
  readonly role?: string | undefined;
  /** Of a session of `GetFederationToken`: the ARN of the user that made it. */
  readonly user?: string | undefined;
  /** Unique id of the user or role, `AIDA…` or `AROA…`; without it a policy that names one stays undecided. */
  readonly uniqueId?: string | undefined;
}

/** Somebody with a token of an identity provider. Further claims are request context, as `ISSUER:claim`. */
export interface FederatedPrincipal {
  /** ARN of the OIDC or SAML provider, or the host of an OIDC issuer, whichever account its provider object is in. */
  readonly federated: string;
  /** The subject of the token; the same as giving its condition key (`ISSUER:sub`) as context. */
  readonly subject?: string | undefined;
}

/** Value of a context key; a list for keys with several values. `null`: the key is known not to be in the request. */
export type ContextValue = string | number | boolean | null | readonly (string | number | boolean)[];

/** Where an account stands in AWS Organizations. */
export interface OrganizationFacts {
  /** `o-…`. */
  readonly id: string;
  /** Path of the account as `aws:PrincipalOrgPaths` has it: `o-…/r-…/ou-…/`. */
  readonly path?: string | undefined;
  /** Id of the management account. SCPs do not apply to its principals nor RCPs to its resources (aws.md 1.2). */
  readonly managementAccount?: string | undefined;
}

/** One request to an AWS API, as its authorization sees it (aws.md 1.1). Read when it is evaluated, and not kept. */
export interface SimulatedRequest {
  readonly principal: SimulatedPrincipal;
  /** `service:Name`, without wildcards; case is ignored. */
  readonly action: string;
  /** ARN of the resource, or `*` for actions without one. */
  readonly resource: string;
  /**
   * What the request says about itself (aws.md 1.11, 1.12), by condition key in any case. It wins over what the other
   * fields tell. A key that is not given, and that nothing else tells, stays undecided: what depends on it makes the verdict `conditional`.
   * Keys that AWS never sends with the action are read as absent even if given.
   */
  readonly context?: Readonly<Record<string, ContextValue>> | undefined;
  /** All tags of the principal, session tags included. Not given: not known. */
  readonly principalTags?: Readonly<Record<string, string>> | undefined;
  /** All tags of the resource itself. Not given: not known. */
  readonly resourceTags?: Readonly<Record<string, string>> | undefined;
  /** Kind of session, as credentials have it: `access-key`, `console`, `role-session`, … Not given: any kind is possible. */
  readonly session?: string | undefined;
  /**
   * When the request is made: a date, milliseconds since the epoch, or ISO 8601. Needed unless the context has
   * `aws:CurrentTime` or `aws:EpochTime`: no clock is read.
   */
  readonly now?: Date | number | string | undefined;
  /** Where the principal's account stands; null where it is in no organization. Not given: not known. */
  readonly principalOrganization?: OrganizationFacts | null | undefined;
  /**
   * Account of a resource whose ARN has none (S3). Not given: `aws:ResourceAccount` of the context, else the account of
   * the principal, which the result then lists as an assumption.
   */
  readonly resourceAccount?: string | undefined;
  /** Where the resource's account stands. Not given: like the principal's where it is the same account, else not known. */
  readonly resourceOrganization?: OrganizationFacts | null | undefined;
}
