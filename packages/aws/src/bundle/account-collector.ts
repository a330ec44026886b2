import type { Gap } from '@keyreach/core/graph';
import type { Listed } from '@keyreach/core/input';
import { FileProblems } from '@keyreach/core/input';
import { accountScopeId, parseArn } from './arn.ts';
import { type AuthorizationDetails, readAuthorizationDetails } from './authorization-details.ts';
import type { AwsAccountFiles, AwsAccountInput, AwsInput } from './aws-input.ts';
import { type ReportedUser, readCredentialReport } from './credential-report.ts';
import { type AccountFile, type AccountFileKey, accountFile, JSON_READERS, type JsonFileKey } from './input-files.ts';
import { EMPTY_INPUT } from './merge-inputs.ts';

type MutableFiles = { -readonly [Key in AccountFileKey]: AwsAccountFiles[Key] };

/**
 * Gathers the files of one account, each checked for shape as it comes, and makes an {@link AwsInput} of them. Files
 * whose account nobody has told take it from the ARNs in them.
 */
export class AccountCollector {
  readonly #accountId: string | undefined;
  readonly #files: Partial<MutableFiles> = {};
  readonly #problems: { readonly file: AccountFile; readonly problems: FileProblems }[] = [];
  readonly #details = new Map<string, AuthorizationDetails>();
  readonly #reported = new Map<string, Listed<ReportedUser>>();

  /** `accountId`: the account the files are said to belong to; undefined for a file given by itself. */
  constructor(accountId: string | undefined) {
    this.#accountId = accountId;
  }

  /** Notes that a file could not be read at all. */
  unreadable(key: AccountFileKey, file: string, why: string): void {
    this.#problemsOf(key, file).line(why);
  }

  /** Takes the parsed value of a JSON file. */
  json(key: JsonFileKey | 'authorizationDetails', value: unknown, file: string): void {
    const problems = this.#problemsOf(key, file);
    if (key === 'authorizationDetails') {
      this.#takeDetails(value, problems);
      return;
    }
    const files: Partial<Record<AccountFileKey, unknown>> = this.#files;
    const read = JSON_READERS[key](value, problems.report);
    if (read !== undefined) files[key] = read;
  }

  /** Takes the text of a credential report: CSV, or the API reply that holds it in base64. */
  credentialReport(text: string, file: string): void {
    const problems = this.#problemsOf('credentialReport', file);
    const rows = readCredentialReport(text, problems.report);
    if (rows === undefined) return;
    const byAccount = new Map<string, ReportedUser[]>();
    for (const row of rows.items) {
      const known = byAccount.get(row.accountId);
      if (known === undefined) byAccount.set(row.accountId, [row]);
      else known.push(row);
    }
    for (const [account, items] of byAccount) this.#reported.set(account, { items, complete: rows.complete });
    if (byAccount.size === 0) problems.line('expected a row for every user');
    this.#checkAccounts([...byAccount.keys()], problems);
  }

  /** Takes the paths of CloudTrail files. */
  cloudTrail(paths: readonly string[]): void {
    if (paths.length > 0) this.#files.cloudTrail = paths;
  }

  /** What was gathered. Facts about the bundle, such as the time of collection, go with every account of it. */
  input(facts: Pick<AwsAccountInput, 'collectedAt' | 'standalone'>): AwsInput {
    const ids = new Set([...this.#details.keys(), ...this.#reported.keys()]);
    if (this.#accountId !== undefined) ids.add(this.#accountId);
    const home = this.#accountId ?? (ids.size === 1 ? [...ids][0] : undefined);
    const accounts = [...ids].sort().map((accountId): AwsAccountInput => {
      const details = this.#details.get(accountId);
      const reported = this.#reported.get(accountId);
      return {
        accountId,
        partition: this.#partitionOf(accountId),
        ...facts,
        ...(accountId === home ? this.#files : {}),
        ...(details === undefined ? {} : { authorizationDetails: details }),
        ...(reported === undefined ? {} : { credentialReport: reported }),
      };
    });
    const { accessKeys } = this.#files;
    return {
      ...EMPTY_INPUT,
      accounts: Object.fromEntries(accounts.map((account) => [account.accountId, account])),
      unassigned: home === undefined && accessKeys !== undefined ? [{ accessKeys }] : [],
      gaps: this.#gaps(home),
    };
  }

  #gaps(home: string | undefined): readonly Gap[] {
    const scope = home === undefined ? undefined : accountScopeId(home, this.#partitionOf(home));
    return this.#problems.flatMap(({ file, problems }) => {
      // What to run is said where nothing of the file could be used.
      const fix = this.#hasAny(file.key) ? undefined : file.fix;
      return problems.gaps(scope ?? problems.file, fix);
    });
  }

  #hasAny(key: AccountFileKey): boolean {
    if (key === 'authorizationDetails') return this.#details.size > 0;
    return key === 'credentialReport' ? this.#reported.size > 0 : this.#files[key] !== undefined;
  }

  #takeDetails(value: unknown, problems: FileProblems): void {
    const details = readAuthorizationDetails(value, this.#accountId, problems.report);
    if (details === undefined) return;
    for (const [account, lists] of details) this.#details.set(account, lists);
    if (details.size === 0)
      problems.line('no ARN in the file tells its account, expected a user, group, role or policy');
    this.#checkAccounts([...details.keys()], problems);
  }

  #checkAccounts(found: readonly string[], problems: FileProblems): void {
    const others = found.filter((account) => account !== this.#accountId);
    if (this.#accountId !== undefined && others.length > 0) {
      problems.line(
        `ARNs of other accounts, \`${others.join('`, `')}\`, in a file of \`${this.#accountId}\`; split by account`,
      );
    } else if (this.#accountId === undefined && found.length > 1) {
      problems.line(`ARNs of several accounts, \`${found.join('`, `')}\`; split by account`);
    }
  }

  #partitionOf(accountId: string): string {
    const details = this.#details.get(accountId);
    const lists = details === undefined ? [] : [details.users, details.roles, details.groups, details.policies];
    const partitions = new Set<string>();
    for (const { items } of lists) for (const { Arn } of items) partitions.add(parseArn(Arn)?.partition ?? '');
    for (const { arn } of this.#reported.get(accountId)?.items ?? []) partitions.add(parseArn(arn)?.partition ?? '');
    // Every ARN of an account has one partition; the first in order keeps a hostile mix deterministic.
    return [...partitions].sort()[0] ?? 'aws';
  }

  #problemsOf(key: AccountFileKey, shown: string): FileProblems {
    const file = accountFile(key);
    const problems = new FileProblems(file.what, shown);
    this.#problems.push({ file, problems });
    return problems;
  }
}
