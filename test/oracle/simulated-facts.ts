import type { SimulatedPolicies, SimulatedRequest } from '@keyreach/aws/offline';
import type { RawDocument, RawEstate, RawHolder, RawInline, RawOrganization, RawRequest } from './naive-decision.ts';

/** A request of an estate with everything the estate says about it, as a simulation takes it. */
export interface SimulatedFacts {
  readonly request: SimulatedRequest;
  readonly policies: SimulatedPolicies;
}

const UNREAD = 'the text is not in the input';
const FULL_ACCESS: RawDocument = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

/** Gathers by hand what the policies and facts of an estate say about one request. */
export function simulatedFacts(
  estate: RawEstate,
  { principal, action, resource, context }: RawRequest,
): SimulatedFacts {
  const account = principal.split(':')[4]!;
  const target = targetFacts(estate, resource);
  const caller = callerFacts(estate, principal, account);
  return {
    request: {
      principal: { arn: principal, ...(caller.uniqueId === undefined ? {} : { uniqueId: caller.uniqueId }) },
      action,
      resource,
      // A simulation knows of a bucket's region what the context says.
      context: target.region === undefined ? context : { ...context, 'aws:requestedregion': [target.region] },
      principalTags: caller.tags,
      ...(target.tags === undefined ? {} : { resourceTags: target.tags }),
      now: '2026-01-01T00:00:00Z',
      principalOrganization: organizationFacts(estate.organization, account),
      ...(target.account === undefined
        ? {}
        : {
            ...(resource.includes(':s3:') ? { resourceAccount: target.account } : {}),
            resourceOrganization: organizationFacts(estate.organization, target.account),
          }),
    },
    policies: {
      identity: caller.identity,
      boundary: caller.boundary,
      session: [],
      scps: levels(estate.organization, 'SERVICE_CONTROL_POLICY', account),
      rcps: levels(estate.organization, 'RESOURCE_CONTROL_POLICY', target.account),
      vpcEndpoint: null,
      ...(target.policy === undefined ? {} : { resource: target.policy }),
    },
  };
}

interface CallerFacts {
  readonly uniqueId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly identity: readonly (RawDocument | string)[];
  readonly boundary: RawDocument | string | null;
}

function callerFacts(estate: RawEstate, arn: string, account: string): CallerFacts {
  const details = estate.accounts[account]!.authorizationDetails;
  const attached = (holder: Pick<RawHolder, 'AttachedManagedPolicies'>) =>
    holder.AttachedManagedPolicies.map(({ PolicyArn }) => managed(estate, PolicyArn));
  const inline = (policies: readonly RawInline[]) => policies.map(({ PolicyDocument }) => PolicyDocument);
  const user = details.UserDetailList.find(({ Arn }) => Arn === arn);
  const role = details.RoleDetailList.find(({ Arn }) => Arn === arn);
  const holder = user ?? role;
  if (holder === undefined) return { uniqueId: undefined, tags: {}, identity: [], boundary: null };
  const groups = details.GroupDetailList.filter(({ GroupName }) => user?.GroupList.includes(GroupName) === true);
  return {
    uniqueId: user?.UserId ?? role?.RoleId,
    tags: tagsOf(holder.Tags),
    identity: [
      ...attached(holder),
      ...inline(user?.UserPolicyList ?? role?.RolePolicyList ?? []),
      ...groups.flatMap((group) => [...attached(group), ...inline(group.GroupPolicyList)]),
    ],
    boundary:
      holder.PermissionsBoundary === undefined
        ? null
        : managed(estate, holder.PermissionsBoundary.PermissionsBoundaryArn),
  };
}

function managed(estate: RawEstate, arn: string): RawDocument | string {
  for (const { authorizationDetails } of Object.values(estate.accounts)) {
    const policy = authorizationDetails.Policies.find(({ Arn }) => Arn === arn);
    const version = policy?.PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion);
    if (version !== undefined) return version.Document;
  }
  return UNREAD;
}

