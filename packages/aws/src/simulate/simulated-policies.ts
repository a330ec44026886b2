/** The text of a policy: the document as an object, as JSON, or URL-encoded as the IAM API gives it (aws.md 1.10). */
export type PolicyInput = string | object;

/** A policy, by itself or with the name that reasons cite. */
export type SimulatedPolicy = PolicyInput | { readonly name: string; readonly document: PolicyInput };

/**
 * The policies a request is evaluated against. What is left out is not the same as what is known to be empty:
 *
 * | part | left out | `[]` or `null` |
 * | --- | --- | --- |
 * | `identity` | what the principal is allowed is unknown; it is not taken to be denied anything | it holds none |
 * | `resource` | it grants nothing and denies nothing; `unknown` where its consent is needed (another account's resource, a service, a role's trust, a KMS key) | the resource has none |
 * | `boundary`, `session`, `scps`, `rcps`, `vpcEndpoint` | not part of the question | there is none |
 *
 * The result says of each part which of the two it was. A policy that cannot be read may say anything, so the verdict is
 * `unknown` wherever it could matter.
 */
export interface SimulatedPolicies {
  /** What the user or role holds: inline and managed policies, and those of the user's groups. */
  readonly identity?: readonly SimulatedPolicy[] | undefined;
  /** The permissions boundary of the user or role. */
  readonly boundary?: SimulatedPolicy | null | undefined;
  /** Inline and managed session policies; together they cap the session once. */
  readonly session?: readonly SimulatedPolicy[] | undefined;
  /** Service control policies of the principal's account: one list for each level, from the root down to the account. */
  readonly scps?: readonly (readonly SimulatedPolicy[])[] | undefined;
  /**
   * Resource control policies of the resource's account, level by level. `RCPFullAWSAccess`, which AWS attaches to every
   * level, need not be listed.
   */
  readonly rcps?: readonly (readonly SimulatedPolicy[])[] | undefined;
  /** The policy on the resource or on what contains it: bucket policy, key policy, a role's trust policy. */
  readonly resource?: SimulatedPolicy | null | undefined;
  /** The policy of the VPC endpoint the request goes through. */
  readonly vpcEndpoint?: SimulatedPolicy | null | undefined;
}

/** A part of {@link SimulatedPolicies}. */
export type PolicyPart = keyof SimulatedPolicies;

/** Every part, in the order they are reported. */
export const POLICY_PARTS: readonly PolicyPart[] = [
  'identity',
  'boundary',
  'session',
  'scps',
  'rcps',
  'resource',
  'vpcEndpoint',
];
