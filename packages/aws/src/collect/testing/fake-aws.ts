import type { CollectClock } from '@keyreach/core/collection';
import { KeyreachError } from '@keyreach/core/graph';
import type { ClientFactory } from '../sdk-clients.ts';

/** A call that reached the fake. */
export interface FakeCall {
  readonly account: string;
  readonly service: string;
  readonly command: string;
  readonly region: string | undefined;
  readonly input: Readonly<Record<string, unknown>>;
  /** Which session of the account made it: 0 for the credentials of the caller, then 1, 2, … */
  readonly session: number;
  /** True once it was answered. */
  answered: boolean;
}

/** Gives the error to answer a call with; undefined: the call is answered. `count`: calls so far, this one included. */
export type Fault = (call: FakeCall, count: number) => Error | undefined;

export const MANAGEMENT = '111111111111';
export const SHOP = '222222222222';
export const PAY = '333333333333';
export const GONE = '444444444444';
export const SECRET = 'verysecretsessionmaterial';

/** An error as clients of the SDK throw it. */
export function awsError(name: string, status = 400): Error {
  return Object.assign(new Error(`the message of ${name}, with ${SECRET} in it`), {
    name,
    $metadata: { httpStatusCode: status },
  });
}

/** A clock that stands still but for those who sleep. */
export function fakeClock(signal?: AbortSignal): CollectClock {
  let now = 0;
  return {
    milliseconds: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
      if (signal?.aborted === true) throw new KeyreachError('cancelled', 'the collection was cancelled');
    },
  };
}

type Answer = (
  input: Readonly<Record<string, unknown>>,
  account: string,
  region: string | undefined,
) => Readonly<Record<string, unknown>>;

/** An organization of four accounts, one of them closed; every list comes in pages, some of them empty. */
export class FakeAws {
  readonly calls: FakeCall[] = [];
  fault: Fault = () => undefined;
  readonly #sessions = new Map<string, number>();
  readonly #answers: Readonly<Record<string, Answer>>;

  constructor(answers: Readonly<Record<string, Answer>> = {}) {
    this.#answers = { ...ANSWERS, ...answers };
  }

  readonly clients: ClientFactory = async (service, { region, credentials }) => ({
    send: async (command, input, options) => {
      const [account = MANAGEMENT, session = '0'] = (credentials?.accessKeyId ?? `${MANAGEMENT}-0`).split('-');
      const call: FakeCall = { account, service, command, region, input, session: Number(session), answered: false };
      const count = this.calls.push(call);
      // Replies take a turn, as those of a network do.
      await new Promise((resolve) => setImmediate(resolve));
      const error = this.fault(call, count);
      if (error !== undefined) throw error;
      if (options?.abortSignal?.aborted === true) throw awsError('AbortError');
      call.answered = true;
      if (command === 'AssumeRole') return this.#assume(String(input['RoleArn']));
      const answer = this.#answers[`${service} ${command}`];
      if (answer === undefined) throw awsError('UnknownOperationException');
      return { $metadata: { requestId: 'x' }, ...answer(input, account, region) };
    },
  });

  /** Names of commands that were answered more than once with the same input, in the same account and region. */
  twice(calls: readonly FakeCall[] = this.calls): readonly string[] {
    const seen = new Set<string>();
    return calls.flatMap(({ account, service, command, region, input, answered }) => {
      const free = command === 'AssumeRole' || command === 'GetCallerIdentity' || /LastAccessed|Generate/.test(command);
      if (!answered || free) return [];
      const key = JSON.stringify([account, service, command, region, input]);
      if (seen.has(key)) return [key];
      seen.add(key);
      return [];
    });
  }

  #assume(roleArn: string): Readonly<Record<string, unknown>> {
    const account = roleArn.split(':')[4] ?? '';
    const session = (this.#sessions.get(account) ?? 0) + 1;
    this.#sessions.set(account, session);
    return {
      Credentials: { AccessKeyId: `${account}-${session}`, SecretAccessKey: SECRET, SessionToken: `${SECRET}2` },
    };
  }
}

const ORG = 'o-exampleorg1';
const arn = (kind: string, id: string): string => `arn:aws:organizations::${MANAGEMENT}:${kind}/${ORG}/${id}`;
const account = (Id: string, Name: string, Status = 'ACTIVE') => ({
  Id,
  Arn: arn('account', Id),
  Name,
  Status,
  Email: 'a@b',
});

