import { describe, expect, it } from 'vitest';
import { A, details, estate, role, SCOPE } from './testing/estate.ts';

const WHAT = 'Identity Center assignments';
const B = '777788889999';
const STORE = 'd-9967000001';
const SSO = 'arn:aws:sso:::';
const ADMIN = `${SSO}permissionSet/ssoins-1/ps-admin`;
const READER = `${SSO}permissionSet/ssoins-1/ps-reader`;
const PROVIDER = `arn:aws:iam::${A}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE`;
const USER = `identity-store:${STORE}/user/u-1`;
const OTHER = `identity-store:${STORE}/user/u-2`;
const GROUP = 'arn:aws:identitystore:::group/g-1';

function setRole(set: string, suffix = '0123456789abcdef', account = A): Record<string, unknown> {
  const name = `AWSReservedSSO_${set}_${suffix}`;
  const path = '/aws-reserved/sso.amazonaws.com/eu-central-1/';
  return role(name, undefined, {
    Path: path,
    Arn: `arn:aws:iam::${account}:role${path}${name}`,
    RoleId: `AROA${suffix.toUpperCase()}`,
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Federated: PROVIDER },
        Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
        Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
      },
    },
  });
}
const roleId = (set: string, suffix = '0123456789abcdef', account = A): string =>
  String(setRole(set, suffix, account)['Arn']);

const set = (arn: string, name: string, extra = {}) => ({ PermissionSetArn: arn, Name: name, ...extra });
const assign = (kind: 'USER' | 'GROUP', id: string, arn = ADMIN, account = A) => ({
  AccountId: account,
  PermissionSetArn: arn,
  PrincipalType: kind,
  PrincipalId: id,
});

function center(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    Instances: [{ InstanceArn: `${SSO}instance/ssoins-1`, IdentityStoreId: STORE, OwnerAccountId: A }],
    PermissionSets: [set(ADMIN, 'Admin'), set(READER, 'Reader')],
    AccountAssignments: [assign('GROUP', 'g-1'), assign('USER', 'u-2', READER)],
    Users: [
      { UserId: 'u-1', UserName: 'grace' },
      { UserId: 'u-2', UserName: 'linus' },
    ],
    Groups: [{ GroupId: 'g-1', DisplayName: 'admins', ExternalIds: [] }],
    GroupMemberships: [{ GroupId: 'g-1', MemberId: { UserId: 'u-1' } }],
    ...change,
  };
}
const roles = [setRole('Admin'), setRole('Reader', 'fedcba9876543210')];
const withCenter = (change = {}, list: readonly unknown[] = roles) =>
  estate({ authorizationDetails: details({ roles: list }), identityCenter: center(change) });

