/** Preconditions of rows of Azure Resource Manager, each by the fact of the target that decides it (docs/graph-azure.md). */
export const ARM_PRECONDITIONS = [
  'access-policies',
  'accepts-admin-user',
  'accepts-keys',
  'accepts-local-accounts',
  'asks-azure-roles',
  'asks-roles',
  'assignable-in-one-scope',
  'boot-diagnostics-on',
  'depends-on-what-runs',
  'not-entra-integrated',
  'running',
  'sftp-on',
  'template-deployment-on',
  'unverified',
] as const;

/** Name of a precondition. */
export type ArmPredicateName = (typeof ARM_PRECONDITIONS)[number];
