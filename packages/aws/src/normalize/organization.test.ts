import { describe, expect, it } from 'vitest';
import { A, details, type Estate, estate, role, SCOPE, trust } from './testing/estate.ts';

const M = '111122223333';
const U = '777788889999';
const O = `arn:aws:organizations::${M}`;
const ROOT = `${O}:root/o-1/r-1`;
const UNIT = `${O}:ou/o-1/ou-1`;
const NESTED = `${O}:ou/o-1/ou-2`;
const FULL = 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess';
const RCP_FULL = 'arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess';
const OWN = `${O}:policy/o-1/service_control_policy/p-own`;
const ALL_TARGETS = ['r-1', 'ou-1', 'ou-2', M, A, U];

function organization(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    Organization: { Id: 'o-1', Arn: `${O}:organization/o-1`, MasterAccountId: M },
    Roots: [
      {
        Id: 'r-1',
        Arn: ROOT,
        Name: 'Root',
        PolicyTypes: [
          { Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' },
          { Type: 'RESOURCE_CONTROL_POLICY', Status: 'ENABLED' },
        ],
      },
    ],
    OrganizationalUnits: [
      { Id: 'ou-1', Arn: UNIT, Name: 'Workloads', ParentId: 'r-1' },
      { Id: 'ou-2', Arn: NESTED, Name: 'Production', ParentId: 'ou-1' },
    ],
    Accounts: [
      { Id: M, Arn: `${O}:account/o-1/${M}`, Name: 'Management', ParentId: 'r-1', Status: 'ACTIVE' },
      { Id: A, Arn: `${O}:account/o-1/${A}`, Name: 'Shop', ParentId: 'ou-2', Status: 'ACTIVE' },
      { Id: U, Arn: `${O}:account/o-1/${U}`, Name: 'Old', ParentId: 'ou-1', Status: 'SUSPENDED' },
    ],
    Policies: [
      {
        Id: 'p-own',
        Arn: OWN,
        Name: 'Own',
        Type: 'SERVICE_CONTROL_POLICY',
        Content: '{"Version":"2012-10-17","Statement":[]}',
      },
      { Id: 'p-tags', Arn: `${O}:policy/o-1/tag_policy/p-tags`, Name: 'Tags', Type: 'TAG_POLICY', Content: '{}' },
    ],
    PolicyAttachments: [
      { PolicyId: 'p-FullAWSAccess', TargetIds: ALL_TARGETS },
      { PolicyId: 'p-RCPFullAWSAccess', TargetIds: ALL_TARGETS },
      { PolicyId: 'p-own', TargetIds: ['ou-1'] },
      { PolicyId: 'p-tags', TargetIds: ['ou-1'] },
    ],
    ...change,
  };
}

const withOrganization = (change = {}) =>
  estate({ authorizationDetails: details({}) }, { organization: organization(change) });
const guards = (graph: Estate, node: string) =>
  graph.attachments(node).map(({ policy, role: part }) => `${part} ${policy}`);

describe('an organization', () => {
  const graph = withOrganization();

  it('is a tree of scopes with the accounts in it', () => {
    const parents = graph.index.scopes.map(({ type, name, scope }) => [type, name, scope]);
    expect(parents).toEqual([
      ['account', 'Management', ROOT],
      ['account', 'Shop', NESTED],
      ['account', 'Old', UNIT],
      ['organization', 'o-1', undefined],
      ['organizational-unit', 'Workloads', ROOT],
      ['organizational-unit', 'Production', UNIT],
      ['root', 'Root', `${O}:organization/o-1`],
    ]);
  });

  it('gives accounts what conditions and guards ask about', () => {
    expect(graph.node(SCOPE)).toMatchObject({
      zone: true,
      attributes: {
        accountId: A,
        partition: 'aws',
        collected: true,
        organizationId: 'o-1',
        organizationPath: 'o-1/r-1/ou-1/ou-2/',
        managementAccount: false,
        status: 'ACTIVE',
      },
    });
    expect(graph.node(SCOPE).attributes).not.toHaveProperty('exemptFromScopeGuards');
    expect(graph.node(`arn:aws:account::${M}:account`).attributes).toMatchObject({
      managementAccount: true,
      exemptFromScopeGuards: true,
      collected: false,
      organizationPath: 'o-1/r-1/',
    });
  });

  it('says which of its accounts are not in the input', () => {
    expect(graph.gaps('account').map(({ scope }) => scope)).toEqual([
      `arn:aws:account::${M}:account`,
      `arn:aws:account::${U}:account`,
    ]);
  });

  it('places its guard policies, and only those', () => {
    expect(guards(graph, UNIT)).toEqual([
      `principal-scope-guard ${OWN}`,
      `resource-scope-guard ${RCP_FULL}`,
      `principal-scope-guard ${FULL}`,
    ]);
    expect(guards(graph, SCOPE)).toEqual([`resource-scope-guard ${RCP_FULL}`, `principal-scope-guard ${FULL}`]);
    expect(graph.policy(OWN)).toMatchObject({ name: 'Own', type: 'scp' });
    expect(graph.graph.policies.some(({ name }) => name === 'Tags')).toBe(false);
  });

  it('knows the two policies of AWS without their texts', () => {
    expect(graph.document(FULL).statements).toMatchObject([{ effect: 'allow', actions: { include: ['*'] } }]);
    expect(graph.document(RCP_FULL).statements).toMatchObject([{ effect: 'allow', actions: { include: ['*'] } }]);
    expect(graph.gaps('policy text')).toEqual([]);
  });

  it('is complete: no further gap', () => {
    expect(graph.gaps().filter(({ what }) => what !== 'account' && what !== 'last used')).toEqual([]);
  });
});

