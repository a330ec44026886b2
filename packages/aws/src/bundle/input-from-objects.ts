import { FileProblems, readTimestamp } from '@keyreach/core/input';
import { AccountCollector } from './account-collector.ts';
import { isAccountId } from './arn.ts';
import type { AwsAccountFiles, AwsInput } from './aws-input.ts';
import { ACCOUNT_FILES } from './input-files.ts';
import { EMPTY_INPUT, mergeAwsInputs } from './merge-inputs.ts';
import { organizationFile } from './organization-file.ts';

/** What each file of an account would hold, parsed; the credential report as its CSV text. */
export type AwsAccountObjects = Readonly<Partial<Record<Exclude<keyof AwsAccountFiles, 'cloudTrail'>, unknown>>>;

/** Input in memory: what organization.json and the files of each account would hold. */
export interface AwsInputObjects {
  readonly organization?: unknown;
  /** By account id. */
  readonly accounts: Readonly<Record<string, AwsAccountObjects>>;
  readonly collectedAt?: string;
}

/**
 * The same as `readAwsInput` for values that are already in memory, so that the analysis can be embedded where there is
 * no file system. Everything is checked as if it came from a file, and gaps name the file it stands for.
 *
 * @example
 * ```ts
 * const input = awsInputFromObjects({ accounts: { '111122223333': { authorizationDetails: reply } } });
 * const graph = normalizeAws(input, { now: '2026-01-01T00:00:00.000Z' });
 * ```
 */
export function awsInputFromObjects(objects: AwsInputObjects): AwsInput {
  const organization =
    objects.organization === undefined
      ? { organizations: [], standalone: false, gaps: [] }
      : organizationFile(objects.organization, new FileProblems('organization', 'organization.json'));
  const collectedAt = readTimestamp(objects.collectedAt);
  const facts = {
    ...(collectedAt === undefined ? {} : { collectedAt }),
    ...(organization.standalone ? { standalone: true } : {}),
  };
  const gaps = [...organization.gaps];
  const accounts: AwsInput[] = [];
  for (const [accountId, files] of Object.entries(objects.accounts)) {
    if (isAccountId(accountId)) accounts.push(collect(accountId, files).input(facts));
    else {
      const why = 'expected account ids as the names';
      gaps.push({ scope: 'accounts', what: 'account', why, kind: 'bad-input' });
    }
  }
  return mergeAwsInputs([{ ...EMPTY_INPUT, organizations: organization.organizations, gaps }, ...accounts]);
}

function collect(accountId: string, files: AwsAccountObjects): AccountCollector {
  const collector = new AccountCollector(accountId);
  for (const { key, path } of ACCOUNT_FILES) {
    if (key === 'cloudTrail' || files[key] === undefined) continue;
    const shown = `accounts/${accountId}/${path}`;
    const value = files[key];
    if (key !== 'credentialReport') collector.json(key, value, shown);
    else if (typeof value === 'string') collector.credentialReport(value, shown);
    else collector.unreadable(key, shown, 'expected the report as text');
  }
  return collector;
}
