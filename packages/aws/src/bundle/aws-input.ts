import type { Gap } from '@keyreach/core/graph';
import type { BundleFile, Listed } from '@keyreach/core/input';
import type { TrailUsage } from '../usage/trail-usage.ts';
import type { AccessKey } from './access-keys.ts';
import type { AuthorizationDetails } from './authorization-details.ts';
import type { ReportedUser } from './credential-report.ts';
import type { IdentityCenter } from './identity-center.ts';
import type { IdentityProviders } from './identity-providers.ts';
import type { LookupWindow } from './lookup-window.ts';
import type { OrganizationInput } from './organization-file.ts';
import type { ListedResources } from './resource-list.ts';
import type { LastAccessedReport } from './service-last-accessed.ts';
import type { TrailSettings } from './trail-settings.ts';
import type { LoginProfile, MfaDevice, UserCredential } from './user-credentials.ts';

/** The files of one account, checked for shape. An absent property is a file that could not be read; a gap says why. */
export interface AwsAccountFiles {
  readonly authorizationDetails?: AuthorizationDetails;
  readonly credentialReport?: Listed<ReportedUser>;
  readonly accessKeys?: Listed<AccessKey>;
  readonly serviceLastAccessed?: Listed<LastAccessedReport>;
  readonly identityProviders?: IdentityProviders;
  readonly loginProfiles?: Listed<LoginProfile>;
  readonly mfaDevices?: Listed<MfaDevice>;
  readonly signingCertificates?: Listed<UserCredential>;
  readonly sshPublicKeys?: Listed<UserCredential>;
  readonly serviceSpecificCredentials?: Listed<UserCredential>;
  readonly resources?: ListedResources;
  readonly identityCenter?: IdentityCenter;
  /** CloudTrail files, by path; logs are read as a stream, not held here. */
  readonly cloudTrail?: readonly string[];
}

/** What the input holds of one account. */
export interface AwsAccountInput extends AwsAccountFiles {
  readonly accountId: string;
  /** Partition of the ARNs in the files: `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  /** When the files were collected, where the bundle says so: use after that could not be seen. */
  readonly collectedAt?: string;
  /** Accounts that a bundle states to be in no organization. */
  readonly standalone?: boolean;
  /** Trails that the account sees, its own and those of its organization. Absent: not told. */
  readonly trails?: readonly TrailSettings[];
  /** What the LookupEvents replies among its CloudTrail files show. */
  readonly lookupEvents?: LookupWindow;
  /** Which of the files of trails are among its CloudTrail files, where a collector says so. Absent: whoever copied them took all. */
  readonly trailFiles?: LookupWindow;
}

/** AWS input, read and checked for shape: typed raw data per account, and a gap for everything that could not be read. */
export interface AwsInput {
  readonly organizations: readonly OrganizationInput[];
  /** By account id, in order of the ids. */
  readonly accounts: Readonly<Record<string, AwsAccountInput>>;
  /** Lists that do not name their account, until {@link mergeAwsInputs} finds it. */
  readonly unassigned: readonly Pick<AwsAccountFiles, 'accessKeys'>[];
  /** CloudTrail files of no single account. `withTrailUsage` reads them, and those of the accounts. */
  readonly cloudTrail: readonly BundleFile[];
  /** Recorded use, by source: what a collector had added up, and what log files gave. */
  readonly trailUsage: readonly TrailUsage[];
  readonly gaps: readonly Gap[];
}
