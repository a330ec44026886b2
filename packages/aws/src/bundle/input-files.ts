import type { Gap } from '@keyreach/core/graph';
import { readAccessKeys } from './access-keys.ts';
import type { AwsAccountFiles } from './aws-input.ts';
import { readIdentityProviders } from './identity-providers.ts';
import { readResources } from './resource-list.ts';
import { readServiceLastAccessed } from './service-last-accessed.ts';
import type { Report } from './shape.ts';
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
export const ACCOUNT_FILES: readonly AccountFile[] = [
  {
    key: 'authorizationDetails',
    path: 'iam/account-authorization-details.json',
    what: 'authorization details',
    fix: 'aws iam get-account-authorization-details',
  },
  {
    key: 'credentialReport',
    path: 'iam/credential-report.csv',
    what: 'credential report',
    fix: 'aws iam generate-credential-report, then aws iam get-credential-report --query Content --output text | base64 --decode',
  },
  {
    key: 'accessKeys',
    path: 'iam/access-keys.json',
    what: 'access keys',
    fix: 'aws iam list-access-keys --user-name NAME for every user, then aws iam get-access-key-last-used --access-key-id ID',
  },
  {
    key: 'serviceLastAccessed',
    path: 'iam/service-last-accessed.json',
    what: 'service last accessed',
    fix: 'aws iam generate-service-last-accessed-details --granularity ACTION_LEVEL --arn ARN, then aws iam get-service-last-accessed-details --job-id ID',
  },
  {
    key: 'identityProviders',
    path: 'iam/identity-providers.json',
    what: 'identity providers',
    fix: 'aws iam list-open-id-connect-providers and aws iam list-saml-providers, then get-open-id-connect-provider and get-saml-provider',
  },
  {
    key: 'loginProfiles',
    path: 'iam/login-profiles.json',
    what: 'login profiles',
    fix: 'aws iam get-login-profile --user-name NAME for every user',
  },
  {
    key: 'mfaDevices',
    path: 'iam/mfa-devices.json',
    what: 'MFA devices',
    fix: 'aws iam list-mfa-devices --user-name NAME for every user',
  },
  {
    key: 'signingCertificates',
    path: 'iam/signing-certificates.json',
    what: 'signing certificates',
    fix: 'aws iam list-signing-certificates --user-name NAME for every user',
  },
  {
    key: 'sshPublicKeys',
    path: 'iam/ssh-public-keys.json',
    what: 'SSH public keys',
    fix: 'aws iam list-ssh-public-keys --user-name NAME for every user',
  },
  {
    key: 'serviceSpecificCredentials',
    path: 'iam/service-specific-credentials.json',
    what: 'service-specific credentials',
    fix: 'aws iam list-service-specific-credentials --all-users',
  },
  {
    key: 'identityCenter',
    path: 'identity-center.json',
    what: 'Identity Center assignments',
    fix: 'aws sso-admin list-permission-sets and aws sso-admin list-account-assignments',
  },
  {
    key: 'resources',
    path: 'resources.json',
    what: 'resources',
    fix: 'aws cloudcontrol list-resources --type-name TYPE, then aws cloudcontrol get-resource for each',
  },
  {
    key: 'cloudTrail',
    path: 'cloudtrail',
    what: 'CloudTrail',
    fix: 'aws s3 sync s3://TRAIL-BUCKET/AWSLogs/ID/CloudTrail cloudtrail, or aws cloudtrail lookup-events',
  },
];

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
  identityCenter: (raw) => raw,
};

/** Most problems listed for one file; a file of another shape has as many as it has elements. */
const maxProblems = 100;

/** The problems of one file, to be made into gaps once the account it belongs to is known. */
export class FileProblems {
  readonly #what: string;
  readonly file: string;
  readonly #whys: string[] = [];
  #count = 0;

  /** `what`: what the file would have told; `file`: its path, as messages show it. */
  constructor(what: string, file: string) {
    this.#what = what;
    this.file = file;
  }

  /** See {@link Report}. */
  readonly report: Report = (where, expected) => {
    this.line(where === '' ? `expected ${expected}` : `${where.replace(/^\./, '')}: expected ${expected}`);
  };

  /** Adds a problem in its own words. */
  line(why: string): void {
    this.#count += 1;
    if (this.#whys.length < maxProblems) this.#whys.push(why);
  }

  /** One gap for each problem; past a hundred, one that counts the rest. */
  gaps(scope: string): readonly Gap[] {
    const more = this.#count - this.#whys.length;
    const whys = more === 0 ? this.#whys : [...this.#whys, `and ${more} more problems in this file`];
    return whys.map((why) => ({ scope, what: this.#what, why, file: this.file }));
  }
}
