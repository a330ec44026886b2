import type { Gap } from '@keyreach/core/graph';
import type { BundleFile } from '@keyreach/core/input';
import { accountIdInKeyId, accountScopeId } from './arn.ts';
import type { AwsAccountInput, AwsInput } from './aws-input.ts';
import { ACCOUNT_FILES } from './input-files.ts';
import type { OrganizationInput } from './organization-file.ts';

/** Why a gap for a file that is not there says so; merging drops the gap once another input brings the file. */
export const ABSENT = 'the input has no such file';

/** Why a list waits for its account; merging drops the gap too once there is one. */
const WAITING = 'nothing in the list tells its account; give account authorization details beside it';

const SEVERAL = 'several inputs hold this file of the account; the first is used';

/** An input without anything in it. */
export const EMPTY_INPUT: AwsInput = {
  organizations: [],
  accounts: {},
  unassigned: [],
  cloudTrail: [],
  trailUsage: [],
  gaps: [],
};

/**
 * Joins inputs that were given side by side: files of one account from several places become one account, lists that do
 * not name their account find it, and the gaps for absent files are those that remain.
 *
 * Where two inputs hold the same file of an account the first given counts, and a gap says so.
 */
export function mergeAwsInputs(inputs: readonly AwsInput[]): AwsInput {
  const gaps: Gap[] = inputs.flatMap((input) => input.gaps.filter(({ why }) => why !== ABSENT && why !== WAITING));
  const accounts = new Map<string, AwsAccountInput>();
  for (const input of inputs) {
    for (const account of Object.values(input.accounts)) {
      const known = accounts.get(account.accountId);
      accounts.set(account.accountId, known === undefined ? account : joined(known, account, gaps));
    }
  }
  const unassigned = inputs.flatMap((input) => input.unassigned).filter((files) => !assign(files, accounts, gaps));
  const sorted = [...accounts.values()].sort((left, right) => (left.accountId < right.accountId ? -1 : 1));
  const organizations = distinctOrganizations(inputs, gaps);
  const cloudTrail = distinctFiles(inputs.flatMap((input) => input.cloudTrail));
  const trailUsage = inputs.flatMap((input) => input.trailUsage);
  const recorded = (accountId: string): boolean =>
    cloudTrail.length > 0 || trailUsage.some(({ coverage }) => coverage.some(({ account }) => account === accountId));
  gaps.push(...absentFiles(sorted, organizations, gaps, recorded));
  if (unassigned.length > 0) gaps.push({ scope: 'access keys', what: 'access keys', why: WAITING, kind: 'bad-input' });
  return {
    organizations,
    accounts: Object.fromEntries(sorted.map((account) => [account.accountId, account])),
    unassigned,
    cloudTrail,
    trailUsage,
    gaps,
  };
}

function joined(first: AwsAccountInput, second: AwsAccountInput, gaps: Gap[]): AwsAccountInput {
  for (const { key, what } of ACCOUNT_FILES) {
    // An event counts once, however many files hold it: logs add up.
    if (key === 'cloudTrail' || first[key] === undefined || second[key] === undefined) continue;
    const scope = accountScopeId(first.accountId, first.partition);
    gaps.push({ scope, what, why: SEVERAL, kind: 'bad-input' });
  }
  // The account was collected when its oldest part was: nothing later is covered by all of it.
  const collected = [first.collectedAt, second.collectedAt].filter((time) => time !== undefined).sort()[0];
  const partition = first.authorizationDetails === undefined ? second.partition : first.partition;
  const logs = [...new Set([...(first.cloudTrail ?? []), ...(second.cloudTrail ?? [])])];
  const cloudTrail = logs.length === 0 ? {} : { cloudTrail: logs };
  return {
    ...second,
    ...first,
    ...cloudTrail,
    partition,
    ...(collected === undefined ? {} : { collectedAt: collected }),
  };
}

