import { CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { GraphBuilder, GraphIndex, type GraphNode, type Json, type PrincipalMatcher } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { OPEN_QUESTIONS, type PredicateName } from './precondition-names.ts';
import { awsPredicates } from './predicates.ts';

const ZONE = 'arn:aws:account::111122223333:account';
const ROLE = 'arn:aws:iam::111122223333:role/r';

type Facts = Readonly<Record<string, Json>>;

interface Estate {
  readonly id?: string;
  readonly type?: string;
  readonly attributes?: Facts;
  readonly providerManaged?: boolean;
  /** The resource asked about runs as a role; or stands for some that are not listed. */
  readonly runs?: boolean;
  readonly unlisted?: boolean;
  /** Access keys by status. */
  readonly keys?: readonly ('active' | 'disabled' | 'unknown')[];
  /** Other nodes of the account, by type; those with facts run as the node asked about. */
  readonly runsAs?: readonly { readonly type: string; readonly attributes?: Facts; readonly certainty?: 'unknown' }[];
  readonly listed?: readonly string[];
  readonly uncollected?: readonly string[];
  readonly roles?: readonly string[];
  readonly trusts?: readonly PrincipalMatcher[] | 'unreadable';
  /** Types of credentials that the resource asked about names. */
  readonly stores?: readonly string[];
  /** Types of credentials of the user asked about, besides its keys. */
  readonly credentials?: readonly string[];
  /** How many groups it is in. */
  readonly groups?: number;
  /** In how many groups each of its members is, it among them. */
  readonly members?: readonly number[];
}

function holds(name: PredicateName, estate: Estate): Truth {
  const { id = ROLE, type = 'role', attributes = {}, providerManaged = false } = estate;
  const builder = new GraphBuilder();
  const common = { provider: 'aws', name: 'x', scope: ZONE } as const;
  builder.node({ kind: 'scope', id: ZONE, provider: 'aws', type: 'account', name: 'x', zone: true });
  const asked: GraphNode = type.startsWith('AWS::')
    ? { ...common, kind: 'resource', id, type, attributes, ...(estate.unlisted === true ? { uncollected: true } : {}) }
    : { ...common, kind: 'identity', id, type, attributes, ...(providerManaged ? { providerManaged } : {}) };
  builder.node(asked);
  if (estate.runs === true) {
    builder.node({ ...common, kind: 'identity', id: 'what it runs as', type: 'role' });
    builder.edge({ type: 'runs-as', from: id, to: 'what it runs as' });
  }
  for (const [at, status] of (estate.keys ?? []).entries()) {
    const key = `${id}/accesskey/${at}`;
    builder.node({
      ...common,
      kind: 'credential',
      id: key,
      type: 'access-key',
      status,
      lastUsed: { state: 'unknown' },
    });
    builder.edge({ type: 'authenticates', from: key, to: id });
  }
  for (let at = 0; at < (estate.groups ?? 0); at += 1) {
    builder.node({ ...common, kind: 'identity', id: `group ${at}`, type: 'group' });
    builder.edge({ type: 'member-of', from: id, to: `group ${at}` });
  }
  for (const [at, count] of (estate.members ?? []).entries()) {
    builder.node({ ...common, kind: 'identity', id: `member ${at}`, type: 'user' });
    builder.edge({ type: 'member-of', from: `member ${at}`, to: id });
    for (let other = 1; other < count; other += 1) {
      builder.node({ ...common, kind: 'identity', id: `group ${other}`, type: 'group' });
      builder.edge({ type: 'member-of', from: `member ${at}`, to: `group ${other}` });
    }
  }
  for (const [at, { certainty, ...workload }] of (estate.runsAs ?? []).entries()) {
    builder.node({ ...common, kind: 'resource', id: `workload ${at}`, ...workload });
    builder.edge({
      type: 'runs-as',
      from: `workload ${at}`,
      to: id,
      ...(certainty === undefined ? {} : { certainty }),
    });
  }
  for (const other of estate.listed ?? [])
    builder.node({ ...common, kind: 'resource', id: `listed ${other}`, type: other });
  for (const other of estate.uncollected ?? []) {
    builder.node({ ...common, kind: 'resource', id: `${other}:*`, type: other, uncollected: true });
  }
  for (const other of estate.roles ?? []) builder.node({ ...common, kind: 'identity', id: other, type: 'role' });
  for (const [list, relation] of [
    [estate.stores, 'stores'],
    [estate.credentials, 'authenticates'],
  ] as const) {
    for (const other of list ?? []) {
      const node = { ...common, kind: 'credential', id: other, type: other, status: 'active' } as const;
      builder.node({ ...node, lastUsed: { state: 'unknown' } });
      builder.edge(
        relation === 'stores' ? { type: relation, from: id, to: other } : { type: relation, from: other, to: id },
      );
    }
  }
  if (estate.trusts !== undefined) {
    const document = builder.document(
      estate.trusts === 'unreadable'
        ? { provider: 'aws', statements: [], unreadable: 'missing' }
        : {
            provider: 'aws',
            statements: [
              {
                effect: 'allow',
                actions: { include: ['sts:AssumeRole*'], exclude: [] },
                principals: { include: estate.trusts, exclude: [] },
                index: 0,
              },
            ],
          },
    );
    builder.policy({ id: 'trust', provider: 'aws', name: 'trust', type: 'trust', document });
    builder.attachment({ policy: 'trust', node: id, role: 'resource-grant' });
  }
  const graph = new GraphIndex(builder.build());
  return awsPredicates[name](graph.node(id) ?? asked, graph);
}

type Case = readonly [name: PredicateName, estate: Estate, truth: Truth];

describe('facts of the node itself', () => {
  const user = 'user';
  it.each<Case>([
    ['fewer-than-ten-groups', { type: user }, TRUE],
    ['fewer-than-ten-groups', { type: user, groups: 9 }, TRUE],
    ['fewer-than-ten-groups', { type: user, groups: 10 }, FALSE],
    ['has-a-member-in-ten-groups', { type: 'group', members: [] }, FALSE],
    ['has-a-member-in-ten-groups', { type: 'group', members: [9, 1] }, UNKNOWN],
    ['has-a-member-in-ten-groups', { type: 'group', members: [2, 10] }, TRUE],
    ['fewer-than-two-access-keys', { type: user, attributes: { accessKeys: 1 } }, TRUE],
    ['fewer-than-two-access-keys', { type: user, attributes: { accessKeys: 2 } }, FALSE],
    ['fewer-than-two-access-keys', { type: user }, UNKNOWN],
    ['has-login-profile', { type: user, attributes: { passwordEnabled: true } }, TRUE],
    ['has-login-profile', { type: user, attributes: { passwordEnabled: false } }, FALSE],
    ['has-login-profile', { type: user }, UNKNOWN],
    ['no-login-profile', { type: user, attributes: { passwordEnabled: true } }, FALSE],
    ['no-login-profile', { type: user }, UNKNOWN],
    ['no-mfa-device', { type: user, attributes: { mfaActive: false } }, TRUE],
    ['no-mfa-device', { type: user, attributes: { mfaActive: true } }, FALSE],
    ['no-mfa-device', { type: user }, UNKNOWN],
    ['has-boundary', { attributes: { boundary: 'arn:aws:iam::aws:policy/P' } }, TRUE],
    ['has-boundary', { attributes: { boundary: null } }, FALSE],
    ['has-boundary', {}, UNKNOWN],
    ['has-service-credential', { type: user, credentials: ['service-specific-credential'] }, TRUE],
    // The list of them may be missing.
    ['has-service-credential', { type: user, credentials: ['ssh-public-key'] }, UNKNOWN],
    ['names-a-credential', { type: 'AWS::Lambda::Function', stores: ['access-key'] }, TRUE],
    ['names-a-credential', { type: 'AWS::Lambda::Function' }, FALSE],
    ['iam-group', { type: 'group', id: 'arn:aws:iam::111122223333:group/g' }, TRUE],
    ['iam-group', { type: 'group', id: 'arn:aws:identitystore:::group/g' }, FALSE],
    ['oidc-provider', { type: 'missing-identity-provider', id: 'arn:aws:iam::1:oidc-provider/x' }, TRUE],
    ['oidc-provider', { type: 'missing-identity-provider', id: 'arn:aws:iam::1:saml-provider/x' }, FALSE],
    ['saml-provider', { type: 'missing-identity-provider', id: 'arn:aws:iam::1:saml-provider/x' }, TRUE],
    ['saml-provider', { type: 'missing-identity-provider', id: 'arn:aws:iam::1:oidc-provider/x' }, FALSE],
    ['access-entries-count', { type: 'AWS::EKS::Cluster', attributes: { authenticationMode: 'API' } }, TRUE],
    ['access-entries-count', { type: 'AWS::EKS::Cluster', attributes: { authenticationMode: 'CONFIG_MAP' } }, FALSE],
    ['access-entries-count', { type: 'AWS::EKS::Cluster' }, UNKNOWN],
    [
      'service-uses-external-deployments',
      { type: 'AWS::ECS::Service', attributes: { deploymentController: 'EXTERNAL' } },
      TRUE,
    ],
    [
      'service-uses-external-deployments',
      { type: 'AWS::ECS::Service', attributes: { deploymentController: 'ECS' } },
      FALSE,
    ],
    ['service-uses-external-deployments', { type: 'AWS::ECS::Service' }, UNKNOWN],
    ['tags-can-be-moved', { type: 'AWS::ECR::Repository', attributes: { imageTagMutability: 'MUTABLE' } }, TRUE],
    ['tags-can-be-moved', { type: 'AWS::ECR::Repository', attributes: { imageTagMutability: 'IMMUTABLE' } }, FALSE],
    ['tags-can-be-moved', { type: 'AWS::ECR::Repository' }, UNKNOWN],
    [
      'access-control-lists-count',
      { type: 'AWS::S3::Bucket', attributes: { objectOwnership: 'BucketOwnerEnforced' } },
      FALSE,
    ],
    ['access-control-lists-count', { type: 'AWS::S3::Bucket', attributes: { objectOwnership: 'ObjectWriter' } }, TRUE],
    ['access-control-lists-count', { type: 'AWS::S3::Bucket' }, UNKNOWN],
    ['takes-requests-from-anywhere', { type: 'AWS::S3::AccessPoint', attributes: { networkOrigin: 'Internet' } }, TRUE],
    [
      'takes-requests-from-anywhere',
      { type: 'AWS::S3::AccessPoint', attributes: { networkOrigin: 'VPC' } },
      CONDITIONAL,
    ],
    ['takes-requests-from-anywhere', { type: 'AWS::S3::AccessPoint' }, UNKNOWN],
    ['code-signing-not-enforced', { type: 'AWS::Lambda::Function', attributes: { codeSigningConfig: null } }, TRUE],
    ['code-signing-not-enforced', { type: 'AWS::Lambda::Function', attributes: { codeSigningConfig: 'arn' } }, UNKNOWN],
    ['code-signing-not-enforced', { type: 'AWS::Lambda::Function' }, UNKNOWN],
    ['ebs-root-volume', { type: 'AWS::EC2::Instance', attributes: { rootDeviceType: 'ebs' } }, TRUE],
    ['ebs-root-volume', { type: 'AWS::EC2::Instance', attributes: { rootDeviceType: 'instance-store' } }, FALSE],
    ['ebs-root-volume', { type: 'AWS::EC2::Instance', attributes: { instanceType: 'm5.large' } }, TRUE],
    ['ebs-root-volume', { type: 'AWS::EC2::Instance', attributes: { instanceType: 'm1.large' } }, UNKNOWN],
    ['ebs-root-volume', { type: 'AWS::EC2::Instance' }, UNKNOWN],
    ['command-agent-online', { type: 'AWS::EC2::Instance', attributes: { commandAgentOnline: false } }, FALSE],
    ['command-agent-online', { type: 'AWS::EC2::Instance' }, UNKNOWN],
    ['notebook-in-service', { type: 'AWS::SageMaker::NotebookInstance', attributes: { status: 'Stopped' } }, FALSE],
    ['notebook-in-service', { type: 'AWS::SageMaker::NotebookInstance' }, UNKNOWN],
    ['cluster-running', { type: 'AWS::EMR::Cluster', attributes: { status: 'TERMINATED' } }, FALSE],
    ['batch-builds-configured', { type: 'AWS::CodeBuild::Project', attributes: { batchBuilds: false } }, FALSE],
    ['signs-in-with-iam', { type: 'AWS::SageMaker::UserProfile', attributes: { authMode: 'SSO' } }, FALSE],
  ])('%s %j is %i', (name, estate, truth) => {
    expect(holds(name, estate)).toBe(truth);
  });

  it('reads no sense into values of another type', () => {
    for (const value of ['yes', 1, [], {}] as const) {
      expect(holds('no-mfa-device', { type: user, attributes: { mfaActive: value } })).toBe(UNKNOWN);
    }
    expect(holds('fewer-than-two-access-keys', { type: user, attributes: { accessKeys: '1' } })).toBe(UNKNOWN);
  });
});

describe('aws.md 1.8: what AWS owns', () => {
  it.each<readonly [estate: Estate, truth: Truth]>([
    [{}, TRUE],
    [{ providerManaged: true }, FALSE],
    [{ attributes: { reserved: true } }, FALSE],
    [{ id: 'arn:aws:iam::111122223333:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot' }, FALSE],
    [{ id: 'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_A_0123456789abcdef' }, FALSE],
    // Anybody may use such a name below a path of its own.
    [{ id: 'arn:aws:iam::111122223333:role/x/aws-reserved/r' }, TRUE],
  ])('role %j is %i', (estate, truth) => {
    expect(holds('mutable-role', estate)).toBe(truth);
    expect(holds('passable-role', estate)).toBe(truth);
  });

  it('policies of AWS cannot be rewritten', () => {
    const type = 'AWS::IAM::ManagedPolicy';
    expect(holds('customer-managed-policy', { id: 'arn:aws:iam::111122223333:policy/p', type })).toBe(TRUE);
    expect(holds('customer-managed-policy', { id: 'arn:aws:iam::aws:policy/ReadOnlyAccess', type })).toBe(FALSE);
  });

  it('a policy has five versions at most, and texts that nobody read may say anything', () => {
    const policy = (attributes: Facts): Estate => ({ type: 'AWS::IAM::ManagedPolicy', attributes });
    expect(holds('fewer-than-five-versions', policy({ versions: 4 }))).toBe(TRUE);
    expect(holds('fewer-than-five-versions', policy({ versions: 5 }))).toBe(FALSE);
    expect(holds('fewer-than-five-versions', policy({}))).toBe(UNKNOWN);
    expect(holds('may-have-unread-versions', policy({ unreadVersions: false }))).toBe(FALSE);
    expect(holds('may-have-unread-versions', policy({ unreadVersions: true }))).toBe(UNKNOWN);
    expect(holds('may-have-unread-versions', policy({}))).toBe(UNKNOWN);
  });
});

describe('an inactive access key', () => {
  it.each<readonly [keys: Estate['keys'], count: number | undefined, truth: Truth]>([
    [['active', 'disabled'], 2, TRUE],
    [['disabled'], undefined, TRUE],
    [['active'], 1, FALSE],
    [[], 0, FALSE],
    [[], undefined, UNKNOWN],
    [['active'], 2, UNKNOWN],
    [['active', 'unknown'], 2, UNKNOWN],
  ])('%j of %s is %i', (keys, count, truth) => {
    const attributes = count === undefined ? {} : { accessKeys: count };
    expect(
      holds('has-inactive-access-key', { type: 'user', attributes, ...(keys === undefined ? {} : { keys }) }),
    ).toBe(truth);
  });
});

describe('the account around a role', () => {
  const profile = 'AWS::IAM::InstanceProfile';
  const anywhere = 'AWS::RolesAnywhere::Profile';
  it.each<Case>([
    ['in-instance-profile', { runsAs: [{ type: profile }] }, TRUE],
    ['in-instance-profile', { runsAs: [{ type: profile, certainty: 'unknown' }] }, UNKNOWN],
    ['in-instance-profile', { runsAs: [{ type: 'AWS::Lambda::Function' }], listed: [profile] }, FALSE],
    ['in-instance-profile', { uncollected: [profile] }, UNKNOWN],
    // Instance profiles come with the roles, whatever else was not collected.
    ['in-instance-profile', { uncollected: ['AWS::Lambda::Function'] }, FALSE],
    ['in-roles-anywhere-profile', { runsAs: [{ type: anywhere }] }, TRUE],
    ['in-roles-anywhere-profile', { uncollected: ['AWS::Lambda::Function'] }, UNKNOWN],
    ['in-roles-anywhere-profile', {}, FALSE],
    ['in-enabled-roles-anywhere-profile', { runsAs: [{ type: anywhere, attributes: { enabled: true } }] }, TRUE],
    ['in-enabled-roles-anywhere-profile', { runsAs: [{ type: anywhere, attributes: { enabled: false } }] }, FALSE],
    ['in-enabled-roles-anywhere-profile', { runsAs: [{ type: anywhere }] }, UNKNOWN],
    ['profile-without-role', { type: profile }, TRUE],
    ['profile-without-role', { type: profile, runs: true }, FALSE],
    ['profile-without-role', { type: profile, unlisted: true }, UNKNOWN],
    ['profiles-may-be-unlisted', { uncollected: ['AWS::Lambda::Function'] }, UNKNOWN],
    ['profiles-may-be-unlisted', { listed: ['AWS::Lambda::Function'] }, FALSE],
    ['may-be-unlisted:AWS::ECS::Service', { uncollected: ['AWS::Lambda::Function'] }, UNKNOWN],
    ['may-be-unlisted:AWS::ECS::Service', { uncollected: ['AWS::ECS::Service'] }, UNKNOWN],
    ['may-be-unlisted:AWS::ECS::Service', { listed: ['AWS::ECS::Service'] }, FALSE],
    ['may-be-unlisted:AWS::ECS::Service', {}, FALSE],
    // Profiles come with the roles.
    ['may-be-unlisted:AWS::IAM::InstanceProfile', { uncollected: ['AWS::Lambda::Function'] }, FALSE],
    ['may-be-unlisted:AWS::IAM::InstanceProfile', { uncollected: [profile] }, UNKNOWN],
    ['zone-has:AWS::ECS::Cluster', { listed: ['AWS::ECS::Cluster'] }, TRUE],
    ['zone-has:AWS::ECS::Cluster', { listed: ['AWS::ECS::Service'] }, FALSE],
    ['zone-has:AWS::ECS::Cluster', { uncollected: ['AWS::ECS::Cluster'] }, UNKNOWN],
    ['zone-has:AWS::ECS::Cluster', { uncollected: ['AWS::Lambda::Function'] }, UNKNOWN],
    ['zone-has:AWS::ECS::Cluster', { listed: ['AWS::ECS::Cluster'], uncollected: ['AWS::ECS::Cluster'] }, TRUE],
  ])('%s with %j is %i', (name, estate, truth) => {
    expect(holds(name, estate)).toBe(truth);
  });

  it('knows of service-linked roles where it knows of any', () => {
    const linked = (service: string): string => `arn:aws:iam::111122223333:role/aws-service-role/${service}/R`;
    const name = 'service-linked-role:ecs.amazonaws.com';
    expect(holds(name, { roles: [linked('ecs.amazonaws.com')] })).toBe(TRUE);
    expect(holds(name, { roles: [linked('support.amazonaws.com')] })).toBe(FALSE);
    expect(holds(name, { roles: ['arn:aws:iam::111122223333:role/other'] })).toBe(UNKNOWN);
  });
});

describe('whom a role trusts', () => {
  const pool = 'federated:cognito-identity.amazonaws.com#eu-west-1:1/authenticated';
  const node = (id: string): PrincipalMatcher => ({ match: 'node', id, strength: 'bypasses-guards' });
  it.each<Case>([
    ['trusts-an-identity-pool', { trusts: [node(pool)] }, TRUE],
    ['trusts-an-identity-pool', { trusts: [node('federated:token.example.com#*')] }, FALSE],
    ['trusts-an-identity-pool', { trusts: 'unreadable' }, UNKNOWN],
    ['trusts-an-identity-pool', {}, FALSE],
  ])('%s with %j is %i', (name, estate, truth) => {
    expect(holds(name, estate)).toBe(truth);
  });
});

it.each(OPEN_QUESTIONS)('%s stays open whatever the input', (question) => {
  expect(holds(question, {})).toBe(UNKNOWN);
});
