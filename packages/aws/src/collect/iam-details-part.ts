import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { AccountCalls, AwsReply } from './calls.ts';
import type { CollectPart } from './part.ts';

/** File of the authorization details, below `accounts/ID/`. */
export const DETAILS_FILE = 'iam/account-authorization-details.json';

const LISTS = ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'] as const;

/** All four lists in one file; policies that are used as boundaries only are missing from the reply (aws.md 3.2). */
export const IAM_DETAILS_PART: CollectPart = {
  name: 'authorization-details',
  what: 'authorization details',
  file: DETAILS_FILE,
  actions: ['iam:GetAccountAuthorizationDetails', 'iam:GetPolicy', 'iam:GetPolicyVersion'],
  run: async (calls) => {
    const { replies, failed } = await calls.pages(
      {
        service: 'iam',
        command: 'GetAccountAuthorizationDetails',
        action: 'iam:GetAccountAuthorizationDetails',
        input: { Filter: ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'], MaxItems: 1000 },
      },
      { reply: 'Marker', request: 'Marker' },
    );
    if (failed !== undefined) calls.failed('authorization details', failed);
    if (replies.length === 0) return undefined;
    const merged: Record<string, readonly RawRecord[]> = {};
    for (const list of LISTS) merged[list] = replies.flatMap((reply) => recordsOf(reply, list));
    const known = new Set((merged['Policies'] ?? []).map(({ Arn }) => Arn));
    const boundaries = [...boundariesOf(merged)].filter((arn) => !known.has(arn)).sort();
    const found = await calls.all(boundaries.map((arn) => () => policyOf(arn, calls)));
    return {
      ...merged,
      Policies: [...(merged['Policies'] ?? []), ...found.flatMap((policy) => (policy === undefined ? [] : [policy]))],
      ...(failed === undefined ? {} : { IsTruncated: true }),
    };
  },
};

function recordsOf(reply: AwsReply, key: string): readonly RawRecord[] {
  const list = reply[key];
  return Array.isArray(list) ? (list as readonly unknown[]).filter(isRecord) : [];
}

function boundariesOf(merged: Readonly<Record<string, readonly RawRecord[]>>): ReadonlySet<string> {
  const arns = new Set<string>();
  for (const { PermissionsBoundary } of [...(merged['UserDetailList'] ?? []), ...(merged['RoleDetailList'] ?? [])]) {
    const arn = isRecord(PermissionsBoundary) ? PermissionsBoundary['PermissionsBoundaryArn'] : undefined;
    if (typeof arn === 'string') arns.add(arn);
  }
  return arns;
}

async function policyOf(PolicyArn: string, calls: AccountCalls): Promise<RawRecord | undefined> {
  const what = `permissions boundary \`${PolicyArn}\``;
  const got = await calls.send({ service: 'iam', command: 'GetPolicy', action: 'iam:GetPolicy', input: { PolicyArn } });
  if (!got.ok) {
    calls.failed(what, got.failed);
    return undefined;
  }
  const policy = got.reply['Policy'];
  const VersionId = isRecord(policy) ? policy['DefaultVersionId'] : undefined;
  if (!isRecord(policy) || typeof VersionId !== 'string') {
    calls.gap({ what, why: 'iam GetPolicy gave no version' });
    return undefined;
  }
  const version = await calls.send({
    service: 'iam',
    command: 'GetPolicyVersion',
    action: 'iam:GetPolicyVersion',
    input: { PolicyArn, VersionId },
  });
  if (!version.ok) {
    calls.failed(what, version.failed);
    return undefined;
  }
  return { ...policy, PolicyVersionList: [version.reply['PolicyVersion']] };
}