/** Gives a list without an account to the only account there is, else to those written into its key ids (aws.md 5.1). */
function assign(
  { accessKeys }: AwsInput['unassigned'][number],
  accounts: Map<string, AwsAccountInput>,
  gaps: Gap[],
): boolean {
  if (accessKeys === undefined) return true;
  if (accounts.size === 0) return false;
  const only = accounts.size === 1 ? [...accounts.keys()][0] : undefined;
  const byAccount = new Map<string, (typeof accessKeys.items)[number][]>();
  for (const key of accessKeys.items) {
    const id = only ?? accountIdInKeyId(key.AccessKeyId);
    const account = id === undefined ? undefined : accounts.get(id);
    if (account === undefined) {
      const why = `the account of \`${key.AccessKeyId}\` is not in the input; put the list below accounts/ID/iam/`;
      gaps.push({ scope: 'access keys', what: 'access keys', why, kind: 'bad-input' });
    } else {
      byAccount.set(account.accountId, [...(byAccount.get(account.accountId) ?? []), key]);
    }
  }
  for (const [id, account] of accounts) {
    const items = byAccount.get(id) ?? [];
    if (only === undefined && items.length === 0) continue;
    if (account.accessKeys !== undefined) {
      gaps.push({ scope: accountScopeId(id, account.partition), what: 'access keys', why: SEVERAL, kind: 'bad-input' });
      continue;
    }
    // A list that was split by key ids proves nothing of users it does not name, in whatever account.
    accounts.set(id, { ...account, accessKeys: { items, complete: accessKeys.complete && only !== undefined } });
  }
  return true;
}

/** Account id → ARN of the organization that lists it. */
export type Memberships = ReadonlyMap<string, string>;

/** The organization of every account that one lists. */
export function membershipsOf(organizations: readonly OrganizationInput[]): Memberships {
  return new Map(organizations.flatMap(({ Arn, accounts }) => accounts.items.map(({ Id }) => [Id, Arn] as const)));
}

/**
 * Whether what the files of one account say of its organization speaks for the other account too: it is the same account,
 * or a member of the same organization. An organization has one Identity Center, so that its assignments are listed in
 * one account for all of them (aws.md 3.3).
 */
export function coversAccount(home: string, other: string, memberships: Memberships): boolean {
  if (home === other) return true;
  const organization = memberships.get(home);
  return organization !== undefined && organization === memberships.get(other);
}

/** A gap for every file that is not there; none where a gap already says why, or the file of another account covers it. */
function absentFiles(
  accounts: readonly AwsAccountInput[],
  organizations: readonly OrganizationInput[],
  gaps: readonly Gap[],
  recorded: (accountId: string) => boolean,
): readonly Gap[] {
  const memberships = membershipsOf(organizations);
  const centers = accounts.filter(({ identityCenter }) => identityCenter?.assignments.complete === true);
  const covered = (key: string, accountId: string): boolean =>
    key === 'cloudTrail'
      ? recorded(accountId)
      : key === 'identityCenter' && centers.some((home) => coversAccount(home.accountId, accountId, memberships));
  const said = new Set(gaps.filter(({ file }) => file !== undefined).map(({ scope, what }) => `${scope} ${what}`));
  return accounts.flatMap((account) => {
    const { accountId, partition } = account;
    const scope = accountScopeId(accountId, partition);
    return ACCOUNT_FILES.filter(
      ({ key, what }) => account[key] === undefined && !said.has(`${scope} ${what}`) && !covered(key, accountId),
    ).map(
      ({ what, path, fix }): Gap => ({
        scope,
        what,
        why: ABSENT,
        fix,
        file: `accounts/${accountId}/${path}`,
        kind: 'missing-file',
      }),
    );
  });
}

function distinctFiles(files: readonly BundleFile[]): readonly BundleFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

function distinctOrganizations(inputs: readonly AwsInput[], gaps: Gap[]): readonly OrganizationInput[] {
  const organizations = new Map<string, OrganizationInput>();
  for (const organization of inputs.flatMap((input) => input.organizations)) {
    if (organizations.has(organization.Arn)) {
      const why = 'several inputs describe this organization; the first is used';
      gaps.push({ scope: organization.Arn, what: 'organization', why, kind: 'bad-input' });
    } else {
      organizations.set(organization.Arn, organization);
    }
  }
  return [...organizations.values()].sort((left, right) => (left.Arn < right.Arn ? -1 : 1));
}