interface TargetFacts {
  readonly region?: string;
  readonly account: string | undefined;
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** Undefined where the input does not hold it. */
  readonly policy: RawDocument | null | undefined;
}

function targetFacts(estate: RawEstate, id: string): TargetFacts {
  if (id === '*') return { account: undefined, tags: undefined, policy: null };
  const arn = id.split(':');
  if (arn[2] === 's3') {
    const bucket = arn[5]!.split('/')[0]!;
    for (const [account, { resources }] of Object.entries(estate.accounts)) {
      const listed = resources.find((one) => one.TypeName === 'AWS::S3::Bucket' && one.Identifier === bucket);
      if (listed === undefined) continue;
      const policy = resources.find(
        (one) => one.TypeName === 'AWS::S3::BucketPolicy' && one.Properties.Bucket === bucket,
      );
      const { Region } = listed;
      const { Tags } = listed.Properties;
      const tags = arn[5] === bucket && Tags !== undefined ? tagsOf(Tags) : undefined;
      const region = Region === undefined ? {} : { region: Region };
      return { account, tags, policy: policy?.Properties.PolicyDocument ?? null, ...region };
    }
  }
  const account = arn[4]!;
  const files = estate.accounts[account];
  if (arn[2] === 'kms') {
    const key = files?.resources.find((one) => one.TypeName === 'AWS::KMS::Key' && `key/${one.Identifier}` === arn[5]);
    const Tags = key?.Properties.Tags;
    return { account, tags: Tags === undefined ? undefined : tagsOf(Tags), policy: key?.Properties.KeyPolicy };
  }
  const role = files?.authorizationDetails.RoleDetailList.find(({ Arn }) => Arn === id);
  const user = files?.authorizationDetails.UserDetailList.find(({ Arn }) => Arn === id);
  const holder = role ?? user;
  return {
    account,
    tags: holder === undefined ? undefined : tagsOf(holder.Tags),
    policy: role === undefined && files !== undefined ? null : role?.AssumeRolePolicyDocument,
  };
}

function organizationFacts(
  { Organization: organization, Accounts }: RawOrganization,
  account: string,
): SimulatedRequest['principalOrganization'] {
  if (organization === null) return null;
  if (!Accounts.some(({ Id }) => Id === account)) return undefined;
  return { id: organization.Id, managementAccount: organization.MasterAccountId };
}

/** Policies of one type on every level from the root down to the account. */
function levels(organization: RawOrganization, type: string, account: string | undefined): RawDocument[][] {
  const member = organization.Accounts.find(({ Id }) => Id === account);
  const enabled = organization.Roots.some(({ PolicyTypes }) =>
    PolicyTypes.some(({ Type, Status }) => Type === type && Status === 'ENABLED'),
  );
  if (organization.Organization === null || member === undefined || !enabled) return [];
  const path = [member.Id];
  for (let next: string | undefined = member.ParentId; next !== undefined; ) {
    path.unshift(next);
    next = organization.OrganizationalUnits.find(({ Id }) => Id === next)?.ParentId;
  }
  const builtIn = type === 'SERVICE_CONTROL_POLICY' ? 'p-FullAWSAccess' : undefined;
  const found = path.map((level) =>
    organization.PolicyAttachments.filter(({ TargetIds }) => TargetIds.includes(level)).flatMap(({ PolicyId }) => {
      const policy = organization.Policies.find(({ Id, Type }) => Id === PolicyId && Type === type);
      if (policy !== undefined) return [JSON.parse(policy.Content) as RawDocument];
      return PolicyId === builtIn ? [FULL_ACCESS] : [];
    }),
  );
  // A level without policies is one that was not read; an estate leaves it out with a gap.
  return type === 'SERVICE_CONTROL_POLICY' ? found.filter((level) => level.length > 0) : found;
}

function tagsOf(tags: RawHolder['Tags']): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}
