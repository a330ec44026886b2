import type { ConditionRequest } from '@keyreach/core/authz';

/** What `iam.googleapis.com/modifiedGrantsByRole` is for a request (gcp.md 1.7). */
export type GrantsChanged =
  /** The call changes no grants, or its service does not tell: the list is empty. */
  | 'none'
  /** The roles that its caller changes bindings of, whichever it likes. */
  | 'chosen'
  /** The service may refuse such a call. */
  | 'unknown';

/** Services that know the attribute. */
const KNOWING: readonly string[] = [
  'resourcemanager.',
  'iam.',
  'iam.googleapis.com/',
  'iap.',
  'run.',
  'cloudfunctions.',
  'storage.',
  'compute.',
  'cloudkms.',
  'secretmanager.',
  'dataproc.',
  'privateca.',
];

/** What the list of roles is whose grants a request changes. */
export function grantsChanged({ action }: Pick<ConditionRequest, 'action'>): GrantsChanged {
  if (!/[./]setIamPolicy$/i.test(action)) return 'none';
  // Datasets ignore it, so a limited admin can grant anything there.
  if (action === 'bigquery.datasets.setIamPolicy') return 'none';
  return KNOWING.some((prefix) => action.startsWith(prefix)) ? 'chosen' : 'unknown';
}