describe('what may be done to an organization (aws.md 2.3.4)', () => {
  it('a control policy of its own is a node of the management account that finds where it is attached', () => {
    const graph = withOrganization();
    expect(graph.node(OWN)).toMatchObject({
      kind: 'resource',
      type: 'AWS::Organizations::Policy',
      name: 'Own',
      scope: `arn:aws:account::${M}:account`,
      attributes: { policyType: 'SERVICE_CONTROL_POLICY', organizationId: 'o-1' },
    });
    expect(graph.index.attachmentsOf(OWN)).toMatchObject([{ node: UNIT, role: 'principal-scope-guard' }]);
    expect(graph.policy(OWN).owner).toBe(OWN);
  });

  it('policies of AWS, and policies that decide nothing, are no nodes', () => {
    const graph = withOrganization();
    expect(graph.index.resources.filter(({ type }) => type.startsWith('AWS::Organizations'))).toHaveLength(1);
  });

  it('a policy that is attached nowhere is a node all the same, whose text is not asked for', () => {
    const idle = `${O}:policy/o-1/service_control_policy/p-idle`;
    const graph = withOrganization({
      Policies: [{ Id: 'p-idle', Arn: idle, Name: 'Idle', Type: 'SERVICE_CONTROL_POLICY' }],
      PolicyAttachments: [{ PolicyId: 'p-FullAWSAccess', TargetIds: ALL_TARGETS }],
    });
    expect(graph.node(idle).type).toBe('AWS::Organizations::Policy');
    expect(graph.index.attachmentsOf(idle)).toEqual([]);
    expect(graph.gaps('policy text')).toEqual([]);
  });

  it('says which features are on, which are off, and nothing of those nobody asked about', () => {
    const facts = (change: Readonly<Record<string, unknown>>) =>
      withOrganization(change).node(`${O}:organization/o-1`).attributes;
    expect(facts({})).toEqual({ organizationId: 'o-1' });
    expect(facts({ EnabledFeatures: ['RootSessions'], AWSServiceAccess: ['sso.amazonaws.com'] })).toEqual({
      organizationId: 'o-1',
      rootSessions: true,
      rootCredentialsManagement: false,
      trustedServices: ['sso.amazonaws.com'],
    });
  });

  it('says which account administers which services', () => {
    const services = (DelegatedAdministrators: unknown) =>
      [SCOPE, `arn:aws:account::${U}:account`].map(
        (scope) => withOrganization({ DelegatedAdministrators }).node(scope).attributes?.['delegatedServices'],
      );
    const admin = { Id: A, DelegatedServices: [{ ServicePrincipal: 'sso.amazonaws.com' }] };
    expect(services([admin])).toEqual([['sso.amazonaws.com'], []]);
    expect(services([admin, {}])).toEqual([['sso.amazonaws.com'], undefined]);
    expect(services([{ Id: A }])).toEqual([undefined, []]);
    expect(services(undefined)).toEqual([undefined, undefined]);
  });

  it('its resource policy is one of the account whose API it opens', () => {
    const ResourcePolicy = {
      Content: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: A },
            Action: 'organizations:AttachPolicy',
            Resource: `${O}:policy/o-1/*/*`,
          },
        ],
      }),
    };
    const id = `${O}:organization/o-1/resource-policy`;
    const graph = withOrganization({ ResourcePolicy });
    expect(
      graph.attachments(`arn:aws:account::${M}:account`).filter(({ role: part }) => part === 'resource-grant'),
    ).toEqual([{ policy: id, node: `arn:aws:account::${M}:account`, role: 'resource-grant' }]);
    expect(graph.document(id).statements[0]?.principals?.include).toEqual([
      { match: 'scope', id: SCOPE, strength: 'delegates' },
    ]);
    expect(withOrganization({ ResourcePolicy: null }).graph.policies.some((policy) => policy.id === id)).toBe(false);
  });

  it('every account in use has a root user, collected or not', () => {
    const graph = withOrganization();
    const roots = graph.index.identities.filter(({ type }) => type === 'root');
    expect(roots.map(({ id, external }) => [id, external])).toEqual([
      [`arn:aws:iam::${M}:root`, true],
      [`arn:aws:iam::${A}:root`, undefined],
    ]);
    expect(roots[0]).toMatchObject({ scope: `arn:aws:account::${M}:account` });
    expect(roots[0]).not.toHaveProperty('nature');
    expect(graph.attachments(`arn:aws:iam::${M}:root`)).toMatchObject([{ role: 'identity-grant' }]);
  });
});

