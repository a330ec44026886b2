import type { Provider } from '../graph/model.ts';

/** What would tell about the use of a thing, where the input does not (aws.md 4.1, azure.md 5). */
interface UseSource {
  readonly provider: Provider;
  readonly of: 'identity' | 'credential' | 'service' | 'action' | 'action-by-credential';
  /** Absent: every type. */
  readonly type?: string;
  /** Completes the sentence "would tell". */
  readonly source: string;
}

const useSources: readonly UseSource[] = [
  {
    provider: 'aws',
    of: 'identity',
    type: 'role',
    source: '`aws iam get-account-authorization-details` (RoleLastUsed)',
  },
  {
    provider: 'aws',
    of: 'identity',
    type: 'user',
    source: '`aws iam get-credential-report` and `aws iam get-access-key-last-used`',
  },
  { provider: 'aws', of: 'identity', type: 'root', source: '`aws iam get-credential-report`' },
  { provider: 'aws', of: 'credential', type: 'access-key', source: '`aws iam get-access-key-last-used`' },
  { provider: 'aws', of: 'credential', type: 'password', source: '`aws iam get-credential-report`' },
  { provider: 'aws', of: 'credential', source: 'CloudTrail logs of the services it works on' },
  // Last-accessed reports are made for users, groups, roles and policies only.
  { provider: 'aws', of: 'service', type: 'root', source: 'CloudTrail logs of the account' },
  { provider: 'aws', of: 'service', source: '`aws iam generate-service-last-accessed-details`' },
  {
    provider: 'aws',
    of: 'action',
    source: 'CloudTrail logs of the whole window, with data events for actions on data,',
  },
  {
    provider: 'aws',
    of: 'action-by-credential',
    source: 'CloudTrail logs of the whole window, with data events for actions on data,',
  },
  {
    provider: 'gcp',
    of: 'identity',
    type: 'service-account',
    source: 'activities of Policy Analyzer',
  },
  {
    provider: 'gcp',
    of: 'credential',
    type: 'service-account-key',
    source: 'activities of Policy Analyzer',
  },
  {
    provider: 'gcp',
    of: 'credential',
    source: 'Data Access logs of the services it works on',
  },
  {
    provider: 'gcp',
    of: 'service',
    source: 'audit logs of every project over the whole window, with Data Access,',
  },
  {
    provider: 'gcp',
    of: 'action',
    source: 'audit logs of every project over the whole window, with Data Access for reads and data,',
  },
  {
    provider: 'gcp',
    of: 'action-by-credential',
    source: 'audit logs of every project over the whole window, with Data Access for reads and data,',
  },
  {
    provider: 'azure',
    of: 'identity',
    type: 'service-principal',
    source: 'the report of last sign-ins by application (servicePrincipalSignInActivities)',
  },
  { provider: 'azure', of: 'identity', type: 'user', source: 'the last sign-ins of users (signInActivity)' },
  { provider: 'azure', of: 'identity', type: 'shared-key', source: 'diagnostic logs of the resource' },
  { provider: 'azure', of: 'identity', source: 'sign-in logs of the whole window' },
  {
    provider: 'azure',
    of: 'credential',
    type: 'client-secret',
    source: 'the report of last sign-ins by credential (appCredentialSignInActivities)',
  },
  {
    provider: 'azure',
    of: 'credential',
    type: 'certificate',
    source: 'the report of last sign-ins by credential (appCredentialSignInActivities)',
  },
  // Diagnostic logs tell that a key was used, and not which.
  { provider: 'azure', of: 'credential', type: 'storage-key', source: 'nothing that Azure records' },
  { provider: 'azure', of: 'credential', type: 'service-key', source: 'nothing that Azure records' },
  { provider: 'azure', of: 'credential', source: 'sign-in logs of the whole window' },
  {
    provider: 'azure',
    of: 'service',
    source: 'the Activity Log of every subscription over the whole window, with diagnostic logs for reads and data,',
  },
  {
    provider: 'azure',
    of: 'action',
    source: 'the Activity Log of every subscription over the whole window, with diagnostic logs for data,',
  },
  {
    provider: 'azure',
    of: 'action-by-credential',
    source: 'sign-in logs beside the logs of calls, over the whole window,',
  },
];

/**
 * The source to name in "unknown: … would tell". The first row that fits; audit logs where none does. `silent`: a report that was
 * read already: then what tells of things of every type is named.
 */
export function useSourceFor(provider: Provider, of: UseSource['of'], type: string, silent?: string): string {
  const row = useSources.find(
    (source) =>
      source.provider === provider &&
      source.of === of &&
      (source.type === undefined || (silent === undefined && source.type === type)),
  );
  return row?.source ?? 'an audit log of the whole window';
}
