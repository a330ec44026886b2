import type { ManagedPolicyDetail } from '../bundle/authorization-details.ts';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import { AWS, accountOf, accountScopeId, nameInArn, parseArn } from './aws-ids.ts';
import { type NormalizeContext, scopeOf } from './normalize-context.ts';

/** CloudFormation type of the node that a customer managed policy is. */
export const MANAGED_POLICY_TYPE = 'AWS::IAM::ManagedPolicy';

/**
 * Adds every managed policy of the input. One that a customer owns is a node as well: whoever may write it acts on all
 * who hold it (aws.md 2.3.1). An AWS managed policy is listed by every account that uses it; its newest text counts.
 */
export function addManagedPolicies(context: NormalizeContext): void {
  const listed = new Map<string, { readonly detail: ManagedPolicyDetail; readonly account: AwsAccountInput }[]>();
  for (const account of Object.values(context.input.accounts)) {
    for (const detail of account.authorizationDetails?.policies.items ?? []) {
      const known = listed.get(detail.Arn);
      if (known === undefined) listed.set(detail.Arn, [{ detail, account }]);
      else known.push({ detail, account });
    }
  }
  for (const [arn, copies] of listed) {
    const [newest, ...others] = copies.sort((left, right) => newestFirst(left.detail, right.detail));
    if (newest === undefined) continue;
    if (others.some(({ detail }) => detail.DefaultVersionId !== newest.detail.DefaultVersionId)) {
      const why = 'the accounts list different versions of this policy; the newest counts for all';
      context.builder.gap({ scope: arn, what: 'policy text', why, kind: 'bad-input' });
    }
    addManagedPolicy(newest.detail, newest.account, context);
  }
}

function newestFirst(left: ManagedPolicyDetail, right: ManagedPolicyDetail): number {
  const [leftTime, rightTime] = [left.UpdateDate ?? '', right.UpdateDate ?? ''];
  if (leftTime !== rightTime) return leftTime < rightTime ? 1 : -1;
  return versionNumber(right) - versionNumber(left);
}

/** Versions are `v1`, `v2`, …; as text `v10` would come before `v9`. */
function versionNumber({ DefaultVersionId }: ManagedPolicyDetail): number {
  return Number(/^v(\d{1,9})$/.exec(DefaultVersionId ?? '')?.[1] ?? 0);
}

function addManagedPolicy(detail: ManagedPolicyDetail, account: AwsAccountInput, context: NormalizeContext): void {
  const { Arn: id, PolicyName: name, DefaultVersionId, CreateDate, versions } = detail;
  const current = versions.items.find(
    ({ IsDefaultVersion, VersionId }) => IsDefaultVersion || VersionId === DefaultVersionId,
  );
  const owned = accountOf(id) !== undefined;
  context.policies.add({
    id,
    name,
    type: owned ? 'managed' : 'aws-managed',
    kind: 'identity',
    text: current?.Document,
    ...(owned ? { owner: id } : {}),
    partition: account.partition,
    gapScope: owned ? id : scopeOf(account),
  });
  if (!owned) return;
  const older = versions.items.filter((version) => version !== current);
  // Whoever may put an older version in force needs no new text (aws.md 2.3.1, iam-set-default-policy-version).
  const read = older.filter(({ Document }) => Document !== undefined);
  const versionIds = read.map(({ Document, VersionId }) => {
    const version = `${id}:${VersionId}`;
    context.policies.add({
      id: version,
      name: `${name} ${VersionId}`,
      type: 'version',
      kind: 'identity',
      text: Document,
      owner: id,
      partition: account.partition,
      gapScope: id,
    });
    return version;
  });
  context.builder.node({
    kind: 'resource',
    id,
    provider: AWS,
    type: MANAGED_POLICY_TYPE,
    name,
    scope: scopeOf(account),
    ...(CreateDate === undefined ? {} : { created: CreateDate }),
    attributes: {
      ...(versions.complete ? { versions: versions.items.length } : {}),
      ...(DefaultVersionId === undefined ? {} : { defaultVersion: DefaultVersionId }),
      ...(older.length > 0 ? { olderVersions: true } : versions.complete ? { olderVersions: false } : {}),
      ...(read.length < older.length ? { unreadVersions: true } : versions.complete ? { unreadVersions: false } : {}),
      ...(versionIds.length > 0 ? { olderVersionPolicies: versionIds.sort() } : {}),
    },
  });
}

/**
 * Makes sure that a managed policy which an identity refers to is in the graph: one whose text is not in the input may
 * say anything, so what depends on it is unknown.
 */
export function referManagedPolicy(
  arn: string,
  account: AwsAccountInput,
  { builder, policies }: NormalizeContext,
): void {
  if (!policies.has(arn)) {
    const mayDeny = holdsNoDeny(arn) ? false : undefined;
    const type = accountOf(arn) === undefined ? 'aws-managed' : 'managed';
    const why = 'the text of the policy is not in the input';
    policies.addMissing({ id: arn, name: nameInArn(arn), type, why, ...(mayDeny === undefined ? {} : { mayDeny }) });
    builder.gap({
      scope: gapScope(arn, account),
      what: 'policy text',
      why: `managed policy \`${arn}\` is in use, and the input does not hold its text`,
      fix: `aws iam get-policy --policy-arn ${arn}, then aws iam get-policy-version for its default version`,
      kind: 'not-collected',
    });
  }
}

/** The policy is the account's own, or AWS's; filing it under its account keeps the gap the same whoever refers first. */
function gapScope(arn: string, account: AwsAccountInput): string {
  const owner = accountOf(arn);
  return owner === undefined ? arn : accountScopeId(owner, parseArn(arn)?.partition ?? account.partition);
}

/**
 * AWS managed policies allow, but for a few that exist to deny: the leak marks of aws.md 5.3, `AWSDenyAll`, and those
 * whose name says so. A customer's policy may hold a Deny.
 */
function holdsNoDeny(arn: string): boolean {
  if (parseArn(arn)?.account !== 'aws') return false;
  return !/deny|guardrail|quarantine|compromised/i.test(nameInArn(arn));
}