describe('what an organization lacks', () => {
  const root = (PolicyTypes: unknown) => ({ Roots: [{ Id: 'r-1', Arn: ROOT, Name: 'Root', PolicyTypes }] });

  it('policy types that are not enabled have no effect', () => {
    const graph = withOrganization(root([{ Type: 'SERVICE_CONTROL_POLICY', Status: 'PENDING_DISABLE' }]));
    expect(graph.graph.attachments.filter(({ role: part }) => part.endsWith('scope-guard'))).toEqual([]);
    expect(graph.gaps('service control policies')).toEqual([]);
  });

  it('policy types that are not told count as enabled, with a gap', () => {
    const graph = withOrganization(root(undefined));
    expect(guards(graph, SCOPE)).toHaveLength(2);
    expect(graph.gaps('policy types')).toHaveLength(1);
  });

  it('a level without any service control policy was not read', () => {
    const graph = withOrganization({
      PolicyAttachments: [{ PolicyId: 'p-FullAWSAccess', TargetIds: ['r-1', 'ou-1', M, U] }],
    });
    expect(graph.gaps('service control policies').map(({ scope }) => scope)).toEqual([SCOPE, NESTED]);
  });

  it('a policy without its text is unreadable', () => {
    const graph = withOrganization({
      Policies: [{ Id: 'p-own', Arn: OWN, Name: 'Own', Type: 'SERVICE_CONTROL_POLICY' }],
    });
    expect(graph.document(OWN).unreadable).toBe('the input does not hold the policy text');
    expect(graph.gaps('policy text')).toHaveLength(1);
  });

  it('a policy that is not listed may say anything where the list is not complete', () => {
    const { Policies: _, ...without } = organization();
    const graph = estate({ authorizationDetails: details({}) }, { organization: without });
    const id = `${O}:organization/o-1/policy/p-own`;
    expect(graph.document(id).unreadable).toBeDefined();
    expect(graph.attachments(UNIT).map(({ policy }) => policy)).toContain(id);
    expect(graph.gaps('policy text').map(({ why }) => why)).toContain(
      'policy `p-own` is attached, and the input does not hold it',
    );
    expect(
      withOrganization({ Policies: [] })
        .attachments(UNIT)
        .map(({ policy }) => policy),
    ).toEqual([RCP_FULL, FULL]);
  });

  it('the resource control policy that cannot be detached is there where the list leaves it out (aws.md 1.2)', () => {
    const deny = `${O}:policy/o-1/resource_control_policy/p-deny`;
    const change = {
      Policies: [
        { Id: 'p-deny', Arn: deny, Name: 'Deny', Type: 'RESOURCE_CONTROL_POLICY', Content: '{"Statement":[]}' },
      ],
      PolicyAttachments: [
        { PolicyId: 'p-FullAWSAccess', TargetIds: ALL_TARGETS },
        { PolicyId: 'p-deny', TargetIds: ['ou-1'] },
      ],
    };
    const graph = withOrganization(change);
    expect(guards(graph, UNIT)).toContain(`resource-scope-guard ${RCP_FULL}`);
    // A level without any resource control policy keeps nobody from anything.
    expect(guards(graph, SCOPE)).not.toContain(`resource-scope-guard ${RCP_FULL}`);
    const off = withOrganization({ ...change, ...root([{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }]) });
    expect(off.graph.attachments.filter(({ role: part }) => part === 'resource-scope-guard')).toEqual([]);
  });

  it('a target that is not in the tree is a gap', () => {
    const graph = withOrganization({
      PolicyAttachments: [{ PolicyId: 'p-FullAWSAccess', TargetIds: [...ALL_TARGETS, 'ou-9'] }],
    });
    expect(graph.gaps('organization').map(({ why }) => why)).toEqual([
      'policy `FullAWSAccess` is attached to `ou-9`, which is not in organization.json',
    ]);
  });

  it('an account without a known parent stands below the root, with a gap', () => {
    const Accounts = [{ Id: A, Arn: `${O}:account/o-1/${A}`, Name: 'Shop', ParentId: 'ou-9' }];
    const graph = withOrganization({ Accounts });
    expect(graph.node(SCOPE).scope).toBe(ROOT);
    expect(graph.node(SCOPE).attributes).not.toHaveProperty('organizationPath');
    expect(graph.gaps('organization').map(({ scope }) => scope)).toContain(SCOPE);
  });

  it('units in a circle do not hang', () => {
    const OrganizationalUnits = [
      { Id: 'ou-1', Arn: UNIT, Name: 'a', ParentId: 'ou-2' },
      { Id: 'ou-2', Arn: NESTED, Name: 'b', ParentId: 'ou-1' },
    ];
    const graph = withOrganization({ OrganizationalUnits });
    expect(graph.node(SCOPE).attributes).not.toHaveProperty('organizationPath');
  });
});