/** Three pages, the second of them empty. */
function paged(key: string, items: readonly unknown[], token: 'NextToken' | 'Marker'): Answer {
  return (input) => {
    const at = Number(input[token] ?? 0);
    if (at === 0) return { [key]: items.slice(0, 1), ...(items.length > 1 ? { [token]: '1', IsTruncated: true } : {}) };
    if (at === 1) return { [key]: [], [token]: '2', IsTruncated: true };
    return { [key]: items.slice(1), IsTruncated: false };
  };
}

const users = ['ada', 'bob', 'eve'];

function details(accountId: string): readonly Readonly<Record<string, unknown>>[] {
  const user = (UserName: string) => ({
    Path: '/',
    UserName,
    UserId: `AIDA${UserName.toUpperCase().padEnd(17, 'A')}`,
    Arn: `arn:aws:iam::${accountId}:user/${UserName}`,
    CreateDate: new Date('2026-01-01T00:00:00Z'),
    GroupList: [],
    AttachedManagedPolicies: [],
  });
  const PermissionsBoundary = {
    PermissionsBoundaryType: 'Policy',
    PermissionsBoundaryArn: `arn:aws:iam::${accountId}:policy/edge`,
  };
  const nothing = { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] };
  return [
    { ...nothing, UserDetailList: [user('ada')] },
    nothing,
    { ...nothing, UserDetailList: [user('bob'), { ...user('eve'), PermissionsBoundary }] },
  ];
}

const REPORT_HEADER =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated';

const SET = 'arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-1111111111111111';
const INSTANCE = 'arn:aws:sso:::instance/ssoins-1111111111111111';

