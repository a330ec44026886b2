/**
 * The most characters of identity policies, which IAM counts without white space, and how many managed policies can be
 * attached without asking for a higher quota (IAM User Guide, "IAM and AWS STS quotas").
 */
export const POLICY_LIMITS = {
  /** One managed policy. */
  managed: 6_144,
  /** Managed policies attached to one user or role. */
  attached: 10,
  /** All inline policies of one user or role together. */
  inline: { user: 2_048, role: 10_240 },
} as const;