describe('accounts outside', () => {
  it('no organization file: unknown, with a gap for each account', () => {
    const graph = estate({ authorizationDetails: details({}) }, { organization: undefined });
    expect(graph.gaps('organization').map(({ scope }) => scope)).toEqual([SCOPE]);
    expect(graph.node(SCOPE).attributes).toEqual({ accountId: A, partition: 'aws', collected: true });
  });

  it('stated to be in none: known', () => {
    const graph = estate({ authorizationDetails: details({}) });
    expect(graph.gaps('organization')).toEqual([]);
    expect(graph.node(SCOPE).attributes).toMatchObject({ organizationId: null, organizationPath: null });
  });

  it('not in the organization of the input: only that is known', () => {
    const vendor = '999900001111';
    const graph = estate(
      { authorizationDetails: details({ roles: [role('vendor', { AWS: vendor })] }) },
      { organization: organization() },
    );
    expect(graph.node(`arn:aws:account::${vendor}:account`).attributes).toEqual({
      accountId: vendor,
      partition: 'aws',
      collected: false,
      outsideOrganizations: ['o-1'],
    });
  });

  it('of the organization, named by a policy: the account scope is the one of the organization', () => {
    const graph = estate(
      { authorizationDetails: details({ roles: [role('ours', { AWS: U })] }) },
      { organization: organization() },
    );
    expect(graph.node(`arn:aws:iam::${U}:root`)).toMatchObject({
      type: 'external-account',
      external: true,
      scope: `arn:aws:account::${U}:account`,
    });
    expect(graph.node(`arn:aws:account::${U}:account`).name).toBe('Old');
  });

  it('a third party with an external id is the same account, let in on a condition (aws.md 5.5)', () => {
    const vendor = '999900001111';
    const condition = { StringEquals: { 'sts:ExternalId': 'tenant-7' } };
    const trusts = (block?: unknown) =>
      estate({
        authorizationDetails: details({
          roles: [role('vendor', undefined, { AssumeRolePolicyDocument: trust({ AWS: vendor }, block) })],
        }),
      });
    const [named, open] = [trusts(condition), trusts()];
    const statement = (graph: Estate) => graph.document(`arn:aws:iam::${A}:role/vendor/trust`).statements[0];
    expect(statement(named)).toEqual({ ...statement(open), condition: expect.any(Object) });
    for (const graph of [named, open]) {
      expect(graph.node(`arn:aws:iam::${vendor}:root`)).toMatchObject({ type: 'external-account', external: true });
    }
  });

  it('a user or role that is gone is nobody, in whatever policy its id is left (aws.md 1.4)', () => {
    const gone = { AWS: ['AIDAGONEXXXXXXXXXXXX', 'AROAGONEXXXXXXXXXXXX', `arn:aws:iam::${A}:user/gone`] };
    const graph = estate({ authorizationDetails: details({ roles: [role('ours', gone)] }) });
    expect(graph.document(`arn:aws:iam::${A}:role/ours/trust`).statements[0]?.principals?.include).toEqual(
      gone.AWS.map((text) => ({ match: 'unresolved', text, dangling: true })),
    );
    expect(graph.index.identities.filter(({ external }) => external === true)).toEqual([]);
  });
});
