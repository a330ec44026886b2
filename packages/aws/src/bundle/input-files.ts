import type { Report } from '@keyreach/core/input';
import { readAccessKeys } from './access-keys.ts';
import type { AwsAccountFiles } from './aws-input.ts';
import { readIdentityCenter } from './identity-center.ts';
import { readIdentityProviders } from './identity-providers.ts';
import { readResources } from './resource-list.ts';
import { readServiceLastAccessed } from './service-last-accessed.ts';
import {
  readLoginProfiles,
  readMfaDevices,
  readServiceSpecificCredentials,
  readSigningCertificates,
  readSshPublicKeys,
} from './user-credentials.ts';

/** Name of a file's place in {@link AwsAccountFiles}. */
export type AccountFileKey = keyof AwsAccountFiles;

/** What is known of one file of an account before reading it. */
export interface AccountFile {
  readonly key: AccountFileKey;
  /** Path below `accounts/<id>/`. */
  readonly path: string;
  /** What is missing without it, as gaps call it. */
  readonly what: string;
  /** The AWS command line call that produces it. */
  readonly fix: string;
}

/** Every file of an account (bundles.md, AWS), with what it is called when it is missing. */
const FILES: Readonly<Record<AccountFileKey, Omit<AccountFile, 'key'>>> = {
  authorizationDetails: {
    path: 'iam/account-authorization-details.json',
    what: 'authorization details',
    fix: 'aws iam get-account-authorization-details',
  },
  credentialReport: {
    path: 'iam/credential-report.csv',
    what: 'credential report',
    fix: 'aws iam generate-credential-report, then aws iam get-credential-report --query Content --output text | base64 --decode',
  },
  accessKeys: {
    path: 'iam/access-keys.json',
    what: 'access keys',
    fix: 'aws iam list-access-keys --user-name NAME for every user, then aws iam get-access-key-last-used --access-key-id ID',
  },
  serviceLastAccessed: {
    path: 'iam/service-last-accessed.json',
    what: 'service last accessed',
    fix: 'aws iam generate-service-last-accessed-details --granularity ACTION_LEVEL --arn ARN, then aws iam get-service-last-accessed-details --job-id ID',
  },
  identityProviders: {
    path: 'iam/identity-providers.json',
    what: 'identity providers',
    fix: 'aws iam list-open-id-connect-providers and aws iam list-saml-providers, then get-open-id-connect-provider and get-saml-provider',
  },
  loginProfiles: {
    path: 'iam/login-profiles.json',
    what: 'login profiles',
    fix: 'aws iam get-login-profile --user-name NAME for every user',
  },
  mfaDevices: {
    path: 'iam/mfa-devices.json',
    what: 'MFA devices',
    fix: 'aws iam list-mfa-devices --user-name NAME for every user',
  },
  signingCertificates: {
    path: 'iam/signing-certificates.json',
    what: 'signing certificates',
    fix: 'aws iam list-signing-certificates --user-name NAME for every user',
  },
  sshPublicKeys: {
    path: 'iam/ssh-public-keys.json',
    what: 'SSH public keys',
    fix: 'aws iam list-ssh-public-keys --user-name NAME for every user',
  },
  serviceSpecificCredentials: {
    path: 'iam/service-specific-credentials.json',
    what: 'service-specific credentials',
    fix: 'aws iam list-service-specific-credentials --all-users',
  },
  identityCenter: {
    path: 'identity-center.json',
    what: 'Identity Center assignments',
    fix: 'aws sso-admin list-instances, list-permission-sets and list-account-assignments, and aws identitystore list-users, list-groups and list-group-memberships, in the management or delegated administrator account',
  },
  resources: {
    path: 'resources.json',
    what: 'resources',
    fix: 'aws cloudcontrol list-resources --type-name TYPE, then aws cloudcontrol get-resource for each',
  },
  cloudTrail: {
    path: 'cloudtrail',
    what: 'CloudTrail',
    fix: 'aws s3 sync s3://TRAIL-BUCKET/AWSLogs/ID/CloudTrail cloudtrail, or aws cloudtrail lookup-events',
  },
};

/** All of them, in the order they are read. */
export const ACCOUNT_FILES: readonly AccountFile[] = (Object.keys(FILES) as AccountFileKey[]).map(accountFile);

/** What is known of one file. */
export function accountFile(key: AccountFileKey): AccountFile {
  return { key, ...FILES[key] };
}

/** Files that are JSON of one shape each; the others have readers with a signature of their own. */
export type JsonFileKey = Exclude<AccountFileKey, 'authorizationDetails' | 'credentialReport' | 'cloudTrail'>;

/** Reader of each of those files. */
export const JSON_READERS: {
  readonly [Key in JsonFileKey]: (raw: unknown, report: Report) => AwsAccountFiles[Key] | undefined;
} = {
  accessKeys: readAccessKeys,
  serviceLastAccessed: readServiceLastAccessed,
  identityProviders: readIdentityProviders,
  loginProfiles: readLoginProfiles,
  mfaDevices: readMfaDevices,
  signingCertificates: readSigningCertificates,
  sshPublicKeys: readSshPublicKeys,
  serviceSpecificCredentials: readServiceSpecificCredentials,
  resources: readResources,
  identityCenter: readIdentityCenter,
};