describe('Identity Center (aws.md 2.1, permission sets)', () => {
  it('people and groups use the roles of the sets they are assigned, and no others', () => {
    const graph = withCenter();
    expect(graph.edges('federates', 'member-of')).toEqual([
      `federates ${GROUP} -> ${roleId('Admin')}`,
      `member-of ${USER} -> ${GROUP}`,
      `federates ${OTHER} -> ${roleId('Reader', 'fedcba9876543210')}`,
    ]);
    expect(graph.gaps(WHAT)).toEqual([]);
  });

  it('a person is a human identity of the account that lists it, a group a group', () => {
    const graph = withCenter();
    expect(graph.node(USER)).toEqual({
      kind: 'identity',
      id: USER,
      provider: 'aws',
      type: 'identity-center-user',
      name: 'grace',
      scope: SCOPE,
      nature: 'human',
      attributes: { identityStoreId: STORE, identityStoreUserId: 'u-1' },
    });
    expect(graph.node(GROUP)).toMatchObject({
      type: 'group',
      name: 'admins',
      attributes: { identityStoreId: STORE, groupId: 'g-1', ownedByOutsideDirectory: false },
    });
  });

  it('a set is a resource that provisions its roles, with the policies it names', () => {
    const graph = withCenter({
      PermissionSets: [
        set(ADMIN, 'Admin', {
          SessionDuration: 'PT8H',
          ManagedPolicies: [{ Arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
          CustomerManagedPolicyReferences: [{ Name: 'b', Path: '/x/' }, { Name: 'a' }],
          InlinePolicy: '{"Version":"2012-10-17","Statement":[]}',
          PermissionsBoundary: { CustomerManagedPolicyReference: { Name: 'limit', Path: '/' } },
        }),
        set(READER, 'Reader', { PermissionsBoundary: null }),
      ],
    });
    expect(graph.edges('provisions')).toEqual([
      `provisions ${ADMIN} -> ${roleId('Admin')}`,
      `provisions ${READER} -> ${roleId('Reader', 'fedcba9876543210')}`,
    ]);
    expect(graph.node(ADMIN)).toMatchObject({
      kind: 'resource',
      type: 'AWS::SSO::PermissionSet',
      name: 'Admin',
      scope: SCOPE,
      attributes: {
        sessionDuration: 'PT8H',
        managedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'],
        customerManagedPolicies: ['/a', '/x/b'],
        inlinePolicy: true,
        boundary: '/limit',
      },
    });
    expect(graph.node(READER).attributes).toEqual({ boundary: null });
    expect(graph.node(`${SSO}instance/ssoins-1`)).toMatchObject({
      type: 'AWS::SSO::Instance',
      attributes: { identityStoreId: STORE, ownerAccount: A },
    });
  });

  it('the name of a set is told from the end of the role name, not guessed', () => {
    const odd = [setRole('Admin_0123456789abcdef'), setRole('Administrator', 'aaaaaaaaaaaaaaaa')];
    expect(withCenter({}, odd).edges('federates')).toEqual([]);
    const underscore = withCenter({ PermissionSets: [set(ADMIN, 'Admin_0123456789abcdef')] }, odd);
    expect(underscore.edges('federates')).toEqual([`federates ${GROUP} -> ${roleId('Admin_0123456789abcdef')}`]);
  });

  it('a role outside the path of Identity Center is no role of a set', () => {
    const fake = role('AWSReservedSSO_Admin_0123456789abcdef', { Service: 'ec2.amazonaws.com' });
    expect(withCenter({}, [fake]).edges('federates', 'provisions')).toEqual([]);
  });

  it('two roles of one set: which is in use is unknown', () => {
    const graph = withCenter({}, [setRole('Admin'), setRole('Admin', 'aaaaaaaaaaaaaaaa')]);
    expect(graph.edges('federates')).toEqual([
      `federates ${GROUP} -> ${roleId('Admin')} (unknown)`,
      `federates ${GROUP} -> ${roleId('Admin', 'aaaaaaaaaaaaaaaa')} (unknown)`,
    ]);
  });

  it('a disabled user is a member of nothing and signs in to nothing; an enabled one is', () => {
    const users = (UserStatus: string) => ({
      Users: ['u-1', 'u-2'].map((UserId) => ({ UserId, UserName: UserId, UserStatus })),
    });
    expect(withCenter(users('DISABLED')).edges('federates', 'member-of')).toEqual([
      `federates ${GROUP} -> ${roleId('Admin')}`,
    ]);
    expect(withCenter(users('ENABLED')).edges('federates', 'member-of')).toHaveLength(3);
    expect(withCenter(users('DISABLED')).node(USER).attributes).toMatchObject({ enabled: false });
  });

  it('an assignment of a user that is gone lets nobody in; with half a list it lets somebody in', () => {
    const gone = { AccountAssignments: [assign('USER', 'u-9')] };
    const complete = withCenter(gone);
    expect(complete.edges('federates')).toEqual([]);
    expect(complete.gaps(WHAT)).toHaveLength(1);
    const half = withCenter({ ...gone, Users: undefined });
    expect(half.edges('federates')).toEqual([`federates identity-store:${STORE}/user/u-9 -> ${roleId('Admin')}`]);
  });

  it('an assignment of a set that is not in the file is a gap', () => {
    const graph = withCenter({ PermissionSets: [set(READER, 'Reader')] });
    expect(graph.edges('federates')).toEqual([`federates ${OTHER} -> ${roleId('Reader', 'fedcba9876543210')}`]);
    expect(graph.gaps(WHAT)).toHaveLength(1);
  });

  it('a role that a full list of roles lacks is a gap; in an account nobody read it is there and unknown', () => {
    const missing = withCenter({}, [setRole('Reader', 'fedcba9876543210')]);
    expect(missing.edges('federates')).toEqual([`federates ${OTHER} -> ${roleId('Reader', 'fedcba9876543210')}`]);
    expect(missing.gaps(WHAT)).toMatchObject([{ scope: SCOPE, why: expect.stringContaining('`Admin`') }]);

    const elsewhere = withCenter({ AccountAssignments: [assign('GROUP', 'g-1', ADMIN, B)] });
    const id = `arn:aws:iam::${B}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin`;
    expect(elsewhere.edges('federates', 'provisions')).toEqual([
      `federates ${GROUP} -> ${id}`,
      `provisions ${ADMIN} -> ${roleId('Admin')}`,
      `provisions ${ADMIN} -> ${id}`,
      `provisions ${READER} -> ${roleId('Reader', 'fedcba9876543210')}`,
    ]);
    expect(elsewhere.node(id)).toMatchObject({ type: 'role', external: true, scope: `arn:aws:account::${B}:account` });
    expect(elsewhere.attachments(id).map(({ policy }) => elsewhere.document(policy).unreadable)).toEqual([
      expect.any(String),
      expect.any(String),
    ]);
    expect(elsewhere.gaps(WHAT)).toMatchObject([{ scope: `arn:aws:account::${B}:account` }]);
  });

  it('the trust policy names whom Identity Center signs for as a whole, never the public', () => {
    const graph = withCenter();
    const principals = graph.document(`${roleId('Admin')}/trust`).statements[0]?.principals?.include;
    expect(principals).toEqual([{ match: 'node', id: `federated:${PROVIDER}#*`, strength: 'bypasses-guards' }]);
    expect(graph.node(`federated:${PROVIDER}#*`).attributes).not.toHaveProperty('openToStrangers');
  });

  it('a person without an assignment may not take a role by its trust policy, nor by a policy about the account', () => {
    const graph = withCenter();
    for (const node of [USER, OTHER]) {
      expect(graph.attachments(node)).toEqual([]);
      expect(graph.edges('federates').filter((edge) => edge.includes(`${node} -> ${roleId('Admin')}`))).toEqual([]);
    }
  });
});

describe('what is not told about Identity Center (aws.md 3.3)', () => {
  const account = (id: string, extra = {}) => ({
    [id]: { authorizationDetails: details({ roles: [setRole('Admin', '0123456789abcdef', id)] }), ...extra },
  });
  const O = `arn:aws:organizations::${A}`;
  const organization = {
    Organization: { Id: 'o-1', Arn: `${O}:organization/o-1`, MasterAccountId: A },
    Roots: [],
    OrganizationalUnits: [],
    Accounts: [A, B].map((Id) => ({ Id, Arn: `${O}:account/o-1/${Id}`, Name: Id, ParentId: 'r-1' })),
    Policies: [],
    PolicyAttachments: [],
  };

  it('roles of sets without the file: who may use them is unknown', () => {
    const graph = estate(account(A));
    expect(graph.gaps(WHAT)).toMatchObject([{ scope: SCOPE, why: expect.stringContaining('who may use the roles') }]);
    expect(estate({ authorizationDetails: details({}) }).gaps(WHAT)).toEqual([]);
  });

  it('the file of one account speaks for its organization, and for nobody else', () => {
    const both = { ...account(A, { identityCenter: center() }), ...account(B) };
    const scopes = (graph: ReturnType<typeof estate>) =>
      graph.graph.gaps.filter(({ what }) => what === WHAT).map(({ scope }) => scope);
    const one = estate(both, { organization });
    expect(scopes(one)).toEqual([SCOPE]); // the set `Reader` has no role
    expect(one.edges('provisions')).toContain(`provisions ${ADMIN} -> ${roleId('Admin', '0123456789abcdef', B)}`);
    const apart = estate(both);
    expect(scopes(apart)).toContain(`arn:aws:account::${B}:account`);
    expect(apart.edges('provisions')).not.toContain(`provisions ${ADMIN} -> ${roleId('Admin', '0123456789abcdef', B)}`);
  });

  it('half a list of assignments leaves the others unknown', () => {
    const half = center({ AccountAssignments: [assign('GROUP', 'g-1'), 7] });
    const graph = estate({ authorizationDetails: details({ roles }), identityCenter: half });
    expect(graph.edges('federates')).toEqual([`federates ${GROUP} -> ${roleId('Admin')}`]);
    expect(graph.gaps(WHAT).map(({ why }) => why)).toContainEqual(expect.stringContaining('who may use the roles'));
  });

  it('two files that tell the same tell it once', () => {
    const both = { ...account(A, { identityCenter: center() }), ...account(B, { identityCenter: center() }) };
    const graph = estate(both, { organization });
    expect(graph.gaps('duplicate id')).toEqual([]);
    expect(graph.edges('member-of')).toEqual([`member-of ${USER} -> ${GROUP}`]);
  });
});
