import type { Json, NodeId } from '@keyreach/core/graph';
import type { Listed } from '@keyreach/core/input';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import type { ReportedUser } from '../bundle/credential-report.ts';

/** Facts about a user that only credential files tell, by ARN. A fact that nothing tells is absent, never false. */
export type UserFacts = ReadonlyMap<NodeId, Readonly<Record<string, Json>>>;

/** The rows of the credential report by ARN. */
export function reportedUsers({ credentialReport }: AwsAccountInput): ReadonlyMap<NodeId, ReportedUser> {
  return new Map((credentialReport?.items ?? []).map((row) => [row.arn, row]));
}

/**
 * Number of access keys (`accessKeys`), whether there is a console password (`passwordEnabled`) and MFA (`mfaActive`), of
 * every user and the root user. Lists of the IAM API are newer than the report, so they count first.
 */
export function userFacts(account: AwsAccountInput): UserFacts {
  const { accessKeys, loginProfiles, mfaDevices, authorizationDetails } = account;
  const rows = reportedUsers(account);
  const keyCounts = new Map<string, number>();
  for (const { UserName } of accessKeys?.items ?? []) keyCounts.set(UserName, (keyCounts.get(UserName) ?? 0) + 1);
  const withPassword = new Set(loginProfiles?.items.map(({ UserName }) => UserName));
  const withMfa = new Set(mfaDevices?.items.map(({ UserName }) => UserName));

  const factsOf = (name: string, row: ReportedUser | undefined): Readonly<Record<string, Json>> => {
    const keys = accessKeys?.complete === true ? (keyCounts.get(name) ?? 0) : row?.keys?.length;
    const password = listed(withPassword, loginProfiles, name) ?? row?.passwordEnabled;
    const mfa = listed(withMfa, mfaDevices, name) ?? row?.mfaActive;
    return {
      ...(keys === undefined ? {} : { accessKeys: keys }),
      ...(password === undefined ? {} : { passwordEnabled: password }),
      ...(mfa === undefined ? {} : { mfaActive: mfa }),
    };
  };
  const facts = new Map<NodeId, Readonly<Record<string, Json>>>();
  for (const { Arn, UserName } of authorizationDetails?.users.items ?? [])
    facts.set(Arn, factsOf(UserName, rows.get(Arn)));
  for (const row of rows.values()) {
    if (row.root) facts.set(row.arn, rootFacts(row));
    else if (!facts.has(row.arn)) facts.set(row.arn, factsOf(row.user, row));
  }
  return facts;
}

/** The lists of the IAM API are about users; only the report tells about the root user. */
function rootFacts({ keys, passwordEnabled, mfaActive }: ReportedUser): Readonly<Record<string, Json>> {
  return {
    ...(keys === undefined ? {} : { accessKeys: keys.length }),
    ...(passwordEnabled === undefined ? {} : { passwordEnabled }),
    ...(mfaActive === undefined ? {} : { mfaActive }),
  };
}

/** True for a name in the list, false for one that a complete list lacks. */
function listed(names: ReadonlySet<string>, list: Listed<unknown> | undefined, name: string): boolean | undefined {
  if (names.has(name)) return true;
  return list?.complete === true ? false : undefined;
}