const ANSWERS: Readonly<Record<string, Answer>> = {
  'sts GetCallerIdentity': (_, id) => ({ Account: id, Arn: `arn:aws:iam::${id}:user/collector`, UserId: 'X' }),
  'organizations DescribeOrganization': () => ({
    Organization: {
      Id: ORG,
      Arn: `arn:aws:organizations::${MANAGEMENT}:organization/${ORG}`,
      MasterAccountId: MANAGEMENT,
    },
  }),
  'organizations ListRoots': () => ({
    Roots: [
      {
        Id: 'r-1',
        Arn: arn('root', 'r-1'),
        Name: 'Root',
        PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
      },
    ],
  }),
  'organizations ListOrganizationalUnitsForParent': (input) => ({
    OrganizationalUnits: input['ParentId'] === 'r-1' ? [{ Id: 'ou-1', Arn: arn('ou', 'ou-1'), Name: 'Live' }] : [],
  }),
  'organizations ListAccountsForParent': (input, id) =>
    input['ParentId'] === 'r-1'
      ? { Accounts: [account(MANAGEMENT, 'top')] }
      : paged(
          'Accounts',
          [account(SHOP, 'shop'), account(PAY, 'pay'), account(GONE, 'gone', 'SUSPENDED')],
          'NextToken',
        )(input, id, undefined),
  'organizations ListPolicies': ({ Filter }) => ({
    Policies:
      Filter === 'SERVICE_CONTROL_POLICY'
        ? [{ Id: 'p-1', Arn: arn('policy', 'p-1'), Name: 'guard', Type: Filter, AwsManaged: false }]
        : [],
  }),
  'organizations DescribePolicy': () => ({
    Policy: { PolicySummary: {}, Content: '{"Version":"2012-10-17","Statement":[]}' },
  }),
  'organizations ListTargetsForPolicy': paged('Targets', [{ TargetId: 'ou-1' }, { TargetId: 'r-1' }], 'NextToken'),
  'organizations ListAWSServiceAccessForOrganization': () => ({
    EnabledServicePrincipals: [{ ServicePrincipal: 'sso.amazonaws.com' }],
  }),
  'organizations ListDelegatedAdministrators': () => ({ DelegatedAdministrators: [{ Id: SHOP }] }),
  'organizations ListDelegatedServicesForAccount': () => ({
    DelegatedServices: [{ ServicePrincipal: 'config.amazonaws.com' }],
  }),
  'organizations DescribeResourcePolicy': () => {
    throw awsError('ResourcePolicyNotFoundException');
  },
  'iam ListOrganizationsFeatures': () => ({ OrganizationId: ORG, EnabledFeatures: ['RootSessions'] }),
  'account ListRegions': paged('Regions', [{ RegionName: 'us-east-1' }, { RegionName: 'eu-west-1' }], 'NextToken'),
  'iam GetAccountAuthorizationDetails': (input, id) => {
    const at = Number(input['Marker'] ?? 0);
    return { ...details(id)[at], ...(at < 2 ? { IsTruncated: true, Marker: String(at + 1) } : { IsTruncated: false }) };
  },
  'iam GetPolicy': ({ PolicyArn }) => ({
    Policy: { PolicyName: 'edge', PolicyId: 'ANPAEDGEEDGEEDGEEDGE1', Arn: PolicyArn, DefaultVersionId: 'v2' },
  }),
  'iam GetPolicyVersion': ({ VersionId }) => ({
    PolicyVersion: {
      VersionId,
      IsDefaultVersion: true,
      Document: '%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D',
    },
  }),
  'iam ListAccessKeys': (input, id) =>
    paged(
      'AccessKeyMetadata',
      input['UserName'] === 'ada'
        ? ['AKIAAAAAAAAAAAAAAAA1', 'AKIAAAAAAAAAAAAAAAA2'].map((AccessKeyId) => ({
            UserName: 'ada',
            AccessKeyId,
            Status: 'Active',
            CreateDate: new Date('2026-02-01T00:00:00Z'),
          }))
        : [],
      'Marker',
    )(input, id, undefined),
  'iam GetAccessKeyLastUsed': ({ AccessKeyId }) => ({
    UserName: 'ada',
    AccessKeyLastUsed:
      AccessKeyId === 'AKIAAAAAAAAAAAAAAAA1'
        ? { LastUsedDate: new Date('2026-03-01T00:00:00Z'), ServiceName: 's3', Region: 'us-east-1' }
        : { ServiceName: 'N/A', Region: 'N/A' },
  }),
  'iam GetLoginProfile': ({ UserName }) => {
    if (UserName !== 'bob') throw awsError('NoSuchEntityException', 404);
    return { LoginProfile: { UserName, CreateDate: new Date('2026-01-02T00:00:00Z') } };
  },
  'iam ListMFADevices': ({ UserName }) => ({
    MFADevices: UserName === 'eve' ? [{ UserName, SerialNumber: 'arn:aws:iam::1:mfa/eve' }] : [],
    IsTruncated: false,
  }),
  'iam ListSigningCertificates': ({ UserName }) => ({
    Certificates:
      UserName === 'bob'
        ? [{ UserName, CertificateId: 'CERTCERTCERTCERT', CertificateBody: 'x', Status: 'Active' }]
        : [],
  }),
  'iam ListSSHPublicKeys': ({ UserName }) => ({
    SSHPublicKeys: UserName === 'ada' ? [{ UserName, SSHPublicKeyId: 'APKAAAAAAAAAAAAAAAAA', Status: 'Inactive' }] : [],
  }),
  'iam ListServiceSpecificCredentials': paged(
    'ServiceSpecificCredentials',
    ['ACCAAAAAAAAAAAAAAAA1', 'ACCAAAAAAAAAAAAAAAA2'].map((ServiceSpecificCredentialId) => ({
      UserName: 'ada',
      ServiceSpecificCredentialId,
      ServiceName: 'bedrock.amazonaws.com',
      Status: 'Active',
      ServiceCredentialSecret: SECRET,
    })),
    'Marker',
  ),
  'iam ListOpenIDConnectProviders': (_, id) => ({
    OpenIDConnectProviderList: [{ Arn: `arn:aws:iam::${id}:oidc-provider/token.example.com` }],
  }),
  'iam GetOpenIDConnectProvider': () => ({ Url: 'token.example.com', ClientIDList: ['sts.amazonaws.com'], Tags: [] }),
  'iam ListSAMLProviders': (_, id) => ({ SAMLProviderList: [{ Arn: `arn:aws:iam::${id}:saml-provider/corp` }] }),
  'iam GetSAMLProvider': () => ({ SAMLMetadataDocument: '<xml/>', Tags: [] }),
  'iam GenerateCredentialReport': () => ({ State: 'COMPLETE' }),
  'iam GetCredentialReport': (_, id) => ({
    Content: new TextEncoder().encode(
      [
        REPORT_HEADER,
        ...['<root_account>', ...users].map((user) => {
          const path = user === '<root_account>' ? 'root' : `user/${user}`;
          return `${user},arn:aws:iam::${id}:${path},2026-01-01T00:00:00+00:00,false,N/A,N/A,N/A,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A`;
        }),
      ].join('\n'),
    ),
    ReportFormat: 'text/csv',
  }),
  'iam GenerateServiceLastAccessedDetails': ({ Arn }) => ({ JobId: `job of ${Arn}` }),
  'iam GetServiceLastAccessedDetails': () => ({
    JobStatus: 'COMPLETED',
    JobType: 'ACTION_LEVEL',
    JobCreationDate: new Date('2026-06-01T00:00:00Z'),
    JobCompletionDate: new Date('2026-06-01T00:00:01Z'),
    ServicesLastAccessed: [],
    IsTruncated: false,
  }),
  'iam ListGroups': () => ({ Groups: [] }),
  'iam ListRoles': () => ({ Roles: [] }),
  'iam ListUsers': (_, id) => ({ Users: [{ UserName: 'ada', Arn: `arn:aws:iam::${id}:user/ada` }] }),
  'cloudtrail DescribeTrails': (_, id) => ({
    trailList: [{ Name: 'all', TrailARN: `arn:aws:cloudtrail:us-east-1:${id}:trail/all`, HomeRegion: 'us-east-1' }],
  }),
  'cloudtrail GetTrailStatus': () => ({ IsLogging: true }),
  'cloudtrail GetEventSelectors': () => ({ EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true }] }),
  'sso-admin ListInstances': () => ({ Instances: [] }),
  'sso-admin ListPermissionSets': paged('PermissionSets', [SET], 'NextToken'),
  'sso-admin DescribePermissionSet': ({ PermissionSetArn }) => ({
    PermissionSet: { PermissionSetArn, Name: 'Admin', SessionDuration: 'PT8H' },
  }),
  'sso-admin ListManagedPoliciesInPermissionSet': () => ({
    AttachedManagedPolicies: [{ Name: 'AdministratorAccess', Arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
  }),
  'sso-admin GetInlinePolicyForPermissionSet': () => ({ InlinePolicy: '' }),
  'sso-admin ListCustomerManagedPolicyReferencesInPermissionSet': () => ({ CustomerManagedPolicyReferences: [] }),
  'sso-admin GetPermissionsBoundaryForPermissionSet': () => {
    throw awsError('ResourceNotFoundException');
  },
  'sso-admin ListAccountsForProvisionedPermissionSet': paged('AccountIds', [SHOP, PAY], 'NextToken'),
  'sso-admin ListAccountAssignments': ({ AccountId, PermissionSetArn }) => ({
    AccountAssignments: [{ AccountId, PermissionSetArn, PrincipalType: 'GROUP', PrincipalId: 'group-1' }],
  }),
  'identitystore ListUsers': ({ IdentityStoreId }) => ({
    Users: [
      { UserId: 'user-1', UserName: 'ada', IdentityStoreId, UserStatus: 'ENABLED', Emails: [{ Value: 'ada@b' }] },
    ],
  }),
  'identitystore ListGroups': ({ IdentityStoreId }) => ({
    Groups: [{ GroupId: 'group-1', DisplayName: 'admins', IdentityStoreId }],
  }),
  'identitystore ListGroupMemberships': ({ GroupId, IdentityStoreId }) => ({
    GroupMemberships: [{ IdentityStoreId, MembershipId: 'm-1', GroupId, MemberId: { UserId: 'user-1' } }],
  }),
};

/** Answers with an instance of Identity Center in one region. */
export const WITH_IDENTITY_CENTER: Readonly<Record<string, Answer>> = {
  'sso-admin ListInstances': (_, __, region) => ({
    Instances:
      region !== 'us-east-1'
        ? []
        : [
            { InstanceArn: INSTANCE, IdentityStoreId: 'd-1111111111', OwnerAccountId: MANAGEMENT },
            { InstanceArn: `${INSTANCE}2`, IdentityStoreId: 'd-2222222222', OwnerAccountId: PAY },
          ],
  }),
};
